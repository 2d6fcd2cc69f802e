"""Users who are confined to some documents."""

from __future__ import annotations

import frappe
import pytest
from frappe.permissions import (
	add_user_permission,
	clear_user_permissions_for_doctype,
	get_user_permissions,
	remove_user_permission,
)

from tests.contract.permissions.tools import (
	CLERK,
	NODE,
	ORDER,
	PARTY,
	acting_as,
	confine,
	listed,
	order,
	party,
)


@pytest.fixture
def parties():
	return [party("P One"), party("P Two"), party("P Three", parent_party="P One")]


def test_confined_to_documents_themselves(parties):
	confine(CLERK, PARTY, "P One")
	assert frappe.has_permission(PARTY, "read", doc="P One", user=CLERK)
	assert not frappe.has_permission(PARTY, "read", doc="P Two", user=CLERK)
	with acting_as(CLERK):
		assert listed() == {"P One"}
		assert {row.name for row in frappe.get_list(PARTY, filters={"name": ["like", "P %"]})} == {"P One"}


def test_confined_through_links(parties):
	confine(CLERK, PARTY, "P One")
	ours, theirs = order("P One"), order("P Two")
	assert frappe.has_permission(ORDER, "read", doc=ours, user=CLERK)
	assert not frappe.has_permission(ORDER, "read", doc=theirs, user=CLERK)
	with acting_as(CLERK):
		assert listed(ORDER) & {ours.name, theirs.name} == {ours.name}
		order("P One")
		with pytest.raises(frappe.PermissionError):
			order("P Two")
	assert "is linked to Contract Party 'P Two' in field Party" in "".join(
		str(each) for each in frappe.get_message_log()
	)


def test_an_empty_link_is_free_unless_strict(parties):
	# P Two has no parent; P Three's parent is P One.
	confine(CLERK, PARTY, "P One", applicable_for=PARTY)
	confine(CLERK, PARTY, "P Three", applicable_for=PARTY)
	with acting_as(CLERK):
		assert listed() == {"P One", "P Three"}
	frappe.db.set_single_value("System Settings", "apply_strict_user_permissions", 1)
	frappe.clear_cache()
	try:
		with acting_as(CLERK):
			assert listed() == {"P Three"}
		assert not frappe.has_permission(PARTY, "read", doc="P One", user=CLERK)
		assert frappe.has_permission(PARTY, "read", doc="P Three", user=CLERK)
	finally:
		frappe.db.rollback()
		frappe.clear_cache()
		frappe.db.commit()


def test_applicable_for_one_doctype(parties):
	confine(CLERK, PARTY, "P One", applicable_for=ORDER)
	ours, theirs = order("P One"), order("P Two")
	with acting_as(CLERK):
		assert listed() >= {"P One", "P Two", "P Three"}
		assert listed(ORDER) & {ours.name, theirs.name} == {ours.name}
		# What can be chosen in the link field of an order.
		assert listed(PARTY, reference_doctype=ORDER) == {"P One"}
	assert frappe.has_permission(PARTY, "read", doc="P Two", user=CLERK)
	assert not frappe.has_permission(ORDER, "read", doc=theirs, user=CLERK)


def test_what_is_confined(parties):
	confine(CLERK, PARTY, "P One", is_default=1)
	confine(CLERK, PARTY, "P Two", applicable_for=ORDER)
	found = {row.doc: (row.applicable_for, row.is_default) for row in get_user_permissions(CLERK)[PARTY]}
	assert found == {"P One": (None, 1), "P Two": (ORDER, 0)}
	assert get_user_permissions("Administrator") == {}
	assert get_user_permissions("Guest") == {}


def test_a_default_stands_in(parties):
	confine(CLERK, PARTY, "P One")
	confine(CLERK, PARTY, "P Two", is_default=1)
	with acting_as(CLERK):
		assert frappe.defaults.get_user_default(PARTY) == "P Two"
		assert frappe.new_doc(ORDER).party == "P Two"


def test_the_only_document_is_the_default(parties):
	confine(CLERK, PARTY, "P One")
	with acting_as(CLERK):
		assert frappe.new_doc(ORDER).party == "P One"


def test_two_defaults_are_refused(parties):
	confine(CLERK, PARTY, "P One", is_default=1)
	with pytest.raises(frappe.ValidationError, match="has already assigned default value"):
		confine(CLERK, PARTY, "P Two", is_default=1)


def test_the_same_twice_is_refused(parties):
	confine(CLERK, PARTY, "P One")
	with pytest.raises(frappe.DuplicateEntryError):
		confine(CLERK, PARTY, "P One")


@pytest.fixture
def tree():
	for name, parent in (("N Top", None), ("N Left", "N Top"), ("N Leaf", "N Left"), ("N Right", "N Top")):
		frappe.get_doc(
			{
				"doctype": NODE,
				"node_name": name,
				"parent_contract_node": parent,
				"is_group": int(name != "N Leaf"),
			}
		).insert()


def test_a_node_opens_those_below(tree):
	confine(CLERK, NODE, "N Left")
	with acting_as(CLERK):
		# The parent field is a link to the same DocType: the node itself hangs below one that is out of reach.
		assert listed(NODE) == {"N Leaf"}
	assert {row.doc for row in get_user_permissions(CLERK)[NODE]} == {"N Left", "N Leaf"}
	assert frappe.has_permission(NODE, "read", doc="N Leaf", user=CLERK)
	assert not frappe.has_permission(NODE, "read", doc="N Right", user=CLERK)


def test_descendants_may_be_hidden(tree):
	confine(CLERK, NODE, "N Top", hide_descendants=1)
	with acting_as(CLERK):
		assert listed(NODE) == {"N Top"}


def test_owners_keep_what_a_rule_for_owners_gives(parties):
	viewer = "viewer@contract.test"
	confine(viewer, PARTY, "P One")
	frappe.db.set_value(PARTY, "P Two", "owner", viewer)
	assert frappe.has_permission(PARTY, "read", doc="P Two", user=viewer)
	assert not frappe.has_permission(PARTY, "create", doc="P Two", user=viewer)
	assert not frappe.has_permission(PARTY, "read", doc="P One", user=viewer)


def test_functions(parties):
	add_user_permission(PARTY, "P One", CLERK)
	add_user_permission(PARTY, "P One", CLERK)
	assert len(get_user_permissions(CLERK)[PARTY]) == 1
	with pytest.raises(frappe.DoesNotExistError):
		add_user_permission(PARTY, "P Nobody", CLERK)
	add_user_permission(PARTY, "P Two", CLERK, applicable_for=ORDER)
	remove_user_permission(PARTY, "P One", CLERK)
	assert [row.doc for row in get_user_permissions(CLERK)[PARTY]] == ["P Two"]
	clear_user_permissions_for_doctype(PARTY, CLERK)
	assert PARTY not in get_user_permissions(CLERK)


def test_confining_for_some_doctypes(parties):
	from frappe.core.doctype.user_permission.user_permission import (
		add_user_permissions,
		clear_user_permissions,
	)

	data = {"user": CLERK, "doctype": PARTY, "docname": "P One", "is_default": 0, "hide_descendants": 0}
	assert add_user_permissions({**data, "apply_to_all_doctypes": 1, "applicable_doctypes": []}) == 1
	assert add_user_permissions({**data, "apply_to_all_doctypes": 1, "applicable_doctypes": []}) == 0
	assert add_user_permissions({**data, "apply_to_all_doctypes": 0, "applicable_doctypes": [ORDER]}) == 1
	rows = frappe.get_all("User Permission", {"user": CLERK}, ["applicable_for", "apply_to_all_doctypes"])
	assert [(row.applicable_for, row.apply_to_all_doctypes) for row in rows] == [(ORDER, 0)]
	assert clear_user_permissions(CLERK, PARTY) == 1
	assert frappe.db.count("User Permission", {"user": CLERK}) == 0


def test_a_user_permission_grants_nothing(parties):
	portal = "portal@contract.test"
	confine(portal, PARTY, "P One")
	assert not frappe.has_permission(PARTY, "read", user=portal)
	with acting_as(portal), pytest.raises(frappe.PermissionError):
		frappe.get_list(PARTY)
