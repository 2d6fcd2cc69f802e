"""Where lines come from, who gets what of the stock, and when it is promised."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.order_orchestration.domain import working_days
from o2c_extensions.order_orchestration.domain.demand import (
	Bin,
	PlannedLine,
	Sent,
	allocate,
	available,
	outstanding,
)
from o2c_extensions.order_orchestration.domain.release import due, promise_anew
from o2c_extensions.order_orchestration.domain.sourcing import (
	Assignment,
	Line,
	Stock,
	Terms,
	decompose,
	main_warehouse,
	summary,
	whole_steps,
)

MONDAY = date(2026, 3, 2)
FRIDAY = date(2026, 3, 6)
TERMS = Terms(handling_days=1, supply_days=7)
ITEMS = ("bolt", "nut")
PLACES = ("Annex", "Main", "Yard")


def line(
	row: str = "1", qty: str = "10", item: str = "bolt", warehouse: str = "Main", **values: object
) -> Line:
	return Line(row=row, item=item, qty=Decimal(qty), warehouse=warehouse, **values)  # type: ignore[arg-type]


def stocks(**places: int) -> list[Stock]:
	return [Stock("bolt", place, Decimal(qty)) for place, qty in places.items()]


def said(assignments: tuple[Assignment, ...]) -> list[str]:
	return [f"{part.row}: {part.qty} {part.source} {part.warehouse or part.supplier}" for part in assignments]


def planned(*lines: Line, **places: int) -> list[str]:
	return said(decompose(lines, stocks(**places), TERMS, MONDAY))


def test_the_wanted_warehouse_comes_first() -> None:
	assert planned(line(), Main=10, Annex=99) == ["1: 10 Warehouse Main"]


def test_else_a_single_one_that_covers_it() -> None:
	assert planned(line(), Main=9, Annex=10, Yard=12) == ["1: 10 Warehouse Yard"]


def test_rather_one_that_sends_something_already() -> None:
	lines = (line(warehouse="Annex"), line("2"))
	assert planned(*lines, Main=9, Annex=20, Yard=99) == ["1: 10 Warehouse Annex", "2: 10 Warehouse Annex"]


def test_else_the_supplier_delivers_it_whole() -> None:
	assert planned(line(supplier="Direkt"), Main=9) == ["1: 10 Drop Ship Direkt"]
	assert planned(line(supplier="Direkt"), Main=10) == ["1: 10 Warehouse Main"]
	assert planned(line(supplier="Direkt", by_supplier=True), Main=10) == ["1: 10 Drop Ship Direkt"]


def test_else_it_is_split_and_the_rest_waits() -> None:
	assert planned(line(), Main=2, Annex=3, Yard=1) == [
		"1: 3 Warehouse Annex",
		"1: 2 Warehouse Main",
		"1: 1 Warehouse Yard",
		"1: 4 Backorder Main",
	]
	assert planned(line(), Main=-5) == ["1: 10 Backorder Main"]


def test_two_lines_never_share_stock() -> None:
	assert planned(line(), line("2"), Main=15) == [
		"1: 10 Warehouse Main",
		"2: 5 Warehouse Main",
		"2: 5 Backorder Main",
	]


def test_units_are_not_broken() -> None:
	boxes = line(qty="3", factor=Decimal(12), step=Decimal(1))
	assert planned(boxes, Main=30) == ["1: 2 Warehouse Main", "1: 1 Backorder Main"]
	metres = line(qty="3", factor=Decimal(12))
	assert planned(metres, Main=30) == ["1: 2.5 Warehouse Main", "1: 0.5 Backorder Main"]


def test_services_and_bundles_need_no_stock() -> None:
	assert planned(line(stocked=False)) == ["1: 10 Warehouse Main"]


def test_nothing_is_asked_nothing_is_given() -> None:
	assert planned(line(qty="0"), Main=5) == []


@pytest.mark.parametrize(
	("values", "today", "promised"),
	[
		({}, MONDAY, "2026-03-03"),
		({}, FRIDAY, "2026-03-09"),
		({"requested": date(2026, 3, 20)}, MONDAY, "2026-03-20"),
		({"requested": MONDAY}, MONDAY, "2026-03-03"),
		({"qty": "50", "lead_days": 4}, MONDAY, "2026-03-09"),
		({"qty": "50"}, MONDAY, "2026-03-10"),
		({"supplier": "Direkt", "by_supplier": True, "lead_days": 2}, FRIDAY, "2026-03-08"),
	],
)
def test_promises(values: dict[str, object], today: date, promised: str) -> None:
	parts = decompose([line(**values)], stocks(Main=10), TERMS, today)  # type: ignore[arg-type]
	assert str(max(part.promised for part in parts)) == promised


def test_working_days() -> None:
	assert working_days.after(date(2026, 3, 7), 0) == date(2026, 3, 9)
	assert working_days.after(FRIDAY, 1, {date(2026, 3, 9)}) == date(2026, 3, 10)
	with pytest.raises(ValueError, match="negative"):
		working_days.after(MONDAY, -1)


def test_the_main_warehouse_of_a_row_is_that_of_its_largest_part() -> None:
	parts = decompose([line()], stocks(Main=2, Annex=3), TERMS, MONDAY)
	assert main_warehouse(parts) == "Main"
	assert main_warehouse(decompose([line()], stocks(Main=2, Annex=7), TERMS, MONDAY)) == "Annex"
	assert main_warehouse(()) is None


def test_an_order_in_a_word() -> None:
	def word(*lines: Line, **places: int) -> str:
		return summary(decompose(lines, stocks(**places), TERMS, MONDAY))

	ship = line("2", supplier="Direkt", by_supplier=True)
	assert word(line(), Main=10) == "From Stock"
	assert word(ship) == "Drop Ship"
	assert word(line(), ship, Main=10) == "Split"
	assert word(line(), ship, Main=9) == "Backorder"


# --- whatever the orders and the stock -------------------------------------------------------------------------------------------

quantities = st.integers(1, 60).map(Decimal)
lines_of_orders = st.lists(
	st.builds(
		Line,
		row=st.just(""),
		item=st.sampled_from(ITEMS),
		qty=quantities,
		warehouse=st.sampled_from(PLACES),
		requested=st.none() | st.dates(MONDAY, MONDAY + timedelta(days=30)),
		supplier=st.sampled_from([None, None, "Direkt"]),
		by_supplier=st.booleans(),
		lead_days=st.none() | st.integers(1, 20),
		stocked=st.sampled_from([True, True, True, False]),
		factor=st.sampled_from([Decimal(1), Decimal(6), Decimal("0.5")]),
		step=st.sampled_from([Decimal(1), Decimal("0.001")]),
	),
	max_size=8,
).map(lambda found: [Line(**{**vars(each), "row": str(number)}) for number, each in enumerate(found)])
shelves = st.lists(
	st.builds(
		Stock,
		item=st.sampled_from(ITEMS),
		warehouse=st.sampled_from(PLACES),
		qty=st.decimals(-5, 120, places=3, allow_nan=False),
	),
	max_size=6,
	unique_by=lambda stock: (stock.item, stock.warehouse),
)
terms_of_companies = st.builds(Terms, handling_days=st.integers(0, 5), supply_days=st.integers(0, 20))
days = st.dates(MONDAY, MONDAY + timedelta(days=400))


@given(lines_of_orders, shelves, terms_of_companies, days)
def test_whatever_is_ordered(lines: list[Line], shelf: list[Stock], terms: Terms, today: date) -> None:
	parts = decompose(lines, shelf, terms, today)
	assert parts == decompose(list(lines), list(shelf), terms, today)
	on_shelf = {(stock.item, stock.warehouse): stock.qty for stock in shelf}
	taken: Counter[tuple[str, str]] = Counter()
	left = dict(on_shelf)
	for asked in lines:
		mine = [part for part in parts if part.row == asked.row]
		assert sum(part.qty for part in mine) == asked.qty
		assert all(part.qty > 0 for part in mine)
		places = [(part.source, part.warehouse, part.supplier) for part in mine]
		assert len(set(places)) == len(places)
		assert all(part.promised >= (asked.requested or today) for part in mine)
		assert all(part.promised >= today for part in mine)
		# One place where one place has it all, and no service ever waits.
		if any(qty >= asked.qty * asked.factor for (item, _), qty in left.items() if item == asked.item):
			assert len(mine) == 1
		if not asked.stocked:
			assert [part.source for part in mine] in (["Warehouse"], ["Drop Ship"])
			continue
		for part in mine:
			if part.source == "Warehouse":
				assert part.warehouse
				assert whole_steps(part.qty, asked.step) == part.qty
				taken[part.item, part.warehouse] += part.qty * asked.factor  # type: ignore[assignment]
				left[part.item, part.warehouse] -= part.qty * asked.factor
	assert all(qty <= on_shelf[place] for place, qty in taken.items())


# --- what planned orders want ----------------------------------------------------------------------------------------------------


def wanted(
	order: str, qty: int, source: str = "Warehouse", warehouse: str = "Main", **values: object
) -> PlannedLine:
	defaults = {"ordered": Decimal(qty), "delivered": Decimal(0), "reserved_at": warehouse}
	return PlannedLine(
		order,
		f"row of {order}",
		"bolt",
		source,
		warehouse,
		Decimal(qty),
		**{**defaults, **values},  # type: ignore[arg-type]
	)


def lies(warehouse: str, actual: int, reserved: int = 0) -> Bin:
	return Bin("bolt", warehouse, Decimal(actual), Decimal(reserved))


def note(order: str, qty: int, warehouse: str = "Main", draft: bool = False) -> Sent:
	return Sent(f"row of {order}", warehouse, Decimal(qty), draft)


def test_what_is_delivered_is_not_wanted_any_more() -> None:
	lines = [wanted("A", 6, ordered=Decimal(10)), wanted("A", 4, "Backorder", ordered=Decimal(10))]
	sent = [note("A", 5), note("A", 3, draft=True)]
	assert [found.qty for found in outstanding(lines, sent, drafts_count=False)] == [1, 4]
	assert [found.qty for found in outstanding(lines, sent, drafts_count=True)] == [2]


def test_what_was_sent_from_elsewhere_is_not_sent_twice() -> None:
	lines = [wanted("A", 10)]
	assert [found.qty for found in outstanding(lines, [note("A", 7, "Yard")], drafts_count=True)] == [3]
	assert outstanding([wanted("A", 10, delivered=Decimal(10))], [], drafts_count=True) == ()


def test_a_plan_takes_the_place_of_what_erpnext_reserves_for_its_row() -> None:
	split = [
		wanted("A", 6, ordered=Decimal(10)),
		wanted("A", 4, warehouse="Yard", ordered=Decimal(10), reserved_at="Main"),
	]
	found = available([lies("Main", 20, reserved=12), lies("Yard", 5)], split, [])
	# Two of the twelve are reserved for an order without a plan.
	assert [(stock.warehouse, stock.qty) for stock in found] == [("Main", 12), ("Yard", 1)]


def test_the_elder_order_gets_what_has_come() -> None:
	lines = [wanted("A", 5, "Backorder"), wanted("B", 4, "Backorder"), wanted("C", 3)]
	shares = allocate([lies("Main", 10, reserved=12)], lines, [], {})
	assert [(share.order, share.qty) for share in shares] == [("C", 3), ("A", 5), ("B", 2)]


def test_what_waits_leaves_alone_what_is_reserved_for_orders_without_a_plan() -> None:
	shares = allocate([lies("Main", 10, reserved=13)], [wanted("A", 5, "Backorder")], [], {})
	assert [share.qty for share in shares] == [2]
	shares = allocate([lies("Main", 10, reserved=13)], [wanted("A", 5)], [], {})
	assert [share.qty for share in shares] == [5]


def test_what_is_on_a_draft_is_not_given_away_again() -> None:
	drafted = {("bolt", "Main"): Decimal(8)}
	shares = allocate([lies("Main", 10)], [wanted("A", 5)], [], drafted)
	assert [share.qty for share in shares] == [2]


planned_orders = st.lists(
	st.tuples(st.integers(1, 20), st.sampled_from(["Warehouse", "Backorder"]), st.sampled_from(PLACES)),
	max_size=6,
).map(lambda rows: [wanted(str(number), *row) for number, row in enumerate(rows)])
bins_of_places = st.tuples(*(st.integers(0, 60) for _ in PLACES)).map(
	lambda numbers: [lies(place, number) for place, number in zip(PLACES, numbers, strict=True)]
)


@given(planned_orders, bins_of_places)
def test_whatever_is_wanted_no_more_is_given_than_there_is(lines: list[PlannedLine], bins: list[Bin]) -> None:
	shares = allocate(bins, lines, [], {})
	for found in bins:
		given_here = sum(share.qty for share in shares if share.warehouse == found.warehouse)
		wanted_here = sum(each.qty for each in lines if each.warehouse == found.warehouse)
		assert given_here == min(found.actual, wanted_here)
	asked = {each.row: each.qty for each in lines}
	assert all(0 < share.qty <= asked[share.row] for share in shares)


# --- what of an order can be set going ---------------------------------------------------------------------------------------------


def test_services_travel_with_the_goods() -> None:
	goods, work = wanted("A", 5), replace(wanted("A", 1, warehouse="", stocked=False), row="work")
	found = due([goods, work], [goods], [], {})
	assert {place: len(lines) for place, lines in found.parcels.items()} == {"Main": 2}
	waits = due([goods, work], [], [], {})
	assert not waits.something
	assert len(waits.waiting) == 2
	alone = due([work], [], [], {})
	assert list(alone.parcels) == [""]


def test_drop_shipments_are_purchased_once() -> None:
	ship = wanted("A", 5, "Drop Ship", "", supplier="Direkt", factor=Decimal(12), reserved_at=None)
	assert [found.qty for found in due([ship], [], [], {}).purchases["Direkt"]] == [5]
	assert [found.qty for found in due([ship], [], [], {ship.row: Decimal(24)}).purchases["Direkt"]] == [3]
	assert not due([ship], [], [], {ship.row: Decimal(60)}).something


@pytest.mark.parametrize(
	("source", "going", "today", "promised"),
	[
		("Warehouse", True, MONDAY, FRIDAY),
		("Warehouse", True, FRIDAY, date(2026, 3, 9)),
		("Backorder", True, FRIDAY, date(2026, 3, 9)),
		("Drop Ship", True, FRIDAY, date(2026, 3, 13)),
		("Backorder", False, FRIDAY, FRIDAY),
		("Backorder", False, date(2026, 3, 9), date(2026, 3, 17)),
	],
)
def test_promises_only_move_backwards(source: str, going: bool, today: date, promised: date) -> None:
	assert promise_anew(FRIDAY, source, going, None, TERMS, today) == promised
