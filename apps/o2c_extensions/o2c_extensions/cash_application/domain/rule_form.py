"""A rule set as an administrator writes it, read into the engine's rules; and what is wrong with it, by row and field.

The framework has no tables in tables: limits by currency and shares stand in tables of the set, and name their rule by its title.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from o2c_extensions.cash_application.domain.engine import model
from o2c_extensions.cash_application.domain.engine.patterns import Pattern, PatternError
from o2c_extensions.cash_application.domain.engine.rules import (
	BOOK,
	HAND_OVER,
	MATCH,
	NONE,
	SPLIT,
	Condition,
	Rule,
	Tolerance,
)
from o2c_extensions.cash_application.domain.engine.structured import plain
from o2c_extensions.cash_application.domain.rule_conditions import NAMES, TRIALS, LineTest
from o2c_extensions.cash_application.domain.rule_tables import (
	LIMIT_FIELDS,
	LIMITS,
	SHARE_FIELDS,
	SHARES,
	Limit,
	limits_of,
	read_limits,
	read_shares,
	too_fine,
)
from o2c_extensions.common.forms import MISSING, TOO_MUCH, Problem, Reader, read_rows, row_of, text_of

RULES = "rules"
ACTIONS = {"Match": MATCH, "Book to Account": BOOK, "Split": SPLIT, "Hand to a Person": HAND_OVER}
SIGNS = {"": 0, "In": 1, "Out": -1}
KEEP, HAND_REST = "Keep on Account", "Hand to a Person"
LOOK_FOR = {
	"look_for_invoices": model.INVOICE,
	"look_for_orders": model.ORDER,
	"look_for_credit_notes": model.CREDIT,
	"look_for_payments": model.PAYMENT,
	"look_for_journals": model.JOURNAL,
}
# Not called as what they name: the framework fills an empty field called "currency" or "company" with the user's default.
CONDITION_FIELDS = (
	*("for_bank_account", "sign", "contains", "pattern", "party_iban", "party_name"),
	*("amount_from", "amount_to", "for_currency", "booking_code", "condition"),
)
MATCH_FIELDS = (
	*(*LOOK_FOR, "post_from", "propose_from", "take_discount", "grace_days"),
	*("difference_account", "difference_cost_center", "charges_account", "charges_cost_center"),
	*("exchange_percent", "deduction_reason", "rest"),
)
BOOK_FIELDS = ("account", "cost_center", "tax_template", "party_type", "party")
HAND_FIELDS = ("hand_to_user", "hand_to_role")
RULE_FIELDS = (
	*("title", "disabled", "action", *CONDITION_FIELDS, *MATCH_FIELDS),
	*(*BOOK_FIELDS, *HAND_FIELDS),
)
_TEXTS = frozenset(
	(
		*("title", "action", "contains", "pattern", "party_iban", "party_name", "booking_code", "condition"),
		*("for_bank_account", "for_currency", "sign", "rest", "deduction_reason", "party_type", "party"),
		*("difference_account", "difference_cost_center", "charges_account", "charges_cost_center"),
		*("account", "cost_center", "tax_template", "hand_to_user", "hand_to_role", "rule", "kind"),
	)
)
# What an action does not use must be empty: whoever wrote it there expects it to do something.
_UNUSED = {
	"Match": (*BOOK_FIELDS, *HAND_FIELDS),
	"Book to Account": HAND_FIELDS,
	"Split": HAND_FIELDS,
	"Hand to a Person": BOOK_FIELDS,
}

# What may be wrong, beside what may be wrong with any form (common/forms.py).
PATTERN, NO_IBAN, FROM_TO, FINER = "pattern", "no iban", "from to", "finer"
POST_BELOW_PROPOSE, LOOKS_FOR_NOTHING, UNUSED, NO_RULES = (
	"post below propose",
	"looks for nothing",
	"unused",
	"no rules",
)
PERSON_OR_ROLE = "person or role"
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Draft:
	"""What was read: the rules that count, without those that cannot be read, the rows that they stand in, and the problems."""

	rules: tuple[Rule, ...]
	rows: tuple[int, ...]
	problems: tuple[Problem, ...]


def content_of(written: Mapping[str, Any]) -> dict[str, Any]:
	"""What of a rule set decides, and nothing else: the same content always gives the same canonical text."""
	return {
		"for_company": text_of(written.get("for_company")),
		RULES: [row_of(row, RULE_FIELDS, _TEXTS) for row in written.get(RULES) or ()],
		LIMITS: [row_of(row, LIMIT_FIELDS, _TEXTS) for row in written.get(LIMITS) or ()],
		SHARES: [row_of(row, SHARE_FIELDS, _TEXTS) for row in written.get(SHARES) or ()],
	}


def read(written: Mapping[str, Any]) -> Draft:
	"""Read a rule set. Rows that are switched off are checked, but are not among the rules."""
	rules, rows, problems = read_rows(written.get(RULES) or (), RULES, _rule)
	titles = {
		text_of(row.get("title")): text_of(row.get("action")) or "Match" for row in written.get(RULES) or ()
	}
	limits, more = read_limits(written.get(LIMITS) or (), titles)
	problems += more
	shares, more = read_shares(written.get(SHARES) or (), written.get(RULES) or ())
	problems += more
	if not rules and not problems:
		problems.append(Problem(NO_RULES))
	whole = (
		replace(_limited(rule, limits), shares=shares.get(rule.name, ()) if rule.action == SPLIT else ())
		for rule in rules
	)
	return Draft(tuple(whole), tuple(rows), tuple(problems))


def _limited(rule: Rule, limits: list[Limit]) -> Rule:
	if rule.action != MATCH:
		return rule
	tolerance, charges = limits_of(rule.name, limits)
	return replace(rule, tolerance=tolerance, charges=charges)


def _rule(reader: Reader) -> Rule:
	action = reader.choice("action", tuple(ACTIONS))
	for field in _UNUSED.get(action, ()):
		if reader.text(field):
			reader.refuse(UNUSED, field, action)
	if action == "Book to Account" and not reader.text("account"):
		reader.refuse(MISSING, "account")
	if reader.text("hand_to_user") and reader.text("hand_to_role"):
		reader.refuse(PERSON_OR_ROLE, "hand_to_role")
	if reader.text("party_type") and not reader.text("party"):
		reader.refuse(MISSING, "party")
	if reader.text("party") and not reader.text("party_type"):
		reader.refuse(MISSING, "party_type")
	look_for = frozenset(kind for field, kind in LOOK_FOR.items() if reader.flag(field))
	if action == "Match" and not look_for:
		reader.refuse(LOOKS_FOR_NOTHING, "look_for_invoices")
	post, propose = _share(reader, "post_from"), _share(reader, "propose_from")
	if post is not None and propose is not None and post < propose:
		reader.refuse(POST_BELOW_PROPOSE, "post_from", f"{post:.2%}", f"{propose:.2%}")
	if reader.text("rest"):
		reader.choice("rest", (KEEP, HAND_REST))
	return Rule(
		name=reader.text("title"),
		condition=_condition(reader),
		action=ACTIONS.get(action, HAND_OVER),
		look_for=look_for,
		post=post,
		propose=propose,
		discount=reader.flag("take_discount"),
		grace_days=reader.whole("grace_days"),
		difference_account=reader.text("difference_account"),
		difference_cost_center=reader.text("difference_cost_center"),
		charges_account=reader.text("charges_account"),
		charges_cost_center=reader.text("charges_cost_center"),
		exchange=_exchange(reader),
		deduction_reason=reader.text("deduction_reason"),
		keep_rest=reader.text("rest") != HAND_REST,
		account=reader.text("account"),
		cost_center=reader.text("cost_center"),
		tax=reader.text("tax_template"),
		party_type=reader.text("party_type"),
		party=reader.text("party"),
		user=reader.text("hand_to_user"),
		role=reader.text("hand_to_role"),
	)


def _condition(reader: Reader) -> Condition | None:
	"""What the row asks of a line; None if it asks for nothing."""
	sign = reader.text("sign")
	if sign:
		reader.choice("sign", tuple(sign for sign in SIGNS if sign))
	currency = reader.text("for_currency")
	least, most = reader.amount("amount_from"), reader.amount("amount_to")
	if most and least > most:
		reader.refuse(FROM_TO, "amount_from", str(least), str(most))
	for field, amount in (("amount_from", least), ("amount_to", most)):
		if currency and too_fine(amount, currency):
			reader.refuse(FINER, field, str(amount), currency)
	test = LineTest(
		bank_account=reader.text("for_bank_account"),
		party_name=reader.text("party_name"),
		booking_code=reader.text("booking_code"),
		least=least or None,
		most=most or None,
		expression=reader.condition("condition", NAMES, TRIALS),
	)
	condition = Condition(
		contains=_several(reader.text("contains")),
		pattern=_pattern(reader),
		ibans=_ibans(reader),
		currencies=(currency,) if currency else (),
		sign=SIGNS.get(sign, 0),
		expression=None if test.asks_nothing else test,
	)
	return None if condition == Condition() else condition


def _pattern(reader: Reader) -> Pattern | None:
	text = reader.text("pattern")
	if not text:
		return None
	try:
		return Pattern(text)
	except PatternError as error:
		reader.refuse(PATTERN, "pattern", error.code, str(error.at + 1))
		return None


def _ibans(reader: Reader) -> tuple[str, ...]:
	found = []
	for told in re.split(r"[\n;,]", reader.text("party_iban")):
		if not told.strip():
			continue
		# Without a letter or a digit, every account would begin with it.
		if not plain(told):
			reader.refuse(NO_IBAN, "party_iban", told.strip())
		found.append(plain(told))
	return tuple(found)


def _several(text: str) -> tuple[str, ...]:
	return tuple(dict.fromkeys(word.strip() for word in re.split(r"[\n;]", text) if word.strip()))


def _share(reader: Reader, field: str) -> Decimal | None:
	"""A percentage as a share of one; None if nothing is written."""
	percent = reader.amount(field)
	if percent > _HUNDRED:
		reader.refuse(TOO_MUCH, field, str(percent))
	return percent / _HUNDRED if percent else None


def _exchange(reader: Reader) -> Tolerance:
	percent = reader.amount("exchange_percent")
	if percent > _HUNDRED:
		reader.refuse(TOO_MUCH, "exchange_percent", str(percent))
		return NONE
	if percent * 10 != (percent * 10).to_integral_value():
		reader.refuse(FINER, "exchange_percent", str(percent), "0.1 %")
	return Tolerance(per_mille=int(percent * 10))
