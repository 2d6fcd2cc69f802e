"""What a document's history says about credit limits: a Version's JSON, read field by field.

The framework writes values as a person sees them ("€ 1.000,00"), so they are kept as text and never computed with.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# The fields that say how much credit there is, by the kind of document; a table's name stands before its own.
FIELDS: Mapping[str, tuple[str, ...]] = {
	"Credit Profile": ("limit_kind", "credit_limit", "valid_until", "is_blocked", "parent_account"),
	"Customer": ("credit_limits",),
	"Customer Group": ("credit_limits",),
	"Company": ("credit_limit",),
}
_IN_TABLE = ("credit_limit", "bypass_credit_limit_check")


@dataclass(frozen=True)
class Change:
	"""One field that was changed: `row` and `company` say which row of a table it stands in, as far as that is told."""

	field: str
	before: str
	after: str
	row: str = ""
	company: str = ""


def changes(doctype: str, data: str) -> tuple[Change, ...]:
	"""The changes of limits in a Version of a document; none if it cannot be read."""
	try:
		said = json.loads(data or "{}")
	except ValueError:
		return ()
	if not isinstance(said, dict):
		return ()
	return (*_fields(said, FIELDS.get(doctype, ())), *_rows(said, FIELDS.get(doctype, ())))


def _fields(said: dict[str, Any], wanted: tuple[str, ...]) -> Iterator[Change]:
	for field, before, after in said.get("changed") or ():
		if field in wanted and not (_is_nothing(before) and _is_nothing(after)):
			yield Change(str(field), _text(before), _text(after))


def _rows(said: dict[str, Any], tables: tuple[str, ...]) -> Iterator[Change]:
	for table, _place, row, changed in said.get("row_changed") or ():
		if table in tables:
			for field, before, after in changed:
				if field in _IN_TABLE:
					yield Change(str(field), _text(before), _text(after), row=str(row))
	for key in ("removed", "added"):
		for table, row in said.get(key) or ():
			if table in tables:
				value = _text(row.get("credit_limit"))
				before, after = (value, "") if key == "removed" else ("", value)
				yield Change(
					"credit_limit", before, after, str(row.get("name") or ""), str(row.get("company") or "")
				)


def _is_nothing(value: Any) -> bool:
	"""Zero and nothing say the same about a limit."""
	return _text(value) in ("", "0", "0.0")


def _text(value: Any) -> str:
	return "" if value is None else str(value)
