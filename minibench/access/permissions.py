"""May this user do that? The rules of Frappe v15: roles, owners, user permissions, shares, hooks.

This module answers the question. Its parts: `permission_rules` (where rules come from and how they are changed),
`user_permissions` (documents a user is confined to), `match_conditions` (the same rules as a condition of a query),
`field_permissions` (permission levels of fields).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from minibench import context
from minibench.access import share
from minibench.access.child_permissions import has_child_permission
from minibench.access.field_permissions import (
	apply_fieldlevel_read_permissions,
	get_permitted_fieldnames,
	get_permitted_fields,
	get_permlevel_access,
	has_permlevel_access_to,
	validate_higher_perm_levels,
)
from minibench.access.match_conditions import match_conditions, match_filters
from minibench.access.permission_log import note, push_perm_check_log
from minibench.access.permission_rules import (
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
from minibench.access.role_permissions import allow_everything, get_role_permissions, rights
from minibench.access.roles import (
	ADMIN_ROLE,
	ALL_USER_ROLE,
	AUTOMATIC_ROLES,
	GUEST_ROLE,
	SYSTEM_USER_ROLE,
	get_roles,
	is_system_user,
	only_for,
)
from minibench.access.user_permissions import (
	add_user_permission,
	clear_user_permissions_for_doctype,
	filter_allowed_docs_for_doctype,
	get_allowed_docs_for_doctype,
	get_user_permissions,
	has_user_permission,
	remove_user_permission,
)
from minibench.collaboration.messages import msgprint
from minibench.context import flags
from minibench.errors import PermissionError
from minibench.model import meta as doctype_meta
from minibench.translate import _
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
		note(debug, "Administrator may do everything")
		return True
	if ptype == "share" and _setting("disable_document_sharing"):
		note(debug, "sharing is disabled in System Settings")
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
	from minibench.model.document import get_doc

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
		note(debug, f"the right {ptype} cannot be shared")
		return False
	filters = [["share_name", "=", get_doc_name(doc)]] if doc else None
	shared = bool(share.get_shared(doctype, user, rights=[column], filters=filters, limit=1))
	note(debug, f"shared with the user for {column}: {shared}")
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
	from minibench.hooks import call, get_hooks
	from minibench.model.document import get_doc

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
	by_role = get_role_permissions(meta, user=user, is_owner=is_owner, debug=debug)
	granted: dict[Any, Any] = {**by_role, "if_owner": dict(by_role.get("if_owner") or {})}
	if not int(meta.is_submittable or 0):
		granted["submit"] = 0
	if not int(meta.allow_import or 0):
		granted["import"] = 0
	if granted.get("has_if_owner_enabled"):
		granted.update(granted.get("if_owner", {}))
	if not has_user_permission(doc, user, debug=debug):
		# What a user made stays in reach, as far as a rule for owners says so.
		granted = {**granted.get("if_owner", {}), "create": 0} if is_owner else {}
	if debug:
		note(debug, f"rights on {doc.doctype} {doc.name}: {granted}")
	return granted


def has_controller_permissions(doc: Any, ptype: Any, user: str | None = None, debug: bool = False) -> bool:
	"""What the `has_permission` hooks say: the last registered that answers True or False decides; None abstains."""
	from minibench.hooks import call, get_hooks

	hooks = get_hooks("has_permission") or {}
	for method in reversed(hooks.get(doc.doctype, []) + hooks.get("*", [])):
		verdict = call(method, doc=doc, ptype=ptype, user=user or context.session.user, debug=debug)
		if debug:
			note(debug, f"{method} says {verdict}")
		if verdict is not None:
			return bool(verdict)
	return True


def get_doc_name(doc: Any) -> str | None:
	"""The name of a document that is given as itself or by name."""
	if not doc:
		return None
	return doc if isinstance(doc, str) else str(getattr(doc, "name", doc))


def _setting(key: str) -> Any:
	from minibench.access.defaults import get_system_settings

	return get_system_settings(key)
