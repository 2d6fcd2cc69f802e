from __future__ import annotations

from frappe.model.document import Document


class MatchSimulationLine(Document):
	"""A past line: what was done with it, and what two rule sets would have done. Written by services/match_simulation.py."""
