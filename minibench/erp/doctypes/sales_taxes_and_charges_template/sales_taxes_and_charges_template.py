"""Sales Taxes and Charges Template."""

from __future__ import annotations

from minibench.erp.tax_templates import name_of, validate_template
from minibench.model.document import Document


class SalesTaxesandChargesTemplate(Document):
	def autoname(self) -> None:
		self.name = name_of(self) or self.name

	def validate(self) -> None:
		validate_template(self)
