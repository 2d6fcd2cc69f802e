"""Deleting documents: permissions, links, what goes with them, and the copy that remains in Deleted Document."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import conf, db, flags, form_dict, session
from minibench.errors import DoesNotExistError, LinkExistsError, PermissionError, QueryTimeoutError
from minibench.model.document import get_doc
from minibench.model.fieldtypes import table_fields
from minibench.model.link_checks import check_if_doc_is_dynamically_linked, check_if_doc_is_linked
from minibench.model.meta import get_meta
from minibench.model.naming import revert_series_if_last
from minibench.translate import _

__all__ = [
	"add_to_deleted_document",
	"check_if_doc_is_dynamically_linked",
	"check_if_doc_is_linked",
	"delete_doc",
	"delete_doc_if_exists",
	"delete_dynamic_links",
	"delete_from_table",
]

# Notes about a document that go with it: DocType, and the fields that name the document.
NOTES = (
	("ToDo", "reference_type", "reference_name"),
	("Email Unsubscribe", "reference_doctype", "reference_name"),
	("DocShare", "share_doctype", "share_name"),
	("Version", "ref_doctype", "docname"),
	("Comment", "reference_doctype", "reference_name"),
	("View Log", "reference_doctype", "reference_name"),
	("Notification Log", "document_type", "document_name"),
	("Communication Link", "link_doctype", "link_name"),
)
# What outlives the document and only stops referring to it.
UNLINKED = (
	("Communication", "reference_doctype", "reference_name"),
	("Activity Log", "reference_doctype", "reference_name"),
	("Activity Log", "timeline_doctype", "timeline_name"),
)


def delete_doc(
	doctype: str | None = None,
	name: Any = None,
	force: Any = 0,
	ignore_doctypes: list[str] | None = None,
	for_reload: bool = False,
	ignore_permissions: bool = False,
	flags: Any = None,
	ignore_on_trash: bool = False,
	ignore_missing: bool = True,
	delete_permanently: bool = False,
) -> Any:
	"""Delete one document, or a list of them. False where there is nothing to delete.

	Args:
		force: although others link to it.
		ignore_doctypes: child tables whose rows stay.
		for_reload: it is about to be stored anew, so no event is called, nothing is checked or kept.
		ignore_on_trash: do not call on_trash.
		delete_permanently: keep no copy.

	Raises:
		LinkExistsError: another document links to it.
		ValidationError: it is submitted.
		PermissionError: the user may not delete it.
	"""
	if not doctype:
		doctype, name = form_dict.get("dt"), form_dict.get("dn")
	assert doctype
	names: list[Any] = [name] if isinstance(name, str | int) else name or []
	for each in names:
		if not db.exists(doctype, each):
			if not ignore_missing:
				raise DoesNotExistError
			return False
		from minibench.access.passwords import delete_all_passwords_for

		delete_all_passwords_for(doctype, each)
		if doctype == "DocType":
			doc = _delete_doctype(each, for_reload, force, flags, ignore_permissions, ignore_doctypes)
		else:
			doc = _delete_document(
				doctype,
				each,
				for_reload,
				force,
				flags,
				ignore_permissions,
				ignore_doctypes,
				ignore_on_trash,
				delete_permanently,
			)
		_clean_up_after(doc, for_reload, delete_permanently)
	return None


def delete_doc_if_exists(doctype: str, name: str, force: Any = 0) -> None:
	"""Delete a document if it is there."""
	delete_doc(doctype, name, force=force, ignore_missing=True)


def _delete_doctype(
	name: str, for_reload: bool, force: Any, doc_flags: Any, ignore_permissions: bool, kept: list[str] | None
) -> Any:
	"""Delete a DocType. Its table stays, with the documents in it."""
	doc = get_doc("DocType", name)
	if for_reload:
		doc.run_method("before_reload")
	else:
		if not (doc.custom or conf.developer_mode or flags.in_patch or force):
			throw(_("Standard DocType can not be deleted."))
		_update_flags(doc, doc_flags, ignore_permissions)
		_check_permission_and_not_submitted(doc)
		db.delete("Custom Field", {"options": name, "fieldtype": ("in", table_fields)})
	delete_from_table("DocType", name, kept or [], doc)
	from minibench.model.meta import bump_epoch

	bump_epoch()
	return doc


def _delete_document(
	doctype: str,
	name: Any,
	for_reload: bool,
	force: Any,
	doc_flags: Any,
	ignore_permissions: bool,
	kept: list[str] | None,
	ignore_on_trash: bool,
	delete_permanently: bool,
) -> Any:
	try:
		db.get_value(doctype, name, for_update=True, wait=False)
	except QueryTimeoutError:
		throw(
			_(
				"This document can not be deleted right now as it's being modified by another user. "
				"Please try again after some time."
			),
			exc=QueryTimeoutError,
		)
	doc = get_doc(doctype, name)
	if not for_reload:
		_update_flags(doc, doc_flags, ignore_permissions)
		_check_permission_and_not_submitted(doc)
		if not ignore_on_trash:
			doc.run_method("on_trash")
			doc.flags.in_delete = True
			doc.run_method("on_change")
		if not force:
			_check_links(doc)
	_revert_naming_series(doc)
	delete_from_table(doctype, name, kept or [], doc)
	doc.run_method("after_delete")

	from minibench.collaboration.files import remove_all

	remove_all(doctype, name, from_delete=True, delete_permanently=delete_permanently)
	if not for_reload:
		delete_dynamic_links(doctype, name)
	return doc


def _check_links(doc: Any) -> None:
	try:
		check_if_doc_is_linked(doc)
		check_if_doc_is_dynamically_linked(doc)
	except LinkExistsError:
		if doc.meta.has_field("enabled") or doc.meta.has_field("disabled"):
			throw(
				_("You can disable this {0} instead of deleting it.").format(_(doc.doctype)), LinkExistsError
			)
		raise


def _clean_up_after(doc: Any, for_reload: bool, delete_permanently: bool) -> None:
	doc.clear_cache()
	from minibench.collaboration.tag import delete_tags_for_document

	delete_tags_for_document(doc)
	if not (delete_permanently or for_reload):
		add_to_deleted_document(doc)
	if not for_reload and not flags.in_patch:
		doc.notify_update()
		_note_deletion(doc)


def _update_flags(doc: Any, doc_flags: Any, ignore_permissions: bool) -> None:
	if ignore_permissions:
		doc.flags.ignore_permissions = ignore_permissions
	if doc_flags:
		doc.flags.update(doc_flags)


def _check_permission_and_not_submitted(doc: Any) -> None:
	if (
		not doc.flags.ignore_permissions
		and session.user != "Administrator"
		and (not doc.has_permission("delete") or (doc.doctype == "DocType" and not doc.custom))
	):
		msgprint(
			_("User not allowed to delete {0}: {1}").format(doc.doctype, doc.name),
			raise_exception=PermissionError,
		)
	if doc.meta.is_submittable and doc.docstatus.is_submitted():
		msgprint(
			_("{0} {1}: Submitted Record cannot be deleted. You must {2} Cancel {3} it first.").format(
				_(doc.doctype), doc.name, "", ""
			),
			raise_exception=True,
		)


def _revert_naming_series(doc: Any) -> None:
	"""The last number of a series is given out again."""
	autoname = doc.meta.autoname
	if not autoname:
		return
	if autoname.startswith("naming_series:") and doc.get("naming_series"):
		revert_series_if_last(doc.naming_series, doc.name, doc)
	elif autoname.split(":", 1)[0] not in ("Prompt", "field", "hash", "autoincrement", "naming_series"):
		revert_series_if_last(autoname, doc.name, doc)


def delete_from_table(doctype: str, name: Any, ignore_doctypes: list[str], doc: Any) -> None:
	"""Delete a document's row, or a Single's values, and the rows of its child tables."""
	if doctype != "DocType" and doctype == name:
		db.delete("Singles", {"doctype": name})
	else:
		db.delete(doctype, {"name": name})
	for child in set(get_meta(doctype).table_fieldnames.values()) - set(ignore_doctypes):
		db.delete(child, {"parenttype": doctype, "parent": name})


def delete_dynamic_links(doctype: str, name: Any) -> None:
	"""Delete the notes about a document that is gone; what else refers to it stops doing so."""
	for table, type_field, name_field in NOTES:
		if db.table_exists(table):
			db.delete(table, {type_field: doctype, name_field: name})
	for table, type_field, name_field in UNLINKED:
		if db.table_exists(table):
			db.set_value(
				table,
				{type_field: doctype, name_field: name},
				{type_field: None, name_field: None},
				update_modified=False,
			)


def add_to_deleted_document(doc: Any) -> None:
	"""Keep a copy of a deleted document, from which it could be restored."""
	if doc.doctype != "Deleted Document" and flags.in_install != "frappe":
		get_doc(
			{
				"doctype": "Deleted Document",
				"deleted_doctype": doc.doctype,
				"deleted_name": doc.name,
				"data": doc.as_json(),
				"owner": session.user,
			}
		).db_insert()


def _note_deletion(doc: Any) -> None:
	if flags.in_install or flags.in_uninstall or flags.in_import or getattr(doc, "no_feed_on_delete", False):
		return
	get_doc(
		{
			"doctype": "Comment",
			"comment_type": "Deleted",
			"reference_doctype": doc.doctype,
			"subject": f"{_(doc.doctype)} {doc.name}",
		}
	).insert(ignore_permissions=True)
