"""What the workspace's screens are told, and what each of them keeps to itself."""

from __future__ import annotations

import json
from typing import Any

import frappe
import pytest
from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note
from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice
from frappe.utils import add_days, nowdate
from o2c_extensions.o2c_workspace import api
from o2c_extensions.o2c_workspace.services import page, screens

from tests.support import erp


@pytest.fixture(autouse=True)
def settings(company: str) -> None:
	frappe.db.set_single_value("O2C Settings", {"plan_orders": 1, "hold_over_limit": 1, "release_orders": 0})
	frappe.clear_document_cache("O2C Settings", "O2C Settings")


def ordered(customer: str, item: str, qty: int = 2, **values: Any) -> Any:
	order = erp.order(customer, [{"item_code": item, "qty": qty, "rate": 100}], day=nowdate(), **values)
	order.insert()
	order.submit()
	return order


def delivered_and_invoiced(order: Any, due: str | None = None) -> tuple[Any, Any]:
	note = make_delivery_note(order.name)
	note.insert()
	note.submit()
	invoice = make_sales_invoice(note.name)
	invoice.due_date = due or add_days(nowdate(), 14)
	invoice.payment_terms_template = None
	invoice.set("payment_schedule", [])
	invoice.insert()
	invoice.submit()
	return note, invoice


def user_with(*roles: str) -> str:
	user = frappe.get_doc(
		{
			"doctype": "User",
			"email": f"{frappe.generate_hash(length=8)}@workspace.test",
			"first_name": "Workspace",
			"send_welcome_email": 0,
			"roles": [{"role": role} for role in roles],
		}
	).insert()
	return str(user.name)


def figures(answer: dict[str, Any], part: str) -> dict[str, tuple[int, float | None]]:
	return {figure["key"]: (figure["count"], figure["amount"]) for figure in answer[part]}


def test_an_orders_whole_way(customer: str, item: str) -> None:
	erp.receive(item, 10, 5, nowdate())
	order = ordered(customer, item)
	note, invoice = delivered_and_invoiced(order)
	told = api.order(order.name)
	assert told["order"]["customer"] == customer
	assert [row["name"] for row in told["deliveries"]] == [note.name]
	assert [row["name"] for row in told["invoices"]] == [invoice.name]
	assert told["invoices"][0]["outstanding_amount"] == invoice.grand_total
	assert told["events"][0]["stage"] == "Order"
	assert {"Order", "Credit", "Promise", "Delivery", "Invoice"} <= {
		event["stage"] for event in told["events"]
	}
	assert {"Credit Check", "Fulfilment"} <= {decision["decision_type"] for decision in told["decisions"]}
	assert [line["delivered_qty"] for line in told["items"]] == [2]


def test_a_held_order_waits_for_a_person(company: str, item: str) -> None:
	customer = erp.make_customer(credit_limits=[{"company": company, "credit_limit": 10}])
	before = figures(screens.overview(company, frappe.utils.getdate()), "attention")["held_orders"]
	order = ordered(customer, item)
	answer = screens.overview(company, frappe.utils.getdate())
	count, amount = figures(answer, "attention")["held_orders"]
	assert count == before[0] + 1
	assert amount == pytest.approx((before[1] or 0) + order.base_rounded_total)
	assert [hold["status"] for hold in api.order(order.name)["holds"]] == ["Open"]


def test_money_moves_through_the_stages(company: str, customer: str, item: str) -> None:
	erp.receive(item, 10, 5, nowdate())

	def stages() -> dict[str, float]:
		found = figures(screens.overview(company, frappe.utils.getdate()), "stages")
		return {key: amount or 0 for key, (_count, amount) in found.items()}

	start = stages()
	order = ordered(customer, item)
	total = order.base_grand_total
	assert stages()["to_deliver"] == pytest.approx(start["to_deliver"] + total)
	_note, _invoice = delivered_and_invoiced(order)
	after = stages()
	assert after["to_deliver"] == pytest.approx(start["to_deliver"])
	assert after["to_bill"] == pytest.approx(start["to_bill"])
	assert after["not_due"] == pytest.approx(start["not_due"] + total)


def test_each_figure_opens_the_list_behind_it(company: str, customer: str, item: str) -> None:
	ordered(customer, item)
	answer = screens.overview(company, frappe.utils.getdate())
	for figure in (*answer["attention"], *answer["stages"]):
		filters = [[figure["doctype"], *condition] for condition in figure["filters"]]
		found = frappe.get_list(figure["doctype"], filters=filters, limit_page_length=0)
		assert len(found) == figure["count"], figure["key"]


def test_one_customer(company: str, item: str) -> None:
	customer = erp.make_customer(credit_limits=[{"company": company, "credit_limit": 100_000}])
	erp.receive(item, 10, 5, nowdate())
	order = ordered(customer, item, qty=3)
	_note, invoice = delivered_and_invoiced(ordered(customer, item))
	told = api.customer(customer, company)
	assert told["balance"] == pytest.approx(invoice.base_grand_total)
	assert told["credit"]["limit"] == 100_000
	assert told["credit"]["exposure"] == pytest.approx(invoice.base_grand_total + order.base_grand_total)
	assert sum(told["credit"]["parts"].values()) != 0
	assert [row["name"] for row in told["open_items"]] == [invoice.name]
	assert order.name in [row["name"] for row in told["orders"]]
	assert told["behaviour"]["invoices"] == 0


def test_how_a_customer_pays(company: str, customer: str, service: str) -> None:
	today = frappe.utils.getdate()
	due = frappe.utils.getdate(add_days(today, -20))
	invoice = erp.invoice(
		customer, [{"item_code": service, "qty": 1, "rate": 100}], day=str(add_days(today, -30)), due_date=due
	)
	invoice.insert()
	invoice.submit()
	from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

	payment = get_payment_entry("Sales Invoice", invoice.name, bank_account=erp.BANK)
	payment.update(
		{"posting_date": add_days(due, 7), "reference_no": "1", "reference_date": add_days(due, 7)}
	)
	payment.insert()
	payment.submit()
	found = api.customer(customer, company)["behaviour"]
	assert (found["invoices"], found["days_beyond_terms"], found["on_time"]) == (1, 7, 0)


def test_what_a_role_may_not_see_is_not_sent(company: str, item: str) -> None:
	customer = erp.make_customer(credit_limits=[{"company": company, "credit_limit": 10}])
	order = ordered(customer, item)
	frappe.set_user(user_with("Sales User"))
	told = api.order(order.name)
	assert told["holds"] == []
	assert told["decisions"] == []
	answer = api.overview(company)
	assert "held_orders" not in figures(answer, "attention")
	assert "to_apply" not in figures(answer, "stages")
	seller = page.boot()
	assert "Credit Hold" not in seller["readable"]
	assert "Bank Transaction" not in seller["readable"]


def test_who_may_not_read_the_document_gets_nothing(company: str, customer: str, item: str) -> None:
	order = ordered(customer, item)
	frappe.set_user(user_with("O2C Analyst"))
	with pytest.raises(frappe.PermissionError):
		api.order(order.name)
	with pytest.raises(frappe.PermissionError):
		api.customer(customer, company)


def test_the_page_is_told_who_is_there(company: str) -> None:
	boot = page.boot()
	assert boot["user"]["name"] == "Administrator"
	assert boot["numbers"]["currency"] == "EUR"
	assert {"Sales Order", "Credit Hold", "Workflow"} <= set(boot["readable"])
	assert "O2C KPI Trend" in boot["reports"]
	assert json.loads(json.dumps(boot)) == boot
