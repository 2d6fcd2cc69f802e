"""Do the permission rules of a DocType make sense?"""

from __future__ import annotations

from typing import Any

from minibench import context
from minibench.access.roles import ALL_USER_ROLE, AUTOMATIC_ROLES, SYSTEM_USER_ROLE
from minibench.translate import _
from minibench.values.text import bold

_BASIC = ("select", "read", "write", "submit", "cancel", "create")
_MEANINGLESS_ABOVE_LEVEL_ZERO = ("create", "submit", "cancel", "amend")


def validate_permissions_for_doctype(doctype: str, for_remove: bool = False, alert: bool = False) -> None:
	"""Check the rules that the DocType brings and save what the check has put right."""
	from minibench.model.document import get_doc
	from minibench.model.meta import clear_cache

	doc = get_doc("DocType", doctype)
	before = [dict(rule.as_dict()) for rule in doc.get("permissions")]
	validate_permissions(doc, for_remove, alert=alert)
	for rule, saved in zip(doc.get("permissions"), before, strict=True):
		if dict(rule.as_dict()) != saved:
			rule.db_update()
	clear_cache(doctype=doctype)


def validate_permissions(doctype: Any, for_remove: bool = False, alert: bool = False) -> None:
	"""Check the rules in a DocType document, and take out of them what has no meaning there.

	Raises:
		ValidationError: a rule grants nothing, repeats another, or grants a right without the one it builds on.
	"""
	from minibench.collaboration.messages import msgprint

	rules = doctype.get("permissions") or []
	if not rules and alert:
		msgprint(_("No Permissions Specified"), alert=True, indicator="orange")
	custom_roles = _custom_roles() if rules and doctype.get("custom") and not _is_administrator() else set()
	for rule in rules:
		if not rule.permlevel:
			rule.permlevel = 0
		_require(any(rule.get(right) for right in _BASIC), _("{0}: No basic permissions set"), rule)
		if not for_remove:
			_check_double(rule, rules)
			_check_dependencies(rule)
			_check_type_allows(rule, doctype)
		_check_level_zero(rule, rules)
		_remove_rights_for_single(rule, doctype)
		if doctype.get("custom") and not _is_administrator():
			_check_role_is_assignable(rule, custom_roles)


def _require(holds: Any, message: str, rule: Any, *more: Any) -> None:
	from minibench.collaboration.messages import throw

	if not holds:
		place = _("For {0} at level {1} in {2} in row {3}")
		throw(message.format(place.format(rule.role, rule.permlevel, rule.parent, rule.idx), *more))


def _check_double(rule: Any, rules: list[Any]) -> None:
	def scope(r: Any) -> tuple[Any, int, int]:
		return r.role, int(r.permlevel or 0), int(r.if_owner or 0)

	twin = any(other is not rule and scope(other) == scope(rule) for other in rules)
	_require(not twin, _("{0}: Only one rule allowed with the same Role, Level and {1}"), rule, _("If Owner"))


def _check_dependencies(rule: Any) -> None:
	_require(not rule.cancel or rule.submit, _("{0}: Cannot set Cancel without Submit"), rule)
	needs_write = rule.submit or rule.cancel or rule.amend
	_require(not needs_write or rule.write, _("{0}: Cannot set Submit, Cancel, Amend without Write"), rule)
	_require(not rule.get("import") or rule.create, _("{0}: Cannot set Import without Create"), rule)


def _check_type_allows(rule: Any, doctype: Any) -> None:
	submittable = int(doctype.get("is_submittable") or 0)
	_require(not rule.submit or submittable, _("{0}: Cannot set Assign Submit if not Submittable"), rule)
	_require(not rule.amend or submittable, _("{0}: Cannot set Assign Amend if not Submittable"), rule)
	importable = int(doctype.get("allow_import") or 0)
	message = _("{0}: Cannot set import as {1} is not importable")
	_require(not rule.get("import") or importable, message, rule, doctype.get("name"))


def _check_level_zero(rule: Any, rules: list[Any]) -> None:
	"""A level above zero opens fields of a document that level zero opens first."""
	if not int(rule.permlevel) or rule.role in (ALL_USER_ROLE, SYSTEM_USER_ROLE):
		return
	has_zero = any(other.role == rule.role and not int(other.permlevel or 0) for other in rules)
	_require(has_zero, _("{0}: Permission at level 0 must be set before higher levels are set"), rule)
	for right in _MEANINGLESS_ABOVE_LEVEL_ZERO:
		if rule.get(right):
			rule.set(right, 0)


def _remove_rights_for_single(rule: Any, doctype: Any) -> None:
	from minibench.collaboration.messages import msgprint

	if int(doctype.get("issingle") or 0) and rule.report:
		msgprint(_("Report cannot be set for Single types"))
		for right in ("report", "import", "export"):
			rule.set(right, 0)


def _check_role_is_assignable(rule: Any, custom_roles: set[str]) -> None:
	from minibench.collaboration.messages import throw

	if rule.role in AUTOMATIC_ROLES or rule.role in custom_roles:
		message = _("Row # {0}: Non administrator user can not set the role {1} to the custom doctype")
		throw(message.format(rule.idx, bold(_(rule.role))), title=_("Permissions Error"))


def _custom_roles() -> set[str]:
	return set(context.db.get_values("Role", {"is_custom": 1}, "name", pluck=True))


def _is_administrator() -> bool:
	return bool(context.session.user == "Administrator")
