"""How often each rule of a set was the one that governed a line, and how often a person then did something else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import frappe
from frappe.query_builder.functions import Count, Max

from o2c_extensions.cash_application.queries.doctypes import PROPOSAL
from o2c_extensions.cash_application.queries.rule_sets import VERSION

# What each status of a proposal counts as. What was superseded was only looked at anew: the one that came after it counts.
_COUNTED: Mapping[str, str] = {
	"To Post": "proposed",
	"Proposed": "proposed",
	"Left": "left",
	"Posted": "posted",
	"Confirmed": "confirmed",
	"Declined": "corrected",
	"Undone": "corrected",
}
COUNTERS = ("fired", "posted", "proposed", "confirmed", "corrected", "left")


def counts(rule_set: str) -> dict[str, dict[str, Any]]:
	"""title -> how often it fired, what came of it, and when it last did, over all versions of the set. One query."""
	proposal, version = frappe.qb.DocType(PROPOSAL), frappe.qb.DocType(VERSION)
	rows = (
		frappe.qb.from_(proposal)
		.join(version)
		.on(version.name == proposal.rule_set_version)
		.select(
			proposal.rule,
			proposal.status,
			Count(proposal.name).as_("times"),
			Max(proposal.creation).as_("last"),
		)
		.where((version.rule_set == rule_set) & proposal.status.isin(list(_COUNTED)))
		.groupby(proposal.rule, proposal.status)
		.run(as_dict=True)
	)
	found: dict[str, dict[str, Any]] = {}
	for row in rows:
		counted = found.setdefault(row.rule or "", {**dict.fromkeys(COUNTERS, 0), "last_fired": None})
		counted[_COUNTED[row.status]] += row.times
		counted["fired"] += row.times
		last = str(row.last)
		counted["last_fired"] = max(counted["last_fired"] or last, last)
	return found
