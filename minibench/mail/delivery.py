"""One queued mail on its way out.

The record is claimed, marked Sending and committed before the server sees anything, and every recipient is marked Sent
and committed as soon as the server has taken their copy. A process that dies in between leaves the record at Sending,
and nobody sends it again: SMTP cannot tell whether the last copy got through.
"""

from __future__ import annotations

import quopri
import re
from email.parser import Parser
from email.policy import SMTP
from types import TracebackType
from typing import Any

from minibench.context import db, flags
from minibench.mail.message import add_attachment

RETRY_LIMIT = 3
TO_BE_SENT = ("Not Sent", "Partially Sent")
SLOTS = ("email_open_check", "unsubscribe_url", "cc_message", "recipient")


def slot(name: str) -> re.Pattern[str]:
	"""Finds a placeholder, also where quoted-printable has broken the line within it."""
	return re.compile("(?:=\r?\n)?".join(map(re.escape, f"<!--{name}-->")))


_SLOTS = {name: slot(name) for name in SLOTS}


def claim(queued: Any) -> bool:
	"""Mark the mail Sending, for everybody to see. False if another process was faster."""
	status = db.get_value("Email Queue", queued.name, "status", for_update=True)
	if status not in TO_BE_SENT:
		db.rollback()
		return False
	queued.update_status(status="Sending", commit=True)
	return True


class SendMailContext:
	"""From the claim to the final status, whatever happens in the block."""

	def __init__(self, queue_doc: Any, smtp_server_instance: Any = None) -> None:
		self.queue_doc = queue_doc
		self.smtp_server = smtp_server_instance
		self.email_account_doc: Any = None
		self.sent_to_atleast_one_recipient = any(row.is_mail_sent() for row in queue_doc.recipients)

	def __enter__(self) -> SendMailContext:
		return self

	def __exit__(
		self,
		kind: type[BaseException] | None,
		error: BaseException | None,
		_traceback: TracebackType | None,
	) -> None:
		from minibench.errors_log import get_traceback

		if kind is None:
			self.queue_doc.update_status(status="Sent", commit=True)
			return
		values: dict[str, Any] = {"error": get_traceback()}
		if self.queue_doc.retry < get_email_retry_limit():
			values["status"] = "Partially Sent" if self.sent_to_atleast_one_recipient else "Not Sent"
			values["retry"] = self.queue_doc.retry + 1
		else:
			values["status"] = "Error"
			self.notify_failed_email()
		self.queue_doc.update_status(**values, commit=True)

	def fetch_smtp_server(self) -> None:
		self.email_account_doc = self.queue_doc.get_email_account(raise_error=True)
		if self.smtp_server is None:
			self.smtp_server = self.email_account_doc.get_smtp_server()

	def send_to(self, recipient: Any) -> bytes:
		"""Hand one recipient's copy to the server, or to the hook `override_email_send`."""
		from minibench.values.calls import get_hook_method

		message = self.build_message(recipient.recipient)
		override = get_hook_method("override_email_send")
		if override:
			override(self.queue_doc, self.queue_doc.sender, recipient.recipient, message)
		elif not flags.in_test or flags.testing_email:
			self.smtp_server.session.sendmail(
				from_addr=self.queue_doc.sender, to_addrs=recipient.recipient, msg=message
			)
		self.sent_to_atleast_one_recipient = True
		recipient.update_db(status="Sent", commit=True)
		return message

	def notify_failed_email(self) -> None:
		"""Tell the owner that we have given up."""
		from minibench.model.document import new_doc
		from minibench.translate import _

		subject = Parser(policy=SMTP).parsestr(self.queue_doc.message or "")["Subject"]
		db.savepoint("notify_failed_email")
		try:
			notification = new_doc("Notification Log")
			notification.update(
				{
					"for_user": self.queue_doc.owner,
					"type": "Alert",
					"from_user": self.queue_doc.owner,
					"document_type": self.queue_doc.doctype,
					"document_name": self.queue_doc.name,
					"subject": f"{_('Failed to send email with subject:')} {subject}",
				}
			)
			notification.insert()
		except Exception:
			db.rollback(save_point="notify_failed_email")

	def build_message(self, recipient_email: str) -> bytes:
		"""The stored message with what differs from recipient to recipient, and with its late attachments."""
		message = self.queue_doc.message
		if not message:
			return b""
		fillings = {
			"email_open_check": self.get_tracker_str(recipient_email),
			"unsubscribe_url": self.get_unsubscribe_str(recipient_email),
			"cc_message": self.get_receivers_str(),
			"recipient": self.get_recipient_str(recipient_email),
		}
		for name, text in fillings.items():
			message = _SLOTS[name].sub(lambda _match, text=text: text, message)  # type: ignore[misc]
		return self.include_attachments(message)

	def get_tracker_str(self, recipient_email: str) -> str:
		"""An image whose loading tells that the mail was read."""
		from minibench.access.signed_links import get_signed_params
		from minibench.values.urls import get_url

		queued, account = self.queue_doc, self.email_account_doc
		url = ""
		if queued.get("email_read_tracker_url"):
			params = {
				"recipient_email": recipient_email,
				"reference_name": queued.reference_name,
				"reference_doctype": queued.reference_doctype,
			}
			url = get_url(f"{queued.email_read_tracker_url}?{get_signed_params(params)}")
		elif account and account.track_email_status and queued.communication:
			method = "frappe.core.doctype.communication.email.mark_email_as_seen"
			url = f"{get_url()}/api/method/{method}?name={queued.communication}"
		return _quoted(f'<img src="{url}"/>') if url else ""

	def get_unsubscribe_str(self, recipient_email: str) -> str:
		from minibench.mail.queue import get_unsubcribed_url

		queued = self.queue_doc
		if not (queued.add_unsubscribe_link and queued.reference_doctype):
			return ""
		return _quoted(
			get_unsubcribed_url(
				reference_doctype=queued.reference_doctype,
				reference_name=queued.reference_name,
				email=recipient_email,
				unsubscribe_method=queued.unsubscribe_method,
				unsubscribe_params=queued.get("unsubscribe_params"),
			)
		)

	def get_receivers_str(self) -> str:
		queued = self.queue_doc
		if queued.expose_recipients != "footer":
			return ""
		message = f"This email was sent to {', '.join(queued.to)}"
		return f"{message} and copied to {', '.join(queued.cc)}" if queued.cc else message

	def get_recipient_str(self, recipient_email: str) -> str:
		return recipient_email if self.queue_doc.expose_recipients != "header" else ""

	def include_attachments(self, message: str) -> bytes:
		"""Attach the Files and the prints that the queue only names."""
		from minibench.model.document import get_doc
		from minibench.printing.html import attach_print

		made = Parser(policy=SMTP).parsestr(message)
		for attachment in self.queue_doc.attachments_list:
			if attachment.get("fcontent"):
				continue
			if attachment.get("fid") or attachment.get("file_url"):
				key = "name" if attachment.get("fid") else "file_url"
				file = get_doc("File", {key: attachment.get("fid") or attachment.get("file_url")})
				add_attachment(file.file_name, file.get_content(), parent=made)
			elif attachment.pop("print_format_attachment", None) == 1:
				printed = attach_print(**attachment)
				self._store_file(printed["fname"], printed["fcontent"])
				add_attachment(printed["fname"], printed["fcontent"], parent=made)
		return made.as_string().encode()

	def _store_file(self, file_name: str, content: bytes) -> None:
		"""Keep what was printed with the mail, where System Settings ask for it."""
		from minibench.access.defaults import get_system_settings
		from minibench.model.document import new_doc

		if not get_system_settings("store_attached_pdf_document"):
			return
		queued = self.queue_doc
		owner = (
			("Communication", queued.communication) if queued.communication else (queued.doctype, queued.name)
		)
		values = {
			"file_name": file_name,
			"is_private": 1,
			"attached_to_doctype": owner[0],
			"attached_to_name": owner[1],
		}
		if not db.exists("File", values):
			file = new_doc("File", **values)
			file.content = content
			file.insert()


def _quoted(text: str) -> str:
	return quopri.encodestring(text.encode()).decode()


def get_email_retry_limit() -> int:
	from minibench.access.defaults import get_system_settings

	return int(get_system_settings("email_retry_limit") or RETRY_LIMIT)
