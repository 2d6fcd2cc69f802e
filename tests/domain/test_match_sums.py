"""Sets that sum up, and who gets what when several want the same."""

from __future__ import annotations

from itertools import combinations, product

from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.cash_application.domain.engine.assignment import Option, assign
from o2c_extensions.cash_application.domain.engine.sums import MOST, subsets


@given(st.lists(st.integers(-30, 60).filter(bool), max_size=9), st.integers(1, 120))
def test_every_set_that_sums_up_is_found_or_enough_of_them(values: list[int], total: int) -> None:
	right = {
		places
		for count in range(2, len(values) + 1)
		for places in combinations(range(len(values)), count)
		if sum(values[at] for at in places) == total and any(values[at] > 0 for at in places)
	}
	found = {one.places for one in subsets(values, total)}
	assert found <= right
	assert found == right or len(found) >= min(MOST, len(right)) or (right and len(found) >= 2)


@given(st.lists(st.integers(1, 500), min_size=17, max_size=60), st.data())
def test_long_lists_give_true_sums_only_and_the_oldest_ones(values: list[int], data: st.DataObject) -> None:
	count = data.draw(st.integers(2, len(values)))
	total = sum(values[:count])
	found = subsets(values, total)
	assert all(sum(values[at] for at in one.places) == total for one in found)
	assert found


def test_an_equal_value_that_is_left_out_makes_it_ambiguous() -> None:
	values = [10] * 30
	assert len({one.places for one in subsets(values, 30)}) > 1
	assert len({one.tried for one in subsets(values, 30) if one.places[0] == 0}) >= 1


def _value(
	options: list[list[Option]], chosen: tuple[int | None, ...], capacity: dict[int, int]
) -> int | None:
	used: dict[int, int] = {}
	value = 0
	for ways, at in zip(options, chosen, strict=True):
		if at is not None:
			value += ways[at].value
			for item, amount in ways[at].claims:
				used[item] = used.get(item, 0) + amount
	return value if all(used[item] <= capacity[item] for item in used) else None


_whole = st.builds(lambda value, item: Option(value, ((item, 10),)), st.integers(1, 40), st.integers(0, 4))
_some = st.builds(
	lambda value, items, amount: Option(value, tuple((item, amount) for item in sorted(items))),
	st.integers(1, 40),
	st.sets(st.integers(0, 4), max_size=3),
	st.sampled_from([3, 5, 10]),
)


@given(
	st.one_of(
		st.lists(st.lists(_whole, max_size=3), max_size=5), st.lists(st.lists(_some, max_size=3), max_size=5)
	)
)
def test_no_other_assignment_is_better(options: list[list[Option]]) -> None:
	options = [sorted(ways, key=lambda way: -way.value) for ways in options]
	capacity = dict.fromkeys(range(5), 10)
	chosen = assign(options, capacity)
	value = _value(options, tuple(chosen), capacity)
	best = max(
		made
		for other in product(*([None, *range(len(ways))] for ways in options))
		if (made := _value(options, other, capacity)) is not None
	)
	assert value == best


@given(st.lists(st.lists(_whole, min_size=1, max_size=6), min_size=6, max_size=40))
def test_many_lines_are_never_given_more_than_there_is(options: list[list[Option]]) -> None:
	options = [sorted(ways, key=lambda way: -way.value) for ways in options]
	capacity = dict.fromkeys(range(5), 10)
	assert _value(options, tuple(assign(options, capacity)), capacity) is not None


def test_among_equals_the_earlier_line_gets_it() -> None:
	way = Option(10, ((1, 5),))
	assert assign([[way], [way]], {1: 5}) == [0, None]
	assert assign([[way], [way]], {1: 10}) == [0, 0]
