"""Orders decomposed, promised and released: from two warehouses, from a supplier, from goods that are still to come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import frappe
import pytest
from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note
from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_return
from frappe.model.workflow import apply_workflow
from o2c_extensions.common.work import work_of
from o2c_extensions.order_orchestration import api, services, tasks

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


def test_the_elder_order_gets_what_has_come(customer: str, item: str) -> None:
	rows = [{"item_code": item, "qty": 5}]
	elder, younger = submitted(customer, rows), submitted(customer, rows)
	frappe.db.set_value("Fulfilment Plan", elder.name, "creation", "2026-03-01 08:00:00")
	stock(item, 7, day="2026-03-03")
	latest = submitted(customer, [{"item_code": item, "qty": 1}])
	assert [line[2] for line in plan(latest)] == ["Backorder"]
	(second,) = released(younger)
	assert [row.qty for row in second.items] == [2]
	(first,) = released(elder)
	assert [row.qty for row in first.items] == [5]


def test_a_new_order_does_not_get_what_a_split_one_has_been_promised(
	customer: str, item: str, annex: str
) -> None:
	stock(item, 3)
	stock(item, 6, annex)
	submitted(customer, [{"item_code": item, "qty": 8}])
	# ERPNext reserves all eight at the annex, of which six are promised from there, and two from the stores.
	assert (reserved(item, annex), reserved(item, erp.STORES)) == (8, 0)
	assert plan(submitted(customer, [{"item_code": item, "qty": 2}])) == [
		[item, 1, "Warehouse", erp.STORES, "2026-03-03"],
		[item, 1, "Backorder", erp.STORES, "2026-03-10"],
	]


def test_boxes_are_not_broken(customer: str, company: str) -> None:
	item = erp.make_item(uoms=[{"uom": "Box", "conversion_factor": 12}])
	frappe.db.set_value("UOM", "Box", "must_be_whole_number", 1)
	stock(item, 30)
	order = submitted(customer, [{"item_code": item, "qty": 4, "uom": "Box", "conversion_factor": 12}])
	assert [line[:3] for line in plan(order)] == [[item, 2, "Warehouse"], [item, 2, "Backorder"]]
	(note,) = released(order)
	assert [(row.qty, row.uom, row.stock_qty) for row in note.items] == [(2, "Box", 24)]
	note.submit()
	assert released(order) == []


def test_rejected_goods_and_goods_in_transit_are_promised_to_nobody(customer: str, item: str) -> None:
	stock(item, 50, "Goods In Transit - NH")
	returns = warehouse_called("Returns")
	frappe.db.set_value("Company", erp.COMPANY, "default_warehouse_for_sales_return", returns)
	frappe.clear_document_cache("Company", erp.COMPANY)
	stock(item, 50, returns)
	assert [line[2:4] for line in plan(submitted(customer, [{"item_code": item, "qty": 5}]))] == [
		["Backorder", erp.STORES]
	]


def test_a_draft_that_is_gone_is_made_again_and_one_that_is_there_is_not(customer: str, item: str) -> None:
	stock(item, 8)
	order = submitted(customer, [{"item_code": item, "qty": 8}])
	(note,) = released(order)
	# As if the worker had been killed before it marked the plan.
	frappe.db.set_value("Fulfilment Plan", order.name, "status", "Planned")
	assert order.name not in services.orders_due()
	assert released(order) == []
	note.delete()
	assert frappe.db.get_value("Fulfilment Plan", order.name, "status") == "Planned"
	(note,) = released(order)
	note.submit()
	note.cancel()
	assert events(order)[-2:] == ["Delivery: Delivered", "Delivery: Cancelled"]
	(note,) = released(order)
	assert [row.qty for row in note.items] == [8]


def test_whoever_sends_less_than_was_drafted_leaves_a_rest(customer: str, item: str) -> None:
	stock(item, 10)
	order = submitted(customer, [{"item_code": item, "qty": 6}])
	[(_doctype, name)] = services.release_order(order.name, TODAY)
	assert order.name not in services.orders_due()
	note = frappe.get_doc("Delivery Note", name)
	note.items[0].qty = 4
	note.submit()
	assert order.name in services.orders_due()
	[(_doctype, rest)] = services.release_order(order.name, TODAY)
	assert [row.qty for row in frappe.get_doc("Delivery Note", rest).items] == [2]
	assert order.name not in services.orders_due()


def test_what_comes_back_is_not_sent_again(customer: str, item: str) -> None:
	stock(item, 8)
	order = submitted(customer, [{"item_code": item, "qty": 8}])
	(note,) = released(order)
	note.submit()
	back = make_sales_return(note.name)
	back.items[0].qty = -3
	back.insert()
	back.submit()
	assert back.o2c_case == order.o2c_case
	assert events(order)[-1] == "Delivery: Returned"
	assert released(order) == []
	assert order.name not in services.orders_due()


def test_a_person_may_deliver_from_elsewhere(customer: str, item: str, annex: str) -> None:
	stock(item, 8)
	stock(item, 5, annex)
	order = submitted(customer, [{"item_code": item, "qty": 8}])
	note = make_delivery_note(order.name)
	note.items[0].update({"qty": 5, "warehouse": annex})
	note.update({"posting_date": DAY, "set_posting_time": 1})
	note.insert()
	(rest,) = released(order)
	assert [(row.qty, row.warehouse) for row in rest.items] == [(3, erp.STORES)]


def test_a_fixed_charge_goes_with_the_first_parcel(customer: str, item: str, annex: str) -> None:
	stock(item, 3)
	stock(item, 6, annex)
	freight = {
		"charge_type": "Actual",
		"account_head": "Freight and Forwarding Charges - NH",
		"description": "Fracht",
		"tax_amount": 9,
	}
	order = submitted(customer, [{"item_code": item, "qty": 9}], taxes=[freight])
	notes = released(order)
	assert [(note.net_total, note.total_taxes_and_charges) for note in notes] == [(60, 9), (30, 0)]


def test_an_order_that_is_held_waits(company: str, item: str) -> None:
	customer = erp.make_customer(credit_limits=[{"company": company, "credit_limit": 50}])
	stock(item, 8)
	order = submitted(customer, [{"item_code": item, "qty": 8}])
	hold = frappe.get_last_doc("Credit Hold", {"sales_order": order.name})
	assert plan(order) == [[item, 8, "Warehouse", erp.STORES, "2026-03-03"]]
	assert reserved(item, erp.STORES) == 8
	assert released(order) == []
	assert order.name not in services.orders_due()
	apply_workflow(apply_workflow(hold, "Review"), "Release")
	assert order.name in services.orders_due()
	(note,) = released(order, date(2026, 3, 5))
	assert [row.qty for row in note.items] == [8]
	# It was promised for the third and leaves on the sixth.
	assert plan(order)[0][4] == "2026-03-06"
	order.reload()
	assert str(order.items[0].o2c_promised_date) == str(order.o2c_promised_date) == "2026-03-06"
	assert events(order) == ["Promise: Promised", "Promise: Promised", "Release: Delivery Drafted"]


def test_an_order_that_is_cancelled_wants_nothing(customer: str, item: str) -> None:
	stock(item, 8)
	order = submitted(customer, [{"item_code": item, "qty": 8}])
	order.cancel()
	assert frappe.db.get_value("Fulfilment Plan", order.name, "status") == "Cancelled"
	assert released(order) == []
	amended = erp.order(customer, [{"item_code": item, "qty": 8, "rate": 10}], amended_from=order.name)
	amended.insert()
	amended.submit()
	assert plan(amended) == [[item, 8, "Warehouse", erp.STORES, "2026-03-03"]]
	amended.cancel()
	amended.delete()
	assert not frappe.db.exists("Fulfilment Plan", amended.name)
	assert not frappe.db.exists("Fulfilment Plan Line", {"parent": amended.name})


def test_an_order_that_rests_is_not_released(customer: str, item: str) -> None:
	stock(item, 8)
	order = submitted(customer, [{"item_code": item, "qty": 8}])
	for status in ("On Hold", "Closed"):
		order.update_status(status)
		order.reload()
		assert released(order) == []
		assert order.name not in services.orders_due()
		# What it does not want any more, others get.
		assert [line[2] for line in plan(submitted(customer, [{"item_code": item, "qty": 4}]))] == [
			"Warehouse"
		]
	order.update_status("Draft")
	assert [line[2] for line in plan(submitted(customer, [{"item_code": item, "qty": 4}]))] == ["Backorder"]


def test_nothing_is_planned_when_it_is_switched_off(customer: str, item: str) -> None:
	frappe.db.set_single_value("O2C Settings", "plan_orders", 0)
	frappe.clear_document_cache("O2C Settings", "O2C Settings")
	order = submitted(customer, [{"item_code": item, "qty": 8}])
	assert not frappe.db.exists("Fulfilment Plan", order.name)
	assert not order.o2c_promised_date
	assert released(order) == []


@pytest.mark.parametrize(("ship_short", "source"), [(0, "Backorder"), (1, "Drop Ship")])
def test_what_is_out_of_stock(customer: str, company: str, ship_short: int, source: str) -> None:
	frappe.db.set_single_value("O2C Settings", "drop_ship_short", ship_short)
	frappe.clear_document_cache("O2C Settings", "O2C Settings")
	item = erp.make_item(item_defaults=[{"company": company, "default_supplier": erp.make_supplier()}])
	order = submitted(customer, [{"item_code": item, "qty": 8}])
	assert [line[2] for line in plan(order)] == [source]
	assert order.items[0].delivered_by_supplier == ship_short


def test_the_run_sweeps_what_is_due(customer: str, item: str) -> None:
	waits = submitted(customer, [{"item_code": erp.make_item(), "qty": 8}])
	stock(item, 8)
	due = submitted(customer, [{"item_code": item, "qty": 8}])
	work = work_of("Order Release", {"date": "2026-03-04"})
	orders = list(work.items())
	assert due.name in orders
	assert waits.name not in orders
	made = work.do(due.name)
	assert str(frappe.db.get_value("Delivery Note", made, "posting_date")) == "2026-03-04"
	assert due.name not in list(work.items())


def test_the_schedule_starts_a_run_only_when_there_is_something_to_do(customer: str, item: str) -> None:
	frappe.db.delete("Fulfilment Plan")
	runs = frappe.db.count("O2C Run", {"kind": "Order Release"})
	stock(item, 8)
	submitted(customer, [{"item_code": item, "qty": 8}])
	tasks.release_orders()
	assert frappe.db.count("O2C Run", {"kind": "Order Release"}) == runs
	frappe.db.set_single_value("O2C Settings", "release_orders", 1)
	frappe.clear_document_cache("O2C Settings", "O2C Settings")
	tasks.release_orders()
	tasks.release_orders()
	assert frappe.db.count("O2C Run", {"kind": "Order Release"}) == runs + 1


def test_a_promise_without_an_order(item: str, annex: str) -> None:
	stock(item, 3, annex)
	answer = api.promise([{"item_code": item, "qty": 5, "delivery_date": "2026-03-20"}], erp.COMPANY)
	assert [(part["qty"], part["source"], part["warehouse"], part["promised_date"]) for part in answer] == [
		(3, "Warehouse", annex, "2026-03-20"),
		(2, "Backorder", None, "2026-03-20"),
	]
	for wrong in (
		{"item_code": "nothing", "qty": 1},
		{"item_code": item, "qty": 0},
		{"item_code": item, "qty": 1, "uom": "Box"},
	):
		with pytest.raises(frappe.ValidationError):
			api.promise([wrong], erp.COMPANY)
	frappe.set_user("Guest")
	with pytest.raises(frappe.PermissionError):
		api.promise([{"item_code": item, "qty": 5}], erp.COMPANY)


def test_plans_are_written_by_the_app_only(customer: str, item: str) -> None:
	order = submitted(customer, [{"item_code": item, "qty": 1}])
	with pytest.raises(frappe.PermissionError):
		erp.insert("Fulfilment Plan", sales_order=order.name)


def test_a_long_order_takes_no_more_queries_than_a_short_one(company: str) -> None:
	items = [erp.make_item() for _ in range(300)]
	rows = [
		{"item_code": item, "qty": 1, "name": item, "conversion_factor": 1, "uom": "Nos"} for item in items
	]
	asked = [frappe._dict({"warehouse": erp.STORES, **row}) for row in rows]
	bins = [(f"bin of {item}", item, erp.STORES, 1) for item in items]
	frappe.db.bulk_insert("Bin", ["name", "item_code", "warehouse", "actual_qty"], bins)
	services.decide(asked, company, TODAY, lock=True)
	numbers = []
	for some in (asked[:1], asked):
		queries: list[str] = []
		frappe.clear_cache()
		services.decide(asked[:1], company, TODAY, lock=True)
		with counted(queries):
			found = services.decide(some, company, TODAY, lock=True)
		assert [part.source for part in found.assignments] == ["Warehouse"] * len(some)
		numbers.append(len(queries))
	assert numbers[0] == numbers[1] <= 12


@contextmanager
def counted(queries: list[str]) -> Iterator[None]:
	"""The statements that the engine's database is given meanwhile: by its cursor where it has one, else as SQL."""
	name = "cursor" if hasattr(frappe.db, "cursor") else "sql"
	original = getattr(frappe.db, name)

	def noted(query: Any, *args: Any, **kwargs: Any) -> Any:
		queries.append(str(query))
		return original(query, *args, **kwargs)

	setattr(frappe.db, name, noted)
	try:
		yield
	finally:
		delattr(frappe.db, name)
