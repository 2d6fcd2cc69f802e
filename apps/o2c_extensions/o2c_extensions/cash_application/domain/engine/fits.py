"""How a line's amount and a set of items agree, and what each item then gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from o2c_extensions.cash_application.domain.engine.book import Book
from o2c_extensions.cash_application.domain.engine.model import Allocation, Item, Line
from o2c_extensions.cash_application.domain.engine.rules import Rule
from o2c_extensions.common.money import digits

(
	EXACT,
	DISCOUNT,
	LATE_DISCOUNT,
	CHARGES_TOLD,
	CHARGES,
	TOLERANCE,
	CONVERTED,
	SHORT,
	OVER,
	OLDEST_FIRST,
	ON_ACCOUNT,
) = (
	"exact",
	"discount",
	"late discount",
	"charges told",
	"charges",
	"tolerance",
	"converted",
	"short",
	"over",
	"oldest first",
	"on account",
)
# All of what is open on every item is settled.
SETTLES = frozenset((EXACT, DISCOUNT, CHARGES_TOLD, CHARGES, TOLERANCE, CONVERTED, OVER))
# How long after its day a discount is recognised as one that was taken too late.
LATE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Fit:
	"""How the amounts agree.

	Attributes:
		gap: what is open on the items, less discounts, beyond what came in; in the items' currency.
		discounted: places of the items whose discount is taken.
	"""

	level: str
	gap: int
	discounted: tuple[int, ...] = ()


_EXACTLY = Fit(EXACT, 0)


def discount_of(item: Item, line: Line, rule: Rule, late: int = 0) -> int:
	"""The discount that a payment on the line's day may take; with `late`, one that ended so many days ago."""
	if not rule.discount or not item.discounts:
		return 0
	day = line.day - timedelta(days=rule.grace_days + late)
	return max((discount.amount for discount in item.discounts if day <= discount.until), default=0)


def converted(book: Book, amount: int, currency: str, to: str) -> int | None:
	"""An amount in another currency's minor units; None if the rate is not known."""
	if currency == to:
		return amount
	rate = book.rates.get((currency, to))
	if rate is None:
		inverse = book.rates.get((to, currency))
		if not inverse:
			return None
		rate = 1 / inverse
	scale = Decimal(1).scaleb(digits(to) - digits(currency))
	return int((amount * rate * scale).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def fit(book: Book, line: Line, rule: Rule, places: Sequence[int]) -> Fit | None:
	"""How the line pays these items of one customer and one currency; None if it cannot be told."""
	items = [book.items[at] for at in places]
	currency = items[0].currency
	total = sum(item.open for item in items)
	sign = 1 if line.amount > 0 else -1
	if total * sign <= 0:
		return None
	if currency != line.currency:
		return _converted(book, line, rule, total, currency)
	gap = (total - line.amount) * sign
	if gap == 0:
		return _EXACTLY
	if gap > 0:
		if found := _discount(line, rule, places, items, gap):
			return found
		if line.charges and gap == line.charges:
			return Fit(CHARGES_TOLD, gap)
	if abs(gap) <= rule.allowed(rule.tolerance, currency, line.amount):
		return Fit(TOLERANCE, gap)
	if gap > 0:
		if found := _discount(line, rule, places, items, gap, LATE_DAYS):
			return replace(found, level=LATE_DISCOUNT, gap=gap)
		if gap <= rule.allowed(rule.charges, currency, line.amount):
			return Fit(CHARGES, gap)
		return Fit(SHORT, gap)
	return Fit(OVER, gap)


def _discount(
	line: Line, rule: Rule, places: Sequence[int], items: Sequence[Item], gap: int, late: int = 0
) -> Fit | None:
	"""The gap is what discounts make, of all items that have one or of one of them."""
	if not any(item.discounts for item in items):
		return None
	given = {at: discount_of(item, line, rule, late) for at, item in zip(places, items, strict=True)}
	eligible = tuple(at for at in places if given[at])
	if not eligible:
		return None
	if sum(given.values()) == gap:
		return Fit(DISCOUNT, 0, eligible)
	one = [at for at in eligible if given[at] == gap]
	if len(one) == 1:
		return Fit(DISCOUNT, 0, tuple(one))
	return None


def _converted(book: Book, line: Line, rule: Rule, total: int, currency: str) -> Fit | None:
	if line.instructed == (total, currency):
		return Fit(EXACT, 0)
	expected = converted(book, total, currency, line.currency)
	if not expected:
		return None
	gap = abs(expected) - abs(line.amount)
	if abs(gap) <= rule.exchange.of(expected):
		return Fit(CONVERTED, 0)
	return Fit(SHORT, gap) if gap > 0 else None


def allocate(
	book: Book, line: Line, rule: Rule, places: Sequence[int], agreed: Fit
) -> tuple[tuple[Allocation, ...], int, int]:
	"""What each item gets, what is kept on account, and what is booked to the difference account.

	The allocations' amounts and both are the whole line. No item gets more than what is open on it.
	"""
	sign = 1 if line.amount > 0 else -1
	items = sorted(
		((at, book.items[at]) for at in places), key=lambda one: (one[1].due, one[1].posted, one[1].name)
	)
	if agreed.level == ON_ACCOUNT or not items:
		return (), line.amount, 0
	if items[0][1].currency != line.currency:
		return _allocate_converted(book, line, items, agreed)
	# Credits are netted whole; what they are worth is there to be given to the others.
	left = line.amount * sign
	made: dict[int, Allocation] = {}
	for at, item in items:
		if item.open * sign < 0:
			made[at] = Allocation(item.name, item.open, item.open)
			left += abs(item.open)
	gap = max(agreed.gap, 0)
	for at, item in items:
		if item.open * sign < 0:
			continue
		wanted = item.open * sign
		taken_off = 0
		if at in agreed.discounted and agreed.level == DISCOUNT:
			taken_off = min(wanted, discount_of(item, line, rule))
		paid = min(left, wanted - taken_off)
		short = wanted - taken_off - paid
		left -= paid
		written_off = charges = deduction = 0
		if short and agreed.level == TOLERANCE:
			written_off, gap = min(short, gap), gap - min(short, gap)
		elif short and agreed.level in (CHARGES, CHARGES_TOLD):
			charges, gap = min(short, gap), gap - min(short, gap)
		elif short and agreed.level in (SHORT, LATE_DISCOUNT) and paid and rule.deduction_reason:
			deduction = short
		if paid or taken_off or written_off or charges:
			made[at] = Allocation(
				item.name,
				paid * sign,
				(paid + taken_off + written_off + charges) * sign,
				taken_off * sign,
				written_off * sign,
				charges * sign,
				deduction * sign,
			)
	allocations = tuple(made[at] for at, _item in items if at in made)
	if agreed.level == TOLERANCE and agreed.gap < 0:
		return allocations, 0, left * sign
	return allocations, left * sign, 0


def _allocate_converted(
	book: Book, line: Line, items: Sequence[tuple[int, Item]], agreed: Fit
) -> tuple[tuple[Allocation, ...], int, int]:
	"""The line's amount over items in another currency, in proportion; the last one takes what rounding leaves."""
	total = sum(item.open for _at, item in items)
	made = []
	left = line.amount
	for place, (_at, item) in enumerate(items):
		share = left if place == len(items) - 1 else line.amount * item.open // total
		left -= share
		settled = item.open
		if agreed.level == SHORT:
			back = converted(book, share, line.currency, item.currency) or 0
			settled = min(back, item.open) if item.open > 0 else max(back, item.open)
		made.append(Allocation(item.name, share, settled))
	return tuple(made), 0, 0
