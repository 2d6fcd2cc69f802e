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
	"""What a voucher still claims on one day; negative for a payment or credit note that nothing is set against.

	`total` is what it claimed at first, `due` when the last of it is due.
	"""

	balance: Decimal
	total: Decimal
	due: date
	instalments: tuple[Instalment, ...] = ()


@dataclass(frozen=True)
class Flow:
	"""What happened on one day: two counts or amounts, of which the second may be a part of the first."""

	day: date
	whole: Decimal
	part: Decimal = _ZERO


@dataclass(frozen=True)
class Claims:
	"""What customers owe on one day."""

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


def overdue(item: OpenItem, day: date) -> Decimal:
	"""How much of an item should have been paid before `day`. Payments cover the earliest instalment first."""
	if item.balance <= 0:
		return _ZERO
	if item.due < day:
		return item.balance
	fallen_due = sum((part.amount for part in item.instalments if part.due < day), _ZERO)
	return min(item.balance, max(_ZERO, fallen_due - (item.total - item.balance)))


def claims(items: Iterable[OpenItem], day: date) -> Claims:
	"""Receivables as the ledger has them, net of what is paid ahead; open and overdue are of items still to be paid."""
	held = list(items)
	return Claims(
		receivables=sum((item.balance for item in held), _ZERO),
		open=sum((item.balance for item in held if item.balance > 0), _ZERO),
		overdue=sum((overdue(item, day) for item in held), _ZERO),
	)


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
