"""Questions that are answered from the books, as v15 answers them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from erpnext.accounts.doctype.payment_entry.payment_entry import (
	get_outstanding_reference_documents,
	get_payment_entry,
	get_reference_details,
)
from erpnext.accounts.party import get_due_date, get_party_account, get_party_details
from erpnext.accounts.utils import get_balance_on, get_fiscal_year
from erpnext.controllers.accounts_controller import get_payment_terms
from erpnext.selling.doctype.customer.customer import get_credit_limit, get_customer_outstanding
from erpnext.setup.utils import get_exchange_rate
from erpnext.stock.get_item_details import get_item_details

from tests.golden.test_erp_sales import stage
from tests.support import erp
from tests.support.erp import Facts
from tests.support.golden import Golden


def settled(document: Any) -> Any:
	document.insert()
	document.submit()
	return document


def chosen(values: Any, keys: str) -> dict[str, Any]:
	return {key: values.get(key) for key in keys.split()}


def test_what_a_customer_owes(facts: Facts, golden: Golden) -> None:
	customer = erp.make_customer(credit_limits=[{"company": erp.COMPANY, "credit_limit": 5000}])
	service = erp.make_item(is_stock_item=0)
	invoice = settled(erp.invoice(customer, [{"item_code": service, "qty": 1, "rate": 100}]))
	order = settled(erp.order(customer, [{"item_code": service, "qty": 2, "rate": 70}]))
	facts.name(customer=customer, service=service, invoice=invoice, order=order)
	golden(get_customer_outstanding(customer, erp.COMPANY), "outstanding")
	golden(
		get_customer_outstanding(customer, erp.COMPANY, ignore_outstanding_sales_order=True), "without orders"
	)
	golden(get_credit_limit(customer, erp.COMPANY), "limit")
	golden(get_balance_on(party_type="Customer", party=customer, company=erp.COMPANY), "balance")
	golden(
		get_balance_on("Debtors - NH", date="2026-03-31", party_type="Customer", party=customer),
		"balance of account",
	)
	golden(get_party_account("Customer", customer, erp.COMPANY), "account")
	rows = get_outstanding_reference_documents(
		{
			"party_type": "Customer",
			"party": customer,
			"party_account": "Debtors - NH",
			"company": erp.COMPANY,
			"posting_date": "2026-03-31",
			"payment_type": "Receive",
			"get_outstanding_invoices": True,
			"get_orders_to_be_billed": True,
		}
	)
	keys = "voucher_type voucher_no invoice_amount outstanding_amount payment_amount due_date posting_date exchange_rate currency"
	golden(facts.say([chosen(row, keys) for row in rows]), "open")
	details = get_reference_details("Sales Invoice", invoice.name, "EUR", "Customer", customer)
	golden(facts.say(chosen(details, "total_amount outstanding_amount exchange_rate due_date")), "reference")


def test_what_a_form_is_filled_with(facts: Facts, golden: Golden) -> None:
	customer = erp.make_customer(default_currency="EUR")
	item = erp.make_item(description="Eine Schraube", standard_rate=4.2)
	facts.name(customer=customer, item=item)
	address = erp.insert(
		"Address",
		address_title=customer,
		address_type="Billing",
		address_line1="Hafenstraße 1",
		city="Kiel",
		pincode="24103",
		country="Germany",
		is_primary_address=1,
		links=[{"link_doctype": "Customer", "link_name": customer}],
	)
	facts.name(address=address)
	details = get_party_details(
		party=customer,
		party_type="Customer",
		company=erp.COMPANY,
		doctype="Sales Order",
		posting_date="2026-03-02",
	)
	keys = "customer customer_name customer_group territory currency selling_price_list language customer_address due_date"
	golden(facts.say(chosen(details, keys)), "party")
	row = get_item_details(
		{
			"item_code": item,
			"company": erp.COMPANY,
			"customer": customer,
			"doctype": "Sales Order",
			"currency": "EUR",
			"conversion_rate": 1,
			"price_list": "Standard Selling",
			"price_list_currency": "EUR",
			"plc_conversion_rate": 1,
			"transaction_date": "2026-03-02",
			"qty": 3,
		}
	)
	keys = (
		"item_code item_name description item_group stock_uom uom conversion_factor qty stock_qty price_list_rate rate "
		"warehouse income_account expense_account cost_center item_tax_template item_tax_rate discount_percentage "
		"projected_qty actual_qty delivered_by_supplier is_fixed_asset"
	)
	golden(facts.say(chosen(row, keys)), "item")


def test_days_rates_and_years(facts: Facts, golden: Golden) -> None:
	customer = erp.make_customer()
	golden(get_due_date("2026-03-02", "Customer", customer, erp.COMPANY), "due")
	golden(list(get_fiscal_year("2026-03-02", company=erp.COMPANY)), "year")
	erp.insert(
		"Currency Exchange", date="2026-03-01", from_currency="USD", to_currency="EUR", exchange_rate=0.91
	)
	golden(get_exchange_rate("USD", "EUR", "2026-03-02"), "rate")
	golden(get_exchange_rate("EUR", "EUR", "2026-03-02"), "same")
	parts = [
		erp.insert(
			"Payment Term",
			payment_term_name=f"T {frappe.generate_hash(length=6)}",
			invoice_portion=portion,
			credit_days=days,
		)
		for portion, days in ((25, 7), (75, 45))
	]
	template = erp.insert(
		"Payment Terms Template",
		template_name=f"T {frappe.generate_hash(length=6)}",
		terms=[
			{
				"payment_term": part.name,
				"invoice_portion": part.invoice_portion,
				"credit_days": part.credit_days,
			}
			for part in parts
		],
	)
	facts.name(first=parts[0], second=parts[1])
	terms = get_payment_terms(template.name, "2026-03-02", 1234.57, 1234.57)
	golden(
		facts.say(
			[
				chosen(
					term,
					"payment_term due_date invoice_portion payment_amount base_payment_amount outstanding",
				)
				for term in terms
			]
		),
		"terms",
	)


@pytest.fixture
def any_currency() -> Iterator[None]:
	field = "allow_multi_currency_invoices_against_single_party_account"
	frappe.db.set_single_value("Accounts Settings", field, 1)
	yield
	frappe.db.rollback()
	frappe.clear_document_cache("Accounts Settings", "Accounts Settings")


@pytest.mark.usefixtures("any_currency")
def test_dollars_on_an_account_in_euro(facts: Facts, golden: Golden) -> None:
	customer, service = erp.make_customer(), erp.make_item(is_stock_item=0)
	facts.name(customer=customer, service=service)
	invoice = settled(
		erp.invoice(
			customer, [{"item_code": service, "qty": 3, "rate": 33.33}], currency="USD", conversion_rate=0.9
		)
	)
	stage(golden, facts, "1 billed", invoice=invoice)
	payment = get_payment_entry("Sales Invoice", invoice.name, bank_account=erp.BANK)
	payment.update({"posting_date": "2026-03-09", "reference_no": "1", "reference_date": "2026-03-09"})
	settled(payment)
	stage(golden, facts, "2 paid", payment=payment, invoice=invoice)


def test_money_between_accounts(facts: Facts, golden: Golden) -> None:
	transfer = frappe.get_doc(
		{
			"doctype": "Payment Entry",
			"payment_type": "Internal Transfer",
			"company": erp.COMPANY,
			"posting_date": "2026-03-09",
			"paid_from": erp.BANK,
			"paid_to": "Cash - NH",
			"paid_amount": 250.5,
			"received_amount": 250.5,
			"reference_no": "1",
			"reference_date": "2026-03-09",
		}
	)
	settled(transfer)
	stage(golden, facts, "moved", transfer=transfer)


def test_money_that_belongs_to_no_invoice_yet(facts: Facts, golden: Golden) -> None:
	customer, service = erp.make_customer(), erp.make_item(is_stock_item=0)
	facts.name(customer=customer, service=service)
	ahead = frappe.get_doc(
		{
			"doctype": "Payment Entry",
			"payment_type": "Receive",
			"company": erp.COMPANY,
			"posting_date": "2026-03-01",
			"party_type": "Customer",
			"party": customer,
			"paid_from": "Debtors - NH",
			"paid_to": erp.BANK,
			"paid_amount": 75,
			"received_amount": 75,
			"reference_no": "1",
			"reference_date": "2026-03-01",
		}
	)
	settled(ahead)
	stage(golden, facts, "1 received", ahead=ahead)
	invoice = erp.invoice(
		customer, [{"item_code": service, "qty": 1, "rate": 100}], allocate_advances_automatically=1
	)
	settled(invoice)
	stage(golden, facts, "2 billed", ahead=ahead, invoice=invoice)
