"""Totals, taxes, discounts and rounding of documents, as v15 computes them."""

from __future__ import annotations

import copy
from typing import Any

import frappe
import pytest

from tests.support import erp
from tests.support.erp import Facts
from tests.support.golden import Golden

ACTUAL = {
	"charge_type": "Actual",
	"account_head": "Freight and Forwarding Charges - NH",
	"description": "Fracht",
}
ROWS: list[dict[str, Any]] = [
	{"qty": 3, "rate": 33.33},
	{"qty": 7, "rate": 0.99},
	{"qty": 1, "price_list_rate": 149.9, "discount_percentage": 3},
]

CASES: dict[str, dict[str, Any]] = {
	"plain": {},
	"no tax": {"taxes": []},
	"included": {"taxes": [erp.tax(included_in_print_rate=1)]},
	"two rates included": {
		"taxes": [erp.tax(included_in_print_rate=1), erp.tax(7, included_in_print_rate=1)]
	},
	"on previous": {
		"taxes": [
			erp.tax(),
			erp.tax(5.5, charge_type="On Previous Row Amount", row_id=1),
			erp.tax(2, charge_type="On Previous Row Total", row_id=2),
		]
	},
	"actual": {
		"taxes": [{**ACTUAL, "tax_amount": 17.77}, erp.tax(19, charge_type="On Previous Row Total", row_id=1)]
	},
	"on quantity": {"taxes": [erp.tax(0.25, charge_type="On Item Quantity")]},
	"discount on grand total": {"apply_discount_on": "Grand Total", "discount_amount": 12.34},
	"discount on net total": {"apply_discount_on": "Net Total", "discount_amount": 12.34},
	"discount in percent": {"apply_discount_on": "Grand Total", "additional_discount_percentage": 2.5},
	"discount on included": {
		"taxes": [erp.tax(included_in_print_rate=1)],
		"apply_discount_on": "Grand Total",
		"discount_amount": 10,
	},
	"discount with actual": {
		"taxes": [{**ACTUAL, "tax_amount": 9}, erp.tax()],
		"apply_discount_on": "Grand Total",
		"discount_amount": 20,
	},
	"not rounded": {"disable_rounded_total": 1},
	"dollars": {"currency": "USD", "conversion_rate": 0.9123},
	"dollars discounted": {
		"currency": "USD",
		"conversion_rate": 0.9123,
		"apply_discount_on": "Net Total",
		"additional_discount_percentage": 3,
	},
}


@pytest.mark.parametrize("case", CASES)
def test_totals_of_an_order(case: str, facts: Facts, golden: Golden) -> None:
	customer = erp.make_customer()
	item = erp.make_item(is_stock_item=0)
	facts.name(customer=customer, item=item)
	order = erp.order(customer, [{"item_code": item, **row} for row in ROWS], **copy.deepcopy(CASES[case]))
	order.insert()
	golden(facts.of(order, erp.ORDER, items=erp.LINES, taxes=erp.TAXES, payment_schedule=erp.SCHEDULE))


def test_margins_and_units(facts: Facts, golden: Golden) -> None:
	customer = erp.make_customer()
	item = erp.make_item(is_stock_item=0, uoms=[{"uom": "Box", "conversion_factor": 12}])
	facts.name(customer=customer, item=item)
	order = erp.order(
		customer,
		[
			{"item_code": item, "qty": 2, "uom": "Box", "conversion_factor": 12, "rate": 100},
			{
				"item_code": item,
				"qty": 2,
				"price_list_rate": 50,
				"margin_type": "Percentage",
				"margin_rate_or_amount": 10,
			},
			{
				"item_code": item,
				"qty": 5,
				"price_list_rate": 50,
				"margin_type": "Amount",
				"margin_rate_or_amount": 4,
				"discount_percentage": 5,
			},
		],
	)
	order.insert()
	golden(
		facts.of(
			order,
			erp.ORDER,
			items=f"{erp.LINES} margin_type margin_rate_or_amount rate_with_margin stock_uom_rate",
		)
	)


def test_prices_and_taxes_that_are_filled_in(facts: Facts, golden: Golden) -> None:
	customer = erp.make_customer()
	item = erp.make_item(is_stock_item=0, description="Eine Schraube")
	erp.insert("Item Price", item_code=item, price_list="Standard Selling", price_list_rate=17.5)
	template = frappe.get_doc(
		{
			"doctype": "Sales Taxes and Charges Template",
			"title": f"Umsatz {frappe.generate_hash(length=6)}",
			"company": erp.COMPANY,
			"taxes": [erp.tax()],
		}
	).insert()
	facts.name(customer=customer, item=item, template=template)
	order = erp.order(customer, [{"item_code": item, "qty": 3}], taxes=[], taxes_and_charges=template.name)
	order.insert()
	golden(
		facts.of(
			order,
			f"{erp.ORDER} taxes_and_charges",
			items=f"{erp.LINES} item_name description item_group stock_uom item_tax_rate",
			taxes=erp.TAXES,
		)
	)


def test_item_tax_template(facts: Facts, golden: Golden) -> None:
	"""The standard template's rows have no rate: the item brings it."""
	reduced = frappe.get_doc(
		{
			"doctype": "Item Tax Template",
			"title": f"Ermäßigt {frappe.generate_hash(length=6)}",
			"company": erp.COMPANY,
			"taxes": [
				{"tax_type": "Umsatzsteuer 7 % - NH", "tax_rate": 7},
				{"tax_type": erp.SALES_TAX, "tax_rate": 0},
			],
		}
	).insert()
	book = erp.make_item(is_stock_item=0, taxes=[{"item_tax_template": reduced.name}])
	screw = erp.make_item(is_stock_item=0)
	customer = erp.make_customer()
	facts.name(customer=customer, book=book, screw=screw, reduced=reduced)
	order = erp.order(
		customer,
		[{"item_code": book, "qty": 3, "rate": 14.02}, {"item_code": screw, "qty": 2, "rate": 5.55}],
		taxes=[erp.tax(), erp.tax(0, account_head="Umsatzsteuer 7 % - NH")],
	)
	order.insert()
	golden(facts.of(order, erp.ORDER, items=f"{erp.LINES} item_tax_template item_tax_rate", taxes=erp.TAXES))
