"""The exposure of customers whose documents are older than the app."""

from __future__ import annotations

import frappe

from o2c_extensions.credit_control.queries.exposure import ENTRY
from o2c_extensions.credit_control.services import rebuild


def sync() -> None:
	"""Compute it once: from then on it is kept."""
	if not frappe.get_all(ENTRY, limit_page_length=1):
		rebuild.build()
