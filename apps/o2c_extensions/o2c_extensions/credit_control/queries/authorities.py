"""Who may release how much."""

from __future__ import annotations

import frappe

from o2c_extensions.common.money import decimal
from o2c_extensions.credit_control.domain.authority import ANY_AMOUNT, Grant


def grants() -> tuple[Grant, ...]:
	"""What the administrator has granted to roles: a handful of rows."""
	rows = frappe.get_all(
		"Credit Authority", fields=["role", "for_company", "any_amount", "up_to"], limit_page_length=0
	)
	return tuple(
		Grant(row.role, row.for_company or "", ANY_AMOUNT if row.any_amount else decimal(row.up_to))
		for row in rows
	)
