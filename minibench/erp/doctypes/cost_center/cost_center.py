"""Cost Center: where in a company a cost or a sale belongs."""

from __future__ import annotations

from minibench.collaboration.messages import throw
from minibench.context import db
from minibench.erp.companies import get_autoname_with_number
from minibench.model.tree import NestedSet
from minibench.translate import _
from minibench.values.text import bold


class CostCenter(NestedSet):
	nsm_parent_field = "parent_cost_center"

	def autoname(self) -> None:
		self.name = get_autoname_with_number(self.cost_center_number, self.cost_center_name, self.company)

	def validate(self) -> None:
		if self.cost_center_name != self.company and not self.parent_cost_center:
			throw(_("Please enter parent cost center"))
		if self.cost_center_name == self.company and self.parent_cost_center:
			throw(_("Root cannot have a parent cost center"))
		if self.parent_cost_center and not db.get_value("Cost Center", self.parent_cost_center, "is_group"):
			throw(
				_("{0} is not a group node. Please select a group node as parent cost center").format(
					bold(self.parent_cost_center)
				)
			)
