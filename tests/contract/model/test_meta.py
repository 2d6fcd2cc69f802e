"""What a DocType's Meta says."""

from __future__ import annotations

import frappe
import pytest


def names(fields: list) -> list[str]:
	return [df.fieldname for df in fields]


def test_lists_of_fields() -> None:
	meta = frappe.get_meta("Contract Order")
	assert names(meta.get_link_fields()) == ["party", "ref_doctype", "amended_from"]
	assert names(meta.get_dynamic_link_fields()) == ["ref_name"]
	assert names(meta.get_table_fields()) == ["items"]
	assert names(meta.get_select_fields()) == ["naming_series", "status"]
	assert names(meta.get_set_only_once_fields()) == ["creation", "owner"]
	assert names(meta.get_high_permlevel_fields()) == ["secret_note"]
	assert names(meta.get_fields_to_fetch()) == names(meta.get_fields_to_fetch("party")) == ["party_email"]
	assert names(meta.get("fields", {"fieldtype": ("in", ["Date", "Table"])})) == ["posting_date", "items"]
	assert names(meta.get("fields", {"fieldtype": "Text"})) == ["remarks"]


def test_columns() -> None:
	meta = frappe.get_meta("Contract Order")
	columns = meta.get_valid_columns()
	assert columns[:7] == ["name", "owner", "creation", "modified", "modified_by", "docstatus", "idx"]
	assert "party" in columns and "items" not in columns and "parent" not in columns
	assert frappe.get_meta("Contract Order Line").get_valid_columns()[-3:] == [
		"parent",
		"parentfield",
		"parenttype",
	]


def test_single_fields() -> None:
	meta = frappe.get_meta("Contract Order")
	assert meta.has_field("party") and not meta.has_field("nothing")
	assert meta.get_field("nothing") is None
	df = meta.get_field("posting_date")
	assert (df.label, df.fieldtype, df.default, df.parent, df.reqd) == (
		"Posting Date",
		"Date",
		"Today",
		meta.name,
		0,
	)
	assert df.get("nothing") is None and df.get("nothing", 5) == 5
	assert meta.get_options("party") == meta.get_link_doctype("party") == "Contract Party"
	assert meta.get_link_doctype("ref_name") == "DocType"
	assert meta.get_label("party") == "Party"
	assert meta.get_label("owner") == "Created By"
	assert meta.get_label("nothing") == "No Label"


def test_what_lists_and_searches_show() -> None:
	meta = frappe.get_meta("Contract Party")
	assert meta.get_list_fields() == ["name", "party_name"]
	assert meta.get_search_fields() == ["party_group", "name"]
	assert meta.get_title_field() == "name"
	assert frappe.get_meta("Contract Order").get_naming_series_options() == ["CO-.YYYY.-.#####"]
	assert meta.get_naming_series_options() == []


@pytest.mark.parametrize(
	("doctype", "flags"),
	[
		("Contract Order", {"is_submittable": 1, "istable": 0, "issingle": 0}),
		("Contract Order Line", {"istable": 1}),
		("Contract Settings", {"issingle": 1}),
		("Contract Node", {"is_tree": 1, "nsm_parent_field": "parent_contract_node"}),
		(
			"Contract Party",
			{"track_changes": 1, "allow_rename": 1, "custom": 1, "autoname": "field:party_name"},
		),
	],
)
def test_settings_of_a_doctype(doctype: str, flags: dict) -> None:
	meta = frappe.get_meta(doctype)
	assert {key: meta.get(key) for key in flags} == flags


def test_trees_and_permissions() -> None:
	assert frappe.get_meta("Contract Node").is_nested_set()
	meta = frappe.get_meta("Contract Order")
	assert not meta.is_nested_set()
	assert [(perm.role, perm.permlevel) for perm in meta.permissions] == [
		("System Manager", 0),
		("System Manager", 1),
		("Contract Clerk", 0),
	]
	frappe.set_user("clerk@contract.test")
	assert meta.get_permlevel_access() == [0]
	assert "secret_note" not in meta.get_permitted_fieldnames()


def test_metadata_of_metadata() -> None:
	assert frappe.get_meta("DocType").has_field("autoname")
	assert frappe.get_meta("DocField").istable
	assert names(frappe.get_meta("DocType").get_table_fields()) or True
	assert frappe.get_doc("DocType", "Contract Order").fields[0].fieldname == "naming_series"


def test_unknown_doctype() -> None:
	with pytest.raises(frappe.DoesNotExistError):
		frappe.get_meta("No Such Type")


def test_child_tables_are_known() -> None:
	assert frappe.is_table("Contract Order Line")
	assert not frappe.is_table("Contract Order")


def test_precision() -> None:
	assert frappe.get_precision("Contract Order Line", "qty") == 3
	assert frappe.get_precision("Contract Order", "total") == 2
