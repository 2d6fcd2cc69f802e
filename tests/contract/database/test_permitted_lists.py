"""`frappe.get_list`: what a user may not read is not in the list, nor counted, nor reached through a join."""

from __future__ import annotations

from typing import Any

import frappe
import pytest

from tests.contract.database.tools import LINE, ORDER, PARTY, SETTINGS

CLERK, VIEWER, PORTAL = "clerk@contract.test", "viewer@contract.test", "portal@contract.test"


@pytest.fixture(autouse=True)
def owners(records: None) -> None:
	frappe.db.set_value(PARTY, "P2", "owner", VIEWER, update_modified=False)
	frappe.db.set_value(ORDER, {"docstatus": ["<", 3]}, "secret_note", "hidden", update_modified=False)


def listed(user: str, doctype: str, **kwargs: Any) -> Any:
	frappe.set_user(user)
	kwargs.setdefault("order_by", "name asc")
	return frappe.get_list(doctype, **kwargs)


def test_a_role_sees_all_and_an_owner_their_own():
	assert listed(CLERK, PARTY, pluck="name") == ["P1", "P2", "P3", "P4", "P5"]
	assert listed(VIEWER, PARTY, pluck="name") == ["P2"]
	assert listed(VIEWER, PARTY, fields=["count(name) as n"], order_by=None) == [{"n": 1}]
	assert listed(VIEWER, PARTY, filters={"name": "P1"}) == []
	assert listed(VIEWER, PARTY, or_filters={"name": "P1", "disabled": 0}) == []


def test_who_may_not_read_is_refused():
	for user, doctype in ((PORTAL, PARTY), (VIEWER, ORDER), ("Guest", PARTY), (CLERK, SETTINGS)):
		with pytest.raises(frappe.PermissionError):
			listed(user, doctype)
	frappe.set_user(PORTAL)
	assert len(frappe.get_all(PARTY)) == 5
	assert len(frappe.get_list(PARTY, ignore_permissions=True)) == 5


def test_fields_of_a_higher_level_are_left_out():
	(row,) = listed(CLERK, ORDER, fields=["name", "secret_note", "status"], filters={"name": "O1"})
	assert row == {"name": "O1", "status": "Draft"}
	(row,) = listed(CLERK, ORDER, fields=["*"], filters={"name": "O1"})
	assert "secret_note" not in row and row.party == "P1" and row.docstatus == 0
	assert listed(CLERK, ORDER, fields=["name", "secret_note"], filters={"name": "O1"}, as_list=True) == (
		("O1", None),
	)
	assert listed(CLERK, ORDER, fields=["secret_note"], filters={"name": "O1"}) == []
	(row,) = listed(CLERK, ORDER, fields=["max(secret_note) as s", "count(*) as n"], order_by=None)
	assert row == {"n": 5}
	(row,) = listed("Administrator", ORDER, fields=["name", "secret_note"], filters={"name": "O1"})
	assert row.secret_note == "hidden"


def test_joins_are_checked_too():
	assert listed(CLERK, ORDER, fields=["name", "party.party_name"], filters={"name": "O1"}) == [
		{"name": "O1", "party_name": "Alpha"}
	]
	found = listed(CLERK, ORDER, fields=["name", "items.item"], filters={"name": "O1"}, limit=1)
	assert found[0].name == "O1"
	with pytest.raises(frappe.PermissionError):
		listed(CLERK, ORDER, fields=["name", "ref_doctype.module"])
	with pytest.raises(frappe.PermissionError):
		listed(CLERK, ORDER, filters=[["DocType", "module", "=", "Core"]])


def test_rows_of_child_tables_need_their_parent():
	assert len(listed(CLERK, LINE, parent_doctype=ORDER, fields=["item"], order_by=None)) == 9
	with pytest.raises(frappe.PermissionError):
		listed(CLERK, LINE)
	with pytest.raises(frappe.PermissionError):
		listed(VIEWER, LINE, parent_doctype=ORDER)


def test_a_user_is_confined_to_permitted_parties():
	from frappe.permissions import add_user_permission

	add_user_permission(PARTY, "P1", CLERK, ignore_permissions=True)
	assert listed(CLERK, PARTY, pluck="name") == ["P1"]
	assert listed(CLERK, ORDER, pluck="name") == ["O1", "O2", "O5"]
	assert listed(CLERK, ORDER, fields=["sum(total) as t"], order_by=None) == [{"t": 25.3}]
