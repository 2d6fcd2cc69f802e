"""The rule that decides until an administrator writes another one: an order fits under the limit, or is held."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.common import money
from o2c_extensions.credit_control.domain import criteria, policy
from o2c_extensions.credit_control.domain.credit import Exposure, Terms
from o2c_extensions.credit_control.domain.facts import EXPOSURE, Facts
from o2c_extensions.credit_control.domain.policy import Policy, Rule, Verdict, evaluate

CENTS = st.integers(-(10**12), 10**12).map(lambda units: money.from_cents(units, "EUR"))
AMOUNTS = st.integers(0, 10**12).map(lambda units: money.from_cents(units, "EUR"))
# Zero is a limit like any other: who may only prepay has it.
LIMITS = st.integers(0, 10**12).map(lambda units: Terms(money.from_cents(units, "EUR"), has_limit=True))
EXPOSURES = st.builds(Exposure, CENTS, AMOUNTS, CENTS, CENTS)

STANDARD = Policy("Standard", rules=(Rule("Over the Limit", criteria.OVER_LIMIT, policy.HOLD),))


def decide(terms: Terms, exposure: Exposure, order_amount: Decimal) -> Verdict:
	facts = Facts(
		company="Nordwind",
		customer="Müller",
		currency="EUR",
		today=date(2026, 3, 5),
		amount=order_amount,
		adds=order_amount,
		limit=terms.limit,
		has_limit=terms.has_limit,
		at_orders=terms.at_orders,
		exposure=exposure,
		loaded=frozenset({EXPOSURE}),
	)
	return evaluate(STANDARD, policy.ORDER, facts)


@given(EXPOSURES)
def test_exposure_is_the_sum_of_its_parts(exposure: Exposure) -> None:
	parts = exposure.open_orders + exposure.deliveries_to_bill + exposure.receivables
	assert exposure.total + exposure.unallocated_payments == parts


@given(LIMITS, EXPOSURES, AMOUNTS)
def test_held_exactly_when_over_the_limit(terms: Terms, exposure: Exposure, order: Decimal) -> None:
	verdict = decide(terms, exposure, order)
	assert verdict.passes == (exposure.total + order <= terms.limit)
	assert verdict.excess == max(exposure.total + order - terms.limit, Decimal(0))


@given(LIMITS, EXPOSURES, AMOUNTS)
def test_with_the_excess_allowed_it_fits(terms: Terms, exposure: Exposure, order: Decimal) -> None:
	excess = decide(terms, exposure, order).excess
	assert decide(Terms(terms.limit + excess, True), exposure, order).passes


@given(LIMITS, EXPOSURES, AMOUNTS, AMOUNTS)
def test_less_is_never_held_where_more_passes(
	terms: Terms, exposure: Exposure, order: Decimal, more: Decimal
) -> None:
	if decide(terms, exposure, order + more).passes:
		assert decide(terms, exposure, order).passes
	if decide(terms, exposure, order).passes:
		assert decide(Terms(terms.limit + more, True), exposure, order).passes


@given(LIMITS, EXPOSURES, AMOUNTS, AMOUNTS)
def test_a_payment_never_holds_an_order(
	terms: Terms, exposure: Exposure, order: Decimal, paid: Decimal
) -> None:
	lower = Exposure(
		exposure.open_orders,
		exposure.deliveries_to_bill,
		exposure.receivables,
		exposure.unallocated_payments + paid,
	)
	assert decide(terms, lower, order).excess <= decide(terms, exposure, order).excess


@given(EXPOSURES, AMOUNTS)
def test_without_a_limit_everything_passes(exposure: Exposure, order: Decimal) -> None:
	verdict = decide(Terms(), exposure, order)
	assert verdict.passes
	assert [reason.test for reason in verdict.reasons] == [policy.NOTHING_AGAINST]


@given(LIMITS, EXPOSURES, AMOUNTS)
def test_a_limit_that_is_not_for_orders(terms: Terms, exposure: Exposure, order: Decimal) -> None:
	verdict = decide(Terms(terms.limit, True, at_orders=False), exposure, order)
	assert verdict.passes
	assert [reason.test for reason in verdict.reasons] == [policy.NOTHING_AGAINST]


@pytest.mark.parametrize(
	("order", "outcome", "excess"),
	[("300.00", policy.PASS, "0"), ("300.01", policy.HOLD, "0.01"), ("1000", policy.HOLD, "700.00")],
)
def test_to_the_cent(order: str, outcome: str, excess: str) -> None:
	exposure = Exposure(Decimal("400"), Decimal("100.50"), Decimal("249.50"), Decimal("50"))
	verdict = decide(Terms(Decimal("1000"), True), exposure, Decimal(order))
	assert (verdict.outcome, verdict.excess) == (outcome, Decimal(excess))
	assert verdict.reasons[0].measured == Decimal("700") + Decimal(order)


def test_an_exposure_that_nobody_has_loaded_holds() -> None:
	facts = Facts(
		company="Nordwind", customer="Müller", currency="EUR", today=date(2026, 3, 5), has_limit=True
	)
	verdict = evaluate(STANDARD, policy.ORDER, facts)
	assert (verdict.outcome, verdict.reasons[0].test) == (policy.HOLD, policy.RULE_FAILED)
