"""What other programs and the staff page ask of promises and releases."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, flt

from o2c_extensions.common import casebook
from o2c_extensions.common.money import as_float
from o2c_extensions.order_orchestration import queries, services


@frappe.whitelist(methods=["POST"])
def promise(
	items: list[dict[str, Any]], company: str, delivery_date: str | None = None
) -> list[dict[str, Any]]:
	"""Where an order for these items would come from, and when. Writes nothing, and keeps nothing for the caller.

	Args:
		items: `item_code` and `qty` of each line; `uom` and `delivery_date` where they matter.
	"""
	frappe.has_permission("Sales Order", "create", throw=True)
	decision = services.decide(_rows(items, delivery_date), company, casebook.today())
	return [
		{
			"line": int(part.row),
			"item_code": part.item,
			"qty": as_float(part.qty),
			"source": part.source,
			"warehouse": part.warehouse,
			"supplier": part.supplier,
			"promised_date": part.promised.isoformat(),
		}
		for part in decision.assignments
	]


@frappe.whitelist(methods=["POST"])
def release(order: str) -> list[dict[str, str]]:
	"""Release what of an order can leave now; what ERPNext and the holds refuse stays refused. Returns the new documents."""
	frappe.get_doc("Sales Order", order).check_permission("submit")
	return [{"doctype": doctype, "name": name} for doctype, name in services.release_order(order)]


def _rows(items: list[dict[str, Any]], delivery_date: str | None) -> list[Any]:
	"""What was asked, as rows of an order would say it."""
	known = queries.item_units([str(item.get("item_code") or "") for item in items])
	rows = []
	for number, item in enumerate(items, start=1):
		code = str(item.get("item_code") or "")
		if code not in known:
			frappe.throw(_("Row {0}: there is no item {1}.").format(number, frappe.bold(escape_html(code))))
		unit = str(item.get("uom") or known[code].stock_uom)
		if unit not in known[code].factors:
			frappe.throw(_("Row {0}: {1} is not sold by {2}.").format(number, code, escape_html(unit)))
		qty = flt(item.get("qty"), 3)
		if qty <= 0:
			frappe.throw(_("Row {0}: the quantity must be greater than zero.").format(number))
		row = {"name": str(number), "item_code": code, "qty": qty, "uom": unit}
		day = item.get("delivery_date") or delivery_date
		rows.append(
			frappe._dict({**row, "conversion_factor": known[code].factors[unit], "delivery_date": day})
		)
	return rows
