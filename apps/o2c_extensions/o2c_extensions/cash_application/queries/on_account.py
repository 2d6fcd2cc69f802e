"""What stands on a customer's account, and the invoice that it may be for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import frappe

from o2c_extensions.cash_application.queries.doctypes import INVOICE, LINE, ORDER, PAYMENT

_INVOICE_FIELDS = (
	*("name", "docstatus", "is_return", "customer", "company", "currency", "conversion_rate", "debit_to"),
	*("party_account_currency", "outstanding_amount", "base_grand_total", "grand_total", "posting_date"),
	*("po_no", "o2c_case", "cost_center"),
)
_PAYMENT_FIELDS = ("posting_date", "reference_no", "remarks", "paid_from", "source_exchange_rate")
# Far more than a customer has at a time: whoever has more is looked at by a person.
MOST = 500


def invoice(name: str, dimensions: Collection[str] = ()) -> Any:
	"""An invoice as it is now; nobody else pays it until the transaction ends."""
	fields = [*_INVOICE_FIELDS, *dimensions]
	return frappe.db.get_value(INVOICE, name, fields, as_dict=True, for_update=True)


def orders_of(invoice: str) -> dict[str, str]:
	"""The orders that an invoice is for, each with the customer's own number of it."""
	names = frappe.get_all(
		"Sales Invoice Item",
		filters={"parent": invoice, "parenttype": INVOICE, "sales_order": ("is", "set")},
		pluck="sales_order",
		distinct=True,
		order_by=None,
	)
	if not names:
		return {}
	rows = frappe.get_all(
		ORDER, filters={"name": ("in", names)}, fields=["name", "po_no"], order_by="name asc"
	)
	return {row.name: row.po_no or "" for row in rows}


def unallocated(customer: str, company: str) -> list[Any]:
	"""What receipts of the customer have left, the oldest first."""
	return list(
		frappe.get_all(
			PAYMENT,
			filters={
				"party_type": "Customer",
				"party": customer,
				"company": company,
				"docstatus": 1,
				"payment_type": "Receive",
				"unallocated_amount": (">", 0),
			},
			fields=["name", "unallocated_amount", *_PAYMENT_FIELDS],
			order_by="posting_date asc, name asc",
			limit_page_length=MOST,
		)
	)


def advances(orders: Collection[str], customer: str) -> list[Any]:
	"""What the customer has paid in advance on these orders: rows of payments, each with what its payment has."""
	if not orders:
		return []
	rows = frappe.get_all(
		"Payment Entry Reference",
		filters={
			"reference_doctype": ORDER,
			"reference_name": ("in", list(orders)),
			"parenttype": PAYMENT,
			"docstatus": 1,
			"allocated_amount": (">", 0),
		},
		fields=["name", "parent", "reference_name", "allocated_amount"],
		limit_page_length=MOST,
	)
	if not rows:
		return []
	payments = {
		row.name: row
		for row in frappe.get_all(
			PAYMENT,
			filters={
				"name": ("in", [row.parent for row in rows]),
				"docstatus": 1,
				"payment_type": "Receive",
				"party_type": "Customer",
				"party": customer,
			},
			fields=["name", *_PAYMENT_FIELDS],
			limit_page_length=0,
		)
	}
	return [frappe._dict({**row, "payment": payments[row.parent]}) for row in rows if row.parent in payments]


def lock(payments: Collection[str], rows: Collection[str]) -> dict[str, Any]:
	"""Nobody else takes anything of these payments until the transaction ends: {payment or row: what it has left now}."""
	left = _locked(PAYMENT, payments, "unallocated_amount")
	return left | _locked("Payment Entry Reference", rows, "allocated_amount")


def _locked(doctype: str, names: Collection[str], field: str) -> dict[str, Any]:
	if not names:
		return {}
	rows = frappe.db.get_values(
		doctype,
		{"name": ("in", sorted(names)), "docstatus": 1},
		["name", field],
		as_dict=True,
		for_update=True,
		order_by="name asc",
	)
	return {row.name: row[field] for row in rows}


def texts_of(payments: Collection[str]) -> dict[str, list[str]]:
	"""What payers wrote, as the bank told it: {Payment Entry: texts of its lines}."""
	if not payments:
		return {}
	links = frappe.get_all(
		"Bank Transaction Payments",
		filters={"payment_document": PAYMENT, "payment_entry": ("in", list(payments))},
		fields=["parent", "payment_entry"],
		limit_page_length=0,
	)
	if not links:
		return {}
	rows = frappe.get_all(
		LINE,
		filters={"name": ("in", [row.parent for row in links]), "docstatus": 1},
		fields=["name", "description", "o2c_structured_references", "o2c_end_to_end_id"],
		limit_page_length=0,
	)
	told = {row.name: [row.description, row.o2c_structured_references, row.o2c_end_to_end_id] for row in rows}
	found: dict[str, list[str]] = {}
	for link in links:
		found.setdefault(link.payment_entry, []).extend(text for text in told.get(link.parent, ()) if text)
	return found


def other_open(customer: str, company: str, without: str) -> list[Any]:
	"""The customer's other open invoices."""
	return list(
		frappe.get_all(
			INVOICE,
			filters={
				"customer": customer,
				"company": company,
				"docstatus": 1,
				"outstanding_amount": (">", 0),
				"name": ("!=", without),
			},
			fields=["name", "outstanding_amount"],
			limit_page_length=0,
		)
	)
