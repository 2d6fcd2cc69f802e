"""The audit trail: what a save changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from frappe.core.doctype.version.version import get_diff

from tests.contract.model.tools import order, party


@pytest.fixture(autouse=True)
def outside_tests() -> Iterator[None]:
	"""In tests nothing is kept unless asked for: here it is."""
	frappe.flags.in_test = False
	yield
	frappe.flags.in_test = True


def versions(doc: Any) -> list[Any]:
	names = frappe.get_all(
		"Version",
		filters={"ref_doctype": doc.doctype, "docname": doc.name},
		order_by="creation asc",
		pluck="name",
	)
	return [frappe.get_doc("Version", name) for name in names]


def test_a_new_document_leaves_no_version() -> None:
	assert versions(party("Contract Version New")) == []


def test_a_change_is_kept_formatted() -> None:
	doc = party("Contract Version One", credit_limit=100)
	doc.credit_limit = 1500
	doc.party_group = "Wholesale"
	doc.save()
	(version,) = versions(doc)
	data = json.loads(version.data)
	changed = {entry[0]: entry[1:] for entry in data["changed"]}
	assert changed["party_group"] == ["Retail", "Wholesale"]
	before, after = changed["credit_limit"]
	assert "100" in before
	assert "500" in after
	assert isinstance(after, str)
	assert (data["added"], data["removed"], data["row_changed"]) == ([], [], [])
	assert version.get_data() == data


def test_a_save_without_change_leaves_no_version() -> None:
	doc = party("Contract Version Two").reload()
	doc.save()
	assert versions(doc) == []


def test_rows_added_changed_and_removed() -> None:
	doc = order(rows=2).reload()
	first, second = doc.items
	first.qty = 7
	doc.remove(second)
	doc.append("items", {"item": "New", "qty": 3})
	doc.save()
	(version,) = versions(doc)
	data = version.get_data()
	assert [entry[0] for entry in data["added"]] == ["items"]
	assert data["added"][0][1]["item"] == "New"
	assert [row["item"] for _table, row in data["removed"]] == ["Item 2"]
	((table, index, name, changes),) = data["row_changed"]
	assert (table, index, name) == ("items", 0, first.name)
	assert [change[0] for change in changes] == ["qty"]


def test_submission_is_a_change_of_docstatus() -> None:
	doc = order()
	doc.submit()
	(version,) = versions(doc)
	assert ["docstatus", 0, 1] in version.get_data()["changed"]


def test_nothing_is_kept_where_it_is_not_wanted() -> None:
	doc = party("Contract Version Three")
	doc.notes = "x"
	doc.save(ignore_version=True)
	assert versions(doc) == []
	node = frappe.get_doc({"doctype": "Contract Node", "node_name": "Contract Version Node"}).insert()
	node.is_group = 1
	node.save()
	assert versions(node) == []


def test_an_amended_document_is_compared_with_the_one_before() -> None:
	doc = order(rows=1, status="Open")
	doc.submit()
	doc.cancel()
	new = frappe.copy_doc(doc)
	new.docstatus = 0
	new.amended_from = doc.name
	new.status = "Closed"
	new.reason = "because"
	new.insert()
	(version,) = versions(new)
	changed = {entry[0] for entry in version.get_data()["changed"]}
	assert {"status", "reason", "name"} <= changed


def test_what_made_a_document_is_kept() -> None:
	doc = frappe.get_doc({"doctype": "Contract Party", "party_name": "Contract Version Four"})
	doc.flags.updater_reference = {"doctype": "Contract Party", "docname": "X", "label": "via test"}
	doc.insert()
	(version,) = versions(doc)
	assert version.get_data()["updater_reference"]["label"] == "via test"
	assert version.get_data()["created_by"] == "Administrator"


def test_get_diff_of_two_documents() -> None:
	one = frappe.get_doc({"doctype": "Contract Party", "party_name": "A", "notes": "x", "name": "A"})
	two = frappe.get_doc({"doctype": "Contract Party", "party_name": "A", "notes": "y", "name": "A"})
	assert get_diff(one, one) is None
	assert [tuple(change) for change in get_diff(one, two).changed] == [("notes", "x", "y")]
	assert get_diff(one, None) is None
