"""What a connection remembers of tables is what they hold, whoever has written to them and whatever was undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from minibench.data.connection import Connection
from minibench.data.read_cache import tables_of, written_table

READ = "select color from `tabTone` where name = ?"
JOINED = "select t.color, b.note from `tabTone` t left join `tabBox` b on b.name = t.box where t.name = ?"
NAMES = ("a", "b")


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Connection, Connection]]:
	"""Two connections to a database with two small tables."""
	site = tmp_path / "tones.localhost"
	site.mkdir()
	(site / "site.db").touch()
	first, second = Connection(site), Connection(site)
	first.execute("create table `tabTone` (name text primary key, color text, box text)")
	first.execute("create table `tabBox` (name text primary key, note text)")
	first.execute("insert into `tabTone` (name, color, box) values ('a', 'red', 'x')")
	first.commit()
	yield first, second
	first.close()
	second.close()


def count_reads(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> list[str]:
	read: list[str] = []
	execute = connection.execute
	monkeypatch.setattr(connection, "execute", lambda sql, *rest: (read.append(sql), execute(sql, *rest))[1])
	return read


def test_it_reads_once(pair: Any, monkeypatch: pytest.MonkeyPatch) -> None:
	first, _second = pair
	read = count_reads(first, monkeypatch)
	assert first.recall(READ, ("a",)) == first.recall(READ, ["a"]) == (("red",),)
	assert read == [READ]
	first.execute("insert into `tabBox` (name, note) values ('x', 'full')")
	assert first.recall(READ, ("a",)) == (("red",),)
	assert read.count(READ) == 1, "another table was written to"


def test_the_types_of_parameters_count(pair: Any) -> None:
	first, _second = pair
	sql = "select typeof(?) from `tabTone`"
	assert [first.recall(sql, (value,))[0][0] for value in (1, 1.0, True)] == ["integer", "real", "integer"]


def test_a_change_of_the_schema_ends_it(pair: Any) -> None:
	first, _second = pair
	every = "select * from `tabTone`"
	assert len(first.recall(every)[0]) == 3
	first.execute("alter table `tabTone` add column size int")
	assert len(first.recall(every)[0]) == 4


@pytest.mark.parametrize(
	("sql", "table"),
	[
		("insert into `tabSales Order` (name) values (?)", "tabSales Order"),
		("insert or ignore into tabSeries (name) values (?)", "tabSeries"),
		("update `tabTone` set color = ?", "tabTone"),
		("delete from `tabTone`", "tabTone"),
		("REPLACE INTO `tabTone` values (?)", "tabTone"),
		("drop table `tabTone`", None),
	],
)
def test_which_table_is_written(sql: str, table: str | None) -> None:
	assert written_table(sql) == table


def test_which_tables_are_read() -> None:
	assert set(tables_of(JOINED)) == {"tabTone", "tabBox"}
	assert set(tables_of("select defkey from tabDefaultValue d join `__sequences` s")) == {
		"tabDefaultValue",
		"__sequences",
	}


STEPS = st.lists(
	st.one_of(
		st.tuples(st.just("write"), st.sampled_from(NAMES), st.sampled_from(("red", "blue"))),
		st.tuples(st.just("box"), st.sampled_from(NAMES), st.sampled_from(("full", "empty"))),
		st.tuples(st.just("delete"), st.sampled_from(NAMES)),
		st.tuples(st.just("read"), st.sampled_from(NAMES)),
		st.tuples(st.sampled_from(("commit", "rollback", "savepoint", "back", "elsewhere", "close"))),
	),
	max_size=25,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
@example([("savepoint",), ("write", "a", "blue"), ("back",)])
@example([("write", "a", "blue"), ("savepoint",), ("box", "a", "full"), ("back",)])
@example([("write", "a", "blue"), ("rollback",)])
@example([("delete", "a"), ("close",)])
@example([("read", "a"), ("elsewhere",), ("write", "b", "red")])
def test_it_never_says_what_a_read_would_not(pair: Any, steps: list[tuple[str, ...]]) -> None:
	first, second = pair
	points = 0
	for step, *given_ in steps:
		if step == "write":
			first.execute("insert or replace into `tabTone` (name, color, box) values (?, ?, 'x')", given_)
		elif step == "box":
			first.executemany("insert or replace into `tabBox` (name, note) values ('x', ?)", [given_[1:]])
		elif step == "delete":
			first.execute("delete from `tabTone` where name = ?", given_)
		elif step == "savepoint":
			points += 1
			first.savepoint("point")
		elif step == "back" and points:
			first.rollback(save_point="point")
		elif step in ("commit", "rollback"):
			getattr(first, step)()
			points = 0
		elif step == "close":
			first.close()
			points = 0
		elif step == "elsewhere" and not first.is_writing:
			second.execute("update `tabTone` set color = color || '!'")
			second.commit()
		for name in NAMES:
			for sql in (READ, JOINED):
				assert list(first.recall(sql, (name,))) == first.execute(sql, (name,))
	first.rollback()
