"""A customer's credit as the workspace shows it: what was agreed, what is at stake, and what was decided about it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Any

import frappe
from frappe.utils import get_fullname

from o2c_extensions.common.money import as_float, rounded
from o2c_extensions.credit_control.queries.holds import HOLD
from o2c_extensions.credit_control.services import exposure
from o2c_extensions.credit_control.services.exposure import Credit
from o2c_extensions.credit_control.services.terms import MissingRateError, currency_of
from o2c_extensions.o2c_workspace import queries
from o2c_extensions.o2c_workspace.domain.balances import month_ends

PROFILE, PROPOSAL = "Credit Profile", "Credit Limit Proposal"
_MONTHS = 12
_PROFILE = (
	"customer company limit_kind credit_limit currency valid_until payment_terms risk_class next_review score score_inputs "
	"external_rating rating_agency rated_on is_blocked block_reason parent_account is_natural_person notes modified "
	"modified_by"
).split()
# What of a profile's history is about credit. Changes of notes are on its form.
_AGREED = (
	"limit_kind credit_limit currency valid_until payment_terms risk_class next_review external_rating is_blocked "
	"parent_account"
).split()
_PROPOSAL = (
	"status direction current_limit proposed_limit currency reasons score proposed_on comment decided_by"
).split()


def standing(customer: str, company: str) -> tuple[dict[str, Any] | None, str | None]:
	"""Limit and exposure with its parts, and those of the account above; or why they cannot be told."""
	said = list(frappe.local.message_log)
	try:
		return _standing(exposure.credit_of(customer, company)), None
	except MissingRateError as error:
		frappe.local.message_log = said
		return None, str(error)


def _standing(found: Credit) -> dict[str, Any]:
	terms = found.terms
	return {
		"customer": found.customer,
		"currency": found.currency,
		"limit": as_float(terms.limit),
		"has_limit": terms.has_limit,
		"prepay_only": terms.prepay_only,
		"checked_at_orders": terms.at_orders,
		"source": terms.source,
		"exposure": as_float(found.exposure.total),
		"parts": {part: as_float(amount) for part, amount in asdict(found.exposure).items()},
		"available": as_float(rounded(terms.limit - found.exposure.total, found.currency))
		if terms.has_limit
		else None,
		"parent": _standing(found.parent) if found.parent else None,
	}


def overdue(customer: str, company: str, today: date) -> list[Any]:
	"""The customer's invoices that are overdue, the oldest first, as far as the viewer may see invoices."""
	return queries.documents(
		"Sales Invoice",
		[
			("customer", "=", customer),
			("company", "=", company),
			("docstatus", "=", 1),
			("outstanding_amount", ">", 0),
			("due_date", "<", today.isoformat()),
		],
		["posting_date", "due_date", "outstanding_amount", "currency", "grand_total", "status"],
		"due_date asc",
		50,
	)


def decisions_on(documents: list[str]) -> list[Any]:
	"""What was decided about these documents, the latest first."""
	if not documents:
		return []
	return queries.documents(
		"O2C Decision",
		[("reference_name", "in", documents)],
		[
			"decision_type",
			"outcome",
			"reasons",
			"rule",
			"rule_version",
			"decided_at",
			"decided_by",
			"reference_doctype",
			"reference_name",
		],
		"decided_at desc",
		30,
	)


def customer_credit(name: str, company: str, today: date) -> dict[str, Any]:
	"""One customer's credit in a company."""
	doc = frappe.get_doc("Customer", name)
	doc.check_permission("read")
	doc.apply_fieldlevel_read_permissions()
	holds = queries.documents(
		HOLD,
		[("customer", "=", name), ("company", "=", company)],
		[
			"status",
			"sales_order",
			"held_document",
			"order_amount",
			"excess",
			"currency",
			"creation",
			"decided_by",
			"released_automatically",
		],
		"creation desc",
		20,
	)
	found, problem = standing(name, company)
	profile = _profile(name, company)
	proposals = queries.documents(
		PROPOSAL, [("customer", "=", name), ("company", "=", company)], _PROPOSAL, "creation desc", 10
	)
	named = [hold.held_document or hold.sales_order for hold in holds]
	return {
		"customer": {
			field: doc.get(field)
			for field in "name customer_name customer_group territory customer_type payment_terms".split()
		},
		"company": company,
		"today": today.isoformat(),
		"currency": currency_of(company),
		"standing": found,
		"problem": problem,
		"profile": profile,
		"may": {
			**{right: _may(right, profile) for right in ("read", "write", "create")},
			"decide_proposals": queries.may_read(PROPOSAL) and bool(frappe.has_permission(PROPOSAL, "write")),
		},
		"balances": _balances(name, company, today),
		"overdue": overdue(name, company, today),
		"holds": holds,
		"proposals": proposals,
		"decisions": decisions_on([*named, *queries.names(holds), *queries.names(proposals)]),
		"history": _history(profile),
	}


def _balances(customer: str, company: str, today: date) -> list[dict[str, Any]] | None:
	"""What the customer owed at the end of each of the last months, and owes today; for whoever may see invoices."""
	if not queries.may_read("Sales Invoice"):
		return None
	days = month_ends(today, _MONTHS)
	found = queries.balances(customer, company, days)
	return [{"date": day.isoformat(), "value": as_float(found[day])} for day in days]


def _profile(customer: str, company: str) -> Any | None:
	rows = queries.documents(
		PROFILE, [("customer", "=", customer), ("company", "=", company)], _PROFILE, "creation asc", 1
	)
	return rows[0] if rows else None


def _may(right: str, profile: Any | None) -> bool:
	return bool(
		frappe.has_permission(PROFILE, right, doc=profile.name if profile and right != "create" else None)
	)


def _history(profile: Any | None) -> list[dict[str, Any]]:
	"""Who changed what was agreed, the latest first: for whoever may read the profile."""
	if not profile:
		return []
	rows = frappe.get_all(
		"Version",
		filters={"ref_doctype": PROFILE, "docname": profile.name},
		fields=["name", "owner", "creation", "data"],
		order_by="creation desc",
		limit_page_length=50,
	)
	steps = [
		{"name": row.name, "at": row.creation, "who": get_fullname(row.owner), "changes": _changes(row.data)}
		for row in rows
	]
	return [step for step in steps if step["changes"]]


def _changes(data: str) -> list[dict[str, Any]]:
	changed = json.loads(data or "{}").get("changed") or []
	return [{"field": field, "before": old, "after": new} for field, old, new in changed if field in _AGREED]
