from __future__ import annotations

from frappe.model.document import Document

from o2c_extensions.credit_control.services import policies


class CreditPolicy(Document):
	"""The working copy of a policy. Nothing is decided by it until it is activated, which makes a Credit Policy Version."""

	def validate(self) -> None:
		policies.VERSIONS.keep_ours(self)
		policies.refuse_problems(self.as_dict())

	def on_trash(self) -> None:
		policies.VERSIONS.refuse_deletion(self)
