from __future__ import annotations

from frappe.model.document import Document


class ReconciliationLimit(Document):
	"""How much of one kind of difference a rule may book, read by domain/rule_tables.py."""
