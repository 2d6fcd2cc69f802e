from __future__ import annotations

from typing import Any

from o2c_extensions.order_capture import services


def sales_order_validate(doc: Any, method: str | None = None) -> None:
	services.open_case(doc)


def sales_order_before_submit(doc: Any, method: str | None = None) -> None:
	"""Not on_submit: its credit is decided in there, and the case tells what happened in order."""
	services.note(doc, "Submitted")


def sales_order_on_cancel(doc: Any, method: str | None = None) -> None:
	services.note(doc, "Cancelled", now=True)


def sales_order_on_change(doc: Any, method: str | None = None) -> None:
	"""ERPNext closes an order by `db_set` alone, which calls this event only."""
	services.note_closed(doc)
