"""A Communication as a mail: to whom, from whom, with what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minibench.context import db, local, session
from minibench.mail import accounts
from minibench.mail.message import STANDARD_USERS


class CommunicationMail:
	"""The part of the Communication document that mails it."""

	recipients: Any
	cc: Any
	bcc: Any
	sender: Any
	sender_full_name: Any
	email_account: Any
	reference_doctype: Any
	reference_name: Any
	sent_or_received: Any
	name: Any
	_outgoing: Any

	def to_list(self, exclude_displayname: bool = True) -> list[str]:
		return emails_list(self.recipients, exclude_displayname)

	def cc_list(self, exclude_displayname: bool = True) -> list[str]:
		return emails_list(self.cc, exclude_displayname)

	def bcc_list(self, exclude_displayname: bool = True) -> list[str]:
		return emails_list(self.bcc, exclude_displayname)

	@property
	def sender_mailid(self) -> str:
		from minibench.values.addresses import parse_addr

		return parse_addr(self.sender)[1] if self.sender else ""

	def get_all_email_addresses(self, exclude_displayname: bool = False) -> list[str]:
		return [
			*self.to_list(exclude_displayname),
			*self.cc_list(exclude_displayname),
			*self.bcc_list(exclude_displayname),
		]

	def mail_recipients(self) -> list[str]:
		return [address for address in self.to_list() if address != "Administrator"]

	def mail_cc(self, include_sender: Any = False) -> list[str]:
		"""Who gets a copy: those who want such mails, and the sender if asked."""
		copies = self.cc_list()
		if include_sender:
			sender = self.sender_mailid
			if session.user not in STANDARD_USERS:
				sender = db.get_value("User", session.user, "email")
			copies.append(sender)
		return self._without_refusers(copies)

	def mail_bcc(self) -> list[str]:
		return self._without_refusers(self.bcc_list())

	def _without_refusers(self, addresses: list[str]) -> list[str]:
		from minibench.data.query import get_all

		unwanted = {*self.mail_recipients(), *STANDARD_USERS, ""}
		if addresses:
			unwanted.update(
				get_all("User", filters={"email": ["in", addresses], "thread_notify": 0}, pluck="email")
			)
		return [address for address in dict.fromkeys(addresses) if address not in unwanted]

	def get_email_with_displayname(self, email_address: str) -> str:
		from minibench.values.addresses import parse_addr

		name, address = parse_addr(email_address)
		if name and name != address:
			return email_address
		named = {parse_addr(each)[1]: each for each in self.get_all_email_addresses()}
		return named.get(address, address)

	def _with_names(self, addresses: Iterable[str]) -> list[str]:
		return [self.get_email_with_displayname(address) for address in addresses]

	def get_outgoing_email_account(self) -> Any:
		"""The account that it goes out from, noted on the document."""
		from minibench.model.document import get_doc

		if not hasattr(self, "_outgoing_email_account"):
			if self.email_account:
				account = get_doc("Email Account", self.email_account)
			else:
				account = accounts.find_outgoing(
					match_by_email=self.sender_mailid, match_by_doctype=self.reference_doctype
				)
				if self.sent_or_received == "Sent" and account and account.is_exists_in_db():
					self.db_set("email_account", account.name)  # type: ignore[attr-defined]
			self._outgoing_email_account = account
		return self._outgoing_email_account

	def get_incoming_email_account(self) -> Any:
		return accounts.find_incoming(
			match_by_email=self.sender_mailid, match_by_doctype=self.reference_doctype
		)

	def get_mail_sender_with_displayname(self) -> str:
		from minibench.translate import _
		from minibench.values.addresses import get_formatted_email

		account = self.get_outgoing_email_account()
		name = self.sender_full_name or (account and account.name) or _("Notification")
		return get_formatted_email(name, mail=self.sender_mailid or (account and account.email_id))

	def get_attachments(self) -> list[Any]:
		from minibench.data.query import get_all

		return list(
			get_all(
				"File",
				fields=["name", "file_name", "file_url", "is_private"],
				filters={"attached_to_name": self.name, "attached_to_doctype": "Communication"},
			)
		)

	def mail_attachments(
		self,
		print_format: str | None = None,
		print_html: str | None = None,
		print_language: str | None = None,
	) -> list[dict[str, Any]]:
		attachments: list[dict[str, Any]] = []
		if print_format or print_html:
			attachments.append(
				{
					"print_format": print_format,
					"html": print_html,
					"print_format_attachment": 1,
					"doctype": self.reference_doctype,
					"name": self.reference_name,
					"lang": print_language or local.lang,
				}
			)
		return [*attachments, *({"fid": file.name} for file in self.get_attachments())]

	def get_unsubscribe_message(self) -> str:
		from minibench.translate import _

		account = self.get_outgoing_email_account()
		return _("Leave this conversation") if account and account.send_unsubscribe_message else ""

	def exclude_emails_list(self, include_sender: Any = False) -> list[str]:
		"""The addresses that get no mail."""
		reached = {*self.mail_recipients(), *self.mail_bcc(), *self.mail_cc(include_sender=include_sender)}
		return [
			each for each in self.get_all_email_addresses(exclude_displayname=True) if each not in reached
		]

	def sendmail_input_dict(
		self,
		print_html: str | None = None,
		print_format: str | None = None,
		send_me_a_copy: Any = None,
		print_letterhead: Any = None,
		print_language: str | None = None,
	) -> dict[str, Any]:
		"""The arguments for `sendmail`; {} if there is no account or nobody to write to."""
		if not self.get_outgoing_email_account():
			return {}
		recipients = self._with_names(self.mail_recipients())
		cc = self._with_names(self.mail_cc(include_sender=send_me_a_copy))
		if not (recipients or cc):
			return {}
		incoming = self.get_incoming_email_account()
		mine: Any = self
		return {
			"recipients": recipients,
			"cc": cc,
			"bcc": self._with_names(self.mail_bcc()),
			"expose_recipients": "header",
			"sender": self.get_mail_sender_with_displayname(),
			"reply_to": incoming and incoming.email_id,
			"subject": mine.subject,
			"content": mine.content,
			"reference_doctype": self.reference_doctype,
			"reference_name": self.reference_name,
			"attachments": self.mail_attachments(
				print_format=print_format, print_html=print_html, print_language=print_language
			),
			"message_id": mine.message_id,
			"unsubscribe_message": self.get_unsubscribe_message(),
			"delayed": True,
			"communication": self.name,
			"read_receipt": mine.read_receipt,
			"is_notification": self.sent_or_received == "Received",
			"print_letterhead": print_letterhead,
			"send_after": mine.send_after,
		}

	def send_email(
		self,
		print_html: str | None = None,
		print_format: str | None = None,
		send_me_a_copy: Any = None,
		print_letterhead: Any = None,
		print_language: str | None = None,
		now: Any = False,
	) -> None:
		from minibench.mail.sending import sendmail

		arguments = self.sendmail_input_dict(
			print_html=print_html,
			print_format=print_format,
			send_me_a_copy=send_me_a_copy,
			print_letterhead=print_letterhead,
			print_language=print_language,
		)
		if arguments:
			sendmail(now=now, **arguments)


def emails_list(emails: Any = None, exclude_displayname: bool = False) -> list[str]:
	"""The addresses of a text or a list, each once; bare and in lower case if asked."""
	from minibench.values.addresses import parse_addr, split_emails

	found = split_emails(emails) if isinstance(emails, str) else emails or []
	if exclude_displayname:
		found = [parse_addr(each)[1].lower() for each in found if each]
	return list(dict.fromkeys(each for each in found if each))
