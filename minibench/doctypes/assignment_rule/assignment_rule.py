"""Assignment Rule: gives documents that meet a condition to users in turn."""

from __future__ import annotations

from collections import Counter
from typing import Any

from minibench.automation import assign, assignment, registry
from minibench.context import flags
from minibench.model.document import Document


class AssignmentRule(Document):
	def validate(self) -> None:
		from minibench.collaboration.messages import throw
		from minibench.translate import _
		from minibench.values.text import bold, comma_and

		if self.document_type == "ToDo":
			throw(_("Assignment Rule is not allowed on document type {0}").format(bold(_("ToDo"))))
		repeated = [day for day, count in Counter(self.get_assignment_days()).items() if count > 1]
		if repeated:
			throw(
				_("The following Assignment Days have been repeated: {0}").format(
					comma_and([_(day) for day in repeated], add_quotes=False)
				)
			)

	def on_update(self) -> None:
		registry.touched()

	def after_delete(self) -> None:
		registry.touched()

	def after_rename(self, *_args: Any) -> None:
		registry.touched()

	def apply_unassign(self, doc: Any, assignments: list[Any]) -> bool:
		"""Take back what this rule has assigned, if its condition says so."""
		mine = any(row.assignment_rule == self.name for row in assignments)
		if self.unassign_condition and mine and self.safe_eval("unassign_condition", doc):
			return assign.clear(doc.get("doctype"), doc.get("name"), ignore_permissions=True)
		return False

	def apply_assign(self, doc: Any) -> bool:
		return bool(self.safe_eval("assign_condition", doc)) and assignment.do_assignment(self, doc)

	def close_assignments(self, doc: Any) -> bool:
		if not self.safe_eval("close_condition", doc):
			return False
		return assign.close_all_assignments(doc.get("doctype"), doc.get("name"), ignore_permissions=True)

	def safe_eval(self, fieldname: str, doc: Any) -> Any:
		"""The value of a condition. A condition that fails is false: it must not keep the document from being saved."""
		from minibench.automation.safe_exec import safe_eval
		from minibench.collaboration.messages import msgprint
		from minibench.translate import _

		try:
			if self.get(fieldname):
				return safe_eval(self.get(fieldname), None, doc)
		except Exception as error:
			msgprint(_("Auto assignment failed: {0}").format(str(error)), indicator="orange")
		return False

	def get_assignment_days(self) -> list[str]:
		return [row.day for row in self.get("assignment_days") or ()]

	def is_rule_not_applicable_today(self) -> bool:
		from minibench.values.dates import get_weekday

		days = self.get_assignment_days()
		return bool(days) and (flags.assignment_day or get_weekday()) not in days
