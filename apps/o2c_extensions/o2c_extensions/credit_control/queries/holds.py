"""Which orders are held."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import frappe

HOLD = "Credit Hold"
# Not these, rather than a list of those that hold: a state that an administrator adds to the workflow holds too.
FREE = ("Released", "Withdrawn")


def holds_on(orders: Collection[str]) -> dict[str, str]:
	"""The orders among these that are held, with their hold's status: Open, In Review, Rejected."""
	return {hold.sales_order: hold.status for hold in holds_of(orders)}


def holds_of(orders: Collection[str]) -> list[Any]:
	"""The holds that keep these orders back, the oldest first: name, sales_order, customer, status."""
	if not orders:
		return []
	rows: list[Any] = frappe.get_all(
		HOLD,
		filters={"sales_order": ("in", list(orders)), "status": ("not in", FREE)},
		fields=["name", "sales_order", "customer", "customer_name", "status"],
		order_by="creation asc",
		limit_page_length=0,
	)
	return rows


def hold_on(order: str) -> Any | None:
	"""The latest hold of an order that was not withdrawn, whether it still holds or not."""
	rows = frappe.get_all(
		HOLD,
		filters={"sales_order": order, "status": ("!=", "Withdrawn")},
		fields=["name", "status", "order_amount", "valid_until"],
		order_by="creation desc, name desc",
		limit_page_length=1,
	)
	return rows[0] if rows else None
