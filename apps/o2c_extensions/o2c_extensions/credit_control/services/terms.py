"""How much credit a customer has in a company, and on what terms."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import fmt_money

from o2c_extensions import erp
from o2c_extensions.common import casebook
from o2c_extensions.common.money import as_float, decimal, rounded
from o2c_extensions.credit_control.domain import terms as rules
from o2c_extensions.credit_control.domain.credit import Terms
from o2c_extensions.credit_control.domain.terms import NativeLimits
from o2c_extensions.credit_control.queries import terms as queries


@dataclass(frozen=True)
class Place:
	"""What a transaction sees of a credit account: its version, and the top of its family."""

	version: int
	root: str


class MissingRateError(frappe.ValidationError):
	"""A limit is in a currency that has no exchange rate into the company's."""


def terms_of(customers: Collection[str], company: str, today: date | None = None) -> dict[str, Terms]:
	"""What was agreed with these customers, by name: one query, and one more for each limit in another currency.

	Args:
		today: the day whose exchange rate counts; the business day.

	Raises:
		MissingRateError: a limit's currency has no rate on that day.
	"""
	return {
		customer: terms for customer, (terms, _place) in terms_and_places(customers, company, today).items()
	}


def terms_as_far_as_known(
	customers: Collection[str], company: str, today: date
) -> tuple[dict[str, Terms], dict[str, str]]:
	"""The same for a list, which one limit without an exchange rate must not stop.

	Returns:
		The terms, and by customer why its limit is not known; it counts as having none.
	"""
	currency = currency_of(company)
	company_limit = frappe.get_cached_value("Company", company, "credit_limit")
	terms: dict[str, Terms] = {}
	unknown: dict[str, str] = {}
	for customer, row in queries.agreed(customers, company).items():
		told = len(frappe.local.message_log)
		try:
			terms[customer] = _terms(row, currency, company_limit, today)
		except MissingRateError as error:
			# ERPNext has had its say too. What is not an error here is not to look like one.
			del frappe.local.message_log[told:]
			unknown[customer] = str(error)
			without = frappe._dict(row, limit_kind=rules.LIMIT, credit_limit=0, currency=currency)
			terms[customer] = replace(
				_terms(without, currency, company_limit, today), has_limit=False, source=""
			)
	return terms, unknown


def terms_and_places(
	customers: Collection[str], company: str, today: date | None = None
) -> dict[str, tuple[Terms, Place | None]]:
	"""The same, and where their accounts stand."""
	currency = currency_of(company)
	day = today or casebook.today()
	found = queries.agreed(customers, company)
	company_limit = frappe.get_cached_value("Company", company, "credit_limit")
	return {
		customer: (
			_terms(row, currency, company_limit, day),
			None if row.version is None else Place(row.version, row.root_account or ""),
		)
		for customer, row in found.items()
	}


def currency_of(company: str) -> str:
	return str(frappe.get_cached_value("Company", company, "default_currency"))


def converted(amount: Decimal, currency: str, into: str, today: date) -> Decimal:
	"""An amount in another currency at the day's rate, as ERPNext knows it.

	Raises:
		MissingRateError: there is no rate.
	"""
	if not currency or currency == into:
		return rounded(amount, into)
	rate = decimal(erp.exchange_rate(currency, into, today))
	if rate <= 0:
		frappe.throw(
			_(
				"There is no exchange rate from {0} to {1} on {2}, so the limit of {3} cannot be compared."
			).format(
				currency, into, frappe.format(today, "Date"), fmt_money(as_float(amount), currency=currency)
			),
			MissingRateError,
		)
	return rounded(amount * rate, into)


def _terms(row: Any, currency: str, company_limit: float | None, today: date) -> Terms:
	kind = row.limit_kind or rules.INHERIT
	amount = Decimal(0)
	if kind == rules.LIMIT:
		amount = converted(decimal(row.credit_limit), row.currency, currency, today)
	native = NativeLimits(
		customer=rounded(row.own_limit, currency),
		bypassed=bool(row.bypassed),
		group=rounded(row.group_limit, currency),
		group_bypassed=bool(row.group_bypassed),
		company=rounded(company_limit, currency),
	)
	limit = rules.limit_of(kind, amount, native)
	is_person = row.is_natural_person if row.profile else row.customer_type == "Individual"
	return Terms(
		limit=limit.amount,
		has_limit=limit.is_set,
		at_orders=limit.at_orders,
		prepay_only=kind == rules.PREPAY_ONLY,
		source=limit.source,
		valid_until=row.valid_until,
		next_review=row.next_review,
		risk_class=row.risk_class or "",
		score=row.score or 0,
		payment_terms=row.profile_terms or row.customers_terms or "",
		parent_account=row.parent_account or "",
		is_blocked=bool(row.is_blocked),
		block_reason=row.block_reason or "",
		is_natural_person=bool(is_person),
	)
