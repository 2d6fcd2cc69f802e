"""A Stock Entry in one call."""

from __future__ import annotations

from typing import Any

from minibench.context import Dict, db
from minibench.erp.companies import get_default_company
from minibench.errors import NotInMinibench
from minibench.model.document import new_doc
from minibench.values.numbers import cint, flt
from minibench.web.whitelist import whitelist


@whitelist()
def make_stock_entry(**args: Any) -> Any:
	"""Make, and unless told otherwise submit, a Stock Entry of one item: `item_code`, `qty`, `source`, `target`, `rate`."""
	values = Dict(args)
	for name in (
		"serial_no",
		"batch_no",
		"batches",
		"inspection_required",
		"apply_putaway_rule",
		"add_to_transit",
	):
		if values.get(name):
			raise NotInMinibench(f"make_stock_entry({name})")
	source = values.from_warehouse or values.source
	target = values.to_warehouse or values.target
	entry = new_doc("Stock Entry")
	if values.posting_date or values.posting_time:
		entry.set_posting_time = 1
		entry.posting_date = values.posting_date or entry.posting_date
		entry.posting_time = values.posting_time or entry.posting_time
	entry.purpose = values.purpose or _purpose(source, target)
	entry.company = (
		values.company or db.get_value("Warehouse", source or target, "company") or get_default_company()
	)
	entry.is_opening = values.is_opening or "No"
	cost_center = values.cost_center or db.get_value("Company", entry.company, "cost_center")
	expense_account = values.expense_account
	if not expense_account and entry.is_opening == "No":
		expense_account = db.get_value("Company", entry.company, "stock_adjustment_account")
	qty = flt(values.qty) if "." in str(values.qty) else cint(values.qty)
	entry.append(
		"items",
		{
			"item_code": values.item_code or values.item,
			"s_warehouse": source,
			"t_warehouse": target,
			"qty": qty,
			"basic_rate": values.rate or values.basic_rate,
			"conversion_factor": values.conversion_factor or 1.0,
			"transfer_qty": flt(qty) * (flt(values.conversion_factor) or 1.0),
			"cost_center": cost_center,
			"expense_account": expense_account,
		},
	)
	entry.set_stock_entry_type()
	if values.do_not_save:
		return entry
	entry.insert()
	if not values.do_not_submit:
		entry.submit()
	entry.load_from_db()
	return entry


def _purpose(source: Any, target: Any) -> str:
	if source and target:
		return "Material Transfer"
	return "Material Issue" if source else "Material Receipt"
