"""Sales Invoice: what a customer owes for goods and services, and the credit note that takes it back."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import db
from minibench.erp import (
	advances,
	billing,
	credit,
	gl,
	invoice_entries,
	invoice_status,
	overbilling,
	parties,
	payment_ledger,
	payment_unlinking,
	status,
	stock_vouchers,
	tax_templates,
)
from minibench.erp.companies import get_account_currency
from minibench.erp.selling import SellingTransaction
from minibench.erp.transaction import AccountMissingError
from minibench.model.caches import get_cached_value
from minibench.translate import _
from minibench.values.dateformats import formatdate
from minibench.values.dates import getdate, nowdate
from minibench.values.numbers import cint, flt
from minibench.values.text import bold
from minibench.web.whitelist import whitelist

_ORDER_BILLED = status.Update(
	source="Sales Invoice Item",
	target="Sales Order Item",
	join="so_detail",
	target_field="billed_amt",
	source_field="amount",
	parent="Sales Order",
	parent_field="per_billed",
	reference_field="amount",
	percent_join="sales_order",
	status_field="billing_status",
	keyword="Billed",
)
_STOCK_INVOICE = "exists(select name from `tabSales Invoice` where name = `tabSales Invoice Item`.parent and update_stock = 1{})"
_ORDER_DELIVERED = status.Update(
	source="Sales Invoice Item",
	target="Sales Order Item",
	join="so_detail",
	target_field="delivered_qty",
	parent="Sales Order",
	parent_field="per_delivered",
	reference_field="qty",
	percent_join="sales_order",
	status_field="delivery_status",
	keyword="Delivered",
	source_condition="and " + _STOCK_INVOICE.format(""),
	second_source="Delivery Note Item",
)
_ORDER_RETURNED = status.Update(
	source="Sales Invoice Item",
	target="Sales Order Item",
	join="so_detail",
	target_field="returned_qty",
	source_field="-1 * qty",
	source_condition="and " + _STOCK_INVOICE.format(" and is_return = 1"),
	second_source="Delivery Note Item",
	second_field="-1 * qty",
)


class SalesInvoice(SellingTransaction):
	debit_to: Any
	due_date: Any
	is_opening: Any
	remarks: Any

	def validate(self) -> None:
		super().validate()
		if self.is_new() and self.amended_from:
			self.set_posting_time = 1
		self.validate_posting_time()
		if not self.is_debit_note:
			self._check_previous_required()
		self._compare_with_previous()
		self.validate_uom_is_integer("stock_uom", "stock_qty")
		self.validate_uom_is_integer("uom", "qty")
		self.check_sales_order_on_hold_or_close("sales_order")
		self._check_debit_to()
		self._drop_unallocated_advances()
		self._check_row_accounts()
		self._check_conversion_rate()
		if cint(self.update_stock):
			self._check_stock()
		self.is_opening = self.is_opening or "No"
		self.set_against_income_account()
		overbilling.check(self, "Delivery Note", "dn_detail", "amount")
		self.set_status()
		# An amount is written off here only at a point of sale, which is not supported.
		self.write_off_account = None
		self.reset_default_field_value("set_warehouse", "items", "warehouse")

	def set_missing_values(self, for_validate: bool = False) -> None:
		if not self.debit_to and self.customer:
			self.debit_to = parties.get_party_account("Customer", self.customer, self.company)
			self.party_account_currency = get_account_currency(self.debit_to)
		if not self.due_date and self.customer:
			self.due_date = parties.get_due_date(self.posting_date, "Customer", self.customer, self.company)
		super().set_missing_values(for_validate)

	def validate_invoice(self) -> None:
		self._check_party_currency()
		self._check_return_account()
		invalid = [row.idx for row in self.advances if not (row.reference_type and row.reference_name)]
		if invalid:
			throw(
				_(
					"Rows: {0} in {1} section are Invalid. Reference Name should point to a valid Payment Entry or Journal Entry."
				).format(bold(", ".join(str(idx) for idx in invalid)), bold(_("Advance Payments")))
			)
		if cint(self.allocate_advances_automatically):
			self.set_advances()
		advances.set_gain_or_loss(self)
		if self.is_return:
			for row in self.items:
				if flt(row.qty) > 0:
					throw(_("For an item {0}, quantity must be negative number").format(row.item_code))

	# --- checks ----------------------------------------------------------------------------------------------------------------------

	def _check_party_accounts(self) -> None:
		for row in self.items:
			if row.get("income_account") and row.income_account == self.debit_to:
				throw(
					_("Row {0}: {1} {2} cannot be same as {3} (Party Account) {4}").format(
						row.idx, bold("Income Account"), row.income_account, bold("Debit To"), self.debit_to
					)
				)

	def _check_party_currency(self) -> None:
		if self.is_opening == "Yes":
			return
		booked = parties.get_party_gle_currency("Customer", self.customer, self.company)
		currency = get_account_currency(self.debit_to)
		allowed = cint(
			db.get_single_value(
				"Accounts Settings", "allow_multi_currency_invoices_against_single_party_account"
			)
		)
		if not booked and currency != self.currency and not allowed:
			throw(
				_("Party Account {0} currency ({1}) and document currency ({2}) should be same").format(
					bold(self.debit_to), currency, self.currency
				)
			)

	def _check_return_account(self) -> None:
		if not (self.is_return and self.return_against):
			return
		original = db.get_value("Sales Invoice", self.return_against, "debit_to")
		if original != self.debit_to:
			throw(
				_(
					"Please set {0} to {1}, the same account that was used in the original invoice {2}."
				).format(bold(_("Debit To")), bold(original), bold(self.return_against))
			)

	def _check_previous_required(self) -> None:
		if self.is_return:
			return
		for doctype, setting, bypass in (
			("Sales Order", "so_required", None),
			("Delivery Note", "dn_required", "update_stock"),
		):
			if db.get_single_value("Selling Settings", setting) != "Yes":
				continue
			if db.get_value("Customer", self.customer, setting):
				continue
			fieldname = doctype.lower().replace(" ", "_")
			for row in self.items:
				if row.item_code and not row.get(fieldname) and not (bypass and self.get(bypass)):
					msgprint(
						_("{0} is mandatory for Item {1}").format(doctype, row.item_code), raise_exception=1
					)

	def _compare_with_previous(self) -> None:
		whole = ("customer", "company", "currency")
		row = ("item_code", "uom", "conversion_factor")
		self.compare_with("Sales Order", "sales_order", whole)
		self.compare_with("Sales Order Item", "so_detail", row, rows=True)
		self.compare_with("Delivery Note", "delivery_note", whole)
		self.compare_with("Delivery Note Item", "dn_detail", row, rows=True)
		self.check_rates_as_in(
			("Sales Order", "sales_order", "so_detail"), ("Delivery Note", "delivery_note", "dn_detail")
		)

	def _check_debit_to(self) -> None:
		if not self.debit_to:
			self.debit_to = parties.get_party_account("Customer", self.customer, self.company)
			if not self.debit_to:
				throw(
					_("{0} Account not found against Customer {1}.").format(
						bold(_("Debit To")), bold(self.customer)
					),
					title=_("Account Missing"),
					exc=AccountMissingError,
				)
		account = get_cached_value(
			"Account", self.debit_to, ["account_type", "report_type", "account_currency"], as_dict=True
		)
		if not account:
			throw(_("Debit To is required"), title=_("Account Missing"))
		if account.report_type != "Balance Sheet":
			throw(
				_("Please ensure {} account is a Balance Sheet account.").format(bold(_("Debit To"))),
				title=_("Invalid Account"),
			)
		if self.customer and account.account_type != "Receivable":
			throw(
				_("Please ensure {} account {} is a Receivable account.").format(
					bold(_("Debit To")), bold(self.debit_to)
				),
				title=_("Invalid Account"),
			)
		self.party_account_currency = account.account_currency

	def _drop_unallocated_advances(self) -> None:
		self.set("advances", [row for row in self.advances if flt(row.allocated_amount) != 0])
		for number, row in enumerate(self.advances, 1):
			row.idx = number

	def _check_row_accounts(self) -> None:
		for row in self.items:
			if get_cached_value("Cost Center", row.cost_center, "company") != self.company:
				throw(
					_("Row #{0}: Cost Center {1} does not belong to company {2}").format(
						bold(row.idx), bold(row.cost_center), bold(self.company)
					)
				)
			tax_templates.validate_account_head(row.idx, row.income_account, self.company, "Income")

	def _check_conversion_rate(self) -> None:
		default = self.company_currency
		if not default:
			throw(_("Please enter default currency in Company Master"))
		rate = flt(self.conversion_rate)
		if (
			(self.currency == default and rate != 1.0)
			or not rate
			or (self.currency != default and rate == 1.0)
		):
			throw(_("Conversion rate cannot be 0 or 1"))

	def _check_stock(self) -> None:
		for row in self.items:
			if row.sales_order and db.get_value("Sales Order Item", row.so_detail, "delivered_by_supplier"):
				throw(_("Could not update stock, invoice contains drop shipping item."))
		stock_vouchers.check_warehouses(self, "warehouse")
		for row in self.items:
			if not row.warehouse and stock_vouchers.is_stock_item(row.item_code):
				throw(_("Warehouse required for stock Item {0}").format(row.item_code))
		self.update_current_stock()
		for row in self.items:
			if row.delivery_note:
				msgprint(
					_("Stock cannot be updated against Delivery Note {0}").format(row.delivery_note),
					raise_exception=1,
				)

	def set_against_income_account(self) -> None:
		self.against_income_account = ",".join(
			dict.fromkeys(row.income_account for row in self.items if row.income_account)
		)

	# --- submitting and cancelling -------------------------------------------------------------------------------------------------------

	def before_save(self) -> None:
		self.paid_amount = self.base_paid_amount = 0.0

	def before_submit(self) -> None:
		if self.remarks:
			return
		if self.po_no:
			self.remarks = _("Against Customer Order {0}").format(self.po_no)
			if self.po_date:
				self.remarks += " " + _("dated {0}").format(formatdate(self.po_date))
		else:
			self.remarks = _("No Remarks")

	def _updates(self) -> list[status.Update]:
		updates = [] if self.is_return and not self.update_billed_amount_in_sales_order else [_ORDER_BILLED]
		if cint(self.update_stock):
			updates.append(_ORDER_DELIVERED)
			if cint(self.is_return):
				updates.append(_ORDER_RETURNED)
		return updates

	def on_submit(self) -> None:
		self._check_previous_submitted()
		status.update_previous(self, self._updates())
		billing.update_deliveries(self)
		if cint(self.update_stock):
			self.update_stock_ledger()
		self.make_gl_entries()
		if self.is_return:
			return
		billing.update_free_documents(self, "Delivery Note")
		billing.update_free_documents(self, "Sales Order")
		self._check_credit_limit()
		advances.allocate(self)

	def _check_previous_submitted(self) -> None:
		for doctype, fieldname in (("Sales Order", "sales_order"), ("Delivery Note", "delivery_note")):
			for name in dict.fromkeys(row.get(fieldname) for row in self.items if row.get(fieldname)):
				if db.get_value(doctype, name, "docstatus") != 1:
					throw(_("{0} {1} is not submitted").format(_(doctype), name))

	def _check_credit_limit(self) -> None:
		limits = {"parent": self.customer, "parenttype": "Customer", "company": self.company}
		bypass = db.get_value("Customer Credit Limit", limits, "bypass_credit_limit_check")
		if bypass or any(not (row.sales_order or row.delivery_note) for row in self.items):
			credit.check_credit_limit(self.customer, self.company, bypass)

	def on_cancel(self) -> None:
		self.ignore_linked_doctypes = ("GL Entry", "Stock Ledger Entry", "Payment Ledger Entry")
		payment_unlinking.refuse_if_return_is_paid(self)
		payment_unlinking.on_cancel_invoice(self)
		self.check_sales_order_on_hold_or_close("sales_order")
		status.update_previous(self, self._updates())
		billing.update_deliveries(self)
		if not self.is_return:
			billing.update_free_documents(self, "Delivery Note")
			billing.update_free_documents(self, "Sales Order")
		if cint(self.update_stock):
			self.update_stock_ledger()
		if gl.has_entries(self.doctype, self.name):
			self.make_gl_entries()
		self.db_set("status", "Cancelled")

	def make_gl_entries(self, gl_entries: Any = None, reposting: bool = False) -> None:
		if self.docstatus == 2:
			gl.reverse(self.doctype, self.name)
			return
		gl.post(invoice_entries.entries(self), merge=False, reposting=reposting)

	def set_status(
		self, update: bool = False, status: str | None = None, update_modified: bool = True
	) -> None:
		if self.is_new():
			if self.get("amended_from"):
				self.status = "Draft"
			return
		if not status:
			self.status = invoice_status.status_of(self)
		if update:
			self.db_set("status", self.status, update_modified=update_modified)

	@whitelist()
	def set_advances(self) -> None:
		"""List what the customer has paid in advance and allocate it to this invoice."""
		advances.fill(self)

	def update_outstanding(self) -> None:
		payment_ledger.update_voucher_outstanding(
			self.doctype, self.name, self.debit_to, "Customer", self.customer
		)

	def set_indicator(self) -> None:
		"""Colour and title of the status, for the portal."""
		overdue = getdate(self.due_date) < getdate(nowdate())
		if self.outstanding_amount < 0:
			self.indicator_title, self.indicator_color = _("Credit Note Issued"), "gray"
		elif self.outstanding_amount > 0:
			self.indicator_title, self.indicator_color = (
				(_("Overdue"), "red") if overdue else (_("Unpaid"), "orange")
			)
		elif cint(self.is_return):
			self.indicator_title, self.indicator_color = _("Return"), "gray"
		else:
			self.indicator_title, self.indicator_color = _("Paid"), "green"
