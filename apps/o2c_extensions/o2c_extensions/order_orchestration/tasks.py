"""Releasing orders in the background."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

import frappe

from o2c_extensions.common import batch, casebook
from o2c_extensions.common.settings import setting
from o2c_extensions.common.work import Work
from o2c_extensions.order_orchestration import services

KIND = "Order Release"


def release(order: str) -> None:
	"""Release one order as the user who submitted it. Who may not deliver or purchase leaves it to the next run."""
	if frappe.has_permission("Delivery Note", "create") and frappe.has_permission("Purchase Order", "submit"):
		services.release_order(order, casebook.today())


def release_orders() -> None:
	"""Start a run when there is something to release, and none is under way."""
	if not setting("release_orders"):
		return
	if frappe.db.exists("O2C Run", {"kind": KIND, "status": ("in", ("Queued", "Running"))}):
		return
	if services.orders_due():
		batch.start(KIND)


class OrderRelease(Work):
	"""Every planned order that nothing holds and that something has come for. An item is an order.

	Parameters: `date`, the business day as ISO text; default today.
	"""

	roles: ClassVar[tuple[str, ...]] = ("Order Manager",)

	def __init__(self, parameters: dict[str, Any]) -> None:
		super().__init__(parameters)
		self.today = self.business_day()

	def items(self) -> Iterable[str]:
		return services.orders_due()

	def do(self, item: str) -> str | None:
		return ", ".join(name for _doctype, name in services.release_order(item, self.today))
