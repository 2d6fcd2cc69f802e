"""What the automation tests share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import frappe

PARTY = "Contract Party"
ORDER = "Contract Order"
CLERK = "clerk@contract.test"
OTHER = "other@contract.test"
VIEWER = "viewer@contract.test"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@contextmanager
def acting_as(user: str) -> Iterator[None]:
	"""Be `user` for a while."""
	before = frappe.session.user
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user(before)


def party(name: str = "Automated Ltd", **values: Any) -> Any:
	return frappe.get_doc({"doctype": PARTY, "party_name": name, **values}).insert()


def order(of: str = "Automated Ltd", **values: Any) -> Any:
	if not frappe.db.exists(PARTY, of):
		party(of)
	return frappe.get_doc({"doctype": ORDER, "party": of, "items": [{"item": "a"}], **values}).insert()


def told() -> str:
	"""The messages that the user got, as one text."""
	return "\n".join(str(each.get("message")) for each in frappe.get_message_log())


def forget(*records: tuple[str, str]) -> None:
	"""Delete committed records, whatever depends on them."""
	frappe.db.rollback()
	frappe.set_user("Administrator")
	for doctype, name in records:
		if frappe.db.exists(doctype, name):
			frappe.delete_doc(doctype, name, force=True)
	frappe.db.commit()
	frappe.clear_cache()
