"""What a policy makes of a document: every test, and what holds whatever the rules are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from o2c_extensions.common import expressions
from o2c_extensions.credit_control.domain import criteria
from o2c_extensions.credit_control.domain import policy as engine
from o2c_extensions.credit_control.domain.credit import Exposure
from o2c_extensions.credit_control.domain.criteria import Bounds
from o2c_extensions.credit_control.domain.facts import NAMES, NEEDS, Facts
from o2c_extensions.credit_control.domain.policy import (
	CHECKPOINTS,
	OUTCOMES,
	Exclusion,
	Policy,
	Rule,
	Scope,
	evaluate,
	severity,
)

TODAY = date(2026, 3, 5)
EVERYTHING = frozenset(NEEDS)
QUIET = Facts(
	company="Nordwind",
	customer="Müller",
	currency="EUR",
	today=TODAY,
	amount=Decimal("500.00"),
	adds=Decimal("500.00"),
	order_type="Sales",
	customer_group="Handel",
	territory="Bayern",
	risk_class="B",
	limit=Decimal(10_000),
	has_limit=True,
	valid_until=TODAY,
	next_review=TODAY,
	exposure=Exposure(receivables=Decimal(1000)),
	groups=frozenset({"Handel", "All Customer Groups"}),
	territories=frozenset({"Bayern", "Germany"}),
	first_order=TODAY - timedelta(days=400),
	loaded=EVERYTHING,
)
# Each test: bounds, facts in which it hits by the least, facts in which it just does not.
CASES: dict[str, tuple[Bounds, dict[str, Any], dict[str, Any]]] = {
	criteria.OVER_LIMIT: (
		Bounds(percent=Decimal(10), amount=Decimal(5)),
		{"adds": Decimal("10005.01")},
		{"adds": Decimal("10005.00")},
	),
	criteria.PARENT_OVER_LIMIT: (
		Bounds(),
		{
			"parent": "Konzern",
			"parent_has_limit": True,
			"parent_limit": Decimal(100),
			"parent_exposure": Decimal("-399.99"),
		},
		{
			"parent": "Konzern",
			"parent_has_limit": True,
			"parent_limit": Decimal(100),
			"parent_exposure": Decimal("-400"),
		},
	),
	criteria.DAYS_OVERDUE: (Bounds(days=30), {"overdue_days": 31}, {"overdue_days": 30}),
	criteria.OVERDUE_AMOUNT: (
		Bounds(amount=Decimal(100)),
		{"overdue_amount": Decimal("100.01")},
		{"overdue_amount": Decimal(100)},
	),
	criteria.OVERDUE_SHARE: (
		Bounds(percent=Decimal(20)),
		{"overdue_amount": Decimal("200.01")},
		{"overdue_amount": Decimal(200)},
	),
	criteria.OLDEST_ITEM: (Bounds(days=60), {"oldest_item_days": 61}, {"oldest_item_days": 60}),
	criteria.LIMIT_EXPIRED: (
		Bounds(days=3),
		{"valid_until": TODAY - timedelta(days=4)},
		{"valid_until": TODAY - timedelta(days=3)},
	),
	criteria.REVIEW_MISSING: (
		Bounds(),
		{"next_review": TODAY - timedelta(days=1)},
		{"next_review": TODAY},
	),
	criteria.NEW_CUSTOMER: (
		Bounds(days=90),
		{"first_order": TODAY - timedelta(days=89)},
		{"first_order": TODAY - timedelta(days=90)},
	),
	criteria.TERMS_CHANGED: (
		Bounds(),
		{"agreed_terms": "30 Tage", "terms": "90 Tage"},
		{"agreed_terms": "30 Tage", "terms": "30 Tage"},
	),
	criteria.BROKEN_PROMISE: (
		Bounds(days=90),
		{"broken_promise": TODAY - timedelta(days=90)},
		{"broken_promise": TODAY - timedelta(days=91)},
	),
	criteria.DUNNING_LEVEL: (Bounds(level=2), {"dunning_level": 2}, {"dunning_level": 1}),
	criteria.BOUNCED_DEBIT: (
		Bounds(days=0),
		{"bounced_debit": date(2001, 1, 1)},
		{"bounced_debit": None},
	),
	criteria.ORDER_VALUE: (
		Bounds(amount=Decimal(1000)),
		{"amount": Decimal("1000.01")},
		{"amount": Decimal(1000)},
	),
	criteria.BLOCKED: (Bounds(), {"is_blocked": True}, {"is_blocked": False}),
	criteria.ALWAYS: (Bounds(), {}, {"order_type": "Maintenance"}),
}
CONDITION = expressions.compile('order_type == "Sales"', NAMES)


def rule_of(test: str, outcome: str = engine.HOLD, **values: Any) -> Rule:
	bounds = CASES[test][0]
	scope = Scope(condition=CONDITION) if test == criteria.ALWAYS else Scope()
	return Rule(
		**{"title": test, "test": test, "outcome": outcome, "bounds": bounds, "scope": scope, **values}
	)


def policy_of(*rules: Rule, exclusions: tuple[Exclusion, ...] = ()) -> Policy:
	return Policy("P", "P v1", "EUR", rules, exclusions)


def outcome_of(rules: tuple[Rule, ...], facts: Facts, checkpoint: str = engine.DELIVERY) -> str:
	return evaluate(policy_of(*rules), checkpoint, facts).outcome


def test_every_test_has_a_case() -> None:
	assert set(CASES) == set(criteria.TESTS) == set(criteria.MEASURES)


EXCLUSIONS: dict[str, tuple[Exclusion, bool]] = {
	"everything of the customer": (Exclusion("x", Scope(customer="Müller")), True),
	"another customer": (Exclusion("x", Scope(customer="Meier")), False),
	"a group above": (Exclusion("x", Scope(customer_group="All Customer Groups")), True),
	"another territory": (Exclusion("x", Scope(territory="Hessen")), False),
	"this rule": (Exclusion("x", rules=frozenset({"the rule"})), True),
	"another rule": (Exclusion("x", rules=frozenset({"another"})), False),
	"still valid": (Exclusion("x", until=TODAY), True),
	"no longer valid": (Exclusion("x", until=TODAY - timedelta(days=1)), False),
	"by condition": (
		Exclusion("x", Scope(condition=expressions.compile("amount > 0 and has_limit", NAMES))),
		True,
	),
}


@pytest.mark.parametrize("excluded", EXCLUSIONS)
@pytest.mark.parametrize("test", criteria.TESTS)
def test_rule_by_exclusion_by_checkpoint_by_document(test: str, excluded: str) -> None:
	"""The matrix: each test, hit and missed by the least, at each checkpoint, beside each exclusion."""
	_bounds, hit, missed = CASES[test]
	exclusion, takes_out = EXCLUSIONS[excluded]
	for of_rule in CHECKPOINTS:
		for of_exclusion in CHECKPOINTS:
			rule = rule_of(test, title="the rule", checkpoints=frozenset({of_rule}))
			policy = policy_of(rule, exclusions=(replace(exclusion, checkpoints=frozenset({of_exclusion})),))
			for checkpoint in CHECKPOINTS:
				for document, values in (("hit", hit), ("missed", missed)):
					verdict = evaluate(policy, checkpoint, replace(QUIET, **values))
					fires = document == "hit" and checkpoint == of_rule
					held = fires and not (takes_out and checkpoint == of_exclusion)
					assert verdict.outcome == (engine.HOLD if held else engine.PASS), (checkpoint, document)
					assert verdict.fired == (("the rule",) if held else ())
					assert (verdict.excess > 0) == held
					assert verdict.version == "P v1"


def test_a_limit_that_is_not_checked_at_orders() -> None:
	facts = replace(QUIET, adds=Decimal(99_999), at_orders=False)
	rule = rule_of(criteria.OVER_LIMIT)
	assert outcome_of((rule,), facts, engine.ORDER) == engine.PASS
	assert outcome_of((rule,), facts, engine.DELIVERY) == engine.HOLD


def test_prepay_only_is_a_limit_of_zero() -> None:
	rule = replace(rule_of(criteria.OVER_LIMIT), bounds=Bounds())
	facts = replace(QUIET, limit=Decimal(0), exposure=Exposure(unallocated_payments=Decimal(500)))
	assert outcome_of((rule,), facts) == engine.PASS
	assert outcome_of((rule,), replace(facts, adds=Decimal("500.01"))) == engine.HOLD
	assert outcome_of((rule,), replace(facts, adds=Decimal("500.01"), has_limit=False)) == engine.PASS


def test_missing_dates() -> None:
	nothing = replace(QUIET, valid_until=None, next_review=None, first_order=None)
	assert outcome_of((rule_of(criteria.LIMIT_EXPIRED),), nothing) == engine.PASS
	assert outcome_of((rule_of(criteria.REVIEW_MISSING),), nothing) == engine.HOLD
	assert outcome_of((rule_of(criteria.REVIEW_MISSING),), replace(nothing, has_limit=False)) == engine.PASS
	assert outcome_of((rule_of(criteria.NEW_CUSTOMER, bounds=Bounds()),), nothing) == engine.HOLD


def test_the_excess_is_what_a_person_allows() -> None:
	over = evaluate(policy_of(rule_of(criteria.OVER_LIMIT)), "Order", replace(QUIET, adds=Decimal(12_000)))
	assert over.excess == Decimal(3000)
	blocked = evaluate(policy_of(rule_of(criteria.BLOCKED)), "Order", replace(QUIET, is_blocked=True))
	assert blocked.excess == QUIET.amount
	warned = evaluate(
		policy_of(rule_of(criteria.BLOCKED, engine.WARN)), "Order", replace(QUIET, is_blocked=True)
	)
	assert (warned.excess, warned.passes, len(warned.warnings)) == (0, True, 1)


def test_deposit_and_prepayment() -> None:
	deposit = rule_of(criteria.ALWAYS, engine.DEPOSIT, deposit_percent=Decimal("33.333"))
	verdict = evaluate(policy_of(deposit), "Order", QUIET)
	assert (verdict.outcome, verdict.deposit) == (engine.DEPOSIT, Decimal("166.67"))
	paid = evaluate(policy_of(deposit), "Order", replace(QUIET, prepaid=Decimal("166.67")))
	assert (paid.outcome, paid.deposit, paid.reasons[0].test) == (engine.PASS, 0, engine.DEPOSIT_RECEIVED)
	both = evaluate(
		policy_of(deposit, replace(deposit, title="all", outcome=engine.PREPAYMENT)), "Order", QUIET
	)
	assert (both.outcome, both.deposit) == (engine.PREPAYMENT, Decimal("500.00"))
	held = evaluate(policy_of(deposit, rule_of(criteria.ALWAYS, title="hold")), "Order", QUIET)
	assert (held.outcome, held.deposit) == (engine.HOLD, 0)


def test_a_received_deposit_does_not_end_the_walk() -> None:
	deposit = rule_of(criteria.ALWAYS, engine.PREPAYMENT)
	facts = replace(QUIET, prepaid=Decimal(500), is_blocked=True)
	assert outcome_of((deposit, rule_of(criteria.BLOCKED)), facts) == engine.HOLD


def test_a_pass_ends_the_walk_and_keeps_what_fired_before() -> None:
	hold, letting = rule_of(criteria.BLOCKED), rule_of(criteria.ALWAYS, engine.PASS)
	facts = replace(QUIET, is_blocked=True)
	assert outcome_of((letting, hold), facts) == engine.PASS
	assert outcome_of((hold, letting), facts) == engine.HOLD


def test_no_machine_refuses_a_natural_person() -> None:
	reject = rule_of(criteria.ALWAYS, engine.REJECT)
	assert outcome_of((reject,), QUIET) == engine.REJECT
	verdict = evaluate(policy_of(reject), "Order", replace(QUIET, is_natural_person=True))
	assert verdict.outcome == engine.HOLD
	assert verdict.reasons[-1].test == engine.NATURAL_PERSON


@pytest.mark.parametrize("checkpoint", CHECKPOINTS)
def test_a_condition_that_fails_holds(checkpoint: str) -> None:
	broken = expressions.compile("100 / (amount - amount) > 1", NAMES)
	letting = rule_of(criteria.ALWAYS, engine.PASS, scope=Scope(condition=broken))
	verdict = evaluate(policy_of(letting), checkpoint, QUIET)
	assert (verdict.outcome, verdict.reasons[0].test) == (engine.HOLD, engine.RULE_FAILED)
	assert verdict.excess == QUIET.amount


def test_an_exclusion_that_fails_holds() -> None:
	broken = Exclusion("x", Scope(condition=expressions.compile("1 / overdue_days > 0", NAMES)))
	policy = policy_of(rule_of(criteria.BLOCKED, engine.WARN), exclusions=(broken,))
	verdict = evaluate(policy, "Order", replace(QUIET, is_blocked=True))
	assert (verdict.outcome, verdict.reasons[0].test) == (engine.HOLD, engine.RULE_FAILED)


def test_a_test_that_nobody_knows_holds() -> None:
	rule = Rule("x", "Horoscope", engine.WARN)
	assert outcome_of((rule,), QUIET) == engine.HOLD


def test_amounts_in_another_currency() -> None:
	rule = rule_of(criteria.ORDER_VALUE, scope=Scope(amount_from=Decimal(100), amount_to=Decimal(2000)))
	converted = policy_of(rule).in_currency("USD", Decimal("1.1"))
	assert converted.rules[0].bounds.amount == Decimal(1100)
	assert converted.rules[0].scope.amount_to == Decimal(2200)
	assert evaluate(converted, "Order", replace(QUIET, amount=Decimal(1101))).outcome == engine.HOLD
	assert evaluate(converted, "Order", replace(QUIET, amount=Decimal(1100))).outcome == engine.PASS
	assert policy_of(rule).has_amounts
	assert not policy_of(rule_of(criteria.BLOCKED)).has_amounts


# --- whatever the rules are -----------------------------------------------------------------------------------------

MONEY = st.integers(0, 30_000).map(Decimal)
DAYS = st.one_of(st.none(), st.integers(0, 400).map(lambda days: TODAY - timedelta(days=days)))
CONDITIONS = st.sampled_from(
	[
		None,
		*(
			expressions.compile(text, NAMES)
			for text in (
				"amount > 1000",
				"overdue_days > 10 or is_blocked",
				'risk_class in ("C", "D")',
				"amount / overdue_days > 5",
				"dunning_level >= 1 and valid_until != None",
			)
		),
	]
)
FACTS = st.builds(
	replace,
	st.just(QUIET),
	amount=MONEY,
	adds=MONEY,
	prepaid=st.sampled_from([Decimal(0), Decimal(500)]),
	limit=MONEY,
	has_limit=st.booleans(),
	at_orders=st.booleans(),
	valid_until=DAYS,
	next_review=DAYS,
	risk_class=st.sampled_from(["", "A", "C"]),
	customer=st.sampled_from(["Müller", "Meier"]),
	is_blocked=st.booleans(),
	is_natural_person=st.booleans(),
	exposure=st.builds(Exposure, MONEY, MONEY, MONEY, MONEY),
	parent=st.sampled_from(["", "Konzern"]),
	parent_limit=MONEY,
	parent_has_limit=st.booleans(),
	parent_exposure=MONEY,
	overdue_days=st.integers(0, 90),
	overdue_amount=MONEY,
	oldest_item_days=st.integers(0, 200),
	dunning_level=st.integers(0, 3),
	first_order=DAYS,
	broken_promise=DAYS,
	bounced_debit=DAYS,
)
SCOPES = st.builds(
	Scope,
	customer=st.sampled_from(["", "", "Müller"]),
	customer_group=st.sampled_from(["", "", "Handel", "Industrie"]),
	risk_class=st.sampled_from(["", "", "C"]),
	amount_from=st.sampled_from([Decimal(0), Decimal(500)]),
	condition=CONDITIONS,
)
POINTS = st.frozensets(st.sampled_from(CHECKPOINTS), min_size=1)
RULES = st.builds(
	Rule,
	title=st.uuids().map(str),
	test=st.sampled_from(criteria.TESTS),
	outcome=st.sampled_from(OUTCOMES),
	checkpoints=POINTS,
	scope=SCOPES,
	bounds=st.builds(
		Bounds,
		amount=MONEY,
		percent=st.integers(0, 100).map(Decimal),
		days=st.integers(0, 120),
		level=st.integers(0, 3),
	),
	deposit_percent=st.integers(1, 100).map(Decimal),
)
EXCLUDED = st.builds(
	Exclusion,
	title=st.just("x"),
	scope=SCOPES,
	tests=st.frozensets(st.sampled_from(criteria.TESTS), max_size=3),
	checkpoints=POINTS,
	until=DAYS,
)
POLICIES = st.builds(
	Policy,
	st.just("P"),
	st.just("P v1"),
	st.just("EUR"),
	st.lists(RULES, max_size=6).map(tuple),
	st.lists(EXCLUDED, max_size=3).map(tuple),
)
AT = st.sampled_from(CHECKPOINTS)


def strict(verdict: Any) -> int:
	return severity(verdict.outcome)


def failed(verdict: Any) -> bool:
	return any(reason.test == engine.RULE_FAILED for reason in verdict.reasons)


@given(POLICIES, AT, FACTS)
def test_the_same_question_has_the_same_answer(policy: Policy, checkpoint: str, facts: Facts) -> None:
	assert evaluate(policy, checkpoint, facts) == evaluate(policy, checkpoint, facts)


@given(POLICIES, RULES, AT, FACTS)
def test_one_more_rule_at_the_end_never_loosens(
	policy: Policy, rule: Rule, checkpoint: str, facts: Facts
) -> None:
	more = replace(policy, rules=(*policy.rules, rule))
	assert strict(evaluate(more, checkpoint, facts)) >= strict(evaluate(policy, checkpoint, facts))


@given(POLICIES, AT, FACTS, st.data())
def test_a_stricter_rule_never_loosens(
	policy: Policy, checkpoint: str, facts: Facts, data: st.DataObject
) -> None:
	assume(any(rule.outcome != engine.PASS for rule in policy.rules))
	index = data.draw(
		st.sampled_from([i for i, rule in enumerate(policy.rules) if rule.outcome != engine.PASS])
	)
	rule = policy.rules[index]
	stricter = replace(
		rule,
		outcome=data.draw(st.sampled_from(OUTCOMES[severity(rule.outcome) :])),
		deposit_percent=rule.deposit_percent + data.draw(st.integers(0, 50)),
		checkpoints=rule.checkpoints | data.draw(POINTS),
		scope=data.draw(
			st.sampled_from([rule.scope, replace(rule.scope, amount_from=Decimal(0), customer="")])
		),
		bounds=data.draw(
			st.sampled_from([rule.bounds, replace(rule.bounds, amount=Decimal(0), percent=Decimal(0))])
		),
	)
	rules = (*policy.rules[:index], stricter, *policy.rules[index + 1 :])
	assert strict(evaluate(replace(policy, rules=rules), checkpoint, facts)) >= strict(
		evaluate(policy, checkpoint, facts)
	)


@given(POLICIES, AT, FACTS, st.randoms())
def test_the_order_of_rules_that_do_not_pass_does_not_matter(
	policy: Policy, checkpoint: str, facts: Facts, random: Any
) -> None:
	rules = [rule for rule in policy.rules if rule.outcome != engine.PASS]
	shuffled = list(rules)
	random.shuffle(shuffled)
	first = evaluate(replace(policy, rules=tuple(rules)), checkpoint, facts)
	second = evaluate(replace(policy, rules=tuple(shuffled)), checkpoint, facts)
	assert (first.outcome, first.excess, first.deposit) == (second.outcome, second.excess, second.deposit)
	assert set(first.fired) == set(second.fired)


@given(POLICIES, EXCLUDED, AT, FACTS)
def test_an_exclusion_only_loosens(
	policy: Policy, exclusion: Exclusion, checkpoint: str, facts: Facts
) -> None:
	excluding = replace(policy, exclusions=(*policy.exclusions, exclusion))
	verdict = evaluate(excluding, checkpoint, facts)
	# One that cannot be evaluated holds, which is another matter.
	assume(not failed(verdict))
	assert strict(verdict) <= strict(evaluate(policy, checkpoint, facts))


@given(POLICIES, AT, FACTS, st.sampled_from(NEEDS))
def test_what_is_not_known_never_passes(policy: Policy, checkpoint: str, facts: Facts, need: str) -> None:
	known = evaluate(policy, checkpoint, facts)
	unknown = evaluate(policy, checkpoint, replace(facts, loaded=facts.loaded - {need}))
	if failed(unknown):
		assert strict(unknown) >= severity(engine.HOLD)
	else:
		assert unknown == known
	if need not in policy.needs(checkpoint):
		assert unknown == known


@given(POLICIES, AT, FACTS)
def test_whoever_asks_for_what_it_needs_gets_an_answer(policy: Policy, checkpoint: str, facts: Facts) -> None:
	loaded = evaluate(policy, checkpoint, replace(facts, loaded=policy.needs(checkpoint)))
	assert loaded == evaluate(policy, checkpoint, facts)


@given(POLICIES, AT, FACTS)
def test_a_natural_person_is_never_rejected(policy: Policy, checkpoint: str, facts: Facts) -> None:
	verdict = evaluate(policy, checkpoint, replace(facts, is_natural_person=True))
	assert verdict.outcome != engine.REJECT


@given(POLICIES, AT, FACTS)
def test_what_is_said_fits_the_outcome(policy: Policy, checkpoint: str, facts: Facts) -> None:
	verdict = evaluate(policy, checkpoint, facts)
	assert verdict.reasons
	assert verdict.passes == (severity(verdict.outcome) <= severity(engine.WARN))
	if verdict.passes:
		assert (verdict.excess, verdict.deposit) == (0, 0)
	if verdict.deposit:
		assert verdict.outcome in (engine.DEPOSIT, engine.PREPAYMENT)
		assert verdict.deposit <= facts.amount
