"""Dates and times: reading, shifting, the site's clock."""

from __future__ import annotations

import calendar
import datetime
import time
from functools import lru_cache
from typing import Any

import pytz
from dateutil import parser
from dateutil.relativedelta import relativedelta

from minibench.collaboration.messages import throw
from minibench.context import flags
from minibench.values.durations import is_beyond_a_day, parse_timedelta, to_timedelta

DATE_FORMAT = "%Y-%m-%d"
TIME_FORMAT = "%H:%M:%S.%f"
DATETIME_FORMAT = f"{DATE_FORMAT} {TIME_FORMAT}"
DateTimeLikeObject = str | datetime.date | datetime.datetime
# Clocks are changed on the quarter of an hour, in seconds.
_CLOCK_STEP = 900
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def is_invalid_date_string(date_string: Any) -> bool:
	"""Whether it is no text, empty, or MariaDB's way to say "no date"."""
	return (
		not isinstance(date_string, str)
		or not date_string
		or date_string.startswith(("0001-01-01", "0000-00-00"))
	)


def getdate(string_date: Any = None, parse_day_first: bool = False) -> Any:
	"""A date from a date, datetime or text; today's without one; None for a null date such as 0000-00-00.

	Raises:
		ValidationError: the text is no date.
	"""
	if not string_date:
		return now_datetime().date()
	if isinstance(string_date, datetime.datetime):
		return string_date.date()
	if isinstance(string_date, datetime.date):
		return string_date
	if is_invalid_date_string(string_date):
		return None
	plain = None if parse_day_first else _plain_date(string_date)
	if plain:
		return plain
	try:
		return parser.parse(string_date, dayfirst=parse_day_first).date()
	except parser.ParserError:
		from minibench.translate import _
		from minibench.values.text import bold

		throw(_("{} is not a valid date string.").format(bold(string_date)), title=_("Invalid Date"))


def _plain_date(text: str) -> datetime.date | None:
	"""The common form YYYY-MM-DD, read without the general parser."""
	if len(text) == 10 and text[4] == text[7] == "-":
		try:
			return datetime.date.fromisoformat(text)
		except ValueError:
			return None
	return None


def get_datetime(datetime_str: Any = None) -> Any:
	"""A datetime from a datetime, date or text; now without one; a timedelta as it is; None for a null date.

	Raises:
		dateutil.parser.ParserError: the text is no date.
	"""
	if datetime_str is None:
		return now_datetime()
	if isinstance(datetime_str, datetime.datetime | datetime.timedelta):
		return datetime_str
	if isinstance(datetime_str, list | tuple):
		return datetime.datetime(*datetime_str)
	if isinstance(datetime_str, datetime.date):
		return datetime.datetime.combine(datetime_str, datetime.time())
	if is_invalid_date_string(datetime_str):
		return None
	plain = _plain_datetime(datetime_str)
	if plain:
		return plain
	try:
		return datetime.datetime.strptime(datetime_str, DATETIME_FORMAT)
	except ValueError:
		return parser.parse(datetime_str)


def _plain_datetime(text: str) -> datetime.datetime | None:
	"""The common forms YYYY-MM-DD HH:MM:SS and the same with microseconds, read without the general parser."""
	if len(text) not in (19, 26) or (text[4], text[7], text[10], text[13], text[16]) != (
		"-",
		"-",
		" ",
		":",
		":",
	):
		return None
	if len(text) == 26 and text[19] != ".":
		return None
	try:
		return datetime.datetime.fromisoformat(text)
	except ValueError:
		return None


def get_time(time_str: Any) -> datetime.time:
	"""A time of day from a datetime, time, timedelta or text."""
	if isinstance(time_str, datetime.datetime):
		return time_str.time()
	if isinstance(time_str, datetime.time):
		return time_str
	if isinstance(time_str, datetime.timedelta):
		return (datetime.datetime.min + time_str).time()
	try:
		return parser.parse(time_str).time()
	except parser.ParserError as error:
		if is_beyond_a_day(error):
			return (datetime.datetime.min + parse_timedelta(time_str)).time()
		raise


# The site's clock


def get_system_timezone() -> str:
	"""The site's time zone, Asia/Kolkata where System Settings name none."""
	from minibench.access.defaults import get_system_settings

	return get_system_settings("time_zone") or "Asia/Kolkata"


def convert_utc_to_timezone(utc_timestamp: datetime.datetime, time_zone: str) -> datetime.datetime:
	"""The same moment in `time_zone`; unchanged where the zone is unknown. Without a zone it is taken as UTC."""
	if utc_timestamp.tzinfo is None:
		utc_timestamp = pytz.utc.localize(utc_timestamp)
	try:
		return utc_timestamp.astimezone(pytz.timezone(time_zone))
	except pytz.UnknownTimeZoneError:
		return utc_timestamp


def convert_utc_to_system_timezone(utc_timestamp: datetime.datetime) -> datetime.datetime:
	"""The same moment in the site's time zone."""
	return convert_utc_to_timezone(utc_timestamp, get_system_timezone())


def get_datetime_in_timezone(time_zone: str) -> datetime.datetime:
	"""Now in `time_zone`."""
	return convert_utc_to_timezone(datetime.datetime.now(pytz.UTC), time_zone)


def now_datetime() -> datetime.datetime:
	"""Now on the site's clock, without a zone."""
	moment = datetime.datetime.now(datetime.UTC)
	offset = _offset(get_system_timezone(), int(moment.timestamp()) // _CLOCK_STEP)
	return moment.replace(tzinfo=None) + offset


@lru_cache(maxsize=64)
def _offset(zone: str, step: int) -> datetime.timedelta:
	"""How far a zone's clock is ahead of UTC; none where the zone is unknown."""
	try:
		known = pytz.timezone(zone)
	except pytz.UnknownTimeZoneError:
		return datetime.timedelta()
	return datetime.datetime.fromtimestamp(step * _CLOCK_STEP, known).utcoffset() or datetime.timedelta()


def now() -> str:
	"""Now as text with microseconds; `frappe.flags.current_date` replaces the day."""
	moment = now_datetime()
	if flags.current_date:
		return f"{getdate(flags.current_date).isoformat()} {moment.time().isoformat('microseconds')}"
	return moment.isoformat(" ", "microseconds")


def nowdate() -> str:
	"""Today as YYYY-MM-DD."""
	return str(now_datetime().date())


def today() -> str:
	"""Today as YYYY-MM-DD."""
	return nowdate()


def nowtime() -> str:
	"""The time of day as text with microseconds."""
	return now_datetime().strftime(TIME_FORMAT)


def get_timestamp(date: Any) -> float:
	"""Seconds since the epoch at the start of `date`."""
	return time.mktime(getdate(date).timetuple())


def get_eta(from_time: Any, percent_complete: float) -> str:
	"""How long the rest takes if it goes on as it did since `from_time`."""
	spent = time_diff(now_datetime(), from_time).total_seconds()
	return str(datetime.timedelta(seconds=(100 - percent_complete) / percent_complete * spent))


# Shifting and comparing


def add_to_date(
	date: Any,
	years: int = 0,
	months: int = 0,
	weeks: int = 0,
	days: int = 0,
	hours: int = 0,
	minutes: int = 0,
	seconds: int = 0,
	as_string: bool = False,
	as_datetime: bool = False,
) -> Any:
	"""`date` (None: now) shifted. A text gives a text, with the time of day if it had one or hours are added.

	Raises:
		ValidationError: the text is no date.
	"""
	if date is None:
		date = now_datetime()
	as_datetime = as_datetime or bool(hours)
	if isinstance(date, str):
		as_string = True
		as_datetime = as_datetime or " " in date
		try:
			date = parser.parse(date)
		except parser.ParserError:
			from minibench.translate import _

			throw(_("Please select a valid date filter"), title=_("Invalid Date"))
	date += relativedelta(
		years=years, months=months, weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds
	)
	if as_string:
		return date.strftime(DATETIME_FORMAT if as_datetime else DATE_FORMAT)
	return date


def add_days(date: Any, days: Any) -> Any:
	"""`date` plus `days`."""
	return add_to_date(date, days=days)


def add_months(date: Any, months: Any) -> Any:
	"""`date` plus `months`; the day is cut to the month's last."""
	return add_to_date(date, months=months)


def add_years(date: Any, years: Any) -> Any:
	"""`date` plus `years`."""
	return add_to_date(date, years=years)


def date_diff(string_ed_date: Any, string_st_date: Any) -> int:
	"""Days from the second date to the first."""
	return (getdate(string_ed_date) - getdate(string_st_date)).days  # type: ignore[no-any-return]


days_diff = date_diff


def month_diff(string_ed_date: Any, string_st_date: Any) -> int:
	"""Calendar months that both dates touch together: 1 within the same month."""
	end, start = getdate(string_ed_date), getdate(string_st_date)
	return (end.year - start.year) * 12 + end.month - start.month + 1  # type: ignore[no-any-return]


def time_diff(string_ed_date: Any, string_st_date: Any) -> Any:
	"""The span from the second moment to the first."""
	return get_datetime(string_ed_date) - get_datetime(string_st_date)


def time_diff_in_seconds(string_ed_date: Any, string_st_date: Any) -> float:
	"""That span in seconds."""
	return time_diff(string_ed_date, string_st_date).total_seconds()  # type: ignore[no-any-return]


def time_diff_in_hours(string_ed_date: Any, string_st_date: Any) -> float:
	"""That span in hours, to six decimals."""
	return round(time_diff_in_seconds(string_ed_date, string_st_date) / 3600, 6)


# As text


def get_datetime_str(datetime_obj: Any) -> str:
	"""YYYY-MM-DD HH:MM:SS.ffffff."""
	moment = get_datetime(datetime_obj) if isinstance(datetime_obj, str) else datetime_obj
	return str(moment.strftime(DATETIME_FORMAT))


def get_date_str(date_obj: Any) -> str:
	"""YYYY-MM-DD."""
	day = get_datetime(date_obj) if isinstance(date_obj, str) else date_obj
	return str(day.strftime(DATE_FORMAT))


def get_time_str(timedelta_obj: Any) -> str:
	"""H:M:S without leading zeros; whole days are left out."""
	span = to_timedelta(timedelta_obj) if isinstance(timedelta_obj, str) else timedelta_obj
	minutes, seconds = divmod(span.seconds, 60)
	return f"{minutes // 60}:{minutes % 60}:{seconds}"


def get_weekdays() -> list[str]:
	"""English weekday names from Monday on."""
	return list(WEEKDAYS)


def get_weekday(datetime: datetime.datetime | None = None) -> str:
	"""English weekday name, today's without an argument."""
	return WEEKDAYS[(datetime or now_datetime()).weekday()]


def get_month(datetime: Any = None) -> str:
	"""English month name, this month's without an argument."""
	moment = get_datetime(datetime) if isinstance(datetime, str) else datetime or now_datetime()
	return calendar.month_name[moment.month]


def parse_val(v: Any) -> Any:
	"""Dates as text, durations as H:MM; anything else as it is."""
	if isinstance(v, datetime.date):
		return str(v)
	if isinstance(v, datetime.timedelta):
		return ":".join(str(v).split(":")[:2])
	return int(v) if isinstance(v, int) else v
