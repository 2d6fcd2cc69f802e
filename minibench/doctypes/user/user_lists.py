"""What a client may ask about roles and users."""

from __future__ import annotations

from typing import Any

from minibench import context
from minibench.access.roles import AUTOMATIC_ROLES
from minibench.access.roles import get_roles as roles_of
from minibench.context import local
from minibench.web.whitelist import whitelist


@whitelist()
def get_all_roles() -> list[str]:
	"""The roles that can be given to a user."""
	from minibench.data.query import get_all

	return sorted(get_all("Role", filters={"name": ("not in", AUTOMATIC_ROLES), "disabled": 0}, pluck="name"))


@whitelist()
def get_roles(arg: Any = None) -> list[str]:
	"""The roles of the user that the request names as `uid`."""
	return roles_of(local.form_dict["uid"])


@whitelist()
def get_perm_info(role: str) -> list[Any]:
	"""All permission rules of a role."""
	from minibench.access.permission_rules import get_all_perms

	return get_all_perms(role)


@whitelist()
def user_query(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: Any = None
) -> list[Any]:
	"""Enabled users whose name, or one of whose names, contains `txt`; website users only where asked for."""
	from minibench.data.query import get_list
	from minibench.values.jsonio import parse_json

	wanted: dict[str, Any] = {"enabled": 1, "docstatus": ["<", 2]}
	searched = [searchfield]
	if "name" in searchfield:
		searched += ["first_name", "middle_name", "last_name"]
	given = dict(parse_json(filters) or {})
	if given:
		any_type = given.pop("ignore_user_type", None)
		if not (any_type and context.session.data.user_type == "System User"):
			wanted["user_type"] = ["!=", "Website User"]
		wanted.update(given)
	found = get_list(
		"User",
		filters=wanted,
		fields=["name", "full_name"],
		limit_start=start,
		limit_page_length=page_len,
		order_by="name asc",
		or_filters=[[field, "like", f"%{txt}%"] for field in searched],
		as_list=True,
	)
	return list(found)
