"""Payments that came back: a direct debit that the customer's bank has returned takes an earlier receipt away again.

Which one: by the end-to-end id that it was collected under, by the mandate, by the invoice that it names, or by the account,
and always by its amount: the same, or more by the fee that the bank takes for a return.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from o2c_extensions.cash_application.domain.engine.book import Book
from o2c_extensions.cash_application.domain.engine.mentions import read
from o2c_extensions.cash_application.domain.engine.model import Line, Part
from o2c_extensions.cash_application.domain.engine.rules import Rule
from o2c_extensions.cash_application.domain.engine.structured import plain
from o2c_extensions.cash_application.domain.engine.weights import PRIOR, Weights

# SEPA Direct Debit Core: eight weeks without giving a reason, thirteen months for one that was never allowed.
USUAL, LONGEST = timedelta(days=8 * 7 + 7), timedelta(days=400)
MOST = 200


@dataclass(frozen=True, slots=True)
class Return:
	"""A receipt (its place in the book) that may be the one that came back, and the bank's fee in it."""

	receipt: int
	fee: int
	score: int
	parts: tuple[Part, ...]


def returns(book: Book, weights: Weights, line: Line, rule: Rule) -> list[Return]:
	"""The receipts that may have come back with this line, the likeliest first, the latest first among equals."""
	if line.amount >= 0:
		return []
	named: dict[int, str] = {}
	mentions = read(line.texts, line.references)
	keys = [("item", key, "item") for number in mentions.numbers for key in number.keys if len(key) >= 6]
	keys += [("end-to-end", plain(line.end_to_end), "end-to-end")]
	keys += [("mandate", plain(line.mandate), "mandate"), ("iban", plain(line.party_iban), "iban")]
	for what, key, level in keys:
		for at in book.receipts_by.get((what, key), ())[-MOST:] if key else ():
			known = named.get(at)
			if known is None or weights[f"return.{level}"] > weights[f"return.{known}"]:
				named[at] = level
	found = [
		one
		for at, level in named.items()
		if (one := _return(book, weights, line, rule, at, level)) is not None
	]
	return sorted(
		found, key=lambda one: (-one.score, -book.receipts[one.receipt].day.toordinal(), one.receipt)
	)


def _return(book: Book, weights: Weights, line: Line, rule: Rule, at: int, level: str) -> Return | None:
	receipt = book.receipts[at]
	age = line.day - receipt.day
	fee = -line.amount - receipt.amount
	if receipt.currency != line.currency or not timedelta(0) <= age <= LONGEST or fee < 0:
		return None
	if fee and fee not in (line.charges,) and fee > rule.allowed(rule.charges, line.currency, line.amount):
		return None
	amount = Part("amount", "charges" if fee else "exact", weights["return.fee" if fee else "amount.exact"])
	usual = "usual" if age <= USUAL else "late"
	parts = (
		Part("reference", level, weights[f"return.{level}"]),
		amount,
		Part("date", usual, weights[f"date.{usual}"]),
		Part(
			"return",
			"said" if line.is_return else "not said",
			weights["return.said"] if line.is_return else 0,
		),
	)
	return Return(at, fee, weights[PRIOR] + sum(part.points for part in parts), parts)
