"""What is left of deductions, whatever is paid or credited of their invoice."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.cash_application.domain.deductions import (
	ACCEPTED,
	CANCELLED,
	FOLLOWING,
	OPEN,
	REFUSED,
	SETTLED,
	Change,
	Deduction,
	changes,
	shares,
)

CENTS = st.integers(min_value=0, max_value=100_000).map(lambda cents: Decimal(cents) / 100)
DEDUCTIONS = st.lists(
	st.builds(
		Deduction,
		name=st.uuids().map(str),
		amount=CENTS.filter(bool),
		left=CENTS,
		status=st.sampled_from([OPEN, ACCEPTED, REFUSED, SETTLED, CANCELLED]),
		is_refused=st.booleans(),
	),
	max_size=6,
	unique_by=lambda each: each.name,
)


def one(amount: str, status: str = OPEN, left: str | None = None, **values: object) -> Deduction:
	return Deduction(
		f"D{amount}", Decimal(amount), Decimal(amount if left is None else left), status, **values
	)  # type: ignore[arg-type]


def test_it_stays_open_while_the_invoice_does() -> None:
	assert changes(Decimal(40), [one("40")]) == ()


def test_what_is_paid_of_it_is_not_left() -> None:
	assert changes(Decimal(15), [one("40")]) == (Change("D40", Decimal(15), OPEN),)


def test_nothing_left_is_settled_refused_or_not() -> None:
	found = changes(Decimal(0), [one("40", REFUSED, is_refused=True), one("10")])
	assert found == (Change("D40", Decimal(0), SETTLED), Change("D10", Decimal(0), SETTLED))


def test_the_latest_has_what_is_open_first() -> None:
	assert changes(Decimal(20), [one("40"), one("20")]) == (Change("D40", Decimal(0), SETTLED),)


def test_a_payment_that_is_taken_back_opens_it_again_as_it_was() -> None:
	before = [one("40", SETTLED, "0", is_refused=True)]
	assert changes(Decimal(40), before) == (Change("D40", Decimal(40), REFUSED),)
	assert changes(Decimal(40), [one("40", SETTLED, "0")]) == (Change("D40", Decimal(40), OPEN),)


def test_what_was_accepted_or_cancelled_stays() -> None:
	assert changes(Decimal(100), [one("40", ACCEPTED, "0"), one("10", CANCELLED, "0")]) == ()


@given(CENTS, DEDUCTIONS)
def test_no_more_is_left_than_is_open_or_was_kept_back(outstanding: Decimal, given_: list[Deduction]) -> None:
	left = shares(outstanding, given_)
	assert sum(left, Decimal(0)) <= outstanding
	assert all(0 <= share <= each.amount for share, each in zip(left, given_, strict=True))
	wanted = sum((each.amount for each in given_ if each.status in FOLLOWING), Decimal(0))
	assert sum(left, Decimal(0)) == min(outstanding, wanted)


@given(CENTS, DEDUCTIONS)
def test_looked_at_twice_it_is_the_same(outstanding: Decimal, before: list[Deduction]) -> None:
	told = {change.name: change for change in changes(outstanding, before)}
	after = [
		Deduction(each.name, each.amount, told[each.name].left, told[each.name].status, each.is_refused)
		if each.name in told
		else each
		for each in before
	]
	assert changes(outstanding, after) == ()
