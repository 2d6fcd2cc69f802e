"""Where permission rules come from and how they are changed.

A DocType brings its rules (DocPerm). Once somebody changes one for a site, all rules of that DocType are copied to
Custom DocPerm and only those count.
"""

from __future__ import annotations

from typing import Any

from minibench.access.roles import get_roles
from minibench.context import db
from minibench.errors import PermissionError
from minibench.model import meta as doctype_meta
from minibench.translate import _

_KEPT_OUT_OF_COPY = frozenset(("doctype", "creation", "modified", "modified_by", "owner", "name"))


def get_perms_for(roles: list[str], perm_doctype: str = "DocPerm") -> list[Any]:
	"""The rules of level 0 that name one of `roles`."""
	from minibench.data.query import get_all

	filters = {"permlevel": 0, "docstatus": 0, "role": ["in", roles]}
	return list(get_all(perm_doctype, fields=["*"], filters=filters))


def get_doctypes_with_custom_docperms() -> list[str]:
	"""The DocTypes whose rules the site has changed."""
	return [row[0] for row in db.execute("select distinct parent from `tabCustom DocPerm`")]


def get_valid_perms(doctype: str | None = None, user: str | None = None) -> list[Any]:
	"""The rules of level 0 that hold for `user`, on all DocTypes or on one."""
	roles = get_roles(user)
	changed = set(get_doctypes_with_custom_docperms())
	rules = get_perms_for(roles, "Custom DocPerm")
	rules.extend(rule for rule in get_perms_for(roles) if rule.parent not in changed)
	return [rule for rule in rules if rule.parent == doctype] if doctype else rules


def get_all_perms(role: str) -> list[Any]:
	"""The rules of any level that name `role`."""
	from minibench.data.query import get_all

	changed = set(get_doctypes_with_custom_docperms())
	rules = list(get_all("Custom DocPerm", fields=["*"], filters={"role": role}))
	rules.extend(
		rule
		for rule in get_all("DocPerm", fields=["*"], filters={"role": role})
		if rule.parent not in changed
	)
	return rules


def get_doctypes_with_read() -> list[str]:
	"""The DocTypes that the session's user has a rule to read."""
	return list({str(rule.parent) for rule in get_valid_perms() if rule.parent and rule.read})


def get_doctype_roles(doctype: str, access_type: str = "read") -> list[str]:
	"""The roles that a rule of `doctype` grants `access_type`."""
	meta = doctype_meta.get_meta(doctype)
	return [rule.role for rule in meta.get("permissions") or [] if rule.get(access_type)]


def get_linked_doctypes(dt: str) -> list[str]:
	"""`dt` and the DocTypes that its link fields name, as far as user permissions look at them."""
	fields = doctype_meta.get_meta(dt).get_link_fields()
	return list({dt, *(field.options for field in fields if not field.ignore_user_permissions)})


def can_import(doctype: str, raise_exception: bool = False) -> bool:
	"""Whether the session's user may import rows. Raises PermissionError instead of False if told so."""
	from minibench.access.permissions import has_permission

	if "System Manager" in get_roles() or has_permission(doctype, "import"):
		return True
	if raise_exception:
		raise PermissionError(f"You are not allowed to import: {doctype}")
	return False


def can_export(doctype: str, raise_exception: bool = False, is_owner: bool = False) -> bool:
	"""Whether the session's user may export rows. Raises PermissionError instead of False if told so."""
	from minibench.access.permissions import get_role_permissions

	if "System Manager" in get_roles():
		return True
	granted = get_role_permissions(doctype, is_owner=is_owner)
	allowed = bool(granted.get("export") or (granted.get("if_owner") or {}).get("export"))
	if not allowed and raise_exception:
		raise PermissionError(_("You are not allowed to export {} doctype").format(doctype))
	return allowed


def setup_custom_perms(parent: str) -> bool | None:
	"""Copy a DocType's rules to Custom DocPerm unless that has been done. True if it was done now."""
	if db.exists("Custom DocPerm", {"parent": parent}):
		return None
	copy_perms(parent)
	return True


def copy_perms(parent: str) -> None:
	"""A Custom DocPerm for every rule that the DocType brings."""
	from minibench.data.query import get_all
	from minibench.model.document import new_doc

	for rule in get_all("DocPerm", fields=["*"], filters={"parent": parent}, order_by="idx"):
		copied = new_doc("Custom DocPerm")
		copied.update({key: value for key, value in rule.items() if key not in _KEPT_OUT_OF_COPY})
		copied.insert(ignore_permissions=True)


def add_permission(doctype: str, role: str, permlevel: int = 0, ptype: str | None = None) -> str | None:
	"""Grant `role` one right (default: read) on `doctype`. Returns the new rule's name, None if there is one already."""
	from minibench.collaboration.messages import msgprint
	from minibench.model.document import get_doc

	setup_custom_perms(doctype)
	if db.get_value(
		"Custom DocPerm", {"parent": doctype, "role": role, "permlevel": permlevel, "if_owner": 0}
	):
		message = _("Rule for this doctype, role, permlevel and if-owner combination already exists.")
		msgprint(message, alert=True)
		return None
	rule = get_doc(
		{
			"doctype": "Custom DocPerm",
			"parent": doctype,
			"parenttype": "DocType",
			"parentfield": "permissions",
			"role": role,
			"permlevel": permlevel,
			ptype or "read": 1,
		}
	)
	rule.insert()
	_check_rules(doctype)
	return str(rule.name)


def update_permission_property(
	doctype: str,
	role: str,
	permlevel: int,
	ptype: str,
	value: Any = None,
	validate: bool = True,
	if_owner: int = 0,
) -> bool | None:
	"""Set one column of one rule. True if the DocType's rules had to be copied for that."""
	copied = setup_custom_perms(doctype)
	rule = db.get_value(
		"Custom DocPerm", {"parent": doctype, "role": role, "permlevel": permlevel, "if_owner": if_owner}
	)
	if rule:
		db.set_value("Custom DocPerm", rule, ptype, value, update_modified=False)
	if validate:
		_check_rules(doctype)
	else:
		_forget_rules(doctype)
	return copied


def remove_permission(doctype: str, role: str, permlevel: int = 0, if_owner: int = 0) -> None:
	"""Take one rule away; the last one of a DocType stays.

	Raises:
		ValidationError: it is the only rule.
	"""
	from minibench.collaboration.messages import throw

	setup_custom_perms(doctype)
	db.delete(
		"Custom DocPerm", {"parent": doctype, "role": role, "permlevel": permlevel, "if_owner": if_owner}
	)
	if not db.exists("Custom DocPerm", {"parent": doctype}):
		throw(_("There must be atleast one permission rule."), title=_("Cannot Remove"))
	_check_rules(doctype)


def reset_perms(doctype: str) -> None:
	"""Back to the rules that the DocType brings."""
	db.delete("Custom DocPerm", {"parent": doctype})
	_forget_rules(doctype)


def _check_rules(doctype: str) -> None:
	from minibench.access.permission_validation import validate_permissions_for_doctype

	validate_permissions_for_doctype(doctype)


def _forget_rules(doctype: str) -> None:
	from minibench.model.meta import clear_cache

	clear_cache(doctype=doctype)
