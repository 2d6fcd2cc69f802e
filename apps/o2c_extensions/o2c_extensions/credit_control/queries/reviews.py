"""Which customers are to be reviewed, and what became of earlier proposals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import frappe
from frappe.query_builder.functions import Count
from frappe.utils import getdate

from o2c_extensions.credit_control.domain.proposal import Decided, is_due
from o2c_extensions.credit_control.queries.terms import PROFILE

PROPOSAL = "Credit Limit Proposal"
PROPOSED = "Proposed"
DECIDED = ("Accepted", "Declined")


@dataclass(frozen=True)
class Earlier:
	"""The proposal that waits for a person, if any, with its limit; and what was decided about the last one."""

	open: str | None = None
	open_limit: Any = None
	last: Decided | None = None


def due(company: str | None, today: date, everybody: bool = False) -> list[tuple[str, str]]:
	"""Company and customer of the profiles that are to be reviewed: those that are due, or all."""
	rows = frappe.get_all(
		PROFILE,
		filters={"company": company} if company else {},
		fields=["company", "customer", "next_review", "valid_until", "reviewed_on"],
		order_by="company asc, customer asc",
		limit_page_length=0,
	)
	return [
		(row.company, row.customer)
		for row in rows
		if everybody or is_due(row.next_review, row.valid_until, row.reviewed_on, today)
	]


def without_profile(company: str | None) -> list[tuple[str, str]]:
	"""Company and customer where there are invoices and no profile."""
	invoice, profile = frappe.qb.DocType("Sales Invoice"), frappe.qb.DocType(PROFILE)
	query = (
		frappe.qb.from_(invoice)
		.left_join(profile)
		.on((profile.customer == invoice.customer) & (profile.company == invoice.company))
		.select(invoice.company, invoice.customer, Count(invoice.name).as_("number"))
		.where((invoice.docstatus == 1) & profile.name.isnull())
		.groupby(invoice.company, invoice.customer)
		.orderby(invoice.company)
		.orderby(invoice.customer)
	)
	if company:
		query = query.where(invoice.company == company)
	return [(row.company, row.customer) for row in query.run(as_dict=True)]


def review_months(risk_class: str) -> int:
	"""After how many months customers of a class are reviewed again; 0 where that is not said."""
	return int(
		(risk_class and frappe.get_cached_value("Credit Risk Class", risk_class, "review_months")) or 0
	)


def earlier(profile: str) -> Earlier:
	"""What there is of proposals for a profile."""
	rows = frappe.get_all(
		PROPOSAL,
		filters={"credit_profile": profile, "status": ("in", (PROPOSED, *DECIDED))},
		fields=["name", "status", "score", "proposed_limit", "decided_at"],
		order_by="creation desc, name desc",
		limit_page_length=0,
	)
	waiting = next((row for row in rows if row.status == PROPOSED), None)
	decided = max(
		(row for row in rows if row.status in DECIDED), key=lambda row: row.decided_at, default=None
	)
	return Earlier(
		open=waiting.name if waiting else None,
		open_limit=waiting.proposed_limit if waiting else None,
		last=Decided(getdate(decided.decided_at), decided.score or None) if decided else None,
	)
