"""What a DocType's definition must satisfy, and what storing one does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
import pytest

from tests.contract.model.conftest import NAME
from tests.contract.model.tools import party

Make = Callable[..., Any]
A = {"fieldname": "a"}


@pytest.mark.parametrize(
	("fields", "values"),
	[
		([A, A], {}),
		([{"fieldname": "owner"}], {}),
		([{"fieldname": "flags"}], {}),
		([{"fieldname": "meta"}], {}),
		([{"fieldname": "a", "fieldtype": "Link"}], {}),
		([{"fieldname": "a", "fieldtype": "Link", "options": "No Such Type"}], {}),
		([{"fieldname": "a", "fieldtype": "Link", "options": "todo"}], {}),
		([{"fieldname": "a", "fieldtype": "Table", "options": "ToDo"}], {}),
		([{"fieldname": "a", "fieldtype": "Section Break", "reqd": 1}], {}),
		([{"fieldname": "a", "hidden": 1, "reqd": 1}], {}),
		([{"fieldname": "a", "fieldtype": "Text", "unique": 1}], {}),
		([{"fieldname": "a", "fieldtype": "Text", "search_index": 1}], {}),
		([{"fieldname": "a", "fieldtype": "Dynamic Link", "options": "b"}], {}),
		([{"fieldname": "a", "fieldtype": "Check", "default": "5"}], {}),
		([{"fieldname": "a", "fieldtype": "Select", "options": "x\ny", "default": "z"}], {}),
		([{"fieldname": "a", "depends_on": "eval:doc.x=1"}], {}),
		([{"fieldname": "a", "fetch_from": "a.b"}], {}),
		([{"fieldname": "a", "fieldtype": "Table", "options": "Contract Order Line", "in_list_view": 1}], {}),
		([A], {"autoname": "field:b"}),
		([A], {"autoname": "naming_series:"}),
		([A], {"title_field": "b"}),
		([A], {"search_fields": "a,b"}),
		([A], {"sort_field": "b"}),
		([A], {"permissions": [{"role": "System Manager", "read": 1, "submit": 1}]}),
		([A], {"permissions": [{"role": "System Manager", "read": 1}] * 2}),
		([A], {"name": "1abc"}),
		([A], {"name": "a/b"}),
		([A], {"name": "a" * 70}),
	],
)
def test_definitions_that_are_refused(make_doctype: Make, fields: list[dict], values: dict) -> None:
	with pytest.raises((frappe.ValidationError, frappe.NameError)):
		make_doctype(*[dict(field) for field in fields], **values)


def test_fieldnames_from_labels(make_doctype: Make) -> None:
	doc = make_doctype(
		{"label": "My Label"}, {"label": "Part", "fieldtype": "Section Break"}, {"label": "Name"}
	)
	assert [df.fieldname for df in doc.fields] == ["my_label", "part_section", "name1"]


def test_corrections(make_doctype: Make) -> None:
	doc = make_doctype(
		{"fieldname": "A.b"},
		{"fieldname": "choice", "fieldtype": "Select", "options": " x \n\n y"},
		{"fieldname": "tick", "fieldtype": "Check"},
		{"fieldname": "code"},
		autoname="field:code",
	)
	assert [df.fieldname for df in doc.fields] == ["ab", "choice", "tick", "code"]
	assert doc.fields[1].options == "x\ny"
	assert doc.fields[2].default == "0"
	assert doc.fields[3].unique == 1


def test_first_mandatory_fields_are_listed(make_doctype: Make) -> None:
	doc = make_doctype(*({"fieldname": f"a{n}", "reqd": 1} for n in range(6)))
	assert [bool(df.in_list_view) for df in doc.fields] == [True] * 4 + [False] * 2


def test_series_field_names_documents(make_doctype: Make) -> None:
	doc = make_doctype({"fieldname": "naming_series", "fieldtype": "Select", "options": "CTS-.#"})
	assert doc.autoname == "naming_series:"


def test_submittable_doctype_gets_amended_from(make_doctype: Make) -> None:
	doc = make_doctype(A, is_submittable=1)
	df = doc.fields[-1]
	assert (df.fieldname, df.fieldtype, df.options, df.no_copy) == ("amended_from", "Link", NAME, 1)


def test_tree_gets_its_fields(make_doctype: Make) -> None:
	doc = make_doctype(A, is_tree=1)
	fieldnames = [df.fieldname for df in doc.fields]
	assert fieldnames == ["a", "lft", "rgt", "is_group", "old_parent", "parent_contract_temporary"]
	assert doc.nsm_parent_field == "parent_contract_temporary"


def test_child_table_has_no_permissions(make_doctype: Make) -> None:
	assert make_doctype(A, istable=1).permissions == []


def test_standard_doctypes_are_not_made_on_a_site(make_doctype: Make) -> None:
	frappe.flags.in_test = False
	try:
		with pytest.raises(frappe.ValidationError, match="Developer Mode"):
			make_doctype(A, custom=0)
	finally:
		frappe.flags.in_test = True


def test_new_field_is_there_for_old_documents(make_doctype: Make) -> None:
	doc = make_doctype(A)
	frappe.get_doc({"doctype": NAME, "a": "old"}).insert()
	doc.append("fields", {"fieldname": "b", "fieldtype": "Int", "label": "B"})
	doc.save()
	frappe.get_doc({"doctype": NAME, "a": "new", "b": 5}).insert()
	rows = frappe.get_all(NAME, fields=["a", "b"], order_by="b")
	assert [(row.a, row.b) for row in rows] == [("old", 0), ("new", 5)]


def test_new_fetched_field_is_filled_for_old_documents(make_doctype: Make) -> None:
	doc = make_doctype({"fieldname": "party", "fieldtype": "Link", "options": "Contract Party"})
	source = party("Contract Fetched", email="a@b.test")
	frappe.get_doc({"doctype": NAME, "party": source.name}).insert()
	doc.append(
		"fields", {"fieldname": "mail", "fieldtype": "Data", "label": "Mail", "fetch_from": "party.email"}
	)
	doc.save()
	assert frappe.get_all(NAME, pluck="mail") == ["a@b.test"]
	frappe.db.delete("Contract Party", {"name": source.name})


def test_renamed_doctype_keeps_its_documents(make_doctype: Make) -> None:
	make_doctype(A)
	frappe.get_doc({"doctype": NAME, "a": "kept"}).insert()
	frappe.rename_doc("DocType", NAME, "Contract Renamed")
	try:
		assert frappe.get_all("Contract Renamed", pluck="a") == ["kept"]
		assert not frappe.db.exists("DocType", NAME)
		frappe.get_doc({"doctype": "Contract Renamed", "a": "new"}).insert()
	finally:
		frappe.rename_doc("DocType", "Contract Renamed", NAME)


def test_doctypes_with_names_of_methods_are_refused_on_save(make_doctype: Make) -> None:
	doc = make_doctype(A)
	doc.append("fields", {"fieldname": "insert", "fieldtype": "Data", "label": "Insert"})
	with pytest.raises(frappe.ValidationError, match="conflicting"):
		doc.save()
