"""What is overdue, how it was dunned so far, and with which levels a company duns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder.functions import Max
from frappe.utils import getdate

from o2c_extensions.collections_management.domain.dunning import Instalment, Level, settle
from o2c_extensions.common.money import decimal, rounded

CHUNK = 500


@dataclass(frozen=True)
class Debt:
	"""An instalment with whose it is: what one Dunning is about has the same customer, currency and account."""

	instalment: Instalment
	customer: str
	customer_name: str
	currency: str
	account: str


@dataclass(frozen=True)
class LevelType:
	"""The Dunning Type of a company that is used for a level."""

	level: Level
	name: str


def level_types(company: str) -> tuple[LevelType, ...]:
	"""The levels of a company, the lowest first. Of several types for one level the first by name is used."""
	rows = frappe.get_all(
		"Dunning Type",
		filters={"company": company, "o2c_dunning_level": (">", 0)},
		fields=["name", "o2c_dunning_level", "o2c_days_overdue"],
		order_by="o2c_dunning_level asc, name asc",
		limit_page_length=0,
	)
	first: dict[int, LevelType] = {}
	for row in rows:
		first.setdefault(
			row.o2c_dunning_level, LevelType(Level(row.o2c_dunning_level, row.o2c_days_overdue), row.name)
		)
	return tuple(first.values())


def companies_with_levels() -> list[str]:
	rows: list[str] = frappe.get_all(
		"Dunning Type",
		filters={"o2c_dunning_level": (">", 0)},
		pluck="company",
		distinct=True,
		order_by="company asc",
	)
	return rows


def overdue_debts(company: str, today: date, customer: str | None = None) -> list[Debt]:
	"""What was due before `today` and is open: instalments of submitted invoices, the oldest first."""
	debts = [
		debt
		for rows in _open_schedules(company, today, customer).values()
		for debt in _debts_of_one(rows)
		if debt.instalment.outstanding > 0 and debt.instalment.due_date < today
	]
	debts.sort(key=lambda debt: (debt.instalment.due_date, debt.instalment.invoice, debt.instalment.name))
	dunned = _dunned(sorted({debt.instalment.invoice for debt in debts}))
	return [_with_history(debt, dunned) for debt in debts]


def schedule_rows(instalments: Collection[str]) -> dict[str, Any]:
	"""What invoices say of these rows of their payment schedules."""
	rows = frappe.get_all(
		"Payment Schedule",
		filters={"name": ("in", list(instalments))},
		fields=[
			"name",
			"payment_term",
			"description",
			"mode_of_payment",
			"invoice_portion",
			"payment_amount",
			"paid_amount",
			"discounted_amount",
		],
		limit_page_length=0,
	)
	return {row.name: row for row in rows}


def dunnings_about(invoices: Collection[str]) -> dict[str, tuple[str, list[tuple[Decimal, Decimal]]]]:
	"""The submitted Dunnings about these invoices: status, and what is outstanding of each row's instalment and invoice."""
	if not invoices:
		return {}
	asked, row = frappe.qb.DocType("Overdue Payment").as_("asked"), frappe.qb.DocType("Overdue Payment")
	dunning, invoice = frappe.qb.DocType("Dunning"), frappe.qb.DocType("Sales Invoice")
	term = frappe.qb.DocType("Payment Schedule")
	rows = (
		frappe.qb.from_(asked)
		.join(dunning)
		.on(dunning.name == asked.parent)
		.join(row)
		.on(row.parent == dunning.name)
		.join(invoice)
		.on(invoice.name == row.sales_invoice)
		.left_join(term)
		.on(term.name == row.payment_schedule)
		.select(
			row.name,
			dunning.name.as_("dunning"),
			dunning.status,
			term.outstanding,
			invoice.outstanding_amount,
		)
		.distinct()
		.where(asked.sales_invoice.isin(list(invoices)))
		.where(dunning.docstatus == 1)
		.run(as_dict=True)
	)
	found: dict[str, tuple[str, list[tuple[Decimal, Decimal]]]] = {}
	for each in rows:
		of_invoice = decimal(each.outstanding_amount)
		of_instalment = of_invoice if each.outstanding is None else decimal(each.outstanding)
		found.setdefault(each.dunning, (each.status, []))[1].append((of_instalment, of_invoice))
	return found


def _open_schedules(company: str, today: date, customer: str | None) -> dict[str, list[Any]]:
	"""The payment schedules of open invoices, by invoice. An invoice without one is one row, due at its due date."""
	invoice, term = frappe.qb.DocType("Sales Invoice"), frappe.qb.DocType("Payment Schedule")
	query = (
		frappe.qb.from_(invoice)
		.left_join(term)
		.on((term.parent == invoice.name) & (term.parenttype == "Sales Invoice"))
		.select(
			invoice.name.as_("invoice"),
			invoice.customer,
			invoice.customer_name,
			invoice.currency,
			invoice.conversion_rate,
			invoice.party_account_currency,
			invoice.debit_to,
			invoice.outstanding_amount,
			invoice.due_date.as_("invoice_due_date"),
			term.name.as_("term"),
			term.due_date,
			term.outstanding,
		)
		.where(invoice.company == company)
		.where(invoice.docstatus == 1)
		.where(invoice.is_return == 0)
		.where(invoice.outstanding_amount > 0)
		.where(invoice.posting_date <= today)
		.orderby(invoice.name)
	)
	if customer:
		query = query.where(invoice.customer == customer)
	found: dict[str, list[Any]] = defaultdict(list)
	for row in query.run(as_dict=True):
		found[row.invoice].append(row)
	return found


def _debts_of_one(rows: Sequence[Any]) -> Iterable[Debt]:
	head = rows[0]
	outstanding = decimal(head.outstanding_amount)
	if head.party_account_currency and head.party_account_currency != head.currency:
		# The account is kept in another currency than the invoice, which is what the customer pays in.
		outstanding /= decimal(head.conversion_rate) or Decimal(1)
	outstanding = rounded(outstanding, head.currency)
	instalments = [
		Instalment(
			row.term or "",
			row.invoice,
			getdate(row.due_date or row.invoice_due_date),
			rounded(row.outstanding, row.currency) if row.term else outstanding,
		)
		for row in rows
	]
	for instalment in settle(instalments, outstanding):
		yield Debt(instalment, head.customer, head.customer_name, head.currency, head.debit_to)


def _dunned(invoices: Sequence[str]) -> dict[tuple[str, str], tuple[int, date]]:
	"""By invoice and row of its schedule: the highest level that was sent, and the day of the latest dunning."""
	found: dict[tuple[str, str], tuple[int, date]] = {}
	for start in range(0, len(invoices), CHUNK):
		for row in _dunned_rows(invoices[start : start + CHUNK]):
			found[(row.sales_invoice, row.payment_schedule or "")] = (row.level or 0, getdate(row.day))
	return found


def _dunned_rows(invoices: Sequence[str]) -> list[Any]:
	dunning, row = frappe.qb.DocType("Dunning"), frappe.qb.DocType("Overdue Payment")
	rows: list[Any] = (
		frappe.qb.from_(row)
		.join(dunning)
		.on(dunning.name == row.parent)
		.select(
			row.sales_invoice,
			row.payment_schedule,
			Max(dunning.o2c_dunning_level).as_("level"),
			Max(dunning.posting_date).as_("day"),
		)
		.where(dunning.docstatus == 1)
		.where(row.sales_invoice.isin(list(invoices)))
		.groupby(row.sales_invoice, row.payment_schedule)
		.run(as_dict=True)
	)
	return rows


def _with_history(debt: Debt, dunned: dict[tuple[str, str], tuple[int, date]]) -> Debt:
	one = debt.instalment
	level, day = dunned.get((one.invoice, one.name), (0, None))
	instalment = Instalment(one.name, one.invoice, one.due_date, one.outstanding, level, day)
	return Debt(instalment, debt.customer, debt.customer_name, debt.currency, debt.account)
