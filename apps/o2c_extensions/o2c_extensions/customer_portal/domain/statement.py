"""A customer's account over a range of days: what was open before, what moved it, what is open after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class Entry:
	"""One row of the ledger. A positive amount is what the customer owes more."""

	day: date
	voucher_type: str
	voucher_no: str
	amount: Decimal
	due_date: date | None = None


@dataclass(frozen=True)
class Movement:
	"""What one voucher moved, and the balance after it."""

	day: date
	voucher_type: str
	voucher_no: str
	amount: Decimal
	balance: Decimal
	due_date: date | None


@dataclass(frozen=True)
class Statement:
	start: date
	end: date
	opening: Decimal
	movements: tuple[Movement, ...]
	charged: Decimal
	credited: Decimal
	closing: Decimal


def draw_up(entries: Iterable[Entry], start: date, end: date, opening: Decimal = ZERO) -> Statement:
	"""The statement from `start` to `end`, both included.

	The rows of a voucher are one movement, however many invoices they were allocated to; a voucher that moves nothing in
	sum, as one that only allocates anew, is none.

	Args:
		entries: rows of the ledger in any order. Those before `start` count into the opening balance, later ones not at all.
		opening: the sum of what is not among `entries`.

	Raises:
		ValueError: the range ends before it starts.
	"""
	if end < start:
		raise ValueError("the range ends before it starts")
	sums: dict[tuple[date, str, str], Decimal] = {}
	due: dict[tuple[date, str, str], date] = {}
	for entry in entries:
		if entry.day < start:
			opening += entry.amount
		elif entry.day <= end:
			voucher = (entry.day, entry.voucher_type, entry.voucher_no)
			sums[voucher] = sums.get(voucher, ZERO) + entry.amount
			if entry.due_date:
				due[voucher] = max(entry.due_date, due.get(voucher, entry.due_date))
	balance = opening
	movements = []
	for voucher in sorted(sums):
		if amount := sums[voucher]:
			balance += amount
			movements.append(Movement(*voucher, amount, balance, due.get(voucher)))
	amounts = [movement.amount for movement in movements]
	return Statement(
		start,
		end,
		opening,
		tuple(movements),
		charged=sum((amount for amount in amounts if amount > 0), ZERO),
		credited=-sum((amount for amount in amounts if amount < 0), ZERO),
		closing=balance,
	)
