"""The case that an order opens, and what happens to the order in it."""

from __future__ import annotations

from typing import Any

import frappe

from o2c_extensions.common import casebook

STAGE = "Order"
CLOSED = "Closed"
REOPENED = "Reopened"


def open_case(order: Any) -> None:
	"""Give the order its case: a new one, or that of the order that it amends."""
	casebook.join_case(order)


def note(order: Any, event: str, now: bool = False) -> None:
	"""Write into the order's case what happened to it: on its own day, or now."""
	casebook.record_event(
		casebook.join_case(order),
		STAGE,
		event,
		order.doctype,
		order.name,
		{"customer": order.customer, "amount": order.base_grand_total},
		at=None if now else casebook.moment_of(order),
	)


def note_closed(order: Any) -> None:
	"""Write into the case that the order was closed, or reopened: once, though its status is written twice while it is."""
	before = order.get_doc_before_save()
	known = order.flags.o2c_status or (before.status if before else None)
	order.flags.o2c_status = order.status
	if (order.status == "Closed") == (known == "Closed"):
		return
	event = CLOSED if order.status == "Closed" else REOPENED
	# What a document remembers of itself may be older than the order: what is in the case counts.
	if event != (_last_of(order, (CLOSED, REOPENED)) or REOPENED):
		note(order, event, now=True)


def _last_of(order: Any, events: tuple[str, ...]) -> str | None:
	found: str | None = frappe.db.get_value(
		"O2C Event",
		{"reference_name": order.name, "reference_doctype": order.doctype, "event": ("in", events)},
		"event",
		order_by="creation desc",
	)
	return found
