"""How a customer pays."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.o2c_workspace.domain.behaviour import Settled, behaviour

DAY = date(2026, 3, 2)
settled = st.builds(
	lambda cents, late: Settled(Decimal(cents) / 100, DAY, DAY + timedelta(days=late)),
	st.integers(min_value=1, max_value=10**9),
	st.integers(min_value=-60, max_value=400),
)


def test_nobody_is_judged_by_nothing() -> None:
	assert behaviour([]).days_beyond_terms is None
	assert behaviour([]).on_time is None


def test_large_invoices_weigh_more() -> None:
	found = behaviour(
		[
			Settled(Decimal("900"), DAY, DAY + timedelta(days=10)),
			Settled(Decimal("100"), DAY, DAY - timedelta(days=10)),
		]
	)
	assert (found.invoices, found.days_beyond_terms, found.on_time) == (2, Decimal("8"), Decimal("0.5"))


def test_credit_that_is_worth_nothing_has_no_average() -> None:
	found = behaviour([Settled(Decimal(0), DAY, DAY)])
	assert (found.days_beyond_terms, found.on_time) == (None, Decimal(1))


@given(st.lists(settled, min_size=1, max_size=30))
def test_the_average_lies_between_the_extremes(items: list[Settled]) -> None:
	found = behaviour(items)
	late = [(item.paid - item.due).days for item in items]
	assert found.days_beyond_terms is not None
	assert min(late) <= found.days_beyond_terms.quantize(Decimal("0.000001")) <= max(late)
	assert found.on_time == Decimal(sum(days <= 0 for days in late)) / Decimal(len(late))


@given(st.lists(settled, min_size=1, max_size=30))
def test_the_order_does_not_matter(items: list[Settled]) -> None:
	assert behaviour(items).on_time == behaviour(items[::-1]).on_time
