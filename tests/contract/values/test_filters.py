"""Filters checked without a query, and values cast to a field type."""

from __future__ import annotations

import datetime
from typing import Any

import frappe
import pytest
from frappe.utils import cast, compare, evaluate_filters
from frappe.utils.data import get_filter, make_filter_dict, make_filter_tuple, sanitize_column

DOC = frappe._dict(status="Open", total=10, due=datetime.date(2026, 2, 3), note=None)


@pytest.mark.parametrize(
	("filters", "expected"),
	[
		({"status": "Open"}, True),
		({"status": ["!=", "Open"]}, False),
		({"total": [">", 5], "status": "Open"}, True),
		([["status", "in", ["Open", "Closed"]]], True),
		([["Contract Order", "status", "=", "Open"]], True),
		([["status", "like", "%pe%"]], True),
		([["note", "is", "not set"]], True),
		([["note", "is", "set"]], False),
		({}, True),
	],
)
def test_evaluate_filters(filters: Any, expected: bool) -> None:
	assert evaluate_filters(DOC, filters) is expected


@pytest.mark.parametrize(
	("left", "operator", "right", "fieldtype", "expected"),
	[
		("5", ">", "10", "Int", False),
		("5", ">", "10", None, True),
		("2026-02-03", "<", "2026-10-01", "Date", True),
		("abc", "^", "ab", None, True),
		("a", "not in", ["b"], None, True),
		("abc", "not like", "%x%", None, True),
		(5, "between", [1, 9], None, False),
	],
)
def test_compare(left: Any, operator: str, right: Any, fieldtype: str | None, expected: bool) -> None:
	assert compare(left, operator, right, fieldtype) is expected


def test_a_filters_shape() -> None:
	found = get_filter("Contract Order", {"total": [">", 5]})
	assert (found.doctype, found.fieldname, found.operator, found.value) == (
		"Contract Order",
		"total",
		">",
		5,
	)
	assert found.fieldtype == "Currency"
	assert get_filter("Contract Order", ["qty", "=", 1]).doctype == "Contract Order Line"
	assert make_filter_tuple("X", "a", 1) == ["X", "a", "=", 1]
	assert make_filter_dict([["X", "a", ">", 1]]) == {"a": (">", 1)}


@pytest.mark.parametrize("wrong", ["text", ["a", "="], {"a": ["is near", 1]}])
def test_what_is_no_filter_is_refused(wrong: Any) -> None:
	with pytest.raises(frappe.ValidationError):
		get_filter(None, wrong)


@pytest.mark.parametrize("name", ["name; drop", "x'", "count(*)", "a,b"])
def test_names_that_hold_more_than_a_name_are_refused(name: str) -> None:
	with pytest.raises(frappe.DataError):
		sanitize_column(name)


def test_plain_names_pass() -> None:
	sanitize_column("total")
	sanitize_column("`tabContract Order`.`total`")
	sanitize_column("ifnull(total, 0)")


@pytest.mark.parametrize(
	("fieldtype", "value", "expected"),
	[
		("Int", "12", 12),
		("Check", "true", 1),
		("Float", "1,5", 15.0),
		("Currency", None, 0.0),
		("Data", None, ""),
		("Date", "2026-02-03", datetime.date(2026, 2, 3)),
		("Date", None, datetime.date(1, 1, 1)),
		("Datetime", None, datetime.datetime(1, 1, 1)),
		("Time", "01:02:03", datetime.timedelta(hours=1, minutes=2, seconds=3)),
		("Table", [1], [1]),
	],
)
def test_cast(fieldtype: str, value: Any, expected: Any) -> None:
	assert cast(fieldtype, value) == expected
