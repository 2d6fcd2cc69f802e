from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime

from o2c_extensions.common.audit import as_system, require
from o2c_extensions.common.money import as_float
from o2c_extensions.order_orchestration.domain.sourcing import Assignment

DOCTYPE = "Fulfilment Plan"
LINE = "Fulfilment Plan Line"
_STANDARD = ["name", "creation", "modified", "owner", "modified_by", "parent", "parenttype", "parentfield"]
_LINE = ["idx", "sales_order_item", "item_code", "qty", "uom", "source", "warehouse", "supplier"]


class FulfilmentPlan(Document):
	"""Where the lines of an order come from, and when they are promised. It is called as its order is."""

	def before_insert(self) -> None:
		require("plan")


def make(order: Any, case: str, assignments: Sequence[Assignment]) -> str:
	"""Write an order's plan; all lines in one statement, as there may be hundreds."""
	with as_system("plan") as system:
		plan = system.insert(
			{
				"doctype": DOCTYPE,
				"sales_order": order.name,
				"customer": order.customer,
				"company": order.company,
				"o2c_case": case,
				"status": "Planned",
				"promised_date": max(part.promised for part in assignments),
			}
		)
	units = {row.name: row.uom for row in order.items}
	now, user = now_datetime(), frappe.session.user
	rows = [
		(
			*(frappe.generate_hash(length=12), now, now, user, user, plan.name, DOCTYPE, "lines"),
			*(number, part.row, part.item, as_float(part.qty), units[part.row]),
			*(part.source, part.warehouse, part.supplier, part.promised),
		)
		for number, part in enumerate(assignments, start=1)
	]
	frappe.db.bulk_insert(LINE, [*_STANDARD, *_LINE, "promised_date"], rows)
	return str(plan.name)


def promise_anew(order: str, lines: Mapping[str, date], rows: Mapping[str, date], last: date) -> None:
	"""Move promises: of these lines of the plan, of the order's rows that they belong to, and of the whole order."""
	moved = {name: {"promised_date": day} for name, day in lines.items()}
	frappe.db.bulk_update(LINE, moved, update_modified=False)
	moved = {name: {"o2c_promised_date": day} for name, day in rows.items()}
	frappe.db.bulk_update("Sales Order Item", moved, update_modified=False)
	frappe.db.set_value("Sales Order", order, "o2c_promised_date", last, update_modified=False)
	frappe.db.set_value(DOCTYPE, order, "promised_date", last)


def set_status(orders: Collection[str], status: str, unless: str = "") -> None:
	"""Set the status of these orders' plans that have another one, and not the one that is left alone."""
	filters = {"name": ("in", list(orders) or [""]), "status": ("not in", [status, unless])}
	frappe.db.set_value(DOCTYPE, filters, "status", status)


def forget(order: str) -> None:
	"""A plan goes with its order when that is deleted."""
	frappe.db.delete(LINE, {"parent": order, "parenttype": DOCTYPE})
	frappe.db.delete(DOCTYPE, {"name": order})
