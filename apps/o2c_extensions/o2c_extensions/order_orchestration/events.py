"""What happens to orders, holds, deliveries and purchases, told to this module's services."""

from __future__ import annotations

from typing import Any

from frappe.utils import getdate

from o2c_extensions.common import casebook
from o2c_extensions.order_orchestration import services
from o2c_extensions.order_orchestration.doctype.fulfilment_plan import fulfilment_plan as plans


def sales_order_before_submit(doc: Any, method: str | None = None) -> None:
	services.plan_order(doc, max(casebook.today(), getdate(doc.transaction_date)))


def sales_order_on_submit(doc: Any, method: str | None = None) -> None:
	if services.record_plan(doc):
		services.release_soon(doc.name)


def sales_order_on_cancel(doc: Any, method: str | None = None) -> None:
	plans.set_status([doc.name], "Cancelled")


def sales_order_on_trash(doc: Any, method: str | None = None) -> None:
	plans.forget(doc.name)


def credit_hold_on_update(doc: Any, method: str | None = None) -> None:
	if doc.status == "Released" and doc.sales_order:
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
