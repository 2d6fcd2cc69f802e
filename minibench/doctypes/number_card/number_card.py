"""Number Card: see minibench.analytics.number_card."""

from __future__ import annotations

from minibench.collaboration.messages import throw
from minibench.context import db
from minibench.model.document import Document
from minibench.translate import _


class NumberCard(Document):
	def autoname(self) -> None:
		from minibench.model.naming import append_number_if_name_exists

		self.name = self.name or self.label
		if db.exists("Number Card", self.name):
			self.name = append_number_if_name_exists("Number Card", self.name)

	def validate(self) -> None:
		from minibench.model.meta import get_meta

		if self.type == "Document Type":
			if not (self.document_type and self.function):
				throw(_("Document Type and Function are required to create a number card"))
			if self.function != "Count" and not self.aggregate_function_based_on:
				throw(_("Aggregate Field is required to create a number card"))
			if get_meta(self.document_type).istable and not self.parent_document_type:
				throw(_("Parent Document Type is required to create a number card"))
		elif self.type == "Report":
			if not (self.report_name and self.report_field and self.function):
				throw(_("Report Name, Report Field and Fucntion are required to create a number card"))
		elif self.type == "Custom" and not self.method:
			throw(_("Method is required to create a number card"))
