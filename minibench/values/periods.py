"""Weeks, months, quarters and years: their first and last days, named spans, the grains of a chart."""

from __future__ import annotations

import datetime
from enum import Enum
from typing import Any

from minibench.values.dates import DATE_FORMAT, add_to_date, getdate

_SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Weekday(Enum):
	"""Days as System Settings count them."""

	Sunday = 0
	Monday = 1
	Tuesday = 2
	Wednesday = 3
	Thursday = 4
	Friday = 5
	Saturday = 6


def get_first_day_of_the_week() -> str:
	"""The weekday on which the site's weeks begin."""
	from minibench.access.defaults import get_system_settings

	return get_system_settings("first_day_of_the_week") or "Sunday"


def get_start_of_week_index() -> int:
	"""The same as a number, 0 for Sunday."""
	return Weekday[get_first_day_of_the_week()].value


def get_normalized_weekday_index(dt: datetime.date) -> int:
	"""0 for a Sunday."""
	return (dt.weekday() + 1) % 7


def get_week_start_offset_days(dt: datetime.date) -> int:
	"""How many days of its week lie before `dt`."""
	return (get_normalized_weekday_index(dt) - get_start_of_week_index()) % 7


def _as(day: datetime.date, as_str: bool) -> Any:
	return day.strftime(DATE_FORMAT) if as_str else day


def get_first_day_of_week(dt: Any, as_str: bool = False) -> Any:
	"""The first day of the week of `dt`."""
	day = getdate(dt)
	return _as(day - datetime.timedelta(days=get_week_start_offset_days(day)), as_str)


def get_last_day_of_week(dt: Any) -> datetime.date:
	"""The last day of the week of `dt`."""
	return get_first_day_of_week(dt) + datetime.timedelta(days=6)  # type: ignore[no-any-return]


def get_first_day(dt: Any, d_years: int = 0, d_months: int = 0, as_str: bool = False) -> Any:
	"""The first day of the month of `dt`, shifted by years and months."""
	day = getdate(dt)
	more_years, month = divmod(day.month + d_months - 1, 12)
	return _as(datetime.date(day.year + d_years + more_years, month + 1, 1), as_str)


def get_last_day(dt: Any) -> datetime.date:
	"""The last day of the month of `dt`."""
	return get_first_day(dt, 0, 1) - datetime.timedelta(days=1)  # type: ignore[no-any-return]


def is_last_day_of_the_month(dt: Any) -> bool:
	"""Whether `dt` is that."""
	return bool(getdate(dt) == get_last_day(dt))


def get_quarter_start(dt: Any, as_str: bool = False) -> Any:
	"""The first day of the calendar quarter of `dt`."""
	day = getdate(dt)
	return _as(datetime.date(day.year, (day.month - 1) // 3 * 3 + 1, 1), as_str)


def get_quarter_ending(date: Any) -> datetime.date:
	"""The last day of the calendar quarter of `date`."""
	return get_last_day(get_first_day(get_quarter_start(date), 0, 2))


def get_year_start(dt: Any, as_str: bool = False) -> Any:
	"""January 1st of the year of `dt`."""
	return _as(datetime.date(getdate(dt).year, 1, 1), as_str)


def get_year_ending(date: Any) -> datetime.date:
	"""December 31st of the year of `date`."""
	return datetime.date(getdate(date).year, 12, 31)


def get_timespan_date_range(timespan: str) -> tuple[datetime.date, datetime.date] | None:
	"""First and last day of a span such as "last month" or "next 7 days", seen from today; None for an unknown one.

	"last 6 months" and "next 6 months" are the two whole quarters before and after this one.
	"""
	today = getdate()

	def shifted(**by: int) -> datetime.date:
		return add_to_date(today, **by)  # type: ignore[no-any-return, arg-type]

	def week(day: datetime.date) -> tuple[datetime.date, datetime.date]:
		return get_first_day_of_week(day), get_last_day_of_week(day)

	def month(day: datetime.date) -> tuple[datetime.date, datetime.date]:
		return get_first_day(day), get_last_day(day)

	def quarters(first: datetime.date, last: datetime.date) -> tuple[datetime.date, datetime.date]:
		return get_quarter_start(first), get_quarter_ending(last)

	def year(day: datetime.date) -> tuple[datetime.date, datetime.date]:
		return get_year_start(day), get_year_ending(day)

	match timespan.split(" ") if isinstance(timespan, str) else None:
		case ["last", ("7" | "14" | "30" | "90") as count, "days"]:
			return shifted(days=-int(count)), today
		case ["next", ("7" | "14" | "30") as count, "days"]:
			return today, shifted(days=int(count))
		case ["yesterday"]:
			return (shifted(days=-1),) * 2
		case ["today"]:
			return today, today
		case ["tomorrow"]:
			return (shifted(days=1),) * 2
		case ["last", "6", "months"]:
			return quarters(shifted(months=-6), shifted(months=-3))
		case ["next", "6", "months"]:
			return quarters(shifted(months=3), shifted(months=6))
		case [("last" | "this" | "next") as which, unit]:
			step = {"last": -1, "this": 0, "next": 1}[which]
			match unit:
				case "week":
					return week(shifted(days=7 * step))
				case "month":
					return month(shifted(months=step))
				case "quarter":
					return quarters(shifted(months=3 * step), shifted(months=3 * step))
				case "year":
					return year(shifted(years=step))
	return None


# The grains of a chart


def get_period(date: Any, interval: str = "Monthly") -> str:
	"""The name of the period that `date` lies in: "Jan 2026", "Quarter 1 2026", ..."""
	day = getdate(date)
	match interval:
		case "Daily" | "Weekly":
			return day.strftime("%d-%m-%y")  # type: ignore[no-any-return]
		case "Monthly":
			return f"{_SHORT_MONTHS[day.month - 1]} {day.year}"
		case "Quarterly":
			return f"Quarter {(day.month - 1) // 3 + 1} {day.year}"
		case "Yearly":
			return str(day.year)
	raise KeyError(interval)


def get_period_beginning(date: Any, timegrain: str, as_str: bool = True) -> Any:
	"""The first day of that period, as a date in spite of `as_str`, as in v15."""
	starts: dict[str, Any] = {
		"Daily": getdate,
		"Weekly": get_first_day_of_week,
		"Monthly": get_first_day,
		"Quarterly": get_quarter_start,
		"Yearly": get_year_start,
	}
	return starts[timegrain](date)


def get_period_ending(date: Any, timegrain: str) -> Any:
	"""The last day of that period."""
	ends: dict[str, Any] = {
		"Daily": getdate,
		"Weekly": get_last_day_of_week,
		"Monthly": get_last_day,
		"Quarterly": get_quarter_ending,
		"Yearly": get_year_ending,
	}
	return ends[timegrain](date)


def get_dates_from_timegrain(from_date: Any, to_date: Any, timegrain: str = "Daily") -> list[datetime.date]:
	"""The last day of every period from that of `from_date` to that of `to_date`."""
	step = {
		"Daily": {"days": 1},
		"Weekly": {"days": 7},
		"Monthly": {"months": 1},
		"Quarterly": {"months": 3},
		"Yearly": {"months": 1},
	}[timegrain]
	last = getdate(to_date)
	dates = [get_period_ending(getdate(from_date), timegrain)]
	while dates[-1] < last:
		dates.append(get_period_ending(add_to_date(dates[-1], **step), timegrain))  # type: ignore[arg-type]
	return dates


def get_from_date_from_timespan(to_date: Any, timespan: str) -> Any:
	"""The day a span such as "Last Quarter" ago; "All Time" is fifty years."""
	back = {
		"Last Week": {"days": -7},
		"Last Month": {"months": -1},
		"Last Quarter": {"months": -3},
		"Last Year": {"years": -1},
		"All Time": {"years": -50},
	}
	return add_to_date(to_date, as_datetime=True, **back.get(timespan, {}))  # type: ignore[arg-type]
