from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document


class O2CRunItem(Document):
	"""One item of a run. Rows are written by common/batch.py, many at a time and past this class."""

	def validate(self) -> None:
		frappe.throw(_("The items of a run are written by its runner only."), frappe.PermissionError)


def on_doctype_update() -> None:
	frappe.db.add_index("O2C Run Item", ["run", "status", "idx"])
