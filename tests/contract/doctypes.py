"""The DocTypes, roles and users that the contract tests work with: made and removed alike on either engine."""

from __future__ import annotations

from typing import Any

import frappe

PASSWORD = "Contract#2026"
ROLES = ("Contract Clerk", "Contract Viewer")
USERS = {
	"clerk@contract.test": ("System User", ["Contract Clerk"]),
	"other@contract.test": ("System User", ["Contract Clerk"]),
	"viewer@contract.test": ("System User", ["Contract Viewer"]),
	"portal@contract.test": ("Website User", []),
}
_ALL = ("read", "write", "create", "delete", "report", "export", "import", "share", "print", "email")
_SUBMIT = ("submit", "cancel", "amend")


def _field(fieldname: str, fieldtype: str, options: str | None = None, **more: Any) -> dict[str, Any]:
	label = fieldname.replace("_", " ").title()
	return {"fieldname": fieldname, "fieldtype": fieldtype, "label": label, "options": options, **more}


def _may(role: str, *rights: str, **more: Any) -> dict[str, Any]:
	# What is not said is said to be 0: a rule's own defaults grant most rights.
	denied = dict.fromkeys((*_ALL, *_SUBMIT, "select"), 0)
	return {"role": role, **denied, **{right: 1 for right in rights}, **more}


_PARTY = {
	"name": "Contract Party",
	"allow_import": 1,
	"naming_rule": "By fieldname",
	"autoname": "field:party_name",
	"allow_rename": 1,
	"track_changes": 1,
	"title_field": "party_name",
	"search_fields": "party_group",
	"fields": [
		_field("party_name", "Data", reqd=1, unique=1, in_list_view=1),
		_field("email", "Data", "Email"),
		_field("disabled", "Check"),
		_field("credit_limit", "Currency"),
		_field("parent_party", "Link", "Contract Party"),
		_field("notes", "Text"),
		_field("party_group", "Select", "\nRetail\nWholesale", in_standard_filter=1),
	],
	"permissions": [
		_may("System Manager", *_ALL),
		_may("Contract Clerk", "read", "write", "create"),
		_may("Contract Viewer", "read", if_owner=1),
	],
}

_LINE = {
	"name": "Contract Order Line",
	"istable": 1,
	"editable_grid": 1,
	"fields": [
		_field("item", "Data", reqd=1, in_list_view=1),
		_field("qty", "Float", default="1", non_negative=1, in_list_view=1),
		_field("rate", "Currency", in_list_view=1),
		_field("amount", "Currency", in_list_view=1),
	],
	"permissions": [],
}

_ORDER = {
	"name": "Contract Order",
	"allow_import": 1,
	"naming_rule": 'By "Naming Series" field',
	"autoname": "naming_series:",
	"is_submittable": 1,
	"track_changes": 1,
	"fields": [
		_field("naming_series", "Select", "CO-.YYYY.-.#####", reqd=1, set_only_once=1, default="CO-.YYYY.-.#####"),
		_field("party", "Link", "Contract Party", reqd=1, in_list_view=1),
		_field("party_email", "Data", fetch_from="party.email", read_only=1),
		_field("posting_date", "Date", default="Today"),
		_field("status", "Select", "Draft\nOpen\nClosed", default="Draft", allow_on_submit=1),
		_field("reason", "Data", mandatory_depends_on='eval:doc.status=="Closed"'),
		_field("total", "Currency", read_only=1),
		_field("secret_note", "Small Text", permlevel=1),
		_field("ref_doctype", "Link", "DocType"),
		_field("ref_name", "Dynamic Link", "ref_doctype"),
		_field("remarks", "Text", allow_on_submit=1),
		_field("items", "Table", "Contract Order Line"),
		_field("amended_from", "Link", "Contract Order", read_only=1, no_copy=1),
	],
	"permissions": [
		_may("System Manager", *_ALL, *_SUBMIT),
		_may("System Manager", "read", "write", permlevel=1),
		_may("Contract Clerk", "read", "write", "create", *_SUBMIT),
	],
}

_NODE = {
	"name": "Contract Node",
	"allow_import": 1,
	"naming_rule": "By fieldname",
	"autoname": "field:node_name",
	"is_tree": 1,
	"allow_rename": 1,
	"nsm_parent_field": "parent_contract_node",
	"fields": [
		_field("node_name", "Data", reqd=1, unique=1),
		_field("is_group", "Check"),
		_field("parent_contract_node", "Link", "Contract Node"),
		_field("lft", "Int", hidden=1, read_only=1, no_copy=1, search_index=1),
		_field("rgt", "Int", hidden=1, read_only=1, no_copy=1, search_index=1),
		_field("old_parent", "Link", "Contract Node", hidden=1, read_only=1),
	],
	"permissions": [_may("System Manager", *_ALL), _may("Contract Clerk", "read", "write", "create")],
}

_SETTINGS = {
	"name": "Contract Settings",
	"issingle": 1,
	"fields": [
		_field("limit_amount", "Currency", default="100"),
		_field("enabled", "Check"),
		_field("contact", "Link", "User"),
	],
	"permissions": [_may("System Manager", "read", "write", "create"), _may("Contract Clerk", "read")],
}

DOCTYPES = (_PARTY, _LINE, _ORDER, _NODE, _SETTINGS)


def install() -> None:
	"""Make what is absent. The caller commits."""
	for role in ROLES:
		if not frappe.db.exists("Role", role):
			frappe.get_doc({"doctype": "Role", "role_name": role, "desk_access": 1}).insert()
	for definition in DOCTYPES:
		if not frappe.db.exists("DocType", definition["name"]):
			frappe.get_doc({"doctype": "DocType", "module": "Core", "custom": 1, **definition}).insert()
	for email, (user_type, roles) in USERS.items():
		if not frappe.db.exists("User", email):
			user = frappe.get_doc(
				{
					"doctype": "User",
					"email": email,
					"first_name": email.split("@")[0].title(),
					"user_type": user_type,
					"send_welcome_email": 0,
					"roles": [{"role": role} for role in roles],
				}
			)
			user.flags.no_welcome_mail = True
			user.flags.ignore_password_policy = True
			user.new_password = PASSWORD
			user.insert()


def remove() -> None:
	"""Delete all that `install` made, with every document of its DocTypes. The caller commits."""
	for definition in reversed(DOCTYPES):
		name = definition["name"]
		if not frappe.db.exists("DocType", name):
			continue
		if not definition.get("issingle"):
			frappe.db.delete(name)
		frappe.delete_doc("DocType", name, force=True)
	for email in USERS:
		if frappe.db.exists("User", email):
			frappe.delete_doc("User", email, force=True)
	for role in ROLES:
		if frappe.db.exists("Role", role):
			frappe.delete_doc("Role", role, force=True)
