"""The queue of holds: what waits, in which order, what one person may do with it, and what many at once come to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import frappe
from frappe import _
from frappe.model.workflow import get_transitions
from frappe.utils import get_fullname, strip_html

from o2c_extensions.common.money import as_float, decimal
from o2c_extensions.common.settings import setting
from o2c_extensions.credit_control.domain import authority as rules
from o2c_extensions.credit_control.queries import authorities
from o2c_extensions.credit_control.queries import holds as queries
from o2c_extensions.credit_control.services.holds import (
	act,
	actions_on,
	authority_of,
	request_of,
	wait_for,
)
from o2c_extensions.credit_control.services.terms import currency_of

FIELDS = (
	"name",
	"sales_order",
	"held_doctype",
	"held_document",
	"checkpoint",
	"customer",
	"customer_name",
	"company",
	"currency",
	"status",
	"priority",
	"reasons",
	"causes",
	"policy_version",
	"credit_limit",
	"exposure",
	"order_amount",
	"excess",
	"amount_to_release",
	"required_deposit",
	"deposit_received",
	"first_approved_by",
	"escalation_level",
	"escalated_at",
	"valid_until",
	"decided_by",
	"decided_at",
	"released_automatically",
	"comment",
	"owner",
	"creation",
	"modified",
)
ORDERS = {
	"priority": "priority asc, creation asc, name asc",
	"age": "creation asc, name asc",
	"amount": "amount_to_release desc, creation asc, name asc",
	"customer": "customer_name asc, creation asc, name asc",
}
_SAVEPOINT = "credit_bulk"


def page(filters: Mapping[str, Any], sort: str, start: int, limit: int) -> dict[str, Any]:
	"""A page of the queue, as far as the user may read it, with what they may do about each hold."""
	if sort not in ORDERS:
		frappe.throw(_("Sort by one of these: {0}.").format(", ".join(ORDERS)))
	wanted = _filters(filters)
	rows = frappe.get_list(
		queries.HOLD,
		filters=wanted,
		fields=list(FIELDS),
		order_by=ORDERS[sort],
		limit_start=start,
		limit_page_length=limit,
	)
	groups = frappe.get_list(
		queries.HOLD,
		filters=wanted,
		fields=["currency", "count(name) as number", "sum(amount_to_release) as amount"],
		group_by="currency",
		order_by="currency asc",
		limit_page_length=0,
	)
	granted = authorities.grants()
	roles, user = frappe.get_roles(), frappe.session.user
	return {
		"total": sum(group.number for group in groups),
		"amounts": [{"currency": group.currency, "amount": group.amount} for group in groups],
		"rows": [_row(row, rules.authority(granted, roles, row.company), user) for row in rows],
	}


def _filters(asked: Mapping[str, Any]) -> dict[str, Any]:
	"""Without a state: what waits. `document` finds an order or a delivery by a part of its name."""
	found = {
		field: asked[field] for field in ("company", "customer", "checkpoint", "priority") if asked.get(field)
	}
	state = asked.get("status")
	found["status"] = state if state else ("not in", queries.DECIDED)
	if asked.get("escalated"):
		found["escalation_level"] = (">", 0)
	if asked.get("cause"):
		found["causes"] = ("like", f"%{asked['cause']}%")
	if asked.get("document"):
		found["held_document"] = ("like", f"%{asked['document']}%")
	return found


def _row(row: Any, mine: Any, user: str) -> dict[str, Any]:
	request = request_of(row)
	return {
		**row,
		"takes_two": request.takes_two,
		"within_authority": rules.may_release(request, user, mine) == rules.ALLOWED,
		"authority_verdict": rules.may_release(request, user, mine),
	}


def one(name: str) -> dict[str, Any]:
	"""One hold with all that a person decides by, and what they may do with it."""
	hold = frappe.get_doc(queries.HOLD, name)
	row = {field: hold.get(field) for field in FIELDS}
	return {
		**_row(frappe._dict(row), authority_of(hold.company), frappe.session.user),
		"decider": get_fullname(hold.decided_by) if hold.decided_by else None,
		"first_approver": get_fullname(hold.first_approved_by) if hold.first_approved_by else None,
		"parts": {
			part: hold.get(part)
			for part in ("open_orders", "deliveries_to_bill", "receivables", "unallocated_payments")
		},
		"actions": actions_on(name),
		"may_review": may_review(hold),
	}


def may_review(hold: Any) -> bool:
	if not frappe.has_permission(queries.HOLD, "write", doc=hold):
		return False
	return any(transition["action"] == "Review" for transition in get_transitions(hold))


def my_authority(company: str) -> dict[str, Any]:
	"""Up to which amount the user may release in a company; `up_to` is None where it is any amount."""
	mine = authority_of(company)
	above = decimal(setting("four_eyes_above"))
	return {
		"company": company,
		"currency": currency_of(company),
		"any_amount": mine == rules.ANY_AMOUNT,
		"up_to": as_float(mine) if mine.is_finite() else None,
		"two_persons_above": as_float(above) if above else None,
	}


def act_on_all(names: Sequence[str], action: str, comment: str | None) -> list[dict[str, Any]]:
	"""Take an action on many holds. Each has its own outcome: one that fails is left as it was, and the others go on."""
	names = list(dict.fromkeys(names))
	wait_for(names)
	return [_attempt(name, action, comment) for name in names]


def _attempt(name: str, action: str, comment: str | None) -> dict[str, Any]:
	messages = list(frappe.local.message_log)
	frappe.db.savepoint(_SAVEPOINT)
	try:
		frappe.get_doc(queries.HOLD, name).check_permission("write")
		return {**act(name, action, comment), "done": True, "error": None, "message": None}
	except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		raise
	except Exception as error:
		if not isinstance(error, frappe.ValidationError | frappe.PermissionError | frappe.DoesNotExistError):
			raise
		frappe.db.rollback(save_point=_SAVEPOINT)
		frappe.local.message_log = messages
		return {
			"hold": name,
			"sales_order": None,
			"status": frappe.db.get_value(queries.HOLD, name, "status"),
			"done": False,
			"error": type(error).__name__,
			"message": " ".join(strip_html(str(error)).split()) or type(error).__name__,
		}


def history(name: str) -> list[dict[str, Any]]:
	"""What has happened to a hold, the oldest first: events, decisions, and who has changed what."""
	hold = frappe.get_doc(queries.HOLD, name)
	document = hold.sales_order or hold.held_document
	events = frappe.get_all(
		"O2C Event",
		filters={"reference_doctype": queries.HOLD, "reference_name": name},
		fields=["event", "event_time", "actor", "details"],
		limit_page_length=0,
	)
	decisions = frappe.get_all(
		"O2C Decision",
		filters={
			"decision_type": ("in", ("Credit Check", "Credit Recheck")),
			"subject_name": document,
		},
		fields=["name", "decision_type", "outcome", "reasons", "decided_at", "decided_by"],
		limit_page_length=0,
	)
	versions = frappe.get_all(
		"Version",
		filters={"ref_doctype": queries.HOLD, "docname": name},
		fields=["owner", "creation", "data"],
		limit_page_length=0,
	)
	entries = [
		*(
			_entry("event", row.event_time, row.actor, row.event, json.loads(row.details or "{}"))
			for row in events
		),
		*(
			_entry(
				"decision",
				row.decided_at,
				row.decided_by,
				row.decision_type,
				{"outcome": row.outcome, "reasons": row.reasons, "decision": row.name},
			)
			for row in decisions
		),
		*(
			_entry("change", row.creation, row.owner, "Changed", {"changes": changes})
			for row in versions
			if (changes := json.loads(row.data or "{}").get("changed"))
		),
	]
	return sorted(entries, key=lambda entry: str(entry["at"]))


def _entry(kind: str, at: Any, by: str | None, what: str, details: Mapping[str, Any]) -> dict[str, Any]:
	return {
		"kind": kind,
		"at": at,
		"by": by,
		"by_name": get_fullname(by) if by else None,
		"what": what,
		"details": dict(details),
	}


def set_priority(name: str, priority: int) -> dict[str, Any]:
	hold = frappe.get_doc(queries.HOLD, name)
	hold.priority = priority
	hold.save()
	return {"hold": hold.name, "priority": hold.priority}
