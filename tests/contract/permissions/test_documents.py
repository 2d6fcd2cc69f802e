"""What roles and ownership let a user do with DocTypes and documents."""

from __future__ import annotations

import frappe
import frappe.permissions
import pytest
from frappe.permissions import add_permission, reset_perms, update_permission_property

from tests.contract.permissions.tools import (
	CLERK,
	LINE,
	ORDER,
	PARTY,
	PORTAL,
	VIEWER,
	acting_as,
	listed,
	order,
	party,
	rules_of,
	told,
)


@pytest.mark.parametrize(
	"user, allowed",
	[
		(CLERK, {"read", "write", "create"}),
		# A rule for owners opens the list; whose documents are in it is decided there.
		(VIEWER, {"read"}),
		(PORTAL, set()),
		("Guest", set()),
	],
)
def test_rights_on_a_doctype(user, allowed):
	rights = ("read", "write", "create", "delete", "export", "print", "email", "report", "share", "select")
	assert {right for right in rights if frappe.has_permission(PARTY, right, user=user)} == allowed


def test_administrator_may_everything():
	assert frappe.has_permission(PARTY, "submit")
	assert frappe.has_permission(PARTY, "anything", user="Administrator")


def test_submit_needs_a_submittable_type_and_import_an_importable_one():
	user = frappe.get_doc("User", CLERK)
	user.add_roles("System Manager")
	assert frappe.has_permission(ORDER, "submit", user=CLERK)
	assert not frappe.has_permission(PARTY, "submit", user=CLERK)
	assert frappe.has_permission(PARTY, "import", user=CLERK)
	assert not frappe.has_permission("Contract Settings", "import", user=CLERK)


def test_throw():
	with pytest.raises(frappe.PermissionError):
		frappe.has_permission(PARTY, "delete", user=CLERK, throw=True)
	assert frappe.flags.error_message == "No permission for Contract Party"
	doc = party("P Throw")
	with pytest.raises(frappe.PermissionError):
		frappe.has_permission(PARTY, "delete", doc=doc, user=CLERK, throw=True)
	assert frappe.flags.error_message == "No permission for Contract Party P Throw"
	assert frappe.has_permission(PARTY, "read", doc="P Throw", user=CLERK, throw=True)


def test_a_refusal_says_why_to_the_one_who_asked():
	party("P Why")
	with acting_as(CLERK):
		assert not frappe.has_permission(PARTY, "delete", doc="P Why")
		assert told() == ""
		with pytest.raises(frappe.PermissionError):
			frappe.has_permission(PARTY, "delete", doc="P Why", throw=True)
		assert "does not have access to this document: Contract Party - P Why" in told()
		frappe.clear_messages()
		assert not frappe.permissions.has_permission(PARTY, "delete", raise_exception=False)
		assert told() == ""
		assert not frappe.permissions.has_permission(PARTY, "delete")
		assert "does not have doctype access via role permission" in told()


def test_a_document_refuses_by_name():
	doc = party("P Refuses")
	with acting_as(VIEWER):
		with pytest.raises(frappe.PermissionError):
			frappe.get_doc(PARTY, "P Refuses").check_permission("write")
		assert "<strong>Contract Party</strong> P Refuses" in frappe.flags.error_message
		with pytest.raises(frappe.PermissionError):
			frappe.get_doc(PARTY, "P Refuses").save()
		with pytest.raises(frappe.PermissionError):
			frappe.get_doc({"doctype": PARTY, "party_name": "P New"}).insert()
		frappe.get_doc({"doctype": PARTY, "party_name": "P New"}).insert(ignore_permissions=True)
	with acting_as(CLERK), pytest.raises(frappe.PermissionError):
		frappe.delete_doc(PARTY, doc.name)


def test_owners():
	own, others = party("P Own"), party("P Others")
	frappe.db.set_value(PARTY, own.name, "owner", VIEWER)
	assert frappe.has_permission(PARTY, "read", doc="P Own", user=VIEWER)
	assert not frappe.has_permission(PARTY, "read", doc="P Others", user=VIEWER)
	assert not frappe.has_permission(PARTY, "write", doc="P Own", user=VIEWER)
	with acting_as(VIEWER):
		assert listed() == {"P Own"}
		assert frappe.get_list(PARTY, filters={"name": others.name}) == []
	with acting_as(CLERK):
		assert listed() >= {"P Own", "P Others"}


def test_rights_of_a_role_for_owners():
	granted = frappe.permissions.get_role_permissions(PARTY, user=VIEWER)
	assert granted["has_if_owner_enabled"]
	assert granted["read"] == 1 and granted["if_owner"] == {"read": 0}
	granted = frappe.permissions.get_role_permissions(PARTY, user=VIEWER, is_owner=True)
	assert granted["if_owner"] == {"read": 1}
	granted = frappe.permissions.get_role_permissions(frappe.get_meta(PARTY), user=CLERK)
	assert not granted["has_if_owner_enabled"]
	assert (granted["read"], granted["create"], granted["delete"]) == (1, 1, 0)


def test_create_for_owners_needs_no_owner_yet():
	with rules_of(PARTY):
		update_permission_property(PARTY, "Contract Viewer", 0, "create", 1, if_owner=1)
		update_permission_property(PARTY, "Contract Viewer", 0, "write", 1, if_owner=1)
		assert frappe.has_permission(PARTY, "create", user=VIEWER)
		assert not frappe.has_permission(PARTY, "write", user=VIEWER)
		with acting_as(VIEWER):
			mine = party("P Mine")
			mine.notes = "changed"
			mine.save()
		party("P Not Mine")
		assert not frappe.has_permission(PARTY, "write", doc="P Not Mine", user=VIEWER)


def test_rights_on_one_document():
	party("P One")
	rights = frappe.permissions.get_doc_permissions(frappe.get_doc(PARTY, "P One"), user=CLERK)
	assert rights["read"] == rights["write"] == 1
	assert rights["submit"] == rights["import"] == rights["delete"] == 0
	rights = frappe.permissions.get_doc_permissions(order("P One"), user=CLERK)
	assert rights["submit"] == rights["cancel"] == rights["amend"] == 1


def test_rows_are_as_open_as_their_parent():
	party("P Rows")
	doc = order("P Rows")
	assert not frappe.has_permission(LINE, "read", user=CLERK)
	assert frappe.has_permission(LINE, "read", user=CLERK, parent_doctype=ORDER)
	assert not frappe.has_permission(LINE, "read", user=VIEWER, parent_doctype=ORDER)
	assert not frappe.has_permission(LINE, "read", user=CLERK, parent_doctype=PARTY)
	assert frappe.has_permission(LINE, "read", doc=doc.items[0].name, user=CLERK)
	assert frappe.has_permission(LINE, "read", doc=doc.items[0], user=CLERK)
	assert not frappe.has_permission(LINE, "read", doc=doc.items[0], user=VIEWER)


def test_lists_without_permission():
	with acting_as(PORTAL):
		with pytest.raises(frappe.PermissionError):
			frappe.get_list(PARTY)
		party_names = frappe.get_all(PARTY, pluck="name", limit=1)
		assert isinstance(party_names, list)
	with acting_as("Guest"), pytest.raises(frappe.PermissionError):
		frappe.get_list(PARTY)


def test_the_site_changes_its_rules():
	party("P Rules")
	with rules_of(PARTY):
		assert not frappe.has_permission(PARTY, "delete", user=CLERK)
		update_permission_property(PARTY, "Contract Clerk", 0, "delete", 1)
		assert frappe.has_permission(PARTY, "delete", user=CLERK)
		assert frappe.has_permission(PARTY, "delete", doc="P Rules", user=CLERK)
		assert frappe.db.count("Custom DocPerm", {"parent": PARTY}) == 3
		may_delete = {p.role for p in frappe.get_meta(PARTY).permissions if p.delete}
		assert may_delete == {"System Manager", "Contract Clerk"}
		reset_perms(PARTY)
		frappe.clear_cache(doctype=PARTY)
		assert not frappe.has_permission(PARTY, "delete", user=CLERK)
		assert frappe.db.count("Custom DocPerm", {"parent": PARTY}) == 0


def test_a_rule_for_one_more_role():
	with rules_of(PARTY):
		assert not frappe.has_permission(PARTY, "read", user=PORTAL)
		assert add_permission(PARTY, "All")
		assert frappe.has_permission(PARTY, "read", user=PORTAL)
		assert not frappe.has_permission(PARTY, "write", user=PORTAL)
		assert add_permission(PARTY, "All") is None
		assert "already exists" in told()


def test_select_only():
	party("P Select", email="p@contract.test", party_group="Retail")
	with rules_of(PARTY):
		add_permission(PARTY, "All", ptype="select")
		update_permission_property(PARTY, "All", 0, "read", 0)
		assert frappe.has_permission(PARTY, "select", user=PORTAL)
		assert not frappe.has_permission(PARTY, "read", user=PORTAL)
		with acting_as(PORTAL):
			(row,) = frappe.get_list(PARTY, fields=["*"], filters={"name": "P Select"})
			assert dict(row) == {"party_group": "Retail", "name": "P Select"}
			rows = frappe.get_list(PARTY, fields=["name", "email"], filters={"name": "P Select"})
			assert rows == [{"name": "P Select"}]


def test_export_and_import():
	from frappe.permissions import can_export, can_import

	with acting_as(CLERK):
		assert not can_export(PARTY)
		with pytest.raises(frappe.PermissionError):
			can_export(PARTY, raise_exception=True)
		assert not can_import(PARTY)
		with pytest.raises(frappe.PermissionError):
			can_import(PARTY, raise_exception=True)
	frappe.get_doc("User", CLERK).add_roles("System Manager")
	with acting_as(CLERK):
		assert can_export(PARTY) and can_import(PARTY)


def test_valid_rules_of_a_user():
	from frappe.permissions import get_doctype_roles, get_valid_perms

	(rule,) = get_valid_perms(PARTY, CLERK)
	assert (rule.role, rule.read, rule.write, rule.delete) == ("Contract Clerk", 1, 1, 0)
	assert get_valid_perms(PARTY, PORTAL) == []
	assert set(get_doctype_roles(PARTY)) == {"System Manager", "Contract Clerk", "Contract Viewer"}
	assert get_doctype_roles(PARTY, "delete") == ["System Manager"]


def test_what_a_user_may_do_at_all():
	with acting_as(CLERK):
		user = frappe.get_user()
		assert PARTY in user.get_can_read()
		user.build_permissions()
		assert PARTY in user.can_create and PARTY not in user.can_delete
		assert ORDER in user.can_submit
		loaded = user.load_user()
	assert loaded.name == CLERK
	assert PARTY in loaded.can_read and PARTY in loaded.can_write and PARTY in loaded.can_search
	assert "Contract Clerk" in loaded.roles
	assert loaded.defaults["user"] == CLERK


def test_standard_users_are_seen_by_administrator_only():
	frappe.get_doc("User", CLERK).add_roles("System Manager")
	with acting_as(CLERK):
		names = listed("User")
		assert CLERK in names
		assert not names & {"Administrator", "Guest"}
		assert not frappe.has_permission("User", "read", doc="Administrator")
		assert frappe.has_permission("User", "write", doc=PORTAL)
	assert {"Administrator", "Guest"} <= listed("User")


def test_a_script_narrows_a_list():
	party("P Open"), party("P Hidden")
	frappe.get_doc(
		{
			"doctype": "Server Script",
			"name": "Contract Permission Query",
			"script_type": "Permission Query",
			"reference_doctype": PARTY,
			"script": "conditions = f\"`tabContract Party`.name != 'P Hidden' or '{user}' = 'viewer@contract.test'\"",
		}
	).insert()
	with acting_as(CLERK):
		assert listed() & {"P Open", "P Hidden"} == {"P Open"}
	assert frappe.get_all(PARTY, filters={"name": "P Hidden"})


def test_website_permission_is_the_controllers_word():
	party("P Web")
	with acting_as(PORTAL):
		assert frappe.has_website_permission(frappe.get_doc("User", PORTAL))
		assert not frappe.has_website_permission(frappe.get_doc("User", CLERK))
		assert not frappe.has_website_permission(frappe.get_doc(PARTY, "P Web"))
