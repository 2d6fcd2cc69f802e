"""The credit score: worked out by hand, and what must never raise it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from o2c_extensions.common.dates import months_before
from o2c_extensions.credit_control.domain import scoring
from o2c_extensions.credit_control.domain.scoring import SCORECARD, History, Payment, score

TODAY = date(2026, 3, 31)


def ago(days: int) -> date:
	return TODAY - timedelta(days=days)


@st.composite
def payments(draw: st.DrawFn) -> Payment:
	due = ago(draw(st.integers(0, 420)))
	late = draw(st.none() | st.integers(-30, 200))
	paid = None if late is None else due + timedelta(days=late)
	amount = Decimal(draw(st.integers(1, 10**7))) / 100
	return Payment(amount, due, paid if paid is not None and paid <= TODAY else None)


amounts = st.integers(0, 10**8).map(lambda cents: Decimal(cents) / 100)
histories = st.builds(
	History,
	payments=st.lists(payments(), max_size=12).map(tuple),
	invoices=st.integers(0, 20),
	turnover=amounts,
	customer_since=st.none() | st.integers(0, 2500).map(ago),
	dunning_level=st.integers(0, 5),
	bounced=st.integers(0, 4),
	peak=amounts,
	limit=st.none() | amounts,
)

PROMPT = History(
	payments=tuple(Payment(Decimal(1000), ago(days), ago(days)) for days in (10, 100, 200, 300)),
	invoices=4,
	turnover=Decimal(4000),
	customer_since=date(2020, 1, 1),
	peak=Decimal(500),
	limit=Decimal(1000),
)


def value(history: History) -> int:
	found = score(history, TODAY).value
	return -1 if found is None else found


def test_weights_make_a_hundred() -> None:
	assert sum(each.weight for each in SCORECARD) == 100
	assert [line.key for line in score(PROMPT, TODAY).inputs] == [each.key for each in SCORECARD]


def test_the_prompt_customer_has_it_all() -> None:
	assert score(PROMPT, TODAY).value == 100


def test_worked_out_by_hand() -> None:
	"""1,000 of a year ago 12 days late, 3,000 of last month open for 30 days."""
	history = History(
		payments=(
			Payment(Decimal(1000), ago(200), ago(188)),
			Payment(Decimal(3000), ago(30)),
		),
		invoices=3,
		turnover=Decimal(40_000),
		customer_since=months_before(TODAY, 18),
		dunning_level=1,
		bounced=1,
		peak=Decimal(900),
		limit=Decimal(1000),
	)
	found = score(history, TODAY)
	assert [(line.key, str(line.value), str(line.points)) for line in found.inputs] == [
		("on_time", "0.0", "0.00"),
		("days_late", "25.5", "14.38"),  # (1,000 x 12 + 3,000 x 30) / 4,000 days: 34.5 of 60 left, of 25
		("trend", "4.5", "8.50"),  # 30 lately, 25.5 in the year
		("overdue", "7.5", "7.50"),  # 3,000 of 40,000: half of the way to 15 %
		("longest_overdue", "30.0", "6.67"),
		("dunning_level", "1.0", "3.33"),
		("bounced", "1.0", "2.50"),
		("relationship", "18.0", "2.50"),
		("utilisation", "90.0", "2.50"),
	]
	assert found.value == 47


@pytest.mark.parametrize(
	"change",
	[
		{"invoices": scoring.LEAST_INVOICES - 1},
		{"customer_since": ago(scoring.LEAST_DAYS - 1)},
		{"customer_since": None},
	],
)
def test_too_little_is_known(change: dict[str, object]) -> None:
	assert score(replace(PROMPT, **change), TODAY).value is None  # type: ignore[arg-type]


def test_what_is_not_known_earns_nothing() -> None:
	unlimited = score(replace(PROMPT, limit=None), TODAY)
	assert unlimited.found("utilisation") is None
	assert unlimited.value == 95
	silent = score(replace(PROMPT, payments=()), TODAY)
	assert [line.key for line in silent.inputs if line.value is None] == ["on_time", "days_late", "trend"]
	assert silent.value == 45


def test_what_is_due_later_is_not_judged() -> None:
	early = Payment(Decimal(10**6), TODAY + timedelta(days=20))
	assert score(replace(PROMPT, payments=(*PROMPT.payments, early)), TODAY) == score(PROMPT, TODAY)


@given(histories)
def test_between_one_and_a_hundred(history: History) -> None:
	found = score(history, TODAY)
	assert found.value is None or 1 <= found.value <= 100
	assert all(0 <= line.points <= line.weight for line in found.inputs)


@given(histories, st.data(), st.integers(1, 300))
def test_paying_later_never_raises_the_score(history: History, data: st.DataObject, days: int) -> None:
	assume(history.payments)
	index = data.draw(st.integers(0, len(history.payments) - 1))
	payment = history.payments[index]
	assume(payment.paid is not None)
	later = payment.paid + timedelta(days=days)  # type: ignore[operator]
	worse = list(history.payments)
	worse[index] = replace(payment, paid=later if later <= TODAY else None)
	assert value(replace(history, payments=tuple(worse))) <= value(history)


@given(histories, st.integers(1, 5), amounts)
def test_nothing_bad_raises_the_score(history: History, more: int, amount: Decimal) -> None:
	before = value(history)
	assert value(replace(history, dunning_level=history.dunning_level + more)) <= before
	assert value(replace(history, bounced=history.bounced + more)) <= before
	assert value(replace(history, peak=history.peak + amount)) <= before
	assert value(replace(history, turnover=max(history.turnover - amount, Decimal(0)))) <= before
	if history.limit is not None:
		assert value(replace(history, limit=None)) <= before


@given(histories, payments())
def test_more_that_is_overdue_never_raises_the_score(history: History, payment: Payment) -> None:
	"""As late as can be: anything else might be better than what there is."""
	assume(history.payments)
	open_item = Payment(payment.amount, ago(400))
	assert value(replace(history, payments=(*history.payments, open_item))) <= value(history)


@given(histories, st.randoms())
def test_the_order_of_payments_does_not_matter(history: History, random: object) -> None:
	shuffled = list(history.payments)
	random.shuffle(shuffled)  # type: ignore[attr-defined]
	assert score(replace(history, payments=tuple(shuffled)), TODAY) == score(history, TODAY)


def test_months_before() -> None:
	assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
	assert months_before(date(2026, 1, 15), 3) == date(2025, 10, 15)
	assert months_before(date(2026, 12, 1), -2) == date(2027, 2, 1)
	assert months_before(date(2024, 2, 29), 12) == date(2023, 2, 28)
