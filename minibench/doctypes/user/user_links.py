"""What else the site keeps about a user: the contact, and all that goes when the user goes."""

from __future__ import annotations

from typing import Any

from minibench.context import db
from minibench.errors import DuplicateEntryError, RetryBackgroundJobError, TimestampMismatchError


def create_contact(user: Any, ignore_links: bool = False, ignore_mandatory: bool = False) -> None:
	"""A Contact for the user, or the user's names and numbers in the one that has their address."""
	from minibench.access.users import STANDARD_USERS
	from minibench.model.document import get_doc

	if user.name in STANDARD_USERS or not db.table_exists("Contact"):
		return
	existing = db.get_value("Contact Email", {"email_id": user.email, "parenttype": "Contact"}, "parent")
	if existing:
		_update_contact(get_doc("Contact", existing), user)
		return
	contact = get_doc(
		{
			"doctype": "Contact",
			"first_name": user.first_name,
			"last_name": user.last_name,
			"user": user.name,
			"gender": user.gender,
		}
	)
	if user.email:
		contact.add_email(user.email, is_primary=True)
	if user.phone:
		contact.add_phone(user.phone, is_primary_phone=True)
	if user.mobile_no:
		contact.add_phone(user.mobile_no, is_primary_mobile_no=True)
	try:
		contact.insert(ignore_permissions=True, ignore_links=ignore_links, ignore_mandatory=ignore_mandatory)
	except DuplicateEntryError:
		# Somebody of the same name has a contact; theirs is left alone.
		return


def _update_contact(contact: Any, user: Any) -> None:
	before = (contact.first_name, contact.last_name, contact.gender, len(contact.phone_nos))
	contact.first_name, contact.last_name, contact.gender = user.first_name, user.last_name, user.gender
	for number, flag in ((user.phone, "is_primary_phone"), (user.mobile_no, "is_primary_mobile_no")):
		if number and all(row.phone != number for row in contact.phone_nos):
			is_first = not any(row.get(flag) for row in contact.phone_nos)
			contact.add_phone(number, **{flag: is_first})
	if before == (contact.first_name, contact.last_name, contact.gender, len(contact.phone_nos)):
		return
	try:
		contact.save(ignore_permissions=True)
	except TimestampMismatchError:
		raise RetryBackgroundJobError from None


def forget_user(user: str) -> None:
	"""Delete what belongs to a user who is deleted, and take them out of what stays."""
	from minibench.model.deletion import delete_doc

	for doctype, fieldname in (
		("ToDo", "allocated_to"),
		("DocShare", "user"),
		("User Permission", "user"),
	):
		if db.table_exists(doctype):
			db.delete(doctype, {fieldname: user})
	for doctype, fieldname in (("ToDo", "assigned_by"), ("Contact", "user"), ("Workflow Action", "user")):
		if db.table_exists(doctype):
			db.set_value(doctype, {fieldname: user}, fieldname, None, update_modified=False)
	if db.exists("Notification Settings", user):
		delete_doc("Notification Settings", user, ignore_permissions=True, force=True)


def move_ownership(old_name: str, new_name: str) -> None:
	"""Everywhere put a renamed user's new name as owner and last editor."""
	held = db.execute(
		"select held.name, field.name from sqlite_master held join pragma_table_info(held.name) field"
		" where held.type = 'table' and field.name in ('owner', 'modified_by')"
	)
	for table, column in held:
		db.execute(f"update `{table}` set `{column}` = ? where `{column}` = ?", (new_name, old_name))
