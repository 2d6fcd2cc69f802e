"""Rule sets as administrators write them: what they become for the engine, and what is refused, by row and field."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.cash_application.domain import rule_consistency, rule_form, rule_tables
from o2c_extensions.cash_application.domain.engine.book import Book
from o2c_extensions.cash_application.domain.engine.engine import match
from o2c_extensions.cash_application.domain.engine.model import LEAVE, Line
from o2c_extensions.cash_application.domain.engine.rules import (
	BOOK,
	HAND_OVER,
	MATCH,
	SPLIT,
	Rule,
	governing,
	split,
)
from o2c_extensions.cash_application.domain.rule_form import LOOK_FOR, read
from o2c_extensions.common import forms
from o2c_extensions.common.chain import canonical
from o2c_extensions.common.money import cents


def row(title: str = "Alles", **values: Any) -> dict[str, Any]:
	return {"title": title, "action": "Match", **dict.fromkeys(LOOK_FOR, 1), **values}


def written(*rules: dict[str, Any], **values: Any) -> dict[str, Any]:
	return {"rules": list(rules), **values}


def one(**values: Any) -> Rule:
	draft = read(written(row(**values)))
	assert not draft.problems, draft.problems
	return draft.rules[0]


def line(amount: int = 10_000, **values: Any) -> Line:
	told: dict[str, Any] = {
		"name": "L",
		"amount": amount,
		"currency": "EUR",
		"day": date(2026, 3, 5),
		**values,
	}
	return Line(**told)


def codes(draft: rule_form.Draft) -> list[tuple[str, str, int, str]]:
	return [(one.code, one.table, one.row, one.field) for one in draft.problems]


# --- conditions ----------------------------------------------------------------------------------------------------------

HOLDING: dict[str, tuple[dict[str, Any], Line, Line]] = {
	"sign": ({"sign": "Out"}, line(-1), line(1)),
	"words": ({"contains": "Miete\nPacht"}, line(texts=("PACHT 03/26",)), line(texts=("Rechnung",))),
	"pattern": ({"pattern": r"miete \d{2}"}, line(texts=("Miete 03",)), line(texts=("Miete ab",))),
	"iban": ({"party_iban": "DE89, AT"}, line(party_iban="AT61 1904"), line(party_iban="CH93")),
	"name": ({"party_name": "müller"}, line(party_name="Hans MÜLLER KG"), line(party_name="Meier")),
	"from": ({"amount_from": 100}, line(-10_000), line(9_999)),
	"to": ({"amount_to": "100"}, line(10_000), line(10_001)),
	"yen": ({"amount_from": 100}, line(100, currency="JPY"), line(99, currency="JPY")),
	"currency": ({"for_currency": "EUR"}, line(), line(currency="USD")),
	"code": (
		{"booking_code": "pmnt-rddt"},
		line(fields={"booking_code": "PMNT-RDDT-ESDD"}),
		line(fields={"booking_code": "PMNT-RCDT"}),
	),
	"account": ({"for_bank_account": "Giro"}, line(fields={"bank_account": "Giro"}), line()),
	"expression": (
		{"condition": 'amount < 0 and contains(lower(text), "storno")'},
		line(-5, texts=("STORNO 7",)),
		line(5, texts=("STORNO 7",)),
	),
}


@pytest.mark.parametrize("kind", HOLDING)
def test_a_condition_is_about_some_lines_only(kind: str) -> None:
	values, inside, outside = HOLDING[kind]
	condition = one(**values).condition
	assert condition is not None
	assert (condition.holds(inside), condition.holds(outside)) == (True, False)


def test_nothing_asked_is_everything() -> None:
	assert one().condition is None


def test_all_that_is_asked_must_hold() -> None:
	condition = one(sign="In", contains="Miete", amount_to=50).condition
	assert condition is not None
	assert condition.holds(line(5_000, texts=("Miete",)))
	assert not condition.holds(line(-5_000, texts=("Miete",)))
	assert not condition.holds(line(5_001, texts=("Miete",)))
	assert not condition.holds(line(5_000))


def test_a_rule_that_fails_hands_the_line_to_a_person() -> None:
	failing = one(condition="1 / (amount - 100) > 0")
	rules = (replace(failing, name="Bruch"), one())
	governs = governing(rules, line(10_000))
	assert (governs.action, governs.name) == (HAND_OVER, "Bruch")
	choice = match([line(10_000)], Book([]), rules)[0]
	assert choice.outcome == LEAVE
	assert choice.reasons[0].code == "rule failed"
	assert choice.reasons[0].values[0] == "Bruch"
	# On another line it holds.
	assert governing(rules, line(20_000)).failure == ""


# --- what is done --------------------------------------------------------------------------------------------------------


def test_what_a_rule_says() -> None:
	rule = one(
		post_from=99.5,
		propose_from="40",
		take_discount=1,
		grace_days=3,
		exchange_percent=1.5,
		rest="Hand to a Person",
		deduction_reason="FRACHT",
		look_for_orders=0,
	)
	assert (rule.post, rule.propose) == (Decimal("0.995"), Decimal("0.4"))
	assert (rule.discount, rule.grace_days, rule.keep_rest) == (True, 3, False)
	assert rule.exchange.per_mille == 15
	assert rule.look_for == {"invoice", "credit note", "payment", "journal entry"}
	assert one().keep_rest
	assert not one().discount


@pytest.mark.parametrize(
	("action", "values", "engine"),
	[
		("Match", {}, MATCH),
		("Book to Account", {"account": "4910", "tax_template": "19 %"}, BOOK),
		("Hand to a Person", {"hand_to_role": "Cash Application Manager"}, HAND_OVER),
	],
)
def test_actions(action: str, values: dict[str, Any], engine: str) -> None:
	rule = one(action=action, **values)
	assert rule.action == engine
	assert (rule.account, rule.tax) == (values.get("account", ""), values.get("tax_template", ""))


def test_limits_by_currency() -> None:
	limits = [
		{"kind": "Small Difference", "amount": "0.05"},
		{"kind": "Small Difference", "for_currency": "USD", "amount": 2},
		{"kind": "Small Difference", "rule": "Eigen", "for_currency": "CHF", "percent": "0.5", "at_most": 1},
		{"kind": "Bank Charge", "for_currency": "EUR", "amount": 25},
	]
	draft = read(written(row("Eigen", sign="In"), row("Alle"), limits=limits))
	assert not draft.problems
	own, other = draft.rules

	def allowed(rule: Rule, currency: str) -> int:
		return rule.allowed(rule.tolerance, currency, 100_000)

	assert [allowed(other, each) for each in ("EUR", "USD", "CHF", "JPY", "KWD")] == [5, 200, 5, 0, 50]
	assert [allowed(own, each) for each in ("EUR", "USD", "CHF")] == [5, 200, 100]
	assert other.allowed(other.charges, "EUR", 1) == 2_500
	assert other.allowed(other.charges, "USD", 1) == 0


@given(
	st.decimals(min_value=0, max_value=10_000, places=2),
	st.integers(min_value=0, max_value=1000),
	st.sampled_from(["EUR", "JPY", "KWD", "USD"]),
	st.integers(min_value=1, max_value=10**9),
)
def test_no_limit_grows_by_reading_it(
	amount: Decimal, per_mille: int, currency: str, line_amount: int
) -> None:
	limit = rule_tables.Limit("", rule_tables.DIFFERENCE, "*", amount, Decimal(per_mille) / 10, Decimal(0))
	tolerance, _charges = rule_tables.limits_of("", [limit])
	allowed = Rule("", tolerance=tolerance).allowed(tolerance, currency, line_amount)
	most = max(amount * 10 ** {"JPY": 0, "KWD": 3}.get(currency, 2), Decimal(line_amount * per_mille) / 1000)
	assert most - 1 < allowed <= most


def test_a_split_gives_its_shares_away_and_the_rest() -> None:
	rows = [
		{"rule": "Teilen", "account": "Miete", "percent": 60},
		{"rule": "Teilen", "account": "Strom", "amount": "10.5"},
	]
	draft = read(
		written(row("Teilen", action="Split", account="Rest", for_currency="EUR"), row("Alle"), shares=rows)
	)
	assert not draft.problems
	rule = draft.rules[0]
	assert rule.action == SPLIT
	assert split(rule, -10_000) == (
		("Miete", -6_000, "", ""),
		("Strom", -1_050, "", ""),
		("Rest", -2_950, "", ""),
	)


# --- what is refused -----------------------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
	"no title": ({"title": ""}, forms.MISSING, "title"),
	"no such action": ({"action": "Verbuchen"}, forms.UNKNOWN, "action"),
	"a pattern that is not closed": ({"pattern": "(a"}, rule_form.PATTERN, "pattern"),
	"an expression with an unknown name": ({"condition": "betrag > 5"}, forms.CONDITION, "condition"),
	"an expression of unlike values": ({"condition": "amount > party_name"}, forms.CONDITION, "condition"),
	"an expression that is no condition": ({"condition": "amount + 1"}, forms.CONDITION, "condition"),
	"bounds without anything between": (
		{"amount_from": 5, "amount_to": 4},
		rule_form.FROM_TO,
		"amount_from",
	),
	"half a cent": ({"amount_from": "0.005", "for_currency": "EUR"}, rule_form.FINER, "amount_from"),
	"an IBAN that every account begins with": ({"party_iban": " - "}, rule_form.NO_IBAN, "party_iban"),
	"posting what is not proposed": (
		{"post_from": 50, "propose_from": 60},
		rule_form.POST_BELOW_PROPOSE,
		"post_from",
	),
	"more than certain": ({"post_from": 101}, forms.TOO_MUCH, "post_from"),
	"nothing to look for": (
		dict.fromkeys(LOOK_FOR, 0),
		rule_form.LOOKS_FOR_NOTHING,
		"look_for_invoices",
	),
	"an account that nothing is booked to": ({"account": "4910"}, rule_form.UNUSED, "account"),
	"booking to nowhere": ({"action": "Book to Account"}, forms.MISSING, "account"),
	"a party of no type": (
		{"action": "Book to Account", "account": "1", "party": "X"},
		forms.MISSING,
		"party_type",
	),
	"a user and a role": (
		{"action": "Hand to a Person", "hand_to_user": "a", "hand_to_role": "b"},
		rule_form.PERSON_OR_ROLE,
		"hand_to_role",
	),
	"a split without shares": ({"action": "Split", "account": "1"}, rule_tables.NO_SHARES, "action"),
	"days that are not whole": ({"grace_days": "1.5"}, forms.NUMBER, "grace_days"),
	"what is no number": ({"amount_to": "viel"}, forms.NUMBER, "amount_to"),
	"another sign": ({"sign": "Sideways"}, forms.UNKNOWN, "sign"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_is_refused(what: str) -> None:
	values, code, field = REFUSED[what]
	draft = read(written(row("Davor", sign="In"), row(**values)))
	assert (code, "rules", 2, field) in codes(draft)


TABLES: dict[str, tuple[str, dict[str, Any], str, str]] = {
	"a limit of no rule": ("limits", {"rule": "Nirgends", "amount": 1}, rule_tables.UNKNOWN_RULE, "rule"),
	"a limit of a rule that books": (
		"limits",
		{"rule": "Buchen", "amount": 1},
		rule_tables.NOT_A_MATCH,
		"rule",
	),
	"a limit of nothing": ("limits", {}, rule_tables.NEEDS_LIMIT, "amount"),
	"a limit above its bound": ("limits", {"amount": 5, "at_most": 2}, forms.TOO_MUCH, "amount"),
	"a limit of another kind": ("limits", {"kind": "Skonto", "amount": 1}, forms.UNKNOWN, "kind"),
	"a limit finer than its coin": (
		"limits",
		{"for_currency": "JPY", "amount": "0.5"},
		rule_tables.FINER,
		"amount",
	),
	"a share of no rule": ("shares", {"rule": "Nirgends"}, rule_tables.UNKNOWN_RULE, "rule"),
	"a share of a rule that matches": ("shares", {"rule": "Alles"}, rule_tables.NOT_A_SPLIT, "rule"),
	"a share of more than all": ("shares", {"percent": 101}, forms.TOO_MUCH, "percent"),
	"a share of both kinds": ("shares", {"amount": 1}, rule_tables.ONE_OF_TWO, "amount"),
	"a share to nowhere": ("shares", {"account": ""}, forms.MISSING, "account"),
	"an amount in no currency": (
		"shares",
		{"percent": 0, "amount": 5},
		rule_tables.NO_CURRENCY,
		"amount",
	),
}


@pytest.mark.parametrize("what", TABLES)
def test_is_refused_in_a_table(what: str) -> None:
	table, values, code, field = TABLES[what]
	defaults = {
		"limits": {"kind": "Small Difference"},
		"shares": {"rule": "Teilen", "account": "1", "percent": 10},
	}
	rules = (
		row("Teilen", action="Split", account="1", sign="In", contains="x"),
		row("Buchen", action="Book to Account", account="1", sign="Out", contains="x"),
		row(),
	)
	tables: dict[str, Any] = {"shares": [{"rule": "Teilen", "account": "1", "percent": 10}]}
	tables[table] = [{**defaults[table], **values}]
	assert (code, table, 1, field) in codes(read(written(*rules, **tables)))


def test_a_limit_that_is_there_twice() -> None:
	limit = {"kind": "Small Difference", "amount": 1}
	assert (forms.TWICE, "limits", 2, "kind") in codes(read(written(row(), limits=[limit, limit])))


def test_titles_are_there_once_and_some_rule_counts() -> None:
	assert (forms.TWICE, "rules", 2, "title") in codes(read(written(row("A", sign="In"), row("A"))))
	assert codes(read(written(row(disabled=1)))) == [(rule_form.NO_RULES, "", 0, "")]


# --- contradictions ------------------------------------------------------------------------------------------------------

CASES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
	"behind one that catches everything": ({}, {"sign": "In"}, rule_consistency.UNREACHABLE),
	"behind itself": ({"sign": "In"}, {"sign": "In"}, rule_consistency.UNREACHABLE),
	"the same lines, done otherwise": (
		{"sign": "In"},
		{"sign": "In", "action": "Hand to a Person"},
		rule_consistency.CONTRADICTS,
	),
	"a longer word": ({"contains": "miete"}, {"contains": "Kaltmiete"}, rule_consistency.UNREACHABLE),
	"a narrower amount": (
		{"amount_from": 5, "amount_to": 50},
		{"amount_from": 10, "amount_to": 20},
		rule_consistency.UNREACHABLE,
	),
	"a longer IBAN": ({"party_iban": "DE"}, {"party_iban": "DE89\nDE12"}, rule_consistency.UNREACHABLE),
	"the same expression and more": (
		{"condition": "is_return"},
		{"condition": "is_return", "sign": "Out"},
		rule_consistency.UNREACHABLE,
	),
	"other words": ({"contains": "miete"}, {"contains": "miete\nstrom"}, ""),
	"the other sign": ({"sign": "In"}, {"sign": "Out"}, ""),
	"a wider amount": ({"amount_from": 10}, {"amount_from": 5}, ""),
	"any amount": ({"amount_to": 10}, {}, ""),
	"another expression": ({"condition": "is_return"}, {"condition": "not is_return"}, ""),
	"any currency": ({"for_currency": "EUR"}, {}, ""),
	"a shorter code": ({"booking_code": "PMNT-RDDT"}, {"booking_code": "PMNT"}, ""),
}


@pytest.mark.parametrize("what", CASES)
def test_rules_that_no_line_reaches(what: str) -> None:
	first, second, code = CASES[what]
	draft = read(written(row("Erste", **first), row("Zweite", **second)))
	assert not draft.problems
	found = rule_consistency.problems_of(draft)
	assert [(one.code, one.row, one.values[0]) for one in found] == ([(code, 2, "1")] if code else [])


_WORDS = st.sampled_from(["miete", "kaltmiete", "strom", "re"])
_CONDITIONS = st.fixed_dictionaries(
	{},
	optional={
		"sign": st.sampled_from(["In", "Out"]),
		"contains": st.lists(_WORDS, min_size=1, max_size=2).map("\n".join),
		"party_iban": st.sampled_from(["DE", "DE89", "AT"]),
		"party_name": st.sampled_from(["a", "ab"]),
		"amount_from": st.integers(0, 4),
		"amount_to": st.integers(4, 8),
		"for_currency": st.sampled_from(["EUR", "JPY"]),
		"booking_code": st.sampled_from(["P", "PM"]),
	},
)
_LINES = st.builds(
	lambda sign, amount, currency, text, iban, name, code: line(
		sign * cents(amount, currency),
		currency=currency,
		texts=(text,),
		party_iban=iban,
		party_name=name,
		fields={"booking_code": code},
	),
	st.sampled_from([1, -1]),
	st.integers(1, 9),
	st.sampled_from(["EUR", "JPY"]),
	_WORDS,
	st.sampled_from(["DE89", "DE11", "AT1", ""]),
	st.sampled_from(["x", "ab", "a"]),
	st.sampled_from(["PMNT", "P", ""]),
)


@given(_CONDITIONS, _CONDITIONS, _LINES)
def test_what_covers_holds_wherever_the_other_does(
	first: dict[str, Any], second: dict[str, Any], told: Line
) -> None:
	ours, theirs = one(**first).condition, one(**second).condition
	if rule_consistency.covers(ours, theirs) and (theirs is None or theirs.holds(told)):
		assert ours is None or ours.holds(told)


# --- the content of a version --------------------------------------------------------------------------------------------


@given(_CONDITIONS, st.integers(0, 5))
def test_the_content_is_read_as_what_was_written(values: dict[str, Any], amount: int) -> None:
	limits = [{"kind": "Small Difference", "amount": amount, "percent": 1}]
	told = written(row(**values), limits=limits)
	content = rule_form.content_of(told)
	assert read(content).rules == read(told).rules
	# The database gives numbers as floats and empty fields as None: the text stays the same.
	stored = written(
		{
			**dict.fromkeys(rule_form.RULE_FIELDS),
			**{
				key: float(value) if isinstance(value, int) else value for key, value in row(**values).items()
			},
		},
		limits=[{"kind": "Small Difference", "amount": float(amount), "percent": 1.0, "rule": None}],
	)
	assert canonical(rule_form.content_of(stored)) == canonical(content)
