"""Which fields of which DocTypes refer to others: what deleting, cancelling and renaming must look at."""

from __future__ import annotations

from typing import Any

from minibench.context import Dict, db
from minibench.epoch import remember


def get_link_fields(doctype: str) -> list[Dict]:
	"""The Link fields that point to `doctype`: parent, fieldname, issingle. Custom fields and changed options count."""
	return [Dict(row) for row in remember("link_fields", _read_link_fields).get(doctype, ())]


def _read_link_fields() -> dict[str, list[dict[str, Any]]]:
	fields: dict[str, list[dict[str, Any]]] = {}
	for target, parent, fieldname, issingle in db.execute(
		"select f.options, f.parent, f.fieldname, d.issingle from `tabDocField` f "
		"join `tabDocType` d on d.name = f.parent "
		"where f.fieldtype = 'Link' and f.is_virtual = 0 and d.is_virtual = 0 "
		"union all "
		"select f.options, f.dt, f.fieldname, d.issingle from `tabCustom Field` f "
		"join `tabDocType` d on d.name = f.dt where f.fieldtype = 'Link' and f.is_virtual = 0 "
		"union all "
		"select p.value, p.doc_type, p.field_name, d.issingle from `tabProperty Setter` p "
		"join `tabDocType` d on d.name = p.doc_type where p.property = 'options' and p.field_name is not null"
	):
		fields.setdefault(target, []).append({"parent": parent, "fieldname": fieldname, "issingle": issingle})
	return fields


def get_dynamic_link_fields() -> list[Dict]:
	"""All Dynamic Link fields: parent, fieldname, options (the field that names the DocType), issingle, istable.

	Those that users edit come first, so that a message names the document a user knows.
	"""
	return [Dict(row) for row in remember("dynamic_link_fields", _read_dynamic_link_fields)]


def _read_dynamic_link_fields() -> list[dict[str, Any]]:
	keys = ("parent", "fieldname", "options", "issingle", "istable")
	found: list[dict[str, Any]] = []
	for table, owner in (("DocField", "parent"), ("Custom Field", "dt")):
		rows = db.execute(
			f"select f.{owner}, f.fieldname, f.options, d.issingle, d.istable from `tab{table}` f "
			f"join `tabDocType` d on d.name = f.{owner} "
			"where f.fieldtype = 'Dynamic Link' and f.is_virtual = 0 and d.is_virtual = 0 "
			"order by d.read_only, d.in_create"
		)
		found += [dict(zip(keys, row, strict=True)) for row in rows]
	return found
