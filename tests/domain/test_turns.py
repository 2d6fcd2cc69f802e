"""Whose turn it is with a hold, and what was owed at the end of each month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.credit_control.domain import authority
from o2c_extensions.credit_control.domain.authority import ANY_AMOUNT, Grant, Request
from o2c_extensions.o2c_workspace.domain.balances import balances_at, month_ends
from o2c_extensions.o2c_workspace.domain.turns import whose_turn

GRANTS = (
	Grant("Controller", "", Decimal(10_000)),
	Grant("Manager", "", ANY_AMOUNT),
	Grant("Clerk", "North", Decimal(500)),
)
amounts = st.decimals(0, 100_000, places=2)


def asked(amount: Decimal, two_above: int = 0, approved_by: str = "", company: str = "North") -> Request:
	return Request(company, amount, Decimal(two_above), approved_by)


def test_the_smallest_authority_that_reaches_comes_first() -> None:
	turn = whose_turn(asked(Decimal(300)), "ann", ["Controller"], GRANTS)
	assert turn.roles == ("Clerk", "Controller", "Manager")
	assert turn.is_mine
	beyond = whose_turn(asked(Decimal(20_000)), "ann", ["Controller"], GRANTS)
	assert beyond.roles == ("Manager",)
	assert beyond.verdict == authority.BEYOND
	assert not beyond.is_mine


def test_a_role_counts_only_where_it_was_granted() -> None:
	assert "Clerk" not in whose_turn(asked(Decimal(300), company="South"), "ann", [], GRANTS).roles


def test_of_two_persons_the_first_approves_and_the_second_releases() -> None:
	first = whose_turn(asked(Decimal(8_000), 5_000), "ann", ["Controller"], GRANTS)
	assert first.takes_two
	assert first.verdict == authority.NOT_APPROVED
	assert first.is_mine
	again = whose_turn(asked(Decimal(8_000), 5_000, "ann"), "ann", ["Controller"], GRANTS)
	assert again.verdict == authority.SAME_PERSON
	assert not again.is_mine
	assert whose_turn(asked(Decimal(8_000), 5_000, "ann"), "bob", ["Controller"], GRANTS).is_mine


@given(amounts, amounts)
def test_a_larger_amount_never_gives_more_roles(one: Decimal, other: Decimal) -> None:
	small, large = sorted((one, other))
	few = set(whose_turn(asked(large), "ann", [], GRANTS).roles)
	assert few <= set(whose_turn(asked(small), "ann", [], GRANTS).roles)
	assert "Manager" in few


@given(st.dates(date(2000, 3, 1), date(2100, 1, 1)), st.integers(0, 36))
def test_months_end_before_the_next_begins(today: date, months: int) -> None:
	days = month_ends(today, months)
	assert days[-1] == today
	assert len(days) == months + 1
	assert all((day + timedelta(days=1)).day == 1 for day in days[:-1])
	assert days == sorted(set(days))


_DAYS = st.dates(date(2024, 1, 1), date(2025, 12, 31))


@given(
	st.lists(st.tuples(_DAYS, st.decimals(-1000, 1000, places=2))), st.lists(_DAYS, min_size=1, unique=True)
)
def test_a_balance_is_the_sum_of_all_that_came_before(
	changes: Sequence[tuple[date, Decimal]], days: list[date]
) -> None:
	found = balances_at(sorted(days), changes)
	for day in days:
		assert found[day] == sum((amount for posted, amount in changes if posted <= day), Decimal(0))
	assert found == balances_at(sorted(days), list(reversed(changes)))
