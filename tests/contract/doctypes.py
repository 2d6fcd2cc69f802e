"""The DocTypes, roles and users that contract tests share, made the same way on either engine."""

from __future__ import annotations

from typing import Any

import frappe

PASSWORD = "Contract#2026"
ROLES = ("Contract Clerk", "Contract Viewer")
# user -> roles; a user without desk roles is a website user
USERS: dict[str, tuple[str, ...]] = {
	"clerk@contract.test": ("Contract Clerk",),
	"viewer@contract.test": ("Contract Viewer",),
	"other@contract.test": ("Contract Clerk",),
	"portal@contract.test": (),
}
EVERYTHING = ("read", "write", "create", "delete", "report", "export", "share", "print", "email")


def install() -> None:
	"""Make what is missing. Does not commit."""
	frappe.set_user("Administrator")
	for role in ROLES:
		if not frappe.db.exists("Role", role):
			frappe.get_doc({"doctype": "Role", "role_name": role, "desk_access": 1}).insert()
	for definition in _definitions():
		if not frappe.db.exists("DocType", definition["name"]):
			frappe.get_doc(definition).insert()
	for email, roles in USERS.items():
		if not frappe.db.exists("User", email):
			_make_user(email, roles)


def _make_user(email: str, roles: tuple[str, ...]) -> None:
	user = frappe.get_doc(
		{
			"doctype": "User",
			"email": email,
			"first_name": email.split("@")[0].title(),
			"user_type": "System User" if roles else "Website User",
			"send_welcome_email": 0,
			"new_password": PASSWORD,
			"roles": [{"role": role} for role in roles],
		}
	)
	user.flags.no_welcome_mail = True
	user.insert(ignore_permissions=True)


def remove() -> None:
	"""Take everything away again, documents included. Does not commit."""
	frappe.set_user("Administrator")
	for definition in reversed(_definitions()):
		doctype = definition["name"]
		if not frappe.db.exists("DocType", doctype):
			continue
		if definition.get("issingle"):
			frappe.db.delete("Singles", {"doctype": doctype})
		else:
			frappe.db.delete(doctype)
		frappe.delete_doc("DocType", doctype, force=True, ignore_permissions=True)
		_drop_table(doctype)
	frappe.db.delete("Series", {"name": ("like", "CO-%")})
	for email in USERS:
		if frappe.db.exists("User", email):
			frappe.delete_doc("User", email, force=True, ignore_permissions=True)
		# Every user is given a contact.
		for contact in frappe.get_all("Contact", filters={"email_id": email}, pluck="name"):
			frappe.delete_doc("Contact", contact, force=True, ignore_permissions=True)
	for role in ROLES:
		frappe.delete_doc("Role", role, force=True, ignore_permissions=True)


def _drop_table(doctype: str) -> None:
	if hasattr(frappe.db, "sql_ddl") and frappe.db.db_type != "sqlite":
		frappe.db.sql_ddl(f"drop table if exists `tab{doctype}`")
	else:
		frappe.db.drop_table(doctype)


def _permission(role: str, *rights: str, **more: int) -> dict[str, Any]:
	# DocPerm's own defaults grant more than a rule says: what is not granted is written down too.
	everything = (*EVERYTHING, "submit", "cancel", "amend", "import", "select")
	return {"role": role, **{right: int(right in rights) for right in everything}, **more}


def _doctype(
	name: str, fields: list[dict[str, Any]], *permissions: dict[str, Any], **more: Any
) -> dict[str, Any]:
	return {
		"doctype": "DocType",
		"name": name,
		"module": "Core",
		"custom": 1,
		"fields": fields,
		"permissions": list(permissions),
		**more,
	}


def _field(fieldname: str, fieldtype: str = "Data", **more: Any) -> dict[str, Any]:
	label = fieldname.replace("_", " ").title()
	return {"fieldname": fieldname, "fieldtype": fieldtype, "label": label, **more}


def _definitions() -> list[dict[str, Any]]:
	manager = _permission("System Manager", *EVERYTHING)
	return [
		_doctype(
			"Contract Party",
			[
				_field("party_name", unique=1, reqd=1, in_list_view=1),
				_field("email", options="Email"),
				_field("disabled", "Check"),
				_field("credit_limit", "Currency"),
				_field("parent_party", "Link", options="Contract Party"),
				_field("notes", "Text"),
				_field("party_group", "Select", options="Retail\nWholesale"),
			],
			_permission("System Manager", *EVERYTHING, "import"),
			_permission("Contract Clerk", "read", "write", "create"),
			_permission("Contract Viewer", "read", if_owner=1),
			allow_import=1,
			search_fields="party_group",
			autoname="field:party_name",
			track_changes=1,
			allow_rename=1,
		),
		_doctype(
			"Contract Order Line",
			[
				_field("item", reqd=1, in_list_view=1),
				_field("qty", "Float", default="1", non_negative=1),
				_field("rate", "Currency"),
				_field("amount", "Currency"),
			],
			istable=1,
		),
		_doctype(
			"Contract Order",
			[
				_field("naming_series", "Select", options="CO-.YYYY.-.#####"),
				_field("party", "Link", options="Contract Party", reqd=1, in_list_view=1),
				_field("party_email", fetch_from="party.email"),
				_field("posting_date", "Date", default="Today"),
				_field("status", "Select", options="Draft\nOpen\nClosed", default="Draft"),
				_field("reason", mandatory_depends_on='eval:doc.status=="Closed"'),
				_field("total", "Currency", read_only=1),
				_field("secret_note", "Small Text", permlevel=1),
				_field("ref_doctype", "Link", options="DocType"),
				_field("ref_name", "Dynamic Link", options="ref_doctype"),
				_field("remarks", "Text", allow_on_submit=1),
				_field("items", "Table", options="Contract Order Line"),
			],
			_permission("System Manager", *EVERYTHING, "submit", "cancel", "amend"),
			_permission("System Manager", "read", "write", permlevel=1),
			_permission("Contract Clerk", "read", "write", "create", "submit", "cancel", "amend"),
			autoname="naming_series:",
			# The engine adds amended_from to what can be submitted.
			is_submittable=1,
			track_changes=1,
		),
		_doctype(
			"Contract Node",
			[
				_field("node_name", reqd=1, unique=1),
				_field("is_group", "Check"),
				_field("parent_contract_node", "Link", options="Contract Node"),
				_field("lft", "Int", hidden=1, no_copy=1),
				_field("rgt", "Int", hidden=1, no_copy=1),
				_field("old_parent", "Link", options="Contract Node", hidden=1),
			],
			manager,
			_permission("Contract Clerk", "read", "write", "create"),
			autoname="field:node_name",
			is_tree=1,
			nsm_parent_field="parent_contract_node",
			allow_rename=1,
		),
		_doctype(
			"Contract Settings",
			[
				_field("limit_amount", "Currency", default="100"),
				_field("enabled", "Check"),
				_field("contact", "Link", options="User"),
			],
			_permission("System Manager", "read", "write", "create"),
			issingle=1,
		),
	]
