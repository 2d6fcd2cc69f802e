"""Tables, columns and indexes, as `frappe.db` lets an app see and change them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from minibench.data import schema
from minibench.data.column_types import VARCHAR_LENGTH
from minibench.data.connection import Connection
from minibench.data.database_errors import ErrorQuestions
from minibench.data.row_filters import checked_table
from minibench.data.schema import quote
from minibench.errors import InvalidColumnName

_INDEX_FIELD = re.compile(r"`?(\w+)`?\s*(?:\(\d+\))?\s*(asc|desc)?", re.IGNORECASE | re.ASCII)


class Tables(ErrorQuestions, Connection):
	"""The part of `frappe.db` that is about tables."""

	VARCHAR_LEN = VARCHAR_LENGTH
	MAX_COLUMN_LENGTH = 64
	DEFAULT_COLUMNS = schema.DEFAULT_COLUMNS
	OPTIONAL_COLUMNS = schema.OPTIONAL_COLUMNS
	CHILD_TABLE_COLUMNS = ("parent", "parenttype", "parentfield")
	STANDARD_VARCHAR_COLUMNS = ("name", "owner", "modified_by")
	DEFAULT_SHORTCUTS = schema.DEFAULT_SHORTCUTS
	InvalidColumnName = InvalidColumnName

	def get_tables(self, cached: bool = True) -> list[str]:
		"""The names of all tables."""
		rows = self.execute(
			"select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'"
		)
		return [row[0] for row in rows]

	def table_exists(self, doctype: str, cached: bool = True) -> bool:
		"""Whether a DocType has its table."""
		return bool(self.table_columns(f"tab{doctype}"))

	has_table = table_exists

	def get_db_table_columns(self, table: str) -> list[str]:
		"""The names of a table's columns; none where there is no such table."""
		return list(self.table_columns(table))

	def get_table_columns(self, doctype: str) -> list[str]:
		"""The names of the columns of a DocType's table.

		Raises:
			TableMissingError: it has none.
		"""
		columns = self.get_db_table_columns("tab" + doctype)
		if not columns:
			raise self.TableMissingError("DocType", doctype)
		return columns

	def has_column(self, doctype: str, column: str) -> bool:
		"""Whether the DocType's table has the column."""
		return column in self.get_table_columns(doctype)

	def field_exists(self, dt: str, fn: str) -> Any:
		"""The name of the DocField `fn` of DocType `dt`, or None."""
		rows = self.execute("select name from `tabDocField` where parent = ? and fieldname = ?", (dt, fn))
		return rows[0][0] if rows else None

	def get_column_type(self, doctype: str, column: str) -> str:
		"""The declared type of a column."""
		rows = self.execute(
			"select type from pragma_table_info(?) where name = ?", (checked_table(doctype), column)
		)
		return str(rows[0][0])

	def updatedb(self, doctype: str, meta: Any = None) -> None:
		"""Bring the DocType's table in line with its fields."""
		if meta is None:
			from minibench.model.meta import get_meta

			meta = get_meta(doctype, cached=False)
		schema.sync(meta, self)

	def drop_table(self, doctype: str) -> None:
		"""Remove a DocType's table with all its rows, where there is one."""
		self.execute(f"drop table if exists {quote(checked_table(doctype))}")
		self.schema_changed()

	def rename_table(self, old_name: str, new_name: str) -> None:
		"""Rename a DocType's table, and its indexes with it."""
		old, new = checked_table(old_name), checked_table(new_name)
		self.execute(f"alter table {quote(old)} rename to {quote(new)}")
		indexes = self.execute(
			"select name, sql from sqlite_master where type = 'index' and tbl_name = ? and sql is not null",
			(new,),
		)
		for name, statement in indexes:
			renamed = schema.index_identifier(new, name.removeprefix(f"{old}."))
			self.execute(f"drop index {quote(name)}")
			self.execute(statement.replace(quote(name), quote(renamed), 1))
		self.schema_changed()

	def rename_column(self, doctype: str, old_column_name: str, new_column_name: str) -> None:
		"""Rename a column, keeping its values."""
		schema.validate_column_name(new_column_name)
		table = checked_table(doctype)
		self.execute(
			f"alter table {quote(table)} rename column {quote(old_column_name)} to {quote(new_column_name)}"
		)
		self.schema_changed()

	# --- indexes -----------------------------------------------------------------------------------------------------

	def has_index(self, table_name: str, index_name: str) -> bool:
		"""Whether a table has an index of that name."""
		return index_name in schema.list_indexes(self, table_name)

	@staticmethod
	def get_index_name(fields: Sequence[str]) -> str:
		"""The name that add_index() gives to an index on `fields`."""
		return re.sub(r"\s*\([^)]+\)\s*", "", "_".join(fields) + "_index")

	def add_index(self, doctype: str, fields: Sequence[str], index_name: str | None = None) -> None:
		"""Index columns together, unless an index of that name is there."""
		self._create_index(doctype, fields, index_name or self.get_index_name(fields), unique=False)

	def add_unique(
		self, doctype: str, fields: str | Sequence[str], constraint_name: str | None = None
	) -> None:
		"""Let no two rows have the same values in `fields`, unless a constraint of that name is there."""
		if isinstance(fields, str):
			fields = [fields]
		self._create_index(doctype, fields, constraint_name or "unique_" + "_".join(fields), unique=True)

	def _create_index(self, doctype: str, fields: Sequence[str], index_name: str, unique: bool) -> None:
		table = checked_table(doctype)
		columns = ", ".join(map(_index_column, fields))
		name = quote(schema.index_identifier(table, index_name))
		if not self.has_index(table, index_name):
			self.execute(f"create {'unique ' if unique else ''}index {name} on {quote(table)} ({columns})")

	def get_database_size(self) -> float:
		"""The size of the database file in MB."""
		return Path(self.path).stat().st_size / 1024 / 1024


def _index_column(field: str) -> str:
	match = _INDEX_FIELD.fullmatch(field.strip())
	if not match:
		raise InvalidColumnName(f"{field!r} cannot be indexed")
	return f"{quote(match[1])} {match[2] or ''}".strip()
