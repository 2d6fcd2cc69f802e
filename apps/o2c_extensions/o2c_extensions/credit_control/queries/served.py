"""Which orders a document serves that names none itself, but something that was made for one."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import frappe


def of_work_orders(names: Collection[str]) -> set[str]:
	return _named("Work Order", "sales_order", {"name": ("in", list(names))}) if names else set()


def of_pick_lists(names: Collection[str]) -> set[str]:
	return _named("Pick List Item", "sales_order", {"parent": ("in", list(names))}) if names else set()


def of_requests(rows: Collection[str]) -> set[str]:
	"""The orders of these rows of Material Requests."""
	return _named("Material Request Item", "sales_order", {"name": ("in", list(rows))}) if rows else set()


def of_purchases(names: Collection[str]) -> set[str]:
	return _named("Purchase Order Item", "sales_order", {"parent": ("in", list(names))}) if names else set()


def of_subcontracting(names: Collection[str]) -> set[str]:
	if not names:
		return set()
	return of_purchases(_named("Subcontracting Order", "purchase_order", {"name": ("in", list(names))}))


def of_deliveries(names: Collection[str]) -> set[str]:
	return (
		_named("Delivery Note Item", "against_sales_order", {"parent": ("in", list(names))})
		if names
		else set()
	)


def of_plan_rows(plan: str, rows: Collection[str], parts: Collection[str]) -> set[str]:
	"""The orders that rows of a Production Plan are for, or that its sub-assemblies (`parts`) are for.

	A row that combines several orders names none: its references do.
	"""
	items = set(rows)
	if parts:
		filters = {"name": ("in", list(parts))}
		items |= _named("Production Plan Sub Assembly Item", "production_plan_item", filters)
	if not items:
		return set()
	orders = _named("Production Plan Item", "sales_order", {"name": ("in", list(items))})
	references = {"parent": plan, "item_reference": ("in", list(items))}
	return orders | _named("Production Plan Item Reference", "sales_order", references)


def _named(doctype: str, field: str, filters: Mapping[str, object]) -> set[str]:
	found = frappe.get_all(
		doctype, filters={**filters, field: ("is", "set")}, pluck=field, distinct=True, limit_page_length=0
	)
	return set(found)
