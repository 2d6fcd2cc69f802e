"""What a row of a document takes over from its item: names, units, accounts, warehouse, price, tax template."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import Dict, db
from minibench.erp import bins, item_prices, tax_templates
from minibench.erp.item_prices import PURCHASE, SALES
from minibench.errors import NotInMinibench
from minibench.model.caches import get_cached_doc, get_cached_value
from minibench.translate import _
from minibench.values.dateformats import formatdate
from minibench.values.dates import add_days, getdate, now_datetime
from minibench.values.jsonio import parse_json
from minibench.values.numbers import cint, flt
from minibench.values.text import cstr
from minibench.web.whitelist import whitelist


@whitelist()
def get_item_details(
	args: Any, doc: Any = None, for_validate: bool = False, overwrite_warehouse: bool = True
) -> Dict:
	"""What a row takes over from its item; `args` are the values of the document with those of the row over them."""
	args = Dict(parse_json(args))
	return row_details(
		args, parse_json(doc), Lookups([args.item_code] if args.item_code else []), overwrite_warehouse
	)


class Lookups:
	"""What the rows of one document ask of the database, read for all their items at once."""

	def __init__(self, items: Iterable[str]) -> None:
		self.today = now_datetime().date()
		self.prices = item_prices.Prices(items)
		self.bins = bins.Bins(self.prices.items)


def row_details(args: Dict, doc: Any, lookups: Lookups, overwrite_warehouse: bool = True) -> Dict:
	"""get_item_details() of one row among several. `args` belong to it, and change."""
	if not args.price_list:
		args.price_list = args.selling_price_list or args.buying_price_list
	if not args.item_code:
		throw(_("Please specify Item Code"))
	item = get_cached_doc("Item", args.item_code)
	_check(args, item, lookups.today)
	if doc:
		args.transaction_date = doc.get("transaction_date") or doc.get("posting_date")
	buying = args.doctype in PURCHASE
	out = _basics(args, item, overwrite_warehouse)
	_set_tax_template(args, item, out)
	template = args.item_tax_template if out.item_tax_template is None else out.item_tax_template
	out.item_tax_rate = tax_templates.get_item_tax_map(args.company, template)
	_set_party_code(args, item, out, buying)
	if args.doctype in ("Sales Order", "Quotation"):
		out.valuation_rate = _valuation_rate(item, out.warehouse, lookups.bins)
	customer = args.customer
	if buying:
		args.customer = None
	out.update(item_prices.get_price_list_rate(args, item, lookups.prices))
	args.customer = customer
	if item.is_stock_item and out.warehouse:
		out.update(lookups.bins.details(item.name, out.warehouse))
	if args.transaction_date and item.lead_time_days:
		out.schedule_date = out.lead_time_date = add_days(args.transaction_date, item.lead_time_days)
	if out.valuation_rate:
		out.gross_profit = (flt(out.base_rate) - out.valuation_rate) * out.stock_qty
	return out


def _check(args: Dict, item: Any, today: datetime.date) -> None:
	if not args.company:
		throw(_("Please specify Company"))
	if item.end_of_life and getdate(item.end_of_life) <= today:
		throw(
			_("Item {0} has reached its end of life on {1}").format(item.name, formatdate(item.end_of_life))
		)
	if item.disabled:
		throw(_("Item {0} is disabled").format(item.name))
	if args.is_subcontracted:
		raise NotInMinibench("is_subcontracted")


def defaults_of(doc: Any, table: str, company: str) -> Any:
	"""The row of defaults that an item or an item group has for a company."""
	return next((row for row in doc.get(table) or () if row.company == company), Dict())


def item_defaults(item: Any, company: str) -> tuple[Any, Any, Any]:
	"""The defaults of an item, of its group and of its brand; the first that has a value counts."""
	group = get_cached_doc("Item Group", item.item_group) if item.item_group else Dict()
	brand = get_cached_doc("Brand", item.brand) if item.brand else Dict()
	return (
		defaults_of(item, "item_defaults", company),
		defaults_of(group, "item_group_defaults", company),
		defaults_of(brand, "brand_defaults", company),
	)


def _first(defaults: tuple[Any, Any, Any], fieldname: str) -> Any:
	return next((value for row in defaults if (value := row.get(fieldname))), None)


def _basics(args: Dict, item: Any, overwrite_warehouse: bool) -> Dict:
	defaults = item_defaults(item, args.company)
	if not args.uom:
		own = (
			item.sales_uom
			if args.doctype in SALES
			else item.purchase_uom
			if args.doctype in PURCHASE
			else None
		)
		args.uom = own or item.stock_uom
	args.stock_uom = item.stock_uom
	out = Dict(
		item_code=item.name,
		item_name=item.item_name,
		item_group=item.item_group,
		brand=item.brand,
		description=cstr(item.description).strip(),
		image=cstr(item.image).strip(),
		warehouse=_warehouse(args, defaults, overwrite_warehouse),
		income_account=_first(defaults, "income_account") or args.income_account,
		expense_account=_first(defaults, "expense_account") or args.expense_account,
		cost_center=_cost_center(args, defaults),
		uom=args.uom,
		stock_uom=item.stock_uom,
		qty=flt(args.qty) or 1.0,
		price_list_rate=0.0,
		base_price_list_rate=0.0,
		rate=0.0,
		base_rate=0.0,
		amount=0.0,
		base_amount=0.0,
		net_rate=0.0,
		net_amount=0.0,
		discount_percentage=0.0,
		discount_amount=flt(args.discount_amount) or 0.0,
		is_fixed_asset=0,
		delivered_by_supplier=item.delivered_by_supplier
		if args.doctype in ("Sales Order", "Sales Invoice")
		else 0,
		last_purchase_rate=flt(item.last_purchase_rate) if args.doctype == "Purchase Order" else 0,
		transaction_date=args.transaction_date,
		weight_per_unit=args.weight_per_unit or item.weight_per_unit,
		weight_uom=args.weight_uom or item.weight_uom,
	)
	if supplier := _first(defaults, "default_supplier"):
		out.supplier = supplier
	if item.stock_uom == args.uom:
		out.conversion_factor = 1.0
	else:
		out.conversion_factor = args.conversion_factor or conversion_factor(item, args.uom)
	args.conversion_factor = out.conversion_factor
	args.stock_qty = out.stock_qty = out.qty * out.conversion_factor
	company = get_cached_doc("Company", args.company)
	out.income_account = out.income_account or company.default_income_account
	out.expense_account = out.expense_account or company.default_expense_account
	out.cost_center = out.cost_center or company.cost_center
	if out.weight_per_unit:
		out.total_weight = out.weight_per_unit * out.stock_qty
	return out


def _warehouse(args: Dict, defaults: tuple[Any, Any, Any], overwrite: bool) -> Any:
	if not overwrite and args.warehouse:
		return args.warehouse
	warehouse = args.set_warehouse or _first(defaults, "default_warehouse") or args.warehouse
	if warehouse:
		return warehouse
	warehouse = db.get_single_value("Stock Settings", "default_warehouse")
	if warehouse and get_cached_value("Warehouse", warehouse, "company") == args.company:
		return warehouse
	return None


def _cost_center(args: Dict, defaults: tuple[Any, Any, Any]) -> Any:
	side = "selling_cost_center" if args.customer else "buying_cost_center"
	cost_center = _first(defaults, side) or args.cost_center
	if cost_center and get_cached_value("Cost Center", cost_center, "company") != args.company:
		return None
	return cost_center


def conversion_factor(item: Any, uom: str) -> float:
	"""How many stock units a unit is; 1 where the item does not say."""
	return next((flt(row.conversion_factor) for row in item.uoms if row.uom == uom), 0.0) or 1.0


@whitelist()
def get_conversion_factor(item_code: str, uom: str) -> dict[str, float]:
	return {"conversion_factor": conversion_factor(get_cached_doc("Item", item_code), uom)}


@whitelist()
def get_bin_details(
	item_code: str, warehouse: str | None, company: str | None = None, include_child_warehouses: bool = False
) -> Dict:
	return bins.details(item_code, warehouse, with_children=bool(cint(include_child_warehouses)))


def _valuation_rate(item: Any, warehouse: str | None, known: bins.Bins) -> float:
	if not item.is_stock_item or not warehouse or get_cached_value("Warehouse", warehouse, "is_group"):
		return 0.0
	return float(known.quantities(item.name, warehouse).valuation_rate or 0.0)


def _set_party_code(args: Dict, item: Any, out: Dict, buying: bool) -> None:
	if buying:
		if args.supplier:
			out.supplier_part_no = next(
				(row.supplier_part_no for row in item.supplier_items if row.supplier == args.supplier), None
			)
	elif args.customer:
		group = get_cached_value("Customer", args.customer, "customer_group")
		rows = item.customer_items
		out.customer_item_code = next(
			(row.ref_code for row in rows if row.customer_name == args.customer),
			next(
				(row.ref_code for row in rows if not row.customer_name and row.customer_group == group), None
			),
		)


def _set_tax_template(args: Dict, item: Any, out: Dict) -> None:
	"""The item's tax template, else that of its group or of one above it; one that is valid already stays."""
	groups = [item.taxes]
	group = item.item_group
	while group:
		doc = get_cached_doc("Item Group", group)
		groups.append(doc.taxes)
		group = doc.parent_item_group
	for rows in groups:
		if not rows:
			continue
		valid = tax_templates.valid_templates(rows, args)
		if args.item_tax_template and args.item_tax_template in valid:
			out.item_tax_template = args.item_tax_template
			return
		if valid:
			out.item_tax_template = valid[0]
			return
