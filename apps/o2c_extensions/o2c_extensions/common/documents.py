"""Documents with their child tables, many in a few queries: one for the rows and one for each child table.

`frappe.get_doc` asks once for a document and once for each of its child tables, which makes ten queries of an invoice.
"""

from __future__ import annotations

from collections.abc import Collection
from copy import deepcopy
from typing import Any

import frappe


def rows(doctype: str, names: Collection[str], for_update: bool = False) -> dict[str, dict[str, Any]]:
	"""name -> all that is stored of a document, its child rows included, as `document` takes it.

	Args:
		for_update: lock the documents' own rows until the transaction ends, in the order of their names.
	"""
	if not names:
		return {}
	found = frappe.db.get_values(
		doctype,
		{"name": ("in", sorted(set(names)))},
		"*",
		as_dict=True,
		for_update=for_update,
		order_by="name asc",
	)
	stored = {row.name: {**row, "doctype": doctype} for row in found}
	for table in frappe.get_meta(doctype).get_table_fields():
		of_parent = _children(doctype, stored, table)
		for name, row in stored.items():
			row[table.fieldname] = of_parent.get(name, [])
	return stored


def lock(doctype: str, names: Collection[str]) -> dict[str, Any]:
	"""Lock documents' own rows until the transaction ends, in the order of their names. Returns when each was modified last."""
	if not names:
		return {}
	return dict(
		frappe.db.get_values(
			doctype,
			{"name": ("in", sorted(set(names)))},
			["name", "modified"],
			for_update=True,
			order_by="name asc",
		)
	)


def document(row: dict[str, Any], controller: Any = None) -> Any:
	"""The document that `row` is stored as, as `frappe.get_doc` would have it.

	Args:
		controller: its class, if it is to be another one than the site's own.
	"""
	values = {key: deepcopy(value) if isinstance(value, list) else value for key, value in row.items()}
	return controller(values) if controller else frappe.get_doc(values)


def _children(doctype: str, names: Collection[str], table: Any) -> dict[str, list[Any]]:
	found: dict[str, list[Any]] = {}
	if names:
		for row in frappe.get_all(
			table.options,
			filters={"parent": ("in", list(names)), "parenttype": doctype, "parentfield": table.fieldname},
			fields=["*"],
			order_by="idx asc",
			limit_page_length=0,
		):
			found.setdefault(row.parent, []).append(row)
	return found
