"""Territory: a tree below "All Territories"."""

from __future__ import annotations

from typing import Any

from minibench.context import db
from minibench.model.tree import NestedSet


class Territory(NestedSet):
	parent_territory: Any

	nsm_parent_field = "parent_territory"

	def validate(self) -> None:
		if (
			not self.parent_territory
			and self.name != "All Territories"
			and db.exists("Territory", "All Territories")
		):
			self.parent_territory = "All Territories"
