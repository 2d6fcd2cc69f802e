"""What is open of customers, as items that lines are matched with: a handful of queries, whatever their number.

| kind | what |
| --- | --- |
| invoice | Sales Invoices with something outstanding |
| credit note | returns that were neither paid out nor set off |
| order | Sales Orders of which nothing is billed, less what was paid in advance |
| payment | what receipts have left on the customer's account |
| journal entry | what Journal Entries have left open on a customer |

Each is named after its document; a Journal Entry with several customers is as many items. Amounts are in the currency of the
receivable account, since that is what ERPNext settles.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import getdate

from o2c_extensions.cash_application.domain.engine import model
from o2c_extensions.cash_application.domain.engine.model import Discount, Item
from o2c_extensions.cash_application.queries import payers
from o2c_extensions.cash_application.queries.doctypes import INVOICE, JOURNAL, ORDER, PAYMENT
from o2c_extensions.common.money import cents, decimal, rounded

_AMENDED = re.compile(r"-[0-9]+$")
_SEVERAL = " | "
# Invoices that were sold to a bank are paid to that bank.
_SOLD = ("Unpaid and Discounted", "Partly Paid and Discounted", "Overdue and Discounted")
# What is open on a document of a customer at the end of a day: (type, name, customer) -> amount.
Then = Mapping[tuple[str, str, str], Decimal]

DOCTYPE_OF = {
	model.INVOICE: INVOICE,
	model.CREDIT: INVOICE,
	model.ORDER: ORDER,
	model.PAYMENT: PAYMENT,
	model.JOURNAL: JOURNAL,
}


def document_of(item: Item) -> tuple[str, str]:
	"""The document that an item is: its type and name."""
	return DOCTYPE_OF[item.kind], item.name.split(_SEVERAL)[0]


def open_items(
	company: str,
	as_of: date | None = None,
	without: Collection[str] = (),
	names: Collection[str] | None = None,
) -> list[Item]:
	"""All that is open of a company's customers, now or as the payment ledger had it at the end of a day.

	Args:
		names: only these documents.
		without: vouchers (payments, journal entries) that are to be looked at as if they had never been booked: what was
			open before them. Only together with `as_of`.
	"""
	then = _open_then(company, as_of, without) if as_of else None
	currencies = payers.account_currencies(company)
	return [
		*_invoices(company, as_of, then, currencies, names),
		*_orders(company, as_of, currencies, names),
		*_payments(company, as_of, then, currencies, names),
		*_journals(company, then, currencies, names),
	]


def _open_then(company: str, as_of: date, without: Collection[str]) -> dict[tuple[str, str, str], Decimal]:
	entry = frappe.qb.DocType("Payment Ledger Entry")
	query = (
		frappe.qb.from_(entry)
		.select(
			entry.against_voucher_type,
			entry.against_voucher_no,
			entry.party,
			Sum(entry.amount_in_account_currency).as_("amount"),
		)
		.where(
			(entry.company == company)
			& (entry.party_type == "Customer")
			& (entry.delinked == 0)
			& (entry.posting_date <= as_of)
		)
		.groupby(entry.against_voucher_type, entry.against_voucher_no, entry.party)
	)
	if without:
		query = query.where(entry.voucher_no.notin(list(without)))
	found = {}
	for row in query.run(as_dict=True):
		# SQLite sums binary floats, so that cents may come out with a tail.
		amount = decimal(round(decimal(row.amount), 6))
		if amount:
			found[(row.against_voucher_type, row.against_voucher_no, row.party)] = amount
	return found


# --- invoices and credit notes -----------------------------------------------------------------------------------------------


def _is_wanted(invoice: Any, company: str, as_of: date | None, names: Collection[str] | None = None) -> Any:
	"""The invoices that may be open, as a condition."""
	wanted = (invoice.docstatus == 1) & (invoice.company == company)
	if names is not None:
		wanted = wanted & invoice.name.isin(list(names) or [""])
	return wanted & (invoice.posting_date <= as_of) if as_of else wanted & (invoice.outstanding_amount != 0)


def _invoices(
	company: str,
	as_of: date | None,
	then: Then | None,
	currencies: Mapping[str, str],
	names: Collection[str] | None,
) -> Iterable[Item]:
	invoice = frappe.qb.DocType(INVOICE)
	query = (
		frappe.qb.from_(invoice)
		.select(
			invoice.name,
			invoice.customer,
			invoice.currency,
			invoice.debit_to,
			invoice.outstanding_amount,
			invoice.posting_date,
			invoice.due_date,
			invoice.po_no,
			invoice.amended_from,
			invoice.is_return,
		)
		.where(_is_wanted(invoice, company, as_of, names) & invoice.status.notin(_SOLD))
	)
	rows = query.run(as_dict=True)
	terms = _terms(company, as_of, names) if rows else {}
	related = _related(company, as_of, names) if rows else {}
	for row in rows:
		currency = currencies.get(row.debit_to) or row.currency
		told = row.outstanding_amount if then is None else then.get((INVOICE, row.name, row.customer), 0)
		amount = cents(rounded(told, currency), currency)
		if not amount or (amount > 0) == bool(row.is_return):
			continue
		yield Item(
			name=row.name,
			kind=model.CREDIT if row.is_return else model.INVOICE,
			customer=row.customer,
			currency=currency,
			open=amount,
			posted=getdate(row.posting_date),
			due=getdate(row.due_date or row.posting_date),
			references=_references(row, related.get(row.name, ())),
			account=row.debit_to,
			discounts=_discounts(amount, currency, terms.get(row.name, ()))
			if row.currency == currency and not row.is_return
			else (),
		)


def _references(row: Any, related: Iterable[str]) -> tuple[str, ...]:
	"""The names it had before it was amended, the customer's order number, the orders and deliveries that it bills."""
	earlier = (row.amended_from, _AMENDED.sub("", row.name)) if row.amended_from else ()
	told = (*earlier, *(row.po_no or "").split(","), *related)
	return tuple(dict.fromkeys(text.strip() for text in told if text and text.strip()))


def _related(company: str, as_of: date | None, names: Collection[str] | None) -> dict[str, tuple[str, ...]]:
	"""invoice -> the orders and deliveries that it bills."""
	invoice, row = frappe.qb.DocType(INVOICE), frappe.qb.DocType("Sales Invoice Item")
	query = (
		frappe.qb.from_(row)
		.join(invoice)
		.on(invoice.name == row.parent)
		.select(row.parent, row.sales_order, row.delivery_note)
		.distinct()
		.where(_is_wanted(invoice, company, as_of, names))
	)
	found: dict[str, dict[str, None]] = defaultdict(dict)
	for told in query.run(as_dict=True):
		for name in (told.sales_order, told.delivery_note):
			if name:
				found[told.parent][name] = None
	return {parent: tuple(sorted(told)) for parent, told in found.items()}


def _terms(company: str, as_of: date | None, names: Collection[str] | None) -> dict[str, list[Any]]:
	"""invoice -> its instalments, where one of them may be paid with a discount."""
	invoice, term = frappe.qb.DocType(INVOICE), frappe.qb.DocType("Payment Schedule")
	query = (
		frappe.qb.from_(term)
		.join(invoice)
		.on((invoice.name == term.parent) & (term.parenttype == INVOICE))
		.select(term.parent, term.payment_amount, term.discount_type, term.discount, term.discount_date)
		.where(_is_wanted(invoice, company, as_of, names))
	)
	found: dict[str, list[Any]] = defaultdict(list)
	for row in query.run(as_dict=True):
		found[row.parent].append(row)
	return {parent: rows for parent, rows in found.items() if any(decimal(row.discount) for row in rows)}


def _discounts(amount: int, currency: str, terms: Collection[Any]) -> tuple[Discount, ...]:
	"""What may be taken off and until when; of what is open, if a part is paid or credited already."""
	offered = [row for row in terms if decimal(row.discount) and row.discount_date]
	total = sum((decimal(row.payment_amount) for row in terms), Decimal(0))
	if not offered or total <= 0:
		return ()
	share = min(Decimal(amount) / cents(rounded(total, currency), currency), Decimal(1))
	found = []
	for until in sorted({getdate(row.discount_date) for row in offered}):
		still = [_off(row) for row in offered if getdate(row.discount_date) >= until]
		off = cents(rounded(sum(still, Decimal(0)) * share, currency), currency)
		if 0 < off < amount:
			found.append(Discount(until, off))
	return tuple(found)


def _off(row: Any) -> Decimal:
	if row.discount_type == "Amount":
		return decimal(row.discount)
	return decimal(row.payment_amount) * decimal(row.discount) / 100


# --- orders --------------------------------------------------------------------------------------------------------------------


def _orders(
	company: str, as_of: date | None, currencies: Mapping[str, str], names: Collection[str] | None
) -> Iterable[Item]:
	"""Orders that may be paid before they are billed."""
	order = frappe.qb.DocType(ORDER)
	query = (
		frappe.qb.from_(order)
		.select(
			order.name,
			order.customer,
			order.currency,
			order.grand_total,
			order.rounded_total,
			order.advance_paid,
			order.transaction_date,
			order.po_no,
		)
		.where((order.docstatus == 1) & (order.company == company) & (order.status != "Closed"))
	)
	query = query.where(order.transaction_date <= as_of) if as_of else query.where(order.per_billed == 0)
	if names is not None:
		query = query.where(order.name.isin(list(names) or [""]))
	rows = query.run(as_dict=True)
	billed = _billed(company, as_of) if as_of and rows else frozenset()
	accounts = payers.receivable_accounts(company) if rows else None
	for row in rows:
		account = accounts.of(row.customer) if accounts else ""
		# ERPNext takes an advance in the currency of the customer's account.
		if row.name in billed or currencies.get(account) != row.currency:
			continue
		total = rounded(row.rounded_total or row.grand_total, row.currency)
		amount = cents(total - rounded(row.advance_paid, row.currency), row.currency)
		if amount > 0:
			yield Item(
				name=row.name,
				kind=model.ORDER,
				customer=row.customer,
				currency=row.currency,
				open=amount,
				posted=getdate(row.transaction_date),
				due=getdate(row.transaction_date),
				references=tuple(
					text.strip() for text in (row.po_no or "").split(",") if text and text.strip()
				),
				account=account,
			)


def _billed(company: str, as_of: date) -> frozenset[str]:
	"""The orders of which something was billed up to a day."""
	invoice, row = frappe.qb.DocType(INVOICE), frappe.qb.DocType("Sales Invoice Item")
	query = (
		frappe.qb.from_(row)
		.join(invoice)
		.on(invoice.name == row.parent)
		.select(row.sales_order)
		.distinct()
		.where(_is_wanted(invoice, company, as_of) & row.sales_order.isnotnull())
	)
	return frozenset(told.sales_order for told in query.run(as_dict=True))


# --- what is there to be set off -----------------------------------------------------------------------------------------------


def _payments(
	company: str,
	as_of: date | None,
	then: Then | None,
	currencies: Mapping[str, str],
	names: Collection[str] | None,
) -> Iterable[Item]:
	filters: dict[str, Any] = {
		"docstatus": 1,
		"company": company,
		"payment_type": "Receive",
		"party_type": "Customer",
	}
	if as_of:
		filters["posting_date"] = ("<=", as_of)
	else:
		filters["unallocated_amount"] = (">", 0)
	if names is not None:
		filters["name"] = ("in", list(names) or [""])
	for row in frappe.get_all(
		PAYMENT,
		filters=filters,
		fields=["name", "party", "paid_from", "unallocated_amount", "posting_date", "reference_no"],
		limit_page_length=0,
	):
		currency = currencies.get(row.paid_from)
		told = -row.unallocated_amount if then is None else then.get((PAYMENT, row.name, row.party), 0)
		if not currency or decimal(told) >= 0:
			continue
		yield Item(
			name=row.name,
			kind=model.PAYMENT,
			customer=row.party,
			currency=currency,
			open=cents(rounded(told, currency), currency),
			posted=getdate(row.posting_date),
			due=getdate(row.posting_date),
			references=(row.reference_no,) if row.reference_no else (),
			account=row.paid_from,
		)


def _journals(
	company: str, then: Then | None, currencies: Mapping[str, str], names: Collection[str] | None
) -> Iterable[Item]:
	"""What Journal Entries have left open on customers: opening balances, reversals, amounts on account."""
	entry, journal = frappe.qb.DocType("Payment Ledger Entry"), frappe.qb.DocType(JOURNAL)
	query = (
		frappe.qb.from_(entry)
		.join(journal)
		.on(journal.name == entry.against_voucher_no)
		.select(
			entry.against_voucher_no.as_("name"),
			entry.party,
			entry.account,
			journal.posting_date,
			journal.due_date,
			journal.cheque_no,
			Sum(entry.amount_in_account_currency).as_("amount"),
		)
		.where(
			(entry.company == company)
			& (entry.against_voucher_type == JOURNAL)
			& (entry.party_type == "Customer")
			& (entry.delinked == 0)
		)
		.groupby(
			entry.against_voucher_no,
			entry.party,
			entry.account,
			journal.posting_date,
			journal.due_date,
			journal.cheque_no,
		)
	)
	if names is not None:
		query = query.where(entry.against_voucher_no.isin(list(names) or [""]))
	rows = query.run(as_dict=True)
	parties: dict[str, set[tuple[str, str]]] = defaultdict(set)
	for row in rows:
		parties[row.name].add((row.party, row.account))
	for row in rows:
		currency = currencies.get(row.account)
		told = row.amount if then is None else then.get((JOURNAL, row.name, row.party), 0)
		amount = cents(rounded(told, currency), currency) if currency else 0
		if not currency or not amount:
			continue
		several = len(parties[row.name]) > 1
		yield Item(
			name=_SEVERAL.join((row.name, row.party, row.account)) if several else row.name,
			kind=model.JOURNAL,
			customer=row.party,
			currency=currency,
			open=amount,
			posted=getdate(row.posting_date),
			due=getdate(row.due_date or row.posting_date),
			references=tuple(text for text in (row.name if several else "", row.cheque_no) if text),
			account=row.account,
		)
