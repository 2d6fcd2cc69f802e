"""`frappe.get_all`: which rows a filter finds. An empty field counts as '', 0 or the earliest date, as v15 does it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import frappe
import pytest
from frappe.query_builder.utils import Column

from tests.contract.database.tools import LINE, NODE, ORDER, PARTY, names


@pytest.mark.parametrize(
	("filters", "expected"),
	[
		# text: case does not matter, NULL is ''
		({"party_name": "ALPHA"}, "P1"),
		({"email": ""}, "P3"),
		({"email": ["!=", "a@x.y"]}, "P2 P3 P4 P5"),
		({"email": ["!=", ""]}, "P1 P2 P4 P5"),
		({"email": ["<", "b"]}, "P1 P3"),
		({"party_group": "Retail"}, "P1 P4 P5"),
		({"party_group": ["!=", "Retail"]}, "P2 P3"),
		({"party_group": ["like", "%TAIL"]}, "P1 P4 P5"),
		({"party_group": ["not like", "r%"]}, "P2 P3"),
		({"notes": ["like", "100%"]}, "P4"),
		({"notes": ["like", "%k\\s%"]}, "P5"),
		({"notes": ["like", "%ONE"]}, "P1"),
		({"notes": ""}, "P2 P3"),
		# numbers
		({"credit_limit": 0}, "P2"),
		({"credit_limit": ["!=", 0]}, "P1 P3 P4 P5"),
		({"credit_limit": [">", 0.1]}, "P1 P3 P5"),
		({"credit_limit": ["<=", "0.1"]}, "P2 P4"),
		({"credit_limit": 33.333333333}, "P3"),
		({"disabled": 1}, "P2 P5"),
		({"disabled": "1"}, "P2 P5"),
		({"disabled": True}, "P2 P5"),
		({"disabled": None}, "P1 P3 P4"),
		({"disabled": "no number"}, "P1 P3 P4"),
		# lists
		({"name": ["in", ["P1", "p2", "zz"]]}, "P1 P2"),
		({"name": ["in", "P1,P3"]}, "P1 P3"),
		({"name": ["in", []]}, ""),
		({"name": ["not in", ["P1", "P2"]]}, "P3 P4 P5"),
		({"parent_party": ["in", ["P1", ""]]}, "P1 P2 P3 P4"),
		({"parent_party": ["in", ["P1", None]]}, "P1 P2 P3 P4"),
		({"parent_party": ["not in", ["P1"]]}, "P1 P4 P5"),
		({"parent_party": ["not in", ["P1", ""]]}, "P5"),
		({"disabled": ["in", [1]]}, "P2 P5"),
		({"credit_limit": ["not in", [0]]}, "P1 P2 P3 P4 P5"),
		# empty or not
		({"email": ["is", "set"]}, "P1 P2 P4 P5"),
		({"email": ["is", "not set"]}, "P3"),
		({"parent_party": ["is", "set"]}, "P2 P3 P5"),
		({"parent_party": ["is", "not set"]}, "P1 P4"),
		({"credit_limit": ["is", "set"]}, "P1 P3 P4 P5"),
		({"credit_limit": ["is", "not set"]}, ""),
		# quirks of v15 that an app must survive
		({"parent_party": None}, ""),
		({"party_group": None}, "P1 P2 P3 P4 P5"),
		({"party_name": 0}, ""),
	],
	ids=str,
)
def test_parties(filters: Any, expected: str):
	assert names(PARTY, filters) == expected


@pytest.mark.parametrize(
	("filters", "expected"),
	[
		({"posting_date": "2024-01-31"}, "O2"),
		({"posting_date": date(2024, 1, 31)}, "O2"),
		({"posting_date": ["<", "2024-01-31"]}, "O1 O4 O5"),
		({"posting_date": [">", "2024-01-31"]}, "O3"),
		({"posting_date": [">=", "2024-01-31"]}, "O2 O3"),
		({"posting_date": ["!=", "2024-01-31"]}, "O1 O3 O4 O5"),
		({"posting_date": ["between", ["2024-01-01", "2024-01-31"]]}, "O1 O2"),
		({"posting_date": ["between", [date(2024, 1, 1), date(2024, 2, 29)]]}, "O1 O2 O3"),
		({"posting_date": ["is", "set"]}, "O1 O2 O3 O5"),
		({"posting_date": ["is", "not set"]}, "O4"),
		({"posting_date": ["in", ["2024-01-31", "2024-02-29"]]}, "O2 O3"),
		({"posting_date": ["not in", ["2024-01-31"]]}, "O1 O3 O4 O5"),
		({"creation": [">", "2024-05-01 11:00:00"]}, "O3 O4 O5"),
		({"creation": ["<=", datetime(2024, 5, 1, 11)]}, "O1 O2"),
		({"creation": "2024-05-01 11:00:00"}, "O2"),
		({"creation": ["between", ["2024-05-01", "2024-05-01"]]}, "O1 O2 O3 O4 O5"),
		({"creation": ["between", ["2024-05-01 10:30:00", "2024-05-01 12:00:00"]]}, "O2 O3"),
		({"creation": ["between", ["2024-05-02", "2024-05-03"]]}, ""),
		({"docstatus": 1}, "O2 O3"),
		({"docstatus": ["<", 2]}, "O1 O2 O3 O5"),
		({"docstatus": ["!=", 2]}, "O1 O2 O3 O5"),
		({"status": ["not in", ["Open", "Draft"]]}, "O3 O5"),
		({"total": ["<", 0]}, "O5"),
		({"status": "Open", "docstatus": 1}, "O2"),
		([["status", "=", "Open"], ["docstatus", "=", 1]], "O2"),
		([[ORDER, "status", "=", "Open", False]], "O2 O4"),
		([{"status": "Open"}], "O2 O4"),
		('{"status": "Closed"}', "O3"),
	],
	ids=str,
)
def test_orders(filters: Any, expected: str):
	assert names(ORDER, filters) == expected


def test_or_filters_are_one_condition_among_the_others():
	assert names(PARTY, or_filters={"disabled": 1, "party_name": "gamma"}) == "P2 P3 P5"
	one_of = [["party_name", "like", "%a%"], ["email", "is", "not set"]]
	assert names(PARTY, {"disabled": 0}, or_filters=one_of) == "P1 P3 P4"


def test_a_field_of_a_child_table_finds_the_parents():
	found = frappe.get_all(ORDER, filters={"item": "item 1", "qty": [">", 7]}, pluck="name", distinct=True)
	assert sorted(found) == ["O1", "O2", "O3"]
	found = frappe.get_all(ORDER, filters=[[LINE, "qty", ">", 12]], pluck="name", order_by="name")
	assert found == ["O1"]


def test_filters_may_leave_null_out():
	assert names(PARTY, {"email": ["!=", "a@x.y"]}, ignore_ifnull=True) == "P2 P4 P5"


def test_ifnull_is_the_one_function_in_a_filter():
	assert names(PARTY, [["ifnull(email, '')", "=", ""]]) == "P3"


def test_a_column_is_compared_with_another():
	frappe.db.set_value(LINE, "L1", "rate", 99)
	assert names(LINE, {"rate": [">", Column("qty")]}) == "L1"


@pytest.mark.parametrize(
	("operator", "name", "expected"),
	[
		("descendants of", "A", "A1 A2"),
		("descendants of (inclusive)", "A", "A A1 A2"),
		("not descendants of", "A", "A All B"),
		("ancestors of", "A1", "A All"),
		("not ancestors of", "A1", "A1 A2 B"),
		("descendants of", "A1", ""),
		("descendants of", "no such node", ""),
		("not descendants of", "no such node", "A A1 A2 All B"),
	],
)
def test_trees(operator: str, name: str, expected: str):
	assert names(NODE, {"name": [operator, name]}) == expected


def test_trees_through_a_link():
	assert names(NODE, {"parent_contract_node": ["descendants of (inclusive)", "A"]}) == "A1 A2"
	assert names(NODE, {"parent_contract_node": ["not descendants of", "All"]}) == "A All B"


def test_periods():
	frappe.db.set_value(ORDER, "O1", "posting_date", frappe.utils.nowdate())
	frappe.db.set_value(ORDER, "O2", "posting_date", frappe.utils.add_days(frappe.utils.nowdate(), -400))
	assert names(ORDER, {"posting_date": ["timespan", "today"]}) == "O1"
	assert names(ORDER, {"posting_date": ["timespan", "this year"]}) == "O1"
	assert "O1" not in names(ORDER, {"posting_date": ["previous", "1 month"]}).split()


@pytest.mark.parametrize(
	"filters",
	[{"name": ["foo", 1]}, [["name"]], [["name", "=; drop", 1]], "[[]]"],
	ids=str,
)
def test_what_is_no_filter_is_refused(filters: Any):
	with pytest.raises(frappe.ValidationError):
		frappe.get_all(PARTY, filters=filters)
