"""What the reading of tables needs: saved mappings and the numbers of Bank Accounts."""

from __future__ import annotations

from typing import Any

import frappe

from o2c_extensions.cash_application.queries.doctypes import MAPPING


def mappings() -> list[Any]:
	"""The mappings that are in use."""
	return list(
		frappe.get_all(
			MAPPING, filters={"disabled": 0}, fields=["*"], order_by="name asc", limit_page_length=0
		)
	)


def own_number(bank_account: str) -> Any:
	return frappe.db.get_value(
		"Bank Account",
		{"name": bank_account, "is_company_account": 1},
		["iban", "bank_account_no"],
		as_dict=True,
	)
