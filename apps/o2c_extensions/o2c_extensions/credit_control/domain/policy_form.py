"""A policy as an administrator writes it, row by row, read into rules; and what is wrong with it, by row and field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from o2c_extensions.common import expressions
from o2c_extensions.common.expressions import Expression, ExpressionError
from o2c_extensions.common.money import decimal
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

# What may be wrong, in one word.
MISSING, UNKNOWN, NUMBER, NEGATIVE, DAY = "missing", "unknown", "number", "negative", "day"
CONDITION, NO_CHECKPOINT, FROM_TO = "condition", "no checkpoint", "from to"
NEEDS_BOUND, UNUSED_BOUND = "needs bound", "unused bound"
DEPOSIT_SHARE, NO_DEPOSIT, TWICE, NO_RULES = "deposit share", "no deposit", "twice", "no rules"
OTHER_COMPANY, TOO_MUCH = "other company", "too much"

_LARGEST = Decimal(10) ** 15


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
class Problem:
	"""What is wrong, and where: the table and its row, from 1; no table is the policy itself.

	Attributes:
		code: one of the words above, or of consistency.py.
		values: what a sentence about it needs.
		error: what is wrong with a condition.
	"""

	code: str
	table: str = ""
	row: int = 0
	field: str = ""
	values: tuple[str, ...] = ()
	error: ExpressionError | None = None


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
		"for_company": _text(written.get("for_company")),
		"currency": _text(written.get("currency")),
		RULES: [_row(row, RULE_FIELDS) for row in written.get(RULES) or ()],
		EXCLUSIONS: [_row(row, EXCLUSION_FIELDS) for row in written.get(EXCLUSIONS) or ()],
	}


def read(written: Mapping[str, Any], name: str = "", version: str = "") -> Draft:
	"""Read a policy. Rows that are switched off are checked, but are not part of the policy."""
	company = _text(written.get("for_company"))
	rules, rule_rows, problems = _read_rows(written.get(RULES) or (), RULES, company, _rule)
	exclusions, exclusion_rows, more = _read_rows(
		written.get(EXCLUSIONS) or (), EXCLUSIONS, company, _exclusion
	)
	problems += more
	policy = Policy(name, version, _text(written.get("currency")), tuple(rules), tuple(exclusions))
	if policy.has_amounts and not policy.currency:
		problems.append(Problem(MISSING, field="currency"))
	if not rules and not problems:
		problems.append(Problem(NO_RULES))
	return Draft(policy, tuple(problems), tuple(rule_rows), tuple(exclusion_rows))


def _read_rows(
	rows: Iterable[Mapping[str, Any]], table: str, company: str, read_one: Any
) -> tuple[list[Any], list[int], list[Problem]]:
	found: list[Any] = []
	numbers: list[int] = []
	problems: list[Problem] = []
	titles: set[str] = set()
	for number, row in enumerate(rows, 1):
		reader = _Reader(row, table, number)
		title = reader.text("title")
		if not title:
			reader.refuse(MISSING, "title")
		elif title in titles:
			reader.refuse(TWICE, "title", title)
		titles.add(title)
		one = read_one(reader, company)
		problems += reader.problems
		if not reader.problems and not reader.flag("disabled"):
			found.append(one)
			numbers.append(number)
	return found, numbers, problems


def _try(expression: Expression, values: Mapping[str, Any]) -> None:
	"""Find what does not fit together. That it divides by zero may be the trial's own fault."""
	try:
		expression.holds(values)
	except ExpressionError as error:
		if error.code != expressions.ARITHMETIC:
			raise


class _Reader:
	"""A row's values, each in its own kind; what cannot be read is noted."""

	def __init__(self, row: Mapping[str, Any], table: str, number: int) -> None:
		self.row, self.table, self.number = row, table, number
		self.problems: list[Problem] = []

	def refuse(self, code: str, field: str, *values: str) -> None:
		self.problems.append(Problem(code, self.table, self.number, field, values))

	def text(self, field: str) -> str:
		return _text(self.row.get(field))

	def flag(self, field: str) -> bool:
		return str(self.row.get(field) or "0") not in ("0", "false", "False")

	def amount(self, field: str) -> Decimal:
		try:
			number = decimal(self.row.get(field))
		except (ValueError, TypeError):
			self.refuse(NUMBER, field, _text(self.row.get(field)))
			return Decimal(0)
		if number < 0:
			self.refuse(NEGATIVE, field, str(number))
		if number > _LARGEST:
			self.refuse(TOO_MUCH, field, str(number))
		return number

	def whole(self, field: str) -> int:
		number = self.amount(field)
		if number != number.to_integral_value():
			self.refuse(NUMBER, field, str(number))
		if number > 100_000:
			self.refuse(TOO_MUCH, field, str(number))
			return 0
		return int(number)

	def choice(self, field: str, options: Sequence[str]) -> str:
		value = self.text(field)
		if not value:
			self.refuse(MISSING, field)
		elif value not in options:
			self.refuse(UNKNOWN, field, value)
		return value

	def day(self, field: str) -> date | None:
		value = self.row.get(field)
		if isinstance(value, date) or not value:
			return value or None
		try:
			return date.fromisoformat(str(value)[:10])
		except ValueError:
			self.refuse(DAY, field, str(value))
			return None

	def condition(self) -> Expression | None:
		text = self.text("condition")
		if not text:
			return None
		try:
			expression = expressions.compile(text, NAMES)
			for values in _TRIALS:
				_try(expression, values)
			return expression
		except ExpressionError as error:
			self.problems.append(
				Problem(CONDITION, self.table, self.number, "condition", (error.code,), error)
			)
			return None

	def scope(self, company: str) -> Scope:
		names = {name: self.text(field) for field, name in SCOPE_FIELDS.items()}
		if company and names["company"] not in ("", company):
			self.refuse(OTHER_COMPANY, "for_company", names["company"], company)
		low, high = self.amount("amount_from"), self.amount("amount_to")
		if high and low > high:
			self.refuse(FROM_TO, "amount_from", str(low), str(high))
		return Scope(**names, amount_from=low, amount_to=high, condition=self.condition())

	def checkpoints(self) -> frozenset[str]:
		found = frozenset(point for field, point in CHECKPOINT_FIELDS.items() if self.flag(field))
		if not found:
			self.refuse(NO_CHECKPOINT, "at_order")
		return found


def _rule(reader: _Reader, company: str) -> Rule:
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
		checkpoints=reader.checkpoints(),
		scope=reader.scope(company),
		bounds=bounds,
		deposit_percent=share,
		message=reader.text("message"),
	)


def _exclusion(reader: _Reader, company: str) -> Exclusion:
	test = reader.text("test")
	if test:
		reader.choice("test", criteria.TESTS)
	titles = (title.strip() for title in re.split(r"[\n;]", reader.text("rules")))
	return Exclusion(
		title=reader.text("title"),
		scope=reader.scope(company),
		rules=frozenset(title for title in titles if title),
		tests=frozenset({test} if test else ()),
		checkpoints=reader.checkpoints(),
		until=reader.day("until"),
	)


def _row(row: Mapping[str, Any], fields: Sequence[str]) -> dict[str, str]:
	"""The fields of a row as text, without those that are empty: 0, 0.0 and "" are the same."""
	found = {field: _text(row.get(field)) for field in fields}
	return {field: text for field, text in found.items() if text.strip("0.") or (field in _TEXTS and text)}


def _text(value: Any) -> str:
	if value is None or value is False:
		return ""
	if value is True:
		return "1"
	if isinstance(value, date):
		return value.isoformat()[:10]
	if isinstance(value, int | float | Decimal):
		try:
			return format(decimal(value).normalize(), "f")
		except ValueError:
			return str(value)
	return str(value).strip()
