"""Returns of goods and credit notes: what may come back, at which cost, and the document for it."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import Dict, db
from minibench.errors import ValidationError
from minibench.model.caches import get_cached_value
from minibench.model.document import get_doc
from minibench.model.meta import get_field_precision, get_meta
from minibench.translate import _
from minibench.values.dateformats import format_datetime
from minibench.values.dates import get_datetime
from minibench.values.numbers import flt

# DocType -> the row's field that names the row that comes back
ROW_FIELD = {"Delivery Note": "dn_detail", "Sales Invoice": "sales_invoice_item"}


class StockOverReturnError(ValidationError):
	"""More comes back than went out."""


def validate_return(doc: Any) -> None:
	if not doc.get("is_return") or not doc.get("return_against"):
		return
	_check_original(doc)
	if doc.doctype == "Sales Invoice" and not doc.update_stock:
		return
	_check_items(doc)


def _check_original(doc: Any) -> None:
	if not db.exists(doc.doctype, doc.return_against):
		throw(_("Invalid {0}: {1}").format(doc.meta.get_label("return_against"), doc.return_against))
	original = get_doc(doc.doctype, doc.return_against)
	if (original.company, original.customer) != (doc.company, doc.customer) or original.docstatus != 1:
		return
	moment = f"{original.posting_date} {original.posting_time or '00:00:00'}"
	if get_datetime(f"{doc.posting_date} {doc.posting_time or '00:00:00'}") < get_datetime(moment):
		throw(_("Posting timestamp must be after {0}").format(format_datetime(moment)))
	if doc.conversion_rate != original.conversion_rate:
		throw(
			_("Exchange Rate must be same as {0} {1} ({2})").format(
				doc.doctype, doc.return_against, original.conversion_rate
			)
		)
	if doc.doctype == "Sales Invoice" and doc.update_stock and not original.update_stock:
		throw(
			_("'Update Stock' can not be checked because items are not delivered via {0}").format(
				doc.return_against
			)
		)


def _check_items(doc: Any) -> None:
	from minibench.erp.stock_rates import valuation_method

	rows = db.execute(
		f"select name, item_code, stock_qty, rate, conversion_factor from `tab{doc.doctype} Item` where parent = ?",
		(doc.return_against,),
	)
	originals = {
		(item_code, name): Dict(stock_qty=stock_qty, rate=rate, item_code=item_code)
		for name, item_code, stock_qty, rate, _factor in rows
	}
	returned = _already_returned(doc)
	fieldname = ROW_FIELD[doc.doctype]
	something = False
	for row in doc.items:
		if not (row.item_code and flt(row.qty) < 0):
			something = something or bool(row.item_name)
			continue
		something = True
		key = (row.item_code, row.get(fieldname))
		original = originals.get(key)
		if original is None:
			msgprint(
				_("Row # {0}: Returned Item {1} does not exist in {2} {3}").format(
					row.idx, row.item_code, doc.doctype, doc.return_against
				),
				raise_exception=bool(doc.doctype == "Sales Invoice" and row.get(fieldname)),
			)
			continue
		_check_quantity(doc, row, original, returned.get(key, 0.0))
		if (
			original.rate
			and flt(row.rate) > original.rate
			and valuation_method(row.item_code) != "Moving Average"
		):
			throw(
				_("Row # {0}: Rate cannot be greater than the rate used in {1} {2}").format(
					row.idx, doc.doctype, doc.return_against
				)
			)
		if not row.get("warehouse") and get_cached_value("Item", row.item_code, "is_stock_item"):
			throw(_("Warehouse is mandatory"))
	if not something:
		throw(_("Atleast one item should be entered with negative quantity in return document"))


def _already_returned(doc: Any) -> dict[tuple[str, str], float]:
	fieldname = ROW_FIELD[doc.doctype]
	rows = db.execute(
		f"select c.item_code, c.`{fieldname}`, round(sum(abs(c.stock_qty)), 9) from `tab{doc.doctype} Item` c "
		f"join `tab{doc.doctype}` p on p.name = c.parent where p.docstatus = 1 and p.is_return = 1 "
		f"and p.return_against = ? group by c.item_code, c.`{fieldname}`",
		(doc.return_against,),
	)
	return {(item_code, detail): flt(qty) for item_code, detail, qty in rows}


def _check_quantity(doc: Any, row: Any, original: Dict, returned: float) -> None:
	places = get_field_precision(get_meta(f"{doc.doctype} Item").get_field("stock_qty"))
	reference = flt(original.stock_qty)
	left = flt(flt(reference, places) - flt(returned, places), places)
	stock_qty = flt(row.stock_qty) or flt(row.qty) * (flt(row.conversion_factor) or 1)
	if not reference:
		return
	if stock_qty > 0:
		throw(_("{0} must be negative in return document").format("Stock Qty"))
	if returned >= reference and stock_qty:
		throw(_("Item {0} has already been returned").format(row.item_code), StockOverReturnError)
	if abs(flt(stock_qty, places)) > left:
		throw(
			_("Row # {0}: Cannot return more than {1} for Item {2}").format(row.idx, left, row.item_code),
			StockOverReturnError,
		)


def rate_for_return(
	voucher_type: str,
	voucher_no: str | None,
	item_code: str,
	voucher_detail_no: str | None = None,
	return_against: str | None = None,
	row: Any = None,
) -> float:
	"""The cost at which the goods went out that come back now."""
	fieldname = ROW_FIELD[voucher_type]
	if not return_against and voucher_no:
		return_against = db.get_value(voucher_type, voucher_no, "return_against")
	detail = row.get(fieldname) if row is not None else None
	if row is None and voucher_detail_no:
		detail = db.get_value(f"{voucher_type} Item", voucher_detail_no, fieldname)
	rate = 0.0
	if return_against:
		condition, values = ("and voucher_detail_no = ?", [detail]) if detail else ("", [])
		rows = db.execute(
			"select stock_value_difference, actual_qty from `tabStock Ledger Entry` where voucher_type = ? "
			f"and voucher_no = ? and item_code = ? and actual_qty != 0 {condition} order by creation limit 1",
			(voucher_type, return_against, item_code, *values),
		)
		rate = abs(flt(rows[0][0]) / flt(rows[0][1])) if rows else 0.0
	if not rate and voucher_detail_no:
		rate = flt(db.get_value(f"{voucher_type} Item", voucher_detail_no, "incoming_rate"))
	return rate


# --- the document ------------------------------------------------------------------------------------------------------------


def returned_of_row(doctype: str, return_against: str, customer: str, row_name: str) -> tuple[float, float]:
	"""Quantity and stock quantity of a row that have come back already."""
	rows = db.execute(
		f"select round(sum(abs(c.qty)), 9), round(sum(abs(c.stock_qty)), 9) from `tab{doctype} Item` c join `tab{doctype}` p "
		f"on p.name = c.parent where p.return_against = ? and p.customer = ? and p.docstatus = 1 and p.is_return = 1 "
		f"and c.`{ROW_FIELD[doctype]}` = ?",
		(return_against, customer, row_name),
	)
	return flt(rows[0][0]), flt(rows[0][1])


def make_return_doc(doctype: str, source_name: str, target_doc: Any = None) -> Any:
	"""A return of what is left of a delivery, or a credit note for what is left of an invoice."""
	from minibench.model.mapper import get_mapped_doc

	company = db.get_value("Delivery Note", source_name, "company")
	warehouse = (
		get_cached_value("Company", company, "default_warehouse_for_sales_return") if company else None
	)

	def finish(source: Any, target: Any) -> None:
		target.is_return = 1
		target.ignore_pricing_rule = 1
		target.return_against = source.name
		target.set_warehouse = warehouse if doctype == "Delivery Note" else ""
		for tax in target.taxes:
			if tax.charge_type == "Actual":
				tax.tax_amount = -1 * tax.tax_amount
		if doctype == "Sales Invoice":
			target.party_account_currency = source.party_account_currency
			target.update_billed_amount_in_delivery_note = True
		if target.get("discount_amount"):
			target.discount_amount = -1 * source.discount_amount
		target.run_method("calculate_taxes_and_totals")

	def turn_item(source: Any, target: Any, parent: Any) -> None:
		qty, stock_qty = returned_of_row(doctype, parent.name, parent.customer, source.name)
		target.qty = -1 * flt(source.qty - qty)
		target.stock_qty = -1 * flt(source.stock_qty - stock_qty)
		for fieldname in _KEPT[doctype]:
			target.set(fieldname, source.get(fieldname))
		target.set(ROW_FIELD[doctype], source.name)
		if warehouse:
			target.warehouse = warehouse

	def turn_term(source: Any, target: Any, parent: Any) -> None:
		target.payment_amount = -source.payment_amount

	return get_mapped_doc(
		doctype,
		source_name,
		{
			doctype: {"doctype": doctype, "validation": {"docstatus": ["=", 1]}},
			f"{doctype} Item": {
				"doctype": f"{doctype} Item",
				"postprocess": turn_item,
				"condition": lambda row: row.qty,
			},
			"Payment Schedule": {"doctype": "Payment Schedule", "postprocess": turn_term},
		},
		target_doc,
		finish,
	)


_KEPT = {
	"Delivery Note": (
		"against_sales_order",
		"against_sales_invoice",
		"so_detail",
		"si_detail",
		"expense_account",
	),
	"Sales Invoice": ("sales_order", "delivery_note", "so_detail", "dn_detail", "expense_account"),
}
