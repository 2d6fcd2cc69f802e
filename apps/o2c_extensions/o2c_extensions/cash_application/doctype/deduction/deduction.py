from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from o2c_extensions.common.audit import require


class Deduction(Document):
	"""What a customer has kept back of an invoice that it paid short: accepted and booked, refused, or settled by itself."""

	def before_insert(self) -> None:
		require("deduction")

	def before_save(self) -> None:
		if not self.is_new():
			require("deduction")

	def on_trash(self) -> None:
		frappe.throw(_("A deduction stays on record."), frappe.PermissionError)
