"""Notification: a rule that tells people about documents."""

from __future__ import annotations

from typing import Any

from minibench.automation import notification, registry
from minibench.context import conf
from minibench.errors import NotInMinibench
from minibench.model.document import Document

FORBIDDEN_DOCUMENT_TYPES = frozenset({"Email Queue"})


class Notification(Document):
	def onload(self) -> None:
		if self.is_standard:
			self.message = notification.standard_template(self)

	def autoname(self) -> None:
		if not self.name:
			self.name = self.subject

	def validate(self) -> None:
		from minibench.collaboration.messages import throw
		from minibench.templates import validate_template
		from minibench.translate import _

		if self.channel in ("Slack", "SMS"):
			raise NotInMinibench(f"Notification over {self.channel}")
		validate_template(self.subject)
		validate_template(self.message)
		if self.event in notification.DATE_BASED_EVENTS and not self.date_changed:
			throw(_("Please specify which date field must be checked"))
		if self.event == "Value Change" and not self.value_changed:
			throw(_("Please specify which value field must be checked"))
		self.validate_forbidden_document_types()
		self.validate_condition()
		if self.is_standard and self.enabled and not conf.developer_mode:
			throw(_("Cannot edit Standard Notification. To edit, please disable this and duplicate it"))

	def validate_forbidden_document_types(self) -> None:
		"""Rows of child tables have dates, but no events of their own."""
		from minibench.collaboration.messages import throw
		from minibench.model.meta import get_meta
		from minibench.translate import _

		is_row = get_meta(self.document_type).istable and self.event not in notification.DATE_BASED_EVENTS
		if self.document_type in FORBIDDEN_DOCUMENT_TYPES or is_row:
			throw(
				_("Cannot set Notification with event {0} on Document Type {1}").format(
					_(self.event), _(self.document_type)
				)
			)

	def validate_condition(self) -> None:
		"""Try the condition on an empty document."""
		from minibench.automation.safe_exec import safe_eval
		from minibench.collaboration.messages import throw
		from minibench.model.document import new_doc
		from minibench.translate import _

		if not self.condition:
			return
		empty = new_doc(self.document_type).as_dict()
		try:
			safe_eval(self.condition, None, notification.get_context(empty))
		except Exception:
			throw(_("The Condition '{0}' is invalid").format(self.condition))

	def on_update(self) -> None:
		registry.touched()

	def after_delete(self) -> None:
		registry.touched()

	def after_rename(self, *_args: Any) -> None:
		registry.touched()

	def send(self, doc: Any) -> None:
		notification.send(self, doc)

	def get_documents_for_today(self) -> list[Any]:
		return notification.documents_for_today(self)

	def get_list_of_recipients(
		self, doc: Any, context: dict[str, Any]
	) -> tuple[list[str], list[str], list[str]]:
		return notification.get_list_of_recipients(self, doc, context)

	def get_attachment(self, doc: Any) -> list[dict[str, Any]] | None:
		return notification.get_attachment(self, doc)
