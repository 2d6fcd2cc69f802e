from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from o2c_extensions.cash_application.services import calibration


class MatchCalibration(Document):
	"""What errors cost, and what the replayed history of a company has shown: services/calibration.py computes it."""

	def validate(self) -> None:
		before = self.get_doc_before_save()
		self.update({field: before.get(field) if before else None for field in calibration.OURS})
		if not before:
			self.update({"status": calibration.BUILT_IN})
		if not self.cost_wrong or not self.cost_look or not self.cost_misled:
			frappe.throw(_("Every cost is more than zero."))
		if not 1 <= self.months <= calibration.MOST_MONTHS:
			frappe.throw(_("The history is 1 to {0} months.").format(calibration.MOST_MONTHS))
		known = frappe.db.get_value(
			"Match Calibration", {"for_company": self.for_company or ("is", "not set")}, "name"
		)
		if known and known != self.name:
			frappe.throw(
				_("{0} is for {1} already.").format(known, self.for_company or _("all companies")),
				frappe.DuplicateEntryError,
			)
		self.update(calibration.shown_thresholds(self))
