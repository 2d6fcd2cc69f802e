"""Purchase Order: what is ordered from a supplier, for the warehouse or for delivery to a customer."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import db
from minibench.erp import addresses, bins, parties, payment_unlinking, status, stock_vouchers
from minibench.erp.transaction import Transaction
from minibench.model.document import get_doc
from minibench.translate import _
from minibench.values.dates import get_datetime, getdate
from minibench.values.numbers import cint, flt
from minibench.values.text import bold

_ADDRESSES = {
	"supplier_address": "address_display",
	"shipping_address": "shipping_address_display",
	"billing_address": "billing_address_display",
}
_ORDERED = status.Update(
	source="Purchase Order Item",
	target="Sales Order Item",
	join="sales_order_item",
	target_field="ordered_qty",
	source_field="stock_qty",
	reference_field="stock_qty",
)


class PurchaseOrder(Transaction):
	supplier_name: Any

	party_type = "Supplier"
	purpose = "for_buying"
	price_list_field = "buying_price_list"
	template_doctype = "Purchase Taxes and Charges Template"

	def validate(self) -> None:
		parties.refuse_blocked_supplier(self.supplier, "Invoices")
		super().validate()
		if self.supplier and not self.supplier_name:
			self.supplier_name = db.get_value("Supplier", self.supplier, "supplier_name")
		for row in self.items:
			if not row.conversion_factor:
				throw(_("Row {0}: Conversion Factor is mandatory").format(row.idx))
			row.stock_qty = flt(row.qty) * flt(row.conversion_factor)
		stock_vouchers.check_warehouses(self, "warehouse")
		for fieldname, display in _ADDRESSES.items():
			if self.get(fieldname):
				self.set(display, addresses.render_address(self.get(fieldname)))
		self.set_status()
		self.party_account_currency = parties.get_party_account_currency(
			"Supplier", self.supplier, self.company
		)
		self._check_dates()
		self._check_items()
		self.validate_uom_is_integer("uom", "qty")
		self.validate_uom_is_integer("stock_uom", "stock_qty")
		self._check_minimum_quantities()
		for row in self.items:
			if row.delivered_by_supplier == 1:
				row.received_qty = row.qty
		self.reset_default_field_value("set_warehouse", "items", "warehouse")

	def _check_dates(self) -> None:
		dates = [getdate(row.schedule_date) for row in self.items if row.schedule_date]
		if dates:
			self.schedule_date = min(dates)
		if not self.schedule_date:
			throw(_("Please enter Reqd by Date"))
		for row in self.items:
			row.schedule_date = row.schedule_date or self.schedule_date
			if self.transaction_date and getdate(row.schedule_date) < getdate(self.transaction_date):
				throw(_("Row #{0}: Reqd by Date cannot be before Transaction Date").format(row.idx))

	def _check_items(self) -> None:
		for row in self.items:
			if not row.qty:
				throw(_("Please enter quantity for Item {0}").format(row.item_code))
			numbers = bins.quantities(row.item_code, row.warehouse) if row.warehouse else None
			row.projected_qty = bins.projected_qty(row.item_code, row.warehouse) if row.warehouse else 0
			row.actual_qty = numbers.actual_qty if numbers else 0
			stock = stock_vouchers.is_stock_item(row.item_code)
			if stock and row.qty and not row.warehouse and not row.delivered_by_supplier:
				throw(
					_("Row #{1}: Warehouse is mandatory for stock Item {0}").format(
						bold(row.item_code), row.idx
					)
				)
		if cint(db.get_single_value("Buying Settings", "allow_multiple_items")):
			return
		codes = [row.item_code for row in self.items]
		if len(codes) != len(set(codes)):
			throw(_("Same item cannot be entered multiple times."))

	def _check_minimum_quantities(self) -> None:
		ordered: dict[str, float] = {}
		for row in self.items:
			ordered[row.item_code] = ordered.get(row.item_code, 0.0) + flt(row.stock_qty)
		for item_code, qty in ordered.items():
			least = flt(db.get_value("Item", item_code, "min_order_qty"))
			if qty < least:
				throw(
					_(
						"Item {0}: Ordered qty {1} cannot be less than minimum order qty {2} (defined in Item)."
					).format(item_code, qty, least)
				)

	# --- submitting and cancelling --------------------------------------------------------------------------------------------------

	def _updates(self) -> list[status.Update]:
		return [_ORDERED] if any(row.sales_order for row in self.items) else []

	def on_submit(self) -> None:
		status.update_previous(self, self._updates())
		self.update_ordered_qty()
		self._note_last_rates()

	def on_cancel(self) -> None:
		self.ignore_linked_doctypes = ("GL Entry", "Payment Ledger Entry")
		self._note_last_rates()
		payment_unlinking.on_cancel_order(self)
		if any(row.delivered_by_supplier for row in self.items):
			self.update_delivered_qty_in_sales_order()
		self.db_set("status", "Cancelled")
		status.update_previous(self, self._updates())
		self.update_ordered_qty()

	def _note_last_rates(self) -> None:
		"""The item's last purchase rate is that of its last order."""
		from minibench.erp.item_prices import last_purchase

		for row in self.items:
			previous = last_purchase(row.item_code, self.name)
			rate = flt(previous.base_net_rate)
			if self.docstatus == 1 and (
				not previous or getdate(previous.purchase_date) <= getdate(self.transaction_date)
			):
				rate = flt(row.base_net_rate) / (flt(row.conversion_factor) or 1.0)
			db.set_value("Item", row.item_code, "last_purchase_rate", rate)

	def update_status(self, status: str) -> None:
		"""Close it, hold it, mark it as delivered by the supplier, or open it again (`Draft`)."""
		stored = db.get_value("Purchase Order", self.name, "modified")
		if stored and get_datetime(stored) != get_datetime(self.modified):
			throw(_("{0} {1} has been modified. Please refresh.").format(self.doctype, self.name))
		self.set_status(update=True, status=status)
		self.update_ordered_qty()
		self.notify_update()

	def update_ordered_qty(self, po_item_rows: list[str] | None = None) -> None:
		places = dict.fromkeys(
			(row.item_code, row.warehouse)
			for row in self.items
			if (not po_item_rows or row.name in po_item_rows)
			and row.warehouse
			and not row.delivered_by_supplier
			and stock_vouchers.is_stock_item(row.item_code)
		)
		for item_code, warehouse in places:
			bins.update_all(
				{(item_code, warehouse): {"ordered_qty": bins.ordered_qty(item_code, warehouse)}},
				only_changed=True,
			)

	def update_delivered_qty_in_sales_order(self) -> None:
		"""What the supplier has delivered to customers counts in their orders."""
		orders = dict.fromkeys(
			row.sales_order for row in self.items if row.sales_order and row.delivered_by_supplier == 1
		)
		for name in orders:
			order = get_doc("Sales Order", name)
			order.update_delivery_status()
			order.set_status(update=True)
			order.notify_update()

	def update_receiving_percentage(self) -> None:
		ordered = sum(flt(row.qty) for row in self.items)
		received = sum(min(flt(row.received_qty), flt(row.qty)) for row in self.items)
		self.db_set("per_received", received / ordered * 100 if ordered else 0, update_modified=False)
