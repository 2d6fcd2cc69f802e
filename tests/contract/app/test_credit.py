"""Credit from outside of one process: orders submitted at once, and strangers who come over REST."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import frappe
import pytest
from frappe.utils.password import update_password
from o2c_extensions.credit_control.queries import holds as queries

from tests.support import erp

PROCESSES, ORDERS_EACH = 2, 8
LIMIT, AMOUNT = 1000, 300
PASSWORD = "Kredit-und-Fass-17"
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


def test_a_stranger_over_rest_frees_nothing(
	shop: tuple[str, str], http: Any, user: Callable[..., str]
) -> None:
	"""The native `update_status` asks for no permission: it may move the order's status, but not its hold."""
	customer, item = shop
	row = {"item_code": item, "qty": 1, "rate": LIMIT + 1}
	order = erp.order(customer, [row], taxes=[]).insert()
	order.submit()
	hold = frappe.get_last_doc("Credit Hold", filters={"sales_order": order.name})
	stranger = user("o2c-stranger@example.com", "Customer")
	update_password(stranger, PASSWORD)
	frappe.db.commit()
	session = http.login(stranger, PASSWORD)
	for status in ("On Hold", "Draft", "Closed", "Draft"):
		session.post(
			"/api/method/erpnext.selling.doctype.sales_order.sales_order.update_status",
			json={"status": status, "name": order.name},
		)
	attempts = {
		"release": session.post(
			"/api/method/o2c_extensions.credit_control.api.release", json={"hold": hold.name}
		),
		"workflow": session.post(
			"/api/method/frappe.model.workflow.apply_workflow",
			json={"doc": frappe.as_json(hold.as_dict()), "action": "Review"},
		),
		"write": session.put(f"/api/resource/Credit Hold/{hold.name}", json={"status": "Released"}),
		"read": session.get(f"/api/resource/Credit Hold/{hold.name}"),
		"list": session.get("/api/method/o2c_extensions.credit_control.api.held_orders"),
	}
	assert {name: answer.status_code for name, answer in attempts.items()} == dict.fromkeys(attempts, 403)
	frappe.db.rollback()
	assert queries.holds_on([order.name]) == {order.name: "Open"}
	delivered = http.login().post(
		"/api/resource/Delivery Note",
		json={
			"customer": customer,
			"company": erp.COMPANY,
			"items": [
				{"item_code": item, "qty": 1, "rate": 5, "against_sales_order": order.name}
				| {"so_detail": order.items[0].name, "warehouse": erp.STORES}
			],
		},
	)
	assert (delivered.status_code, delivered.json()["exc_type"]) == (417, "CreditHoldError")
