from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from o2c_extensions.credit_control.services import policies

# Written when a policy is activated: what a form or a program sends for them is not taken.
_OURS = {"is_active": 0, "active_version": None, "activated_by": None, "activated_at": None}


class CreditPolicy(Document):
	"""The working copy of a policy. Nothing is decided by it until it is activated, which makes a Credit Policy Version."""

	def validate(self) -> None:
		before = self.get_doc_before_save()
		self.update({field: before.get(field) if before else nothing for field, nothing in _OURS.items()})
		if before and before.is_active and (before.for_company or "") != (self.for_company or ""):
			frappe.throw(
				_("The policy is in force for {0}.").format(before.for_company or _("all companies"))
			)
		policies.refuse_problems(self.as_dict())

	def on_trash(self) -> None:
		if policies.has_versions(self.name):
			frappe.throw(
				_("{0} was in force: what was decided by it stays on record.").format(self.name),
				frappe.LinkExistsError,
			)
