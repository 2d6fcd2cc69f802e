"""Totals and taxes of a document: from its rows' quantities and rates to the amount that is to be paid.

Nothing here reads the database: what the calculation has to know besides the document is in `Settings`.
All amounts are rounded where v15 rounds them, so that they agree with it to the last cent.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from minibench.collaboration.messages import throw
from minibench.erp.amount_due import set_amount_due
from minibench.erp.row_rates import set_rate
from minibench.erp.tax_templates import validate_inclusive, validate_row
from minibench.translate import _
from minibench.values.numbers import cint, flt

PURCHASE = ("Purchase Order", "Purchase Invoice", "Purchase Receipt", "Supplier Quotation")
_ITEM_AMOUNTS = ("price_list_rate", "rate", "net_rate", "amount", "net_amount")
_RUNNING = (
	"total",
	"tax_amount_after_discount_amount",
	"tax_amount_for_current_item",
	"grand_total_for_current_item",
	"tax_fraction_for_current_item",
	"grand_total_fraction_for_current_item",
)


@dataclass(frozen=True)
class Settings:
	company_currency: str
	round_row_wise_tax: bool = False
	rounded_total_disabled: bool = False
	round_total: Callable[[float, str, int], float] = field(
		default=lambda value, _currency, places: flt(value, places)
	)
	"""Rounds an amount to what can be paid in the currency."""
	tax_map_of: Callable[[Any], dict[str, float]] = field(default=lambda _item: {})
	"""The rates by account of a row's item tax template."""


class Totals:
	"""One calculation. `run()` sets all amounts of the document and its rows."""

	def __init__(self, doc: Any, settings: Settings) -> None:
		self.doc = doc
		self.settings = settings
		self.items: list[Any] = doc.items
		self.taxes: list[Any] = doc.taxes if doc.meta.has_field("taxes") else []
		self.discounted = False

	def run(self) -> None:
		if not self.items:
			return
		self._calculate()
		if self.doc.meta.has_field("discount_amount"):
			self._apply_discount()
		if self.doc.doctype == "Sales Invoice":
			set_amount_due(self.doc, self._in_company_currency)

	def _calculate(self) -> None:
		self._conversion_rate()
		self._item_values()
		self._item_taxes()
		self._start_taxes()
		self._exclusive_rates()
		self._net_total()
		self._tax_amounts()
		self._inclusive_difference()
		self._grand_total()
		for tax in self.taxes:
			if not tax.get("dont_recompute_tax"):
				tax.item_wise_tax_detail = json.dumps(tax.item_wise_tax_detail, separators=(",", ":"))
		self.doc.total_net_weight = sum(flt(item.total_weight) for item in self.items)

	# --- currencies ----------------------------------------------------------------------------------------------------

	def _conversion_rate(self) -> None:
		doc = self.doc
		if not doc.currency or doc.currency == self.settings.company_currency:
			doc.currency = self.settings.company_currency
			doc.conversion_rate = 1.0
		elif not doc.conversion_rate:
			throw(
				_("{0} is mandatory. Maybe Currency Exchange record is not created for {1} to {2}.").format(
					doc.meta.get_label("conversion_rate"), doc.currency, self.settings.company_currency
				)
			)
		doc.conversion_rate = flt(doc.conversion_rate)

	def _in_company_currency(self, row: Any, fields: tuple[str, ...]) -> None:
		rate = self.doc.conversion_rate
		for name in fields:
			value = flt(flt(row.get(name), row.precision(name)) * rate, row.precision(f"base_{name}"))
			row.set(f"base_{name}", value)

	# --- rows ------------------------------------------------------------------------------------------------------------

	def _item_values(self) -> None:
		if self.discounted:
			return
		doc = self.doc
		for item in self.items:
			doc.round_floats_in(item)
			set_rate(item, doc.conversion_rate)
			item.net_rate = item.rate
			places = item.precision("amount")
			if not item.qty and doc.get("is_return"):
				item.amount = flt(-1 * item.rate, places)
			elif not item.qty and doc.get("is_debit_note"):
				item.amount = flt(item.rate, places)
			else:
				item.amount = flt(item.rate * item.qty, places)
			item.net_amount = item.amount
			self._in_company_currency(item, _ITEM_AMOUNTS)

	def _item_taxes(self) -> None:
		self._maps = []
		for item in self.items:
			rates = self.settings.tax_map_of(item)
			item.item_tax_rate = json.dumps(rates)
			self._maps.append(rates)

	def _start_taxes(self) -> None:
		doc = self.doc
		keep_amount = self.discounted and doc.apply_discount_on == "Grand Total"
		for tax in self.taxes:
			if not self.discounted:
				validate_row(tax)
				validate_inclusive(tax, self.taxes)
			if not tax.get("dont_recompute_tax"):
				tax.item_wise_tax_detail = {}
			for name in _RUNNING:
				tax.set(name, 0.0)
			if tax.charge_type != "Actual" and not keep_amount:
				tax.tax_amount = 0.0
			doc.round_floats_in(tax)

	def _rate_of(self, tax: Any, rates: dict[str, float]) -> float:
		if tax.account_head in rates:
			return float(flt(rates[tax.account_head], self.doc.precision("rate", tax)))
		return float(flt(tax.rate))

	def _exclusive_rates(self) -> None:
		"""Take taxes that are part of the price out of the rows' net amounts."""
		if not any(cint(tax.get("included_in_print_rate")) for tax in self.taxes):
			return
		for item, rates in zip(self.items, self._maps, strict=True):
			fraction = fixed = 0.0
			previous: Any = None
			for tax in self.taxes:
				part, fixed_part = self._tax_fraction(tax, rates)
				tax.tax_fraction_for_current_item = part
				base = previous.grand_total_fraction_for_current_item if previous else 1
				tax.grand_total_fraction_for_current_item = base + part
				fraction += part
				fixed += fixed_part * flt(item.qty)
				previous = tax
			if not self.discounted and item.qty and (fraction or fixed):
				amount = flt(item.amount) - fixed
				item.net_amount = flt(amount / (1 + fraction), item.precision("net_amount"))
				item.net_rate = flt(item.net_amount / item.qty, item.precision("net_rate"))
				item.discount_percentage = flt(
					item.discount_percentage, item.precision("discount_percentage")
				)
				self._in_company_currency(item, ("net_rate", "net_amount"))

	def _tax_fraction(self, tax: Any, rates: dict[str, float]) -> tuple[float, float]:
		fraction = fixed = 0.0
		if cint(tax.get("included_in_print_rate")):
			rate = self._rate_of(tax, rates)
			if tax.charge_type == "On Net Total":
				fraction = rate / 100.0
			elif tax.charge_type == "On Previous Row Amount":
				fraction = (rate / 100.0) * self._referred(tax).tax_fraction_for_current_item
			elif tax.charge_type == "On Previous Row Total":
				fraction = (rate / 100.0) * self._referred(tax).grand_total_fraction_for_current_item
			elif tax.charge_type == "On Item Quantity":
				fixed = flt(rate)
		if tax.get("add_deduct_tax") == "Deduct":
			fraction, fixed = -fraction, -fixed
		return fraction, fixed

	def _referred(self, tax: Any) -> Any:
		return self.taxes[cint(tax.row_id) - 1]

	# --- totals ----------------------------------------------------------------------------------------------------------

	def _net_total(self) -> None:
		doc = self.doc
		doc.total_qty = doc.total = doc.base_total = doc.net_total = doc.base_net_total = 0.0
		for item in self.items:
			doc.total += item.amount
			doc.total_qty += item.qty
			doc.base_total += item.base_amount
			doc.net_total += item.net_amount
			doc.base_net_total += item.base_net_amount
		doc.round_floats_in(doc, ["total", "base_total", "net_total", "base_net_total"])

	def _tax_amounts(self) -> None:
		doc = self.doc
		doc.rounding_adjustment = 0
		left = {
			tax.idx: flt(tax.tax_amount, tax.precision("tax_amount"))
			for tax in self.taxes
			if tax.charge_type == "Actual"
		}
		keep_amount = self.discounted and doc.apply_discount_on == "Grand Total"
		last_item = len(self.items) - 1
		for number, (item, rates) in enumerate(zip(self.items, self._maps, strict=True)):
			for position, tax in enumerate(self.taxes):
				amount = self._tax_of_item(item, tax, rates)
				if self.settings.round_row_wise_tax:
					amount = flt(amount, tax.precision("tax_amount"))
				if tax.charge_type == "Actual":
					# What rounding has lost of a fixed amount goes to the last row.
					left[tax.idx] -= amount
					if number == last_item:
						amount += left[tax.idx]
				elif not keep_amount:
					tax.tax_amount += amount
				tax.tax_amount_for_current_item = amount
				tax.tax_amount_after_discount_amount += amount
				counted = self._counted(amount, tax)
				base = self.taxes[position - 1].grand_total_for_current_item if position else item.net_amount
				tax.grand_total_for_current_item = flt(base + counted)
				if number == last_item:
					self._finish_tax(tax, position)

	def _finish_tax(self, tax: Any, position: int) -> None:
		doc = self.doc
		places = tax.precision("tax_amount")
		tax.tax_amount = flt(tax.tax_amount, places)
		tax.tax_amount_after_discount_amount = flt(tax.tax_amount_after_discount_amount, places)
		self._in_company_currency(tax, ("tax_amount", "tax_amount_after_discount_amount"))
		counted = self._counted(tax.tax_amount_after_discount_amount, tax)
		base = self.taxes[position - 1].total if position else doc.net_total
		tax.total = flt(base + counted, tax.precision("total"))
		self._in_company_currency(tax, ("total",))
		is_last = position == len(self.taxes) - 1
		if is_last and self.discounted and doc.discount_amount and doc.apply_discount_on == "Grand Total":
			doc.rounding_adjustment = flt(
				doc.grand_total - flt(doc.discount_amount) - tax.total, doc.precision("rounding_adjustment")
			)

	def _counted(self, amount: float, tax: Any) -> float:
		"""A tax that only counts for valuation adds nothing to the total; one that is deducted counts negative."""
		category = tax.get("category")
		if not category:
			return amount
		amount = 0.0 if category == "Valuation" else amount
		if self.doc.doctype in PURCHASE and tax.add_deduct_tax == "Deduct":
			return -amount
		return amount

	def _tax_of_item(self, item: Any, tax: Any, rates: dict[str, float]) -> float:
		rate = self._rate_of(tax, rates)
		amount = 0.0
		if tax.charge_type == "Actual":
			actual = flt(tax.tax_amount, tax.precision("tax_amount"))
			amount = item.net_amount * actual / self.doc.net_total if self.doc.net_total else 0.0
		elif tax.charge_type == "On Net Total":
			amount = (rate / 100.0) * item.net_amount
		elif tax.charge_type == "On Previous Row Amount":
			amount = (rate / 100.0) * self._referred(tax).tax_amount_for_current_item
		elif tax.charge_type == "On Previous Row Total":
			amount = (rate / 100.0) * self._referred(tax).grand_total_for_current_item
		elif tax.charge_type == "On Item Quantity":
			amount = rate * item.qty
		if not tax.get("dont_recompute_tax"):
			self._note_item_tax(item, tax, rate, amount)
		return amount

	def _note_item_tax(self, item: Any, tax: Any, rate: float, amount: float) -> None:
		details = tax.item_wise_tax_detail
		key = item.item_code or item.item_name
		value = amount * self.doc.conversion_rate
		places = tax.precision("tax_amount") if self.settings.round_row_wise_tax else None
		if places is not None:
			value = flt(value, places)
		if key in details:
			value += flt(details[key][1], places) if places is not None else details[key][1]
		details[key] = [rate, flt(value, places) if places is not None else flt(value)]

	def _inclusive_difference(self) -> None:
		"""Where all taxes are part of the price, rounding must not change the sum of the prices."""
		doc = self.doc
		if not any(cint(tax.get("included_in_print_rate")) for tax in self.taxes):
			return
		last = self.taxes[-1]
		exclusive = sum(
			flt(tax.tax_amount_after_discount_amount)
			for tax in self.taxes
			if not tax.get("included_in_print_rate")
		)
		difference = doc.total + exclusive - flt(last.total, last.precision("total"))
		if self.discounted and doc.discount_amount:
			difference -= flt(doc.discount_amount)
		difference = flt(difference, doc.precision("rounding_adjustment"))
		small = abs(difference) <= 5.0 / 10 ** last.precision("tax_amount")
		doc.grand_total_diff = difference if difference and small else 0

	def _grand_total(self) -> None:
		doc = self.doc
		difference = flt(doc.get("grand_total_diff"))
		if self.taxes:
			doc.grand_total = flt(self.taxes[-1].total) + difference
			doc.total_taxes_and_charges = flt(
				doc.grand_total - doc.net_total - difference, doc.precision("total_taxes_and_charges")
			)
		else:
			doc.grand_total = flt(doc.net_total)
			doc.total_taxes_and_charges = 0.0
		self._in_company_currency(doc, ("total_taxes_and_charges", "rounding_adjustment"))
		if doc.doctype in PURCHASE:
			taxed = self._added_and_deducted()
			places = None
		else:
			taxed = bool(doc.total_taxes_and_charges)
			places = doc.precision("base_grand_total")
		if taxed:
			product = doc.grand_total * doc.conversion_rate
			doc.base_grand_total = flt(product, places) if places is not None else flt(product)
		else:
			doc.base_grand_total = doc.base_net_total
		doc.round_floats_in(doc, ["grand_total", "base_grand_total"])
		self._rounded_total()

	def _added_and_deducted(self) -> bool:
		doc = self.doc
		doc.taxes_and_charges_added = doc.taxes_and_charges_deducted = 0.0
		for tax in self.taxes:
			if tax.category in ("Valuation and Total", "Total"):
				if tax.add_deduct_tax == "Add":
					doc.taxes_and_charges_added += flt(tax.tax_amount_after_discount_amount)
				else:
					doc.taxes_and_charges_deducted += flt(tax.tax_amount_after_discount_amount)
		doc.round_floats_in(doc, ["taxes_and_charges_added", "taxes_and_charges_deducted"])
		self._in_company_currency(doc, ("taxes_and_charges_added", "taxes_and_charges_deducted"))
		return bool(doc.taxes_and_charges_added or doc.taxes_and_charges_deducted)

	def _rounded_total(self) -> None:
		doc = self.doc
		if not doc.meta.has_field("rounded_total"):
			return
		if self.settings.rounded_total_disabled:
			doc.rounded_total = doc.base_rounded_total = 0
			return
		doc.rounded_total = self.settings.round_total(
			doc.grand_total, doc.currency, doc.precision("rounded_total")
		)
		doc.rounding_adjustment = flt(
			doc.rounded_total - doc.grand_total, doc.precision("rounding_adjustment")
		)
		self._in_company_currency(doc, ("rounding_adjustment", "rounded_total"))

	# --- discount on the whole ---------------------------------------------------------------------------------------------

	def _apply_discount(self) -> None:
		doc = self.doc
		if doc.additional_discount_percentage:
			base = doc.net_total if doc.apply_discount_on == "Net Total" else doc.grand_total
			doc.discount_amount = flt(
				flt(base) * doc.additional_discount_percentage / 100, doc.precision("discount_amount")
			)
		if not doc.discount_amount:
			doc.base_discount_amount = 0
			return
		if not doc.apply_discount_on:
			throw(_("Please select Apply Discount On"))
		doc.base_discount_amount = flt(
			doc.discount_amount * doc.conversion_rate, doc.precision("base_discount_amount")
		)
		total = self._discountable()
		if not total:
			return
		all_on_net = doc.apply_discount_on == "Net Total" or not self.taxes or total == doc.net_total
		net_total = 0.0
		for number, item in enumerate(self.items):
			share = flt(doc.discount_amount) * item.net_amount / total
			item.net_amount = flt(item.net_amount - share, item.precision("net_amount"))
			net_total += item.net_amount
			if all_on_net and number == len(self.items) - 1:
				lost = flt(doc.net_total - net_total - doc.discount_amount, doc.precision("net_total"))
				item.net_amount = flt(item.net_amount + lost, item.precision("net_amount"))
			item.net_rate = flt(item.net_amount / item.qty, item.precision("net_rate")) if item.qty else 0
			self._in_company_currency(item, ("net_rate", "net_amount"))
		self.discounted = True
		self._calculate()

	def _discountable(self) -> float:
		"""What a discount is spread over: on the grand total, fixed charges and taxes on them are left out."""
		doc = self.doc
		if doc.apply_discount_on == "Net Total":
			return float(doc.net_total)
		fixed: dict[int, float] = {}
		for tax in self.taxes:
			if tax.charge_type in ("Actual", "On Item Quantity"):
				fixed.setdefault(tax.idx, self._counted(tax.tax_amount, tax))
			elif tax.row_id in fixed:
				fixed.setdefault(tax.idx, flt(fixed[tax.row_id]) * flt(tax.rate) / 100)
		return float(flt(doc.grand_total - sum(fixed.values()), doc.precision("grand_total")))
