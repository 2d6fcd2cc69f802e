from __future__ import annotations

from frappe.model.document import Document


class RemittanceAdviceDocument(Document):
	"""One document that a payment is said to settle."""
