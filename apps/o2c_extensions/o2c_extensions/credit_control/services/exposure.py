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
from o2c_extensions.credit_control.services.terms import currency_of, terms_of


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
	name = queries.account_name(customer, company)
	account = queries.accounts([name]).get(name)
	family = [account] if account else []
	if account and account.root:
		family = queries.family_of(account.root, company)
	return _credit(customer, company, family, None, today or casebook.today(), latest=False)


def credit_for_decision(customer: str, company: str, today: date, without: str | None = None) -> Credit:
	"""A customer's credit as it is now, which nobody else changes or decides about until the transaction ends.

	Args:
		without: the order that is decided about, which is left out of the exposure.

	Raises:
		MissingRateError: its limit is in a currency without a rate.
	"""
	ledger.settle()
	family, moved = accounts.lock_family(customer, company)
	return _credit(customer, company, family, without, today, latest=moved)


def _credit(
	customer: str, company: str, family: Sequence[Account], without: str | None, today: date, latest: bool
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
	agreed = terms_of({customer, *chain}, company, today)
	parent: Credit | None = None
	for name in reversed(chain):
		together = rules.rolled_up(name, parents, exposures)
		parent = Credit(name, currency, agreed.get(name, Terms()), together, parent)
	return Credit(customer, currency, agreed.get(customer, Terms()), exposures[customer], parent)
