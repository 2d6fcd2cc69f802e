"""Whether a rule set contradicts itself: rules that no line ever reaches."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from o2c_extensions.cash_application.domain.engine.mentions import fold
from o2c_extensions.cash_application.domain.engine.rules import Condition, Rule
from o2c_extensions.cash_application.domain.rule_conditions import LineTest
from o2c_extensions.cash_application.domain.rule_form import RULES, Draft
from o2c_extensions.common.forms import Problem

CONTRADICTS, UNREACHABLE = "contradicts", "unreachable"
_NOTHING = LineTest()


def problems_of(draft: Draft) -> list[Problem]:
	"""The contradictions of a rule set, each at the row that has to change."""
	return list(_problems(draft))


def _problems(draft: Draft) -> Iterator[Problem]:
	rules = list(zip(draft.rows, draft.rules, strict=True))
	for index, (row, rule) in enumerate(rules):
		for before_row, before in rules[:index]:
			if covers(before.condition, rule.condition):
				code = CONTRADICTS if _contradicts(before, rule) else UNREACHABLE
				yield Problem(code, RULES, row, "title", (str(before_row), before.name))
				break


def _contradicts(before: Rule, rule: Rule) -> bool:
	"""Whether both are about the same lines, and do different things with them."""
	return before.action != rule.action and covers(rule.condition, before.condition)


def covers(condition: Condition | None, other: Condition | None) -> bool:
	"""Whether every line of `other` is certainly one of `condition`."""
	if condition is None:
		return True
	other = other or Condition()
	return (
		condition.sign in (0, other.sign)
		and _within(condition.currencies, other.currencies)
		and _one_of(condition.contains, other.contains)
		and condition.pattern in (None, other.pattern)
		and _begin(condition.ibans, other.ibans)
		and _covers_test(_test(condition), _test(other))
	)


def _within(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
	return not ours or (bool(theirs) and set(theirs) <= set(ours))


def _one_of(words: tuple[str, ...], others: tuple[str, ...]) -> bool:
	"""Whether whatever contains one of the others contains one of the words, too."""
	if not words:
		return True
	return bool(others) and all(any(fold(word) in fold(other) for word in words) for other in others)


def _begin(ibans: tuple[str, ...], others: tuple[str, ...]) -> bool:
	return not ibans or (bool(others) and all(other.startswith(ibans) for other in others))


def _test(condition: Condition) -> LineTest:
	test = condition.expression
	return test if isinstance(test, LineTest) else _NOTHING


def _covers_test(test: LineTest, other: LineTest) -> bool:
	return (
		test.bank_account in ("", other.bank_account)
		and fold(test.party_name) in fold(other.party_name)
		and other.booking_code.upper().startswith(test.booking_code.upper())
		and (test.least or Decimal(0)) <= (other.least or Decimal(0))
		and (test.most is None or (other.most is not None and other.most <= test.most))
		and test.expression in (None, other.expression)
	)
