"""A property of a DocType or of one of its fields that a site, or another app, has changed."""

from __future__ import annotations

from minibench.collaboration.messages import throw
from minibench.context import flags
from minibench.model.customize import delete_property_setter
from minibench.model.document import Document
from minibench.model.meta import clear_cache
from minibench.translate import _


class PropertySetter(Document):
	def autoname(self) -> None:
		self.name = f"{self.doc_type}-{self.field_name or self.row_name or 'main'}-{self.property}"

	def validate(self) -> None:
		self.validate_fieldtype_change()
		if self.is_new():
			delete_property_setter(self.doc_type, self.property, self.field_name, self.row_name)
		clear_cache(doctype=self.doc_type)

	def validate_fieldtype_change(self) -> None:
		if self.property == "fieldtype" and self.field_name == "naming_series":
			throw(_("Field type cannot be changed for {0}").format(self.field_name))

	def on_update(self) -> None:
		# What was read between validate() and the row's being written is old.
		clear_cache(doctype=self.doc_type)
		if flags.in_patch:
			self.flags.validate_fields_for_doctype = False
		if not self.flags.ignore_validate and self.flags.validate_fields_for_doctype:
			from minibench.doctypes.doctype.doctype import validate_fields_for_doctype

			validate_fields_for_doctype(self.doc_type)

	def on_trash(self) -> None:
		clear_cache(doctype=self.doc_type)

	def after_delete(self) -> None:
		clear_cache(doctype=self.doc_type)
