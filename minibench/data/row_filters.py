"""Conditions on one table, as `frappe.db` takes them: a name, a dict, or a list of conditions.

These compare as SQL does: a NULL equals nothing and differs from nothing. The lists of `frappe.get_all`, where an empty
field counts as '', are made in query_filters.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from minibench.data.column_types import Column, as_text, comparable
from minibench.data.schema import quote, table_name
from minibench.errors import ValidationError

if TYPE_CHECKING:
	from minibench.data.connection import Connection

COMPARISONS = {
	"=": "=",
	"!=": "<>",
	"<": "<",
	">": ">",
	"<=": "<=",
	"=<": "<=",
	">=": ">=",
	"=>": ">=",
}
TREE_OPERATORS = (
	"ancestors of",
	"descendants of",
	"not ancestors of",
	"not descendants of",
	"descendants of (inclusive)",
)
# More values than this are handed over as one JSON list instead of one parameter each.
_MANY_VALUES = 200
_PLAIN = re.compile(r"\w+", re.ASCII)
_DOCTYPE = re.compile(r"[\w -]*", re.ASCII)

Sql = tuple[str, list[Any]]


@lru_cache(maxsize=4096)
def is_plain(name: str) -> bool:
	"""Whether `name` is a word, as every column's name is."""
	return bool(_PLAIN.fullmatch(name))


@lru_cache(maxsize=1024)
def checked_table(doctype: str) -> str:
	"""The table of a DocType.

	Raises:
		ValidationError: no DocType can have such a name.
	"""
	if not isinstance(doctype, str) or not _DOCTYPE.fullmatch(doctype):
		raise ValidationError(f"Invalid DocType: {doctype}")
	return table_name(doctype)


def conditions(db: Connection, doctype: str, filters: Any) -> Sql:
	"""The WHERE condition for `filters` without the word WHERE, and its parameters; "" where there is none.

	Raises:
		ValidationError: a field's name is no plain word.
		KeyError: an operator is unknown.
	"""
	parts: list[str] = []
	params: list[Any] = []
	_collect(db, doctype, filters, parts, params)
	return " and ".join(parts), params


def _collect(db: Connection, doctype: str, filters: Any, parts: list[str], params: list[Any]) -> None:
	if filters is None:
		return
	if isinstance(filters, str | int):
		filters = {"name": str(filters)}
	if isinstance(filters, Mapping):
		for field, value in filters.items():
			operator = "="
			if isinstance(value, list | tuple):
				operator, value = value
			_add(db, doctype, field, operator, value, parts, params)
		return
	if not isinstance(filters, list | tuple | set):
		raise ValidationError(f"Invalid filter: {filters}")
	if filters and all(isinstance(item, str | int) for item in filters):
		_add(db, doctype, "name", "in", list(filters), parts, params)
		return
	for item in filters:
		if isinstance(item, list | tuple):
			_collect_list(db, doctype, item, parts, params)
		else:
			_collect(db, doctype, item, parts, params)


def _collect_list(
	db: Connection, doctype: str, item: list[Any] | tuple[Any, ...], parts: list[str], params: list[Any]
) -> None:
	if len(item) == 2:
		_add(db, doctype, item[0], "=", item[1], parts, params)
	elif len(item) == 3:
		_add(db, doctype, item[0], item[1], item[2], parts, params)
	elif len(item) == 4:
		if item[0] and item[0] != doctype:
			raise ValidationError(f"Invalid filter: {item[0]}")
		_add(db, doctype, item[1], item[2], item[3], parts, params)
	else:
		raise ValidationError(f"Invalid filter: {list(item)}")


def _add(
	db: Connection, doctype: str, field: str, operator: str, value: Any, parts: list[str], params: list[Any]
) -> None:
	if not isinstance(field, str) or not is_plain(field):
		raise ValidationError(f"Invalid filter: {field}")
	column = db.table_columns(table_name(doctype)).get(field)
	sql, more = compare(db, doctype, quote(field), column, operator, value)
	parts.append(sql)
	params.extend(more)


def compare(
	db: Connection, doctype: str, expression: str, column: Column | None, operator: str, value: Any
) -> Sql:
	"""One condition: `expression`, which is the column `column`, compared with `value`.

	Raises:
		KeyError: the operator is unknown.
	"""
	if isinstance(value, bool):
		value = int(value)
	elif isinstance(value, list | tuple | set) and not value:
		value = ("",)
	if operator in TREE_OPERATORS:
		return _compare_tree(db, doctype, expression, operator, value)
	folded = operator.casefold()
	if value is None:
		_check_operator(folded)
		return f"{expression} is null", []
	if folded in COMPARISONS:
		return _compare_value(expression, column, COMPARISONS[folded], value)
	if folded in ("in", "not in"):
		return among(expression, column, folded, value)
	if folded in ("like", "not like"):
		return like(expression, folded, value)
	if folded == "between":
		first, last = value
		return f"{expression} between ? and ?", [comparable(column, first), comparable(column, last)]
	if folded == "is":
		return f"{expression} is {'not ' if str(value).lower() == 'set' else ''}null", []
	if folded == "timespan":
		from minibench.values.periods import get_timespan_date_range

		period = get_timespan_date_range(value)
		if period is None:
			raise ValidationError(f"Invalid filter: the timespan {value}")
		return compare(db, doctype, expression, column, "between", period)
	if folded == "regex":
		return f"{expression} regexp ?", [value]
	raise KeyError(operator)


def _check_operator(folded: str) -> None:
	if folded not in (*COMPARISONS, "in", "not in", "like", "not like", "between", "is", "timespan", "regex"):
		raise KeyError(folded)


def _compare_value(expression: str, column: Column | None, operator: str, value: Any) -> Sql:
	if column and column.kind == "text" and isinstance(value, int | float):
		# MariaDB compares text with a number by the number that the text begins with.
		return f"to_number({expression}) {operator} ?", [value]
	return f"{expression} {operator} ?", [comparable(column, value)]


def among(expression: str, column: Column | None, operator: str, values: Any) -> Sql:
	"""`expression in (...)`, or `not in`."""
	if isinstance(values, str):
		values = values.split(",")
	elif not isinstance(values, list | tuple | set | frozenset | Mapping):
		values = list(values) if hasattr(values, "__iter__") else [values]
	if column and column.kind == "text":
		bound = [None if item is None else as_text(item) for item in values]
	else:
		bound = [comparable(column, item) for item in values]
	if not bound:
		bound = [""]
	if len(bound) > _MANY_VALUES:
		return f"{expression} {operator} (select value from json_each(?))", [json.dumps(bound)]
	return f"{expression} {operator} ({', '.join('?' * len(bound))})", bound


def like(expression: str, operator: str, pattern: Any) -> Sql:
	"""`expression like pattern`, with the backslash as the escape, as in MariaDB."""
	text = as_text(pattern)
	if text.isascii():
		return f"{expression} {operator} ? escape '\\'", [text]
	# SQLite's own LIKE ignores the case of ASCII letters only.
	return f"{'not ' if operator == 'not like' else ''}like_unicode({expression}, ?)", [text]


def _compare_tree(db: Connection, doctype: str, expression: str, operator: str, value: Any) -> Sql:
	nodes = tree_nodes(db, _tree_doctype(doctype, expression.strip("`")), operator, value)
	return among(expression, None, "not in" if operator.startswith("not ") else "in", nodes)


def _tree_doctype(doctype: str, field: str) -> str:
	from minibench.model.meta import get_meta

	df = get_meta(doctype).get_field(field)
	return str(df.options) if df and df.options else doctype


def tree_nodes(db: Connection, doctype: str, operator: str, name: Any) -> list[str]:
	"""The names of the nodes below, or above, the node `name`, in the order of the tree (upwards for ancestors)."""
	table = quote(checked_table(doctype))
	up = "ancestors" in operator
	inside = "t.lft < n.lft and t.rgt > n.rgt" if up else "t.lft > n.lft and t.rgt < n.rgt"
	rows = db.execute(
		f"select t.name from {table} t join {table} n on {inside} where n.name = ? "
		f"order by t.lft {'desc' if up else 'asc'}",
		(name,),
	)
	found = [row[0] for row in rows]
	return [*found, name] if operator == "descendants of (inclusive)" else found
