"""Filters as data: brought into one shape, and checked against a document without a query."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import Dict
from minibench.errors import DataError, DoesNotExistError
from minibench.model.fieldtypes import child_table_fields, default_fields, optional_fields
from minibench.values.casting import cast

_OPERATORS = (
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
	"ancestors of",
	"descendants of",
	"not ancestors of",
	"not descendants of",
	"descendants of (inclusive)",
)
_SUSPICIOUS = re.compile("^.*[,'();\n].*")
_COMMENT = re.compile(r"/\*[\s\S]*?\*/|--[^\n]*|#[^\n]*")
_STATEMENTS = ("select", "create", "insert", "delete", "drop", "update", "case", "and", "or")


def sql_like(value: Any, pattern: Any) -> bool:
	"""LIKE in Python, case sensitive; a pattern without % is looked for anywhere."""
	if not isinstance(pattern, str) and isinstance(value, str):
		return False
	if pattern.startswith("%") and pattern.endswith("%"):
		return pattern.strip("%") in value
	if pattern.startswith("%"):
		return bool(value.endswith(pattern.lstrip("%")))
	if pattern.endswith("%"):
		return bool(value.startswith(pattern.rstrip("%")))
	return pattern in value


def filter_operator_is(value: Any, pattern: str) -> bool:
	"""The operator `is`, whose value is "set" or "not set"; zero counts as set.

	Raises:
		ValidationError: it is neither.
	"""
	wanted = pattern.lower()
	if wanted not in ("set", "not set"):
		from minibench.translate import _

		throw(_("Invalid argument for operator 'IS': {0}").format(wanted))
	return (value is not None and value != "") == (wanted == "set")


operator_map: dict[str, Callable[[Any, Any], Any]] = {
	"^": lambda a, b: (a or "").startswith(b),
	"in": lambda a, b: operator.contains(b, a),
	"not in": lambda a, b: not operator.contains(b, a),
	"=": operator.eq,
	"!=": operator.ne,
	">": operator.gt,
	"<": operator.lt,
	">=": operator.ge,
	"<=": operator.le,
	"not None": lambda a, b: a is not None,
	"None": lambda a, b: a is None,
	"like": sql_like,
	"not like": lambda a, b: not sql_like(a, b),
	"is": filter_operator_is,
}


def evaluate_filters(doc: Any, filters: Any) -> bool:
	"""Whether the document fits every filter of a dict or a list of (doctype, field, operator, value)."""
	if isinstance(filters, Mapping):
		wanted: list[Any] = [{key: value} for key, value in filters.items()]
	else:
		wanted = list(filters) if isinstance(filters, list | tuple) else []
	for each in wanted:
		f = get_filter(None, each)
		if not compare(doc.get(f.fieldname), f.operator, f.value, f.fieldtype):
			return False
	return True


def compare(val1: Any, condition: str, val2: Any, fieldtype: str | None = None) -> Any:
	"""Apply an operator; both values are cast to the field type if one is given; False for an unknown operator."""
	if fieldtype:
		val1, val2 = cast(fieldtype, val1), cast(fieldtype, val2)
	return operator_map[condition](val1, val2) if condition in operator_map else False


def get_filter(doctype: str | None, f: Any, filters_config: Any = None) -> Dict:
	"""A filter as doctype, fieldname, operator, value and fieldtype.

	A field that the DocType lacks is looked for in its child tables.

	Raises:
		ValidationError: it is no filter, or its operator is unknown.
		DataError: the field's name holds more than a name.
	"""
	from minibench.translate import _

	if isinstance(f, Mapping):
		key, value = next(iter(f.items()))
		f = make_filter_tuple(doctype, key, value)
	if not isinstance(f, list | tuple):
		throw(_("Filter must be a tuple or list (in a list)"))
	if len(f) == 3:
		f = (doctype, *f)
	elif len(f) < 4:
		throw(_("Filter must have 4 values (doctype, fieldname, operator, value): {0}").format(str(f)))
	found = Dict(doctype=f[0], fieldname=f[1], operator=f[2] or "=", value=f[3])
	sanitize_column(found.fieldname)
	valid = _OPERATORS + tuple(key.lower() for key in filters_config or ())
	if found.operator.lower() not in valid:
		throw(_("Operator must be one of {0}").format(", ".join(valid)))
	if found.doctype:
		found.doctype = _holder(found.doctype, found.fieldname)
	found.fieldtype = _fieldtype(found.doctype, found.fieldname)
	return found


def _holder(doctype: str, fieldname: str) -> str:
	"""The DocType that has the field: this one or one of its child tables."""
	from minibench.model.meta import get_meta

	if fieldname in default_fields + optional_fields + child_table_fields:
		return doctype
	meta = get_meta(doctype)
	if meta.has_field(fieldname):
		return doctype
	tables = (df.options for df in meta.get_table_fields())
	return next((table for table in tables if get_meta(table).has_field(fieldname)), doctype)


def _fieldtype(doctype: str | None, fieldname: str) -> str | None:
	from minibench.model.meta import get_meta

	try:
		df = get_meta(doctype).get_field(fieldname) if doctype else None
	except DoesNotExistError:
		return None
	return df.fieldtype if df else None


def make_filter_tuple(doctype: str | None, key: str, value: Any) -> list[Any]:
	"""[doctype, field, operator, value] of a dict's item, whose value may be (operator, value)."""
	if isinstance(value, list | tuple):
		return [doctype, key, value[0], value[1]]
	return [doctype, key, "=", value]


def make_filter_dict(filters: Any) -> Dict:
	"""{field: (operator, value)} of a list of four-part filters."""
	return Dict({f[1]: (f[2], f[3]) for f in filters})


def sanitize_column(column_name: str) -> None:
	"""Raise DataError for a field's name that could be more than a name in a query."""
	text = _COMMENT.sub("", column_name).lower().strip()
	if not _SUSPICIOUS.match(text):
		return
	if "ifnull" in text and not any(re.search(rf"\b{word}\b", text) for word in _STATEMENTS):
		return
	from minibench.translate import _

	throw(_("Invalid field name {0}").format(text), DataError)
