"""What remittance advices are joined by: our documents behind the references, customers, lines of statements."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

import frappe

from o2c_extensions.cash_application.domain.references import Series
from o2c_extensions.cash_application.queries.doctypes import (
	ADVICE,
	ADVICE_DOCUMENT,
	ADVICE_MAPPING,
	INVOICE,
	LINE,
	ORDER,
	PAYMENT,
)
from o2c_extensions.common.money import as_float

_LINE_FIELDS = [
	"name",
	"date",
	"deposit",
	"currency",
	"company",
	"description",
	"reference_number",
	"o2c_bank_reference",
	"o2c_end_to_end_id",
	"o2c_structured_references",
	"bank_party_name",
	"bank_party_iban",
	"o2c_match_status",
	"unallocated_amount",
	"o2c_bank_statement",
]


def mappings() -> list[Any]:
	"""The mappings that are in use."""
	return list(
		frappe.get_all(
			ADVICE_MAPPING, filters={"disabled": 0}, fields=["*"], order_by="name asc", limit_page_length=0
		)
	)


def advices_of(fingerprints: Collection[str]) -> dict[str, str]:
	"""{fingerprint: advice} of those that were taken before."""
	rows = frappe.get_all(
		ADVICE,
		filters={"fingerprint": ("in", list(fingerprints))},
		fields=["name", "fingerprint"],
		limit_page_length=0,
	)
	return {row.fingerprint: row.name for row in rows}


def documents_named(names: Collection[str]) -> dict[str, Any]:
	"""What documents of ours have these names, or were ordered under these numbers by the customer: {name or number: row}.

	Invoices come before orders. A number that several documents have names none of them.
	"""
	if not names:
		return {}
	wanted = list(names)
	fields = ["name", "customer", "company", "o2c_case"]
	common = {"docstatus": 1}
	invoices = frappe.get_all(
		INVOICE, filters={**common, "name": ("in", wanted)}, fields=fields, limit_page_length=0
	)
	orders = frappe.get_all(
		ORDER, filters={**common, "name": ("in", wanted)}, fields=fields, limit_page_length=0
	)
	numbered = frappe.get_all(
		INVOICE,
		filters={**common, "po_no": ("in", wanted), "is_return": 0},
		fields=[*fields, "po_no"],
		limit_page_length=0,
	)
	found: dict[str, Any] = {}
	several: set[str] = set()
	for row in numbered:
		several |= {row.po_no} & found.keys()
		found[row.po_no] = {**row, "doctype": INVOICE}
	for number in several:
		del found[number]
	found.update({row.name: {**row, "doctype": ORDER} for row in orders})
	found.update({row.name: {**row, "doctype": INVOICE} for row in invoices})
	return found


def customers_known_by(
	ibans: Collection[str], names: Collection[str]
) -> tuple[dict[str, str], dict[str, str]]:
	"""The customers that these accounts, and these very names, belong to: {iban: customer}, {name: customer}."""
	by_iban, by_name = {}, {}
	if ibans:
		rows = frappe.get_all(
			"Bank Account",
			filters={"iban": ("in", list(ibans)), "party_type": "Customer"},
			fields=["iban", "party"],
			limit_page_length=0,
		)
		by_iban = {row.iban: row.party for row in rows}
	if names:
		rows = frappe.get_all(
			"Customer",
			filters={"customer_name": ("in", list(names))},
			fields=["name", "customer_name"],
			limit_page_length=0,
		)
		by_name = {row.customer_name: row.name for row in rows}
	return by_iban, by_name


def unjoined() -> list[Any]:
	"""The advices whose line nobody has found yet."""
	return list(
		frappe.get_all(
			ADVICE,
			filters={"bank_transaction": ("is", "not set"), "status": ("in", ("Open", "Unknown"))},
			fields=[
				*("name", "currency", "total", "payment_reference", "payment_date", "creation", "payer"),
				*("payer_iban", "customer", "company", "advice_date"),
			],
			limit_page_length=0,
		)
	)


def payers_of(customers: Collection[str]) -> tuple[dict[str, str], dict[str, list[str]]]:
	"""What customers are called, and their IBANs."""
	if not customers:
		return {}, {}
	wanted = ("in", list(customers))
	titles = frappe.get_all(
		"Customer", filters={"name": wanted}, fields=["name", "customer_name"], limit_page_length=0
	)
	accounts = frappe.get_all(
		"Bank Account",
		filters={"party_type": "Customer", "party": wanted, "iban": ("is", "set")},
		fields=["party", "iban"],
		limit_page_length=0,
	)
	ibans: dict[str, list[str]] = {}
	for row in accounts:
		ibans.setdefault(row.party, []).append("".join(row.iban.split()).upper())
	return {row.name: row.customer_name for row in titles}, ibans


def deposits(first: date, last: date, amounts: Collection[Any], references: Collection[str]) -> list[Any]:
	"""The deposits of these days that have one of the amounts, or bear one of the references, and are no other advice's."""
	amounts_told = [["deposit", "in", [as_float(amount) for amount in amounts]]] if amounts else []
	fields = ("o2c_end_to_end_id", "o2c_bank_reference", "reference_number")
	told = [[field, "in", list(references)] for field in fields] if references else []
	if not amounts_told and not told:
		return []
	rows = frappe.get_all(
		LINE,
		filters={"docstatus": 1, "date": ("between", [first, last]), "deposit": (">", 0)},
		or_filters=[*amounts_told, *told],
		fields=_LINE_FIELDS,
		order_by="name asc",
		limit_page_length=0,
	)
	taken = advice_of([row.name for row in rows])
	return [row for row in rows if row.name not in taken]


def advice_of(lines: Iterable[str]) -> dict[str, str]:
	"""{line: advice} of the lines that an advice was joined with."""
	wanted = list(lines)
	if not wanted:
		return {}
	rows = frappe.get_all(
		ADVICE,
		filters={"bank_transaction": ("in", wanted)},
		fields=["name", "bank_transaction"],
		order_by="name asc",
		limit_page_length=0,
	)
	return {row.bank_transaction: row.name for row in rows}


def documents_of(advices: Collection[str]) -> dict[str, list[Any]]:
	"""The documents of advices, in their order."""
	if not advices:
		return {}
	rows = frappe.get_all(
		ADVICE_DOCUMENT,
		filters={"parent": ("in", list(advices)), "parenttype": ADVICE},
		fields=["parent", "reference", "document_type", "document", "amount", "has_amount", "currency"],
		order_by="parent asc, idx asc",
		limit_page_length=0,
	)
	found: dict[str, list[Any]] = {}
	for row in rows:
		found.setdefault(row.parent, []).append(row)
	return found


def payments_of(lines: Collection[str]) -> dict[str, list[str]]:
	"""{line: the Payment Entries that it is reconciled with}."""
	rows = frappe.get_all(
		"Bank Transaction Payments",
		filters={"parent": ("in", list(lines)), "payment_document": PAYMENT},
		fields=["parent", "payment_entry"],
		order_by="parent asc, idx asc",
		limit_page_length=0,
	)
	found: dict[str, list[str]] = {}
	for row in rows:
		found.setdefault(row.parent, []).append(row.payment_entry)
	return found


def paid_by(payments: Sequence[str]) -> dict[str, set[str]]:
	"""{Payment Entry: the documents that it pays}."""
	if not payments:
		return {}
	rows = frappe.get_all(
		"Payment Entry Reference",
		filters={"parent": ("in", list(payments)), "parenttype": PAYMENT, "docstatus": 1},
		fields=["parent", "reference_name"],
		limit_page_length=0,
	)
	found: dict[str, set[str]] = {}
	for row in rows:
		found.setdefault(row.parent, set()).add(row.reference_name)
	return found


def attachments(mail: str) -> list[Any]:
	"""The files that came with a mail, in their order."""
	return list(
		frappe.get_all(
			"File",
			filters={"attached_to_doctype": "Communication", "attached_to_name": mail},
			fields=["name", "file_name"],
			order_by="creation asc, name asc",
		)
	)


def invoice_series() -> tuple[Series, ...]:
	"""How this site names its invoices."""
	options = frappe.get_meta(INVOICE).get_field("naming_series").options or ""
	return tuple(Series(line.strip()) for line in options.split("\n") if line.strip())
