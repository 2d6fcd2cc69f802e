"""What of a delivery is to be invoiced."""

from __future__ import annotations

from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.billing.domain.invoicing import (
	CLOSED,
	HELD,
	INVOICED,
	NOTHING,
	BillableRow,
	DeliveredRow,
	Verdict,
	billable,
	invoice_due,
)

quantities = st.decimals(min_value=0, max_value=1000, places=3)
rows = st.builds(
	DeliveredRow, name=st.uuids().map(str), delivered=quantities, billed=quantities, returned=quantities
)


def test_what_was_delivered_is_billed() -> None:
	assert invoice_due("To Bill", [DeliveredRow("a", D(10)), DeliveredRow("b", D(2))]) == Verdict(
		INVOICED, (BillableRow("a", D(10)), BillableRow("b", D(2)))
	)


def test_what_was_billed_or_came_back_is_not_billed_again() -> None:
	row = DeliveredRow("a", D(10), billed=D(4), returned=D(1))
	assert billable([row]) == (BillableRow("a", D(5)),)
	assert billable([DeliveredRow("a", D(10), billed=D(10), returned=D(2))]) == ()
	assert invoice_due("To Bill", [DeliveredRow("a", D(10), billed=D(10))]) == Verdict(NOTHING)


def test_what_a_person_set_aside_stays_aside() -> None:
	assert invoice_due("Closed", [DeliveredRow("a", D(10))]) == Verdict(CLOSED)
	assert invoice_due("To Bill", [DeliveredRow("a", D(10), order_status="On Hold")]) == Verdict(CLOSED)
	mixed = [DeliveredRow("a", D(10), order_status="Closed"), DeliveredRow("b", D(1))]
	assert invoice_due("To Bill", mixed) == Verdict(INVOICED, (BillableRow("b", D(1)),))


def test_a_held_order_waits() -> None:
	assert invoice_due("To Bill", [DeliveredRow("a", D(10))], held=True) == Verdict(HELD)
	assert invoice_due("To Bill", [], held=True) == Verdict(NOTHING)


@given(st.lists(rows, max_size=8))
def test_nothing_is_billed_twice_and_nothing_forgotten(delivered: list[DeliveredRow]) -> None:
	due = {row.name: row.qty for row in billable(delivered)}
	for row in delivered:
		assert row.billed + row.returned + due.get(row.name, D(0)) >= row.delivered
		if row.name in due:
			assert due[row.name] > 0
			assert row.billed + row.returned + due[row.name] == row.delivered
	billed = [
		DeliveredRow(row.name, row.delivered, row.billed + due.get(row.name, D(0)), row.returned)
		for row in delivered
	]
	assert billable(billed) == ()
