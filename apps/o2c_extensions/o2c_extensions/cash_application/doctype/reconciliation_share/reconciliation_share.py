from __future__ import annotations

from frappe.model.document import Document


class ReconciliationShare(Document):
	"""Where one part of a split line goes, read by domain/rule_tables.py."""
