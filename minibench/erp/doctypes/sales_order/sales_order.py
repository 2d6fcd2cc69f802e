"""Sales Order: what a customer has ordered; it reserves stock, and is delivered and billed by other documents."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import db
from minibench.data.query import get_all
from minibench.erp import bins, credit, payment_unlinking, stock_vouchers
from minibench.erp.selling import SellingTransaction
from minibench.errors import ValidationError
from minibench.model.caches import get_cached_value
from minibench.translate import _
from minibench.values.dates import get_datetime, getdate
from minibench.values.numbers import cint, flt
from minibench.values.text import bold


class WarehouseRequired(ValidationError):
	"""A stock item has no warehouse to be delivered from."""


class SalesOrder(SellingTransaction):
	delivery_date: Any

	def validate(self) -> None:
		super().validate()
		self._set_gross_profit()
		self._check_delivery_dates()
		self._check_customer_order()
		self.validate_uom_is_integer("stock_uom", "stock_qty")
		self.validate_uom_is_integer("uom", "qty")
		known = bins.Bins(row.item_code for row in self.items if row.item_code)
		for row in self.items:
			row.transaction_date = self.transaction_date
			row.projected_qty = (
				flt(known.quantities(row.item_code, row.warehouse).projected_qty)
				if row.item_code and row.warehouse
				else 0
			)
		self._check_warehouses()
		self._check_drop_ship()
		self.set_status()
		self.billing_status = self.get("billing_status") or "Not Billed"
		self.delivery_status = self.get("delivery_status") or "Not Delivered"
		self.reset_default_field_value("set_warehouse", "items", "warehouse")

	def _set_gross_profit(self) -> None:
		for row in self.items:
			row.gross_profit = flt(
				(flt(row.stock_uom_rate) - flt(row.valuation_rate)) * flt(row.stock_qty),
				self.precision("amount", row),
			)

	def _check_delivery_dates(self) -> None:
		if self.order_type != "Sales" or self.skip_delivery_note:
			return
		dates = [getdate(row.delivery_date) for row in self.items if row.delivery_date]
		if dates and (not self.delivery_date or getdate(self.delivery_date) != max(dates)):
			self.delivery_date = max(dates)
		if not self.delivery_date:
			throw(_("Please enter Delivery Date"))
		for row in self.items:
			if not row.delivery_date:
				row.delivery_date = self.delivery_date
			if getdate(self.transaction_date) > getdate(row.delivery_date):
				msgprint(
					_("Expected Delivery Date should be after Sales Order Date"),
					indicator="orange",
					title=_("Invalid Delivery Date"),
					raise_exception=True,
				)

	def _check_customer_order(self) -> None:
		if self.skip_delivery_note:
			return
		if self.po_date:
			for row in self.items:
				if row.delivery_date and getdate(self.po_date) > getdate(row.delivery_date):
					throw(
						_("Row #{0}: Expected Delivery Date cannot be before Purchase Order Date").format(
							row.idx
						)
					)
		if not (self.po_no and self.customer):
			return
		filters = {
			"po_no": self.po_no,
			"name": ["!=", self.name],
			"docstatus": ["<", 2],
			"customer": self.customer,
		}
		other = db.get_value("Sales Order", filters)
		if not other:
			return
		if cint(db.get_single_value("Selling Settings", "allow_against_multiple_purchase_orders")):
			msgprint(
				_("Warning: Sales Order {0} already exists against Customer's Purchase Order {1}").format(
					bold(other), bold(self.po_no)
				),
				alert=True,
			)
			return
		throw(
			_(
				"Sales Order {0} already exists against Customer's Purchase Order {1}. To allow multiple Sales Orders, Enable {2} in {3}"
			).format(
				bold(other),
				bold(self.po_no),
				bold(_("'Allow Multiple Sales Orders Against a Customer's Purchase Order'")),
				"Selling Settings",
			)
		)

	def _check_warehouses(self) -> None:
		stock_vouchers.check_warehouses(self, "warehouse")
		for row in self.items:
			if (
				not row.warehouse
				and not cint(row.delivered_by_supplier)
				and stock_vouchers.is_stock_item(row.item_code)
			):
				throw(
					_("Delivery warehouse required for stock item {0}").format(row.item_code),
					WarehouseRequired,
				)

	def _check_drop_ship(self) -> None:
		for row in self.items:
			if row.delivered_by_supplier and not row.supplier:
				throw(_("Row #{0}: Set Supplier for item {1}").format(row.idx, row.item_code))

	# --- submitting and cancelling ------------------------------------------------------------------------------------------------

	def on_submit(self) -> None:
		self.check_credit_limit()
		self.update_reserved_qty()

	def before_update_after_submit(self) -> None:
		self._check_customer_order()
		self._check_drop_ship()
		self._check_delivery_dates()

	def on_update_after_submit(self) -> None:
		self.check_credit_limit()

	def on_cancel(self) -> None:
		self.ignore_linked_doctypes = ("GL Entry", "Stock Ledger Entry", "Payment Ledger Entry")
		payment_unlinking.on_cancel_order(self)
		self._unlink_purchase_orders()
		if self.status == "Closed":
			throw(_("Closed order cannot be cancelled. Unclose to cancel."))
		self._refuse_draft_invoices()
		self.update_reserved_qty()
		self.db_set("status", "Cancelled")

	def _unlink_purchase_orders(self) -> None:
		filters = {
			"sales_order": self.name,
			"sales_order_item": ["in", [row.name for row in self.items]],
			"docstatus": ["<", 2],
		}
		linked = get_all("Purchase Order Item", filters=filters, pluck="parent", distinct=True)
		if linked:
			db.set_value("Purchase Order Item", filters, {"sales_order": None, "sales_order_item": None})
			msgprint(_("Purchase Orders {0} are un-linked").format("\n".join(linked)))

	def _refuse_draft_invoices(self) -> None:
		drafts = get_all(
			"Sales Invoice Item",
			filters={"sales_order": self.name, "docstatus": 0},
			pluck="parent",
			distinct=True,
		)
		if drafts:
			throw(
				_("Sales Invoice {0} must be deleted before cancelling this Sales Order").format(
					", ".join(drafts)
				)
			)

	def check_credit_limit(self) -> None:
		limits = {"parent": self.customer, "parenttype": "Customer", "company": self.company}
		if not cint(db.get_value("Customer Credit Limit", limits, "bypass_credit_limit_check")):
			credit.check_credit_limit(self.customer, self.company)

	# --- status --------------------------------------------------------------------------------------------------------------------

	def update_status(self, status: str) -> None:
		"""Close it, put it on hold, or open it again (`Draft`)."""
		stored = db.get_value("Sales Order", self.name, "modified")
		if stored and get_datetime(stored) != get_datetime(self.modified):
			throw(_("{0} {1} has been modified. Please refresh.").format(self.doctype, self.name))
		self.set_status(update=True, status=status)
		if status == "Draft" and self.docstatus == 1:
			self.check_credit_limit()
		self.update_reserved_qty()
		self.notify_update()

	def update_reserved_qty(self, so_item_rows: list[str] | None = None) -> None:
		"""Bring what is reserved for open orders up to date, for all rows or for some."""
		places = dict.fromkeys(
			(row.item_code, row.warehouse)
			for row in self.items
			if (not so_item_rows or row.name in so_item_rows)
			and not row.delivered_by_supplier
			and row.warehouse
			and get_cached_value("Item", row.item_code, "is_stock_item")
		)
		reserved = bins.reserved_quantities(item_code for item_code, _warehouse in places)
		bins.update_all(
			{place: {"reserved_qty": reserved.get(place, 0.0)} for place in places}, only_changed=True
		)

	def update_delivery_status(self) -> None:
		"""What suppliers have delivered to the customer directly."""
		ordered = delivered = 0.0
		for row in self.items:
			if row.delivered_by_supplier:
				rows = db.execute(
					"select round(sum(i.qty), 9) from `tabPurchase Order Item` i join `tabPurchase Order` po on po.name = i.parent "
					"where i.sales_order_item = ? and i.item_code = ? and po.docstatus = 1 and po.status = 'Delivered'",
					(row.name, row.item_code),
				)
				row.db_set("delivered_qty", flt(rows[0][0]), update_modified=False)
			delivered += min(flt(row.delivered_qty), flt(row.qty))
			ordered += flt(row.qty)
		if ordered:
			self.db_set("per_delivered", flt(delivered / ordered) * 100, update_modified=False)

	def set_indicator(self) -> None:
		"""Colour and title of the status, for the portal."""
		colors = {
			"Draft": "red",
			"On Hold": "orange",
			"To Deliver and Bill": "orange",
			"To Bill": "orange",
			"To Deliver": "orange",
			"Completed": "green",
			"Cancelled": "red",
		}
		self.indicator_color = colors.get(self.status, "blue")
		self.indicator_title = _(self.status)
