"""Communication: a mail, a call, a meeting with somebody outside, about a document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from email.utils import getaddresses
from typing import Any

from minibench.context import db, session
from minibench.errors import CircularLinkingError
from minibench.mail.communication_mail import CommunicationMail
from minibench.model.document import Document

EDITOR_CLASS = "ql-editor read-mode"
_EDITOR = re.compile(r'<div[^>]*class="ql-editor read-mode"[^>]*>(.*)</div>', re.DOTALL)
# What the statuses of its mails make of the Communication's: the first that any mail has decides.
DELIVERY_STATUSES = (
	("Not Sent", "Sending"),
	("Sending", "Sending"),
	("Error", "Error"),
	("Expired", "Expired"),
	("Sent", "Sent"),
)


class Communication(CommunicationMail, Document):
	"""Who said what to whom, about which document, and how far its mail has come."""

	user: Any
	subject: Any
	content: Any
	send_after: Any
	reference_owner: Any

	no_feed_on_delete = True
	DOCTYPE = "Communication"

	def validate(self) -> None:
		from minibench.values.text import strip_html

		self.validate_reference()
		if not self.user:
			self.user = session.user
		if not self.subject:
			self.subject = strip_html((self.content or "")[:141])
		if not self.sent_or_received:
			self.seen = 1
			self.sent_or_received = "Sent"
		self.send_after = self.send_after or None
		self.validate_addresses()
		if self.communication_medium == "Email":
			self.set_timeline_links()
			self.deduplicate_timeline_links()
		self.set_sender_full_name()
		if self.is_new():
			self.set_status()

	def validate_reference(self) -> None:
		from minibench.collaboration.messages import throw
		from minibench.model.meta import get_meta
		from minibench.translate import _

		if not (self.reference_doctype and self.reference_name):
			return
		if not self.reference_owner:
			self.reference_owner = db.get_value(self.reference_doctype, self.reference_name, "owner")
		if get_meta(self.reference_doctype).istable:
			throw(
				_("Cannot create a {0} against a child document: {1}").format(
					_(self.communication_type), _(self.reference_doctype)
				)
			)
		if self._refers_to_itself():
			throw(
				_("Please make sure the Reference Communication Docs are not circularly linked."),
				CircularLinkingError,
			)

	def _refers_to_itself(self) -> bool:
		doctype, name = self.reference_doctype, self.reference_name
		seen: set[str] = set()
		while doctype == "Communication" and name:
			if name == self.name or name in seen:
				return True
			seen.add(name)
			doctype, name = db.get_value("Communication", name, ["reference_doctype", "reference_name"]) or (
				None,
				None,
			)
		return False

	def validate_addresses(self) -> None:
		from minibench.values.addresses import split_emails, validate_email_address

		is_mail = self.communication_type == "Communication" and self.communication_medium == "Email"
		if not is_mail or self.flags.in_receive:
			return
		for field in ("recipients", "cc", "bcc"):
			for address in split_emails(self.get(field)):
				validate_email_address(address, throw=True)

	def before_save(self) -> None:
		if not self.flags.skip_add_signature:
			self.set_signature_in_email_content()

	def set_signature_in_email_content(self) -> None:
		"""Sign what was written in the editor: with the sender's signature, else with the default account's."""
		if EDITOR_CLASS not in (self.content or ""):
			return
		signature = self.sender and db.get_value("User", self.sender, "email_signature")
		signature = signature or db.get_value(
			"Email Account", {"default_outgoing": 1, "add_signature": 1}, "signature"
		)
		if not signature:
			return
		written = _EDITOR.search(signature)
		if (written[1] if written else signature) not in self.content:
			self.content = f'{self.content}</p><br><p class="signature">{signature}'

	def after_insert(self) -> None:
		if (
			self.reference_doctype == "Communication"
			and self.reference_name
			and self.sent_or_received == "Sent"
		):
			db.set_value("Communication", self.reference_name, "status", "Replied")

	def on_update(self) -> None:
		from minibench.collaboration.comment import update_comment_in_doc

		update_comment_in_doc(self)
		parent = get_parent_doc(self)
		if parent is None:
			return
		method = getattr(parent, "on_communication_update", None)
		if callable(method):
			method(self)
		elif self.comment_type != "Updated":
			update_parent_document_on_communication(parent, self)

	def set_status(self) -> None:
		if self.reference_doctype and self.reference_name:
			self.status = "Linked"
		elif self.communication_type == "Communication":
			self.status = "Open"
		else:
			self.status = "Closed"
		if self.send_after and self.is_new():
			self.delivery_status = "Scheduled"

	def set_sender_full_name(self) -> None:
		from minibench.values.addresses import parse_addr, validate_email_address

		if self.sender_full_name or not self.sender:
			return
		if self.sender == "Administrator":
			self.sender_full_name, self.sender = db.get_value("User", "Administrator", ["full_name", "email"])
			return
		if self.sender == "Guest":
			self.sender_full_name, self.sender = self.sender, None
			return
		if self.sent_or_received == "Sent":
			validate_email_address(self.sender, throw=True)
		name, address = parse_addr(self.sender)
		self.sender = address
		self.sender_full_name = (
			(name if name != address else None)
			or db.get_value("User", address, "full_name")
			or _name_of_contact(address)
			or address
		)

	def set_delivery_status(self, commit: bool = False) -> None:
		"""Follow the Email Queue records of this Communication."""
		from minibench.data.query import get_all

		if self.sent_or_received == "Received":
			return
		counts = Counter(get_all("Email Queue", pluck="status", filters={"communication": self.name}))
		status = next((result for status, result in DELIVERY_STATUSES if counts.get(status)), None)
		if status:
			self.db_set("delivery_status", status)
			if commit:
				db.commit()

	def set_timeline_links(self) -> None:
		"""Link the contacts whose addresses occur, and what those contacts belong to."""
		from minibench.data.query import get_all

		contacts = get_contacts([self.sender, self.recipients, self.cc, self.bcc])
		for contact in contacts:
			self.add_link("Contact", contact)
		if contacts:
			links = get_all(
				"Dynamic Link",
				filters={"parenttype": "Contact", "parent": ["in", contacts]},
				fields=["link_doctype", "link_name"],
			)
			for link in links:
				self.add_link(link.link_doctype, link.link_name)

	def deduplicate_timeline_links(self) -> None:
		links = dict.fromkeys((row.link_doctype, row.link_name) for row in self.timeline_links or ())
		if len(links) != len(self.timeline_links or ()):
			self.set("timeline_links", [])
			for doctype, name in links:
				self.add_link(doctype, name)

	def add_link(self, link_doctype: str, link_name: str, autosave: bool = False) -> None:
		self.append("timeline_links", {"link_doctype": link_doctype, "link_name": link_name})
		if autosave:
			self.save(ignore_permissions=True)

	def get_links(self) -> Any:
		return self.timeline_links

	def remove_link(
		self, link_doctype: str, link_name: str, autosave: bool = False, ignore_permissions: bool = True
	) -> None:
		for row in list(self.timeline_links):
			if row.link_doctype == link_doctype and row.link_name == link_name:
				self.timeline_links.remove(row)
		if autosave:
			self.save(ignore_permissions=ignore_permissions)


def get_parent_doc(communication: Any) -> Any:
	"""The document that it is about, if that is still there."""
	from minibench.errors import DoesNotExistError
	from minibench.model.document import get_doc

	if not (communication.reference_doctype and communication.reference_name):
		return None
	try:
		return get_doc(communication.reference_doctype, communication.reference_name)
	except DoesNotExistError:
		return None


def get_contacts(email_strings: Iterable[str | None]) -> list[str]:
	"""The contacts that have one of the addresses."""
	from minibench.data.query import get_all

	addresses = [
		address for text in email_strings if text for _name, address in getaddresses([text]) if address
	]
	if not addresses:
		return []
	rows = get_all(
		"Contact Email", filters={"email_id": ["in", addresses]}, pluck="parent", order_by="creation"
	)
	return list(dict.fromkeys(rows))


def _name_of_contact(address: str) -> str:
	first_name, last_name = db.get_value("Contact", {"email_id": address}, ["first_name", "last_name"]) or (
		"",
		"",
	)
	return (first_name or "") + (last_name or "")


def update_parent_document_on_communication(parent: Any, communication: Any) -> None:
	"""Reopen a document that the other side has answered, note our first answer to it, and tell its controller."""
	if communication.communication_type == "Comment":
		return
	status = parent.meta.get_field("status")
	options = (status.options or "").splitlines() if status else []
	received = communication.sent_or_received == "Received"
	if "Open" in options and received and (parent.get("status") == "Replied" or parent.doctype == "Issue"):
		from minibench.automation.assignment import apply

		parent.db_set("status", "Open")
		parent.run_method("handle_hold_time", "Replied")
		apply(parent)
	update_first_response_time(parent, communication)
	parent.run_method("notify_communication", communication)


def update_first_response_time(parent: Any, communication: Any) -> None:
	from minibench.values.dates import time_diff_in_seconds

	meta = parent.meta
	if communication.sent_or_received != "Sent" or not meta.has_field("first_response_time"):
		return
	if parent.get("first_response_time"):
		return
	by_us = (
		db.get_value("User", {"email": communication.sender, "enabled": 1, "user_type": "System User"})
		or db.get_value("User", session.user, "user_type") == "System User"
	)
	if by_us:
		if meta.has_field("first_responded_on"):
			parent.db_set("first_responded_on", communication.creation)
		seconds = round(time_diff_in_seconds(communication.creation, parent.creation), 2)
		parent.db_set("first_response_time", seconds)


def has_permission(doc: Any, ptype: str, user: str | None = None, debug: bool = False) -> bool | None:
	"""Who may read what it is about may read it."""
	from minibench.access import permissions

	if ptype != "read" or not (doc.reference_doctype and doc.reference_name):
		return None
	if doc.reference_doctype == "Communication" and doc.reference_name == doc.name:
		return None
	return bool(
		permissions.has_permission(doc.reference_doctype, ptype="read", doc=doc.reference_name, user=user)
	)


def get_permission_query_conditions_for_communication(user: str | None = None) -> str | None:
	"""Mails are for those who manage them; other communications for everybody with the right to read."""
	from minibench.access.users import get_roles

	roles = get_roles(user or session.user)
	if "Super Email User" in roles or "System Manager" in roles:
		return None
	return "`tabCommunication`.communication_medium!='Email'"


def on_doctype_update() -> None:
	db.add_index("Communication", ["reference_doctype", "reference_name"])
	db.add_index("Communication", ["status", "communication_type"])
	db.add_index("Communication", ["message_id"])
