"""The stock ledger: each movement of an item in a warehouse, and what stands there after it, in quantity and value."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import Dict, db, flags, session
from minibench.erp import bins, ledger_rows, periods, valuation
from minibench.erp.stock_rates import (
	fallback_rate,
	is_negative_stock_allowed,
	last_before,
	moment_of,
	rate_on_cancellation,
	rows_where,
	valuation_method,
)
from minibench.erp.valuation import Balance
from minibench.errors import ValidationError
from minibench.model.caches import get_cached_value
from minibench.model.meta import get_field_precision, get_meta
from minibench.translate import _
from minibench.values.dateformats import formatdate
from minibench.values.dates import add_days, getdate, now
from minibench.values.numbers import cint, flt
from minibench.values.text import bold, get_desk_link

DOCTYPE = "Stock Ledger Entry"


class NegativeStockError(ValidationError):
	"""There is not enough of the item in the warehouse."""


class StockFreezeError(ValidationError):
	"""Stock movements of that day are frozen."""


# --- booking -------------------------------------------------------------------------------------------------------------


def post(movements: list[Dict]) -> None:
	"""Book a voucher's movements one after the other, and put right what comes after them in time.

	Raises:
		NegativeStockError: a warehouse would have less than nothing, now or at a later movement.
		StockFreezeError: stock of that day is frozen.
	"""
	if not movements:
		return
	db.begin_writing()
	first = movements[0]
	cancel = bool(first.is_cancelled)
	if cancel:
		db.execute(
			"update `tabStock Ledger Entry` set is_cancelled = 1, modified = ?, modified_by = ? "
			"where voucher_type = ? and voucher_no = ? and is_cancelled = 0",
			(now(), session.user, first.voucher_type, first.voucher_no),
		)
	year = periods.fiscal_year_of(first.posting_date, first.company)
	places: dict[tuple[str, str], _Place] = {}
	rows = []
	turned_back: set[tuple[str, str]] = set()
	for movement in movements:
		if cancel:
			_turn_back(movement, turned_back)
		if movement.actual_qty:
			movement.fiscal_year = year
			rows.append(movement)
			_settle(movement, places)
	ledger_rows.write(DOCTYPE, rows)
	bins.update_all({key: place.numbers() for key, place in places.items() if not place.has_later})
	for (item_code, warehouse), place in places.items():
		if place.has_later:
			revalue(item_code, warehouse, place.moment)


@dataclass
class _Place:
	"""An item in a warehouse while a voucher's movements are booked there."""

	moment: str
	balance: Balance
	has_later: bool
	"""Other vouchers have moved it since."""

	def numbers(self) -> dict[str, Any]:
		return {
			"actual_qty": self.balance.qty,
			"stock_value": self.balance.value,
			"valuation_rate": self.balance.rate,
		}


def _turn_back(movement: Dict, turned_back: set[tuple[str, str]]) -> None:
	"""As in v15, only the first of a row's two movements (out of one warehouse, into another) finds its rate again."""
	movement.actual_qty = -flt(movement.actual_qty)
	row = (movement.item_code, movement.voucher_detail_no)
	rate = 0.0
	if row not in turned_back:
		rate = rate_on_cancellation(
			movement.item_code, movement.voucher_type, movement.voucher_no, movement.voucher_detail_no
		)
	turned_back.add(row)
	if movement.actual_qty < 0 and not movement.outgoing_rate:
		movement.outgoing_rate, movement.incoming_rate = rate, 0.0
	if movement.actual_qty > 0 and not movement.incoming_rate:
		movement.incoming_rate, movement.outgoing_rate = rate, 0.0


def _check(movement: Dict) -> None:
	check_warehouse(movement.warehouse, movement.company)
	if get_cached_value("Warehouse", movement.warehouse, "is_group"):
		throw(_("Group node warehouse is not allowed to select for transactions"))
	_refuse_frozen_stock(movement)


def check_warehouse(warehouse: str, company: str) -> None:
	disabled, own_company = get_cached_value("Warehouse", warehouse, ["disabled", "company"])
	if disabled:
		throw(_("Disabled Warehouse {0} cannot be used for this transaction.").format(warehouse))
	if own_company and own_company != company:
		throw(
			_("Warehouse {0} does not belong to company {1}").format(warehouse, company),
			InvalidWarehouseCompany,
		)


class InvalidWarehouseCompany(ValidationError):
	"""The warehouse belongs to another company."""


def _refuse_frozen_stock(movement: Dict) -> None:
	upto = db.get_single_value("Stock Settings", "stock_frozen_upto")
	days = cint(db.get_single_value("Stock Settings", "stock_frozen_upto_days"))
	if not upto and not days:
		return
	from minibench.access.users import get_roles

	if db.get_single_value("Stock Settings", "stock_auth_role") in get_roles():
		return
	if upto and getdate(movement.posting_date) <= getdate(upto):
		throw(_("Stock transactions before {0} are frozen").format(formatdate(upto)), StockFreezeError)
	if days and getdate(add_days(movement.posting_date, days)) <= getdate():
		throw(_("Not allowed to update stock transactions older than {0}").format(days), StockFreezeError)


def _settle(row: Dict, places: dict[tuple[str, str], _Place]) -> None:
	"""Value one new movement, which is written later, and shift the balances after it."""
	_check(row)
	row.posting_datetime = moment_of(row.posting_date, row.posting_time)
	row.creation = now()
	key = (row.item_code, row.warehouse)
	place = places.get(key)
	if place is None:
		place = places[key] = _place(row)
	if not row.is_cancelled:
		_value(row, place.balance, is_negative_stock_allowed(row.item_code))
		for name in _VALUED:
			if name != "stock_queue":
				row[name] = flt(row.get(name), 9)
		place.balance = _balance(row)
	if not place.has_later:
		return
	db.execute(
		"update `tabStock Ledger Entry` set qty_after_transaction = round(qty_after_transaction + ?, 9) "
		"where item_code = ? and warehouse = ? and voucher_no != ? and is_cancelled = 0 and posting_datetime > ?",
		(row.actual_qty, *key, row.voucher_no, place.moment),
	)
	if row.actual_qty < 0:
		_refuse_negative_later(row)


def _place(row: Dict) -> _Place:
	moment = row.posting_datetime
	balance = _balance(
		last_before(row.item_code, row.warehouse, moment, None if row.is_cancelled else row.creation)
	)
	later = db.execute(
		"select 1 from `tabStock Ledger Entry` where item_code = ? and warehouse = ? and is_cancelled = 0 "
		"and voucher_no != ? and posting_datetime >= ? limit 1",
		(row.item_code, row.warehouse, row.voucher_no, moment),
	)
	return _Place(moment, balance, bool(later))


def _balance(row: Dict | None) -> Balance:
	if row is None:
		return Balance()
	return Balance(
		flt(row.qty_after_transaction),
		flt(row.valuation_rate),
		flt(row.stock_value),
		json.loads(row.stock_queue or "[]"),
	)


def _value(row: Dict, balance: Balance, negative_allowed: bool) -> None:
	"""Book a movement on a balance and note in the row what stands there then."""
	if not negative_allowed:
		left = flt(balance.qty + flt(row.actual_qty), qty_precision())
		if left < 0 and abs(left) > 0.0001:
			_refuse_negative(row, abs(left))
	qty, value_before = flt(row.actual_qty), balance.value

	def fallback() -> float:
		if _may_be_free(row.voucher_type, row.voucher_detail_no):
			return 0.0
		return fallback_rate(row.item_code, row.warehouse, row.company, row.voucher_type, row.voucher_no)

	book = (
		valuation.moving_average
		if valuation_method(row.item_code) == "Moving Average"
		else valuation.first_in_first_out
	)
	book(balance, qty, flt(row.incoming_rate), flt(row.outgoing_rate), fallback)
	balance.value = flt(balance.value, value_precision()) if balance.qty else 0.0
	row.qty_after_transaction = balance.qty
	row.valuation_rate = balance.rate
	row.stock_value = balance.value
	row.stock_queue = json.dumps(balance.queue)
	row.stock_value_difference = balance.value - value_before


def _may_be_free(voucher_type: str, voucher_detail_no: str) -> bool:
	doctype = "Stock Entry Detail" if voucher_type == "Stock Entry" else f"{voucher_type} Item"
	return bool(db.get_value(doctype, voucher_detail_no, "allow_zero_valuation_rate"))


def qty_precision() -> int:
	return cint(db.get_default("float_precision")) or 2


def value_precision() -> int:
	return int(get_field_precision(get_meta(DOCTYPE).get_field("stock_value")) or 2)


_VALUED = (
	"incoming_rate",
	"outgoing_rate",
	"qty_after_transaction",
	"valuation_rate",
	"stock_value",
	"stock_queue",
	"stock_value_difference",
)


def _write_valuation(row: Dict) -> None:
	sets = ", ".join(f"`{name}` = ?" for name in _VALUED)
	values = [row[name] if name == "stock_queue" else flt(row[name], 9) for name in _VALUED]
	db.execute(f"update `tabStock Ledger Entry` set {sets} where name = ?", (*values, row.name))


def _refuse_negative(row: Dict, missing: float) -> None:
	item, warehouse = get_desk_link("Item", row.item_code), get_desk_link("Warehouse", row.warehouse)
	if (row.voucher_type, row.voucher_no) in flags.currently_saving:
		message = _("{0} units of {1} needed in {2} to complete this transaction.").format(
			bold(missing), item, warehouse
		)
	else:
		message = _("{0} units of {1} needed in {2} on {3} {4} for {5} to complete this transaction.").format(
			bold(missing),
			item,
			warehouse,
			row.posting_date,
			row.posting_time,
			get_desk_link(row.voucher_type, row.voucher_no),
		)
	throw(message, NegativeStockError, title=_("Insufficient Stock"))


def _refuse_negative_later(row: Dict) -> None:
	"""Raise NegativeStockError if a later movement would find less than nothing."""
	if is_negative_stock_allowed(row.item_code):
		return
	found = rows_where(
		"item_code = ? and warehouse = ? and voucher_no != ? and posting_datetime >= ? and qty_after_transaction < 0",
		[row.item_code, row.warehouse, row.voucher_no, row.posting_datetime],
		"asc",
		"limit 1",
	)
	if found:
		missing = flt(found[0].qty_after_transaction, qty_precision())
		if missing < 0 and abs(missing) > 0.0001:
			first = found[0]
			throw(
				_("{0} units of {1} needed in {2} on {3} {4} for {5} to complete this transaction.").format(
					abs(first.qty_after_transaction),
					get_desk_link("Item", row.item_code),
					get_desk_link("Warehouse", row.warehouse),
					first.posting_date,
					first.posting_time,
					get_desk_link(first.voucher_type, first.voucher_no),
				),
				NegativeStockError,
				title=_("Insufficient Stock"),
			)


# --- putting later movements right ------------------------------------------------------------------------------------------


def revalue(item_code: str, warehouse: str, moment: str) -> None:
	"""Value all movements from a moment on anew, and all that follows from them: vouchers, entries, other warehouses."""
	from minibench.erp import stock_reposting

	vouchers: dict[tuple[str, str], None] = {}
	queue = [(item_code, warehouse, moment)]
	seen: set[tuple[str, str, str]] = set()
	while queue:
		place = queue.pop(0)
		if place in seen:
			continue
		seen.add(place)
		queue += _revalue_place(*place, vouchers)
	stock_reposting.repost_general_ledger(list(vouchers))


def _revalue_place(
	item_code: str, warehouse: str, moment: str, vouchers: dict[tuple[str, str], None]
) -> list[tuple[str, str, str]]:
	"""Value one warehouse's movements from a moment on; returns the places of transfers that this has changed."""
	from minibench.erp import stock_reposting

	rows = rows_where(
		"item_code = ? and warehouse = ? and posting_datetime >= ?", [item_code, warehouse, moment], "asc"
	)
	balance = _balance(last_before(item_code, warehouse, moment, creation="0"))
	affected: list[tuple[str, str, str]] = []
	for row in rows:
		before = (row.stock_value_difference, row.valuation_rate, row.qty_after_transaction)
		if row.recalculate_rate:
			rate = stock_reposting.rate_from_voucher(row)
			if flt(row.actual_qty) >= 0:
				row.incoming_rate = rate
			else:
				row.outgoing_rate = rate
		_value(row, balance, True)
		_write_valuation(row)
		if flt(before[0], 9) != flt(row.stock_value_difference, 9):
			vouchers[(row.voucher_type, row.voucher_no)] = None
			affected += stock_reposting.update_voucher_rate(row)
	bins.update(
		item_code, warehouse, actual_qty=balance.qty, stock_value=balance.value, valuation_rate=balance.rate
	)
	return affected
