"""User permissions: the documents that a user is confined to, directly and through link fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minibench import context
from minibench.access.access_cache import remembered
from minibench.context import Dict, db, flags
from minibench.errors import DoesNotExistError
from minibench.model import meta as doctype_meta
from minibench.translate import _

# DocType -> [{"doc": name, "applicable_for": DocType or None, "is_default": 0 or 1}]
UserPermissions = dict[str, list[Dict]]

_COLUMNS = ("allow", "for_value", "applicable_for", "is_default", "hide_descendants")


def get_user_permissions(user: str | None = None) -> UserPermissions:
	"""The documents that `user` (default: the session's) is confined to. Children of an allowed node count as
	allowed, unless the permission hides them."""
	user = user or context.session.user
	if not user or user in ("Administrator", "Guest"):
		return {}
	return remembered("user_permissions", user, lambda: _read(user))


def _read(user: str) -> UserPermissions:
	if flags.in_install and not db.table_exists("User Permission"):
		return {}
	found = db.execute(
		f"select {', '.join(f'`{column}`' for column in _COLUMNS)} from `tabUser Permission`"
		" where user = ? order by modified desc",
		(user,),
	)
	if not found:
		return {}
	rows = [Dict(zip(_COLUMNS, row, strict=True)) for row in found]
	allowed: UserPermissions = Dict()
	below = _descendants(rows)
	for row in rows:
		entries = allowed.setdefault(row.allow, [])
		entries.append(_entry(row, row.for_value, row.is_default))
		if not row.hide_descendants:
			entries.extend(_entry(row, name, 0) for name in below.get((row.allow, row.for_value), ()))
	return allowed


def _entry(row: Any, name: str, is_default: Any) -> Dict:
	return Dict(doc=name, applicable_for=row.applicable_for or None, is_default=is_default)


def _descendants(rows: Iterable[Any]) -> dict[tuple[str, str], list[str]]:
	"""(DocType, node) -> the nodes below it, with one query a tree DocType."""
	nodes: dict[str, set[str]] = {}
	for row in rows:
		if not row.hide_descendants:
			nodes.setdefault(row.allow, set()).add(row.for_value)
	below: dict[tuple[str, str], list[str]] = {}
	for doctype, names in nodes.items():
		if not doctype_meta.get_meta(doctype).is_nested_set():
			continue
		table = f"`tab{doctype}`"
		marks = ", ".join("?" * len(names))
		found = db.execute(
			f"select node.name, child.name from {table} node join {table} child"
			f" on child.lft > node.lft and child.rgt < node.rgt where node.name in ({marks}) order by child.lft desc",
			tuple(names),
		)
		for node, child in found:
			below.setdefault((doctype, node), []).append(child)
	return below


def has_user_permission(doc: Any, user: str | None = None, debug: bool = False) -> bool:
	"""Whether the user's permissions leave `doc` in reach: the document itself, its links and those of its rows."""
	from minibench.access.permissions import push_perm_check_log

	permissions = get_user_permissions(user)
	if not permissions:
		return True
	doctype = doc.get("doctype")
	if doctype in permissions:
		allowed = get_allowed_docs_for_doctype(permissions[doctype], doctype)
		if allowed and str(doc.get("name")) not in allowed:
			message = _("Not allowed for {0}: {1}").format(_(doctype), doc.get("name"))
			push_perm_check_log(message, debug=debug)
			return False
	# Settings have links that stay empty for good; strictness would lock them for everybody.
	strict = not doc.meta.issingle and is_strict()
	for record in (doc, *doc.get_all_children()):
		field = _forbidden_link(record, permissions, doctype, strict)
		if field is not None:
			push_perm_check_log(_linked_message(record, field), debug=debug)
			return False
	return True


def is_strict() -> bool:
	"""Whether an empty link field is out of reach of a user who is confined to some documents of its type."""
	from minibench.access.defaults import get_system_settings

	return bool(int(get_system_settings("apply_strict_user_permissions") or 0))


def _forbidden_link(record: Any, permissions: UserPermissions, doctype: str, strict: bool) -> Any:
	"""The first link field of `record` that points outside of what the user is confined to, or None."""
	for field in doctype_meta.get_meta(record.get("doctype")).get_link_fields():
		if field.ignore_user_permissions or field.options not in permissions:
			continue
		value = record.get(field.fieldname)
		if not value and not strict:
			continue
		allowed = get_allowed_docs_for_doctype(permissions[field.options], doctype)
		if allowed and str(value) not in allowed:
			return field
	return None


def _linked_message(record: Any, field: Any) -> str:
	name = _(record.get("doctype"))
	label = _(field.label, context=field.parent) if field.label else field.fieldname
	value = record.get(field.fieldname) or _("empty")
	if record.get("parentfield"):
		message = _(
			"You are not allowed to access this {0} record because it is linked to {1} '{2}' in row {3}, field {4}"
		)
		return message.format(name, _(field.options), value, record.idx, label)
	message = _(
		"You are not allowed to access this {0} record because it is linked to {1} '{2}' in field {3}"
	)
	return message.format(name, _(field.options), value, label)


def get_allowed_docs_for_doctype(user_permissions: list[Any], doctype: str) -> list[str]:
	"""The names among `user_permissions` that hold for documents of `doctype`."""
	return [
		entry.get("doc") for entry in user_permissions if entry.get("applicable_for") in (None, "", doctype)
	]


def filter_allowed_docs_for_doctype(
	user_permissions: list[Any], doctype: str, with_default_doc: bool = True
) -> Any:
	"""As get_allowed_docs_for_doctype(); with `with_default_doc` a pair of that and the default among them."""
	allowed = get_allowed_docs_for_doctype(user_permissions, doctype)
	if not with_default_doc:
		return allowed
	defaults = [e.get("doc") for e in user_permissions if e.get("doc") in allowed and e.get("is_default")]
	if len(user_permissions) == 1 and allowed:
		defaults = allowed
	return allowed, defaults[-1] if defaults else None


def add_user_permission(
	doctype: str,
	name: str,
	user: str,
	ignore_permissions: bool = False,
	applicable_for: str | None = None,
	is_default: int = 0,
	hide_descendants: int = 0,
) -> None:
	"""Confine `user` to the document; once more changes nothing.

	Raises:
		DoesNotExistError: there is no such document.
	"""
	from minibench.collaboration.messages import throw
	from minibench.model.document import get_doc

	if user_permission_exists(user, doctype, name, applicable_for):
		return
	if not db.exists(doctype, name):
		throw(_("{0} {1} not found").format(_(doctype), name), DoesNotExistError)
	get_doc(
		{
			"doctype": "User Permission",
			"user": user,
			"allow": doctype,
			"for_value": name,
			"is_default": is_default,
			"applicable_for": applicable_for,
			"apply_to_all_doctypes": 0 if applicable_for else 1,
			"hide_descendants": hide_descendants,
		}
	).insert(ignore_permissions=ignore_permissions)


def user_permission_exists(user: str, allow: str, for_value: str, applicable_for: str | None = None) -> Any:
	"""The entry that confines the user to this very document for this very DocType, or None."""
	for entry in get_user_permissions(user).get(allow, []):
		if entry.doc == for_value and (entry.applicable_for or None) == (applicable_for or None):
			return entry
	return None


def remove_user_permission(doctype: str, name: str, user: str) -> None:
	"""No longer confine `user` to the document."""
	from minibench.model.deletion import delete_doc

	found = db.get_value("User Permission", {"user": user, "allow": doctype, "for_value": name})
	delete_doc("User Permission", found)


def clear_user_permissions_for_doctype(doctype: str, user: str | None = None) -> None:
	"""Delete the permissions that confine `user` (default: anybody) to documents of `doctype`."""
	from minibench.model.deletion import delete_doc

	filters = {"allow": doctype, **({"user": user} if user else {})}
	for name in db.get_values("User Permission", filters, "name", pluck=True):
		delete_doc("User Permission", name)


def get_permitted_documents(doctype: str) -> list[str]:
	"""The documents of `doctype` that the session's user is confined to, the default first."""
	entries = sorted(
		get_user_permissions().get(doctype, []), key=lambda e: e.get("is_default") or 0, reverse=True
	)
	return [str(entry.doc) for entry in entries if entry.doc]
