"""What a document offers besides being saved: permissions, comments, tags, locks, checks for controllers to use."""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import Dict, db, flags, local, session
from minibench.data.rows import matches
from minibench.errors import (
	DocumentLockedError,
	EmptyTableError,
	InvalidDates,
	NotInMinibench,
	PermissionError,
)
from minibench.model import locking
from minibench.model.document_display import DisplayedDocument
from minibench.translate import _
from minibench.values.numbers import flt
from minibench.values.text import bold
from minibench.web.whitelist import whitelist


class ServicedDocument(DisplayedDocument):
	"""The helpers of a document that controllers, pages and clients call."""

	# --- permissions ---------------------------------------------------------------------------------------------------

	def check_permission(self, permtype: str = "read", permlevel: Any = None) -> None:
		"""Raise PermissionError unless the user has the permission on this document."""
		if not self.has_permission(permtype):
			self.raise_no_permission_to(permtype)

	def has_permission(self, permtype: str = "read", *, debug: bool = False, user: str | None = None) -> bool:
		if self.flags.ignore_permissions:
			return True
		from minibench.access.permissions import has_permission

		return bool(has_permission(self.doctype, permtype, self, debug=debug, user=user))

	def raise_no_permission_to(self, perm_type: str) -> None:
		flags.error_message = _("You need the '{0}' permission on {1} {2} to perform this action.").format(
			_(perm_type), bold(_(self.doctype)), self.name or ""
		)
		raise PermissionError

	def validate_higher_perm_levels(self) -> None:
		"""Put back values of permission levels that the user may not write."""
		from minibench.access.field_permissions import validate_higher_perm_levels

		validate_higher_perm_levels(self)

	def apply_fieldlevel_read_permissions(self) -> None:
		"""Take away values of permission levels that the user may not read."""
		from minibench.access.field_permissions import apply_fieldlevel_read_permissions

		apply_fieldlevel_read_permissions(self)

	def get_permlevel_access(self, permission_type: str = "write") -> list[int]:
		parenttype = self.parenttype if self.meta.istable else None
		return self.meta.get_permlevel_access(permission_type, parenttype)

	def has_permlevel_access_to(self, fieldname: str, df: Any = None, permission_type: str = "read") -> bool:
		df = df or self.meta.get_field(fieldname)
		return df.permlevel in self.get_permlevel_access(permission_type)

	def get_permissions(self) -> list[Any]:
		"""The permission rules of the DocType; those of its parent's for a row."""
		return self.meta.get_permissions(self.get("parenttype"))

	def is_whitelisted(self, method_name: str) -> None:
		"""Raise unless a client may call the method."""
		from werkzeug.exceptions import NotFound

		from minibench.web.whitelist import is_whitelisted

		method = getattr(self, method_name, None)
		if not method:
			raise NotFound(f"Method {method_name} not found")
		is_whitelisted(getattr(method, "__func__", method))

	# --- checks that controllers use -----------------------------------------------------------------------------------

	def validate_value(
		self, fieldname: str, condition: str, val2: Any, doc: Any = None, raise_exception: Any = None
	) -> None:
		"""Raise unless the field's value satisfies the condition."""
		doc = doc or self
		df = doc.meta.get_field(fieldname)
		val2 = doc.cast(val2, df)
		if matches(doc.get_value(fieldname), condition, val2):
			return
		label = doc.meta.get_label(fieldname)
		prefix = (
			_("Incorrect value in row {0}:").format(doc.idx)
			if doc.get("parentfield")
			else _("Incorrect value:")
		)
		texts = {
			"in": _("{0} must be one of {1}"),
			"not in": _("{0} must be none of {1}"),
			"^": _("{0} must be beginning with '{1}'"),
			"=": _("{0} must be equal to '{1}'"),
		}
		text = texts.get(condition)
		message = (
			text.format(label, val2) if text else _("{0} must be {1} {2}").format(label, condition, val2)
		)
		msgprint(prefix + message, raise_exception=raise_exception or True)

	def validate_table_has_rows(self, parentfield: str, raise_exception: Any = None) -> None:
		"""Raise unless a child table has a row."""
		rows = self.get(parentfield)
		if not (isinstance(rows, list) and rows):
			label = self.meta.get_label(parentfield)
			throw(_("Table {0} cannot be empty").format(label), raise_exception or EmptyTableError)

	def round_floats_in(self, doc: Any, fieldnames: Any = None) -> None:
		"""Round the numbers of a document or row to their fields' precision."""
		if not fieldnames:
			fieldnames = doc.meta.float_fieldnames
		own = doc if isinstance(doc, dict) else doc.__dict__
		table = doc.get("parentfield")
		for fieldname in fieldnames:
			value = own.get(fieldname)
			own[fieldname] = flt(value, self.precision(fieldname, table)) if value else 0.0

	def validate_from_to_dates(self, from_date_field: str, to_date_field: str) -> None:
		"""Raise InvalidDates where the second date lies before the first."""
		from minibench.values.dates import date_diff

		start, end = self.get(from_date_field), self.get(to_date_field)
		if not (start and end) or date_diff(end, start) >= 0:
			return
		where = ""
		if self.meta.istable:
			from minibench.hooks import unscrub

			where = _("{0} row #{1}: ").format(_(unscrub(self.parentfield)), self.idx)
		throw(
			where
			+ _("{0} must be after {1}").format(
				bold(_(self.meta.get_label(to_date_field))), bold(_(self.meta.get_label(from_date_field)))
			),
			InvalidDates,
		)

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
		from minibench.data.query import get_all
		from minibench.model.document import get_doc

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

	# --- title, address, onload ----------------------------------------------------------------------------------------

	def get_title(self) -> Any:
		"""The value of the title field."""
		return self.get(self.meta.get_title_field()) or ""

	def set_title_field(self) -> None:
		"""Compose the title from the pattern in its field's options or, in a new document, default."""
		if self.meta.title_field != "title":
			return
		df = self.meta.get_field("title")
		if not df:
			return
		pattern = df.options or (df.default if self.is_new() and not self.get("title") else None)
		if pattern:
			values = {key: "" if value is None else value for key, value in self.as_dict().items()}
			self.set("title", pattern.format(**values))

	def get_url(self) -> str:
		"""The document's address in the desk."""
		from minibench.values.urls import get_absolute_url

		return get_absolute_url(self.doctype, self.name)

	def set_onload(self, key: str, value: Any) -> None:
		"""Give a form something along with the document."""
		if not self.get("__onload"):
			self.set("__onload", Dict())
		self.get("__onload")[key] = value

	def get_onload(self, key: str | None = None) -> Any:
		onload = self.get("__onload", Dict())
		return onload[key] if key else onload

	# --- comments, tags, likes, who has seen it ------------------------------------------------------------------------

	@whitelist()
	def add_comment(
		self,
		comment_type: Any = "Comment",
		text: Any = None,
		comment_email: Any = None,
		comment_by: Any = None,
	) -> Any:
		"""Add a comment to this document."""
		from minibench.model.document import get_doc

		return get_doc(
			{
				"doctype": "Comment",
				"comment_type": comment_type,
				"comment_email": comment_email or session.user,
				"comment_by": comment_by,
				"reference_doctype": self.doctype,
				"reference_name": self.name,
				"content": text or comment_type,
			}
		).insert(ignore_permissions=True)

	def add_seen(self, user: str | None = None) -> None:
		"""Note that a user, by default this one, has seen the document."""
		user = user or session.user
		if not self.meta.track_seen or flags.read_only or self.meta.issingle:
			return
		seen = json.loads(self.get("_seen") or "[]")
		if user not in seen:
			seen.append(user)
			db.set_value(self.doctype, self.name, "_seen", json.dumps(seen), update_modified=False)
			local.flags.commit = True

	def reset_seen(self) -> None:
		"""Nobody but this user has seen the document as it is now."""
		if self.meta.track_seen and not self.meta.issingle and not self.is_new():
			db.set_value(self.doctype, self.name, "_seen", json.dumps([session.user]), update_modified=False)

	def add_viewed(self, user: str | None = None, force: bool = False, unique_views: bool = False) -> Any:
		"""Log that a user, by default this one, has looked at the document."""
		from minibench.model.document import get_doc

		view = {
			"reference_doctype": self.doctype,
			"reference_name": self.name,
			"viewed_by": user or session.user,
		}
		if not (self.meta.track_views or force) or (unique_views and db.exists("View Log", view)):
			return None
		log = get_doc({"doctype": "View Log", **view}).insert(ignore_permissions=True)
		local.flags.commit = True
		return log

	def get_liked_by(self) -> list[str]:
		liked_by = getattr(self, "_liked_by", None)
		return json.loads(liked_by) if liked_by else []

	def get_assigned_users(self) -> set[str]:
		"""The users to whom the document is assigned."""
		from minibench.data.query import get_all

		filters = {
			"reference_type": self.doctype,
			"reference_name": self.name,
			"status": ("!=", "Cancelled"),
		}
		return set(get_all("ToDo", filters=filters, pluck="allocated_to"))

	def add_tag(self, tag: str) -> None:
		from minibench.collaboration.tag import DocTags

		DocTags(self.doctype).add(self.name, tag)

	def remove_tag(self, tag: str) -> None:
		from minibench.collaboration.tag import DocTags

		DocTags(self.doctype).remove(self.name, tag)

	def get_tags(self) -> list[str]:
		from minibench.collaboration.tag import DocTags

		return DocTags(self.doctype).get_tags(self.name).split(",")[1:]

	def log_error(self, title: str | None = None, message: str | None = None) -> Any:
		"""Keep an Error Log that refers to this document."""
		from minibench.errors_log import log_error

		return log_error(
			message=message, title=title, reference_doctype=self.doctype, reference_name=self.name
		)

	def notify_update(self) -> None:
		"""Tell those who look at the document that it has changed."""
		from minibench.realtime import publish_realtime

		if flags.in_patch:
			return
		publish_realtime(
			"doc_update",
			{"modified": self.modified, "doctype": self.doctype, "name": self.name},
			doctype=self.doctype,
			docname=self.name,
			after_commit=True,
		)

	def get_document_share_key(self, expires_on: Any = None, no_expiry: bool = False) -> str:
		raise NotInMinibench("Document.get_document_share_key")

	def deferred_insert(self) -> None:
		raise NotInMinibench("Document.deferred_insert")

	# --- locks and background work -------------------------------------------------------------------------------------

	def get_signature(self) -> str:
		"""A hash that stands for this document."""
		return hashlib.sha224(f"{self.doctype}:{self.name}".encode(), usedforsecurity=False).hexdigest()

	@property
	def is_locked(self) -> bool:
		"""Whether a background job is to work on the document."""
		return locking.lock_exists(self.get_signature())

	def check_if_locked(self) -> None:
		if self.creation and self.is_locked:
			raise DocumentLockedError

	def lock(self, timeout: int | None = None) -> None:
		"""Lock the document for a background job, waiting up to `timeout` seconds for another's lock to go."""
		signature = self.get_signature()
		locked = locking.lock_exists(signature)
		if locked and locking.lock_age(signature) > locking.EXPIRES_AFTER:
			locking.delete_lock(signature)
			locked = False
		for _second in range(timeout or 0):
			if not locked:
				break
			time.sleep(1)
			locked = locking.lock_exists(signature)
		if locked or not locking.create_lock(signature):
			raise DocumentLockedError
		local.locked_documents.append(self)

	def unlock(self) -> None:
		"""Take the lock away."""
		locking.delete_lock(self.get_signature())
		if self in local.locked_documents:
			local.locked_documents.remove(self)

	def queue_action(self, action: str, **kwargs: Any) -> Any:
		"""Run a method of this document in the background, locked until then; `_submit` rather than `submit`."""
		from minibench.background.jobs import enqueue

		if hasattr(self, f"_{action}"):
			action = f"_{action}"
		try:
			self.lock()
		except DocumentLockedError:
			self._throw_queued()
		after_commit = kwargs.pop("enqueue_after_commit", None)
		arguments = {"__doctype": self.doctype, "__name": self.name, "__action": action, **kwargs}
		return enqueue(
			"minibench.model.document.execute_action",
			enqueue_after_commit=True if after_commit is None else after_commit,
			**arguments,
		)

	def _throw_queued(self) -> None:
		force = None
		if locking.lock_age(self.get_signature()) > locking.MAY_BE_FORCED_AFTER:
			force = {
				"label": "Force Unlock",
				"server_action": "frappe.model.document.unlock_document",
				"hide_on_success": True,
				"args": {"doctype": self.doctype, "name": self.name},
			}
		throw(
			_(
				"This document is currently locked and queued for execution. Please try again after some time."
			),
			title=_("Document Queued"),
			primary_action=force,
		)
