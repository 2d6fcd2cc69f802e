"""Queries that are written out once: what they give is what the query builder would give, for any parameters."""

from __future__ import annotations

from typing import Any

import frappe
import pytest
from o2c_extensions.common.prepared import Prepared


def _build(name: str, kind: str) -> Any:
	todo = frappe.qb.DocType("ToDo")
	query = frappe.qb.from_(todo).select(todo.name, todo.description).orderby(todo.description)
	return query.where((todo.allocated_to == name) & (todo.status == kind) & (todo.priority != "High"))


def todo(description: str, **values: Any) -> None:
	frappe.get_doc(
		{"doctype": "ToDo", "description": description, "allocated_to": "Administrator", **values}
	).insert()


def test_it_gives_what_the_builder_gives() -> None:
	prepared = Prepared(_build, "name", "kind")
	for number in range(2):
		todo(f"prepared {number}")
		for name, kind in (("Administrator", "Open"), ("Administrator", "Closed"), ("O'Neill", "Open")):
			assert prepared.run(name=name, kind=kind) == _build(name, kind).run(as_dict=True)
	assert [row.description for row in prepared.run(name="Administrator", kind="Open")][-1] == "prepared 1"


def test_parameters_stay_parameters() -> None:
	prepared = Prepared(_build, "name", "kind")
	todo("prepared")
	assert prepared.run(name="' or '1' = '1", kind="Open") == []
	with pytest.raises(KeyError):
		prepared.run(name="Administrator")


def test_an_argument_that_is_no_parameter_is_refused() -> None:
	with pytest.raises(ValueError, match="Not every argument"):
		Prepared(lambda name, kind: _build(name, "Open"), "name", "kind").run(name="x", kind="y")
