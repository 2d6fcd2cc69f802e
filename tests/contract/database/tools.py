from __future__ import annotations

from typing import Any

import frappe

PARTY, ORDER, LINE, NODE = "Contract Party", "Contract Order", "Contract Order Line", "Contract Node"
SETTINGS = "Contract Settings"


def names(doctype: str, filters: Any = None, **kwargs: Any) -> str:
	"""The names that match, in their order, as one text that is easily compared."""
	return " ".join(frappe.get_all(doctype, filters=filters, pluck="name", order_by="name", **kwargs))
