"""The filters of a list, where an empty field counts as '' (or 0, or the earliest date), as in `frappe.get_all`.

v15 wraps the column in IFNULL unless it knows that NULL makes no difference. The rules by which it decides, and what it
takes for the value, are kept here: `!=`, `<` and "not in" find rows whose field is empty, "=" with a value does not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, NamedTuple

from minibench.data.column_types import Column, as_text, bind
from minibench.data.row_filters import TREE_OPERATORS, among, like, tree_nodes
from minibench.data.row_filters import Sql as SqlPair
from minibench.data.sql_calls import as_text as as_shown_text
from minibench.data.sql_terms import Sql, collated, compare, constant, replace
from minibench.errors import DataError, DoesNotExistError, ValidationError
from minibench.model.fieldtypes import child_table_fields, default_fields, optional_fields

if TYPE_CHECKING:
	from minibench.data.connection import Connection

EARLIEST = "0001-01-01 00:00:00.000000"
OPERATORS = (
	"=",
	"!=",
	">",
	"<",
	">=",
	"<=",
	"like",
	"not like",
	"in",
	"not in",
	"is",
	"between",
	"timespan",
	"previous",
	"next",
	*TREE_OPERATORS,
)
_NUMERIC = ("Check", "Float", "Int", "Currency", "Percent")
_ALWAYS_SET = ("name", "modified", "creation")
_ILLEGAL_FIELD = re.compile(r"[,'();\n]")
_KEYWORDS = re.compile(r"\b(select|create|insert|delete|drop|update|case|and|or)\b", re.IGNORECASE)
_PERIODS = {
	"1 week": "week",
	"1 month": "month",
	"3 months": "quarter",
	"6 months": "6 months",
	"1 year": "year",
}


class Filter(NamedTuple):
	"""One condition of a list."""

	doctype: str
	fieldname: str
	operator: str
	value: Any
	df: Any
	"""The DocField, None for standard columns."""


def read_filters(doctype: str, filters: Any) -> list[Filter]:
	"""Filters of any form (JSON, a dict, lists of 3 or 4) as a list.

	Raises:
		ValidationError: a filter has not the form of one, or an unknown operator.
		DataError: a field's name tries to be more than that.
	"""
	if isinstance(filters, str):
		filters = json.loads(filters)
	if isinstance(filters, dict):
		filters = [_from_pair(doctype, key, value) for key, value in filters.items()]
	return [_read_filter(doctype, item) for item in filters or ()]


def _from_pair(doctype: str, key: str, value: Any) -> list[Any]:
	if isinstance(value, list | tuple):
		if len(value) != 2:
			raise ValidationError(
				f"Filter must have 4 values (doctype, fieldname, operator, value): {key}: {value}"
			)
		return [doctype, key, value[0], value[1]]
	return [doctype, key, "=", value]


def _read_filter(doctype: str, item: Any) -> Filter:
	if isinstance(item, dict) and item:
		item = _from_pair(doctype, *next(iter(item.items())))
	if not isinstance(item, list | tuple):
		raise ValidationError("Filter must be a tuple or list (in a list)")
	if len(item) == 3:
		item = (doctype, *item)
	elif len(item) < 4:
		raise ValidationError(f"Filter must have 4 values (doctype, fieldname, operator, value): {item!s}")
	own, fieldname, operator, value = item[:4]
	own = own or doctype
	refuse_illegal_field(fieldname)
	operator = (operator or "=").lower()
	if operator not in OPERATORS:
		raise ValidationError(f"Operator must be one of {', '.join(OPERATORS)}")
	own, df = _find_field(own, fieldname)
	return Filter(own, fieldname, operator, value, df)


def refuse_illegal_field(fieldname: Any) -> None:
	"""Raises DataError where a filter's field is more than a name, or IFNULL of one."""
	if not isinstance(fieldname, str):
		raise DataError(f"Invalid field name {fieldname}")
	if _ILLEGAL_FIELD.search(fieldname) and ("ifnull" not in fieldname or _KEYWORDS.search(fieldname)):
		raise DataError(f"Invalid field name {fieldname}")


def _find_field(doctype: str, fieldname: str) -> tuple[str, Any]:
	"""Where a field belongs: to the DocType itself, or to the first child table that has it."""
	from minibench.model.meta import get_meta

	if fieldname in default_fields or fieldname in optional_fields or fieldname in child_table_fields:
		return doctype, None
	try:
		meta = get_meta(doctype)
	except DoesNotExistError:
		return doctype, None
	df = meta.get_field(fieldname)
	if df is None:
		for table in meta.get_table_fields():
			child = get_meta(table.options)
			if child.has_field(fieldname):
				return str(table.options), child.get_field(fieldname)
	return doctype, df


def condition(db: Connection, item: Filter, column: Sql, ignore_ifnull: bool = False) -> SqlPair:
	"""The SQL of one filter on `column`."""
	item = _resolve_period(item)
	operator, value = item.operator, item.value
	if operator in TREE_OPERATORS:
		return _in_tree(db, item, column, ignore_ifnull)
	if operator in ("in", "not in"):
		return _in_list(item, column, ignore_ifnull)
	if operator == "is":
		return _is_set(item, column)
	if operator == "between":
		return _between(item, column)
	if _is_named_column(value):
		other = replace(column, text=column.text.rpartition(".")[0] + f".`{value.name}`")
		return _pair(compare(column, _sign(operator), other))
	nullable = item.fieldname not in _ALWAYS_SET and not (item.df and item.df.fieldtype in _NUMERIC)
	if operator in (">", ">=") and _is_dated(item):
		nullable = False
	if not nullable or ignore_ifnull or (value and operator in ("=", "like")) or "ifnull(" in item.fieldname:
		return _compare(item, column, None)
	return _compare(item, column, _fallback(item))


def _is_named_column(value: Any) -> bool:
	"""Whether the value is another column: frappe.query_builder.Column("fieldname")."""
	return type(value).__module__ == "pypika.queries" and type(value).__name__ == "Column"


def _sign(operator: str) -> str:
	return "<>" if operator == "!=" else operator


def _is_dated(item: Filter) -> bool:
	return item.fieldname in ("creation", "modified") or bool(
		item.df and item.df.fieldtype in ("Date", "Datetime")
	)


def _pair(piece: Sql) -> SqlPair:
	return piece.text, list(piece.params)


def _or_empty(column: Sql, fallback: Any) -> Sql:
	"""IFNULL(column, fallback); the column itself where it is never NULL. A number mixed with '' becomes text."""
	if fallback == "" and column.kind in ("int", "real"):
		return as_shown_text(column)
	if fallback is None or column.not_null:
		return column
	filler = constant(fallback)
	return Sql(
		f"ifnull({column.text}, {filler.text})",
		[*column.params, *filler.params],
		column.kind,
		column.decimals,
	)


# --- comparing -------------------------------------------------------------------------------------------------------


def _fallback(item: Filter) -> Any:
	"""What an empty field counts as."""
	fieldtype = item.df.fieldtype if item.df else None
	if fieldtype == "Date":
		return "0001-01-01"
	if (
		fieldtype == "Datetime"
		or isinstance(item.value, datetime)
		or item.fieldname in ("creation", "modified")
	):
		return EARLIEST
	if fieldtype == "Time":
		return "00:00:00.000000"
	if isinstance(item.value, str) or item.operator in ("like", "not like"):
		return ""
	if item.fieldname == "name" or (item.operator == "=" and fieldtype in ("Link", "Data")):
		return ""
	return 0


def _compare(item: Filter, column: Sql, fallback: Any) -> SqlPair:
	if item.operator in ("like", "not like"):
		text = "" if item.value is None else as_text(item.value)
		left = _or_empty(column, fallback)
		sql, params = like(left.text, item.operator, text.replace("\\", "\\\\"))
		return sql, [*left.params, *params]
	value = _value(item)
	left = _or_empty(column, fallback)
	if fallback == 0 and left.kind == "text" and left is not column:
		# MariaDB would make text of the 0; as a number an empty text is 0 all the same.
		left = replace(left, text=f"ifnull({column.text}, '0')", params=column.params)
	return _pair(compare(left, _sign(item.operator), constant(value)))


def _value(item: Filter) -> Any:
	"""The value as v15 reads it for the field's type."""
	value = item.value
	fieldtype = item.df.fieldtype if item.df else None
	if item.fieldname in ("creation", "modified") and item.operator in (">", "<", ">=", "<="):
		return "" if value is None else as_text(value)
	if fieldtype in ("Date", "Datetime", "Time") or isinstance(value, datetime):
		return _moment_of(item, fieldtype)
	if isinstance(value, str) and fieldtype not in _NUMERIC:
		return value
	if item.fieldname == "name" or (item.operator == "=" and fieldtype in ("Link", "Data")):
		# v15 quotes its own quotes here, so that nothing is found; a number goes unquoted.
		return value or "''"
	from minibench.values.numbers import flt

	return flt(value)


def _moment_of(item: Filter, fieldtype: str | None) -> Any:
	from minibench.values.dates import get_datetime, get_time, getdate

	if fieldtype == "Date":
		day = getdate(item.value)
		if day is None:
			raise ValidationError(f"Invalid filter: {item.fieldname} {item.operator} {item.value}")
		return day
	if fieldtype == "Time":
		return get_time(item.value)
	return get_datetime(item.value) if item.value else EARLIEST


def _in_list(item: Filter, column: Sql, ignore_ifnull: bool) -> SqlPair:
	values = item.value or ""
	if isinstance(values, str):
		values = values.split(",")
	elif not isinstance(values, Iterable):
		values = [values]
	texts = ["" if value is None else as_text(value).strip() for value in values] or [""]
	return _among(column, item, item.operator, texts, ignore_ifnull)


def _in_tree(db: Connection, item: Filter, column: Sql, ignore_ifnull: bool) -> SqlPair:
	doctype = str(item.df.options) if item.df else item.doctype
	nodes = tree_nodes(db, doctype, item.operator, item.value) if item.value else []
	if item.value and item.operator == "descendants of (inclusive)" and not nodes:
		nodes = [item.value]
	texts = [str(node).strip() for node in nodes] or [""]
	operator = "not in" if item.operator.startswith("not ") else "in"
	return _among(column, item, operator, texts, ignore_ifnull)


def _among(column: Sql, item: Filter, operator: str, texts: list[str], ignore_ifnull: bool) -> SqlPair:
	# A NULL is among the values only where '' is, so the column is left alone, and its index used, elsewhere.
	nullable = item.fieldname not in _ALWAYS_SET and not ignore_ifnull and "ifnull(" not in item.fieldname
	if not nullable or (operator == "in" and "" not in texts):
		left = column
	else:
		left = collated(replace(_or_empty(column, ""), is_column=False, kind="text"))
	known = None if left.kind is None else Column(left.kind, 0)
	sql, params = among(left.text, known, operator, texts)
	return sql, [*left.params, *params]


def _is_set(item: Filter, column: Sql) -> SqlPair:
	word = item.value
	if word == "set":
		return _pair(compare(column, "<>", constant("")))
	if word == "not set":
		return f"ifnull({column.text}, '') = ''", list(column.params)
	raise DataError(f"Invalid filter: {item.fieldname} is {word}")


# --- periods ---------------------------------------------------------------------------------------------------------


def _resolve_period(item: Filter) -> Filter:
	"""Timespan, previous and next as the two dates that they mean today."""
	if item.operator not in ("timespan", "previous", "next"):
		return item
	from minibench.values.periods import get_timespan_date_range

	if item.operator == "timespan":
		timespan = item.value
	else:
		timespan = f"{'last' if item.operator == 'previous' else 'next'} {_PERIODS[item.value]}"
	return item._replace(operator="between", value=get_timespan_date_range(timespan))


def _between(item: Filter, column: Sql) -> SqlPair:
	"""Between two dates, whole days where the field holds moments; today for what is missing."""
	if not _is_dated(item):
		raise DataError(f"Invalid filter: {item.fieldname} between {item.value}")
	from minibench.values.dates import getdate, nowdate

	bounds = list(item.value) if isinstance(item.value, list | tuple) else []
	first, last = [*bounds, *[nowdate()] * 2][:2] if len(bounds) < 2 else bounds[:2]
	if item.df is None or item.df.fieldtype == "Datetime":
		low, high = _moment(first, time()), _moment(last, time.max)
	else:
		low, high = getdate(first), getdate(last)
	return f"{column.text} between ? and ?", [*column.params, bind(low), bind(high)]


def _moment(value: Any, at: time) -> datetime:
	from minibench.values.dates import get_datetime, getdate

	if isinstance(value, str):
		value = get_datetime(value) if " " in value.strip() else getdate(value)
	if isinstance(value, datetime):
		return value
	return datetime.combine(value, at)
