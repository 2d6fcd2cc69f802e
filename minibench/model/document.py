"""A document's life: read, inserted, saved, submitted, cancelled, deleted, and what is called at each step.

The order of the steps is v15's. Controllers and hooks rely on it: what has been checked when they are called, whether
the row is written already, which of them may still change a value.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from minibench.collaboration.messages import msgprint
from minibench.context import Dict, flags, session
from minibench.errors import DocstatusTransitionError, TimestampMismatchError, ValidationError
from minibench.model.base_document import BaseDocument
from minibench.model.caches import (
	clear_document_cache,
	get_cached_doc,
	get_cached_value,
	get_document_cache_key,
)
from minibench.model.controllers import get_controller
from minibench.model.docstatus import CANCELLED, DRAFT, SUBMITTED
from minibench.model.document_actions import execute_action, unlock_document
from minibench.model.document_copies import copy_doc, get_last_doc, get_single, set_value
from minibench.model.document_events import EventfulDocument
from minibench.model.document_loading import LoadedDocument
from minibench.model.links import LinkedDocument
from minibench.model.naming import set_new_name, validate_name
from minibench.model.new_docs import get_new_doc, new_doc
from minibench.model.storage import StoredDocument, bulk_insert
from minibench.model.validation import ValidatedDocument
from minibench.translate import _
from minibench.values.dates import get_datetime, now
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

# The steps around the events, by method name, so that a controller may override each. Their order shows: it decides
# which error comes first, and what a hook finds.
BEFORE_INSERT = (
	"_set_defaults",
	"set_user_and_timestamp",
	"set_docstatus",
	"check_if_latest",
	"_validate_links",
)
ONCE_NAMED = ("set_parent_in_children", "validate_higher_perm_levels")
BEFORE_UPDATE = (
	*("set_user_and_timestamp", "set_docstatus", "check_if_latest"),
	*("set_parent_in_children", "set_name_in_children"),
	*("validate_higher_perm_levels", "_validate_links", "run_before_save_methods"),
)
CHECKS_OF_ACTION = {
	"save": ("_validate",),
	"submit": ("_validate",),
	"update_after_submit": ("_validate", "validate_update_after_submit"),
	"cancel": (),
}


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


class Document(LoadedDocument, StoredDocument, ValidatedDocument, LinkedDocument, EventfulDocument):
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
		self._begin(
			ignore_permissions=ignore_permissions,
			ignore_links=ignore_links,
			ignore_mandatory=ignore_mandatory,
		)
		self.set("__islocal", True)
		self._take_steps(BEFORE_INSERT)
		self.check_permission("create")
		self.run_method("before_insert")
		self.set_new_name(set_name=set_name, set_child_names=set_child_names)
		self._take_steps(ONCE_NAMED)
		with self._inserting():
			self._take_steps(("run_before_save_methods", "_validate", "set_docstatus"))
		if self.meta.issingle:
			self.update_single(self.get_valid_dict())
		else:
			self.db_insert(ignore_if_duplicate=ignore_if_duplicate)
		self.insert_children()
		self.run_method("after_insert")
		with self._inserting():
			self._keep_what_came_along()
			self.run_post_save_methods()
		for mark in ("__islocal", "__unsaved"):
			self.__dict__.pop(mark, None)
		return self

	def _begin(self, **wishes: bool | None) -> None:
		"""Start a save: what the caller says about checks counts from here on, what it leaves open stays."""
		self.flags.notifications_executed = []
		self.flags.update({flag: wish for flag, wish in wishes.items() if wish is not None})

	def _take_steps(self, steps: tuple[str, ...]) -> None:
		for step in steps:
			getattr(self, step)()

	@contextmanager
	def _inserting(self) -> Iterator[None]:
		"""While this lasts, a check can tell a new document from one that is changed."""
		self.flags.in_insert = True
		yield
		self.flags.in_insert = False

	def _keep_what_came_along(self) -> None:
		"""The files of the document that this one amends, and those that were attached before it had its name."""
		if self.get("amended_from"):
			self.validate_amended_from()
			self.copy_attachments_from_amended_from()
		if self.get("__temporary_name"):
			from minibench.collaboration.files import relink_mismatched_files

			relink_mismatched_files(self)

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
		self._begin(
			ignore_permissions=ignore_permissions,
			ignore_version=bool(flags.in_test) if ignore_version is None else ignore_version,
		)
		if self.get("__islocal") or not self.get("name"):
			return self.insert()
		self.check_if_locked()
		self._set_defaults()
		self.check_permission("write", "save")
		self._take_steps(BEFORE_UPDATE)
		self._take_steps(CHECKS_OF_ACTION[self._action])
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
		if self.name:  # one without would never be found again, and so stay for good
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
		from minibench.model.renaming import rename_document

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
		from minibench.model.deletion import delete_doc

		return delete_doc(
			self.doctype,
			self.name,
			ignore_permissions=ignore_permissions,
			flags=self.flags,
			force=force,
			delete_permanently=delete_permanently,
		)

	def __repr__(self) -> str:
		status = f" docstatus={int(self.docstatus)}" if self.docstatus else ""
		parent = f" parent={self.parent}" if self.__dict__.get("parent") else ""
		return f"<{type(self).__name__}: {self.name or 'unsaved'}{status}{parent}>"

	def __str__(self) -> str:
		return f"{type(self).__name__}({self.name or 'unsaved'})"


def _same_moment(stored: Any, given: Any) -> bool:
	"""Whether two times of change are the same, one of which may come from a browser as text."""
	return str(stored) == str(given) or bool(given and get_datetime(stored) == get_datetime(given))
