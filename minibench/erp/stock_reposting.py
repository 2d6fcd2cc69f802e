"""What follows when a movement's value changes afterwards: rates in vouchers, and their entries in the general ledger."""

from __future__ import annotations

from minibench.context import Dict, db
from minibench.model.document import get_doc
from minibench.values.numbers import flt


def rate_from_voucher(row: Dict) -> float:
	"""The rate that a return or a transfer takes from elsewhere, as it is now."""
	from minibench.erp import returns, stock_rates

	if row.voucher_type == "Stock Entry":
		return float(flt(db.get_value("Stock Entry Detail", row.voucher_detail_no, "valuation_rate")))
	if not db.get_value(row.voucher_type, row.voucher_no, "is_return"):
		return float(flt(db.get_value(f"{row.voucher_type} Item", row.voucher_detail_no, "incoming_rate")))
	rate = 0.0
	if stock_rates.valuation_method(row.item_code) == "Moving Average":
		moment = stock_rates.moment_of(row.posting_date, row.posting_time)
		rate = stock_rates.incoming_rate(
			row.item_code,
			row.warehouse,
			moment,
			row.actual_qty,
			row.company,
			row.voucher_type,
			row.voucher_no,
			excluded=row.name,
			raise_if_none=False,
		)
	return rate or returns.rate_for_return(
		row.voucher_type, row.voucher_no, row.item_code, row.voucher_detail_no
	)


def update_voucher_rate(row: Dict) -> list[tuple[str, str, str]]:
	"""Write the rate at which a movement went out into its voucher's row; returns the other ends of transfers."""
	if not row.actual_qty or not row.voucher_detail_no:
		return []
	rate = abs(flt(row.stock_value_difference)) / abs(flt(row.actual_qty))
	if row.voucher_type in ("Delivery Note", "Sales Invoice"):
		db.set_value(
			f"{row.voucher_type} Item", row.voucher_detail_no, "incoming_rate", rate, update_modified=False
		)
		return []
	if row.voucher_type != "Stock Entry" or flt(row.actual_qty) >= 0:
		return []
	db.set_value("Stock Entry Detail", row.voucher_detail_no, "basic_rate", rate, update_modified=False)
	entry = get_doc("Stock Entry", row.voucher_no)
	entry.calculate_rate_and_amount(reset_outgoing_rate=False, raise_error_if_no_rate=False)
	entry.db_update()
	for item in entry.items:
		if item.name == row.voucher_detail_no:
			item.db_update()
	others = db.execute(
		"select item_code, warehouse, posting_datetime from `tabStock Ledger Entry` "
		"where voucher_detail_no = ? and name != ? and is_cancelled = 0",
		(row.voucher_detail_no, row.name),
	)
	from minibench.data.column_types import datetime_text

	return [(item_code, warehouse, datetime_text(moment)) for item_code, warehouse, moment in others]


def repost_general_ledger(vouchers: list[tuple[str, str]]) -> None:
	"""Make the entries of vouchers anew whose movements have other values now."""
	from minibench.erp import gl
	from minibench.erp.companies import is_perpetual_inventory_enabled

	for doctype, name in vouchers:
		doc = get_doc(doctype, name)
		if doc.docstatus != 1 or not is_perpetual_inventory_enabled(doc.company):
			continue
		gl.delete(doctype, name)
		doc.make_gl_entries(reposting=True)
