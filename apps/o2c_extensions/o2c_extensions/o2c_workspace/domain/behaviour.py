"""How a customer pays.

**Average days beyond terms** (ADBT): for each settled invoice the days between its due date and its last payment, weighted
by its amount (Credit Research Foundation, "Average Days Delinquent", by invoice). Early payments count negative.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Settled:
	"""An invoice that was paid in full: its amount in the company's currency, when due, when the last of it was paid."""

	amount: Decimal
	due: date
	paid: date


@dataclass(frozen=True)
class Behaviour:
	"""`days_beyond_terms` is the average weighted by amount, `on_time` the share of invoices paid when due or before."""

	invoices: int
	days_beyond_terms: Decimal | None
	on_time: Decimal | None


def behaviour(settled: Iterable[Settled]) -> Behaviour:
	"""How the invoices were paid; None where there is none to judge by."""
	items = tuple(settled)
	if not items:
		return Behaviour(0, None, None)
	worth = sum((item.amount for item in items), Decimal(0))
	late = [Decimal((item.paid - item.due).days) for item in items]
	on_time = Decimal(sum(days <= 0 for days in late)) / Decimal(len(items))
	if not worth:
		return Behaviour(len(items), None, on_time)
	weighted = sum((item.amount * days for item, days in zip(items, late, strict=True)), Decimal(0))
	return Behaviour(len(items), weighted / worth, on_time)
