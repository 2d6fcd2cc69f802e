"""Documents shared with one user or with everyone, beyond what roles grant."""

from __future__ import annotations

from typing import Any

from minibench import context
from minibench.context import db
from minibench.errors import PermissionError
from minibench.translate import _
from minibench.web.whitelist import whitelist

_COLUMNS = frozenset(("read", "write", "submit", "share"))
_FILTERABLE = frozenset(("share_name",))


def get_shared(
	doctype: str,
	user: str | None = None,
	rights: list[str] | None = None,
	*,
	filters: list[list[Any]] | None = None,
	limit: int | None = None,
) -> list[str]:
	"""Names of the documents of `doctype` that are shared with `user` for all of `rights` (default: read)."""
	user = user or context.session.user
	where, params = ["share_doctype = ?"], [doctype]
	for right in rights or ["read"]:
		if right not in _COLUMNS:
			return []
		where.append(f"`{right}` = 1")
	for column, _operator, value in filters or []:
		if column not in _FILTERABLE:
			raise ValueError(f"shares cannot be filtered by {column}")
		where.append(f"`{column}` = ?")
		params.append(value)
	# A guest is nobody in particular: what is shared with everyone is meant for those who have logged in.
	where.append("user = ?" if user == "Guest" else "(user = ? or everyone = 1)")
	params.append(user)
	sql = f"select share_name from tabDocShare where {' and '.join(where)}"
	if limit:
		sql += f" limit {int(limit)}"
	return [row[0] for row in db.execute(sql, tuple(params))]


def get_shared_doctypes(user: str | None = None) -> list[str]:
	"""The DocTypes of which at least one document is shared with `user`."""
	sql = "select distinct share_doctype from tabDocShare where user = ? or everyone = 1"
	return [row[0] for row in db.execute(sql, (user or context.session.user,))]


@whitelist()
def add(
	doctype: str,
	name: str,
	user: str | None = None,
	read: int = 1,
	write: int = 0,
	submit: int = 0,
	share: int = 0,
	everyone: int = 0,
	notify: int = 0,
) -> Any:
	"""Share a document that the session's user may share."""
	return add_docshare(
		doctype,
		name,
		user=user,
		read=read,
		write=write,
		submit=submit,
		share=share,
		everyone=everyone,
		notify=notify,
	)


def add_docshare(
	doctype: str,
	name: str,
	user: str | None = None,
	read: int = 1,
	write: int = 0,
	submit: int = 0,
	share: int = 0,
	everyone: int = 0,
	flags: dict[str, Any] | None = None,
	notify: int = 0,
) -> Any:
	"""Share a document, or change how it is shared. Whoever is given any right may read it.

	Raises:
		PermissionError: the session's user may not share it, and `flags` has no `ignore_share_permission`.
	"""
	from minibench.model.document import get_doc, new_doc

	user = user or context.session.user
	if not (flags or {}).get("ignore_share_permission"):
		check_share_permission(doctype, name)
	if existing := get_share_name(doctype, name, user, everyone):
		doc = get_doc("DocShare", existing)
	else:
		doc = new_doc("DocShare")
		doc.update(
			{"user": user, "share_doctype": doctype, "share_name": name, "everyone": int(everyone or 0)}
		)
	if flags:
		doc.flags.update(flags)
	doc.update({"read": 1, "write": int(write or 0), "submit": int(submit or 0), "share": int(share or 0)})
	doc.save(ignore_permissions=True)
	_notify(user, doctype, name, everyone, notify)
	return doc


def remove(doctype: str, name: str, user: str, flags: dict[str, Any] | None = None) -> None:
	"""Take a share away."""
	from minibench.model.deletion import delete_doc

	found = db.get_value("DocShare", {"user": user, "share_name": name, "share_doctype": doctype})
	if found:
		delete_doc("DocShare", found, flags=flags)


@whitelist()
def set_permission(
	doctype: str, name: str, user: str, permission_to: str, value: int = 1, everyone: int = 0
) -> Any:
	"""Grant or take one right on a document that the session's user may share."""
	return set_docshare_permission(doctype, name, user, permission_to, value=value, everyone=everyone)


def set_docshare_permission(
	doctype: str,
	name: str,
	user: str,
	permission_to: str,
	value: int = 1,
	everyone: int = 0,
	flags: dict[str, Any] | None = None,
) -> Any:
	"""Grant or take one right. Who may no longer read may do nothing; a share without rights is deleted.

	Returns the share, or None if there is none left.
	"""
	from minibench.model.document import get_doc

	if not (flags or {}).get("ignore_share_permission"):
		check_share_permission(doctype, name)
	found = get_share_name(doctype, name, user, everyone)
	value = int(value)
	if not found:
		if not value:
			return None
		return add_docshare(doctype, name, user, everyone=everyone, flags=flags, **{permission_to: 1})
	doc = get_doc("DocShare", found)
	if flags:
		doc.flags.update(flags)
	doc.flags.ignore_permissions = True
	doc.set(permission_to, value)
	if not value and permission_to == "read":
		doc.read = doc.write = doc.submit = doc.share = 0
	doc.save()
	if doc.read or doc.write or doc.submit or doc.share:
		return doc
	doc.delete()
	return None


@whitelist()
def get_users(doctype: str, name: str) -> list[Any]:
	"""With whom a document is shared, for who may read it."""
	from minibench.model.document import get_doc

	return users_of(get_doc(doctype, name))


def users_of(doc: Any) -> list[Any]:
	"""The shares of `doc`; none to who may not read it."""
	from minibench.access.permissions import has_permission
	from minibench.data.query import get_all

	if not has_permission(doc.doctype, "read", doc, raise_exception=False):
		return []
	shares = get_all(
		"DocShare",
		fields=["name", "user", "read", "write", "submit", "share", "everyone", "owner", "creation"],
		filters={"share_doctype": doc.doctype, "share_name": doc.name},
	)
	return list(shares)


def get_share_name(doctype: str, name: str, user: str | None, everyone: int) -> Any:
	"""The DocShare of a document with a user, or with everyone."""
	whom: dict[str, Any] = {"everyone": 1} if int(everyone or 0) else {"user": user}
	return db.get_value("DocShare", {**whom, "share_name": name, "share_doctype": doctype})


def check_share_permission(doctype: str, name: str) -> None:
	"""Raise PermissionError unless the session's user may share the document."""
	from minibench.access.permissions import check_permission
	from minibench.collaboration.messages import throw

	if not check_permission(doctype, ptype="share", doc=name):
		throw(_("No permission to {0} {1} {2}").format("share", _(doctype), name), PermissionError)


def _notify(user: str | None, doctype: str, name: str, everyone: int, notify: int) -> None:
	"""Tell the user, if that is wanted, that somebody shared a document with them."""
	if not (user and doctype and name) or everyone or not int(notify or 0):
		return
	from minibench.access.users import get_fullname
	from minibench.model.document import get_doc
	from minibench.values.text import bold, get_desk_link

	message = _("{0} shared a document {1} {2} with you").format(
		bold(get_fullname(context.session.user)), bold(_(doctype)), get_desk_link(doctype, name)
	)
	get_doc(
		{
			"doctype": "Notification Log",
			"type": "Share",
			"for_user": user,
			"from_user": context.session.user,
			"document_type": doctype,
			"document_name": name,
			"subject": message,
		}
	).insert(ignore_permissions=True)
