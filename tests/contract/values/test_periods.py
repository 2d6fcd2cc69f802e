"""Weeks, months, quarters, years, spans and the grains of charts."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from frappe.utils import (
	add_days,
	get_first_day,
	get_first_day_of_week,
	get_last_day,
	get_last_day_of_week,
	get_quarter_ending,
	get_quarter_start,
	get_timespan_date_range,
	get_year_ending,
	get_year_start,
	getdate,
	is_last_day_of_the_month,
)
from frappe.utils.dateutils import (
	get_dates_from_timegrain,
	get_from_date_from_timespan,
	get_period,
	get_period_beginning,
	get_period_ending,
	parse_date,
	user_to_str,
)
from hypothesis import HealthCheck, given, strategies
from hypothesis import settings as hypothesis_settings

D = datetime.date
quick = hypothesis_settings(
	max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
days = strategies.dates(min_value=D(1900, 1, 1), max_value=D(2200, 1, 1))


def test_first_and_last_days() -> None:
	assert get_first_day("2026-02-17") == D(2026, 2, 1)
	assert get_first_day("2026-02-17", 0, 11) == D(2027, 1, 1)
	assert get_first_day("2026-02-17", -1, -2) == D(2024, 12, 1)
	assert get_first_day("2026-02-17", as_str=True) == "2026-02-01"
	assert get_last_day("2024-02-17") == D(2024, 2, 29)
	assert get_quarter_start("2026-05-17") == D(2026, 4, 1)
	assert get_quarter_ending("2026-05-17") == D(2026, 6, 30)
	assert get_year_start("2026-05-17", as_str=True) == "2026-01-01"
	assert get_year_ending("2026-05-17") == D(2026, 12, 31)
	assert is_last_day_of_the_month("2026-04-30")
	assert not is_last_day_of_the_month("2026-04-29")


@pytest.mark.parametrize(
	("weekday", "first", "last"),
	[
		("Sunday", D(2026, 2, 1), D(2026, 2, 7)),
		("Monday", D(2026, 2, 2), D(2026, 2, 8)),
		("Wednesday", D(2026, 1, 28), D(2026, 2, 3)),
	],
)
def test_weeks_begin_as_the_site_says(settings: Any, weekday: str, first: Any, last: Any) -> None:
	settings(first_day_of_the_week=weekday)
	assert get_first_day_of_week("2026-02-03") == first
	assert get_last_day_of_week("2026-02-03") == last


@quick
@given(days)
def test_a_day_lies_within_its_periods(day: datetime.date) -> None:
	for grain in ("Daily", "Weekly", "Monthly", "Quarterly", "Yearly"):
		assert get_period_beginning(day, grain) <= day <= get_period_ending(day, grain)


@pytest.mark.parametrize(
	("span", "start", "end"),
	[
		("today", 0, 0),
		("yesterday", -1, -1),
		("tomorrow", 1, 1),
		("last 7 days", -7, 0),
		("last 14 days", -14, 0),
		("last 90 days", -90, 0),
		("next 30 days", 0, 30),
	],
)
def test_spans_of_days(span: str, start: int, end: int) -> None:
	now = getdate()
	assert get_timespan_date_range(span) == (add_days(now, start), add_days(now, end))


def test_spans_of_periods() -> None:
	now = getdate()
	assert get_timespan_date_range("this month") == (get_first_day(now), get_last_day(now))
	assert get_timespan_date_range("last year") == (D(now.year - 1, 1, 1), D(now.year - 1, 12, 31))
	assert get_timespan_date_range("this quarter") == (get_quarter_start(now), get_quarter_ending(now))
	start, end = get_timespan_date_range("last 6 months")
	assert (start, end) == (
		get_quarter_start(get_first_day(now, 0, -6)),
		get_quarter_start(now) - datetime.timedelta(1),
	)
	week = get_timespan_date_range("last week")
	assert (week[1] - week[0]).days == 6
	assert get_timespan_date_range("some day") is None


def test_names_of_periods() -> None:
	assert get_period("2026-02-03", "Daily") == "03-02-26"
	assert get_period("2026-02-03", "Monthly") == "Feb 2026"
	assert get_period("2026-02-03", "Quarterly") == "Quarter 1 2026"
	assert get_period("2026-02-03", "Yearly") == "2026"


@pytest.mark.parametrize(
	("grain", "expected"),
	[
		("Monthly", [D(2026, 1, 31), D(2026, 2, 28), D(2026, 3, 31)]),
		("Quarterly", [D(2026, 3, 31)]),
		("Yearly", [D(2026, 12, 31)]),
		(
			"Weekly",
			[
				D(2026, 1, 18),
				D(2026, 1, 25),
				D(2026, 2, 1),
				D(2026, 2, 8),
				D(2026, 2, 15),
				D(2026, 2, 22),
				D(2026, 3, 1),
				D(2026, 3, 8),
			],
		),
	],
)
def test_ends_of_periods(grain: str, expected: list[Any]) -> None:
	assert get_dates_from_timegrain("2026-01-15", "2026-03-05", grain) == expected


def test_spans_of_charts() -> None:
	assert get_from_date_from_timespan(D(2026, 3, 31), "Last Month") == D(2026, 2, 28)
	assert get_from_date_from_timespan(D(2026, 3, 31), "Last Quarter") == D(2025, 12, 31)
	assert get_from_date_from_timespan(D(2026, 3, 31), "Last Year") == D(2025, 3, 31)


def test_reading_a_users_format(settings: Any) -> None:
	settings(date_format="dd.mm.yyyy")
	assert user_to_str("03.02.2026") == "2026-02-03"
	assert user_to_str("02/03/2026", "mm/dd/yyyy") == "2026-02-03"
	assert parse_date("03.02.2026 10:00") == "2026-02-03"
	assert parse_date("2026-02-03") == "2026-02-03"
	with pytest.raises(ValueError, match="must be in format"):
		user_to_str("2026-02-03")
