"""Currency Exchange: the rate between two currencies from a day on."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import throw
from minibench.model.document import Document
from minibench.translate import _
from minibench.values.dates import getdate, nowdate
from minibench.values.numbers import cint


class CurrencyExchange(Document):
	date: Any

	def autoname(self) -> None:
		if not self.date:
			self.date = nowdate()
		buying, selling = cint(self.for_buying), cint(self.for_selling)
		purpose = "Selling-Buying"
		if selling and not buying:
			purpose = "Selling"
		elif buying and not selling:
			purpose = "Buying"
		self.name = f"{getdate(self.date)}-{self.from_currency}-{self.to_currency}-{purpose}"

	def validate(self) -> None:
		self.validate_value("exchange_rate", ">", 0)
		if self.from_currency == self.to_currency:
			throw(_("From Currency and To Currency cannot be same"))
		if not cint(self.for_buying) and not cint(self.for_selling):
			throw(_("Currency Exchange must be applicable for Buying or for Selling."))
