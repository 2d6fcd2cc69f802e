from __future__ import annotations

from frappe.model.document import Document


class MatchCalibrationSample(Document):
	"""A line of the past that was matched once more, and whether that is what was done. Written by services/calibration.py."""
