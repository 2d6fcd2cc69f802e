from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from o2c_extensions.common.batch import JOB_TIMEOUT

# A field's least and greatest sensible value.
BOUNDS = {
	"takeover_seconds": (5, 3600),
	# Less than the job's own limit, with room for a last item.
	"time_budget": (1, JOB_TIMEOUT // 60 - 10),
	"decision_years": (1, 100),
	"idempotency_days": (1, 3650),
	"exposure_horizon_days": (0, 3650),
	"handling_days": (0, 365),
	"supply_days": (0, 730),
	"dunning_gap": (0, 365),
	"release_valid_days": (0, 3650),
	"escalate_after_hours": (0, 8760),
}


class O2CSettings(Document):
	"""What holds for all modules of order to cash."""

	def validate(self) -> None:
		for fieldname, (least, greatest) in BOUNDS.items():
			value = self.get(fieldname)
			if not least <= value <= greatest:
				frappe.throw(
					_("{0} must be between {1} and {2}, not {3}.").format(
						_(self.meta.get_label(fieldname)), least, greatest, value
					)
				)
