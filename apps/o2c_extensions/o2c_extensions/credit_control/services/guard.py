"""Held orders are kept in the house: whatever would let goods go, have them made, or bill them, is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import formatdate

from o2c_extensions.credit_control.queries import holds as queries
from o2c_extensions.credit_control.queries import served
from o2c_extensions.credit_control.services import releases
from o2c_extensions.credit_control.services.holds import CreditHoldError, held


@dataclass(frozen=True)
class Served:
	"""What a document is about: orders, rows of orders, and drafts, as (DocType, name), which may be held by themselves."""

	orders: frozenset[str] = frozenset()
	rows: frozenset[str] = frozenset()
	drafts: frozenset[tuple[str, str]] = frozenset()

	def __bool__(self) -> bool:
		return bool(self.orders or self.rows or self.drafts)


def refuse_held(doc: Any, today: date) -> None:
	"""Refuse a document that would let goods go, have them made or sent, or be billed, for an order that is held."""
	about = served_by(doc)
	found = queries.holds_about(about.orders, about.rows, about.drafts) if about else []
	for hold in found:
		if hold.status not in queries.FREE:
			_refuse(hold)
	if doc.docstatus == 0:
		_refuse_run_out(found, today)


def refuse_run_out(doc: Any, today: date) -> None:
	"""Refuse a document that is being submitted for an order whose release has run out, and that has no credit by now.

	For the refusal takes back whatever this transaction has written, the order is held by a job of its own.
	"""
	about = served_by(doc)
	if about:
		_refuse_run_out(queries.holds_about(about.orders, about.rows, about.drafts), today)


def _refuse_run_out(found: list[Any], today: date) -> None:
	latest = {hold.sales_order: hold for hold in found if hold.sales_order}
	for order, hold in latest.items():
		if releases.has_run_out(hold, today) and not releases.renew(order, today):
			releases.check_at_once(order)
			frappe.throw(
				_(
					"The release of {0} was valid until {1}, and the order has no credit any more: it is held."
				).format(frappe.bold(order), formatdate(hold.valid_until)),
				CreditHoldError,
				title=_("Credit Hold"),
			)


def is_held(doctype: str, name: str) -> bool:
	"""Whether an order, or the draft of a delivery or an invoice, is held."""
	found = queries.holds_about([], [], [(doctype, name)])
	return any(hold.status not in queries.FREE for hold in found)


def _refuse(hold: Any) -> None:
	doctype, name = held(hold)
	frappe.throw(
		_("{0} {1} of {2} is held: {3} ({4}).").format(
			_(doctype),
			frappe.bold(name),
			frappe.bold(hold.customer_name or hold.customer),
			frappe.bold(hold.name),
			_(hold.status),
		),
		CreditHoldError,
		title=_("Credit Hold"),
	)


def served_by(doc: Any) -> Served:
	"""What a document serves. What comes back is welcome, and what was delivered may be billed."""
	if doc.get("is_return") or doc.doctype not in _SERVED:
		return Served()
	return _SERVED[doc.doctype](doc)


def _of_rows(rows: Iterable[Any], order: str = "sales_order", row: str | None = None) -> Served:
	rows = list(rows)
	return Served(_set(entry.get(order) for entry in rows), _set(entry.get(row) for entry in rows if row))


def _set(names: Iterable[Any]) -> frozenset[str]:
	return frozenset(str(name) for name in names if name)


def _delivery_note(doc: Any) -> Served:
	return _with_itself(doc, _of_rows(doc.items, "against_sales_order", "so_detail"))


def _invoice(doc: Any) -> Served:
	rows = (row for row in doc.items if not (row.delivery_note and row.dn_detail))
	return _with_itself(doc, _of_rows(rows, row="so_detail"))


def _with_itself(doc: Any, about: Served) -> Served:
	"""A draft that is held by itself may be changed; it may not go."""
	return replace(about, drafts=frozenset([(doc.doctype, doc.name)])) if doc.docstatus == 1 else about


def _pick_list(doc: Any) -> Served:
	about = _of_rows(doc.locations, row="sales_order_item")
	return Served(about.orders | served.of_work_orders(_set([doc.get("work_order")])), about.rows)


def _purchase_order(doc: Any) -> Served:
	"""What the supplier ships to the customer, or makes of our material. Goods for our own stock may be bought."""
	made = doc.get("is_subcontracted")
	rows = (row for row in doc.items if made or row.delivered_by_supplier)
	return _of_rows(rows, row="sales_order_item")


def _material_request(doc: Any) -> Served:
	leaves = doc.material_request_type in ("Material Issue", "Manufacture")
	return _of_rows(doc.items, row="sales_order_item") if leaves else Served()


def _production_plan(doc: Any) -> Served:
	rows = [*doc.get("po_items", []), *doc.get("prod_plan_references", [])]
	return _of_rows(rows, row="sales_order_item")


def _work_order(doc: Any) -> Served:
	orders = _set([doc.sales_order])
	if not orders and doc.get("production_plan"):
		rows = _set([doc.get("production_plan_item")])
		parts = _set([doc.get("production_plan_sub_assembly_item")])
		orders |= served.of_plan_rows(doc.production_plan, rows, parts)
	return Served(orders, _set([doc.get("sales_order_item")]))


def _job_card(doc: Any) -> Served:
	"""To begin a job, and to book it; a clock that runs may be stopped."""
	begins = doc.is_new() or doc.docstatus == 1
	return Served(frozenset(served.of_work_orders(_set([doc.work_order])))) if begins else Served()


def _stock_entry(doc: Any) -> Served:
	"""Goods that are taken for an order's production, by an order's pick list, on its request, or to its subcontractor."""
	issued = doc.purpose in ("Material Issue", "Material Transfer for Manufacture")
	orders = served.of_work_orders(_set([doc.get("work_order")]))
	orders |= served.of_pick_lists(_set([doc.get("pick_list")]))
	orders |= served.of_subcontracting(_set([doc.get("subcontracting_order")]))
	orders |= served.of_requests(_set(row.get("material_request_item") for row in doc.items if issued))
	return Served(frozenset(orders))


def _subcontracting_order(doc: Any) -> Served:
	return Served(frozenset(served.of_purchases(_set([doc.purchase_order]))))


def _packing_slip(doc: Any) -> Served:
	return _of_deliveries([doc.delivery_note])


def _delivery_trip(doc: Any) -> Served:
	return _of_deliveries(row.delivery_note for row in doc.delivery_stops)


def _shipment(doc: Any) -> Served:
	return _of_deliveries(row.delivery_note for row in doc.shipment_delivery_note)


def _of_deliveries(notes: Iterable[Any]) -> Served:
	names = _set(notes)
	drafts = frozenset(("Delivery Note", name) for name in names)
	return Served(frozenset(served.of_deliveries(names)), drafts=drafts)


def _reservation(doc: Any) -> Served:
	"""Stock that lies there. Goods that were bought for an order may be kept for it: else they could not come in."""
	if doc.get("from_voucher_type") == "Purchase Receipt":
		return Served()
	return Served(_set([doc.voucher_no])) if doc.voucher_type == "Sales Order" else Served()


_SERVED: dict[str, Callable[[Any], Served]] = {
	"Delivery Note": _delivery_note,
	"Sales Invoice": _invoice,
	"POS Invoice": _invoice,
	"Pick List": _pick_list,
	"Packing Slip": _packing_slip,
	"Delivery Trip": _delivery_trip,
	"Shipment": _shipment,
	"Stock Entry": _stock_entry,
	"Stock Reservation Entry": _reservation,
	"Purchase Order": _purchase_order,
	"Subcontracting Order": _subcontracting_order,
	"Material Request": _material_request,
	"Production Plan": _production_plan,
	"Work Order": _work_order,
	"Job Card": _job_card,
}
