"""What a user's roles grant on a DocType, whatever the document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minibench import context
from minibench.access.access_cache import remembered
from minibench.access.permission_log import note
from minibench.access.roles import get_roles
from minibench.context import Dict
from minibench.model import meta as doctype_meta

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
		note(debug, f"{user} has the roles {get_roles(user)}")
	granted = remembered("role_permissions", (meta.name, user, bool(is_owner)), build)
	if debug:
		note(debug, f"which give the rights {granted} on {meta.name}")
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


def allow_everything() -> dict[str, int]:
	"""Every right granted."""
	return dict.fromkeys(rights, 1)
