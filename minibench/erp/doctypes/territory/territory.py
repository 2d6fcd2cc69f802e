"""Territory: a tree below "All Territories"."""

from __future__ import annotations

from minibench.context import db
from minibench.tree import NestedSet


class Territory(NestedSet):
	nsm_parent_field = "parent_territory"

	def validate(self) -> None:
		if (
			not self.parent_territory
			and self.name != "All Territories"
			and db.exists("Territory", "All Territories")
		):
			self.parent_territory = "All Territories"
