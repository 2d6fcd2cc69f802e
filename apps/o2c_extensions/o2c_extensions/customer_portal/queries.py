"""What belongs to a customer. Every query is bound to the customers that `customers_of` gives, and to submitted documents."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import frappe
from frappe.query_builder.functions import Sum

ORDER = [
	"name",
	"customer",
	"company",
	"transaction_date",
	"delivery_date",
	"po_no",
	"status",
	"per_delivered",
	"currency",
	"net_total",
	"total_taxes_and_charges",
	"grand_total",
	"rounded_total",
	"o2c_promised_date",
	"o2c_case",
]
INVOICE = [
	"name",
	"customer",
	"company",
	"posting_date",
	"due_date",
	"po_no",
	"is_return",
	"return_against",
	"currency",
	"party_account_currency",
	"net_total",
	"total_taxes_and_charges",
	"grand_total",
	"rounded_total",
	"base_grand_total",
	"base_rounded_total",
	"outstanding_amount",
]
DONE = ("Closed", "Completed", "Cancelled")


def customers_of(user: str) -> dict[str, str]:
	"""The customers that name `user` among their portal users: {name: the customer's name}.

	Contacts do not count. Any logged-in user may make a contact of their own and link it to whatever customer they like,
	and a contact's user follows from an e-mail address; the list of portal users is the company's own word.
	"""
	portal = frappe.qb.DocType("Portal User")
	customer = frappe.qb.DocType("Customer")
	rows = (
		frappe.qb.from_(customer)
		.join(portal)
		.on((portal.parent == customer.name) & (portal.parenttype == "Customer"))
		.select(customer.name, customer.customer_name)
		.distinct()
		.where(portal.user == user)
		.orderby(customer.customer_name)
		.orderby(customer.name)
	).run(as_dict=True)
	return {row.name: row.customer_name for row in rows}


def is_portal_user(user: str, parenttype: str, parent: str) -> bool:
	"""Whether the customer or supplier names `user` among its portal users."""
	return bool(frappe.db.exists("Portal User", {"user": user, "parenttype": parenttype, "parent": parent}))


def count(doctype: str, customers: Collection[str], only_open: bool = False) -> int:
	"""How many orders or invoices these customers have."""
	return int(frappe.db.count(doctype, _filters(doctype, customers, only_open)))


def orders(customers: Collection[str], start: int, limit: int, only_open: bool = False) -> list[Any]:
	"""The customers' orders, the newest first."""
	rows: list[Any] = frappe.get_all(
		"Sales Order",
		filters=_filters("Sales Order", customers, only_open),
		fields=ORDER,
		order_by="transaction_date desc, name desc",
		limit_start=start,
		limit_page_length=limit,
	)
	return rows


def invoices(customers: Collection[str], start: int, limit: int, only_open: bool = False) -> list[Any]:
	"""The customers' invoices, the newest first; open ones by the day on which they are due."""
	rows: list[Any] = frappe.get_all(
		"Sales Invoice",
		filters=_filters("Sales Invoice", customers, only_open),
		fields=INVOICE,
		order_by="due_date asc, name asc" if only_open else "posting_date desc, name desc",
		limit_start=start,
		limit_page_length=limit,
	)
	return rows


def own(doctype: str, name: str, customers: Collection[str]) -> Any | None:
	"""The order or invoice of that name, if one of these customers has it."""
	rows = frappe.get_all(
		doctype,
		filters={"name": name, **_filters(doctype, customers)},
		fields=ORDER if doctype == "Sales Order" else INVOICE,
		limit_page_length=1,
	)
	return rows[0] if rows else None


def open_invoices(customers: Collection[str]) -> list[Any]:
	"""What the amounts due are worked out from."""
	rows: list[Any] = frappe.get_all(
		"Sales Invoice",
		filters=_filters("Sales Invoice", customers, only_open=True),
		fields=["name", "company", "due_date", "currency", "party_account_currency", "outstanding_amount"],
		limit_page_length=0,
	)
	return rows


def instalments(customers: Collection[str], invoices: Collection[str] | None = None) -> dict[str, list[Any]]:
	"""When which part of the customers' open invoices is due: {invoice: rows}, in the receivable account's currency."""
	if not customers or (invoices is not None and not invoices):
		return {}
	invoice = frappe.qb.DocType("Sales Invoice")
	schedule = frappe.qb.DocType("Payment Schedule")
	query = (
		frappe.qb.from_(schedule)
		.join(invoice)
		.on((schedule.parent == invoice.name) & (schedule.parenttype == "Sales Invoice"))
		.select(
			schedule.parent,
			schedule.due_date,
			schedule.payment_term,
			schedule.payment_amount,
			schedule.base_payment_amount,
			invoice.currency,
			invoice.party_account_currency,
		)
		.where((invoice.docstatus == 1) & invoice.customer.isin(list(customers)))
		.orderby(schedule.parent)
		.orderby(schedule.idx)
	)
	if invoices is None:
		query = query.where(invoice.outstanding_amount > 0)
	else:
		query = query.where(invoice.name.isin(list(invoices)))
	found: dict[str, list[Any]] = {}
	for row in query.run(as_dict=True):
		found.setdefault(row.parent, []).append(row)
	return found


def order_lines(order: str) -> list[Any]:
	"""What was ordered, and what of it was delivered."""
	fields = ["item_code", "item_name", "qty", "delivered_qty", "uom", "rate", "amount"]
	rows: list[Any] = frappe.get_all(
		"Sales Order Item",
		filters={"parent": order, "parenttype": "Sales Order"},
		fields=[*fields, "delivery_date", "o2c_promised_date"],
		order_by="idx asc",
		limit_page_length=0,
	)
	return rows


def invoice_lines(invoice: str) -> list[Any]:
	"""What was invoiced."""
	rows: list[Any] = frappe.get_all(
		"Sales Invoice Item",
		filters={"parent": invoice, "parenttype": "Sales Invoice"},
		fields=["item_code", "item_name", "qty", "uom", "rate", "amount", "sales_order"],
		order_by="idx asc",
		limit_page_length=0,
	)
	return rows


def deliveries_of(order: str, customers: Collection[str]) -> list[Any]:
	"""The deliveries and returns of an order, by day."""
	delivery = frappe.qb.DocType("Delivery Note")
	line = frappe.qb.DocType("Delivery Note Item")
	return _through_lines(delivery, line, line.against_sales_order == order, customers)


def invoices_of(order: str, customers: Collection[str]) -> list[Any]:
	"""The invoices and credit notes of an order, by day."""
	invoice = frappe.qb.DocType("Sales Invoice")
	line = frappe.qb.DocType("Sales Invoice Item")
	return _through_lines(invoice, line, line.sales_order == order, customers)


def _through_lines(document: Any, line: Any, condition: Any, customers: Collection[str]) -> list[Any]:
	rows: list[Any] = (
		frappe.qb.from_(document)
		.join(line)
		.on(line.parent == document.name)
		.select(document.name, document.posting_date, document.is_return)
		.distinct()
		.where(condition & (document.docstatus == 1) & document.customer.isin(list(customers)))
		.orderby(document.posting_date)
		.orderby(document.name)
	).run(as_dict=True)
	return rows


def payments_of(invoice: str, customers: Collection[str]) -> list[Any]:
	"""What has been set off against an invoice, by day: payments, credit notes, adjustments."""
	ledger = frappe.qb.DocType("Payment Ledger Entry")
	amount = Sum(ledger.amount_in_account_currency)
	rows: list[Any] = (
		frappe.qb.from_(ledger)
		.select(ledger.posting_date, ledger.voucher_type, ledger.voucher_no, amount.as_("amount"))
		.where(_receivable(ledger, customers))
		.where((ledger.against_voucher_type == "Sales Invoice") & (ledger.against_voucher_no == invoice))
		.where(ledger.voucher_no != invoice)
		.groupby(ledger.posting_date, ledger.voucher_type, ledger.voucher_no)
		.orderby(ledger.posting_date)
		.orderby(ledger.voucher_no)
	).run(as_dict=True)
	return rows


def events(case: str, customers: Collection[str]) -> list[Any]:
	"""What happened in a case of these customers, in order.

	A case is named after a document, and the name of a deleted document may be given again: what was written before these
	customers' first order of the case is of another's.
	"""
	first = frappe.get_all(
		"Sales Order",
		filters={"o2c_case": case, "customer": ("in", list(customers))},
		order_by="creation asc",
		pluck="creation",
		limit=1,
	)
	if not first:
		return []
	rows: list[Any] = frappe.get_all(
		"O2C Event",
		filters={"o2c_case": case, "creation": (">=", first[0])},
		fields=["stage", "event", "event_time", "reference_doctype", "reference_name"],
		order_by="event_time asc, creation asc",
		limit_page_length=0,
	)
	return rows


def accounts(customers: Collection[str]) -> list[Any]:
	"""Balances of the customers by company and currency, as the Payment Ledger has them."""
	if not customers:
		return []
	ledger = frappe.qb.DocType("Payment Ledger Entry")
	balance = Sum(ledger.amount_in_account_currency)
	rows: list[Any] = (
		frappe.qb.from_(ledger)
		.select(ledger.party, ledger.company, ledger.account_currency, balance.as_("balance"))
		.where(_receivable(ledger, customers))
		.groupby(ledger.party, ledger.company, ledger.account_currency)
		.orderby(ledger.party)
		.orderby(ledger.company)
		.orderby(ledger.account_currency)
	).run(as_dict=True)
	return rows


def balance_before(customer: str, company: str, currency: str, day: date) -> Any:
	"""What was open at the end of the day before."""
	ledger = frappe.qb.DocType("Payment Ledger Entry")
	rows = (
		frappe.qb.from_(ledger)
		.select(Sum(ledger.amount_in_account_currency))
		.where(_of_account(ledger, customer, company, currency) & (ledger.posting_date < day))
	).run()
	return rows[0][0]


def ledger_rows(customer: str, company: str, currency: str, start: date, end: date) -> list[Any]:
	"""The rows of the Payment Ledger from `start` to `end`."""
	ledger = frappe.qb.DocType("Payment Ledger Entry")
	rows: list[Any] = (
		frappe.qb.from_(ledger)
		.select(
			ledger.posting_date,
			ledger.voucher_type,
			ledger.voucher_no,
			ledger.amount_in_account_currency,
			ledger.due_date,
		)
		.where(_of_account(ledger, customer, company, currency))
		.where((ledger.posting_date >= start) & (ledger.posting_date <= end))
	).run(as_dict=True)
	return rows


def _of_account(ledger: Any, customer: str, company: str, currency: str) -> Any:
	return (
		_receivable(ledger, [customer]) & (ledger.company == company) & (ledger.account_currency == currency)
	)


def _receivable(ledger: Any, customers: Collection[str]) -> Any:
	return (
		(ledger.account_type == "Receivable")
		& (ledger.party_type == "Customer")
		& ledger.party.isin(list(customers))
		& (ledger.delinked == 0)
	)


def _filters(doctype: str, customers: Collection[str], only_open: bool = False) -> dict[str, Any]:
	filters: dict[str, Any] = {"customer": ("in", list(customers)), "docstatus": 1}
	if only_open and doctype == "Sales Order":
		filters["status"] = ("not in", DONE)
	elif only_open:
		filters["outstanding_amount"] = (">", 0)
	return filters
