"""Buying Settings: some of its values are the site's defaults too."""

from __future__ import annotations

from minibench.context import db
from minibench.model.document import Document

DEFAULTS = (
	"supplier_group",
	"supp_master_name",
	"maintain_same_rate",
	"buying_price_list",
)


class BuyingSettings(Document):
	def validate(self) -> None:
		for key in DEFAULTS:
			db.set_default(key, self.get(key) if self.get(key) is not None else "")
