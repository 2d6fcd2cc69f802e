"""Which level of dunning is due, and what is really open of an invoice's instalments."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal as D
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.collections_management.domain.dunning import (
	Instalment,
	Level,
	is_resolved,
	level_due,
	next_level,
	settle,
)

THREE = (Level(1, 3), Level(2, 14), Level(3, 28))
DUE = date(2026, 3, 2)

levels_ = st.lists(
	st.builds(Level, number=st.integers(1, 9), days_overdue=st.integers(0, 60)),
	max_size=5,
	unique_by=lambda level: level.number,
)


def test_the_first_reminder_waits_for_its_day() -> None:
	assert next_level(2, 0, None, THREE, 7) is None
	assert next_level(3, 0, None, THREE, 7) == 1


def test_levels_follow_one_by_one_whatever_has_passed() -> None:
	assert next_level(100, 0, None, THREE, 7) == 1
	assert next_level(100, 1, 7, THREE, 7) == 2
	assert next_level(100, 1, 6, THREE, 7) is None
	assert next_level(100, 2, 7, THREE, 7) == 3
	assert next_level(100, 3, 70, THREE, 7) is None


def test_nothing_is_overdue_on_its_due_day() -> None:
	assert next_level(0, 0, None, (Level(1, 0),), 0) is None
	assert next_level(1, 0, None, (Level(1, 0),), 0) == 1


def test_without_levels_nobody_is_dunned() -> None:
	assert next_level(100, 0, None, (), 0) is None


@given(
	st.integers(-30, 200), st.integers(0, 10), st.none() | st.integers(0, 200), levels_, st.integers(0, 60)
)
def test_one_step_at_a_time(
	days_overdue: int, last: int, since: int | None, levels: list[Level], gap: int
) -> None:
	result = next_level(days_overdue, last, since, levels, gap)
	if result is None:
		return
	by_number = {level.number: level for level in levels}
	assert result > last
	assert not [number for number in by_number if last < number < result], "a level was skipped"
	assert days_overdue >= max(by_number[result].days_overdue, 1)
	assert since is None or since >= gap


@given(levels_, st.integers(0, 20), st.lists(st.integers(0, 15), max_size=60))
def test_over_time_each_level_is_sent_once_and_in_order(
	levels: list[Level], gap: int, waits: list[int]
) -> None:
	today, instalment = DUE, Instalment("a", "INV", DUE, D(100))
	sent: list[tuple[int, date]] = []
	for wait in waits:
		today += timedelta(days=wait)
		level = level_due(instalment, levels, gap, today)
		if level is not None:
			sent.append((level, today))
			instalment = Instalment("a", "INV", DUE, D(100), level, today)
	numbers = [number for number, _day in sent]
	assert numbers == sorted(level.number for level in levels)[: len(numbers)]
	days = [day for _number, day in sent]
	assert all((later - earlier).days >= gap for earlier, later in pairwise(days))


def test_what_is_paid_is_not_dunned() -> None:
	assert level_due(Instalment("a", "INV", DUE, D(0)), THREE, 7, DUE + timedelta(days=99)) is None


def test_a_payment_that_names_no_instalment_pays_the_first_ones() -> None:
	later = DUE + timedelta(days=30)
	two = (Instalment("a", "INV", DUE, D(50)), Instalment("b", "INV", later, D(50)))
	assert [row.outstanding for row in settle(two, D(100))] == [D(50), D(50)]
	assert [row.outstanding for row in settle(two, D(30))] == [D(0), D(30)]
	assert [row.outstanding for row in settle(two, D(70))] == [D(20), D(50)]


def test_a_payment_that_names_its_instalment_paid_that_one() -> None:
	later = DUE + timedelta(days=30)
	two = (Instalment("a", "INV", DUE, D(50)), Instalment("b", "INV", later, D(0)))
	assert [row.outstanding for row in settle(two, D(50))] == [D(50), D(0)]


def test_a_single_instalment_is_what_the_invoice_is() -> None:
	assert [row.outstanding for row in settle([Instalment("a", "INV", DUE, D(100))], D(40))] == [D(40)]


def test_a_letter_is_resolved_when_no_row_is_open() -> None:
	assert is_resolved([])
	assert is_resolved([(D(0), D(5)), (D(5), D(0))])
	assert not is_resolved([(D(1), D(5)), (D(0), D(0))])


amounts = st.decimals(min_value=0, max_value=10000, places=2)


@given(st.lists(st.tuples(st.integers(0, 90), amounts), min_size=1, max_size=6), amounts)
def test_instalments_add_up_to_what_is_open(rows: list[tuple[int, D]], outstanding: D) -> None:
	total = sum((amount for _days, amount in rows), D(0))
	instalments = [
		Instalment(str(number), "INV", DUE + timedelta(days=days), amount)
		for number, (days, amount) in enumerate(rows)
	]
	settled = settle(instalments, min(outstanding, total))
	assert sum((row.outstanding for row in settled), D(0)) == min(outstanding, total)
	assert all(row.outstanding >= 0 for row in settled)
	paid_from = [row.outstanding > 0 for row in settled if row.outstanding != D(dict(_of(rows))[row.name])]
	assert paid_from == sorted(paid_from), "the earliest are paid first"


def _of(rows: list[tuple[int, D]]) -> list[tuple[str, D]]:
	return [(str(number), amount) for number, (_days, amount) in enumerate(rows)]
