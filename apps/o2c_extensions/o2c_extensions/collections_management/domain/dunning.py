"""Who is reminded of what, and how insistently. Days are counted by whole days after the due date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Level:
	"""A step of insistence: 1 is the first reminder. Reached `days_overdue` days after the due date, not earlier."""

	number: int
	days_overdue: int


@dataclass(frozen=True)
class Instalment:
	"""A part of an invoice that is due at one day, in the invoice's currency, with how it was dunned so far."""

	name: str
	invoice: str
	due_date: date
	outstanding: Decimal
	last_level: int = 0
	last_dunned: date | None = None


def next_level(
	days_overdue: int, last_level: int, days_since_last: int | None, levels: Sequence[Level], gap: int
) -> int | None:
	"""The level that is to be sent now, or None.

	The levels are gone through one by one, whatever time has passed: nobody gets a final notice who got no reminder.

	Args:
		last_level: the highest that was sent; 0 if none was.
		days_since_last: since the last dunning of any level; None if there was none.
		gap: how many days at least lie between two dunnings.
	"""
	higher = [level for level in levels if level.number > max(last_level, 0)]
	if not higher:
		return None
	following = min(higher, key=lambda level: level.number)
	if days_overdue < max(following.days_overdue, 1):
		return None
	if days_since_last is not None and days_since_last < gap:
		return None
	return following.number


def level_due(instalment: Instalment, levels: Sequence[Level], gap: int, today: date) -> int | None:
	"""The level that is to be sent today about this instalment, or None."""
	if instalment.outstanding <= 0:
		return None
	since = (today - instalment.last_dunned).days if instalment.last_dunned else None
	return next_level((today - instalment.due_date).days, instalment.last_level, since, levels, gap)


def settle(instalments: Iterable[Instalment], outstanding: Decimal) -> tuple[Instalment, ...]:
	"""The instalments of one invoice, by due date, with what is really open of each.

	ERPNext notes a payment at an instalment only if the payment names it. What the invoice as a whole has been paid beyond
	that has paid the earliest instalments first.

	Args:
		outstanding: of the whole invoice.
	"""
	rows = sorted(instalments, key=lambda row: (row.due_date, row.name))
	surplus = sum((max(row.outstanding, Decimal(0)) for row in rows), Decimal(0)) - outstanding
	if len(rows) == 1:
		return (replace(rows[0], outstanding=outstanding),)
	settled = []
	for row in rows:
		paid = min(max(row.outstanding, Decimal(0)), max(surplus, Decimal(0)))
		surplus -= paid
		settled.append(replace(row, outstanding=max(row.outstanding, Decimal(0)) - paid))
	return tuple(settled)


def is_resolved(rows: Iterable[tuple[Decimal, Decimal]]) -> bool:
	"""Whether nothing is open any more of what a letter asked for.

	Args:
		rows: of each row of the letter, what is outstanding of the instalment and of its invoice.
	"""
	return not any(instalment > 0 and invoice > 0 for instalment, invoice in rows)
