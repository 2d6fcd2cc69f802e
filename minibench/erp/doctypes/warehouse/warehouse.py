"""Warehouse: a place of stock, below other places."""

from __future__ import annotations

from minibench.collaboration.messages import throw
from minibench.context import db
from minibench.data.query import get_all
from minibench.erp.companies import name_with_abbreviation
from minibench.model.tree import NestedSet
from minibench.translate import _

_QUANTITIES = ("actual_qty", "reserved_qty", "ordered_qty", "indented_qty", "projected_qty", "planned_qty")


class Warehouse(NestedSet):
	nsm_parent_field = "parent_warehouse"

	def autoname(self) -> None:
		self.name = (
			name_with_abbreviation(self.warehouse_name, self.company) if self.company else self.warehouse_name
		)

	def on_trash(self, allow_root_deletion: bool = False) -> None:
		for row in get_all("Bin", filters={"warehouse": self.name}, fields=["item_code", *_QUANTITIES]):
			if any(row[quantity] for quantity in _QUANTITIES):
				throw(
					_("Warehouse {0} can not be deleted as quantity exists for Item {1}").format(
						self.name, row.item_code
					)
				)
		if db.exists("Stock Ledger Entry", {"warehouse": self.name}):
			throw(_("Warehouse can not be deleted as stock ledger entry exists for this warehouse."))
		if db.exists("Warehouse", {"parent_warehouse": self.name}):
			throw(_("Child warehouse exists for this warehouse. You can not delete this warehouse."))
		db.delete("Bin", {"warehouse": self.name})
		super().on_trash(True)
		db.set_value("Item Default", {"default_warehouse": self.name}, "default_warehouse", None)
