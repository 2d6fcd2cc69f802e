"""An order opens a case, and the case knows what became of it."""

from __future__ import annotations

from typing import Any

import frappe
from erpnext.selling.doctype.sales_order.sales_order import close_or_unclose_sales_orders, update_status

from tests.support import erp


def drafted(customer: str, item: str) -> Any:
	return erp.order(customer, [{"item_code": item, "qty": 2, "rate": 10}]).insert()


def events(case: str) -> list[str]:
	rows = frappe.get_all(
		"O2C Event",
		filters={"o2c_case": case, "stage": "Order"},
		fields=["event", "reference_name", "event_time"],
		order_by="event_time asc, creation asc",
	)
	return [row.event for row in rows]


def test_an_order_opens_a_case(customer: str, service: str) -> None:
	order = drafted(customer, service)
	assert order.o2c_case == order.name
	assert frappe.db.get_value("Sales Order", order.name, "o2c_case") == order.name
	assert events(order.name) == []
	order.submit()
	assert events(order.name) == ["Submitted"]


def test_submitted_comes_before_what_is_decided_about_it(customer: str, service: str) -> None:
	order = drafted(customer, service)
	order.submit()
	stages = frappe.get_all(
		"O2C Event", filters={"o2c_case": order.name}, order_by="event_time asc, creation asc", pluck="stage"
	)
	assert stages[:2] == ["Order", "Credit"]


def test_an_amended_order_stays_in_its_case(customer: str, service: str) -> None:
	order = drafted(customer, service)
	order.submit()
	order.cancel()
	amended = frappe.copy_doc(order)
	amended.update({"docstatus": 0, "amended_from": order.name})
	amended.insert()
	amended.submit()
	assert amended.o2c_case == order.name
	assert sorted(events(order.name)) == ["Cancelled", "Submitted", "Submitted"]


def test_a_copy_opens_its_own_case(customer: str, service: str) -> None:
	order = drafted(customer, service)
	copy = frappe.copy_doc(order, ignore_no_copy=False)
	copy.update({"transaction_date": erp.DAY, "delivery_date": erp.DAY})
	copy.insert()
	assert copy.o2c_case == copy.name != order.name


def test_closed_is_said_once(customer: str, service: str) -> None:
	order = drafted(customer, service)
	order.submit()
	update_status("Closed", order.name)
	assert events(order.name).count("Closed") == 1
	order.reload()
	order.add_comment("Comment", "Erledigt")
	order.db_set("po_no", "4711")
	assert events(order.name).count("Closed") == 1


def test_closed_reopened_and_closed_again(customer: str, service: str) -> None:
	order = drafted(customer, service)
	order.submit()
	names = frappe.as_json([order.name])
	for status in ("Closed", "Draft", "Closed"):
		close_or_unclose_sales_orders(names, status)
	assert events(order.name).count("Closed") == 2


def test_closed_twice_by_the_same_document(customer: str, service: str) -> None:
	order = drafted(customer, service)
	order.submit()
	for status in ("Closed", "Draft", "Closed"):
		order.reload()
		order.update_status(status)
	assert events(order.name).count("Closed") == 2
