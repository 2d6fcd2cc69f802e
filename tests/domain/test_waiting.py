"""How long holds wait, and what a document's history says about limits."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.credit_control.domain.history import Change, changes
from o2c_extensions.credit_control.domain.waiting import BUCKETS, bucket, bucket_bounds, hours, times

values = st.lists(st.integers(0, 10**5).map(lambda tenth: Decimal(tenth) / 10), min_size=1, max_size=40)


@given(st.integers(0, 1000))
def test_an_age_lies_within_its_bucket(days: int) -> None:
	first, last = bucket_bounds()[bucket(days)]
	assert first <= days
	assert last is None or days <= last


def test_buckets_follow_each_other() -> None:
	bounds = bucket_bounds()
	assert bounds[0][0] == 0
	assert [last for _first, last in bounds] == [*BUCKETS, None]
	assert all(after[0] == before[1] + 1 for before, after in pairwise(bounds))


def test_known_quantiles() -> None:
	found = times([Decimal(value) for value in (3, 1, 2, 10)])
	assert found
	assert (found.number, found.median, found.p90, found.longest) == (4, Decimal("2.5"), 10, 10)
	ten = times([Decimal(value) for value in range(1, 11)])
	assert ten
	assert (ten.median, ten.p90) == (Decimal("5.5"), 9)
	assert times([]) is None


@given(values)
def test_at_least_nine_tenths_are_not_above(some: list[Decimal]) -> None:
	found = times(some)
	assert found
	assert sum(value <= found.p90 for value in some) * 10 >= len(some) * 9
	assert found.p90 in some
	assert found.median <= found.p90 <= found.longest == max(some)
	assert sum(value <= found.median for value in some) * 2 >= len(some) - 1


def test_hours_between_moments() -> None:
	start = datetime(2026, 3, 1, 8)
	assert hours(start, start + timedelta(minutes=90)) == Decimal("1.5")
	assert hours(start, start - timedelta(minutes=90)) == 0


VERSION = {
	"changed": [["credit_limit", "€ 1.000,00", "€ 2.000,00"], ["notes", None, "x"], ["is_blocked", 0, None]],
	"row_changed": [
		["credit_limits", 0, "row1", [["credit_limit", "5", "6"], ["idx", 1, 2]]],
		["other", 0, "r", []],
	],
	"added": [["credit_limits", {"name": "row2", "company": "A", "credit_limit": 7}], ["sales_team", {}]],
	"removed": [["credit_limits", {"name": "row3", "company": "B", "credit_limit": 8}]],
}


def test_only_limits_are_read() -> None:
	assert changes("Credit Profile", json.dumps(VERSION)) == (
		Change("credit_limit", "€ 1.000,00", "€ 2.000,00"),
	)
	assert changes("Customer", json.dumps(VERSION)) == (
		Change("credit_limit", "5", "6", "row1"),
		Change("credit_limit", "8", "", "row3", "B"),
		Change("credit_limit", "", "7", "row2", "A"),
	)
	assert changes("Item", json.dumps(VERSION)) == ()


@pytest.mark.parametrize("data", ["", "no json", "[]", "{}", "null"])
def test_what_cannot_be_read_says_nothing(data: str) -> None:
	assert changes("Customer", data) == ()
