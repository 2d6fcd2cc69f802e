"""Item: a thing or a service that is bought, kept or sold."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import db
from minibench.erp.companies import get_default_currency, single_default_price_list
from minibench.errors import NotInMinibench
from minibench.model.document import Document, get_doc
from minibench.model.naming import set_name_by_naming_series
from minibench.translate import _
from minibench.values.numbers import flt
from minibench.values.text import bold, cstr, strip_html

UNSUPPORTED = (
	"has_variants",
	"variant_of",
	"has_batch_no",
	"has_serial_no",
	"is_fixed_asset",
	"opening_stock",
	"is_customer_provided_item",
	"enable_deferred_revenue",
)
# What must not change once there is stock of the item.
_FIXED_BY_STOCK = ("is_stock_item", "valuation_method", "stock_uom")


class Item(Document):
	description: Any
	item_name: Any

	def autoname(self) -> None:
		if db.get_default("item_naming_by") == "Naming Series":
			set_name_by_naming_series(self)
			self.item_code = self.name
		self.item_code = cstr(self.item_code).strip()
		self.name = self.item_code

	def validate(self) -> None:
		for fieldname in UNSUPPORTED:
			if self.get(fieldname):
				raise NotInMinibench(f"Item.{fieldname}")
		if self.valuation_method == "LIFO":
			raise NotInMinibench("Item.valuation_method LIFO")
		self.item_name = self.item_name or self.item_code
		if not strip_html(cstr(self.description)).strip():
			self.description = self.item_name
		if not self.stock_uom:
			throw(_("Please enter default Unit of Measure"))
		self._set_units()
		self._check_taxes()
		self._take_defaults_of_group()
		self._check_defaults()
		self._refuse_changes_under_stock()

	def _set_units(self) -> None:
		if not self.is_new() and self.has_value_changed("stock_uom"):
			self.set("uoms", [])
		if self.stock_uom not in [row.uom for row in self.uoms]:
			self.append("uoms", {"uom": self.stock_uom, "conversion_factor": 1})
		seen = set()
		for row in self.uoms:
			if row.uom in seen:
				throw(
					_(
						"Unit of Measure {0} has been entered more than once in Conversion Factor Table"
					).format(row.uom)
				)
			seen.add(row.uom)
			if row.uom == self.stock_uom and flt(row.conversion_factor) != 1:
				throw(_("Conversion factor for default Unit of Measure must be 1 in row {0}").format(row.idx))

	def _check_taxes(self) -> None:
		seen = set()
		for row in self.taxes:
			if not row.item_tax_template:
				continue
			key = (row.item_tax_template, row.tax_category, row.valid_from)
			if key in seen:
				throw(_("{0} entered twice {1} in Item Taxes").format(bold(row.item_tax_template), ""))
			seen.add(key)
			if flt(row.maximum_net_rate) < flt(row.minimum_net_rate):
				throw(
					_("Taxes row #{0}: {1} cannot be smaller than {2}").format(
						row.idx, bold(_("Maximum Net Rate")), bold(_("Minimum Net Rate"))
					)
				)

	def _take_defaults_of_group(self) -> None:
		"""A new item starts with the defaults of its group."""
		if not self.is_new() or self.item_defaults or not self.item_group:
			return
		group = get_doc("Item Group", self.item_group)
		for row in group.get("item_group_defaults") or []:
			self.append(
				"item_defaults",
				{
					key: row.get(key)
					for key in (
						"company",
						"default_warehouse",
						"default_price_list",
						"buying_cost_center",
						"default_supplier",
						"expense_account",
						"selling_cost_center",
						"income_account",
					)
				},
			)

	def _check_defaults(self) -> None:
		companies = [row.company for row in self.item_defaults]
		if len(companies) != len(set(companies)):
			throw(_("Cannot set multiple Item Defaults for a company."))
		for doctype, fieldname in (
			("Warehouse", "default_warehouse"),
			("Cost Center", "buying_cost_center"),
			("Cost Center", "selling_cost_center"),
			("Account", "expense_account"),
			("Account", "income_account"),
		):
			for row in self.item_defaults:
				value = row.get(fieldname)
				if value and db.get_value(doctype, value, "company", cache=True) != row.company:
					throw(
						_("Row #{0}: {1} {2} doesn't belong to Company {3}. Please select valid {4}.").format(
							row.idx, doctype, bold(value), bold(row.company), doctype
						)
					)

	def _refuse_changes_under_stock(self) -> None:
		previous = self.get_doc_before_save()
		if not previous:
			return
		changed = [field for field in _FIXED_BY_STOCK if cstr(previous.get(field)) != cstr(self.get(field))]
		if not changed:
			return
		for doctype, filters in (
			("Stock Ledger Entry", {"item_code": self.name, "is_cancelled": 0}),
			("Sales Order Item", {"item_code": self.name, "docstatus": 1}),
			("Delivery Note Item", {"item_code": self.name, "docstatus": 1}),
			("Sales Invoice Item", {"item_code": self.name, "docstatus": 1}),
			("Purchase Order Item", {"item_code": self.name, "docstatus": 1}),
		):
			if changed == ["valuation_method"] and doctype != "Stock Ledger Entry":
				continue
			if db.exists(doctype, filters):
				throw(
					_(
						"As there are existing submitted transactions against item {0}, you can not change the value of {1}."
					).format(
						bold(self.name), ", ".join(bold(self.meta.get_label(field)) for field in changed)
					)
				)

	def after_insert(self) -> None:
		if flt(self.standard_rate):
			price_lists = [row.default_price_list for row in self.item_defaults] or [None]
			for price_list in price_lists:
				self._add_price(price_list or single_default_price_list("selling"))

	def _add_price(self, price_list: str | None) -> None:
		if not price_list:
			return
		get_doc(
			{
				"doctype": "Item Price",
				"price_list": price_list,
				"item_code": self.name,
				"uom": self.stock_uom,
				"brand": self.brand,
				"currency": get_default_currency(),
				"price_list_rate": self.standard_rate,
			}
		).insert()

	def on_update(self) -> None:
		if not self.is_new() and self.get_doc_before_save():
			db.set_value(
				"Item Price",
				{"item_code": self.name},
				{"item_name": self.item_name, "item_description": self.description, "brand": self.brand},
				update_modified=False,
			)

	def on_trash(self) -> None:
		db.delete("Bin", {"item_code": self.name})
		db.delete("Item Price", {"item_code": self.name})
