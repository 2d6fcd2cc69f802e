"""JSON in v15's dialect: sorted keys, dates as text, durations as H:MM:SS, documents as dicts."""

from __future__ import annotations

import datetime
import decimal
import json
import re
import uuid
from collections.abc import Iterable
from typing import Any

from werkzeug.local import LocalProxy

from minibench.context import Dict
from minibench.errors import ValidationError
from minibench.values.text import as_unicode, squashify


def json_handler(obj: Any) -> Any:
	"""The JSON form of what JSON has no form for.

	Raises:
		TypeError: there is none.
	"""
	if isinstance(obj, datetime.date | datetime.time):
		return str(obj)
	if isinstance(obj, datetime.timedelta):
		from minibench.values.durations import format_timedelta

		return format_timedelta(obj)
	if isinstance(obj, decimal.Decimal):
		return float(obj)
	if isinstance(obj, LocalProxy | uuid.UUID):
		return str(obj)
	if hasattr(obj, "as_dict") and hasattr(obj, "doctype"):
		return obj.as_dict(no_nulls=True)
	if isinstance(obj, Iterable):
		return list(obj)
	if isinstance(obj, re.Match):
		return obj.string
	if isinstance(obj, type | Exception) or callable(obj):
		return repr(obj)
	raise TypeError(f"Object of type {type(obj)} with value of {obj!r} is not JSON serializable")


def as_json(
	obj: Any, indent: int | None = 1, separators: tuple[str, str] | None = None, ensure_ascii: bool = True
) -> str:
	"""`obj` as JSON with sorted keys."""
	options: dict[str, Any] = {
		"indent": indent,
		"default": json_handler,
		"separators": separators or (",", ": "),
		"ensure_ascii": ensure_ascii,
	}
	try:
		return json.dumps(obj, sort_keys=True, **options)
	except TypeError:
		# Keys of several types cannot be compared with one another, only as text.
		return json.dumps(dict(sorted(obj.items(), key=lambda item: str(item[0]))), **options)


def parse_json(val: Any) -> Any:
	"""Parse a string, and make an object's keys attributes; anything else comes back as it is."""
	if isinstance(val, str):
		val = json.loads(val)
	return Dict(val) if isinstance(val, dict) else val


def is_json(text: Any) -> bool:
	"""Whether `text` is valid JSON."""
	try:
		json.loads(text)
	except ValueError:
		return False
	return True


def validate_json_string(string: str) -> None:
	"""Raise ValidationError unless `string` is valid JSON."""
	try:
		json.loads(string)
	except (TypeError, ValueError):
		raise ValidationError from None


def safe_json_loads(*args: Any) -> Any:
	"""Each argument parsed where it is JSON; one argument gives one value, several give a list."""
	parsed = []
	for arg in args:
		try:
			parsed.append(json.loads(arg))
		except (TypeError, ValueError):
			parsed.append(arg)
	return squashify(parsed)


def get_safe_filters(filters: Any) -> Any:
	"""Filters parsed from JSON; what is not JSON, or is a bare number, stays text."""
	try:
		parsed = json.loads(filters)
	except (TypeError, ValueError):
		return filters
	return as_unicode(parsed) if isinstance(parsed, int | float) else parsed
