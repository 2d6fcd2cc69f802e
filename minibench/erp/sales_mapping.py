"""The way from order to delivery, invoice and purchase order: a new document from an earlier one."""

from __future__ import annotations

import json
from typing import Any

from minibench.access.permissions import has_permission
from minibench.collaboration.messages import throw
from minibench.context import Dict, db, flags
from minibench.erp import addresses, parties, payment_schedule, returns
from minibench.erp.exchange import get_exchange_rate
from minibench.erp.item_details import item_defaults
from minibench.errors import NotInMinibench, PermissionError
from minibench.model.caches import get_cached_doc, get_cached_value
from minibench.model.document import get_doc
from minibench.model.mapper import get_mapped_doc
from minibench.translate import _
from minibench.values.numbers import cint, flt
from minibench.values.text import cstr
from minibench.web.whitelist import whitelist

_SUBMITTED = {"docstatus": ["=", 1]}
# (source, target) -> what the target's rows call the row and the document that they come from
_ORIGIN = {
	("Sales Order", "Delivery Note"): ("so_detail", "against_sales_order"),
	("Sales Order", "Sales Invoice"): ("so_detail", "sales_order"),
	("Delivery Note", "Sales Invoice"): ("dn_detail", "delivery_note"),
	("Sales Invoice", "Delivery Note"): ("si_detail", "against_sales_invoice"),
}


def _map(
	source: str,
	target: str,
	row_fields: dict[str, str] | None = None,
	fields: tuple[str, ...] = (),
	**row: Any,
) -> dict[str, Any]:
	"""How a document becomes another one with rows of the same kind, and with its taxes.

	`fields` and `row_fields` are taken over although a copy would leave them out; `row` is what else holds for rows.
	"""
	name, parent = _ORIGIN[source, target]
	return {
		source: {
			"doctype": target,
			"validation": _SUBMITTED,
			"field_map": dict(zip(fields, fields, strict=True)),
		},
		f"{source} Item": {
			"doctype": f"{target} Item",
			"field_map": {"name": name, "parent": parent, **(row_fields or {})},
			**row,
		},
		"Sales Taxes and Charges": {"doctype": "Sales Taxes and Charges", "reset_value": True},
	}


def _default(item_code: str, company: str, fieldname: str) -> Any:
	item, group, _brand = item_defaults(get_cached_doc("Item", item_code), company)
	return item.get(fieldname) or group.get(fieldname)


def _set_company_address(source: Any, target: Any) -> None:
	if source.get("company_address"):
		target.company_address = source.company_address
	else:
		target.update(addresses.company_address(target.company))


# --- from Sales Order ------------------------------------------------------------------------------------------------------


@whitelist()
def make_delivery_note(source_name: str, target_doc: Any = None, kwargs: Any = None) -> Any:
	"""A Delivery Note of what an order still wants, without what suppliers deliver."""
	options = Dict(json.loads(kwargs) if isinstance(kwargs, str) else kwargs or {})
	if options.for_reserved_stock or options.skip_item_mapping:
		raise NotInMinibench("make_delivery_note(for_reserved_stock or skip_item_mapping)")
	dates = (flags.args or {}).get("delivery_dates")

	def wanted(row: Any) -> bool:
		if dates and cstr(row.delivery_date) not in dates:
			return False
		return bool(abs(row.delivered_qty) < abs(row.qty) and row.delivered_by_supplier != 1)

	def fill_row(source: Any, target: Any, parent: Any) -> None:
		left = flt(source.qty) - flt(source.delivered_qty)
		target.base_amount = left * flt(source.base_rate)
		target.amount = left * flt(source.rate)
		target.qty = left
		target.cost_center = _default(target.item_code, parent.company, "buying_cost_center")

	def finish(source: Any, target: Any) -> None:
		target.run_method("set_missing_values")
		target.run_method("set_po_nos")
		target.run_method("calculate_taxes_and_totals")
		_set_company_address(source, target)

	return get_mapped_doc(
		"Sales Order",
		source_name,
		_map("Sales Order", "Delivery Note", condition=wanted, postprocess=fill_row),
		target_doc,
		finish,
	)


@whitelist()
def make_sales_invoice(source_name: str, target_doc: Any = None, ignore_permissions: bool = False) -> Any:
	"""A Sales Invoice of what an order has not been billed for yet."""

	def fill_row(source: Any, target: Any, parent: Any) -> None:
		target.amount = flt(source.amount) - flt(source.billed_amt)
		target.base_amount = target.amount * flt(parent.conversion_rate)
		if source.rate and source.billed_amt:
			target.qty = target.amount / flt(source.rate)
		else:
			target.qty = flt(source.qty) - flt(source.returned_qty)
		if target.item_code and (
			cost_center := _default(target.item_code, parent.company, "selling_cost_center")
		):
			target.cost_center = cost_center

	def finish(source: Any, target: Any) -> None:
		target.flags.ignore_permissions = True
		target.run_method("set_missing_values")
		target.run_method("set_po_nos")
		target.run_method("calculate_taxes_and_totals")
		_set_company_address(source, target)
		target.debit_to = parties.get_party_account("Customer", source.customer, source.company)
		if target.get("allocate_advances_automatically"):
			target.set_advances()

	invoice = get_mapped_doc(
		"Sales Order",
		source_name,
		_map(
			"Sales Order",
			"Sales Invoice",
			fields=("party_account_currency", "payment_terms_template"),
			condition=lambda row: row.qty and (row.base_amount == 0 or abs(row.billed_amt) < abs(row.amount)),
			postprocess=fill_row,
		),
		target_doc,
		finish,
		ignore_permissions=ignore_permissions,
	)
	_fetch_terms(invoice)
	return invoice


def _fetch_terms(invoice: Any) -> None:
	if cint(db.get_single_value("Accounts Settings", "automatically_fetch_payment_terms")):
		payment_schedule.set_schedule(invoice)


@whitelist()
def update_status(status: str, name: str) -> None:
	"""Close an order, hold it or open it again. As in v15, whoever is logged in may: guard what matters elsewhere."""
	get_doc("Sales Order", name).update_status(status)


@whitelist()
def close_or_unclose_sales_orders(names: Any, status: str) -> None:
	if not has_permission("Sales Order", "write"):
		throw(_("Not permitted"), PermissionError)
	for name in json.loads(names) if isinstance(names, str) else names:
		order = get_doc("Sales Order", name)
		if order.docstatus != 1:
			continue
		if status == "Closed":
			if order.status not in ("Cancelled", "Closed") and (
				order.per_delivered < 100 or order.per_billed < 100
			):
				order.update_status(status)
		elif order.status == "Closed":
			order.update_status("Draft")


@whitelist()
def make_purchase_order(source_name: str, selected_items: Any = None, target_doc: Any = None) -> Any:
	"""One Purchase Order of what an order wants, for a supplier still to be named."""
	rows = json.loads(selected_items) if isinstance(selected_items, str) else selected_items
	if not rows:
		return None
	item_codes = {row.get("item_code") for row in rows if row.get("item_code")}
	return _purchase_order(
		source_name,
		"",
		lambda row: row.ordered_qty < row.stock_qty and row.item_code in item_codes,
		target_doc,
	)


@whitelist()
def make_purchase_order_for_default_supplier(
	source_name: str, selected_items: Any = None, target_doc: Any = None
) -> list[Any] | None:
	"""A Purchase Order for each supplier that delivers to the customer; they are saved."""
	rows = json.loads(selected_items) if isinstance(selected_items, str) else selected_items
	if not rows:
		return None
	suppliers = list(dict.fromkeys(row.get("supplier") for row in rows if row.get("supplier")))
	item_codes = {row.get("item_code") for row in rows if row.get("item_code")}
	if not suppliers:
		throw(_("Please set a Supplier against the Items to be considered in the Purchase Order."))
	orders = []
	for supplier in suppliers:
		order = _purchase_order(source_name, supplier, _drop_shipped(supplier, item_codes), target_doc)
		order.insert()
		db.commit()
		orders.append(order)
	return orders


def _drop_shipped(supplier: str, item_codes: set[Any]) -> Any:
	def wanted(row: Any) -> bool:
		return bool(
			row.ordered_qty < row.stock_qty
			and row.supplier == supplier
			and row.item_code in item_codes
			and row.delivered_by_supplier == 1
		)

	return wanted


def _purchase_order(source_name: str, supplier: str, wanted: Any, target_doc: Any) -> Any:
	def fill_row(source: Any, target: Any, parent: Any) -> None:
		target.schedule_date = source.delivery_date
		target.qty = flt(source.qty) - flt(source.ordered_qty) / flt(source.conversion_factor)
		target.stock_qty = flt(source.stock_qty) - flt(source.ordered_qty)

	def finish(source: Any, target: Any) -> None:
		target.supplier = supplier
		if supplier:
			_set_supplier_values(target, supplier)
		target.apply_discount_on = ""
		target.additional_discount_percentage = 0.0
		target.discount_amount = 0.0
		target.tc_name = target.terms = ""
		target.payment_terms_template = ""
		target.set("payment_schedule", [])
		if supplier and (terms := get_cached_value("Supplier", supplier, "payment_terms")):
			target.payment_terms_template = terms
		if all(row.delivered_by_supplier for row in target.items) and target.items:
			_set_delivery_to_customer(source, target)
		else:
			target.customer = target.customer_name = ""
		target.run_method("set_missing_values")
		target.run_method("calculate_taxes_and_totals")

	return get_mapped_doc(
		"Sales Order",
		source_name,
		{
			"Sales Order": {
				"doctype": "Purchase Order",
				"field_no_map": [
					"address_display",
					"contact_display",
					"contact_mobile",
					"contact_email",
					"contact_person",
					"taxes_and_charges",
					"shipping_address",
				],
				"validation": _SUBMITTED,
			},
			"Sales Order Item": {
				"doctype": "Purchase Order Item",
				"field_map": {
					"name": "sales_order_item",
					"parent": "sales_order",
					"delivery_date": "schedule_date",
				},
				"field_no_map": [
					"rate",
					"price_list_rate",
					"item_tax_template",
					"discount_percentage",
					"discount_amount",
					"pricing_rules",
					"margin_type",
					"margin_rate_or_amount",
				],
				"postprocess": fill_row,
				"condition": wanted,
			},
		},
		target_doc,
		finish,
	)


def _set_supplier_values(target: Any, supplier: str) -> None:
	currency, price_list = get_cached_value("Supplier", supplier, ["default_currency", "default_price_list"])
	company_currency = get_cached_value("Company", target.company, "default_currency")
	target.currency = currency
	target.conversion_rate = get_exchange_rate(currency, company_currency, args="for_buying")
	if price_list:
		target.buying_price_list = price_list


def _set_delivery_to_customer(source: Any, target: Any) -> None:
	if source.shipping_address_name:
		target.shipping_address = source.shipping_address_name
		target.shipping_address_display = source.shipping_address
	else:
		target.shipping_address = source.customer_address
		target.shipping_address_display = source.address_display
	target.customer_contact_person = source.contact_person
	target.customer_contact_display = source.contact_display
	target.customer_contact_mobile = source.contact_mobile
	target.customer_contact_email = source.contact_email


# --- from Delivery Note -------------------------------------------------------------------------------------------------------


@whitelist()
def make_sales_invoice_from_delivery(source_name: str, target_doc: Any = None, args: Any = None) -> Any:
	"""A Sales Invoice of what was delivered, less what was billed and what came back."""
	delivery = get_doc("Delivery Note", source_name)
	invoiced = dict(
		db.execute(
			"select dn_detail, round(sum(qty), 9) from `tabSales Invoice Item` where delivery_note = ? and docstatus = 1 "
			"group by dn_detail",
			(source_name,),
		)
	)
	returned = dict(
		db.execute(
			"select i.dn_detail, abs(i.qty) from `tabDelivery Note Item` i join `tabDelivery Note` dn on dn.name = i.parent "
			"where dn.docstatus = 1 and dn.is_return = 1 and dn.return_against = ?",
			(source_name,),
		)
	)
	pending: dict[str, float] = {}

	def left(row: Any) -> float:
		qty: float = flt(row.qty) - flt(invoiced.get(row.name))
		back = flt(returned.get(row.name))
		if back > 0:
			returned[row.name] = back - qty
			qty = 0.0 if back >= qty else qty - back
		pending[row.name] = qty
		return qty

	def fill_row(source: Any, target: Any, parent: Any) -> None:
		target.qty = pending[source.name]

	def finish(source: Any, target: Any) -> None:
		target.run_method("set_missing_values")
		target.run_method("set_po_nos")
		if not target.items:
			throw(_("All these items have already been Invoiced/Returned"))
		target.run_method("calculate_taxes_and_totals")
		_set_company_address(source, target)

	invoice = get_mapped_doc(
		"Delivery Note",
		source_name,
		_map(
			"Delivery Note",
			"Sales Invoice",
			{"so_detail": "so_detail", "against_sales_order": "sales_order", "cost_center": "cost_center"},
			fields=("is_return",),
			filter=(lambda row: left(row) > 0) if delivery.is_return else (lambda row: left(row) <= 0),
			postprocess=fill_row,
		),
		target_doc,
		finish,
	)
	if not invoice.is_return:
		_fetch_terms(invoice)
	return invoice


@whitelist()
def make_delivery_return(source_name: str, target_doc: Any = None) -> Any:
	return returns.make_return_doc("Delivery Note", source_name, target_doc)


@whitelist()
def update_delivery_note_status(docname: str, status: str) -> None:
	get_doc("Delivery Note", docname).update_status(status)


# --- from Sales Invoice ----------------------------------------------------------------------------------------------------------


@whitelist()
def make_credit_note(source_name: str, target_doc: Any = None) -> Any:
	return returns.make_return_doc("Sales Invoice", source_name, target_doc)


@whitelist()
def make_delivery_note_from_invoice(source_name: str, target_doc: Any = None) -> Any:
	"""A Delivery Note of what was billed and not delivered yet."""

	def fill_row(source: Any, target: Any, parent: Any) -> None:
		left = flt(source.qty) - flt(source.delivered_qty)
		target.qty = left
		target.stock_qty = left * flt(source.conversion_factor)
		target.base_amount = left * flt(source.base_rate)
		target.amount = left * flt(source.rate)

	def finish(source: Any, target: Any) -> None:
		target.run_method("set_missing_values")
		target.run_method("set_po_nos")
		target.run_method("calculate_taxes_and_totals")

	return get_mapped_doc(
		"Sales Invoice",
		source_name,
		_map(
			"Sales Invoice",
			"Delivery Note",
			{"so_detail": "so_detail", "sales_order": "against_sales_order", "cost_center": "cost_center"},
			condition=lambda row: row.delivered_by_supplier != 1,
			postprocess=fill_row,
		),
		target_doc,
		finish,
	)
