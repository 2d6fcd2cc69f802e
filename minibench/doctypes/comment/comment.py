"""Comment: see minibench.collaboration.comment."""

from __future__ import annotations

from typing import Any

from minibench.collaboration import comment
from minibench.context import session
from minibench.model.document import Document
from minibench.realtime import publish_realtime
from minibench.values.html import sanitize_html

_TIMELINE = {
	"Like": "like_logs",
	"Assigned": "assignment_logs",
	"Assignment Completed": "assignment_logs",
	"Comment": "comments",
	"Attachment": "attachment_logs",
	"Attachment Removed": "attachment_logs",
}


class Comment(Document):
	no_feed_on_delete = True

	comment_email: Any
	content: Any

	def validate(self) -> None:
		if not self.comment_email:
			self.comment_email = session.user
		self.content = sanitize_html(self.content, always_sanitize=True)

	def after_insert(self) -> None:
		comment.notify_mentions(self.reference_doctype, self.reference_name, self.content)
		self.notify_change("add")

	def on_update(self) -> None:
		comment.update_comment_in_doc(self)

	def on_trash(self) -> None:
		comment.remove_comment_from_doc(self)
		self.notify_change("delete")

	def notify_change(self, action: str) -> None:
		"""Tell the pages that show the document."""
		if key := _TIMELINE.get(self.comment_type):
			publish_realtime(
				"docinfo_update",
				{"doc": self.as_dict(), "key": key, "action": action},
				doctype=self.reference_doctype,
				docname=self.reference_name,
				after_commit=True,
			)


def on_doctype_update() -> None:
	from minibench.context import db

	db.add_index("Comment", ["reference_doctype", "reference_name"])
