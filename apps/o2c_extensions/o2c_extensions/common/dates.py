"""Days and moments: calendar arithmetic without a clock. Today is always an argument."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime


def years_before(day: date, years: int) -> date:
	"""The same day of the year, `years` years earlier; 28 February where 29 February does not exist."""
	try:
		return day.replace(year=day.year - years)
	except ValueError:
		return day.replace(year=day.year - years, day=28)


def months_before(day: date, months: int) -> date:
	"""The same day of an earlier month, or of a later one if `months` is negative; that month's last where it is shorter."""
	year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
	return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def stamp(moment: datetime) -> str:
	"""`moment` as text that sorts by time and has one spelling only: 2025-03-31 23:59:59.000001."""
	return moment.isoformat(sep=" ", timespec="microseconds")
