"""Our fields on ERPNext's DocTypes."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields

MODULE = "O2C Extensions"

# The documents of a case, and the field behind which our section begins: the last one before the connections.
CASE_DOCUMENTS = {
	"Sales Order": "party_account_currency",
	"Delivery Note": "instructions",
	"Sales Invoice": "remarks",
	"Payment Entry": "title",
}


def fields() -> dict[str, list[dict[str, Any]]]:
	"""Our custom fields by DocType, as `create_custom_fields` takes them."""
	return {doctype: _case_fields(after) for doctype, after in CASE_DOCUMENTS.items()}


def sync() -> None:
	"""Add the fields that are missing; leave those that are there, with whatever an administrator made of them."""
	wanted = fields()
	names = [f"{doctype}-{field['fieldname']}" for doctype in wanted for field in wanted[doctype]]
	present = set(frappe.get_all("Custom Field", filters={"name": ("in", names)}, pluck="name"))
	missing = {
		doctype: [field for field in wanted[doctype] if f"{doctype}-{field['fieldname']}" not in present]
		for doctype in _existing(list(wanted))
	}
	create_custom_fields({doctype: rows for doctype, rows in missing.items() if rows}, update=False)


def _existing(doctypes: list[str]) -> list[str]:
	"""Those that this ERPNext has."""
	found = set(frappe.get_all("DocType", filters={"name": ("in", doctypes)}, pluck="name"))
	return [doctype for doctype in doctypes if doctype in found]


def _case_fields(after: str) -> list[dict[str, Any]]:
	return [
		{
			"module": MODULE,
			"fieldname": "o2c_section",
			"fieldtype": "Section Break",
			"label": "Order to Cash",
			"insert_after": after,
			"collapsible": 1,
			"depends_on": "o2c_case",
		},
		{
			"module": MODULE,
			"fieldname": "o2c_case",
			"fieldtype": "Data",
			"label": "Case",
			"insert_after": "o2c_section",
			"read_only": 1,
			"no_copy": 1,
			"print_hide": 1,
			"search_index": 1,
			"translatable": 0,
		},
	]
