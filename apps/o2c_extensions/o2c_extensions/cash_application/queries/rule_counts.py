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
BY_HAND = "by hand"
COUNTERS = ("fired", "posted", "proposed", "confirmed", "corrected", "left")


def counts(rule_set: str) -> dict[str, dict[str, Any]]:
	"""title -> how often it fired, what came of it, and when it last did, over all versions of the set. Two queries."""
	proposal, version = frappe.qb.DocType(PROPOSAL), frappe.qb.DocType(VERSION)
	rows = (
		frappe.qb.from_(proposal)
		.join(version)
		.on(version.name == proposal.rule_set_version)
		.select(
			proposal.rule,
			proposal.status,
			proposal.action,
			Count(proposal.name).as_("times"),
			Max(proposal.creation).as_("last"),
		)
		.where((version.rule_set == rule_set) & proposal.status.isin(list(_COUNTED)))
		.groupby(proposal.rule, proposal.status, proposal.action)
		.run(as_dict=True)
	)
	otherwise = _done_otherwise(rule_set)
	found: dict[str, dict[str, Any]] = {}
	for row in rows:
		counted = found.setdefault(row.rule or "", {**dict.fromkeys(COUNTERS, 0), "last_fired": None})
		if row.status == "Confirmed" and row.action == BY_HAND:
			# What a person made of a line that was left to them is no correction.
			corrected = min(otherwise.get(row.rule or "", 0), row.times)
			counted["corrected"] += corrected
			counted["left"] += row.times - corrected
		else:
			counted[_COUNTED[row.status]] += row.times
		counted["fired"] += row.times
		last = str(row.last)
		counted["last_fired"] = max(counted["last_fired"] or last, last)
	return found


def _done_otherwise(rule_set: str) -> dict[str, int]:
	"""title -> how many lines a person has matched by hand for which somebody else was proposed, or an account."""
	made, before = frappe.qb.DocType(PROPOSAL), frappe.qb.DocType(PROPOSAL).as_("before")
	version = frappe.qb.DocType(VERSION)
	rows = (
		frappe.qb.from_(made)
		.join(version)
		.on(version.name == made.rule_set_version)
		.join(before)
		.on((before.bank_transaction == made.bank_transaction) & (before.rule == made.rule))
		.select(made.rule, Count(made.name).distinct().as_("times"))
		.where(
			(version.rule_set == rule_set)
			& (made.status == "Confirmed")
			& (made.action == BY_HAND)
			& (before.status == "Superseded")
			& (before.customer.isnotnull() | before.action.isin(["book to account", "split"]))
		)
		.groupby(made.rule)
		.run(as_dict=True)
	)
	return {row.rule or "": row.times for row in rows}
