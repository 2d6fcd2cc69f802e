"""Items, stock and plans, each read for whole orders at once: the number of queries does not grow with their lines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import getdate

from o2c_extensions.common.money import decimal
from o2c_extensions.order_orchestration.doctype.fulfilment_plan.fulfilment_plan import DOCTYPE as PLAN
from o2c_extensions.order_orchestration.doctype.fulfilment_plan.fulfilment_plan import LINE
from o2c_extensions.order_orchestration.domain.demand import Bin, Place, PlannedLine, Sent
from o2c_extensions.order_orchestration.domain.sourcing import FINEST, Line

# An order in one of these states wants nothing, and ERPNext reserves nothing for it.
RESTING = ("Closed", "On Hold")


@dataclass(frozen=True)
class ItemTerms:
	"""What an item's master says about where it comes from."""

	stocked: bool
	by_supplier: bool
	supplier: str | None
	lead_days: int | None
	stock_uom: str


def item_terms(codes: Collection[str], company: str) -> dict[str, ItemTerms]:
	"""The terms of these items in this company."""
	wanted = list(dict.fromkeys(codes))
	suppliers = {
		row.parent: row.default_supplier
		for row in frappe.get_all(
			"Item Default",
			filters={"parent": ("in", wanted), "parenttype": "Item", "company": company},
			fields=["parent", "default_supplier"],
			limit_page_length=0,
		)
	}
	rows = frappe.get_all(
		"Item",
		filters={"name": ("in", wanted)},
		fields=["name", "is_stock_item", "delivered_by_supplier", "lead_time_days", "stock_uom"],
		limit_page_length=0,
	)
	return {
		row.name: ItemTerms(
			stocked=bool(row.is_stock_item),
			by_supplier=bool(row.delivered_by_supplier),
			supplier=suppliers.get(row.name),
			lead_days=row.lead_time_days or None,
			stock_uom=row.stock_uom,
		)
		for row in rows
	}


def order_lines(rows: Sequence[Any], company: str, ship_short: bool) -> list[Line]:
	"""What these rows of an order ask for.

	Args:
		ship_short: an item's supplier delivers to the customer what stock does not cover, not only what it always delivers.
	"""
	items = item_terms([row.item_code for row in rows], company)
	known = [row for row in rows if row.item_code in items]
	whole = unbroken_units(unit for row in known for unit in (row.uom, items[row.item_code].stock_uom))
	lines = []
	for row in known:
		item = items[row.item_code]
		by_supplier = bool(row.delivered_by_supplier or item.by_supplier)
		supplier = (row.supplier or item.supplier) if by_supplier or ship_short else None
		lines.append(
			Line(
				row=str(row.name),
				item=row.item_code,
				qty=decimal(row.qty),
				warehouse=row.warehouse or None,
				requested=getdate(row.delivery_date) if row.delivery_date else None,
				supplier=supplier or None,
				by_supplier=by_supplier,
				lead_days=item.lead_days,
				stocked=item.stocked,
				factor=decimal(row.conversion_factor) or Decimal(1),
				step=Decimal(1) if {row.uom, item.stock_uom} & whole else FINEST,
			)
		)
	return lines


@dataclass(frozen=True)
class ItemUnits:
	"""The units that an item is sold by, with the stock units that one of each makes."""

	stock_uom: str
	factors: dict[str, float]


def item_units(codes: Collection[str]) -> dict[str, ItemUnits]:
	"""The units of these items, of those that may be sold."""
	rows = frappe.get_all(
		"Item",
		filters={"name": ("in", list(codes)), "disabled": 0, "is_sales_item": 1},
		fields=["name", "stock_uom"],
		limit_page_length=0,
	)
	found = {row.name: ItemUnits(row.stock_uom, {row.stock_uom: 1.0}) for row in rows}
	factors = frappe.get_all(
		"UOM Conversion Detail",
		filters={"parent": ("in", list(found)), "parenttype": "Item"},
		fields=["parent", "uom", "conversion_factor"],
		limit_page_length=0,
	)
	for row in factors:
		found[row.parent].factors[row.uom] = row.conversion_factor
	return found


def unbroken_units(units: Iterable[str | None]) -> set[str]:
	"""Those of these units that are sold whole only."""
	wanted = list(dict.fromkeys(unit for unit in units if unit))
	if not wanted:
		return set()
	filters = {"name": ("in", wanted), "must_be_whole_number": 1}
	return set(frappe.get_all("UOM", filters=filters, pluck="name", limit_page_length=0))


def shipping_warehouses(company: str) -> set[str]:
	"""The warehouses that customers are served from: not those for goods in transit, rejected or returned."""
	flags = ["name", "warehouse_type"]
	if frappe.get_meta("Warehouse").has_field("is_rejected_warehouse"):
		flags.append("is_rejected_warehouse")
	rows = frappe.get_all(
		"Warehouse",
		filters={"company": company, "is_group": 0, "disabled": 0},
		fields=flags,
		limit_page_length=0,
	)
	returns = frappe.get_cached_value("Company", company, "default_warehouse_for_sales_return")
	return {
		row.name
		for row in rows
		if row.warehouse_type != "Transit" and not row.get("is_rejected_warehouse") and row.name != returns
	}


def bins(items: Collection[str], warehouses: Collection[str]) -> list[Bin]:
	"""What lies where."""
	if not items or not warehouses:
		return []
	rows = frappe.get_all(
		"Bin",
		filters={"item_code": ("in", list(items)), "warehouse": ("in", list(warehouses))},
		fields=[
			"item_code",
			"warehouse",
			"actual_qty",
			"reserved_qty",
			"reserved_qty_for_production",
			"reserved_qty_for_sub_contract",
		],
		limit_page_length=0,
	)
	return [
		Bin(
			row.item_code,
			row.warehouse,
			decimal(row.actual_qty),
			decimal(row.reserved_qty),
			decimal(row.reserved_qty_for_production) + decimal(row.reserved_qty_for_sub_contract),
		)
		for row in rows
	]


def promised_in_total(names: Collection[str], lock: bool = False) -> dict[str, Decimal]:
	"""All that was ever promised, by names of Stock Promises.

	Args:
		lock: wait for those who promise the same goods, read what they have committed, and let nobody else promise them until the
			transaction ends. All rows must be there: a lock on one that is not locks its neighbours.
	"""
	table = frappe.qb.DocType("Stock Promise")
	query = frappe.qb.from_(table).select(table.name, table.granted)
	query = query.where(table.name.isin(sorted(names) or [""])).orderby(table.name)
	rows = (query.for_update() if lock else query).run(as_dict=True)
	return {row.name: decimal(row.granted) for row in rows}


def planned_lines(
	items: Collection[str] | None = None, orders: Collection[str] | None = None
) -> list[PlannedLine]:
	"""The lines of plans that are not delivered yet, those of the oldest plan first.

	Args:
		items: of these items only.
		orders: of these orders only.
	"""
	if any(wanted is not None and not wanted for wanted in (items, orders)):
		return []
	plan, line, item = frappe.qb.DocType(PLAN), frappe.qb.DocType(LINE), frappe.qb.DocType("Item")
	order, row = frappe.qb.DocType("Sales Order"), frappe.qb.DocType("Sales Order Item")
	query = (
		frappe.qb.from_(line)
		.join(plan)
		.on(plan.name == line.parent)
		.join(order)
		.on(order.name == plan.sales_order)
		.join(row)
		.on(row.name == line.sales_order_item)
		.join(item)
		.on(item.name == line.item_code)
		.select(
			plan.sales_order,
			line.sales_order_item,
			line.item_code,
			line.source,
			line.warehouse,
			line.supplier,
			line.qty,
			row.qty.as_("ordered"),
			row.delivered_qty,
			row.conversion_factor,
			row.uom,
			row.stock_uom,
			row.warehouse.as_("reserved_at"),
			item.is_stock_item,
		)
		.where(
			(plan.status != "Cancelled")
			& (order.docstatus == 1)
			& order.status.notin(RESTING)
			& (row.delivered_qty < row.qty)
		)
		.orderby(plan.creation, plan.name, line.idx)
	)
	if items is not None:
		query = query.where(line.item_code.isin(list(items)))
	if orders is not None:
		query = query.where(plan.name.isin(list(orders)))
	rows = query.run(as_dict=True)
	whole = unbroken_units(unit for found in rows for unit in (found.uom, found.stock_uom))
	return [
		PlannedLine(
			order=found.sales_order,
			row=found.sales_order_item,
			item=found.item_code,
			source=found.source,
			warehouse=found.warehouse or "",
			supplier=found.supplier,
			qty=decimal(found.qty),
			ordered=decimal(found.ordered),
			delivered=decimal(found.delivered_qty),
			reserved_at=found.reserved_at,
			factor=decimal(found.conversion_factor) or Decimal(1),
			step=Decimal(1) if {found.uom, found.stock_uom} & whole else FINEST,
			stocked=bool(found.is_stock_item),
		)
		for found in rows
	]


def open_plans() -> set[str]:
	"""The orders whose plans have something left to be released."""
	return set(frappe.get_all(PLAN, filters={"status": "Planned"}, pluck="name", limit_page_length=0))


def sent(rows: Collection[str]) -> list[Sent]:
	"""What these rows of orders have got on delivery notes, drafts included."""
	if not rows:
		return []
	note, line = frappe.qb.DocType("Delivery Note"), frappe.qb.DocType("Delivery Note Item")
	found = (
		frappe.qb.from_(line)
		.join(note)
		.on(note.name == line.parent)
		.select(line.so_detail, line.warehouse, line.docstatus, Sum(line.qty).as_("qty"))
		.where(line.so_detail.isin(list(rows)) & (line.docstatus < 2) & (note.is_return == 0))
		.groupby(line.so_detail, line.warehouse, line.docstatus)
		.run(as_dict=True)
	)
	return [
		Sent(one.so_detail, one.warehouse or "", decimal(one.qty), draft=one.docstatus == 0) for one in found
	]


def not_on_notes(orders: Collection[str]) -> set[str]:
	"""Those of these orders of which something that we deliver ourselves stands on no delivery note."""
	filters = {"parent": ("in", list(orders) or [""]), "delivered_by_supplier": 0}
	fields = ["name", "parent", "qty"]
	rows = frappe.get_all("Sales Order Item", filters=filters, fields=fields, limit_page_length=0)
	missing = {row.name: decimal(row.qty) for row in rows}
	for one in sent(missing):
		missing[one.row] -= one.qty
	return {row.parent for row in rows if missing[row.name] > 0}


def drafted(items: Collection[str]) -> dict[Place, Decimal]:
	"""What drafts of delivery notes are about to take, in stock units."""
	if not items:
		return {}
	note, line = frappe.qb.DocType("Delivery Note"), frappe.qb.DocType("Delivery Note Item")
	found = (
		frappe.qb.from_(line)
		.join(note)
		.on(note.name == line.parent)
		.select(line.item_code, line.warehouse, Sum(line.stock_qty).as_("qty"))
		.where(line.item_code.isin(list(items)) & (line.docstatus == 0) & (note.is_return == 0))
		.groupby(line.item_code, line.warehouse)
		.run(as_dict=True)
	)
	return {(one.item_code, one.warehouse): decimal(one.qty) for one in found}


def purchased(rows: Collection[str]) -> dict[str, Decimal]:
	"""How much of these rows of orders stands on purchase orders, in stock units, drafts included."""
	if not rows:
		return {}
	line = frappe.qb.DocType("Purchase Order Item")
	found = (
		frappe.qb.from_(line)
		.select(line.sales_order_item, Sum(line.stock_qty).as_("qty"))
		.where(line.sales_order_item.isin(list(rows)) & (line.docstatus < 2))
		.groupby(line.sales_order_item)
		.run(as_dict=True)
	)
	return {one.sales_order_item: decimal(one.qty) for one in found}


def plan_state(order: str, lock: bool = False) -> Any:
	"""Status and last change of an order's plan, None if it has none."""
	return frappe.db.get_value(PLAN, order, ["status", "modified"], as_dict=True, for_update=lock)


def plan_lines(order: str) -> list[Any]:
	"""The lines of an order's plan as they are stored."""
	rows: list[Any] = frappe.get_all(
		LINE,
		filters={"parent": order, "parenttype": PLAN},
		fields=[
			"name",
			"sales_order_item",
			"item_code",
			"qty",
			"source",
			"warehouse",
			"supplier",
			"promised_date",
		],
		order_by="idx asc",
		limit_page_length=0,
	)
	return rows


def supplier_terms(supplier: str, company: str) -> dict[str, Any]:
	"""What an order at this supplier is to say instead of what the customer's order said: currency, price list, terms."""
	fields = ["default_currency", "default_price_list", "payment_terms", "supplier_name"]
	found = frappe.db.get_value("Supplier", supplier, fields, as_dict=True)
	price_list = found.default_price_list or frappe.db.get_single_value(
		"Buying Settings", "buying_price_list"
	)
	return {
		"supplier_name": found.supplier_name,
		"currency": found.default_currency or frappe.get_cached_value("Company", company, "default_currency"),
		"conversion_rate": None,
		"buying_price_list": price_list,
		"price_list_currency": None,
		"plc_conversion_rate": None,
		"payment_terms_template": found.payment_terms,
	}


def known_costs(items: Collection[str]) -> dict[str, Decimal]:
	"""What a stock unit of these items cost last, in the company's currency, else what it is valued at."""
	rows = frappe.get_all(
		"Item",
		filters={"name": ("in", list(items))},
		fields=["name", "last_purchase_rate", "valuation_rate"],
		limit_page_length=0,
	)
	return {row.name: decimal(row.last_purchase_rate) or decimal(row.valuation_rate) for row in rows}


def last_delivery_event(doctype: str, name: str) -> str | None:
	"""What the cases know of a document's delivery: Delivered, Cancelled, or nothing."""
	events = frappe.get_all(
		"O2C Event",
		filters={"reference_doctype": doctype, "reference_name": name, "stage": "Delivery"},
		fields=["event"],
		order_by="creation desc",
		limit_page_length=1,
	)
	return events[0].event if events else None
