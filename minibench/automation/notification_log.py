"""What users see behind the bell: Notification Logs, by mail too if they want that."""

from __future__ import annotations

from typing import Any

from minibench.context import Dict, db, flags, session
from minibench.web.whitelist import whitelist


def get_title(doctype: str, docname: str, title_field: str | None = None) -> str:
	from minibench.model.meta import get_meta

	title_field = title_field or get_meta(doctype).get_title_field()
	return docname if title_field == "name" else str(db.get_value(doctype, docname, title_field))


def get_title_html(title: str) -> str:
	return f'<b class="subject-title">{title}</b>'


def enqueue_create_notification(users: list[str] | str, doc: dict[str, Any]) -> None:
	"""Have a Notification Log made for each user; `users` are their addresses."""
	from minibench.background.jobs import enqueue

	if flags.in_install:
		return
	if isinstance(users, str):
		users = [user.strip() for user in users.split(",") if user.strip()]
	enqueue(make_notification_logs, doc=Dict(doc), users=list(dict.fromkeys(users)), now=bool(flags.in_test))


def make_notification_logs(doc: Dict, users: list[str]) -> None:
	"""A log for each enabled user who takes notifications, but for none about their own doing."""
	from minibench.data.query import get_all
	from minibench.model.document import new_doc

	found = get_all("User", filters={"enabled": 1, "email": ["in", users]}, pluck="name") if users else []
	for user in found:
		if not is_notifications_enabled(user):
			continue
		if user == doc.from_user and doc.type not in ("Energy Point", "Alert"):
			continue
		log = new_doc("Notification Log")
		log.update(doc)
		log.for_user = user
		log.insert(ignore_permissions=True)


def is_notifications_enabled(user: str) -> bool:
	enabled = db.get_value("Notification Settings", user, "enabled")
	return True if enabled is None else bool(enabled)


def is_email_notifications_enabled(user: str) -> bool:
	enabled = db.get_value("Notification Settings", user, "enable_email_notifications")
	return True if enabled is None else bool(enabled)


def is_email_notifications_enabled_for_type(user: str, notification_type: str) -> bool:
	"""Whether the user wants a mail besides. Alerts have a mail of their own."""
	from minibench.hooks import scrub
	from minibench.model.meta import get_meta

	if notification_type == "Alert" or not is_email_notifications_enabled(user):
		return False
	fieldname = f"enable_email_{scrub(notification_type)}"
	if not get_meta("Notification Settings").has_field(fieldname):
		return True
	enabled = db.get_value("Notification Settings", user, fieldname)
	return True if enabled is None else bool(enabled)


def send_notification_email(log: Any) -> None:
	from minibench.mail.sending import sendmail
	from minibench.values.text import strip_html
	from minibench.values.urls import get_url_to_form

	user = db.get_value("User", log.for_user, ["email", "language"], as_dict=True)
	if not user or (log.type == "Energy Point" and log.email_content is None):
		return
	args = {"body_content": log.subject, "description": log.email_content}
	if log.link:
		args["doc_link"] = log.link
	else:
		args["document_type"] = log.document_type
		args["document_name"] = log.document_name
		args["doc_link"] = get_url_to_form(log.document_type, log.document_name)
	sendmail(
		recipients=user.email,
		subject=strip_html(log.subject),
		template="new_notification",
		args=args,
		header=[get_email_header(log, user.language), "orange"],
		now=bool(flags.in_test),
	)


def get_email_header(log: Any, language: str | None = None) -> str:
	from minibench.translate import _

	texts = {
		"Default": "New Notification",
		"Mention": "New Mention on {0}",
		"Assignment": "Assignment Update on {0}",
		"Share": "New Document Shared {0}",
		"Energy Point": "Energy Point Update on {0}",
	}
	return _(texts[log.type or "Default"], lang=language).format(log.document_name)


def set_notifications_as_unseen(user: str) -> None:
	db.set_value("Notification Settings", user, "seen", 0, update_modified=False)


def get_permission_query_conditions(for_user: str | None = None) -> str | None:
	"""Everybody sees their own."""
	for_user = for_user or session.user
	if for_user == "Administrator":
		return None
	return f"(`tabNotification Log`.for_user = {db.escape(for_user)})"


@whitelist()
def get_notification_logs(limit: int = 20) -> dict[str, Any]:
	from minibench.data.query import get_list
	from minibench.values.addresses import add_user_info

	logs = get_list("Notification Log", fields=["*"], limit=int(limit), order_by="modified desc")
	user_info = Dict()
	for user in {log.from_user for log in logs}:
		add_user_info(user, user_info)
	return {"notification_logs": logs, "user_info": user_info}


@whitelist()
def mark_all_as_read() -> None:
	db.set_value("Notification Log", {"read": 0, "for_user": session.user}, "read", 1, update_modified=False)


@whitelist()
def mark_as_read(docname: str) -> None:
	if docname and not flags.read_only:
		db.set_value("Notification Log", str(docname), "read", 1, update_modified=False)


@whitelist()
def trigger_indicator_hide() -> None:
	"""Tells other open pages that the bell was looked at: there is no realtime, so none."""
