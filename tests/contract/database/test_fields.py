"""`frappe.get_all`: what a list shows, in which order, grouped how."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import frappe
import pytest

from tests.contract.database.tools import LINE, ORDER, PARTY


def rows(doctype: str, fields: Any, **kwargs: Any) -> list[tuple[Any, ...]]:
	kwargs.setdefault("order_by", "name asc")
	return list(frappe.get_all(doctype, fields=fields, as_list=True, **kwargs))


def test_names_by_default_newest_change_first():
	assert [row.name for row in frappe.get_all(PARTY)] == ["P1", "P2", "P3", "P4", "P5"]
	assert frappe.get_all(PARTY, limit=2) == [{"name": "P1"}, {"name": "P2"}]


def test_types():
	(party,) = frappe.get_all(PARTY, fields=["*"], filters={"name": "P1"})
	assert type(party) is frappe._dict
	assert (type(party.credit_limit), type(party.disabled), type(party.creation)) == (float, int, datetime)
	(order,) = frappe.get_all(ORDER, fields=["posting_date", "status"], filters={"name": "O1"})
	assert order == {"posting_date": date(2024, 1, 1), "status": "Draft"}
	assert order.no_such_key is None


def test_paging():
	def page(**kwargs: Any) -> list[str]:
		return frappe.get_all(PARTY, pluck="name", order_by="name", **kwargs)

	assert page(limit_start=1, limit_page_length=2) == ["P2", "P3"]
	assert page(start=3, page_length=5) == ["P4", "P5"]
	assert page(limit="2") == ["P1", "P2"]


def test_shapes():
	assert frappe.get_all(PARTY, pluck="email", order_by="name", limit=3) == ["a@x.y", "B@x.y", None]
	assert rows(PARTY, ["name", "disabled"], limit=2) == [("P1", 0), ("P2", 1)]
	assert frappe.get_all(PARTY, filters={"name": "zz"}) == []
	assert frappe.get_all(PARTY, fields='["name", "email"]', filters={"name": "P1"}) == [
		{"name": "P1", "email": "a@x.y"}
	]
	assert frappe.get_all(PARTY, fields="name, email", filters={"name": "P1"}) == [
		{"name": "P1", "email": "a@x.y"}
	]
	assert frappe.get_all(PARTY, {"name": "P1"}, ["name"]) == [{"name": "P1"}]
	with pytest.raises(KeyError):
		frappe.get_all(PARTY, fields=["name"], pluck="email")


@pytest.mark.parametrize(
	("field", "key", "value"),
	[
		("count(name) as n", "n", 5),
		("count(*)", "count(*)", 5),
		("count(distinct party_group) as n", "n", 2),
		("sum(credit_limit)", "sum(credit_limit)", 134.133333333),
		("sum(`tabContract Party`.credit_limit) as s", "s", 134.133333333),
		("sum(credit_limit*2) as s", "s", 268.266666666),
		("sum(disabled)", "sum(disabled)", 2.0),
		("avg(disabled) as a", "a", 0.4),
		("max(creation) as m", "m", datetime(2024, 5, 5, 10)),
		("min(party_name) as m", "m", "Alpha"),
		("max(credit_limit)/3 as t", "t", 33.5),
		("sum(if(disabled=1,1,0)) as d", "d", 2.0),
	],
)
def test_aggregates(field: str, key: str, value: Any):
	(row,) = frappe.get_all(PARTY, fields=[field])
	assert row == {key: value}
	assert type(row[key]) is type(value)


@pytest.mark.parametrize(
	("field", "value"),
	[
		("date(creation) as x", date(2024, 5, 1)),
		("year(creation) as x", 2024),
		("extract(month from creation) as x", 5),
		("dayofyear(creation) as x", 122),
		("timestamp(creation) as x", datetime(2024, 5, 1, 10)),
		("upper(party_name) as x", "ALPHA"),
		("length(party_name) as x", 5),
		('locate("a", party_name) as x', 1),
		("round(credit_limit, 0) as x", 101.0),
		("abs(credit_limit) as x", 100.5),
		("`name` as x", "P1"),
		("`tabContract Party`.`name` as `x`", "P1"),
		("'lit' as x", "lit"),
	],
)
def test_functions(field: str, value: Any):
	(row,) = frappe.get_all(PARTY, fields=[field], filters={"name": "P1"})
	assert row == {"x": value}
	assert type(row.x) is type(value)


def test_money_adds_up_without_dust():
	assert rows(LINE, ["sum(rate)"]) == [(4.5,)]
	assert frappe.get_all(LINE, fields=["sum(rate) - 4.5 as rest"]) == [{"rest": 0.0}]


def test_fields_of_linked_documents():
	found = rows(ORDER, ["name", "party.party_name", "party.credit_limit as credit"], limit=2)
	assert found == [("O1", "Alpha", 100.5), ("O2", "Alpha", 100.5)]
	assert rows(ORDER, ["name", "party.email"], filters={"name": "O5"}) == [("O5", None)]


def test_fields_of_child_tables():
	found = frappe.get_all(
		ORDER, fields=["name", "items.item", "items.qty as q"], order_by="name asc, q asc", limit=2
	)
	assert found == [{"name": "O1", "item": "item 1", "q": 4.5}, {"name": "O1", "item": "item 0", "q": 9.0}]
	found = rows(ORDER, ["name", f"`tab{LINE}`.`item`"], filters={"name": "O4"})
	assert found == [("O4", None)]
	found = rows(
		ORDER, ["name", f"sum(`tab{LINE}`.qty) as q"], filters=[[LINE, "qty", ">", 0]], group_by="name"
	)
	assert found == [("O1", 27.0), ("O2", 18.0), ("O3", 22.5)]


@pytest.mark.parametrize(
	("order_by", "expected"),
	[
		("name desc", "P5 P4 P3 P2 P1"),
		("party_name", "P1 P2 P4 P5 P3"),
		("party_name desc", "P3 P5 P4 P2 P1"),
		("email", "P3 P1 P2 P4 P5"),
		("email desc", "P5 P4 P2 P1 P3"),
		("disabled desc, party_name asc", "P2 P5 P1 P4 P3"),
		("`tabContract Party`.`name` desc", "P5 P4 P3 P2 P1"),
		("`tabContract Party`.creation desc", "P5 P4 P3 P2 P1"),
		("credit_limit desc, name", "P1 P3 P5 P4 P2"),
		("length(party_name), name", "P2 P1 P3 P4 P5"),
		('ifnull(email, "c") asc', "P1 P2 P3 P4 P5"),
		("n desc", "P3 P5 P4 P2 P1"),
	],
)
def test_order(order_by: str, expected: str):
	found = frappe.get_all(PARTY, fields=["name", "party_name as n"], order_by=order_by)
	assert " ".join(row.name for row in found) == expected


def test_groups():
	found = frappe.get_all(
		PARTY,
		fields=["party_group", "count(name) as n", "sum(credit_limit) as s"],
		group_by="party_group",
		order_by="n desc, s asc",
	)
	assert [(row.party_group and row.party_group.lower(), row.n, row.s) for row in found] == [
		("retail", 3, 100.8),
		("wholesale", 1, 0.0),
		(None, 1, 33.333333333),
	]
	by_month = rows(
		ORDER, ["year(posting_date) as y", "count(name) as n"], group_by="year(posting_date)", order_by="y"
	)
	assert by_month == [(None, 1), (2023, 1), (2024, 3)]


def test_distinct():
	assert sorted(rows(PARTY, ["disabled"], distinct=True)) == [(0,), (1,)]
	assert sorted(rows(PARTY, ["distinct disabled"], order_by=None)) == [(0,), (1,)]


def test_a_missing_column_says_so():
	for fields in (["no_such_field"], ["credit_limit*2 as twice"], ["1 as one"]):
		with pytest.raises(Exception) as caught:
			frappe.get_all(PARTY, fields=fields)
		assert frappe.db.is_missing_column(caught.value)


def test_a_doctype_without_a_table_has_no_list():
	for doctype in ("No Such DocType", "Contract Settings"):
		with pytest.raises(frappe.db.TableMissingError):
			frappe.get_all(doctype)
	with pytest.raises(frappe.DoesNotExistError):
		frappe.get_list("No Such DocType")


def test_further_values_for_every_row():
	assert frappe.get_all(PARTY, update={"seen": 1}, limit=1, order_by="name") == [{"name": "P1", "seen": 1}]
