"""What a payer has told of its payment is followed only where all of it holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.cash_application.domain.advised import as_advised
from o2c_extensions.cash_application.domain.engine.model import (
	CREDIT,
	INVOICE,
	LEAVE,
	POST,
	PROPOSE,
	Allocation,
	Choice,
	Item,
	Line,
	Reason,
)

DAY = date(2026, 3, 10)
A = Item("A", INVOICE, "C", "EUR", 11900, DAY, DAY)
B = Item("B", INVOICE, "C", "EUR", 8100, DAY, DAY)
N = Item("N", CREDIT, "C", "EUR", -1000, DAY, DAY)
ITEMS = {item.name: item for item in (A, B, N)}
LINE = Line("L", 18000, "EUR", DAY)
CHOICE = Choice(
	"L",
	PROPOSE,
	customer="C",
	allocations=(Allocation("A", 11900, 11900), Allocation("B", 6100, 6100)),
	reasons=(Reason("not sure enough", ("76%", "99%")),),
)
TOLD = (("A", 9900), ("B", 8100))


def test_it_is_allocated_as_the_payer_told_it() -> None:
	made = as_advised(CHOICE, LINE, TOLD, ITEMS)
	assert made.outcome == POST
	assert made.allocations == (Allocation("A", 9900, 9900), Allocation("B", 8100, 8100))
	assert [reason.code for reason in made.reasons] == ["advised"]
	assert made.deduction_reason == ""


def test_what_is_kept_back_is_a_deduction_where_the_rule_has_a_reason() -> None:
	made = as_advised(CHOICE, LINE, TOLD, ITEMS, "SHORT")
	assert [each.deduction for each in made.allocations] == [2000, 0]
	assert made.deduction_reason == "SHORT"


def test_a_credit_is_set_off_as_a_whole() -> None:
	told = (("A", 11900), ("B", 7100), ("N", -1000))
	choice = replace(CHOICE, allocations=(*CHOICE.allocations, Allocation("N", -1000, -1000)))
	assert as_advised(choice, LINE, told, ITEMS).outcome == POST
	half = (("A", 11900), ("B", 6600), ("N", -500))
	assert as_advised(choice, LINE, half, ITEMS) == choice


def test_anything_that_does_not_hold_leaves_the_choice_alone() -> None:
	for told in (
		(),
		(("A", 9900),),
		(("A", 9900), ("B", 8101)),
		(("A", 12000), ("B", 6000)),
		(*TOLD, ("B", 0)),
	):
		assert as_advised(CHOICE, LINE, told, ITEMS) == CHOICE
	for reason in ("ambiguous", "taken"):
		other = replace(CHOICE, reasons=(Reason(reason),))
		assert as_advised(other, LINE, TOLD, ITEMS) == other
	for outcome in (POST, LEAVE):
		other = replace(CHOICE, outcome=outcome)
		assert as_advised(other, LINE, TOLD, ITEMS) == other
	stranger = {**ITEMS, "B": replace(B, customer="D")}
	assert as_advised(CHOICE, LINE, TOLD, stranger) == CHOICE


@given(st.dictionaries(st.sampled_from("ABN"), st.integers(-2000, 13000), max_size=3), st.integers(0, 20000))
def test_the_line_is_given_away_to_the_cent(told: dict[str, int], amount: int) -> None:
	line = replace(LINE, amount=amount)
	choice = replace(CHOICE, allocations=tuple(Allocation(name, 1, 1) for name in sorted(told)))
	made = as_advised(choice, line, tuple(told.items()), ITEMS, "SHORT")
	if made != choice:
		assert sum(each.amount for each in made.allocations) == amount
		assert all(abs(each.settled) <= abs(ITEMS[each.item].open) for each in made.allocations)
