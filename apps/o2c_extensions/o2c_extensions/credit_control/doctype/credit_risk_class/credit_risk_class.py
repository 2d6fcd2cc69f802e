from __future__ import annotations

from frappe.model.document import Document


class CreditRiskClass(Document):
	"""How much a customer is trusted: what policies and reviews go by."""
