from __future__ import annotations

import datetime
from typing import Any

from minibench.access.users import get_fullname
from minibench.context import db, local
from minibench.model.document import Document
from minibench.translate import _
from minibench.values.dates import now, now_datetime
from minibench.values.text import bold, strip_html

KEPT_DAYS = 90


class ActivityLog(Document):
	def before_insert(self) -> None:
		self.full_name = strip_html(get_fullname(self.user))
		self.date = now()

	def validate(self) -> None:
		if self.is_new() and self.reference_doctype and self.reference_name:
			self.status = "Linked"
		if self.operation in ("Login", "Logout"):
			self.ip_address = local.request_ip

	@staticmethod
	def clear_old_logs(days: int | None = None) -> None:
		"""Delete what is older than `days`."""
		oldest = now_datetime() - datetime.timedelta(days=days or KEPT_DAYS)
		db.delete("Activity Log", {"modified": ["<", oldest]})


def on_doctype_update() -> None:
	db.add_index("Activity Log", ["reference_doctype", "reference_name"])
	db.add_index("Activity Log", ["timeline_doctype", "timeline_name"])


def add_authentication_log(
	subject: str, user: str, operation: str = "Login", status: str = "Success"
) -> None:
	"""Note that somebody logged in or out, or failed to."""
	from minibench.model.document import get_doc

	get_doc(
		{
			"doctype": "Activity Log",
			"user": user,
			"status": status,
			"subject": subject,
			"operation": operation,
		}
	).insert(ignore_permissions=True, ignore_links=True)


def login_feed(login_manager: Any) -> None:
	"""Hook on_session_creation: note a login."""
	if login_manager.user != "Guest":
		add_authentication_log(
			_("{0} logged in").format(get_fullname(login_manager.user)), login_manager.user
		)


def logout_feed(user: str | None, reason: str) -> None:
	"""Note the end of a session and why it ended."""
	if user and user != "Guest":
		subject = _("{0} logged out: {1}").format(get_fullname(user), bold(reason))
		add_authentication_log(subject, user, operation="Logout")
