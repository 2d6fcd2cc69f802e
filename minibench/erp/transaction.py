"""What orders, deliveries and invoices share: the checks of every save, in v15's order."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import Dict, db, flags
from minibench.data.query import get_all
from minibench.erp import parties, payment_schedule, returns, status, tax_templates, totals, unsupported
from minibench.erp.companies import get_company_currency, get_default_cost_center
from minibench.erp.exchange import get_exchange_rate
from minibench.erp.item_details import Lookups, row_details
from minibench.erp.voucher import Voucher
from minibench.errors import ValidationError
from minibench.model.caches import get_cached_value
from minibench.translate import _
from minibench.values.dates import today
from minibench.values.numbers import cint, flt

# Taken over from the item at every save; everything else only where the row has no value.
_ALWAYS = (
	"item_group",
	"brand",
	"stock_uom",
	"weight_per_unit",
	"weight_uom",
	"total_weight",
	"valuation_rate",
)
_IF_EMPTY = ("cost_center", "conversion_factor")


class InvalidQtyError(ValidationError):
	"""A row has no quantity."""


class InvalidCurrency(ValidationError):
	"""The party's account is in another currency."""


class AccountMissingError(ValidationError):
	"""There is no account to book on."""


class Transaction(Voucher):
	"""A document with items, taxes and a party."""

	currency: Any
	letter_head: Any

	party_type = "Customer"
	purpose = "for_selling"
	price_list_field = "selling_price_list"
	template_doctype = "Sales Taxes and Charges Template"

	# --- what is known about it ------------------------------------------------------------------------------------------

	@property
	def company_currency(self) -> Any:
		return get_company_currency(self.company)

	def party_of(self) -> tuple[str, Any]:
		return self.party_type, self.get(self.party_type.lower())

	@property
	def is_draft(self) -> bool:
		return bool(self.docstatus == 0)

	# --- checks -------------------------------------------------------------------------------------------------------------

	def validate(self) -> None:
		unsupported.refuse(self)
		if not self.get("is_return") and not self.get("is_debit_note"):
			self._check_quantities()
		if self.get("_action") and self._action != "update_after_submit":
			self.set_missing_values(for_validate=True)
		self._check_party_accounts()
		self.set_incoming_rate()
		self._reset_progress()
		self.calculate_taxes_and_totals()
		if not self.get("is_return"):
			self.validate_value("base_grand_total", ">=", 0)
		returns.validate_return(self)
		if self.meta.has_field("payment_schedule"):
			payment_schedule.validate(self)
		self._check_tax_accounts()
		parties.refuse_frozen_or_disabled(*self.party_of())
		self._check_currency()
		self.validate_invoice()
		self._add_taxes_of_template()
		totals.set_words(self)
		if self.meta.has_field("letter_head") and not self.letter_head:
			self.letter_head = get_cached_value("Company", self.company, "default_letter_head")
		self._set_stock_unit_rates()

	def validate_invoice(self) -> None:
		"""What only invoices check, between the party and the taxes."""

	def set_incoming_rate(self) -> None:
		"""What a row's goods cost, where the document moves stock."""

	def _check_quantities(self) -> None:
		for row in self.items:
			if not flt(row.qty):
				throw(
					_("Row #{0}: Item quantity cannot be zero").format(row.idx),
					title=_("Invalid Quantity"),
					exc=InvalidQtyError,
				)

	def _check_party_accounts(self) -> None:
		"""Invoices: no row may book on the party's own account."""

	def _reset_progress(self) -> None:
		if not self.is_draft:
			return
		for row in self.items:
			for fieldname in ("billed_amt", "delivered_qty"):
				if row.meta.has_field(fieldname):
					row.set(fieldname, 0)

	def calculate_taxes_and_totals(self) -> None:
		totals.calculate(self)

	def _check_tax_accounts(self) -> None:
		template = self.get("taxes_and_charges")
		if template and get_cached_value(self.template_doctype, template, "disabled"):
			throw(_("{0} '{1}' is disabled").format(self.template_doctype, template))
		for row in self.taxes:
			if row.account_head and get_cached_value("Account", row.account_head, "company") != self.company:
				throw(
					_("Row #{0}: Account {1} does not belong to company {2}").format(
						row.idx, row.account_head, self.company
					)
				)

	def _check_currency(self) -> None:
		party_type, party = self.party_of()
		if not self.get("currency") or not party:
			return
		currency = parties.get_party_account_currency(party_type, party, self.company)
		if currency and currency != self.company_currency and self.currency != currency:
			throw(
				_("Accounting Entry for {0}: {1} can only be made in currency: {2}").format(
					party_type, party, currency
				),
				InvalidCurrency,
			)

	def _add_taxes_of_template(self) -> None:
		if self.taxes or not self.get("taxes_and_charges"):
			return
		if cint(db.get_single_value("Accounts Settings", "add_taxes_from_item_tax_template")):
			self.append_taxes_from_master()

	def append_taxes_from_master(self, tax_master_doctype: str | None = None) -> None:
		if self.get("taxes_and_charges"):
			rows = tax_templates.get_taxes_and_charges(
				tax_master_doctype or self.template_doctype, self.taxes_and_charges
			)
			self.extend("taxes", rows or [])

	def set_taxes(self) -> None:
		"""Give a new document the company's default taxes."""
		if not self.is_new() or self.taxes:
			return
		if self.company and not self.get("taxes_and_charges"):
			self.taxes_and_charges = db.get_value(
				self.template_doctype, {"is_default": 1, "company": self.company}
			)
		self.append_taxes_from_master()

	def set_other_charges(self) -> None:
		self.set("taxes", [])
		self.set_taxes()

	def _set_stock_unit_rates(self) -> None:
		for row in self.items:
			row.stock_uom_rate = flt(row.rate) / (flt(row.conversion_factor) or 1)
			if row.uom == row.stock_uom and row.conversion_factor != 1.0:
				row.conversion_factor = 1.0

	# --- what was not entered -------------------------------------------------------------------------------------------------

	def set_missing_values(self, for_validate: bool = False) -> None:
		if flags.in_test:
			fieldname = "posting_date" if self.meta.has_field("posting_date") else "transaction_date"
			if not self.get(fieldname):
				self.set(fieldname, today())
		self._set_party_details()
		if self.get("taxes_and_charges") and not self.taxes and not for_validate:
			self.append_taxes_from_master()
		self.set_price_list_currency()
		self.set_missing_item_details(for_validate)

	def _set_party_details(self) -> None:
		party_type, party = self.party_of()
		if not party:
			return
		prefix = party_type.lower()
		details = parties.party_details(
			party,
			party_type,
			company=self.company,
			posting_date=self.get("posting_date"),
			doctype=self.doctype,
			ignore_permissions=bool(self.flags.ignore_permissions),
			fetch_payment_terms=self.has_value_changed("company"),
			party_address=self.get(f"{prefix}_address"),
			shipping_address=self.get(
				"shipping_address_name" if prefix == "customer" else "shipping_address"
			),
			company_address=self.get("company_address"),
		)
		self.update_if_missing(details)

	def set_price_list_currency(self, buying_or_selling: str | None = None) -> None:
		date = self.get("posting_date") or self.get("transaction_date")
		company_currency = self.company_currency
		price_list = self.get(self.price_list_field)
		if price_list:
			self.price_list_currency = get_cached_value("Price List", price_list, "currency")
			if self.price_list_currency == company_currency:
				self.plc_conversion_rate = 1.0
			elif not self.plc_conversion_rate:
				self.plc_conversion_rate = get_exchange_rate(
					self.price_list_currency, company_currency, date, self.purpose
				)
		if not self.currency:
			self.currency = self.price_list_currency
			self.conversion_rate = self.plc_conversion_rate
		elif self.currency == company_currency:
			self.conversion_rate = 1.0
		elif not self.conversion_rate:
			self.conversion_rate = get_exchange_rate(self.currency, company_currency, date, self.purpose)

	def set_missing_item_details(self, for_validate: bool = False) -> None:
		if not self.items:
			return
		columns = frozenset(self.items[0].meta.get_valid_columns())
		shared = Dict({name: self.get(name) for name in self.meta.get_valid_columns()})
		if not shared.transaction_date:
			shared.transaction_date = shared.posting_date
		shared.update(dict.fromkeys(columns))
		lookups = Lookups(row.item_code for row in self.items if row.get("item_code"))
		replaced = {*_ALWAYS, *_IF_EMPTY}
		if not (self.get("is_return") and self.get("return_against")):
			replaced.add("item_tax_rate")
		for row in self.items:
			if not row.get("item_code"):
				_set_free_row(row)
				continue
			own = row.__dict__
			args = Dict(shared)
			args.update(own)
			args.update(doctype=self.doctype, name=self.name)
			found = row_details(args, self, lookups, overwrite_warehouse=False)
			for name, value in found.items():
				if value is None or (own.get(name) is not None and name not in replaced):
					continue
				if (name not in _IF_EMPTY or not own.get(name)) and name in columns:
					own[name] = value
			if row.meta.has_field("cost_center") and not row.cost_center:
				row.cost_center = self.get("cost_center") or get_default_cost_center(self.company)

	# --- checks that several of them make -----------------------------------------------------------------------------------------

	def compare_with(self, doctype: str, join: str, fields: tuple[str, ...], rows: bool = False) -> None:
		"""Check that what comes from another document has the same values as that."""
		joined = [(row, row.get(join)) for row in self.items if row.get(join)]
		names = list(dict.fromkeys(name for _row, name in joined))
		if not names:
			return
		found = {
			each.name: each
			for each in get_all(doctype, filters={"name": ("in", names)}, fields=["name", *fields])
		}
		skipped = ("conversion_factor", "uom") if self.get("is_return") else ()
		for name in names:
			if name not in found:
				throw(_("Invalid reference {0} {1}").format(doctype, name))
		targets = [(row, name) for row, name in joined] if rows else [(None, name) for name in names]
		for row, name in targets:
			for fieldname in fields:
				value = found[name][fieldname]
				if value is not None and fieldname not in skipped:
					self.validate_value(fieldname, "=", value, row)

	def get_company_default(self, fieldname: str, ignore_validation: bool = False) -> Any:
		from minibench.erp.companies import get_company_default

		return get_company_default(self.company, fieldname, ignore_validation)

	def set_status(
		self, update: bool = False, status: str | None = None, update_modified: bool = True
	) -> None:
		_set_status(self, update, status, update_modified)

	# --- advances ---------------------------------------------------------------------------------------------------------------

	def set_total_advance_paid(self) -> None:
		"""What has been paid on an order before it was invoiced, by the ledger of advances."""
		rows = db.execute(
			"select currency, abs(round(sum(amount), 9)) from `tabAdvance Payment Ledger Entry` where against_voucher_type = ? "
			"and against_voucher_no = ? and company = ?",
			(self.doctype, self.name, self.company),
		)
		currency, amount = rows[0] if rows else (None, 0)
		paid = flt(amount, self.precision("advance_paid"))
		if currency:
			db.set_value(self.doctype, self.name, "party_account_currency", currency)
		if currency == self.currency:
			total = self.get("rounded_total") or self.grand_total
		else:
			total = self.get("base_rounded_total") or self.base_grand_total
		if self.currency == self.company_currency and paid > flt(total):
			throw(
				_(
					"Total advance ({0}) against Order {1} cannot be greater than the Grand Total ({2})"
				).format(paid, self.name, total)
			)
		self.db_set("advance_paid", paid)


_set_status = status.set_status


def _set_free_row(row: Any) -> None:
	"""A row without an item: its two units are the same, its factor 1."""
	if bool(row.get("uom")) != bool(row.get("stock_uom")):
		row.stock_uom = row.uom = row.get("uom") or row.get("stock_uom")
	row.conversion_factor = 1.0 if row.get("uom") == row.get("stock_uom") else flt(row.conversion_factor) or 1


def unlink_bank_transactions(doc: Any) -> None:
	"""Take a cancelled voucher out of the bank transactions that it was matched with."""
	from minibench.model.document import get_doc

	parents = get_all(
		"Bank Transaction Payments",
		filters={"payment_document": doc.doctype, "payment_entry": doc.name},
		pluck="parent",
		distinct=True,
	)
	for name in parents:
		transaction = get_doc("Bank Transaction", name)
		if transaction.docstatus == 2:
			continue
		kept = [
			row
			for row in transaction.payment_entries
			if (row.payment_document, row.payment_entry) != (doc.doctype, doc.name)
		]
		if len(kept) == len(transaction.payment_entries):
			continue
		transaction.payment_entries = kept
		for number, row in enumerate(kept, 1):
			row.idx = number
		transaction.save()
