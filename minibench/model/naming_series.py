"""Names with a running number: "SO-.YYYY.-.#####" and how its parts are read."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import db
from minibench.errors import ValidationError
from minibench.hooks import get_attr, get_hooks
from minibench.translate import _
from minibench.values.dates import now_datetime
from minibench.values.numbers import cint
from minibench.values.text import bold, cstr

NAMING_SERIES_PATTERN = re.compile(r"^[\w\- \/.#{}]+$", re.UNICODE)
BRACED_PARAMS_PATTERN = re.compile(r"(\{[\w | #]+\})")
_PRINTABLE = (int, str, datetime.datetime, datetime.date, datetime.time, datetime.timedelta)

_NEXT = (
	"insert into `tabSeries` (name, current) values (?, 1) "
	"on conflict (name) do update set current = current + 1 returning current"
)


class InvalidNamingSeriesError(ValidationError):
	pass


class NamingSeries:
	"""A series as a user writes it: parts between dots, of which the one made of # is the number."""

	__slots__ = ("series",)

	def __init__(self, series: str) -> None:
		self.series = series if "#" in series else series + ".#####"

	def validate(self) -> None:
		"""Raise InvalidNamingSeriesError where the series has no dot, or signs that no name may have."""
		if "." not in self.series:
			throw(
				_("Invalid naming series {}: dot (.) missing").format(bold(self.series)),
				exc=InvalidNamingSeriesError,
			)
		if not NAMING_SERIES_PATTERN.match(self.series):
			throw(
				_(
					"Special Characters except '-', '#', '.', '/', '{{' and '}}' not allowed in naming series {0}"
				).format(bold(self.series)),
				exc=InvalidNamingSeriesError,
			)

	def generate_next_name(self, doc: Any, *, ignore_validate: bool = False) -> str:
		"""Count on and return the name."""
		if not ignore_validate:
			self.validate()
		return parse_naming_series(self.series.split("."), doc=doc)

	def get_prefix(self) -> str:
		"""What precedes the number: the key under which the series is counted."""
		prefixes: list[str] = []

		def note_prefix(prefix: str, digits: int) -> str:
			prefixes.append(prefix)
			return "#" * digits

		parse_naming_series(self.series, number_generator=note_prefix)
		if not prefixes:
			throw(_("Invalid Naming Series: {}").format(self.series))
		return prefixes[0]

	def get_preview(self, doc: Any = None) -> list[str]:
		"""What the first three names would look like. Counts nothing."""

		def counting(number: int) -> Callable[[str, int], str]:
			return lambda _prefix, digits: str(number).zfill(digits)

		return [
			parse_naming_series(self.series, doc=doc, number_generator=counting(number))
			for number in (1, 2, 3)
		]

	def update_counter(self, new_count: int) -> None:
		"""Go on counting after `new_count`."""
		db.execute(
			"insert into `tabSeries` (name, current) values (?, ?) "
			"on conflict (name) do update set current = excluded.current",
			(self.get_prefix(), cint(new_count)),
		)

	def get_current_value(self) -> int:
		"""The number last used, 0 where none was."""
		return current_of(self.get_prefix()) or 0


def current_of(prefix: str) -> int | None:
	rows = db.execute("select current from `tabSeries` where name = ?", (prefix,))
	return int(rows[0][0]) if rows else None


def getseries(key: str, digits: int) -> str:
	"""Count the series `key` on and return its number with at least `digits` digits."""
	rows = db.execute(_NEXT, (key,))
	return f"{rows[0][0]:0{digits}d}"


def parse_naming_series(
	parts: list[str] | str,
	doctype: str | None = None,
	doc: Any = None,
	number_generator: Callable[[str, int], str] | None = None,
) -> str:
	"""Put a name together from the parts of a series.

	A part is a number (#), a date (YY, MM, DD, YYYY, WW, timestamp), a field of `doc`, a variable that an app's hook
	`naming_series_variables` knows, or plain text. Only the first number counts; further ones are left out.
	"""
	if isinstance(parts, str):
		parts = parts.split(".")
	count = number_generator or getseries
	today = now_datetime()
	name = ""
	numbered = False
	for part in parts:
		if not part:
			continue
		value: Any = ""
		if part.startswith("#"):
			if not numbered:
				value = count(name, len(part))
				numbered = True
		else:
			value = _part_value(part, doc, today)
		if isinstance(value, str):
			name += value
		elif isinstance(value, _PRINTABLE):
			name += cstr(value).strip()
	return name


_DATE_PARTS: dict[str, Callable[[datetime.datetime], str]] = {
	"YY": lambda today: today.strftime("%y"),
	"MM": lambda today: today.strftime("%m"),
	"DD": lambda today: today.strftime("%d"),
	"YYYY": lambda today: today.strftime("%Y"),
	"WW": lambda today: determine_consecutive_week_number(today),
	"timestamp": str,
}
_ABSENT = object()


def _part_value(part: str, doc: Any, today: datetime.datetime) -> Any:
	if part in _DATE_PARTS:
		return _DATE_PARTS[part](today)
	if doc and (part.startswith("{") or doc.get(part, _ABSENT) is not _ABSENT):
		return doc.get(part.replace("{", "").replace("}", ""))
	if parser := has_custom_parser(part):
		return get_attr(parser[0])(doc, part)
	return part


def has_custom_parser(part: str) -> list[str] | None:
	"""The functions that hooks name for a variable of a series."""
	found: list[str] | None = get_hooks("naming_series_variables", {}).get(part)
	return found


def determine_consecutive_week_number(moment: datetime.datetime) -> str:
	"""The ISO week, made to rise within a calendar year: its first days may be week 00, its last ones week 53."""
	week = moment.strftime("%V")
	if moment.month == 1 and int(week) >= 52:
		return "00"
	if moment.month == 12 and int(week) <= 1:
		return "53"
	return week


def revert_series_if_last(key: str, name: str, doc: Any = None) -> None:
	"""Take the number of a document that goes away back, if it was the last one given out."""
	prefix = key
	if ".#" in key:
		prefix, tail = key.rsplit(".", 1)
		if "#" not in tail:
			# The number is not at the end: "SINV-.####.-2021".
			number = re.search("#+", key)
			if not number:
				return
			name = name.replace(tail, "")
			prefix = prefix.replace(number.group(), "")
	if "." in prefix:
		prefix = parse_naming_series(prefix.split("."), doc=doc)
	count = cint(name.replace(prefix, ""))
	if current_of(prefix) == count:
		db.execute(
			"update `tabSeries` set current = current - 1 where name = ? and current = ?", (prefix, count)
		)
