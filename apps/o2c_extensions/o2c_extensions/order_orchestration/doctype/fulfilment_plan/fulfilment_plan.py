from __future__ import annotations

from frappe.model.document import Document

from o2c_extensions.common.audit import require


class FulfilmentPlan(Document):
	"""Where the lines of an order come from, and when they are promised. Written by order_orchestration/services.py."""

	def before_insert(self) -> None:
		require("plan")
