"""Where a Meta comes from: the database, a DocType document, or, for the DocTypes that DocTypes are made of, a file."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from minibench.context import db, flags
from minibench.errors import DoesNotExistError
from minibench.hooks import scrub
from minibench.model.fieldtypes import doctype_tables, doctypes_for_doctype
from minibench.model.meta import Meta
from minibench.model.meta_row import MetaRow

CORE_DOCTYPES = Path(__file__).resolve().parent.parent / "doctypes"
_NUMBERS = ("Currency", "Float", "Percent")
_TEXTS = (
	"Data",
	"Text",
	"Small Text",
	"Long Text",
	"Text Editor",
	"Select",
	"Link",
	"Dynamic Link",
)

Tables = dict[str, list[MetaRow]]


def meta_from_database(doctype: str) -> Meta:
	"""The Meta of the DocType as it is stored.

	Raises:
		DoesNotExistError: it is not stored.
	"""
	if doctype in doctypes_for_doctype:
		return _meta_from_file(doctype)
	values = _first("DocType", "name", doctype)
	if values is None or values["name"] != doctype:
		from minibench.collaboration.messages import throw
		from minibench.translate import _

		throw(_("{0} {1} not found").format(_("DocType"), doctype), DoesNotExistError)
	assert values is not None
	tables = {
		fieldname: _rows(child, "parent", doctype, "idx") for fieldname, child in doctype_tables.items()
	}
	return _customized(values, tables)


def meta_from_document(doc: Any) -> Meta:
	"""The Meta that a DocType document, saved or not, stands for."""
	tables = {
		fieldname: [MetaRow(_plain(row)) for row in doc.get(fieldname) or []] for fieldname in doctype_tables
	}
	if doc.name in doctypes_for_doctype:
		return Meta(_plain(doc), tables)
	return _customized(_plain(doc), tables)


def _plain(doc: Any) -> dict[str, Any]:
	return {
		key: value
		for key, value in doc.__dict__.items()
		if not key.startswith("_") and not isinstance(value, list | dict) and key not in ("flags", "meta")
	}


# --- rows ----------------------------------------------------------------------------------------------------------


def _rows(doctype: str, column: str, value: str, order_by: str = "", **more: Any) -> list[MetaRow]:
	"""Rows of a metadata table; none while the table does not exist yet."""
	columns = db.get_table_columns(doctype) if db.table_exists(doctype) else []
	if not columns:
		return []
	sql = f"select * from `tab{doctype}` where `{column}` = ?" + (f" order by {order_by}" if order_by else "")
	return [
		MetaRow({**dict(zip(columns, row, strict=True)), "doctype": doctype, **more})
		for row in db.execute(sql, (value,))
	]


def _first(doctype: str, column: str, value: str) -> dict[str, Any] | None:
	rows = _rows(doctype, column, value)
	return rows[0].__dict__ if rows else None


@lru_cache
def core_definition(doctype: str) -> dict[str, Any]:
	"""The JSON file of one of the framework's DocTypes."""
	file = CORE_DOCTYPES / scrub(doctype) / f"{scrub(doctype)}.json"
	definition: dict[str, Any] = json.loads(file.read_text())
	return definition


@lru_cache
def _meta_from_file(doctype: str) -> Meta:
	definition = core_definition(doctype)
	tables: Tables = {}
	for fieldname, child in doctype_tables.items():
		tables[fieldname] = [
			MetaRow(
				{
					"permlevel": 0,
					**row,
					"doctype": child,
					"parent": doctype,
					"parenttype": "DocType",
					"idx": idx,
				}
			)
			for idx, row in enumerate(definition.get(fieldname, []), 1)
		]
	values = {key: value for key, value in definition.items() if key not in (*doctype_tables, "field_order")}
	return Meta({**_zeros("DocType"), **values}, tables)


def _zeros(doctype: str) -> dict[str, int]:
	"""The numbers that a row has where its file says nothing."""
	fields = core_definition(doctype)["fields"]
	return {df["fieldname"]: 0 for df in fields if df["fieldtype"] in ("Check", "Int")}


# --- customization ---------------------------------------------------------------------------------------------------


def _customized(values: dict[str, Any], tables: Tables) -> Meta:
	"""A Meta with custom fields, property setters, custom links and custom permissions applied."""
	name = values["name"]
	fields = [*tables["fields"], *_rows("Custom Field", "dt", name, "idx", is_custom_field=1, parent=name)]
	setters = _rows("Property Setter", "doc_type", name)
	tables = {**tables, "fields": fields}
	_apply_property_setters(values, tables, setters)
	tables["fields"] = sort_fields(fields, values.get("field_order"))
	for fieldname in ("links", "actions", "states"):
		tables[fieldname] = _ordered(tables[fieldname], values.get(f"{fieldname}_order"))
	if custom := _custom_permissions(values):
		tables["permissions"] = custom
	return Meta(values, tables)


def _apply_property_setters(values: dict[str, Any], tables: Tables, setters: list[MetaRow]) -> None:
	fields = {df.fieldname: df for df in tables["fields"]}
	rows = {
		"DocType Link": {row.name: row for row in tables["links"]},
		"DocType Action": {row.name: row for row in tables["actions"]},
		"DocType State": {row.name: row for row in tables["states"]},
	}
	for setter in setters:
		value = cast_property(setter.property_type, setter.value)
		if setter.doctype_or_field == "DocType":
			values[setter.property] = value
		elif setter.doctype_or_field == "DocField":
			if df := fields.get(setter.field_name):
				df.set(setter.property, value)
		elif row := rows.get(setter.doctype_or_field, {}).get(setter.row_name):
			row.set(setter.property, value)


def cast_property(property_type: str | None, value: Any) -> Any:
	"""A property setter's text as the property's own type."""
	from minibench.values.numbers import cint, flt, sbool

	if property_type in _NUMBERS:
		return flt(value)
	if property_type in ("Int", "Check"):
		return cint(sbool(value) if isinstance(value, str) else value)
	if property_type in _TEXTS:
		return "" if value is None else str(value)
	return value


def _ordered(rows: list[MetaRow], order: str | None) -> list[MetaRow]:
	"""Rows in the order that a customization names; those it does not name stay behind."""
	if not order:
		return rows
	named = {row.name: row for row in rows}
	first = [named[name] for name in json.loads(order) if name in named]
	return first + [row for row in rows if row not in first]


def _custom_permissions(values: dict[str, Any]) -> list[MetaRow]:
	if flags.in_patch or flags.in_install or values.get("istable"):
		return []
	return _rows("Custom DocPerm", "parent", values["name"])


# --- the order of fields ---------------------------------------------------------------------------------------------


def sort_fields(fields: list[MetaRow], field_order: str | None) -> list[MetaRow]:
	"""Fields in the order of a form.

	A `field_order` customization counts most; then standard fields in their own order, custom fields after the field
	that they name (`insert_after`), those that name none at the top, those that name an unknown one at the end.
	"""
	by_name = {df.fieldname: df for df in fields}
	order = [name for name in json.loads(field_order or "[]") if name in by_name]
	if order and len(order) != len(fields):
		order = _with_leading_standard_fields(order, fields)
	if len(order) != len(fields):
		_add_remaining(order, fields)
	result = []
	for idx, name in enumerate(order, 1):
		df = by_name[name]
		df.set("idx", idx)
		result.append(df)
	return result


def _with_leading_standard_fields(order: list[str], fields: list[MetaRow]) -> list[str]:
	"""`order` with standard fields before it that it does not know; only those if it knows no standard field at all."""
	if not fields or fields[0].fieldname in order:
		return order
	leading: list[str] = []
	for df in fields:
		if df.is_custom_field:
			break
		if df.fieldname in order:
			return leading + order
		leading.append(df.fieldname)
	return leading


def _add_remaining(order: list[str], fields: list[MetaRow]) -> None:
	known = set(order)
	following: dict[str, list[str]] = {}
	for index, df in enumerate(fields):
		if df.fieldname in known:
			continue
		if not df.is_custom_field:
			if known:
				following.setdefault(fields[index - 1].fieldname, []).append(df.fieldname)
			else:
				order.append(df.fieldname)
		elif df.insert_after:
			following.setdefault(df.insert_after, []).append(df.fieldname)
		else:
			order.insert(0, df.fieldname)
	placed = True
	while placed and following:
		placed = False
		for name in [name for name in following if name in order]:
			position = order.index(name) + 1
			order[position:position] = following.pop(name)
			placed = True
	for names in following.values():
		order.extend(names)
