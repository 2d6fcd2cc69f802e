"""Item Tax Template: the tax rates that an item has by account."""

from __future__ import annotations

from minibench.collaboration.messages import throw
from minibench.model.caches import get_cached_value
from minibench.model.document import Document
from minibench.translate import _
from minibench.values.text import bold

_TAX_TYPES = ("Tax", "Chargeable", "Income Account", "Expense Account", "Expenses Included In Valuation")


class ItemTaxTemplate(Document):
	def autoname(self) -> None:
		if self.company and self.title:
			self.name = f"{self.title} - {get_cached_value('Company', self.company, 'abbr')}"

	def validate(self) -> None:
		seen = set()
		for row in self.taxes:
			kind, root_type, company = get_cached_value(
				"Account", row.tax_type, ["account_type", "root_type", "company"]
			)
			if kind not in _TAX_TYPES and root_type not in ("Income", "Expense"):
				throw(
					_(
						"Item Tax Row {0} must have account of type Tax or Income or Expense or Chargeable"
					).format(row.idx)
				)
			if company != self.company:
				throw(
					_("Item Tax Row {0}: Account must belong to Company - {1}").format(
						row.idx, bold(self.company)
					)
				)
			if row.tax_type in seen:
				throw(_("{0} entered twice in Item Tax").format(bold(row.tax_type)))
			seen.add(row.tax_type)
