from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from o2c_extensions.common.audit import require


class MatchProposal(Document):
	"""What the rules make of a line: to be posted, proposed, or left to a person. Each line has one that is alive."""

	def before_insert(self) -> None:
		require("match proposal")

	def before_save(self) -> None:
		if not self.is_new():
			require("match proposal")

	def on_trash(self) -> None:
		frappe.throw(_("A proposal stays on record."), frappe.PermissionError)
