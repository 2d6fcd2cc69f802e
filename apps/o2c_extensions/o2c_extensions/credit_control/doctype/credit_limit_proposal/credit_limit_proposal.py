from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from o2c_extensions.common import casebook
from o2c_extensions.common.audit import require
from o2c_extensions.credit_control.services import proposals as services

# What a person writes; the rest is the review's.
_THEIRS = ("status", "comment")


class CreditLimitProposal(Document):
	"""Another limit for a customer, which a person accepts or declines. Made and brought up to date by reviews."""

	def before_insert(self) -> None:
		require("credit review")

	def validate(self) -> None:
		before = self.get_doc_before_save()
		if self.is_new() or not before:
			return
		for field in self.meta.fields:
			if field.fieldname not in _THEIRS and not field.fieldtype.endswith("Break"):
				self.set(field.fieldname, before.get(field.fieldname))
		if before.status != services.PROPOSED:
			frappe.throw(_("{0} is decided: a new review makes a new proposal.").format(self.name))
		if self.status == before.status:
			return
		if self.status not in services.DECIDED:
			frappe.throw(_("A proposal is accepted or declined by a person, and withdrawn by a review."))
		self.decided_by = frappe.session.user
		self.decided_at = casebook.now()

	def on_update(self) -> None:
		before = self.get_doc_before_save()
		if before and before.status != self.status:
			services.carry_out(self)

	def on_trash(self) -> None:
		frappe.throw(_("A proposal stays on record."), frappe.PermissionError)
