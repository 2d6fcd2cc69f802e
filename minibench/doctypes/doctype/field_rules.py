"""What the fields of a DocType must satisfy, those of customizations among them."""

from __future__ import annotations

import re
from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import db, flags
from minibench.data.schema import quote, validate_column_name
from minibench.errors import ValidationError
from minibench.hooks import unscrub
from minibench.model.document import Document
from minibench.model.fieldtypes import (
	child_table_fields,
	data_field_options,
	default_fields,
	no_value_fields,
	table_fields,
)
from minibench.model.meta import get_meta
from minibench.translate import _
from minibench.values.numbers import cint
from minibench.values.text import bold

_ASSIGNMENT = re.compile(r'[\w\.:_]+\s*={1}\s*[\w\.@\'"]+')
_BRACED = re.compile("{(.*?)}", flags=re.UNICODE)
_TEXTS = ("Text", "Long Text", "Small Text", "Code", "Text Editor")
_CONDITIONS = ("depends_on", "collapsible_depends_on", "mandatory_depends_on", "read_only_depends_on")


class InvalidFieldNameError(ValidationError):
	pass


class UniqueFieldnameError(ValidationError):
	pass


class IllegalMandatoryError(ValidationError):
	pass


class DoctypeLinkError(ValidationError):
	pass


class WrongOptionsDoctypeLinkError(ValidationError):
	pass


class HiddenAndMandatoryWithoutDefaultError(ValidationError):
	pass


class NonUniqueError(ValidationError):
	pass


class CannotIndexedError(ValidationError):
	pass


def validate_fields(meta: Any) -> None:
	"""Check all fields of a DocType document or Meta, in v15's order, and correct what needs no question.

	Raises:
		ValidationError: its subclass says what is wrong.
	"""
	fields = meta.get("fields")
	refused_in_list = fields_not_allowed_in_list_view(meta)
	for df in fields:
		df.permlevel = df.permlevel or 0
		if df.fieldtype not in table_fields:
			df.allow_bulk_edit = 0
		_check_name(meta, df)
		_check_hidden_and_mandatory(meta, df)
		_check_unique_and_indexed(meta, df)
		_check_multiselect(df)
		_strip_select_options(df)
		_check_fetch_from(df)
		_check_data_options(df)
		if flags.in_migrate:
			continue
		_check_appears_once(meta, df, fields)
		_check_link_options(meta, df)
		_check_mandatory_type(meta, df)
		_check_dynamic_link(df, fields)
		_check_shown(meta, df, refused_in_list)
		_check_conditions(df)
		_check_default(df)
		_check_child_table(meta, df)
		_check_layout(df)
	if not flags.in_migrate:
		_check_fold(fields)
		_check_named_fields(meta, fields)


def fields_not_allowed_in_list_view(meta: Any) -> list[str]:
	"""Field types that a list cannot show; a child table's grid shows buttons and HTML."""
	refused = [*no_value_fields, "Attach Image"]
	return [kind for kind in refused if not (meta.istable and kind in ("Button", "HTML"))]


# --- one field -----------------------------------------------------------------------------------------------------------


def _check_name(meta: Any, df: Any) -> None:
	validate_column_name(df.fieldname)
	if df.fieldname in Document._reserved_keywords:
		throw(
			_("{0}: fieldname cannot be set to reserved keyword {1}").format(
				bold(meta.get("name")), bold(df.fieldname)
			),
			title=_("Invalid Fieldname"),
		)


def _check_hidden_and_mandatory(meta: Any, df: Any) -> None:
	if df.hidden and df.reqd and not df.default and not flags.in_migrate:
		throw(
			_("{0}: Field {1} in row {2} cannot be hidden and mandatory without default").format(
				meta.get("name"), df.label, df.idx
			),
			HiddenAndMandatoryWithoutDefaultError,
		)


def _check_unique_and_indexed(meta: Any, df: Any) -> None:
	name = meta.get("name")
	if meta.issingle:
		df.unique = 0
		df.search_index = 0
	if df.unique:
		if df.fieldtype not in ("Data", "Link", "Read Only", "Int"):
			throw(
				_("{0}: Fieldtype {1} for {2} cannot be unique").format(name, df.fieldtype, df.label),
				NonUniqueError,
			)
		if not df.get("__islocal") and df.fieldname in db.get_db_table_columns(f"tab{df.parent}"):
			column, table = quote(df.fieldname), quote(f"tab{df.parent}")
			if db.execute(
				f"select 1 from {table} where ifnull({column}, '') != '' group by {column} having count(*) > 1 limit 1"
			):
				throw(
					_("{0}: Field '{1}' cannot be set as Unique as it has non-unique values").format(
						name, df.label
					),
					NonUniqueError,
				)
	if df.search_index and df.fieldtype in _TEXTS:
		throw(
			_("{0}:Fieldtype {1} for {2} cannot be indexed").format(name, df.fieldtype, df.label),
			CannotIndexedError,
		)


def _check_multiselect(df: Any) -> None:
	if df.fieldtype == "Table MultiSelect" and not get_meta(df.options).get_link_fields():
		throw(
			_("DocType <b>{0}</b> provided for the field <b>{1}</b> must have atleast one Link field").format(
				df.options, df.fieldname
			)
		)


def _strip_select_options(df: Any) -> None:
	if df.fieldtype == "Select" and df.options is not None:
		options = [option.strip() for option in df.options.split("\n")]
		df.options = "\n".join([options[0], *filter(None, options[1:])])


def _check_fetch_from(df: Any) -> None:
	if not df.get("fetch_from"):
		return
	df.fetch_from = df.fetch_from.strip()
	if "." in df.fetch_from and df.fetch_from.split(".", 1)[0] == df.fieldname:
		throw(
			_("{0} contains an invalid Fetch From expression, Fetch From can't be self-referential.").format(
				_(df.label, context=df.parent)
			),
			title=_("Recursive Fetch From"),
		)


def _check_data_options(df: Any) -> None:
	if (
		df.fieldtype == "Data"
		and not df.is_virtual
		and not (df.oldfieldtype and df.oldfieldtype != "Data")
		and df.options
		and df.options not in data_field_options
	):
		allowed = "".join(f"<li>{_(option)}</li>" for option in data_field_options)
		msgprint(
			_("{0} is an invalid Data field.").format(bold(_(df.label, context=df.parent)))
			+ f"<br><br>{_('Only Options allowed for Data field are:')}<br><ul>{allowed}</ul>",
			title="Invalid Data Field",
			alert=True,
		)


def _check_appears_once(meta: Any, df: Any, fields: list[Any]) -> None:
	rows = [str(other.idx) for other in fields if other.fieldname == df.fieldname]
	if len(rows) > 1:
		throw(
			_("{0}: Fieldname {1} appears multiple times in rows {2}").format(
				meta.get("name"), df.fieldname, ", ".join(rows)
			),
			UniqueFieldnameError,
		)


def _check_link_options(meta: Any, df: Any) -> None:
	if flags.in_patch or flags.in_fixtures or df.fieldtype not in ("Link", *table_fields):
		return
	name = meta.get("name")
	if not df.options:
		throw(
			_("{0}: Options required for Link or Table type field {1} in row {2}").format(
				name, df.label, df.idx
			),
			DoctypeLinkError,
		)
	if df.options == "[Select]" or df.options == df.parent or df.options == name:
		return
	options = db.get_value("DocType", df.options, "name")
	if not options:
		throw(
			_("{0}: Options must be a valid DocType for field {1} in row {2}").format(name, df.label, df.idx),
			WrongOptionsDoctypeLinkError,
		)
	if options != df.options:
		throw(
			_("{0}: Options {1} must be the same as doctype name {2} for the field {3}").format(
				name, df.options, options, df.label
			),
			DoctypeLinkError,
		)


def _check_mandatory_type(meta: Any, df: Any) -> None:
	if df.reqd and df.fieldtype in no_value_fields and df.fieldtype not in table_fields:
		throw(
			_("{0}: Field {1} of type {2} cannot be mandatory").format(
				meta.get("name"), df.label, df.fieldtype
			),
			IllegalMandatoryError,
		)


def _check_dynamic_link(df: Any, fields: list[Any]) -> None:
	if df.fieldtype != "Dynamic Link":
		return
	pointer = next((other for other in fields if other.fieldname == df.options), None)
	if pointer is None or not (
		pointer.fieldtype == "Select" or (pointer.fieldtype == "Link" and pointer.options == "DocType")
	):
		throw(
			_(
				"Options 'Dynamic Link' type of field must point to another Link Field with options as 'DocType'"
			)
		)


def _check_shown(meta: Any, df: Any, refused_in_list: list[str]) -> None:
	if df.in_list_view and df.fieldtype in refused_in_list:
		where = "In Grid View" if meta.get("istable") else "In List View"
		throw(_("'{0}' not allowed for type {1} in row {2}").format(where, df.fieldtype, df.idx))
	if df.in_global_search and df.fieldtype in no_value_fields:
		throw(_("'In Global Search' not allowed for type {0} in row {1}").format(df.fieldtype, df.idx))


def _check_conditions(df: Any) -> None:
	"""A condition compares; one that assigns is a mistake."""
	for key in _CONDITIONS:
		condition = df.get(key)
		if condition and _ASSIGNMENT.match(condition):
			throw(_("Invalid {0} condition").format(unscrub(key)))


def _check_default(df: Any) -> None:
	if df.fieldtype == "Check":
		df.default = df.default or "0"
		if cint(df.default) not in (0, 1):
			throw(
				_("Default for 'Check' type of field {0} must be either '0' or '1'").format(
					bold(df.fieldname)
				)
			)
	if df.fieldtype == "Select" and df.default:
		if not df.options:
			throw(
				_("Options for {0} must be set before setting the default value.").format(bold(df.fieldname))
			)
		if df.default not in df.options.split("\n"):
			throw(_("Default value for {0} must be in the list of options.").format(bold(df.fieldname)))


def _check_child_table(meta: Any, df: Any) -> None:
	if flags.in_fixtures or df.fieldtype not in table_fields or df.options == meta.get("name"):
		return
	if not get_meta(df.options).istable:
		throw(
			_("Option {0} for field {1} is not a child table").format(bold(df.options), bold(df.fieldname)),
			title=_("Invalid Option"),
		)


def _check_layout(df: Any) -> None:
	if df.get("max_height") and df.max_height[-2:] not in ("px", "em"):
		throw(f"Max for {bold(df.fieldname)} height must be in px, em, rem")
	if df.fieldtype == "Rating" and df.options and not 3 <= int(df.options) <= 10:
		throw(_("Options for Rating field can range from 3 to 10"))


# --- the DocType's references to its fields --------------------------------------------------------------------------------


def _check_fold(fields: list[Any]) -> None:
	folds = [index for index, df in enumerate(fields) if df.fieldtype == "Fold"]
	if len(folds) > 1:
		throw(_("There can be only one Fold in a form"))
	for index in folds:
		if index == len(fields) - 1:
			throw(_("Fold can not be at the end of the form"))
		if fields[index + 1].fieldtype != "Section Break":
			throw(_("Fold must come before a Section Break"))


def _check_named_fields(meta: Any, fields: list[Any]) -> None:
	by_name = {df.fieldname: df for df in fields}
	for fieldname in filter(None, (name.strip() for name in (meta.search_fields or "").split(","))):
		if fieldname not in by_name or by_name[fieldname].fieldtype in no_value_fields:
			throw(_("Search field {0} is not valid").format(fieldname))
	_check_title_field(meta, by_name)
	if meta.timeline_field:
		_require_field(meta.timeline_field, by_name, _("Timeline field must be a valid fieldname"))
		if by_name[meta.timeline_field].fieldtype not in ("Link", "Dynamic Link"):
			throw(_("Timeline field must be a Link or Dynamic Link"), InvalidFieldNameError)
	if meta.is_published_field:
		_require_field(meta.is_published_field, by_name, _("Is Published Field must be a valid fieldname"))
	if meta.get("website_search_field"):
		_require_field(
			meta.website_search_field, by_name, _("Website Search Field must be a valid fieldname")
		)
		if "title" not in by_name:
			throw(_('Field "title" is mandatory if "Website Search Field" is set.'), title=_("Missing Field"))
	_check_sort_field(meta, by_name)
	if meta.image_field:
		_require_field(meta.image_field, by_name, _("Image field must be a valid fieldname"))
		if by_name[meta.image_field].fieldtype != "Attach Image":
			throw(_("Image field must be of type Attach Image"), InvalidFieldNameError)


def _require_field(fieldname: str, by_name: dict[str, Any], message: str) -> None:
	if fieldname not in by_name:
		throw(message, InvalidFieldNameError)


def _check_title_field(meta: Any, by_name: dict[str, Any]) -> None:
	if not meta.get("title_field"):
		return
	_require_field(meta.title_field, by_name, _("Title field must be a valid fieldname"))
	df = by_name[meta.title_field]
	for pattern in (df.options, df.default):
		for fieldname in _BRACED.findall(pattern or ""):
			# A doubled brace is an escaped one.
			if not fieldname.startswith("{") and fieldname not in by_name:
				throw(
					_("{{{0}}} is not a valid fieldname pattern. It should be {{field_name}}.").format(
						fieldname
					),
					InvalidFieldNameError,
				)


def _check_sort_field(meta: Any, by_name: dict[str, Any]) -> None:
	if not meta.sort_field:
		return
	names = [meta.sort_field]
	if "," in meta.sort_field:
		names = [part.split(maxsplit=1)[0] for part in meta.sort_field.split(",")]
	for fieldname in names:
		if fieldname not in by_name and fieldname not in (*default_fields, *child_table_fields):
			throw(_("Sort field {0} must be a valid fieldname").format(fieldname), InvalidFieldNameError)
