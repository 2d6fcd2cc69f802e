"""Single DocTypes, cached documents, and documents made from others."""

from __future__ import annotations

import frappe
import pytest
from frappe.model.mapper import get_mapped_doc

from tests.contract.model.tools import new_order, order, party


def test_single_shows_its_defaults_until_it_is_saved() -> None:
	doc = frappe.get_doc("Contract Settings")
	assert doc.name == doc.doctype == "Contract Settings"
	assert doc.limit_amount == 100 and doc.enabled == 0 and doc.contact is None
	assert frappe.get_single("Contract Settings").limit_amount == 100


def test_single_is_saved_as_text_and_read_as_its_types() -> None:
	doc = frappe.get_doc("Contract Settings")
	doc.limit_amount = "7.5"
	doc.enabled = "1"
	doc.contact = "Administrator"
	doc.save()
	again = frappe.get_doc("Contract Settings")
	assert (again.limit_amount, again.enabled, again.contact) == (7.5, 1, "Administrator")
	assert frappe.db.get_single_value("Contract Settings", "limit_amount") == 7.5
	assert again.modified_by == "Administrator"


def test_links_of_a_single_are_checked() -> None:
	doc = frappe.get_doc("Contract Settings")
	doc.contact = "nobody@contract.test"
	with pytest.raises(frappe.LinkValidationError):
		doc.save()


def test_db_set_of_a_single() -> None:
	frappe.get_doc("Contract Settings").db_set("limit_amount", 9)
	assert frappe.get_doc("Contract Settings").limit_amount == 9


def test_cached_document_follows_changes_made_through_documents() -> None:
	doc = party(email="a@b.test")
	assert frappe.get_cached_doc("Contract Party", doc.name).email == "a@b.test"
	assert frappe.get_cached_value("Contract Party", doc.name, "email") == "a@b.test"
	doc.email = "c@d.test"
	doc.save()
	assert frappe.get_cached_value("Contract Party", doc.name, "email") == "c@d.test"
	doc.db_set("email", "e@f.test")
	assert frappe.get_cached_doc("Contract Party", doc.name).email == "e@f.test"
	frappe.db.set_value("Contract Party", doc.name, "email", "g@h.test")
	assert frappe.get_cached_value("Contract Party", doc.name, "email") == "g@h.test"


def test_shapes_of_cached_values() -> None:
	doc = party(email="a@b.test")
	assert frappe.get_cached_value("Contract Party", doc.name, ["email", "notes"]) == ["a@b.test", None]
	assert frappe.get_cached_value("Contract Party", doc.name, ["email"], as_dict=True) == {
		"email": "a@b.test"
	}
	assert frappe.get_cached_value("Contract Party", "Contract Nobody", "email") is None
	assert frappe.get_cached_value("Contract Settings", None, "limit_amount") == 100


def test_last_document() -> None:
	party("Contract First")
	last = party("Contract Last")
	frappe.db.set_value("Contract Party", last.name, "creation", "2099-01-01 00:00:00", update_modified=False)
	assert frappe.get_last_doc("Contract Party").name == last.name
	assert frappe.get_last_doc("Contract Party", {"name": ("like", "%First")}).name == "Contract First"
	with pytest.raises(frappe.DoesNotExistError):
		frappe.get_last_doc("Contract Party", {"name": "Contract Nobody"})


def copy_order(name: str, **options) -> frappe.model.document.Document:
	table_maps = {
		"Contract Order": {
			"doctype": "Contract Order",
			"field_map": {"name": "remarks"},
			**options.pop("head", {}),
		},
		"Contract Order Line": {"doctype": "Contract Order Line", **options.pop("row", {})},
	}
	return get_mapped_doc("Contract Order", name, table_maps, **options)


def test_mapped_document_has_values_and_rows_of_its_source() -> None:
	source = order(rows=2, status="Open")
	target = copy_order(source.name)
	assert target.is_new() and target.name is None
	assert (target.party, target.status, target.remarks) == (source.party, "Open", source.name)
	assert [(row.item, row.qty, row.name) for row in target.items] == [
		("Item 1", 1, None),
		("Item 2", 2, None),
	]
	assert target.get_onload("load_after_mapping") is True
	assert target.insert().docstatus == 0


def test_mapping_rows_by_condition_and_renaming_their_fields() -> None:
	source = order(rows=3)
	target = copy_order(
		source.name,
		row={
			"condition": lambda row: row.qty > 1,
			"field_map": [["rate", "amount"]],
			"field_no_map": ["rate"],
		},
	)
	assert [(row.item, row.rate, row.amount) for row in target.items] == [
		("Item 2", 0, 10),
		("Item 3", 0, 10),
	] or [(row.item, row.rate, row.amount) for row in target.items] == [
		("Item 2", None, 10),
		("Item 3", None, 10),
	]
	assert [row.idx for row in target.items] == [1, 2]


def test_mapping_checks_its_source() -> None:
	source = order()
	validation = {"docstatus": ["=", 1]}
	with pytest.raises(frappe.ValidationError, match="Cannot map"):
		copy_order(source.name, head={"validation": validation})
	source.submit()
	assert copy_order(source.name, head={"validation": validation}).docstatus == 0


def test_mapping_onto_a_document_and_its_hooks() -> None:
	source = order(rows=1)
	target = new_order(rows=1)
	seen = []
	copy_order(
		source.name,
		target_doc=target,
		row={"add_if_empty": True},
		postprocess=lambda source, target: seen.append((source.name, len(target.items))),
	)
	assert seen == [(source.name, 1)]
	copy_order(source.name, target_doc=target)
	assert len(target.items) == 2
	copy_order(source.name, target_doc=target, row={"reset_value": True})
	assert len(target.items) == 1


def test_mapping_needs_permissions() -> None:
	source = order()
	frappe.set_user("viewer@contract.test")
	with pytest.raises(frappe.PermissionError):
		copy_order(source.name)
	assert copy_order(source.name, ignore_permissions=True).party == source.party
