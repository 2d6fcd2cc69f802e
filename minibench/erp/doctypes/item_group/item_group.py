"""Item Group: a tree below "All Item Groups"."""

from __future__ import annotations

from typing import Any

from minibench.context import db
from minibench.model.tree import NestedSet


class ItemGroup(NestedSet):
	parent_item_group: Any

	nsm_parent_field = "parent_item_group"

	def validate(self) -> None:
		if (
			not self.parent_item_group
			and self.name != "All Item Groups"
			and db.exists("Item Group", "All Item Groups")
		):
			self.parent_item_group = "All Item Groups"
