"""Customer Group: a tree below "All Customer Groups"."""

from __future__ import annotations

from typing import Any

from minibench.context import db
from minibench.model.tree import NestedSet


class CustomerGroup(NestedSet):
	parent_customer_group: Any

	nsm_parent_field = "parent_customer_group"

	def validate(self) -> None:
		if (
			not self.parent_customer_group
			and self.name != "All Customer Groups"
			and db.exists("Customer Group", "All Customer Groups")
		):
			self.parent_customer_group = "All Customer Groups"
