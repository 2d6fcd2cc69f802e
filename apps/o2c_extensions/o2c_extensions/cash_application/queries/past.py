"""Lines of the past and what became of them, a day at a time: a handful of queries a day, whatever the number of lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import frappe
from frappe.utils import getdate

from o2c_extensions.cash_application.domain.engine.book import Book
from o2c_extensions.cash_application.domain.engine.model import Line
from o2c_extensions.cash_application.domain.replay import Done
from o2c_extensions.cash_application.queries import lines as line_queries
from o2c_extensions.cash_application.queries.book import load_book
from o2c_extensions.cash_application.queries.doctypes import JOURNAL, LINE, PAYMENT, PROPOSAL
from o2c_extensions.cash_application.queries.open_items import document_of

_BANKS = ("Bank", "Cash")


@dataclass(frozen=True)
class Day:
	"""The lines of one day, the book as it was before any of them was booked, and what became of them: line -> Done."""

	lines: tuple[Line, ...]
	book: Book
	done: Mapping[str, Done]


def days(company: str, since: date, until: date, only_done: bool = False) -> list[date]:
	"""The days on which a company's accounts have lines; `only_done`: lines that are reconciled."""
	filters: list[list[Any]] = [
		["docstatus", "=", 1],
		["company", "=", company],
		["date", ">=", since],
		["date", "<=", until],
	]
	if only_done:
		filters.append(["allocated_amount", ">", 0])
	found = frappe.get_all(
		LINE, filters=filters, pluck="date", distinct=True, order_by="date asc", limit_page_length=0
	)
	return sorted({getdate(day) for day in found})


def day_of(company: str, day: date) -> Day:
	"""One day's lines, with what was open before they were booked."""
	lines = line_queries.lines_of(company, since=day, until=day)
	names = [line.name for line in lines]
	vouchers = _vouchers(names)
	voucher_names = {name for told in vouchers.values() for _doctype, name in told}
	book = load_book(company, day, without=voucher_names, receipts=any(line.amount < 0 for line in lines))
	return Day(tuple(lines), book, _done(vouchers, _reopened(names), book))


def _vouchers(lines: Collection[str]) -> dict[str, list[tuple[str, str]]]:
	"""line -> the vouchers that it is reconciled with."""
	found: dict[str, list[tuple[str, str]]] = defaultdict(list)
	if lines:
		for row in frappe.get_all(
			"Bank Transaction Payments",
			filters={"parent": ("in", list(lines)), "parenttype": LINE},
			fields=["parent", "payment_document", "payment_entry"],
			order_by="parent asc, idx asc",
			limit_page_length=0,
		):
			found[row.parent].append((row.payment_document, row.payment_entry))
	return found


def _reopened(lines: Collection[str]) -> dict[str, str]:
	"""line -> the payment that came back with it."""
	if not lines:
		return {}
	rows = frappe.get_all(
		PROPOSAL,
		filters={
			"bank_transaction": ("in", list(lines)),
			"status": ("in", ("Posted", "Confirmed")),
			"reopens": ("is", "set"),
		},
		fields=["bank_transaction", "reopens"],
		limit_page_length=0,
	)
	return {row.bank_transaction: row.reopens for row in rows}


def _done(
	vouchers: Mapping[str, Collection[tuple[str, str]]], reopened: Mapping[str, str], book: Book
) -> dict[str, Done]:
	items: dict[tuple[str, str], list[Any]] = defaultdict(list)
	for item in book.items:
		items[document_of(item)].append(item)
	told = {**_payments(_of(PAYMENT, vouchers)), **_journals(_of(JOURNAL, vouchers))}
	found = {}
	for line, named in vouchers.items():
		parts = [told[voucher] for voucher in named if voucher in told]
		if not parts:
			continue
		customers = sorted({customer for customer, _documents, _accounts in parts if customer})
		if len(customers) > 1:
			continue
		customer = customers[0] if customers else ""
		settled = {
			item.name
			for _customer, documents, _accounts in parts
			for document in documents
			for item in items.get(document, ())
			if item.customer == customer
		}
		accounts = {account for _customer, _documents, accounts in parts for account in accounts}
		found[line] = Done(customer, frozenset(settled), frozenset(accounts), reopened.get(line, ""))
	return found


def _of(doctype: str, vouchers: Mapping[str, Iterable[tuple[str, str]]]) -> list[str]:
	return sorted({name for told in vouchers.values() for kind, name in told if kind == doctype})


_Told = dict[tuple[str, str], tuple[str, set[tuple[str, str]], set[str]]]


def _payments(names: Collection[str]) -> _Told:
	"""(Payment Entry, name) -> customer, the documents that it refers to, nothing."""
	if not names:
		return {}
	rows = frappe.get_all(
		PAYMENT,
		filters={"name": ("in", list(names)), "docstatus": 1, "party_type": "Customer"},
		fields=["name", "party"],
		limit_page_length=0,
	)
	found: _Told = {(PAYMENT, row.name): (row.party, set(), set()) for row in rows}
	for row in frappe.get_all(
		"Payment Entry Reference",
		filters={"parent": ("in", list(names)), "parenttype": PAYMENT},
		fields=["parent", "reference_doctype", "reference_name"],
		limit_page_length=0,
	):
		if (PAYMENT, row.parent) in found:
			found[(PAYMENT, row.parent)][1].add((row.reference_doctype, row.reference_name))
	return found


def _journals(names: Collection[str]) -> _Told:
	"""(Journal Entry, name) -> the customer on it, the documents that it refers to, and the accounts without a party."""
	if not names:
		return {}
	rows = frappe.get_all(
		"Journal Entry Account",
		filters={"parent": ("in", list(names)), "parenttype": JOURNAL, "docstatus": 1},
		fields=[
			"parent",
			"account",
			"account_type",
			"party_type",
			"party",
			"reference_type",
			"reference_name",
		],
		limit_page_length=0,
	)
	kinds = _account_types({row.account for row in rows})
	found: dict[str, tuple[set[str], set[tuple[str, str]], set[str]]] = defaultdict(
		lambda: (set(), set(), set())
	)
	for row in rows:
		parties, documents, accounts = found[row.parent]
		if row.party and row.party_type == "Customer":
			parties.add(row.party)
			if row.reference_name:
				documents.add((row.reference_type, row.reference_name))
		elif kinds.get(row.account) not in _BANKS and kinds.get(row.account) != "Tax":
			accounts.add(row.account)
	return {
		(JOURNAL, name): (
			sorted(parties)[0] if parties else "",
			documents,
			accounts if not parties else set(),
		)
		for name, (parties, documents, accounts) in found.items()
	}


def _account_types(accounts: Collection[str]) -> dict[str, str]:
	rows = frappe.get_all(
		"Account",
		filters={"name": ("in", list(accounts))},
		fields=["name", "account_type"],
		limit_page_length=0,
	)
	return {row.name: row.account_type or "" for row in rows}
