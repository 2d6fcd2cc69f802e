"""Credit from outside of one process: orders submitted at once, and strangers who come over REST."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import frappe
import pytest
from frappe.utils.password import update_password
from o2c_extensions.credit_control.queries import holds as queries
from o2c_extensions.credit_control.services import rebuild
from o2c_extensions.credit_control.services.exposure import credit_of

from tests.support import erp
from tests.support.exposure import PARTS, slow_exposure

PROCESSES, ORDERS_EACH = 2, 100
LIMIT, AMOUNT = 1000, 300
PASSWORD = "Kredit-und-Fass-17"
# What documents leave behind: DocType -> the field that names the customer, the item or the document.
OF_THE_CUSTOMER = {
	"Sales Order": "customer",
	"Delivery Note": "customer",
	"Sales Invoice": "customer",
	"Payment Entry": "party",
	"GL Entry": "party",
	"Payment Ledger Entry": "party",
	"Credit Hold": "customer",
	"Credit Profile": "customer",
	"Credit Account": "customer",
	"Credit Exposure Entry": "customer",
}
OF_THE_ITEM = {"Item Price": "item_code", "Stock Ledger Entry": "item_code", "Bin": "item_code"}
OF_THE_DOCUMENT = {
	"GL Entry": "voucher_no",
	"O2C Event": "reference_name",
	"Comment": "reference_name",
	"Workflow Action": "reference_name",
	"Fulfilment Plan": "sales_order",
	**dict.fromkeys(
		(
			"Sales Order Item",
			"Delivery Note Item",
			"Sales Invoice Item",
			"Payment Entry Reference",
			"Stock Entry Detail",
			"Sales Taxes and Charges",
			"Payment Schedule",
			"Sales Team",
			"Pricing Rule Detail",
		),
		"parent",
	),
}


@pytest.fixture
def shop(committed: None) -> Iterator[tuple[str, str]]:
	"""A customer with a limit and an item, committed; they and all that became of them are taken out again."""
	yield from _open_shop(is_stock_item=0)


@pytest.fixture
def store(committed: None) -> Iterator[tuple[str, str]]:
	"""The same with goods in stock."""
	yield from _open_shop(is_stock_item=1)


def _open_shop(is_stock_item: int) -> Iterator[tuple[str, str]]:
	erp.found_company()
	customer = erp.make_customer()
	if is_stock_item:
		# ERPNext would refuse deliveries and invoices over a limit of its own.
		limit = {"limit_kind": "Limit", "credit_limit": LIMIT}
		erp.insert("Credit Profile", customer=customer, company=erp.COMPANY, **limit)
	else:
		doc = frappe.get_doc("Customer", customer)
		doc.append("credit_limits", {"company": erp.COMPANY, "credit_limit": LIMIT})
		doc.save()
	item = erp.make_item(is_stock_item=is_stock_item)
	stock = erp.receive(item, 10_000, 5) if is_stock_item else None
	frappe.db.commit()
	yield customer, item
	frappe.db.rollback()
	documents = [stock.name] if stock else []
	for doctype, field in OF_THE_CUSTOMER.items():
		documents += frappe.get_all(doctype, filters={field: customer}, pluck="name")
	for doctype, field in OF_THE_DOCUMENT.items():
		if frappe.db.exists("DocType", doctype):
			frappe.db.delete(doctype, {field: ("in", documents or [""])})
	for named, name in ((OF_THE_CUSTOMER, customer), (OF_THE_ITEM, item)):
		for doctype, field in named.items():
			frappe.db.delete(doctype, {field: name})
	if stock:
		frappe.db.delete("Stock Entry", {"name": stock.name})
	frappe.delete_doc("Customer", customer, force=True)
	frappe.delete_doc("Item", item, force=True)
	frappe.db.commit()


def drafted(customer: str, item: str, count: int) -> list[str]:
	row = {"item_code": item, "qty": 1, "rate": AMOUNT}
	orders = [erp.order(customer, [dict(row)], taxes=[]).insert().name for _ in range(count)]
	frappe.db.commit()
	return orders


def finish(processes: list[Any]) -> None:
	"""Each must end without an error: whatever the database had to break off, no user hears of it."""
	outputs = [process.communicate(timeout=900)[0] for process in processes]
	assert [process.returncode for process in processes] == [0] * len(processes), "\n".join(outputs)
	frappe.db.rollback()


@pytest.mark.timeout(1200)
def test_accepted_orders_never_pass_the_limit(shop: tuple[str, str], in_process: Callable[..., Any]) -> None:
	"""Two processes submit two hundred orders of one customer at once."""
	customer, item = shop
	orders = drafted(customer, item, PROCESSES * ORDERS_EACH)
	shares = [orders[number::PROCESSES] for number in range(PROCESSES)]
	finish([in_process("ordering_process.py", "-", *share) for share in shares])
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
	assert exposure_of(customer) == {**dict.fromkeys(PARTS, 0), "open_orders": accepted * AMOUNT}
	assert rebuild.verify(customer)["right"]


@pytest.mark.timeout(600)
def test_beside_us_the_native_check_lets_more_pass(
	site: Any, shop: tuple[str, str], in_process: Callable[..., Any], tmp_path: Path
) -> None:
	"""Both processes look before either submits. Ours sees what it cannot see; the native check does not."""
	customer, item = shop
	accepted = {}
	for ours in (1, 0):
		orders = drafted(customer, item, 8)
		frappe.db.set_single_value("O2C Settings", "hold_over_limit", ours)
		frappe.clear_cache(doctype="O2C Settings")
		frappe.db.commit()
		folder = tmp_path / f"ours-{ours}"
		folder.mkdir()
		try:
			finish([in_process("ordering_process.py", str(folder), *orders[number::2]) for number in (0, 1)])
		finally:
			frappe.db.rollback()
			frappe.db.set_single_value("O2C Settings", "hold_over_limit", 1)
			frappe.clear_cache(doctype="O2C Settings")
			frappe.db.commit()
		of_them = {"name": ("in", orders), "docstatus": 1, "o2c_credit_status": ("!=", "Held")}
		accepted[ours] = AMOUNT * frappe.db.count("Sales Order", of_them)
		for order in frappe.get_all(
			"Sales Order", filters={"name": ("in", orders), "docstatus": 1}, pluck="name"
		):
			frappe.get_doc("Sales Order", order).cancel()
		frappe.db.commit()
	assert accepted[1] == 900
	if site.name == "bench":
		assert accepted[0] > LIMIT
	assert rebuild.verify(customer)["right"]


@pytest.mark.timeout(900)
def test_orders_beside_deliveries_invoices_and_payments(
	store: tuple[str, str], in_process: Callable[..., Any]
) -> None:
	"""Orders lock the customer's account, all of them lock the stock: nobody may wait for each other."""
	customer, item = store
	orders = drafted(customer, item, 20)
	finish(
		[
			in_process("ordering_process.py", "-", *orders),
			in_process("trading_process.py", erp.COMPANY, erp.STORES, erp.BANK, customer, item, "8"),
		]
	)
	assert frappe.db.count("Sales Order", {"name": ("in", orders), "docstatus": 1}) == len(orders)
	assert rebuild.verify(customer)["right"]
	found = exposure_of(customer)
	assert found == {part: amount for part, amount in slow_exposure(customer).items()}
	assert (found["deliveries_to_bill"], found["receivables"]) == (80, 0)
	assert 0 < found["open_orders"] <= LIMIT


def exposure_of(customer: str) -> dict[str, float]:
	return {part: float(amount) for part, amount in vars(credit_of(customer, erp.COMPANY).exposure).items()}


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
