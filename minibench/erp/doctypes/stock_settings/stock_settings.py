"""Stock Settings: some of its values are the site's defaults too."""

from __future__ import annotations

from minibench.context import db
from minibench.model.document import Document

DEFAULTS = (
	"item_naming_by",
	"item_group",
	"stock_uom",
	"allow_negative_stock",
	"default_warehouse",
)


class StockSettings(Document):
	def validate(self) -> None:
		for key in DEFAULTS:
			db.set_default(key, self.get(key) if self.get(key) is not None else "")
