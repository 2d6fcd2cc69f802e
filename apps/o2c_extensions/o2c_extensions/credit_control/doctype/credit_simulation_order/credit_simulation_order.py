from __future__ import annotations

from frappe.model.document import Document


class CreditSimulationOrder(Document):
	"""An order that one of the two policies would have held."""
