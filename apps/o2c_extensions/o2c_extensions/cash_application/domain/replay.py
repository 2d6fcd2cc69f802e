"""What the engine would have done with lines of the past, beside what was done with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

from o2c_extensions.cash_application.domain.engine.model import ORDER, POST, PROPOSE, Choice

RIGHT, WRONG, UNKNOWN = "Right", "Wrong", "Unknown"
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Done:
	"""What became of a line.

	Attributes:
		items: what it settled, as far as it was open on the line's day: what was billed later was money on account then.
		accounts: where it was booked straight to.
		reopens: the payment that came back with it.
	"""

	customer: str = ""
	items: frozenset[str] = frozenset()
	accounts: frozenset[str] = frozenset()
	reopens: str = ""

	@property
	def is_match(self) -> bool:
		return bool(self.customer)

	@property
	def truth(self) -> tuple[str, frozenset[str]]:
		"""As `calibration.replay` takes it."""
		return self.customer, frozenset((self.reopens,)) if self.reopens else self.items


def verdict(choice: Choice, done: Done | None, kinds: Mapping[str, str]) -> str:
	"""Whether a choice is what was done; UNKNOWN where nothing was done yet, or nothing is chosen.

	Which order an advance was for says nothing about where the money went: orders count as money on account.

	Args:
		kinds: item -> its kind, of all that was open.
	"""
	if done is None or not (choice.customer or choice.booked):
		return UNKNOWN
	if not choice.customer:
		accounts = frozenset(account for account, *_rest in choice.booked)
		return RIGHT if accounts == done.accounts and not done.customer else WRONG
	if choice.reopens or done.reopens:
		return RIGHT if choice.reopens == done.reopens else WRONG
	chosen = _settled((one.item for one in choice.allocations), kinds)
	same = choice.customer == done.customer and chosen == _settled(done.items, kinds)
	return RIGHT if same else WRONG


def _settled(items: Iterable[str], kinds: Mapping[str, str]) -> frozenset[str]:
	return frozenset(item for item in items if kinds.get(item) != ORDER)


@dataclass(frozen=True)
class Tally:
	"""What a rule set would have done, counted and in money.

	Attributes:
		right, wrong: posted, as people did or otherwise.
		untold: posted where nothing has been done yet.
		helped, misled: proposed, and right or wrong.
		left: left to a person.
	"""

	right: int = 0
	right_amount: Decimal = NOTHING
	wrong: int = 0
	wrong_amount: Decimal = NOTHING
	untold: int = 0
	untold_amount: Decimal = NOTHING
	helped: int = 0
	helped_amount: Decimal = NOTHING
	misled: int = 0
	misled_amount: Decimal = NOTHING
	left: int = 0
	left_amount: Decimal = NOTHING

	def __add__(self, other: Tally) -> Tally:
		return Tally(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


def tally(outcome: str, told: str, amount: Decimal) -> Tally:
	"""One line's part of the sums; its amount counts without its sign, in the company's currency."""
	if outcome == POST:
		kind = {RIGHT: "right", WRONG: "wrong"}.get(told, "untold")
	elif outcome == PROPOSE:
		kind = "misled" if told == WRONG else "helped"
	else:
		kind = "left"
	return Tally(**{kind: 1, f"{kind}_amount": abs(amount)})  # type: ignore[arg-type]


def same_choice(one: Choice, other: Choice) -> bool:
	"""Whether two choices would do the same with a line."""
	return (one.outcome, one.customer, one.allocations, one.booked, one.kept, one.reopens) == (
		other.outcome,
		other.customer,
		other.allocations,
		other.booked,
		other.kept,
		other.reopens,
	)
