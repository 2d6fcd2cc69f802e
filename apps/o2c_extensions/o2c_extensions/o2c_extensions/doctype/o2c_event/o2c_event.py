from __future__ import annotations

import frappe

from o2c_extensions.common.audit import require
from o2c_extensions.common.immutable import ImmutableDocument


class O2CEvent(ImmutableDocument):
	"""One step of a case. Written by common/casebook.py."""

	def before_insert(self) -> None:
		require("event")


def on_doctype_update() -> None:
	frappe.db.add_index("O2C Event", ["o2c_case", "event_time"])
