"""The fields of a list: refused where they smell of injection, read, checked against permissions, made into SQL."""

from __future__ import annotations

import json
import re
import sqlite3
from functools import lru_cache
from typing import Any

from minibench.data.sql_expressions import Field, columns_of, parse_field
from minibench.errors import DataError, ValidationError

_BLOCKED_STARTS = frozenset(("select", "create", "insert", "delete", "drop", "update", "case", "show"))
_BLOCKED_FUNCTIONS = frozenset(
	(
		"concat",
		"concat_ws",
		"if",
		"ifnull",
		"nullif",
		"coalesce",
		"connection_id",
		"current_user",
		"database",
		"last_insert_id",
		"session_user",
		"system_user",
		"user",
		"version",
		"global",
	)
)
_SUSPICIOUS = re.compile(r"[,();@]")
_WORD_THEN_QUOTE_OR_COMMA = re.compile(r"[0-9a-zA-Z]+\s*[',]")
_STATEMENT = re.compile(r"(?:select|delete|update|drop|create)\s")
_CLAUSE = re.compile(r"\s*\w*\s*(?: from | group by | order by | where | join )", re.ASCII)
_COLUMN = re.compile(r"[^\W\d][\w.]*(?:\s+as\s+(?:\w+|`[^`]+`|'[^']+'|\"[^\"]+\"))?", re.IGNORECASE)
_UNION = re.compile(r"\sunion.*\s")


def split_fields(fields: Any) -> list[Any]:
	"""Fields as a list, whether they come as a list, as JSON or as words with commas; empty ones left out."""
	if isinstance(fields, str):
		if fields == "*":
			return ["*"]
		try:
			fields = json.loads(fields)
		except ValueError:
			fields = [field.strip() for field in fields.split(",")]
	if isinstance(fields, str):
		fields = [fields]
	return [field for field in fields or () if field]


def refuse_injection(field: str, strict: bool = True) -> None:
	"""Refuse what v15 refuses in a field.

	Raises:
		DataError: the field tries a sub-query, a statement, or a function that tells about the server.
		ValidationError: it has a comment or a union.
	"""
	lower = field.lower().strip()
	if _SUSPICIOUS.search(field):
		if lower.startswith("(") and lower[1:].lstrip().split(" ", 1)[0] in _BLOCKED_STARTS:
			raise _restricted()
		function = lower.split("(", 1)[0].rstrip()
		if function in _BLOCKED_FUNCTIONS:
			raise DataError(f"Use of function {function} in field is restricted")
		if "@" in lower:
			raise _restricted()
	if _WORD_THEN_QUOTE_OR_COMMA.match(field) or _STATEMENT.match(field) or _CLAUSE.match(field):
		raise _restricted()
	if strict and ("/*" in field or _UNION.search(lower)):
		raise ValidationError("Illegal SQL Query")


def _restricted() -> DataError:
	return DataError("Use of sub-query or function is restricted")


def refuse_bare_expression(field: str) -> None:
	"""Refuse an expression that is neither a column nor a function call: v15 takes the whole of it for a column's name.

	Raises:
		sqlite3.OperationalError: there is no such column.
	"""
	text = field.strip()
	lower = text.lower()
	if lower[0] in "`*\"'" or "(" in lower or "distinct" in lower:
		return
	if not _COLUMN.fullmatch(text):
		raise sqlite3.OperationalError(f"no such column: {text}")


@lru_cache(maxsize=4096)
def read_field(text: str, strict: bool = True) -> tuple[Field, bool]:
	"""A field of a list, checked and read, and whether it names a table.

	Raises:
		DataError: the field tries to be more than that; see refuse_injection().
		ValidationError: so does it.
		sqlite3.OperationalError: there is no such column; see refuse_bare_expression().
	"""
	refuse_injection(text, strict)
	refuse_bare_expression(text)
	field = parse_field(text)
	return field, any(table for table, _name in columns_of(field.node))
