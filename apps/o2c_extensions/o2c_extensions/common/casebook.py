"""The case: what one order, its promises, holds, deliveries, invoices and receipts have in common.

A case is named after the document that opened it. Documents carry its id in `o2c_case`; what happens to them is written
into the case as O2C Events.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

import frappe
from frappe.utils import get_datetime, get_time, getdate
from frappe.utils import now as now_as_text

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


def cases(doctype: str, names: Iterable[str | None]) -> dict[str, str]:
	"""The case of each of these documents that has one: {name: case}, in the order of `names`."""
	wanted = list(dict.fromkeys(name for name in names if name))
	if not wanted:
		return {}
	rows = frappe.get_all(
		doctype, filters={"name": ("in", wanted)}, fields=["name", "o2c_case"], limit_page_length=0
	)
	found = {row.name: row.o2c_case for row in rows if row.o2c_case}
	return {name: found[name] for name in wanted if name in found}


def now() -> datetime:
	"""Now, on the business day: `frappe.flags.current_date`, which the framework's own stamps follow too, replays another one."""
	moment: datetime = get_datetime(now_as_text())
	return moment


def today() -> date:
	"""The business day (see `now`)."""
	return now().date()


def moment_of(doc: Any) -> datetime:
	"""When what `doc` says happened: now for a document of today, else the day that it bears, at its posting time or noon."""
	moment = now()
	day = getdate(doc.get("posting_date") or doc.get("transaction_date") or doc.get("date") or moment)
	if day == moment.date():
		return moment
	clock = get_time(doc.posting_time) if doc.get("posting_time") else time(12)
	return datetime.combine(day, clock.replace(microsecond=0, tzinfo=None))


def record_event(
	case: str,
	stage: str,
	event: str,
	reference_doctype: str,
	reference_name: str,
	details: Mapping[str, Any] | None = None,
	at: datetime | None = None,
) -> str:
	"""Write into `case` what happened at `stage`. Returns the name of the O2C Event.

	Args:
		stage: one of STAGES.
		event: what happened, one or two words: "Submitted", "Held", "Promise Broken".
		at: when it happened; now, unless it is told later than it happened (see `moment_of`).
	"""
	with as_system("event") as system:
		doc = system.insert(
			{
				"doctype": "O2C Event",
				"o2c_case": case,
				"stage": stage,
				"event": event,
				"event_time": at or now(),
				"actor": frappe.session.user,
				"reference_doctype": reference_doctype,
				"reference_name": reference_name,
				"details": chain.canonical(dict(details or {})),
			}
		)
	return str(doc.name)
