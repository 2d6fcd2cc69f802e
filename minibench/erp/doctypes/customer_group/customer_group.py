"""Customer Group: a tree below "All Customer Groups"."""

from __future__ import annotations

from minibench.context import db
from minibench.tree import NestedSet


class CustomerGroup(NestedSet):
	nsm_parent_field = "parent_customer_group"

	def validate(self) -> None:
		if (
			not self.parent_customer_group
			and self.name != "All Customer Groups"
			and db.exists("Customer Group", "All Customer Groups")
		):
			self.parent_customer_group = "All Customer Groups"
