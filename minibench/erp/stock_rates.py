"""What the stock ledger knows: the last movement before a moment, and what an item costs then."""

from __future__ import annotations

import datetime
import json
from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import Dict, db
from minibench.data.column_types import datetime_text
from minibench.erp import valuation
from minibench.erp.companies import get_company_currency, is_perpetual_inventory_enabled
from minibench.errors import NotInMinibench
from minibench.model.caches import get_cached_value
from minibench.translate import _
from minibench.values.dates import get_time, getdate
from minibench.values.numbers import cint, flt
from minibench.values.text import bold

DOCTYPE = "Stock Ledger Entry"


def moment_of(posting_date: Any, posting_time: Any) -> str:
	"""Date and time of a movement, in the form in which the ledger compares them."""
	time = get_time(posting_time) if posting_time else datetime.time()
	return datetime_text(datetime.datetime.combine(getdate(posting_date), time))


def valuation_method(item_code: str) -> str:
	method = get_cached_value("Item", item_code, "valuation_method") or db.get_single_value(
		"Stock Settings", "valuation_method"
	)
	if method == "LIFO":
		raise NotInMinibench("Stock Settings.valuation_method LIFO")
	return method or "FIFO"


def is_negative_stock_allowed(item_code: str) -> bool:
	return bool(
		cint(db.get_single_value("Stock Settings", "allow_negative_stock"))
		or cint(get_cached_value("Item", item_code, "allow_negative_stock"))
	)


def rows_where(where: str, values: list[Any], order: str, limit: str = "") -> list[Dict]:
	cursor = db.cursor(
		f"select * from `tabStock Ledger Entry` where is_cancelled = 0 and {where} "
		f"order by posting_datetime {order}, creation {order} {limit}",
		values,
	)
	keys = [column[0] for column in cursor.description]
	return [Dict(zip(keys, row, strict=True)) for row in cursor.fetchall()]


def last_before(
	item_code: str, warehouse: str, moment: str, creation: str | None = None, excluded: str | None = None
) -> Dict | None:
	"""The last movement up to a moment; with `creation`, of those at the same moment only what was entered before."""
	where = "item_code = ? and warehouse = ?"
	values: list[Any] = [item_code, warehouse]
	if creation:
		where += " and (posting_datetime < ? or (posting_datetime = ? and creation < ?))"
		values += [moment, moment, creation]
	else:
		where += " and posting_datetime <= ?"
		values.append(moment)
	if excluded:
		where += " and name != ?"
		values.append(excluded)
	found = rows_where(where, values, "desc", "limit 1")
	return found[0] if found else None


def incoming_rate(
	item_code: str,
	warehouse: str | None,
	moment: str,
	qty: float,
	company: str,
	voucher_type: str,
	voucher_no: str | None,
	*,
	allow_zero: bool = False,
	raise_if_none: bool = True,
	excluded: str | None = None,
) -> float:
	"""What a unit of the item costs at a moment, by the item's method of valuation."""
	previous = last_before(item_code, warehouse, moment, excluded=excluded) if warehouse else None
	rate: Any = None
	if previous:
		if valuation_method(item_code) == "FIFO":
			queue = json.loads(previous.stock_queue or "[]")
			rate = valuation.queue_rate(queue, flt(qty)) if queue else None
		else:
			rate = previous.valuation_rate
	if rate is None:
		rate = fallback_rate(
			item_code,
			warehouse,
			company,
			voucher_type,
			voucher_no,
			allow_zero=allow_zero,
			raise_if_none=raise_if_none,
		)
	return float(flt(rate))


def fallback_rate(
	item_code: str,
	warehouse: str | None,
	company: str,
	voucher_type: str,
	voucher_no: str | None,
	*,
	allow_zero: bool = False,
	raise_if_none: bool = True,
) -> float:
	"""The last rate of the item there from another voucher, else that of the item, else its buying price."""
	rows = db.execute(
		"select valuation_rate from `tabStock Ledger Entry` where item_code = ? and warehouse = ? and valuation_rate >= 0 "
		"and is_cancelled = 0 and not (voucher_no = ? and voucher_type = ?) "
		"order by posting_datetime desc, creation desc limit 1",
		(item_code, warehouse, voucher_no or "", voucher_type),
	)
	if rows:
		return float(flt(rows[0][0]))
	rate = flt(get_cached_value("Item", item_code, "valuation_rate")) or flt(
		get_cached_value("Item", item_code, "standard_rate")
	)
	if not rate:
		filters = {"item_code": item_code, "buying": 1, "currency": get_company_currency(company)}
		rate = flt(db.get_value("Item Price", filters, "price_list_rate"))
	if not rate and not allow_zero and raise_if_none and is_perpetual_inventory_enabled(company):
		throw(
			_("Valuation Rate for the Item {0}, is required to do accounting entries for {1} {2}.").format(
				bold(item_code), voucher_type, voucher_no
			),
			title=_("Valuation Rate Missing"),
		)
	return float(rate)


def rate_on_cancellation(item_code: str, voucher_type: str, voucher_no: str, voucher_detail_no: str) -> float:
	rows = db.execute(
		"select stock_value_difference, actual_qty from `tabStock Ledger Entry` where voucher_type = ? "
		"and voucher_no = ? and item_code = ? and voucher_detail_no = ? order by creation desc limit 1",
		(voucher_type, voucher_no, item_code, voucher_detail_no),
	)
	return abs(flt(rows[0][0]) / flt(rows[0][1])) if rows and rows[0][1] else 0.0


def entries_of(voucher_type: str, voucher_no: str) -> list[Dict]:
	return rows_where("voucher_type = ? and voucher_no = ?", [voucher_type, voucher_no], "asc")
