"""`frappe.qb`: the same queries, the same results, the same types."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import frappe
import pytest
from frappe.query_builder import Case, Criterion, CustomFunction, Field, Interval, Order, Table
from frappe.query_builder.custom import ConstantColumn
from frappe.query_builder.functions import (
	Abs,
	Avg,
	Cast,
	Cast_,
	Coalesce,
	CombineDatetime,
	Concat,
	Concat_ws,
	Count,
	CurDate,
	Date,
	DateFormat,
	Extract,
	Floor,
	GroupConcat,
	IfNull,
	Length,
	Locate,
	Lower,
	Max,
	Min,
	Now,
	NullIf,
	Round,
	Substring,
	Sum,
	Timestamp,
	Truncate,
	UnixTimestamp,
	Upper,
)
from frappe.query_builder.terms import SubQuery
from pypika.analytics import RowNumber
from pypika.analytics import Sum as WindowSum
from pypika.terms import ExistsCriterion, LiteralValue, PseudoColumn, Values

from tests.contract.database.tools import LINE, NODE, ORDER, PARTY, names

Party, Orders, Line = Table(f"tab{PARTY}"), Table(f"tab{ORDER}"), Table(f"tab{LINE}")
DATEDIFF = CustomFunction("DATEDIFF", ["later", "earlier"])
TIMESTAMPDIFF = CustomFunction("TIMESTAMPDIFF", ["unit", "first", "last"])


def parties() -> Any:
	return frappe.qb.from_(Party).orderby(Party.name)


def first(term: Any) -> Any:
	"""The term's value for the first party."""
	((value,),) = parties().select(term).limit(1).run()
	return value


def found(criterion: Any) -> str:
	"""The parties that meet a criterion."""
	return " ".join(parties().select(Party.name).where(criterion).run(pluck=True))


def test_the_table_of_a_doctype():
	assert frappe.qb.DocType(PARTY) == Party
	assert frappe.qb.from_(PARTY).select("name").where(Party.name == "P1").run(pluck=True) == ["P1"]
	singles = frappe.qb.DocType("Singles")
	assert frappe.qb.from_(singles).select(singles.field).where(singles.field == "no such field").run() == ()


def test_shapes():
	query = parties().select(Party.name, Party.disabled).limit(2)
	assert query.run() == (("P1", 0), ("P2", 1))
	assert query.run(as_dict=True) == [{"name": "P1", "disabled": 0}, {"name": "P2", "disabled": 1}]
	assert query.run(as_list=True) == [["P1", 0], ["P2", 1]]
	assert query.run(pluck=True) == ["P1", "P2"]
	assert query.run(as_dict=True, update={"x": 1})[0] == {"name": "P1", "disabled": 0, "x": 1}
	assert query.where(Party.name == "zz").run() == ()
	assert query.where(Party.name == "zz").run(as_dict=True) == []
	sql, params = parties().select(Party.name).where(Party.email == "a'b").walk()
	assert "a'b" not in sql and "a'b" in str(params)


def test_what_was_written_once_is_run_with_other_parameters():
	"""Named or numbered, as the engine has it."""
	query = parties().select(Party.name, Party.disabled).where(Party.name == "P1").for_update()
	sql, params = query.walk()
	place = next(place for place, value in _places(params) if value == "P1")
	for name in ("P1", "P2", "zz"):
		params[place] = name
		expected = parties().select(Party.name, Party.disabled).where(Party.name == name)
		assert frappe.db.sql(sql, params, as_dict=True) == expected.run(as_dict=True)
		assert frappe.db.sql(sql, params) == expected.run()


def _places(params):
	return params.items() if hasattr(params, "items") else enumerate(params)


@pytest.mark.parametrize(
	("make", "expected"),
	[
		(lambda: Party.party_name == "ALPHA", "P1"),
		(lambda: Party.party_name.like("%TA"), "P2 P4"),
		(lambda: Party.party_name.not_like("%TA"), "P1 P3 P5"),
		(lambda: Party.notes.like("100\\%%"), "P4"),
		(lambda: Party.party_name.regexp("^(a|b)"), "P1 P2"),
		(lambda: Party.email != "a@x.y", "P2 P4 P5"),
		(lambda: Party.email.isnull(), "P3"),
		(lambda: Party.email.isnotnull(), "P1 P2 P4 P5"),
		(lambda: Party.name.isin(["p1", "P2"]), "P1 P2"),
		(lambda: Party.name.isin(("P1",)), "P1"),
		(lambda: Party.party_group.notin(["Retail"]), "P2"),
		(lambda: Party.disabled == "1", "P2 P5"),
		(lambda: Party.disabled == True, "P2 P5"),  # noqa: E712
		(lambda: Party.disabled.isin(["1", 0]), "P1 P2 P3 P4 P5"),
		(lambda: Party.credit_limit == "100.5", "P1"),
		(lambda: Party.credit_limit == 33.333333333, "P3"),
		(lambda: (Party.disabled == 1) | (Party.name == "P1"), "P1 P2 P5"),
		(lambda: ((Party.disabled == 1) | (Party.name == "P1")) & (Party.credit_limit > 0), "P1 P5"),
		(lambda: (Party.disabled == 1) ^ (Party.name == "P2"), "P5"),
		(lambda: ~(Party.disabled == 1), "P1 P3 P4"),
		(lambda: Criterion.all([Party.disabled == 0, Party.credit_limit > 1]), "P1 P3"),
		(lambda: Criterion.any([Party.disabled == 1, Party.credit_limit > 50]), "P1 P2 P5"),
		(lambda: Party.creation == "2024-05-01 10:00:00", "P1"),
		(lambda: Party.creation == datetime(2024, 5, 1, 10), "P1"),
		(lambda: Party.creation > date(2024, 5, 4), "P4 P5"),
		(lambda: Party.creation <= "2024-05-02 10:00:00", "P1 P2"),
		(lambda: Party.creation[date(2024, 5, 2) : date(2024, 5, 4)], "P2 P3"),
		(lambda: Party.creation.between("2024-05-01", "2024-05-03"), "P1 P2"),
		(lambda: Date(Party.creation) == date(2024, 5, 3), "P3"),
		(lambda: Date(Party.creation) == Party.creation, ""),
		(lambda: Party.creation < Now(), "P1 P2 P3 P4 P5"),
		(lambda: Party.creation > CurDate(), ""),
		(lambda: Party.owner == Party.modified_by, "P1 P2 P3 P4 P5"),
		(lambda: Party.credit_limit == frappe.qb.from_(Party).select(Max(Party.credit_limit)), "P1"),
		(lambda: Party.name.isin(frappe.qb.from_(Orders).select(Orders.party)), "P1 P2 P3"),
		(lambda: Party.name.notin(frappe.qb.from_(Orders).select(Orders.party)), ""),
		(
			lambda: ExistsCriterion(
				frappe.qb.from_(Orders)
				.select(Orders.name)
				.where(Orders.party == Party.name)
				.where(Orders.docstatus == 1)
			),
			"P1 P2",
		),
		(lambda: IfNull(Party.email, "NONE") == "none", "P3"),
		(lambda: Lower(Party.party_group) == "RETAIL", "P1 P4 P5"),
		(lambda: Party.credit_limit * 3 == 0.3, "P4"),
		(lambda: Party.credit_limit + Party.disabled > 1, "P1 P3 P5"),
	],
)
def test_criteria(make: Callable[[], Any], expected: str):
	assert found(make()) == expected


@pytest.mark.parametrize(
	("make", "value"),
	[
		(lambda: Party.credit_limit * 2, 201.0),
		(lambda: Party.credit_limit * 1.1, 110.55),
		(lambda: Party.credit_limit / 7, 14.3571428571429),
		(lambda: Party.disabled + 1, 1),
		(lambda: (Party.disabled + 1) / 4, 0.25),
		(lambda: Party.credit_limit % 7, 2.5),
		(lambda: -Party.credit_limit, -100.5),
		(lambda: Abs(Party.credit_limit - 200), 99.5),
		(lambda: Round(Party.credit_limit), 101.0),
		(lambda: Round(Party.credit_limit, 1), 100.5),
		(lambda: Truncate(Party.credit_limit, 0), 100.0),
		(lambda: Floor(Party.credit_limit), 100),
		(lambda: CustomFunction("CEIL", ["x"])(Party.credit_limit), 101),
		(lambda: CustomFunction("GREATEST", ["a", "b"])(Party.credit_limit, 200), 200.0),
		(lambda: CustomFunction("IF", ["c", "a", "b"])(Party.disabled == 0, "on", "off"), "on"),
		(lambda: Case().when(Party.credit_limit > 1, "big").else_("small"), "big"),
		(lambda: Case().when(Party.disabled == 1, 1.5).else_(Party.credit_limit), 100.5),
		(lambda: Case().when(Party.disabled == 1, Party.creation), None),
		(lambda: Coalesce(Party.email, Party.notes, "x"), "a@x.y"),
		(lambda: IfNull(Party.credit_limit, 0), 100.5),
		(lambda: NullIf(Party.party_group, "retail"), None),
		(lambda: Concat(Party.name, "-", Party.party_name), "P1-Alpha"),
		(lambda: Concat(Party.name, Party.credit_limit), "P1100.500000000"),
		(lambda: Concat(Party.name, Party.disabled), "P10"),
		(lambda: Concat_ws("/", Party.name, Party.email, None), "P1/a@x.y"),
		(lambda: Upper(Party.party_name), "ALPHA"),
		(lambda: Length(Party.party_name), 5),
		(lambda: Substring(Party.party_name, 2, 3), "lph"),
		(lambda: Locate("PH", Party.party_name), 3),
		(lambda: Cast_(Party.disabled, "varchar"), "0"),
		(lambda: Cast(Party.credit_limit, "int"), 101),
		(lambda: Cast(Party.credit_limit, "decimal(21,0)"), 101.0),
		(lambda: Cast(Party.creation, "date"), date(2024, 5, 1)),
		(lambda: Party.disabled == 0, 1),
		(lambda: ConstantColumn("x").as_("c"), "x"),
		(lambda: LiteralValue("1"), 1),
		(lambda: PseudoColumn("`tabContract Party`.`name`"), "P1"),
		(lambda: SubQuery(frappe.qb.from_(Orders).select(Count("*"))), 5),
		# dates
		(lambda: Date(Party.creation), date(2024, 5, 1)),
		(lambda: Timestamp(Party.creation), datetime(2024, 5, 1, 10)),
		(lambda: CombineDatetime(Date(Party.creation), "12:30:00"), datetime(2024, 5, 1, 12, 30)),
		(lambda: CombineDatetime(Date(Party.creation), time(12, 30)), datetime(2024, 5, 1, 12, 30)),
		(lambda: CustomFunction("TIME", ["x"])(Party.creation), timedelta(hours=10)),
		(lambda: Party.creation + Interval(days=3), datetime(2024, 5, 4, 10)),
		(lambda: Party.creation - Interval(months=3), datetime(2024, 2, 1, 10)),
		(lambda: Date(Party.creation) + Interval(days=3), date(2024, 5, 4)),
		(lambda: Date(Party.creation) + Interval(hours=3), datetime(2024, 5, 1, 3)),
		(lambda: Date(Party.creation) - Interval(years=1), date(2023, 5, 1)),
		(
			lambda: CustomFunction("DATE_ADD", ["d", "i"])(
				Date(Party.creation), LiteralValue("INTERVAL 1 MONTH")
			),
			date(2024, 6, 1),
		),
		(lambda: CustomFunction("LAST_DAY", ["d"])(Party.creation), date(2024, 5, 31)),
		(lambda: DATEDIFF(Party.modified, Party.creation), 10),
		(lambda: DATEDIFF("2024-06-01", Party.creation), 31),
		(lambda: TIMESTAMPDIFF(LiteralValue("DAY"), Party.creation, Party.modified), 10),
		(lambda: TIMESTAMPDIFF(LiteralValue("MONTH"), "2023-01-31", Party.creation), 15),
		(lambda: Extract("year", Party.creation), 2024),
		(lambda: Extract("quarter", Party.creation), 2),
		(lambda: frappe.qb.functions("YEAR", Party.creation), 2024),
		(lambda: frappe.qb.functions("MONTH", Party.creation), 5),
		(lambda: frappe.qb.functions("QUARTER", Party.creation), 2),
		(lambda: frappe.qb.functions("WEEK", Party.creation), 17),
		(lambda: frappe.qb.functions("WEEK", Party.creation, 3), 18),
		(lambda: frappe.qb.functions("YEARWEEK", Party.creation), 202417),
		(lambda: frappe.qb.functions("WEEKDAY", Party.creation), 2),
		(lambda: frappe.qb.functions("DAYOFWEEK", Party.creation), 4),
		(lambda: frappe.qb.functions("DAYNAME", Party.creation), "Wednesday"),
		(lambda: DateFormat(Party.creation, "%Y-%m"), "2024-05"),
		(lambda: DateFormat(Party.creation, "%d.%m.%y %H:%i:%s %W %j"), "01.05.24 10:00:00 Wednesday 122"),
		(
			lambda: UnixTimestamp(Date(Party.creation)) - UnixTimestamp(Date(Party.modified)),
			-864000,
		),
	],
)
def test_terms(make: Callable[[], Any], value: Any):
	got = first(make())
	assert got == value
	assert type(got) is type(value)


@pytest.mark.parametrize(
	("make", "value"),
	[
		(lambda: Sum(Party.credit_limit), 134.133333333),
		(lambda: Sum(Party.disabled), 2.0),
		(lambda: Sum(Party.credit_limit * 2), 268.266666666),
		(lambda: Avg(Party.credit_limit), 26.8266666666),
		(lambda: Avg(Party.disabled), 0.4),
		(lambda: Count("*"), 5),
		(lambda: Count(Party.email), 4),
		(lambda: Count(Party.party_group).distinct(), 2),
		(lambda: Count("*") / 3, 1.6667),
		(lambda: Max(Party.creation), datetime(2024, 5, 5, 10)),
		(lambda: Min(Date(Party.creation)), date(2024, 5, 1)),
		(lambda: Max(Party.credit_limit) - Min(Party.credit_limit), 100.5),
		(lambda: Sum(Party.credit_limit) - Sum(Party.credit_limit), 0.0),
		(lambda: Sum(Case().when(Party.disabled == 1, Party.credit_limit).else_(0)), 0.2),
		(lambda: Round(Avg(Party.credit_limit), 2), 26.83),
		(lambda: Coalesce(Sum(Party.credit_limit), 0), 134.133333333),
	],
)
def test_aggregates(make: Callable[[], Any], value: Any):
	((got,),) = frappe.qb.from_(Party).select(make()).run()
	assert got == value
	assert type(got) is type(value)


def test_aggregates_of_nothing():
	query = frappe.qb.from_(Party).where(Party.name == "zz")
	assert query.select(Sum(Party.credit_limit), Max(Party.creation), Count("*")).run() == ((None, None, 0),)
	assert query.select(Coalesce(Sum(Party.credit_limit), 0)).run() == ((0.0,),)


def test_money_adds_up_without_dust():
	assert frappe.qb.from_(Line).select(Sum(Line.rate)).run() == ((4.5,),)
	unequal = (
		frappe.qb.from_(Line)
		.select(Line.parent)
		.groupby(Line.parent)
		.having(Sum(Line.rate) - Sum(Line.rate) != 0)
	)
	assert unequal.run() == ()
	equal = frappe.qb.from_(Line).select(Sum(Line.rate).as_("r")).having(Field("r") == 4.5)
	assert equal.run() == ((4.5,),)


def test_keys_of_what_has_no_alias():
	(row,) = (
		frappe.qb.from_(Party).select(Count("*"), Sum(Party.credit_limit), Max(Party.name)).run(as_dict=True)
	)
	assert list(row) == ["COUNT(*)", "SUM(`credit_limit`)", "MAX(`name`)"]
	(row,) = (
		frappe.qb.from_(Orders)
		.join(Party)
		.on(Orders.party == Party.name)
		.select(Sum(Orders.total))
		.run(as_dict=True)
	)
	assert row == {f"SUM(`tab{ORDER}`.`total`)": 60.6}


def test_joins():
	query = frappe.qb.from_(Orders).orderby(Orders.name)
	inner = query.join(Party).on(Orders.party == Party.name).select(Orders.name, Party.party_name)
	assert inner.run() == (("O1", "Alpha"), ("O2", "Alpha"), ("O3", "beta"), ("O4", "Gamma"))
	left = query.left_join(Line).on(Line.parent == Orders.name).groupby(Orders.name)
	left = left.select(Orders.name, Sum(Line.qty).as_("q"), Count(Line.name), Max(Orders.posting_date))
	assert left.run() == (
		("O1", 27.0, 3, date(2024, 1, 1)),
		("O2", 18.0, 3, date(2024, 1, 31)),
		("O3", 22.5, 3, date(2024, 2, 29)),
		("O4", None, 0, None),
		("O5", None, 0, date(2023, 12, 31)),
	)
	parent, child = Party.as_("parent"), Party.as_("child")
	pairs = frappe.qb.from_(child).join(parent).on(child.parent_party == parent.name).orderby(child.name)
	assert pairs.select(child.name, parent.party_name).run() == (
		("P2", "Alpha"),
		("P3", "Alpha"),
		("P5", "delta"),
	)


def test_sub_queries_and_unions():
	totals = frappe.qb.from_(Line).groupby(Line.parent)
	totals = totals.select(Line.parent, Sum(Line.qty).as_("q"), Max(Line.creation).as_("at")).as_("totals")
	query = frappe.qb.from_(Orders).join(totals).on(totals.parent == Orders.name).orderby(Orders.name)
	assert query.select(Orders.name, totals.q, totals.at).where(totals.q > 20).run() == (
		("O1", 27.0, datetime(2024, 5, 1, 10)),
		("O3", 22.5, datetime(2024, 5, 1, 10)),
	)
	both = frappe.qb.from_(Party).select(Party.name, Party.creation).where(Party.name == "P1")
	both = both.union(frappe.qb.from_(Orders).select(Orders.name, Orders.creation).where(Orders.name == "O2"))
	assert sorted(both.run()) == [("O2", datetime(2024, 5, 1, 11)), ("P1", datetime(2024, 5, 1, 10))]
	one = frappe.qb.from_(Party).select(Party.name).where(Party.name == "P1")
	assert len((one * one).run()) == 2 and len((one + one).run()) == 1
	united = (frappe.qb.from_(Party).select(Party.name) + frappe.qb.from_(Orders).select(Orders.name)).as_(
		"united"
	)
	assert frappe.qb.from_(united).select(Count(united.name)).run() == ((10,),)


def test_groups_orders_and_pages():
	by_group = (
		frappe.qb.from_(Party).select(Lower(Party.party_group).as_("g"), Count("*").as_("n")).groupby("g")
	)
	assert by_group.orderby("g").run() == ((None, 1), ("retail", 3), ("wholesale", 1))
	assert by_group.having(Count("*") > 1).run() == (("retail", 3),)
	assert by_group.having(Field("n") > 1).run() == (("retail", 3),)
	by_month = frappe.qb.from_(Orders).select(
		DateFormat(Orders.posting_date, "%Y-%m").as_("m"), Sum(Orders.total)
	)
	assert by_month.groupby("m").orderby("m").run() == (
		(None, 0.0),
		("2023-12", -5.0),
		("2024-01", 30.3),
		("2024-02", 30.3),
	)
	ordered = frappe.qb.from_(Party).select(Party.name).orderby(Party.email).orderby(Party.name)
	assert ordered.run(pluck=True) == ["P3", "P1", "P2", "P4", "P5"]
	descending = (
		frappe.qb.from_(Party).select(Party.name).orderby(Party.disabled, Party.name, order=Order.desc)
	)
	assert descending.run(pluck=True) == ["P5", "P2", "P4", "P3", "P1"]
	assert parties().select(Party.name).limit(2).offset(1).run(pluck=True) == ["P2", "P3"]
	assert sorted(frappe.qb.from_(Party).select(Party.disabled).distinct().run()) == [(0,), (1,)]
	items = (
		frappe.qb.from_(Line)
		.select(GroupConcat(Line.item).distinct())
		.groupby(Line.parent)
		.orderby(Line.parent)
	)
	assert items.run(pluck=True) == ["item 0,item 1"] * 3
	numbered = frappe.qb.from_(Line).where(Line.parent == "O1").orderby(Line.idx)
	numbered = numbered.select(
		RowNumber().over(Line.parent).orderby(Line.idx, order=Order.desc),
		WindowSum(Line.qty).over(Line.parent),
	)
	assert numbered.run() == ((3, 27.0), (2, 27.0), (1, 27.0))


def test_updates():
	frappe.qb.update(Party).set(Party.notes, "n").set("disabled", Party.disabled + 1).where(
		Party.credit_limit > 1
	).run()
	assert parties().select(Party.notes, Party.disabled).limit(2).run() == (("n", 1), (None, 1))
	frappe.qb.update(Party).set(Party.credit_limit, Party.credit_limit / 3).run()
	assert parties().select(Party.credit_limit).run(pluck=True) == [
		33.5,
		0.0,
		11.111111111,
		0.033333333,
		0.066666667,
	]
	frappe.qb.update(Party).set(Party.email, None).set(Party.creation, date(2020, 1, 1)).where(
		Party.name == "P1"
	).run()
	assert frappe.db.get_value(PARTY, "P1", ["email", "creation"]) == (None, datetime(2020, 1, 1))
	frappe.qb.update(Orders).set(Orders.posting_date, Orders.creation).where(Orders.name == "O1").run()
	assert frappe.db.get_value(ORDER, "O1", "posting_date") == date(2024, 5, 1)
	joined = frappe.qb.update(Orders).join(Party).on(Orders.party == Party.name)
	joined.set(Orders.remarks, Party.party_name).where(Party.name == "P2").run()
	assert frappe.db.get_value(ORDER, "O3", "remarks") == "beta"
	frappe.qb.update(Party).set(Party.notes, Case().when(Party.disabled == 0, "off").else_("on")).run()
	assert names(PARTY, {"notes": "off"}) == "P4"


def test_inserts_and_deletes():
	columns = frappe.qb.into(Party).columns("name", "party_name", "creation")
	columns.insert(("P8", "eight", datetime(2024, 1, 1, 1, 1, 1, 5)), ("P9", "nine", None)).run()
	assert frappe.db.get_value(PARTY, "P8", ["creation", "disabled"]) == (datetime(2024, 1, 1, 1, 1, 1, 5), 0)
	frappe.qb.into(Party).columns("name", "party_name").insert(("P1", "x"), ("P7", "seven")).ignore().run()
	assert frappe.db.get_value(PARTY, "P1", "party_name") == "Alpha" and frappe.db.exists(PARTY, "P7")
	again = frappe.qb.into(Party).columns(Party.name, Party.notes).insert("P1", "given")
	again.on_duplicate_key_update(Party.notes, Values(Party.notes)).run()
	assert frappe.db.get_value(PARTY, "P1", "notes") == "given"
	chosen = (
		frappe.qb.into(Party).columns("name", "party_name").from_(Orders).select(Orders.name, Orders.name)
	)
	chosen.where(Orders.docstatus == 1).run()
	assert names(PARTY, {"name": ["like", "O%"]}) == "O2 O3"
	frappe.qb.from_(Party).delete().where(Party.name.like("O%")).run()
	assert names(PARTY, {"name": ["like", "O%"]}) == ""
	frappe.qb.from_(Party).delete().where(Party.name == "' or 1=1 -- ").run()
	assert frappe.db.count(PARTY) == 8
	with pytest.raises(Exception) as caught:
		frappe.qb.into(Party).columns("name").insert("P1").run()
	assert frappe.db.is_primary_key_violation(caught.value)


def test_get_query():
	def run(*args: Any, **kwargs: Any) -> Any:
		return frappe.qb.get_query(*args, **kwargs).run(as_dict=True)

	assert run(PARTY, filters="P1") == [{"name": "P1"}]
	assert run(PARTY, fields=["name", "email as e"], filters={"disabled": 1}, order_by="name asc") == [
		{"name": "P2", "e": "B@x.y"},
		{"name": "P5", "e": "e@x.y"},
	]
	assert run(PARTY, fields="count(name)") == [{"COUNT(`name`)": 5}]
	assert run(PARTY, fields=Count("*").as_("n"), filters=[["disabled", "=", 0]]) == [{"n": 3}]
	assert run(ORDER, fields=["name", "party.party_name as p"], filters={"party.party_name": "beta"}) == [
		{"name": "O3", "p": "beta"}
	]
	assert run(ORDER, fields=["name"], filters=[[LINE, "qty", ">", 12]], distinct=True) == [{"name": "O1"}]
	assert run(ORDER, fields=["name", {"items": ["item", "qty"]}], filters="O1") == [
		{
			"name": "O1",
			"items": [
				{"item": "item 1", "qty": 4.5},
				{"item": "item 0", "qty": 9.0},
				{"item": "item 1", "qty": 13.5},
			],
		}
	]
	assert run(NODE, filters={"name": ["descendants of (inclusive)", "A"]}, order_by="name asc") == [
		{"name": "A"},
		{"name": "A1"},
		{"name": "A2"},
	]
	assert run(PARTY, filters=Party.disabled == 1, order_by="name asc", limit=1, offset=1) == [{"name": "P5"}]
	with pytest.raises(frappe.ValidationError):
		run("Contract Party; drop")
	with pytest.raises(frappe.ValidationError):
		run(PARTY, filters={"name or 1=1": 1}, validate_filters=True)


def test_shortcuts():
	assert frappe.qb.sum(PARTY, "credit_limit") == 134.133333333
	assert frappe.qb.max(PARTY, "credit_limit", {"disabled": 1}) == 0.2
	assert frappe.qb.min(PARTY, "creation") == datetime(2024, 5, 1, 10)
	assert frappe.qb.avg(PARTY, "disabled") == 0.4
	assert frappe.qb.sum(PARTY, "credit_limit", {"name": "zz"}) == 0
