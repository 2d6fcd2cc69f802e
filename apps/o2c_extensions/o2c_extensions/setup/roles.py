"""The roles of order to cash."""

from __future__ import annotations

import frappe

from o2c_extensions.setup import ledger

ROLES = (
	"Order Manager",
	"Credit Controller",
	"Credit Manager",
	"Collections Agent",
	"Collections Manager",
	"Cash Application Clerk",
	"Cash Application Manager",
	"O2C Analyst",
	"O2C Administrator",
)


def sync() -> None:
	"""Make the roles that are missing.

	Runs before the DocTypes are synced too: the framework makes any role that a permission names, and then nobody could
	tell which roles the site had before.
	"""
	known = {*ledger.made("Role"), *frappe.get_all("Role", filters={"name": ("in", ROLES)}, pluck="name")}
	missing = [role for role in ROLES if role not in known]
	for role in missing:
		frappe.get_doc({"doctype": "Role", "role_name": role, "desk_access": 1}).insert()
	ledger.note("Role", missing)
