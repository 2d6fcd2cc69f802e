"""Deductions as they are stored: made at once, looked up by what they belong to, locked one at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import frappe
from frappe.utils import now_datetime

from o2c_extensions.cash_application.domain.deductions import ACCEPTED, FOLLOWING
from o2c_extensions.cash_application.queries.doctypes import DEDUCTION, INVOICE, REASON

_STANDARD = ("name", "creation", "modified", "owner", "modified_by")


def insert(rows: Sequence[Mapping[str, Any]]) -> None:
	"""Write deductions in one statement, however many there are."""
	now, user = now_datetime(), frappe.session.user
	fields = [*_STANDARD, *(field for field in rows[0] if field != "name")]
	values = [(row["name"], now, now, user, user, *(row[field] for field in fields[5:])) for row in rows]
	frappe.db.bulk_insert(DEDUCTION, fields, values)


def reason(code: str) -> Any:
	return frappe.db.get_value(
		REASON, code, ["name", "reason_name", "account", "needs_person", "responsible"], as_dict=True
	)


def locked(name: str) -> Any:
	"""A deduction as it is now; nobody changes it until the transaction ends."""
	row = frappe.db.get_value(DEDUCTION, name, "*", as_dict=True, for_update=True)
	if not row:
		raise frappe.DoesNotExistError(name)
	return row


def following(invoices: Collection[str]) -> dict[str, list[Any]]:
	"""invoice -> its deductions that follow what is open on it, the earliest first."""
	found: dict[str, list[Any]] = {}
	for row in frappe.get_all(
		DEDUCTION,
		filters={"sales_invoice": ("in", list(invoices)), "status": ("in", FOLLOWING)},
		fields=[
			*("name", "sales_invoice", "status", "amount", "open_amount", "currency", "decided_by", "date"),
			*("o2c_case", "reason", "customer"),
		],
		order_by="date asc, creation asc, name asc",
		limit_page_length=0,
	):
		found.setdefault(row.sales_invoice, []).append(row)
	return found


def open_on(invoices: Collection[str]) -> dict[str, Any]:
	"""invoice -> what is open on it; nothing on one that is not submitted."""
	rows = frappe.get_all(
		INVOICE,
		filters={"name": ("in", list(invoices)), "docstatus": 1},
		fields=["name", "outstanding_amount"],
		limit_page_length=0,
	)
	return {row.name: row.outstanding_amount for row in rows}


def of_payment(payment: str) -> list[str]:
	return list(
		frappe.get_all(
			DEDUCTION, filters={"payment_entry": payment, "status": ("in", FOLLOWING)}, pluck="name"
		)
	)


def of_entry(journal_entry: str) -> list[Any]:
	"""What was accepted with a Journal Entry."""
	return list(
		frappe.get_all(
			DEDUCTION,
			filters={"journal_entry": journal_entry, "status": ACCEPTED},
			fields=["name", "sales_invoice"],
		)
	)


def entries_of(line: str) -> list[str]:
	"""The Journal Entries that what was kept back with a line was accepted with."""
	return list(
		frappe.get_all(
			DEDUCTION,
			filters={"bank_transaction": line, "status": ACCEPTED},
			pluck="journal_entry",
			order_by="creation asc, name asc",
		)
	)


def assigned(deductions: Collection[str]) -> list[str]:
	"""Those of these that somebody still has on their list."""
	return list(
		frappe.get_all(
			"ToDo",
			filters={
				"reference_type": DEDUCTION,
				"reference_name": ("in", list(deductions)),
				"status": "Open",
			},
			pluck="reference_name",
			distinct=True,
			limit_page_length=0,
		)
	)


def invoice_rate(invoice: str) -> Any:
	"""What a Journal Entry against an invoice needs to know of it."""
	return frappe.db.get_value(
		INVOICE,
		invoice,
		["customer", "company", "debit_to", "party_account_currency", "conversion_rate", "cost_center"],
		as_dict=True,
	)
