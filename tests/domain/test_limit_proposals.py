"""Proposals for other credit limits: when, how far, and what must never lead to more credit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.credit_control.domain.proposal import (
	LOWER,
	QUIET_DAYS,
	RAISE,
	Decided,
	Standing,
	months_to_next,
	propose,
	stepped,
)

TODAY = date(2026, 3, 31)
LIMIT = Decimal(10_000)
GOOD = Standing(LIMIT, 80, peak=Decimal(9_000), customer_since=date(2020, 1, 1))
POOR = replace(GOOD, score=30)

amounts = st.integers(0, 10**8).map(lambda cents: Decimal(cents) / 100)
scores = st.integers(0, 100)
decided = st.builds(
	Decided, st.integers(0, 400).map(lambda days: TODAY - timedelta(days=days)), st.none() | scores
)
standings = st.builds(
	Standing,
	limit=st.none() | amounts,
	score=scores,
	peak=amounts,
	overdue=st.just(Decimal(0)) | amounts,
	days_late=st.integers(0, 60).map(Decimal),
	customer_since=st.none() | st.integers(0, 2000).map(lambda days: TODAY - timedelta(days=days)),
	is_blocked=st.booleans(),
	last_decision=st.none() | decided,
)


def limit_after(standing: Standing) -> Decimal:
	found = propose(standing, TODAY)
	return found.limit if found else standing.limit or Decimal(0)


def reasons(standing: Standing) -> list[str]:
	found = propose(standing, TODAY)
	return [reason.code for reason in found.reasons] if found else []


def test_a_good_payer_who_needs_more() -> None:
	found = propose(GOOD, TODAY)
	assert found
	# 9,000 would be 75 % of 12,000; the score allows 30 % more.
	assert (found.direction, found.limit) == (RAISE, Decimal(12_000))
	assert reasons(GOOD) == ["good_score", "used"]


def test_a_raise_is_bounded_by_the_score() -> None:
	eager = replace(GOOD, peak=Decimal(20_000))
	assert limit_after(eager) == 13_000
	assert reasons(eager) == ["good_score", "used", "capped"]
	assert limit_after(replace(eager, score=100)) == 15_000
	assert limit_after(replace(eager, score=75)) == 12_000


@pytest.mark.parametrize(
	"change",
	[
		{"score": 74},
		{"score": None},
		{"overdue": Decimal("0.01")},
		{"peak": Decimal(7_999)},
		{"is_blocked": True},
		{"limit": None},
		{"limit": Decimal(0)},
	],
)
def test_no_raise(change: dict[str, object]) -> None:
	assert propose(replace(GOOD, **change), TODAY) is None  # type: ignore[arg-type]


def test_a_poor_payer() -> None:
	found = propose(replace(POOR, days_late=Decimal(25), overdue=Decimal(700)), TODAY)
	assert found
	assert (found.direction, found.limit) == (LOWER, Decimal(7_000))  # 10 % and 20 points: 30 %
	assert [reason.code for reason in found.reasons] == ["poor_score", "late", "has_overdue"]
	assert limit_after(replace(POOR, score=0)) == 5_000
	assert limit_after(replace(POOR, score=49)) == 8_900
	assert propose(replace(POOR, score=50), TODAY) is None


def test_what_is_not_used() -> None:
	idle = replace(GOOD, peak=Decimal(1_500))
	assert limit_after(idle) == 3_000
	assert reasons(idle) == ["hardly_used"]
	assert limit_after(replace(idle, peak=Decimal(0))) == 1_000
	assert propose(replace(idle, customer_since=date(2025, 6, 1)), TODAY) is None


def test_quiet_after_a_decision() -> None:
	just_now = Decided(TODAY - timedelta(days=QUIET_DAYS - 1), 80)
	assert propose(replace(GOOD, last_decision=just_now), TODAY) is None
	long_ago = Decided(TODAY - timedelta(days=QUIET_DAYS), 80)
	assert propose(replace(GOOD, last_decision=long_ago), TODAY)
	assert propose(replace(POOR, score=49, last_decision=replace(just_now, score=60)), TODAY) is None
	assert propose(replace(POOR, score=45, last_decision=replace(just_now, score=60)), TODAY)


@given(standings)
def test_a_proposal_means_something(standing: Standing) -> None:
	found = propose(standing, TODAY)
	if found is None:
		return
	assert standing.limit is not None
	assert not standing.is_blocked
	assert found.limit > 0
	assert found.reasons
	assert (found.limit > standing.limit) == (found.direction == RAISE)
	assert abs(found.limit - standing.limit) * 10 >= standing.limit
	assert found.limit <= standing.limit * 3 / 2
	assert found.limit == stepped(found.limit)


@given(standings, amounts)
def test_more_overdue_never_leads_to_a_higher_limit(standing: Standing, more: Decimal) -> None:
	assert limit_after(replace(standing, overdue=standing.overdue + more)) <= limit_after(standing)


@given(standings, scores)
def test_a_lower_score_never_leads_to_a_higher_limit(standing: Standing, other: int) -> None:
	low, high = sorted((standing.score or 0, other))
	assert limit_after(replace(standing, score=low)) <= limit_after(replace(standing, score=high))


@given(standings)
def test_blocked_customers_are_left_alone(standing: Standing) -> None:
	assert propose(replace(standing, is_blocked=True), TODAY) is None


@given(standings)
def test_a_raise_that_was_accepted_is_not_proposed_again(standing: Standing) -> None:
	found = propose(standing, TODAY)
	if found:
		after = replace(standing, limit=found.limit, last_decision=Decided(TODAY, standing.score))
		assert propose(after, TODAY) is None


@pytest.mark.parametrize(
	("amount", "step"),
	[
		("12345", "12000"),
		("987", "980"),
		("99.99", "99"),
		("5.5", "5"),
		("0.5", "0"),
		("0", "0"),
		("-3", "0"),
	],
)
def test_steps(amount: str, step: str) -> None:
	assert stepped(Decimal(amount)) == Decimal(step)


def test_when_the_next_review_is() -> None:
	assert months_to_next(4, 90) == 4
	assert [months_to_next(0, score) for score in (75, 74, 50, 49, None)] == [12, 6, 6, 3, 6]
