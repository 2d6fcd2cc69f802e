"""The rules of `permissions`, for a list: which rows of a DocType a user may see, as a condition of the query."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from minibench import context
from minibench.access import share
from minibench.access.user_permissions import UserPermissions, get_user_permissions, is_strict
from minibench.errors import PermissionError
from minibench.model import meta as doctype_meta
from minibench.translate import _


class Condition(NamedTuple):
	"""A fragment of SQL and what its question marks stand for."""

	sql: str
	params: list[Any]


class _Confinement(NamedTuple):
	"""What user permissions leave of a DocType."""

	conditions: list[Condition]
	filters: dict[str, list[str]]


_EVERYTHING = Condition("", [])


def match_conditions(
	doctype: str, user: str | None = None, reference_doctype: str | None = None
) -> tuple[str, list[Any]]:
	"""The condition that keeps a query on `doctype` to what `user` may see; empty where that is everything.

	Columns are qualified by the table's own name. `reference_doctype` is the DocType whose link field is being
	filled from the list, if that is what it is for: permissions that apply to it count then.

	Raises:
		PermissionError: no rule lets the user see any document of the type, and none is shared with them.
	"""
	from minibench.access.permissions import get_role_permissions

	user = user or context.session.user
	meta = doctype_meta.get_meta(doctype)
	granted = get_role_permissions(meta, user=user)
	hooks = _hook_conditions(doctype, user)
	may_list = bool(granted.get("select") or granted.get("read"))
	if not meta.istable and not may_list and not _is_confined_to_some(doctype, user, reference_doctype):
		return _both(_shared_or_refuse(doctype, user), hooks)
	own, include_shared = _EVERYTHING, False
	if requires_owner_constraint(granted):
		own, include_shared = Condition(f"`tab{doctype}`.`owner` = ?", [user]), True
	elif may_list:
		confined = _confine(doctype, meta, get_user_permissions(user), reference_doctype)
		own = _all_of(confined.conditions)
		include_shared = bool(confined.conditions)
	condition = _both(own, hooks)
	if include_shared and condition.sql and (shared := share.get_shared(doctype, user)):
		either = _named(doctype, "name", shared)
		return f"({condition.sql} or {either.sql})", [*condition.params, *either.params]
	return condition


def match_filters(doctype: str, user: str | None = None) -> list[dict[str, list[str]]]:
	"""What a report needs of the same: [{linked DocType: names the user is confined to}], or [] where free.

	Raises:
		PermissionError: as match_conditions().
	"""
	from minibench.access.permissions import get_role_permissions

	user = user or context.session.user
	meta = doctype_meta.get_meta(doctype)
	granted = get_role_permissions(meta, user=user)
	may_list = bool(granted.get("select") or granted.get("read"))
	if not meta.istable and not may_list and not _is_confined_to_some(doctype, user, None):
		_shared_or_refuse(doctype, user)
		return []
	if requires_owner_constraint(granted) or not may_list:
		return []
	filters = _confine(doctype, meta, get_user_permissions(user), None).filters
	return [filters] if filters else []


def requires_owner_constraint(role_permissions: Any) -> bool:
	"""Whether the user may list documents for no other reason than having made them."""
	owner_rights = role_permissions.get("if_owner")
	if not role_permissions.get("has_if_owner_enabled") or not owner_rights:
		return False
	return all(not role_permissions.get(right) or right in owner_rights for right in ("select", "read"))


def _shared_or_refuse(doctype: str, user: str) -> Condition:
	from minibench.collaboration.messages import throw

	shared = share.get_shared(doctype, user)
	if not shared:
		throw(_("No permission to read {0}").format(_(doctype)), PermissionError)
	return _named(doctype, "name", shared)


def _is_confined_to_some(doctype: str, user: str, reference_doctype: str | None) -> bool:
	entries = get_user_permissions(user).get(doctype, [])
	return any(not entry.applicable_for or entry.applicable_for == reference_doctype for entry in entries)


def _confine(
	doctype: str, meta: Any, permissions: UserPermissions, reference_doctype: str | None
) -> _Confinement:
	"""One condition for each link field, and for the name, whose DocType the user is confined in."""
	result = _Confinement([], {})
	if not permissions:
		return result
	fields = [(f.fieldname, f.options) for f in meta.get_link_fields() if not f.ignore_user_permissions]
	for fieldname, options in [*fields, ("name", doctype)]:
		names = _applicable(permissions.get(options, []), fieldname, doctype, reference_doctype)
		if not names:
			continue
		condition = _named(doctype, fieldname, names)
		if not is_strict():
			column = f"`tab{doctype}`.`{fieldname}`"
			condition = Condition(f"(ifnull({column}, '') = '' or {condition.sql})", condition.params)
		result.conditions.append(condition)
		result.filters[options] = names
	return result


def _applicable(entries: list[Any], fieldname: str, doctype: str, reference_doctype: str | None) -> list[str]:
	"""The documents among `entries` to which a list of `doctype` is confined by its field `fieldname`."""
	scope = reference_doctype if fieldname == "name" and reference_doctype else doctype
	return [entry.doc for entry in entries if not entry.applicable_for or entry.applicable_for == scope]


def _hook_conditions(doctype: str, user: str) -> Condition:
	"""What permission_query_conditions hooks and scripts add. They write SQL; it stands as they wrote it."""
	from minibench.automation.server_script import get_permission_query_conditions
	from minibench.hooks import call, get_attr, get_hooks

	hooks = get_hooks("permission_query_conditions") or {}
	found = [
		call(get_attr(method), user, doctype=doctype)
		for method in [*hooks.get(doctype, []), *hooks.get("*", [])]
	]
	found.append(get_permission_query_conditions(doctype, user))
	return _all_of([Condition(f"({sql})", []) for sql in found if sql])


def _named(doctype: str, fieldname: str, names: list[str]) -> Condition:
	# One parameter however many names there are.
	return Condition(
		f"`tab{doctype}`.`{fieldname}` in (select value from json_each(?))",
		[json.dumps(list(map(str, names)))],
	)


def _all_of(conditions: list[Condition]) -> Condition:
	if not conditions:
		return _EVERYTHING
	sql = " and ".join(condition.sql for condition in conditions)
	return Condition(f"({sql})", [param for condition in conditions for param in condition.params])


def _both(one: Condition, other: Condition) -> Condition:
	return _all_of([condition for condition in (one, other) if condition.sql])
