"""Trees: where a node stands among the others, moving, deleting and merging nodes."""

from __future__ import annotations

from typing import Any

import frappe
import pytest
from frappe.utils.nestedset import (
	NestedSetChildExistsError,
	NestedSetInvalidMergeError,
	NestedSetRecursionError,
	get_ancestors_of,
	get_descendants_of,
	get_root_of,
	rebuild_tree,
)

DOCTYPE = "Contract Node"


def node(name: str, parent: str | None = None, is_group: int = 0) -> Any:
	values = {"doctype": DOCTYPE, "node_name": name, "parent_contract_node": parent, "is_group": is_group}
	return frappe.get_doc(values).insert()


@pytest.fixture(autouse=True)
def forest() -> None:
	"""A(B(D), C(E)) and F, and no other node."""
	frappe.db.delete(DOCTYPE)
	node("A", is_group=1)
	node("B", "A", is_group=1)
	node("C", "A", is_group=1)
	node("D", "B")
	node("E", "C")
	node("F", is_group=1)


def bounds() -> dict[str, tuple[int, int]]:
	rows = frappe.get_all(DOCTYPE, fields=["name", "lft", "rgt"], order_by="lft")
	return {row.name: (row.lft, row.rgt) for row in rows}


def move(name: str, parent: str | None) -> None:
	doc = frappe.get_doc(DOCTYPE, name)
	doc.parent_contract_node = parent
	doc.save()


def test_nodes_are_numbered() -> None:
	assert bounds() == {"A": (1, 10), "B": (2, 5), "D": (3, 4), "C": (6, 9), "E": (7, 8), "F": (11, 12)}


def test_ancestors_and_descendants() -> None:
	assert get_ancestors_of(DOCTYPE, "D") == ["B", "A"]
	assert sorted(get_descendants_of(DOCTYPE, "A")) == ["B", "C", "D", "E"]
	assert get_descendants_of(DOCTYPE, "D") == []
	assert get_root_of(DOCTYPE) in ("A", "F")
	doc = frappe.get_doc(DOCTYPE, "D")
	assert doc.get_ancestors() == ["B", "A"]
	assert doc.get_parent().name == "B"
	assert sorted(child.name for child in frappe.get_doc(DOCTYPE, "A").get_children()) == ["B", "C"]
	found = frappe.get_all(DOCTYPE, filters={"name": ("descendants of", "B")}, pluck="name")
	assert found == ["D"]


@pytest.mark.parametrize(
	("name", "parent", "expected"),
	[
		("D", "C", {"A": (1, 10), "B": (2, 3), "C": (4, 9), "E": (5, 6), "D": (7, 8), "F": (11, 12)}),
		("B", "F", {"A": (1, 6), "C": (2, 5), "E": (3, 4), "F": (7, 12), "B": (8, 11), "D": (9, 10)}),
		("B", None, {"A": (1, 6), "C": (2, 5), "E": (3, 4), "F": (7, 8), "B": (9, 12), "D": (10, 11)}),
	],
)
def test_moving_a_node_takes_what_is_below_along(name: str, parent: str | None, expected: dict) -> None:
	move(name, parent)
	assert bounds() == expected


@pytest.mark.parametrize("parent", ["A", "B", "D"])
def test_node_cannot_be_below_itself(parent: str) -> None:
	with pytest.raises(NestedSetRecursionError):
		move("A", parent)


def test_leaf_has_nothing_below() -> None:
	node("G", "D")
	with pytest.raises(frappe.ValidationError, match="cannot be a leaf node"):
		frappe.get_doc(DOCTYPE, "D").save()


def test_deleting() -> None:
	with pytest.raises(NestedSetChildExistsError):
		frappe.delete_doc(DOCTYPE, "B")
	frappe.delete_doc(DOCTYPE, "D")
	frappe.delete_doc(DOCTYPE, "B")
	assert get_descendants_of(DOCTYPE, "A") and sorted(bounds()) == ["A", "C", "E", "F"]
	assert get_ancestors_of(DOCTYPE, "E") == ["C", "A"]


def test_renaming_a_node() -> None:
	frappe.rename_doc(DOCTYPE, "B", "Contract Renamed")
	assert get_ancestors_of(DOCTYPE, "D") == ["Contract Renamed", "A"]
	row = frappe.db.get_value(DOCTYPE, "D", ["parent_contract_node", "old_parent"])
	assert tuple(row) == ("Contract Renamed", "Contract Renamed")


def test_merging_nodes() -> None:
	with pytest.raises(NestedSetInvalidMergeError):
		frappe.rename_doc(DOCTYPE, "D", "C", merge=True)
	frappe.rename_doc(DOCTYPE, "B", "C", merge=True)
	assert sorted(get_descendants_of(DOCTYPE, "C")) == ["D", "E"]


def test_rebuilding() -> None:
	before = {name: set(get_ancestors_of(DOCTYPE, name)) for name in bounds()}
	frappe.db.set_value(DOCTYPE, {"name": ("!=", "")}, {"lft": 0, "rgt": 0})
	rebuild_tree(DOCTYPE)
	assert {name: set(get_ancestors_of(DOCTYPE, name)) for name in bounds()} == before
	numbers = sorted(number for pair in bounds().values() for number in pair)
	assert numbers == list(range(1, 13))


def test_only_trees_can_be_rebuilt() -> None:
	with pytest.raises(frappe.ValidationError):
		rebuild_tree("Contract Party")
