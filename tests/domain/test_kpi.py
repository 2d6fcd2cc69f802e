from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.o2c_analytics.domain import kpi
from o2c_extensions.o2c_analytics.domain.kpi import Basis, Bucket, Claims, Flow, Instalment, OpenItem
from o2c_extensions.o2c_analytics.domain.sparkline import sparkline

DAY = date(2026, 3, 15)
MONEY = st.decimals(-(10**6), 10**6, places=2, allow_nan=False, allow_infinity=False)
POSITIVE = st.decimals("0.01", 10**6, places=2, allow_nan=False, allow_infinity=False)


def basis(**values: object) -> Basis:
	nothing = Claims(Decimal(0), Decimal(0), Decimal(0))
	counts = dict.fromkeys(("revenue", "orders", "held", "receipts", "matched"), Decimal(0))
	return Basis(**{"day": DAY, "claims": nothing, **counts, **values})  # type: ignore[arg-type]


def item(balance: str, due: date, *parts: tuple[date, str], total: str = "") -> OpenItem:
	instalments = tuple(Instalment(day, Decimal(amount)) for day, amount in parts)
	return OpenItem(Decimal(balance), Decimal(total or balance), due, instalments)


def days(number: int) -> date:
	return DAY + timedelta(days=number)


@pytest.mark.parametrize(
	("receivables", "revenue", "expected"),
	[
		("1190", "1190", "90.0"),
		("1190", "3570", "30.0"),
		("100", "700", "12.9"),  # 12.857...
		("0", "700", "0.0"),
		("-50", "700", "0.0"),
		("100", "0", None),
		("100", "-20", None),
	],
)
def test_days_sales_outstanding(receivables: str, revenue: str, expected: str | None) -> None:
	owed = Claims(Decimal(receivables), Decimal(0), Decimal(0))
	found = kpi.dso(basis(claims=owed, revenue=Decimal(revenue)))
	assert found == (None if expected is None else Decimal(expected))


def test_no_figure_without_a_denominator() -> None:
	assert [formula(basis()) for formula in kpi.FORMULAS.values()] == [None] * 4


def test_shares_are_per_cent_to_a_tenth() -> None:
	assert kpi.hold_rate(basis(orders=Decimal(3), held=Decimal(1))) == Decimal("33.3")
	assert kpi.auto_match_rate(basis(receipts=Decimal(8), matched=Decimal(7))) == Decimal("87.5")
	owed = Claims(Decimal(1), Decimal(400), Decimal(100))
	assert kpi.overdue_share(basis(claims=owed)) == Decimal("25.0")


@pytest.mark.parametrize(
	("claim", "expected"),
	[
		(item("90", days(30), (days(-1), "30"), (days(0), "30")), "30"),  # what is due today is not overdue
		(item("70", days(30), (days(-1), "30"), total="90"), "10"),
		(item("60", days(30), (days(-1), "30"), total="90"), "0"),
		(item("50", days(30), (days(-1), "30"), total="90"), "0"),
		(item("90", days(0), (days(-1), "30")), "30"),
		(item("90", days(-1), (days(-9), "30")), "0"),  # wholly due: not here
		(item("-10", days(30), (days(-1), "30"), total="90"), "0"),
	],
)
def test_what_has_fallen_due_of_an_invoice_in_instalments(claim: OpenItem, expected: str) -> None:
	assert kpi.fallen_due(claim, DAY) == Decimal(expected)


def bucket(due: date, balance: str, to_be_paid: str) -> Bucket:
	return Bucket(due, Decimal(balance), Decimal(to_be_paid))


def test_money_paid_ahead_lowers_receivables_but_not_what_is_open() -> None:
	found = kpi.claims([bucket(days(-1), "60", "100"), bucket(days(0), "60", "60")], [], DAY)
	assert found == Claims(receivables=Decimal(120), open=Decimal(160), overdue=Decimal(100))


@given(
	st.lists(
		st.tuples(
			POSITIVE, POSITIVE, st.integers(-60, 60), st.lists(st.tuples(st.integers(-60, 60), POSITIVE))
		)
	)
)
def test_overdue_is_a_part_of_what_is_open(
	drawn: list[tuple[Decimal, Decimal, int, list[tuple[int, Decimal]]]],
) -> None:
	buckets = [Bucket(days(due), balance - ahead, balance) for balance, ahead, due, _parts in drawn]
	items = [
		OpenItem(balance, balance, days(due), tuple(Instalment(days(n), part) for n, part in parts))
		for balance, _ahead, due, parts in drawn
		if due >= 0
	]
	found = kpi.claims(buckets, items, DAY)
	assert 0 <= found.overdue <= found.open
	assert found.receivables <= found.open
	share = kpi.overdue_share(basis(claims=found))
	assert share is None or 0 <= share <= 100


def test_the_period_holds_its_first_and_last_day() -> None:
	first = kpi.period_start(DAY)
	flows = [
		Flow(first - timedelta(days=1), Decimal(1)),
		Flow(first, Decimal(2), Decimal(1)),
		Flow(DAY, Decimal(4)),
	]
	flows.append(Flow(days(1), Decimal(8)))
	assert (DAY - first).days + 1 == kpi.PERIOD_DAYS
	assert kpi.within(flows, DAY) == (Decimal(6), Decimal(1))


def test_months_end_with_the_day_that_is_asked_for() -> None:
	assert kpi.month_ends(DAY, 4) == (date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28), DAY)
	assert kpi.month_ends(date(2024, 2, 29), 2) == (date(2024, 1, 31), date(2024, 2, 29))
	assert kpi.month_ends(DAY, 1) == (DAY,)


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.integers(1, 60))
def test_every_month_has_one_end(day: date, months: int) -> None:
	ends = kpi.month_ends(day, months)
	assert len(ends) == months
	assert len({(end.year, end.month) for end in ends}) == months
	assert list(ends) == sorted(ends)
	assert all((end + timedelta(days=1)).day == 1 for end in ends[:-1])


def test_a_line_rises_from_left_to_right() -> None:
	drawn = sparkline([Decimal(0), Decimal(5), Decimal(10)], width=106, height=26, margin=3)
	assert drawn.lines == ("3,23 53,13 103,3",)
	assert drawn.last == (103, 3)


def test_a_line_has_gaps_where_nothing_is_known() -> None:
	one, two = Decimal(1), Decimal(2)
	assert sparkline([]).last is None
	assert sparkline([None, None]).lines == ()
	assert sparkline([one]).lines == ()
	assert sparkline([one]).last == (3, 14)
	assert len(sparkline([one, two, None, two, one]).lines) == 2


@given(st.lists(st.none() | MONEY, max_size=30))
def test_a_line_stays_in_its_box(values: list[Decimal | None]) -> None:
	drawn = sparkline(values)
	points = [point.split(",") for line in drawn.lines for point in line.split()]
	assert all(0 <= int(x) <= 120 and 0 <= int(y) <= 28 for x, y in points)
