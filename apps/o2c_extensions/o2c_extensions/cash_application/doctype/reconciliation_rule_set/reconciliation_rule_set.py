from __future__ import annotations

from frappe.model.document import Document

from o2c_extensions.cash_application.services import rule_sets


class ReconciliationRuleSet(Document):
	"""The working copy of a rule set. Nothing is matched by it until it is activated, which makes a version of it."""

	def validate(self) -> None:
		rule_sets.VERSIONS.keep_ours(self)
		rule_sets.refuse_problems(self.as_dict())

	def on_trash(self) -> None:
		rule_sets.VERSIONS.refuse_deletion(self)
