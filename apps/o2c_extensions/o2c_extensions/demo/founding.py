"""Founds Nordwind Handels GmbH on a site: the company, whom it sells to, what it sells, what it begins with."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe import _

from o2c_extensions.demo import catalogue, people, story
from o2c_extensions.demo.catalogue import Item
from o2c_extensions.demo.people import Customer
from o2c_extensions.demo.story import COMPANY, Story

ABBR = "NH"
CURRENCY = "EUR"
BANK, BANK_BIC, BANK_IBAN = "Hanseatische Handelsbank", "HHBKDEHHXXX", people.iban("DE", "200999000012345600")
OPENING_BALANCE = 60_000
SUPPLIER, SUPPLIER_DAYS = "Gastrotechnik Oberland AG", 6
HOME, ABROAD = "Inland", "EU-Ausland"
REDUCED = "Ermäßigt 7 %"
PRICES, COSTS = "Standard Selling", "Standard Buying"

# Whoever has one of these has a business of his own on this site.
TRANSACTIONS = (
	"Sales Order",
	"Delivery Note",
	"Sales Invoice",
	"Payment Entry",
	"Journal Entry",
	"Stock Entry",
	"GL Entry",
)

# As ERPNext's setup wizard leaves a German site.
_SETTINGS: dict[str, dict[str, Any]] = {
	"System Settings": {
		"country": "Germany",
		"currency": CURRENCY,
		"number_format": "#.###,##",
		"float_precision": "3",
		"time_zone": "Europe/Berlin",
		"setup_complete": 1,
	},
	"Global Defaults": {"country": "Germany", "default_company": COMPANY, "default_currency": CURRENCY},
	"Accounts Settings": {
		"add_taxes_from_item_tax_template": 1,
		"unlink_payment_on_cancellation_of_invoice": 1,
	},
	"Selling Settings": {
		"allow_multiple_items": 1,
		"cust_master_name": "Customer Name",
		"selling_price_list": PRICES,
	},
	"Stock Settings": {
		"auto_insert_price_list_rate_if_missing": 1,
		"item_naming_by": "Item Code",
		"stock_uom": "Nos",
	},
}


def own(name: str) -> str:
	"""The name of a record that bears the company's abbreviation."""
	return f"{name} - {ABBR}"


BANK_GL = own("Hausbank")
BANK_ACCOUNT = f"Hausbank - {BANK}"
FEES = own("Kontoführung")
SALES_TAXES = {HOME: own("Verkauf Inland"), ABROAD: own("Lieferung an Unternehmen in der EU")}


def refuse_foreign_data() -> None:
	"""The demo is for a site on which nobody works."""
	taken = [doctype for doctype in TRANSACTIONS if _has_any(doctype)]
	if taken:
		frappe.throw(
			_("The demo is for a site without transactions; this one has: {0}.").format(
				", ".join(_(doctype) for doctype in taken)
			)
		)
	if not frappe.db.exists("Customer Group", "All Customer Groups"):
		frappe.throw(_("Finish the setup wizard of ERPNext, in English, before you load the demo."))


def _has_any(doctype: str) -> bool:
	return bool(frappe.get_all(doctype, limit_page_length=1, pluck="name"))


def insert(doctype: str, **values: Any) -> Any:
	return frappe.get_doc({"doctype": doctype, **values}).insert()


def ensure(doctype: str, name: str, **values: Any) -> str:
	"""The record of that name, made when absent."""
	if not frappe.db.exists(doctype, name):
		insert(doctype, **values)
	return name


# --- 000 company -------------------------------------------------------------------------------------------------------------


def company(told: Story) -> str:
	for year in range(told.first_day.year, told.anchor.year + 1):
		_fiscal_year(str(year))
	ensure(
		"Company",
		COMPANY,
		company_name=COMPANY,
		abbr=ABBR,
		default_currency=CURRENCY,
		country="Germany",
		enable_perpetual_inventory=1,
	)
	for doctype, values in _SETTINGS.items():
		_set(doctype, values)
	_accounts()
	_taxes()
	for name in catalogue.WAREHOUSES:
		ensure(
			"Warehouse",
			own(name),
			warehouse_name=name,
			company=COMPANY,
			parent_warehouse=own("All Warehouses"),
		)
	_payment_terms()
	_bank()
	frappe.clear_cache()
	return COMPANY


def _fiscal_year(year: str) -> None:
	ensure("Fiscal Year", year, year=year, year_start_date=f"{year}-01-01", year_end_date=f"{year}-12-31")


def _set(doctype: str, values: dict[str, Any]) -> None:
	settings = frappe.get_doc(doctype)
	settings.update(values)
	settings.flags.ignore_mandatory = True
	settings.save()


def _accounts() -> None:
	for name, parent, values in (
		("Hausbank", "Bank Accounts", {"account_type": "Bank"}),
		("Kontoführung", "Indirect Expenses", {}),
		("Gewährte Skonti", "Indirect Expenses", {}),
	):
		ensure("Account", own(name), account_name=name, parent_account=own(parent), company=COMPANY, **values)
	frappe.db.set_value(
		"Company",
		COMPANY,
		{
			"default_bank_account": BANK_GL,
			"default_cash_account": own("Cash"),
			"default_discount_account": own("Gewährte Skonti"),
		},
	)


def _taxes() -> None:
	"""19 % at home, 7 % by an item's template, nothing on what goes to a business elsewhere in the Union."""
	full, reduced = own("Umsatzsteuer 19 %"), own("Umsatzsteuer 7 %")
	for category in (HOME, ABROAD):
		ensure("Tax Category", category, title=category)
	ensure(
		"Item Tax Template",
		own(REDUCED),
		title=REDUCED,
		company=COMPANY,
		taxes=[{"tax_type": full, "tax_rate": 0}, {"tax_type": reduced, "tax_rate": 7}],
	)
	rows = [
		{"charge_type": "On Net Total", "account_head": full, "description": "Umsatzsteuer 19 %", "rate": 19},
		{
			"charge_type": "On Net Total",
			"account_head": reduced,
			"description": "Umsatzsteuer 7 %",
			"rate": 0,
		},
	]
	ensure(
		"Sales Taxes and Charges Template",
		SALES_TAXES[HOME],
		title="Verkauf Inland",
		company=COMPANY,
		is_default=1,
		tax_category=HOME,
		taxes=[{**row, "cost_center": own("Main")} for row in rows],
	)


def _payment_terms() -> None:
	for title, parts in story.TERMS.values():
		for part in parts:
			_payment_term(part)
		ensure(
			"Payment Terms Template",
			title,
			template_name=title,
			terms=[{"payment_term": _term_name(part), **_term(part)} for part in parts],
		)


def _payment_term(part: story.Instalment) -> None:
	ensure("Payment Term", _term_name(part), payment_term_name=_term_name(part), **_term(part))


def _term_name(part: story.Instalment) -> str:
	share = "" if part.portion == 100 else f"{part.portion} % "
	discount = f", {part.discount} % in {part.discount_days}" if part.discount else ""
	return f"{share}{part.days} Tage{discount}"


def _term(part: story.Instalment) -> dict[str, Any]:
	values: dict[str, Any] = {
		"invoice_portion": part.portion,
		"due_date_based_on": "Day(s) after invoice date",
		"credit_days": part.days,
	}
	if part.discount:
		values |= {
			"discount_type": "Percentage",
			"discount": part.discount,
			"discount_validity_based_on": "Day(s) after invoice date",
			"discount_validity": part.discount_days,
		}
	return values


def _bank() -> None:
	ensure("Bank", BANK, bank_name=BANK)
	ensure(
		"Bank Account",
		BANK_ACCOUNT,
		account_name="Hausbank",
		bank=BANK,
		account=BANK_GL,
		company=COMPANY,
		is_company_account=1,
		is_default=1,
		iban=BANK_IBAN,
	)


# --- 001 customers -----------------------------------------------------------------------------------------------------------


def customers(told: Story) -> str:
	for name in people.GROUPS:
		ensure(
			"Customer Group",
			name,
			customer_group_name=name,
			parent_customer_group="All Customer Groups",
			is_group=0,
		)
	for country in people.COUNTRIES.values():
		ensure("Territory", country, territory_name=country, parent_territory="All Territories", is_group=0)
	ensure("Bank", "Kundenbank", bank_name="Kundenbank")
	for number, customer in enumerate(told.customers):
		_customer(customer, number)
	return str(len(told.customers))


def _customer(customer: Customer, number: int) -> None:
	limits = [{"company": COMPANY, "credit_limit": float(customer.limit)}] if customer.limit else []
	name = insert(
		"Customer",
		customer_name=customer.name,
		customer_type="Company",
		customer_group=customer.group,
		territory=customer.country,
		tax_id=customer.vat_id,
		tax_category=HOME if customer.country == "Germany" else ABROAD,
		payment_terms=story.TERMS[customer.terms][0],
		language="nl" if customer.country == "Netherlands" else "de",
		credit_limits=limits,
	).name
	link = [{"link_doctype": "Customer", "link_name": name}]
	insert(
		"Address",
		address_title=customer.name,
		address_type="Billing",
		address_line1=customer.street,
		city=customer.city,
		pincode=customer.postcode,
		country=customer.country,
		email_id=customer.email,
		phone=customer.phone,
		is_primary_address=1,
		is_shipping_address=1,
		links=link,
	)
	first, _space, last = customer.contact.rpartition(" ")
	insert(
		"Contact",
		first_name=first,
		last_name=last,
		company_name=customer.name,
		is_primary_contact=1,
		email_ids=[{"email_id": customer.email, "is_primary": 1}],
		phone_nos=[{"phone": customer.phone, "is_primary_phone": 1}],
		links=link,
	)
	if number % 2 == 0:  # of the others the bank account is not known
		insert(
			"Bank Account",
			account_name=customer.name,
			bank="Kundenbank",
			party_type="Customer",
			party=name,
			iban=customer.iban,
		)


# --- 002 items --------------------------------------------------------------------------------------------------------------


def items(told: Story) -> str:
	for group in catalogue.groups():
		ensure("Item Group", group, item_group_name=group, parent_item_group="All Item Groups", is_group=0)
	ensure(
		"Supplier", SUPPLIER, supplier_name=SUPPLIER, supplier_group="All Supplier Groups", country="Germany"
	)
	for item in told.items:
		_item(told, item)
	return str(len(told.items))


def _item(told: Story, item: Item) -> None:
	defaults: dict[str, Any] = {
		"company": COMPANY,
		"default_price_list": PRICES,
		"default_warehouse": own(catalogue.WAREHOUSES[0]),
	}
	if item.is_drop_shipped:
		defaults["default_supplier"] = SUPPLIER
	insert(
		"Item",
		item_code=item.code,
		item_name=item.name,
		item_group=item.group,
		stock_uom="Nos",
		is_stock_item=1,
		valuation_method="Moving Average",
		delivered_by_supplier=int(item.is_drop_shipped),
		lead_time_days=SUPPLIER_DAYS if item.is_drop_shipped else 0,
		item_defaults=[defaults],
		taxes=[{"item_tax_template": own(REDUCED), "tax_category": HOME}] if item.vat == 7 else [],
	)
	_price(item, PRICES, item.price, told.first_day)
	if item.is_drop_shipped:
		_price(item, COSTS, item.cost, told.first_day)


def _price(item: Item, price_list: str, price: Decimal, valid_from: date) -> None:
	insert(
		"Item Price",
		item_code=item.code,
		price_list=price_list,
		price_list_rate=float(price),
		valid_from=valid_from,
	)


# --- 004 opening ------------------------------------------------------------------------------------------------------------


def opening(told: Story) -> str:
	"""Money at the bank and goods in the warehouses, all of it the owners' capital."""
	capital, day = own("Capital Stock"), str(told.first_day)
	entry = insert(
		"Journal Entry",
		voucher_type="Journal Entry",
		company=COMPANY,
		posting_date=day,
		user_remark="Anfangsbestand der Bank",
		accounts=[
			{"account": BANK_GL, "debit_in_account_currency": OPENING_BALANCE},
			{"account": capital, "credit_in_account_currency": OPENING_BALANCE},
		],
	)
	entry.submit()
	rates = {item.code: item.cost for item in told.items}
	for warehouse in catalogue.WAREHOUSES:
		rows = [
			(stocking.item, stocking.target, rates[stocking.item])
			for stocking in told.stockings
			if stocking.warehouse == warehouse
		]
		receive(warehouse, rows, day, "06:00:00", capital, "Yes")
	return "1"


def receive(
	warehouse: str,
	rows: list[tuple[str, int, Any]],
	day: str,
	clock: str,
	account: str,
	is_opening: str = "No",
) -> None:
	"""Goods (item, quantity, rate) come into a warehouse."""
	entry = insert(
		"Stock Entry",
		stock_entry_type="Material Receipt",
		purpose="Material Receipt",
		company=COMPANY,
		set_posting_time=1,
		posting_date=day,
		posting_time=clock,
		is_opening=is_opening,
		items=[
			{
				"item_code": item,
				"qty": qty,
				"basic_rate": float(rate),
				"t_warehouse": own(warehouse),
				"expense_account": account,
			}
			for item, qty, rate in rows
		],
	)
	entry.submit()
