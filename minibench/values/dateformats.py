"""Dates and times as the site and the user's language write them."""

from __future__ import annotations

import datetime
from typing import Any

from minibench.context import local
from minibench.values.dates import DATETIME_FORMAT, get_datetime, get_time, getdate, now

# formats that a user may choose -> strptime's
dateformats = {
	"yyyy-mm-dd": "%Y-%m-%d",
	"mm/dd/yyyy": "%m/%d/%Y",
	"mm-dd-yyyy": "%m-%d-%Y",
	"mm/dd/yy": "%m/%d/%y",
	"dd-mmm-yyyy": "%d-%b-%Y",
	"dd/mm/yyyy": "%d/%m/%Y",
	"dd.mm.yyyy": "%d.%m.%Y",
	"dd.mm.yy": "%d.%m.%y",
	"dd-mm-yyyy": "%d-%m-%Y",
	"dd/mm/yy": "%d/%m/%y",
}
_DATE_GUESSES = (
	"%d/%b/%y %d-%m-%Y %m-%d-%Y %Y-%m-%d %d-%m-%y %m-%d-%y %y-%m-%d %y-%b-%d %d/%m/%Y %m/%d/%Y %Y/%m/%d "
	"%d/%m/%y %m/%d/%y %y/%m/%d %d.%m.%Y %m.%d.%Y %Y.%m.%d %d.%m.%y %m.%d.%y %y.%m.%d"
).split()
_DATE_GUESSES += ["%d %b %Y", "%d %B %Y"]
_TIME_GUESSES = ["%H:%M:%S.%f", "%H:%M:%S", "%H:%M", "%I:%M:%S.%f %p", "%I:%M:%S %p", "%I:%M %p"]


def _default(key: str) -> Any:
	"""A default of the session's user, looked up once a session."""
	held = f"user_{key}"
	if getattr(local, held, None) is None:
		setattr(local, held, local.db.get_default(key))
	return getattr(local, held)


def get_user_date_format() -> str:
	"""How dates are written: System Settings, or the user's default."""
	return _default("date_format") or "yyyy-mm-dd"


get_user_format = get_user_date_format


def get_user_time_format() -> str:
	"""How times are written."""
	return _default("time_format") or "HH:mm:ss"


def _locale() -> str:
	return (local.lang or "").replace("-", "_")


def format_date(
	string_date: Any = None, format_string: str | None = None, parse_day_first: bool = False
) -> str:
	"""A date in `format_string` (Unicode's letters, mm meaning months) or the user's format; "" for none."""
	import babel.dates
	from babel.core import UnknownLocaleError

	if not string_date:
		return ""
	date = getdate(string_date, parse_day_first)
	pattern = (format_string or get_user_date_format()).replace("mm", "MM").replace("Y", "y")
	try:
		return babel.dates.format_date(date, pattern, locale=_locale())
	except (UnknownLocaleError, ValueError):
		return date.strftime(pattern.replace("MM", "%m").replace("dd", "%d").replace("yyyy", "%Y"))  # type: ignore[no-any-return]


formatdate = format_date


def format_time(time_string: Any = None, format_string: str | None = None) -> str:
	"""A time of day in `format_string` or the user's format; "" for none (midnight as a timedelta is none)."""
	import babel.dates
	from babel.core import UnknownLocaleError

	if not time_string:
		return ""
	time = get_time(time_string)
	try:
		return babel.dates.format_time(time, format_string or get_user_time_format(), locale=_locale())
	except (UnknownLocaleError, ValueError):
		return time.strftime("%H:%M:%S")


def format_datetime(datetime_string: Any, format_string: str | None = None) -> str | None:
	"""A moment in `format_string` or the user's formats; None for none."""
	import babel.dates
	from babel.core import UnknownLocaleError

	if not datetime_string:
		return None
	moment = get_datetime(datetime_string)
	if not format_string:
		format_string = get_user_date_format().replace("mm", "MM") + " " + get_user_time_format()
	try:
		return babel.dates.format_datetime(moment, format_string, locale=_locale())
	except (UnknownLocaleError, ValueError):
		return moment.strftime("%Y-%m-%d %H:%M:%S")  # type: ignore[no-any-return]


def global_date_format(date: Any, format: str = "long") -> str:
	"""A date as the session's language writes it: "January 1, 2026"."""
	import babel.dates

	return babel.dates.format_date(
		getdate(date), locale=(local.lang or "en").replace("-", "_"), format=format
	)


def datetime_in_user_format(date_time: Any) -> str:
	"""Date in the user's format, hours and minutes."""
	if not date_time:
		return ""
	moment = get_datetime(date_time) if isinstance(date_time, str) else date_time
	return f"{format_date(moment.date())} {moment.strftime('%H:%M')}"


def pretty_date(iso_datetime: Any) -> str:
	"""How long ago, or from now, in the session's language: "2 days ago"; "" for none."""
	if not iso_datetime:
		return ""
	from babel.dates import format_timedelta

	if isinstance(iso_datetime, str):
		iso_datetime = datetime.datetime.strptime(iso_datetime, DATETIME_FORMAT)
	since = iso_datetime - datetime.datetime.strptime(now(), DATETIME_FORMAT)
	return format_timedelta(since, add_direction=True, locale=_locale() or None)


def user_to_str(date: Any, date_format: str | None = None) -> Any:
	"""YYYY-MM-DD from a text in `date_format`, by default the user's.

	Raises:
		ValueError: the text is in another format.
	"""
	if not date:
		return date
	date_format = date_format or get_user_date_format()
	try:
		return datetime.datetime.strptime(date, dateformats[date_format]).strftime("%Y-%m-%d")
	except ValueError:
		raise ValueError(f"Date {date} must be in format {date_format}") from None


def parse_date(date: str) -> str:
	"""YYYY-MM-DD from a text in the user's format or another known one; a time of day is cut off."""
	date = date.split(" ", 1)[0]
	by_name = sorted(dateformats, reverse=not get_user_date_format().startswith("dd"))
	for date_format in (None, *by_name):
		try:
			parsed = user_to_str(date, date_format)
		except ValueError:
			continue
		if parsed:
			return parsed  # type: ignore[no-any-return]
	raise Exception(
		f"Cannot understand date - '{date}'. Try formatting it like your default format - '{get_user_date_format()}'"
	)


def guess_date_format(date_string: str) -> str | None:
	"""The strptime format that reads `date_string`, tried in a fixed order; None where none does."""
	text = date_string.strip()
	found = _first_fitting(text, _DATE_GUESSES) or _first_fitting(text, _TIME_GUESSES)
	if found or " " not in text:
		return found
	day, clock = text.split(" ", 1)
	date_format, time_format = _first_fitting(day, _DATE_GUESSES), _first_fitting(clock, _TIME_GUESSES)
	return f"{date_format} {time_format}" if date_format and time_format else None


def _first_fitting(text: str, formats: list[str]) -> str | None:
	for candidate in formats:
		try:
			datetime.datetime.strptime(text, candidate)
			return candidate
		except ValueError:
			continue
	return None
