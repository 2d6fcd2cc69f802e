"""All that a company's lines are matched with, loaded into the engine's book."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import frappe

from o2c_extensions.cash_application.domain.engine.book import Book
from o2c_extensions.cash_application.queries import open_items, payers

__all__ = ["load_book"]


def load_book(
	company: str, as_of: date | None = None, *, without: Collection[str] = (), receipts: bool = True
) -> Book:
	"""What is open, who may pay, what was learned of payers, what may come back, and the rates of exchange.

	Some fifteen queries, whatever the size. Where lines of the past are to be matched once more, `as_of` is the day up to which the
	ledger counts, and `without` what was booked for those lines: what is open then is what was open before them.

	Args:
		receipts: whether payments that may come back are wanted: only lines that take money away need them.
	"""
	earlier = payers.receipts(company, as_of) if receipts else []
	items = open_items.open_items(company, as_of, without)
	currencies = {item.currency for item in items} | set(
		frappe.get_all(
			"Account",
			filters={"company": company, "account_type": "Bank", "is_group": 0},
			pluck="account_currency",
			distinct=True,
		)
	)
	return Book(
		items,
		payers.customers(earlier),
		payers.habits(),
		earlier,
		payers.rates([currency for currency in sorted(filter(None, currencies))], as_of),
	)
