"""Renaming a document: its row, its rows, and everything that refers to it; merging it into another one."""

from __future__ import annotations

import json
from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import db
from minibench.data.schema import quote
from minibench.errors import DuplicateEntryError, UniqueValidationError
from minibench.model.document import get_doc
from minibench.model.fieldtypes import table_fields
from minibench.model.link_fields import get_dynamic_link_fields, get_link_fields
from minibench.model.meta import Meta, clear_cache, get_meta
from minibench.model.naming import validate_name
from minibench.translate import _
from minibench.values.numbers import sbool
from minibench.values.text import bold
from minibench.web.whitelist import whitelist

__all__ = [
	"bulk_rename",
	"get_link_fields",
	"rename_doc",
	"rename_document",
	"update_document_title",
	"validate_rename",
]

BULK_LIMIT = 500


@whitelist(methods=["POST", "PUT"])
def rename_doc(
	doctype: str,
	old: str,
	new: str,
	force: bool = False,
	merge: bool = False,
	*,
	ignore_if_exists: bool = False,
	show_alert: bool = True,
	rebuild_search: bool = True,
) -> str:
	"""`frappe.rename_doc`: give a document another name, or merge it into the one that has it; returns the name."""
	return rename_document(
		doctype=doctype,
		old=old,
		new=new,
		force=force,
		merge=merge,
		ignore_if_exists=ignore_if_exists,
		show_alert=show_alert,
	)


def rename_document(
	doctype: str | None = None,
	old: str | None = None,
	new: str | None = None,
	force: Any = False,
	merge: Any = False,
	ignore_permissions: bool = False,
	ignore_if_exists: bool = False,
	show_alert: bool = True,
	rebuild_search: bool = True,
	doc: Any = None,
	validate: bool = True,
) -> str:
	"""Give a document another name, and let everything that refers to it follow; returns the name it got.

	Args:
		merge: into the document called `new`, which must exist; this one is deleted.
		force: even if the DocType forbids renaming.
		validate: check first. Off where the caller has done that.

	Raises:
		ValidationError: the name is taken, or is none, or the user may not rename.
	"""
	if not new or not (doc or (doctype and old)):
		raise TypeError(
			"{doctype, old, new} or {doc, new} are required arguments for frappe.model.rename_doc"
		)
	old = old or doc.name
	doctype = doctype or doc.doctype
	assert old and doctype
	force, merge = sbool(force), sbool(merge)
	meta = get_meta(doctype)
	old_doc = None
	if validate:
		old_doc = doc or get_doc(doctype, old)
		new = _transformed(old_doc.run_method("before_rename", old, new, merge), new)
		new = validate_rename(
			doctype, old, new, meta, merge, force, ignore_permissions, ignore_if_exists, old_doc=old_doc
		)
	if merge:
		_merge_assignments(doctype, old, new)
	else:
		_rename_rows(meta, old, new)
	_update_links(doctype, old, new)
	if doctype == "DocType":
		_rename_doctype(old, new)
	else:
		_update("File", "attached_to_name", new, {"attached_to_name": old, "attached_to_doctype": doctype})
	_update("Version", "docname", new, {"docname": old, "ref_doctype": doctype})

	new_doc = _renamed_document(doctype, old, new, old_doc)
	new_doc.run_method("after_rename", old, new, merge)
	if merge:
		new_doc.add_comment("Edit", _("merged {0} into {1}").format(bold(old), bold(new)))
		from minibench.model.deletion import delete_doc

		delete_doc(doctype, old)
	else:
		from minibench.access.passwords import rename_password

		rename_password(doctype, old, new)
		new_doc.add_comment("Edit", _("renamed from {0} to {1}").format(bold(old), bold(new)))
	new_doc.clear_cache()
	clear_cache()
	if show_alert:
		msgprint(
			_("Document renamed from {0} to {1}").format(bold(old), bold(new)), alert=True, indicator="green"
		)
	return new


def _transformed(answer: Any, new: str) -> str:
	"""before_rename may choose another name."""
	if isinstance(answer, dict):
		return answer.get("new") or new
	return answer or new


def _renamed_document(doctype: str, old: str, new: str, old_doc: Any) -> Any:
	if doctype == "DocType":
		# The table is renamed by after_rename; until then the definition must be read past all caches.
		clear_cache(doctype=new)
	doc = get_doc(doctype, new)
	doc._local = getattr(old_doc, "_local", None)
	return doc


def validate_rename(
	doctype: str,
	old: str,
	new: str,
	meta: Meta,
	merge: bool,
	force: bool = False,
	ignore_permissions: bool = False,
	ignore_if_exists: bool = False,
	save_point: bool = False,
	old_doc: Any = None,
) -> str:
	"""Raise unless the document may be renamed so; return the name without blanks around it. Locks both."""
	from minibench.access.permissions import has_permission

	if save_point:
		db.savepoint("validate_rename")
	exists = db.get_value(doctype, new, "name", for_update=True)
	if not db.exists(doctype, old):
		throw(_("Can't rename {0} to {1} because {0} doesn't exist.").format(old, new))
	if old == new:
		throw(_("No changes made because old and new name are the same.").format(old, new))
	if exists and exists != new:
		# Only the case differs: this is the document itself.
		exists = None
	if merge and not exists:
		throw(_("{0} {1} does not exist, select a new target to merge").format(doctype, new))
	if not merge and exists and not ignore_if_exists:
		throw(_("Another {0} with name {1} exists, select another name").format(doctype, new))
	if not ignore_permissions and not has_permission(doctype, "write", old_doc, raise_exception=False):
		throw(_("You need write permission on {0} {1} to rename").format(doctype, old))
	if merge and not ignore_permissions:
		target = get_doc(doctype, new)
		if not has_permission(doctype, "write", target, raise_exception=False):
			throw(_("You need write permission on {0} {1} to merge").format(doctype, new))
	if not (force or ignore_permissions) and not meta.allow_rename:
		throw(_("{0} not allowed to be renamed").format(_(doctype)))
	new = validate_name(doctype, new)
	if save_point:
		db.rollback(save_point="validate_rename")
	return new


# --- what refers to the document --------------------------------------------------------------------------------------


def _update(doctype: str, fieldname: str, value: str, filters: dict[str, Any]) -> None:
	db.set_value(doctype, filters, fieldname, value, update_modified=False)


def _rename_rows(meta: Meta, old: str, new: str) -> None:
	table = quote(f"tab{meta.name}")
	db.execute(f"update {table} set name = ? where name = ?", (new, old))
	if (meta.autoname or "").startswith("field:"):
		column = quote(meta.autoname.split(":")[1])
		db.execute(f"update {table} set {column} = ? where name = ?", (new, new))
	for child in set(meta.table_fieldnames.values()):
		db.execute(
			f"update {quote(f'tab{child}')} set parent = ? where parent = ? and parenttype = ?",
			(new, old, meta.name),
		)


def _update_links(doctype: str, old: str, new: str) -> None:
	for link in get_link_fields(doctype):
		if link.issingle:
			_update_single(link.parent, link.fieldname, old, new)
		elif link.fieldname in db.get_db_table_columns(f"tab{link.parent}"):
			_update(link.parent, link.fieldname, new, {link.fieldname: old})
	for link in get_dynamic_link_fields():
		if link.issingle:
			values = db.get_singles_dict(link.parent)
			if values.get(link.options) == doctype and values.get(link.fieldname) == old:
				db.set_single_value(link.parent, link.fieldname, new, update_modified=False)
			continue
		columns = db.get_db_table_columns(f"tab{link.parent}")
		if link.fieldname in columns and link.options in columns:
			_update(link.parent, link.fieldname, new, {link.options: doctype, link.fieldname: old})


def _update_single(doctype: str, fieldname: str, old: str, new: str) -> None:
	"""A Single is saved rather than written to: many set defaults of the site when they are saved."""
	doc = get_doc(doctype)
	if doc.get(fieldname) == old:
		doc.set(fieldname, new)
		doc.flags.ignore_mandatory = True
		doc.flags.ignore_links = True
		doc.save(ignore_permissions=True)


def _rename_doctype(old: str, new: str) -> None:
	"""Fields that link to the DocType, or have it as a child table, and rows that it is the parent of."""
	kinds = ("Link", *table_fields)
	for table in ("DocField", "Custom Field"):
		_update(table, "options", new, {"options": old, "fieldtype": ("in", kinds)})
	_update("Property Setter", "value", new, {"property": "options", "value": old})
	children = {
		row[0]
		for row in db.execute(
			"select options from `tabDocField` where parent = ? and fieldtype in (?, ?) "
			"union select options from `tabCustom Field` where dt = ? and fieldtype in (?, ?)",
			(new, *table_fields, new, *table_fields),
		)
	}
	for child in children:
		_update(child, "parenttype", new, {"parenttype": old})
	_update("Custom DocPerm", "parent", new, {"parent": old})


def _merge_assignments(doctype: str, old: str, new: str) -> None:
	"""Who is assigned to either is assigned to the merged document, once."""
	from minibench.data.query import get_all
	from minibench.model.deletion import delete_doc

	old_users, new_users = (json.loads(db.get_value(doctype, name, "_assign") or "[]") for name in (old, new))
	common = set(old_users) & set(new_users)
	if common:
		filters = {"owner": ("in", list(common)), "reference_type": doctype, "reference_name": old}
		for todo in get_all("ToDo", filters=filters, pluck="name"):
			delete_doc("ToDo", todo)
	merged = list(dict.fromkeys([*old_users, *new_users]))
	_update(doctype, "_assign", json.dumps(merged), {"name": new})


# --- called by clients ------------------------------------------------------------------------------------------------------


@whitelist()
def update_document_title(
	*,
	doctype: str,
	docname: str,
	title: str | None = None,
	name: str | None = None,
	merge: Any = False,
	enqueue: Any = False,
	**kwargs: Any,
) -> str:
	"""Change a document's title, its name, or both; returns its name, which is the old one while a job renames it."""
	title, name = kwargs.get("new_title") or title, kwargs.get("new_name") or name
	for value in (docname, title, name):
		if not isinstance(value, str | None):
			throw(f"{value!r} must be of type str or None")
	merge = sbool(merge)
	in_background = bool(sbool(enqueue)) and not _scheduler_is_inactive()
	doc = get_doc(doctype, docname)
	doc.check_permission(permtype="write")
	title_field = doc.meta.get_title_field()
	new_title = title if title_field != "name" and title != doc.get(title_field) else None
	if name and name != doc.name:
		if in_background:
			_queue_rename(doc, name, merge, kwargs.get("queue") or "long")
		else:
			doc.rename(name, merge=merge)
	if new_title:
		setattr(doc, title_field, new_title)
		try:
			doc.save()
		except UniqueValidationError:
			throw(
				_("{0} {1} already exists").format(doctype, bold(docname)),
				title=_("Duplicate Name"),
				exc=DuplicateEntryError,
			)
		msgprint(_("Saved"), alert=True, indicator="green")
	return str(doc.name)


def _queue_rename(doc: Any, name: str, merge: bool, queue: str) -> None:
	new = _transformed(doc.run_method("before_rename", doc.name, name, merge), name)
	validate_rename(doc.doctype, doc.name, new, doc.meta, merge, save_point=True)
	doc.queue_action("rename", name=new, merge=merge, queue=queue, timeout=36000)


def _scheduler_is_inactive() -> bool:
	from minibench.background.scheduler import is_scheduler_inactive

	return bool(is_scheduler_inactive())


def bulk_rename(
	doctype: str, rows: list[list[Any]] | None = None, via_console: bool = False
) -> list[str] | None:
	"""Rename many documents, each in a transaction of its own: [[old, new, merge], ...]. Returns what happened."""
	if not rows:
		throw(_("Please select a valid csv file with data"))
	if not via_console and len(rows or ()) > BULK_LIMIT:
		throw(_("Maximum {0} rows allowed").format(BULK_LIMIT))
	log = []
	for row in rows or ():
		if len(row) < 2 or not row[0] or not row[1]:
			continue
		merge = len(row) > 2 and str(row[2]).lower() in ("1", "true")
		try:
			rename_document(doctype, row[0], row[1], merge=merge)
			db.commit()
			log.append(_("Successful: {0} to {1}").format(row[0], row[1]))
		except Exception as error:
			db.rollback()
			log.append(_("** Failed: {0} to {1}: {2}").format(row[0], row[1], repr(error)))
	if via_console:
		print("\n".join(log))
		return None
	return log
