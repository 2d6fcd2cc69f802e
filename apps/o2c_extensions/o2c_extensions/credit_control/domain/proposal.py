"""Whether a credit limit still fits its customer, and what it might be instead. A person decides; this only proposes.

- **Raise**, where the score is at least RAISE_FROM, the limit is used to USED_UP percent at its peak, and nothing is overdue:
  so far that the peak would be COMFORTABLE percent of it, but by no more than LEAST_RAISE percent, and one percent more for
  each point of the score above RAISE_FROM, up to MOST_RAISE.
- **Lower**, where the score is below LOWER_BELOW: by LEAST_CHANGE percent, and one more for each point that it lies below, at
  most MOST_CUT at a time.
- **Lower**, where the limit has hardly been used (below UNUSED percent at its peak) by a customer of at least a year: to twice
  its peak, and by no more than nine tenths. What nobody needs is a risk without a return.

Between LOWER_BELOW and RAISE_FROM behaviour changes nothing, so a score that wavers does not move a limit up and down. A
proposal that would change less than LEAST_CHANGE percent is none. After a person has decided, nothing is proposed for
QUIET_DAYS, unless the score has since fallen by FALLEN points.

Limits are proposed in steps of two figures (12,000, not 12,345), rounded down. More overdue, later payment and a lower score
never lead to a higher limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from o2c_extensions.common.dates import months_before

ZERO = Decimal(0)
RAISE, LOWER = "Raise", "Lower"

RAISE_FROM, LOWER_BELOW = 75, 50
USED_UP, COMFORTABLE, UNUSED = 80, 75, 20
LEAST_RAISE, MOST_RAISE, MOST_CUT = 25, 50, 50
LEAST_CHANGE = 10
QUIET_DAYS, FALLEN = 90, 15
SETTLED_MONTHS = 12

GOOD_SCORE = "good_score"
USED = "used"
CAPPED = "capped"
POOR_SCORE = "poor_score"
LATE = "late"
HAS_OVERDUE = "has_overdue"
HARDLY_USED = "hardly_used"


@dataclass(frozen=True)
class Decided:
	"""What a person decided about the last proposal: when, and at which score."""

	on: date
	score: int | None


@dataclass(frozen=True)
class Standing:
	"""A customer as a review sees it; amounts in the company's currency.

	Attributes:
		limit: None where there is none, or where it is a person's own rule, as prepayment is: nothing is proposed.
		peak: the highest exposure of the last twelve months, the present one included.
		overdue: what is overdue now.
		days_late: the average, weighted by amount, of twelve months.
		customer_since: the day of the first invoice.
	"""

	limit: Decimal | None
	score: int | None
	peak: Decimal = ZERO
	overdue: Decimal = ZERO
	days_late: Decimal = ZERO
	customer_since: date | None = None
	is_blocked: bool = False
	last_decision: Decided | None = None


@dataclass(frozen=True)
class Reason:
	"""Why, as data: a code and the figures that a sentence about it needs."""

	code: str
	figures: tuple[Decimal, ...] = ()


@dataclass(frozen=True)
class Proposal:
	"""Another limit, and why."""

	direction: str
	limit: Decimal
	reasons: tuple[Reason, ...]


def propose(standing: Standing, today: date) -> Proposal | None:
	"""Another limit for a customer; None where the present one fits, or nothing may be said about it."""
	limit = standing.limit
	if limit is None or limit <= 0 or standing.is_blocked or standing.score is None:
		return None
	found = _lower(standing, standing.score, limit, today) or _raise(standing, standing.score, limit)
	if found is None or _is_quiet(standing, found, today):
		return None
	return found if abs(found.limit - limit) * 100 >= limit * LEAST_CHANGE else None


def _raise(standing: Standing, score: int, limit: Decimal) -> Proposal | None:
	if score < RAISE_FROM or standing.overdue > 0 or standing.peak * 100 < limit * USED_UP:
		return None
	share = min(Decimal(LEAST_RAISE + score - RAISE_FROM), Decimal(MOST_RAISE))
	needed, most = standing.peak * 100 / COMFORTABLE, limit * (100 + share) / 100
	reasons = [
		Reason(GOOD_SCORE, (Decimal(score),)),
		Reason(USED, (standing.peak, standing.peak * 100 / limit)),
	]
	if needed > most:
		reasons.append(Reason(CAPPED, (share,)))
	proposed = stepped(min(needed, most))
	return Proposal(RAISE, proposed, tuple(reasons)) if proposed > limit else None


def _lower(standing: Standing, score: int, limit: Decimal, today: date) -> Proposal | None:
	candidates: list[Decimal] = []
	reasons: list[Reason] = []
	if score < LOWER_BELOW:
		candidates.append(limit * (100 - min(LEAST_CHANGE + LOWER_BELOW - score, MOST_CUT)) / 100)
		reasons.append(Reason(POOR_SCORE, (Decimal(score),)))
		if standing.days_late > 0:
			reasons.append(Reason(LATE, (standing.days_late,)))
		if standing.overdue > 0:
			reasons.append(Reason(HAS_OVERDUE, (standing.overdue,)))
	settled = standing.customer_since is not None and standing.customer_since <= months_before(
		today, SETTLED_MONTHS
	)
	if settled and standing.peak * 100 < limit * UNUSED:
		candidates.append(max(standing.peak * 2, limit / 10))
		reasons.append(Reason(HARDLY_USED, (max(standing.peak, ZERO),)))
	if not candidates:
		return None
	proposed = stepped(min(candidates))
	# Zero would say something else: that there is no limit, or no credit at all.
	return Proposal(LOWER, proposed, tuple(reasons)) if proposed > 0 else None


def _is_quiet(standing: Standing, found: Proposal, today: date) -> bool:
	last = standing.last_decision
	if last is None or (today - last.on).days >= QUIET_DAYS:
		return False
	fallen = last.score is not None and standing.score is not None and last.score - standing.score >= FALLEN
	return found.direction == RAISE or not fallen


def is_due(next_review: date | None, valid_until: date | None, reviewed_on: date | None, today: date) -> bool:
	"""Whether a customer is to be reviewed: the day has come, there is none, or the limit has run out since the last one."""
	if next_review is None or next_review <= today:
		return True
	return (
		valid_until is not None
		and valid_until <= today
		and (reviewed_on is None or reviewed_on < valid_until)
	)


def months_to_next(of_class: int, score: int | None) -> int:
	"""In how many months a customer is reviewed again: as its risk class says; 0 leaves it to the score."""
	if of_class > 0:
		return of_class
	if score is None:
		return 6
	return 12 if score >= RAISE_FROM else 6 if score >= LOWER_BELOW else 3


def stepped(amount: Decimal) -> Decimal:
	"""An amount cut down to its first two figures: 12,345 is 12,000; 987 is 980."""
	if amount <= 0:
		return ZERO
	step = Decimal(1).scaleb(max(amount.adjusted() - 1, 0))
	return (amount / step).to_integral_value(ROUND_DOWN) * step
