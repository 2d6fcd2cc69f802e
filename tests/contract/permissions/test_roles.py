"""Which roles a user has, and what roles make of a user."""

from __future__ import annotations

import frappe
import pytest

from tests.contract.permissions.tools import CLERK, PORTAL, acting_as


def test_automatic_roles():
	assert set(frappe.get_roles(CLERK)) == {"Contract Clerk", "All", "Guest", "Desk User"}
	assert set(frappe.get_roles(PORTAL)) == {"All", "Guest"}
	assert frappe.get_roles("Guest") == ["Guest"]
	assert set(frappe.get_roles("Administrator")) == set(frappe.get_all("Role", pluck="name"))


def test_roles_are_those_of_the_session():
	with acting_as(CLERK):
		assert "Contract Clerk" in frappe.get_roles()
	assert "System Manager" in frappe.get_roles()


def test_without_standard_roles():
	from frappe.permissions import get_roles

	assert get_roles(CLERK, with_standard=False) == ["Contract Clerk"]


def test_roles_come_and_go():
	user = frappe.get_doc("User", CLERK)
	user.add_roles("Contract Viewer", "Contract Viewer")
	assert [row.role for row in user.roles] == ["Contract Clerk", "Contract Viewer"]
	assert "Contract Viewer" in frappe.get_roles(CLERK)
	user.remove_roles("Contract Viewer")
	assert "Contract Viewer" not in frappe.get_roles(CLERK)


def test_automatic_roles_given_by_hand_count_for_nothing():
	frappe.get_doc("User", PORTAL).add_roles("Administrator")
	assert "Administrator" not in frappe.get_roles(PORTAL)


def test_the_desk_comes_with_a_role():
	user = frappe.get_doc("User", PORTAL)
	user.user_type = "System User"
	user.save()
	assert user.user_type == "Website User"
	user.add_roles("Contract Viewer")
	assert user.user_type == "System User"
	assert "Desk User" in frappe.get_roles(PORTAL)


def test_a_role_that_loses_the_desk_takes_it_from_its_users():
	role = frappe.get_doc({"doctype": "Role", "role_name": "Contract Passing", "desk_access": 1}).insert()
	frappe.get_doc("User", PORTAL).add_roles(role.name)
	assert frappe.db.get_value("User", PORTAL, "user_type") == "System User"
	role.reload()
	role.desk_access = 0
	role.save()
	assert frappe.db.get_value("User", PORTAL, "user_type") == "Website User"


def test_a_disabled_role_is_taken_away():
	role = frappe.get_doc({"doctype": "Role", "role_name": "Contract Passing"}).insert()
	frappe.get_doc("User", CLERK).add_roles(role.name)
	role.reload()
	role.disabled = 1
	role.save()
	assert "Contract Passing" not in frappe.get_roles(CLERK)
	user = frappe.get_doc("User", CLERK)
	user.add_roles(role.name)
	assert "Contract Passing" not in [row.role for row in user.roles]


@pytest.mark.parametrize("role", ["Administrator", "System Manager", "All", "Guest"])
def test_standard_roles_stay(role):
	doc = frappe.get_doc("Role", role)
	doc.disabled = 1
	with pytest.raises(frappe.ValidationError, match="Standard roles cannot be disabled"):
		doc.save()


def test_a_role_profile_decides_alone():
	profile = frappe.get_doc(
		{
			"doctype": "Role Profile",
			"role_profile": "Contract Profile",
			"roles": [{"role": "Contract Viewer"}],
		}
	).insert()
	user = frappe.get_doc("User", CLERK)
	user.role_profile_name = profile.name
	user.save()
	assert [row.role for row in user.roles] == ["Contract Viewer"]
	profile.append("roles", {"role": "Contract Clerk"})
	profile.save()
	assert {row.role for row in frappe.get_doc("User", CLERK).roles} == {"Contract Viewer", "Contract Clerk"}


def test_only_for():
	frappe.flags.in_test = False
	try:
		frappe.only_for("Contract Clerk")
		with acting_as(CLERK):
			frappe.only_for("Contract Clerk")
			frappe.only_for(["System Manager", "Contract Clerk"])
			with pytest.raises(frappe.PermissionError):
				frappe.only_for("System Manager")
			with pytest.raises(frappe.PermissionError, match="This action is only allowed for"):
				frappe.only_for(("System Manager", "Contract Viewer"), message=True)
	finally:
		frappe.flags.in_test = True


def test_users_with_a_role():
	from frappe.utils.user import get_users_with_role

	assert set(get_users_with_role("Contract Clerk")) >= {CLERK, "other@contract.test"}
	frappe.db.set_value("User", CLERK, "enabled", 0)
	assert CLERK not in get_users_with_role("Contract Clerk")


def test_system_managers():
	from frappe.utils.user import get_system_managers

	frappe.get_doc("User", CLERK).add_roles("System Manager")
	assert CLERK in get_system_managers(only_name=True)
	assert f"Clerk <{CLERK}>" in get_system_managers()
	assert "Administrator" not in get_system_managers(only_name=True)
