"""Picking rows of a table by a dict of filters, as `doc.get("items", {"qty": [">", 2]})` does."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
	"^": lambda value, prefix: (value or "").startswith(prefix),
	"in": lambda value, options: value in options,
	"not in": lambda value, options: value not in options,
	"=": operator.eq,
	"!=": operator.ne,
	">": operator.gt,
	"<": operator.lt,
	">=": operator.ge,
	"<=": operator.le,
	"not None": lambda value, _: value is not None,
	"None": lambda value, _: value is None,
}


def matches(value: Any, condition: str, expected: Any) -> bool:
	"""Whether `value condition expected` holds; an unknown condition never does."""
	compare = _OPERATORS.get(condition)
	return bool(compare and compare(value, expected))


def _as_condition(expected: Any) -> tuple[str, Any]:
	if isinstance(expected, tuple | list):
		return expected[0], expected[1]
	if expected is True:
		return "not None", None
	if expected is False:
		return "None", None
	if isinstance(expected, str) and expected.startswith("^"):
		return "^", expected[1:]
	return "=", expected


def filter_rows(
	rows: Iterable[Any] | None, filters: Mapping[str, Any], limit: int | None = None
) -> list[Any]:
	"""The rows whose attributes satisfy all filters.

	A filter's value is what to equal, True (is set), False (is not set), "^prefix", or an operator with its operand.
	"""
	conditions = [(key, *_as_condition(expected)) for key, expected in filters.items()]
	found: list[Any] = []
	for row in rows or ():
		if all(
			matches(getattr(row, key, None), condition, expected) for key, condition, expected in conditions
		):
			found.append(row)
			if limit and len(found) >= limit:
				break
	return found
