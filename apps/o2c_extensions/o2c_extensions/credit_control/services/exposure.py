"""A customer's credit in a company: how much it has, and how much of that is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from o2c_extensions.common import casebook
from o2c_extensions.common.settings import setting
from o2c_extensions.credit_control.domain import exposure as rules
from o2c_extensions.credit_control.domain.credit import Exposure, Terms
from o2c_extensions.credit_control.queries import exposure as queries
from o2c_extensions.credit_control.queries.exposure import Account
from o2c_extensions.credit_control.services import accounts, ledger
from o2c_extensions.credit_control.services.terms import Place, currency_of, terms_and_places, terms_of


@dataclass(frozen=True)
class Credit:
	"""A customer's credit in a company: how much it has, and how much of that is used.

	Attributes:
		parent: that of the account that this one is rolled up into, or of itself with all that is rolled up into it: the
			exposure of the whole. None where neither is the case.
	"""

	customer: str
	currency: str
	terms: Terms
	exposure: Exposure
	parent: Credit | None = None


def credit_of(customer: str, company: str, today: date | None = None) -> Credit:
	"""A customer's credit as it is now, without deciding anything.

	Raises:
		MissingRateError: its limit is in a currency without a rate.
	"""
	ledger.settle()
	day = today or casebook.today()
	terms, seen = _agreed(customer, company, day)
	name = queries.account_name(customer, company)
	family: Sequence[Account] = list(queries.accounts([name]).values())
	if seen and seen.root:
		family = queries.family_of(seen.root, company)
	return _credit(customer, company, terms, family, None, day, latest=False)


def credit_for_decision(
	customer: str, company: str, today: date, without: str | None = None, is_new: bool = False
) -> Credit:
	"""A customer's credit as it is now, which nobody else changes or decides about until the transaction ends.

	Args:
		without: the order that is decided about, which is left out of the exposure.
		is_new: that order has not been submitted before, so nothing of it is kept yet.

	Raises:
		MissingRateError: its limit is in a currency without a rate.
	"""
	ledger.settle()
	if is_new and without and not ledger.is_settled("Sales Order", without):
		without = None
	terms, seen = _agreed(customer, company, today)
	family, moved = accounts.lock_family(customer, company, seen)
	return _credit(customer, company, terms, family, without, today, latest=moved)


def _agreed(customer: str, company: str, today: date) -> tuple[Terms, Place | None]:
	return terms_and_places([customer], company, today).get(customer, (Terms(), None))


def _credit(
	customer: str,
	company: str,
	terms: Terms,
	family: Sequence[Account],
	without: str | None,
	today: date,
	latest: bool,
) -> Credit:
	currency = currency_of(company)
	exposures = {customer: Exposure(), **{account.customer: account.exposure for account in family}}
	if without:
		own = queries.of_order(without, customer, latest)
		exposures[customer] = rules.minus(exposures[customer], own)
	if days := setting("exposure_horizon_days"):
		horizon = today + timedelta(days=days)
		later = queries.due_after(horizon, exposures, company, without, latest)
		exposures |= {name: rules.minus(exposures[name], beyond) for name, beyond in later.items()}
	parents = {account.customer: account.parent for account in family}
	chain = rules.above(customer, parents) or ([customer] if len(family) > 1 else [])
	others = {*chain} - {customer}
	agreed = {customer: terms, **(terms_of(others, company, today) if others else {})}
	parent: Credit | None = None
	for name in reversed(chain):
		together = rules.rolled_up(name, parents, exposures)
		parent = Credit(name, currency, agreed.get(name, Terms()), together, parent)
	return Credit(customer, currency, terms, exposures[customer], parent)
