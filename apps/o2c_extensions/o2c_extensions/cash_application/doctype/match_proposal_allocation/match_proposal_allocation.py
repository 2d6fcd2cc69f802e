from __future__ import annotations

from frappe.model.document import Document


class MatchProposalAllocation(Document):
	"""What one open document, or an account, gets of a line."""
