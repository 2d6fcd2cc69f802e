"""What other programs and the staff page ask of promises and releases."""

from __future__ import annotations

from typing import Any

import frappe

from o2c_extensions.order_orchestration import services


@frappe.whitelist(methods=["POST"])
def promise(
	items: list[dict[str, Any]], company: str, delivery_date: str | None = None
) -> list[dict[str, Any]]:
	"""Where an order for these items would come from, and when. Writes nothing, and keeps nothing for the caller.

	Args:
		items: `item_code` and `qty` of each line; `uom`, `warehouse` and `delivery_date` where they matter.
	"""
	frappe.has_permission("Sales Order", "create", throw=True)
	return services.promise(items, company, delivery_date)


@frappe.whitelist(methods=["POST"])
def release(order: str) -> list[dict[str, str]]:
	"""Release what of an order can leave now; what ERPNext and the holds refuse stays refused. Returns the new documents."""
	frappe.get_doc("Sales Order", order).check_permission("submit")
	return [{"doctype": doctype, "name": name} for doctype, name in services.release_order(order)]
