"""Money has come in: who goes, in which order, and never more than there is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.credit_control.domain.recheck import (
	Waiting,
	deposits,
	in_order,
	may_go,
	what_goes,
)

START = datetime(2026, 3, 1)
amounts = st.decimals(0, 10_000, places=2)
positive = st.decimals(Decimal("0.01"), 10_000, places=2)


def _numbered(rows: list[tuple[Decimal, int, int, Decimal, Decimal]]) -> list[Waiting]:
	return [
		Waiting(f"H{number}", amount, START + timedelta(hours=age), priority, required, paid)
		for number, (amount, age, priority, required, paid) in enumerate(rows)
	]


holds = st.lists(
	st.tuples(positive, st.integers(0, 5), st.integers(1, 9), amounts, amounts), max_size=12
).map(_numbered)


def within(headroom: Decimal) -> Callable[[Waiting], bool]:
	"""As a check against a limit says: what went before is used."""
	left = [headroom]

	def fits(hold: Waiting) -> bool:
		if hold.amount > left[0]:
			return False
		left[0] -= hold.amount
		return True

	return fits


def released(waiting: list[Waiting], headroom: Decimal) -> tuple[Waiting, ...]:
	return what_goes(in_order(waiting), within(headroom))


def total(gone: tuple[Waiting, ...]) -> Decimal:
	return sum((hold.amount for hold in gone), Decimal(0))


@given(holds, st.randoms())
def test_the_queue_does_not_depend_on_how_it_was_read(waiting: list[Waiting], random: object) -> None:
	shuffled = list(waiting)
	random.shuffle(shuffled)  # type: ignore[attr-defined]
	queue = in_order(shuffled)
	assert queue == in_order(waiting)
	assert sorted(hold.name for hold in queue) == sorted(hold.name for hold in waiting)
	for earlier, later in pairwise(queue):
		assert (earlier.priority, earlier.since) <= (later.priority, later.since)


@given(holds, amounts)
def test_what_goes_never_exceeds_what_there_is(waiting: list[Waiting], headroom: Decimal) -> None:
	assert total(released(waiting, headroom)) <= headroom


@given(holds, amounts)
def test_nobody_waits_who_would_have_fitted(waiting: list[Waiting], headroom: Decimal) -> None:
	gone = released(waiting, headroom)
	used = Decimal(0)
	for hold in in_order(waiting):
		assert (hold in gone) == (used + hold.amount <= headroom)
		used += hold.amount if hold in gone else 0


@given(holds, amounts, amounts)
def test_more_money_never_releases_less(waiting: list[Waiting], headroom: Decimal, more: Decimal) -> None:
	"""In money: one large order may go instead of several small ones behind it."""
	assert total(released(waiting, headroom + more)) >= total(released(waiting, headroom))


@given(holds, amounts, amounts)
def test_more_money_never_keeps_the_first_one(
	waiting: list[Waiting], headroom: Decimal, more: Decimal
) -> None:
	first = in_order(waiting)[:1]
	if first and first[0] in released(waiting, headroom):
		assert first[0] in released(waiting, headroom + more)


@given(holds, amounts)
def test_no_cent_is_the_deposit_of_two(waiting: list[Waiting], unallocated: Decimal) -> None:
	found = deposits(in_order(waiting), unallocated)
	assert set(found) == {hold.name for hold in waiting}
	assert sum((deposit.unallocated for deposit in found.values()), Decimal(0)) <= unallocated
	for hold in waiting:
		deposit = found[hold.name]
		assert deposit.paid == hold.paid
		if deposit.unallocated:
			assert deposit.total == hold.required


@given(holds, amounts)
def test_the_first_that_can_be_covered_is_covered(waiting: list[Waiting], unallocated: Decimal) -> None:
	queue = in_order(waiting)
	found = deposits(queue, unallocated)
	coverable = [hold for hold in queue if 0 < hold.required - hold.paid <= unallocated]
	if coverable:
		assert found[coverable[0].name].total == coverable[0].required


@given(st.sampled_from(("Pass", "Warn", "Deposit", "Prepayment", "Hold", "Reject", "?")), amounts, amounts)
def test_only_money_or_a_pass_lets_go(outcome: str, required: Decimal, received: Decimal) -> None:
	goes = may_go(outcome, required, received)
	if outcome in ("Pass", "Warn"):
		assert goes
	elif outcome in ("Deposit", "Prepayment"):
		assert goes == (required > 0 and received >= required)
	else:
		assert not goes
