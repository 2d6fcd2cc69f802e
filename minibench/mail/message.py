"""A mail as MIME: text and HTML as alternatives, images that the HTML embeds, attachments, headers."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterable
from email import charset, encoders, policy
from email.header import Header
from email.message import Message
from email.mime.audio import MIMEAudio
from email.mime.base import MIMEBase
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formataddr, formatdate, make_msgid
from pathlib import Path
from typing import Any

from minibench.context import local

EMBED_PATTERN = re.compile(r"""embed=["'](.*?)["']""")
RECIPIENT_SLOT = "<!--recipient-->"
STANDARD_USERS = ("Guest", "Administrator")

# Quoted-printable leaves the queue's placeholders legible in the stored message; base64, the default, would not.
charset.add_charset("utf-8", charset.QP, charset.QP, "utf-8")


class EMail:
	"""A mail in the making. `as_string` checks the addresses, fills in the headers and gives the whole."""

	def __init__(
		self,
		sender: str = "",
		recipients: str | Iterable[str] = (),
		subject: str = "",
		reply_to: str | None = None,
		cc: Iterable[str] = (),
		bcc: Iterable[str] = (),
		email_account: Any = None,
		expose_recipients: str | None = None,
	) -> None:
		from minibench.mail.accounts import find_outgoing
		from minibench.values.addresses import split_emails

		if isinstance(recipients, str):
			recipients = split_emails(recipients.replace(";", ",").replace("\n", ""))
		self.sender = sender
		self.reply_to = reply_to or sender
		self.recipients = [address.strip() for address in recipients if address and address.strip()]
		self.subject = subject
		self.expose_recipients = expose_recipients
		self.cc = list(cc)
		self.bcc = list(bcc)
		self.html_set = False
		self.msg_root = MIMEMultipart("mixed", policy=policy.SMTP)
		self.msg_alternative = MIMEMultipart("alternative", policy=policy.SMTP)
		self.msg_root.attach(self.msg_alternative)
		self.email_account = email_account or find_outgoing(match_by_email=sender, _raise_error=True)

	def set_html(
		self,
		message: str,
		text_content: str | None = None,
		footer: str | None = None,
		print_html: str | None = None,
		formatted: str | None = None,
		inline_images: Any = None,
		header: Any = None,
	) -> None:
		"""The HTML, and in front of it its text unless one is given."""
		from minibench.mail.html import get_formatted_html
		from minibench.mail.plaintext import to_markdown
		from minibench.values.urls import expand_relative_urls

		if not formatted:
			formatted = get_formatted_html(
				self.subject,
				message,
				footer,
				print_html,
				email_account=self.email_account,
				header=header,
				sender=self.sender,
			)
		if not self.html_set:
			text = (
				expand_relative_urls(text_content)
				if text_content
				else to_markdown(expand_relative_urls(formatted))
			)
			self.set_text(text)
		self.set_part_html(formatted)
		self.html_set = True

	def set_text(self, message: str) -> None:
		self.msg_alternative.attach(MIMEText(message, "plain", "utf-8", policy=policy.SMTP))

	def set_part_html(self, message: str) -> None:
		"""The HTML part, together with the images that its `embed` attributes name."""
		message, images = replace_filename_with_cid(message)
		html = MIMEText(message, "html", "utf-8", policy=policy.SMTP)
		if not images:
			self.msg_alternative.attach(html)
			return
		related = MIMEMultipart("related", policy=policy.SMTP)
		related.attach(html)
		for image in images:
			add_attachment(
				image["filename"],
				image["filecontent"],
				parent=related,
				content_id=image["content_id"],
				inline=True,
			)
		self.msg_alternative.attach(related)

	def add_attachment(
		self,
		fname: str,
		fcontent: str | bytes,
		content_type: str | None = None,
		parent: Message | None = None,
		content_id: str | None = None,
		inline: bool = False,
	) -> None:
		add_attachment(fname, fcontent, content_type, parent or self.msg_root, content_id, inline)

	def add_pdf_attachment(self, name: str, html: str, options: dict[str, Any] | None = None) -> None:
		from minibench.printing.pdf import get_pdf

		self.add_attachment(name, get_pdf(html, options), "application/octet-stream")

	def validate(self) -> None:
		"""Settle who it is from and to.

		Raises:
			InvalidEmailAddressError: an address is none.
		"""
		from minibench.values.addresses import validate_email_address

		self.sender = self.sender or self.email_account.default_sender
		validate_email_address(self.sender.strip(), True)
		self.reply_to = validate_email_address((self.reply_to or "").strip() or self.sender, True)
		self.set_header("X-Original-From", self.sender)
		self.replace_sender()
		self.replace_sender_name()
		for field in ("recipients", "cc", "bcc"):
			addresses = [each.strip() for each in getattr(self, field) if each not in STANDARD_USERS]
			setattr(self, field, addresses)
			for address in addresses:
				validate_email_address(address, True)

	def replace_sender(self) -> None:
		from minibench.values.addresses import parse_addr

		account = self.email_account
		if int(account.always_use_account_email_id_as_sender or 0):
			name = parse_addr(self.sender)[0] or account.name
			self.sender = formataddr((str(Header(name, "utf-8")), account.email_id))

	def replace_sender_name(self) -> None:
		from minibench.values.addresses import parse_addr

		account = self.email_account
		if int(account.always_use_account_name_as_sender_name or 0):
			self.sender = formataddr((str(Header(account.name, "utf-8")), parse_addr(self.sender)[1]))

	def set_message_id(self, message_id: str | None, is_notification: bool = False) -> None:
		if not message_id or is_notification:
			self.set_header("isnotification", "<notification>")
		self.set_header("Message-Id", f"<{message_id}>" if message_id else get_message_id())

	def set_in_reply_to(self, in_reply_to: str) -> None:
		"""Say which mail this one answers."""
		self.set_header("In-Reply-To", in_reply_to)

	def make(self) -> None:
		"""Write the headers, then let the apps' hook `make_email_body_message` have a look."""
		from minibench.hooks import get_attr, get_hooks
		from minibench.values.urls import get_url

		in_header = self.expose_recipients == "header"
		headers = {
			"Subject": self.subject.strip(),
			"From": self.sender,
			"To": ", ".join(self.recipients) if in_header else RECIPIENT_SLOT,
			"Date": formatdate(),
			"Reply-To": self.reply_to,
			"CC": ", ".join(self.cc) if in_header else None,
			"X-Frappe-Site": get_url(),
		}
		for key, value in headers.items():
			if value:
				self.set_header(key, value)
		for hook in get_hooks("make_email_body_message"):
			get_attr(hook)(self)

	def set_header(self, key: str, value: str) -> None:
		"""Set a header in place of what it was; a line break in it cannot begin another one."""
		del self.msg_root[key]
		self.msg_root[key] = sanitize_email_header(value)

	def as_string(self) -> str:
		self.validate()
		self.make()
		return self.msg_root.as_string(policy=policy.SMTP)


def get_email(
	recipients: str | Iterable[str],
	sender: str = "",
	msg: str = "",
	subject: str = "[No Subject]",
	text_content: str | None = None,
	footer: str | None = None,
	print_html: str | None = None,
	formatted: str | None = None,
	attachments: Any = None,
	content: str | None = None,
	reply_to: str | None = None,
	cc: Iterable[str] = (),
	bcc: Iterable[str] = (),
	email_account: Any = None,
	expose_recipients: str | None = None,
	inline_images: Any = None,
	header: Any = None,
) -> EMail:
	"""A mail with content and attachments: multipart/mixed around multipart/alternative of text and HTML."""
	from minibench.values.html import markdown

	mail = EMail(
		sender,
		recipients,
		subject,
		reply_to=reply_to,
		cc=cc or (),
		bcc=bcc or (),
		email_account=email_account,
		expose_recipients=expose_recipients,
	)
	body = content or msg
	if not formatted and not body.strip().startswith("<"):
		body = markdown(body)
	mail.set_html(
		body,
		text_content,
		footer=footer,
		header=header,
		print_html=print_html,
		formatted=formatted,
		inline_images=inline_images,
	)
	for attachment in [attachments] if isinstance(attachments, dict) else attachments or ():
		if attachment.get("fcontent") is not None:
			mail.add_attachment(
				**{key: attachment[key] for key in attachment if key in ("fname", "fcontent", "content_type")}
			)
	return mail


def add_attachment(
	fname: str,
	fcontent: str | bytes,
	content_type: str | None = None,
	parent: Message | None = None,
	content_id: str | None = None,
	inline: bool = False,
) -> None:
	"""Attach a file to `parent`, as what its name says it is."""
	if parent is None:
		return
	kind = content_type or mimetypes.guess_type(fname)[0] or "application/octet-stream"
	maintype, subtype = kind.split("/", 1)
	part: Message
	content = fcontent.encode() if isinstance(fcontent, str) else fcontent
	if maintype == "text":
		part = MIMEText(content.decode("utf-8", "replace"), _subtype=subtype, _charset="utf-8")
	elif maintype == "image":
		part = MIMEImage(content, _subtype=subtype)
	elif maintype == "audio":
		part = MIMEAudio(content, _subtype=subtype)
	else:
		part = MIMEBase(maintype, subtype)
		part.set_payload(content)
		encoders.encode_base64(part)
	if fname:
		part.add_header("Content-Disposition", "inline" if inline else "attachment", filename=str(fname))
	if content_id:
		part.add_header("Content-ID", f"<{content_id}>")
	parent.attach(part)


def get_message_id() -> str:
	"""A new Message-Id of this site, in its angle brackets."""
	return make_msgid(domain=local.site)


def sanitize_email_header(header: str) -> str:
	return "".join(header.splitlines())


def replace_filename_with_cid(message: str) -> tuple[str, list[dict[str, Any]]]:
	"""`embed="path"` becomes `src="cid:..."`. Returns the new HTML and the images; an image that is absent is dropped."""
	from minibench.values.text import random_string, unescape_html

	images: list[dict[str, Any]] = []

	def embed(match: re.Match[str]) -> str:
		path = unescape_html(match[1])
		content = get_filecontent_from_path(path)
		if not content:
			return ""
		content_id = random_string(10)
		images.append({"filename": path.rsplit("/")[-1], "filecontent": content, "content_id": content_id})
		return f'src="cid:{content_id}"'

	return EMBED_PATTERN.sub(embed, message), images


def get_filecontent_from_path(path: str) -> bytes | None:
	"""A file of the site or of an app's public folder, by its URL's path; None if there is none."""
	relative = path.lstrip("/")
	site = Path(local.site_path)
	if relative.startswith("assets/"):
		from minibench.hooks import get_app_path

		app, _, rest = relative.removeprefix("assets/").partition("/")
		root = Path(get_app_path(app)) / "public"
		file = root / rest
	elif relative.startswith("files/"):
		root = site / "public"
		file = root / relative
	elif relative.startswith("private/files/"):
		root = site / "private"
		file = site / relative
	else:
		return None
	file = file.resolve()
	# A path that climbs out of its folder names nothing.
	if not file.is_relative_to(root.resolve()) or not file.is_file():
		return None
	return file.read_bytes()
