"""Notification Log: one entry behind one user's bell."""

from __future__ import annotations

from minibench.automation import notification_log
from minibench.background.log_cleaning import delete_older
from minibench.errors import OutgoingEmailError
from minibench.model.document import Document


class NotificationLog(Document):
	def after_insert(self) -> None:
		from minibench.translate import _

		notification_log.set_notifications_as_unseen(self.for_user)
		if notification_log.is_email_notifications_enabled_for_type(self.for_user, self.type):
			try:
				notification_log.send_notification_email(self)
			except OutgoingEmailError:
				self.log_error(_("Failed to send notification email"))

	@staticmethod
	def clear_old_logs(days: int = 180) -> None:
		delete_older("Notification Log", days)
