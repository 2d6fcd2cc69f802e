"""Reading documents as they are stored, and comparing a document with what is stored."""

from __future__ import annotations

import datetime
import weakref
from typing import Any

from minibench.collaboration.messages import clear_last_message, throw
from minibench.context import Dict, db
from minibench.data.schema import quote
from minibench.errors import DoesNotExistError
from minibench.model.base_document import BaseDocument
from minibench.model.controllers import get_controller
from minibench.model.meta import get_meta
from minibench.model.new_docs import get_new_doc
from minibench.translate import _
from minibench.values.dates import get_datetime, getdate


class LoadedDocument(BaseDocument):
	"""The reading half of a document."""

	def load_from_db(self) -> Any:
		"""Set all values and rows as they are stored.

		Raises:
			DoesNotExistError: they are not.
		"""
		meta = self.meta
		if meta.issingle:
			self._load_single()
		else:
			self._load_row()
		own = self.__dict__
		for fieldname, doctype in meta.table_fieldnames.items():
			own[fieldname] = self._load_rows(fieldname, doctype)
		if hasattr(self, "__setup__"):
			self.__setup__()
		return self

	def _load_row(self) -> None:
		row = db.get_value(
			self.doctype,
			self.name,
			"*",
			as_dict=True,
			for_update=bool(self.flags.for_update),
			order_by=None if isinstance(self.name, str | int) else "creation desc",
		)
		if not row:
			throw(_("{0} {1} not found").format(_(self.doctype), self.name), DoesNotExistError)
		own = self.__dict__
		own.update(row)
		own["_table_fieldnames"] = self.meta.table_fieldnames
		own["dont_update_if_missing"] = []
		if hasattr(self, "__setup__"):
			self.__setup__()

	def _load_single(self) -> None:
		values = db.get_singles_dict(self.doctype, for_update=bool(self.flags.for_update))
		if not values:
			values = get_new_doc(self.doctype, as_dict=True)
			values["name"] = self.doctype
			del values["__islocal"]
		self.flags.ignore_children = True
		BaseDocument.__init__(self, values)
		self.flags.pop("ignore_children", None)
		self.init_valid_columns()
		self._fix_numeric_types()

	def _load_rows(self, fieldname: str, doctype: str) -> list[Any]:
		"""The stored rows of one child table, made without the detours that a new row takes."""
		from minibench.model.document import Document

		cursor = db.cursor(
			f"select * from {quote(f'tab{doctype}')} where parent = ? and parenttype = ? and parentfield = ? "
			"order by idx",
			(self.name, self.doctype, fieldname),
			lock=bool(self.flags.for_update),
		)
		found = cursor.fetchall()
		if not found:
			return []
		keys = [column[0] for column in cursor.description]
		controller = get_controller(doctype)
		meta = get_meta(doctype)
		plain = controller.__init__ is Document.__init__
		reference = weakref.ref(self)
		rows = []
		for values in found:
			row: Any
			if plain:
				row = object.__new__(controller)
				own = row.__dict__
				own["doctype"] = doctype
				own["flags"] = Dict()
				own["meta"] = meta
				own["_table_fieldnames"] = meta.table_fieldnames
				own["dont_update_if_missing"] = []
				own.update(zip(keys, values, strict=True))
				if hasattr(row, "__setup__"):
					row.__setup__()
			else:
				row = controller({**dict(zip(keys, values, strict=True)), "doctype": doctype})
			row.__dict__["_parent_doc"] = reference
			rows.append(row)
		return rows

	def reload(self) -> Any:
		"""Set all values as they are stored now."""
		return self.load_from_db()

	def get_latest(self) -> Any:
		"""The document as it was before this save, else as it is stored."""
		if not self.__dict__.get("_doc_before_save"):
			self.load_doc_before_save()
		return self._doc_before_save

	def get_doc_before_save(self) -> Any:
		return self.__dict__.get("_doc_before_save")

	def load_doc_before_save(self, *, raise_exception: bool = False) -> None:
		"""Read the stored document, which stays locked until the transaction ends, to compare this one with."""
		self._doc_before_save = None
		if self.is_new():
			return
		from minibench.model.document import get_doc

		try:
			self._doc_before_save = get_doc(self.doctype, self.name, for_update=True)
		except DoesNotExistError:
			if raise_exception:
				raise
			clear_last_message()

	def has_value_changed(self, fieldname: str) -> bool:
		"""Whether this save changes the field; always in a new document."""
		from minibench.values.durations import get_timedelta

		previous = self.get_doc_before_save()
		if not previous:
			return True
		before, value = previous.get(fieldname), self.get(fieldname)
		if isinstance(before, datetime.datetime):
			value = get_datetime(value)
		elif isinstance(before, datetime.date):
			value = getdate(value)
		elif isinstance(before, datetime.timedelta):
			value = get_timedelta(value)
		return bool(before != value)
