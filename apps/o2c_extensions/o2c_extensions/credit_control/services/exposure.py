"""A customer's credit in a company: how much it has, and how much of that is used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from o2c_extensions.credit_control.domain.credit import Exposure, Terms
from o2c_extensions.credit_control.queries import exposure as queries
from o2c_extensions.credit_control.services.terms import currency_of, terms_of


@dataclass(frozen=True)
class Credit:
	"""A customer's credit in a company: how much it has, and how much of that is used.

	Attributes:
		parent: that of the account that this one is rolled up into, with the exposure of all that belongs to it.
	"""

	customer: str
	currency: str
	terms: Terms
	exposure: Exposure
	parent: Credit | None = None


def credit_of(customer: str, company: str, today: date | None = None) -> Credit:
	"""A customer's credit as it is now, without deciding anything."""
	currency = currency_of(company)
	terms = terms_of([customer], company, today).get(customer, Terms())
	return Credit(customer, currency, terms, queries.exposure(customer, company, currency))
