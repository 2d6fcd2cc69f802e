"""What bills, deliveries, payments and dunnings say of a customer's past: one query a kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import frappe
from frappe.utils import get_datetime, getdate

from o2c_extensions.common.money import decimal
from o2c_extensions.credit_control.domain.credit import ZERO
from o2c_extensions.credit_control.domain.past import Billed, Booked, Delivered, Dunned, PastInvoice, Shipped
from o2c_extensions.credit_control.queries.facts import PROMISE_BROKEN, RETURNED

_PAYMENTS = ("Payment Entry", "Sales Order")


def payable(document: Any) -> Decimal:
	"""What the customer has to pay for it: the rounded total, where totals are rounded."""
	return decimal(document.base_rounded_total or document.base_grand_total)


# --- the ledger ----------------------------------------------------------------------------------------------------------


def bookings(customer: str, company: str) -> list[tuple[str, Booked]]:
	"""The entries of the payment ledger, each with its voucher. What was cancelled counts until then."""
	rows = frappe.get_all(
		"Payment Ledger Entry",
		filters={
			"party_type": "Customer",
			"party": customer,
			"company": company,
			"account_type": "Receivable",
		},
		fields=[
			"voucher_no",
			"against_voucher_type",
			"against_voucher_no",
			"amount",
			"posting_date",
			"creation",
			"modified",
			"delinked",
		],
		order_by="creation asc, name asc",
		limit_page_length=0,
	)
	return [(row.voucher_no, _booking(row)) for row in rows]


def _booking(row: Any) -> Booked:
	is_payment = row.against_voucher_type in _PAYMENTS
	return Booked(
		amount=decimal(row.amount),
		invoice=row.against_voucher_no if row.against_voucher_type == "Sales Invoice" else "",
		is_payment=is_payment,
		day=getdate(row.posting_date),
		since=get_datetime(row.creation),
		# The entry that takes another one back is born delinked: it counts at no moment.
		until=get_datetime(row.modified) if row.delinked else None,
	)


def submissions(booked: list[tuple[str, Booked]]) -> dict[str, tuple[datetime, datetime | None]]:
	"""From when, and until when, each voucher counts."""
	found: dict[str, tuple[datetime, datetime | None]] = {}
	for voucher, entry in booked:
		found.setdefault(voucher, (entry.since, entry.until))
	return found


# --- invoices ------------------------------------------------------------------------------------------------------------


def bill_rows(customer: str, company: str) -> list[Any]:
	"""The rows of submitted and cancelled invoices that bill orders or deliveries."""
	invoices, rows = frappe.qb.DocType("Sales Invoice"), frappe.qb.DocType("Sales Invoice Item")
	order_rows = frappe.qb.DocType("Sales Order Item")
	found: list[Any] = (
		frappe.qb.from_(invoices)
		.join(rows)
		.on(rows.parent == invoices.name)
		.left_join(order_rows)
		.on(order_rows.name == rows.so_detail)
		.select(
			invoices.name.as_("invoice"),
			invoices.docstatus,
			invoices.is_return,
			invoices.update_billed_amount_in_sales_order,
			invoices.update_billed_amount_in_delivery_note,
			invoices.creation,
			invoices.modified,
			rows.sales_order,
			rows.amount,
			rows.base_net_amount,
			rows.dn_detail,
			invoices.base_net_total,
			invoices.base_rounded_total,
			invoices.base_grand_total,
			order_rows.amount.as_("ordered"),
			order_rows.base_net_amount.as_("ordered_net"),
		)
		.where(
			(invoices.customer == customer) & (invoices.company == company) & invoices.docstatus.isin([1, 2])
		)
		.run(as_dict=True)
	)
	return found


def billed(
	bills: list[Any], orders: list[Any], submitted: dict[str, tuple[datetime, datetime | None]]
) -> Iterable[Billed]:
	"""By what share of its order each row bills it: taxes are spread like the net amounts."""
	heads = {order.name: order for order in orders}
	for row in bills:
		order = heads.get(row.sales_order)
		net = decimal(order.base_net_total) if order else ZERO
		if not order or not net or not row.ordered:
			continue
		# What is credited is owed no more, but to be billed again only where the credit note says so.
		if row.is_return and not row.update_billed_amount_in_sales_order:
			continue
		share = decimal(row.amount) / decimal(row.ordered) * decimal(row.ordered_net) / net
		since, until = _span(row, submitted)
		yield Billed(order.name, payable(order) * share, since, until)


def _span(
	row: Any, submitted: dict[str, tuple[datetime, datetime | None]]
) -> tuple[datetime, datetime | None]:
	"""When an invoice was submitted and cancelled: what the ledger says, else the document."""
	if row.invoice in submitted:
		return submitted[row.invoice]
	return get_datetime(row.creation), get_datetime(row.modified) if row.docstatus == 2 else None


def invoices(customer: str, company: str, currency: str, bills: list[Any]) -> Iterable[PastInvoice]:
	invoices, terms = frappe.qb.DocType("Sales Invoice"), frappe.qb.DocType("Payment Schedule")
	rows = (
		frappe.qb.from_(invoices)
		.left_join(terms)
		.on((terms.parent == invoices.name) & (terms.parenttype == "Sales Invoice"))
		.select(
			invoices.name,
			invoices.posting_date,
			invoices.due_date.as_("due"),
			invoices.base_rounded_total,
			invoices.base_grand_total,
			terms.due_date,
			terms.base_payment_amount,
		)
		.where(
			(invoices.customer == customer)
			& (invoices.company == company)
			& (invoices.docstatus == 1)
			& (invoices.is_return == 0)
		)
		.run(as_dict=True)
	)
	of_orders: dict[str, set[str]] = defaultdict(set)
	for bill in bills:
		if bill.sales_order:
			of_orders[bill.invoice].add(bill.sales_order)
	schedules: dict[str, list[Any]] = defaultdict(list)
	for row in rows:
		schedules[row.name].append(row)
	for name, schedule in schedules.items():
		parts = sorted(_instalment(row) for row in schedule)
		yield PastInvoice(
			name, getdate(schedule[0].posting_date), tuple(parts), frozenset(of_orders.get(name, ()))
		)


def _instalment(row: Any) -> tuple[date, Decimal]:
	if row.due_date is None:
		return getdate(row.due or row.posting_date), payable(row)
	return getdate(row.due_date), decimal(row.base_payment_amount)


# --- deliveries ----------------------------------------------------------------------------------------------------------


def delivery_rows(customer: str, company: str) -> list[Any]:
	"""The rows of submitted and cancelled deliveries and returns, with the order's row that they deliver."""
	notes, rows = frappe.qb.DocType("Delivery Note"), frappe.qb.DocType("Delivery Note Item")
	order_rows = frappe.qb.DocType("Sales Order Item")
	found: list[Any] = (
		frappe.qb.from_(notes)
		.join(rows)
		.on(rows.parent == notes.name)
		.left_join(order_rows)
		.on(order_rows.name == rows.so_detail)
		.select(
			rows.name,
			rows.amount,
			rows.base_net_amount,
			rows.qty,
			rows.against_sales_order,
			rows.against_sales_invoice,
			order_rows.qty.as_("ordered_qty"),
			order_rows.base_net_amount.as_("ordered_net"),
			notes.name.as_("note"),
			notes.docstatus,
			notes.creation,
			notes.modified,
			notes.status,
			notes.base_net_total,
			notes.base_rounded_total,
			notes.base_grand_total,
		)
		.where((notes.customer == customer) & (notes.company == company) & notes.docstatus.isin([1, 2]))
		.run(as_dict=True)
	)
	return found


def shipped(rows: list[Any], orders: list[Any]) -> Iterable[Shipped]:
	"""By what share of its order each row delivers it. What suppliers ship is in no delivery of ours, and not told here."""
	heads = {order.name: order for order in orders}
	for row in rows:
		order = heads.get(row.against_sales_order)
		net = decimal(order.base_net_total) if order else ZERO
		if not order or not net or not row.ordered_qty:
			continue
		share = decimal(row.qty) / decimal(row.ordered_qty) * decimal(row.ordered_net) / net
		until = get_datetime(row.modified) if row.docstatus == 2 else None
		yield Shipped(order.name, payable(order) * share, get_datetime(row.creation), until)


def deliveries(
	rows: list[Any], bills: list[Any], submitted: dict[str, tuple[datetime, datetime | None]]
) -> Iterable[Delivered]:
	"""What was delivered without an order, and what of that was returned and billed."""
	alone = {row.name: row for row in rows if not (row.against_sales_order or row.against_sales_invoice)}
	left = _left({row.note for row in alone.values()})
	for row in alone.values():
		ended = row.docstatus == 2 or row.status in ("Closed", "Stopped")
		until = get_datetime(row.modified) if ended else None
		yield Delivered(
			_share(row, decimal(row.amount)), left.get(row.note, get_datetime(row.creation)), until
		)
	for bill in bills:
		counts = not bill.is_return or bill.update_billed_amount_in_delivery_note
		if counts and bill.dn_detail in alone:
			since, until = _span(bill, submitted)
			yield Delivered(-_share(alone[bill.dn_detail], decimal(bill.amount)), since, until)


def _left(notes: set[str]) -> dict[str, datetime]:
	"""When the goods of these deliveries left: a draft may have waited."""
	if not notes:
		return {}
	rows = frappe.get_all(
		"Stock Ledger Entry",
		filters={"voucher_type": "Delivery Note", "voucher_no": ("in", list(notes))},
		fields=["voucher_no", "min(creation) as since"],
		group_by="voucher_no",
		limit_page_length=0,
	)
	return {row.voucher_no: get_datetime(row.since) for row in rows}


def _share(row: Any, amount: Decimal) -> Decimal:
	"""What the customer has to pay for so much of a delivery's row."""
	net, of_row = decimal(row.base_net_total), decimal(row.amount)
	if not net or not of_row:
		return ZERO
	return payable(row) * decimal(row.base_net_amount) / net * amount / of_row


# --- what else speaks against a customer --------------------------------------------------------------------------------------


def dunnings(customer: str, company: str) -> Iterable[Dunned]:
	dunnings, rows = frappe.qb.DocType("Dunning"), frappe.qb.DocType("Overdue Payment")
	found = (
		frappe.qb.from_(dunnings)
		.join(rows)
		.on(rows.parent == dunnings.name)
		.select(dunnings.name, dunnings.o2c_dunning_level, dunnings.creation, rows.sales_invoice)
		.where((dunnings.customer == customer) & (dunnings.company == company) & (dunnings.docstatus == 1))
		.run(as_dict=True)
	)
	grouped: dict[str, list[Any]] = defaultdict(list)
	for row in found:
		grouped[row.name].append(row)
	for each in grouped.values():
		level = int(each[0].o2c_dunning_level or 0)
		invoices = frozenset(row.sales_invoice for row in each)
		yield Dunned(level, get_datetime(each[0].creation), invoices)


def broken_promises(customer: str) -> list[datetime]:
	rows = frappe.get_all(
		"O2C Event",
		filters={"reference_doctype": "Customer", "reference_name": customer, "event": PROMISE_BROKEN},
		pluck="event_time",
		limit_page_length=0,
	)
	return [get_datetime(at) for at in rows]


def bounced_debits(customer: str, company: str) -> list[date]:
	filters = {
		"party_type": "Customer",
		"party": customer,
		"company": company,
		"docstatus": 1,
		"transaction_type": RETURNED,
	}
	rows = frappe.get_all("Bank Transaction", filters=filters, pluck="date", limit_page_length=0)
	return [getdate(day) for day in rows]
