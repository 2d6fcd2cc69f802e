"""What customers have kept back of invoices that they paid short: what is left of each, and so what has become of it.

sum of what is left of an invoice's deductions <= what is open on it
the latest deduction has what is open first: an earlier one has been paid meanwhile, or is told again by it
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

NOTHING = Decimal(0)
OPEN, ACCEPTED, REFUSED, SETTLED, CANCELLED = "Open", "Accepted", "Refused", "Settled", "Cancelled"
# What follows its invoice. What was accepted is booked, and what was cancelled was never kept back.
FOLLOWING = (OPEN, REFUSED, SETTLED)
UNDECIDED = (OPEN, REFUSED)


@dataclass(frozen=True)
class Deduction:
	"""What was kept back of one invoice with one line.

	Attributes:
		amount: what was kept back then.
		left: what was left of it when it was looked at last.
		is_refused: a person has said that the customer owes it all the same.
	"""

	name: str
	amount: Decimal
	left: Decimal
	status: str
	is_refused: bool = False


@dataclass(frozen=True)
class Change:
	name: str
	left: Decimal
	status: str


def shares(outstanding: Decimal, deductions: Sequence[Deduction]) -> tuple[Decimal, ...]:
	"""What is left of each of an invoice's deductions, which come with the earliest first."""
	rest = max(outstanding, NOTHING)
	found: list[Decimal] = []
	for each in reversed(deductions):
		share = min(each.amount, rest) if each.status in FOLLOWING else NOTHING
		rest -= share
		found.append(share)
	return tuple(reversed(found))


def changes(outstanding: Decimal, deductions: Sequence[Deduction]) -> tuple[Change, ...]:
	"""What has become of an invoice's deductions now that so much is open on it.

	One of which nothing is left is settled. It opens again if a payment or credit note that settled it is taken back.
	"""
	found = []
	for each, left in zip(deductions, shares(outstanding, deductions), strict=True):
		if each.status not in FOLLOWING:
			continue
		status = (REFUSED if each.is_refused else OPEN) if left else SETTLED
		if (status, left) != (each.status, each.left):
			found.append(Change(each.name, left, status))
	return tuple(found)
