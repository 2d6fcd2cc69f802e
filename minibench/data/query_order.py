"""In which order, and grouped how, a list comes."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from minibench.data.sql_expressions import Field, parse_list
from minibench.errors import ValidationError

DEFAULT_ORDER = "KEEP_DEFAULT_ORDERING"

_ILLEGAL = re.compile(r"[^a-z0-9\-_ ,`'\".()]")
_AGGREGATES = ("count(", "min(", "max(", "sum(", "avg(")


def refuse_illegal(text: str) -> None:
	"""Refuse what v15 refuses in an order or a grouping.

	Raises:
		ValidationError: it has a sub-query, or characters that no expression needs.
	"""
	lower = text.lower()
	if "select" in lower and "from" in lower:
		raise ValidationError("Cannot use sub-query in order by")
	if _ILLEGAL.search(lower):
		raise ValidationError("Illegal SQL Query")
	for part in lower.split(","):
		if part.strip().split("(", 1)[0].rstrip() == "sleep":
			raise ValidationError(f"Cannot use {part.strip()} in order/group by")


def default_order(meta: Any, fields: list[str], group_by: str | None) -> str:
	"""The order that the DocType asks for; none for a single aggregate over all rows."""
	if len(fields) == 1 and not group_by and fields[0].lower().startswith(_AGGREGATES):
		return ""
	table = f"`tab{meta.name}`"
	sort_field = meta.sort_field
	if sort_field and "," in sort_field:
		parts = [part.split() for part in sort_field.split(",") if part.strip()]
		return ", ".join(f"{table}.`{part[0]}` {part[1] if len(part) > 1 else 'asc'}" for part in parts)
	direction = (meta.sort_order or "desc") if sort_field else "desc"
	return f"{table}.`{sort_field or 'modified'}` {direction.lower()}"


@lru_cache(maxsize=2048)
def read_sorting(text: str) -> tuple[Field, ...]:
	"""An order or a grouping, checked and read.

	Raises:
		ValidationError: see refuse_illegal().
		DataError: it is no list of expressions.
	"""
	refuse_illegal(text)
	return parse_list(text)
