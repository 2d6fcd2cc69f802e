"""What invoices have billed of orders and deliveries."""

from __future__ import annotations

from typing import Any

from minibench.context import db
from minibench.data.query import get_all
from minibench.model.document import get_doc
from minibench.values.numbers import flt, safe_div


def spread_over_deliveries(so_detail: str, update_modified: bool = True) -> list[str]:
	"""Give what was billed of an order's row without a delivery to its deliveries, the oldest first.

	Returns the deliveries.
	"""
	direct = flt(
		db.execute(
			"select round(sum(amount), 9) from `tabSales Invoice Item` where so_detail = ? and coalesce(dn_detail, '') = '' "
			"and docstatus = 1",
			(so_detail,),
		)[0][0]
	)
	rows = db.execute(
		"select i.name, i.amount, i.si_detail, i.parent, "
		"(select round(sum(si.amount), 9) from `tabSales Invoice Item` si where si.dn_detail = i.name and si.docstatus = 1) "
		"from `tabDelivery Note` dn join `tabDelivery Note Item` i on i.parent = dn.name "
		"where i.so_detail = ? and dn.docstatus = 1 and dn.is_return = 0 "
		"order by dn.posting_date, dn.posting_time, dn.name",
		(so_detail,),
	)
	deliveries = []
	for name, amount, si_detail, parent, own in rows:
		if si_detail:
			billed = flt(amount)
			direct -= billed
		else:
			billed = flt(own)
		if direct and billed < amount:
			part = min(flt(amount) - billed, direct) if direct > 0 else direct
			billed += part
			direct -= part
		db.set_value("Delivery Note Item", name, "billed_amt", billed, update_modified=update_modified)
		deliveries.append(parent)
	return deliveries


def update_deliveries(invoice: Any, update_modified: bool = True) -> None:
	"""Bring the deliveries up to date that an invoice bills."""
	if invoice.is_return and not invoice.update_billed_amount_in_delivery_note:
		return
	affected: list[str] = []
	for row in invoice.items:
		if row.dn_detail:
			billed = db.execute(
				"select round(sum(amount), 9) from `tabSales Invoice Item` where dn_detail = ? and docstatus = 1",
				(row.dn_detail,),
			)[0][0]
			db.set_value(
				"Delivery Note Item",
				row.dn_detail,
				"billed_amt",
				flt(billed),
				update_modified=update_modified,
			)
			affected.append(row.delivery_note)
		elif row.so_detail:
			affected += spread_over_deliveries(row.so_detail, update_modified)
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
