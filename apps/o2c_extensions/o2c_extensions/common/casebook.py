"""The case: what one order, its promises, holds, deliveries, invoices and receipts have in common.

A case is named after the document that opened it. Documents carry its id in `o2c_case`; what happens to them is written
into the case as O2C Events.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import frappe
from frappe.utils import now_datetime

from o2c_extensions.common import chain
from o2c_extensions.common.audit import as_system

# In the order in which the money comes: the options of O2C Event's field `stage`.
STAGES = (
	"Order",
	"Promise",
	"Credit",
	"Release",
	"Delivery",
	"Invoice",
	"Collection",
	"Receipt",
	"Closed",
)


def join_case(doc: Any, source: str | None = None) -> str:
	"""Give `doc` its case and return it: the one it has, that of the document it amends, `source`, or its own name.

	Args:
		source: the case of the document that `doc` was made from.
	"""
	if doc.o2c_case:
		return str(doc.o2c_case)
	if doc.get("amended_from"):
		source = frappe.db.get_value(doc.doctype, doc.amended_from, "o2c_case") or source
	case = str(source or doc.name)
	if doc.is_new():
		doc.o2c_case = case
	else:
		doc.db_set("o2c_case", case, update_modified=False)
	return case


def record_event(
	case: str,
	stage: str,
	event: str,
	reference_doctype: str,
	reference_name: str,
	details: Mapping[str, Any] | None = None,
	time: datetime | None = None,
) -> str:
	"""Write into `case` what happened at `stage`. Returns the name of the O2C Event.

	Args:
		stage: one of STAGES.
		event: what happened, one or two words: "Submitted", "Held", "Promise Broken".
		time: when it happened; now, unless it is told later than it happened.
	"""
	with as_system("event") as system:
		doc = system.insert(
			{
				"doctype": "O2C Event",
				"o2c_case": case,
				"stage": stage,
				"event": event,
				"event_time": time or now_datetime(),
				"actor": frappe.session.user,
				"reference_doctype": reference_doctype,
				"reference_name": reference_name,
				"details": chain.canonical(dict(details or {})),
			}
		)
	return str(doc.name)
