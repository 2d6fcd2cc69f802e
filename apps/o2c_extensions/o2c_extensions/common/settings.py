"""What an administrator has set for order to cash."""

from __future__ import annotations

from typing import Any

import frappe


def setting(fieldname: str) -> Any:
	"""The value of a field of O2C Settings: a switch is 0 or 1, a number of days is an int."""
	return frappe.get_cached_doc("O2C Settings").get(fieldname)
