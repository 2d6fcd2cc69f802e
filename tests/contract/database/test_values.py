"""`frappe.db`: reading and writing values without documents."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import frappe
import pytest

from tests.contract.database.tools import NODE, ORDER, PARTY, names


def test_one_value_or_a_row():
	assert frappe.db.get_value(PARTY, "P1", "credit_limit") == 100.5
	assert frappe.db.get_value(PARTY, "p1") == "P1"
	assert frappe.db.get_value(PARTY, "P1", ["name", "email"]) == ("P1", "a@x.y")
	assert frappe.db.get_value(PARTY, "P1", ["email"]) == "a@x.y"
	assert frappe.db.get_value(PARTY, "P1", "email", as_dict=True) == {"email": "a@x.y"}
	assert frappe.db.get_value(PARTY, "P1", "*").party_name == "Alpha"
	assert frappe.db.get_value(PARTY, "zz", "email") is None
	assert frappe.db.get_value(PARTY, "zz", ["name", "email"]) is None
	assert frappe.db.get_value(ORDER, "O1", ["posting_date", "creation"]) == (
		date(2024, 1, 1),
		datetime(2024, 5, 1, 10),
	)


@pytest.mark.parametrize(
	("filters", "expected"),
	[
		({"party_name": "ALPHA"}, ["P1"]),
		({"disabled": 1}, ["P2", "P5"]),
		({"disabled": True}, ["P2", "P5"]),
		({"disabled": "0"}, ["P1", "P3", "P4"]),
		({"email": None}, ["P3"]),
		({"email": ""}, []),
		({"email": ["!=", "a@x.y"]}, ["P2", "P4", "P5"]),
		({"email": ["!=", None]}, ["P3"]),
		({"email": ["is", "set"]}, ["P1", "P2", "P4", "P5"]),
		({"email": ["is", "not set"]}, ["P3"]),
		({"notes": ["is", "set"]}, ["P1", "P3", "P4", "P5"]),
		({"name": ["in", ["P2", "P3", "zz"]]}, ["P2", "P3"]),
		({"name": ["in", []]}, []),
		({"name": ["not in", ["P2", "P3"]]}, ["P1", "P4", "P5"]),
		({"party_group": ["not in", ["Retail"]]}, ["P2"]),
		({"notes": ["like", "%ONE%"]}, ["P1"]),
		({"notes": ["like", "100\\%%"]}, ["P4"]),
		({"notes": ["like", "%\\\\%"]}, ["P5"]),
		({"notes": ["not like", "%one%"]}, ["P3", "P4", "P5"]),
		({"credit_limit": [">", 1]}, ["P1", "P3"]),
		({"creation": ["between", ["2024-05-01", "2024-05-03"]]}, ["P1", "P2"]),
		({"creation": "2024-05-01 10:00:00"}, ["P1"]),
		({"creation": [">", "2024-05-03"]}, ["P3", "P4", "P5"]),
		({"creation": [">=", date(2024, 5, 4)]}, ["P4", "P5"]),
		({"name": 5}, []),
		({"party_name": 0}, ["P1", "P2", "P3", "P4", "P5"]),
		(["P1", "p2"], ["P1", "P2"]),
		([["name", "=", "P1"]], ["P1"]),
		([["name", "P1"], [PARTY, "disabled", "=", 0]], ["P1"]),
	],
	ids=str,
)
def test_filters_compare_as_sql_does(filters: Any, expected: list[str]):
	assert frappe.db.get_values(PARTY, filters, "name", order_by="name asc", pluck=True) == expected
	if not isinstance(filters, list):
		assert frappe.db.count(PARTY, filters) == len(expected)
		assert bool(frappe.db.exists(PARTY, filters)) == bool(expected)


def test_several_values():
	found = frappe.db.get_values(PARTY, {"disabled": 1}, ["name", "email"], order_by="name asc")
	assert found == (("P2", "B@x.y"), ("P5", "e@x.y"))
	found = frappe.db.get_values(PARTY, ["P1", "P3"], "email", as_dict=True, order_by="name asc")
	assert found == [{"email": "a@x.y"}, {"email": None}]
	assert not frappe.db.get_values(PARTY, [], "name")
	assert not frappe.db.get_values(PARTY, {"name": "zz"}, "name")


def test_the_latest_change_comes_first_and_orders_descend_by_default():
	assert frappe.db.get_value(PARTY, {"disabled": 0}) == "P1"
	frappe.db.set_value(PARTY, "P4", "notes", "touched")
	assert frappe.db.get_value(PARTY, {"disabled": 0}) == "P4"
	assert frappe.db.get_value(PARTY, {"disabled": 0}, order_by="credit_limit") == "P1"
	assert frappe.db.get_value(PARTY, {"disabled": 0}, order_by="credit_limit asc") == "P4"


def test_functions_and_links():
	assert frappe.db.get_value(PARTY, {"disabled": 1}, "count(name)") == 2
	assert frappe.db.get_value(PARTY, {"disabled": 0}, "sum(credit_limit) as s", as_dict=True) == {
		"s": 133.933333333
	}
	assert frappe.db.get_value(ORDER, "O3", "party.party_name") == "beta"
	assert frappe.db.get_value(PARTY, {}, ["max(creation) as m", "min(credit_limit) as c"]) == (
		datetime(2024, 5, 5, 10),
		0.0,
	)


def test_existence():
	assert frappe.db.exists(PARTY, "p1") == "P1"
	assert frappe.db.exists(PARTY, "zz") is None
	assert frappe.db.exists({"doctype": PARTY, "party_name": "beta"}) == "P2"
	assert frappe.db.exists("Contract Settings", "Contract Settings") == "Contract Settings"
	assert frappe.db.exists("No Such DocType", "x") is None
	assert frappe.db.exists(PARTY, {"no_such_field": 1}) is None
	assert frappe.db.exists("DocType", "DocType") == "DocType"
	assert frappe.db.a_row_exists(PARTY)
	assert frappe.db.get_last_created(PARTY) == datetime(2024, 5, 5, 10)
	assert sorted(frappe.db.get_descendants(NODE, "A")) == ["A1", "A2"]


def test_a_missing_column_says_so():
	for fieldname in ("no_such_field", ["name", "no_such_field"]):
		with pytest.raises(frappe.db.OperationalError) as caught:
			frappe.db.get_value(PARTY, "P1", fieldname)
		assert frappe.db.is_missing_column(caught.value)
	with pytest.raises(frappe.db.OperationalError):
		frappe.db.set_value(PARTY, "P1", "no_such_field", 1)
	assert frappe.db.has_column(PARTY, "email") and not frappe.db.has_column(PARTY, "no_such_field")


def test_columns():
	standard = {"name", "creation", "modified", "modified_by", "owner", "docstatus", "idx"}
	optional = {"_user_tags", "_comments", "_assign", "_liked_by"}
	line = set(frappe.db.get_table_columns("Contract Order Line"))
	assert line == standard | {"parent", "parentfield", "parenttype", "item", "qty", "rate", "amount"}
	party = set(frappe.db.get_table_columns(PARTY))
	assert party == standard | optional | {
		*("party_name", "email", "disabled", "credit_limit", "parent_party", "notes", "party_group")
	}
	with pytest.raises(frappe.db.TableMissingError):
		frappe.db.get_table_columns("No Such DocType")
	assert frappe.db.table_exists(PARTY) and not frappe.db.table_exists("No Such DocType")


def test_writing_changes_the_time_and_the_user():
	before = frappe.utils.now_datetime()
	frappe.db.set_value(PARTY, "P1", "notes", "new")
	notes, modified, by = frappe.db.get_value(PARTY, "P1", ["notes", "modified", "modified_by"])
	assert notes == "new" and by == "Administrator" and before - timedelta(seconds=5) < modified
	frappe.db.set_value(PARTY, "P2", "notes", "quiet", update_modified=False)
	assert frappe.db.get_value(PARTY, "P2", "modified") == datetime(2024, 5, 10, 10, 0, 0, 1)
	frappe.db.set_value(
		PARTY, "P3", {"notes": "x", "disabled": 1}, modified="2020-01-01 00:00:00", modified_by="Guest"
	)
	assert frappe.db.get_value(PARTY, "P3", ["notes", "disabled", "modified", "modified_by"]) == (
		"x",
		1,
		datetime(2020, 1, 1),
		"Guest",
	)


def test_writing_all_that_match():
	frappe.db.set_value(PARTY, {"disabled": 1}, "notes", "off")
	assert names(PARTY, {"notes": "off"}) == "P2 P5"
	frappe.db.set_value(PARTY, ["P1", "P3"], "notes", "listed")
	assert names(PARTY, {"notes": "listed"}) == "P1 P3"
	frappe.db.bulk_update(PARTY, {"P1": {"notes": "b1", "disabled": 1}, "P4": {"notes": "b4"}})
	assert frappe.db.get_values(PARTY, ["P1", "P4"], ["notes", "disabled"], order_by="name asc") == (
		("b1", 1),
		("b4", 0),
	)
	frappe.db.delete(PARTY, {"disabled": 1})
	assert names(PARTY) == "P3 P4"
	frappe.db.delete(PARTY)
	assert frappe.db.count(PARTY) == 0


@pytest.mark.parametrize(
	("field", "value", "stored"),
	[
		("credit_limit", "5", 5.0),
		("credit_limit", 5.55555555555, 5.555555556),
		("credit_limit", True, 1.0),
		("credit_limit", -1, -1.0),
		("disabled", "1", 1),
		("disabled", 1.5, 2),
		("disabled", 2.5, 3),
		("disabled", "1.5", 2),
		("disabled", True, 1),
		("notes", 5, "5"),
		("notes", 2.0, "2.0"),
		("notes", date(2024, 1, 1), "2024-01-01"),
		("notes", datetime(2024, 1, 1, 1, 1, 1), "2024-01-01T01:01:01"),
		("notes", timedelta(hours=1), "1:00:00"),
		("notes", None, None),
		("notes", "", ""),
		("creation", date(2024, 1, 1), datetime(2024, 1, 1)),
		("creation", "2024-01-01 01:02:03.5", datetime(2024, 1, 1, 1, 2, 3, 500000)),
		("creation", "2024-1-5", datetime(2024, 1, 5)),
		("creation", None, None),
	],
	ids=str,
)
def test_values_take_the_columns_form(field: str, value: Any, stored: Any):
	frappe.db.set_value(PARTY, "P1", field, value)
	found = frappe.db.get_value(PARTY, "P1", field)
	assert found == stored
	assert type(found) is type(stored)


@pytest.mark.parametrize(
	("field", "value", "error"),
	[
		("party_name", "x" * 141, "DataError"),
		("credit_limit", "", "DataError"),
		("credit_limit", "abc", "DataError"),
		("credit_limit", 1e13, "DataError"),
		("credit_limit", None, "IntegrityError"),
		("disabled", "", "DataError"),
		("disabled", 10**12, "DataError"),
		("disabled", None, "IntegrityError"),
		("creation", "", "OperationalError"),
		("creation", "no date", "OperationalError"),
		("creation", "2024-13-45", "OperationalError"),
		("party_name", "beta", "IntegrityError"),
		("name", "P2", "IntegrityError"),
	],
	ids=str,
)
def test_values_that_do_not_fit_are_refused(field: str, value: Any, error: str):
	before = frappe.db.get_value(PARTY, "P1", field)
	frappe.db.savepoint("refused")
	with pytest.raises(Exception) as caught:
		frappe.db.set_value(PARTY, "P1", field, value)
	assert type(caught.value).__name__ == error
	frappe.db.rollback(save_point="refused")
	assert frappe.db.get_value(PARTY, "P1", field) == before


def test_duplicates_are_told_apart():
	for row, primary in ((("P1", "new name"), True), (("P9", "ALPHA"), False)):
		frappe.db.savepoint("duplicate")
		with pytest.raises(Exception) as caught:
			frappe.db.bulk_insert(PARTY, ["name", "party_name"], [("P8", "eight"), row])
		assert frappe.db.is_duplicate_entry(caught.value)
		assert frappe.db.is_primary_key_violation(caught.value) is primary
		assert frappe.db.is_unique_key_violation(caught.value)
		frappe.db.rollback(save_point="duplicate")
	assert not frappe.db.exists(PARTY, "P8")
	frappe.db.bulk_insert(
		PARTY, ["name", "party_name"], [("P8", "eight"), ("P1", "x")], ignore_duplicates=True
	)
	assert frappe.db.exists(PARTY, "P8") and frappe.db.get_value(PARTY, "P1", "party_name") == "Alpha"


def test_unset_values_may_repeat_where_set_ones_may_not():
	frappe.db.bulk_insert(PARTY, ["name", "party_name"], [("P8", None), ("P9", None)])
	assert frappe.db.count(PARTY, {"party_name": ["is", "not set"]}) == 2


def test_a_new_row_has_the_fields_defaults():
	frappe.db.bulk_insert(ORDER, ["name"], [("O9",)])
	row = frappe.db.get_value(ORDER, "O9", "*")
	assert (row.docstatus, row.idx, row.total, row.status, row.party) == (0, 0, 0.0, "Draft", None)


def test_values_kept_for_the_connection():
	assert frappe.db.get_value(PARTY, "P1", "email", cache=True) == "a@x.y"
	assert frappe.db.exists(PARTY, "P1", cache=True) == "P1"


def test_savepoints_that_are_none():
	with pytest.raises((frappe.db.ProgrammingError, frappe.db.OperationalError)):
		frappe.db.savepoint("a b; drop table x")
	with pytest.raises(frappe.db.OperationalError):
		frappe.db.rollback(save_point="no_such_savepoint")
	with pytest.raises(frappe.db.OperationalError):
		frappe.db.release_savepoint("no_such_savepoint")
