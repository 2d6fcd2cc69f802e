"""Spans of time: MariaDB's TIME values, and the Duration field's "3h 34m 45s"."""

from __future__ import annotations

import datetime
import math
import re
from typing import Any

from minibench.collaboration.messages import throw

_WITH_DAYS = re.compile(r"(?P<days>[-\d]+) day[s]*, (?P<hours>\d+):(?P<minutes>\d+):(?P<seconds>\d[\.\d+]*)")
_WITHOUT_DAYS = re.compile(r"(?P<hours>\d+):(?P<minutes>\d+):(?P<seconds>\d[\.\d+]*)")
_DURATION = re.compile(r"^(?:(\d+d)?((^|\s)\d+h)?((^|\s)\d+m)?((^|\s)\d+s)?)$")
_UNITS = (("d", 86400), ("h", 3600), ("m", 60), ("s", 1))


def parse_timedelta(s: str) -> datetime.timedelta:
	"""A timedelta from the text that str(timedelta) gives."""
	found = (_WITH_DAYS if "day" in s else _WITHOUT_DAYS).match(s)
	return datetime.timedelta(**{unit: float(value) for unit, value in found.groupdict().items()})  # type: ignore[union-attr]


def format_timedelta(o: datetime.timedelta | str) -> str:
	"""H:MM:SS with as many hours as there are, and fractions of a second where there are any."""
	from minibench.values.numbers import cint

	total = o.total_seconds() if isinstance(o, datetime.timedelta) else cint(o)
	hours, rest = divmod(total, 3600)
	minutes, seconds = divmod(rest, 60)
	exact = round(seconds, 6)
	shown: float = int(seconds) if exact == int(seconds) else exact
	return f"{int(hours):01}:{int(minutes):02}:{shown:02}"


def get_timedelta(time: str | datetime.timedelta | None = None) -> datetime.timedelta | None:
	"""A timedelta from a time of day in any format that dateutil reads; None where it reads none."""
	from dateutil import parser

	if isinstance(time, datetime.timedelta):
		return time
	time = time or "0:0:0"
	try:
		try:
			return _since_midnight(parser.parse(time))
		except parser.ParserError as error:
			if is_beyond_a_day(error):
				return parse_timedelta(time)
			raise
	except Exception:
		return None


def is_beyond_a_day(error: Exception) -> bool:
	"""Whether dateutil gave up because the text holds 24 hours or more."""
	return "day" in error.args[1] or "hour must be in" in error.args[0]


def to_timedelta(time_str: Any) -> Any:
	"""A timedelta from a time of day; what is neither text nor time comes back as it is."""
	from dateutil import parser

	if isinstance(time_str, datetime.time):
		time_str = str(time_str)
	return _since_midnight(parser.parse(time_str)) if isinstance(time_str, str) else time_str


def _since_midnight(moment: datetime.datetime) -> datetime.timedelta:
	return datetime.timedelta(
		hours=moment.hour, minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond
	)


def format_duration(seconds: Any, hide_days: bool = False) -> str:
	"""Seconds as "1d 2h 3m 4s", without the units that are zero. `hide_days` counts days as hours."""
	from minibench.values.numbers import cint

	rest = cint(seconds)
	parts = []
	for unit, size in _UNITS[1:] if hide_days else _UNITS:
		count, rest = math.floor(rest / size), rest % size
		if count:
			parts.append(f"{count}{unit}")
	return " ".join(parts)


def duration_to_seconds(duration: str) -> int:
	"""Seconds of "1d 2h 3m 4s".

	Raises:
		ValidationError: it is not written that way.
	"""
	from minibench.values.numbers import cint

	validate_duration_format(duration)
	total = 0
	for unit, size in _UNITS:
		if unit in duration:
			count, duration = duration.split(unit)[:2]
			total += cint(count) * size
	return total


def validate_duration_format(duration: str) -> None:
	"""Raise ValidationError unless `duration` reads like "1d 2h 3m 4s"."""
	from minibench.translate import _
	from minibench.values.text import bold

	if not _DURATION.match(duration):
		throw(_("Value {0} must be in the valid duration format: d h m s").format(bold(duration)))
