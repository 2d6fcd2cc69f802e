from __future__ import annotations

from typing import Any

from minibench.access.roles import only_for
from minibench.access.user_permissions import (
	get_permitted_documents,
	user_permission_exists,
)
from minibench.access.user_permissions import get_user_permissions as permissions_of
from minibench.collaboration.messages import throw
from minibench.context import Dict, db, local
from minibench.errors import DuplicateEntryError
from minibench.model.document import Document
from minibench.translate import _
from minibench.values.jsonio import parse_json
from minibench.values.text import get_desk_link
from minibench.web.whitelist import whitelist

__all__ = [
	"UserPermission",
	"add_user_permissions",
	"check_applicable_doc_perm",
	"clear_user_permissions",
	"get_permitted_documents",
	"get_user_permissions",
	"user_permission_exists",
]


class UserPermission(Document):
	def validate(self) -> None:
		self.validate_user_permission()
		self.validate_default_permission()

	def on_update(self) -> None:
		local.role_permissions = {}

	def on_trash(self) -> None:
		local.role_permissions = {}

	def validate_user_permission(self) -> None:
		"""The same permission twice would have to be taken away twice."""
		from minibench.data.query import get_all

		filters = {
			"allow": self.allow,
			"for_value": self.for_value,
			"user": self.user,
			"applicable_for": self.applicable_for or "",
			"apply_to_all_doctypes": self.apply_to_all_doctypes,
			"name": ["!=", self.name],
		}
		if get_all("User Permission", filters=filters, limit=1):
			throw(_("User permission already exists"), DuplicateEntryError)

	def validate_default_permission(self) -> None:
		"""One default for a DocType, as far as the permissions apply to the same."""
		from minibench.data.query import get_all

		if not self.is_default:
			return
		found = get_all(
			"User Permission",
			filters={"allow": self.allow, "user": self.user, "is_default": 1, "name": ["!=", self.name]},
			or_filters={"applicable_for": self.applicable_for or "", "apply_to_all_doctypes": 1},
			limit=1,
		)
		if found:
			link = get_desk_link(self.doctype, found[0].name)
			throw(_("{0} has already assigned default value for {1}.").format(link, self.allow))


@whitelist()
def get_user_permissions(user: str | None = None) -> Any:
	"""The documents a user is confined to. A request gets its own user's only."""
	if getattr(local, "request", None) and local.form_dict.cmd == "get_user_permissions":
		user = None
	return permissions_of(user)


@whitelist()
def check_applicable_doc_perm(user: str, doctype: str, docname: str) -> list[str]:
	"""The DocTypes to which the user's permission on a document applies."""
	only_for("System Manager")
	rows = db.get_values(
		"User Permission",
		{"user": user, "allow": doctype, "for_value": docname},
		["applicable_for", "apply_to_all_doctypes"],
		as_dict=True,
	)
	if any(row.apply_to_all_doctypes for row in rows):
		return _linking_doctypes(doctype)
	return [row.applicable_for for row in rows]


def _linking_doctypes(doctype: str) -> list[str]:
	"""The DocTypes with a link field to `doctype`; for a child table its parents."""
	rows = db.execute(
		"select distinct case when owner.istable then holder.parent else owner.name end from tabDocField field"
		" join tabDocType owner on owner.name = field.parent"
		" left join tabDocField holder on owner.istable and holder.options = owner.name"
		" and holder.fieldtype in ('Table', 'Table MultiSelect')"
		" where field.fieldtype = 'Link' and field.options = ?"
		" union select dt from `tabCustom Field` where fieldtype = 'Link' and options = ?",
		(doctype, doctype),
	)
	return [row[0] for row in rows if row[0]]


@whitelist()
def clear_user_permissions(user: str, for_doctype: str) -> int:
	"""Delete the user's permissions on one DocType. Returns how many there were."""
	only_for("System Manager")
	filters = {"allow": for_doctype, "user": user}
	total = db.count("User Permission", filters)
	if total:
		db.delete("User Permission", filters)
		local.role_permissions = {}
	return int(total)


@whitelist()
def add_user_permissions(data: Any) -> int:
	"""Confine a user to a document, for all DocTypes or for some. Returns 1 if anything was written."""
	only_for("System Manager")
	asked = Dict(parse_json(data))
	key = {"user": asked.user, "allow": asked.doctype, "for_value": asked.docname}
	applied = check_applicable_doc_perm(asked.user, asked.doctype, asked.docname)
	for_all = db.exists("User Permission", {**key, "apply_to_all_doctypes": 1})
	if asked.apply_to_all_doctypes == 1 and not for_all:
		if applied:
			db.delete("User Permission", {**key, "applicable_for": ["in", applied]})
		local.role_permissions = {}
		_insert(key, asked, None)
		return 1
	wanted = asked.applicable_doctypes or []
	if not wanted or asked.apply_to_all_doctypes == 1:
		return 0
	db.delete("User Permission", {**key, "apply_to_all_doctypes": 1})
	dropped = [each for each in applied if each not in wanted]
	if dropped:
		db.delete("User Permission", {**key, "applicable_for": ["in", dropped]})
	local.role_permissions = {}
	for applicable in wanted:
		if for_all or applicable not in applied:
			_insert(key, asked, applicable)
	return 1


def _insert(key: dict[str, Any], asked: Dict, applicable: str | None) -> None:
	from minibench.model.document import get_doc

	get_doc(
		{
			"doctype": "User Permission",
			**key,
			"is_default": asked.is_default or 0,
			"hide_descendants": asked.hide_descendants or 0,
			"applicable_for": applicable,
			"apply_to_all_doctypes": 0 if applicable else 1,
		}
	).insert()
