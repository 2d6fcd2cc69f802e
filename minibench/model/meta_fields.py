"""The lists of a DocType's fields that every save goes through, made once with its Meta."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

from minibench.context import Dict
from minibench.data.column_types import VARCHAR_LENGTH, declared_type
from minibench.model.fieldtypes import (
	attachment_fieldtypes,
	child_table_fields,
	data_fieldtypes,
	datetime_fields,
	default_fields,
	doctypes_for_doctype,
	float_like_fields,
	no_value_fields,
	table_fields,
)
from minibench.model.meta_row import MetaRow


class ColumnPlan(NamedTuple):
	"""How one column's value is made fit for the database."""

	fieldname: str
	kind: str
	""""" (as it is), "check", "int", "float", "json", "date", "unique" or "virtual"."""
	df: MetaRow | None


class LinkPlan(NamedTuple):
	"""A Link or Dynamic Link field and what is fetched along with it."""

	df: MetaRow
	fieldname: str
	dynamic: bool
	options: str | None
	fetches: tuple[MetaRow, ...]


class LengthPlan(NamedTuple):
	"""How large a value may be: characters of a text, or the absolute value of an integer."""

	fieldname: str
	limit: int
	is_number: bool
	df: MetaRow


class MetaFields(MetaRow):
	"""Fields by type and by what has to be done with them."""

	default_fields = list(default_fields)[1:]
	special_doctypes = doctypes_for_doctype

	fields: list[MetaRow]
	_fields: dict[str, MetaRow]

	def _of_type(self, *fieldtypes: str) -> list[MetaRow]:
		return [df for df in self.fields if df.fieldtype in fieldtypes]

	@cached_property
	def _link_fields(self) -> list[MetaRow]:
		return [df for df in self.fields if df.fieldtype == "Link" and df.options != "[Select]"]

	@cached_property
	def _dynamic_link_fields(self) -> list[MetaRow]:
		return self._of_type("Dynamic Link")

	@cached_property
	def _table_fields(self) -> list[MetaRow]:
		return self._of_type(*table_fields)

	@cached_property
	def table_fieldnames(self) -> dict[str, str]:
		"""fieldname of each child table -> its DocType."""
		return {df.fieldname: df.options for df in self._table_fields}

	@cached_property
	def _select_fields(self) -> list[MetaRow]:
		return [
			df
			for df in self.fields
			if df.fieldtype == "Select" and df.options not in ("[Select]", "Loading...")
		]

	@cached_property
	def _valid_columns(self) -> list[str]:
		columns = [
			*self.default_fields,
			*(df.fieldname for df in self.fields if df.fieldtype in data_fieldtypes),
		]
		if self.istable:
			columns += child_table_fields
		return columns

	@cached_property
	def column_plan(self) -> tuple[ColumnPlan, ...]:
		return tuple(self._plan_column(fieldname) for fieldname in self._valid_columns)

	def _plan_column(self, fieldname: str) -> ColumnPlan:
		df = self._fields.get(fieldname)
		if df is None or df.fieldtype not in data_fieldtypes:
			return ColumnPlan(fieldname, "", df)
		if df.is_virtual:
			return ColumnPlan(fieldname, "virtual", df)
		if df.fieldtype in ("Check", "Int", "JSON"):
			return ColumnPlan(fieldname, df.fieldtype.lower(), df)
		if df.fieldtype in float_like_fields:
			return ColumnPlan(fieldname, "float", df)
		if df.unique:
			return ColumnPlan(fieldname, "unique", df)
		return ColumnPlan(fieldname, "date" if df.fieldtype in datetime_fields else "", df)

	@cached_property
	def link_plan(self) -> tuple[LinkPlan, ...]:
		fetches = self._fetched_by_link
		return tuple(
			LinkPlan(
				df,
				df.fieldname,
				df.fieldtype == "Dynamic Link",
				df.options,
				tuple(fetches.get(df.fieldname, ())),
			)
			for df in (*self._link_fields, *self._dynamic_link_fields)
		)

	@cached_property
	def _fetched_by_link(self) -> dict[str, list[MetaRow]]:
		"""Link field -> the fields whose values are taken from what it links to."""
		fetched: dict[str, list[MetaRow]] = {}
		for df in self.fields:
			if df.fetch_from and "." in df.fetch_from and df.fieldtype not in no_value_fields:
				fetched.setdefault(df.fetch_from.split(".", 1)[0], []).append(df)
		return fetched

	@cached_property
	def compared_fields(self) -> list[MetaRow]:
		"""Fields with a value of their own, by which two versions of a row are compared."""
		return [
			df
			for df in self.fields
			if df.fieldtype not in table_fields and df.fieldtype not in no_value_fields
		]

	@cached_property
	def float_fieldnames(self) -> tuple[str, ...]:
		return tuple(df.fieldname for df in self.fields if df.fieldtype in float_like_fields)

	@cached_property
	def uncopied_fieldnames(self) -> frozenset[str]:
		"""Fields that a copy, or a document made from this one, does not take over."""
		return frozenset(
			df.fieldname for df in self.fields if df.no_copy == 1 or df.fieldtype in table_fields
		)

	@cached_property
	def length_plan(self) -> tuple[LengthPlan, ...]:
		plan = []
		for df in self.fields:
			if df.is_virtual:
				continue
			length = int(df.length or 0)
			if df.fieldtype in ("Int", "Long Int"):
				bits = 63 if df.fieldtype == "Long Int" or length > 11 else 31
				plan.append(LengthPlan(df.fieldname, 2**bits - 1, True, df))
			elif (declared_type(df.fieldtype) or "").startswith("VARCHAR"):
				plan.append(LengthPlan(df.fieldname, length or VARCHAR_LENGTH, False, df))
		return tuple(plan)

	@cached_property
	def mandatory_fields(self) -> list[MetaRow]:
		return [df for df in self.fields if df.reqd == 1]

	@cached_property
	def non_negative_fields(self) -> list[MetaRow]:
		return [df for df in self._of_type("Int", "Float", "Currency") if df.non_negative == 1]

	@cached_property
	def password_fields(self) -> list[MetaRow]:
		return self._of_type("Password")

	@cached_property
	def editor_fields(self) -> list[MetaRow]:
		return self._of_type("Text Editor", "HTML Editor")

	@cached_property
	def attach_fields(self) -> list[MetaRow]:
		return self._of_type(*attachment_fieldtypes)

	@cached_property
	def rating_fields(self) -> list[MetaRow]:
		return self._of_type("Rating")

	@cached_property
	def checked_data_fields(self) -> list[MetaRow]:
		"""Data fields whose options say what their value must look like."""
		return [
			df
			for df in self._of_type("Data")
			if df.options and (not df.oldfieldtype or df.oldfieldtype == "Data")
		]

	@cached_property
	def _phone_fields(self) -> list[MetaRow]:
		return self._of_type("Phone")

	@cached_property
	def _code_fields(self) -> list[MetaRow]:
		return self._of_type("Code")

	@cached_property
	def _set_only_once_fields(self) -> list[Any]:
		fields: list[Any] = [df for df in self.fields if df.set_only_once == 1]
		named = {df.fieldname for df in fields}
		standard = (
			Dict(fieldname="creation", fieldtype="Datetime"),
			Dict(fieldname="owner", fieldtype="Data"),
		)
		return fields + [df for df in standard if df.fieldname not in named]

	@cached_property
	def _high_permlevel_fields(self) -> list[MetaRow]:
		return [df for df in self.fields if (df.permlevel or 0) > 0]
