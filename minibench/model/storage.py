"""How a document becomes rows: inserting, updating, its child tables, the values of a Single."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from minibench.context import db, session
from minibench.errors import DataError, DuplicateEntryError, UniqueValidationError
from minibench.model.base_document import BaseDocument
from minibench.model.fieldtypes import doctypes_for_doctype
from minibench.model.meta import get_meta

MAX_HASH_COLLISIONS = 5


class StoredDocument(BaseDocument):
	"""The rows behind a document. Nothing here checks permissions or calls document events."""

	def db_insert(self, ignore_if_duplicate: bool = False) -> None:
		"""Insert this document's own row.

		Raises:
			DuplicateEntryError: the name is taken.
			UniqueValidationError: another value that must be unique is taken.
		"""
		self._prepare_insert()
		try:
			db.insert_row(self.doctype, self._row())
		except sqlite3.IntegrityError as error:
			name_taken = self._is_name_taken(error)
			if name_taken and self.meta.autoname == "hash":
				self._insert_under_another_hash()
				return
			self._explain_violation(error, name_taken, ignore_if_duplicate)
		except sqlite3.DataError as error:
			raise DataError(str(error)) from error
		self.set("__islocal", False)

	def _prepare_insert(self) -> None:
		if not self.name:
			from minibench.model.naming import set_new_name

			set_new_name(self)
		if not self.__dict__.get("creation"):
			from minibench.values.dates import now

			self.creation = self.modified = now()
			self.owner = self.modified_by = session.user

	def _row(self) -> dict[str, Any]:
		row = self.get_valid_dict(ignore_virtual=True)
		for value in row.values():
			if isinstance(value, dict):
				raise TypeError("dict can not be used as parameter")
		if self.doctype in doctypes_for_doctype:
			# Before a migration these tables may lack columns that the files know already.
			columns = db.get_table_columns(self.doctype)
			return {key: value for key, value in row.items() if key in columns}
		return row

	def _insert_under_another_hash(self) -> None:
		self.flags.retry_count = (self.flags.retry_count or 0) + 1
		if self.flags.retry_count > MAX_HASH_COLLISIONS:
			raise DuplicateEntryError(self.doctype, self.name)
		self.name = None
		self.db_insert()

	def _is_name_taken(self, error: sqlite3.IntegrityError) -> bool:
		"""Where the name and another value are taken, the name counts, though SQLite may report the other one."""
		return db.is_primary_key_violation(error) or (
			db.is_unique_key_violation(error) and bool(db.exists(self.doctype, self.name))
		)

	def _explain_violation(
		self, error: sqlite3.IntegrityError, name_taken: bool, ignore_if_duplicate: bool = False
	) -> None:
		from minibench.collaboration.messages import msgprint
		from minibench.translate import _
		from minibench.values.text import bold

		if name_taken:
			if not ignore_if_duplicate:
				msgprint(
					_("{0} {1} already exists").format(_(self.doctype), bold(self.name)),
					title=_("Duplicate Name"),
					indicator="red",
				)
				raise DuplicateEntryError(self.doctype, self.name, error) from error
		elif db.is_unique_key_violation(error):
			self.show_unique_validation_message(error)
		else:
			raise error

	def show_unique_validation_message(self, error: Exception) -> None:
		"""Tell the user which field must be unique.

		Raises:
			UniqueValidationError: always.
		"""
		from minibench.collaboration.messages import msgprint
		from minibench.translate import _

		fieldname = db.violation(error)
		msgprint(_("{0} must be unique").format(self.get_label_from_fieldname(fieldname) or fieldname))
		raise UniqueValidationError(self.doctype, self.name, error) from error

	def get_label_from_fieldname(self, fieldname: str) -> str | None:
		df = self.meta.get_field(fieldname)
		return df.label if df else None

	def db_update(self) -> None:
		"""Write this document's own row as it stands; a row that is new is inserted."""
		if self.__dict__.get("__islocal") or not self.name:
			self.db_insert()
			return
		row = self._row()
		# The name is the key; rewriting it could only change its case.
		name = row.pop("name")
		try:
			db.update_row(self.doctype, name, row)
		except sqlite3.IntegrityError as error:
			if not db.is_unique_key_violation(error):
				raise
			self.show_unique_validation_message(error)
		except sqlite3.DataError as error:
			raise DataError(str(error)) from error

	def db_update_all(self) -> None:
		"""Write this document and all its rows. Checks nothing, calls no events."""
		self.db_update()
		for row in self.get_all_children():
			row.db_update()

	def update_modified(self) -> None:
		"""Set the time of change, here and in the database."""
		from minibench.values.dates import now

		self.set("modified", now())
		if self.meta.issingle:
			db.set_single_value(self.doctype, "modified", self.modified, update_modified=False)
		else:
			db.set_value(self.doctype, self.name, "modified", self.modified, update_modified=False)

	# --- child tables --------------------------------------------------------------------------------------------------

	def insert_children(self) -> None:
		"""Insert all rows of all child tables, the rows of one table in one statement."""
		for doctype, rows in _by_doctype(self.get_all_children()):
			_insert_rows(doctype, rows)

	def update_children(self) -> None:
		"""Make the child tables in the database those of this document."""
		for df in self.meta.get_table_fields():
			self.update_child_table(df.fieldname, df)

	def update_child_table(self, fieldname: str, df: Any = None) -> None:
		"""Make one child table in the database that of this document: delete, update and insert rows."""
		doctype: str = self.meta.table_fieldnames[fieldname]
		rows = self.get(fieldname) or []
		saved = [row for row in rows if row.name and not row.is_new()]
		if doctype not in (self.flags.ignore_children_type or ()):
			filters: dict[str, Any] = {
				"parent": self.name,
				"parenttype": self.doctype,
				"parentfield": fieldname,
			}
			if saved:
				filters["name"] = ("not in", [row.name for row in saved])
			db.delete(doctype, filters)
		_insert_rows(doctype, [row for row in rows if not row.name or row.is_new()])
		_update_rows(doctype, saved)

	# --- Singles -------------------------------------------------------------------------------------------------------

	def update_single(self, d: dict[str, Any]) -> None:
		"""Replace the stored values of a Single by those of `d`."""
		from minibench.data.column_types import as_text

		db.delete("Singles", {"doctype": self.doctype})
		db.executemany(
			"insert into `tabSingles` (doctype, field, value) values (?, ?, ?)",
			[
				(self.doctype, field, None if value is None else as_text(value))
				for field, value in d.items()
				if field != "doctype"
			],
		)
		db.value_cache.pop(self.doctype, None)


def _by_doctype(rows: Iterable[Any]) -> Iterator[tuple[str, list[Any]]]:
	for doctype, group in groupby(rows, lambda row: row.doctype):
		yield doctype, list(group)


def _insert_rows(doctype: str, rows: list[Any]) -> None:
	"""Insert new rows of one child table; one by one only where their class inserts in a way of its own."""
	if not rows:
		return
	if type(rows[0]).db_insert is not StoredDocument.db_insert or len(rows) == 1:
		for row in rows:
			row.db_insert()
		return
	for row in rows:
		row._prepare_insert()
	try:
		db.insert_rows(doctype, [row._row() for row in rows])
	except sqlite3.IntegrityError as error:
		offender = next((row for row in rows if row._is_name_taken(error)), None)
		(offender or rows[0])._explain_violation(error, offender is not None)
	except sqlite3.DataError as error:
		raise DataError(str(error)) from error
	for row in rows:
		row.__dict__["__islocal"] = False


def _update_rows(doctype: str, rows: list[Any]) -> None:
	"""Write rows of one child table that are stored already, as _insert_rows() inserts new ones."""
	names = {str(row.name) for row in rows}
	if len(rows) < 2 or type(rows[0]).db_update is not StoredDocument.db_update or len(names) < len(rows):
		for row in rows:
			row.db_update()
		return
	values = {row.name: row._row() for row in rows}
	for row_values in values.values():
		del row_values["name"]
	try:
		db.update_rows(doctype, values)
	except sqlite3.IntegrityError:
		# One by one they tell which of them it is.
		for row in rows:
			row.db_update()
		raise
	except sqlite3.DataError as error:
		raise DataError(str(error)) from error


def bulk_insert(
	doctype: str, documents: Iterable[Any], ignore_duplicates: bool = False, chunk_size: int = 10_000
) -> None:
	"""Insert many documents with their rows, without checks and without calling document events."""
	documents = list(documents)
	tables = {doctype: documents}
	for fieldname, child in get_meta(doctype).table_fieldnames.items():
		tables.setdefault(child, []).extend(row for doc in documents for row in doc.get(fieldname) or ())
	for table, docs in tables.items():
		columns = get_meta(table).get_valid_columns()
		db.bulk_insert(table, columns, _values(docs, columns), ignore_duplicates, chunk_size=chunk_size)


def _values(documents: Iterable[Any], columns: list[str]) -> Iterator[tuple[Any, ...]]:
	from minibench.values.dates import now

	for doc in documents:
		doc.creation = doc.modified = now()
		doc.owner = doc.modified_by = session.user
		row = doc.get_valid_dict(ignore_nulls=True, ignore_virtual=True)
		yield tuple(row.get(column) for column in columns)
