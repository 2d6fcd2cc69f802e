"""Comments: the list of the newest ones that a document carries with it, and the people mentioned in them."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

from minibench.context import db, session

_KEPT = 100
_SHOWN = 97


def update_comment_in_doc(doc: Any) -> None:
	"""Enter a Comment or Communication into `_comments` of the document it is about."""
	if doc.doctype == "Comment" and doc.comment_type != "Comment":
		return
	if not (doc.reference_doctype and doc.reference_name and doc.content):
		return
	text = f"{doc.content[:_SHOWN]}..." if len(doc.content) > _KEPT else doc.content
	comments = get_comments_from_parent(doc)
	entries = [entry for entry in comments if entry.get("name") == doc.name]
	for entry in entries:
		entry["comment"] = text
	if not entries:
		by = getattr(doc, "comment_email", None) or getattr(doc, "sender", None) or doc.owner
		comments.append({"comment": text, "by": by, "name": doc.name})
	update_comments_in_parent(doc.reference_doctype, doc.reference_name, comments)


def remove_comment_from_doc(doc: Any) -> None:
	"""Take a deleted comment off `_comments`."""
	left = [entry for entry in get_comments_from_parent(doc) if entry.get("name") != doc.name]
	update_comments_in_parent(doc.reference_doctype, doc.reference_name, left)


def get_comments_from_parent(doc: Any) -> list[dict[str, Any]]:
	"""What `_comments` holds: dicts of comment (shortened), by and name."""
	if not _carries_comments(doc.reference_doctype):
		return []
	held = db.get_value(doc.reference_doctype, doc.reference_name, "_comments")
	try:
		return json.loads(held or "[]")  # type: ignore[no-any-return]
	except ValueError:
		return []


def update_comments_in_parent(
	reference_doctype: str, reference_name: str, comments: list[dict[str, Any]]
) -> None:
	"""Write the newest hundred into `_comments`; a comment does not make the document "modified"."""
	if reference_doctype and reference_name and _carries_comments(reference_doctype):
		db.set_value(
			reference_doctype,
			reference_name,
			"_comments",
			json.dumps(comments[-_KEPT:]),
			update_modified=False,
		)


def _carries_comments(doctype: str | None) -> bool:
	from minibench.model.meta import get_meta

	if not doctype or not db.exists("DocType", doctype):
		return False
	meta = get_meta(doctype)
	return not (meta.issingle or meta.istable)


class _Mentions(HTMLParser):
	def __init__(self) -> None:
		super().__init__()
		self.users: list[str] = []

	def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
		given = dict(attrs)
		# Groups of users are not supported: nobody is known to be in one.
		if "mention" in (given.get("class") or "").split() and given.get("data-is-group") != "true":
			self.users.append(given.get("data-id") or "")


def extract_mentions(txt: str) -> list[str]:
	"""The users whom an editor's @ put into the text."""
	reader = _Mentions()
	reader.feed(txt)
	return reader.users


def notify_mentions(ref_doctype: str | None, ref_name: str | None, content: str | None) -> None:
	"""Notify the users mentioned in a comment about a document."""
	if not (ref_doctype and ref_name and content):
		return
	mentioned = extract_mentions(content)
	if not mentioned:
		return
	from minibench.automation.notification_log import enqueue_create_notification, get_title, get_title_html
	from minibench.data.query import get_all
	from minibench.translate import _
	from minibench.values.addresses import get_fullname
	from minibench.values.text import bold

	recipients = get_all(
		"User",
		filters={
			"name": ["in", mentioned],
			"enabled": 1,
			"user_type": "System User",
			"allowed_in_mentions": 1,
		},
		pluck="email",
	)
	subject = _("{0} mentioned you in a comment in {1} {2}").format(
		bold(get_fullname(session.user)), bold(ref_doctype), get_title_html(get_title(ref_doctype, ref_name))
	)
	enqueue_create_notification(
		recipients,
		{
			"type": "Mention",
			"document_type": ref_doctype,
			"document_name": ref_name,
			"subject": subject,
			"from_user": session.user,
			"email_content": content,
		},
	)
