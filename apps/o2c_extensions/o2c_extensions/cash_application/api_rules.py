"""What the rule set editor and other programs ask about reconciliation rules, their simulation and calibration.

Under `o2c_extensions.cash_application.api_rules.`
"""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, getdate

from o2c_extensions.cash_application.queries.calibrations import CALIBRATION
from o2c_extensions.cash_application.queries.match_simulations import SIMULATION
from o2c_extensions.cash_application.queries.rule_sets import RULE_SET, VERSION
from o2c_extensions.cash_application.services import (
	calibration as calibrations,
)
from o2c_extensions.cash_application.services import (
	match_simulation,
	rule_problems,
	rule_saving,
	rule_sets,
	rule_views,
)

_MOST = 200


@frappe.whitelist(methods=["GET"])
def list_rule_sets() -> list[dict[str, Any]]:
	"""The rule sets, those in force first: each with its company (empty: all that have none of their own)."""
	frappe.has_permission(RULE_SET, "read", throw=True)
	rows: list[dict[str, Any]] = frappe.get_list(
		RULE_SET, fields=list(rule_views.HEAD), order_by="is_active desc, name asc", limit_page_length=0
	)
	return rows


@frappe.whitelist(methods=["GET"])
def rule_set(name: str) -> dict[str, Any]:
	"""The working copy with its tables in order, its versions, and how often each rule fired and was corrected."""
	frappe.get_doc(RULE_SET, name).check_permission("read")
	return rule_views.whole(name)


@frappe.whitelist(methods=["GET"])
def vocabulary() -> dict[str, Any]:
	"""What an editor offers: actions with the fields that they use, and what a condition may ask for."""
	frappe.has_permission(RULE_SET, "read", throw=True)
	return rule_views.vocabulary()


@frappe.whitelist(methods=["POST"])
def save_rule_set(
	rule_set: dict[str, Any], name: str | None = None, modified: str | None = None
) -> dict[str, Any]:
	"""Save a working copy, or make a new one (`set_name`, no `name`). Returns it as `rule_set` does.

	Args:
		rule_set: `for_company`, `description`, `rules`, `limits`, `shares`: tables are replaced as a whole.
		modified: as it was when it was read: if somebody else has saved since then, nothing is saved.
	"""
	frappe.has_permission(RULE_SET, "write" if name else "create", throw=True)
	return rule_views.whole(rule_saving.save(rule_set, name, modified))


@frappe.whitelist(methods=["POST"])
def validate_rule_set(rule_set: dict[str, Any]) -> list[dict[str, Any]]:
	"""What is wrong with a working copy, saved or not: nothing if it may be activated. Changes nothing."""
	frappe.has_permission(RULE_SET, "read", throw=True)
	return [rule_problems.as_row(problem) for problem in rule_sets.problems_of(rule_set)]


@frappe.whitelist(methods=["POST"])
def activate_rule_set(name: str) -> dict[str, Any]:
	"""Put the saved working copy into force."""
	frappe.get_doc(RULE_SET, name).check_permission("write")
	return {"rule_set": name, "version": rule_sets.activate(name)}


@frappe.whitelist(methods=["GET"])
def versions(rule_set: str) -> list[dict[str, Any]]:
	"""The versions of a rule set, the newest first."""
	frappe.get_doc(RULE_SET, rule_set).check_permission("read")
	return rule_sets.VERSIONS.all_of(rule_set)


@frappe.whitelist(methods=["GET"])
def compare_versions(version: str, other: str | None = None) -> dict[str, Any]:
	"""What two versions say (`before`, `after`); without the other one, the working copy stands beside it."""
	frappe.get_doc(VERSION, version).check_permission("read")
	if other:
		frappe.get_doc(VERSION, other).check_permission("read")
	return rule_views.compared(version, other)


@frappe.whitelist(methods=["GET"])
def rules_in_force(company: str) -> dict[str, Any]:
	"""Which version a company's lines are matched by, and from which probability on it posts and proposes."""
	frappe.has_permission(RULE_SET, "read", throw=True)
	frappe.get_doc("Company", company).check_permission("read")
	found = rule_sets.rules_in_force(company)
	thresholds = found.setup.thresholds
	return {
		"company": company,
		"version": found.version or None,
		"rules": [rule.name for rule in found.rules],
		"post_from": str(thresholds.post),
		"propose_from": str(thresholds.propose),
		"is_measured": bool(found.setup.calibration.steps),
	}


@frappe.whitelist(methods=["POST"])
def simulate_rule_set(
	rule_set: str,
	from_date: date,
	to_date: date | None = None,
	company: str | None = None,
	written: dict[str, Any] | None = None,
) -> dict[str, Any]:
	"""Try a rule set on the lines of some days, beside the one in force; `written` is a working copy not saved yet."""
	frappe.get_doc(RULE_SET, rule_set).check_permission("write")
	return match_simulation.start(
		rule_set, getdate(from_date), getdate(to_date) if to_date else None, company, written
	)


@frappe.whitelist(methods=["GET"])
def simulation(name: str, show: str = "differ", start: int = 0, limit: int = 50) -> dict[str, Any]:
	"""How far a simulation is, its sums side by side, and its lines: those that `differ`, those that are `wrong`, or `all`."""
	frappe.get_doc(SIMULATION, name).check_permission("read")
	if show not in ("differ", "wrong", "all"):
		frappe.throw(_("Show what differs, what is wrong, or all: not {0}.").format(show))
	return match_simulation.result(name, show, max(cint(start), 0), _at_most(limit))


@frappe.whitelist(methods=["GET"])
def simulations_of(rule_set: str) -> list[dict[str, Any]]:
	"""The simulations of a rule set, the newest first."""
	frappe.has_permission(SIMULATION, "read", throw=True)
	rows: list[dict[str, Any]] = frappe.get_list(
		SIMULATION,
		filters={"rule_set": rule_set},
		fields=[
			"name",
			"creation",
			"owner",
			"current_version",
			"from_date",
			"to_date",
			"line_count",
			"differ",
		],
		order_by="creation desc",
		limit_page_length=20,
	)
	return rows


@frappe.whitelist(methods=["GET"])
def list_calibrations() -> list[dict[str, Any]]:
	"""What errors cost, and what replayed history has shown, for each company that has a calibration, and for all others."""
	frappe.has_permission(CALIBRATION, "read", throw=True)
	rows: list[dict[str, Any]] = frappe.get_list(
		CALIBRATION,
		fields=[
			*("name", "for_company", "status", "computed_on", "run", "sample_size", "right_share"),
			*(
				"cost_wrong",
				"cost_look",
				"cost_misled",
				"months",
				"least_sample",
				"post_from",
				"propose_from",
			),
		],
		order_by="name asc",
		limit_page_length=0,
	)
	return rows


@frappe.whitelist(methods=["POST"])
def calibrate(calibration: str) -> dict[str, Any]:
	"""Have a calibration computed from the confirmed history. Returns the O2C Run."""
	frappe.get_doc(CALIBRATION, calibration).check_permission("write")
	return {"calibration": calibration, "run": calibrations.start(calibration)}


def _at_most(limit: int) -> int:
	return int(min(max(cint(limit), 1), _MOST))
