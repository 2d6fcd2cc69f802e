"""Exposure against limits, rolled up: nothing is lost on the way, and nothing counts twice."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.credit_control.domain.credit import Exposure
from o2c_extensions.credit_control.domain.utilisation import Line, line, together

amounts = st.integers(-(10**8), 10**8).map(lambda cents: Decimal(cents) / 100)
exposures = st.builds(Exposure, amounts, amounts, amounts, amounts)
lines = st.builds(
	line,
	exposures,
	st.none() | st.integers(0, 10**8).map(lambda cents: Decimal(cents) / 100),
	st.integers(0, 10**6).map(Decimal),
	st.integers(0, 500),
)


def of(total: int, limit: int | None) -> Line:
	return line(Exposure(receivables=Decimal(total)), None if limit is None else Decimal(limit))


def test_one_customer() -> None:
	found = of(750, 1000)
	assert (found.available, found.utilisation, found.over) == (250, Decimal("75.0"), 0)
	assert (of(1001, 1000).over, of(1001, 1000).available) == (1, -1)
	assert (of(5, None).available, of(5, None).utilisation, of(5, None).over) == (None, None, 0)
	assert (of(5, 0).utilisation, of(5, 0).available, of(5, 0).over) == (None, -5, 1)


def test_who_has_no_limit_uses_none() -> None:
	found = together([of(500, 1000), of(10**6, None)])
	assert (found.exposure.total, found.limit, found.utilisation) == (10**6 + 500, 1000, Decimal("50.0"))


def test_a_shared_limit_stands_in_for_their_own() -> None:
	found = together([of(500, 1000), of(700, None)], Decimal(1000))
	assert (found.limit, found.available, found.utilisation) == (1000, -200, Decimal("120.0"))


@given(st.lists(lines, max_size=12))
def test_the_whole_is_the_sum_of_its_parts(some: list[Line]) -> None:
	found = together(some)
	assert found.exposure.total == sum((each.exposure.total for each in some), Decimal(0))
	assert found.overdue == sum((each.overdue for each in some), Decimal(0))
	assert found.customers == len(some)
	assert found.over == sum(each.over for each in some)
	limits = [each.limit for each in some if each.limit is not None]
	assert found.limit == (sum(limits) if limits else None)


@given(st.lists(lines, max_size=8), st.lists(lines, max_size=8))
def test_in_whatever_steps_it_is_added_up(first: list[Line], second: list[Line]) -> None:
	assert together([together(first), together(second)]) == together([*first, *second])
