"""Brings a DocType's table in line with its fields, adding and changing columns without losing a row.

Tables, columns and indexes are those that Frappe v15 makes in MariaDB. What SQLite cannot alter in place (a column's
type or default) is done by building the table anew and copying the rows, inside the same transaction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from minibench.data.column_types import VARCHAR_LENGTH, declared_type, parse_declared, store
from minibench.errors import InvalidColumnName, ValidationError

if TYPE_CHECKING:
	from minibench.data.database_tables import Tables

DEFAULT_COLUMNS = ("name", "creation", "modified", "modified_by", "owner", "docstatus", "idx")
CHILD_TABLE_COLUMNS = ("parent", "parentfield", "parenttype")
OPTIONAL_COLUMNS = ("_user_tags", "_comments", "_assign", "_liked_by")
DEFAULT_SHORTCUTS = ("_Login", "__user", "_Full Name", "Today", "__today", "now", "Now")

_VARCHAR = f"VARCHAR({VARCHAR_LENGTH})"
_NUMBER_FIELDTYPES = ("Check", "Int", "Currency", "Float", "Percent")

_FRAMEWORK_TABLES = {
	"tabSingles": "doctype VARCHAR(255) COLLATE NOCASE, field VARCHAR(255) COLLATE NOCASE, value LONGTEXT COLLATE NOCASE",
	"tabSeries": "name VARCHAR(100) COLLATE NOCASE PRIMARY KEY, current INT(10) NOT NULL DEFAULT 0",
	"tabSessions": (
		"user VARCHAR(255) COLLATE NOCASE, sid VARCHAR(255), sessiondata LONGTEXT, ipaddress VARCHAR(45), "
		"lastupdate DATETIME TEXT, status VARCHAR(20)"
	),
	"__Auth": (
		"doctype VARCHAR(140) COLLATE NOCASE NOT NULL, name VARCHAR(255) COLLATE NOCASE NOT NULL, "
		"fieldname VARCHAR(140) COLLATE NOCASE NOT NULL, password TEXT NOT NULL, "
		"encrypted INT(1) NOT NULL DEFAULT 0, PRIMARY KEY (doctype, name, fieldname)"
	),
	"__sequences": "name VARCHAR(150) COLLATE NOCASE PRIMARY KEY, next BIGINT(20) NOT NULL",
	"__UserSettings": (
		"user VARCHAR(180) COLLATE NOCASE, doctype VARCHAR(180) COLLATE NOCASE, data TEXT, UNIQUE (user, doctype)"
	),
}
_FRAMEWORK_INDEXES = {"tabSingles": ("doctype", "field"), "tabSessions": ("sid",)}


class ColumnDefinition(NamedTuple):
	"""A column as it should be."""

	name: str
	declared: str
	default: str | int | float | None = None
	not_null: bool = False
	primary_key: bool = False

	def sql(self) -> str:
		"""The column's part of CREATE TABLE or ALTER TABLE."""
		parts = [quote(self.name), self.declared]
		if parse_declared(self.declared).kind == "text":
			parts.append("COLLATE NOCASE")
		if self.not_null:
			parts.append("NOT NULL")
		if self.default is not None:
			parts.append(f"DEFAULT {literal(self.default)}")
		if self.primary_key:
			parts.append("PRIMARY KEY")
		return " ".join(parts)


@lru_cache(maxsize=8192)
def quote(identifier: str) -> str:
	"""An identifier in backticks."""
	return "`" + identifier.replace("`", "``") + "`"


def literal(value: str | int | float) -> str:
	"""A constant in DDL, where SQLite takes no parameters."""
	return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)


def table_name(doctype: str) -> str:
	"""The table of a DocType; names that begin with two underscores are tables themselves."""
	return doctype if doctype.startswith("__") else f"tab{doctype}"


def index_identifier(table: str, index: str) -> str:
	"""SQLite's name of a table's index: there, unlike in MariaDB, index names are one namespace for all tables."""
	return f"{table}.{index}"


def bootstrap(db: Tables) -> None:
	"""Create the tables that belong to no DocType, where they are missing."""
	for table, columns in _FRAMEWORK_TABLES.items():
		db.execute(f"create table if not exists {quote(table)} ({columns})")
	for table, fields in _FRAMEWORK_INDEXES.items():
		db.add_index(table.removeprefix("tab"), list(fields))
	db.schema_changed()


def sync(meta: Any, db: Tables) -> None:
	"""Create or alter the table of a DocType so that it holds all of its fields. Single DocTypes have none.

	Columns of fields that are no more stay, with their values.

	Args:
		meta: a Meta or DocType document: `name`, `fields`, `istable`, `issingle`, `track_seen`, `autoname`, ...

	Raises:
		InvalidColumnName: a fieldname is no plain word.
		ValidationError: values in the table forbid the change (a field made unique has duplicates, text is no number).
	"""
	if _get(meta, "issingle") or _get(meta, "is_virtual"):
		return
	table = table_name(_get(meta, "name"))
	wanted = columns_of(meta)
	current = db.table_columns(table)
	if not current:
		body = ", ".join(column.sql() for column in wanted)
		db.execute(f"create table {quote(table)} ({body})")
	else:
		_alter(db, table, wanted)
	db.schema_changed()
	_sync_indexes(db, table, meta, is_new=not current)


def columns_of(meta: Any) -> list[ColumnDefinition]:
	"""All columns that a DocType's table should have, in the order in which a new table gets them."""
	autoincrement = _get(meta, "autoname") == "autoincrement"
	columns = [
		ColumnDefinition(
			"name", "BIGINT(20)" if autoincrement else _VARCHAR, not_null=True, primary_key=True
		),
		ColumnDefinition("creation", "DATETIME TEXT"),
		ColumnDefinition("modified", "DATETIME TEXT"),
		ColumnDefinition("modified_by", _VARCHAR),
		ColumnDefinition("owner", _VARCHAR),
		ColumnDefinition("docstatus", "INT(1)", 0, not_null=True),
		ColumnDefinition("idx", "INT(8)", 0, not_null=True),
	]
	if _get(meta, "istable"):
		columns += [ColumnDefinition(name, _VARCHAR) for name in CHILD_TABLE_COLUMNS]
	seen = {column.name.lower() for column in columns}
	for field in _get(meta, "fields") or ():
		column = _column_of(field)
		if column and column.name.lower() not in seen:
			columns.append(column)
			seen.add(column.name.lower())
	if not _get(meta, "istable"):
		extra = (*OPTIONAL_COLUMNS, "_seen") if _get(meta, "track_seen") else OPTIONAL_COLUMNS
		columns += [ColumnDefinition(name, "TEXT") for name in extra if name not in seen]
	return columns


def _column_of(field: Any) -> ColumnDefinition | None:
	fieldtype = _get(field, "fieldtype")
	declared = declared_type(fieldtype, int(_get(field, "length") or 0))
	if declared is None or _get(field, "is_virtual"):
		return None
	name = validate_column_name(_get(field, "fieldname"))
	default = _get(field, "default")
	if fieldtype in _NUMBER_FIELDTYPES:
		return ColumnDefinition(name, declared, _default_number(default, fieldtype), not_null=True)
	not_null = bool(_get(field, "not_nullable"))
	if default in (None, "") or default in DEFAULT_SHORTCUTS or str(default).startswith(":"):
		return ColumnDefinition(name, declared, "" if not_null else None, not_null)
	return ColumnDefinition(name, declared, store(parse_declared(declared), default, name), not_null)


def _default_number(default: Any, fieldtype: str) -> int | float:
	try:
		number = float(default or 0)
	except (TypeError, ValueError):
		number = 0.0
	return int(number) if fieldtype in ("Check", "Int") else number


def validate_column_name(name: str) -> str:
	"""Return `name` where it may name a column.

	Raises:
		InvalidColumnName: it has characters other than letters, digits and underscores.
		ValidationError: it is longer than 64 characters.
	"""
	if special := re.findall(r"\W", name):
		listed = ", ".join(f'"{character}"' for character in special)
		raise InvalidColumnName(
			f"Fieldname <strong>{name}</strong> cannot have special characters like {listed}"
		)
	if len(name) > 64:
		raise ValidationError(f"Fieldname is limited to 64 characters (<strong>{name}</strong>)")
	return name


# --- altering --------------------------------------------------------------------------------------------------------


def read_definitions(db: Tables, table: str) -> list[ColumnDefinition]:
	"""The columns of an existing table."""
	rows = db.execute("select name, type, dflt_value, [notnull], pk from pragma_table_info(?)", (table,))
	return [
		ColumnDefinition(name, declared, _read_default(default), bool(not_null), bool(primary_key))
		for name, declared, default, not_null, primary_key in rows
	]


def _read_default(text: str | None) -> str | int | float | None:
	if text is None or text == "NULL":
		return None
	if text.startswith("'"):
		return text[1:-1].replace("''", "'")
	number = float(text)
	return number if "." in text or "e" in text else int(number)


def _alter(db: Tables, table: str, wanted: list[ColumnDefinition]) -> None:
	current = {column.name.lower(): column for column in read_definitions(db, table)}
	changed = {
		column.name.lower(): column
		for column in wanted
		if column.name.lower() in current and _differs(current[column.name.lower()], column)
	}
	if changed:
		_check_lengths(db, table, current, changed)
	if changed:
		rebuild(db, table, [changed.get(key, column) for key, column in current.items()])
	for column in wanted:
		if column.name.lower() not in current:
			db.execute(f"alter table {quote(table)} add column {column.sql()}")


def _differs(current: ColumnDefinition, wanted: ColumnDefinition) -> bool:
	if current.primary_key:
		return parse_declared(current.declared).kind != parse_declared(wanted.declared).kind
	return (current.declared, current.default, current.not_null) != (
		wanted.declared,
		wanted.default,
		wanted.not_null,
	)


def _check_lengths(
	db: Tables, table: str, current: dict[str, ColumnDefinition], changed: dict[str, ColumnDefinition]
) -> None:
	"""A varchar is not made shorter than its longest value: as in v15 the old length stays and the user is told."""
	for key, column in list(changed.items()):
		size, old = parse_declared(column.declared).size, parse_declared(current[key].declared).size
		if not column.declared.startswith("VARCHAR") or not old or size >= old:
			continue
		longest = db.execute(f"select max(length({quote(column.name)})) from {quote(table)}")[0][0] or 0
		if longest > size:
			_tell_kept_length(column.name, table, old, size)
			kept = column._replace(declared=current[key].declared)
			if _differs(current[key], kept):
				changed[key] = kept
			else:
				del changed[key]


def _tell_kept_length(column: str, table: str, old: int, new: int) -> None:
	from minibench.collaboration.messages import msgprint

	msgprint(
		f"Reverting length to {old} for '{column}' in '{table.removeprefix('tab')}'. Setting the length as {new} "
		"will cause truncation of data."
	)


def rebuild(
	db: Tables, table: str, definitions: list[ColumnDefinition], renamed: dict[str, str] | None = None
) -> None:
	"""Give an existing table other column definitions, keeping its rows and indexes.

	Args:
		renamed: new column name -> the name it had before.
	"""
	renamed = renamed or {}
	temporary = f"{table}.rebuilt"
	indexes = db.execute(
		"select sql from sqlite_master where type = 'index' and tbl_name = ? and sql is not null", (table,)
	)
	old = {column.name: parse_declared(column.declared) for column in read_definitions(db, table)}
	db.execute(f"create table {quote(temporary)} ({', '.join(column.sql() for column in definitions)})")
	sources = [renamed.get(column.name, column.name) for column in definitions]
	targets = ", ".join(quote(column.name) for column in definitions)
	converted = [
		parse_declared(d.declared).kind != old[source].kind
		for d, source in zip(definitions, sources, strict=True)
	]
	values = ", ".join(
		f"coalesce({quote(source)}, {literal(column.default)})"
		if column.not_null and column.default is not None
		else quote(source)
		for column, source in zip(definitions, sources, strict=True)
	)
	if any(converted):
		_copy_converted(db, table, temporary, definitions, targets, values)
	else:
		db.execute(f"insert into {quote(temporary)} ({targets}) select {values} from {quote(table)}")
	db.execute(f"drop table {quote(table)}")
	db.execute(f"alter table {quote(temporary)} rename to {quote(table)}")
	for (statement,) in indexes:
		db.execute(statement)
	db.schema_changed()


def _copy_converted(
	db: Tables, table: str, temporary: str, definitions: list[ColumnDefinition], targets: str, values: str
) -> None:
	import sqlite3

	kinds = [(parse_declared(column.declared), column.name) for column in definitions]
	marks = ", ".join("?" * len(kinds))
	try:
		rows = [
			[store(kind, value, name) for (kind, name), value in zip(kinds, row, strict=True)]
			for row in db.execute(f"select {values} from {quote(table)}")
		]
	except sqlite3.DataError as error:
		raise ValidationError(f"{table.removeprefix('tab')} cannot be changed: {error}") from error
	db.executemany(f"insert into {quote(temporary)} ({targets}) values ({marks})", rows)


# --- indexes ---------------------------------------------------------------------------------------------------------


def _sync_indexes(db: Tables, table: str, meta: Any, is_new: bool) -> None:
	"""Indexes and unique constraints on single columns, as the fields ask for them; dropped where they no longer do."""
	doctype = table.removeprefix("tab")
	present = set(list_indexes(db, table))
	wanted: set[str] = set()
	for index, fields, unique in _wanted_indexes(meta):
		wanted.add(index)
		if index in present:
			continue
		if unique:
			_refuse_duplicates(db, table, fields[0])
			db.add_unique(doctype, fields, index)
		else:
			db.add_index(doctype, fields, index)
	if is_new:
		return
	for field in _get(meta, "fields") or ():
		name = _get(field, "fieldname")
		for index in (name, f"{name}_index"):
			if index in present and index not in wanted:
				db.execute(f"drop index {quote(index_identifier(table, index))}")


def _wanted_indexes(meta: Any) -> Iterable[tuple[str, list[str], bool]]:
	if _get(meta, "istable"):
		yield "parent", ["parent"], False
	else:
		yield "modified", ["modified"], False
	if _get(meta, "sort_field") == "creation":
		yield "creation", ["creation"], False
	for field in _get(meta, "fields") or ():
		declared = declared_type(_get(field, "fieldtype"))
		name = _get(field, "fieldname")
		if declared in (None, "TEXT", "LONGTEXT") or _get(field, "is_virtual") or name == "name":
			continue
		if _get(field, "unique"):
			yield name, [name], True
		elif _get(field, "search_index"):
			yield f"{name}_index", [name], False


def list_indexes(db: Tables, table: str) -> list[str]:
	"""The names of a table's indexes, as MariaDB would show them."""
	rows = db.execute(
		"select name from sqlite_master where type = 'index' and tbl_name = ? and sql is not null", (table,)
	)
	return [name.removeprefix(f"{table}.") for (name,) in rows]


def _refuse_duplicates(db: Tables, table: str, field: str) -> None:
	column = quote(field)
	doubled = db.execute(
		f"select 1 from {quote(table)} where {column} is not null group by {column} having count(*) > 1 limit 1"
	)
	if doubled:
		raise ValidationError(
			f"{field} field cannot be set as unique in {table}, as there are non-unique existing values"
		)


def _get(source: Any, key: str) -> Any:
	"""An attribute of a Meta, document or dict; None where it is absent."""
	getter = getattr(source, "get", None)
	return getter(key) if getter else getattr(source, key, None)
