"""What the REST tests share: tokens, documents that other processes see, the messages of an answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import frappe

PARTY = "Contract Party"
ORDER = "Contract Order"
LINE = "Contract Order Line"


def api_token(user: str) -> str:
	"""`key:secret` of `user`, committed."""
	secret = frappe.generate_hash(length=15)
	doc = frappe.get_doc("User", user)
	doc.api_key = doc.api_key or frappe.generate_hash(length=15)
	doc.api_secret = secret
	doc.save(ignore_permissions=True)
	frappe.db.commit()
	return f"{doc.api_key}:{secret}"


@contextmanager
def committed(*documents: dict[str, Any]) -> Iterator[list[Any]]:
	"""Documents that the server sees too, deleted afterwards."""
	made = [frappe.get_doc(values).insert() for values in documents]
	frappe.db.commit()
	try:
		yield made
	finally:
		remove(*((doc.doctype, doc.name) for doc in reversed(made)))


def remove(*names: tuple[str, str]) -> None:
	"""Delete what the test or the server has made, whatever state it is in."""
	frappe.db.rollback()
	frappe.set_user("Administrator")
	for doctype, name in names:
		if frappe.db.exists(doctype, name):
			if frappe.db.get_value(doctype, name, "docstatus") == 1:
				frappe.get_doc(doctype, name).cancel()
			frappe.delete_doc(doctype, name, force=True)
	frappe.db.commit()


def fresh() -> None:
	"""See what the server has committed meanwhile."""
	frappe.db.rollback()


def messages(answer: Any) -> str:
	"""The messages for the user, as one text."""
	return "\n".join(
		json.loads(each)["message"] for each in json.loads(answer.json().get("_server_messages", "[]"))
	)


def csrf_token(session: Any) -> str:
	"""The token of a logged-in session, as a page tells it to its scripts."""
	page = session.get("/app", headers={"Accept": "text/html"})
	found = re.search(r'frappe\.csrf_token = "([^"]+)"', page.text)
	assert found, page.text[:500]
	return found.group(1)
