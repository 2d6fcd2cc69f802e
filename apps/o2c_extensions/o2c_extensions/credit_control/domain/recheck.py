"""Which held orders go when money has come in: the order of the queue, deposits, and what fits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

ZERO = Decimal(0)

# Outcomes of a check (see policy), as far as they let an order go.
_PASSES = ("Pass", "Warn")
_ON_DEPOSIT = ("Deposit", "Prepayment")


@dataclass(frozen=True)
class Waiting:
	"""A hold that waits, in the company's currency.

	Attributes:
		priority: 1 comes first.
		required: the deposit on which it goes, zero if none was asked for.
		paid: what was paid for its document.
	"""

	name: str
	amount: Decimal
	since: datetime
	priority: int = 5
	required: Decimal = ZERO
	paid: Decimal = ZERO


@dataclass(frozen=True)
class Deposit:
	"""What counts as deposit of one hold: what was paid for it, and what it takes of payments for nothing in particular."""

	paid: Decimal
	unallocated: Decimal = ZERO

	@property
	def total(self) -> Decimal:
		return self.paid + self.unallocated


def in_order(holds: Iterable[Waiting]) -> tuple[Waiting, ...]:
	"""The queue: by priority, then by age."""
	return tuple(sorted(holds, key=lambda hold: (hold.priority, hold.since, hold.name)))


def what_goes(queue: Sequence[Waiting], fits: Callable[[Waiting], bool]) -> tuple[Waiting, ...]:
	"""Walk the queue once and let each go that fits beside those that went before it.

	One that does not fit keeps nobody behind it waiting.

	Args:
		fits: asked in the queue's order, once each; one that it says goes has used its credit by the next question.
	"""
	return tuple(hold for hold in queue if fits(hold))


def deposits(queue: Sequence[Waiting], unallocated: Decimal) -> dict[str, Deposit]:
	"""What each hold has of its deposit: what was paid for it, and of unallocated payments what it lacks.

	In the queue's order, no cent counts twice. Only a hold that gets all that it lacks takes some: a part of it would help nobody.
	"""
	found: dict[str, Deposit] = {}
	left = max(unallocated, ZERO)
	for hold in queue:
		lacking = hold.required - hold.paid
		taken = lacking if ZERO < lacking <= left else ZERO
		left -= taken
		found[hold.name] = Deposit(hold.paid, taken)
	return found


def may_go(outcome: str, required: Decimal, received: Decimal) -> bool:
	"""Whether a hold is let go by this outcome of a new check, with so much of the deposit that it asks for received."""
	if outcome in _ON_DEPOSIT:
		return ZERO < required <= received
	return outcome in _PASSES
