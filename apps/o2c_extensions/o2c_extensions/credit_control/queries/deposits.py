"""What was paid ahead: for an order, and for nothing in particular. In the company's currency."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Sum

from o2c_extensions.common.money import decimal
from o2c_extensions.credit_control.queries.holds import HOLD


def paid_for(orders: Collection[str]) -> dict[str, Decimal]:
	"""What customers have paid for each of these orders: payments less refunds, and journal entries."""
	if not orders:
		return {}
	found: dict[str, Decimal] = {}
	for order, amount in [*_payments(orders), *_journals(orders)]:
		found[order] = found.get(order, Decimal(0)) + decimal(amount)
	return found


def _payments(orders: Collection[str]) -> list[tuple[str, float]]:
	payment, row = frappe.qb.DocType("Payment Entry"), frappe.qb.DocType("Payment Entry Reference")
	in_company_currency = (
		Case()
		.when(payment.payment_type == "Receive", row.allocated_amount * payment.source_exchange_rate)
		.else_(-row.allocated_amount * payment.target_exchange_rate)
	)
	rows: list[tuple[str, float]] = (
		frappe.qb.from_(row)
		.join(payment)
		.on(payment.name == row.parent)
		.select(row.reference_name, Sum(in_company_currency))
		.where(
			(row.reference_doctype == "Sales Order")
			& row.reference_name.isin(sorted(orders))
			& (payment.docstatus == 1)
		)
		.groupby(row.reference_name)
		.run()
	)
	return rows


def _journals(orders: Collection[str]) -> list[tuple[str, float]]:
	entry, row = frappe.qb.DocType("Journal Entry"), frappe.qb.DocType("Journal Entry Account")
	rows: list[tuple[str, float]] = (
		frappe.qb.from_(row)
		.join(entry)
		.on(entry.name == row.parent)
		.select(row.reference_name, Sum(row.credit - row.debit))
		.where(
			(row.reference_type == "Sales Order")
			& row.reference_name.isin(sorted(orders))
			& (entry.docstatus == 1)
		)
		.groupby(row.reference_name)
		.run()
	)
	return rows


def unallocated(customer: str, company: str) -> Decimal:
	"""What the customer has paid for nothing in particular, less what has let orders go that are not billed yet."""
	payment = frappe.qb.DocType("Payment Entry")
	paid = (
		frappe.qb.from_(payment)
		.select(Sum(payment.unallocated_amount * payment.source_exchange_rate))
		.where(
			(payment.party_type == "Customer")
			& (payment.party == customer)
			& (payment.company == company)
			& (payment.payment_type == "Receive")
			& (payment.docstatus == 1)
		)
		.run()[0][0]
	)
	hold, order = frappe.qb.DocType(HOLD), frappe.qb.DocType("Sales Order")
	taken = (
		frappe.qb.from_(hold)
		.join(order)
		.on(order.name == hold.sales_order)
		.select(Sum(hold.deposit_unallocated))
		.where(
			(hold.customer == customer)
			& (hold.company == company)
			& (hold.status == "Released")
			& (order.docstatus == 1)
			& (order.status != "Closed")
			& (Coalesce(order.per_billed, 0) < 100)
		)
		.run()[0][0]
	)
	return max(decimal(paid) - decimal(taken), Decimal(0))
