"""An edited policy tried on past orders, beside the policy in force, before it is activated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, flt, getdate

from o2c_extensions.common import batch, casebook
from o2c_extensions.common.audit import as_system
from o2c_extensions.common.chain import canonical
from o2c_extensions.common.dates import months_before
from o2c_extensions.common.money import as_float
from o2c_extensions.credit_control.domain import policy_form
from o2c_extensions.credit_control.domain import simulation as replaying
from o2c_extensions.credit_control.domain.policy import ORDER, Verdict
from o2c_extensions.credit_control.domain.simulation import Replayed, Tally
from o2c_extensions.credit_control.queries import history
from o2c_extensions.credit_control.queries import policies as policy_queries
from o2c_extensions.credit_control.queries.policies import POLICY
from o2c_extensions.credit_control.services import policies
from o2c_extensions.credit_control.services.judging import Finding
from o2c_extensions.credit_control.services.reasons import sentences
from o2c_extensions.credit_control.services.terms import currency_of, terms_of

KIND = "Credit Simulation"
SIMULATION = "Credit Simulation"
ORDERS = "Credit Simulation Order"
MOST_MONTHS = 60
SIDES = ("new", "current")
_ROW = (
	"name",
	"parent",
	"parenttype",
	"parentfield",
	"idx",
	"creation",
	"modified",
	"owner",
	"modified_by",
	"sales_order",
	"customer",
	"customer_name",
	"date",
	"currency",
	"amount",
	"exposure",
	"credit_limit",
	"new_outcome",
	"current_outcome",
	"payment",
	"days_late",
	"new_reasons",
	"current_reasons",
)


def start(
	policy: str,
	months: int,
	company: str | None = None,
	written: dict[str, Any] | None = None,
	late_days: int = 30,
) -> dict[str, str]:
	"""Make a simulation and the run that carries it out. Returns the names of both."""
	simulation = prepare(policy, months, company, written, late_days)
	run = batch.start(KIND, {"simulation": simulation})
	frappe.db.set_value(SIMULATION, simulation, "run", run, update_modified=False)
	return {"simulation": simulation, "run": run}


def prepare(
	policy: str,
	months: int,
	company: str | None = None,
	written: dict[str, Any] | None = None,
	late_days: int = 30,
) -> str:
	"""Make a simulation of the last months' orders. Returns its name.

	Args:
		company: where the policy is for all companies; the user's own, if none is named.
		written: the working copy as an editor has it; as it is saved, if there is none.
		late_days: paid later than so many days after it was due is not in time.
	"""
	doc = frappe.get_doc(POLICY, policy)
	content = policy_form.content_of(written or doc.as_dict())
	policies.refuse_problems(content)
	where = content["for_company"] or company or frappe.defaults.get_user_default("Company")
	if not where or not frappe.db.exists("Company", where):
		frappe.throw(_("Say for which company the orders are to be looked at."))
	if not 1 <= months <= MOST_MONTHS:
		frappe.throw(_("A simulation is about 1 to {0} months.").format(MOST_MONTHS))
	row = policy_queries.in_force(where)
	if row is None:
		frappe.throw(_("No credit policy is in force for {0}.").format(where), policies.NoPolicyError)
	today = casebook.today()
	with as_system("simulation") as system:
		simulation = system.insert(
			{
				"doctype": SIMULATION,
				"policy": policy,
				"current_version": row.version,
				"company": where,
				"currency": currency_of(where),
				"months": months,
				"from_date": months_before(today, months),
				"to_date": today,
				"late_days": late_days,
				"content": canonical(content),
			}
		)
	return str(simulation.name)


def customers_of(simulation: str) -> list[str]:
	"""Whose orders a simulation is about."""
	doc = frappe.get_doc(SIMULATION, simulation)
	return history.customers(doc.company, getdate(doc.from_date), getdate(doc.to_date))


def replay_customer(simulation: str, customer: str) -> str:
	"""Replay one customer's orders, and add what comes out to the simulation. Says how many orders there were."""
	doc = frappe.get_doc(SIMULATION, simulation)
	today = getdate(doc.to_date)
	new = policies.in_currency(policies.parsed(doc.policy, "", doc.content), doc.currency, today)
	current = policies.in_currency(policies.version_of(doc.current_version), doc.currency, today)
	terms = terms_of([customer], doc.company, today)[customer]
	past = history.past_of(customer, doc.company, doc.currency, terms, today)
	replayed = list(
		replaying.replay(past, new, current, getdate(doc.from_date), today, cint(doc.late_days), today)
	)
	_add(doc, replayed)
	_note(doc, past.customer_name, [each for each in replayed if each.matters])
	return str(len(replayed))


def _add(doc: Any, replayed: list[Replayed]) -> None:
	"""Add to the sums. Nobody else writes them: a run has one runner."""
	values: dict[str, float] = {
		"orders": len(replayed),
		"orders_amount": as_float(sum((each.order.amount for each in replayed), Tally().held_amount)),
	}
	for side in SIDES:
		for field, value in asdict(replaying.tally(replayed, side)).items():
			values[f"{side}_{field}"] = float(value)
	kept = frappe.db.get_value(SIMULATION, doc.name, list(values), as_dict=True, for_update=True)
	sums = {field: flt(flt(kept[field], 4) + value, 4) for field, value in values.items()}
	frappe.db.set_value(SIMULATION, doc.name, sums)


def _note(doc: Any, customer_name: str, replayed: Iterable[Replayed]) -> None:
	now, user = casebook.now(), frappe.session.user
	rows = [
		(
			frappe.generate_hash(length=10),
			doc.name,
			SIMULATION,
			"rows",
			number,
			now,
			now,
			user,
			user,
			each.order.name,
			each.facts.customer,
			customer_name,
			each.order.day,
			each.facts.currency,
			as_float(each.order.amount),
			as_float(each.exposure.total),
			as_float(each.terms.limit),
			each.new.outcome,
			each.current.outcome,
			each.payment,
			each.days_late,
			_reasons(each, each.new),
			_reasons(each, each.current),
		)
		for number, each in enumerate(replayed, 1)
	]
	if rows:
		frappe.db.bulk_insert(ORDERS, list(_ROW), rows)


def _reasons(each: Replayed, verdict: Verdict) -> str:
	finding = Finding(
		each.facts.customer,
		each.facts.currency,
		each.terms,
		each.exposure,
		order_amount=each.order.amount,
		verdict=verdict,
		checkpoint=ORDER,
		facts=each.facts,
	)
	return "\n".join(sentences(finding))


def result(simulation: str, start: int, limit: int) -> dict[str, Any]:
	"""A simulation's sums, side by side, and the orders that either policy would have held, the largest first."""
	doc = frappe.get_doc(SIMULATION, simulation)
	rows = frappe.get_all(
		ORDERS,
		filters={"parent": simulation},
		fields=list(_ROW[9:]),
		order_by="amount desc, sales_order asc",
		limit_start=start,
		limit_page_length=limit,
	)
	status = (
		frappe.db.get_value("O2C Run", doc.run, ["status", "progress", "error"], as_dict=True)
		if doc.run
		else None
	)
	return {
		"name": doc.name,
		"policy": doc.policy,
		"current_version": doc.current_version,
		"company": doc.company,
		"currency": doc.currency,
		"months": doc.months,
		"from_date": str(doc.from_date),
		"to_date": str(doc.to_date),
		"late_days": doc.late_days,
		"run": doc.run,
		"status": status.status if status else "Completed",
		"progress": status.progress if status else 100.0,
		"error": status.error if status else None,
		"orders": doc.orders,
		"orders_amount": doc.orders_amount,
		**{side: {field: doc.get(f"{side}_{field}") for field in asdict(Tally())} for side in SIDES},
		"difference": _difference(simulation),
		"rows": [{**row, "date": str(row.date)} for row in rows],
		"total_rows": frappe.db.count(ORDERS, {"parent": simulation}),
	}


def _difference(simulation: str) -> dict[str, Any]:
	"""In what the two differ: orders that only the edited policy would have held, and those that it would have released."""
	rows = frappe.get_all(
		ORDERS,
		filters={"parent": simulation},
		fields=["new_outcome", "current_outcome", "payment", "amount"],
		limit_page_length=0,
	)
	free = ("Pass", "Warn")
	found = {
		"newly_held": [row for row in rows if row.current_outcome in free],
		"released": [row for row in rows if row.new_outcome in free],
	}
	return {
		**{name: len(those) for name, those in found.items()},
		**{f"{name}_amount": flt(sum(row.amount for row in those), 2) for name, those in found.items()},
	}
