"""Whether a policy contradicts itself: rules that can never matter, and exclusions that concern nothing or everything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from o2c_extensions.common.forms import Problem
from o2c_extensions.credit_control.domain import criteria
from o2c_extensions.credit_control.domain.policy import PASS, Exclusion, Rule, Scope, severity
from o2c_extensions.credit_control.domain.policy_form import EXCLUSIONS, RULES, Draft

CONTRADICTS, UNREACHABLE, NEVER_MATTERS = "contradicts", "unreachable", "never matters"
UNKNOWN_RULE, EXCLUDES_A_PASS, EXCLUDES_ALL, EXCLUDES_NOTHING = (
	"unknown rule",
	"excludes a pass",
	"excludes all",
	"excludes nothing",
)

_ANY_DAY = date(2000, 1, 1)


def problems_of(draft: Draft) -> list[Problem]:
	"""The contradictions of a policy, each at the row that has to change."""
	return [*_of_rules(draft), *_of_exclusions(draft)]


def _of_rules(draft: Draft) -> Iterator[Problem]:
	rules = list(zip(draft.rule_rows, draft.policy.rules, strict=True))
	for index, (row, rule) in enumerate(rules):
		for other, (other_row, another) in enumerate(rules):
			code = "" if other == index else _contradiction(rule, another, after=other < index)
			if code:
				yield Problem(code, RULES, row, "outcome", (str(other_row), another.title))
				break


def _contradiction(rule: Rule, another: Rule, after: bool) -> str:
	"""Why `rule` can never matter because of `another`; empty if it can.

	A rule that passes ends the walk, so whatever it hits never reaches a later one. Of two rules that do not pass the
	stricter one counts, wherever it stands.
	"""
	if not _hits_whatever(another, rule):
		return ""
	if another.outcome == PASS:
		if not after:
			return ""
		return CONTRADICTS if another.test == rule.test and rule.outcome != PASS else UNREACHABLE
	same = _hits_whatever(rule, another)
	if rule.outcome == PASS:
		return CONTRADICTS if after and same and another.test == rule.test else ""
	stricter = severity(another.outcome) - severity(rule.outcome)
	if stricter > 0:
		return CONTRADICTS if same and another.test == rule.test else NEVER_MATTERS
	if stricter == 0 and another.deposit_percent >= rule.deposit_percent and (after or not same):
		return NEVER_MATTERS
	return ""


def _hits_whatever(rule: Rule, another: Rule) -> bool:
	"""Whether `rule` fires wherever `another` does."""
	if not rule.checkpoints >= another.checkpoints or not covers(rule.scope, another.scope):
		return False
	if rule.test == criteria.ALWAYS:
		return True
	return rule.test == another.test and criteria.hits_whenever(rule.test, rule.bounds, another.bounds)


def covers(scope: Scope, other: Scope) -> bool:
	"""Whether every document of `other` is certainly in `scope`."""
	names = ("company", "customer_group", "territory", "risk_class", "customer", "order_type")
	if any(getattr(scope, name) not in ("", getattr(other, name)) for name in names):
		return False
	if scope.amount_from > other.amount_from:
		return False
	if scope.amount_to and not 0 < other.amount_to <= scope.amount_to:
		return False
	return scope.condition is None or scope.condition == other.condition


def _of_exclusions(draft: Draft) -> Iterator[Problem]:
	rules = {rule.title: rule for rule in draft.policy.rules}
	for row, exclusion in zip(draft.exclusion_rows, draft.policy.exclusions, strict=True):
		for title in sorted(exclusion.rules - set(rules)):
			yield Problem(UNKNOWN_RULE, EXCLUSIONS, row, "rules", (title,))
		passing = [title for title in sorted(exclusion.rules & set(rules)) if rules[title].outcome == PASS]
		for title in passing:
			yield Problem(EXCLUDES_A_PASS, EXCLUSIONS, row, "rules", (title,))
		if exclusion.scope.is_everything and not exclusion.rules and not exclusion.tests:
			yield Problem(EXCLUDES_ALL, EXCLUSIONS, row, "title")
		elif not passing and not _concerned(exclusion, list(rules.values())):
			yield Problem(EXCLUDES_NOTHING, EXCLUSIONS, row, "rules")


def _concerned(exclusion: Exclusion, rules: list[Rule]) -> bool:
	"""Whether there is a rule that it could take out, on some day."""
	day = exclusion.until
	return any(
		exclusion.concerns(rule, checkpoint, day or _ANY_DAY)
		for rule in rules
		for checkpoint in rule.checkpoints
	)
