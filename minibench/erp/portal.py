"""What a party's own users may see on the website: the documents of the parties that name them as portal users."""

from __future__ import annotations

from typing import Any

from minibench.access.roles import get_roles
from minibench.collaboration.messages import msgprint
from minibench.context import db, session
from minibench.data.query import get_all
from minibench.model.document import get_doc
from minibench.translate import _
from minibench.values.text import bold

PARTIES = ("Customer", "Supplier")


def get_parents_for_user(parenttype: str) -> list[str]:
	"""The customers or suppliers whose list of portal users has the session's user."""
	filters = {"user": session.user, "parenttype": parenttype}
	return list(get_all("Portal User", filters=filters, pluck="parent"))


def has_website_permission(doc: Any, ptype: str, user: str, verbose: bool = False) -> bool:
	"""Whether `doc` is of a customer or supplier of the session's user, who has the role of one."""
	if not set(PARTIES) & set(get_roles(user)):
		return False
	for party in PARTIES:
		field = party.lower()
		if doc.meta.has_field(field) and (parents := get_parents_for_user(party)):
			return bool(db.exists(doc.doctype, {"name": doc.name, field: ("in", parents)}))
	return False


def add_role_for_portal_user(portal_user: Any, role: str) -> None:
	"""Give a new portal user the role of its party; who may not give roles is told to have it given."""
	if not portal_user.is_new():
		return
	user = get_doc("User", portal_user.user)
	if role in {row.role for row in user.roles}:
		return
	if "System Manager" not in get_roles():
		msgprint(_("Please add {1} role to user {0}.").format(portal_user.user, role), alert=True)
		return
	user.add_roles(role)
	msgprint(_("Added {1} Role to User {0}.").format(bold(user.name), role), alert=True)
