"""How well a customer pays: a score from 1 to 100 that anybody can work out by hand.

A points scorecard, as lenders use it (Siddiqi, "Credit Risk Scorecards", 2006): each input of SCORECARD is worth a number
of points, all of them at its `best` value, none at its `worst`, and in proportion between the two.

    points of an input = weight x (worst - value) / (worst - best)        not below 0, not above the weight
    score              = sum of the points, rounded down to a whole number, at least 1

How late money comes is measured as days beyond terms weighted by amount, as Dun & Bradstreet's PAYDEX and the Credit Research
Foundation's "average days delinquent" do. Every payment counts with its own amount and day; what is open and overdue counts
as if it were paid today. Paying early earns nothing, and no payment counts as later than LATEST days.

The trend compares the last three months with the whole year, not with the months before: so a payment that came later in
those months cannot make the later ones look like an improvement. Paying later never raises a score.

What is not known earns nothing. A customer with less history than LEAST_INVOICES and LEAST_DAYS has no score at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from o2c_extensions.common.dates import months_before

ZERO = Decimal(0)

# Of the period that is looked at, the months that the trend is about.
MONTHS = 12
RECENT_MONTHS = 3

# Zero stands on a Credit Profile for no score.
LEAST_SCORE = 1
LATEST = 60
LEAST_INVOICES = 3
LEAST_DAYS = 90

ON_TIME = "on_time"
DAYS_LATE = "days_late"
TREND = "trend"
OVERDUE = "overdue"
LONGEST_OVERDUE = "longest_overdue"
DUNNING_LEVEL = "dunning_level"
BOUNCED = "bounced"
RELATIONSHIP = "relationship"
UTILISATION = "utilisation"


@dataclass(frozen=True)
class Payment:
	"""Money that was due on a day, in the company's currency: when it came, None while it is open."""

	amount: Decimal
	due: date
	paid: date | None = None


@dataclass(frozen=True)
class History:
	"""What the books say about a customer in the period, in the company's currency.

	Attributes:
		payments: what fell due in the period, paid or not; what was due earlier and is still open belongs to it too.
		invoices: how many invoices fell due in the period.
		turnover: what was invoiced in the period, less credit notes.
		customer_since: the day of the first invoice ever.
		dunning_level: the highest level of a Dunning in the period.
		bounced: payments in the period that were taken back.
		peak: the highest exposure in the period.
		limit: the credit limit, None where there is none.
	"""

	payments: tuple[Payment, ...] = ()
	invoices: int = 0
	turnover: Decimal = ZERO
	customer_since: date | None = None
	dunning_level: int = 0
	bounced: int = 0
	peak: Decimal = ZERO
	limit: Decimal | None = None


@dataclass(frozen=True)
class Criterion:
	"""An input of the scorecard: what it is worth, and the values that earn all of that and nothing."""

	key: str
	weight: int
	best: int
	worst: int

	def points(self, value: Fraction | None) -> Fraction:
		"""What a value earns, exactly; what is not known earns nothing."""
		if value is None:
			return Fraction(0)
		share = (self.worst - value) / (self.worst - self.best)
		return self.weight * min(max(share, Fraction(0)), Fraction(1))


# Shares are in percent. The points that a day of lateness costs in TREND must not exceed those in DAYS_LATE, or paying
# later in the earlier months would pay.
SCORECARD = (
	Criterion(ON_TIME, 20, 95, 40),
	Criterion(DAYS_LATE, 25, 0, LATEST),
	Criterion(TREND, 10, 0, 30),
	Criterion(OVERDUE, 15, 0, 15),
	Criterion(LONGEST_OVERDUE, 10, 0, 90),
	Criterion(DUNNING_LEVEL, 5, 0, 3),
	Criterion(BOUNCED, 5, 0, 2),
	Criterion(RELATIONSHIP, 5, 36, 0),
	Criterion(UTILISATION, 5, 60, 120),
)


@dataclass(frozen=True)
class Input:
	"""A line of the score: what was found, None if nothing, and what it earns of its weight, both rounded to be shown."""

	key: str
	value: Decimal | None
	points: Decimal
	weight: int


@dataclass(frozen=True)
class Score:
	"""The score, None where there is not enough history to judge by; the inputs are those of the scorecard, in its order."""

	value: int | None
	inputs: tuple[Input, ...]

	def found(self, key: str) -> Decimal | None:
		"""The value that was found for an input."""
		return next(line.value for line in self.inputs if line.key == key)


def score(history: History, today: date) -> Score:
	"""The score of a customer as of `today`."""
	values = _values(history, today)
	points = {each.key: each.points(values[each.key]) for each in SCORECARD}
	lines = tuple(
		Input(each.key, _value_shown(values[each.key]), _shown(points[each.key], 2), each.weight)
		for each in SCORECARD
	)
	total = sum(points.values(), Fraction(0))
	whole = max(total.numerator // total.denominator, LEAST_SCORE)
	return Score(whole if _is_enough(history, today) else None, lines)


def days_late(payment: Payment, today: date) -> int:
	"""How many days after it was due the money came, up to LATEST; what is open counts as paid today."""
	return min(max(((payment.paid or today) - payment.due).days, 0), LATEST)


def _is_enough(history: History, today: date) -> bool:
	since = history.customer_since
	return history.invoices >= LEAST_INVOICES and since is not None and (today - since).days >= LEAST_DAYS


def _values(history: History, today: date) -> dict[str, Fraction | None]:
	due = [payment for payment in history.payments if payment.amount > 0 and payment.due <= today]
	overdue = [payment for payment in due if payment.paid is None and payment.due < today]
	lately = months_before(today, RECENT_MONTHS)
	year, recent = _days_late(due, today), _days_late((each for each in due if each.due > lately), today)
	return {
		ON_TIME: _share_on_time(due, today),
		DAYS_LATE: year,
		TREND: None if year is None or recent is None else max(Fraction(0), recent - year),
		OVERDUE: _percent(sum((each.amount for each in overdue), ZERO), history.turnover),
		LONGEST_OVERDUE: Fraction(max(((today - each.due).days for each in overdue), default=0)),
		DUNNING_LEVEL: Fraction(history.dunning_level),
		BOUNCED: Fraction(history.bounced),
		RELATIONSHIP: _months_since(history.customer_since, today),
		UTILISATION: None if history.limit is None else _percent(history.peak, history.limit),
	}


def _days_late(payments: Iterable[Payment], today: date) -> Fraction | None:
	"""The average, weighted by amount; None where nothing was due."""
	worth = weighted = ZERO
	for payment in payments:
		worth += payment.amount
		weighted += payment.amount * days_late(payment, today)
	return Fraction(weighted) / Fraction(worth) if worth else None


def _share_on_time(payments: Iterable[Payment], today: date) -> Fraction | None:
	worth = on_time = ZERO
	for payment in payments:
		worth += payment.amount
		on_time += ZERO if days_late(payment, today) else payment.amount
	return _percent(on_time, worth) if worth else None


def _percent(part: Decimal, whole: Decimal) -> Fraction:
	"""A share in percent; something of nothing is more than all of it."""
	if part <= 0:
		return Fraction(0)
	return 100 * Fraction(part) / Fraction(whole) if whole > 0 else Fraction(10_000)


def _months_since(day: date | None, today: date) -> Fraction | None:
	"""Whole months."""
	if day is None:
		return None
	months = (today.year - day.year) * 12 + today.month - day.month - (day.day > today.day)
	return Fraction(max(months, 0))


def _value_shown(value: Fraction | None) -> Decimal | None:
	return None if value is None else _shown(value, 1)


def _shown(value: Fraction, places: int) -> Decimal:
	exact = Decimal(value.numerator) / Decimal(value.denominator)
	return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
