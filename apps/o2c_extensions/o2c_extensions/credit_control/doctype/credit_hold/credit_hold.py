from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from o2c_extensions.common.audit import require
from o2c_extensions.credit_control import services


class CreditHold(Document):
	"""An order that a person has to decide about. Made by credit_control/services.py, decided through its workflow."""

	def before_insert(self) -> None:
		require("credit hold")

	def validate(self) -> None:
		if self.is_new() or not self.has_value_changed("status"):
			return
		if self.status == "Withdrawn":
			frappe.throw(_("A hold is withdrawn by cancelling its order."))
		services.require_open_order(self)
		if self.status in ("Released", "Rejected"):
			self.decided_by = frappe.session.user
			self.decided_at = now_datetime()

	def on_update(self) -> None:
		before = self.get_doc_before_save()
		if not before or before.status == self.status:
			return
		if self.status == "Released":
			services.release(self)
		elif self.status == "Rejected":
			services.reject(self)

	def on_trash(self) -> None:
		frappe.throw(_("A hold stays on record."), frappe.PermissionError)
