"""Print Format: a template for the prints of a DocType."""

from __future__ import annotations

import json
from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import conf, db, flags
from minibench.errors import MandatoryError
from minibench.model.document import Document
from minibench.model.meta import clear_cache
from minibench.templates import validate_template
from minibench.translate import _
from minibench.values.text import bold
from minibench.web.whitelist import whitelist


class PrintFormat(Document):
	module: Any
	format_data: Any

	def get_html(self, docname: str, letterhead: str | None = None) -> Any:
		"""The print of a document in this format."""
		from minibench.printing.html import get_print

		return get_print(self.doc_type, docname, self.name, letterhead=letterhead)

	def validate(self) -> None:
		if self.standard == "Yes" and not (
			conf.developer_mode or flags.in_migrate or flags.in_install or flags.in_test
		):
			throw(_("Standard Print Format cannot be updated"))
		self.old_doc_type = db.get_value("Print Format", self.name, "doc_type")
		self.extract_images()
		if not self.module:
			self.module = db.get_value("DocType", self.doc_type, "module")
		if self.html and self.print_format_type != "JS":
			validate_template(self.html)
		if self.custom_format and self.raw_printing and not self.raw_commands:
			throw(_("{0} are required").format(bold(_("Raw Commands"))), MandatoryError)
		if self.custom_format and not self.html and not self.raw_printing:
			throw(_("{0} is required").format(bold(_("HTML"))), MandatoryError)

	def extract_images(self) -> None:
		"""Pictures pasted into the builder's own HTML become files."""
		from minibench.collaboration.files import extract_images_from_html

		if self.print_format_builder_beta or not self.format_data:
			return
		data = json.loads(self.format_data)
		for df in data:
			if df.get("fieldtype") in ("HTML", "Custom HTML") and df.get("options"):
				df["options"] = extract_images_from_html(self, df["options"])
		self.format_data = json.dumps(data)

	def on_update(self) -> None:
		for doctype in {self.get("old_doc_type"), self.doc_type} - {None, ""}:
			clear_cache(doctype=doctype)

	def after_rename(self, old: str, new: str, *_args: Any, **_kwargs: Any) -> None:
		"""A DocType whose default this is keeps it."""
		if self.doc_type:
			clear_cache(doctype=self.doc_type)
		default = {
			"doctype_or_field": "DocType",
			"doc_type": self.doc_type,
			"property": "default_print_format",
			"value": old,
		}
		db.set_value("Property Setter", default, "value", new)

	def on_trash(self) -> None:
		if self.doc_type:
			clear_cache(doctype=self.doc_type)


@whitelist()
def make_default(name: Any) -> None:
	"""Print documents of the format's DocType with it unless another is asked for."""
	from minibench.access.permissions import check_permission as has_permission
	from minibench.model.customize import make_property_setters
	from minibench.model.document import get_doc

	has_permission("Print Format", "write", throw=True)
	print_format = get_doc("Print Format", name)
	doctype = get_doc("DocType", print_format.doc_type)
	if doctype.custom:
		doctype.default_print_format = name
		doctype.save()
	else:
		make_property_setters(
			{
				"doctype_or_field": "DocType",
				"doctype": print_format.doc_type,
				"property": "default_print_format",
				"value": name,
			}
		)
	msgprint(
		_("{0} is now default print format for {1} doctype").format(bold(name), bold(print_format.doc_type))
	)
