"""Credit in the background: reviews, the exposure computed again, and holds: each job about holds is one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

import frappe
from frappe import _
from frappe.utils import cint, now_datetime

from o2c_extensions.common import batch, casebook
from o2c_extensions.common.settings import setting
from o2c_extensions.common.work import Work
from o2c_extensions.credit_control.queries import reviews as queries
from o2c_extensions.credit_control.queries.behaviour import Found
from o2c_extensions.credit_control.services import (
	checkpoints,
	escalation,
	holds,
	rebuild,
	releases,
	reviews,
	scores,
	simulation,
)
from o2c_extensions.credit_control.services import recheck as rechecks

REVIEW = "Credit Review"


class CreditReview(Work):
	"""Scores, next reviews and proposals for other limits, customer by customer.

	Parameters: `company`, default all; `all` reviews the profiles that are not due too; `new` makes profiles for the customers
	that have invoices and none.
	"""

	roles: ClassVar[tuple[str, ...]] = ("Credit Controller", "Credit Manager")

	def __init__(self, parameters: dict[str, Any]) -> None:
		super().__init__(parameters)
		if unknown := set(parameters) - {"company", "all", "new"}:
			frappe.throw(_("Unknown parameters: {0}").format(", ".join(sorted(unknown))))
		self.company = parameters.get("company")
		self.today = casebook.today()
		# One reading of the books a company serves all of its customers.
		self._found: dict[str, Mapping[str, Found]] = {}

	def items(self) -> Iterator[str]:
		todo = queries.due(self.company, self.today, everybody=bool(cint(self.parameters.get("all"))))
		if cint(self.parameters.get("new")):
			todo += queries.without_profile(self.company)
		yield from (json.dumps(each, ensure_ascii=False) for each in todo)

	def do(self, item: str) -> str | None:
		company, customer = json.loads(item)
		if company not in self._found:
			self._found[company] = scores.found_of(company, self.today)
		return reviews.review(customer, company, self.today, self._found[company].get(customer, Found()))


def review_credit() -> None:
	"""Daily: review the customers whose day has come, where an administrator wants that."""
	if setting("review_credit") and queries.due(None, casebook.today()):
		batch.start(REVIEW)


class ExposureRebuild(Work):
	"""The kept exposure compared with the documents, customer by customer, and put right where it is off. An item is a customer.

	Parameters: `customer`, for one alone; default all.
	"""

	roles: ClassVar[tuple[str, ...]] = ("Credit Manager",)

	def __init__(self, parameters: dict[str, Any]) -> None:
		super().__init__(parameters)
		self.customer = parameters.get("customer")
		if self.customer:
			frappe.get_doc("Customer", self.customer).check_permission("read")

	def items(self) -> Iterable[str]:
		if self.customer:
			return [self.customer]
		names: list[str] = frappe.get_all("Customer", pluck="name", order_by="name asc", limit_page_length=0)
		return names

	def do(self, item: str) -> str | None:
		corrected = rebuild.rebuild(item)["corrected"]
		return f"corrected: {corrected}" if corrected else None


# --- holds ---------------------------------------------------------------------------------------------------------------


def recheck(customer: str, company: str) -> None:
	"""Release what now fits of a customer's holds."""
	rechecks.recheck(customer, company, casebook.today())


def recheck_noted() -> None:
	"""Every minute: call workers for the customers whose money nobody has looked at yet."""
	rechecks.sweep(now_datetime())


def check_release(order: str) -> None:
	"""Check an order again whose release has run out."""
	releases.check_run_out(order, casebook.today())


def check_releases() -> None:
	"""Every day: have every order checked whose release has run out."""
	releases.check_all(casebook.today())


def escalate() -> None:
	"""Every few minutes: bring what waits too long before those who may decide about it."""
	escalation.escalate(now_datetime())


def reserve_stock(order: str) -> None:
	"""Reserve the stock that an order asks for, unless it is held."""
	holds.reserve(order)


def hold_refused(doctype: str, name: str, orders: list[str]) -> None:
	"""Put on record what a policy has refused, since the refusal took back its own transaction."""
	checkpoints.hold_refused(doctype, name, orders, casebook.today())


# --- policies ------------------------------------------------------------------------------------------------------------


class CreditSimulation(Work):
	"""Past orders judged by an edited policy and by the one in force, customer by customer.

	Parameters: `simulation`, the name of a Credit Simulation, which services/simulation.py makes together with its run.
	"""

	roles: ClassVar[tuple[str, ...]] = ("Credit Manager",)

	def __init__(self, parameters: dict[str, Any]) -> None:
		super().__init__(parameters)
		self.simulation = str(parameters.get("simulation") or "")
		if not frappe.db.exists(simulation.SIMULATION, self.simulation):
			frappe.throw(_("A simulation is started with a policy."))

	def items(self) -> list[str]:
		return simulation.customers_of(self.simulation)

	def do(self, item: str) -> str | None:
		return simulation.replay_customer(self.simulation, item)
