"""Delivery Note: goods that leave for a customer, or come back."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import db
from minibench.data.query import get_all
from minibench.erp import billing, credit, gl, status, stock_vouchers
from minibench.erp.selling import SellingTransaction
from minibench.erp.transaction import unlink_bank_transactions
from minibench.model.document import get_doc
from minibench.translate import _
from minibench.values.numbers import cint
from minibench.values.text import bold

_ORDER_DELIVERED = status.Update(
	source="Delivery Note Item",
	target="Sales Order Item",
	join="so_detail",
	target_field="delivered_qty",
	parent="Sales Order",
	parent_field="per_delivered",
	reference_field="qty",
	percent_join="against_sales_order",
	status_field="delivery_status",
	keyword="Delivered",
	second_source="Sales Invoice Item",
	second_condition=(
		"and exists(select name from `tabSales Invoice` where name = `tabSales Invoice Item`.parent and update_stock = 1)"
	),
)
_INVOICE_DELIVERED = status.Update(
	source="Delivery Note Item",
	target="Sales Invoice Item",
	join="si_detail",
	target_field="delivered_qty",
	reference_field="qty",
	no_allowance=True,
)
_ORDER_RETURNED = status.Update(
	source="Delivery Note Item",
	target="Sales Order Item",
	join="so_detail",
	target_field="returned_qty",
	source_field="-1 * qty",
	source_condition=(
		"and exists(select name from `tabDelivery Note` where name = `tabDelivery Note Item`.parent and is_return = 1)"
	),
	second_source="Sales Invoice Item",
	second_field="-1 * qty",
	second_condition=(
		"and exists(select name from `tabSales Invoice` where name = `tabSales Invoice Item`.parent "
		"and is_return = 1 and update_stock = 1)"
	),
)
_DELIVERY_RETURNED = status.Update(
	source="Delivery Note Item",
	target="Delivery Note Item",
	join="dn_detail",
	target_field="returned_qty",
	source_field="-1 * stock_qty",
	parent="Delivery Note",
	parent_field="per_returned",
	reference_field="stock_qty",
	percent_parent="return_against",
)
_BILLED = status.Update(
	source="Sales Invoice Item",
	target="Delivery Note Item",
	join="dn_detail",
	target_field="billed_amt",
	parent="Delivery Note",
	parent_field="per_billed",
	reference_field="amount - (returned_qty * rate)",
)


class DeliveryNote(SellingTransaction):
	def __init__(self, *args: Any, **kwargs: Any) -> None:
		super().__init__(*args, **kwargs)
		# As in v15, a document counts as a return if it was one when it was loaded: `make_sales_return` makes an
		# empty note first and says only then what it is, so submitting that very object leaves returned_qty alone.
		self.flags.loaded_as_return = bool(cint(self.get("is_return")))

	def validate(self) -> None:
		self.validate_posting_time()
		super().validate()
		self._check_references(
			"against_sales_order", "so_detail", _("References to Sales Orders are Incomplete")
		)
		self._check_references(
			"against_sales_invoice", "si_detail", _("References to Sales Invoices are Incomplete")
		)
		self.set_status()
		self._check_order_required()
		self.check_sales_order_on_hold_or_close("against_sales_order")
		self._check_warehouses()
		self.validate_uom_is_integer("stock_uom", "stock_qty")
		self.validate_uom_is_integer("uom", "qty")
		self._compare_with_previous()
		self.update_current_stock()
		self.reset_default_field_value("set_warehouse", "items", "warehouse")

	def _check_references(self, field: str, row_field: str, title: str) -> None:
		missing = []
		for row in self.items:
			if bool(row.get(field)) != bool(row.get(row_field)):
				label = row.meta.get_label(row_field if row.get(field) else field)
				missing.append(_("The field {0} in row {1} is not set").format(bold(_(label)), bold(row.idx)))
		if missing:
			throw("<br>".join(missing), title=title)

	def _check_order_required(self) -> None:
		if db.get_single_value("Selling Settings", "so_required") != "Yes":
			return
		for row in self.items:
			if not row.against_sales_order:
				throw(_("Sales Order required for Item {0}").format(row.item_code))

	def _check_warehouses(self) -> None:
		stock_vouchers.check_warehouses(self, "warehouse")
		for row in self.items:
			if not row.warehouse and stock_vouchers.is_stock_item(row.item_code):
				throw(_("Warehouse required for stock Item {0}").format(row.item_code))

	def _compare_with_previous(self) -> None:
		whole = ("customer", "company", "currency")
		row = ("item_code", "uom", "conversion_factor")
		self.compare_with("Sales Order", "against_sales_order", whole)
		self.compare_with("Sales Order Item", "so_detail", row, rows=True)
		self.compare_with("Sales Invoice", "against_sales_invoice", whole)
		self.compare_with("Sales Invoice Item", "si_detail", row, rows=True)
		self.check_rates_as_in(
			("Sales Order", "against_sales_order", "so_detail"),
			("Sales Invoice", "against_sales_invoice", "si_detail"),
		)

	# --- submitting and cancelling --------------------------------------------------------------------------------------------------

	def _updates(self) -> list[status.Update]:
		updates = [_ORDER_DELIVERED, _INVOICE_DELIVERED]
		if self.flags.loaded_as_return:
			updates += [_ORDER_RETURNED, _DELIVERY_RETURNED]
		return updates

	def on_submit(self) -> None:
		status.update_previous(self, self._updates())
		self.update_billing_status()
		if not self.is_return:
			self._check_credit_limit()
		# The orders' reservations depend on what is delivered of them, so stock comes after that.
		self.update_stock_ledger()
		self.make_gl_entries()

	def on_cancel(self) -> None:
		self.ignore_linked_doctypes = ("GL Entry", "Stock Ledger Entry", "Payment Ledger Entry")
		unlink_bank_transactions(self)
		self.check_sales_order_on_hold_or_close("against_sales_order")
		submitted = get_all(
			"Sales Invoice Item",
			filters={"delivery_note": self.name, "docstatus": 1},
			pluck="parent",
			limit=1,
		)
		if submitted:
			throw(_("Sales Invoice {0} has already been submitted").format(submitted[0]))
		status.update_previous(self, self._updates())
		self.update_billing_status()
		self.update_stock_ledger()
		if gl.has_entries(self.doctype, self.name):
			self.make_gl_entries()

	def make_gl_entries(self, gl_entries: Any = None, reposting: bool = False) -> None:
		stock_vouchers.post_entries(self, reposting)

	def _check_credit_limit(self) -> None:
		if self.per_billed == 100:
			return
		limits = {"parent": self.customer, "parenttype": "Customer", "company": self.company}
		bypass = cint(db.get_value("Customer Credit Limit", limits, "bypass_credit_limit_check"))
		if bypass and any(not row.against_sales_invoice for row in self.items):
			credit.check_credit_limit(self.customer, self.company, bypass, self.base_grand_total)
		elif not bypass and any(
			not (row.against_sales_order or row.against_sales_invoice) for row in self.items
		):
			credit.check_credit_limit(self.customer, self.company, bypass)

	# --- billing ----------------------------------------------------------------------------------------------------------------------

	def update_billing_status(self, update_modified: bool = True) -> None:
		"""What has been billed of this and of other deliveries of the same orders."""
		for row in self.items:
			if row.si_detail and not row.so_detail:
				row.db_set("billed_amt", row.amount, update_modified=update_modified)
		of_orders = [row.so_detail for row in self.items if row.so_detail]
		affected = [self.name, *billing.spread_over_deliveries(of_orders, update_modified)]
		for name in dict.fromkeys(affected):
			doc = self if name == self.name else get_doc("Delivery Note", name)
			doc.update_billing_percentage(update_modified)
		self.load_from_db()

	def update_billing_percentage(self, update_modified: bool = True) -> None:
		status.update_percentage(_BILLED, self.name, update_modified)

	def update_status(self, status: str) -> None:
		"""Close it, or open it again (`Draft`)."""
		self.set_status(update=True, status=status)
		self.notify_update()
