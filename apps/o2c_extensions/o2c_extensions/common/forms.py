"""What an administrator writes row by row, read strictly: what is wrong with it is noted by row and field. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from o2c_extensions.common import expressions
from o2c_extensions.common.expressions import Expression, ExpressionError
from o2c_extensions.common.money import decimal

# What may be wrong with any row, in one word.
MISSING, UNKNOWN, NUMBER, NEGATIVE, DAY = "missing", "unknown", "number", "negative", "day"
CONDITION, TWICE, TOO_MUCH = "condition", "twice", "too much"

LARGEST = Decimal(10) ** 15
LARGEST_COUNT = 100_000

One = TypeVar("One")


@dataclass(frozen=True)
class Problem:
	"""What is wrong, and where: the table and its row, from 1; no table is the document itself.

	Attributes:
		code: one of the words above, or of those who read the form.
		values: what a sentence about it needs.
		error: what is wrong with a condition.
	"""

	code: str
	table: str = ""
	row: int = 0
	field: str = ""
	values: tuple[str, ...] = ()
	error: ExpressionError | None = None


class Reader:
	"""A row's values, each in its own kind; what cannot be read is noted."""

	def __init__(self, row: Mapping[str, Any], table: str, number: int) -> None:
		self.row, self.table, self.number = row, table, number
		self.problems: list[Problem] = []

	def refuse(self, code: str, field: str, *values: str) -> None:
		self.problems.append(Problem(code, self.table, self.number, field, values))

	def text(self, field: str) -> str:
		return text_of(self.row.get(field))

	def flag(self, field: str) -> bool:
		return str(self.row.get(field) or "0") not in ("0", "false", "False")

	def amount(self, field: str) -> Decimal:
		try:
			number = decimal(self.row.get(field))
		except (ValueError, TypeError):
			self.refuse(NUMBER, field, text_of(self.row.get(field)))
			return Decimal(0)
		if number < 0:
			self.refuse(NEGATIVE, field, str(number))
		if number > LARGEST:
			self.refuse(TOO_MUCH, field, str(number))
		return number

	def whole(self, field: str) -> int:
		number = self.amount(field)
		if number != number.to_integral_value():
			self.refuse(NUMBER, field, str(number))
		if number > LARGEST_COUNT:
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

	def condition(
		self, field: str, names: Collection[str], trials: Iterable[Mapping[str, Any]]
	) -> Expression | None:
		"""An expression over these names, tried with values of each kind."""
		text = self.text(field)
		if not text:
			return None
		try:
			expression = expressions.compile(text, names)
			for values in trials:
				_try(expression, values)
			return expression
		except ExpressionError as error:
			self.problems.append(Problem(CONDITION, self.table, self.number, field, (error.code,), error))
			return None


def read_rows(
	rows: Iterable[Mapping[str, Any]], table: str, read_one: Callable[[Reader], One]
) -> tuple[list[One], list[int], list[Problem]]:
	"""Rows with titles of their own: what was read of those that count, their numbers, and the problems of all.

	Rows that are switched off are checked, but do not count.
	"""
	found: list[One] = []
	numbers: list[int] = []
	problems: list[Problem] = []
	titles: set[str] = set()
	for number, row in enumerate(rows, 1):
		reader = Reader(row, table, number)
		title = reader.text("title")
		if not title:
			reader.refuse(MISSING, "title")
		elif title in titles:
			reader.refuse(TWICE, "title", title)
		titles.add(title)
		one = read_one(reader)
		problems += reader.problems
		if not reader.problems and not reader.flag("disabled"):
			found.append(one)
			numbers.append(number)
	return found, numbers, problems


def row_of(row: Mapping[str, Any], fields: Sequence[str], texts: Collection[str]) -> dict[str, str]:
	"""The fields of a row as text, without those that are empty: 0, 0.0 and "" are the same.

	Args:
		texts: the fields in which a zero is a text like any other.
	"""
	found = {field: text_of(row.get(field)) for field in fields}
	return {field: text for field, text in found.items() if text.strip("0.") or (field in texts and text)}


def text_of(value: Any) -> str:
	"""A value as it is written down: the same whether it comes from a form, a program or the database."""
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


def _try(expression: Expression, values: Mapping[str, Any]) -> None:
	"""Find what does not fit together. That it divides by zero may be the trial's own fault."""
	try:
		expression.holds(values)
	except ExpressionError as error:
		if error.code != expressions.ARITHMETIC:
			raise
