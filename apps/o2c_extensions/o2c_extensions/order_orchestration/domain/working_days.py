"""Working days: Monday to Friday, less the days that a company is closed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

_SATURDAY = 5


def is_working(day: date, closed: Collection[date] = ()) -> bool:
	return day.weekday() < _SATURDAY and day not in closed


def after(day: date, days: int, closed: Collection[date] = ()) -> date:
	"""The working day that lies `days` working days after `day`; with 0, `day` itself or the next working day.

	Raises:
		ValueError: `days` is negative.
	"""
	if days < 0:
		raise ValueError("days must not be negative")
	while not is_working(day, closed):
		day += timedelta(days=1)
	for _ in range(days):
		day += timedelta(days=1)
		while not is_working(day, closed):
			day += timedelta(days=1)
	return day
