"""Every way out of the house for a held order, and each of them shut; ways that only a real ERPNext has are tried there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
import pytest
from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note, make_sales_invoice
from o2c_extensions.credit_control import api, tasks
from o2c_extensions.credit_control.queries import holds as queries
from o2c_extensions.credit_control.services.holds import CreditHoldError

from tests.support import erp
from tests.support.holds import DAY, credit_status, done, hold_of, limited, make_user, submitted


def needs(*doctypes: str) -> None:
	missing = [doctype for doctype in doctypes if not frappe.db.exists("DocType", doctype)]
	if missing:
		pytest.skip(f"this engine has no {', '.join(missing)}")


def new(doctype: str, **values: Any) -> Any:
	return frappe.get_doc({"doctype": doctype, "company": erp.COMPANY, **values})


def refused(document: Any) -> None:
	with erp.refused(CreditHoldError):
		document.insert()


def held_after(item: str, qty: float, before: Callable[[Any], Any], **row: Any) -> tuple[Any, Any]:
	"""An order that something was made of while it was free, and that is held since: it has grown."""
	order = submitted(limited(), item, 100, row={"qty": qty, **row})
	made = before(order)
	order.reload()
	order.flags.ignore_validate_update_after_submit = True
	order.items[0].qty = qty + 100
	order.calculate_taxes_and_totals()
	order.save()
	assert credit_status(order) == "Held"
	return order, made


@pytest.fixture
def held(company: str, item: str) -> Any:
	erp.receive(item, 30, 5)
	return submitted(limited(), item, 1500)


# --- on both engines ---------------------------------------------------------------------------------------------------------


def test_a_row_of_the_order_alone_is_enough(held: Any, item: str) -> None:
	"""ERPNext counts what was delivered and billed by the order's row: naming another order, or none, frees nothing."""
	free = submitted(held.customer, item, 10)
	for order in (free.name, None):
		invoice = make_sales_invoice(held.name)
		invoice.items[0].sales_order = order
		refused(erp.on(invoice, DAY))
	note = make_delivery_note(held.name)
	note.items[0].against_sales_order = free.name
	refused(erp.on(note, DAY))


def test_an_invoice_that_also_delivers(held: Any) -> None:
	refused(erp.on(make_sales_invoice(held.name), DAY).update({"update_stock": 1}))


def test_a_portal_user_who_sets_the_native_status_frees_nothing(held: Any) -> None:
	from erpnext.selling.doctype.sales_order.sales_order import update_status

	frappe.set_user(make_user("Customer"))
	for status in ("On Hold", "Draft", "Closed", "Draft"):
		update_status(status, held.name)
	frappe.set_user("Administrator")
	assert queries.holds_on([held.name]) == {held.name: "Open"}
	refused(erp.on(make_delivery_note(held.name), DAY))


def test_another_order_beside_a_held_one(company: str, held: Any, item: str) -> None:
	"""One document for two orders goes for neither, as long as one of them is held."""
	free = submitted(held.customer, item, 10)
	refused(erp.on(make_delivery_note(free.name, make_delivery_note(held.name)), DAY))
	done(make_delivery_note(free.name))


def test_goods_that_have_left_are_billed(company: str, item: str) -> None:
	from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice as bill

	erp.receive(item, 30, 5)

	def deliver(order: Any) -> Any:
		note = make_delivery_note(order.name)
		note.items[0].qty = 4
		return done(note)

	_order, note = held_after(item, 10, deliver)
	done(bill(note.name))


def test_a_drop_shipment_under_way_grows_no_more(company: str, service: str) -> None:
	supplier = erp.make_supplier()

	def buy(order: Any) -> Any:
		row = {
			"item_code": service,
			"qty": 1,
			"rate": 5,
			"schedule_date": DAY,
			"delivered_by_supplier": 1,
			"sales_order": order.name,
			"sales_order_item": order.items[0].name,
		}
		purchase = new(
			"Purchase Order", supplier=supplier, transaction_date=DAY, schedule_date=DAY, items=[row]
		).insert()
		purchase.submit()
		return purchase

	order, purchase = held_after(service, 1, buy, delivered_by_supplier=1, supplier=supplier)
	purchase.reload()
	with erp.refused(CreditHoldError):
		purchase.save()
	api.release(hold_of(order).name)
	purchase.reload()
	purchase.save()


# --- where there is a whole warehouse ------------------------------------------------------------------------------------------


def test_a_pick_list_and_what_is_taken_by_it(company: str, item: str) -> None:
	needs("Pick List")
	from erpnext.selling.doctype.sales_order.sales_order import create_pick_list
	from erpnext.stock.doctype.pick_list.pick_list import create_delivery_note

	erp.receive(item, 30, 5)

	def pick(order: Any) -> Any:
		listed = create_pick_list(order.name).insert()
		listed.submit()
		return listed

	order, listed = held_after(item, 10, pick)
	with erp.refused(CreditHoldError):
		create_delivery_note(listed.name)
	refused(
		new(
			"Stock Entry",
			stock_entry_type="Material Transfer",
			purpose="Material Transfer",
			pick_list=listed.name,
			items=[
				{
					"item_code": item,
					"qty": 1,
					"s_warehouse": erp.STORES,
					"t_warehouse": "Goods In Transit - NH",
				}
			],
		)
	)
	with erp.refused(CreditHoldError):
		create_pick_list(order.name).insert()


def test_packing_and_driving_a_delivery(company: str, item: str) -> None:
	needs("Packing Slip", "Delivery Trip", "Shipment")
	erp.receive(item, 30, 5)
	_order, note = held_after(item, 10, lambda order: erp.on(make_delivery_note(order.name), DAY).insert())
	row = note.items[0]
	slip = {"item_code": item, "qty": 1, "dn_detail": row.name, "stock_uom": "Nos", "net_weight": 1}
	refused(new("Packing Slip", delivery_note=note.name, from_case_no=1, items=[slip]))
	address = erp.insert(
		"Address",
		address_title="Kunde",
		address_type="Shipping",
		address_line1="Weg 1",
		city="Kiel",
		country="Germany",
	)
	stop = {"customer": note.customer, "address": address.name, "delivery_note": note.name}
	refused(new("Delivery Trip", departure_time=f"{DAY} 08:00:00", vehicle="", delivery_stops=[stop]))
	shipment = new("Shipment", shipment_delivery_note=[{"delivery_note": note.name, "grand_total": 1}])
	with erp.refused(CreditHoldError):
		shipment.run_method("validate")


def test_stock_is_reserved_when_the_order_is_released(company: str, item: str) -> None:
	needs("Stock Reservation Entry")
	frappe.db.set_single_value("Stock Settings", "enable_stock_reservation", 1)
	erp.receive(item, 30, 5)
	order = submitted(limited(), item, 1500, reserve_stock=1, row={"reserve_stock": 1})
	filters = {"voucher_no": order.name, "docstatus": 1}
	assert credit_status(order) == "Held"
	assert order.reserve_stock == 1
	assert not frappe.db.exists("Stock Reservation Entry", filters)
	with erp.refused(CreditHoldError):
		order.create_stock_reservation_entries()
	api.release(hold_of(order).name)
	tasks.reserve_stock(order.name)
	assert frappe.db.exists("Stock Reservation Entry", filters)


def request_for(kind: str, row: dict[str, Any]) -> Any:
	return new(
		"Material Request",
		material_request_type=kind,
		transaction_date=DAY,
		schedule_date=DAY,
		items=[row],
	)


def test_a_request_for_material_that_leaves_or_is_made(held: Any, item: str) -> None:
	needs("Material Request")
	row = {
		"item_code": item,
		"qty": 1,
		"schedule_date": DAY,
		"warehouse": erp.STORES,
		"sales_order": held.name,
		"sales_order_item": held.items[0].name,
	}
	for kind in ("Material Issue", "Manufacture"):
		refused(request_for(kind, dict(row)))
	# Goods for our own stock may be bought.
	request_for("Purchase", dict(row)).insert()


def test_material_that_is_issued_on_a_request(company: str, item: str) -> None:
	needs("Material Request")
	erp.receive(item, 30, 5)

	def ask(order: Any) -> Any:
		row = {
			"item_code": item,
			"qty": 1,
			"schedule_date": DAY,
			"warehouse": erp.STORES,
			"sales_order": order.name,
		}
		request = request_for("Material Issue", row).insert()
		request.submit()
		return request

	_order, request = held_after(item, 10, ask)
	refused(
		new(
			"Stock Entry",
			stock_entry_type="Material Issue",
			purpose="Material Issue",
			items=[
				{
					"item_code": item,
					"qty": 1,
					"s_warehouse": erp.STORES,
					"material_request": request.name,
					"material_request_item": request.items[0].name,
				}
			],
		)
	)


@pytest.fixture
def made(company: str, item: str) -> str:
	"""What it takes to make the item; returns its bill of materials."""
	needs("Work Order")
	part = erp.make_item()
	erp.receive(part, 500, 1)
	bill = erp.insert("BOM", item=item, company=company, items=[{"item_code": part, "qty": 1, "rate": 1}])
	bill.submit()
	return str(bill.name)


def work_order(item: str, bill: str, **values: Any) -> Any:
	return new(
		"Work Order",
		production_item=item,
		bom_no=bill,
		qty=1,
		fg_warehouse="Finished Goods - NH",
		wip_warehouse="Work In Progress - NH",
		source_warehouse=erp.STORES,
		**values,
	)


def test_production_that_has_begun_is_stopped(company: str, item: str, made: str) -> None:
	from erpnext.manufacturing.doctype.work_order.work_order import make_stock_entry

	def begin(order: Any) -> Any:
		work = work_order(item, made, sales_order=order.name).insert()
		work.submit()
		return work

	_order, work = held_after(item, 10, begin)
	for purpose in ("Material Transfer for Manufacture", "Manufacture"):
		entry = frappe.get_doc(make_stock_entry(work.name, purpose, 1))
		for row in entry.items:
			row.allow_zero_valuation_rate = 1
		refused(entry)


def test_a_production_plan_and_what_it_makes(company: str, item: str, made: str) -> None:
	needs("Production Plan")

	def plan_of(order: Any) -> Any:
		return new(
			"Production Plan",
			get_items_from="Sales Order",
			posting_date=DAY,
			sales_orders=[{"sales_order": order.name}],
			po_items=[
				{
					"item_code": item,
					"bom_no": made,
					"planned_qty": 1,
					"pending_qty": 1,
					"planned_start_date": DAY,
					"warehouse": erp.STORES,
					"sales_order": order.name,
					"sales_order_item": order.items[0].name,
				}
			],
		)

	def plan(order: Any) -> Any:
		document = plan_of(order).insert()
		document.submit()
		return document

	order, document = held_after(item, 10, plan)
	refused(plan_of(order))
	row = document.po_items[0].name
	refused(work_order(item, made, production_plan=document.name, production_plan_item=row))


def test_a_point_of_sale_sells_no_held_order(held: Any) -> None:
	needs("POS Invoice")
	pos = new("POS Invoice", customer=held.customer, items=[{"item_code": "x", "sales_order": held.name}])
	from o2c_extensions.credit_control.services import guard

	with pytest.raises(CreditHoldError):
		guard.refuse_held(pos, frappe.utils.getdate(DAY))
