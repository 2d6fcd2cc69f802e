from __future__ import annotations

import frappe
from frappe import _

from o2c_extensions.common.immutable import ImmutableDocument


class O2CDecisionChain(ImmutableDocument):
	"""Where the chain of decisions ends. Moved on by common/decisions.py; whoever locks it may add to the chain."""

	def before_insert(self) -> None:
		if frappe.db.count(self.doctype):
			frappe.throw(_("A site has one chain of decisions."))
