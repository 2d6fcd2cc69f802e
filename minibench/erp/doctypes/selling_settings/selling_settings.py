"""Selling Settings: some of its values are the site's defaults too."""

from __future__ import annotations

from minibench.context import db
from minibench.model.document import Document

DEFAULTS = (
	"cust_master_name",
	"customer_group",
	"territory",
	"maintain_same_sales_rate",
	"editable_price_list_rate",
	"selling_price_list",
)


class SellingSettings(Document):
	def validate(self) -> None:
		for key in DEFAULTS:
			db.set_default(key, self.get(key) if self.get(key) is not None else "")
