"""The tests that a rule of a credit policy may make: each a question about the facts, and how far is too far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from o2c_extensions.credit_control.domain.credit import ZERO
from o2c_extensions.credit_control.domain.facts import (
	BOUNCED,
	DUNNING,
	EXPOSURE,
	FIRST_ORDER,
	OVERDUE,
	PARENT,
	PROMISES,
	Facts,
)

OVER_LIMIT = "Exposure Over Limit"
PARENT_OVER_LIMIT = "Parent Exposure Over Limit"
DAYS_OVERDUE = "Days Overdue"
OVERDUE_AMOUNT = "Overdue Amount"
OVERDUE_SHARE = "Overdue Share"
OLDEST_ITEM = "Oldest Open Item"
LIMIT_EXPIRED = "Limit Expired"
REVIEW_MISSING = "Review Missing"
NEW_CUSTOMER = "New Customer"
TERMS_CHANGED = "Terms Changed"
BROKEN_PROMISE = "Broken Promise"
DUNNING_LEVEL = "Dunning Level"
BOUNCED_DEBIT = "Bounced Debit"
ORDER_VALUE = "Order Value"
BLOCKED = "Blocked Account"
ALWAYS = "Always"

Measured = Decimal | int | date | None


@dataclass(frozen=True)
class Bounds:
	"""How far a test goes. Which of these it uses says MEASURES; the others are zero."""

	amount: Decimal = ZERO
	percent: Decimal = ZERO
	days: int = 0
	level: int = 0


@dataclass(frozen=True)
class Found:
	"""That a test has hit: what was measured, how far it might have gone, and what a person would have to allow."""

	measured: Measured
	allowed: Measured
	excess: Decimal
	detail: str = ""


def ask(test: str, bounds: Bounds, facts: Facts, at_order: bool) -> Found | None:
	"""What a test has found, None if nothing.

	Args:
		at_order: the document is an order being submitted: a limit that ERPNext does not check there is not checked.

	Raises:
		FactMissing: what the test asks for is not known.
		KeyError: there is no such test.
	"""
	if test == OVER_LIMIT and at_order and not facts.at_orders:
		return None
	for need in sorted(NEEDED.get(test, ())):
		facts.demand(need)
	return _TESTS[test](bounds, facts)


def stretched(limit: Decimal, bounds: Bounds) -> Decimal:
	"""A limit with its tolerance: per cent of it, and an amount."""
	return limit + limit * bounds.percent / 100 + bounds.amount


def _over_limit(bounds: Bounds, facts: Facts) -> Found | None:
	if not facts.has_limit:
		return None
	return _over(facts.exposure.total + facts.adds, facts.limit, bounds)


def _parent_over_limit(bounds: Bounds, facts: Facts) -> Found | None:
	if not facts.parent or not facts.parent_has_limit:
		return None
	return _over(facts.parent_exposure + facts.adds, facts.parent_limit, bounds, facts.parent)


def _over(used: Decimal, limit: Decimal, bounds: Bounds, detail: str = "") -> Found | None:
	return Found(used, limit, used - limit, detail) if used > stretched(limit, bounds) else None


def _days_overdue(bounds: Bounds, facts: Facts) -> Found | None:
	return _more(facts.overdue_days, bounds.days, facts)


def _overdue_amount(bounds: Bounds, facts: Facts) -> Found | None:
	return _more(facts.overdue_amount, bounds.amount, facts)


def _overdue_share(bounds: Bounds, facts: Facts) -> Found | None:
	return _more(facts.overdue_share, bounds.percent, facts)


def _oldest_item(bounds: Bounds, facts: Facts) -> Found | None:
	return _more(facts.oldest_item_days, bounds.days, facts)


def _order_value(bounds: Bounds, facts: Facts) -> Found | None:
	return _more(facts.amount, bounds.amount, facts)


def _more(measured: Decimal | int, allowed: Decimal | int, facts: Facts) -> Found | None:
	return Found(measured, allowed, _at_stake(facts)) if measured > allowed else None


def _dunning_level(bounds: Bounds, facts: Facts) -> Found | None:
	level = facts.dunning_level
	return Found(level, bounds.level, _at_stake(facts)) if level >= max(bounds.level, 1) else None


def _limit_expired(bounds: Bounds, facts: Facts) -> Found | None:
	if not facts.has_limit or facts.valid_until is None:
		return None
	return _past(facts.valid_until, bounds, facts)


def _review_missing(bounds: Bounds, facts: Facts) -> Found | None:
	"""A customer with a limit that nobody is to review is missing a review too."""
	if not facts.has_limit:
		return None
	if facts.next_review is None:
		return Found(None, None, _at_stake(facts))
	return _past(facts.next_review, bounds, facts)


def _past(day: date, bounds: Bounds, facts: Facts) -> Found | None:
	return Found(day, None, _at_stake(facts)) if day + timedelta(days=bounds.days) < facts.today else None


def _new_customer(bounds: Bounds, facts: Facts) -> Found | None:
	"""No order before this one, or the first less than so many days ago."""
	known = facts.days_since(facts.first_order)
	if known is None or known < bounds.days:
		return Found(facts.first_order, bounds.days, _at_stake(facts))
	return None


def _broken_promise(bounds: Bounds, facts: Facts) -> Found | None:
	return _lately(facts.broken_promise, bounds, facts)


def _bounced_debit(bounds: Bounds, facts: Facts) -> Found | None:
	return _lately(facts.bounced_debit, bounds, facts)


def _lately(day: date | None, bounds: Bounds, facts: Facts) -> Found | None:
	"""It has happened within so many days; with zero, ever."""
	ago = facts.days_since(day)
	if ago is None or (bounds.days and ago > bounds.days):
		return None
	return Found(day, bounds.days, _at_stake(facts))


def _terms_changed(bounds: Bounds, facts: Facts) -> Found | None:
	if not facts.terms_changed:
		return None
	return Found(None, None, _at_stake(facts), f"{facts.agreed_terms} / {facts.terms}")


def _blocked(bounds: Bounds, facts: Facts) -> Found | None:
	return Found(None, None, _at_stake(facts)) if facts.is_blocked else None


def _always(bounds: Bounds, facts: Facts) -> Found | None:
	return Found(None, None, _at_stake(facts))


def _at_stake(facts: Facts) -> Decimal:
	"""Where it is not about a limit, whoever lets the document go on answers for all of it."""
	return max(facts.amount, ZERO)


_TESTS: dict[str, Callable[[Bounds, Facts], Found | None]] = {
	OVER_LIMIT: _over_limit,
	PARENT_OVER_LIMIT: _parent_over_limit,
	DAYS_OVERDUE: _days_overdue,
	OVERDUE_AMOUNT: _overdue_amount,
	OVERDUE_SHARE: _overdue_share,
	OLDEST_ITEM: _oldest_item,
	LIMIT_EXPIRED: _limit_expired,
	REVIEW_MISSING: _review_missing,
	NEW_CUSTOMER: _new_customer,
	TERMS_CHANGED: _terms_changed,
	BROKEN_PROMISE: _broken_promise,
	DUNNING_LEVEL: _dunning_level,
	BOUNCED_DEBIT: _bounced_debit,
	ORDER_VALUE: _order_value,
	BLOCKED: _blocked,
	ALWAYS: _always,
}
TESTS = tuple(_TESTS)

# Which groups of facts a test asks for.
NEEDED: dict[str, frozenset[str]] = {
	OVER_LIMIT: frozenset({EXPOSURE}),
	PARENT_OVER_LIMIT: frozenset({EXPOSURE, PARENT}),
	DAYS_OVERDUE: frozenset({OVERDUE}),
	OVERDUE_AMOUNT: frozenset({OVERDUE}),
	OVERDUE_SHARE: frozenset({EXPOSURE, OVERDUE}),
	OLDEST_ITEM: frozenset({OVERDUE}),
	NEW_CUSTOMER: frozenset({FIRST_ORDER}),
	BROKEN_PROMISE: frozenset({PROMISES}),
	DUNNING_LEVEL: frozenset({DUNNING}),
	BOUNCED_DEBIT: frozenset({BOUNCED}),
}

# Which bounds a test uses; those with True must be more than zero.
MEASURES: dict[str, dict[str, bool]] = {
	OVER_LIMIT: {"percent": False, "amount": False},
	PARENT_OVER_LIMIT: {"percent": False, "amount": False},
	DAYS_OVERDUE: {"days": False},
	OVERDUE_AMOUNT: {"amount": False},
	OVERDUE_SHARE: {"percent": False},
	OLDEST_ITEM: {"days": True},
	LIMIT_EXPIRED: {"days": False},
	REVIEW_MISSING: {"days": False},
	NEW_CUSTOMER: {"days": False},
	TERMS_CHANGED: {},
	BROKEN_PROMISE: {"days": False},
	DUNNING_LEVEL: {"level": True},
	BOUNCED_DEBIT: {"days": False},
	ORDER_VALUE: {"amount": True},
	BLOCKED: {},
	ALWAYS: {},
}
# Tests that hit the more documents the larger their days are; zero days mean "ever" for the second kind.
_GROWING = (NEW_CUSTOMER,)
_LATELY = (BROKEN_PROMISE, BOUNCED_DEBIT)


def hits_whenever(test: str, mine: Bounds, theirs: Bounds) -> bool:
	"""Whether a test with bounds `mine` hits whatever the same test with bounds `theirs` hits."""
	others = mine.amount <= theirs.amount and mine.percent <= theirs.percent and mine.level <= theirs.level
	if test in _GROWING:
		return others and mine.days >= theirs.days
	if test in _LATELY:
		return others and (not mine.days or (0 < theirs.days <= mine.days))
	return others and mine.days <= theirs.days
