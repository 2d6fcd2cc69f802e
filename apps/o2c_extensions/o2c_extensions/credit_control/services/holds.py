"""A person decides about a hold; and what is held is kept in the house until then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.model.workflow import apply_workflow, get_transitions, has_approval_access
from frappe.utils import getdate, now_datetime

from o2c_extensions import erp
from o2c_extensions.common import casebook
from o2c_extensions.common.money import decimal
from o2c_extensions.credit_control.queries import holds as queries

STAGE = "Credit"
DECISIONS = ("Release", "Reject")


class CreditHoldError(frappe.ValidationError):
	"""Something was to leave, or to be billed, for an order that is held."""


def act(hold: str, action: str, comment: str | None) -> dict[str, Any]:
	"""Take an action of the workflow on a hold, as the form does, with its first step where the user may take both."""
	doc = frappe.get_doc(queries.HOLD, hold)
	if comment:
		doc.comment = comment
		doc.save()
	open_actions = {transition["action"] for transition in get_transitions(doc)}
	if action not in open_actions and "Review" in open_actions:
		doc = apply_workflow(doc, "Review")
	doc = apply_workflow(doc, action)
	return {"hold": doc.name, "sales_order": doc.sales_order, "status": doc.status}


def actions_on(hold: str) -> list[str]:
	"""What of Release and Reject the user may do with a hold, by way of a review where the workflow has one first."""
	doc = frappe.get_doc(queries.HOLD, hold)
	if not frappe.has_permission(queries.HOLD, "write", doc=doc):
		return []
	open_transitions = get_transitions(doc)
	review = next((transition for transition in open_transitions if transition["action"] == "Review"), None)
	if review:
		doc.status = review["next_state"]
		open_transitions += get_transitions(doc)
	user = frappe.session.user
	allowed = {row["action"] for row in open_transitions if has_approval_access(user, doc, frappe._dict(row))}
	return [action for action in DECISIONS if action in allowed]


def require_open_order(hold: Any) -> None:
	"""Refuse a decision about an order that is not there any more."""
	if frappe.db.get_value("Sales Order", hold.sales_order, "docstatus") != 1:
		frappe.throw(
			_("{0} is not submitted: there is nothing left to decide about.").format(hold.sales_order),
			CreditHoldError,
		)


def covers(hold: Any, amount: Decimal, today: date) -> bool:
	"""Whether a released hold still covers an order of this amount: it was for no less, and has not run out."""
	runs_out = getdate(hold.valid_until) if hold.valid_until else None
	return decimal(hold.order_amount) >= amount and (runs_out is None or runs_out >= today)


def release(hold: Any) -> None:
	"""Let the order of a hold go, since a person has allowed it."""
	_note(hold, "Released")


def reject(hold: Any) -> None:
	"""Close the order of a hold, since a person has refused it."""
	_note(hold, "Rejected")
	if frappe.db.get_value("Sales Order", hold.sales_order, "status") != "Closed":
		erp.update_sales_order_status("Closed", hold.sales_order)


def hold_again(hold: Any) -> None:
	"""Keep the order of a hold back after all: only an edited workflow leads from a decision back."""
	_note(hold, "Held")


def withdraw(order: Any) -> None:
	"""Take back the holds of a cancelled order that nobody has decided about."""
	waiting = [hold.name for hold in queries.holds_of([order.name]) if hold.status != "Rejected"]
	if not waiting:
		return
	values = {"status": "Withdrawn", "decided_by": frappe.session.user, "decided_at": now_datetime()}
	frappe.db.set_value(queries.HOLD, {"name": ("in", waiting)}, values)
	order.db_set("o2c_credit_status", "", update_modified=False)
	casebook.record_event(casebook.join_case(order), STAGE, "Withdrawn", queries.HOLD, waiting[-1])


def _note(hold: Any, status: str) -> None:
	frappe.db.set_value("Sales Order", hold.sales_order, "o2c_credit_status", status, update_modified=False)
	details: Mapping[str, Any] = {"sales_order": hold.sales_order, "comment": hold.comment or ""}
	casebook.record_event(
		hold.o2c_case or hold.sales_order,
		STAGE,
		status,
		queries.HOLD,
		hold.name,
		details,
		at=hold.decided_at,
	)


# --- keeping held orders in the house ------------------------------------------------------------------------------------


def refuse_held(doc: Any) -> None:
	"""Refuse a document that would let goods go, have them made or sent, or be billed, for an order that is held."""
	holds = queries.holds_of(_orders_of(doc))
	if not holds:
		return
	hold = holds[0]
	frappe.throw(
		_("Sales Order {0} of {1} is held: {2} ({3}).").format(
			frappe.bold(hold.sales_order),
			frappe.bold(hold.customer_name or hold.customer),
			frappe.bold(hold.name),
			_(hold.status),
		),
		CreditHoldError,
		title=_("Credit Hold"),
	)


def _orders_of(doc: Any) -> set[str]:
	"""The orders that a document serves. What comes back is welcome, and what was delivered may be billed."""
	if doc.get("is_return"):
		return set()
	if doc.doctype == "Work Order":
		orders = [doc.sales_order]
	elif doc.doctype == "Delivery Note":
		orders = [row.against_sales_order for row in doc.items]
	elif doc.doctype == "Pick List":
		orders = [row.sales_order for row in doc.locations]
	elif doc.doctype == "Purchase Order":
		orders = [row.sales_order for row in doc.items if row.delivered_by_supplier]
	else:
		orders = [row.sales_order for row in doc.items if not (row.delivery_note and row.dn_detail)]
	return {order for order in orders if order}
