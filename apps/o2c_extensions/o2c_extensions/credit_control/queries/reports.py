"""What the reports on credit are made of, as far as whoever looks may see it: a few queries a report."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

import frappe

from o2c_extensions.credit_control.queries.holds import FREE, HOLD

PROFILE = "Credit Profile"
PROPOSAL = "Credit Limit Proposal"
# Where a limit may be said.
LIMITED = (PROFILE, "Customer", "Customer Group", "Company")

# What the exposure is made of.
PARTS = ("open_orders", "deliveries_to_bill", "receivables", "unallocated_payments")

_FIELDS = (
	"name customer customer_name company currency status checkpoint causes reasons sales_order held_doctype "
	"held_document order_amount credit_limit exposure excess amount_to_release creation decided_by decided_at "
	"released_automatically comment"
).split()


def waiting(company: str, customer: str | None = None) -> list[Any]:
	"""The holds of a company that wait for a decision, the oldest first."""
	return _holds(company, customer, [("status", "not in", (*FREE, "Rejected"))], "creation asc")


def decided(
	company: str, first: date, last: date, statuses: Collection[str], customer: str | None = None
) -> list[Any]:
	"""The holds that came to one of these ends from the first to the last day, in that order."""
	filters = [
		("status", "in", list(statuses)),
		("decided_at", ">=", start_of(first)),
		("decided_at", "<", start_of(last + timedelta(days=1))),
	]
	return _holds(company, customer, filters, "decided_at asc")


def _holds(
	company: str, customer: str | None, filters: list[tuple[str, str, Any]], order_by: str
) -> list[Any]:
	whose = [("company", "=", company), *([("customer", "=", customer)] if customer else [])]
	rows: list[Any] = frappe.get_list(
		HOLD,
		filters=[list(each) for each in (*filters, *whose)],
		fields=_FIELDS,
		order_by=f"{order_by}, name asc",
		limit_page_length=0,
	)
	return rows


def gone(orders: Iterable[str]) -> dict[str, float]:
	"""Of these orders those that are closed or cancelled, and how much of each was delivered or billed, in percent."""
	rows = frappe.get_all(
		"Sales Order",
		filters={"name": ("in", [*orders, ""])},
		fields=["name", "docstatus", "status", "per_delivered", "per_billed"],
		limit_page_length=0,
	)
	return {
		row.name: min(max(row.per_delivered or 0, row.per_billed or 0), 100)
		for row in rows
		if row.docstatus == 2 or row.status == "Closed"
	}


def amendments(orders: Iterable[str]) -> dict[str, str]:
	"""The orders that came in place of these, by the order that they amend; cancelled ones count for nothing."""
	rows = frappe.get_all(
		"Sales Order",
		filters={"amended_from": ("in", [*orders, ""]), "docstatus": ("<", 2)},
		fields=["name", "amended_from"],
		limit_page_length=0,
	)
	return {row.amended_from: row.name for row in rows}


def changes_of_limits(company: str, first: date) -> list[Any]:
	"""The history since a day, where it touches a limit: of profiles, customers, their groups and the company."""
	rows: list[Any] = frappe.get_all(
		"Version",
		filters=[
			["ref_doctype", "in", LIMITED],
			["data", "like", "%limit%"],
			["creation", ">=", start_of(first)],
		],
		fields=["name", "ref_doctype", "docname", "data", "owner", "creation"],
		order_by="creation asc, name asc",
		limit_page_length=0,
	)
	return [row for row in rows if row.ref_doctype != "Company" or row.docname == company]


def companies_of_limits(rows: Iterable[str]) -> dict[str, str]:
	"""The company of each row of a customer's or a group's credit limits that is still there."""
	found = frappe.get_all(
		"Customer Credit Limit",
		filters={"name": ("in", [*rows, ""])},
		fields=["name", "company"],
		parent_doctype="Customer",
		limit_page_length=0,
	)
	return {row.name: row.company for row in found}


def profiles(company: str) -> dict[str, Any]:
	"""The credit profiles of a company that the user may see, by name."""
	rows = frappe.get_list(
		PROFILE,
		filters={"company": company},
		fields=[
			"name",
			"customer",
			"customer_name",
			"owner",
			"creation",
			"limit_kind",
			"credit_limit",
			"currency",
		],
		limit_page_length=0,
	)
	return {row.name: row for row in rows}


def customers(names: Iterable[str]) -> dict[str, str]:
	"""Those of these customers that the user is not confined away from, with what they are called.

	Who works on credit need not have the right to customers; a User Permission on them counts all the same.
	"""
	allowed = [
		row.doc
		for row in frappe.permissions.get_user_permissions(frappe.session.user).get("Customer", ())
		if not row.applicable_for
	]
	rows = frappe.get_all(
		"Customer",
		filters={"name": ("in", [*names, ""])},
		fields=["name", "customer_name"],
		limit_page_length=0,
	)
	return {row.name: row.customer_name for row in rows if not allowed or row.name in allowed}


def decided_proposals(company: str, first: date, last: date) -> list[Any]:
	"""The proposals that a person has decided about from the first to the last day."""
	rows: list[Any] = frappe.get_list(
		PROPOSAL,
		filters=[
			["company", "=", company],
			["status", "in", ["Accepted", "Declined"]],
			["decided_at", ">=", start_of(first)],
			["decided_at", "<", start_of(last + timedelta(days=1))],
		],
		fields=(
			"name customer customer_name status direction current_limit proposed_limit currency decided_by "
			"decided_at comment"
		).split(),
		order_by="decided_at asc, name asc",
		limit_page_length=0,
	)
	return rows


def accounts(company: str, customer: str | None = None, group: str | None = None) -> list[Any]:
	"""The credit accounts of a company that the user may see, with each customer's name and group.

	Args:
		group: only customers of this group and of those below it.
	"""
	filters = {"company": company, **({"customer": customer} if customer else {})}
	rows: list[Any] = frappe.get_list(
		"Credit Account",
		filters=filters,
		fields=[*PARTS, "customer", "company", "root_account"],
		limit_page_length=0,
	)
	customers = frappe.get_all(
		"Customer", fields=["name", "customer_name", "customer_group"], limit_page_length=0
	)
	known = {row.name: row for row in customers}
	wanted = {group, *frappe.db.get_descendants("Customer Group", group)} if group else None
	found = []
	for row in rows:
		master = known.get(row.customer)
		if master and (wanted is None or master.customer_group in wanted):
			row.update({"customer_name": master.customer_name, "customer_group": master.customer_group})
			found.append(row)
	return found


def start_of(day: date) -> datetime:
	"""The first moment of a day."""
	return datetime.combine(day, time.min)
