"""Orders decomposed, promised and released: from two warehouses, from a supplier, from goods that are still to come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import frappe
import pytest
from o2c_extensions.order_orchestration import services

from tests.support import erp

# A Monday.
DAY = "2026-03-02"
TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def settings(company: str) -> None:
	values = {
		"plan_orders": 1,
		"release_orders": 0,
		"handling_days": 1,
		"supply_days": 7,
		"hold_over_limit": 1,
	}
	frappe.db.set_single_value("O2C Settings", values)
	frappe.clear_document_cache("O2C Settings", "O2C Settings")


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
	"""Stories are told on their own day."""
	frappe.flags.current_date = TODAY
	yield
	frappe.flags.current_date = None


@pytest.fixture
def annex(company: str) -> str:
	return warehouse_called("Annex")


def warehouse_called(name: str, **values: Any) -> str:
	found = erp.insert(
		"Warehouse",
		warehouse_name=f"{name} {frappe.generate_hash(length=6)}",
		company=erp.COMPANY,
		parent_warehouse="All Warehouses - NH",
		**values,
	)
	return str(found.name)


def stock(item: str, qty: float, place: str = erp.STORES, day: str = DAY) -> None:
	row = {"item_code": item, "qty": qty, "basic_rate": 5, "t_warehouse": place}
	erp.receive(item, qty, 5, day, items=[row])


def submitted(customer: str, rows: list[dict[str, Any]], **values: Any) -> Any:
	order = erp.order(customer, [{"rate": 10, **row} for row in rows], **values)
	order.insert()
	order.submit()
	order.reload()
	return order


def plan(order: Any) -> list[list[Any]]:
	lines = frappe.get_doc("Fulfilment Plan", order.name).lines
	return [
		[line.item_code, line.qty, line.source, line.warehouse or line.supplier, str(line.promised_date)]
		for line in lines
	]


def events(order: Any) -> list[str]:
	rows = frappe.get_all(
		"O2C Event",
		{"o2c_case": order.o2c_case, "stage": ("in", ("Promise", "Release", "Delivery"))},
		["stage", "event"],
		order_by="creation asc",
	)
	return [f"{row.stage}: {row.event}" for row in rows]


def released(order: Any, day: date = TODAY) -> list[Any]:
	return [frappe.get_doc(*made) for made in services.release_order(order.name, day)]


def reserved(item: str, place: str) -> float:
	return float(frappe.db.get_value("Bin", {"item_code": item, "warehouse": place}, "reserved_qty") or 0)


def test_a_line_goes_to_the_warehouse_that_covers_it(customer: str, item: str, annex: str) -> None:
	stock(item, 3)
	stock(item, 10, annex)
	order = submitted(customer, [{"item_code": item, "qty": 8}])
	assert plan(order) == [[item, 8, "Warehouse", annex, "2026-03-03"]]
	assert order.items[0].warehouse == annex
	assert (reserved(item, annex), reserved(item, erp.STORES)) == (8, 0)
	assert str(order.o2c_promised_date) == str(order.items[0].o2c_promised_date) == "2026-03-03"
	assert frappe.db.get_value("Fulfilment Plan", order.name, ["status", "customer", "o2c_case"]) == (
		"Planned",
		customer,
		order.o2c_case,
	)
	assert events(order) == ["Promise: Promised"]
	decision = frappe.get_doc("O2C Decision", {"reference_name": order.name, "decision_type": "Fulfilment"})
	assert decision.outcome == "From Stock"
	assert annex in decision.reasons


def test_a_line_is_split_over_warehouses_and_delivered_from_each(
	customer: str, item: str, annex: str, service: str
) -> None:
	stock(item, 3)
	stock(item, 6, annex)
	order = submitted(customer, [{"item_code": item, "qty": 8}, {"item_code": service, "qty": 1}])
	assert plan(order) == [
		[item, 6, "Warehouse", annex, "2026-03-03"],
		[item, 2, "Warehouse", erp.STORES, "2026-03-03"],
		[service, 1, "Warehouse", erp.STORES, "2026-03-03"],
	]
	notes = released(order)
	assert [[(row.item_code, row.qty, row.warehouse) for row in note.items] for note in notes] == [
		[(item, 6, annex), (service, 1, erp.STORES)],
		[(item, 2, erp.STORES)],
	]
	assert services.release_order(order.name, TODAY) == []
	assert frappe.db.get_value("Fulfilment Plan", order.name, "status") == "Released"
	for note in notes:
		assert note.o2c_case == order.o2c_case
		note.submit()
	order.reload()
	assert (order.per_delivered, order.status) == (100, "To Bill")
	assert (reserved(item, annex), reserved(item, erp.STORES)) == (0, 0)
	assert events(order) == [
		"Promise: Promised",
		*["Release: Delivery Drafted"] * 2,
		*["Delivery: Delivered"] * 2,
	]


def test_a_drop_shipment_is_purchased_and_delivered_by_the_supplier(customer: str, company: str) -> None:
	supplier = erp.make_supplier()
	item = erp.make_item(
		delivered_by_supplier=1,
		lead_time_days=4,
		item_defaults=[{"company": company, "default_supplier": supplier, "default_warehouse": erp.STORES}],
	)
	erp.insert(
		"Item Price",
		item_code=item,
		price_list="Standard Buying",
		price_list_rate=6.5,
		valid_from="2026-01-01",
	)
	stock(item, 50)
	order = submitted(customer, [{"item_code": item, "qty": 8}])
	assert plan(order) == [[item, 8, "Drop Ship", supplier, "2026-03-06"]]
	assert (order.items[0].delivered_by_supplier, order.items[0].supplier) == (1, supplier)
	assert reserved(item, erp.STORES) == 0
	(purchase,) = released(order)
	assert services.release_order(order.name, TODAY) == []
	assert (purchase.doctype, purchase.docstatus, purchase.supplier) == ("Purchase Order", 1, supplier)
	assert (purchase.o2c_case, purchase.customer) == (order.o2c_case, customer)
	assert str(purchase.transaction_date) == DAY
	assert [
		(row.qty, row.rate, row.delivered_by_supplier, str(row.schedule_date)) for row in purchase.items
	] == [(8, 6.5, 1, "2026-03-06")]
	services.drop_ship_delivered(purchase.name, date(2026, 3, 5))
	order.reload()
	assert (order.items[0].delivered_qty, order.per_delivered, order.status) == (8, 100, "To Bill")
	assert events(order) == ["Promise: Promised", "Release: Purchase Ordered", "Delivery: Delivered"]
	told = frappe.get_last_doc("O2C Event", {"o2c_case": order.o2c_case, "event": "Delivered"})
	assert (told.reference_name, str(told.event_time)[:10]) == (purchase.name, "2026-03-05")
	purchase.reload()
	purchase.update_status("Draft")
	purchase.update_delivered_qty_in_sales_order()
	assert events(order)[-1] == "Delivery: Cancelled"


def test_a_supplier_without_a_price_list_is_paid_what_the_item_cost_last(customer: str, company: str) -> None:
	supplier = erp.make_supplier(default_currency="USD")
	erp.insert(
		"Currency Exchange", from_currency="USD", to_currency="EUR", exchange_rate=0.8, date="2026-01-01"
	)
	item = erp.make_item(
		delivered_by_supplier=1, item_defaults=[{"company": company, "default_supplier": supplier}]
	)
	frappe.db.set_value("Item", item, "last_purchase_rate", 4)
	order = submitted(customer, [{"item_code": item, "qty": 2}])
	(purchase,) = released(order)
	assert (purchase.currency, purchase.items[0].rate, purchase.base_net_total) == ("USD", 5, 8)


def test_goods_that_are_still_to_come(customer: str, item: str) -> None:
	stock(item, 3)
	frappe.db.set_value("Item", item, "lead_time_days", 3)
	order = submitted(customer, [{"item_code": item, "qty": 8}])
	assert plan(order) == [
		[item, 3, "Warehouse", erp.STORES, "2026-03-03"],
		[item, 5, "Backorder", erp.STORES, "2026-03-06"],
	]
	assert str(order.o2c_promised_date) == "2026-03-06"
	(first,) = released(order)
	assert [row.qty for row in first.items] == [3]
	assert order.name not in services.orders_due()
	assert services.release_order(order.name, TODAY) == []
	stock(item, 4, day="2026-03-04")
	assert order.name in services.orders_due()
	(second,) = released(order, date(2026, 3, 4))
	assert [(row.qty, row.warehouse) for row in second.items] == [(4, erp.STORES)]
	assert frappe.db.get_value("Fulfilment Plan", order.name, "status") == "Planned"
	first.submit()
	second.submit()
	stock(item, 40, day="2026-03-09")
	(third,) = released(order, date(2026, 3, 9))
	assert [row.qty for row in third.items] == [1]
	# The last piece is late: the promise has moved with it.
	assert str(frappe.db.get_value("Sales Order", order.name, "o2c_promised_date")) == "2026-03-10"
	third.submit()
	order.reload()
	assert (order.per_delivered, order.status) == (100, "To Bill")
	assert services.release_order(order.name, date(2026, 3, 9)) == []
