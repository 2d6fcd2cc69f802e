"""A customer's credit in a company: how much it has, and how much of that is used."""

from __future__ import annotations

from dataclasses import dataclass

import frappe

from o2c_extensions import erp
from o2c_extensions.common.money import rounded
from o2c_extensions.credit_control.domain.credit import Exposure, Terms
from o2c_extensions.credit_control.queries import exposure as queries


@dataclass(frozen=True)
class Credit:
	"""A customer's credit in a company: how much it has, and how much of that is used."""

	currency: str
	terms: Terms
	exposure: Exposure


def credit_of(customer: str, company: str) -> Credit:
	"""A customer's credit as it is now, without deciding anything."""
	currency = currency_of(company)
	_seen, at_orders = queries.account("", customer, company)
	terms = Terms(rounded(erp.get_credit_limit(customer, company), currency), at_orders)
	return Credit(currency, terms, queries.exposure(customer, company, currency))


def currency_of(company: str) -> str:
	return str(frappe.get_cached_value("Company", company, "default_currency"))
