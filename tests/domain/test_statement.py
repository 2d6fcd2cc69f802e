"""Statements of account: what was open, what moved it, what is open."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.customer_portal.domain.standing import (
	Instalment,
	of_invoice,
	of_order,
	overdue,
)
from o2c_extensions.customer_portal.domain.statement import Entry, draw_up

DAY = date(2026, 3, 1)
days = st.integers(0, 60).map(lambda count: DAY + timedelta(days=count))
amounts = st.decimals("-100000", "100000", places=2)
entries = st.lists(
	st.builds(
		Entry,
		day=days,
		voucher_type=st.sampled_from(["Sales Invoice", "Payment Entry"]),
		voucher_no=st.sampled_from("ABCDEF"),
		amount=amounts,
		due_date=st.none() | days,
	),
	max_size=30,
)


def invoice(day: int, amount: str, name: str = "INV", **values: object) -> Entry:
	return Entry(date(2026, 3, day), "Sales Invoice", name, Decimal(amount), **values)  # type: ignore[arg-type]


def payment(day: int, amount: str, name: str = "PAY") -> Entry:
	return Entry(date(2026, 3, day), "Payment Entry", name, -Decimal(amount))


def test_an_invoice_and_its_payment():
	said = draw_up([payment(20, "119"), invoice(5, "119")], date(2026, 3, 1), date(2026, 3, 31))
	assert [(move.voucher_no, move.amount, move.balance) for move in said.movements] == [
		("INV", Decimal(119), Decimal(119)),
		("PAY", Decimal(-119), Decimal(0)),
	]
	assert (said.opening, said.charged, said.credited, said.closing) == (0, 119, 119, 0)


def test_what_came_before_is_the_opening_balance_and_what_comes_after_does_not_count():
	rows = [invoice(1, "100"), payment(2, "40"), invoice(10, "7", "B"), invoice(30, "1000", "C")]
	said = draw_up(rows, date(2026, 3, 5), date(2026, 3, 20))
	assert (said.opening, said.closing) == (60, 67)
	assert [move.voucher_no for move in said.movements] == ["B"]


def test_the_first_and_the_last_day_are_in_it():
	said = draw_up([invoice(5, "1", "A"), invoice(6, "2", "B")], date(2026, 3, 5), date(2026, 3, 6))
	assert [move.voucher_no for move in said.movements] == ["A", "B"]
	assert said.opening == 0


def test_a_payment_of_three_invoices_is_one_movement():
	rows = [payment(9, "10"), payment(9, "20"), payment(9, "30.50")]
	said = draw_up(rows, date(2026, 3, 1), date(2026, 3, 31), opening=Decimal("60.50"))
	assert [move.amount for move in said.movements] == [Decimal("-60.50")]
	assert said.closing == 0


def test_what_only_allocates_anew_is_no_movement():
	rows = [payment(9, "10", "PR"), payment(9, "-10", "PR")]
	assert draw_up(rows, date(2026, 3, 1), date(2026, 3, 31)).movements == ()


def test_instalments_of_an_invoice_are_due_when_the_last_is():
	rows = [
		invoice(5, "50", due_date=date(2026, 4, 5)),
		invoice(5, "50", due_date=date(2026, 5, 5)),
	]
	(move,) = draw_up(rows, date(2026, 3, 1), date(2026, 3, 31)).movements
	assert (move.amount, move.due_date) == (100, date(2026, 5, 5))


def test_a_range_that_ends_before_it_starts():
	with pytest.raises(ValueError, match="ends before"):
		draw_up([], date(2026, 3, 2), date(2026, 3, 1))


@given(entries, days, days, amounts)
def test_opening_and_movements_make_the_closing_balance(rows, one, other, opening):
	start, end = min(one, other), max(one, other)
	said = draw_up(rows, start, end, opening)
	assert said.opening + sum(move.amount for move in said.movements) == said.closing
	assert said.opening + said.charged - said.credited == said.closing
	assert said.closing == opening + sum(row.amount for row in rows if row.day <= end)
	balance = said.opening
	for move in said.movements:
		balance += move.amount
		assert move.balance == balance
		assert start <= move.day <= end
		assert move.amount != 0
	assert list(said.movements) == sorted(said.movements, key=lambda move: move.day)


@given(entries, days, days, days)
def test_one_statement_goes_on_where_the_last_one_ended(rows, one, two, three):
	first, middle, last = sorted((one, two, three))
	whole = draw_up(rows, first, last)
	left = draw_up(rows, first, middle)
	right = draw_up(rows, middle + timedelta(days=1), max(last, middle + timedelta(days=1)))
	assert right.opening == left.closing
	if last > middle:
		assert left.movements + right.movements == whole.movements
		assert right.closing == whole.closing


@given(entries, days, days)
def test_the_order_of_the_rows_does_not_matter(rows, one, other):
	start, end = min(one, other), max(one, other)
	assert draw_up(rows, start, end) == draw_up(rows[::-1], start, end)


@pytest.mark.parametrize(
	("status", "delivered", "standing"),
	[
		("To Deliver and Bill", "0", "Open"),
		("On Hold", "0", "Open"),
		("On Hold", "30", "Partly Delivered"),
		("To Deliver", "30", "Partly Delivered"),
		("To Bill", "100", "Delivered"),
		("Completed", "100", "Completed"),
		("Completed", "0", "Completed"),
		("Closed", "30", "Closed"),
	],
)
def test_how_an_order_stands(status, delivered, standing):
	assert of_order(status, Decimal(delivered)) == standing


TODAY = date(2026, 3, 15)


@pytest.mark.parametrize(
	("outstanding", "due", "parts", "late"),
	[
		("100", date(2026, 3, 14), [], "100"),
		("100", TODAY, [], "0"),
		("100", None, [], "0"),
		("0", date(2026, 1, 1), [], "0"),
		("-5", date(2026, 1, 1), [], "0"),
		# 40 were due, nothing is paid; then 40, then 60 of 100 are paid.
		("100", date(2026, 4, 1), [(date(2026, 3, 1), "40"), (date(2026, 4, 1), "60")], "40"),
		("60", date(2026, 4, 1), [(date(2026, 3, 1), "40"), (date(2026, 4, 1), "60")], "0"),
		("40", date(2026, 4, 1), [(date(2026, 3, 1), "40"), (date(2026, 4, 1), "60")], "0"),
		("70", date(2026, 4, 1), [(date(2026, 3, 1), "40"), (date(2026, 4, 1), "60")], "10"),
	],
)
def test_what_of_an_invoice_is_overdue(outstanding, due, parts, late):
	instalments = [Instalment(day, Decimal(amount)) for day, amount in parts]
	assert overdue(Decimal(outstanding), due, instalments, TODAY) == Decimal(late)


@pytest.mark.parametrize(
	("is_return", "outstanding", "late", "standing"),
	[
		(False, "100", "0", "Open"),
		(False, "60", "0", "Partly Paid"),
		(False, "60", "10", "Overdue"),
		(False, "0", "0", "Paid"),
		(False, "-1", "0", "Paid"),
		(True, "-100", "0", "Credit Note"),
	],
)
def test_how_an_invoice_stands(is_return, outstanding, late, standing):
	assert of_invoice(is_return, Decimal(100), Decimal(outstanding), Decimal(late)) == standing


@given(
	st.decimals("0.01", "1000", places=2),
	st.lists(st.tuples(days, st.decimals("0.01", "500", places=2)), max_size=5),
	days,
)
def test_never_more_is_overdue_than_open(outstanding, parts, today):
	late = overdue(outstanding, DAY, [Instalment(*part) for part in parts], today)
	assert 0 <= late <= outstanding
