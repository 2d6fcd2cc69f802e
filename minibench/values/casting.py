"""A value turned into what its field type holds."""

from __future__ import annotations

import datetime
from typing import Any

from minibench.values.dates import get_datetime, getdate
from minibench.values.durations import get_timedelta, to_timedelta
from minibench.values.numbers import cint, flt, sbool
from minibench.values.text import cstr

_FLOATS = frozenset(("Currency", "Float", "Percent"))
_INTS = frozenset(("Int", "Check"))
_TEXTS = frozenset(
	("Data", "Text", "Small Text", "Long Text", "Text Editor", "Select", "Link", "Dynamic Link")
)


def cast(fieldtype: str | None, value: Any = None) -> Any:
	"""`value` as the Python type of the field type; for None the type's lowest value.

	A text that is no number gives 0; a field type that is not listed gives the value as it is.
	"""
	if fieldtype in _FLOATS:
		return flt(value)
	if fieldtype in _INTS:
		return cint(sbool(value))
	if fieldtype in _TEXTS:
		return cstr(value)
	if fieldtype == "Date":
		return getdate(value) if value else datetime.date(1, 1, 1)
	if fieldtype == "Datetime":
		return get_datetime(value) if value else datetime.datetime(1, 1, 1)
	if fieldtype == "Time":
		return get_timedelta(value)
	return value


def cast_fieldtype(fieldtype: str | None, value: Any, show_warning: bool = True) -> Any:
	"""The older `cast`, which reads "today" and "now" out of nothing: use `cast`."""
	if fieldtype in _INTS:
		return cint(value)
	if fieldtype == "Date":
		return getdate(value)
	if fieldtype == "Datetime":
		return get_datetime(value)
	if fieldtype == "Time":
		return to_timedelta(value)
	return cast(fieldtype, value)
