"""Days and moments: calendar arithmetic without a clock. Today is always an argument."""

from __future__ import annotations

from datetime import date, datetime


def years_before(day: date, years: int) -> date:
	"""The same day of the year, `years` years earlier; 28 February where 29 February does not exist."""
	try:
		return day.replace(year=day.year - years)
	except ValueError:
		return day.replace(year=day.year - years, day=28)


def stamp(moment: datetime) -> str:
	"""`moment` as text that sorts by time and has one spelling only: 2025-03-31 23:59:59.000001."""
	return moment.isoformat(sep=" ", timespec="microseconds")
