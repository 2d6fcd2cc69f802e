"""A DocType's table follows its fields: columns come, change and stay, and no row is lost."""

from __future__ import annotations

from typing import Any

import frappe
import pytest

DOCTYPE = "Contract Schema Probe"


@pytest.fixture
def doctype() -> Any:
	"""A DocType of its own with two rows; altering a table commits on MariaDB, so it is removed by hand."""
	remove()
	made = frappe.get_doc(
		{
			"doctype": "DocType",
			"name": DOCTYPE,
			"module": "Core",
			"custom": 1,
			"autoname": "field:title",
			"fields": [
				{"fieldname": "title", "fieldtype": "Data", "label": "Title", "reqd": 1, "unique": 1},
				{"fieldname": "code", "fieldtype": "Data", "label": "Code"},
				{"fieldname": "amount", "fieldtype": "Data", "label": "Amount"},
			],
			"permissions": [{"role": "System Manager", "read": 1, "write": 1, "create": 1, "delete": 1}],
		}
	).insert()
	for title, amount in (("one", "1.5"), ("two", "2")):
		frappe.get_doc({"doctype": DOCTYPE, "title": title, "code": f"C-{title}", "amount": amount}).insert()
	frappe.db.commit()
	yield made
	frappe.db.rollback()
	remove()


def remove() -> None:
	"""Deleting a DocType leaves its table, so the rows go first."""
	if frappe.db.table_exists(DOCTYPE, cached=False):
		frappe.db.delete(DOCTYPE)
	if frappe.db.exists("DocType", DOCTYPE):
		frappe.delete_doc("DocType", DOCTYPE, force=True)
	frappe.db.commit()


def field(doctype: Any, fieldname: str) -> Any:
	return next(df for df in doctype.fields if df.fieldname == fieldname)


def change(doctype: Any) -> None:
	doctype.save()
	frappe.db.commit()
	frappe.clear_cache(doctype=DOCTYPE)


def test_new_fields_get_columns_with_their_defaults(doctype: Any):
	doctype.append("fields", {"fieldname": "rank", "fieldtype": "Int", "label": "Rank", "default": "7"})
	doctype.append(
		"fields",
		{"fieldname": "kind", "fieldtype": "Select", "label": "Kind", "options": "A\nB", "default": "B"},
	)
	doctype.append("fields", {"fieldname": "due", "fieldtype": "Date", "label": "Due", "default": "Today"})
	doctype.append("fields", {"fieldname": "section", "fieldtype": "Section Break", "label": "Section"})
	change(doctype)
	assert not frappe.db.has_column(DOCTYPE, "section")
	assert frappe.db.get_values(
		DOCTYPE, {}, ["name", "code", "rank", "kind", "due"], order_by="name asc"
	) == (
		("one", "C-one", 7, "B", None),
		("two", "C-two", 7, "B", None),
	)


def test_a_field_that_goes_leaves_its_values(doctype: Any):
	doctype.fields = [df for df in doctype.fields if df.fieldname != "code"]
	change(doctype)
	assert frappe.db.get_value(DOCTYPE, "one", "code") == "C-one"
	assert not frappe.get_meta(DOCTYPE).has_field("code")


def test_text_becomes_a_number_where_it_is_one(doctype: Any):
	field(doctype, "amount").fieldtype = "Currency"
	change(doctype)
	assert frappe.db.get_values(DOCTYPE, {}, ["name", "amount"], order_by="name asc") == (
		("one", 1.5),
		("two", 2.0),
	)


def test_a_longer_text(doctype: Any):
	field(doctype, "code").length = 200
	change(doctype)
	frappe.db.set_value(DOCTYPE, "one", "code", "x" * 200)
	assert frappe.db.get_value(DOCTYPE, "one", "code") == "x" * 200
	frappe.db.commit()
	field(doctype, "code").length = 10
	change(doctype)
	assert frappe.db.get_value(DOCTYPE, "one", "code") == "x" * 200


def test_a_field_becomes_unique_and_stops_being_so(doctype: Any):
	field(doctype, "code").unique = 1
	change(doctype)
	frappe.db.savepoint("duplicate")
	with pytest.raises(Exception) as caught:
		frappe.db.set_value(DOCTYPE, "two", "code", "c-ONE")
	assert frappe.db.is_unique_key_violation(caught.value)
	frappe.db.rollback(save_point="duplicate")
	field(doctype, "code").unique = 0
	change(doctype)
	frappe.db.set_value(DOCTYPE, "two", "code", "c-ONE")


def test_duplicates_forbid_uniqueness(doctype: Any):
	frappe.db.set_value(DOCTYPE, "two", "code", "C-one")
	frappe.db.commit()
	field(doctype, "code").unique = 1
	with pytest.raises(frappe.ValidationError):
		doctype.save()


def test_an_index_comes_and_goes(doctype: Any):
	field(doctype, "code").search_index = 1
	change(doctype)
	assert frappe.db.has_index(f"tab{DOCTYPE}", "code_index")
	field(doctype, "code").search_index = 0
	change(doctype)
	assert not frappe.db.has_index(f"tab{DOCTYPE}", "code_index")


def test_indexes_over_several_columns(doctype: Any):
	frappe.db.add_index(DOCTYPE, ["amount", "code"])
	frappe.db.add_index(DOCTYPE, ["amount", "code"])
	assert frappe.db.has_index(f"tab{DOCTYPE}", "amount_code_index")
	frappe.db.add_unique(DOCTYPE, ["amount", "code"])
	frappe.db.commit()
	assert frappe.db.has_index(f"tab{DOCTYPE}", "unique_amount_code")
	with pytest.raises(Exception) as caught:
		frappe.db.bulk_insert(DOCTYPE, ["name", "title", "code", "amount"], [("x", "x", "C-one", "1.5")])
	assert frappe.db.is_unique_key_violation(caught.value)
	frappe.db.rollback()
	change(doctype.reload())
	assert frappe.db.has_index(f"tab{DOCTYPE}", "amount_code_index")


def test_saving_again_changes_nothing(doctype: Any):
	before = frappe.db.get_table_columns(DOCTYPE)
	change(doctype)
	change(doctype)
	assert frappe.db.get_table_columns(DOCTYPE) == before
	assert frappe.db.count(DOCTYPE) == 2
