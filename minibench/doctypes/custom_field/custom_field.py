"""A field that a site, or another app, adds to a DocType."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import db, flags, session
from minibench.model.document import Document
from minibench.model.fieldtypes import supports_translation
from minibench.model.meta import bump_epoch, clear_cache, get_meta
from minibench.translate import _
from minibench.values.text import bold, cstr, random_string

_RESTRICTED = frozenset(
	(
		"name",
		"parent",
		"creation",
		"modified",
		"modified_by",
		"parentfield",
		"parenttype",
		"file_list",
		"flags",
		"docstatus",
	)
)


class CustomField(Document):
	fieldname: Any
	insert_after: Any
	translatable: Any

	def autoname(self) -> None:
		self.set_fieldname()
		self.name = f"{self.dt}-{self.fieldname}"

	def set_fieldname(self) -> None:
		"""Make a fieldname from the label where there is none."""
		if not self.fieldname:
			label = self.label
			if not label:
				if self.fieldtype not in ("Section Break", "Column Break", "Tab Break"):
					throw(_("Label is mandatory"))
				label = f"{self.fieldtype}_{random_string(5)}"
			word = "".join(c for c in cstr(label).replace(" ", "_") if c.isalnum() or c == "_")
			self.fieldname = f"custom_{word}"
		self.fieldname = self.fieldname.lower()
		if self.fieldname in _RESTRICTED:
			self.fieldname += "1"

	def before_insert(self) -> None:
		self.set_fieldname()

	def validate(self) -> None:
		from minibench.doctypes.doctype.doctype import check_fieldname_conflicts

		if self.is_new() or self.insert_after == "append":
			self._set_position()
		self._check_fieldtype_change()
		if not self.fieldname:
			throw(_("Fieldname not set for Custom Field"))
		if self.translatable and not supports_translation(self.fieldtype):
			self.translatable = 0
		check_fieldname_conflicts(self)

	def _set_position(self) -> None:
		fieldnames = [df.fieldname for df in get_meta(self.dt).fields]
		if self.is_new() and self.fieldname in fieldnames:
			throw(_("A field with the name {0} already exists in {1}").format(bold(self.fieldname), self.dt))
		if self.insert_after == "append":
			self.insert_after = fieldnames[-1]
		if self.insert_after in fieldnames:
			self.idx = fieldnames.index(self.insert_after) + 1

	def _check_fieldtype_change(self) -> None:
		from minibench.model.customize import allow_fieldtype_change

		before = self.get_doc_before_save()
		if (
			before
			and not self.is_virtual
			and before.fieldtype != self.fieldtype
			and not allow_fieldtype_change(before.fieldtype, self.fieldtype)
		):
			throw(_("Fieldtype cannot be changed from {0} to {1}").format(before.fieldtype, self.fieldtype))

	def on_update(self) -> None:
		# Whoever adds many fields clears the cache and changes the table once.
		bump_epoch(self.dt)
		if not self.flags.ignore_validate:
			from minibench.doctypes.doctype.doctype import validate_fields_for_doctype

			validate_fields_for_doctype(self.dt)
		if not flags.in_create_custom_fields:
			clear_cache(doctype=self.dt)
			db.updatedb(self.dt)

	def on_trash(self) -> None:
		if self.owner == "Administrator" and session.user != "Administrator":
			throw(
				_(
					"Custom Field {0} is created by the Administrator and can only be deleted through the "
					"Administrator account."
				).format(bold(self.label))
			)
		db.delete("Property Setter", {"doc_type": self.dt, "field_name": self.fieldname})
		clear_cache(doctype=self.dt)

	def after_delete(self) -> None:
		clear_cache(doctype=self.dt)

	def validate_insert_after(self, meta: Any) -> None:
		"""Raise unless the field after which this one stands exists and is another."""
		from minibench.errors import DoesNotExistError

		if not meta.get_field(self.insert_after):
			throw(
				_(
					"Insert After field '{0}' mentioned in Custom Field '{1}', with label '{2}', does not exist"
				).format(self.insert_after, self.name, self.label),
				DoesNotExistError,
			)
		if self.fieldname == self.insert_after:
			throw(_("Insert After cannot be set as {0}").format(meta.get_label(self.insert_after)))
