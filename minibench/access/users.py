"""Users as the rest of the framework asks for them: who they are, who has a role, the two that every site has."""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import formataddr
from typing import Any

from minibench import context
from minibench.access import roles
from minibench.access.roles import AUTOMATIC_ROLES, is_system_user, user_facts
from minibench.access.user_access import UserPermissions
from minibench.context import Dict, db, local
from minibench.errors import AuthenticationError
from minibench.values.addresses import get_fullname

__all__ = [
	"STANDARD_USERS",
	"UserPermissions",
	"add_role",
	"add_system_manager",
	"find_by_credentials",
	"get_enabled_system_users",
	"get_enabled_users",
	"get_fullname",
	"get_fullname_and_avatar",
	"get_restricted_ip_list",
	"get_roles",
	"get_system_managers",
	"get_system_users",
	"get_user",
	"get_user_fullname",
	"get_users",
	"get_users_with_role",
	"install_standard_users",
	"is_system_user",
	"is_website_user",
]

STANDARD_USERS = ("Guest", "Administrator")

_ADMINISTRATOR = {
	"doctype": "User",
	"name": "Administrator",
	"first_name": "Administrator",
	"email": "admin@example.com",
	"enabled": 1,
	"is_admin": 1,
	"roles": [{"role": "Administrator"}],
	"thread_notify": 0,
	"send_me_a_copy": 0,
	"send_welcome_email": 0,
}
_GUEST = {
	"doctype": "User",
	"name": "Guest",
	"first_name": "Guest",
	"email": "guest@example.com",
	"enabled": 1,
	"is_guest": 1,
	"roles": [{"role": "Guest"}],
	"thread_notify": 0,
	"send_me_a_copy": 0,
	"send_welcome_email": 0,
}
# Roles that are there although no permission rule of the framework names them.
_ROLES = (
	"Administrator",
	"System Manager",
	"Guest",
	"All",
	"Desk User",
	"Report Manager",
	"Translator",
	"Script Manager",
	"Website Manager",
)
_WITHOUT_DESK = frozenset(("Guest", "All"))


def install_standard_users(admin_password: str) -> None:
	"""What a new site has: user types, roles, Administrator with every role and the password, Guest."""
	from minibench.access.passwords import update_password
	from minibench.model.document import get_doc

	for user_type in ("System User", "Website User"):
		_insert_missing({"doctype": "User Type", "name": user_type, "is_standard": 1})
	present = set(db.get_values("Role", {}, "name", pluck=True))
	for role in _ROLES:
		if role not in present:
			_insert_missing(
				{"doctype": "Role", "role_name": role, "desk_access": int(role not in _WITHOUT_DESK)}
			)
	for user in (_ADMINISTRATOR, _GUEST):
		_insert_missing(user)
	every_role = db.get_values("Role", {}, "name", pluck=True)
	get_doc("User", "Administrator").add_roles(*every_role)
	update_password("Administrator", admin_password)


def _insert_missing(values: dict[str, Any]) -> None:
	from minibench.model.document import get_doc

	name = values.get("name") or values.get("role_name")
	if not db.exists(values["doctype"], name):
		get_doc(values).insert(ignore_permissions=True)


def get_roles(username: str | None = None) -> list[str]:
	"""`frappe.get_roles`: the roles of a user, by default the session's; Guest's where there is no session."""
	if not local.session or not local.session.user:
		return ["Guest"]
	return roles.get_roles(username or local.session.user)


def get_user() -> UserPermissions:
	"""What the session's user may do, DocType by DocType."""
	if not local.user_perms:
		local.user_perms = UserPermissions(local.session.user)
	return local.user_perms  # type: ignore[no-any-return]


def find_by_credentials(user_name: str, password: str, validate_password: bool = True) -> Dict | None:
	"""The user who logs in as `user_name`: by name, or by mobile number or username where System Settings allow.

	`is_authenticated` says whether the password is right. None if there is no such user.
	"""
	from minibench.access.defaults import get_system_settings
	from minibench.access.passwords import check_password

	columns = ["name"]
	if int(get_system_settings("allow_login_using_mobile_number") or 0):
		columns.append("mobile_no")
	if int(get_system_settings("allow_login_using_user_name") or 0):
		columns.append("username")
	either = " or ".join(f"{column} = ?" for column in columns)
	rows = db.execute(
		f"select name, enabled from tabUser where {either} limit 1", (user_name,) * len(columns)
	)
	if not rows:
		return None
	user = Dict(name=rows[0][0], enabled=rows[0][1], is_authenticated=True)
	if validate_password:
		try:
			check_password(user.name, password, delete_tracker_cache=False)
		except AuthenticationError:
			user.is_authenticated = False
	return user


def get_restricted_ip_list(user: Any) -> list[str] | None:
	"""The beginnings of addresses from which the user may come; None means from anywhere."""
	if not user.restrict_ip:
		return None
	return [address.strip() for address in user.restrict_ip.split(",")]


def get_user_fullname(user: str) -> str:
	"""First and last name, or nothing."""
	facts = user_facts(user) or Dict()
	return " ".join(filter(None, [facts.first_name, facts.last_name]))


def get_fullname_and_avatar(user: str) -> Dict:
	"""What a list shows of a user."""
	row = db.get_value("User", user, ["first_name", "last_name", "user_image", "name"], as_dict=True)
	fullname = " ".join(filter(None, [row.first_name, row.last_name]))
	return Dict(fullname=fullname, avatar=row.user_image, name=row.name)


def get_system_managers(only_name: bool = False) -> list[str]:
	"""The enabled System Managers, newest first: their names, or `Full Name <address>`."""
	rows = db.execute(
		"select distinct user.name, user.full_name, user.creation from tabUser user join `tabHas Role` given"
		" on given.parent = user.name where given.parenttype = 'User' and given.role = 'System Manager'"
		" and user.enabled = 1 and user.docstatus < 2 and user.name not in (?, ?) order by user.creation desc",
		STANDARD_USERS,
	)
	return [name if only_name else formataddr((full_name, name)) for name, full_name, _creation in rows]


def get_users_with_role(role: str) -> list[str]:
	"""The enabled users who have been given `role`; never Administrator, who has all."""
	rows = db.execute(
		"select distinct user.name from tabUser user join `tabHas Role` given on given.parent = user.name"
		" where given.parenttype = 'User' and given.role = ? and user.enabled = 1 and user.name != 'Administrator'",
		(role,),
	)
	return [row[0] for row in rows]


def get_system_users(exclude_users: Iterable[str] | str | None = None, limit: int | None = None) -> list[str]:
	"""The enabled users of the desk."""
	from minibench.data.query import get_all

	more = [exclude_users] if isinstance(exclude_users, str) else list(exclude_users or ())
	filters = {
		"enabled": 1,
		"user_type": ("!=", "Website User"),
		"name": ("not in", [*STANDARD_USERS, *more]),
	}
	return get_all("User", filters=filters, pluck="name", limit=limit)  # type: ignore[no-any-return]


def get_enabled_system_users() -> list[Any]:
	"""Address and language of the enabled users of the desk."""
	from minibench.data.query import get_all

	filters = {"user_type": "System User", "enabled": 1, "name": ["not in", STANDARD_USERS]}
	return list(get_all("User", fields=["email", "language", "name"], filters=filters))


def get_enabled_users() -> list[str]:
	"""The names of all users who may log in."""
	return db.get_values("User", {"enabled": 1}, "name", pluck=True)  # type: ignore[no-any-return]


def get_users() -> list[dict[str, Any]]:
	"""The users of the desk and which of them are System Managers."""
	managers = set(get_system_managers(only_name=True))
	rows = db.get_values("User", {"name": ["in", get_system_users()]}, ["name", "full_name"], as_dict=True)
	return [
		{"full_name": row.full_name, "email": row.name, "is_system_manager": row.name in managers}
		for row in rows
	]


def is_website_user(username: str | None = None) -> bool:
	"""Whether the user sees the website only."""
	facts = user_facts(username or context.session.user)
	return bool(facts and facts.user_type == "Website User")


def add_role(user: str, role: str) -> None:
	"""Give a role to a user."""
	from minibench.model.document import get_doc

	get_doc("User", user).add_roles(role)


def add_system_manager(
	email: str,
	first_name: str | None = None,
	last_name: str | None = None,
	send_welcome_email: bool = False,
	password: str | None = None,
) -> Any:
	"""A new user with every role that is given by hand."""
	from minibench.access.passwords import update_password
	from minibench.data.query import get_all
	from minibench.model.document import new_doc

	user = new_doc("User")
	user.update(
		{
			"name": email,
			"email": email,
			"enabled": 1,
			"first_name": first_name or email,
			"last_name": last_name,
			"user_type": "System User",
			"send_welcome_email": int(send_welcome_email),
		}
	)
	user.insert()
	user.add_roles(*get_all("Role", filters={"name": ["not in", AUTOMATIC_ROLES]}, pluck="name"))
	if password:
		update_password(user=user.name, pwd=password)
	return user
