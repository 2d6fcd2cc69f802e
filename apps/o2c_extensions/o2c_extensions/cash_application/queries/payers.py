"""Who may pay: customers with all that a bank may write of them, what was learned of payers, and payments that may come back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import frappe
from frappe.utils import getdate

from o2c_extensions.cash_application.domain.engine.model import Customer, Habit, Receipt
from o2c_extensions.cash_application.domain.engine.returns import LONGEST
from o2c_extensions.cash_application.queries.doctypes import INVOICE, LINE, PAYER_LINK, PAYMENT, PROPOSAL
from o2c_extensions.common.money import cents, decimal, rounded

# Rates older than this say nothing.
RATES_KEPT = timedelta(days=366)


def customers(receipts: Iterable[Receipt] = ()) -> list[Customer]:
	"""All customers: names, numbers, IBANs on record, and the mandates that they were collected under.

	Args:
		receipts: what is known of earlier payments: their mandates are the customers'.
	"""
	ibans: dict[str, list[str]] = defaultdict(list)
	for row in frappe.get_all(
		"Bank Account",
		filters={"party_type": "Customer", "disabled": 0},
		fields=["party", "iban", "bank_account_no"],
		limit_page_length=0,
	):
		ibans[row.party] += [number for number in (row.iban, row.bank_account_no) if number]
	mandates: dict[str, dict[str, None]] = defaultdict(dict)
	for receipt in receipts:
		if receipt.mandate:
			mandates[receipt.customer][receipt.mandate] = None
	return [
		Customer(
			name=row.name,
			titles=(row.customer_name or row.name,),
			ibans=tuple(ibans.get(row.name, ())),
			mandates=tuple(mandates.get(row.name, ())),
			# Named by a series, the name is what it gives as its number.
			numbers=(row.name,)
			if row.name != row.customer_name and any(map(str.isdecimal, row.name))
			else (),
		)
		for row in frappe.get_all(
			"Customer", fields=["name", "customer_name"], order_by="name asc", limit_page_length=0
		)
	]


def habits() -> list[Habit]:
	"""Who has paid for whom, as people have confirmed it and not corrected since."""
	rows = frappe.get_all(
		PAYER_LINK,
		fields=["payer", "customer", "times_confirmed", "times_corrected"],
		order_by="name asc",
		limit_page_length=0,
	)
	found = (Habit(row.payer, row.customer, row.times_confirmed - row.times_corrected) for row in rows)
	return [habit for habit in found if habit.times > 0]


def receipts(company: str, until: date | None = None) -> list[Receipt]:
	"""Payments of the last thirteen months that a bank may take back, with what the bank told of them."""
	day = until or getdate()
	payment, paid = frappe.qb.DocType(PAYMENT), frappe.qb.DocType("Bank Transaction Payments")
	line = frappe.qb.DocType(LINE)
	rows = (
		frappe.qb.from_(paid)
		.join(payment)
		.on((payment.name == paid.payment_entry) & (paid.payment_document == PAYMENT))
		.join(line)
		.on((line.name == paid.parent) & (line.docstatus == 1))
		.select(
			payment.name,
			payment.party,
			payment.reference_no,
			paid.allocated_amount,
			line.currency,
			line.date,
			line.bank_party_iban,
			line.o2c_end_to_end_id,
			line.o2c_mandate_id,
		)
		.where(
			(payment.company == company)
			& (payment.docstatus == 1)
			& (payment.payment_type == "Receive")
			& (payment.party_type == "Customer")
			& (payment.posting_date >= day - LONGEST)
			& (payment.posting_date <= day)
			& (line.deposit > 0)
		)
		.run(as_dict=True)
	)
	gone = _taken_back(until) if rows else set()
	items = _paid_by(company, day) if rows else {}
	return [
		Receipt(
			name=row.name,
			customer=row.party,
			currency=row.currency,
			amount=cents(rounded(row.allocated_amount, row.currency), row.currency),
			day=getdate(row.date),
			end_to_end=row.o2c_end_to_end_id or row.reference_no or "",
			mandate=row.o2c_mandate_id or "",
			iban=row.bank_party_iban or "",
			items=items.get(row.name, ()),
		)
		for row in rows
		if row.name not in gone
	]


def _taken_back(until: date | None) -> set[str]:
	"""The payments that have come back already: by now, or before a day of the past."""
	filters: dict[str, Any] = {"reopens": ("is", "set"), "status": ("in", ("Posted", "Confirmed"))}
	if until:
		filters["date"] = ("<", until)
	return set(frappe.get_all(PROPOSAL, filters=filters, pluck="reopens", limit_page_length=0))


def _paid_by(company: str, until: date) -> dict[str, tuple[str, ...]]:
	"""payment -> the invoices that it pays."""
	payment, reference = frappe.qb.DocType(PAYMENT), frappe.qb.DocType("Payment Entry Reference")
	rows = (
		frappe.qb.from_(reference)
		.join(payment)
		.on(payment.name == reference.parent)
		.select(reference.parent, reference.reference_name)
		.distinct()
		.where(
			(payment.company == company)
			& (payment.docstatus == 1)
			& (payment.payment_type == "Receive")
			& (payment.posting_date >= until - LONGEST)
			& (reference.reference_doctype == INVOICE)
		)
		.run(as_dict=True)
	)
	found: dict[str, list[str]] = defaultdict(list)
	for row in rows:
		found[row.parent].append(row.reference_name)
	return {parent: tuple(sorted(names)) for parent, names in found.items()}


def account_currencies(company: str) -> dict[str, str]:
	"""receivable account -> the currency that it is kept in."""
	default = frappe.get_cached_value("Company", company, "default_currency")
	rows = frappe.get_all(
		"Account",
		filters={"company": company, "account_type": "Receivable", "is_group": 0},
		fields=["name", "account_currency"],
		limit_page_length=0,
	)
	return {row.name: row.account_currency or default for row in rows}


@dataclass(frozen=True)
class ReceivableAccounts:
	"""Which account a customer's money is booked to: its own, its group's, or the company's."""

	own: Mapping[str, str]
	of_group: Mapping[str, str]
	groups: Mapping[str, str]
	default: str

	def of(self, customer: str) -> str:
		return self.own.get(customer) or self.of_group.get(self.groups.get(customer, "")) or self.default


def receivable_accounts(company: str, customers: Collection[str] | None = None) -> ReceivableAccounts:
	"""Args:
	customers: only these; all, if None.
	"""
	filters: dict[str, Any] = {"company": company, "parenttype": ("in", ("Customer", "Customer Group"))}
	rows = frappe.get_all(
		"Party Account",
		filters=filters,
		fields=["parenttype", "parent", "account"],
		limit_page_length=0,
	)
	wanted = {} if customers is None else {"name": ("in", list(customers))}
	groups = frappe.get_all(
		"Customer", filters=wanted, fields=["name", "customer_group"], limit_page_length=0
	)
	return ReceivableAccounts(
		own={row.parent: row.account for row in rows if row.parenttype == "Customer"},
		of_group={row.parent: row.account for row in rows if row.parenttype == "Customer Group"},
		groups={row.name: row.customer_group or "" for row in groups},
		default=frappe.get_cached_value("Company", company, "default_receivable_account") or "",
	)


def rates(currencies: Collection[str], until: date | None = None) -> dict[tuple[str, str], Decimal]:
	"""What one unit of a currency is worth in another: the latest rate on record between two of these."""
	if len(set(currencies)) < 2:
		return {}
	day = until or getdate()
	rows = frappe.get_all(
		"Currency Exchange",
		filters={
			"from_currency": ("in", list(currencies)),
			"to_currency": ("in", list(currencies)),
			"date": ("between", [day - RATES_KEPT, day]),
		},
		fields=["from_currency", "to_currency", "exchange_rate"],
		order_by="date asc, name asc",
		limit_page_length=0,
	)
	return {(row.from_currency, row.to_currency): decimal(row.exchange_rate) for row in rows}
