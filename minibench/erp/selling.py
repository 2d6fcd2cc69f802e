"""What Sales Order, Delivery Note and Sales Invoice share beyond all transactions."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import Dict, db
from minibench.data.query import get_all
from minibench.erp import addresses, bins, returns, stock_ledger, stock_rates, stock_vouchers
from minibench.erp.transaction import Transaction
from minibench.errors import InvalidStatusError
from minibench.model.caches import get_cached_value
from minibench.model.document import get_doc
from minibench.translate import _
from minibench.values.dates import nowtime
from minibench.values.numbers import cint, flt
from minibench.values.text import bold

_ADDRESSES = {
	"customer_address": "address_display",
	"shipping_address_name": "shipping_address",
	"company_address": "company_address_display",
}
# DocType -> the rows' fields that name the Sales Order and what else has the customer's order number
_ORDER_FIELD = {"Delivery Note": "against_sales_order", "Sales Invoice": "sales_order"}
_ORDER_NUMBERS = {
	"Sales Invoice": (("Sales Order", "sales_order"), ("Delivery Note", "delivery_note")),
	"Delivery Note": (("Sales Order", "against_sales_order"), ("Sales Invoice", "against_sales_invoice")),
}


class SellingTransaction(Transaction):
	po_no: Any

	def validate(self) -> None:
		super().validate()
		self._check_sales_items()
		if not (self.get("is_debit_note") or self.get("is_return")):
			self._check_discounts()
		self._check_selling_price()
		for row in self.items:
			if not row.conversion_factor:
				throw(_("Row {0}: Conversion Factor is mandatory").format(row.idx))
			row.stock_qty = flt(row.qty) * flt(row.conversion_factor)
		self.set_po_nos(for_validate=True)
		for fieldname, display in _ADDRESSES.items():
			if self.get(fieldname):
				self.set(display, addresses.render_address(self.get(fieldname)))
		self._refuse_duplicates()

	# --- checks ---------------------------------------------------------------------------------------------------------------

	def _check_sales_items(self) -> None:
		wrong = [
			row.item_code
			for row in self.items
			if row.item_code and not cint(get_cached_value("Item", row.item_code, "is_sales_item"))
		]
		if wrong:
			throw(
				_(
					"Following item {0} is not marked as {1} item. You can enable them as {1} item from its Item master"
				).format(", ".join(bold(code) for code in wrong), "sales")
			)

	def _check_discounts(self) -> None:
		if not self.meta.has_field("items"):
			return
		for row in self.items:
			limit = flt(get_cached_value("Item", row.item_code, "max_discount")) if row.item_code else 0
			if limit and flt(row.discount_percentage) > limit:
				throw(_("Maximum discount for Item {0} is {1}%").format(row.item_code, limit))

	def _check_selling_price(self) -> None:
		if self.get("is_return") or not cint(
			db.get_single_value("Selling Settings", "validate_selling_price")
		):
			return
		for row in self.items:
			if not row.item_code or row.get("is_free_item"):
				continue
			factor = flt(row.conversion_factor) or 1
			purchase = flt(get_cached_value("Item", row.item_code, "last_purchase_rate")) * factor
			if flt(row.base_net_rate) < purchase:
				_refuse_price(row, purchase, "last purchase rate")
			if not stock_vouchers.is_stock_item(row.item_code) or not row.get("warehouse"):
				continue
			rate = flt(bins.quantities(row.item_code, row.warehouse).valuation_rate) * factor
			if rate > 0 and flt(row.base_net_rate) < rate:
				_refuse_price(row, rate, "valuation rate (Moving Average)")

	def _refuse_duplicates(self) -> None:
		if cint(db.get_single_value("Selling Settings", "allow_multiple_items")):
			return
		order_field = _ORDER_FIELD.get(self.doctype)
		seen = set()
		for row in self.items:
			stock = stock_vouchers.is_stock_item(row.item_code)
			key = (
				row.item_code,
				row.description,
				row.warehouse if stock else None,
				row.get(order_field) if order_field else None,
			)
			if key in seen:
				throw(
					_("Item {0} entered multiple times.").format(bold(row.item_code))
					+ "<br><br>"
					+ _("Please enable {} in {} to allow same item in multiple rows").format(
						bold(_("Allow Item to Be Added Multiple Times in a Transaction")), "Selling Settings"
					)
				)
			seen.add(key)

	def check_rates_as_in(self, *references: tuple[str, str, str]) -> None:
		"""Where the settings want that, rates must be those of the document before."""
		if not cint(db.get_single_value("Selling Settings", "maintain_same_sales_rate")) or self.get(
			"is_return"
		):
			return
		from minibench.access.users import get_roles

		action = db.get_single_value("Selling Settings", "maintain_same_rate_action")
		role = db.get_single_value("Selling Settings", "role_to_override_stop_action")
		problems = []
		for doctype, name_field, row_field in references:
			names = [row.get(row_field) for row in self.items if row.get(row_field)]
			rates = (
				dict(
					get_all(
						f"{doctype} Item",
						filters={"name": ("in", names)},
						fields=["name", "rate"],
						as_list=True,
					)
				)
				if names
				else {}
			)
			for row in self.items:
				rate = rates.get(row.get(row_field))
				if rate is not None and abs(flt(row.rate - rate, row.precision("rate"))) >= 0.01:
					problems.append(
						_("Row #{0}: Rate must be same as {1}: {2} ({3} / {4})").format(
							row.idx, doctype, row.get(name_field), row.rate, rate
						)
					)
		if problems and action == "Stop" and role not in get_roles():
			throw(problems, as_list=True)

	def check_sales_order_on_hold_or_close(self, ref_fieldname: str) -> None:
		for name in dict.fromkeys(row.get(ref_fieldname) for row in self.items):
			if name and not self.is_return:
				status = db.get_value("Sales Order", name, "status")
				if status in ("Closed", "On Hold"):
					throw(_("Sales Order {0} is {1}").format(name, status))

	# --- taken over --------------------------------------------------------------------------------------------------------------

	def set_po_nos(self, for_validate: bool = False) -> None:
		"""The customer's own order numbers, from the documents before."""
		sources = _ORDER_NUMBERS.get(self.doctype)
		if not sources or (for_validate and self.po_no):
			return
		numbers = [self.po_no] if self.po_no else []
		for doctype, fieldname in sources:
			names = list({row.get(fieldname) for row in self.items if row.get(fieldname)})
			if names:
				numbers += [
					no for no in get_all(doctype, filters={"name": ("in", names)}, pluck="po_no") if no
				]
		self.po_no = ", ".join(dict.fromkeys(part.strip() for part in ",".join(numbers).split(",")))

	def set_incoming_rate(self) -> None:
		"""What the goods cost that go out or come back."""
		if self.doctype not in ("Delivery Note", "Sales Invoice"):
			return
		is_return = cint(self.get("is_return"))
		for row in self.items:
			if not stock_vouchers.is_stock_item(row.item_code):
				continue
			average = stock_rates.valuation_method(row.item_code) == "Moving Average"
			if self.get("return_against") and not (average and is_return):
				row.incoming_rate = returns.rate_for_return(
					self.doctype, self.name, row.item_code, row.name, self.return_against, row
				)
				continue
			if row.incoming_rate and not (average and is_return):
				continue
			qty = flt(row.get("stock_qty") or row.get("qty"))
			moment = stock_rates.moment_of(
				self.get("posting_date") or self.get("transaction_date"),
				self.get("posting_time") or nowtime(),
			)
			row.incoming_rate = stock_rates.incoming_rate(
				row.item_code,
				row.warehouse,
				moment,
				qty if is_return else -qty,
				self.company,
				self.doctype,
				self.name,
				raise_if_none=False,
			)
			if not row.incoming_rate and self.get("return_against"):
				row.incoming_rate = returns.rate_for_return(
					self.doctype, self.name, row.item_code, row.name, self.return_against, row
				)

	def update_current_stock(self) -> None:
		if self.get("_action") == "update_after_submit":
			return
		known = bins.Bins(row.item_code for row in self.items if row.item_code)
		for row in self.items:
			row.actual_qty = (
				known.quantities(row.item_code, row.warehouse).actual_qty
				if row.item_code and row.warehouse
				else 0
			)

	# --- stock -------------------------------------------------------------------------------------------------------------------

	def update_stock_ledger(self) -> None:
		self._update_reservations()
		movements: list[Dict] = []
		for row in self.items:
			if stock_vouchers.is_stock_item(row.item_code) and flt(row.stock_qty) and row.warehouse:
				movements.append(
					stock_vouchers.movement(
						self,
						row,
						actual_qty=-flt(row.stock_qty),
						incoming_rate=row.incoming_rate,
						recalculate_rate=cint(self.is_return),
					)
				)
		stock_ledger.post(movements)

	def _update_reservations(self) -> None:
		"""What the orders behind this document still have reserved."""
		fieldname = _ORDER_FIELD[self.doctype]
		rows: dict[str, list[str]] = {}
		for row in self.items:
			if row.so_detail and row.get(fieldname):
				rows.setdefault(row.get(fieldname), []).append(row.so_detail)
		for name, details in rows.items():
			order = get_doc("Sales Order", name)
			if (order.status == "Closed" and not self.is_return) or order.status == "Cancelled":
				throw(_("{0} {1} is cancelled or closed").format(_("Sales Order"), name), InvalidStatusError)
			order.update_reserved_qty(details)


def _refuse_price(row: Any, rate: float, name: str) -> None:
	throw(
		_(
			"Row #{0}: Selling rate for item {1} is lower than its {2}. Selling {3} should be atleast {4}."
		).format(row.idx, bold(row.item_name), bold(name), bold("net rate"), bold(rate)),
		title=_("Invalid Selling Price"),
	)
