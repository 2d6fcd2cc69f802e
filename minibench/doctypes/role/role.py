from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import db, flags, local
from minibench.model.document import Document
from minibench.translate import _
from minibench.web.whitelist import whitelist

STANDARD_ROLES = ("Administrator", "System Manager", "Script Manager", "All", "Guest")


class Role(Document):
	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		if old in STANDARD_ROLES:
			throw(_("Standard roles cannot be renamed"))

	def after_insert(self) -> None:
		# Administrator has it from now on.
		local.role_permissions = {}

	def validate(self) -> None:
		if not self.disabled:
			if self.name == "Guest":
				self.desk_access = 0
			return
		if self.name in STANDARD_ROLES:
			throw(_("Standard roles cannot be disabled"))
		db.delete("Has Role", {"role": self.name})
		local.role_permissions = {}

	def on_update(self) -> None:
		if not flags.in_install and self.has_value_changed("desk_access"):
			self.update_user_type_on_change()

	def update_user_type_on_change(self) -> None:
		"""Users who have the role may become users of the desk, or stop being it."""
		from minibench.model.document import get_doc

		kept_type = "System User" if self.desk_access else "Website User"
		unaffected = set(db.get_values("User", {"user_type": kept_type}, "name", pluck=True))
		for name in sorted(set(get_users(self.name)) - unaffected):
			user = get_doc("User", name)
			before = user.user_type
			user.set_system_user()
			if user.user_type != before:
				user.save()


def get_info_based_on_role(role: str, field: str = "email", ignore_permissions: bool = False) -> list[str]:
	"""One field of every enabled user who has `role`."""
	from minibench.data.query import get_list

	users = get_list(
		"Has Role",
		filters={"role": role, "parenttype": "User"},
		parent_doctype="User",
		fields=["parent as user_name"],
		ignore_permissions=ignore_permissions,
	)
	return get_user_info(users, field)


def get_user_info(users: list[Any], field: str = "email") -> list[str]:
	"""One field of those of `users` who are enabled; the standard users have no address of their own."""
	names = [user.get("user_name") for user in users]
	rows = db.get_values("User", {"name": ["in", names], "enabled": 1}, ["name", field], as_dict=True)
	found = {
		row.name: row[field] for row in rows if row[field] not in ("admin@example.com", "guest@example.com")
	}
	return [found[name] for name in names if name in found]


def get_users(role: str) -> list[str]:
	"""The users who have been given `role`."""
	return db.get_values("Has Role", {"role": role, "parenttype": "User"}, "parent", pluck=True)  # type: ignore[no-any-return]


@whitelist()
def role_query(
	doctype: str, txt: str, searchfield: str, start: int, page_len: int, filters: Any = None
) -> list[Any]:
	"""Roles whose name contains `txt`."""
	from minibench.data.query import get_all
	from minibench.values.jsonio import parse_json

	wanted = [["Role", "name", "like", f"%{txt}%"], ["Role", "is_custom", "=", 0]]
	given = parse_json(filters)
	if isinstance(given, list):
		wanted.extend(given)
	page = {"limit_start": start, "limit_page_length": page_len}
	return list(get_all("Role", filters=wanted, as_list=True, **page))
