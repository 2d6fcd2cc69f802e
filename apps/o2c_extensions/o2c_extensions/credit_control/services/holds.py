"""A person decides about a hold, within their authority; and what that does to what was held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.model.workflow import apply_workflow, get_transitions, has_approval_access
from frappe.utils import add_days, fmt_money, get_fullname, getdate

from o2c_extensions import erp
from o2c_extensions.common import casebook
from o2c_extensions.common.money import as_float, decimal
from o2c_extensions.common.settings import setting
from o2c_extensions.credit_control.domain import authority as rules
from o2c_extensions.credit_control.queries import authorities
from o2c_extensions.credit_control.queries import holds as queries

STAGE = "Credit"
REVIEW, APPROVE = "Review", "Approve"
DECISIONS = (APPROVE, "Release", "Reject")
# What can be held, and what it is called in events.
KINDS = {"Sales Order": "sales_order", "Delivery Note": "delivery_note", "Sales Invoice": "sales_invoice"}
# The state that says that the first of two persons has approved.
APPROVED = "Second Review"


class CreditHoldError(frappe.ValidationError):
	"""Something was to leave, or to be billed, for an order that is held."""


class CreditAuthorityError(frappe.PermissionError):
	"""Somebody was to release more than they may, or alone what takes two."""


# --- acting through the workflow -----------------------------------------------------------------------------------------


def act(hold: str, action: str, comment: str | None) -> dict[str, Any]:
	"""Take an action of the workflow on a hold, as the form does, with its first step where the user may take both.

	Raises:
		frappe.TimestampMismatchError: somebody else has just decided.
	"""
	doc = _take(hold)
	if comment:
		doc.comment = comment
		doc.save()
	open_actions = {transition["action"] for transition in get_transitions(doc)}
	if action not in open_actions and REVIEW in open_actions:
		doc = apply_workflow(doc, REVIEW)
	doc = apply_workflow(doc, action)
	return {"hold": doc.name, "sales_order": doc.sales_order, "status": doc.status}


def _take(hold: str) -> Any:
	"""The hold, with nobody else at it until the transaction ends, as it is now.

	On MariaDB a transaction that had to wait goes on seeing what was there when it began: whoever comes second is told.
	"""
	wait_for([hold])
	now = frappe.db.get_value(
		queries.HOLD, hold, ["modified", "modified_by", "status"], as_dict=True, for_update=True
	)
	doc = frappe.get_doc(queries.HOLD, hold)
	if now and str(now.modified) != str(doc.modified):
		frappe.throw(
			_("{0} has just changed {1}: it is {2} now.").format(
				get_fullname(now.modified_by), frappe.bold(hold), _(now.status)
			),
			frappe.TimestampMismatchError,
		)
	return doc


def wait_for(holds: Iterable[str]) -> None:
	"""Wait until nobody else is at these holds and at what they are on, and keep others waiting until the transaction ends.

	In one order, so that nobody waits in a circle: documents, then their holds, and customers' accounts last.
	"""
	names = sorted(set(holds))
	rows = frappe.get_all(
		queries.HOLD,
		filters={"name": ("in", names)},
		fields=["sales_order", "held_doctype", "held_document"],
		limit_page_length=0,
	)
	queries.lock(sorted({held(row) for row in rows}))
	queries.lock((queries.HOLD, name) for name in names)


def actions_on(hold: str) -> list[str]:
	"""What of DECISIONS the user may do with a hold, by way of a review where the workflow has one first."""
	doc = frappe.get_doc(queries.HOLD, hold)
	if not frappe.has_permission(queries.HOLD, "write", doc=doc):
		return []
	open_transitions = get_transitions(doc)
	review = next((transition for transition in open_transitions if transition["action"] == REVIEW), None)
	if review:
		doc.status = review["next_state"]
		open_transitions += get_transitions(doc)
	user = frappe.session.user
	allowed = {row["action"] for row in open_transitions if has_approval_access(user, doc, frappe._dict(row))}
	request, mine = request_of(doc), authority_of(doc.company)
	if rules.may_release(request, user, mine) != rules.ALLOWED:
		allowed.discard("Release")
	if not request.takes_two or request.approved_by or rules.may_approve(mine) != rules.ALLOWED:
		allowed.discard(APPROVE)
	return [action for action in DECISIONS if action in allowed]


# --- authority -----------------------------------------------------------------------------------------------------------


def authority_of(company: str, user: str | None = None) -> Decimal:
	"""Up to which amount a user (else the session's) may release in a company; `authority.ANY_AMOUNT` is any."""
	roles = frappe.get_roles(user or frappe.session.user)
	return rules.authority(authorities.grants(), roles, company)


def request_of(hold: Any) -> rules.Request:
	"""What a hold asks of whoever releases it. Takes any mapping with the hold's fields."""
	return rules.Request(
		company=hold.get("company"),
		amount=decimal(hold.get("amount_to_release")),
		two_above=decimal(setting("four_eyes_above")),
		approved_by=hold.get("first_approved_by") or "",
	)


def decide(hold: Any, before: str) -> None:
	"""Write on a hold whose state a person changes who did so and when. Refuses what is beyond that person's authority.

	This is what counts, whatever the workflow allows.
	"""
	user, now = frappe.session.user, casebook.now()
	if hold.status == "Released":
		_require(rules.may_release(request_of(hold), user, authority_of(hold.company)), hold)
	elif hold.status == APPROVED:
		_require(rules.may_approve(authority_of(hold.company)), hold)
		hold.update({"first_approved_by": user, "first_approved_at": now})
	elif hold.status != "Rejected":
		hold.update({"first_approved_by": None, "first_approved_at": None})
	decided = hold.status in ("Released", "Rejected")
	hold.decided_by = user if decided else None
	hold.decided_at = now if decided else None
	hold.valid_until = valid_until(casebook.today()) if hold.status == "Released" else None
	hold.released_automatically = 0


def valid_until(today: date) -> date | None:
	"""The last day of a release that is given today; None: it does not run out."""
	days = int(setting("release_valid_days") or 0)
	return getdate(add_days(today, days)) if days else None


def _require(verdict: str, hold: Any) -> None:
	if verdict == rules.ALLOWED:
		return
	amount = fmt_money(hold.amount_to_release, currency=hold.currency)
	threshold = fmt_money(setting("four_eyes_above"), currency=hold.currency)
	limit = authority_of(hold.company)
	text = {
		rules.NO_AUTHORITY: _("None of your roles may release credit holds in {0}.").format(hold.company),
		rules.BEYOND: _("You may release up to {0}; {1} is for {2}.").format(
			fmt_money(as_float(limit), currency=hold.currency) if limit.is_finite() else "", hold.name, amount
		),
		rules.NOT_APPROVED: _(
			"Above {0} it takes two persons: approve {1} first, and let somebody else release it."
		).format(threshold, hold.name),
		rules.SAME_PERSON: _("You have approved {0} already: above {1} somebody else releases it.").format(
			hold.name, threshold
		),
	}[verdict]
	frappe.throw(text, CreditAuthorityError, title=_("Credit Hold"))


def require_open(hold: Any) -> None:
	"""Refuse a decision about an order or a delivery that is not there any more."""
	doctype, name = held(hold)
	docstatus = frappe.db.get_value(doctype, name, "docstatus")
	gone = docstatus != 1 if doctype == "Sales Order" else docstatus in (None, 2)
	if gone:
		frappe.throw(
			_("{0} is not submitted: there is nothing left to decide about.").format(name)
			if doctype == "Sales Order"
			else _("{0} is gone: there is nothing left to decide about.").format(name),
			CreditHoldError,
		)


def held(hold: Any) -> tuple[str, str]:
	"""The document that a hold is on: its DocType and its name."""
	if hold.get("sales_order"):
		return "Sales Order", str(hold.get("sales_order"))
	return str(hold.get("held_doctype")), str(hold.get("held_document"))


# --- what a decision does --------------------------------------------------------------------------------------------------


def covers(hold: Any, amount: Decimal, today: date) -> bool:
	"""Whether a released hold still covers an order of this amount: it was for no less, and has not run out."""
	runs_out = getdate(hold.valid_until) if hold.valid_until else None
	return decimal(hold.order_amount) >= amount and (runs_out is None or runs_out >= today)


def release(hold: Any) -> None:
	"""Let what a hold is on go: its order counts among the open ones again, and gets its stock if it asked for any."""
	_note(hold, "Released")
	if hold.sales_order and frappe.get_meta("Sales Order").has_field("reserve_stock"):
		_reserve_soon(hold.sales_order)


def _reserve_soon(order: str) -> None:
	"""By a job of its own: whoever looks at credit has locked the customer's account, and stock is locked before accounts."""
	if frappe.db.get_value("Sales Order", order, "reserve_stock"):
		frappe.enqueue(
			"o2c_extensions.credit_control.tasks.reserve_stock",
			queue="short",
			enqueue_after_commit=True,
			order=order,
		)


def reserve(order: str) -> None:
	"""Reserve the stock that an order asks for, unless it is held again."""
	if not queries.holds_on([order]):
		erp.reserve_stock(order)


def reject(hold: Any) -> None:
	"""Close the order of a hold, since a person has refused it."""
	_note(hold, "Rejected")
	if hold.sales_order and frappe.db.get_value("Sales Order", hold.sales_order, "status") != "Closed":
		erp.update_sales_order_status("Closed", hold.sales_order)


def hold_again(hold: Any) -> None:
	"""Keep the order of a hold back after all: only an edited workflow leads from a decision back."""
	_note(hold, "Held")


def withdraw(document: Any) -> None:
	"""Take back the holds of a cancelled or deleted order or delivery that nobody has refused."""
	found = queries.holds_about([], [], [(document.doctype, document.name)])
	keeping = [row for row in found if row.status not in queries.DECIDED]
	if not keeping:
		return
	values = {"status": "Withdrawn", "decided_by": frappe.session.user, "decided_at": casebook.now()}
	frappe.db.set_value(queries.HOLD, {"name": ("in", [row.name for row in keeping])}, values)
	if document.doctype == "Sales Order":
		document.db_set("o2c_credit_status", "", update_modified=False)
	casebook.record_event(casebook.join_case(document), STAGE, "Withdrawn", queries.HOLD, keeping[-1].name)


def _note(hold: Any, status: str) -> None:
	if hold.sales_order:
		frappe.db.set_value(
			"Sales Order", hold.sales_order, "o2c_credit_status", status, update_modified=False
		)
	doctype, name = held(hold)
	details: Mapping[str, Any] = {
		KINDS[doctype]: name,
		"comment": hold.comment or "",
		**({"automatic": True} if hold.released_automatically else {}),
	}
	casebook.record_event(
		hold.o2c_case or name,
		STAGE,
		status,
		queries.HOLD,
		hold.name,
		details,
		at=hold.decided_at,
	)
