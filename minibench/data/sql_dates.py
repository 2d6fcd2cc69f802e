"""MariaDB's functions on dates and times, on the texts that SQLite keeps for them. What is no date makes NULL."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from minibench.data.column_types import datetime_text, time_text, to_datetime, to_timedelta

_SUFFIXES = {1: "st", 2: "nd", 3: "rd"}
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_MODE_MONDAY_FIRST, _MODE_WITHIN_YEAR, _MODE_FULL_FIRST_WEEK = 1, 2, 4


def _moment(function: Callable[..., Any]) -> Callable[..., Any]:
	"""The first argument as a datetime."""

	def wrapped(value: Any, *args: Any) -> Any:
		moment = to_datetime(value)
		return None if moment is None else function(moment, *args)

	return wrapped


def _clock(function: Callable[[timedelta], Any]) -> Callable[..., Any]:
	"""The argument as a time of day, taken from a moment where it is one."""

	def wrapped(value: Any) -> Any:
		moment = to_datetime(value)
		length = to_timedelta(moment.time()) if moment else to_timedelta(value)
		return None if length is None else function(length)

	return wrapped


def date_add(value: Any, amount: Any, unit: str) -> str | None:
	"""`value + INTERVAL amount unit`; the last day of a shorter month where the day does not exist in it."""
	moment = to_datetime(value)
	if moment is None:
		return None
	try:
		result = _shift(moment, amount, unit)
	except (OverflowError, ValueError):
		return None
	if len(str(value)) == 10 and unit in ("day", "week", "month", "quarter", "year"):
		return result.date().isoformat()
	return datetime_text(result)


def _shift(moment: datetime, amount: Any, unit: str) -> datetime:
	if unit == "microsecond":
		return moment + timedelta(microseconds=int(amount))
	if unit in _SECONDS:
		count = float(amount) if unit == "second" else round(float(amount))
		return moment + timedelta(seconds=count * _SECONDS[unit])
	months = moment.year * 12 + moment.month - 1 + round(float(amount)) * _MONTHS[unit]
	year, month = months // 12, months % 12 + 1
	return moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))


def timestampadd(unit: str, amount: Any, value: Any) -> str | None:
	return date_add(value, amount, unit)


def timestampdiff(unit: str, first: Any, last: Any) -> int | None:
	"""Whole units from `first` to `last`."""
	start, end = to_datetime(first), to_datetime(last)
	if start is None or end is None:
		return None
	if unit in _MONTHS:
		return (
			_whole_months(start, end) // _MONTHS[unit]
			if start <= end
			else -(_whole_months(end, start) // _MONTHS[unit])
		)
	microseconds = (end - start) // timedelta(microseconds=1)
	size = 1 if unit == "microsecond" else _SECONDS[unit] * 1_000_000
	return microseconds // size if microseconds >= 0 else -(-microseconds // size)


def _whole_months(start: datetime, end: datetime) -> int:
	months = (end.year - start.year) * 12 + end.month - start.month
	return months - 1 if (end.day, end.time()) < (start.day, start.time()) else months


def datediff(last: Any, first: Any) -> int | None:
	"""Days from `first` to `last`, whatever the time of day."""
	end, start = to_datetime(last), to_datetime(first)
	return None if start is None or end is None else (end.date() - start.date()).days


def timediff(last: Any, first: Any) -> str | None:
	end, start = to_datetime(last), to_datetime(first)
	if end is not None and start is not None:
		return time_text(end - start)
	upper, lower = to_timedelta(last), to_timedelta(first)
	return None if upper is None or lower is None else time_text(upper - lower)


def timestamp(value: Any, clock: Any = None) -> str | None:
	"""TIMESTAMP: a moment, at the time `clock` after midnight where that is given."""
	moment = to_datetime(value)
	length = timedelta() if clock is None else to_timedelta(clock)
	return None if moment is None or length is None else datetime_text(moment + length)


def unix_timestamp(moment: datetime) -> int | float:
	seconds = moment.timestamp()
	return seconds if moment.microsecond else int(seconds)


def from_unixtime(seconds: Any) -> str:
	return datetime_text(datetime.fromtimestamp(float(seconds)))


def week(moment: datetime, mode: int = 0) -> int:
	return _week(moment.date(), mode)[1]


def yearweek(moment: datetime, mode: int = 0) -> int:
	year, number = _week(moment.date(), mode | _MODE_WITHIN_YEAR)
	return year * 100 + number


def _week(day: date, mode: int) -> tuple[int, int]:
	"""The year and number of the week of `day`, by MariaDB's modes.

	Bit 0: weeks begin on Monday. Bit 1: days before the first week belong to the last week of the year before. Bit 2
	(reversed where weeks begin on Sunday): the first week is the first that begins in the year, else the first with
	at least four days in it.
	"""
	monday_first = bool(mode & _MODE_MONDAY_FIRST)
	begins_in_year = bool(mode & _MODE_FULL_FIRST_WEEK) != (not monday_first)
	first = _first_week(day.year, monday_first, begins_in_year)
	if day < first:
		if not mode & _MODE_WITHIN_YEAR:
			return day.year, 0
		return day.year - 1, (day - _first_week(day.year - 1, monday_first, begins_in_year)).days // 7 + 1
	if mode & _MODE_WITHIN_YEAR and day >= _first_week(day.year + 1, monday_first, begins_in_year):
		return day.year + 1, 1
	return day.year, (day - first).days // 7 + 1


def _first_week(year: int, monday_first: bool, begins_in_year: bool) -> date:
	new_year = date(year, 1, 1)
	weekday = new_year.weekday() if monday_first else (new_year.weekday() + 1) % 7
	late = weekday != 0 if begins_in_year else weekday > 3
	return new_year + timedelta(days=7 - weekday if late else -weekday)


def date_format(moment: datetime, pattern: Any) -> str:
	"""DATE_FORMAT with all of MariaDB's letters; another letter stands for itself."""
	parts = []
	letters = iter(str(pattern))
	for letter in letters:
		if letter != "%":
			parts.append(letter)
			continue
		letter = next(letters, "%")
		formatter = _FORMATS.get(letter)
		parts.append(formatter(moment) if formatter else letter)
	return "".join(parts)


def _ordinal(day: int) -> str:
	return f"{day}{'th' if 10 <= day % 100 <= 20 else _SUFFIXES.get(day % 10, 'th')}"


_FORMATS: dict[str, Callable[[datetime], str]] = {
	"a": lambda m: calendar.day_abbr[m.weekday()],
	"b": lambda m: calendar.month_abbr[m.month],
	"c": lambda m: str(m.month),
	"D": lambda m: _ordinal(m.day),
	"d": lambda m: f"{m.day:02d}",
	"e": lambda m: str(m.day),
	"f": lambda m: f"{m.microsecond:06d}",
	"H": lambda m: f"{m.hour:02d}",
	"h": lambda m: f"{m.hour % 12 or 12:02d}",
	"I": lambda m: f"{m.hour % 12 or 12:02d}",
	"i": lambda m: f"{m.minute:02d}",
	"j": lambda m: f"{m.timetuple().tm_yday:03d}",
	"k": lambda m: str(m.hour),
	"l": lambda m: str(m.hour % 12 or 12),
	"M": lambda m: calendar.month_name[m.month],
	"m": lambda m: f"{m.month:02d}",
	"p": lambda m: "AM" if m.hour < 12 else "PM",
	"r": lambda m: date_format(m, "%I:%i:%S %p"),
	"S": lambda m: f"{m.second:02d}",
	"s": lambda m: f"{m.second:02d}",
	"T": lambda m: date_format(m, "%H:%i:%S"),
	"U": lambda m: f"{week(m, 0):02d}",
	"u": lambda m: f"{week(m, 1):02d}",
	"V": lambda m: f"{week(m, 2):02d}",
	"v": lambda m: f"{week(m, 3):02d}",
	"W": lambda m: calendar.day_name[m.weekday()],
	"w": lambda m: str((m.weekday() + 1) % 7),
	"X": lambda m: f"{_week(m.date(), 2)[0]:04d}",
	"x": lambda m: f"{_week(m.date(), 3)[0]:04d}",
	"Y": lambda m: f"{m.year:04d}",
	"y": lambda m: f"{m.year % 100:02d}",
	"%": lambda m: "%",
}


def _last_day(moment: datetime) -> str:
	return moment.date().replace(day=calendar.monthrange(moment.year, moment.month)[1]).isoformat()


FUNCTIONS: dict[tuple[str, int], Callable[..., Any]] = {
	("mdb_date", 1): _moment(lambda m: m.date().isoformat()),
	("mdb_timestamp", 1): timestamp,
	("mdb_timestamp", 2): timestamp,
	("mdb_year", 1): _moment(lambda m: m.year),
	("mdb_quarter", 1): _moment(lambda m: (m.month + 2) // 3),
	("mdb_month", 1): _moment(lambda m: m.month),
	("mdb_day", 1): _moment(lambda m: m.day),
	("mdb_week", 1): _moment(week),
	("mdb_week", 2): _moment(week),
	("mdb_weekofyear", 1): _moment(lambda m: week(m, 3)),
	("mdb_yearweek", 1): _moment(yearweek),
	("mdb_yearweek", 2): _moment(yearweek),
	("mdb_weekday", 1): _moment(lambda m: m.weekday()),
	("mdb_dayofweek", 1): _moment(lambda m: (m.weekday() + 1) % 7 + 1),
	("mdb_dayofyear", 1): _moment(lambda m: m.timetuple().tm_yday),
	("mdb_dayname", 1): _moment(lambda m: calendar.day_name[m.weekday()]),
	("mdb_monthname", 1): _moment(lambda m: calendar.month_name[m.month]),
	("mdb_last_day", 1): _moment(_last_day),
	("mdb_to_days", 1): _moment(lambda m: m.toordinal() + 365),
	("mdb_unix_timestamp", 1): _moment(unix_timestamp),
	("mdb_from_unixtime", 1): from_unixtime,
	("mdb_date_format", 2): _moment(date_format),
	("mdb_date_add", 3): date_add,
	("mdb_timestampadd", 3): timestampadd,
	("mdb_timestampdiff", 3): timestampdiff,
	("mdb_datediff", 2): datediff,
	("mdb_timediff", 2): timediff,
	("mdb_time", 1): _clock(time_text),
	("mdb_hour", 1): _clock(lambda t: (t.days * 86_400 + t.seconds) // 3600),
	("mdb_minute", 1): _clock(lambda t: t.seconds // 60 % 60),
	("mdb_second", 1): _clock(lambda t: t.seconds % 60),
	("mdb_microsecond", 1): _clock(lambda t: t.microseconds),
	("mdb_time_to_sec", 1): _clock(lambda t: t.days * 86_400 + t.seconds + t.microseconds / 1_000_000),
	("mdb_sec_to_time", 1): lambda seconds: time_text(timedelta(seconds=float(seconds))),
}
