"""Where a user's way begins: the home page, the apps on offer, the entries of the portal's menu."""

from __future__ import annotations

import re
from typing import Any

from minibench.context import db, local, session
from minibench.web.whitelist import whitelist


def get_home_page() -> str:
	"""The page at `/` for this user: by role, by the apps' hooks, by the Website Settings; else login or `me`."""
	if local.flags.home_page and not local.flags.in_test:
		return str(local.flags.home_page)
	home = None
	if session.user != "Guest":
		home = _home_of_roles() or db.get_single_value("Portal Settings", "default_portal_home")
	home = home or get_home_page_via_hooks() or db.get_single_value("Website Settings", "home_page")
	return str(home or ("login" if session.user == "Guest" else "me")).strip("/")


def _home_of_roles() -> str | None:
	from minibench.access.roles import get_roles

	roles = get_roles()
	homes = db.get_values("Role", {"name": ["in", roles]}, ["name", "home_page"], as_dict=True)
	found = {row["name"]: row["home_page"] for row in homes if row["home_page"]}
	return next((found[role] for role in roles if role in found), None)


def get_home_page_via_hooks() -> str | None:
	from minibench.access.roles import get_roles
	from minibench.hooks import get_attr, get_hooks

	methods = get_hooks("get_website_user_home_page")
	home = get_attr(methods[-1])(session.user) if methods else None
	if not methods and (fixed := get_hooks("website_user_home_page")):
		home = fixed[-1]
	if not home and (by_role := get_hooks("role_home_page")):
		home = next((by_role[role][-1] for role in get_roles() if role in by_role), None)
	if not home and (general := get_hooks("home_page")):
		home = general[-1]
	return str(home).strip("/") if home else None


@whitelist()
def get_apps() -> list[dict[str, Any]]:
	"""The apps that show themselves to this user (hook `add_to_apps_screen`)."""
	from minibench.hooks import get_attr, get_hooks, get_installed_apps
	from minibench.translate import _

	found = []
	for app in get_installed_apps():
		for detail in get_hooks("add_to_apps_screen", app_name=app) if app != "frappe" else ():
			allowed = detail.get("has_permission")
			if allowed and not get_attr(allowed)():
				continue
			found.append(
				{
					"name": app,
					"logo": detail.get("logo"),
					"title": _(detail.get("title") or app),
					"route": detail.get("route") or "/apps",
				}
			)
	return found


def get_default_path(apps: list[dict[str, Any]] | None = None) -> str | None:
	"""Where logging in leads to: the one app's page, the choice of apps, or nowhere in particular."""
	apps = get_apps() if apps is None else apps
	if not apps:
		return None
	chosen = (
		db.get_value("User", session.user, "default_app") if db.has_column("User", "default_app") else None
	)
	chosen = chosen or db.get_single_value("System Settings", "default_app")
	if chosen:
		return next((app["route"] for app in apps if app["name"] == chosen), None)
	if len(apps) == 1:
		return apps[0]["route"] or "/apps"
	return "/app" if all(re.match(r"/app(/.*)?$", app["route"]) for app in apps) else "/apps"


def get_sidebar_items() -> list[Any]:
	"""The entries of the portal's menu that the user's roles allow."""
	from minibench.access.roles import get_roles
	from minibench.hooks import get_hooks
	from minibench.model.document import get_cached_doc

	settings = get_cached_doc("Portal Settings")
	entries = [] if settings.hide_standard_menu else [*(settings.get("menu") or [])]
	entries += settings.get("custom_menu") or []
	entries += [{**entry, "enabled": 1} for entry in get_hooks("portal_menu_items") or []]
	roles = get_roles()
	return [
		entry
		for entry in entries
		if entry.get("enabled") and (not entry.get("role") or entry.get("role") in roles)
	]
