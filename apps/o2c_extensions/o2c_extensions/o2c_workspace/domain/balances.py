"""What somebody owed at the end of each month, from the changes of a ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal


def month_ends(today: date, months: int) -> list[date]:
	"""The last days of so many months before this one, the earliest first, and today."""
	days = [today]
	first = today.replace(day=1)
	for _month in range(months):
		last = first - timedelta(days=1)
		days.append(last)
		first = last.replace(day=1)
	return sorted(set(days))


def balances_at(days: Sequence[date], changes: Iterable[tuple[date, Decimal]]) -> dict[date, Decimal]:
	"""The balance at the end of each of these days, after all changes up to and including it. In any order."""
	found = dict.fromkeys(days, Decimal(0))
	for posted, amount in changes:
		for day in days:
			if posted <= day:
				found[day] += amount
	return found
