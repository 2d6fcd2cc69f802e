"""A document as a set of values and rows of child tables: reading, setting, converting. Nothing here saves anything.

Values are plain attributes. What the DocType does not define may be set too, and is not saved.
"""

from __future__ import annotations

import datetime
import json
import weakref
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from minibench.context import Dict
from minibench.data.rows import filter_rows
from minibench.model.controllers import get_controller
from minibench.model.docstatus import DRAFT, DocStatus, as_docstatus
from minibench.model.fieldtypes import child_table_fields, default_fields, float_like_fields, table_fields
from minibench.model.meta import Meta, get_meta
from minibench.model.meta_row import MetaRow
from minibench.values.numbers import cint, flt

PRIVATE_PROPERTIES = ("_user_tags", "__islocal", "__onload", "_liked_by", "__run_link_triggers", "__unsaved")


class BaseDocument:
	"""Fields, rows and conversions of any document, child rows among them."""

	_reserved_keywords = frozenset(
		(
			"doctype",
			"meta",
			"flags",
			"parent_doc",
			"_table_fields",
			"_valid_columns",
			"_doc_before_save",
			"_table_fieldnames",
			"_reserved_keywords",
			"permitted_fieldnames",
			"dont_update_if_missing",
		)
	)

	if TYPE_CHECKING:
		doctype: Any
		name: Any
		flags: Dict

		def __getattr__(self, key: str) -> Any: ...

	def __init__(self, d: Mapping[str, Any]) -> None:
		if d.get("doctype"):
			self.doctype = d["doctype"]
		self._table_fieldnames = self.meta.table_fieldnames
		self.update(d)
		self.dont_update_if_missing: list[str] = []
		if hasattr(self, "__setup__"):
			self.__setup__()

	@cached_property
	def meta(self) -> Meta:
		return get_meta(self.doctype)

	@cached_property
	def permitted_fieldnames(self) -> list[str]:
		from minibench.access.permissions import get_permitted_fields

		return get_permitted_fields(doctype=self.doctype, parenttype=getattr(self, "parenttype", None))

	def __getstate__(self) -> dict[str, Any]:
		state = self.__dict__.copy()
		for key in ("meta", "permitted_fieldnames", "_parent_doc"):
			state.pop(key, None)
		return state

	# --- values ------------------------------------------------------------------------------------------------------

	def get(self, key: Any, filters: Any = None, limit: int | None = None, default: Any = None) -> Any:
		"""A value; or the rows of a child table that satisfy `filters`; with a dict as key, rows of all tables."""
		if isinstance(key, dict):
			return filter_rows(self.get_all_children(), key, limit)
		if filters:
			if isinstance(filters, dict):
				return filter_rows(self.__dict__.get(key), filters, limit)
			default = filters
		value = self.__dict__.get(key, default)
		if limit and isinstance(value, list | tuple) and len(value) > limit:
			value = value[:limit]
		return value

	def getone(self, key: Any, filters: Any = None) -> Any:
		return self.get(key, filters=filters, limit=1)[0]

	def set(self, key: str, value: Any, as_value: bool = False) -> None:
		"""Set a value. A child table's rows are made from what the list holds, unless `as_value`."""
		if key in self._reserved_keywords:
			return
		if not as_value and key in self._table_fieldnames:
			self.__dict__[key] = []
			if value:
				self.extend(key, value)
			return
		if key == "docstatus":
			value = as_docstatus(value)
		self.__dict__[key] = value

	def update(self, d: Mapping[str, Any]) -> Any:
		"""Set several values, the name first because child rows refer to it."""
		if "name" in d:
			self.name = d["name"]
		flags = self.__dict__.get("flags")
		as_values = bool(flags and flags.ignore_children)
		for key, value in d.items():
			self.set(key, value, as_value=as_values)
		return self

	def update_if_missing(self, d: Any) -> None:
		"""Set the values that are None so far, except those of `dont_update_if_missing`."""
		if isinstance(d, BaseDocument):
			d = d.get_valid_dict()
		own = self.__dict__
		spared = own.get("dont_update_if_missing") or ()
		for key, value in d.items():
			if value is not None and own.get(key) is None and key not in spared:
				self.set(key, value)

	def delete_key(self, key: str) -> None:
		self.__dict__.pop(key, None)

	def is_new(self) -> Any:
		return self.__dict__.get("__islocal")

	@property
	def docstatus(self) -> DocStatus:
		return as_docstatus(self.__dict__.get("docstatus"))

	@docstatus.setter
	def docstatus(self, value: Any) -> None:
		self.__dict__["docstatus"] = as_docstatus(value)

	# --- rows of child tables ----------------------------------------------------------------------------------------

	@property
	def parent_doc(self) -> Any:
		"""The document whose row this is, as long as it is alive."""
		reference = self.__dict__.get("_parent_doc")
		return reference() if isinstance(reference, weakref.ReferenceType) else reference

	@parent_doc.setter
	def parent_doc(self, value: Any) -> None:
		self.__dict__["_parent_doc"] = value

	@parent_doc.deleter
	def parent_doc(self) -> None:
		self.__dict__["_parent_doc"] = None

	def append(self, key: str, value: Any = None, position: int = -1) -> Any:
		"""Add a row to a child table, at the end or at `position`, and return it."""
		table: list[Any] | None = self.__dict__.get(key)
		if table is None:
			table = self.__dict__[key] = []
		row = self._init_child({} if value is None else value, key)
		if position == -1:
			table.append(row)
		else:
			table.insert(position, row)
			_renumber(table)
		row.parent_doc = weakref.ref(self)
		return row

	def extend(self, key: str, value: Iterable[Any]) -> None:
		"""Add rows to a child table.

		Raises:
			ValueError: `value` is no iterable.
		"""
		try:
			rows = iter(value)
		except TypeError:
			raise ValueError from None
		for row in rows:
			self.append(key, row)

	def remove(self, doc: Any) -> None:
		"""Take a row out of its child table and number the others anew."""
		if parentfield := doc.get("parentfield"):
			table = self.get(parentfield)
			table.remove(doc)
			_renumber(table)

	def _init_child(self, value: Any, key: str) -> Any:
		if not isinstance(value, BaseDocument):
			doctype = self.get_table_field_doctype(key)
			if not doctype:
				raise AttributeError(key)
			value["doctype"] = doctype
			value = get_controller(doctype)(value)
		own = value.__dict__
		own["parent"] = self.name
		own["parenttype"] = self.doctype
		own["parentfield"] = key
		if own.get("docstatus") is None:
			own["docstatus"] = DRAFT
		if not own.get("idx"):
			own["idx"] = len(self.__dict__.get(key) or ()) + 1
		if not own.get("name"):
			own["__islocal"] = 1
		return value

	def get_table_field_doctype(self, fieldname: str) -> str | None:
		df = self.meta.get_field(fieldname)
		if df is None:
			raise AttributeError(f"{self.doctype} has no table {fieldname}")
		return df.options  # type: ignore[no-any-return]

	def get_parentfield_of_doctype(self, doctype: str) -> str | None:
		"""The child table whose rows are of `doctype`."""
		return next(
			(name for name, options in self.meta.table_fieldnames.items() if options == doctype), None
		)

	def get_all_children(self, parenttype: str | None = None) -> list[Any]:
		"""The rows of all child tables, or of those of one DocType."""
		own = self.__dict__
		children: list[Any] = []
		for fieldname, doctype in self.meta.table_fieldnames.items():
			if (not parenttype or doctype == parenttype) and (rows := own.get(fieldname)):
				children.extend(rows)
		return children

	def init_child_tables(self) -> None:
		"""Give every child table a list, so that one may loop over it."""
		own = self.__dict__
		for fieldname in self._table_fieldnames:
			if own.get(fieldname) is None:
				own[fieldname] = []

	def init_valid_columns(self) -> None:
		"""Give every column a value, None where it has none."""
		own = self.__dict__
		for key in (*default_fields, *self.meta.get_valid_columns()):
			own.setdefault(key, None)
		if own["docstatus"] is None:
			own["docstatus"] = DRAFT
		if own["idx"] is None:
			own["idx"] = 0

	def get_valid_columns(self) -> list[str]:
		return self.meta.get_valid_columns()

	# --- as plain values -----------------------------------------------------------------------------------------------

	def get_valid_dict(
		self,
		sanitize: bool = True,
		convert_dates_to_str: bool = False,
		ignore_nulls: bool = False,
		ignore_virtual: bool = False,
	) -> Dict:
		"""The columns' values, each as its type wants it: what would be written to the database."""
		own = self.__dict__
		values = Dict()
		for fieldname, kind, df in self.meta.column_plan:
			value = own.get(fieldname)
			if value is None and not sanitize:
				values[fieldname] = None
				continue
			if kind == "virtual":
				if ignore_virtual or fieldname not in self.permitted_fieldnames:
					continue
				value = self._virtual_value(fieldname, df)
			elif df is not None and type(value) is not _FITTING.get(kind):
				value = self._fit(value, kind, df)
			if convert_dates_to_str and isinstance(value, _TEMPORAL):
				value = str(value)
			if value is None and ignore_nulls and kind != "virtual":
				continue
			values[fieldname] = value
		return values

	def _fit(self, value: Any, kind: str, df: MetaRow) -> Any:
		if isinstance(value, list) and df.fieldtype not in table_fields:
			from minibench.collaboration.messages import throw
			from minibench.translate import _

			throw(_("Value for {0} cannot be a list").format(_(df.label, context=df.parent)))
		if not kind:
			return value
		if kind == "check":
			return 1 if cint(value) else 0
		if kind == "int":
			return value if isinstance(value, int) else cint(value)
		if kind == "float":
			return value if isinstance(value, float) else flt(value)
		if kind == "json":
			return json.dumps(value, separators=(",", ":")) if isinstance(value, dict) else value
		if (kind == "date" and value == "") or (df.unique and (value is None or not str(value).strip())):
			return None
		return value

	def _virtual_value(self, fieldname: str, df: MetaRow | None) -> Any:
		if isinstance(getattr(type(self), fieldname, None), property | cached_property):
			return getattr(self, fieldname)
		if df is not None and df.options:
			from minibench.automation.safe_exec import safe_eval
			from minibench.automation.script_globals import get_safe_globals

			return safe_eval(df.options, get_safe_globals(), {"doc": self})
		return self.__dict__.get(fieldname)

	def as_dict(
		self,
		no_nulls: bool = False,
		no_default_fields: bool = False,
		convert_dates_to_str: bool = False,
		no_child_table_fields: bool = False,
		no_private_properties: bool = False,
	) -> Dict:
		"""The document with its rows as dicts."""
		doc = self.get_valid_dict(convert_dates_to_str=convert_dates_to_str, ignore_nulls=no_nulls)
		doc["doctype"] = self.doctype
		own = self.__dict__
		for fieldname in self._table_fieldnames:
			doc[fieldname] = [
				row.as_dict(
					convert_dates_to_str=convert_dates_to_str,
					no_nulls=no_nulls,
					no_default_fields=no_default_fields,
					no_child_table_fields=no_child_table_fields,
					no_private_properties=no_private_properties,
				)
				for row in own.get(fieldname) or ()
			]
		if no_default_fields:
			for key in default_fields:
				doc.pop(key, None)
		if no_child_table_fields:
			for key in child_table_fields:
				doc.pop(key, None)
		if not no_private_properties:
			for key in PRIVATE_PROPERTIES:
				if value := own.get(key):
					doc[key] = value
		return doc

	def as_json(self) -> str:
		from minibench.values.jsonio import as_json

		return as_json(self.as_dict())

	# --- types, precision, presentation -----------------------------------------------------------------------------

	def _fix_numeric_types(self) -> None:
		own = self.__dict__
		for df in self.meta.fields:
			value = own.get(df.fieldname)
			if df.fieldtype == "Check":
				own[df.fieldname] = cint(value)
			elif value is not None:
				if df.fieldtype == "Int":
					own[df.fieldname] = cint(value)
				elif df.fieldtype in float_like_fields:
					own[df.fieldname] = flt(value)
		if own.get("docstatus") is not None:
			self.docstatus = own["docstatus"]


# A value of this type is already as a column of the kind wants it.
_FITTING = {"": str, "float": float, "int": int}
_TEMPORAL = (datetime.datetime, datetime.date, datetime.time, datetime.timedelta)


def _renumber(rows: Iterable[Any]) -> None:
	for idx, row in enumerate(rows, 1):
		row.idx = idx
