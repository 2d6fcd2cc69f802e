"""What was delivered, billed and returned; which cases an invoice belongs to; whom to mail it to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder.functions import Coalesce, Max, Sum

from o2c_extensions.billing.domain.invoicing import INVOICED, SET_ASIDE, DeliveredRow, Verdict, invoice_due
from o2c_extensions.common.money import decimal
from o2c_extensions.credit_control.queries.holds import holds_on

CHUNK = 500
# The database sums binary floats: what is finer than this came of that.
_FINEST = Decimal("0.000001")
_LEAST_AMOUNT = Decimal("0.005")


def deliveries_to_invoice(today: date) -> list[str]:
	"""The deliveries made until `today` that have something billable, the oldest first."""
	names = frappe.get_all(
		"Delivery Note",
		filters={
			"docstatus": 1,
			"is_return": 0,
			"per_billed": ("<", 100),
			"status": ("not in", SET_ASIDE),
			"posting_date": ("<=", today),
		},
		order_by="posting_date asc, name asc",
		pluck="name",
		limit_page_length=0,
	)
	return [name for chunk in _chunks(names) for name in _due(delivery_verdicts(chunk))]


def orders_to_invoice(today: date) -> list[str]:
	"""The orders placed until `today` of which suppliers have delivered something billable, the oldest first."""
	order, row = frappe.qb.DocType("Sales Order"), frappe.qb.DocType("Sales Order Item")
	found = (
		frappe.qb.from_(order)
		.join(row)
		.on(row.parent == order.name)
		.select(order.name)
		.distinct()
		.where(order.docstatus == 1)
		.where(order.status.notin(SET_ASIDE))
		.where(order.per_billed < 100)
		.where(order.transaction_date <= today)
		.where(row.delivered_by_supplier == 1)
		.where(row.delivered_qty > 0)
		.orderby(order.name)
		.run()
	)
	names = [name for (name,) in found]
	return [name for chunk in _chunks(names) for name in _due(drop_shipment_verdicts(chunk))]


def delivery_verdicts(deliveries: Collection[str]) -> dict[str, Verdict]:
	"""Of each of these Delivery Notes, what is to be invoiced; in the given order."""
	note, row = frappe.qb.DocType("Delivery Note"), frappe.qb.DocType("Delivery Note Item")
	order = frappe.qb.DocType("Sales Order")
	rows = (
		frappe.qb.from_(row)
		.join(note)
		.on(note.name == row.parent)
		.left_join(order)
		.on(order.name == row.against_sales_order)
		.select(
			row.name,
			row.parent,
			row.qty,
			row.rate,
			row.billed_amt,
			row.so_detail,
			row.si_detail,
			note.status,
			order.status.as_("order_status"),
		)
		.where(row.parent.isin(list(deliveries)))
		.orderby(row.parent)
		.orderby(row.idx)
		.run(as_dict=True)
		if deliveries
		else []
	)
	billed = _billed("dn_detail", [row.name for row in rows])
	amounts = _billed_amounts([row.name for row in rows])
	returned = _returned([row.name for row in rows])
	drafts = _billed("so_detail", [row.so_detail for row in rows if row.so_detail], drafts_only=True)
	statuses: dict[str, str] = {}
	found: dict[str, list[DeliveredRow]] = defaultdict(list)
	for each in rows:
		statuses[each.parent] = each.status
		elsewhere = _billed_elsewhere(each, amounts[each.name]) + drafts[each.so_detail]
		found[each.parent].append(
			DeliveredRow(
				each.name,
				delivered=decimal(each.qty),
				billed=billed[each.name] + elsewhere,
				returned=returned[each.name],
				order_status=each.order_status or "",
			)
		)
	return {name: invoice_due(statuses[name], found[name]) for name in deliveries if name in found}


def drop_shipment_verdicts(orders: Collection[str]) -> dict[str, Verdict]:
	"""Of each of these Sales Orders, what suppliers have delivered to the customer and is to be invoiced."""
	order, row = frappe.qb.DocType("Sales Order"), frappe.qb.DocType("Sales Order Item")
	rows = (
		frappe.qb.from_(row)
		.join(order)
		.on(order.name == row.parent)
		.select(row.name, row.parent, row.delivered_qty, row.returned_qty, order.status)
		.where(row.parent.isin(list(orders)))
		.where(row.delivered_by_supplier == 1)
		.orderby(row.parent)
		.orderby(row.idx)
		.run(as_dict=True)
		if orders
		else []
	)
	billed = _billed("so_detail", [row.name for row in rows])
	holds = holds_on(orders)
	statuses: dict[str, str] = {}
	found: dict[str, list[DeliveredRow]] = defaultdict(list)
	for each in rows:
		statuses[each.parent] = each.status
		found[each.parent].append(
			DeliveredRow(
				each.name,
				delivered=decimal(each.delivered_qty),
				billed=billed[each.name],
				returned=decimal(each.returned_qty),
			)
		)
	return {
		name: invoice_due(statuses[name], found[name], held=name in holds) for name in orders if name in found
	}


def cases_of_invoices(invoices: Iterable[str]) -> dict[str, list[str]]:
	"""All the cases of each invoice, the one that it bears first."""
	wanted = list(dict.fromkeys(invoices))
	if not wanted:
		return {}
	invoice, row = frappe.qb.DocType("Sales Invoice"), frappe.qb.DocType("Sales Invoice Item")
	order, note = frappe.qb.DocType("Sales Order"), frappe.qb.DocType("Delivery Note")
	found = (
		frappe.qb.from_(invoice)
		.left_join(row)
		.on(row.parent == invoice.name)
		.left_join(order)
		.on(order.name == row.sales_order)
		.left_join(note)
		.on(note.name == row.delivery_note)
		.select(invoice.name, invoice.o2c_case, order.o2c_case, note.o2c_case)
		.where(invoice.name.isin(wanted))
		.orderby(row.idx)
		.run()
	)
	cases: dict[str, dict[str, None]] = {name: {} for name in wanted}
	for name, own, ordered, delivered in found:
		# A delivery of several orders bears the case of one of them: its rows know better by their own orders.
		for case in (own, ordered or delivered):
			if case:
				cases[name].setdefault(case)
	return {name: list(cases[name]) for name in wanted}


def mail_addresses(customers: Iterable[str]) -> dict[str, str]:
	"""Where each of these customers gets invoices: its contact for billing, its first contact, or its own address."""
	wanted = list(dict.fromkeys(customers))
	if not wanted:
		return {}
	own = frappe.get_all(
		"Customer",
		filters={"name": ("in", wanted), "email_id": ("is", "set")},
		fields=["name", "email_id"],
		limit_page_length=0,
	)
	addresses = {row.name: row.email_id for row in own}
	link, contact = frappe.qb.DocType("Dynamic Link"), frappe.qb.DocType("Contact")
	query = (
		frappe.qb.from_(link)
		.join(contact)
		.on(contact.name == link.parent)
		.select(link.link_name, contact.email_id)
		.where(link.parenttype == "Contact")
		.where(link.link_doctype == "Customer")
		.where(link.link_name.isin(wanted))
		.where(Coalesce(contact.email_id, "") != "")
		.orderby(contact.is_primary_contact)
	)
	# A field that ERPNext adds to the framework's Contact.
	if frappe.get_meta("Contact").has_field("is_billing_contact"):
		query = query.orderby(contact.is_billing_contact)
	for customer, address in query.orderby(contact.name).run():
		addresses[customer] = address
	return addresses


def last_settled(invoice: str) -> date | None:
	"""The day of the latest entry that paid or credited something of an invoice."""
	entry = frappe.qb.DocType("Payment Ledger Entry")
	rows = (
		frappe.qb.from_(entry)
		.select(Max(entry.posting_date))
		.where(entry.against_voucher_type == "Sales Invoice")
		.where(entry.against_voucher_no == invoice)
		.where(entry.delinked == 0)
		.run()
	)
	return rows[0][0] if rows else None


def _billed(
	reference: str, rows: Collection[str], drafts_only: bool = False
) -> defaultdict[str | None, Decimal]:
	"""What invoices bill of rows of deliveries (`dn_detail`) or of orders without a delivery (`so_detail`)."""
	invoice, row = frappe.qb.DocType("Sales Invoice"), frappe.qb.DocType("Sales Invoice Item")
	if not rows:
		return defaultdict(Decimal)
	query = (
		frappe.qb.from_(row)
		.join(invoice)
		.on(invoice.name == row.parent)
		.select(row[reference], Sum(row.qty))
		.where(row[reference].isin(list(set(rows))))
		.where(invoice.is_return == 0)
		.where(invoice.docstatus == 0 if drafts_only else invoice.docstatus < 2)
		.groupby(row[reference])
	)
	if reference == "so_detail":
		query = query.where(Coalesce(row.dn_detail, "") == "")
	return _decimals(query.run())


def _billed_amounts(rows: Collection[str]) -> defaultdict[str | None, Decimal]:
	"""What submitted invoices of the deliveries themselves, and their credit notes, come to for each row."""
	row = frappe.qb.DocType("Sales Invoice Item")
	if not rows:
		return defaultdict(Decimal)
	return _decimals(
		frappe.qb.from_(row)
		.select(row.dn_detail, Sum(row.amount))
		.where(row.dn_detail.isin(list(rows)))
		.where(row.docstatus == 1)
		.groupby(row.dn_detail)
		.run()
	)


def _billed_elsewhere(row: Any, own_amount: Decimal) -> Decimal:
	"""The quantity of a delivery's row that was billed by its order, or before it was delivered."""
	if row.si_detail:
		return decimal(row.qty)
	beyond = decimal(row.billed_amt) - own_amount
	rate = decimal(row.rate)
	return (beyond / rate).quantize(_FINEST) if rate > 0 and beyond > _LEAST_AMOUNT else Decimal(0)


def _returned(rows: Collection[str]) -> defaultdict[str | None, Decimal]:
	"""What came back of rows of deliveries, by all their returns."""
	note, row = frappe.qb.DocType("Delivery Note"), frappe.qb.DocType("Delivery Note Item")
	if not rows:
		return defaultdict(Decimal)
	return _decimals(
		frappe.qb.from_(row)
		.join(note)
		.on(note.name == row.parent)
		.select(row.dn_detail, Sum(-row.qty))
		.where(row.dn_detail.isin(list(rows)))
		.where(note.is_return == 1)
		.where(note.docstatus == 1)
		.groupby(row.dn_detail)
		.run()
	)


def _decimals(rows: Iterable[tuple[str, float]]) -> defaultdict[str | None, Decimal]:
	return defaultdict(Decimal, {name: decimal(number).quantize(_FINEST) for name, number in rows})


def _due(verdicts: dict[str, Verdict]) -> list[str]:
	return [name for name, verdict in verdicts.items() if verdict.outcome == INVOICED]


def _chunks(names: list[str]) -> Iterable[list[str]]:
	return (names[start : start + CHUNK] for start in range(0, len(names), CHUNK))
