"""Mails about an account."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from typing import Any

import frappe
import pytest

USER = "contract.mailed@contract.test"


@pytest.fixture
def posted(smtp: Any) -> Iterator[Any]:
	"""Let mails out, to the catcher."""
	# v15 keeps the account for as long as the process lives.
	frappe.local.outgoing_email_account = {}
	frappe.flags.in_test = False
	try:
		yield smtp
	finally:
		frappe.flags.in_test = True
		frappe.local.outgoing_email_account = {}
		frappe.db.rollback()
		frappe.set_user("Administrator")
		if frappe.db.exists("User", USER):
			frappe.delete_doc("User", USER, force=True)
		for contact in frappe.get_all("Contact", filters={"email_id": USER}, pluck="name"):
			frappe.delete_doc("Contact", contact, force=True)
		for name in frappe.get_all("Email Queue Recipient", {"recipient": USER}, pluck="parent"):
			frappe.delete_doc("Email Queue", name, force=True)
		frappe.db.commit()


def new_user(**values: Any) -> Any:
	doc = {"doctype": "User", "email": USER, "first_name": "Mailed", "send_welcome_email": 0, **values}
	return frappe.get_doc(doc).insert()


def text_of(message: Message) -> str:
	parts = [part.get_payload(decode=True) for part in message.walk() if not part.is_multipart()]
	return "\n".join(part.decode() for part in parts if part)


def test_a_link_to_a_new_password(posted):
	user = new_user()
	link = user.reset_password(send_email=True)
	(message,) = posted.messages
	assert USER in message["To"]
	assert message["Subject"] == "Password Reset"
	assert link in text_of(message)


def test_a_welcome(posted):
	new_user(send_welcome_email=1)
	(message,) = posted.messages
	assert USER in message["To"]
	assert "/update-password?key=" in text_of(message)
	assert frappe.db.get_value("User", USER, "reset_password_key")


def test_no_welcome_where_none_is_wanted(posted):
	user = frappe.get_doc({"doctype": "User", "email": USER, "first_name": "Mailed", "send_welcome_email": 1})
	user.flags.no_welcome_mail = True
	user.insert()
	assert posted.messages == []
