"""What documents put at stake, read from their own rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Sum

from o2c_extensions.common.money import decimal, rounded
from o2c_extensions.credit_control.domain import exposure as rules
from o2c_extensions.credit_control.domain.credit import Exposure
from o2c_extensions.credit_control.domain.exposure import Document, Key, Row
from o2c_extensions.credit_control.queries.holds import FREE, HOLD

ORDER = "Sales Order"
DELIVERY = "Delivery Note"
LEDGER = "Payment Ledger Entry"

# What the payment ledger books under these was not paid for an invoice.
_PAYMENTS = ("Payment Entry", ORDER)
_CLOSED = ("Closed", "Stopped")


@dataclass(frozen=True)
class Scope:
	"""Which documents to read: those named, by DocType, or all of these customers.

	Attributes:
		latest: read what is committed by now, and keep it from changing: MariaDB else shows a transaction what was there
			when it first looked.
	"""

	vouchers: Mapping[str, Collection[str]] | None = None
	customers: Collection[str] = ()
	latest: bool = False


def due(scope: Scope) -> dict[Key, Exposure]:
	"""The entries that these documents should have; what puts nothing at stake has none. At most three queries."""
	if scope.vouchers is None:
		return {**_orders(scope, ()), **_deliveries(scope, ()), **_ledger(scope, ())}
	named = {doctype: names for doctype, names in scope.vouchers.items() if names}
	booked = sorted(
		{name for doctype in named if doctype not in (ORDER, DELIVERY) for name in named[doctype]}
	)
	found: dict[Key, Exposure] = {}
	if ORDER in named:
		found |= _orders(scope, named[ORDER])
	if DELIVERY in named:
		found |= _deliveries(scope, named[DELIVERY])
	if booked:
		entries = _ledger(scope, booked)
		found |= {
			key: at_stake
			for key, at_stake in entries.items()
			if key.voucher_no in named.get(key.voucher_type, ())
		}
	return found


def _orders(scope: Scope, names: Collection[str]) -> dict[Key, Exposure]:
	orders, rows = frappe.qb.DocType(ORDER), frappe.qb.DocType("Sales Order Item")
	holds = frappe.qb.DocType(HOLD)
	query = (
		frappe.qb.from_(orders)
		.join(rows)
		.on(rows.parent == orders.name)
		.left_join(holds)
		.on((holds.sales_order == orders.name) & holds.status.notin(FREE))
		.select(
			*_of_the_document(orders),
			orders.status,
			holds.name.as_("hold"),
			rows.name.as_("row"),
			rows.amount,
			rows.billed_amt,
			rows.base_net_amount,
			rows.qty,
			rows.delivered_qty,
			rows.delivery_date,
		)
		.where(orders.docstatus == 1)
	)
	found: dict[Key, Exposure] = {}
	for lines in _documents(_run(query, scope, orders.name, names, orders.customer)):
		order = lines[0]
		currency = _currency(order.company)
		document = Document(
			payable=_payable(order),
			net_total=decimal(order.base_net_total),
			rows=tuple(
				Row(
					amount=decimal(line.amount),
					billed=decimal(line.billed_amt),
					net=decimal(line.base_net_amount),
					quantity=decimal(line.qty),
					delivered=decimal(line.delivered_qty),
					falls_on=line.delivery_date,
				)
				for line in lines
			),
			stopped=order.status in _CLOSED or bool(order.hold),
		)
		for day, amount in rules.of_order(document, currency).items():
			key = Key(ORDER, order.name, order.customer, order.company, day.isoformat() if day else "")
			found[key] = Exposure(open_orders=amount)
	return found


def _deliveries(scope: Scope, names: Collection[str]) -> dict[Key, Exposure]:
	"""Of deliveries, the rows that come neither from an order nor from an invoice: those are counted there."""
	notes, rows = frappe.qb.DocType(DELIVERY), frappe.qb.DocType("Delivery Note Item")
	originals = frappe.qb.DocType(DELIVERY).as_("originals")
	query = (
		frappe.qb.from_(notes)
		.join(rows)
		.on(rows.parent == notes.name)
		.left_join(originals)
		.on(originals.name == notes.return_against)
		.select(
			*_of_the_document(notes),
			notes.status,
			originals.status.as_("status_of_original"),
			rows.name.as_("row"),
			rows.amount,
			rows.billed_amt,
			rows.base_net_amount,
		)
		.where(
			(notes.docstatus == 1)
			& (Coalesce(rows.against_sales_order, "") == "")
			& (Coalesce(rows.against_sales_invoice, "") == "")
		)
	)
	found: dict[Key, Exposure] = {}
	for lines in _documents(_run(query, scope, notes.name, names, notes.customer)):
		note = lines[0]
		document = Document(
			payable=_payable(note),
			net_total=decimal(note.base_net_total),
			rows=tuple(
				Row(decimal(line.amount), decimal(line.billed_amt), decimal(line.base_net_amount))
				for line in lines
			),
			stopped=note.status in _CLOSED or note.status_of_original in _CLOSED,
		)
		if amount := rules.of_delivery(document, _currency(note.company)):
			found[Key(DELIVERY, note.name, note.customer, note.company)] = Exposure(deliveries_to_bill=amount)
	return found


def _ledger(scope: Scope, names: Collection[str]) -> dict[Key, Exposure]:
	"""What vouchers have written into the payment ledger: what is to be paid, and what was paid for nothing in particular."""
	entries = frappe.qb.DocType(LEDGER)
	paid = Case().when(on_account(entries), entries.amount).else_(0)
	query = (
		frappe.qb.from_(entries)
		.select(
			entries.voucher_type,
			entries.voucher_no,
			entries.party.as_("customer"),
			entries.company,
			Sum(entries.amount).as_("booked"),
			Sum(paid).as_("paid"),
		)
		.where(
			(entries.party_type == "Customer")
			& (entries.account_type == "Receivable")
			& (entries.delinked == 0)
		)
		.groupby(entries.voucher_type, entries.voucher_no, entries.party, entries.company)
	)
	found: dict[Key, Exposure] = {}
	for row in _run(query, scope, entries.voucher_no, names, entries.party):
		currency = _currency(row.company)
		unallocated = rounded(row.paid, currency)
		# A payment stands in the ledger as a negative amount.
		at_stake = Exposure(
			receivables=rounded(row.booked, currency) - unallocated, unallocated_payments=-unallocated
		)
		if not rules.is_zero(at_stake):
			found[Key(row.voucher_type, row.voucher_no, row.customer, row.company)] = at_stake
	return found


def on_account(entries: Any) -> Any:
	"""Whether an entry of the payment ledger is money for nothing in particular: paid, and not for an invoice."""
	of_itself = (entries.against_voucher_type == "Journal Entry") & (
		entries.against_voucher_no == entries.voucher_no
	)
	return entries.against_voucher_type.isin(_PAYMENTS) | (of_itself & (entries.amount < 0))


def returns_against(note: str) -> list[str]:
	"""The returns of a delivery: they count as long as it does."""
	names: list[str] = frappe.get_all(
		DELIVERY, filters={"return_against": note, "docstatus": 1}, pluck="name", limit_page_length=0
	)
	return names


def payers_of(doctype: str, name: str) -> list[tuple[str, str]]:
	"""The vouchers that pay this one, as (voucher_type, voucher_no)."""
	rows = frappe.get_all(
		LEDGER,
		filters={"against_voucher_type": doctype, "against_voucher_no": name, "delinked": 0},
		fields=["voucher_type", "voucher_no"],
		distinct=True,
		limit_page_length=0,
	)
	return [(row.voucher_type, row.voucher_no) for row in rows]


def customers_at(after: str, limit: int) -> list[str]:
	"""The customers behind `after` in the order of their names."""
	names: list[str] = frappe.get_all(
		"Customer", filters={"name": (">", after)}, order_by="name asc", pluck="name", limit_page_length=limit
	)
	return names


def _of_the_document(document: Any) -> tuple[Any, ...]:
	return (
		document.name,
		document.customer,
		document.company,
		document.base_rounded_total,
		document.base_grand_total,
		document.base_net_total,
	)


def _payable(document: Any) -> Decimal:
	"""What the customer will have to pay for it: the rounded total, where totals are rounded."""
	return decimal(document.base_rounded_total or document.base_grand_total)


def _documents(lines: list[Any]) -> list[list[Any]]:
	"""The lines of each document together; one that a join has doubled, once."""
	grouped: dict[str, dict[str, Any]] = {}
	for line in lines:
		grouped.setdefault(line.name, {})[line.row] = line
	return [list(rows.values()) for rows in grouped.values()]


def _run(query: Any, scope: Scope, name: Any, names: Collection[str], customer: Any) -> list[Any]:
	query = query.where(name.isin(list(names)) if names else customer.isin(list(scope.customers)))
	if scope.latest:
		query = query.for_update()
	rows: list[Any] = query.run(as_dict=True)
	return rows


def _currency(company: str) -> str:
	return str(frappe.get_cached_value("Company", company, "default_currency"))
