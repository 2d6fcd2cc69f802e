"""Price List: for buying, selling or both, in one currency."""

from __future__ import annotations

from minibench.collaboration.messages import throw
from minibench.context import db
from minibench.model.document import Document
from minibench.translate import _
from minibench.values.numbers import cint


class PriceList(Document):
	def validate(self) -> None:
		if not cint(self.buying) and not cint(self.selling):
			throw(_("Price List must be applicable for Buying or Selling"))

	def on_update(self) -> None:
		"""Make it the default where there is none; its prices take its currency and purposes along."""
		for kind in ("selling", "buying"):
			settings = f"{kind.title()} Settings"
			if self.get(kind) and not db.get_single_value(settings, f"{kind}_price_list"):
				db.set_single_value(settings, f"{kind}_price_list", self.name)
		db.set_value(
			"Item Price",
			{"price_list": self.name},
			{"currency": self.currency, "buying": cint(self.buying), "selling": cint(self.selling)},
		)
