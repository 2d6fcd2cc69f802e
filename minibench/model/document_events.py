"""What is called around a document: its class's methods, hooks, notifications, scripts; and writes that call little."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from minibench.context import db, flags, session
from minibench.hooks import doc_event_handlers
from minibench.model.caches import clear_document_cache
from minibench.model.document_services import ServicedDocument
from minibench.values.dates import now


class Events(NamedTuple):
	"""What is called before and after a document is written, in order."""

	before: tuple[str, ...]
	after: tuple[str, ...]


EVENTS = {
	"save": Events(("validate", "before_save"), ("on_update",)),
	"submit": Events(("validate", "before_submit"), ("on_update", "on_submit")),
	"cancel": Events(("before_cancel",), ("on_cancel",)),
	"update_after_submit": Events(("before_update_after_submit",), ("on_update_after_submit",)),
}


class EventfulDocument(ServicedDocument):
	"""The events of a document, and the values that are written without the whole save."""

	def run_before_save_methods(self) -> None:
		"""validate and before_save, before_submit, before_cancel or before_update_after_submit."""
		self.reset_seen()
		if "validate" in EVENTS[self._action].before:
			self.run_method("before_validate")
		if self.flags.ignore_validate:
			return
		for event in EVENTS[self._action].before:
			self.run_method(event)
		self.set_title_field()

	def run_post_save_methods(self) -> None:
		"""on_update, on_submit, on_cancel or on_update_after_submit; then the version and on_change."""
		for event in EVENTS[self._action].after:
			self.run_method(event)
		if self._action == "cancel":
			self.check_no_back_links_exist()
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
		from minibench.model.link_checks import check_if_doc_is_dynamically_linked, check_if_doc_is_linked

		check_if_doc_is_linked(self, method="Cancel")
		check_if_doc_is_dynamically_linked(self, method="Cancel")

	def clear_cache(self) -> None:
		clear_document_cache(self.doctype, self.name)

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


def _merged(result: Any, value: Any) -> Any:
	if value is None:
		return result
	if isinstance(value, dict) and isinstance(result, dict):
		return {**result, **value}
	return value
