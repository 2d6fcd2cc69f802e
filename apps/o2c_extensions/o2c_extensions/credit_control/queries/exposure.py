"""What the ledgers and the open documents say about a customer's credit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Sum

from o2c_extensions.common.money import decimal, rounded
from o2c_extensions.credit_control.domain.credit import Exposure
from o2c_extensions.credit_control.queries.holds import FREE, HOLD

ACCOUNT = "Credit Account"

# What the payment ledger books under these was not paid for an invoice.
_PAYMENTS = ("Payment Entry", "Sales Order")


def account(name: str) -> Decimal | None:
	"""What the transaction sees of a credit account, None if nothing."""
	accepted = frappe.db.get_value(ACCOUNT, name, "accepted")
	return None if accepted is None else decimal(accepted)


def exposure(customer: str, company: str, currency: str, without: str | None = None) -> Exposure:
	"""The exposure as the transaction sees it, leaving out the order `without`. Three queries."""
	receivables, unallocated = _ledger(customer, company)
	return Exposure(
		open_orders=rounded(_open_orders(customer, company, without), currency),
		deliveries_to_bill=rounded(_deliveries_to_bill(customer, company), currency),
		receivables=rounded(receivables, currency),
		unallocated_payments=rounded(unallocated, currency),
	)


def _open_orders(customer: str, company: str, without: str | None) -> Decimal:
	"""What is not billed of orders that are neither closed nor held."""
	orders, holds = frappe.qb.DocType("Sales Order"), frappe.qb.DocType(HOLD)
	held = (
		frappe.qb.from_(holds)
		.select(holds.sales_order)
		.where((holds.customer == customer) & holds.status.notin(FREE))
	)
	query = (
		frappe.qb.from_(orders)
		.select(Sum(_payable(orders) * (100 - orders.per_billed) / 100))
		.where(
			(orders.customer == customer)
			& (orders.company == company)
			& (orders.docstatus == 1)
			& (orders.status != "Closed")
			& (orders.per_billed < 100)
			& orders.name.notin(held)
		)
	)
	if without:
		query = query.where(orders.name != without)
	return decimal(query.run()[0][0])


def _deliveries_to_bill(customer: str, company: str) -> Decimal:
	"""What is neither billed nor returned of deliveries that come from no order, each with its share of taxes.

	A delivery that comes from an invoice is in the receivables already, one that comes from an order in the open orders.
	"""
	notes, rows = frappe.qb.DocType("Delivery Note"), frappe.qb.DocType("Delivery Note Item")
	returns = _returned(customer, company).as_("returns")
	open_amount = rows.amount - Coalesce(rows.billed_amt, 0) - Coalesce(returns.amount, 0)
	share = open_amount / rows.amount * rows.base_net_amount / notes.base_net_total
	query = (
		frappe.qb.from_(notes)
		.join(rows)
		.on(rows.parent == notes.name)
		.left_join(returns)
		.on(returns.dn_detail == rows.name)
		.select(Sum(share * _payable(notes)))
		.where(
			(notes.customer == customer)
			& (notes.company == company)
			& (notes.docstatus == 1)
			& (notes.is_return == 0)
			& (notes.per_billed < 100)
			& notes.status.notin(("Closed", "Stopped"))
			& (notes.base_net_total > 0)
			& (rows.amount > 0)
			& (open_amount > 0)
			& (Coalesce(rows.against_sales_order, "") == "")
			& (Coalesce(rows.against_sales_invoice, "") == "")
		)
	)
	return decimal(query.run()[0][0])


def _returned(customer: str, company: str) -> Any:
	"""What came back of each row of a delivery. The row's own `returned_qty` is not kept up by all ways of returning."""
	notes, rows = frappe.qb.DocType("Delivery Note"), frappe.qb.DocType("Delivery Note Item")
	return (
		frappe.qb.from_(notes)
		.join(rows)
		.on(rows.parent == notes.name)
		.select(rows.dn_detail, Sum(-rows.amount).as_("amount"))
		.where(
			(notes.customer == customer)
			& (notes.company == company)
			& (notes.docstatus == 1)
			& (notes.is_return == 1)
			& (Coalesce(rows.dn_detail, "") != "")
		)
		.groupby(rows.dn_detail)
	)


def _ledger(customer: str, company: str) -> tuple[Decimal, Decimal]:
	"""What is to be paid, and what was paid for nothing in particular: (receivables, unallocated payments)."""
	entries = frappe.qb.DocType("Payment Ledger Entry")
	paid = Case().when(entries.against_voucher_type.isin(_PAYMENTS), entries.amount).else_(0)
	total, unallocated = (
		frappe.qb.from_(entries)
		.select(Sum(entries.amount), Sum(paid))
		.where(
			(entries.party_type == "Customer")
			& (entries.party == customer)
			& (entries.company == company)
			& (entries.account_type == "Receivable")
			& (entries.delinked == 0)
		)
		.run()[0]
	)
	# A payment stands in the ledger as a negative amount.
	return decimal(total) - decimal(unallocated), -decimal(unallocated)


def _payable(document: Any) -> Any:
	"""What the customer will have to pay for it: the rounded total, where totals are rounded."""
	return (
		Case()
		.when(document.base_rounded_total != 0, document.base_rounded_total)
		.else_(document.base_grand_total)
	)
