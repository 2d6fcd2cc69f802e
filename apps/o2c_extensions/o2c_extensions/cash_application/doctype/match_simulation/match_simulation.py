from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from o2c_extensions.common.audit import require


class MatchSimulation(Document):
	"""What an edited rule set would have done with past lines, beside the one in force. Written by services/match_simulation.py."""

	def before_insert(self) -> None:
		require("match simulation")

	def validate(self) -> None:
		if not self.is_new():
			frappe.throw(_("A simulation is not changed: make another one."), frappe.PermissionError)
