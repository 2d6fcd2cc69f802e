from __future__ import annotations

from frappe.model.document import Document


class DeductionReason(Document):
	"""Why a customer has paid less: freight, a complaint, a bonus. A short payment that a rule opens a deduction for cites it."""
