"""What happens to orders, holds, deliveries and purchases, told to this module's services."""

from __future__ import annotations

from typing import Any

from o2c_extensions.common import casebook
from o2c_extensions.order_orchestration import services


def sales_order_before_submit(doc: Any, method: str | None = None) -> None:
	services.plan_order(doc, casebook.moment_of(doc).date())


def sales_order_on_submit(doc: Any, method: str | None = None) -> None:
	if services.record_plan(doc):
		services.release_soon(doc.name)


def sales_order_on_cancel(doc: Any, method: str | None = None) -> None:
	services.cancel_plan(doc.name)


def sales_order_on_trash(doc: Any, method: str | None = None) -> None:
	services.forget_plan(doc.name)


def credit_hold_on_update(doc: Any, method: str | None = None) -> None:
	if doc.status == "Released":
		services.release_soon(doc.sales_order)


def delivery_note_validate(doc: Any, method: str | None = None) -> None:
	services.join_order(doc, "against_sales_order")


def delivery_note_on_submit(doc: Any, method: str | None = None) -> None:
	services.record_delivery(doc)


def delivery_note_on_cancel(doc: Any, method: str | None = None) -> None:
	services.record_delivery(doc, cancelled=True)


def delivery_note_on_trash(doc: Any, method: str | None = None) -> None:
	services.reopen_plans({row.against_sales_order for row in doc.items if row.against_sales_order})


def purchase_order_validate(doc: Any, method: str | None = None) -> None:
	services.join_order(doc, "sales_order")


def purchase_order_on_change(doc: Any, method: str | None = None) -> None:
	services.record_supplier_delivery(doc)


def purchase_order_on_cancel(doc: Any, method: str | None = None) -> None:
	services.reopen_plans({row.sales_order for row in doc.items if row.sales_order})


def purchase_order_on_trash(doc: Any, method: str | None = None) -> None:
	services.reopen_plans({row.sales_order for row in doc.items if row.sales_order})
