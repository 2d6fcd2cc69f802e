"""Email Queue: one mail, what became of it for each of its recipients."""

from __future__ import annotations

import json
from typing import Any

from minibench.background.log_cleaning import delete_older
from minibench.context import db, flags, session
from minibench.mail.accounts import are_emails_muted, find_outgoing
from minibench.mail.delivery import TO_BE_SENT, SendMailContext, claim
from minibench.model.document import Document
from minibench.web.whitelist import whitelist


class EmailQueue(Document):
	status: Any

	DOCTYPE = "Email Queue"
	smtp_server: Any = None

	def set_recipients(self, recipients: list[str]) -> None:
		self.set("recipients", [])
		for recipient in recipients:
			self.append("recipients", {"recipient": recipient.strip(), "status": "Not Sent"})

	def on_trash(self) -> None:
		from minibench.collaboration.messages import throw
		from minibench.translate import _

		if session.user != "Administrator":
			throw(_("Only Administrator can delete Email Queue"))

	@classmethod
	def find(cls, name: str) -> Any:
		from minibench.model.document import get_doc

		return get_doc(cls.DOCTYPE, name)

	@classmethod
	def find_one_by_filters(cls, **kwargs: Any) -> Any:
		name = db.get_value(cls.DOCTYPE, kwargs)
		return cls.find(name) if name else None

	def update_db(self, commit: bool = False, **kwargs: Any) -> None:
		db.set_value(self.DOCTYPE, self.name, kwargs)
		if commit:
			db.commit()

	def update_status(self, status: str, commit: bool = False, **kwargs: Any) -> None:
		"""Write the status here and, by its own rules, on the Communication."""
		from minibench.model.document import get_doc

		self.update_db(status=status, commit=commit, **kwargs)
		if self.communication:
			get_doc("Communication", self.communication).set_delivery_status(commit=commit)

	@property
	def cc(self) -> list[str]:
		return self.show_as_cc.split(",") if self.show_as_cc else []

	@property
	def to(self) -> list[str]:
		return [row.recipient for row in self.recipients if row.recipient not in self.cc]

	@property
	def attachments_list(self) -> list[dict[str, Any]]:
		found: list[dict[str, Any]] = json.loads(self.attachments) if self.attachments else []
		return found

	def get_email_account(self, raise_error: bool = False) -> Any:
		from minibench.model.document import get_doc

		if self.email_account:
			return get_doc("Email Account", self.email_account)
		return find_outgoing(
			match_by_email=self.sender, match_by_doctype=self.reference_doctype, _raise_error=raise_error
		)

	def is_to_be_sent(self) -> bool:
		return self.status in TO_BE_SENT

	def can_send_now(self) -> bool:
		suspended = int(db.get_default("suspend_email_queue") or 0) == 1
		return not are_emails_muted() and self.is_to_be_sent() and not suspended

	def send(self, smtp_server_instance: Any = None) -> None:
		"""Send it to those who have not got it yet. Commits."""
		if not self.can_send_now() or not claim(self):
			return
		with SendMailContext(self, smtp_server_instance) as context:
			context.fetch_smtp_server()
			self.smtp_server = context.smtp_server
			message = b""
			for recipient in self.recipients:
				if not recipient.is_mail_sent():
					message = context.send_to(recipient)
			if flags.in_test and not flags.testing_email:
				flags.sent_mail = message

	@staticmethod
	def clear_old_logs(days: int = 30) -> None:
		delete_older("Email Queue", days or 31)

	@whitelist()
	def retry_sending(self) -> None:
		if self.status == "Error":
			self.status = "Not Sent"
			self.save(ignore_permissions=True)


@whitelist()
def send_now(name: str) -> None:
	"""Send one mail without waiting for the scheduler."""
	record = EmailQueue.find(name)
	record.check_permission()
	record.send()


@whitelist()
def bulk_retry(queues: Any) -> None:
	"""Put mails that were given up back into the queue."""
	from minibench.access.permissions import only_for
	from minibench.collaboration.messages import msgprint
	from minibench.translate import _

	only_for("System Manager")
	names = json.loads(queues) if isinstance(queues, str) else queues
	if not names:
		return
	msgprint(
		_("Updating Email Queue Statuses. The emails will be picked up in the next scheduled run."),
		_("Processing..."),
	)
	db.set_value("Email Queue", {"name": ["in", names], "status": "Error"}, "status", "Not Sent")


@whitelist()
def toggle_sending(enable: Any) -> None:
	"""Suspend the whole queue, or let it go on."""
	from minibench.access.permissions import only_for
	from minibench.values.numbers import sbool

	only_for("System Manager")
	db.set_default("suspend_email_queue", 0 if sbool(enable) else 1)


def on_doctype_update() -> None:
	db.add_index("Email Queue", ["status", "send_after", "priority", "creation"], "index_bulk_flush")
	db.add_index("Email Queue", ["message_id"])
