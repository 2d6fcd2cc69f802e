"""What rule sets name: accounts, cost centres, bank accounts, and whose they are."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import frappe

RULE_SET = "Reconciliation Rule Set"
VERSION = "Reconciliation Rule Set Version"


def owners(doctype: str, names: Collection[str]) -> dict[str, Any]:
	"""Of these records that belong to a company: name -> company, is_group, disabled, account_type, as far as it has them."""
	if not names:
		return {}
	wanted = ("name", "company", "is_group", "disabled", "account_type")
	fields = [field for field in wanted if field == "name" or frappe.get_meta(doctype).has_field(field)]
	rows = frappe.get_all(doctype, filters={"name": ("in", list(names))}, fields=fields, limit_page_length=0)
	return {row.name: row for row in rows}


def write_off_account(company: str) -> str:
	return str(frappe.db.get_value("Company", company, "write_off_account") or "")


def reasons_for_persons(reasons: Collection[str]) -> set[str]:
	"""Of these Deduction Reasons, those that a person decides about."""
	if not reasons:
		return set()
	return set(
		frappe.get_all(
			"Deduction Reason", filters={"name": ("in", list(reasons)), "needs_person": 1}, pluck="name"
		)
	)
