"""What the figures are computed from, read from the ledgers: the same few queries for one day or for many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Count, Max, Min, Sum
from frappe.utils import getdate

from o2c_extensions.common.money import decimal, rounded
from o2c_extensions.o2c_analytics.domain.kpi import Bucket, Flow, Instalment, OpenItem

# Binary sums leave traces far below the smallest coin; a balance below this is none.
_NOTHING = 0.0001


def buckets(company: str, days: Sequence[date]) -> dict[date, list[Bucket]]:
	"""What was open at the end of each of `days`, from the payment ledger: not what is outstanding today."""
	claims = _claims(company, days)
	sums = []
	for index in range(len(days)):
		balance = claims[f"balance_{index}"]
		to_be_paid = Case().when(balance > _NOTHING, balance).else_(0)
		sums += [Sum(balance).as_(f"balance_{index}"), Sum(to_be_paid).as_(f"open_{index}")]
	rows = frappe.qb.from_(claims).select(claims.due, *sums).groupby(claims.due).run(as_dict=True)
	currency = currency_of(company)
	return {
		day: [
			Bucket(
				getdate(row.due),
				rounded(row[f"balance_{index}"], currency),
				rounded(row[f"open_{index}"], currency),
			)
			for row in rows
			if row[f"balance_{index}"] or row[f"open_{index}"]
		]
		for index, day in enumerate(days)
	}


def partly_due(company: str, days: Sequence[date]) -> dict[date, list[OpenItem]]:
	"""Of the invoices that fall due bit by bit, those that were open and not wholly due at the end of each of `days`."""
	instalments = _instalments(company, days[0], days[-1])
	if not instalments:
		return {}
	claims = _claims(company, days, list(instalments))
	rows = claims.run(as_dict=True)
	currency = currency_of(company)
	return {
		day: [
			OpenItem(
				rounded(row[f"balance_{index}"], currency),
				rounded(row.total, currency),
				getdate(row.due),
				tuple(instalments[row.against_voucher_no]),
			)
			for row in rows
			if getdate(row.due) >= day and row[f"balance_{index}"] > _NOTHING
		]
		for index, day in enumerate(days)
	}


def _claims(company: str, days: Sequence[date], invoices: list[str] | None = None) -> Any:
	"""Each voucher that claims something, or pays ahead: when it is due, its total, its balance at the end of each day."""
	entry = frappe.qb.DocType("Payment Ledger Entry")
	is_own = entry.voucher_no == entry.against_voucher_no
	balances = (Sum(Case().when(entry.posting_date <= day, entry.amount).else_(0)) for day in days)
	query = (
		frappe.qb.from_(entry)
		.select(
			entry.against_voucher_no,
			Coalesce(Max(Case().when(is_own, entry.due_date)), Min(entry.posting_date)).as_("due"),
			Sum(Case().when(is_own, entry.amount).else_(0)).as_("total"),
			*(balance.as_(f"balance_{index}") for index, balance in enumerate(balances)),
		)
		.where(
			(entry.company == company)
			& (entry.account_type == "Receivable")
			& (entry.delinked == 0)
			& (entry.posting_date <= days[-1])
		)
		.groupby(entry.against_voucher_type, entry.against_voucher_no, entry.party)
	)
	if invoices is not None:
		ours = (entry.against_voucher_type == "Sales Invoice") & entry.against_voucher_no.isin(invoices)
		query = query.where(ours)
	return query


def _instalments(company: str, first: date, last: date) -> dict[str, list[Instalment]]:
	"""What of the invoices that are not wholly due on `first` is due before the rest."""
	part, invoice = frappe.qb.DocType("Payment Schedule"), frappe.qb.DocType("Sales Invoice")
	rows = (
		frappe.qb.from_(part)
		.join(invoice)
		.on(invoice.name == part.parent)
		.select(part.parent, part.due_date, part.base_payment_amount)
		.where(
			(part.parenttype == "Sales Invoice")
			& (invoice.company == company)
			& (invoice.docstatus == 1)
			& (invoice.posting_date <= last)
			& (invoice.due_date >= first)
			& (part.due_date < invoice.due_date)
		)
		.run(as_dict=True)
	)
	found: dict[str, list[Instalment]] = defaultdict(list)
	for row in rows:
		found[row.parent].append(Instalment(getdate(row.due_date), decimal(row.base_payment_amount)))
	return found


def revenue(company: str, first: date, last: date) -> list[Flow]:
	"""Invoiced less credited, day by day, with tax and as rounded: what was added to receivables. No opening balances."""
	invoice = frappe.qb.DocType("Sales Invoice")
	gross = Sum(invoice.base_grand_total) + Sum(invoice.base_rounding_adjustment)
	query = frappe.qb.from_(invoice).where(
		(invoice.company == company) & (invoice.docstatus == 1) & (invoice.is_opening != "Yes")
	)
	rows = _by_day(query, invoice.posting_date, first, last, gross)
	currency = currency_of(company)
	return [Flow(getdate(row.day), rounded(row.whole, currency)) for row in rows]


def orders(company: str, first: date, last: date) -> list[Flow]:
	"""Orders that were submitted, by the day that they bear, and how many of them were ever held."""
	order, hold = frappe.qb.DocType("Sales Order"), frappe.qb.DocType("Credit Hold")
	held = frappe.qb.from_(hold).select(hold.sales_order).distinct()
	query = (
		frappe.qb.from_(order)
		.left_join(held)
		.on(held.sales_order == order.name)
		.where((order.company == company) & (order.docstatus > 0))
	)
	rows = _by_day(query, order.transaction_date, first, last, Count(order.name), Count(held.sales_order))
	return [Flow(getdate(row.day), decimal(row.whole), decimal(row.part)) for row in rows]


def receipts(company: str, first: date, last: date) -> list[Flow]:
	"""Lines of bank statements that brought money, and how many of them were matched without a person."""
	line = frappe.qb.DocType("Bank Transaction")
	matched = Count(Case().when(line.o2c_match_status == "Matched", line.name))
	query = frappe.qb.from_(line).where(
		(line.company == company) & (line.docstatus == 1) & (line.deposit > 0)
	)
	rows = _by_day(query, line.date, first, last, Count(line.name), matched)
	return [Flow(getdate(row.day), decimal(row.whole), decimal(row.part)) for row in rows]


def currency_of(company: str) -> str:
	return str(frappe.get_cached_value("Company", company, "default_currency"))


def companies() -> list[str]:
	"""The companies that the user is not confined away from, the default one first.

	The figures are of a company as a whole and need no right to its documents; a User Permission on companies counts.
	"""
	allowed = {
		row.doc
		for row in frappe.permissions.get_user_permissions(frappe.session.user).get("Company", ())
		if not row.applicable_for
	}
	names: list[str] = frappe.get_all("Company", order_by="name asc", pluck="name", limit_page_length=0)
	found = [name for name in names if not allowed or name in allowed]
	default = frappe.defaults.get_user_default("Company")
	return sorted(found, key=lambda name: name != default)


def _by_day(query: Any, field: Any, first: date, last: date, whole: Any, part: Any = None) -> list[Any]:
	columns = [field.as_("day"), whole.as_("whole"), *([part.as_("part")] if part is not None else [])]
	rows: list[Any] = (
		query.select(*columns).where((field >= first) & (field <= last)).groupby(field).run(as_dict=True)
	)
	return rows
