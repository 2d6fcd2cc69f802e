"""Prices of items by a price list: those of a document's rows are read together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import Dict, db
from minibench.erp import bins
from minibench.erp.companies import get_company_currency
from minibench.erp.exchange import get_exchange_rate
from minibench.model.caches import get_cached_value
from minibench.model.document import get_doc
from minibench.model.meta import get_meta
from minibench.translate import _
from minibench.values.dates import getdate
from minibench.values.numbers import cint, flt

SALES = ("Quotation", "Sales Order", "Delivery Note", "Sales Invoice")
PURCHASE = ("Purchase Order", "Purchase Receipt", "Purchase Invoice")
_COLUMNS = (
	"item_code",
	"price_list_rate",
	"uom",
	"packing_unit",
	"customer",
	"supplier",
	"valid_from",
	"valid_upto",
)


class Prices:
	"""The prices that some items have in price lists: general ones, and those of the party that is asked for."""

	def __init__(self, items: Iterable[str]) -> None:
		self.items = list(dict.fromkeys(items))
		self._known: dict[tuple[Any, ...], dict[str, list[Dict]]] = {}
		self._recorded: dict[tuple[Any, ...], set[str]] = {}

	def find(self, args: Dict, item_code: str, uom: Any, customer: Any, supplier: Any) -> Dict | None:
		"""The price of a unit on the document's day, of a customer, else of a supplier, else of nobody in particular."""
		day = str(getdate(args.transaction_date))
		units = ("", _plain(uom))
		for row in self._of(args).get(_plain(item_code), ()):
			if _plain(row.uom) not in units:
				continue
			if customer:
				if _plain(row.customer) != _plain(customer):
					continue
			elif supplier:
				if _plain(row.supplier) != _plain(supplier):
					continue
			elif row.customer or row.supplier:
				continue
			if str(row.valid_from or "") <= day <= str(row.valid_upto or "2500-12-31"):
				return row
		return None

	def _of(self, args: Dict) -> dict[str, list[Dict]]:
		"""item -> its prices, the best first, in the price list and of the party of `args`."""
		key = (args.price_list, args.customer, args.supplier)
		if key not in self._known:
			by_item: dict[str, list[Dict]] = {}
			for values in _in_chunks(
				f"select {', '.join(_COLUMNS)} from `tabItem Price` where price_list = ? and "
				"((coalesce(customer, '') = '' and coalesce(supplier, '') = '') or customer = ? or supplier = ?) and "
				"item_code in ({}) order by valid_from desc, uom desc",
				[*key],
				self.items,
			):
				row = Dict(zip(_COLUMNS, values, strict=True))
				by_item.setdefault(_plain(row.item_code), []).append(row)
			self._known[key] = by_item
		return self._known[key]

	def is_recorded(self, item_code: str, price_list: str, currency: str, uom: str) -> bool:
		"""Whether the item has any price of that kind, whoever for and whenever."""
		key = (price_list, currency, uom)
		if key not in self._recorded:
			self._recorded[key] = {
				_plain(row[0])
				for row in _in_chunks(
					"select item_code from `tabItem Price` where price_list = ? and currency = ? and uom = ? and item_code in ({})",
					[*key],
					self.items,
				)
			}
		return _plain(item_code) in self._recorded[key]

	def forget(self) -> None:
		"""There are new prices."""
		self._known.clear()
		self._recorded.clear()


def _plain(value: Any) -> str:
	return str(value or "").casefold()


def _in_chunks(sql: str, values: list[Any], items: list[str]) -> Iterable[tuple[Any, ...]]:
	for chunk in bins.chunks(items):
		yield from db.execute(sql.format(", ".join("?" * len(chunk))), [*values, *chunk])


def get_price_list_rate(args: Dict, item: Any, prices: Prices | None = None) -> Dict:
	"""The price by the price list, in the document's currency. A rate for which there is none may become one."""
	out = Dict()
	if prices is None:
		prices = Prices([item.name])
	_set_price_list_currency(args)
	rate = _list_rate(args, item.name, prices)
	if rate is None:
		_record_price(args, prices)
		return out
	out.price_list_rate = flt(rate) * flt(args.plc_conversion_rate or 1) / flt(args.conversion_rate or 1)
	if not out.price_list_rate and args.doctype in PURCHASE:
		out.update(last_purchase(item.name, args.name, args.conversion_rate))
	return out


def _set_price_list_currency(args: Dict) -> None:
	company_currency = get_company_currency(args.company)
	if not args.conversion_rate and args.currency in (None, company_currency):
		args.conversion_rate = 1.0
	if not args.conversion_rate:
		label = get_meta(args.doctype).get_label("conversion_rate")
		throw(
			_("{0} is mandatory. Maybe Currency Exchange record is not created for {1} to {2}.").format(
				label, args.currency, company_currency
			)
		)
	if args.price_list and not (args.price_list_currency and args.plc_conversion_rate):
		purpose = "for_selling" if args.doctype in SALES else "for_buying"
		args.price_list_currency = get_cached_value("Price List", args.price_list, "currency")
		args.plc_conversion_rate = (
			get_exchange_rate(args.price_list_currency, company_currency, args.transaction_date, purpose) or 1
		)


def _list_rate(args: Dict, item_code: str, prices: Prices) -> float | None:
	found = prices.find(args, item_code, args.uom, args.customer, args.supplier)
	if found:
		if not args.qty or (found.packing_unit and flt(args.qty) % found.packing_unit):
			return None
	else:
		found = prices.find(args, item_code, args.uom, None, None)
		if not found and args.uom != args.stock_uom:
			found = prices.find(args, item_code, args.stock_uom, None, None)
	if not found:
		return None
	if found.uom == args.uom or cint(
		get_cached_value("Price List", args.price_list, "price_not_uom_dependent")
	):
		return flt(found.price_list_rate)  # type: ignore[no-any-return]
	return flt(found.price_list_rate) * (flt(args.conversion_factor) or 1.0)  # type: ignore[no-any-return]


def _record_price(args: Dict, prices: Prices) -> None:
	"""Make the rate that was entered the item's price, if the settings want that."""
	if not args.price_list or not args.rate:
		return
	if get_cached_value("Price List", args.price_list, "currency") != args.currency:
		return
	if not cint(db.get_single_value("Stock Settings", "auto_insert_price_list_rate_if_missing")):
		return
	from minibench.access.permissions import has_permission

	filters = {
		"item_code": args.item_code,
		"price_list": args.price_list,
		"currency": args.currency,
		"uom": args.stock_uom,
	}
	if prices.is_recorded(**filters) or not has_permission("Item Price", "write"):
		return
	rate = (flt(args.rate) + flt(args.discount_amount)) / (flt(args.conversion_factor) or 1.0)
	get_doc({"doctype": "Item Price", **filters, "price_list_rate": rate}).insert()
	prices.forget()
	msgprint(
		_("Item Price added for {0} in Price List {1}").format(args.item_code, args.price_list), alert=True
	)


def last_purchase(item_code: str, name: str | None, conversion_rate: Any = 1.0) -> Dict:
	rows = db.execute(
		"select i.conversion_factor, i.base_price_list_rate, i.base_rate, i.base_net_rate, i.discount_percentage, "
		"po.transaction_date from `tabPurchase Order` po join `tabPurchase Order Item` i on i.parent = po.name "
		"where po.docstatus = 1 and i.item_code = ? and po.name != ? "
		"order by po.transaction_date desc, po.name desc limit 1",
		(item_code, name or ""),
	)
	if not rows:
		return Dict()
	factor, list_rate, rate, net_rate, discount, day = rows[0]
	factor, conversion = flt(factor) or 1.0, flt(conversion_rate) or 1.0
	return Dict(
		base_price_list_rate=flt(list_rate) / factor,
		base_rate=flt(rate) / factor,
		base_net_rate=flt(net_rate) / factor,
		discount_percentage=flt(discount),
		purchase_date=day,
		price_list_rate=flt(list_rate) / factor / conversion,
		rate=flt(rate) / factor / conversion,
	)
