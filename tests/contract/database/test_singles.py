"""Single DocTypes: their values are texts in one table, typed when they are asked for by field."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
import pytest

from tests.contract.database.tools import SETTINGS


@pytest.fixture(autouse=True)
def empty(records: None) -> None:
	frappe.db.delete("Singles", {"doctype": SETTINGS})
	frappe.db.value_cache.clear()


@pytest.mark.parametrize(
	("fieldname", "value", "typed", "stored"),
	[
		("limit_amount", 5, 5.0, "5"),
		("limit_amount", 5.5, 5.5, "5.5"),
		("limit_amount", "7", 7.0, "7"),
		("limit_amount", 100.0, 100.0, "100.0"),
		("limit_amount", None, 0.0, None),
		("limit_amount", "", 0.0, ""),
		("enabled", True, 1, "1"),
		("enabled", False, 0, "0"),
		("enabled", "true", 1, "1"),
		("enabled", 0, 0, "0"),
		("contact", "Guest", "Guest", "Guest"),
		("contact", None, "", None),
		("contact", date(2024, 1, 1), "2024-01-01", "2024-01-01"),
	],
	ids=str,
)
def test_values(fieldname: str, value: Any, typed: Any, stored: str | None):
	frappe.db.set_single_value(SETTINGS, fieldname, value)
	found = frappe.db.get_single_value(SETTINGS, fieldname)
	assert found == typed and type(found) is type(typed)
	assert frappe.db.get_value(SETTINGS, None, fieldname) == stored
	assert frappe.db.get_value(SETTINGS, SETTINGS, fieldname) == stored
	assert frappe.db.get_singles_dict(SETTINGS)[fieldname] == stored
	assert frappe.db.get_singles_dict(SETTINGS, cast=True)[fieldname] == typed


def test_several_fields():
	frappe.db.set_single_value(SETTINGS, {"limit_amount": 3, "contact": "Guest"})
	assert frappe.db.get_value(SETTINGS, None, ["contact", "limit_amount"]) == ["Guest", "3"]
	assert frappe.db.get_value(SETTINGS, None, ["contact"], as_dict=True) == {"contact": "Guest"}
	assert frappe.db.get_value(SETTINGS, {"contact": "Guest"}, "limit_amount") == "3"
	assert frappe.db.get_value(SETTINGS, {"contact": "nobody"}, "limit_amount") is None


def test_nothing_set():
	assert frappe.db.get_value(SETTINGS, None, "contact") is None
	assert frappe.db.get_single_value(SETTINGS, "limit_amount") == 0.0
	assert frappe.db.get_single_value(SETTINGS, "contact") == ""
	with pytest.raises(frappe.ValidationError):
		frappe.db.get_single_value(SETTINGS, "no_such_field")


def test_the_change_is_dated():
	frappe.db.set_single_value(SETTINGS, "contact", "Guest")
	assert frappe.db.get_value(SETTINGS, None, "modified_by") == "Administrator"
	assert frappe.db.get_value(SETTINGS, None, "modified")


def test_values_are_kept_for_the_connection():
	frappe.db.set_single_value(SETTINGS, "contact", "Guest")
	assert frappe.db.get_single_value(SETTINGS, "contact") == "Guest"
	singles = frappe.qb.DocType("Singles")
	changed = frappe.qb.update(singles).set(singles.value, "behind").where(singles.doctype == SETTINGS)
	changed.where(singles.field == "contact").run()
	assert frappe.db.get_single_value(SETTINGS, "contact", cache=False) == "behind"


def test_set_value_knows_singles():
	frappe.db.set_value(SETTINGS, None, "contact", "Guest")
	assert frappe.db.get_single_value(SETTINGS, "contact") == "Guest"
	frappe.db.set_value(SETTINGS, SETTINGS, "contact", "Administrator")
	assert frappe.db.get_single_value(SETTINGS, "contact") == "Administrator"
