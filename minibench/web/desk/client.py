"""`frappe.client`: reading and writing documents by remote call."""

import json
from typing import Any

from minibench.collaboration.messages import clear_last_message, msgprint, throw
from minibench.context import Dict, db
from minibench.errors import DoesNotExistError, PermissionError
from minibench.model.fieldtypes import child_table_fields, default_fields
from minibench.translate import _
from minibench.values.jsonio import get_safe_filters
from minibench.web.desk.reportview import validate_args
from minibench.web.whitelist import whitelist

MOST_INSERTS = 200


@whitelist()
def get_list(
	doctype: Any,
	fields: Any = None,
	filters: Any = None,
	group_by: Any = None,
	order_by: Any = None,
	limit_start: Any = None,
	limit_page_length: Any = 20,
	parent: Any = None,
	debug: bool = False,
	as_dict: bool = True,
	or_filters: Any = None,
) -> Any:
	"""The records that the filters name and the user may read."""
	from minibench.data.query import get_list as query_list
	from minibench.model.meta import is_table

	if is_table(doctype):
		check_parent_permission(parent, doctype)
	args = Dict(
		doctype=doctype,
		parent_doctype=parent,
		fields=fields,
		filters=filters,
		or_filters=or_filters,
		group_by=group_by,
		order_by=order_by,
		limit_start=limit_start,
		limit_page_length=limit_page_length,
		debug=debug,
		as_list=not as_dict,
	)
	validate_args(args)
	return query_list(**args)


def check_parent_permission(parent: Any, child_doctype: Any) -> Any:
	"""Raise PermissionError unless the user may read `parent` and it has a table of `child_doctype`."""
	from minibench.access.permissions import check_permission as has_permission
	from minibench.model.meta import get_meta

	if parent:
		meta = get_meta(parent)
		if not has_permission(parent) or not meta.get("fields", {"options": child_doctype}):
			raise PermissionError
		return
	raise PermissionError


@whitelist()
def get_count(doctype: Any, filters: Any = None, debug: Any = False, cache: Any = False) -> Any:
	return db.count(doctype, get_safe_filters(filters), debug, cache)


@whitelist()
def get(doctype: Any, name: Any = None, filters: Any = None, parent: Any = None) -> Any:
	"""A document by its name, by filters, or the single document."""
	from minibench.model.document import get_doc
	from minibench.model.meta import is_table
	from minibench.values.jsonio import parse_json

	if is_table(doctype):
		check_parent_permission(parent, doctype)
	if name:
		doc = get_doc(doctype, name)
	elif filters or filters == {}:
		doc = get_doc(doctype, parse_json(filters))
	else:
		doc = get_doc(doctype)
	doc.check_permission()
	doc.apply_fieldlevel_read_permissions()
	return doc.as_dict()


@whitelist()
def get_value(
	doctype: Any,
	fieldname: Any,
	filters: Any = None,
	as_dict: Any = True,
	debug: Any = False,
	parent: Any = None,
) -> Any:
	"""One or several values of the first record that the filters name."""
	from minibench.access.permissions import check_permission as has_permission
	from minibench.model.meta import get_meta, is_table
	from minibench.values.jsonio import parse_json

	if is_table(doctype):
		check_parent_permission(parent, doctype)
	if not has_permission(doctype, parent_doctype=parent):
		throw(_("No permission for {0}").format(_(doctype)), PermissionError)
	filters = get_safe_filters(filters)
	if isinstance(filters, str):
		filters = {"name": filters}
	try:
		fields = parse_json(fieldname)
	except (TypeError, ValueError):
		fields = [fieldname]
	if isinstance(fields, str):
		fields = [fields]
	filters = filters or None

	if get_meta(doctype).issingle:
		value = db.get_values_from_single(fields, filters, doctype, as_dict=as_dict, debug=debug)
	else:
		value = get_list(
			doctype,
			filters=filters,
			fields=fields,
			debug=debug,
			limit_page_length=1,
			parent=parent,
			as_dict=as_dict,
		)
	if as_dict:
		return value[0] if value else {}
	if not value:
		return None
	return value[0] if len(fields) > 1 else value[0][0]


@whitelist()
def get_single_value(doctype: Any, field: Any) -> Any:
	from minibench.access.permissions import check_permission as has_permission

	if not has_permission(doctype):
		throw(_("No permission for {0}").format(_(doctype)), PermissionError)
	return db.get_single_value(doctype, field)


@whitelist(methods=["POST", "PUT"])
def set_value(doctype: Any, name: Any, fieldname: Any, value: Any = None) -> Any:
	"""Set one value, or several when `fieldname` is a dict, and save. A child row is saved with its parent."""
	from minibench.model.document import get_doc
	from minibench.model.meta import get_meta

	if not isinstance(fieldname, dict) and fieldname in (*default_fields, *child_table_fields):
		throw(_("Cannot edit standard fields"))
	values = fieldname if not value else {fieldname: value}
	if isinstance(values, str):
		try:
			values = json.loads(values)
		except ValueError:
			values = {fieldname: ""}
	if not get_meta(doctype).istable:
		doc = get_doc(doctype, name)
		doc.update(values)
	else:
		at = db.get_value(doctype, name, ["parenttype", "parent"], as_dict=True)
		doc = get_doc(at.parenttype, at.parent)
		doc.getone({"doctype": doctype, "name": name}).update(values)
	doc.save()
	return doc.as_dict()


@whitelist(methods=["POST", "PUT"])
def insert(doc: Any = None) -> Any:
	return insert_doc(json.loads(doc) if isinstance(doc, str) else doc).as_dict()


@whitelist(methods=["POST", "PUT"])
def insert_many(docs: Any = None) -> Any:
	"""Insert up to 200 documents; all or none. Returns their names."""
	docs = json.loads(docs) if isinstance(docs, str) else docs
	if len(docs) > MOST_INSERTS:
		throw(_("Only 200 inserts allowed in one request"))
	return [insert_doc(doc).name for doc in docs]


@whitelist(methods=["POST", "PUT"])
def save(doc: Any) -> Any:
	from minibench.model.document import get_doc

	document = get_doc(json.loads(doc) if isinstance(doc, str) else doc)
	document.save()
	return document.as_dict()


@whitelist(methods=["POST", "PUT"])
def rename_doc(doctype: Any, old_name: Any, new_name: Any, merge: Any = False) -> Any:
	from minibench.model.renaming import rename_doc as rename

	return rename(doctype, old_name, new_name, merge=merge)


@whitelist(methods=["POST", "PUT"])
def submit(doc: Any) -> Any:
	from minibench.model.document import get_doc

	document = get_doc(json.loads(doc) if isinstance(doc, str) else doc)
	document.submit()
	return document.as_dict()


@whitelist(methods=["POST", "PUT"])
def cancel(doctype: Any, name: Any) -> Any:
	from minibench.model.document import get_doc

	document = get_doc(doctype, name)
	document.cancel()
	return document.as_dict()


@whitelist(methods=["DELETE", "POST"])
def delete(doctype: Any, name: Any) -> Any:
	delete_doc(doctype, name)


@whitelist(methods=["POST", "PUT"])
def bulk_update(docs: Any) -> Any:
	"""Update documents one by one; those that fail are returned with the reason."""
	from minibench.errors_log import get_traceback
	from minibench.model.document import get_doc

	failed = []
	for values in json.loads(docs):
		values.pop("flags", None)
		try:
			doc = get_doc(values["doctype"], values["docname"])
			doc.update(values)
			doc.save()
		except Exception:
			failed.append({"doc": values, "exc": get_traceback()})
	return {"failed_docs": failed}


@whitelist()
def has_permission(doctype: Any, docname: Any, perm_type: Any = "read") -> Any:
	from minibench.access.permissions import check_permission as allowed

	return {"has_permission": allowed(doctype, perm_type.lower(), docname)}


@whitelist()
def get_doc_permissions(doctype: Any, docname: Any) -> Any:
	from minibench.access.permissions import get_doc_permissions as permissions_of
	from minibench.model.document import get_doc

	return {"permissions": permissions_of(get_doc(doctype, docname))}


@whitelist()
def get_password(doctype: Any, name: Any, fieldname: Any) -> Any:
	"""A secret in clear, for System Managers."""
	from minibench.access.roles import only_for
	from minibench.model.document import get_doc

	only_for("System Manager")
	return get_doc(doctype, name).get_password(fieldname)


@whitelist(allow_guest=True)
def get_time_zone() -> Any:
	from minibench.access.defaults import get_defaults

	return {"time_zone": get_defaults().get("time_zone")}


@whitelist(methods=["POST", "PUT"])
def attach_file(
	filename: Any = None,
	filedata: Any = None,
	doctype: Any = None,
	docname: Any = None,
	folder: Any = None,
	decode_base64: Any = False,
	is_private: Any = None,
	docfield: Any = None,
) -> Any:
	"""Save `filedata` as a File of the document, and its URL in `docfield` if that is given."""
	from minibench.model.document import get_doc

	doc = get_doc(doctype, docname)
	doc.check_permission()
	file = get_doc(
		{
			"doctype": "File",
			"file_name": filename,
			"attached_to_doctype": doctype,
			"attached_to_name": docname,
			"attached_to_field": docfield,
			"folder": folder,
			"is_private": is_private,
			"content": filedata,
			"decode": decode_base64,
		}
	).save()
	if docfield and doctype:
		doc.set(docfield, file.file_url)
		doc.save()
	return file


@whitelist()
def is_document_amended(doctype: Any, docname: Any) -> Any:
	from minibench.access.permissions import check_permission as allowed

	if allowed(doctype) and db.has_column(doctype, "amended_from"):
		return db.exists(doctype, {"amended_from": docname})
	return False


@whitelist()
def validate_link(doctype: str, docname: str, fields: Any = None) -> Any:
	"""The linked document's name as it is spelled, and the values that are to be fetched from it."""
	from minibench.access.permissions import check_permission as allowed
	from minibench.model.meta import get_meta
	from minibench.values.jsonio import parse_json

	if doctype != "DocType":
		parent = db.get_value(doctype, docname, "parenttype") if get_meta(doctype).istable else None
		if not (
			allowed(doctype, "select", parent_doctype=parent)
			or allowed(doctype, "read", parent_doctype=parent)
		):
			throw(
				_("You do not have Read or Select Permissions for {}").format(f"<strong>{doctype}</strong>"),
				PermissionError,
			)
	values = Dict(name=db.get_value(doctype, docname, cache=True))
	fields = parse_json(fields)
	if not values.name or not fields:
		return values
	try:
		values.update(get_value(doctype, fields, docname))
	except PermissionError:
		clear_last_message()
		msgprint(
			_("You need {0} permission to fetch values from {1} {2}").format(
				f"<strong>{_('Read')}</strong>", f"<strong>{doctype}</strong>", f"<strong>{docname}</strong>"
			),
			title=_("Cannot Fetch Values"),
			indicator="orange",
		)
	return values


def insert_doc(doc: Any) -> Any:
	"""Insert a document; a child row is appended to its parent, which is saved and returned."""
	from minibench.model.document import get_doc
	from minibench.model.meta import is_table

	doc = Dict(doc)
	if not is_table(doc.doctype):
		return get_doc(doc).insert()
	if not (doc.parenttype and doc.parent and doc.parentfield):
		throw(_("Parenttype, Parent and Parentfield are required to insert a child record"))
	parent = get_doc(doc.parenttype, doc.parent)
	parent.append(doc.parentfield, doc)
	parent.save()
	return parent


def delete_doc(doctype: str, name: str) -> None:
	"""Delete a document; a child row is taken out of its parent, which is saved."""
	from minibench.model.deletion import delete_doc as remove
	from minibench.model.document import get_doc
	from minibench.model.meta import is_table

	if not is_table(doctype):
		remove(doctype, name, ignore_missing=False)
		return
	at = db.get_value(doctype, name, ["parenttype", "parent", "parentfield"])
	if not at:
		raise DoesNotExistError
	parenttype, parent_name, parentfield = at
	parent = get_doc(parenttype, parent_name)
	for row in parent.get(parentfield):
		if row.name == name:
			parent.remove(row)
			parent.save()
			break
