"""What a user may do with each DocType, as a client is told when it starts (`frappe.get_user()`)."""

from __future__ import annotations

from typing import Any

from minibench.context import Dict, db
from minibench.translate import _

# List of DocTypes -> the right that puts a DocType there, if the user may see it at all.
_LISTS_BY_RIGHT = {
	"can_get_report": "report",
	"can_import": "import",
	"can_export": "export",
	"can_print": "print",
	"can_email": "email",
}
_LISTS = (
	"can_select",
	"can_create",
	"can_write",
	"can_read",
	"can_submit",
	"can_cancel",
	"can_delete",
	"can_get_report",
	"allow_modules",
	"all_read",
	"can_search",
	"in_create",
	"can_export",
	"can_import",
	"can_print",
	"can_email",
)
_USER_FIELDS = (
	"creation",
	"desk_theme",
	"email",
	"email_signature",
	"first_name",
	"language",
	"last_name",
	"mute_sounds",
	"send_me_a_copy",
	"user_type",
	"onboarding_status",
	"default_workspace",
)


class UserPermissions:
	"""The rights of one user on all DocTypes, read once when first asked for."""

	def __init__(self, name: str = "") -> None:
		self.name = name
		self.defaults: Any = None
		self._roles: list[str] = []
		self._built = False
		self.lists: dict[str, list[str]] = {key: [] for key in _LISTS}

	def __getattr__(self, key: str) -> Any:
		if key in _LISTS:
			return self._get(key)
		raise AttributeError(key)

	def get_roles(self) -> list[str]:
		"""The user's roles."""
		from minibench.access.roles import get_roles

		if not self._roles:
			self._roles = get_roles(self.name)
		return self._roles

	def get_defaults(self) -> Any:
		"""The user's defaults over the site's."""
		from minibench.access.defaults import get_defaults

		self.defaults = get_defaults(self.name)
		return self.defaults

	def get_can_read(self) -> list[str]:
		"""The DocTypes that the user can read."""
		return self._get("can_read")

	def _get(self, key: str) -> list[str]:
		if not self._built:
			self.build_permissions()
		return self.lists[key]

	def build_permissions(self) -> None:
		"""Fill the lists from the permission rules and the shares."""
		self._built = True
		self.lists = {key: [] for key in _LISTS}
		rules, shared = self._rights(), self._shared_doctypes()
		doctypes = db.execute("select name, in_create, module, istable, issingle, read_only from tabDocType")
		for name, in_create, module, istable, issingle, read_only in doctypes:
			rights = rules.get(name, set())
			if name in shared:
				rights = rights | {"read"}
			if rights:
				self._place(
					name, rights, bool(istable), bool(issingle), bool(in_create), bool(read_only), module
				)
		self._complete(shared)

	def _rights(self) -> dict[str, set[str]]:
		from minibench.access.permission_rules import get_valid_perms
		from minibench.access.permissions import rights

		found: dict[str, set[str]] = {}
		for rule in get_valid_perms(user=self.name):
			found.setdefault(rule.parent, set()).update(right for right in rights if rule.get(right))
		return found

	def _shared_doctypes(self) -> set[str]:
		from minibench.access.share import get_shared_doctypes

		return set(get_shared_doctypes(self.name))

	def _place(
		self,
		name: str,
		rights: set[str],
		istable: bool,
		issingle: bool,
		in_create: bool,
		read_only: bool,
		module: str,
	) -> None:
		"""Put a DocType into the lists where it belongs."""
		lists = self.lists
		for right in ("select", "submit", "cancel", "delete"):
			if right in rights:
				lists[f"can_{right}"].append(name)
		if not istable:
			if "create" in rights and not issingle:
				lists["in_create" if in_create else "can_create"].append(name)
			elif "write" in rights:
				lists["can_write"].append(name)
			elif "read" in rights:
				lists["all_read" if read_only else "can_read"].append(name)
		if not rights & {"read", "write", "create"}:
			return
		for key, right in _LISTS_BY_RIGHT.items():
			if right in rights:
				lists[key].append(name)
		if not istable:
			if not issingle and not read_only:
				lists["can_search"].append(name)
			if module not in lists["allow_modules"]:
				lists["allow_modules"].append(module)

	def _complete(self, shared: set[str]) -> None:
		"""Whoever may write may read; System Managers may import what can be imported."""
		lists = self.lists
		not_in_lists = set(lists["all_read"])
		lists["can_write"] += lists["can_create"] + lists["in_create"]
		readable = dict.fromkeys([*lists["can_read"], *lists["can_write"], *shared])
		lists["all_read"] += list(readable)
		lists["can_read"] = [name for name in readable if name not in not_in_lists]
		if "System Manager" in self.get_roles():
			lists["can_import"] += db.get_values("DocType", {"allow_import": 1}, "name", pluck=True)
			changed = {"property": "allow_import", "value": "1"}
			lists["can_import"] += db.get_values("Property Setter", changed, "doc_type", pluck=True)

	def load_user(self) -> Dict:
		"""All that a client is told about its user."""
		from minibench.values.jsonio import parse_json

		told: Dict = db.get_value("User", self.name, list(_USER_FIELDS), as_dict=True)
		if told.default_workspace:
			row = db.get_value("Workspace", told.default_workspace, ["name", "public", "title"], as_dict=True)
			told.default_workspace = dict(row) if row else None
		told.name = self.name
		told.onboarding_status = parse_json(told.onboarding_status or "{}")
		told.roles = self.get_roles()
		told.defaults = self.get_defaults()
		for key in _LISTS:
			told[key] = list(dict.fromkeys(self._get(key)))
		told.all_reports = self.get_all_reports()
		return told

	def get_all_reports(self) -> dict[str, Any]:
		"""The reports that the user's roles and DocTypes allow: {name: {title, ref_doctype, report_type, modified}}."""
		roles = self.get_roles()
		rows = db.execute(
			"select name, ref_doctype, report_type, modified from tabReport report where disabled = 0 and"
			" (exists (select 1 from `tabHas Role` given where given.parenttype = 'Report'"
			f" and given.parent = report.name and given.role in ({', '.join('?' * len(roles))}))"
			" or not exists (select 1 from `tabHas Role` given where given.parenttype = 'Report'"
			" and given.parent = report.name))",
			tuple(roles),
		)
		reportable = set(self._get("can_get_report"))
		return {
			name: Dict(title=_(name), ref_doctype=ref_doctype, report_type=report_type, modified=modified)
			for name, ref_doctype, report_type, modified in rows
			if ref_doctype in reportable
		}
