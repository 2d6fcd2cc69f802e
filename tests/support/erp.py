"""A trading company to tell ERP stories in, on both engines: what is absent is made, what is there is used."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import frappe
import pytest

COMPANY = "Nordwind Handels GmbH"
STORES = "Stores - NH"
BANK = "Hausbank - NH"
SALES_TAX = "Umsatzsteuer 19 % - NH"
DAY = "2026-03-02"

# As the setup wizard leaves a German site (recorded on v15): only a site without the company gets them set.
SETTINGS: dict[str, dict[str, Any]] = {
	"System Settings": {
		"country": "Germany",
		"currency": "EUR",
		"number_format": "#.###,##",
		"float_precision": "3",
		"time_zone": "Europe/Berlin",
		"setup_complete": 1,
	},
	"Global Defaults": {"country": "Germany", "default_company": COMPANY, "default_currency": "EUR"},
	"Accounts Settings": {
		"add_taxes_from_item_tax_template": 1,
		"allow_stale": 1,
		"unlink_advance_payment_on_cancelation_of_order": 1,
		"unlink_payment_on_cancellation_of_invoice": 1,
	},
	"Selling Settings": {
		"allow_multiple_items": 1,
		"cust_master_name": "Customer Name",
		"selling_price_list": "Standard Selling",
	},
	"Stock Settings": {
		"auto_insert_price_list_rate_if_missing": 1,
		"default_warehouse": STORES,
		"item_naming_by": "Item Code",
		"stock_uom": "Nos",
		"valuation_method": "FIFO",
	},
}


def found_company() -> None:
	"""Make the company and what surrounds it, once per site; it stays."""
	# Stories of fixed days, and some that happen on the day of the test.
	for year in range(2025, datetime.date.today().year + 2):
		days = {"year_start_date": f"{year}-01-01", "year_end_date": f"{year}-12-31"}
		ensure("Fiscal Year", str(year), year=str(year), **days)
	if frappe.db.exists("Company", COMPANY):
		_read_formats_anew()
		return
	insert(
		"Company",
		company_name=COMPANY,
		abbr="NH",
		default_currency="EUR",
		country="Germany",
		enable_perpetual_inventory=1,
	)
	for doctype, values in SETTINGS.items():
		settings = frappe.get_doc(doctype)
		settings.update(values)
		settings.flags.ignore_mandatory = True
		settings.save()
	insert(
		"Account",
		account_name="Hausbank",
		parent_account="Bank Accounts - NH",
		account_type="Bank",
		company=COMPANY,
	)
	frappe.db.set_value(
		"Company", COMPANY, {"default_bank_account": BANK, "default_cash_account": "Cash - NH"}
	)
	frappe.db.commit()
	frappe.clear_cache()


def _read_formats_anew() -> None:
	"""Tests of values have the framework remember other formats than the site's: these stories are told in the site's own."""
	own = SETTINGS["System Settings"]["number_format"]
	if frappe.db.get_default("number_format") == own:
		return
	frappe.clear_cache()
	if frappe.db.get_default("number_format") != own:
		frappe.db.set_single_value("System Settings", "number_format", own)
		frappe.db.set_default("number_format", own)


def insert(doctype: str, **values: Any) -> Any:
	return frappe.get_doc({"doctype": doctype, **values}).insert()


def ensure(doctype: str, name: str, **values: Any) -> str:
	"""The record of that name, made when absent."""
	if not frappe.db.exists(doctype, name):
		insert(doctype, **values)
	return name


def make_customer(**values: Any) -> str:
	name = values.pop("customer_name", None) or f"Kunde {frappe.generate_hash(length=8)}"
	customer = insert(
		"Customer",
		customer_name=name,
		**{
			"customer_type": "Company",
			"customer_group": "All Customer Groups",
			"territory": "All Territories",
			**values,
		},
	)
	return str(customer.name)


def make_supplier(**values: Any) -> str:
	name = f"Lieferant {frappe.generate_hash(length=8)}"
	return str(insert("Supplier", supplier_name=name, supplier_group="All Supplier Groups", **values).name)


def make_item(**values: Any) -> str:
	code = f"ART-{frappe.generate_hash(length=8)}"
	item = insert(
		"Item",
		item_code=code,
		**{
			"item_name": "Schraube",
			"item_group": "All Item Groups",
			"stock_uom": "Nos",
			"is_stock_item": 1,
			"valuation_method": "Moving Average",
			**values,
		},
	)
	return str(item.name)


def receive(item: str, qty: float, rate: float, day: str = DAY, **values: Any) -> Any:
	"""Goods come in at a rate, without a purchase."""
	entry = frappe.get_doc(
		{
			"doctype": "Stock Entry",
			"stock_entry_type": "Material Receipt",
			"purpose": "Material Receipt",
			"company": COMPANY,
			"set_posting_time": 1,
			"posting_date": day,
			"posting_time": "08:00:00",
			"items": [{"item_code": item, "qty": qty, "basic_rate": rate, "t_warehouse": STORES}],
			**values,
		}
	)
	entry.insert()
	entry.submit()
	return entry


def tax(rate: float = 19, **values: Any) -> dict[str, Any]:
	return {
		"charge_type": "On Net Total",
		"account_head": SALES_TAX,
		"description": f"USt {rate} %",
		"rate": rate,
		**values,
	}


def order(customer: str, items: list[dict[str, Any]], **values: Any) -> Any:
	"""A draft order, not yet inserted."""
	day = values.pop("day", DAY)
	return frappe.get_doc(
		{
			"doctype": "Sales Order",
			"customer": customer,
			"company": COMPANY,
			"transaction_date": day,
			"delivery_date": day,
			"items": [{"warehouse": STORES, **item} for item in items],
			"taxes": [tax()],
			**values,
		}
	)


def invoice(customer: str, items: list[dict[str, Any]], **values: Any) -> Any:
	"""A draft invoice, not yet inserted."""
	day = values.pop("day", DAY)
	return frappe.get_doc(
		{
			"doctype": "Sales Invoice",
			"customer": customer,
			"company": COMPANY,
			"set_posting_time": 1,
			"posting_date": day,
			"due_date": day,
			"items": [{"warehouse": STORES, **item} for item in items],
			"taxes": [tax()],
			**values,
		}
	)


def on(document: Any, day: str, time: str = "12:00:00") -> Any:
	"""The document, dated."""
	document.update({"set_posting_time": 1, "posting_date": day, "posting_time": time})
	return document


@contextmanager
def refused(error: type[Exception]) -> Iterator[pytest.ExceptionInfo[Exception]]:
	"""What is done in here must raise the error, and is undone as at the end of a request that failed."""
	frappe.db.savepoint("refused")
	with pytest.raises(error) as raised:
		yield raised
	frappe.db.rollback(save_point="refused")
	frappe.local.document_cache = {}
	frappe.local.future_sle = {}


class Facts:
	"""What the documents of a story say, with names that differ from run to run replaced by the story's own."""

	def __init__(self) -> None:
		self.labels: dict[str, str] = {}

	def name(self, **labels: Any) -> None:
		"""Give names (or documents) a label."""
		for label, value in labels.items():
			self.labels[str(getattr(value, "name", value))] = label

	def say(self, value: Any) -> Any:
		if isinstance(value, dict):
			return {key: self.say(item) for key, item in value.items()}
		if isinstance(value, list | tuple):
			return [self.say(item) for item in value]
		if isinstance(value, str):
			if value in self.labels:
				return self.labels[value]
			for name in sorted(self.labels, key=len, reverse=True):
				value = value.replace(name, self.labels[name])
			return value
		return value

	def of(self, document: Any, fields: str, **tables: str) -> dict[str, Any]:
		"""The fields of a document as stored, and of its rows."""
		stored = frappe.get_doc(document.doctype, document.name)
		said = {field: stored.get(field) for field in fields.split()}
		for table, columns in tables.items():
			said[table] = [[row.get(column) for column in columns.split()] for row in stored.get(table)]
		return dict(self.say(said))

	def _rows(self, doctype: str, fields: str, **filters: Any) -> list[Any]:
		columns = fields.split()
		rows = frappe.get_all(doctype, filters=filters, fields=columns)
		said = [self.say([row[column] for column in columns]) for row in rows]
		return sorted(said, key=repr)

	def books(self, document: Any) -> dict[str, Any]:
		"""The ledgers' rows of a voucher."""
		voucher = {"voucher_type": document.doctype, "voucher_no": document.name}
		return {
			"gl": self._rows(
				"GL Entry",
				"account party debit credit debit_in_account_currency credit_in_account_currency account_currency "
				"against against_voucher_type against_voucher voucher_detail_no cost_center posting_date due_date "
				"is_cancelled is_advance is_opening remarks",
				**voucher,
			),
			"payments": self._rows(
				"Payment Ledger Entry",
				"account_type account party amount amount_in_account_currency account_currency against_voucher_type "
				"against_voucher_no posting_date due_date delinked",
				**voucher,
			),
			"stock": self._rows(
				"Stock Ledger Entry",
				"item_code warehouse actual_qty qty_after_transaction incoming_rate outgoing_rate valuation_rate "
				"stock_value stock_value_difference posting_date posting_time is_cancelled",
				**voucher,
			),
		}

	def bin(self, item: str, warehouse: str = STORES) -> list[Any]:
		fields = "actual_qty reserved_qty ordered_qty projected_qty valuation_rate stock_value"
		return self._rows("Bin", fields, item_code=item, warehouse=warehouse)


ORDER = (
	"status delivery_status billing_status per_delivered per_billed advance_paid advance_payment_status "
	"currency conversion_rate total_qty total base_total net_total base_net_total total_taxes_and_charges discount_amount "
	"grand_total base_grand_total rounding_adjustment rounded_total base_rounded_total in_words base_in_words title "
	"customer_name customer_group territory selling_price_list price_list_currency plc_conversion_rate"
)
DELIVERY = (
	"status per_billed per_returned is_return total net_total grand_total rounded_total base_grand_total "
	"base_rounded_total total_taxes_and_charges title"
)
INVOICE = (
	"status is_return outstanding_amount total base_total net_total total_taxes_and_charges discount_amount "
	"grand_total base_grand_total rounding_adjustment rounded_total base_rounded_total total_advance debit_to due_date "
	"party_account_currency paid_amount write_off_amount in_words base_in_words title against_income_account"
)
PAYMENT = (
	"status payment_type paid_from paid_to paid_from_account_currency paid_to_account_currency paid_amount "
	"base_paid_amount received_amount base_received_amount source_exchange_rate target_exchange_rate "
	"total_allocated_amount base_total_allocated_amount unallocated_amount difference_amount party party_name title"
)
SCHEDULE = (
	"payment_term due_date invoice_portion payment_amount base_payment_amount outstanding paid_amount discounted_amount "
	"discount_type discount discount_date"
)
TAXES = (
	"charge_type account_head rate tax_amount total tax_amount_after_discount_amount base_tax_amount base_total "
	"included_in_print_rate row_id item_wise_tax_detail cost_center"
)
LINES = (
	"item_code qty uom conversion_factor stock_qty price_list_rate discount_percentage discount_amount rate amount "
	"base_rate base_amount net_rate net_amount base_net_amount warehouse income_account"
)
REFERENCES = "reference_doctype reference_name total_amount outstanding_amount allocated_amount exchange_rate due_date payment_term exchange_gain_loss"
