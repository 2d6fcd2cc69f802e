"""Supplier Group: a tree below "All Supplier Groups"."""

from __future__ import annotations

from typing import Any

from minibench.context import db
from minibench.model.tree import NestedSet


class SupplierGroup(NestedSet):
	parent_supplier_group: Any

	nsm_parent_field = "parent_supplier_group"

	def validate(self) -> None:
		if (
			not self.parent_supplier_group
			and self.name != "All Supplier Groups"
			and db.exists("Supplier Group", "All Supplier Groups")
		):
			self.parent_supplier_group = "All Supplier Groups"
