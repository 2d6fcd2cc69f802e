"""What invoices have billed of orders and deliveries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minibench.context import db
from minibench.data.query import get_all
from minibench.erp.bins import chunks
from minibench.model.document import get_doc
from minibench.values.numbers import flt, safe_div


def spread_over_deliveries(so_details: Iterable[str], update_modified: bool = True) -> list[str]:
	"""Give what was billed of orders' rows without a delivery to their deliveries, the oldest first.

	Returns the deliveries.
	"""
	deliveries: list[str] = []
	billed_of: dict[str, float] = {}
	for chunk in chunks(so_details):
		marks = ", ".join("?" * len(chunk))
		direct = {
			so_detail: flt(amount)
			for so_detail, amount in db.execute(
				f"select so_detail, round(sum(amount), 9) from `tabSales Invoice Item` where so_detail in ({marks}) "
				"and coalesce(dn_detail, '') = '' and docstatus = 1 group by so_detail",
				chunk,
			)
		}
		for so_detail, name, amount, si_detail, parent, own in db.execute(
			"select i.so_detail, i.name, i.amount, i.si_detail, i.parent, (select round(sum(si.amount), 9) "
			"from `tabSales Invoice Item` si where si.dn_detail = i.name and si.docstatus = 1) "
			"from `tabDelivery Note` dn join `tabDelivery Note Item` i on i.parent = dn.name "
			f"where i.so_detail in ({marks}) and dn.docstatus = 1 and dn.is_return = 0 "
			"order by dn.posting_date, dn.posting_time, dn.name",
			chunk,
		):
			left = direct.get(so_detail, 0.0)
			if si_detail:
				billed = flt(amount)
				left -= billed
			else:
				billed = flt(own)
			if left and billed < amount:
				part = min(flt(amount) - billed, left) if left > 0 else left
				billed += part
				left -= part
			direct[so_detail] = left
			billed_of[name] = billed
			deliveries.append(parent)
	_write_billed(billed_of, update_modified)
	return deliveries


def _write_billed(amounts: dict[str, float], update_modified: bool) -> None:
	"""Delivery row -> what is billed of it."""
	updates = {name: {"billed_amt": amount} for name, amount in amounts.items()}
	db.bulk_update("Delivery Note Item", updates, update_modified=update_modified)


def update_deliveries(invoice: Any, update_modified: bool = True) -> None:
	"""Bring the deliveries up to date that an invoice bills."""
	if invoice.is_return and not invoice.update_billed_amount_in_delivery_note:
		return
	direct = [row for row in invoice.items if row.dn_detail]
	by_order = [row.so_detail for row in invoice.items if row.so_detail and not row.dn_detail]
	billed = {row.dn_detail: 0.0 for row in direct}
	for chunk in chunks(billed):
		marks = ", ".join("?" * len(chunk))
		billed |= {
			name: flt(amount)
			for name, amount in db.execute(
				f"select dn_detail, round(sum(amount), 9) from `tabSales Invoice Item` where dn_detail in ({marks}) "
				"and docstatus = 1 group by dn_detail",
				chunk,
			)
		}
	_write_billed(billed, update_modified)
	affected = [row.delivery_note for row in direct]
	affected += spread_over_deliveries(by_order, update_modified)
	for name in dict.fromkeys(affected):
		get_doc("Delivery Note", name).update_billing_percentage(update_modified)


def update_free_documents(invoice: Any, doctype: str) -> None:
	"""Orders and deliveries without any amount are billed by quantity."""
	fieldname = doctype.lower().replace(" ", "_")
	names = list({row.get(fieldname) for row in invoice.items if row.get(fieldname)})
	if not names:
		return
	free = get_all(
		doctype, filters={"docstatus": 1, "base_net_total": 0, "name": ("in", names)}, pluck="name"
	)
	for name in free:
		wanted = flt(
			db.execute(f"select round(sum(qty), 9) from `tab{doctype} Item` where parent = ?", (name,))[0][0]
		)
		billed = flt(
			db.execute(
				f"select round(sum(qty), 9) from `tabSales Invoice Item` where `{fieldname}` = ? and docstatus = 1",
				(name,),
			)[0][0]
		)
		doc = get_doc(doctype, name)
		doc.db_set("per_billed", safe_div(min(wanted, billed), wanted) * 100)
		if doc.meta.has_field("billing_status"):
			word = "Partly"
			if doc.per_billed < 0.001:
				word = "Not"
			elif doc.per_billed > 99.999999:
				word = "Fully"
			doc.db_set("billing_status", f"{word} Billed")
		doc.set_status(update=True)
