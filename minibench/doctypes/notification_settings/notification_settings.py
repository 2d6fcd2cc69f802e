"""Notification Settings: what a user wants to be told, and how."""

from __future__ import annotations

from typing import Any

from minibench.context import db, flags, session
from minibench.model.document import Document
from minibench.web.whitelist import whitelist


class NotificationSettings(Document):
	pass


def create_notification_settings(user: str) -> None:
	from minibench.model.document import new_doc

	if not db.exists("Notification Settings", user):
		settings = new_doc("Notification Settings")
		settings.name = user
		settings.insert(ignore_permissions=True)


def toggle_notifications(user: str, enable: bool = False) -> None:
	from minibench.model.document import get_doc

	if not db.exists("Notification Settings", user):
		return
	settings = get_doc("Notification Settings", user)
	if bool(settings.enabled) != bool(enable):
		settings.enabled = int(enable)
		settings.save()


def get_permission_query_conditions(user: str | None = None) -> str | None:
	from minibench.access.users import get_roles

	user = user or session.user
	if user == "Administrator":
		return None
	if "System Manager" in get_roles(user):
		return "(`tabNotification Settings`.name != 'Administrator')"
	return f"(`tabNotification Settings`.name = {db.escape(user)})"


def has_permission(doc: Any, ptype: str = "read", user: str | None = None) -> bool:
	from minibench.access.users import get_roles

	user = user or session.user
	if user == "Administrator":
		return True
	if "System Manager" in get_roles(user):
		return bool(doc.name != "Administrator")
	return bool(doc.name == user)


@whitelist()
def set_seen_value(value: Any, user: str) -> None:
	if not flags.read_only:
		db.set_value("Notification Settings", user, "seen", int(value), update_modified=False)
