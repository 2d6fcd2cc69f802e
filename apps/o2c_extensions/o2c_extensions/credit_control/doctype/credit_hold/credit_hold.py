from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from o2c_extensions.common.audit import require
from o2c_extensions.credit_control.services import holds as services

DECIDED = ("Released", "Rejected")
# Written by the app: what a form or a program sends for them is not taken.
_OURS = ("reasons", "causes", "decided_by", "decided_at")


class CreditHold(Document):
	"""An order that a person has to decide about. Made by credit_control/services.py, decided through its workflow."""

	def before_insert(self) -> None:
		require("credit hold")

	def validate(self) -> None:
		before = self.get_doc_before_save()
		if self.is_new() or not before:
			return
		self.update({field: before.get(field) for field in _OURS})
		if self.status == before.status:
			return
		if "Withdrawn" in (self.status, before.status):
			frappe.throw(_("A hold is withdrawn by cancelling its order, and by nothing else."))
		services.require_open_order(self)
		decided = self.status in DECIDED
		self.decided_by = frappe.session.user if decided else None
		self.decided_at = now_datetime() if decided else None

	def on_update(self) -> None:
		before = self.get_doc_before_save()
		if not before or before.status == self.status:
			return
		if self.status == "Released":
			services.release(self)
		elif self.status == "Rejected":
			services.reject(self)
		elif before.status in DECIDED:
			services.hold_again(self)

	def on_trash(self) -> None:
		frappe.throw(_("A hold stays on record."), frappe.PermissionError)
