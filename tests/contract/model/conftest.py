"""DocTypes that one test makes. Changing a table commits on MariaDB, so they are taken away by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import frappe
import pytest

NAME = "Contract Temporary"


@pytest.fixture
def make_doctype() -> Iterator[Callable[..., Any]]:
	"""A factory for the DocType "Contract Temporary" with the given fields."""

	def make(*fields: dict[str, Any], **values: Any) -> Any:
		rows = [{"fieldtype": "Data", "label": df.get("fieldname", "").title(), **df} for df in fields]
		return frappe.get_doc(
			{
				"doctype": "DocType",
				"name": NAME,
				"module": "Core",
				"custom": 1,
				"fields": rows,
				"permissions": [{"role": "System Manager", "read": 1}],
				**values,
			}
		).insert()

	yield make
	frappe.db.rollback()
	_remove(NAME)
	frappe.db.commit()


def _remove(doctype: str) -> None:
	if frappe.db.exists("DocType", doctype):
		frappe.delete_doc("DocType", doctype, force=True)
	if frappe.db.db_type == "sqlite":
		frappe.db.drop_table(doctype)
	else:
		frappe.db.sql_ddl(f"drop table if exists `tab{doctype}`")
	frappe.clear_cache(doctype=doctype)


@pytest.fixture
def customized() -> Iterator[str]:
	"""Contract Party, whose customizations are taken back after the test."""
	yield "Contract Party"
	frappe.db.rollback()
	for doctype in ("Contract Party", "Contract Node"):
		frappe.db.delete("Custom Field", {"dt": doctype})
		frappe.db.delete("Property Setter", {"doc_type": doctype})
		frappe.clear_cache(doctype=doctype)
	frappe.db.delete("Contract Party")
	frappe.db.commit()
