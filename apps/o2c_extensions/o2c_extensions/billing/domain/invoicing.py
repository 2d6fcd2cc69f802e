"""Which rows of a delivery are to be invoiced, and how much of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

INVOICED = "Invoiced"
NOTHING = "Nothing to Invoice"
CLOSED = "Closed"
HELD = "Held"

# What a person has set aside: ERPNext refuses invoices of such orders, and a closed delivery is not to be invoiced.
SET_ASIDE = ("Closed", "On Hold")


@dataclass(frozen=True)
class DeliveredRow:
	"""A row of a Delivery Note, or an order's row that its supplier delivered; quantities in the row's unit.

	`billed` is what invoices say, drafts too; what a credit note takes back stays billed, as a person decided on it.
	"""

	name: str
	delivered: Decimal
	billed: Decimal = Decimal(0)
	returned: Decimal = Decimal(0)
	order_status: str = ""


@dataclass(frozen=True)
class BillableRow:
	name: str
	qty: Decimal


@dataclass(frozen=True)
class Verdict:
	"""What becomes of a delivery: `rows` are to be invoiced if `outcome` is INVOICED; none otherwise."""

	outcome: str
	rows: tuple[BillableRow, ...] = ()


def billable(rows: Iterable[DeliveredRow]) -> tuple[BillableRow, ...]:
	"""Delivered, less what was billed and what came back, of each row that has something left."""
	left = ((row, row.delivered - row.billed - row.returned) for row in rows)
	return tuple(
		BillableRow(row.name, qty) for row, qty in left if qty > 0 and row.order_status not in SET_ASIDE
	)


def invoice_due(status: str, rows: Iterable[DeliveredRow], held: bool = False) -> Verdict:
	"""Each delivery makes one invoice of all that is billable.

	Args:
		status: of the delivery, or of the order whose supplier delivers.
		held: a credit hold keeps the order back.
	"""
	if status in SET_ASIDE:
		return Verdict(CLOSED)
	rows = tuple(rows)
	due = billable(rows)
	if due:
		return Verdict(HELD) if held else Verdict(INVOICED, due)
	return Verdict(CLOSED if billable(_open(rows)) else NOTHING)


def _open(rows: Iterable[DeliveredRow]) -> Iterable[DeliveredRow]:
	return (DeliveredRow(row.name, row.delivered, row.billed, row.returned) for row in rows)
