"""What the matching of receipts reads: lines, named invoices, earlier decisions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

import frappe
from frappe.utils import getdate

from o2c_extensions.cash_application.domain.matching import Instalment, OpenItem
from o2c_extensions.cash_application.domain.references import Series
from o2c_extensions.cash_application.queries.doctypes import INVOICE, LINE, PAYMENT
from o2c_extensions.common.money import decimal

_LINE_FIELDS = [
	"name",
	"docstatus",
	"date",
	"deposit",
	"allocated_amount",
	"unallocated_amount",
	"currency",
	"company",
	"bank_account",
	"description",
	"reference_number",
	"transaction_id",
	"transaction_type",
	"bank_party_name",
	"bank_party_iban",
	"o2c_match_status",
	"o2c_bank_statement",
]
_ITEM_FIELDS = [
	"name",
	"docstatus",
	"is_return",
	"customer",
	"currency",
	"debit_to",
	"party_account_currency",
	"outstanding_amount",
	"due_date",
	"posting_date",
	"payment_terms_template",
]


def lock_line(name: str) -> Any:
	"""A bank transaction as it is now; nobody else changes it until the transaction ends."""
	row = frappe.db.get_value(LINE, name, _LINE_FIELDS, as_dict=True, for_update=True)
	if not row:
		frappe.throw(frappe._("{0} {1} not found").format(frappe._(LINE), name), frappe.DoesNotExistError)
	return row


def lines(names: Sequence[str]) -> list[Any]:
	"""Bank transactions as they are seen now; not locked."""
	if not names:
		return []
	return list(
		frappe.get_all(LINE, filters={"name": ("in", list(names))}, fields=_LINE_FIELDS, limit_page_length=0)
	)


def payment_of(line: str) -> str | None:
	"""The Payment Entry that a line is reconciled with."""
	found = frappe.db.get_value(
		"Bank Transaction Payments",
		{"parent": line, "payment_document": PAYMENT},
		"payment_entry",
		for_update=True,
	)
	return str(found) if found else None


def was_matched(line: str) -> bool:
	"""Whether the app has matched this line before; if it waits now, a person has taken that back."""
	return bool(
		frappe.db.exists(
			"O2C Decision",
			{
				"decision_type": "Cash Match",
				"reference_doctype": LINE,
				"reference_name": line,
				"outcome": "Matched",
			},
		)
	)


def last_reasons(line: str) -> str | None:
	"""Why the line waits, as it was last put on record."""
	rows = frappe.get_all(
		"O2C Decision",
		filters={"decision_type": "Cash Match", "reference_doctype": LINE, "reference_name": line},
		fields=["outcome", "reasons"],
		order_by="decided_at desc",
		limit_page_length=1,
	)
	return str(rows[0].reasons) if rows and rows[0].outcome == "Waiting" else None


def invoice_series() -> tuple[Series, ...]:
	"""How this site names its invoices."""
	options = frappe.get_meta(INVOICE).get_field("naming_series").options or ""
	return tuple(Series(line.strip()) for line in options.split("\n") if line.strip())


def named_items(names: Collection[str], company: str) -> list[OpenItem]:
	"""The submitted invoices of `company` with these names, or amended from them; locked until the transaction ends.

	Only rows that exist are locked: a lock on a name that nothing has would keep others from inserting near it.
	"""
	if not names:
		return []
	found = frappe.get_all(
		INVOICE,
		filters={"name": ("in", list(names)), "company": company, "docstatus": (">", 0)},
		fields=["name", "docstatus"],
		limit_page_length=0,
	)
	wanted = {row.name for row in found if row.docstatus == 1}
	if cancelled := [row.name for row in found if row.docstatus == 2]:
		wanted |= set(
			frappe.get_all(INVOICE, filters={"amended_from": ("in", cancelled), "docstatus": 1}, pluck="name")
		)
	if not wanted:
		return []
	rows = frappe.db.get_values(
		INVOICE,
		{"name": ("in", sorted(wanted))},
		_ITEM_FIELDS,
		as_dict=True,
		for_update=True,
		order_by="name asc",
	)
	rows = [row for row in rows if row.docstatus == 1 and not row.is_return]
	instalments = _instalments(rows)
	return [_item(row, instalments.get(row.name, ())) for row in rows]


def invoices_named(names: Collection[str]) -> list[OpenItem]:
	"""The submitted invoices with these very names, of any company; not locked, without their instalments."""
	if not names:
		return []
	filters = {"name": ("in", list(names)), "docstatus": 1, "is_return": 0}
	rows = frappe.get_all(INVOICE, filters=filters, fields=_ITEM_FIELDS, limit_page_length=0)
	return [_item(row, ()) for row in rows]


def _instalments(invoices: Collection[Any]) -> dict[str, tuple[Instalment, ...]]:
	"""The open instalments of the invoices whose payments ERPNext wants allocated by payment term."""
	templates = {row.payment_terms_template for row in invoices} - {None, ""}
	if not templates:
		return {}
	by_term = frappe.get_all(
		"Payment Terms Template",
		filters={"name": ("in", list(templates)), "allocate_payment_based_on_payment_terms": 1},
		pluck="name",
	)
	rows = frappe.get_all(
		"Payment Schedule",
		filters={
			"parenttype": INVOICE,
			"parent": ("in", [row.name for row in invoices if row.payment_terms_template in by_term]),
			"outstanding": (">", 0),
		},
		fields=["parent", "payment_term", "outstanding"],
		order_by="due_date asc, idx asc",
		limit_page_length=0,
	)
	found: dict[str, tuple[Instalment, ...]] = {}
	for row in rows:
		part = Instalment(row.payment_term or "", decimal(row.outstanding))
		found[row.parent] = (*found.get(row.parent, ()), part)
	return found


def _item(row: Any, instalments: tuple[Instalment, ...]) -> OpenItem:
	return OpenItem(
		name=row.name,
		customer=row.customer,
		currency=row.currency,
		account=row.debit_to,
		account_currency=row.party_account_currency or row.currency,
		outstanding=decimal(row.outstanding_amount),
		due_date=getdate(row.due_date or row.posting_date),
		posting_date=getdate(row.posting_date),
		instalments=instalments,
	)


def customers_like(name: str | None, iban: str | None) -> list[str]:
	"""The customers whom a line's other party can be: by a bank account on record, else by their exact name."""
	if iban:
		known = frappe.get_all(
			"Bank Account", filters={"iban": iban, "party_type": "Customer"}, pluck="party", distinct=True
		)
		if known:
			return sorted(known)
	if name:
		return sorted(frappe.get_all("Customer", filters={"customer_name": name}, pluck="name", limit=5))
	return []


def open_receipts(today: date, statements: Iterable[str] = ()) -> list[str]:
	"""Deposits up to `today` that are not reconciled with anything yet, the oldest first."""
	filters: dict[str, Any] = {
		"docstatus": 1,
		"deposit": (">", 0),
		"allocated_amount": 0,
		"date": ("<=", today),
	}
	if wanted := list(statements):
		filters["o2c_bank_statement"] = ("in", wanted)
	return list(
		frappe.get_all(
			LINE, filters=filters, order_by="date asc, name asc", pluck="name", limit_page_length=0
		)
	)


def waiting_reasons(lines: Sequence[str]) -> dict[str, str]:
	"""For each line, the reasons of the latest decision about it."""
	rows = frappe.get_all(
		"O2C Decision",
		filters={"decision_type": "Cash Match", "reference_doctype": LINE, "reference_name": ("in", lines)},
		fields=["reference_name", "reasons"],
		order_by="decided_at asc",
		limit_page_length=0,
	)
	return {row.reference_name: row.reasons for row in rows}
