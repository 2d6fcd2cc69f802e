"""Which roles a user has. Four come by themselves: All and Guest to everybody, Desk User to who may open the desk,
Administrator to nobody but Administrator, who has every role there is.
"""

from __future__ import annotations

from minibench import context
from minibench.access.access_cache import remembered
from minibench.context import Dict, db, local
from minibench.errors import PermissionError

GUEST_ROLE = "Guest"
ALL_USER_ROLE = "All"
SYSTEM_USER_ROLE = "Desk User"
ADMIN_ROLE = "Administrator"
_FACTS = (
	"enabled",
	"user_type",
	"first_name",
	"last_name",
	"user_image",
	"default_workspace",
	"default_app",
	"language",
	"restrict_ip",
)
AUTOMATIC_ROLES = (GUEST_ROLE, ALL_USER_ROLE, SYSTEM_USER_ROLE, ADMIN_ROLE)


def get_roles(user: str | None = None, with_standard: bool = True) -> list[str]:
	"""The roles of `user`, by default the session's; without `with_standard` those given by hand only."""
	user = user or context.session.user
	if user == "Guest" or not user:
		return [GUEST_ROLE]
	roles = remembered("roles", user, lambda: _read_roles(user))
	if not with_standard:
		return [role for role in roles if role not in AUTOMATIC_ROLES]
	return list(roles)


def _read_roles(user: str) -> list[str]:
	if user == "Administrator":
		return [row[0] for row in db.execute("select name from `tabRole` order by creation desc")]
	rows = db.execute(
		"select role from `tabHas Role` where parenttype = 'User' and parent = ? and role not in (?, ?, ?, ?)",
		(user, *AUTOMATIC_ROLES),
	)
	roles = [row[0] for row in rows] + [ALL_USER_ROLE, GUEST_ROLE]
	if is_system_user(user):
		roles.append(SYSTEM_USER_ROLE)
	return roles


def is_system_user(user: str | None = None) -> bool:
	"""Whether the user's type opens the desk."""
	facts = user_facts(user or context.session.user)
	return bool(facts and facts.user_type == "System User")


def user_facts(user: str) -> Dict | None:
	"""What every request wants to know of its user; None if there is no such user."""
	return remembered("user_facts", user, lambda: _read_facts(user))


def _read_facts(user: str) -> Dict | None:
	rows = db.execute(f"select {', '.join(_FACTS)} from tabUser where name = ?", (user,))
	return Dict(zip(_FACTS, rows[0], strict=True)) if rows else None


def only_for(roles: list[str] | tuple[str, ...] | str, message: bool = False) -> None:
	"""Let pass who has one of `roles`. Administrator always passes, and so do tests, as in v15.

	Raises:
		PermissionError: with a message for the user if `message` is set.
	"""
	from minibench.collaboration.messages import throw
	from minibench.translate import _
	from minibench.values.text import bold

	if local.flags.in_test or context.session.user == "Administrator":
		return
	if isinstance(roles, str):
		roles = (roles,)
	if not set(roles).isdisjoint(get_roles()):
		return
	if not message:
		raise PermissionError
	named = ", ".join(bold(_(role)) for role in roles)
	throw(_("This action is only allowed for {}").format(named), PermissionError, _("Not Permitted"))
