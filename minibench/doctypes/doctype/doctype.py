"""Defining a DocType: what a definition must satisfy, and what storing one brings about."""

from __future__ import annotations

import re
from typing import Any

from minibench.access.permission_validation import validate_permissions, validate_permissions_for_doctype
from minibench.collaboration.messages import throw
from minibench.context import conf, db, flags, session
from minibench.data.schema import quote
from minibench.doctypes.doctype.field_rules import (
	CannotIndexedError,
	DoctypeLinkError,
	HiddenAndMandatoryWithoutDefaultError,
	IllegalMandatoryError,
	InvalidFieldNameError,
	NonUniqueError,
	UniqueFieldnameError,
	WrongOptionsDoctypeLinkError,
	fields_not_allowed_in_list_view,
	validate_fields,
)
from minibench.doctypes.doctype.generated_fields import add_amended_from, complete_tree
from minibench.doctypes.doctype.link_rules import validate_links_table_fieldnames
from minibench.doctypes.doctype.naming_rules import (
	validate_autoincrement_autoname,
	validate_series,
)
from minibench.errors import NameError, NotInMinibench, ValidationError
from minibench.hooks import get_module_app, scrub
from minibench.model.controllers import clear_controller_cache, get_controller, load_doctype_module
from minibench.model.document import Document, get_doc
from minibench.model.fieldtypes import (
	attachment_fieldtypes,
	no_value_fields,
	supports_translation,
	table_fields,
)
from minibench.model.meta import clear_cache, get_meta
from minibench.translate import _
from minibench.values.text import random_string

__all__ = [
	"CannotCreateStandardDoctypeError",
	"CannotIndexedError",
	"DocType",
	"DoctypeLinkError",
	"HiddenAndMandatoryWithoutDefaultError",
	"IllegalMandatoryError",
	"InvalidFieldNameError",
	"NonUniqueError",
	"UniqueFieldnameError",
	"WrongOptionsDoctypeLinkError",
	"check_fieldname_conflicts",
	"validate_fields",
	"validate_fields_for_doctype",
	"validate_permissions",
	"validate_permissions_for_doctype",
	"validate_series",
]

MAX_NAME_LENGTH = 61
_PADDED = re.compile(r"^[ \t\n\r]+|[ \t\n\r]+$", flags=re.ASCII)
_NAME = re.compile(r"^(?![\W])[^\d_\s][\w -]+$", flags=re.ASCII)
_NOT_IN_FIELDNAME = re.compile("""['",./%@()<>{}]""")
_RESTRICTED_FIELDNAMES = frozenset(
	(
		"name",
		"parent",
		"creation",
		"owner",
		"modified",
		"modified_by",
		"parentfield",
		"parenttype",
		"file_list",
		"flags",
		"docstatus",
	)
)
_BREAK_SUFFIXES = {"Section Break": "_section", "Column Break": "_column", "Tab Break": "_tab"}
# Their fields may be called like something that every document has.
_CORE_CHILDREN = (
	"Custom DocPerm",
	"DocPerm",
	"Custom Field",
	"Customize Form Field",
	"Web Form Field",
	"DocField",
)


class CannotCreateStandardDoctypeError(ValidationError):
	pass


class DocType(Document):
	"""A DocType's definition."""

	document_type: Any
	max_attachments: Any
	permissions: Any
	route: Any

	def validate(self) -> None:
		self.check_developer_mode()
		self.validate_name()
		self.set_defaults_for_single_and_table()
		if self.autoname == "autoincrement":
			self.allow_rename = 0
		self.scrub_field_names()
		self.set_default_in_list_view()
		for df in self.fields:
			if df.translatable and not supports_translation(df.fieldtype):
				df.translatable = 0
		validate_series(self)
		self.set("can_change_name_type", validate_autoincrement_autoname(self))
		self.document_type = {"Transaction": "Document", "Master": "Setup"}.get(
			self.document_type, self.document_type
		)
		validate_fields(self)
		if not self.istable:
			validate_permissions(self)
		add_amended_from(self)
		if self.get("is_tree"):
			complete_tree(self)
		self.validate_website()
		self.ensure_minimum_max_attachment_limit()
		validate_links_table_fieldnames(self)
		if not self.is_new():
			self.before_update = get_doc("DocType", self.name)
			self.validate_field_name_conflicts()
		if self.default_print_format and not self.custom:
			throw(_("Standard DocType cannot have default print format, use Customize Form"))

	# --- checks and corrections ----------------------------------------------------------------------------------------

	def check_developer_mode(self) -> None:
		"""Standard DocTypes come from files; a site makes custom ones."""
		if flags.in_patch or flags.in_test or conf.developer_mode or self.custom:
			return
		throw(
			_("Not in Developer Mode! Set in site_config.json or make 'Custom' DocType."),
			CannotCreateStandardDoctypeError,
		)

	def validate_name(self, name: str | None = None) -> None:
		name = name or self.name
		if len(name) > MAX_NAME_LENGTH:
			throw(
				_("Doctype name is limited to {0} characters ({1})").format(MAX_NAME_LENGTH, name), NameError
			)
		if _PADDED.search(name):
			throw(_("DocType's name should not start or end with whitespace"), NameError)
		if not _NAME.match(name):
			throw(
				_(
					"A DocType's name should start with a letter and can only "
					"consist of letters, numbers, spaces, underscores and hyphens"
				),
				NameError,
				title="Invalid Name",
			)

	def set_defaults_for_single_and_table(self) -> None:
		if self.issingle:
			self.allow_import = 0
			self.is_submittable = 0
			self.istable = 0
		elif self.istable:
			self.allow_import = 0
			self.permissions = []

	def scrub_field_names(self) -> None:
		"""Give fields without a name one made from their label."""
		for df in self.fields:
			if df.fieldtype:
				if not df.get("fieldname"):
					df.fieldname = _fieldname_from_label(df)
				elif df.fieldname in _RESTRICTED_FIELDNAMES:
					throw(_("Fieldname {0} is restricted").format(df.fieldname), InvalidFieldNameError)
				df.fieldname = _NOT_IN_FIELDNAME.sub("", df.fieldname).lower()
			if df.unique:
				# A unique field is indexed by that already.
				df.search_index = 0

	def set_default_in_list_view(self) -> None:
		"""A list shows the first four mandatory fields unless somebody chose."""
		if any(df.in_list_view for df in self.fields):
			return
		refused = fields_not_allowed_in_list_view(self.meta)
		shown = [df for df in self.fields if df.reqd and not df.hidden and df.fieldtype not in refused]
		for df in shown[:4]:
			df.in_list_view = 1

	def validate_website(self) -> None:
		if self.route:
			self.route = self.route.strip("/")
		if self.has_web_view and "route" not in [df.fieldname for df in self.fields]:
			throw(_('Field "route" is mandatory for Web Views'), title="Missing Field")

	def ensure_minimum_max_attachment_limit(self) -> None:
		"""Each attach field must be able to hold its file."""
		wanted = sum(df.fieldtype in attachment_fieldtypes for df in self.fields)
		if self.max_attachments and wanted > self.max_attachments:
			self.max_attachments = wanted

	def validate_field_name_conflicts(self) -> None:
		"""A field must not hide a method or property of the document."""
		if self.name in _CORE_CHILDREN:
			return
		try:
			controller = get_controller(self.name)
		except ImportError:
			controller = Document
		for df in self.fields:
			if df.fieldtype in no_value_fields:
				continue
			found = getattr(controller, df.fieldname, None)
			if _is_property(found):
				conflict = None if df.is_virtual else "class property"
			else:
				conflict = "controller method" if callable(found) else None
			if conflict:
				throw(
					_("Fieldname '{0}' conflicting with a {1} of the name {2} in {3}").format(
						df.label or df.fieldname, conflict, df.fieldname, self.name
					)
				)

	# --- what storing a definition brings about ------------------------------------------------------------------------

	def on_update(self) -> None:
		if self.is_virtual:
			raise NotInMinibench(f"the virtual DocType {self.name}")
		if self.get("can_change_name_type") and self.autoname == "autoincrement":
			db.create_sequence(self.name, check_not_exists=True)
		fetched = self._newly_fetched_fields()
		clear_cache(doctype=self.name)
		clear_controller_cache(self.name)
		db.updatedb(self.name, get_meta(self))
		self.change_modified_of_parent()
		self.make_module_and_roles()
		self._fill_fetched_fields(fetched)
		if not self.custom:
			self.run_module_method("on_doctype_update")
			if self.flags.in_insert:
				self.run_module_method("after_doctype_insert")
		clear_cache(doctype=self.name)

	def change_modified_of_parent(self) -> None:
		"""Clients cache a DocType by its date: a change of a child table is one of the parent."""
		if flags.in_import or not self.istable:
			return
		parents = db.execute(
			"select distinct parent from `tabDocField` where options = ? and fieldtype in (?, ?)",
			(self.name, *table_fields),
		)
		for (parent,) in parents:
			db.set_value("DocType", parent, {})

	def make_module_and_roles(self) -> None:
		"""The module and the roles that the definition names, where they are missing."""
		if db.table_exists("Module Def") and not db.exists("Module Def", self.module):
			module = get_doc(
				{"doctype": "Module Def", "module_name": self.module, "app_name": _app_of(self.module)}
			)
			module.insert(ignore_permissions=True, ignore_mandatory=True)
		if not db.table_exists("Role"):
			return
		wanted = {row.role for row in self.permissions or ()} | {"All", "Guest", "Desk User"}
		present = {row[0] for row in db.execute("select name from `tabRole`")}
		for role in sorted(wanted - present):
			get_doc({"doctype": "Role", "role_name": role, "desk_access": 1}).insert(
				ignore_permissions=True, ignore_mandatory=True
			)

	def _newly_fetched_fields(self) -> list[Any]:
		"""Fields that are from now on fetched from a linked document."""
		if self.is_new() or not hasattr(self, "before_update") or self.issingle:
			return []
		before = {df.fieldname for df in get_meta(self.before_update).get_fields_to_fetch()}
		return [df for df in get_meta(self).get_fields_to_fetch() if df.fieldname not in before]

	def _fill_fetched_fields(self, fields: list[Any]) -> None:
		"""Give documents that exist the values that they would have fetched."""
		meta = get_meta(self)
		table = quote(f"tab{self.name}")
		for df in fields:
			link, source = df.fetch_from.split(".", 1)
			link_df = meta.get_field(link)
			if not source or not link_df:
				continue
			linked = quote(f"tab{link_df.options}")
			target = quote(df.fieldname)
			db.execute(
				f"update {table} set {target} = (select s.{quote(source)} from {linked} s where s.name = {quote(link)}) "
				f"where ifnull({target}, '') = '' and exists (select 1 from {linked} s where s.name = {quote(link)})"
			)

	def run_module_method(self, method: str) -> None:
		"""Call a function of the DocType's Python module, if it has one."""
		try:
			module = load_doctype_module(self.name, self.module)
		except ImportError:
			if get_module_app(self.module) in ("frappe", "erpnext"):
				# The embedded DocTypes have a Python file only where they need one.
				return
			raise
		if hasattr(module, method):
			getattr(module, method)()

	# --- renaming, importing --------------------------------------------------------------------------------

	def before_rename(self, old: str, new: str, merge: bool = False) -> None:
		if not self.custom and session.user != "Administrator":
			throw(_("DocType can only be renamed by Administrator"))
		self.check_developer_mode()
		self.validate_name(new)
		if merge:
			throw(_("DocType can not be merged"))

	def after_rename(self, old: str, new: str, merge: bool = False) -> None:
		if self.issingle:
			db.execute("update `tabSingles` set doctype = ? where doctype = ?", (new, old))
			db.execute(
				"update `tabSingles` set value = ? where doctype = ? and field = 'name' and value = ?",
				(new, new, old),
			)
		else:
			db.rename_table(old, new)
		clear_cache(doctype=new)

	def before_reload(self) -> None:
		"""Series that are in use outlive a new version of the definition."""
		if self.issingle or self.istable:
			return
		series = self.get("fields", {"fieldname": "naming_series"})
		if not series or not db.table_exists(self.name) or not db.a_row_exists(self.name):
			return
		from minibench.model.customize import make_property_setter

		setter = {"doc_type": self.name, "property": "options", "field_name": "naming_series"}
		if db.exists("Property Setter", setter):
			return
		for prop, value in (("options", series[0].options), ("default", series[0].default)):
			if value:
				make_property_setter(
					self.name, "naming_series", prop, value, "Text", validate_fields_for_doctype=False
				)

	@staticmethod
	def prepare_for_import(docdict: dict[str, Any]) -> None:
		"""Bring the fields into the order that `field_order` gives; others stay behind them."""
		order = docdict.pop("field_order", None)
		if not order:
			return
		fields = docdict.get("fields", [])
		position = {fieldname: index for index, fieldname in enumerate(order)}
		docdict["fields"] = sorted(fields, key=lambda df: position.get(df["fieldname"], len(position)))


def _fieldname_from_label(df: Any) -> str:
	if df.label:
		fieldname = df.label.strip().lower().replace(" ", "_").strip("?")
		if fieldname in _RESTRICTED_FIELDNAMES:
			fieldname += "1"
		return str(fieldname + _BREAK_SUFFIXES.get(df.fieldtype, ""))
	if df.fieldtype in _BREAK_SUFFIXES:
		return f"{df.fieldtype.lower().replace(' ', '_')}_{random_string(4).lower()}"
	throw(_("Row #{}: Fieldname is required").format(df.idx), title="Missing Fieldname")
	raise AssertionError


def _is_property(value: Any) -> bool:
	from functools import cached_property

	return isinstance(value, property | cached_property)


def _app_of(module: str) -> str:
	from minibench.hooks import module_app

	return module_app().get(scrub(module), "frappe")


# --- used by custom fields, property setters and permissions -------------------------------------------------------------


def validate_fields_for_doctype(doctype: str) -> None:
	"""Check a DocType's fields as they are with all customizations."""
	meta = get_meta(doctype, cached=False)
	validate_links_table_fieldnames(meta)
	validate_fields(meta)


def check_fieldname_conflicts(docfield: Any) -> None:
	"""Raise where a custom field would hide a method or property of the document."""
	controller = get_controller(docfield.dt)
	found = getattr(controller, docfield.fieldname, None)
	if callable(found) or _is_property(found):
		from minibench.collaboration.messages import msgprint

		msgprint(
			_("Fieldname {0} conflicting with meta object").format(docfield.fieldname),
			raise_exception=not docfield.is_virtual,
		)
