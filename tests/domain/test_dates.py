from __future__ import annotations

from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.common import dates


@given(st.dates(date(1200, 1, 1)), st.integers(0, 200))
def test_years_before_is_the_same_day_of_the_year(day: date, years: int) -> None:
	earlier = dates.years_before(day, years)
	assert earlier.year == day.year - years
	assert (earlier.month, earlier.day) in ((day.month, day.day), (2, 28))


def test_leap_day() -> None:
	assert dates.years_before(date(2024, 2, 29), 1) == date(2023, 2, 28)
	assert dates.years_before(date(2024, 2, 29), 4) == date(2020, 2, 29)


@given(st.datetimes(datetime(1000, 1, 1)), st.datetimes(datetime(1000, 1, 1)))
def test_stamps_sort_by_time(one: datetime, other: datetime) -> None:
	assert (dates.stamp(one) < dates.stamp(other)) == (one < other)
	assert datetime.fromisoformat(dates.stamp(one)) == one
