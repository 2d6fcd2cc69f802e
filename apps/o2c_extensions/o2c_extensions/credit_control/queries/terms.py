"""What was agreed with customers about their credit."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import frappe

from o2c_extensions.common.prepared import Prepared

PROFILE = "Credit Profile"

_OF_PROFILE = (
	"limit_kind",
	"credit_limit",
	"currency",
	"valid_until",
	"next_review",
	"risk_class",
	"score",
	"parent_account",
	"is_blocked",
	"block_reason",
	"is_natural_person",
)


def agreed(customers: Collection[str], company: str) -> dict[str, Any]:
	"""What the Credit Profiles and ERPNext's limits say, by customer, in one query.

	Each row has the profile's fields (None without one), and `own_limit`, `bypassed`, `group_limit`, `group_bypassed`,
	`customer_type`, `customers_terms`, `profile_terms`; and of the Credit Account `version`, None without one, and `root_account`.
	"""
	if len(customers) == 1:
		rows = _AGREED.run(customer=next(iter(customers)), company=company)
	else:
		rows = _agreed(customers, company).run(as_dict=True) if customers else []
	return {row.customer: row for row in rows}


def _agreed(customers: Collection[str], company: str) -> Any:
	customer, profile = frappe.qb.DocType("Customer"), frappe.qb.DocType(PROFILE)
	own = frappe.qb.DocType("Customer Credit Limit").as_("own_limits")
	group = frappe.qb.DocType("Customer Credit Limit").as_("group_limits")
	account = frappe.qb.DocType("Credit Account")
	return (
		frappe.qb.from_(customer)
		.left_join(own)
		.on((own.parent == customer.name) & (own.parenttype == "Customer") & (own.company == company))
		.left_join(group)
		.on(
			(group.parent == customer.customer_group)
			& (group.parenttype == "Customer Group")
			& (group.company == company)
		)
		.left_join(profile)
		.on((profile.customer == customer.name) & (profile.company == company))
		.left_join(account)
		.on((account.customer == customer.name) & (account.company == company))
		.select(
			customer.name.as_("customer"),
			account.version,
			account.root_account,
			customer.customer_type,
			customer.payment_terms.as_("customers_terms"),
			own.credit_limit.as_("own_limit"),
			own.bypass_credit_limit_check.as_("bypassed"),
			group.credit_limit.as_("group_limit"),
			group.bypass_credit_limit_check.as_("group_bypassed"),
			profile.name.as_("profile"),
			profile.payment_terms.as_("profile_terms"),
			*(profile[field] for field in _OF_PROFILE),
		)
		.where(customer.name.isin(list(customers)))
	)


_AGREED = Prepared(lambda customer, company: _agreed([customer], company), "customer", "company")


def parents(company: str) -> dict[str, str]:
	"""Who is rolled up into whom: {customer: parent account}."""
	rows = frappe.get_all(
		PROFILE,
		filters={"company": company, "parent_account": ("is", "set")},
		fields=["customer", "parent_account"],
		limit_page_length=0,
	)
	return {row.customer: row.parent_account for row in rows}
