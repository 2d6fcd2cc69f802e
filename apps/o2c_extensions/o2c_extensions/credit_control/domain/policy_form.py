"""A policy as an administrator writes it, row by row, read into rules; and what is wrong with it, by row and field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from o2c_extensions.common.forms import (
	MISSING,
	Problem,
	Reader,
	read_rows,
	row_of,
	text_of,
)
from o2c_extensions.credit_control.domain import criteria
from o2c_extensions.credit_control.domain.criteria import Bounds
from o2c_extensions.credit_control.domain.facts import NAMES
from o2c_extensions.credit_control.domain.policy import (
	CHECKPOINTS,
	DEPOSIT,
	OUTCOMES,
	Exclusion,
	Policy,
	Rule,
	Scope,
)

RULES, EXCLUSIONS = "rules", "exclusions"
# Not called as what they name: the framework fills an empty field called "company" or "territory" with the user's default.
SCOPE_FIELDS = {
	f"for_{name}": name
	for name in ("company", "customer_group", "territory", "risk_class", "customer", "order_type")
}
CHECKPOINT_FIELDS = {f"at_{checkpoint.lower()}": checkpoint for checkpoint in CHECKPOINTS}
_SCOPED = (*SCOPE_FIELDS, "amount_from", "amount_to", "condition", *CHECKPOINT_FIELDS)
_BOUNDS = ("amount", "percent", "days", "level")
RULE_FIELDS = ("title", "disabled", "test", *_BOUNDS, "outcome", "deposit_percent", "message", *_SCOPED)
EXCLUSION_FIELDS = ("title", "disabled", "rules", "test", "until", *_SCOPED)

_TEXTS = ("title", "test", "outcome", "message", "rules", "condition", *SCOPE_FIELDS)

# What may be wrong, beside what may be wrong with any form (common/forms.py).
NO_CHECKPOINT, FROM_TO = "no checkpoint", "from to"
NEEDS_BOUND, UNUSED_BOUND = "needs bound", "unused bound"
DEPOSIT_SHARE, NO_DEPOSIT, NO_RULES, OTHER_COMPANY = (
	"deposit share",
	"no deposit",
	"no rules",
	"other company",
)


def _trial(number: int, flag: bool) -> dict[str, Any]:
	"""Values of each kind that a condition is tried with when it is saved."""
	flags = ("has_limit", "prepay_only", "is_blocked", "is_natural_person", "terms_changed")
	days = ("today", "valid_until", "next_review", "customer_since", "broken_promise", "bounced_debit")
	return {
		**dict.fromkeys(NAMES, Decimal(number)),
		**dict.fromkeys(flags, flag),
		**dict.fromkeys(("checkpoint", *SCOPE_FIELDS.values(), "parent_account"), "A"),
		**dict.fromkeys(days, date(2000, 1, 1)),
	}


_TRIALS = (_trial(1, False), _trial(10**9, True))


@dataclass(frozen=True)
class Draft:
	"""What was read: the policy without the rows that cannot be read, where its rules and exclusions stand, and the problems."""

	policy: Policy
	problems: tuple[Problem, ...]
	rule_rows: tuple[int, ...] = ()
	exclusion_rows: tuple[int, ...] = ()


def content_of(written: Mapping[str, Any]) -> dict[str, Any]:
	"""What of a policy decides, and nothing else: the same content always gives the same canonical text."""
	return {
		"for_company": text_of(written.get("for_company")),
		"currency": text_of(written.get("currency")),
		RULES: [row_of(row, RULE_FIELDS, _TEXTS) for row in written.get(RULES) or ()],
		EXCLUSIONS: [row_of(row, EXCLUSION_FIELDS, _TEXTS) for row in written.get(EXCLUSIONS) or ()],
	}


def read(written: Mapping[str, Any], name: str = "", version: str = "") -> Draft:
	"""Read a policy. Rows that are switched off are checked, but are not part of the policy."""
	company = text_of(written.get("for_company"))
	rules, rule_rows, problems = read_rows(
		written.get(RULES) or (), RULES, lambda reader: _rule(reader, company)
	)
	exclusions, exclusion_rows, more = read_rows(
		written.get(EXCLUSIONS) or (), EXCLUSIONS, lambda reader: _exclusion(reader, company)
	)
	problems += more
	policy = Policy(name, version, text_of(written.get("currency")), tuple(rules), tuple(exclusions))
	if policy.has_amounts and not policy.currency:
		problems.append(Problem(MISSING, field="currency"))
	if not rules and not problems:
		problems.append(Problem(NO_RULES))
	return Draft(policy, tuple(problems), tuple(rule_rows), tuple(exclusion_rows))


def _scope(reader: Reader, company: str) -> Scope:
	names = {name: reader.text(field) for field, name in SCOPE_FIELDS.items()}
	if company and names["company"] not in ("", company):
		reader.refuse(OTHER_COMPANY, "for_company", names["company"], company)
	low, high = reader.amount("amount_from"), reader.amount("amount_to")
	if high and low > high:
		reader.refuse(FROM_TO, "amount_from", str(low), str(high))
	condition = reader.condition("condition", NAMES, _TRIALS)
	return Scope(**names, amount_from=low, amount_to=high, condition=condition)


def _checkpoints(reader: Reader) -> frozenset[str]:
	found = frozenset(point for field, point in CHECKPOINT_FIELDS.items() if reader.flag(field))
	if not found:
		reader.refuse(NO_CHECKPOINT, "at_order")
	return found


def _rule(reader: Reader, company: str) -> Rule:
	test, outcome = reader.choice("test", criteria.TESTS), reader.choice("outcome", OUTCOMES)
	bounds = Bounds(
		reader.amount("amount"), reader.amount("percent"), reader.whole("days"), reader.whole("level")
	)
	for field in _BOUNDS:
		used = criteria.MEASURES.get(test, {})
		if getattr(bounds, field) and test in criteria.TESTS and field not in used:
			reader.refuse(UNUSED_BOUND, field, test)
		if used.get(field) and not getattr(bounds, field):
			reader.refuse(NEEDS_BOUND, field, test)
	share = reader.amount("deposit_percent")
	if outcome == DEPOSIT and not 0 < share <= 100:
		reader.refuse(DEPOSIT_SHARE, "deposit_percent")
	if outcome != DEPOSIT and share:
		reader.refuse(NO_DEPOSIT, "deposit_percent", outcome)
	return Rule(
		title=reader.text("title"),
		test=test,
		outcome=outcome,
		checkpoints=_checkpoints(reader),
		scope=_scope(reader, company),
		bounds=bounds,
		deposit_percent=share,
		message=reader.text("message"),
	)


def _exclusion(reader: Reader, company: str) -> Exclusion:
	test = reader.text("test")
	if test:
		reader.choice("test", criteria.TESTS)
	titles = (title.strip() for title in re.split(r"[\n;]", reader.text("rules")))
	return Exclusion(
		title=reader.text("title"),
		scope=_scope(reader, company),
		rules=frozenset(title for title in titles if title),
		tests=frozenset({test} if test else ()),
		checkpoints=_checkpoints(reader),
		until=reader.day("until"),
	)
