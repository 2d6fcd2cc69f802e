"""Money that stands on a customer's account, when an invoice of it appears: what of it is the invoice's.

In this order, and within it the older money first:

1. what was paid in advance on one of the orders that are invoiced;
2. what names the invoice, its order, or the customer's own order number, and nothing else of ours;
3. what is exactly the invoice's amount, names nothing, and could be nothing else's: no other open invoice has the amount, and no
   other money on the account.

Whatever fits otherwise stays where it is: a person, or the customer's next payment, says what it is for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from o2c_extensions.cash_application.domain.engine.book import Book
from o2c_extensions.cash_application.domain.engine.mentions import read
from o2c_extensions.cash_application.domain.engine.model import INVOICE, Item

ORDER, NAMED, EXACT = "order", "named", "exact"
# How a text has to name a document for money to be taken from the account without a person.
_CLEAR = frozenset(("structured", "end-to-end", "full", "part", "order"))


@dataclass(frozen=True)
class Billed:
	"""The invoice that has appeared.

	Attributes:
		references: what else it is called: its orders, the customer's own order numbers.
	"""

	name: str
	customer: str
	currency: str
	open: Decimal
	day: date
	orders: tuple[str, ...] = ()
	references: tuple[str, ...] = ()


@dataclass(frozen=True)
class Money:
	"""What a payment has left.

	Attributes:
		row: the row of the payment that holds it for an order; empty for what was never allocated.
		order: that order.
		texts: what the payer wrote.
		rate: at which the payment was booked, where the account is kept in another currency than the company's books.
	"""

	payment: str
	amount: Decimal
	day: date
	row: str = ""
	order: str = ""
	texts: tuple[str, ...] = ()
	rate: Decimal = Decimal(1)


@dataclass(frozen=True)
class Allotted:
	"""What the invoice gets of a payment, and why: "order", "named" or "exact"."""

	money: Money
	amount: Decimal
	reason: str


def allot(
	billed: Billed, money: Sequence[Money], others: Sequence[tuple[str, Decimal]]
) -> tuple[Allotted, ...]:
	"""What of the money is the invoice's: never more than is open on it.

	Args:
		others: the customer's other open invoices, each with what is open on it.
	"""
	found: list[Allotted] = []
	left = billed.open
	claims = _claims(billed, money, others)
	for each, reason in sorted(claims, key=lambda claim: _rank(*claim)):
		if left <= 0:
			break
		amount = min(left, each.amount)
		found.append(Allotted(each, amount, reason))
		left -= amount
	return tuple(found)


def _rank(money: Money, reason: str) -> tuple[int, date, str, str]:
	return (ORDER, NAMED, EXACT).index(reason), money.day, money.payment, money.row


def _claims(
	billed: Billed, money: Sequence[Money], others: Sequence[tuple[str, Decimal]]
) -> list[tuple[Money, str]]:
	claims = [(each, ORDER) for each in money if each.row and each.order in billed.orders and each.amount > 0]
	free = [each for each in money if not each.row and each.amount > 0]
	book = _book(billed, others)
	silent = []
	for each in free:
		named, unknown = book.named(read(each.texts), "", "")
		if not named and not unknown:
			silent.append(each)
		elif set(named) == {book.place_of[billed.name]} and set(named.values()) <= _CLEAR:
			claims.append((each, NAMED))
	exact = [each for each in free if each.amount == billed.open]
	if not claims and len(exact) == 1 and exact[0] in silent and all(o != billed.open for _name, o in others):
		claims.append((exact[0], EXACT))
	return claims


def _book(billed: Billed, others: Sequence[tuple[str, Decimal]]) -> Book:
	"""The customer's open invoices by all that a text may call them."""

	def item(name: str, references: tuple[str, ...] = ()) -> Item:
		return Item(
			name=name,
			kind=INVOICE,
			customer=billed.customer,
			currency=billed.currency,
			open=1,
			posted=billed.day,
			due=billed.day,
			references=references,
		)

	return Book(
		[item(billed.name, (*billed.orders, *billed.references)), *(item(name) for name, _open in others)]
	)
