"""Rows of child tables."""

from __future__ import annotations

from typing import Any

import frappe
import pytest

from tests.contract.model.tools import new_order, order


def items(doc: Any) -> list[tuple[int, str]]:
	return [(row.idx, row.item) for row in doc.items]


def plain() -> Any:
	return frappe.get_doc(
		{
			"doctype": "Contract Order",
			"items": [{"item": "a1", "qty": 1}, {"item": "a2", "qty": 2}, {"item": "b", "qty": 3}],
		}
	)


def test_rows_know_their_parent() -> None:
	doc = order(rows=2)
	for number, row in enumerate(doc.items, 1):
		assert row.idx == number
		assert (row.parent, row.parenttype, row.parentfield) == (doc.name, "Contract Order", "items")
		assert row.parent_doc is doc
		assert row.name and len(row.name) == 10


def test_append_at_a_position_and_remove_number_anew() -> None:
	doc = plain()
	doc.append("items", {"item": "first"}, position=0)
	assert items(doc) == [(1, "first"), (2, "a1"), (3, "a2"), (4, "b")]
	doc.remove(doc.items[1])
	assert items(doc) == [(1, "first"), (2, "a2"), (3, "b")]


def test_set_makes_rows_of_dicts() -> None:
	doc = plain()
	doc.set("items", [{"item": "x"}, {"item": "y"}])
	assert items(doc) == [(1, "x"), (2, "y")]
	assert doc.items[0].get("__islocal") == 1
	doc.set("items", None)
	assert doc.items == []
	doc.extend("items", [{"item": "z"}])
	assert items(doc) == [(1, "z")]


def test_rows_must_be_dicts_of_a_table() -> None:
	doc = plain()
	with pytest.raises(ValueError):
		doc.extend("items", 5)
	with pytest.raises(AttributeError):
		doc.append("no_such_table", {})


def test_rows_are_found_by_filters() -> None:
	doc = plain()
	assert [row.item for row in doc.get("items", {"qty": [">", 1]})] == ["a2", "b"]
	assert [row.item for row in doc.get("items", {"item": "^a"})] == ["a1", "a2"]
	assert [row.item for row in doc.get("items", {"item": ["in", ["b"]]})] == ["b"]
	assert [row.item for row in doc.get("items", {"rate": False})] == ["a1", "a2", "b"]
	assert len(doc.get("items", limit=2)) == 2
	assert doc.getone("items", {"qty": 3}).item == "b"
	assert [row.item for row in doc.get({"doctype": "Contract Order Line", "qty": 2})] == ["a2"]
	assert len(doc.get_all_children()) == 3
	assert doc.get_all_children("Contract Party") == []


def test_order_of_rows_is_their_idx() -> None:
	doc = order(rows=2)
	doc.append("items", {"item": "Item 3"})
	doc.items.insert(0, doc.items.pop())
	doc.save()
	# A list that was rearranged by hand keeps its old numbers.
	assert items(doc.reload()) == [(1, "Item 1"), (2, "Item 2"), (3, "Item 3")]


def test_removed_rows_are_deleted_on_save() -> None:
	doc = order(rows=3)
	doc.remove(doc.items[0])
	doc.save()
	assert items(doc.reload()) == [(1, "Item 2"), (2, "Item 3")]
	assert frappe.db.count("Contract Order Line", {"parent": doc.name}) == 2


def test_rows_keep_their_names_on_save() -> None:
	doc = order(rows=2)
	names = [row.name for row in doc.items]
	doc.items[1].qty = 5
	doc.append("items", {"item": "new"})
	doc.save()
	doc.reload()
	assert [row.name for row in doc.items][:2] == names
	assert doc.items[1].qty == 5


def test_rows_go_with_their_document() -> None:
	doc = order(rows=2)
	doc.delete()
	assert frappe.db.count("Contract Order Line", {"parent": doc.name}) == 0


def test_a_row_can_be_written_by_itself() -> None:
	doc = order()
	doc.items[0].db_set("rate", 77)
	assert frappe.db.get_value("Contract Order Line", doc.items[0].name, "rate") == 77
	doc.reload()
	doc.items[0].rate = 78
	doc.items[0].db_update()
	assert frappe.db.get_value("Contract Order Line", doc.items[0].name, "rate") == 78


def test_updating_one_table_only() -> None:
	doc = order(rows=2)
	doc.append("items", {"item": "third", "name": None})
	doc.items[2].name = frappe.generate_hash(length=10)
	doc.items[2].set("__islocal", 1)
	doc.update_child_table("items")
	assert frappe.db.count("Contract Order Line", {"parent": doc.name}) == 3


def test_rows_of_a_copy_are_new() -> None:
	doc = order(rows=1)
	copy = frappe.copy_doc(doc)
	assert copy.items[0].name is None and copy.items[0].get("__islocal") == 1
	assert copy.items[0].item == doc.items[0].item
	copy.items[0].item = "changed"
	assert doc.items[0].item == "Item 1"


def test_copies_leave_out_what_belongs_to_the_original() -> None:
	doc = order(remarks="kept")
	doc.submit()
	copy = frappe.copy_doc(doc)
	assert copy.remarks == "kept"
	assert copy.name is None and copy.creation is None and copy.owner is None
	assert copy.get("__islocal") == 1
	amended = new_order(amended_from=doc.name)
	assert frappe.copy_doc(amended).amended_from is None
	assert frappe.copy_doc(amended, ignore_no_copy=False).amended_from is None
