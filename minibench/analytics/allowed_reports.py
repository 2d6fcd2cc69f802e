"""Which reports and which modules a user gets to see."""

from __future__ import annotations

from typing import Any

from minibench.context import Dict, session


def get_allowed_reports(cache: bool = False) -> dict[str, Any]:
	"""The session's user's reports: title, ref_doctype, report_type and modified by name."""
	from minibench.access.permissions import has_permission
	from minibench.access.users import get_roles
	from minibench.data.query import get_all, get_list

	if not has_permission("Report"):
		return {}
	own = set(get_roles())
	roles: dict[str, set[str]] = {}
	for row in get_all("Has Role", filters={"parenttype": "Report"}, fields=["parent", "role"]):
		roles.setdefault(row.parent, set()).add(row.role)
	fields = ["name", "modified", "ref_doctype", "report_type", "disabled"]
	found = {}
	for row in get_list("Report", fields=fields, order_by="name", limit_page_length=0):
		asked = roles.get(row.name)
		# A report without roles is everybody's, even a disabled one.
		if not asked or (asked & own and not row.disabled):
			found[row.name] = Dict(
				modified=row.modified,
				title=row.name,
				ref_doctype=row.ref_doctype,
				report_type=row.report_type,
			)
	return found


def get_allowed_report_names(cache: bool = False) -> set[str]:
	"""Their names."""
	return set(get_allowed_reports(cache))


def get_modules_from_all_apps_for_user(user: str | None = None) -> list[dict[str, Any]]:
	"""module_name and app of every module that is not hidden from the user."""
	from minibench.data.query import get_all
	from minibench.hooks import get_installed_apps

	blockers = {"Administrator", user or session.user}
	filters = {"parenttype": "User", "parent": ["in", sorted(blockers)]}
	blocked = set(get_all("Block Module", filters=filters, pluck="module"))
	modules = get_all(
		"Module Def",
		filters={"app_name": ["in", get_installed_apps()]},
		fields=["module_name", "app_name as app"],
	)
	return [module for module in modules if module["module_name"] not in blocked]
