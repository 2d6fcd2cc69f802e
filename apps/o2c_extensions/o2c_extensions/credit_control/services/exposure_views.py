"""A customer's exposure opened up: into its documents, and rolled up over a customer group or a parent account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

import frappe
from frappe import _

from o2c_extensions.common.money import as_float, rounded
from o2c_extensions.credit_control.domain import exposure as rules
from o2c_extensions.credit_control.domain.credit import Exposure
from o2c_extensions.credit_control.queries import documents
from o2c_extensions.credit_control.queries import exposure as queries
from o2c_extensions.credit_control.queries.exposure import PARTS
from o2c_extensions.credit_control.services import ledger
from o2c_extensions.credit_control.services.exposure import Credit
from o2c_extensions.credit_control.services.terms import currency_of

_KEPT = ("open_orders", "deliveries_to_bill")


def amounts(exposure: Exposure) -> dict[str, float]:
	"""Each part, and the whole."""
	return {
		**{part: as_float(getattr(exposure, part)) for part in PARTS},
		"exposure": as_float(exposure.total),
	}


def parent_of(credit: Credit) -> dict[str, Any] | None:
	"""The account that a customer is rolled up into, and those above that one."""
	parent = credit.parent
	if parent is None:
		return None
	free = parent.terms.limit - parent.exposure.total
	return {
		"customer": parent.customer,
		"credit_limit": as_float(parent.terms.limit),
		"has_limit": parent.terms.has_limit,
		**amounts(parent.exposure),
		"available": as_float(rounded(free, parent.currency)) if parent.terms.has_limit else None,
		"parent": parent_of(parent),
	}


def documents_of(customer: str, company: str, part: str, start: int, limit: int) -> dict[str, Any]:
	"""The documents of one part, and the part itself. One that the user may not see has no name: it only adds to the sum.

	Raises:
		frappe.ValidationError: there is no such part.
	"""
	if part not in PARTS:
		frappe.throw(_("{0} is no part of the exposure. There are: {1}").format(part, ", ".join(PARTS)))
	ledger.settle()
	currency = currency_of(company)
	if part in _KEPT:
		rows = documents.kept(customer, company, part, start, limit)
	else:
		rows = documents.booked(customer, company, part == "unallocated_payments", start, limit)
	named: dict[str, set[str]] = defaultdict(set)
	for row in rows:
		named[row.doctype].add(row.name)
	seen = documents.visible(named)
	name = queries.account_name(customer, company)
	account = queries.accounts([name]).get(name)
	total = getattr(account.exposure if account else Exposure(), part)
	return {
		"part": part,
		"currency": currency,
		"total": as_float(total),
		"rows": [
			{
				**row,
				"name": row.name if (row.doctype, row.name) in seen else None,
				"amount": as_float(rounded(row.amount, currency)),
			}
			for row in rows
		],
	}


def below(parent_account: str, company: str) -> list[str]:
	"""An account and all that are rolled up into it."""
	name = queries.account_name(parent_account, company)
	account = queries.accounts([name]).get(name)
	if not account or not account.root:
		return [parent_account]
	family = queries.family_of(account.root, company)
	parents = {member.customer: member.parent for member in family}
	return [
		member.customer
		for member in family
		if parent_account in (member.customer, *rules.above(member.customer, parents))
	]


def rolled_up(customers: Collection[str], company: str, start: int, limit: int) -> dict[str, Any]:
	"""The exposure of these customers together, and of each, the largest first."""
	ledger.settle()
	currency = currency_of(company)
	sums = documents.together(customers, company)
	whole = Exposure(**{part: rounded(sums[part], currency) for part in PARTS})
	return {
		"company": company,
		"currency": currency,
		"count": sums.accounts,
		**amounts(whole),
		"customers": documents.each(customers, company, start, limit),
	}
