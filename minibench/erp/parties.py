"""Customers and suppliers as documents see them: their account, currency, addresses, terms, price list."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import Dict, db, flags
from minibench.erp import addresses
from minibench.erp.companies import get_company_currency
from minibench.erp.payment_terms import due_date_from_template
from minibench.erp.tax_templates import validate_account_head
from minibench.errors import ValidationError
from minibench.model.caches import get_cached_doc, get_cached_value
from minibench.translate import _
from minibench.values.dates import getdate
from minibench.values.numbers import cint
from minibench.values.text import bold
from minibench.web.whitelist import whitelist

_GROUPS = {"Customer": ("Customer Group", "customer_group"), "Supplier": ("Supplier Group", "supplier_group")}
_COMPANY_ACCOUNT = {"Customer": "default_receivable_account", "Supplier": "default_payable_account"}
_INVOICES = ("Sales Invoice", "Purchase Invoice")
_CONTACT_FIELDS = {
	"contact_person": "name",
	"contact_display": "full_name",
	"contact_email": "email_id",
	"contact_mobile": "mobile_no",
	"contact_phone": "phone",
	"contact_designation": "designation",
	"contact_department": "department",
}


class PartyDisabled(ValidationError):
	"""The customer or supplier is disabled."""


class PartyFrozen(ValidationError):
	"""The customer's or supplier's account is frozen."""


class InvalidAccountCurrency(ValidationError):
	"""An account of another currency is needed."""


class DuplicatePartyAccountError(ValidationError):
	"""A party has two accounts in one company."""


# --- accounts and currencies -----------------------------------------------------------------------------------------


@whitelist()
def get_party_account(
	party_type: str, party: str | None = None, company: str | None = None, include_advance: bool = False
) -> Any:
	"""The receivable or payable account of a party: its own, that of its group, else that of the company.

	If the party has entries in another currency already, the account of these.
	"""
	if not company:
		throw(_("Please select a Company"))
	company_field = _COMPANY_ACCOUNT.get(party_type)
	if not party and company_field:
		return get_cached_value("Company", company, company_field)
	account: Any = None
	if party and party_type in _GROUPS:
		account = _own_account(party_type, party, company)
		if not account:
			group_doctype, group_field = _GROUPS[party_type]
			account = _own_account(group_doctype, get_cached_value(party_type, party, group_field), company)
		account = account or get_cached_value("Company", company, str(company_field))
	booked = get_party_gle_currency(party_type, party, company)
	if booked and (not account or get_cached_value("Account", account, "account_currency") != booked):
		rows = db.execute(
			"select account from `tabGL Entry` where docstatus = 1 and company = ? and party_type = ? and party = ? limit 1",
			(company, party_type, party),
		)
		account = rows[0][0] if rows else account
	return [account] if include_advance else account


def _own_account(parenttype: str, parent: str | None, company: str | None) -> str | None:
	rows = db.recall(
		"select account from `tabParty Account` where parenttype = ? and parent = ? and company = ? limit 1",
		(parenttype, parent, company),
	)
	return rows[0][0] if rows else None


def get_party_account_currency(party_type: str, party: str, company: str) -> Any:
	account = get_party_account(party_type, party, company)
	return get_cached_value("Account", account, "account_currency") if account else None


def get_party_gle_currency(party_type: str, party: str | None, company: str | None) -> str | None:
	"""The currency in which the party has entries already."""
	rows = db.recall(
		"select account_currency from `tabGL Entry` where party_type = ? and party = ? and company = ? "
		"and docstatus = 1 and is_cancelled = 0 limit 1",
		(party_type, party, company),
	)
	return rows[0][0] if rows else None


def validate_party_gle_currency(
	party_type: str, party: str, company: str, party_account_currency: str | None = None
) -> None:
	currency = party_account_currency or get_party_account_currency(party_type, party, company)
	booked = get_party_gle_currency(party_type, party, company)
	if booked and currency != booked:
		throw(
			_(
				"{0} {1} has accounting entries in currency {2} for company {3}. Please select a receivable or payable account with currency {2}."
			).format(bold(party_type), bold(party), bold(booked), bold(company)),
			InvalidAccountCurrency,
		)


def validate_party_accounts(party: Any) -> None:
	"""Check the accounts that a customer or supplier names: one a company, of that company, in a possible currency."""
	companies: set[str] = set()
	for row in party.accounts:
		if row.company in companies:
			throw(
				_("There can only be 1 Account per Company in {0} {1}").format(party.doctype, party.name),
				DuplicatePartyAccountError,
			)
		companies.add(row.company)
		currency = get_cached_value("Account", row.account, "account_currency") if row.account else None
		validate_party_gle_currency(party.doctype, party.name, row.company, currency)
		company_currency = get_company_currency(db.get_default("company") or row.company)
		if party.default_currency and currency and party.default_currency not in (currency, company_currency):
			throw(
				_(
					"Billing currency must be equal to either default company's currency or party account currency"
				)
			)
		if row.account:
			validate_account_head(row.idx, row.account, row.company)


def refuse_frozen_or_disabled(party_type: str | None, party: str | None) -> None:
	"""Raise PartyDisabled or PartyFrozen if nothing may be booked for the party."""
	if flags.ignore_party_validation or not party or party_type not in _GROUPS:
		return
	found = get_cached_value(party_type, party, ["is_frozen", "disabled"], as_dict=True)
	if not found:
		return
	if found.disabled:
		throw(_("{0} {1} is disabled").format(party_type, party), PartyDisabled)
	if found.is_frozen:
		from minibench.access.users import get_roles

		if db.get_single_value("Accounts Settings", "frozen_accounts_modifier") not in get_roles():
			throw(_("{0} {1} is frozen").format(party_type, party), PartyFrozen)


# --- terms -----------------------------------------------------------------------------------------------------------


@whitelist()
def get_payment_terms_template(party_name: str, party_type: str, company: str | None = None) -> Any:
	"""The payment terms of a party, of its group, else of the company."""
	if party_type not in _GROUPS:
		return None
	group_doctype, group_field = _GROUPS[party_type]
	terms, group = get_cached_value(party_type, party_name, ["payment_terms", group_field])
	if not terms and group:
		terms = get_cached_value(group_doctype, group, "payment_terms")
	if not terms and company:
		terms = get_cached_value("Company", company, "payment_terms")
	return terms


@whitelist()
def get_due_date(
	posting_date: Any, party_type: str, party: str, company: str | None = None, bill_date: Any = None
) -> Any:
	"""The last day to pay, by the party's payment terms; the posting date where there are none."""
	if not (bill_date or posting_date) or not party:
		return None
	due: Any = bill_date or posting_date
	template = get_payment_terms_template(party, party_type, company)
	if template:
		due = str(due_date_from_template(template, posting_date, bill_date))
	return posting_date if getdate(due) < getdate(posting_date) else due


# --- details of a party for a document -----------------------------------------------------------------------------------


@whitelist()
def get_party_details(
	party: str | None = None,
	account: str | None = None,
	party_type: str = "Customer",
	company: str | None = None,
	posting_date: Any = None,
	bill_date: Any = None,
	price_list: str | None = None,
	currency: str | None = None,
	doctype: str | None = None,
	ignore_permissions: bool = False,
	fetch_payment_terms_template: bool = True,
	party_address: str | None = None,
	company_address: str | None = None,
	shipping_address: str | None = None,
	pos_profile: str | None = None,
) -> Dict:
	"""What a document takes over of a party, for a form that has just been given one."""
	if not party:
		return Dict()
	if not db.exists(party_type, party):
		throw(_("{0}: {1} does not exists").format(party_type, party))
	# A caller over HTTP cannot ask for more than what it may see.
	return party_details(
		party,
		party_type,
		company=company,
		posting_date=posting_date,
		bill_date=bill_date,
		price_list=price_list,
		currency=currency,
		doctype=doctype,
		ignore_permissions=False,
		fetch_payment_terms=bool(cint(fetch_payment_terms_template)),
		party_address=party_address,
		company_address=company_address,
		shipping_address=shipping_address,
	)


def party_details(
	party: str,
	party_type: str,
	*,
	company: str | None,
	posting_date: Any = None,
	bill_date: Any = None,
	price_list: str | None = None,
	currency: str | None = None,
	doctype: str | None = None,
	ignore_permissions: bool = False,
	fetch_payment_terms: bool = True,
	party_address: str | None = None,
	company_address: str | None = None,
	shipping_address: str | None = None,
) -> Dict:
	prefix = party_type.lower()
	details = Dict({prefix: party})
	if doctype in _INVOICES:
		details["debit_to" if prefix == "customer" else "credit_to"] = get_party_account(
			party_type, party, company
		)
		details.due_date = get_due_date(posting_date, party_type, party, company, bill_date)
	doc = get_cached_doc(party_type, party)
	if not ignore_permissions:
		from minibench.access.permissions import check_permission as has_permission

		has_permission(party_type, "read", doc, throw=True)
	_set_addresses(details, doc, party_address, shipping_address, company_address, company, doctype)
	_set_contact(details, doc)
	_, group_field = _GROUPS[party_type]
	details[f"{prefix}_name"] = doc.get(f"{prefix}_name")
	details[group_field] = doc.get(group_field)
	details.language = doc.language
	if party_type == "Customer":
		details.territory = doc.territory
	_set_price_list(details, doc, price_list)
	if fetch_payment_terms:
		details.payment_terms_template = get_payment_terms_template(party, party_type, company)
	details.currency = doc.default_currency or currency or get_company_currency(str(company))
	return details


def _set_addresses(
	details: Dict,
	doc: Any,
	party_address: str | None,
	shipping: str | None,
	company_address: str | None,
	company: str | None,
	doctype: str | None,
) -> None:
	prefix = doc.doctype.lower()
	billing = party_address or addresses.default_address(doc.doctype, doc.name)
	details[f"{prefix}_address"] = billing
	details.address_display = addresses.render_address(billing)
	if doc.doctype == "Customer":
		shipping = shipping or addresses.shipping_address("Customer", doc.name)
		details.shipping_address_name = shipping
		details.shipping_address = addresses.render_address(shipping)
	if company_address:
		details.company_address = company_address
	elif company:
		details.update(addresses.company_address(company))
	if doctype == "Purchase Order":
		if shipping:
			details.shipping_address = shipping
			details.shipping_address_display = addresses.render_address(shipping)
		if details.company_address:
			details.billing_address = details.company_address
			details.billing_address_display = addresses.render_address(details.company_address)
			if not details.shipping_address:
				details.shipping_address = details.billing_address
				details.shipping_address_display = details.billing_address_display
	details.tax_category = _tax_category(doc, billing, shipping)


def _tax_category(doc: Any, billing: str | None, shipping: str | None) -> str:
	by = db.get_single_value("Accounts Settings", "determine_address_tax_category_from")
	address = shipping if by == "Shipping Address" and doc.doctype == "Customer" else billing
	own = get_cached_value("Address", address, "tax_category") if address else None
	return own or doc.tax_category or ""


def _set_contact(details: Dict, doc: Any) -> None:
	contact = addresses.default_contact(doc.doctype, doc.name)
	found: Any = (
		db.get_value("Contact", contact, list(_CONTACT_FIELDS.values()), as_dict=True) if contact else None
	)
	for key, fieldname in _CONTACT_FIELDS.items():
		details[key] = found[fieldname] if found else None


def _set_price_list(details: Dict, doc: Any, given: str | None) -> None:
	price_list = doc.default_price_list
	if not price_list and doc.doctype == "Customer" and doc.customer_group:
		price_list = get_cached_value("Customer Group", doc.customer_group, "default_price_list")
	price_list = price_list or given
	if price_list:
		details.price_list_currency = get_cached_value("Price List", price_list, "currency")
	details["selling_price_list" if doc.doctype == "Customer" else "buying_price_list"] = price_list


def refuse_blocked_supplier(supplier: str, what: str) -> None:
	"""Raise if orders from a supplier, or payments to it, are on hold."""
	found = db.get_value("Supplier", supplier, ["on_hold", "hold_type", "release_date"], as_dict=True)
	if not found or not found.on_hold or found.hold_type not in ("All", what):
		return
	if not found.release_date or getdate() <= getdate(found.release_date):
		throw(_("{0} is blocked so this transaction cannot proceed").format(supplier))
