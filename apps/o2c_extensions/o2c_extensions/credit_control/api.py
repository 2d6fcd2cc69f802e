"""What the staff page and other programs ask about credit, and how a person's decision is carried out from there."""

from __future__ import annotations

import json
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, get_fullname

from o2c_extensions.common import casebook
from o2c_extensions.common.money import as_float, rounded
from o2c_extensions.credit_control.queries import documents
from o2c_extensions.credit_control.queries.holds import FREE, HOLD
from o2c_extensions.credit_control.queries.policies import POLICY
from o2c_extensions.credit_control.queries.reviews import PROPOSAL
from o2c_extensions.credit_control.queries.terms import PROFILE
from o2c_extensions.credit_control.services import exposure as exposures
from o2c_extensions.credit_control.services import (
	exposure_views,
	policy_problems,
	policy_views,
	proposals,
	queue,
	reviews,
	scores,
)
from o2c_extensions.credit_control.services import policies as policy_service
from o2c_extensions.credit_control.services import simulation as simulations
from o2c_extensions.credit_control.services.holds import act, actions_on
from o2c_extensions.credit_control.services.simulation import SIMULATION

_FIELDS = (
	"name sales_order customer customer_name company currency status reasons credit_limit exposure "
	"order_amount excess creation"
).split()
_OF_PROPOSALS = [
	"name",
	"customer",
	"customer_name",
	"company",
	"currency",
	"credit_profile",
	"direction",
	"current_limit",
	"proposed_limit",
	"peak_exposure",
	"overdue",
	"score",
	"reasons",
	"is_natural_person",
	"proposed_on",
]
_MOST = 200


@frappe.whitelist(methods=["GET"])
def held_orders(company: str | None = None, start: int = 0, limit: int = 50) -> list[dict[str, Any]]:
	"""The holds that wait for a decision, the oldest first, as far as the user may read them."""
	frappe.has_permission(HOLD, "read", throw=True)
	filters: dict[str, Any] = {"status": ("not in", (*FREE, "Rejected"))}
	if company:
		filters["company"] = company
	rows: list[dict[str, Any]] = frappe.get_list(
		HOLD,
		filters=filters,
		fields=_FIELDS,
		order_by="creation asc",
		limit_start=cint(start),
		limit_page_length=_at_most(limit),
	)
	return rows


@frappe.whitelist(methods=["GET"])
def exposure(customer: str, company: str) -> dict[str, Any]:
	"""What is at stake with a customer now, part by part, beside its limit; `available` is None without a limit."""
	frappe.has_permission(HOLD, "read", throw=True)
	frappe.get_doc("Customer", customer).check_permission("read")
	frappe.get_doc("Company", company).check_permission("read")
	found = exposures.credit_of(customer, company)
	limit, has_limit = found.terms.limit, found.terms.has_limit
	return {
		"customer": customer,
		"company": company,
		"currency": found.currency,
		"credit_limit": as_float(limit),
		"has_limit": has_limit,
		"prepay_only": found.terms.prepay_only,
		"source": found.terms.source,
		"checked_at_orders": found.terms.at_orders,
		**exposure_views.amounts(found.exposure),
		"available": as_float(rounded(limit - found.exposure.total, found.currency)) if has_limit else None,
		"parent": exposure_views.parent_of(found),
	}


@frappe.whitelist(methods=["GET"])
def exposure_documents(
	customer: str, company: str, part: str, start: int = 0, limit: int = 50
) -> dict[str, Any]:
	"""The documents of one part of a customer's exposure: `rows` of doctype, name, date, amount; `total` is the part's.

	Args:
		part: open_orders, deliveries_to_bill, receivables or unallocated_payments.
	"""
	frappe.has_permission(HOLD, "read", throw=True)
	frappe.get_doc("Customer", customer).check_permission("read")
	frappe.get_doc("Company", company).check_permission("read")
	return exposure_views.documents_of(customer, company, part, cint(start), _at_most(limit))


@frappe.whitelist(methods=["GET"])
def group_exposure(
	company: str,
	customer_group: str | None = None,
	parent_account: str | None = None,
	start: int = 0,
	limit: int = 50,
) -> dict[str, Any]:
	"""The exposure of a customer group with all below it, or of a parent account with all below it: together, and of each.

	Only customers whom the user may read are in it; `customers` are the largest first, `count` says how many there are.
	"""
	frappe.has_permission(HOLD, "read", throw=True)
	frappe.get_doc("Company", company).check_permission("read")
	filters: dict[str, Any] = {}
	if customer_group:
		filters["customer_group"] = ("in", documents.groups_below(customer_group))
	if parent_account:
		frappe.get_doc("Customer", parent_account).check_permission("read")
		filters["name"] = ("in", exposure_views.below(parent_account, company))
	customers = frappe.get_list("Customer", filters=filters, pluck="name", limit_page_length=0)
	return exposure_views.rolled_up(customers, company, cint(start), _at_most(limit))


@frappe.whitelist(methods=["GET"])
def hold_of(order: str) -> dict[str, Any] | None:
	"""The latest hold of an order, whether it still holds or not, and what of Release and Reject the user may do with it."""
	frappe.has_permission(HOLD, "read", throw=True)
	rows: list[dict[str, Any]] = frappe.get_list(
		HOLD,
		filters={"sales_order": order, "status": ("!=", "Withdrawn")},
		fields=[*_FIELDS, "decided_by", "decided_at", "comment"],
		order_by="creation desc, name desc",
		limit_page_length=1,
	)
	if not rows:
		return None
	hold = rows[0]
	decider = get_fullname(hold["decided_by"]) if hold["decided_by"] else None
	return {**hold, "decider": decider, "actions": actions_on(hold["name"])}


@frappe.whitelist(methods=["GET"])
def score(customer: str, company: str) -> dict[str, Any]:
	"""A customer's credit score as of now, with what was found and what it earns; `score` is None without enough history."""
	frappe.has_permission(PROFILE, "read", throw=True)
	frappe.get_doc("Customer", customer).check_permission("read")
	frappe.get_doc("Company", company).check_permission("read")
	found = scores.score_now(customer, company, casebook.today())
	return {"customer": customer, "company": company, "score": found.value, "inputs": scores.lines(found)}


@frappe.whitelist(methods=["GET"])
def limit_proposals(company: str | None = None, start: int = 0, limit: int = 50) -> list[dict[str, Any]]:
	"""The limits that wait for a person's decision, the oldest first, as far as the user may read them."""
	frappe.has_permission(PROPOSAL, "read", throw=True)
	filters = {"status": proposals.PROPOSED, **({"company": company} if company else {})}
	rows: list[dict[str, Any]] = frappe.get_list(
		PROPOSAL,
		filters=filters,
		fields=_OF_PROPOSALS,
		order_by="creation asc",
		limit_start=cint(start),
		limit_page_length=_at_most(limit),
	)
	return rows


@frappe.whitelist(methods=["POST"])
def accept_proposal(proposal: str, comment: str | None = None) -> dict[str, Any]:
	"""Set a customer's limit as it was proposed, as far as the user's authority goes."""
	frappe.get_doc(PROPOSAL, proposal).check_permission("write")
	return proposals.decide(proposal, "Accepted", comment)


@frappe.whitelist(methods=["POST"])
def decline_proposal(proposal: str, comment: str | None = None) -> dict[str, Any]:
	"""Leave a customer's limit as it is."""
	frappe.get_doc(PROPOSAL, proposal).check_permission("write")
	return proposals.decide(proposal, "Declined", comment)


@frappe.whitelist(methods=["POST"])
def review_customer(customer: str, company: str) -> dict[str, Any]:
	"""Review one customer now: its score, its next review, and a proposal where another limit would fit better."""
	frappe.has_permission(PROFILE, "write", throw=True)
	frappe.get_doc("Customer", customer).check_permission("read")
	frappe.get_doc("Company", company).check_permission("read")
	return {"outcome": reviews.review(customer, company, casebook.today())}


@frappe.whitelist(methods=["POST"])
def release(hold: str, comment: str | None = None) -> dict[str, Any]:
	"""Let a held order go, if the workflow lets this user."""
	frappe.get_doc(HOLD, hold).check_permission("write")
	return act(hold, "Release", comment)


@frappe.whitelist(methods=["POST"])
def reject(hold: str, comment: str | None = None) -> dict[str, Any]:
	"""Refuse a held order, which closes it, if the workflow lets this user."""
	frappe.get_doc(HOLD, hold).check_permission("write")
	return act(hold, "Reject", comment)


@frappe.whitelist(methods=["POST"])
def review(hold: str, comment: str | None = None) -> dict[str, Any]:
	"""Take a hold into review."""
	frappe.get_doc(HOLD, hold).check_permission("write")
	return act(hold, "Review", comment)


@frappe.whitelist(methods=["POST"])
def approve(hold: str, comment: str | None = None) -> dict[str, Any]:
	"""Be the first of the two whom a release takes above the threshold."""
	frappe.get_doc(HOLD, hold).check_permission("write")
	return act(hold, "Approve", comment)


@frappe.whitelist(methods=["POST"])
def decide_many(holds: list[str] | str, action: str, comment: str | None = None) -> list[dict[str, Any]]:
	"""Review, Approve, Release or Reject many holds; each has its own outcome, in the order that was asked for."""
	frappe.has_permission(HOLD, "write", throw=True)
	names = json.loads(holds) if isinstance(holds, str) else holds
	if action not in ("Review", "Approve", "Release", "Reject"):
		frappe.throw(_("{0} is no action on a hold.").format(action))
	if len(names) > _MOST:
		frappe.throw(_("Not more than {0} at once.").format(_MOST))
	return queue.act_on_all([str(name) for name in names], action, comment)


@frappe.whitelist(methods=["POST"])
def set_priority(hold: str, priority: int) -> dict[str, Any]:
	"""Put a hold before others (1) or behind them (9)."""
	frappe.get_doc(HOLD, hold).check_permission("write")
	return queue.set_priority(hold, cint(priority))


@frappe.whitelist(methods=["GET"])
def hold_queue(
	company: str | None = None,
	status: str | None = None,
	customer: str | None = None,
	checkpoint: str | None = None,
	cause: str | None = None,
	document: str | None = None,
	priority: int = 0,
	escalated: bool | int = False,
	sort: str = "priority",
	start: int = 0,
	limit: int = 50,
) -> dict[str, Any]:
	"""The queue of holds that the user may read: those that wait, unless a state is asked for."""
	frappe.has_permission(HOLD, "read", throw=True)
	filters = {
		"company": company,
		"status": status,
		"customer": customer,
		"checkpoint": checkpoint,
		"cause": cause,
		"document": document,
		"priority": cint(priority),
		"escalated": cint(escalated),
	}
	return queue.page(filters, sort, max(cint(start), 0), _at_most(limit))


@frappe.whitelist(methods=["GET"])
def hold(name: str) -> dict[str, Any]:
	"""One hold with all that a person decides by, and what they may do with it."""
	frappe.get_doc(HOLD, name).check_permission("read")
	return queue.one(name)


@frappe.whitelist(methods=["GET"])
def hold_history(hold: str) -> list[dict[str, Any]]:
	"""What has happened to a hold, the oldest first."""
	frappe.get_doc(HOLD, hold).check_permission("read")
	return queue.history(hold)


@frappe.whitelist(methods=["GET"])
def my_authority(company: str) -> dict[str, Any]:
	"""Up to which amount the user may release in a company, and above which it takes two."""
	frappe.has_permission(HOLD, "read", throw=True)
	return queue.my_authority(company)


# --- policies ------------------------------------------------------------------------------------------------------------

_POLICY_FIELDS = [
	"name",
	"for_company",
	"currency",
	"is_active",
	"active_version",
	"activated_by",
	"activated_at",
]


@frappe.whitelist(methods=["GET"])
def policies() -> list[dict[str, Any]]:
	"""The policies, those in force first: each with its company (empty: all that have none of their own)."""
	frappe.has_permission(POLICY, "read", throw=True)
	rows: list[dict[str, Any]] = frappe.get_list(
		POLICY,
		fields=[*_POLICY_FIELDS, "description", "modified"],
		order_by="is_active desc, name asc",
		limit_page_length=0,
	)
	return rows


@frappe.whitelist(methods=["GET"])
def policy(name: str) -> dict[str, Any]:
	"""The working copy with its rules and exclusions in order, its versions, and whether it differs from the one in force."""
	frappe.get_doc(POLICY, name).check_permission("read")
	return policy_views.whole(name)


@frappe.whitelist(methods=["GET"])
def policy_vocabulary() -> dict[str, Any]:
	"""What an editor offers: tests with the bounds that they use, outcomes, checkpoints, the names that a condition may use."""
	frappe.has_permission(POLICY, "read", throw=True)
	return policy_views.vocabulary()


@frappe.whitelist(methods=["POST"])
def validate_policy(policy: dict[str, Any]) -> list[dict[str, Any]]:
	"""What is wrong with a working copy, saved or not: nothing if it may be activated. Changes nothing."""
	frappe.has_permission(POLICY, "read", throw=True)
	return [policy_problems.as_row(problem) for problem in policy_service.problems_of(policy)]


@frappe.whitelist(methods=["POST"])
def activate_policy(name: str) -> dict[str, Any]:
	"""Put the saved working copy into force."""
	frappe.get_doc(POLICY, name).check_permission("write")
	return {"policy": name, "version": policy_service.activate(name)}


@frappe.whitelist(methods=["POST"])
def simulate_policy(
	policy: str,
	months: int = 12,
	company: str | None = None,
	written: dict[str, Any] | None = None,
	late_days: int = 30,
) -> dict[str, Any]:
	"""Try a policy on the orders of the last months, beside the one in force; `written` is a working copy not saved yet."""
	frappe.get_doc(POLICY, policy).check_permission("write")
	return simulations.start(policy, cint(months), company, written, cint(late_days))


@frappe.whitelist(methods=["GET"])
def simulation(name: str, start: int = 0, limit: int = 50) -> dict[str, Any]:
	"""How far a simulation is, its sums side by side, and the orders that either policy would have held."""
	frappe.get_doc(SIMULATION, name).check_permission("read")
	return simulations.result(name, cint(start), _at_most(limit))


@frappe.whitelist(methods=["GET"])
def simulations_of(policy: str) -> list[dict[str, Any]]:
	"""The simulations of a policy, the newest first."""
	frappe.has_permission(SIMULATION, "read", throw=True)
	rows: list[dict[str, Any]] = frappe.get_list(
		SIMULATION,
		filters={"policy": policy},
		fields=["name", "creation", "owner", "current_version", "months", "from_date", "to_date", "orders"],
		order_by="creation desc",
		limit_page_length=20,
	)
	return rows


def _at_most(limit: int) -> int:
	return int(min(max(cint(limit), 1), _MOST))
