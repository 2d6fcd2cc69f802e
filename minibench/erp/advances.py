"""What a customer has paid before it was invoiced: listed in the invoice, and allocated to it when that is submitted."""

from __future__ import annotations

from typing import Any

from minibench.context import Dict, db
from minibench.erp import parties, reconciliation
from minibench.erp.companies import get_account_currency
from minibench.model.caches import get_cached_value
from minibench.values.numbers import cint, flt


def fill(invoice: Any) -> None:
	"""List the advances of an invoice's customer, the oldest first, and allocate what the invoice needs of them."""
	invoice.set("advances", [])
	same = invoice.party_account_currency == invoice.company_currency
	total = (
		(invoice.get("base_rounded_total") or invoice.base_grand_total)
		if same
		else (invoice.get("rounded_total") or invoice.grand_total)
	)
	allocated = 0.0
	for found in entries(invoice, unallocated=not cint(invoice.get("only_include_allocated_payments"))):
		amount = min(flt(total) - allocated, flt(found.amount))
		allocated += flt(amount)
		invoice.append(
			"advances",
			{
				"reference_type": found.reference_type,
				"reference_name": found.reference_name,
				"reference_row": found.reference_row,
				"remarks": found.remarks,
				"advance_amount": flt(found.amount),
				"allocated_amount": amount,
				"ref_exchange_rate": flt(found.exchange_rate),
				"difference_posting_date": invoice.posting_date,
			},
		)


def entries(invoice: Any, unallocated: bool = True) -> list[Dict]:
	"""Advances of the invoice's customer: Journal Entries, then payments on its orders, then what is not allocated."""
	orders = list(dict.fromkeys(row.sales_order for row in invoice.items if row.get("sales_order")))
	accounts = list(
		dict.fromkeys(
			[
				invoice.debit_to,
				parties.get_party_account("Customer", invoice.customer, invoice.company),
			]
		)
	)
	return [
		*_journals(invoice.customer, accounts, orders, unallocated),
		*(_order_payments(invoice.customer, accounts, orders) if orders else ()),
		*(_free_payments(invoice.customer, accounts) if unallocated else ()),
	]


def _named(sql: str, values: list[Any]) -> list[Dict]:
	cursor = db.cursor(sql, values)
	keys = [column[0] for column in cursor.description]
	return [Dict(zip(keys, row, strict=True)) for row in cursor.fetchall()]


def _marks(values: list[Any]) -> str:
	return ", ".join("?" * len(values))


def _journals(customer: str, accounts: list[str], orders: list[str], unallocated: bool) -> list[Dict]:
	conditions, values = [], [*accounts, customer]
	if unallocated:
		conditions.append("coalesce(a.reference_name, '') = ''")
	if orders:
		conditions.append(f"(a.reference_type = 'Sales Order' and a.reference_name in ({_marks(orders)}))")
		values += orders
	if not conditions:
		return []
	return _named(
		"select 'Journal Entry' as reference_type, je.name as reference_name, je.remark as remarks, "
		"a.credit_in_account_currency as amount, a.name as reference_row, a.reference_name as against_order, "
		"a.exchange_rate from `tabJournal Entry` je join `tabJournal Entry Account` a on a.parent = je.name "
		f"where a.account in ({_marks(accounts)}) and a.party_type = 'Customer' and a.party = ? and a.is_advance = 'Yes' "
		f"and je.docstatus = 1 and a.credit_in_account_currency > 0 and ({' or '.join(conditions)}) "
		"order by je.posting_date",
		values,
	)


_PAYMENT = (
	"select 'Payment Entry' as reference_type, p.name as reference_name, p.posting_date, p.remarks, "
	"p.paid_from_account_currency as currency, p.paid_from, p.source_exchange_rate as exchange_rate, {columns} "
	"from `tabPayment Entry` p {join} where p.payment_type = 'Receive' and p.party_type = 'Customer' and p.party = ? "
	"and p.docstatus = 1 and p.paid_from in ({accounts}) and {condition} order by p.posting_date"
)


def _order_payments(customer: str, accounts: list[str], orders: list[str]) -> list[Dict]:
	return _named(
		_PAYMENT.format(
			columns="r.allocated_amount as amount, r.name as reference_row, r.reference_name as against_order",
			join="join `tabPayment Entry Reference` r on r.parent = p.name",
			accounts=_marks(accounts),
			condition=f"r.reference_doctype = 'Sales Order' and r.reference_name in ({_marks(orders)})",
		),
		[customer, *accounts, *orders],
	)


def _free_payments(customer: str, accounts: list[str]) -> list[Dict]:
	return _named(
		_PAYMENT.format(
			columns="p.unallocated_amount as amount",
			join="",
			accounts=_marks(accounts),
			condition="p.unallocated_amount > 0",
		),
		[customer, *accounts],
	)


def set_gain_or_loss(invoice: Any) -> None:
	"""What the advances were worth at their rate, beyond what they are worth at the invoice's."""
	if invoice.conversion_rate == 1 or not invoice.advances:
		return
	if get_account_currency(invoice.debit_to) != invoice.currency:
		return
	for row in invoice.advances:
		if row.allocated_amount and invoice.conversion_rate != row.ref_exchange_rate:
			row.exchange_gain_loss = (
				row.ref_exchange_rate * row.allocated_amount - invoice.conversion_rate * row.allocated_amount
			)


def allocate(invoice: Any) -> None:
	"""Allocate the advances that a submitted invoice lists to it."""
	same = invoice.party_account_currency == invoice.company_currency
	rows = [
		Dict(
			voucher_type=row.reference_type,
			voucher_no=row.reference_name,
			voucher_detail_no=row.reference_row,
			against_voucher_type=invoice.doctype,
			against_voucher=invoice.name,
			account=invoice.debit_to,
			party_type="Customer",
			party=invoice.customer,
			is_advance="Yes",
			dr_or_cr="credit_in_account_currency",
			unadjusted_amount=flt(row.advance_amount),
			allocated_amount=flt(row.allocated_amount),
			precision=row.precision("advance_amount"),
			exchange_rate=1 if same else invoice.conversion_rate,
			grand_total=invoice.base_grand_total if same else invoice.grand_total,
			outstanding_amount=invoice.outstanding_amount,
			difference_account=get_cached_value("Company", invoice.company, "exchange_gain_loss_account"),
			exchange_gain_loss=flt(row.get("exchange_gain_loss")),
			difference_posting_date=row.get("difference_posting_date"),
			idx=row.idx,
			cost_center=invoice.cost_center,
		)
		for row in invoice.advances
		if flt(row.allocated_amount) > 0
	]
	if rows:
		reconciliation.reconcile_against_document(rows)
