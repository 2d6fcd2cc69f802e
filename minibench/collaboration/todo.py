"""Who may see which tasks: those who hold or gave them, and whoever has a role with rights on all of them."""

from __future__ import annotations

from typing import Any

from minibench.context import db, session
from minibench.web.whitelist import whitelist


def get_permission_query_conditions(user: str | None) -> str | None:
	"""For a list: the user's own tasks, unless a role of theirs sees all."""
	user = user or session.user
	if _has_role(user):
		return None
	literal = db.escape(user)
	return f"(`tabToDo`.allocated_to = {literal} or `tabToDo`.assigned_by = {literal})"


def has_permission(doc: Any, ptype: str = "read", user: str | None = None) -> bool:
	"""Whether `user` may do that with the task."""
	user = user or session.user
	return _has_role(user, ptype) or user in (doc.allocated_to, doc.assigned_by)


def _has_role(user: str, ptype: str = "read") -> bool:
	"""Whether a role grants it that is not everybody's."""
	from minibench.access.permissions import get_doctype_roles
	from minibench.access.roles import AUTOMATIC_ROLES
	from minibench.access.users import get_roles

	granting = set(get_doctype_roles("ToDo", ptype)) - set(AUTOMATIC_ROLES)
	return not granting.isdisjoint(get_roles(user))


@whitelist()
def new_todo(description: str) -> None:
	"""Make a task for whoever asks."""
	from minibench.model.document import get_doc

	get_doc({"doctype": "ToDo", "description": description}).insert()
