"""How an order or an invoice stands, in the few words that a customer needs. Nothing of why a company decided so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)
ALL = Decimal(100)

OPEN = "Open"
PARTLY_DELIVERED = "Partly Delivered"
DELIVERED = "Delivered"
COMPLETED = "Completed"
CLOSED = "Closed"

CREDIT_NOTE = "Credit Note"
PAID = "Paid"
PARTLY_PAID = "Partly Paid"
OVERDUE = "Overdue"

# What a customer is told of a case: (stage, event) of an O2C Event. Credit checks, releases to the warehouse and what was
# not promised or not mailed are the company's own business.
TOLD = frozenset(
	{
		("Order", "Submitted"),
		("Order", "Cancelled"),
		("Order", "Closed"),
		("Promise", "Promised"),
		("Delivery", "Delivered"),
		("Delivery", "Returned"),
		("Delivery", "Cancelled"),
		("Invoice", "Invoiced"),
		("Invoice", "Credited"),
		("Invoice", "Mailed"),
		("Invoice", "Cancelled"),
		("Collection", "Dunned"),
		("Collection", "Mailed"),
		("Collection", "Cancelled"),
		("Receipt", "Received"),
		("Receipt", "Cancelled"),
		("Closed", "Paid"),
	}
)


@dataclass(frozen=True)
class Instalment:
	due_date: date
	amount: Decimal


def of_order(status: str, per_delivered: Decimal) -> str:
	"""How an order stands. An order that the company has put on hold is open, like any other."""
	if status in (CLOSED, COMPLETED):
		return status
	if per_delivered >= ALL:
		return DELIVERED
	return PARTLY_DELIVERED if per_delivered > 0 else OPEN


def overdue(
	outstanding: Decimal, due_date: date | None, instalments: Iterable[Instalment], today: date
) -> Decimal:
	"""What of the open amount was due before `today`: payments count for the instalments that are due first."""
	if outstanding <= 0:
		return ZERO
	rest = list(instalments)
	if not rest:
		return outstanding if due_date and due_date < today else ZERO
	not_yet_due = sum((each.amount for each in rest if each.due_date >= today), ZERO)
	return max(outstanding - not_yet_due, ZERO)


def of_invoice(is_return: bool, total: Decimal, outstanding: Decimal, overdue_amount: Decimal) -> str:
	"""How an invoice stands; `total` and `outstanding` in the same currency."""
	if is_return:
		return CREDIT_NOTE
	if outstanding <= 0:
		return PAID
	if overdue_amount > 0:
		return OVERDUE
	return PARTLY_PAID if outstanding < total else OPEN
