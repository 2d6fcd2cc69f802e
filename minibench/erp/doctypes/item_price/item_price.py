"""Item Price: what an item costs by one price list, from a day on, for a customer or supplier perhaps."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import db
from minibench.errors import ValidationError
from minibench.model.document import Document
from minibench.translate import _
from minibench.values.text import bold

_DISTINGUISHING = ("uom", "valid_from", "valid_upto", "customer", "supplier", "packing_unit")


class ItemPriceDuplicateItem(ValidationError):
	"""The same price is there already."""


class ItemPrice(Document):
	customer: Any
	supplier: Any

	def validate(self) -> None:
		item = db.get_value(
			"Item", self.item_code, ["item_name", "description", "has_variants"], as_dict=True
		)
		if not item:
			throw(_("Item {0} not found.").format(self.item_code))
		self.validate_from_to_dates("valid_from", "valid_upto")
		details = db.get_value(
			"Price List", {"name": self.price_list, "enabled": 1}, ["buying", "selling", "currency"]
		)
		if not details:
			throw(_("The price list {0} does not exist or is disabled").format(self.price_list))
		self.buying, self.selling, self.currency = details
		self.item_name, self.item_description = item.item_name, item.description
		self._refuse_duplicate()
		if item.has_variants:
			throw(_("Item Price cannot be created for the template item {0}").format(bold(self.item_code)))

	def _refuse_duplicate(self) -> None:
		where = " and ".join(f"coalesce(`{field}`, '') in (?, ?)" for field in _DISTINGUISHING)
		values: list[object] = [self.item_code, self.price_list, self.name or ""]
		for field in _DISTINGUISHING:
			value = self.get(field)
			values += [str(value), value] if value else ["", 0]
		if db.execute(
			"select name from `tabItem Price` where item_code = ? and price_list = ? and name != ? and "
			+ where,
			values,
		):
			throw(
				_(
					"Item Price appears multiple times based on Price List, Supplier/Customer, Currency, Item, Batch, UOM, Qty, and Dates."
				),
				ItemPriceDuplicateItem,
			)

	def before_save(self) -> None:
		if self.selling:
			self.reference = self.customer
		if self.buying:
			self.reference = self.supplier
		if self.selling and not self.buying:
			self.supplier = None
		if self.buying and not self.selling:
			self.customer = None
