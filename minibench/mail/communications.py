"""Making a Communication, and mailing it: `frappe.core.doctype.communication.email`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from minibench.context import db, local, session
from minibench.errors import OutgoingEmailError, PermissionError
from minibench.web.whitelist import whitelist

# A transparent PNG of one pixel.
PIXEL = bytes.fromhex(
	"89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000b49444154789c63600002000005"
	"00017a5eab3f0000000049454e44ae426082"
)


@whitelist()
def make(
	doctype: str | None = None,
	name: str | None = None,
	content: str | None = None,
	subject: str | None = None,
	sent_or_received: str = "Sent",
	sender: str | None = None,
	sender_full_name: str | None = None,
	recipients: Any = None,
	communication_medium: str = "Email",
	send_email: Any = False,
	print_html: str | None = None,
	print_format: str | None = None,
	attachments: Any = None,
	send_me_a_copy: Any = False,
	cc: Any = None,
	bcc: Any = None,
	read_receipt: Any = None,
	print_letterhead: Any = True,
	email_template: str | None = None,
	communication_type: str | None = None,
	send_after: Any = None,
	print_language: str | None = None,
	now: Any = False,
	**_unsupported: Any,
) -> dict[str, str]:
	"""Note a communication about a document and, with `send_email`, mail it.

	Returns:
		Its name, and which of the addresses got no mail.

	Raises:
		PermissionError: the user may not mail about this document.
	"""
	from minibench.access.permissions import check_permission as has_permission

	if doctype and name and not has_permission(doctype=doctype, ptype="email", doc=name):
		raise PermissionError(f"You are not allowed to send emails related to: {doctype} {name}")
	return make_communication(
		doctype=doctype,
		name=name,
		content=content,
		subject=subject,
		sent_or_received=sent_or_received,
		sender=sender,
		sender_full_name=sender_full_name,
		recipients=recipients,
		communication_medium=communication_medium,
		send_email=send_email,
		print_html=print_html,
		print_format=print_format,
		attachments=attachments,
		send_me_a_copy=_truth(send_me_a_copy),
		cc=cc,
		bcc=bcc,
		read_receipt=_truth(read_receipt),
		print_letterhead=print_letterhead,
		email_template=email_template,
		communication_type=communication_type,
		add_signature=False,
		send_after=send_after,
		print_language=print_language,
		now=now,
	)


def make_communication(
	doctype: str | None = None,
	name: str | None = None,
	content: str | None = None,
	subject: str | None = None,
	sent_or_received: str = "Sent",
	sender: str | None = None,
	sender_full_name: str | None = None,
	recipients: Any = None,
	communication_medium: str = "Email",
	send_email: Any = False,
	print_html: str | None = None,
	print_format: str | None = None,
	attachments: Any = None,
	send_me_a_copy: Any = False,
	cc: Any = None,
	bcc: Any = None,
	read_receipt: Any = None,
	print_letterhead: Any = True,
	email_template: str | None = None,
	communication_type: str | None = None,
	add_signature: bool = True,
	send_after: Any = None,
	print_language: str | None = None,
	now: Any = False,
) -> dict[str, str]:
	"""As `make`, whatever the user may do."""
	from minibench.collaboration.messages import throw
	from minibench.mail.message import get_message_id
	from minibench.model.document import get_doc
	from minibench.translate import _
	from minibench.values.addresses import get_formatted_email

	communication = get_doc(
		{
			"doctype": "Communication",
			"subject": subject,
			"content": content,
			"sender": sender or get_formatted_email(session.user),
			"sender_full_name": sender_full_name,
			"recipients": _joined(recipients),
			"cc": _joined(cc) or None,
			"bcc": _joined(bcc) or None,
			"communication_medium": communication_medium,
			"sent_or_received": sent_or_received,
			"reference_doctype": doctype,
			"reference_name": name,
			"email_template": email_template,
			"message_id": get_message_id().strip("<>"),
			"read_receipt": read_receipt,
			"has_attachment": 1 if attachments else 0,
			"communication_type": communication_type,
			"send_after": send_after,
		}
	)
	communication.flags.skip_add_signature = not add_signature
	communication.insert(ignore_permissions=True)
	if attachments:
		add_attachments(
			communication.name, json.loads(attachments) if isinstance(attachments, str) else attachments
		)
	if _truth(send_email):
		if not communication.get_outgoing_email_account():
			throw(
				_(
					"Unable to send mail because of a missing email account."
					" Please setup default Email Account from Settings > Email Account"
				),
				exc=OutgoingEmailError,
			)
		communication.send_email(
			print_html=print_html,
			print_format=print_format,
			send_me_a_copy=send_me_a_copy,
			print_letterhead=print_letterhead,
			print_language=print_language,
			now=now,
		)
	left_out = communication.exclude_emails_list(include_sender=send_me_a_copy)
	return {"name": communication.name, "emails_not_sent_to": ", ".join(left_out)}


def add_attachments(name: str, attachments: Iterable[Any]) -> None:
	"""Attach to a Communication: Files by name, or what `attach_print` made."""
	from minibench.model.document import new_doc

	for attachment in attachments:
		values: dict[str, Any]
		if isinstance(attachment, str):
			file = db.get_value("File", {"name": attachment}, ["file_url", "is_private"], as_dict=True)
			values = {"file_url": file.file_url, "is_private": file.is_private}
		elif isinstance(attachment, dict) and "fcontent" in attachment and "fname" in attachment:
			values = {"file_name": attachment["fname"], "content": attachment["fcontent"], "is_private": 1}
		else:
			continue
		made = new_doc("File")
		made.update(
			{
				**values,
				"attached_to_doctype": "Communication",
				"attached_to_name": name,
				"folder": "Home/Attachments",
			}
		)
		made.save(ignore_permissions=True)


@whitelist(allow_guest=True, methods=["GET"])
def mark_email_as_seen(name: str | None = None) -> None:
	"""What the image in a mail loads: the mail was opened."""
	from minibench.errors_log import log_error

	try:
		update_communication_as_read(name)
	except Exception:
		log_error("Unable to mark as seen", None, "Communication", name)
	db.commit()
	local.response.update({"type": "binary", "filename": "imaginary_pixel.png", "filecontent": PIXEL})


def update_communication_as_read(name: str | None) -> None:
	from minibench.values.dates import now_datetime

	if not name or not isinstance(name, str):
		return
	row = db.get_value("Communication", name, ["name", "read_by_recipient"], as_dict=True)
	if row and not row.read_by_recipient:
		values = {"read_by_recipient": 1, "delivery_status": "Read", "read_by_recipient_on": now_datetime()}
		db.set_value("Communication", name, values)


def _joined(addresses: Any) -> Any:
	return ", ".join(map(str, addresses)) if isinstance(addresses, list) else addresses


def _truth(value: Any) -> int:
	from minibench.values.numbers import cint

	return int(cint(value))
