"""From the arguments of `sendmail` to Email Queue records."""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property
from typing import Any

from minibench.context import flags, local
from minibench.errors import InvalidEmailAddressError

UNSUBSCRIBE_METHOD = "/api/method/frappe.email.queue.unsubscribe"
SEPARATELY_FROM = 100
NOT_NOW_FROM = 1000
BATCH = 1000


class QueueBuilder:
	"""One call of `sendmail`: who gets what. `process` queues it."""

	def __init__(
		self,
		recipients: Any = None,
		sender: str | None = None,
		subject: str | None = None,
		message: str | None = None,
		text_content: str | None = None,
		reference_doctype: str | None = None,
		reference_name: str | None = None,
		unsubscribe_method: str | None = None,
		unsubscribe_params: Any = None,
		unsubscribe_message: str | None = None,
		attachments: Any = None,
		reply_to: str | None = None,
		cc: Any = None,
		bcc: Any = None,
		message_id: str | None = None,
		in_reply_to: str | None = None,
		send_after: Any = None,
		expose_recipients: str | None = None,
		send_priority: int = 1,
		communication: str | None = None,
		read_receipt: Any = None,
		queue_separately: bool = False,
		is_notification: bool = False,
		add_unsubscribe_link: int = 1,
		inline_images: Any = None,
		header: Any = None,
		print_letterhead: Any = False,
		with_container: bool = False,
		email_read_tracker_url: str | None = None,
	) -> None:
		self.recipients = _addresses(recipients)
		self.cc = _addresses(cc)
		self.bcc = _addresses(bcc)
		self._sender = sender
		self.subject = subject or ""
		self._message = message or ""
		self._text_content = text_content
		self.reference_doctype = reference_doctype
		self.reference_name = reference_name
		self.unsubscribe_method = unsubscribe_method or UNSUBSCRIBE_METHOD
		self.unsubscribe_params = unsubscribe_params
		self._unsubscribe_message = unsubscribe_message
		self._add_unsubscribe_link = add_unsubscribe_link
		self._attachments = attachments
		self.reply_to = reply_to
		self.message_id = message_id
		self.in_reply_to = in_reply_to
		self._send_after = send_after
		self.expose_recipients = expose_recipients
		self.send_priority = send_priority
		self.communication = communication
		self.read_receipt = read_receipt
		self.queue_separately = queue_separately
		self.is_notification = is_notification
		self.inline_images = inline_images
		self.header = header
		self.print_letterhead = print_letterhead
		self.with_container = with_container
		self.email_read_tracker_url = email_read_tracker_url

	@cached_property
	def email_account(self) -> Any:
		from minibench.mail.accounts import find_outgoing

		return find_outgoing(
			match_by_doctype=self.reference_doctype, match_by_email=self._sender, _raise_error=True
		)

	@property
	def sender(self) -> str:
		if not self._sender or self._sender == "Administrator":
			return str(self.email_account.default_sender)
		return self._sender

	@property
	def send_after(self) -> Any:
		"""When it is to go out; a number counts days from today."""
		from minibench.values.dates import add_days, nowdate

		return (
			add_days(nowdate(), self._send_after) if isinstance(self._send_after, int) else self._send_after
		)

	@cached_property
	def unsubscribed(self) -> set[str]:
		"""Who does not want mails about this document, or any."""
		from minibench.data.query import get_all

		everybody = [*self.recipients, *self.cc]
		if not everybody:
			return set()
		rows = get_all(
			"Email Unsubscribe",
			filters={"email": ["in", everybody]},
			fields=["email", "reference_doctype", "reference_name", "global_unsubscribe"],
		)
		about = (self.reference_doctype, self.reference_name)
		return {
			row.email
			for row in rows
			if row.global_unsubscribe or (all(about) and (row.reference_doctype, row.reference_name) == about)
		}

	def final_recipients(self) -> list[str]:
		return [address for address in self.recipients if address not in self.unsubscribed]

	def final_cc(self) -> list[str]:
		return [address for address in self.cc if address not in self.unsubscribed]

	def unsubscribe_message(self) -> dict[str, str] | None:
		"""The link for leaving, where the caller wants one."""
		from minibench.mail.queue import get_unsubscribe_message

		wanted = self._unsubscribe_message or self.reference_doctype == "Newsletter"
		if self._add_unsubscribe_link == 1 and self.reference_doctype and wanted:
			return get_unsubscribe_message(self._unsubscribe_message, self.expose_recipients)
		return None

	def email_text_content(self) -> str:
		from minibench.mail.plaintext import html2text

		link = self.unsubscribe_message()
		return (self._text_content or html2text(self._message)) + (link["text"] if link else "")

	def email_html_content(self) -> str:
		from minibench.mail.html import get_formatted_html

		return get_formatted_html(
			self.subject,
			self._message,
			header=self.header,
			email_account=self.email_account,
			unsubscribe_link=self.unsubscribe_message(),
			with_container=self.with_container,
		)

	def get_attachments(self) -> list[dict[str, Any]]:
		"""Those that are fetched or printed only when the mail goes out."""
		later = []
		for attachment in self._attachments or ():
			if attachment.get("fid") or attachment.get("file_url"):
				later.append(attachment)
			elif attachment.get("print_format_attachment") == 1:
				attachment["lang"] = attachment.get("lang") or local.lang
				attachment["print_letterhead"] = self.print_letterhead
				later.append(attachment)
		return later

	def prepare_email_content(self) -> Any:
		from minibench.mail.message import get_email

		mail = get_email(
			recipients=self.final_recipients(),
			sender=self.sender,
			subject=self.subject,
			formatted=self.email_html_content(),
			text_content=self.email_text_content(),
			attachments=self._attachments,
			reply_to=self.reply_to,
			cc=self.final_cc(),
			bcc=self.bcc,
			email_account=self.email_account,
			expose_recipients=self.expose_recipients,
			inline_images=self.inline_images,
			header=self.header,
		)
		mail.set_message_id(self.message_id, self.is_notification)
		if self.read_receipt:
			mail.set_header("Disposition-Notification-To", self.sender)
		if self.in_reply_to:
			mail.set_in_reply_to(self.in_reply_to)
		return mail

	def process(self, send_now: bool | None = False) -> Any:
		"""Queue the mail, and send it at once if asked.

		Returns:
			The Email Queue; [] if nobody is left to write to; None where each recipient gets a record of their own.
		"""
		from minibench.background.jobs import enqueue

		recipients = self.final_recipients()
		if not recipients + self.final_cc():
			return []
		separately = bool(recipients and self.queue_separately) or len(recipients) > SEPARATELY_FROM
		data = self.as_dict(include_recipients=False)
		if not data:
			return []
		if not separately:
			everybody = list(dict.fromkeys([*recipients, *self.final_cc(), *self.bcc]))
			queued = new_email_queue({**data, "recipients": everybody})
			if send_now:
				queued.send()
			return queued
		if len(recipients) >= NOT_NOW_FROM:
			send_now = False
		others = [*self.final_cc(), *self.bcc]
		for start in range(0, len(recipients), BATCH):
			enqueue(
				send_emails,
				queue_data=data,
				final_recipients=recipients[start : start + BATCH],
				others=others,
				now=bool(flags.in_test or send_now),
				queue="long",
			)
		return None

	def as_dict(self, include_recipients: bool = True) -> dict[str, Any] | None:
		"""The values of an Email Queue; None for a wrong address, which the Error Log tells of."""
		from minibench.errors_log import log_error

		mail = self.prepare_email_content()
		try:
			message = mail.as_string()
		except InvalidEmailAddressError:
			log_error(
				title="Invalid email address",
				message=f"Invalid email address Sender: {self.sender}, Recipients: "
				f"{', '.join(self.final_recipients())}, \nTraceback: {traceback.format_exc()} ",
				reference_doctype=self.reference_doctype,
				reference_name=self.reference_name,
			)
			return None
		account = self.email_account
		values = {
			"priority": self.send_priority,
			"attachments": json.dumps(self.get_attachments(), default=str),
			"message_id": str(mail.msg_root["Message-Id"]).strip().removeprefix("<").removesuffix(">"),
			"message": message,
			"sender": mail.sender,
			"reference_doctype": self.reference_doctype,
			"reference_name": self.reference_name,
			"add_unsubscribe_link": self._add_unsubscribe_link,
			"unsubscribe_method": self.unsubscribe_method,
			"unsubscribe_params": self.unsubscribe_params,
			"expose_recipients": self.expose_recipients,
			"communication": self.communication,
			"send_after": self.send_after,
			"show_as_cc": ",".join(self.final_cc()),
			"show_as_bcc": ",".join(self.bcc),
			"email_account": account.name if account.is_exists_in_db() else None,
			"email_read_tracker_url": self.email_read_tracker_url,
		}
		if include_recipients:
			values["recipients"] = self.final_recipients()
		return values


def new_email_queue(values: dict[str, Any]) -> Any:
	"""Insert an Email Queue; its `recipients` are addresses."""
	from minibench.model.document import new_doc

	data = dict(values)
	recipients = data.pop("recipients")
	queued = new_doc("Email Queue")
	queued.update(data)
	queued.set_recipients(recipients)
	queued.insert(ignore_permissions=True)
	return queued


def send_emails(queue_data: dict[str, Any], final_recipients: Iterable[str], others: Iterable[str]) -> None:
	"""Queue and send a mail to each recipient separately, over one connection."""
	server = None
	for recipient in final_recipients:
		queued = new_email_queue({**queue_data, "recipients": list(dict.fromkeys([recipient, *others]))})
		if server is None:
			server = queued.get_email_account(raise_error=True).get_smtp_server()
		# One address that the server refuses must not keep the mail from the others; the record tells.
		with suppress(Exception):
			queued.send(smtp_server_instance=server)
	if server is not None:
		server.quit()


def _addresses(emails: Any) -> list[str]:
	from minibench.values.addresses import split_emails

	found = split_emails(emails) if isinstance(emails, str) else emails or []
	return list(dict.fromkeys(address for address in found if address))
