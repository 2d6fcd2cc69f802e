"""Bank Transactions as the lines that the engine matches."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import frappe
from frappe.utils import getdate

from o2c_extensions.cash_application.domain.engine.model import Line
from o2c_extensions.cash_application.queries.doctypes import LINE
from o2c_extensions.common.money import cents, rounded

RETURNS = ("Return", "Reversal")

FIELDS = [
	"name",
	"docstatus",
	"date",
	"deposit",
	"withdrawal",
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
	"bank_party_account_number",
	"o2c_match_status",
	"o2c_bank_statement",
	"o2c_bank_reference",
	"o2c_end_to_end_id",
	"o2c_mandate_id",
	"o2c_creditor_id",
	"o2c_structured_references",
	"o2c_booking_code",
	"o2c_return_code",
	"o2c_return_reason",
	"o2c_charges",
	"o2c_instructed_amount",
	"o2c_instructed_currency",
]

# What a rule may ask for beside the line's own attributes: name in `Line.fields` -> field of the Bank Transaction.
RULE_FIELDS = {
	"bank_account": "bank_account",
	"company": "company",
	"description": "description",
	"reference": "reference_number",
	"bank_reference": "o2c_bank_reference",
	"party_account": "bank_party_account_number",
	"creditor_id": "o2c_creditor_id",
	"booking_code": "o2c_booking_code",
	"transaction_type": "transaction_type",
	"return_code": "o2c_return_code",
	"return_reason": "o2c_return_reason",
	"statement": "o2c_bank_statement",
}


def lines_of(
	company: str | None = None,
	*,
	since: date | None = None,
	until: date | None = None,
	names: Collection[str] | None = None,
	statements: Collection[str] = (),
	bank_accounts: Collection[str] = (),
	is_open: bool | None = None,
) -> list[Line]:
	"""Submitted Bank Transactions of a company as lines, in the order of day and name; in one query.

	Args:
		since, until: days, both included.
		names: only these.
		is_open: True: those that nothing was reconciled with yet; False: those that are reconciled, in whole or in part.
	"""
	return [line_of(row) for row in rows_of(company, since, until, names, statements, bank_accounts, is_open)]


def rows_of(
	company: str | None = None,
	since: date | None = None,
	until: date | None = None,
	names: Collection[str] | None = None,
	statements: Collection[str] = (),
	bank_accounts: Collection[str] = (),
	is_open: bool | None = None,
) -> list[Any]:
	"""The rows that `lines_of` makes lines of."""
	if names is not None and not names:
		return []
	filters: list[list[Any]] = [["docstatus", "=", 1]]
	for field, operator, value in (
		("company", "=", company),
		("date", ">=", since),
		("date", "<=", until),
		("name", "in", list(names or ())),
		("o2c_bank_statement", "in", list(statements)),
		("bank_account", "in", list(bank_accounts)),
	):
		if value:
			filters.append([field, operator, value])
	if is_open is not None:
		filters.append(["allocated_amount", "=" if is_open else ">", 0])
	return list(
		frappe.get_all(
			LINE, filters=filters, fields=FIELDS, order_by="date asc, name asc", limit_page_length=0
		)
	)


def lock_line(name: str) -> Any:
	"""A Bank Transaction as it is now; nobody else changes it until the transaction ends."""
	row = frappe.db.get_value(LINE, name, FIELDS, as_dict=True, for_update=True)
	if not row:
		frappe.throw(frappe._("{0} {1} not found").format(frappe._(LINE), name), frappe.DoesNotExistError)
	return row


def line_of(row: Any, rest: bool = False, advised: Collection[str] = ()) -> Line:
	"""A Bank Transaction's row as a line.

	Args:
		rest: what is still open on it, not all of it.
		advised: what the payer has told of it elsewhere, in a remittance advice.
	"""
	amount = rounded(row.deposit, row.currency) - rounded(row.withdrawal, row.currency)
	if rest:
		left = rounded(row.unallocated_amount, row.currency)
		amount = left if amount > 0 else -left
	references = [text for text in (row.o2c_structured_references or "").split("\n") if text]
	reference = row.reference_number or ""
	if reference and reference not in (row.o2c_bank_reference, row.o2c_end_to_end_id):
		references.append(reference)
	references += [text for text in advised if text not in references]
	return Line(
		name=row.name,
		amount=cents(amount, row.currency),
		currency=row.currency,
		day=getdate(row.date),
		texts=(row.description,) if row.description else (),
		references=tuple(references),
		end_to_end=row.o2c_end_to_end_id or "",
		mandate=row.o2c_mandate_id or "",
		party_name=row.bank_party_name or "",
		party_iban="".join((row.bank_party_iban or "").split()).upper(),
		is_return=row.transaction_type in RETURNS or bool(row.o2c_return_code),
		charges=cents(rounded(row.o2c_charges, row.currency), row.currency),
		instructed=_instructed(row),
		fields={name: str(row.get(field) or "") for name, field in RULE_FIELDS.items()},
	)


def _instructed(row: Any) -> tuple[int, str] | None:
	currency = row.o2c_instructed_currency
	if not currency or not row.o2c_instructed_amount:
		return None
	return cents(rounded(row.o2c_instructed_amount, currency), currency), str(currency)
