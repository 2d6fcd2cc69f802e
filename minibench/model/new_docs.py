"""New documents with their defaults: the field's own, the user's, those that user permissions imply."""

from __future__ import annotations

from typing import Any

from minibench.context import Dict, db, local, session
from minibench.epoch import remember
from minibench.model.fieldtypes import data_fieldtypes
from minibench.model.meta import Meta, get_meta
from minibench.model.meta_row import MetaRow
from minibench.values.text import cstr


def new_doc(
	doctype: str,
	*,
	parent_doc: Any = None,
	parentfield: str | None = None,
	as_dict: bool = False,
	**kwargs: Any,
) -> Any:
	"""A new, unsaved document of a DocType with defaults set, and the given values over them."""
	return get_new_doc(doctype, parent_doc, parentfield, as_dict=as_dict).update(kwargs)


def get_new_doc(
	doctype: str, parent_doc: Any = None, parentfield: str | None = None, as_dict: bool = False
) -> Any:
	"""As new_doc(), without further values."""
	known = local.new_doc_templates.get(doctype)
	# A Meta is made anew when metadata has changed.
	if known is None or known[0] is not get_meta(doctype):
		known = _make_template(doctype)
		local.new_doc_templates[doctype] = known
	values = Dict(known[1])
	_set_dynamic_defaults(values, doctype, parent_doc)
	if parent_doc:
		values["parent"] = parent_doc.name
		values["parenttype"] = parent_doc.doctype
	if parentfield:
		values["parentfield"] = parentfield
	if as_dict:
		return values
	from minibench.model.document import get_doc

	return get_doc(values)


def _make_template(doctype: str) -> tuple[Meta, Dict]:
	from minibench.access.defaults import get_defaults
	from minibench.access.user_permissions import get_user_permissions
	from minibench.model.document import get_doc

	doc = get_doc({"doctype": doctype, "__islocal": 1, "owner": session.user, "docstatus": 0})
	meta = doc.meta
	fields = remember(("defaulted_fields", doctype), lambda: _fields_with_defaults(meta))
	preferred = get_defaults() if fields else Dict()
	confined_to = get_user_permissions() if fields else {}
	for df in fields:
		value = _default_of(df, meta, preferred, confined_to)
		if value is not None:
			doc.set(df.fieldname, value)
	doc._fix_numeric_types()
	values: Dict = doc.get_valid_dict(sanitize=False)
	values["doctype"] = doctype
	values["__islocal"] = 1
	if not meta.issingle:
		values["__unsaved"] = 1
	return meta, values


def _fields_with_defaults(meta: Any) -> list[MetaRow]:
	return [
		df
		for df in meta.fields
		if df.fieldtype in data_fieldtypes and (df.default or df.fieldtype in ("Select", "Link"))
	]


def _default_of(df: MetaRow, meta: Any, preferred: Dict, confined_to: Any) -> Any:
	"""The default that holds for this user: what user permissions imply, what the user prefers, what the field says."""
	from minibench.access.user_permissions import filter_allowed_docs_for_doctype

	permissions = confined_to.get(df.options, []) if df.fieldtype == "Link" else []
	allowed, default_doc = (
		filter_allowed_docs_for_doctype(permissions, df.parent, with_default_doc=True)
		if permissions
		else ([], None)
	)
	if df.fieldtype == "Link" and df.options != "User":
		value = _user_default(df, preferred, permissions, allowed, default_doc)
		if value is not None:
			return value if db.exists(df.options, value) else None
	if df.fieldname == meta.title_field:
		return None
	return _static_default(df, permissions, allowed)


def _user_default(
	df: MetaRow, preferred: Dict, permissions: Any, allowed: list[str], default_doc: str | None
) -> Any:
	if not df.ignore_user_permissions and default_doc:
		return default_doc
	value = preferred.get(df.fieldname)
	return value if value and _is_allowed(df, value, permissions, allowed) else None


def _static_default(df: MetaRow, permissions: Any, allowed: list[str]) -> Any:
	default = df.default
	if default:
		if default == "__user":
			return session.user
		if default == "Today":
			from minibench.values.dates import nowdate

			return nowdate()
		if cstr(default).startswith(":"):
			return None
		if df.fieldtype != "Link" or df.options == "User" or _is_allowed(df, default, permissions, allowed):
			return default
		return None
	if df.fieldtype == "Select" and df.options and df.options not in ("[Select]", "Loading..."):
		return df.options.split("\n", 1)[0]
	return None


def _is_allowed(df: MetaRow, value: Any, permissions: Any, allowed: list[str]) -> bool:
	"""Whether user permissions, as far as they count for this field, let the user choose `value`."""
	confined = df.fieldtype == "Link" and not df.ignore_user_permissions and permissions
	return not confined or not allowed or value in allowed


def _set_dynamic_defaults(values: Dict, doctype: str, parent_doc: Any) -> None:
	"""Defaults that may differ from one document to the next: the time, and what another document says."""
	for df in remember(("dynamic_defaults", doctype), lambda: _dynamic_fields(doctype)):
		if cstr(df.default).startswith(":"):
			value = _default_from_document(df, parent_doc)
			if value is not None and not values.get(df.fieldname):
				values[df.fieldname] = value
		elif df.fieldtype == "Datetime":
			from minibench.values.dates import now_datetime

			values[df.fieldname] = now_datetime()
		elif df.fieldtype == "Time":
			from minibench.values.dates import nowtime

			values[df.fieldname] = nowtime()


def _dynamic_fields(doctype: str) -> list[MetaRow]:
	return [
		df
		for df in get_meta(doctype).fields
		if df.fieldtype == "Time"
		or (df.fieldtype == "Datetime" and cstr(df.default).lower() == "now")
		or cstr(df.default).startswith(":")
	]


def _default_from_document(df: MetaRow, parent_doc: Any) -> Any:
	"""The default ":Company" is the same field of the company that the parent, or else the user, has."""
	from minibench.access.user_permissions import get_allowed_docs_for_doctype, get_user_permissions

	doctype = df.default[1:]
	fieldname = doctype.lower().replace(" ", "_")
	name = parent_doc.get(fieldname) if parent_doc else db.get_default(fieldname)
	value = db.get_value(doctype, name, df.fieldname)
	permissions = get_user_permissions().get(df.options)
	if df.fieldtype != "Link" or df.ignore_user_permissions or not permissions:
		return value
	return value if value in get_allowed_docs_for_doctype(permissions, df.parent) else None
