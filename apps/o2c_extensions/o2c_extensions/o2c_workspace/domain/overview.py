"""What the overview watches: the figures, where each comes from, and which list stands behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

# A condition as a list of documents takes it: field, operator, value.
Condition = tuple[str, str, Any]

# Whatever states an administrator has added: those that wait for a person.
_WAITING: Condition = ("status", "not in", ["Released", "Rejected", "Withdrawn"])
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Figure:
	"""So many documents of one kind, worth so much.

	`amount` names the field with the value of a document in the company's currency, `done` the percentage of it that is
	dealt with already, `rate` the exchange rate by which it is multiplied. No `amount`: the documents are only counted.
	"""

	key: str
	doctype: str
	conditions: tuple[Condition, ...]
	amount: str = ""
	done: str = ""
	rate: str = ""

	@property
	def fields(self) -> tuple[str, ...]:
		return tuple(field for field in (self.amount, self.done, self.rate) if field)


@dataclass(frozen=True)
class Sum:
	"""What a figure has come to. `amount` is in the company's currency, not rounded; None where only counted."""

	count: int
	amount: Decimal | None


def attention(company: str, today: date) -> tuple[Figure, ...]:
	"""What needs a human now, the most urgent first."""
	own: Condition = ("company", "=", company)
	day = today.isoformat()
	week = (today - timedelta(days=7)).isoformat()
	return (
		Figure("held_orders", "Credit Hold", (own, _WAITING), "order_amount"),
		Figure(
			"late_promises",
			"Sales Order",
			(own, ("docstatus", "=", 1), ("o2c_promised_date", "<", day), _TO_DELIVER),
			"base_grand_total",
			"per_delivered",
		),
		Figure("drafted_deliveries", "Delivery Note", (own, ("docstatus", "=", 0)), "base_grand_total"),
		Figure(
			"unmatched_receipts",
			"Bank Transaction",
			(own, ("docstatus", "=", 1), ("o2c_match_status", "=", "Waiting")),
			"unallocated_amount",
		),
		_overdue(own, day),
		Figure(
			"failed_runs",
			"O2C Run",
			(("status", "in", ["Failed", "Completed with Errors"]), ("modified", ">=", week)),
		),
	)


def stages(company: str, today: date) -> tuple[Figure, ...]:
	"""Where the money is, from the order to the bank."""
	own: Condition = ("company", "=", company)
	day = today.isoformat()
	return (
		Figure("held", "Credit Hold", (own, _WAITING), "order_amount"),
		Figure(
			"to_deliver",
			"Sales Order",
			(own, ("docstatus", "=", 1), _TO_DELIVER),
			"base_grand_total",
			"per_delivered",
		),
		Figure(
			"to_bill",
			"Delivery Note",
			(own, ("docstatus", "=", 1), ("status", "=", "To Bill"), ("is_return", "=", 0)),
			"base_grand_total",
			"per_billed",
		),
		Figure(
			"not_due",
			"Sales Invoice",
			(own, *_OPEN, ("due_date", ">=", day)),
			"outstanding_amount",
			rate="conversion_rate",
		),
		_overdue(own, day),
		Figure(
			"to_apply",
			"Bank Transaction",
			(own, ("docstatus", "=", 1), ("deposit", ">", 0), ("unallocated_amount", ">", 0)),
			"unallocated_amount",
		),
	)


def add_up(figure: Figure, rows: Iterable[Mapping[str, Decimal]]) -> Sum:
	"""How many rows there are, and what they are worth less what is dealt with."""
	count, total = 0, Decimal(0)
	for row in rows:
		count += 1
		if figure.amount:
			open_share = (_HUNDRED - row[figure.done]) / _HUNDRED if figure.done else Decimal(1)
			total += row[figure.amount] * open_share * (row[figure.rate] if figure.rate else 1)
	return Sum(count, total if figure.amount else None)


_TO_DELIVER: Condition = ("status", "in", ["To Deliver", "To Deliver and Bill"])
_OPEN: tuple[Condition, ...] = (("docstatus", "=", 1), ("outstanding_amount", ">", 0))


def _overdue(own: Condition, day: str) -> Figure:
	return Figure(
		"overdue",
		"Sales Invoice",
		(own, *_OPEN, ("due_date", "<", day)),
		"outstanding_amount",
		rate="conversion_rate",
	)
