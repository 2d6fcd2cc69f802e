"""The figures of order to cash as formulas. Sources:

- **DSO**, days sales outstanding, by closing balance: receivables at the end / revenue of the period x days of the period.
  That is the common variant (Credit Research Foundation, "Standard Formulas for Measuring DSO"), not the count-back and not
  the best-possible one. Both sides are gross, in the company's currency: receivables hold the tax, so revenue does.
- **Overdue share**: overdue open receivables / all open receivables; what the same source calls "percent current", from the
  other side. An invoice paid in instalments is overdue with those that have fallen due and are not covered by payments.
- **Hold rate**: orders that were ever held for credit / orders submitted, of the orders dated in the period.
- **Auto-match rate**: receipts that were allocated without a person / receipts booked in the period.

The last two have no standard definition. A figure without a denominator is None, never zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

# Flows are counted over so many days up to and with the day that is asked for: a quarter evens out the days of the week,
# month ends and the terms of payment, and is short enough to show a change.
PERIOD_DAYS = 90
MONTHS = 12
_ZERO = Decimal(0)


@dataclass(frozen=True)
class Instalment:
	"""A part of an invoice that is due before the rest."""

	due: date
	amount: Decimal


@dataclass(frozen=True)
class OpenItem:
	"""What an invoice in instalments still claims; `total` is what it claimed at first, `due` when the last of it is due."""

	balance: Decimal
	total: Decimal
	due: date
	instalments: tuple[Instalment, ...]


@dataclass(frozen=True)
class Bucket:
	"""What is wholly due on the same day, together: the balance, and the part of it that is still to be paid.

	They differ by what was paid ahead or credited, and is set against nothing.
	"""

	due: date
	balance: Decimal
	open: Decimal


@dataclass(frozen=True)
class Flow:
	"""What happened on one day: two counts or amounts, of which the second may be a part of the first."""

	day: date
	whole: Decimal
	part: Decimal = _ZERO


@dataclass(frozen=True)
class Claims:
	"""What customers owe on one day: receivables as in the ledger, and of them what is still to be paid, and late."""

	receivables: Decimal
	open: Decimal
	overdue: Decimal


@dataclass(frozen=True)
class Basis:
	"""All that the figures of one day are computed from; what a figure does not use may be zero."""

	day: date
	claims: Claims
	revenue: Decimal
	orders: Decimal
	held: Decimal
	receipts: Decimal
	matched: Decimal
	days: int = PERIOD_DAYS


def dso(basis: Basis) -> Decimal | None:
	"""Days, to a tenth. Where advances exceed what is owed, nothing is outstanding: zero."""
	if basis.revenue <= 0:
		return None
	return _to(Decimal("0.1"), max(_ZERO, basis.claims.receivables) * basis.days / basis.revenue)


def overdue_share(basis: Basis) -> Decimal | None:
	return percent(basis.claims.overdue, basis.claims.open)


def hold_rate(basis: Basis) -> Decimal | None:
	return percent(basis.held, basis.orders)


def auto_match_rate(basis: Basis) -> Decimal | None:
	return percent(basis.matched, basis.receipts)


FORMULAS: dict[str, Callable[[Basis], Decimal | None]] = {
	"dso": dso,
	"overdue_share": overdue_share,
	"hold_rate": hold_rate,
	"auto_match_rate": auto_match_rate,
}


def percent(part: Decimal, whole: Decimal) -> Decimal | None:
	"""Per cent, to a tenth; None of nothing."""
	return _to(Decimal("0.1"), part * 100 / whole) if whole > 0 else None


def fallen_due(item: OpenItem, day: date) -> Decimal:
	"""How much of an item that is not wholly due should have been paid before `day`.

	Payments cover the earliest instalment first.
	"""
	if item.balance <= 0 or item.due < day:
		return _ZERO
	early = sum((part.amount for part in item.instalments if part.due < day), _ZERO)
	return min(item.balance, max(_ZERO, early - (item.total - item.balance)))


def claims(buckets: Iterable[Bucket], partly_due: Iterable[OpenItem], day: date) -> Claims:
	"""What customers owe at the end of `day`. Invoices in instalments are in `buckets` too, by the day of the last one."""
	receivables = still_open = overdue = _ZERO
	for bucket in buckets:
		receivables += bucket.balance
		still_open += bucket.open
		overdue += bucket.open if bucket.due < day else _ZERO
	overdue += sum((fallen_due(item, day) for item in partly_due), _ZERO)
	return Claims(receivables, still_open, overdue)


def within(flows: Iterable[Flow], day: date, days: int = PERIOD_DAYS) -> tuple[Decimal, Decimal]:
	"""The whole and the part of what happened in the period that ends with `day`."""
	start = period_start(day, days)
	chosen = [flow for flow in flows if start <= flow.day <= day]
	return sum((flow.whole for flow in chosen), _ZERO), sum((flow.part for flow in chosen), _ZERO)


def period_start(day: date, days: int = PERIOD_DAYS) -> date:
	"""The first day of the period that ends with `day`."""
	return day - timedelta(days=days - 1)


def month_ends(day: date, months: int = MONTHS) -> tuple[date, ...]:
	"""The last days of the months up to that of `day`, which itself stands for its month."""
	found = [day]
	while len(found) < months:
		found.append(found[-1].replace(day=1) - timedelta(days=1))
	return tuple(reversed(found))


def _to(step: Decimal, value: Decimal) -> Decimal:
	return value.quantize(step, rounding=ROUND_HALF_UP)
