"""Properties of ERPNext's DocTypes that order to cash needs otherwise than they are shipped."""

from __future__ import annotations

import frappe

from o2c_extensions.setup import ledger
from o2c_extensions.setup.custom_fields import MODULE

# A customer group carries credit limits: whoever changes one is to be found in its history.
SETTERS = (
	{"doc_type": "Customer Group", "property": "track_changes", "property_type": "Check", "value": "1"},
)


def sync() -> None:
	"""Make the property setters that were never made, where the site has none of its own for the same property."""
	names = {_name(setter): setter for setter in SETTERS}
	known = {
		*ledger.made("Property Setter"),
		*frappe.get_all("Property Setter", filters={"name": ("in", list(names))}, pluck="name"),
	}
	doctypes = [setter["doc_type"] for setter in SETTERS]
	present = set(frappe.get_all("DocType", filters={"name": ("in", doctypes)}, pluck="name"))
	missing = [name for name in names if name not in known and names[name]["doc_type"] in present]
	for name in missing:
		frappe.get_doc(
			{
				"doctype": "Property Setter",
				"doctype_or_field": "DocType",
				"module": MODULE,
				"is_system_generated": 1,
				**names[name],
			}
		).insert()
	ledger.note("Property Setter", missing)


def _name(setter: dict[str, str]) -> str:
	return f"{setter['doc_type']}-main-{setter['property']}"
