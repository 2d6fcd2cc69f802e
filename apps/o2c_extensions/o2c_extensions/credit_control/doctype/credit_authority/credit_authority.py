from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document


class CreditAuthority(Document):
	"""Up to which amount a role may release holds, in one company or in all.

	Its company is not in a field `company`: the framework would fill that with the default company.
	"""

	def validate(self) -> None:
		if self.any_amount:
			self.up_to = 0
		company = self.for_company or ("is", "not set")
		same = {"role": self.role, "for_company": company, "name": ("!=", self.name)}
		if frappe.db.exists(self.doctype, same):
			frappe.throw(
				_("{0} has an authority in {1} already: change that one.").format(
					frappe.bold(_(self.role)), frappe.bold(self.for_company or _("all companies"))
				),
				frappe.DuplicateEntryError,
			)
