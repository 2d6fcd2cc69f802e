"""Dates and times: reading, shifting, comparing, the site's clock."""

from __future__ import annotations

import datetime
from typing import Any

import frappe
import pytest
from frappe.utils import (
	add_days,
	add_months,
	add_to_date,
	add_years,
	convert_utc_to_timezone,
	date_diff,
	duration_to_seconds,
	format_duration,
	get_date_str,
	get_datetime,
	get_datetime_str,
	get_time,
	get_time_str,
	get_timedelta,
	getdate,
	month_diff,
	now,
	now_datetime,
	nowdate,
	time_diff,
	time_diff_in_hours,
	time_diff_in_seconds,
	to_timedelta,
	today,
)
from frappe.utils.data import format_timedelta, get_month, get_weekday, guess_date_format, parse_timedelta
from hypothesis import HealthCheck, given, strategies
from hypothesis import settings as hypothesis_settings

D, T, S = datetime.date, datetime.datetime, datetime.timedelta
quick = hypothesis_settings(
	max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
days = strategies.dates(min_value=D(1900, 1, 1), max_value=D(2200, 1, 1))


@pytest.mark.parametrize(
	("text", "expected"),
	[
		("2026-02-03", D(2026, 2, 3)),
		("2026-2-3", D(2026, 2, 3)),
		("2026-02-03 10:11:12", D(2026, 2, 3)),
		("03/02/2026", D(2026, 3, 2)),
		("13-02-2026", D(2026, 2, 13)),
		("3 Feb 2026", D(2026, 2, 3)),
		("20260203", D(2026, 2, 3)),
		("0000-00-00", None),
		("0001-01-01", None),
		(D(2026, 2, 3), D(2026, 2, 3)),
		(T(2026, 2, 3, 4, 5), D(2026, 2, 3)),
	],
)
def test_getdate(text: Any, expected: Any) -> None:
	result = getdate(text)
	assert result == expected
	assert type(result) is type(expected)


def test_getdate_may_read_the_day_first() -> None:
	assert getdate("03/02/2026", parse_day_first=True) == D(2026, 2, 3)
	assert getdate("2026-02-03", parse_day_first=True) == D(2026, 3, 2)


def test_without_a_date_it_is_today() -> None:
	for nothing in (None, "", 0):
		assert getdate(nothing) == now_datetime().date()
	assert today() == nowdate() == str(now_datetime().date())


def test_what_is_no_date_is_refused() -> None:
	with pytest.raises(frappe.ValidationError, match="is not a valid date string"):
		getdate("nonsense")


@pytest.mark.parametrize(
	("value", "expected"),
	[
		("2026-02-03 04:05:06", T(2026, 2, 3, 4, 5, 6)),
		("2026-02-03 04:05:06.789", T(2026, 2, 3, 4, 5, 6, 789000)),
		("2026-02-03", T(2026, 2, 3)),
		(D(2026, 2, 3), T(2026, 2, 3)),
		(S(hours=1), S(hours=1)),
		("0000-00-00 00:00:00", None),
	],
)
def test_get_datetime(value: Any, expected: Any) -> None:
	assert get_datetime(value) == expected


def test_get_datetime_without_argument_is_now() -> None:
	assert abs(get_datetime() - now_datetime()) < S(seconds=5)


def test_times_of_day() -> None:
	assert get_time("14:05:06") == datetime.time(14, 5, 6)
	assert get_time(S(hours=3)) == datetime.time(3)
	assert get_time(T(2026, 1, 1, 7)) == datetime.time(7)
	assert to_timedelta("01:02:03") == S(hours=1, minutes=2, seconds=3)
	assert get_timedelta("01:02:03") == S(hours=1, minutes=2, seconds=3)
	assert get_timedelta("49:10:11") == S(hours=49, minutes=10, seconds=11)
	assert get_timedelta("nonsense") is None
	assert get_timedelta() == S(0)
	assert get_time_str(S(hours=1, minutes=2, seconds=3)) == "1:2:3"


def test_durations() -> None:
	assert format_timedelta(S(hours=49, minutes=1, seconds=2.5)) == "49:01:2.5"
	assert format_timedelta(S(hours=1)) == "1:00:00"
	assert parse_timedelta("1 day, 2:03:04") == S(days=1, hours=2, minutes=3, seconds=4)
	assert format_duration(93784) == "1d 2h 3m 4s"
	assert format_duration(93784, hide_days=True) == "26h 3m 4s"
	assert format_duration(0) == ""
	assert duration_to_seconds("1d 2h 3m 4s") == 93784
	assert duration_to_seconds("45s") == 45
	with pytest.raises(frappe.ValidationError):
		duration_to_seconds("soon")


@pytest.mark.parametrize(
	("start", "arguments", "expected"),
	[
		("2026-01-31", {"months": 1}, "2026-02-28"),
		("2024-01-31", {"months": 1}, "2024-02-29"),
		("2026-01-31", {"days": 1}, "2026-02-01"),
		("2026-01-31", {"hours": 5}, "2026-01-31 05:00:00.000000"),
		("2026-01-31 10:00:00", {"days": 1}, "2026-02-01 10:00:00.000000"),
		(D(2026, 1, 31), {"years": 1}, D(2027, 1, 31)),
		(D(2026, 1, 31), {"weeks": 1, "as_string": True}, "2026-02-07"),
		(D(2026, 1, 31), {"days": 1, "as_string": True, "as_datetime": True}, "2026-02-01 00:00:00.000000"),
		(T(2026, 1, 31, 1), {"minutes": 90}, T(2026, 1, 31, 2, 30)),
	],
)
def test_add_to_date(start: Any, arguments: dict[str, Any], expected: Any) -> None:
	assert add_to_date(start, **arguments) == expected


def test_add_to_date_refuses_nonsense() -> None:
	with pytest.raises(frappe.ValidationError, match="valid date filter"):
		add_to_date("nonsense", days=1)


@quick
@given(days, strategies.integers(-2000, 2000))
def test_adding_days_and_taking_the_difference_agree(day: datetime.date, count: int) -> None:
	assert date_diff(add_days(day, count), day) == count
	assert add_days(str(day), count) == str(day + S(days=count))


@quick
@given(days, strategies.integers(0, 240))
def test_adding_months_keeps_the_day_or_cuts_it(day: datetime.date, count: int) -> None:
	later = add_months(day, count)
	assert month_diff(later, day) == count + 1
	assert later.day <= day.day
	assert add_years(day, 1) == add_months(day, 12)


def test_differences() -> None:
	assert date_diff("2026-03-01", "2026-02-27") == 2
	assert month_diff("2026-03-31", "2026-03-01") == 1
	assert time_diff("2026-01-02 00:00:00", "2026-01-01 12:00:00") == S(hours=12)
	assert time_diff_in_seconds("2026-01-01 00:01:00", "2026-01-01 00:00:00") == 60.0
	assert time_diff_in_hours("2026-01-01 01:20:00", "2026-01-01 00:00:00") == 1.333333


def test_as_text() -> None:
	assert get_datetime_str(T(2026, 2, 3, 4, 5, 6)) == "2026-02-03 04:05:06.000000"
	assert get_datetime_str("2026-02-03") == "2026-02-03 00:00:00.000000"
	assert get_date_str("2026-02-03 04:05:06") == "2026-02-03"
	assert get_weekday(T(2026, 2, 3)) == "Tuesday"
	assert get_month("2026-02-03") == "February"


@pytest.mark.parametrize(
	("text", "expected"),
	[
		("2026-02-03", "%Y-%m-%d"),
		("03.02.2026", "%d.%m.%Y"),
		("02/13/2026", "%m/%d/%Y"),
		("14:05", "%H:%M"),
		("03-02-2026 14:05:06", "%d-%m-%Y %H:%M:%S"),
		("soon", None),
	],
)
def test_guessing_a_format(text: str, expected: str | None) -> None:
	assert guess_date_format(text) == expected


def test_the_clock_is_that_of_the_sites_time_zone(settings: Any) -> None:
	settings(time_zone="Asia/Kolkata")
	india = now_datetime()
	settings(time_zone="UTC")
	utc = now_datetime()
	assert abs((india - utc) - S(hours=5, minutes=30)) < S(seconds=5)
	assert utc.tzinfo is None


def test_current_date_replaces_the_day_of_now() -> None:
	frappe.flags.current_date = "2020-05-06"
	try:
		assert now().startswith("2020-05-06 ")
		assert nowdate() != "2020-05-06"
	finally:
		frappe.flags.current_date = None


def test_time_zones() -> None:
	noon = T(2026, 7, 1, 12)
	assert convert_utc_to_timezone(noon, "Europe/Berlin").replace(tzinfo=None) == T(2026, 7, 1, 14)
	assert convert_utc_to_timezone(noon, "Nowhere/Land").replace(tzinfo=None) == noon
