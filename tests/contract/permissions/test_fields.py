"""Permission levels of fields."""

from __future__ import annotations

import frappe
import pytest
from frappe.model import get_permitted_fields

from tests.contract.permissions.tools import CLERK, LINE, ORDER, PORTAL, acting_as, order, party


@pytest.fixture
def doc():
	party("P Fields")
	return order("P Fields", secret_note="hidden", remarks="open")


def test_a_list_leaves_out_what_may_not_be_read(doc):
	with acting_as(CLERK):
		rows = frappe.get_list(ORDER, fields=["name", "secret_note", "remarks"], filters={"name": doc.name})
		assert rows == [{"name": doc.name, "remarks": "open"}]
		(row,) = frappe.get_list(ORDER, fields=["*"], filters={"name": doc.name})
		assert "secret_note" not in row and row.remarks == "open" and row.owner == "Administrator"
	(row,) = frappe.get_list(ORDER, fields=["secret_note"], filters={"name": doc.name})
	assert row.secret_note == "hidden"


def test_a_document_loses_what_may_not_be_read(doc):
	with acting_as(CLERK):
		found = frappe.get_doc(ORDER, doc.name)
		assert found.secret_note == "hidden"
		found.apply_fieldlevel_read_permissions()
		assert not found.get("secret_note")
		assert found.remarks == "open"
	found = frappe.get_doc(ORDER, doc.name)
	found.apply_fieldlevel_read_permissions()
	assert found.secret_note == "hidden"


def test_what_may_not_be_written_is_put_back(doc):
	with acting_as(CLERK):
		found = frappe.get_doc(ORDER, doc.name)
		found.secret_note = "mine now"
		found.remarks = "changed"
		found.save()
		assert found.secret_note == "hidden"
		new = order("P Fields", secret_note="from the start")
		assert not new.secret_note
	stored = frappe.db.get_value(ORDER, doc.name, ["secret_note", "remarks"])
	assert tuple(stored) == ("hidden", "changed")


def test_who_may_write_may(doc):
	frappe.get_doc("User", CLERK).add_roles("System Manager")
	with acting_as(CLERK):
		found = frappe.get_doc(ORDER, doc.name)
		found.secret_note = "mine now"
		found.save()
		assert found.secret_note == "mine now"


def test_permissions_ignored_are_levels_ignored(doc):
	with acting_as(CLERK):
		found = frappe.get_doc(ORDER, doc.name)
		found.secret_note = "by the system"
		found.save(ignore_permissions=True)
		assert found.secret_note == "by the system"


def test_levels():
	with acting_as(CLERK):
		assert frappe.get_meta(ORDER).get_permlevel_access("read") == [0]
		new = frappe.new_doc(ORDER)
		assert not new.has_permlevel_access_to("secret_note")
		assert new.has_permlevel_access_to("remarks", permission_type="write")
	assert sorted(frappe.get_meta(ORDER).get_permlevel_access("write")) == [0, 1]


def test_permitted_fields():
	fields = get_permitted_fields(ORDER, user=CLERK)
	assert {"name", "owner", "modified", "party"} <= set(fields)
	assert "secret_note" not in fields and "items" not in fields and "doctype" not in fields
	assert "secret_note" in get_permitted_fields(ORDER, user="Administrator")
	assert {"parent", "parenttype", "idx", "item"} <= set(
		get_permitted_fields(LINE, parenttype=ORDER, user=CLERK)
	)
	assert "item" not in get_permitted_fields(LINE, user=CLERK)
	assert "party" not in get_permitted_fields(ORDER, user=PORTAL)


def test_children_in_lists(doc):
	with acting_as(CLERK):
		rows = frappe.get_list(
			ORDER, fields=["name", "items.item", "party.party_group"], filters={"name": doc.name}
		)
		assert rows[0].item == "a"
		rows = frappe.get_list(LINE, fields=["item"], parent_doctype=ORDER, filters={"parent": doc.name})
		assert rows == [{"item": "a"}]
