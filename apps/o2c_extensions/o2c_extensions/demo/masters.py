"""Whom Nordwind Handels GmbH sells to, what it sells, what it begins with."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from o2c_extensions.demo import catalogue, people, story
from o2c_extensions.demo.catalogue import Item
from o2c_extensions.demo.founding import (
	ABROAD,
	BANK_GL,
	COSTS,
	HOME,
	OPENING_BALANCE,
	PRICES,
	REDUCED,
	SUPPLIER,
	SUPPLIER_DAYS,
	ensure,
	insert,
	own,
)
from o2c_extensions.demo.people import Customer
from o2c_extensions.demo.story import COMPANY, Story

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
