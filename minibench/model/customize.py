"""Customizing DocTypes of others: custom fields and property setters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import Dict, db, flags
from minibench.errors import DuplicateEntryError
from minibench.hooks import scrub
from minibench.model.document import get_doc
from minibench.model.meta import clear_cache
from minibench.translate import _
from minibench.web.whitelist import whitelist

# Which field types may become which other ones: those that are kept alike.
CHANGEABLE_FIELDTYPES = (
	("Currency", "Float", "Percent"),
	("Small Text", "Data"),
	("Text", "Data"),
	("Text", "Text Editor", "Code", "Signature", "HTML Editor"),
	("Data", "Select"),
	("Text", "Small Text", "Long Text"),
	("Text", "Data", "Barcode"),
	("Code", "Geolocation"),
	("Table", "Table MultiSelect"),
)


def allow_fieldtype_change(old_value: str, new_value: str) -> bool:
	"""Whether a field may change from one type to another."""
	return any(old_value in group and new_value in group for group in CHANGEABLE_FIELDTYPES)


def create_custom_field(
	doctype: str, df: Mapping[str, Any], ignore_validate: bool = False, is_system_generated: bool = True
) -> Any:
	"""Add a field to a DocType unless it is there; returns the Custom Field that was made."""
	values = Dict(df)
	if not values.fieldname and values.label:
		values.fieldname = scrub(values.label)
	if db.get_value("Custom Field", {"dt": doctype, "fieldname": values.fieldname}):
		return None
	field = get_doc(
		{
			"doctype": "Custom Field",
			"dt": doctype,
			"permlevel": 0,
			"fieldtype": "Data",
			"hidden": 0,
			"is_system_generated": is_system_generated,
		}
	)
	field.update(values)
	field.flags.ignore_validate = ignore_validate
	field.insert()
	return field


def create_custom_fields(
	custom_fields: Mapping[Any, Any], ignore_validate: bool = False, update: bool = True
) -> None:
	"""Add fields to DocTypes, and update those that are there: {"Customer": [{"fieldname": ...}, ...], ...}.

	A tuple of DocTypes gets the fields in each.
	"""
	before, flags.in_create_custom_fields = flags.in_create_custom_fields, True
	changed: set[str] = set()
	try:
		for doctypes, fields in custom_fields.items():
			for doctype in (doctypes,) if isinstance(doctypes, str) else doctypes:
				changed.add(doctype)
				_create_in(doctype, [fields] if isinstance(fields, dict) else fields, ignore_validate, update)
		for doctype in sorted(changed):
			clear_cache(doctype=doctype)
			db.updatedb(doctype)
	finally:
		flags.in_create_custom_fields = before


def _create_in(
	doctype: str, fields: Iterable[Mapping[str, Any]], ignore_validate: bool, update: bool
) -> None:
	from minibench.data.query import get_all

	rows = get_all("Custom Field", filters={"dt": doctype}, fields=["fieldname", "name"])
	present = {row.fieldname: row.name for row in rows}
	for df in fields:
		name = present.get(df["fieldname"])
		if not name:
			try:
				create_custom_field(
					doctype, {**df, "owner": "Administrator"}, ignore_validate=ignore_validate
				)
			except DuplicateEntryError:
				pass
		elif update:
			field = get_doc("Custom Field", name)
			field.flags.ignore_validate = ignore_validate
			field.update(dict(df))
			field.save()


def create_custom_field_if_values_exist(doctype: str, df: Mapping[str, Any]) -> None:
	"""Bring a field back whose column still has values."""
	fieldname = df["fieldname"]
	if fieldname in db.get_table_columns(doctype) and db.count(doctype, {fieldname: ("is", "set")}):
		create_custom_field(doctype, df)


@whitelist()
def rename_fieldname(custom_field: str, fieldname: str) -> None:
	"""Give a custom field another name; its column keeps its values."""
	from minibench.access.permissions import only_for

	only_for("System Manager")
	field = get_doc("Custom Field", custom_field)
	old = field.fieldname
	field.fieldname = fieldname
	field.set_fieldname()
	if field.is_system_generated:
		throw(_("System Generated Fields can not be renamed"))
	if db.has_column(field.dt, fieldname):
		throw(_("Can not rename as column {0} is already present on DocType.").format(fieldname))
	if old == field.fieldname:
		msgprint(_("Old and new fieldnames are same."), alert=True)
		return
	if db.has_column(field.dt, old):
		db.rename_column(field.dt, old, field.fieldname)
	field.db_set("fieldname", field.fieldname, notify=True)
	if field.fieldtype == "Password":
		db.execute(
			"update `__Auth` set fieldname = ? where doctype = ? and fieldname = ?",
			(field.fieldname, field.dt, old),
		)
	db.set_value("Custom Field", {"insert_after": old, "dt": field.dt}, "insert_after", field.fieldname)
	msgprint(_("Custom field renamed to {0} successfully.").format(fieldname), alert=True)
	clear_cache(doctype=field.dt)


# --- property setters ------------------------------------------------------------------------------------------------------


def make_property_setter(
	doctype: str,
	fieldname: str | None,
	property: str,
	value: Any,
	property_type: str | None,
	for_doctype: bool = False,
	validate_fields_for_doctype: bool = True,
) -> Any:
	"""Change a property of a DocType, or of one of its fields, whatever the user's permissions."""
	setter = get_doc(
		{
			"doctype": "Property Setter",
			"doctype_or_field": "DocType" if for_doctype else "DocField",
			"doc_type": doctype,
			"field_name": fieldname,
			"property": property,
			"value": value,
			"property_type": property_type,
		}
	)
	setter.flags.ignore_permissions = True
	setter.flags.validate_fields_for_doctype = validate_fields_for_doctype
	setter.insert()
	return setter


def make_property_setters(
	args: Mapping[str, Any],
	ignore_validate: bool = False,
	validate_fields_for_doctype: bool = True,
	is_system_generated: bool = True,
) -> None:
	"""`frappe.make_property_setter`: as above from a dict; without a DocType, for all that have the field."""
	given = Dict(args)
	if not given.doctype_or_field:
		given.doctype_or_field = "DocField"
		given.property_type = given.property_type or db.get_value(
			"DocField", {"parent": "DocField", "fieldname": given.property}, "fieldtype"
		)
	if given.doctype:
		doctypes = [given.doctype]
	else:
		rows = db.execute("select distinct parent from `tabDocField` where fieldname = ?", (given.fieldname,))
		doctypes = [row[0] for row in rows]
	for doctype in doctypes:
		setter = get_doc(
			{
				"doctype": "Property Setter",
				"doctype_or_field": given.doctype_or_field,
				"doc_type": doctype,
				"field_name": given.fieldname,
				"row_name": given.row_name,
				"property": given.property,
				"value": given.value,
				"property_type": given.property_type or "Data",
				"is_system_generated": is_system_generated,
				"__islocal": 1,
			}
		)
		setter.flags.ignore_validate = ignore_validate
		setter.flags.validate_fields_for_doctype = validate_fields_for_doctype
		setter.validate_fieldtype_change()
		setter.insert()


def delete_property_setter(
	doc_type: str, property: str, field_name: str | None = None, row_name: str | None = None
) -> None:
	"""Take a change of a property back."""
	filters = {"doc_type": doc_type, "property": property}
	if field_name:
		filters["field_name"] = field_name
	if row_name:
		filters["row_name"] = row_name
	db.delete("Property Setter", filters)
