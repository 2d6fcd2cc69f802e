"""What happens to an order while it is delivered, billed, closed, cancelled and amended."""

from __future__ import annotations

from typing import Any

import frappe
import pytest
from erpnext.controllers.status_updater import OverAllowanceError
from erpnext.selling.doctype.sales_order.sales_order import (
	close_or_unclose_sales_orders,
	make_delivery_note,
	make_sales_invoice,
	update_status,
)
from erpnext.stock.stock_ledger import NegativeStockError

from tests.support import erp


def ordered(customer: str, item: str, qty: float = 4, **values: Any) -> Any:
	order = erp.order(customer, [{"item_code": item, "qty": qty, "rate": 10}], **values)
	order.insert()
	order.submit()
	return order


def state(order: Any) -> tuple[Any, ...]:
	order.reload()
	return order.status, order.delivery_status, order.billing_status, order.per_delivered, order.per_billed


def delivered(order: Any, qty: float | None = None, day: str = "2026-03-05") -> Any:
	note = erp.on(make_delivery_note(order.name), day)
	if qty is not None:
		note.items[0].qty = qty
	note.insert()
	note.submit()
	return note


def billed(order: Any, qty: float | None = None, day: str = "2026-03-06") -> Any:
	invoice = erp.on(make_sales_invoice(order.name), day)
	if qty is not None:
		invoice.items[0].qty = qty
	invoice.insert()
	invoice.submit()
	return invoice


def test_delivered_and_billed_bit_by_bit(customer: str, item: str) -> None:
	erp.receive(item, 10, 5)
	order = ordered(customer, item)
	assert state(order) == ("To Deliver and Bill", "Not Delivered", "Not Billed", 0, 0)
	delivered(order, 1)
	assert state(order) == ("To Deliver and Bill", "Partly Delivered", "Not Billed", 25, 0)
	delivered(order)
	assert state(order) == ("To Bill", "Fully Delivered", "Not Billed", 100, 0)
	billed(order, 2)
	assert state(order) == ("To Bill", "Fully Delivered", "Partly Billed", 100, 50)
	billed(order)
	assert state(order) == ("Completed", "Fully Delivered", "Fully Billed", 100, 100)


def test_the_next_note_has_what_is_left(customer: str, item: str) -> None:
	erp.receive(item, 10, 5)
	order = ordered(customer, item)
	delivered(order, 3)
	assert [row.qty for row in make_delivery_note(order.name).items] == [1]


def test_too_much_is_refused(customer: str, item: str) -> None:
	erp.receive(item, 10, 5)
	order = ordered(customer, item)
	note = erp.on(make_delivery_note(order.name), "2026-03-05")
	note.items[0].qty = 5
	note.insert()
	with pytest.raises(OverAllowanceError):
		note.submit()


def test_billing_too_much_is_refused(customer: str, service: str) -> None:
	order = ordered(customer, service)
	invoice = erp.on(make_sales_invoice(order.name), "2026-03-05")
	invoice.items[0].qty = 5
	with pytest.raises(frappe.ValidationError):
		invoice.insert()
		invoice.submit()


def test_goods_that_are_not_there(customer: str, item: str) -> None:
	order = ordered(customer, item)
	note = erp.on(make_delivery_note(order.name), "2026-03-05").insert()
	with pytest.raises(NegativeStockError):
		note.submit()


def test_a_closed_order_rests(customer: str, item: str) -> None:
	erp.receive(item, 10, 5)
	order = ordered(customer, item)
	reserved = {"item_code": item, "warehouse": erp.STORES}
	assert frappe.db.get_value("Bin", reserved, "reserved_qty") == 4
	update_status("Closed", order.name)
	assert state(order)[0] == "Closed"
	assert frappe.db.get_value("Bin", reserved, "reserved_qty") == 0
	note = erp.on(make_delivery_note(order.name), "2026-03-05")
	with pytest.raises(frappe.ValidationError):
		note.insert()
		note.submit()
	close_or_unclose_sales_orders(frappe.as_json([order.name]), "Re-open")
	assert state(order)[0] == "To Deliver and Bill"
	assert frappe.db.get_value("Bin", reserved, "reserved_qty") == 4


def test_an_order_on_hold(customer: str, item: str) -> None:
	order = ordered(customer, item)
	update_status("On Hold", order.name)
	assert state(order)[0] == "On Hold"
	update_status("Draft", order.name)
	assert state(order)[0] == "To Deliver and Bill"


def test_delivered_orders_stay(customer: str, item: str) -> None:
	erp.receive(item, 10, 5)
	order = ordered(customer, item)
	note = delivered(order)
	order.reload()
	frappe.db.savepoint("delivered")
	with pytest.raises(frappe.LinkExistsError):
		order.cancel()
	frappe.db.rollback(save_point="delivered")
	order.reload()
	frappe.get_doc("Delivery Note", note.name).cancel()
	assert state(order)[3] == 0
	order.cancel()
	assert order.status == "Cancelled"


def test_amended(customer: str, service: str) -> None:
	order = ordered(customer, service)
	order.cancel()
	amended = frappe.copy_doc(order)
	amended.update({"docstatus": 0, "amended_from": order.name})
	amended.items[0].qty = 2
	amended.insert()
	amended.submit()
	assert amended.name == f"{order.name}-1"
	assert (amended.status, amended.items[0].amount) == ("To Deliver and Bill", 20)


def test_an_order_for_nothing(customer: str, service: str) -> None:
	order = erp.order(customer, [{"item_code": service, "qty": 0, "rate": 10}])
	with pytest.raises(frappe.ValidationError):
		order.insert()


def test_a_delivery_before_the_order(customer: str, service: str) -> None:
	order = erp.order(customer, [{"item_code": service, "qty": 1, "rate": 10, "delivery_date": "2026-03-01"}])
	with pytest.raises(frappe.ValidationError):
		order.insert()


def test_credit_limit(company: str, service: str) -> None:
	customer = erp.make_customer(credit_limits=[{"company": company, "credit_limit": 50}])
	order = erp.order(customer, [{"item_code": service, "qty": 4, "rate": 10}])
	order.insert()
	order.submit()
	another = erp.order(customer, [{"item_code": service, "qty": 1, "rate": 10}])
	another.insert()
	# ERPNext's own refusal, where orders over the limit are not held instead.
	before = frappe.db.get_single_value("O2C Settings", "hold_over_limit")
	frappe.db.set_single_value("O2C Settings", "hold_over_limit", 0)
	try:
		with pytest.raises(frappe.ValidationError):
			another.submit()
	finally:
		# Also where the settings are cached: a rollback would not reach there.
		frappe.db.set_single_value("O2C Settings", "hold_over_limit", before)


def test_frozen_and_disabled_customers(company: str, service: str) -> None:
	from erpnext.exceptions import PartyDisabled

	customer = erp.make_customer(disabled=1)
	with pytest.raises(PartyDisabled):
		erp.order(customer, [{"item_code": service, "qty": 1, "rate": 10}]).insert()
