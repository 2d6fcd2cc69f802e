"""What the permission tests share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import frappe

PARTY = "Contract Party"
ORDER = "Contract Order"
LINE = "Contract Order Line"
NODE = "Contract Node"
CLERK = "clerk@contract.test"
OTHER = "other@contract.test"
VIEWER = "viewer@contract.test"
PORTAL = "portal@contract.test"


@contextmanager
def acting_as(user: str) -> Iterator[None]:
	"""Be `user` for a while."""
	before = frappe.session.user
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user(before)


def party(name: str, **values: Any) -> Any:
	return frappe.get_doc({"doctype": PARTY, "party_name": name, **values}).insert()


def order(of: str, **values: Any) -> Any:
	return frappe.get_doc({"doctype": ORDER, "party": of, "items": [{"item": "a"}], **values}).insert()


def confine(user: str, doctype: str, name: str, **values: Any) -> Any:
	"""A User Permission."""
	doc = {"doctype": "User Permission", "user": user, "allow": doctype, "for_value": name}
	return frappe.get_doc(
		{**doc, "apply_to_all_doctypes": 0 if values.get("applicable_for") else 1, **values}
	).insert()


def listed(doctype: str = PARTY, **kwargs: Any) -> set[str]:
	"""The names that the session's user finds in a list, of those that begin with `P`, `CO` or `N`."""
	return set(frappe.get_list(doctype, pluck="name", limit_page_length=0, **kwargs))


def told() -> str:
	"""The messages that the user got, as one text."""
	return "\n".join(str(each.get("message")) for each in frappe.get_message_log())


@contextmanager
def rules_of(doctype: str) -> Iterator[None]:
	"""Let a test change the permission rules of `doctype`, and forget them."""
	try:
		yield
	finally:
		frappe.db.rollback()
		frappe.clear_cache(doctype=doctype)
		frappe.db.commit()
