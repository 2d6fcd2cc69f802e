"""What only the embedded database does: its file, its connections, its limits, its speed."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from minibench.data import schema
from minibench.data.column_types import Column, parse_declared, store, to_datetime, to_timedelta
from minibench.data.connection import MAX_WRITES_PER_TRANSACTION
from minibench.data.connection_pool import close_idle_connections
from minibench.data.database import Database
from minibench.errors import (
	InReadOnlyMode,
	InvalidColumnName,
	NotInMinibench,
	TooManyWritesError,
	ValidationError,
)
from tests.minibench.bare_site import doctype, field, make_site

THING = doctype(
	"Thing",
	field("title", "Data", unique=1),
	field("amount", "Currency"),
	field("count", "Int", default="3"),
	field("on", "Check"),
	field("day", "Date"),
	field("at", "Datetime"),
	field("clock", "Time"),
	field("kind", "Select", search_index=1),
	field("text", "Text"),
	field("data", "JSON"),
	field("stars", "Rating"),
)


@pytest.fixture
def db(tmp_path: Path) -> Any:
	database = Database(make_site(tmp_path, THING))
	database.insert_row(
		"Thing",
		{
			"name": "T1",
			"title": "One",
			"amount": Decimal("1.5"),
			"on": True,
			"day": "2024-02-29",
			"at": datetime(2024, 2, 29, 1, 2, 3, 4),
			"clock": timedelta(hours=1, microseconds=5),
			"data": {"a": [1]},
			"stars": 0.6,
		},
	)
	database.commit()
	yield database
	database.close()


def test_values_come_back_as_they_went(db: Database):
	row = db.get_value("Thing", "T1", "*")
	assert (row.amount, row.count, row.on) == (1.5, 3, 1)
	assert (row.day, row.at) == (date(2024, 2, 29), datetime(2024, 2, 29, 1, 2, 3, 4))
	assert (row.clock, row.data, row.stars) == (timedelta(hours=1, microseconds=5), '{"a": [1]}', 0.6)


def test_the_file_is_plain_sqlite(db: Database):
	"""A backup tool or the sqlite3 shell reads it without our functions."""
	stranger = sqlite3.connect(db.path)
	assert stranger.execute("select name, amount, day from tabThing where title = 'ONE'").fetchall() == [
		("T1", 1.5, "2024-02-29")
	]
	assert stranger.execute("pragma integrity_check").fetchall() == [("ok",)]
	assert stranger.execute("pragma journal_mode").fetchall() == [("wal",)]
	stranger.close()


@pytest.mark.parametrize(
	("fieldtype", "length", "declared"),
	[
		("Data", 0, "VARCHAR(140)"),
		("Data", 30, "VARCHAR(30)"),
		("Int", 0, "INT(11)"),
		("Int", 15, "BIGINT(20)"),
		("Currency", 0, "REAL(21,9)"),
		("Small Text", 0, "TEXT"),
		("Code", 0, "LONGTEXT"),
		("Table", 0, None),
		("Section Break", 0, None),
	],
)
def test_declared_types(fieldtype: str, length: int, declared: str | None):
	from minibench.data.column_types import declared_type

	assert declared_type(fieldtype, length) == declared


def test_limits_of_columns():
	with pytest.raises(sqlite3.DataError):
		store(parse_declared("TEXT"), "ä" * 40_000, "x")
	assert len(store(parse_declared("LONGTEXT"), "ä" * 40_000, "x")) == 40_000
	assert store(parse_declared("INT(11)"), 2**31 - 1, "x") == 2**31 - 1
	with pytest.raises(sqlite3.DataError):
		store(parse_declared("INT(11)"), 2**31, "x")
	assert store(parse_declared("BIGINT(20)"), 2**40, "x") == 2**40
	with pytest.raises(sqlite3.DataError):
		store(Column("real", 9), float("nan"), "x")
	assert store(Column("real", 9), 0.1 + 0.2, "x") == 0.3


def test_readings_of_dates():
	assert to_datetime("2024-02-30") is None and to_datetime("") is None and to_datetime("2024") is None
	assert to_datetime("2024-2-3T4:05") == datetime(2024, 2, 3, 4, 5)
	assert to_timedelta("-01:30") == -timedelta(hours=1, minutes=30)
	assert to_timedelta("100:00:00") == timedelta(hours=100)


def test_reading_takes_no_lock_and_sees_the_latest(db: Database):
	other = Database(db.site_path)
	db.savepoint("early")
	assert db.get_value("Thing", "T1", "count") == 3 and not db.is_writing
	other.update_row("Thing", "T1", {"count": 4})
	other.commit()
	assert db.get_value("Thing", "T1", "count") == 4 and not db.is_writing
	db.release_savepoint("early")
	db.commit()
	other.close()


def test_a_replaced_file_is_noticed(db: Database):
	"""A restored site has other files under the same names."""
	db.close()
	folder = db.site_path
	copy = folder.with_name(folder.name + "-copy")
	shutil.copytree(folder, copy)
	for suffix in ("", "-wal", "-shm"):
		(folder / f"site.db{suffix}").unlink(missing_ok=True)
	other = sqlite3.connect(folder / "site.db")
	sqlite3.connect(copy / "site.db").backup(other)
	other.execute("update tabThing set title = 'restored'")
	other.commit()
	other.close()
	assert Database(folder).get_value("Thing", "T1", "title") == "restored"
	close_idle_connections(folder)


def test_another_process_changes_the_tables(db: Database):
	other = Database(db.site_path)
	changed = doctype("Thing", *THING.fields, field("later", "Date"))
	schema.sync(changed, other)
	other.commit()
	other.close()
	db.close()
	db.update_row("Thing", "T1", {"later": "2024-01-02"})
	assert db.get_value("Thing", "T1", "later") == date(2024, 1, 2)


def test_tables_are_made_within_the_transaction(db: Database):
	schema.sync(doctype("Other", field("x", "Data")), db)
	assert db.table_exists("Other")
	db.rollback()
	assert not db.table_exists("Other")
	db.savepoint("point")
	schema.sync(doctype("Other", field("x", "Data")), db)
	db.insert_row("Other", {"name": "O", "x": "y"})
	db.rollback(save_point="point")
	assert not db.table_exists("Other")


def test_rebuilding_keeps_rows_and_indexes(db: Database):
	db.add_index("Thing", ["kind", "day"])
	fields = [field("count", "Data") if df.fieldname == "count" else df for df in THING.fields]
	schema.sync(doctype("Thing", *fields), db)
	assert db.get_value("Thing", "T1", ["count", "title", "amount"]) == ("3", "One", 1.5)
	assert set(schema.list_indexes(db, "tabThing")) == {"modified", "title", "kind_index", "kind_day_index"}
	db.update_row("Thing", "T1", {"count": "three"})
	with pytest.raises(ValidationError):
		schema.sync(THING, db)


def test_renaming(db: Database):
	db.rename_column("Thing", "kind", "sort")
	db.rename_table("Thing", "New Thing")
	assert db.get_value("New Thing", "T1", "sort") is None
	assert db.has_index("tabNew Thing", "kind_index") and not db.table_exists("Thing")
	schema.sync(THING, db)
	assert db.count("Thing") == 0 and db.count("New Thing") == 1
	db.drop_table("New Thing")
	assert not db.table_exists("New Thing")


def test_fieldnames_must_be_words(db: Database):
	for name in ("a b", "x`y", "a;b", "a-b"):
		with pytest.raises(InvalidColumnName):
			schema.sync(doctype("Bad", field(name, "Data")), db)
	with pytest.raises(ValidationError):
		schema.sync(doctype("Bad", field("x" * 65, "Data")), db)


def test_running_numbers(db: Database):
	assert [db.get_next_sequence_val("Thing") for _ in range(3)] == [1, 2, 3]
	db.set_next_sequence_val("Thing", 10)
	assert db.get_next_sequence_val("Thing") == 10
	numbered = doctype("Numbered", field("x", "Data"), autoname="autoincrement")
	schema.sync(numbered, db)
	db.insert_row("Numbered", {"name": 7, "x": "y"})
	assert db.get_value("Numbered", {"x": "y"}) == 7
	assert db.get_value("Numbered", "7", "x") == "y"


def test_too_many_writes_are_stopped(db: Database):
	db.transaction_writes = MAX_WRITES_PER_TRANSACTION
	with pytest.raises(TooManyWritesError):
		db.update_row("Thing", "T1", {"count": 1})
	db.rollback()
	db.transaction_writes = MAX_WRITES_PER_TRANSACTION
	db.auto_commit_on_many_writes = 1
	db.update_row("Thing", "T1", {"count": 1})
	db.rollback()


def test_read_only(db: Database):
	db.begin(read_only=True)
	assert db.get_value("Thing", "T1") == "T1"
	with pytest.raises(InReadOnlyMode):
		db.update_row("Thing", "T1", {"count": 1})
	db.begin()
	db.update_row("Thing", "T1", {"count": 1})
	db.rollback()


def test_a_full_disk_undoes_and_says_so(db: Database):
	pages = db.execute("pragma page_count")[0][0]
	db.execute(f"pragma max_page_count = {pages + 2}")
	with pytest.raises(sqlite3.OperationalError, match="full"):
		db.insert_rows("Thing", [{"name": f"N{n}", "text": "x" * 1000} for n in range(1000)])
	db.rollback()
	assert db.count("Thing") == 1 and not db.is_writing
	db.execute(f"pragma max_page_count = {pages + 1000}")
	db.update_row("Thing", "T1", {"count": 1})
	db.commit()


def test_sql_is_not_offered(db: Database):
	with pytest.raises(NotInMinibench):
		db.sql("select 1")
	with pytest.raises(NotInMinibench):
		db.multisql({})


def test_long_lists_of_values(db: Database):
	db.insert_rows("Thing", [{"name": f"N{n}", "title": f"title {n}"} for n in range(1000)])
	many = [f"n{n}" for n in range(40_000)]
	assert db.count("Thing", {"name": ["in", many]}) == 1000
	assert db.count("Thing", {"name": ["not in", many]}) == 1


def test_no_second_writer_while_a_bare_savepoint_is_open(db: Database):
	"""A savepoint alone must not begin a transaction that could not be upgraded later."""
	other = Database(db.site_path)
	db.savepoint("a")
	db.get_value("Thing", "T1")
	other.update_row("Thing", "T1", {"count": 8})
	other.commit()
	db.update_row("Thing", "T1", {"amount": 2})
	db.rollback(save_point="a")
	db.commit()
	assert db.get_value("Thing", "T1", ["count", "amount"]) == (8, 1.5)
	other.close()


def test_closing_undoes(db: Database):
	db.update_row("Thing", "T1", {"count": 99})
	db.close()
	assert db.get_value("Thing", "T1", "count") == 3
