"""Who may see and change which files: a file goes by the document that it is attached to."""

from __future__ import annotations

from typing import Any

from minibench.access.roles import SYSTEM_USER_ROLE
from minibench.collaboration.messages import clear_last_message
from minibench.context import db, session
from minibench.errors import DoesNotExistError


def has_permission(doc: Any, ptype: str | None = None, user: str | None = None, debug: bool = False) -> bool:
	"""Whether `user` may do that with the file `doc`.

	Anybody reads a public file. A private one is its owner's, and those' who may read the document it is attached to;
	who may write that document may change and delete it.
	"""
	from minibench.access import permissions
	from minibench.model.document import get_doc

	user = user or session.user
	if user == "Administrator":
		return True
	if ptype == "create":
		return bool(permissions.has_permission("File", "create", user=user))
	if not doc.is_private and ptype in ("read", "select"):
		return True
	if user != "Guest" and doc.owner == user:
		return True
	if not (doc.attached_to_doctype and doc.attached_to_name):
		return False
	try:
		attached_to = get_doc(doc.attached_to_doctype, doc.attached_to_name)
	except ModuleNotFoundError:
		return False
	except DoesNotExistError:
		clear_last_message()
		return False
	needed = "write" if ptype in ("write", "create", "delete") else "read"
	return bool(attached_to.has_permission(needed, user=user))


def get_permission_query_conditions(user: str | None = None) -> str:
	"""For a list: public files, one's own loose ones, and those of readable DocTypes; to website users only their own."""
	from minibench.access.permissions import get_doctypes_with_read
	from minibench.access.users import get_roles

	user = user or session.user
	if user == "Administrator":
		return ""
	owned = f"`tabFile`.`owner` = {db.escape(user)}"
	if SYSTEM_USER_ROLE not in get_roles(user):
		return owned
	readable = ", ".join(db.escape(doctype) for doctype in get_doctypes_with_read())
	return (
		f"(`tabFile`.`is_private` = 0) OR (`tabFile`.`attached_to_doctype` IS NULL AND {owned}) "
		f"OR (`tabFile`.`attached_to_doctype` IN ({readable}))"
	)
