"""How the customers of a company have paid, for all of them at once: a few queries, however many customers there are.

An invoice that is paid in instalments counts as due when the last of them is. Money that a credit note took off an invoice
was never due, and is left out; so is what was paid in cash on the invoice itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Count, Max, Min, Sum
from frappe.utils import getdate

from o2c_extensions.common.money import decimal
from o2c_extensions.credit_control.domain.scoring import Payment
from o2c_extensions.credit_control.queries.facts import RETURNED

# Binary sums leave traces far below the smallest coin; a balance below this is none.
_NOTHING = 0.0001
_MONEY = ("Payment Entry", "Journal Entry")


@dataclass
class Found:
	"""What the books say about one customer, gathered query by query. Amounts are in the company's currency."""

	payments: list[Payment] = field(default_factory=list)
	invoices: int = 0
	turnover: Decimal = Decimal(0)
	customer_since: date | None = None
	dunning_level: int = 0
	bounced: int = 0
	peak: Decimal = Decimal(0)

	def overdue(self, today: date) -> Decimal:
		"""What is open and was due before `today`."""
		return sum(
			(each.amount for each in self.payments if each.paid is None and each.due < today), Decimal(0)
		)


def behaviour(
	company: str, since: date, today: date, customers: Collection[str] | None = None
) -> dict[str, Found]:
	"""What was found about each customer of a company that ever got an invoice: from `since` to `today`.

	Args:
		customers: only these; all, if None.
	"""
	found: dict[str, Found] = defaultdict(Found)
	for row in _invoices(company, since, today, customers):
		one = found[row.customer]
		one.customer_since = getdate(row.first)
		one.invoices, one.turnover = int(row.due or 0), decimal(row.turnover)
	for row in _settlements(company, since, today, customers):
		found[row.party].payments.append(
			Payment(decimal(row.amount), getdate(row.due_date), getdate(row.posting_date))
		)
	for row in _open_items(company, today, customers):
		found[row.party].payments.append(Payment(decimal(row.amount), getdate(row.due_date)))
	for row in _taken_back(company, since, today, customers):
		found[row.party].bounced = row.number
	for row in _returned(company, since, today, customers):
		# The bank's line and the voucher that was booked for it are one.
		found[row.party].bounced = max(found[row.party].bounced, row.number)
	for row in _dunned(company, since, today, customers):
		found[row.customer].dunning_level = int(row.level or 0)
	for party, peak in _peaks(company, since, today, customers).items():
		found[party].peak = peak
	return dict(found)


def overdue(
	company: str, today: date, customers: Collection[str] | None = None
) -> dict[str, tuple[Decimal, int]]:
	"""What is overdue of each customer that owes something, and for how many days at most."""
	found: dict[str, tuple[Decimal, int]] = {}
	for row in _open_items(company, today, customers):
		days = (today - getdate(row.due_date)).days
		if days > 0:
			amount, longest = found.get(row.party, (Decimal(0), 0))
			found[row.party] = (amount + decimal(row.amount), max(longest, days))
	return found


def _invoices(company: str, since: date, today: date, customers: Collection[str] | None) -> list[Any]:
	"""By customer: the first invoice ever, how many fell due in the period, and what was invoiced in it, with tax."""
	invoice = frappe.qb.DocType("Sales Invoice")
	falls_due = (invoice.due_date > since) & (invoice.due_date <= today) & (invoice.is_return == 0)
	amount = invoice.base_grand_total + invoice.base_rounding_adjustment
	query = (
		frappe.qb.from_(invoice)
		.select(
			invoice.customer,
			Min(Case().when(invoice.is_return == 0, invoice.posting_date)).as_("first"),
			Count(Case().when(falls_due, invoice.name)).as_("due"),
			Sum(Case().when(invoice.posting_date > since, amount).else_(0)).as_("turnover"),
		)
		.where(
			(invoice.company == company)
			& (invoice.docstatus == 1)
			& (invoice.is_opening != "Yes")
			& (invoice.posting_date <= today)
		)
		.groupby(invoice.customer)
	)
	return _rows(query, invoice.customer, customers)


def _settlements(company: str, since: date, today: date, customers: Collection[str] | None) -> list[Any]:
	"""What was paid on invoices that fell due in the period: by customer, due date and the day of the payment."""
	entry, invoice = frappe.qb.DocType("Payment Ledger Entry"), frappe.qb.DocType("Sales Invoice")
	query = (
		_entries(entry, company, today)
		.join(invoice)
		.on(invoice.name == entry.against_voucher_no)
		.select(entry.party, invoice.due_date, entry.posting_date, Sum(-entry.amount).as_("amount"))
		.where(
			(entry.against_voucher_type == "Sales Invoice")
			& entry.voucher_type.isin(_MONEY)
			& (entry.amount < 0)
			& (invoice.is_return == 0)
			& (invoice.due_date > since)
			& (invoice.due_date <= today)
		)
		.groupby(entry.party, invoice.due_date, entry.posting_date)
	)
	return _rows(query, entry.party, customers)


def _open_items(company: str, today: date, customers: Collection[str] | None) -> list[Any]:
	"""What is open of invoices that are due, whenever that was."""
	entry, invoice = frappe.qb.DocType("Payment Ledger Entry"), frappe.qb.DocType("Sales Invoice")
	query = (
		_entries(entry, company, today)
		.join(invoice)
		.on(invoice.name == entry.against_voucher_no)
		.select(entry.party, invoice.due_date, Sum(entry.amount).as_("amount"))
		.where(
			(entry.against_voucher_type == "Sales Invoice")
			& (invoice.is_return == 0)
			& (invoice.outstanding_amount > 0)
			& (invoice.due_date <= today)
		)
		.groupby(entry.party, invoice.name, invoice.due_date)
		.having(Sum(entry.amount) > _NOTHING)
	)
	return _rows(query, entry.party, customers)


def _taken_back(company: str, since: date, today: date, customers: Collection[str] | None) -> list[Any]:
	"""Payments that were taken back: vouchers that claim money of an invoice once more, as a bounced debit does."""
	entry, invoice = frappe.qb.DocType("Payment Ledger Entry"), frappe.qb.DocType("Sales Invoice")
	query = (
		_entries(entry, company, today)
		.join(invoice)
		.on(invoice.name == entry.against_voucher_no)
		.select(entry.party, Count(entry.voucher_no).distinct().as_("number"))
		.where(
			(entry.against_voucher_type == "Sales Invoice")
			& entry.voucher_type.isin(_MONEY)
			# A difference in the exchange rate claims nothing in the customer's own currency.
			& (entry.amount_in_account_currency > 0)
			& (invoice.is_return == 0)
			& (entry.posting_date > since)
		)
		.groupby(entry.party)
	)
	return _rows(query, entry.party, customers)


def _returned(company: str, since: date, today: date, customers: Collection[str] | None) -> list[Any]:
	"""Debits that the bank has taken back, by its statements."""
	line = frappe.qb.DocType("Bank Transaction")
	query = (
		frappe.qb.from_(line)
		.select(line.party, Count(line.name).as_("number"))
		.where(
			(line.company == company)
			& (line.party_type == "Customer")
			& (line.docstatus == 1)
			& (line.transaction_type == RETURNED)
			& (line.date > since)
			& (line.date <= today)
		)
		.groupby(line.party)
	)
	return _rows(query, line.party, customers)


def _dunned(company: str, since: date, today: date, customers: Collection[str] | None) -> list[Any]:
	"""The highest level that was sent to each customer in the period."""
	dunning = frappe.qb.DocType("Dunning")
	query = (
		frappe.qb.from_(dunning)
		.select(dunning.customer, Max(dunning.o2c_dunning_level).as_("level"))
		.where(
			(dunning.company == company)
			& (dunning.docstatus == 1)
			& (dunning.posting_date > since)
			& (dunning.posting_date <= today)
		)
		.groupby(dunning.customer)
	)
	return _rows(query, dunning.customer, customers)


def _peaks(company: str, since: date, today: date, customers: Collection[str] | None) -> dict[str, Decimal]:
	"""The highest balance of each customer at the end of a day of the period."""
	entry = frappe.qb.DocType("Payment Ledger Entry")
	day = Case().when(entry.posting_date > since, entry.posting_date).else_(since)
	query = (
		_entries(entry, company, today)
		.select(entry.party, day.as_("day"), Sum(entry.amount).as_("amount"))
		.groupby(entry.party, day)
		.orderby(entry.party)
		.orderby(day)
	)
	balances: dict[str, Decimal] = {}
	peaks: dict[str, Decimal] = {}
	for row in _rows(query, entry.party, customers):
		balance = balances.get(row.party, Decimal(0)) + decimal(row.amount)
		balances[row.party] = balance
		peaks[row.party] = max(peaks.get(row.party, Decimal(0)), balance)
	return peaks


def _entries(entry: Any, company: str, today: date) -> Any:
	"""What the payment ledger says about a company's customers until the end of `today`."""
	return frappe.qb.from_(entry).where(
		(entry.company == company)
		& (entry.party_type == "Customer")
		& (entry.account_type == "Receivable")
		& (entry.delinked == 0)
		& (entry.posting_date <= today)
	)


def _rows(query: Any, customer: Any, customers: Collection[str] | None) -> list[Any]:
	if customers is not None:
		query = query.where(customer.isin(list(customers) or [""]))
	rows: list[Any] = query.run(as_dict=True)
	return rows
