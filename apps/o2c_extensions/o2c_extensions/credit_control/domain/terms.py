"""Whose limit counts for a customer in a company."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from o2c_extensions.credit_control.domain.credit import ZERO

INHERIT = "Inherit"
LIMIT = "Limit"
PREPAY_ONLY = "Prepay Only"

PROFILE = "Credit Profile"
CUSTOMER = "Customer"
GROUP = "Customer Group"
COMPANY = "Company"


@dataclass(frozen=True)
class NativeLimits:
	"""ERPNext's own limits in the company's currency; 0 is none there.

	Attributes:
		bypassed: the customer's limit is not checked at orders ("Bypass Credit Limit Check at Sales Order").
		group_bypassed: the group's limit does not count.
	"""

	customer: Decimal = ZERO
	bypassed: bool = False
	group: Decimal = ZERO
	group_bypassed: bool = False
	company: Decimal = ZERO


@dataclass(frozen=True)
class Limit:
	"""The limit that counts. `source` is whose it is, or empty where there is none."""

	amount: Decimal = ZERO
	is_set: bool = False
	at_orders: bool = True
	source: str = ""


def limit_of(kind: str, amount: Decimal, native: NativeLimits) -> Limit:
	"""The profile's limit where it has one of its own; else the customer's, its group's, the company's, as ERPNext has it.

	Args:
		kind: INHERIT where there is no profile.
		amount: the profile's limit in the company's currency, for kind LIMIT.
	"""
	if kind == PREPAY_ONLY:
		return Limit(ZERO, True, source=PROFILE)
	if kind == LIMIT:
		return Limit(amount, True, source=PROFILE)
	group = ZERO if native.group_bypassed else native.group
	for source, inherited in ((CUSTOMER, native.customer), (GROUP, group), (COMPANY, native.company)):
		if inherited:
			# ERPNext refuses nothing under a limit below zero.
			return Limit(inherited, inherited > 0, not native.bypassed, source)
	return Limit(at_orders=not native.bypassed)
