"""Exposure against limits, rolled up: over customers, parent accounts, groups or risk classes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from o2c_extensions.credit_control.domain.credit import ZERO, Exposure


@dataclass(frozen=True)
class Line:
	"""What is at stake with one customer or several, in the company's currency.

	Attributes:
		limit: None where there is none; of several customers the sum of the limits that there are.
		limited: the exposure of those that have a limit: what utilisation compares with it.
		over: how many customers are over their limit.
	"""

	customers: int
	exposure: Exposure
	limit: Decimal | None
	limited: Decimal = ZERO
	overdue: Decimal = ZERO
	longest: int = 0
	over: int = 0

	@property
	def available(self) -> Decimal | None:
		"""What is left of the limit, below zero where more is used."""
		return None if self.limit is None else self.limit - self.limited

	@property
	def utilisation(self) -> Decimal | None:
		"""How much of the limit is used, in percent to a tenth; None without a limit above zero."""
		if not self.limit or self.limit <= 0:
			return None
		return (self.limited * 100 / self.limit).quantize(Decimal("0.1"), ROUND_HALF_UP)


def line(exposure: Exposure, limit: Decimal | None, overdue: Decimal = ZERO, longest: int = 0) -> Line:
	"""One customer."""
	limited = ZERO if limit is None else exposure.total
	return Line(1, exposure, limit, limited, overdue, longest, int(limit is not None and limited > limit))


def together(lines: Iterable[Line], limit: Decimal | None = None) -> Line:
	"""Several customers as one.

	Args:
		limit: one that holds for all of them together, as a parent account's does; else their own are added up.
	"""
	members = tuple(lines)
	exposure = Exposure(
		*(sum((getattr(each.exposure, part) for each in members), ZERO) for part in PARTS),
	)
	own = [each.limit for each in members if each.limit is not None]
	shared = limit is not None
	limited = exposure.total if shared else sum((each.limited for each in members), ZERO)
	return Line(
		customers=sum(each.customers for each in members),
		exposure=exposure,
		limit=limit if shared else sum(own, ZERO) if own else None,
		limited=limited,
		overdue=sum((each.overdue for each in members), ZERO),
		longest=max((each.longest for each in members), default=0),
		over=sum(each.over for each in members),
	)


PARTS = ("open_orders", "deliveries_to_bill", "receivables", "unallocated_payments")
