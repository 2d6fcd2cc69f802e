from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from o2c_extensions.common.audit import require


class CreditSimulation(Document):
	"""What an edited policy would have done to past orders, beside the policy in force. Written by services/simulation.py."""

	def before_insert(self) -> None:
		require("simulation")

	def validate(self) -> None:
		if not self.is_new():
			frappe.throw(_("A simulation is not changed: make another one."), frappe.PermissionError)
