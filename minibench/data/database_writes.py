"""Writing rows: as `frappe.db` offers it to apps, and as Document uses it itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from minibench.context import session
from minibench.data.column_types import Column, bind, store
from minibench.data.database_tables import Tables
from minibench.data.row_filters import checked_table, conditions
from minibench.data.schema import quote


class Writes(Tables):
	"""The writing half of `frappe.db`."""

	# --- rows, for Document ------------------------------------------------------------------------------------------

	def insert_row(self, doctype: str, values: Mapping[str, Any]) -> None:
		"""Insert one row. Values are brought into their columns' form.

		Raises:
			sqlite3.IntegrityError: the name, or another unique value, is taken; see violation().
			sqlite3.DataError: a value does not fit its column.
		"""
		columns = self._columns(doctype)
		bound = [_stored(columns, key, value) for key, value in values.items()]
		self.execute(_insert_sql(doctype, tuple(values)), bound)

	def insert_rows(self, doctype: str, rows: Sequence[Mapping[str, Any]]) -> None:
		"""Insert several rows that have the same keys, in one go. Errors as insert_row()."""
		if not rows:
			return
		columns = self._columns(doctype)
		keys = tuple(rows[0])
		bound = [[_stored(columns, key, row[key]) for key in keys] for row in rows]
		self.execute_all(_insert_sql(doctype, keys), bound)

	def update_row(self, doctype: str, name: Any, values: Mapping[str, Any]) -> int:
		"""Set columns of the row called `name`; returns how many rows that was. Errors as insert_row()."""
		if not values:
			return 0
		columns = self._columns(doctype)
		bound = [_stored(columns, key, value) for key, value in values.items()]
		return self.cursor(_update_sql(doctype, tuple(values)), [*bound, name]).rowcount

	def update_rows(self, doctype: str, rows: Mapping[Any, Mapping[str, Any]]) -> None:
		"""Set columns of several rows, by their names, that have the same keys. Errors as insert_row()."""
		keys: tuple[str, ...] = next((tuple(values) for values in rows.values()), ())
		if not keys:
			return
		columns = self._columns(doctype)
		bound = [
			[*(_stored(columns, key, values[key]) for key in keys), name] for name, values in rows.items()
		]
		self.execute_all(_update_sql(doctype, keys), bound)

	def _forget_values(self, doctype: str) -> None:
		"""Records of this DocType have changed: what is cached of Singles counts on, unless it is one of them."""
		kept = (
			{}
			if doctype == "Singles"
			else {
				key: known
				for key, known in self.value_cache.items()
				if isinstance(key, str) and key != doctype
			}
		)
		self.value_cache.clear()
		self.value_cache.update(kept)

	def _columns(self, doctype: str) -> dict[str, Column]:
		table = checked_table(doctype)
		return self.table_columns(table)

	# --- frappe.db ---------------------------------------------------------------------------------------------------

	def set_value(
		self,
		dt: str,
		dn: Any,
		field: str | dict[str, Any],
		val: Any = None,
		modified: Any = None,
		modified_by: str | None = None,
		update_modified: bool = True,
		debug: bool = False,
	) -> None:
		"""Set one field, or a dict of them, of the document named or of all that match; no document event is called."""
		if dn is None or dt == dn:
			if not self.execute("select 1 from `tabDocType` where name = ? and issingle = 1", (dt,)):
				return
			self.set_single_value(
				dt, field, val, modified=modified, modified_by=modified_by, update_modified=update_modified
			)
			return
		values = update_values(field, val, modified, modified_by, update_modified)
		columns = self._columns(dt)
		where, params = conditions(self, dt, dn)
		sets = ", ".join(f"{quote(key)} = ?" for key in values)
		bound = [_stored(columns, key, value) for key, value in values.items()]
		_forget_documents(dt, dn if isinstance(dn, str) else None)
		table = quote(checked_table(dt))
		self.execute(f"update {table} set {sets}{' where ' if where else ''}{where}", [*bound, *params])
		self._forget_values(dt)

	def set_single_value(
		self,
		doctype: str,
		fieldname: str | dict[str, Any],
		value: Any = None,
		*,
		modified: Any = None,
		modified_by: str | None = None,
		update_modified: bool = True,
		debug: bool = False,
	) -> None:
		"""Set one field, or a dict of them, of a Single DocType."""
		from minibench.data.column_types import as_text

		values = update_values(fieldname, value, modified, modified_by, update_modified)
		marks = ", ".join("?" * len(values))
		self.execute(f"delete from `tabSingles` where doctype = ? and field in ({marks})", [doctype, *values])
		self.executemany(
			"insert into `tabSingles` (doctype, field, value) values (?, ?, ?)",
			[(doctype, key, None if item is None else as_text(_sbool(item))) for key, item in values.items()],
		)
		_forget_documents(doctype, doctype)
		self._forget_values(doctype)

	def bulk_update(
		self,
		doctype: str,
		doc_updates: Mapping[str, Mapping[str, Any]],
		*,
		chunk_size: int = 100,
		modified: Any = None,
		modified_by: str | None = None,
		update_modified: bool = True,
		debug: bool = False,
	) -> None:
		"""Set fields of many documents: {name: {field: value}}. Documents with the same fields go in one statement."""
		columns = self._columns(doctype)
		extra = update_values({}, None, modified, modified_by, update_modified)
		batches: dict[tuple[str, ...], list[list[Any]]] = {}
		for name, values in doc_updates.items():
			merged = {**values, **extra}
			bound = [_stored(columns, key, value) for key, value in merged.items()]
			batches.setdefault(tuple(merged), []).append([*bound, name])
		for keys, rows in batches.items():
			if keys:
				self.execute_all(_update_sql(doctype, keys), rows)
		self._forget_values(doctype)

	def bulk_insert(
		self,
		doctype: str,
		fields: Sequence[str],
		values: Iterable[Sequence[Any]],
		ignore_duplicates: bool = False,
		*,
		chunk_size: int = 10_000,
	) -> None:
		"""Insert many rows: one list of fields, and the rows' values in that order."""
		columns = self._columns(doctype)
		fields = tuple(fields)
		sql = _insert_sql(doctype, fields, ignore_duplicates)
		rows = iter(values)
		while chunk := list(islice(rows, chunk_size)):
			self.execute_all(
				sql,
				[
					[_stored(columns, key, item) for key, item in zip(fields, row, strict=True)]
					for row in chunk
				],
			)

	def delete(self, doctype: str, filters: Any = None, debug: bool = False, **kwargs: Any) -> tuple[()]:
		"""Delete the rows that match, all where there are no filters; no document event is called."""
		where, params = conditions(self, doctype, filters or kwargs.get("conditions"))
		table = quote(checked_table(doctype))
		self.execute(f"delete from {table}{' where ' if where else ''}{where}", params)
		self._forget_values(doctype)
		return ()

	def truncate(self, doctype: str) -> None:
		"""Delete all rows of a table."""
		self.execute(f"delete from {quote(checked_table(doctype))}")
		self._forget_values(doctype)

	# --- sequences, for DocTypes named by a running integer ------------------------------------------------------------

	def get_next_sequence_val(self, doctype: str) -> int:
		"""The next integer name of a DocType."""
		rows = self.execute(
			"insert into `__sequences` (name, next) values (?, 2) "
			"on conflict (name) do update set next = next + 1 returning next - 1",
			(doctype,),
		)
		return int(rows[0][0])

	def set_next_sequence_val(self, doctype: str, next_val: int, is_val_used: bool = False) -> None:
		"""Go on counting from `next_val`, or after it where that is used."""
		self.execute(
			"insert into `__sequences` (name, next) values (?, ?) on conflict (name) do update set next = excluded.next",
			(doctype, next_val + (1 if is_val_used else 0)),
		)

	def create_sequence(self, doctype: str, *, check_not_exists: bool = False, start_value: int = 1) -> None:
		"""Begin to count the names of a DocType, unless that is done already."""
		self.execute(
			"insert into `__sequences` (name, next) values (?, ?) on conflict (name) do nothing",
			(doctype, start_value),
		)


def update_values(
	field: str | dict[str, Any], value: Any, modified: Any, modified_by: str | None, update_modified: bool
) -> dict[str, Any]:
	"""The columns to set, with the time and the user of the change where they are to be kept."""
	values = dict(field) if isinstance(field, dict) else {field: value}
	if update_modified:
		from minibench.values.dates import now

		values["modified"] = modified or now()
		values["modified_by"] = modified_by or session.user
	return values


def _stored(columns: dict[str, Column], key: str, value: Any) -> Any:
	if value is None:
		return None
	column = columns.get(key)
	return bind(value) if column is None else store(column, value, key)


@lru_cache(maxsize=1024)
def _insert_sql(doctype: str, fields: tuple[str, ...], ignore_duplicates: bool = False) -> str:
	names = ", ".join(map(quote, fields))
	marks = ", ".join("?" * len(fields))
	verb = "insert or ignore" if ignore_duplicates else "insert"
	return f"{verb} into {quote(checked_table(doctype))} ({names}) values ({marks})"


@lru_cache(maxsize=1024)
def _update_sql(doctype: str, fields: tuple[str, ...]) -> str:
	sets = ", ".join(f"{quote(field)} = ?" for field in fields)
	return f"update {quote(checked_table(doctype))} set {sets} where name = ?"


def _forget_documents(doctype: str, name: str | None) -> None:
	from minibench.model.document import clear_document_cache

	clear_document_cache(doctype, name)


def _sbool(value: Any) -> Any:
	"""Words for true and false as 1 and 0, as in v15's Singles."""
	if isinstance(value, str) and value.lower() in ("true", "false"):
		return value.lower() == "true"
	return value
