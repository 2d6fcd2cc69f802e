"""ToDo: a task, which is what an assignment of a document is kept as."""

from __future__ import annotations

import json
from typing import Any

from minibench.context import db, session
from minibench.model.document import Document
from minibench.translate import _
from minibench.values.addresses import get_fullname, parse_addr

exclude_from_linked_with = True


class ToDo(Document):
	DocType = "ToDo"

	def validate(self) -> None:
		self._assignment: tuple[str, str] | None = None
		if self.is_new():
			self._assignment = ("Assigned", self._assigned())
		elif self.get_db_value("status") != self.status:
			self._assignment = ("Assignment Completed", self._completed())

	def _assigned(self) -> str:
		by, to = get_fullname(self.assigned_by), get_fullname(self.allocated_to)
		if self.assigned_by == self.allocated_to:
			return _("{0} self assigned this task: {1}").format(by, self.description)
		return _("{0} assigned {1}: {2}").format(by, to, self.description)

	def _completed(self) -> str:
		actor = get_fullname(session.user)
		if self.allocated_to == session.user:
			return _("{0} removed their assignment.").format(actor)
		return _("Assignment of {0} removed by {1}").format(get_fullname(self.allocated_to), actor)

	def on_update(self) -> None:
		if self._assignment:
			kind, text = self._assignment
			self.add_assign_comment(text, kind)
		self.update_in_reference()

	def on_trash(self) -> None:
		self.delete_communication_links()
		self.update_in_reference()

	def add_assign_comment(self, text: str, comment_type: str) -> None:
		"""Say so in the timeline of the document that the task is about."""
		from minibench.model.document import get_doc

		if self.reference_type and self.reference_name:
			get_doc(self.reference_type, self.reference_name).add_comment(comment_type, text)

	def delete_communication_links(self) -> None:
		"""Take the task off the messages that were linked with it."""
		db.delete("Communication Link", {"link_doctype": self.doctype, "link_name": self.name})

	def update_in_reference(self) -> None:
		"""Enter who is assigned into `_assign` of the document, the latest last."""
		from minibench.model.meta import get_meta

		if not (self.reference_type and self.reference_name):
			return
		assigned = db.get_values(
			"ToDo",
			{
				"reference_type": self.reference_type,
				"reference_name": self.reference_name,
				"status": ("not in", ("Cancelled", "Closed")),
				"allocated_to": ("is", "set"),
			},
			"allocated_to",
			pluck=True,
			for_update=True,
		)
		value = json.dumps(list(reversed(assigned))) if assigned else ""
		if get_meta(self.reference_type).issingle:
			db.set_single_value(self.reference_type, "_assign", value, update_modified=False)
		else:
			db.set_value(self.reference_type, self.reference_name, "_assign", value, update_modified=False)

	@classmethod
	def get_owners(cls, filters: Any = None) -> list[str]:
		"""E-mail addresses of those who have tasks that fit `filters`."""
		from minibench.data.query import get_all

		users = get_all(cls.DocType, filters=filters or {}, pluck="allocated_to")
		return [parse_addr(user)[1] for user in users if user]


def on_doctype_update() -> None:
	db.add_index("ToDo", ["reference_type", "reference_name"])
