"""A document's life: read, inserted, saved, submitted, cancelled, deleted, and what is called at each step.

The order of the steps is v15's. Controllers and hooks rely on it: what has been checked when they are called, whether
the row is written already, which of them may still change a value.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from minibench.base_document import BaseDocument
from minibench.caches import (
	clear_document_cache,
	get_cached_doc,
	get_cached_value,
	get_document_cache_key,
)
from minibench.collaboration.messages import clear_last_message, msgprint, throw
from minibench.context import Dict, db, flags, local, session
from minibench.controllers import get_controller
from minibench.docstatus import CANCELLED, DRAFT, SUBMITTED
from minibench.document_services import ServicedDocument
from minibench.errors import (
	DocstatusTransitionError,
	DoesNotExistError,
	TimestampMismatchError,
	ValidationError,
)
from minibench.hooks import doc_event_handlers
from minibench.links import LinkedDocument
from minibench.meta import get_meta
from minibench.naming import set_new_name, validate_name
from minibench.new_docs import get_new_doc, new_doc
from minibench.schema import quote
from minibench.storage import StoredDocument, bulk_insert
from minibench.translate import _
from minibench.validation import ValidatedDocument
from minibench.values.dates import get_datetime, getdate, now
from minibench.web.whitelist import whitelist

__all__ = [
	"BaseDocument",
	"Document",
	"bulk_insert",
	"clear_document_cache",
	"copy_doc",
	"execute_action",
	"get_cached_doc",
	"get_cached_value",
	"get_controller",
	"get_doc",
	"get_document_cache_key",
	"get_last_doc",
	"get_new_doc",
	"get_single",
	"new_doc",
	"set_value",
	"unlock_document",
]


def get_doc(*args: Any, **kwargs: Any) -> Any:
	"""A document: `get_doc(doctype, name)` as stored, `get_doc(doctype)` of a Single, `get_doc({...})` a new one.

	With `for_update=True` nobody else changes it until this transaction ends.

	Raises:
		DoesNotExistError: it is not stored.
	"""
	if args:
		first = args[0]
		if isinstance(first, BaseDocument):
			return first
		if isinstance(first, str):
			return get_controller(first)(*args, **kwargs)
		if not isinstance(first, dict):
			raise ValueError("First non keyword argument must be a string or dict")
		kwargs = first
	if "doctype" not in kwargs:
		raise ValueError('"doctype" is a required key')
	return get_controller(kwargs["doctype"])(*args, **({} if args else kwargs))


class Document(StoredDocument, ValidatedDocument, LinkedDocument, ServicedDocument):
	"""The base class of all controllers."""

	def __init__(self, *args: Any, **kwargs: Any) -> None:
		"""A document as stored, for a DocType and a name, or a new one, for a dict."""
		own = self.__dict__
		own["doctype"] = None
		own["name"] = None
		own["flags"] = Dict()
		if args and args[0]:
			if isinstance(args[0], str):
				own["doctype"] = args[0]
				own["name"] = args[0] if len(args) == 1 else args[1]
				self.flags.for_update = kwargs.get("for_update")
				self.load_from_db()
				return
			if isinstance(args[0], dict):
				kwargs = args[0]
		if not kwargs:
			raise ValueError("Illegal arguments")
		super().__init__(kwargs)
		self.init_child_tables()
		self.init_valid_columns()

	# --- reading -------------------------------------------------------------------------------------------------------

	def load_from_db(self) -> Any:
		"""Set all values and rows as they are stored.

		Raises:
			DoesNotExistError: they are not.
		"""
		meta = self.meta
		if meta.issingle:
			self._load_single()
		else:
			self._load_row()
		own = self.__dict__
		for fieldname, doctype in meta.table_fieldnames.items():
			own[fieldname] = self._load_rows(fieldname, doctype)
		if hasattr(self, "__setup__"):
			self.__setup__()
		return self

	def _load_row(self) -> None:
		row = db.get_value(
			self.doctype,
			self.name,
			"*",
			as_dict=True,
			for_update=bool(self.flags.for_update),
			order_by=None if isinstance(self.name, str | int) else "creation desc",
		)
		if not row:
			throw(_("{0} {1} not found").format(_(self.doctype), self.name), DoesNotExistError)
		own = self.__dict__
		own.update(row)
		own["_table_fieldnames"] = self.meta.table_fieldnames
		own["dont_update_if_missing"] = []
		if hasattr(self, "__setup__"):
			self.__setup__()

	def _load_single(self) -> None:
		values = db.get_singles_dict(self.doctype, for_update=bool(self.flags.for_update))
		if not values:
			values = get_new_doc(self.doctype, as_dict=True)
			values["name"] = self.doctype
			del values["__islocal"]
		self.flags.ignore_children = True
		BaseDocument.__init__(self, values)
		self.flags.pop("ignore_children", None)
		self.init_valid_columns()
		self._fix_numeric_types()

	def _load_rows(self, fieldname: str, doctype: str) -> list[Any]:
		"""The stored rows of one child table, made without the detours that a new row takes."""
		cursor = db.cursor(
			f"select * from {quote(f'tab{doctype}')} where parent = ? and parenttype = ? and parentfield = ? "
			"order by idx",
			(self.name, self.doctype, fieldname),
			lock=bool(self.flags.for_update),
		)
		found = cursor.fetchall()
		if not found:
			return []
		keys = [column[0] for column in cursor.description]
		controller = get_controller(doctype)
		meta = get_meta(doctype)
		plain = controller.__init__ is Document.__init__
		reference = weakref.ref(self)
		rows = []
		for values in found:
			row: Any
			if plain:
				row = controller.__new__(controller)
				own = row.__dict__
				own["doctype"] = doctype
				own["flags"] = Dict()
				own["meta"] = meta
				own["_table_fieldnames"] = meta.table_fieldnames
				own["dont_update_if_missing"] = []
				own.update(zip(keys, values, strict=True))
				if hasattr(row, "__setup__"):
					row.__setup__()
			else:
				row = controller({**dict(zip(keys, values, strict=True)), "doctype": doctype})
			row.__dict__["_parent_doc"] = reference
			rows.append(row)
		return rows

	def reload(self) -> Any:
		"""Set all values as they are stored now."""
		return self.load_from_db()

	def get_latest(self) -> Any:
		"""The document as it was before this save, else as it is stored."""
		if not self.__dict__.get("_doc_before_save"):
			self.load_doc_before_save()
		return self._doc_before_save

	def get_doc_before_save(self) -> Any:
		return self.__dict__.get("_doc_before_save")

	def load_doc_before_save(self, *, raise_exception: bool = False) -> None:
		"""Read the stored document, which stays locked until the transaction ends, to compare this one with."""
		self._doc_before_save = None
		if self.is_new():
			return
		try:
			self._doc_before_save = get_doc(self.doctype, self.name, for_update=True)
		except DoesNotExistError:
			if raise_exception:
				raise
			clear_last_message()

	def has_value_changed(self, fieldname: str) -> bool:
		"""Whether this save changes the field; always in a new document."""
		import datetime

		from minibench.values.durations import get_timedelta

		previous = self.get_doc_before_save()
		if not previous:
			return True
		before, value = previous.get(fieldname), self.get(fieldname)
		if isinstance(before, datetime.datetime):
			value = get_datetime(value)
		elif isinstance(before, datetime.date):
			value = getdate(value)
		elif isinstance(before, datetime.timedelta):
			value = get_timedelta(value)
		return bool(before != value)

	# --- inserting -----------------------------------------------------------------------------------------------------

	def insert(
		self,
		ignore_permissions: bool | None = None,
		ignore_links: bool | None = None,
		ignore_if_duplicate: bool = False,
		ignore_mandatory: bool | None = None,
		set_name: str | None = None,
		set_child_names: bool = True,
	) -> Any:
		"""Save this document as a new one: before_insert, naming, validate, before_save, the rows, after_insert, on_update.

		Raises:
			PermissionError: the user may not create it.
			ValidationError: a check fails; its subclass says which.
			DuplicateEntryError: the name is taken, unless `ignore_if_duplicate`.
		"""
		if self.flags.in_print:
			return self
		self.flags.notifications_executed = []
		if ignore_permissions is not None:
			self.flags.ignore_permissions = ignore_permissions
		if ignore_links is not None:
			self.flags.ignore_links = ignore_links
		if ignore_mandatory is not None:
			self.flags.ignore_mandatory = ignore_mandatory
		self.set("__islocal", True)

		self._set_defaults()
		self.set_user_and_timestamp()
		self.set_docstatus()
		self.check_if_latest()
		self._validate_links()
		self.check_permission("create")
		self.run_method("before_insert")
		self.set_new_name(set_name=set_name, set_child_names=set_child_names)
		self.set_parent_in_children()
		self.validate_higher_perm_levels()

		self.flags.in_insert = True
		self.run_before_save_methods()
		self._validate()
		self.set_docstatus()
		self.flags.in_insert = False

		if self.meta.issingle:
			self.update_single(self.get_valid_dict())
		else:
			self.db_insert(ignore_if_duplicate=ignore_if_duplicate)
		self.insert_children()
		self.run_method("after_insert")
		self.flags.in_insert = True

		if self.get("amended_from"):
			self.validate_amended_from()
			self.copy_attachments_from_amended_from()
		if self.get("__temporary_name"):
			from minibench.collaboration.files import relink_mismatched_files

			relink_mismatched_files(self)
		self.run_post_save_methods()
		self.flags.in_insert = False
		self.__dict__.pop("__islocal", None)
		self.__dict__.pop("__unsaved", None)
		return self

	def set_new_name(
		self, force: bool = False, set_name: str | None = None, set_child_names: bool = True
	) -> None:
		"""Name this document and its rows, unless that is done."""
		if self.flags.name_set and not force:
			return
		if self.get("__newname") and (self.meta.autoname or "").lower() == "prompt":
			self.name = validate_name(self.doctype, self.get("__newname"))
			self.flags.name_set = True
			return
		if set_name:
			self.name = validate_name(self.doctype, set_name)
		else:
			set_new_name(self)
		if set_child_names:
			for row in self.get_all_children():
				set_new_name(row)
		self.flags.name_set = True

	def _set_defaults(self) -> None:
		if flags.in_import:
			return
		if self.is_new():
			self.update_if_missing(get_new_doc(self.doctype, as_dict=True))
		for fieldname, doctype in self.meta.table_fieldnames.items():
			new_rows = [row for row in self.get(fieldname) or () if row.is_new()]
			if new_rows:
				defaults = get_new_doc(doctype, parent_doc=self, parentfield=fieldname, as_dict=True)
				for row in new_rows:
					row.update_if_missing(defaults)

	def validate_amended_from(self) -> None:
		"""Only what is cancelled may be amended."""
		if db.get_value(self.doctype, self.get("amended_from"), "docstatus") == 2:
			return
		from minibench.values.urls import get_link_to_form

		throw(
			_(
				"{0} cannot be amended because it is not cancelled. "
				"Please cancel the document before creating an amendment."
			).format(get_link_to_form(self.doctype, self.get("amended_from"))),
			title=_("Amendment Not Allowed"),
		)

	def copy_attachments_from_amended_from(self) -> None:
		"""The files of what is amended are attached to this document too."""
		from minibench.query import get_all

		fields = ["file_url", "file_name", "is_private"]
		attached = {"attached_to_doctype": self.doctype, "attached_to_name": self.amended_from}
		for file in get_all("File", filters=attached, fields=fields):
			get_doc(
				{
					"doctype": "File",
					**file,
					"attached_to_doctype": self.doctype,
					"attached_to_name": self.name,
					"folder": "Home/Attachments",
				}
			).save()

	# --- saving --------------------------------------------------------------------------------------------------------

	def save(self, *args: Any, **kwargs: Any) -> Any:
		"""Save this document: insert it if it is new, else check it and write it. See insert() for the errors.

		Raises:
			TimestampMismatchError: somebody else has saved it meanwhile.
			UpdateAfterSubmitError: a field changed that must not change after submission.
		"""
		return self._save(*args, **kwargs)

	def _save(self, ignore_permissions: bool | None = None, ignore_version: bool | None = None) -> Any:
		if self.flags.in_print:
			return None
		self.flags.notifications_executed = []
		if ignore_permissions is not None:
			self.flags.ignore_permissions = ignore_permissions
		self.flags.ignore_version = flags.in_test if ignore_version is None else ignore_version
		if self.get("__islocal") or not self.get("name"):
			return self.insert()

		self.check_if_locked()
		self._set_defaults()
		self.check_permission("write", "save")
		self.set_user_and_timestamp()
		self.set_docstatus()
		self.check_if_latest()
		self.set_parent_in_children()
		self.set_name_in_children()
		self.validate_higher_perm_levels()
		self._validate_links()
		self.run_before_save_methods()
		if self._action != "cancel":
			self._validate()
		if self._action == "update_after_submit":
			self.validate_update_after_submit()
		self.set_docstatus()

		if self.meta.issingle:
			self.update_single(self.get_valid_dict())
		else:
			self.db_update()
		self.update_children()
		self.run_post_save_methods()
		self.__dict__.pop("__unsaved", None)
		return self

	def set_user_and_timestamp(self) -> None:
		"""Note who saves the document and when, in it and in its rows."""
		self._original_modified = self.modified
		self.modified = now()
		self.modified_by = session.user
		if self.is_new() and not (flags.in_install or flags.in_patch or flags.in_migrate):
			self.creation = self.modified
			self.owner = self.modified_by
		for row in self.get_all_children():
			own = row.__dict__
			own["modified"] = self.modified
			own["modified_by"] = self.modified_by
			if not own.get("owner"):
				own["owner"] = self.owner
			if not own.get("creation"):
				own["creation"] = self.creation
		flags.currently_saving.append((self.doctype, self.name))

	def set_docstatus(self) -> None:
		status = self.docstatus
		self.docstatus = status
		for row in self.get_all_children():
			row.__dict__["docstatus"] = status

	def set_parent_in_children(self) -> None:
		for row in self.get_all_children():
			row.__dict__["parent"] = self.name
			row.__dict__["parenttype"] = self.doctype

	def set_name_in_children(self) -> None:
		for row in self.get_all_children():
			if not row.name:
				set_new_name(row)

	def check_if_latest(self) -> None:
		"""Raise TimestampMismatchError if the document was saved after it was read; check the change of docstatus."""
		self.load_doc_before_save(raise_exception=True)
		self._action = "save"
		previous = self._doc_before_save
		if not previous:
			self.check_docstatus_transition(0)
			return
		if not _same_moment(previous.modified, self._original_modified):
			msgprint(
				_("Error: Document has been modified after you have opened it")
				+ f" ({previous.modified}, {self.modified}). "
				+ _("Please refresh to get the latest document."),
				raise_exception=TimestampMismatchError,
			)
		if not self.meta.issingle:
			self.check_docstatus_transition(previous.docstatus)

	def check_docstatus_transition(self, to_docstatus: Any) -> None:
		"""Find out what this save does, from the docstatus that the document had: draft > submitted > cancelled."""
		status = self.docstatus
		if to_docstatus == DRAFT:
			if status == DRAFT:
				self._action = "save"
			elif status == SUBMITTED:
				self._action = "submit"
				self.check_permission("submit")
			elif status == CANCELLED:
				raise DocstatusTransitionError(_("Cannot change docstatus from 0 (Draft) to 2 (Cancelled)"))
			else:
				raise ValidationError(_("Invalid docstatus"), status)
		elif to_docstatus == SUBMITTED:
			if status == SUBMITTED:
				self._action = "update_after_submit"
				self.check_permission("submit")
			elif status == CANCELLED:
				self._action = "cancel"
				self.check_permission("cancel")
			elif status == DRAFT:
				raise DocstatusTransitionError(_("Cannot change docstatus from 1 (Submitted) to 0 (Draft)"))
			else:
				raise ValidationError(_("Invalid docstatus"), status)
		elif to_docstatus == CANCELLED:
			raise ValidationError(_("Cannot edit cancelled document"))

	def run_before_save_methods(self) -> None:
		"""validate and before_save, before_submit, before_cancel or before_update_after_submit."""
		self.reset_seen()
		if self._action in ("save", "submit"):
			self.run_method("before_validate")
		if self.flags.ignore_validate:
			return
		if self._action == "save":
			self.run_method("validate")
			self.run_method("before_save")
		elif self._action == "submit":
			self.run_method("validate")
			self.run_method("before_submit")
		elif self._action == "cancel":
			self.run_method("before_cancel")
		elif self._action == "update_after_submit":
			self.run_method("before_update_after_submit")
		self.set_title_field()

	def run_post_save_methods(self) -> None:
		"""on_update, on_submit, on_cancel or on_update_after_submit; then the version and on_change."""
		if self._action == "save":
			self.run_method("on_update")
		elif self._action == "submit":
			self.run_method("on_update")
			self.run_method("on_submit")
		elif self._action == "cancel":
			self.run_method("on_cancel")
			self.check_no_back_links_exist()
		elif self._action == "update_after_submit":
			self.run_method("on_update_after_submit")
		self.clear_cache()
		if self.flags.get("notify_update", True):
			self.notify_update()
		self.save_version()
		self.run_method("on_change")
		if (self.doctype, self.name) in flags.currently_saving:
			flags.currently_saving.remove((self.doctype, self.name))

	def save_version(self) -> None:
		"""Keep what has changed, where the DocType wants that."""
		if (
			not self.meta.track_changes
			or self.doctype == "Version"
			or self.flags.ignore_version
			or flags.in_install
			or (not self._doc_before_save and flags.in_patch)
		):
			return
		from minibench.collaboration import version

		version.record(self)

	def check_no_back_links_exist(self) -> None:
		"""Raise LinkExistsError if a submitted document refers to this one, which is being cancelled."""
		if self.flags.ignore_links:
			return
		from minibench.link_checks import check_if_doc_is_dynamically_linked, check_if_doc_is_linked

		check_if_doc_is_linked(self, method="Cancel")
		check_if_doc_is_dynamically_linked(self, method="Cancel")

	def clear_cache(self) -> None:
		clear_document_cache(self.doctype, self.name)

	# --- submitting, cancelling, renaming, deleting ----------------------------------------------------------------------

	def _submit(self) -> Any:
		self.docstatus = SUBMITTED
		return self.save()

	def _cancel(self) -> Any:
		self.docstatus = CANCELLED
		return self.save()

	def _rename(
		self, name: str, merge: bool = False, force: bool = False, validate_rename: bool = True
	) -> None:
		from minibench.renaming import rename_document

		self.name = rename_document(doc=self, new=name, merge=merge, force=force, validate=validate_rename)
		self.reload()

	@whitelist()
	def submit(self) -> Any:
		"""Make the document count: docstatus 1."""
		return self._submit()

	@whitelist()
	def cancel(self) -> Any:
		"""Take a submitted document back: docstatus 2."""
		return self._cancel()

	@whitelist()
	def rename(self, name: str, merge: Any = False, force: Any = False, validate_rename: Any = True) -> None:
		"""Give the document another name; all that refers to it follows."""
		return self._rename(name=name, merge=merge, force=force, validate_rename=validate_rename)

	def delete(
		self, ignore_permissions: bool = False, force: bool = False, *, delete_permanently: bool = False
	) -> Any:
		"""Delete the document."""
		from minibench.deletion import delete_doc

		return delete_doc(
			self.doctype,
			self.name,
			ignore_permissions=ignore_permissions,
			flags=self.flags,
			force=force,
			delete_permanently=delete_permanently,
		)

	# --- values without the whole save -----------------------------------------------------------------------------------

	def db_set(
		self,
		fieldname: Any,
		value: Any = None,
		update_modified: bool = True,
		notify: bool = False,
		commit: bool = False,
	) -> None:
		"""Set one value, or a dict of them, here and in the database. Checks nothing; calls on_change."""
		if isinstance(fieldname, dict):
			self.update(fieldname)
		else:
			self.set(fieldname, value)
		if update_modified and (self.doctype, self.name) not in flags.currently_saving:
			# While the document is being saved, its time of change is that of the save.
			self.set("modified", now())
			self.set("modified_by", session.user)
		if not self.get_doc_before_save():
			self.load_doc_before_save()
		self.run_method("before_change")
		if self.name is None:
			return
		change = {
			"modified": self.modified,
			"modified_by": self.modified_by,
			"update_modified": update_modified,
		}
		if self.meta.issingle:
			db.set_single_value(self.doctype, fieldname, value, **change)
		else:
			db.set_value(self.doctype, self.name, fieldname, value, **change)
		self.run_method("on_change")
		if notify:
			self.notify_update()
		if commit:
			db.commit()

	def db_get(self, fieldname: str) -> Any:
		return db.get_value(self.doctype, self.name, fieldname)

	# --- events --------------------------------------------------------------------------------------------------------

	def run_method(self, method: str, *args: Any, **kwargs: Any) -> Any:
		"""Call the controller's method of that name, if it has one, then hooks, notifications and server scripts.

		Dicts that they return are merged; of other values the last one that is not None counts.
		"""
		from minibench.automation.events import after_method

		own = self.__dict__
		function: Callable[..., Any] | None = getattr(self, method, None)
		result = None
		if method in own or callable(function):
			result = function(*args, **kwargs)  # type: ignore[misc]
		for handler in doc_event_handlers(self.doctype, method):
			result = _merged(result, handler(self, method, *args, **kwargs))
		after_method(self, method)
		return result

	def run_notifications(self, method: str) -> None:
		"""Send the notifications for an event, and nothing else."""
		from minibench.automation.events import notify

		notify(self, method)

	def run_trigger(self, method: str, *args: Any, **kwargs: Any) -> Any:
		return self.run_method(method, *args, **kwargs)

	def __repr__(self) -> str:
		status = f" docstatus={int(self.docstatus)}" if self.docstatus else ""
		parent = f" parent={self.parent}" if self.__dict__.get("parent") else ""
		return f"<{type(self).__name__}: {self.name or 'unsaved'}{status}{parent}>"

	def __str__(self) -> str:
		return f"{type(self).__name__}({self.name or 'unsaved'})"


def _merged(result: Any, value: Any) -> Any:
	if value is None:
		return result
	if isinstance(value, dict) and isinstance(result, dict):
		return {**result, **value}
	return value


def _same_moment(stored: Any, given: Any) -> bool:
	"""Whether two times of change are the same, one of which may come from a browser as text."""
	return str(stored) == str(given) or bool(given and get_datetime(stored) == get_datetime(given))


# --- getting and copying -------------------------------------------------------------------------------------------------


def get_single(doctype: str) -> Any:
	"""The document of a Single DocType."""
	return get_doc(doctype, doctype)


def get_last_doc(
	doctype: str, filters: Any = None, order_by: str = "creation desc", *, for_update: bool = False
) -> Any:
	"""The document that was created last.

	Raises:
		DoesNotExistError: there is none.
	"""
	from minibench.query import get_all

	names = get_all(doctype, filters=filters, limit_page_length=1, order_by=order_by, pluck="name")
	if not names:
		raise DoesNotExistError
	return get_doc(doctype, names[0], for_update=for_update)


def set_value(doctype: str, docname: str, fieldname: Any, value: Any = None) -> Any:
	"""Set values of a document by saving it, as a client does."""
	from minibench.web.desk.client import set_value as client_set_value

	return client_set_value(doctype, docname, fieldname, value)


def copy_doc(doc: Any, ignore_no_copy: bool = True) -> Any:
	"""A new, unsaved document like this one. With `ignore_no_copy` off, fields that ask not to be copied are emptied."""
	values = doc if isinstance(doc, dict) else doc.as_dict()
	copied = get_doc(_fresh(values))
	cleared = ["name", "owner", "creation", "modified", "modified_by"]
	if not flags.in_test:
		cleared.append("docstatus")
	_make_new(copied, [*cleared, "amended_from", "amendment_date"], ignore_no_copy)
	for row in copied.get_all_children():
		_make_new(row, cleared, ignore_no_copy)
	return copied


def _fresh(values: dict[str, Any]) -> dict[str, Any]:
	"""A copy deep enough that rows of the copy are not rows of the original."""
	return {
		key: [_fresh(item) if isinstance(item, dict) else item for item in value]
		if isinstance(value, list)
		else value
		for key, value in values.items()
	}


def _make_new(doc: Any, cleared: list[str], ignore_no_copy: bool) -> None:
	doc.set("__islocal", 1)
	for fieldname in cleared:
		doc.set(fieldname, None)
	if not ignore_no_copy:
		for df in doc.meta.fields:
			if df.no_copy and df.fieldname in doc.__dict__:
				doc.set(df.fieldname, None)


# --- background actions ----------------------------------------------------------------------------------------------------


def execute_action(__doctype: str, __name: str, __action: str, **kwargs: Any) -> None:
	"""What queue_action() has queued. A failure is rolled back and told in a comment."""
	doc = get_doc(__doctype, __name)
	doc.unlock()
	try:
		getattr(doc, __action)(**kwargs)
	except Exception:
		db.rollback()
		log = local.message_log
		if log:
			message = log[-1].get("message")
		else:
			from minibench.errors_log import get_traceback

			message = f"<pre><code>{get_traceback()}</pre></code>"
		doc.add_comment("Comment", _("Action Failed") + "<br><br>" + message)
	doc.notify_update()


@whitelist()
def unlock_document(doctype: str | None = None, name: str | None = None, args: Any = None) -> None:
	"""Take away the lock of a document that a background job left behind."""
	if not doctype and not name and args:
		import json

		parsed = json.loads(args)
		doctype, name = str(parsed["doctype"]), str(parsed["name"])
	get_doc(doctype, name).unlock()
	msgprint(_("Document Unlocked"), alert=True)
