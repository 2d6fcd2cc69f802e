from __future__ import annotations

from frappe.model.document import Document


class ReconciliationRule(Document):
	"""A row of a rule set, read by domain/rule_form.py."""
