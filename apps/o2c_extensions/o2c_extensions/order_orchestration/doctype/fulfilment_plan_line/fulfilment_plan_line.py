from __future__ import annotations

from frappe.model.document import Document


class FulfilmentPlanLine(Document):
	"""A line of an order, or the part of it that comes from one place. Quantities are in the unit of the order's row."""
