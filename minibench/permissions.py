"""May this user do that? The rules of Frappe v15: roles, owners, user permissions, shares, hooks.

This module answers the question. Its parts: `permission_rules` (where rules come from and how they are changed),
`user_permissions` (documents a user is confined to), `match_conditions` (the same rules as a condition of a query),
`field_permissions` (permission levels of fields).
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Iterable
from typing import Any

from minibench import context, share
from minibench import meta as doctype_meta
from minibench.access_cache import remembered
from minibench.collaboration.messages import msgprint
from minibench.context import Dict, flags, local
from minibench.errors import PermissionError
from minibench.field_permissions import (
	apply_fieldlevel_read_permissions,
	get_permitted_fieldnames,
	get_permitted_fields,
	get_permlevel_access,
	has_permlevel_access_to,
	validate_higher_perm_levels,
)
from minibench.match_conditions import match_conditions, match_filters
from minibench.permission_rules import (
	add_permission,
	can_export,
	can_import,
	copy_perms,
	get_all_perms,
	get_doctype_roles,
	get_doctypes_with_custom_docperms,
	get_doctypes_with_read,
	get_linked_doctypes,
	get_perms_for,
	get_valid_perms,
	remove_permission,
	reset_perms,
	setup_custom_perms,
	update_permission_property,
)
from minibench.roles import (
	ADMIN_ROLE,
	ALL_USER_ROLE,
	AUTOMATIC_ROLES,
	GUEST_ROLE,
	SYSTEM_USER_ROLE,
	get_roles,
	is_system_user,
	only_for,
)
from minibench.translate import _
from minibench.user_permissions import (
	add_user_permission,
	clear_user_permissions_for_doctype,
	filter_allowed_docs_for_doctype,
	get_allowed_docs_for_doctype,
	get_user_permissions,
	has_user_permission,
	remove_user_permission,
)
from minibench.values.text import bold

__all__ = [
	"ADMIN_ROLE",
	"ALL_USER_ROLE",
	"AUTOMATIC_ROLES",
	"GUEST_ROLE",
	"SYSTEM_USER_ROLE",
	"add_permission",
	"add_user_permission",
	"allow_everything",
	"apply_fieldlevel_read_permissions",
	"can_export",
	"can_import",
	"check_permission",
	"clear_user_permissions_for_doctype",
	"copy_perms",
	"filter_allowed_docs_for_doctype",
	"get_all_perms",
	"get_allowed_docs_for_doctype",
	"get_doc_name",
	"get_doc_permissions",
	"get_doctype_roles",
	"get_doctypes_with_custom_docperms",
	"get_doctypes_with_read",
	"get_linked_doctypes",
	"get_permitted_fieldnames",
	"get_permitted_fields",
	"get_permlevel_access",
	"get_perms_for",
	"get_role_permissions",
	"get_roles",
	"get_user_permissions",
	"get_valid_perms",
	"has_child_permission",
	"has_controller_permissions",
	"has_permission",
	"has_permlevel_access_to",
	"has_user_permission",
	"has_website_permission",
	"is_system_user",
	"match_conditions",
	"match_filters",
	"only_for",
	"only_has_select_perm",
	"push_perm_check_log",
	"remove_permission",
	"remove_user_permission",
	"reset_perms",
	"rights",
	"setup_custom_perms",
	"update_permission_property",
	"validate_higher_perm_levels",
]

rights = (
	"select",
	"read",
	"write",
	"create",
	"delete",
	"submit",
	"cancel",
	"amend",
	"print",
	"email",
	"report",
	"import",
	"export",
	"share",
)

# A right that a share can grant -> the column of the share that grants it.
_SHARED_RIGHTS = {
	"read": "read",
	"write": "write",
	"share": "share",
	"submit": "submit",
	"email": "read",
	"print": "read",
}


def _tells_why(check: Callable[..., bool]) -> Callable[..., bool]:
	"""Show the user the reasons that the check collected, unless told not to or somebody else was asked about."""

	@functools.wraps(check)
	def telling(*args: Any, **kwargs: Any) -> bool:
		tell = kwargs.get("raise_exception", True)
		about_self = not kwargs.get("user") or kwargs["user"] == context.session.user
		if tell:
			flags["has_permission_check_logs"] = []
		try:
			allowed = check(*args, **kwargs)
			reasons = flags.get("has_permission_check_logs")
			if tell and about_self and not allowed and reasons:
				msgprint("<br>".join(reasons))
		finally:
			if tell:
				flags.pop("has_permission_check_logs", None)
		return allowed

	return telling


@_tells_why
def has_permission(
	doctype: Any,
	ptype: str = "read",
	doc: Any = None,
	user: str | None = None,
	raise_exception: bool = True,
	*,
	parent_doctype: str | None = None,
	debug: bool = False,
) -> bool:
	"""Whether `user` (default: the session's) has the right `ptype` on `doctype`, or on `doc` if one is given.

	Args:
		doctype: a name, or a document.
		doc: a document or its name; its owner, links and shares are looked at too.
		raise_exception: raises nothing; False keeps the reasons of a refusal from being shown as a message.
		parent_doctype: whose child table `doctype` is, if it is one and no `doc` is given.
		debug: note every step, for `_pop_debug_log()`.
	"""
	user = user or context.session.user
	if user == "Administrator":
		_note(debug, "Administrator may do everything")
		return True
	if ptype == "share" and _setting("disable_document_sharing"):
		_note(debug, "sharing is disabled in System Settings")
		return False
	if not doc and hasattr(doctype, "doctype"):
		doc, doctype = doctype, doctype.doctype
	meta = doctype_meta.get_meta(doctype)
	if meta.istable:
		return has_child_permission(doctype, ptype, doc, user, raise_exception, parent_doctype, debug=debug)
	if doc:
		allowed = _document_grants(meta, ptype, doc, user, debug)
	else:
		if ptype == "submit" and not int(meta.is_submittable or 0):
			push_perm_check_log(_("Document Type is not submittable"), debug=debug)
			return False
		if ptype == "import" and not int(meta.allow_import or 0):
			push_perm_check_log(_("Document Type is not importable"), debug=debug)
			return False
		allowed = bool(get_role_permissions(meta, user=user, debug=debug).get(ptype))
		if not allowed:
			message = _("User {0} does not have doctype access via role permission for document {1}")
			push_perm_check_log(message.format(bold(user), bold(_(doctype))), debug=debug)
	return allowed or _is_shared(doctype, ptype, doc, user, debug)


def _document_grants(meta: Any, ptype: str, doc: Any, user: str, debug: bool) -> bool:
	from minibench.document import get_doc

	if isinstance(doc, str | int):
		doc = get_doc(meta.name, doc)
	if get_doc_permissions(doc, user=user, ptype=ptype, debug=debug).get(ptype):
		return True
	message = _("User {0} does not have access to this document").format(bold(user))
	if check_permission(doc.doctype):
		message += f": {_(doc.doctype)} - {doc.name}"
	push_perm_check_log(message, debug=debug)
	return False


def _is_shared(doctype: str, ptype: str, doc: Any, user: str, debug: bool) -> bool:
	"""Whether a share grants the right on `doc`; without one, whether any document of the type is shared."""
	column = _SHARED_RIGHTS.get(ptype)
	if column is None:
		_note(debug, f"the right {ptype} cannot be shared")
		return False
	filters = [["share_name", "=", get_doc_name(doc)]] if doc else None
	shared = bool(share.get_shared(doctype, user, rights=[column], filters=filters, limit=1))
	_note(debug, f"shared with the user for {column}: {shared}")
	return shared


def check_permission(
	doctype: Any = None,
	ptype: str = "read",
	doc: Any = None,
	user: str | None = None,
	throw: bool = False,
	*,
	parent_doctype: str | None = None,
	debug: bool = False,
) -> bool:
	"""`frappe.has_permission`: as has_permission() here, silent unless `throw`, which makes a refusal an error.

	Raises:
		PermissionError: not permitted, and `throw` is set.
	"""
	if not doctype and doc:
		doctype = doc.doctype
	allowed = has_permission(
		doctype, ptype, doc=doc, user=user, raise_exception=throw, parent_doctype=parent_doctype, debug=debug
	)
	if throw and not allowed:
		name = doctype if isinstance(doctype, str) else doctype.doctype
		label = f"{_(name)} {doc if isinstance(doc, str | int) else doc.name}" if doc else _(name)
		flags.error_message = _("No permission for {0}").format(label)
		raise PermissionError
	return allowed


def has_website_permission(
	doc: Any = None,
	ptype: str = "read",
	user: str | None = None,
	verbose: bool = False,
	doctype: str | None = None,
) -> bool:
	"""Whether a website page may show `doc` to `user`: the controller or the hooks say so; without either, no."""
	from minibench.document import get_doc
	from minibench.hooks import call, get_hooks

	user = user or context.session.user
	if doc:
		if isinstance(doc, str):
			doc = get_doc(doctype, doc)
		doctype = doc.doctype
		if doc.flags.ignore_permissions:
			return True
		if hasattr(doc, "has_website_permission"):
			return bool(doc.has_website_permission(ptype, user, verbose=verbose))
	methods = (get_hooks("has_website_permission") or {}).get(doctype, [])
	return bool(methods) and all(call(m, doc=doc, ptype=ptype, user=user, verbose=verbose) for m in methods)


def only_has_select_perm(doctype: str, user: str | None = None, ignore_permissions: bool = False) -> bool:
	"""Whether the user may pick documents in a link but not read them."""
	if ignore_permissions:
		return False
	granted = get_role_permissions(doctype, user=user or context.session.user)
	return bool(granted.get("select") and not granted.get("read"))


def get_doc_permissions(
	doc: Any, user: str | None = None, ptype: str | None = None, debug: bool = False
) -> dict[Any, Any]:
	"""The rights of `user` on `doc`: {"read": 1, "write": 0, ...}. Shares are not in it."""
	user = user or context.session.user
	meta = doctype_meta.get_meta(doc.doctype)
	if not has_controller_permissions(doc, ptype, user=user, debug=debug):
		push_perm_check_log(_("Not allowed via controller permission check"), debug=debug)
		return {ptype: 0}
	is_owner = (doc.get("owner") or "").lower() == (user or "").lower()
	granted: dict[Any, Any] = copy.deepcopy(
		get_role_permissions(meta, user=user, is_owner=is_owner, debug=debug)
	)
	if not int(meta.is_submittable or 0):
		granted["submit"] = 0
	if not int(meta.allow_import or 0):
		granted["import"] = 0
	if granted.get("has_if_owner_enabled"):
		granted.update(granted.get("if_owner", {}))
	if not has_user_permission(doc, user, debug=debug):
		# What a user made stays in reach, as far as a rule for owners says so.
		granted = {**granted.get("if_owner", {}), "create": 0} if is_owner else {}
	_note(debug, f"rights on {doc.doctype} {doc.name}: {granted}")
	return granted


def get_role_permissions(
	doctype_or_meta: Any, user: str | None = None, is_owner: bool | None = None, debug: bool = False
) -> Any:
	"""The rights that the user's roles give on a DocType at level 0.

	A right that comes from rules for owners only stands under `if_owner`; above that it reads 1 for `select` and
	`read` (the list is filtered later) and 0 for the rest, save `create`, which needs no owner yet.
	"""
	meta = doctype_meta.get_meta(doctype_or_meta) if isinstance(doctype_or_meta, str) else doctype_or_meta
	user = user or context.session.user
	if user == "Administrator":
		return allow_everything()

	def build() -> Dict:
		roles = get_roles(user)
		rules = [r for r in meta.get("permissions") or [] if r.role in roles and not int(r.permlevel or 0)]
		return _combine(rules, bool(is_owner))

	if debug:
		_debug_log(f"{user} has the roles {get_roles(user)}")
	granted = remembered("role_permissions", (meta.name, user, bool(is_owner)), build)
	_note(debug, f"which give the rights {granted} on {meta.name}")
	return granted


def _combine(rules: Iterable[Any], is_owner: bool) -> Dict:
	"""What several permission rules grant together."""
	rules = list(rules)
	has_owner_rules = any(rule.get("if_owner") for rule in rules)
	granted = Dict(if_owner={}, has_if_owner_enabled=has_owner_rules)
	for ptype in rights:
		giving = [rule for rule in rules if rule.get(ptype)]
		granted[ptype] = int(bool(giving))
		if giving and ptype != "create" and all(rule.get("if_owner") for rule in giving):
			granted["if_owner"][ptype] = int(is_owner)
			granted[ptype] = int(ptype in ("select", "read"))
	return granted


def has_controller_permissions(doc: Any, ptype: Any, user: str | None = None, debug: bool = False) -> bool:
	"""What the `has_permission` hooks say: the last registered that answers True or False decides; None abstains."""
	from minibench.hooks import call, get_hooks

	hooks = get_hooks("has_permission") or {}
	for method in reversed(hooks.get(doc.doctype, []) + hooks.get("*", [])):
		verdict = call(method, doc=doc, ptype=ptype, user=user or context.session.user, debug=debug)
		_note(debug, f"{method} says {verdict}")
		if verdict is not None:
			return bool(verdict)
	return True


def has_child_permission(
	child_doctype: str,
	ptype: str = "read",
	child_doc: Any = None,
	user: str | None = None,
	raise_exception: bool = True,
	parent_doctype: str | None = None,
	*,
	debug: bool = False,
) -> bool:
	"""A row has no rules of its own: its parent's decide, and the level of the table field that holds it."""
	if isinstance(child_doc, str):
		columns = ("parent", "parenttype", "parentfield")
		child_doc = context.db.get_value(child_doctype, child_doc, columns, as_dict=True)
	if child_doc:
		parent_doctype = child_doc.parenttype
	if not parent_doctype:
		message = _("Please specify a valid parent DocType for {0}")
		push_perm_check_log(message.format(bold(child_doctype)), debug=debug)
		return False
	meta = doctype_meta.get_meta(parent_doctype)
	tables = (
		[] if meta.istable else [f.fieldname for f in meta.get_table_fields() if f.options == child_doctype]
	)
	if not tables:
		message = _("{0} is not a valid parent DocType for {1}")
		push_perm_check_log(message.format(bold(parent_doctype), bold(child_doctype)), debug=debug)
		return False
	if child_doc and not _table_is_open(meta, tables, child_doctype, child_doc, ptype, user, debug):
		return False
	return has_permission(
		parent_doctype,
		ptype=ptype,
		doc=child_doc and (getattr(child_doc, "parent_doc", None) or child_doc.parent),
		user=user,
		raise_exception=raise_exception,
		debug=debug,
	)


def _table_is_open(
	meta: Any, tables: list[str], child_doctype: str, row: Any, ptype: str, user: str | None, debug: bool
) -> bool:
	"""Whether the row sits in a table field of its parent whose level the user reaches."""
	if not row.parentfield:
		message = _("Parentfield not specified in {0}: {1}").format(bold(child_doctype), bold(row.name))
	elif row.parentfield not in tables:
		message = _("{0} is not a valid parentfield for {1}").format(
			bold(row.parentfield), bold(child_doctype)
		)
	else:
		level = int(meta.get_field(row.parentfield).permlevel or 0)
		if not level or level in get_permlevel_access(meta, ptype, user=user):
			return True
		message = _("Insufficient Permission Level for {0}").format(bold(meta.name))
	push_perm_check_log(message, debug=debug)
	return False


def allow_everything() -> dict[str, int]:
	"""Every right granted."""
	return dict.fromkeys(rights, 1)


def get_doc_name(doc: Any) -> str | None:
	"""The name of a document that is given as itself or by name."""
	if not doc:
		return None
	return doc if isinstance(doc, str) else str(getattr(doc, "name", doc))


def push_perm_check_log(log: str, debug: bool = False) -> None:
	"""Add a reason for the refusal at hand, if anybody collects them."""
	_note(debug, log)
	collected = flags.get("has_permission_check_logs")
	if collected is not None:
		collected.append(log)


def _note(debug: bool, log: str) -> None:
	if debug:
		_debug_log(log)


def _debug_log(log: str) -> None:
	if not hasattr(local, "permission_debug_log"):
		local.permission_debug_log = []
	local.permission_debug_log.append(log)


def _pop_debug_log() -> list[str]:
	"""The steps that checks with `debug` have noted since the last call."""
	log: list[str] = getattr(local, "permission_debug_log", None) or []
	if log:
		del local.permission_debug_log
	return log


def _setting(key: str) -> Any:
	from minibench.defaults import get_system_settings

	return get_system_settings(key)
