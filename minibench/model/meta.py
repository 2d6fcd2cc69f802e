"""What is known about a DocType: its fields, permissions and settings, with custom fields and property setters applied.

A Meta is made once and kept until somebody changes metadata (see `epoch`). The lists that every save needs are made
with it, so that saving a document costs no search through its fields.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minibench.context import Dict, db
from minibench.epoch import (
	bump_epoch,
	check_epoch,
	current_epoch,
	knowledge,
	remember,
)
from minibench.model.fieldtypes import (
	child_table_fields,
	data_fieldtypes,
	default_fields,
	doctype_tables,
	no_value_fields,
	table_fields,
)
from minibench.model.meta_fields import MetaFields
from minibench.model.meta_row import MetaRow

__all__ = [
	"Meta",
	"bump_epoch",
	"check_epoch",
	"clear_cache",
	"current_epoch",
	"get_default_df",
	"get_field_currency",
	"get_field_precision",
	"get_meta",
	"get_parent_dt",
	"get_precision",
	"get_table_columns",
	"is_single",
	"is_table",
	"knowledge",
	"load_meta",
	"remember",
]

DEFAULT_FIELD_LABELS = {
	"name": "ID",
	"creation": "Created On",
	"docstatus": "Document Status",
	"idx": "Index",
	"modified": "Last Updated On",
	"modified_by": "Last Updated By",
	"owner": "Created By",
	"_user_tags": "Tags",
	"_liked_by": "Liked By",
	"_comments": "Comments",
	"_assign": "Assigned To",
}


class Meta(MetaFields):
	"""A DocType's definition. Attributes are the DocType's own fields; `fields` are MetaRows."""

	permissions: list[MetaRow]
	links: list[MetaRow]
	actions: list[MetaRow]
	states: list[MetaRow]

	def __init__(self, values: dict[str, Any], tables: dict[str, list[MetaRow]]) -> None:
		super().__init__(values)
		self.doctype = "DocType"
		for fieldname in doctype_tables:
			self.__dict__[fieldname] = tables.get(fieldname, [])
		self._fields = {df.fieldname: df for df in self.fields}

	# --- single fields -------------------------------------------------------------------------------------------

	def get_field(self, fieldname: str) -> MetaRow | None:
		return self._fields.get(fieldname)

	def has_field(self, fieldname: str) -> bool:
		return fieldname in self._fields

	def get_label(self, fieldname: str) -> str | None:
		if df := self._fields.get(fieldname):
			return df.label  # type: ignore[no-any-return]
		if label := DEFAULT_FIELD_LABELS.get(fieldname):
			from minibench.translate import _

			return _(label)
		return "No Label"

	def get_options(self, fieldname: str) -> str | None:
		return self._fields[fieldname].options  # type: ignore[no-any-return]

	def get_link_doctype(self, fieldname: str) -> str | None:
		df = self._fields[fieldname]
		if df.fieldtype == "Link":
			return df.options  # type: ignore[no-any-return]
		if df.fieldtype == "Dynamic Link":
			return self.get_options(df.options)
		return None

	def is_translatable(self, fieldname: str) -> Any:
		df = self._fields.get(fieldname)
		return df.translatable if df else None

	def get_table_field_doctype(self, fieldname: str) -> str | None:
		return doctype_tables.get(fieldname)

	# --- v15's names for them ----------------------------------------------------------------------------------------

	def get_link_fields(self) -> list[MetaRow]:
		return list(self._link_fields)

	def get_dynamic_link_fields(self) -> list[MetaRow]:
		return list(self._dynamic_link_fields)

	def get_table_fields(self) -> list[MetaRow]:
		return self._table_fields

	def get_select_fields(self) -> list[MetaRow]:
		return self._select_fields

	def get_data_fields(self) -> list[MetaRow]:
		return self._of_type("Data")

	def get_phone_fields(self) -> list[MetaRow]:
		return self._phone_fields

	def get_image_fields(self) -> list[MetaRow]:
		return self._of_type("Attach Image")

	def get_code_fields(self) -> list[MetaRow]:
		return self._code_fields

	def get_set_only_once_fields(self) -> list[Any]:
		"""Fields that keep their first value, with `creation` and `owner`, which always do."""
		return self._set_only_once_fields

	def get_high_permlevel_fields(self) -> list[MetaRow]:
		return self._high_permlevel_fields

	def get_valid_columns(self) -> list[str]:
		return self._valid_columns

	def get_custom_fields(self) -> list[MetaRow]:
		return [df for df in self.fields if df.is_custom_field]

	def get_translatable_fields(self) -> list[str]:
		return [df.fieldname for df in self.fields if df.translatable]

	def get_global_search_fields(self) -> list[Any]:
		fields: list[Any] = [
			df for df in self.fields if df.in_global_search and df.fieldtype not in no_value_fields
		]
		if self.show_name_in_global_search:
			fields.append(Dict(fieldtype="Data", fieldname="name", label="Name"))
		return fields

	def get_fields_to_fetch(self, link_fieldname: str | None = None) -> list[MetaRow]:
		"""Fields whose value is taken from a linked document: of one link, or of all links."""
		if link_fieldname:
			return self._fetched_by_link.get(link_fieldname, [])
		links = {df.fieldname for df in self._link_fields}
		return [
			df
			for df in self.fields
			if df.fieldtype not in no_value_fields
			and df.fetch_from
			and "." in df.fetch_from
			and df.fetch_from.split(".", 1)[0] in links
		]

	def get_search_fields(self) -> list[str]:
		fields = [fieldname.strip() for fieldname in (self.search_fields or "name").split(",")]
		return fields if "name" in fields else [*fields, "name"]

	def get_list_fields(self) -> list[str]:
		fields = [
			"name",
			*(df.fieldname for df in self.fields if df.in_list_view and df.fieldtype in data_fieldtypes),
		]
		if self.title_field and self.title_field not in fields:
			fields.append(self.title_field)
		return fields

	def get_title_field(self) -> str:
		return self.title_field or ("title" if "title" in self._fields else "name")

	def get_naming_series_options(self) -> list[str]:
		df = self._fields.get("naming_series")
		return (df.options or "").split("\n") if df else []

	def get_fieldnames_with_value(
		self, with_field_meta: bool = False, with_virtual_fields: bool = False
	) -> list[Any]:
		fields = [
			df
			for df in self.fields
			if df.fieldtype not in no_value_fields and (with_virtual_fields or not df.is_virtual)
		]
		return fields if with_field_meta else [df.fieldname for df in fields]

	def get_fields_to_check_permissions(self, user_permission_doctypes: Iterable[str]) -> list[Any]:
		doctypes = list(user_permission_doctypes)
		fields: list[Any] = [
			df
			for df in self.fields
			if df.fieldtype == "Link"
			and df.parent == self.name
			and df.ignore_user_permissions != 1
			and df.options in doctypes
		]
		if self.name in doctypes:
			fields.append(Dict(label="Name", fieldname="name", options=self.name))
		return fields

	# --- permissions, workflow, tree -------------------------------------------------------------------------------

	def get_permissions(self, parenttype: str | None = None) -> list[MetaRow]:
		"""The permission rules; those of the parent for a child table."""
		if self.istable and parenttype:
			return get_meta(parenttype).permissions
		return self.permissions

	def get_permlevel_access(
		self, permission_type: str = "read", parenttype: str | None = None, *, user: str | None = None
	) -> list[int]:
		"""The permission levels at which the user's roles grant `permission_type`."""
		from minibench.access.roles import get_roles

		roles = get_roles(user)
		levels = [
			perm.permlevel
			for perm in self.get_permissions(parenttype)
			if perm.role in roles and perm.get(permission_type)
		]
		return list(dict.fromkeys(levels))

	def get_permitted_fieldnames(
		self,
		parenttype: str | None = None,
		*,
		user: str | None = None,
		permission_type: str = "read",
		with_virtual_fields: bool = True,
	) -> list[str]:
		"""The fields with values at permission levels that the user may read (or whatever `permission_type` is)."""
		from minibench.access import field_permissions

		return field_permissions.get_permitted_fieldnames(
			self, parenttype, user, permission_type, with_virtual=with_virtual_fields
		)

	def get_workflow(self) -> str:
		from minibench.automation.workflow import get_workflow_name

		return get_workflow_name(self.name)

	def is_nested_set(self) -> bool:
		return "lft" in self._fields and "rgt" in self._fields

	def get_dashboard_data(self) -> Dict:
		"""The connections that a form shows, from `<doctype>_dashboard.py`, the DocType's links and hooks."""
		from minibench.model.meta_dashboard import get_dashboard_data

		return get_dashboard_data(self)

	def as_dict(self, no_nulls: bool = False, **_ignored: Any) -> dict[str, Any]:
		"""The definition as plain values, with a list for each child table."""
		out = super().as_dict(no_nulls)
		for fieldname in doctype_tables:
			out[fieldname] = [row.as_dict(no_nulls) for row in self.__dict__[fieldname]]
		return out


# --- getting one ---------------------------------------------------------------------------------------------------


def get_meta(doctype: Any, cached: bool = True) -> Meta:
	"""The Meta of a DocType by its name, or of a DocType document as it stands.

	Raises:
		DoesNotExistError: there is no such DocType.
	"""
	if cached and isinstance(doctype, str) and (known := knowledge().metas.get(doctype)):
		return known  # type: ignore[no-any-return]
	from minibench.model.meta_source import meta_from_database, meta_from_document

	if not isinstance(doctype, str):
		return meta_from_document(doctype)
	meta = meta_from_database(doctype)
	knowledge().metas[doctype] = meta
	return meta


def load_meta(doctype: Any) -> Meta:
	return get_meta(doctype, cached=False)


def clear_cache(user: str | None = None, doctype: str | None = None) -> None:
	"""Forget what was cached for a user, about a DocType, or all of it, in this process and for the others."""
	from minibench.model.caches import clear_cache as clear

	clear(user=user, doctype=doctype)


def get_table_columns(doctype: str) -> list[str]:
	return list(db.get_table_columns(doctype))


def is_single(doctype: str) -> Any:
	return db.get_value("DocType", doctype, "issingle")


def is_table(doctype: str) -> bool:
	"""Whether a DocType is a child table. A name that is no DocType is none."""

	def tables() -> frozenset[str]:
		return frozenset(row[0] for row in db.execute("select name from `tabDocType` where istable = 1"))

	return doctype in remember("child_doctypes", tables)


def get_parent_dt(dt: str) -> str:
	"""A DocType that has `dt` as a child table, "" if there is none."""
	if not is_table(dt):
		return ""
	return db.get_value("DocField", {"fieldtype": ("in", table_fields), "options": dt}, "parent") or ""


def get_default_df(fieldname: str) -> Dict | None:
	"""The definition of a field that every document has."""
	if fieldname not in default_fields and fieldname not in child_table_fields:
		return None
	if fieldname in ("creation", "modified"):
		return Dict(fieldname=fieldname, fieldtype="Datetime")
	return Dict(fieldname=fieldname, fieldtype="Int" if fieldname in ("idx", "docstatus") else "Data")


def get_precision(doctype: str, fieldname: str, currency: str | None = None, doc: Any = None) -> int | None:
	return get_field_precision(get_meta(doctype).get_field(fieldname), doc, currency)


def get_field_precision(df: Any, doc: Any = None, currency: str | None = None) -> int | None:
	"""The decimals of a field: its own, else the site's for money or for other numbers."""
	if df.precision:
		return int(df.precision)
	if df.fieldtype == "Currency":
		precision = int(db.get_default("currency_precision") or 0)
		if precision:
			return precision
		from minibench.values.numbers import get_number_format_info

		return int(get_number_format_info(db.get_default("number_format") or "#,###.##")[2])
	return int(db.get_default("float_precision") or 0) or 3


def get_field_currency(df: Any, doc: Any = None) -> str | None:
	"""The currency of an amount: what its options lead to, in the document, its parent or a linked document."""
	options = df.get("options")
	if not options or not doc:
		return None
	if ":" in options:
		parts = options.split(":")
		if len(parts) == 3 and doc.get(parts[1]):
			from minibench.model.document import get_cached_value

			return get_cached_value(parts[0], doc.get(parts[1]), parts[2])  # type: ignore[no-any-return]
		return None
	if currency := doc.get(options):
		return currency  # type: ignore[no-any-return]
	if doc.get("parenttype") and get_meta(doc.get("parenttype")).has_field(options):
		return db.get_value(doc.get("parenttype"), doc.get("parent"), options)  # type: ignore[no-any-return]
	return None
