"""Several processes submit orders of one customer at once: together they get what its limit allows, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import frappe
import pytest

from tests.support import erp

PROCESSES, ORDERS_EACH = 2, 8
LIMIT, AMOUNT = 1000, 300
OF_THE_ORDER = (
	"Sales Order Item",
	"Sales Taxes and Charges",
	"Payment Schedule",
	"Sales Team",
	"Pricing Rule Detail",
)


@pytest.fixture
def shop(committed: None) -> Iterator[tuple[str, str]]:
	"""A customer with a limit and an item, committed; they and all that became of them are taken out again."""
	erp.found_company()
	customer = erp.make_customer(credit_limits=[{"company": erp.COMPANY, "credit_limit": LIMIT}])
	item = erp.make_item(is_stock_item=0)
	frappe.db.commit()
	yield customer, item
	frappe.db.rollback()
	orders = frappe.get_all("Sales Order", filters={"customer": customer}, pluck="name")
	holds = frappe.get_all("Credit Hold", filters={"customer": customer}, pluck="name")
	for doctype in OF_THE_ORDER:
		if frappe.db.exists("DocType", doctype):
			frappe.db.delete(doctype, {"parent": ("in", orders)})
	for doctype in ("O2C Event", "Comment", "Workflow Action", "Fulfilment Plan"):
		field = "sales_order" if doctype == "Fulfilment Plan" else "reference_name"
		if frappe.db.exists("DocType", doctype):
			frappe.db.delete(doctype, {field: ("in", [*orders, *holds])})
	frappe.db.delete("Sales Order", {"customer": customer})
	frappe.db.delete("Credit Hold", {"customer": customer})
	frappe.db.delete("Credit Account", {"customer": customer})
	frappe.db.delete("Item Price", {"item_code": item})
	frappe.delete_doc("Customer", customer, force=True)
	frappe.delete_doc("Item", item, force=True)
	frappe.db.commit()


def test_accepted_orders_never_pass_the_limit(shop: tuple[str, str], in_process: Callable[..., Any]) -> None:
	customer, item = shop
	row = {"item_code": item, "qty": 1, "rate": AMOUNT}
	orders = [
		erp.order(customer, [dict(row)], taxes=[]).insert().name for _ in range(PROCESSES * ORDERS_EACH)
	]
	frappe.db.commit()
	processes = [in_process("ordering_process.py", *orders[number::PROCESSES]) for number in range(PROCESSES)]
	outputs = [process.communicate(timeout=240)[0] for process in processes]
	assert [process.returncode for process in processes] == [0] * PROCESSES, "\n".join(outputs)
	frappe.db.rollback()
	rows = frappe.get_all(
		"Sales Order", filters={"name": ("in", orders)}, fields=["docstatus", "o2c_credit_status as status"]
	)
	assert [row.docstatus for row in rows] == [1] * len(orders), "no order is lost"
	statuses = [row.status for row in rows]
	accepted = LIMIT // AMOUNT
	assert sorted(set(statuses)) == ["Held", "Passed"]
	assert statuses.count("Passed") == accepted
	held = frappe.get_all("Credit Hold", filters={"customer": customer}, fields=["open_orders", "excess"])
	assert len(held) == len(orders) - accepted
	assert {(hold.open_orders, hold.excess) for hold in held} == {(900, 200)}
