"""Stock Entry: stock received, issued or moved between warehouses without a customer or supplier."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import db
from minibench.erp import gl, item_details, stock_ledger, stock_rates, stock_vouchers, unsupported
from minibench.erp.companies import get_company_currency, is_perpetual_inventory_enabled
from minibench.erp.voucher import Voucher
from minibench.errors import NotInMinibench, ValidationError
from minibench.model.caches import get_cached_doc, get_cached_value
from minibench.translate import _
from minibench.values.dates import getdate, nowdate
from minibench.values.numbers import flt
from minibench.values.text import bold, cstr
from minibench.web.whitelist import whitelist

PURPOSES = ("Material Issue", "Material Receipt", "Material Transfer")
_SOURCE = ("Material Issue", "Material Transfer")
_TARGET = ("Material Receipt", "Material Transfer")
_IF_EMPTY = ("uom", "description", "expense_account", "cost_center", "conversion_factor")


class OpeningEntryAccountError(ValidationError):
	"""An opening entry books on accounts of the balance sheet."""


class StockEntry(Voucher):
	purpose: Any
	stock_entry_type: Any

	@property
	def company_currency(self) -> Any:
		return get_company_currency(self.company)

	def validate(self) -> None:
		unsupported.refuse(self)
		self.validate_posting_time()
		if self.stock_entry_type and not self.purpose:
			self.purpose = get_cached_value("Stock Entry Type", self.stock_entry_type, "purpose")
		if self.purpose not in PURPOSES:
			raise NotInMinibench(f"Stock Entry.purpose {self.purpose}")
		self._fill_rows()
		self.set_transfer_qty()
		self.validate_uom_is_integer("uom", "qty")
		self.validate_uom_is_integer("stock_uom", "transfer_qty")
		self._check_warehouses()
		self._check_accounts()
		self.calculate_rate_and_amount()
		self.reset_default_field_value("from_warehouse", "items", "s_warehouse")
		self.reset_default_field_value("to_warehouse", "items", "t_warehouse")

	# --- rows ----------------------------------------------------------------------------------------------------------------

	def _fill_rows(self) -> None:
		for row in self.items:
			if flt(row.qty) < 0:
				throw(
					_("Row {0}: The item {1}, quantity must be positive number").format(
						row.idx, bold(row.item_code)
					)
				)
			item = get_cached_doc("Item", row.item_code)
			if not item.is_stock_item:
				throw(_("{0} is not a stock Item").format(row.item_code))
			if item.disabled or (item.end_of_life and getdate(item.end_of_life) <= getdate(nowdate())):
				throw(_("Item {0} is not active or end of life has been reached").format(row.item_code))
			details = self._details(item, row.uom)
			row.stock_uom, row.item_name = item.stock_uom, item.item_name
			for fieldname in _IF_EMPTY:
				if not row.get(fieldname):
					row.set(fieldname, details[fieldname])
			if row.uom == item.stock_uom:
				row.conversion_factor = 1

	def _details(self, item: Any, uom: str | None) -> dict[str, Any]:
		own, group, brand = item_details.item_defaults(item, self.company)
		expense = own.get("expense_account") or group.get("expense_account")
		cost_center = (
			own.get("buying_cost_center")
			or group.get("buying_cost_center")
			or brand.get("buying_cost_center")
		)
		company = get_cached_doc("Company", self.company)
		return {
			"uom": item.stock_uom,
			"description": item.description,
			"expense_account": expense or company.stock_adjustment_account,
			"cost_center": cost_center or company.cost_center,
			"conversion_factor": item_details.conversion_factor(item, uom or item.stock_uom),
		}

	def set_transfer_qty(self) -> None:
		for row in self.items:
			if not flt(row.qty):
				throw(_("Row {0}: Qty is mandatory").format(row.idx), title=_("Zero quantity"))
			if not flt(row.conversion_factor):
				throw(_("Row {0}: UOM Conversion Factor is mandatory").format(row.idx))
			row.transfer_qty = flt(
				flt(row.qty) * flt(row.conversion_factor), self.precision("transfer_qty", row)
			)
			if not row.transfer_qty:
				throw(
					_("Row {0}: Qty in Stock UOM can not be zero.").format(row.idx), title=_("Zero quantity")
				)

	def _check_warehouses(self) -> None:
		needs_source, needs_target = self.purpose in _SOURCE, self.purpose in _TARGET
		if not needs_target:
			self.to_warehouse = None
		if not needs_source:
			self.from_warehouse = None
		for row in self.items:
			if not needs_target:
				row.t_warehouse = None
			if not needs_source:
				row.s_warehouse = None
			if not row.s_warehouse and not row.t_warehouse:
				row.s_warehouse, row.t_warehouse = self.from_warehouse, self.to_warehouse
			if needs_source and not row.s_warehouse:
				row.s_warehouse = self.from_warehouse
				if not row.s_warehouse:
					throw(_("Source warehouse is mandatory for row {0}").format(row.idx))
			if needs_target and not row.t_warehouse:
				row.t_warehouse = self.to_warehouse
				if not row.t_warehouse:
					throw(_("Target warehouse is mandatory for row {0}").format(row.idx))
			if cstr(row.s_warehouse) == cstr(row.t_warehouse) and self.purpose != "Material Transfer":
				throw(_("Source and target warehouse cannot be same for row {0}").format(row.idx))

	def _check_accounts(self) -> None:
		if not is_perpetual_inventory_enabled(self.company):
			return
		for row in self.items:
			if not row.expense_account:
				throw(
					_(
						"Please enter <b>Difference Account</b> or set default <b>Stock Adjustment Account</b> for company {0}"
					).format(bold(self.company))
				)
			report = get_cached_value("Account", row.expense_account, "report_type")
			if self.is_opening == "Yes" and report == "Profit and Loss":
				throw(
					_(
						"Difference Account must be a Asset/Liability type account, since this Stock Entry is an Opening Entry"
					),
					OpeningEntryAccountError,
				)

	# --- rates -----------------------------------------------------------------------------------------------------------------

	@whitelist()
	def get_stock_and_rate(self) -> None:
		"""Bring quantities and rates of the rows up to date."""
		self.set_transfer_qty()
		self.calculate_rate_and_amount()

	def calculate_rate_and_amount(
		self, reset_outgoing_rate: bool = True, raise_error_if_no_rate: bool = True
	) -> None:
		for row in self.items:
			if row.s_warehouse:
				if reset_outgoing_rate:
					rate = self._outgoing_rate(row, raise_error_if_no_rate)
					if rate >= 0:
						row.basic_rate = rate
			elif not row.get("set_basic_rate_manually"):
				self._set_incoming_rate(row, raise_error_if_no_rate)
			row.basic_amount = flt(flt(row.transfer_qty) * flt(row.basic_rate), row.precision("basic_amount"))
			row.additional_cost = 0
			if row.transfer_qty:
				row.amount = flt(row.basic_amount, row.precision("amount"))
				row.valuation_rate = flt(row.basic_rate)
		self.total_incoming_value = sum(flt(row.amount) for row in self.items if row.t_warehouse)
		self.total_outgoing_value = sum(flt(row.amount) for row in self.items if row.s_warehouse)
		self.value_difference = self.total_incoming_value - self.total_outgoing_value
		self.total_amount = sum(flt(row.amount) for row in self.items)

	def _outgoing_rate(self, row: Any, raise_if_none: bool) -> float:
		return stock_rates.incoming_rate(
			row.item_code,
			row.s_warehouse,
			stock_rates.moment_of(self.posting_date, self.posting_time),
			-flt(row.transfer_qty),
			self.company,
			self.doctype,
			self.name,
			allow_zero=bool(row.allow_zero_valuation_rate),
			raise_if_none=raise_if_none,
		)

	def _set_incoming_rate(self, row: Any, raise_if_none: bool) -> None:
		if row.allow_zero_valuation_rate:
			row.basic_rate = 0.0
		elif not row.basic_rate:
			row.basic_rate = stock_rates.fallback_rate(
				row.item_code,
				row.t_warehouse,
				self.company,
				self.doctype,
				self.name,
				raise_if_none=raise_if_none and not self.is_new(),
			)
		row.basic_rate = flt(row.basic_rate)

	# --- submitting and cancelling -----------------------------------------------------------------------------------------------

	def on_submit(self) -> None:
		self.update_stock_ledger()
		self.make_gl_entries()

	def on_cancel(self) -> None:
		self.update_stock_ledger()
		self.ignore_linked_doctypes = ("GL Entry", "Stock Ledger Entry")
		if gl.has_entries(self.doctype, self.name):
			self.make_gl_entries()

	def update_stock_ledger(self) -> None:
		outgoing = [
			stock_vouchers.movement(
				self,
				row,
				warehouse=row.s_warehouse,
				actual_qty=-flt(row.transfer_qty),
				incoming_rate=0,
			)
			for row in self.items
			if row.s_warehouse
		]
		incoming = [
			stock_vouchers.movement(
				self,
				row,
				warehouse=row.t_warehouse,
				actual_qty=flt(row.transfer_qty),
				incoming_rate=flt(row.valuation_rate),
				recalculate_rate=1 if row.s_warehouse else 0,
			)
			for row in self.items
			if row.t_warehouse
		]
		movements = outgoing + incoming
		if self.docstatus == 2:
			movements.reverse()
		stock_ledger.post(movements)

	def make_gl_entries(self, gl_entries: Any = None, reposting: bool = False) -> None:
		stock_vouchers.post_entries(self, reposting)

	def set_stock_entry_type(self) -> None:
		if self.purpose:
			self.stock_entry_type = db.get_value("Stock Entry Type", {"purpose": self.purpose}, "name")
