"""Founds Nordwind Handels GmbH on a site: the company with its accounts, taxes, terms and bank."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from o2c_extensions.cash_application.domain.rule_form import LOOK_FOR
from o2c_extensions.cash_application.queries.rule_sets import RULE_SET
from o2c_extensions.cash_application.services import rule_sets
from o2c_extensions.demo import catalogue, people, story
from o2c_extensions.demo.payers import DAMAGE
from o2c_extensions.demo.story import COMPANY, Story
from o2c_extensions.setup.rule_sets import STANDARD

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
		"date_format": "dd.mm.yyyy",
		"float_precision": "3",
		"time_zone": "Europe/Berlin",
		"setup_complete": 1,
	},
	"Global Defaults": {"country": "Germany", "default_company": COMPANY, "default_currency": CURRENCY},
	"Website Settings": {"app_name": COMPANY},
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
	_rules()
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
		(DAMAGE, "Indirect Expenses", {}),
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


def _rules() -> None:
	"""Who keeps something back for damage in transit is looked at by a person; everything else is matched as it comes."""
	ensure(
		"Deduction Reason",
		"DAMAGE",
		reason_code="DAMAGE",
		reason_name=DAMAGE,
		account=own(DAMAGE),
		needs_person=1,
	)
	damage = {
		"title": "Damage in Transit",
		"action": "Match",
		"sign": "In",
		"contains": DAMAGE,
		"deduction_reason": "DAMAGE",
		**dict.fromkeys(LOOK_FOR, 1),
	}
	if not frappe.db.exists(RULE_SET, COMPANY):
		insert(
			RULE_SET,
			set_name=COMPANY,
			for_company=COMPANY,
			description="As the standard, and who keeps something back for damage in transit is followed up.",
			rules=[damage, *STANDARD["rules"]],
			limits=STANDARD["limits"],
		)
		rule_sets.activate(COMPANY)
