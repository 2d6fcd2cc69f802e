"""Loads the demo: a run whose items are the steps of the story, so that it goes on wherever its process was killed."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, getdate

from o2c_extensions.collections_management import services as collections
from o2c_extensions.common import batch
from o2c_extensions.common.work import Work
from o2c_extensions.demo import credit, days, founding, logins, masters, story, treasury
from o2c_extensions.demo.story import COMPANY, DAY, DUNNING, STATEMENT, Story

KIND = "Demo"
MOST_ORDERS = 5000
# What makes documents by itself: not while the past is lived through, where each day does it for itself.
AUTOMATION = ("release_orders", "invoice_deliveries", "dun_overdue", "match_receipts")


class DemoWork(Work):
	"""Lives the story of a seed, an anchor day and a number of orders, step by step."""

	def __init__(self, parameters: dict[str, Any]) -> None:
		super().__init__(parameters)
		orders, anchor = cint(parameters.get("orders", story.ORDERS)), getdate(parameters.get("date"))
		if not 1 <= orders <= MOST_ORDERS:
			frappe.throw(_("The demo has between {0} and {1} orders.").format(1, MOST_ORDERS))
		if anchor > getdate():
			frappe.throw(_("The demo ends with a day that has come already."))
		self.told = story.tell(anchor, cint(parameters.get("seed", story.SEED)), orders)
		self.failed = ""

	def items(self) -> tuple[str, ...]:
		founding.refuse_foreign_data()
		return self.told.agenda()

	def do(self, item: str) -> str | None:
		"""One step. After one that failed nothing else is done: what follows builds upon it."""
		if self.failed:
			frappe.throw(_("Not reached: the step {0} has failed.").format(self.failed))
		self.failed = item
		result = self._live(item)
		self.failed = ""
		return result

	def _live(self, item: str) -> str | None:
		if item in _STEPS:
			day = self.told.anchor if item == story.CLOSING else self.told.first_day - timedelta(days=1)
			return self._at(day, _STEPS[item])
		text, _space, part = item.partition(" ")
		day = date.fromisoformat(text)
		return self._at(day, lambda told: _PARTS[part](told, day))

	def _at(self, day: date, step: Callable[[Story], str]) -> str:
		"""Do a step as of a day. ERPNext takes goods for received only when the entry was also made before it is asked."""
		frappe.flags.current_date = day
		try:
			return step(self.told)
		finally:
			frappe.flags.current_date = None


def _dun(told: Story, day: date) -> str:
	with days.acting(logins.COLLECTIONS_MANAGER):
		made = [collections.dun(key, day) for key in collections.due_dunnings(COMPANY, day)]
	return f"{sum(map(bool, made))} dunnings"


def _company(told: Story) -> str:
	_switch(0)
	return founding.company(told)


def _settings(told: Story) -> str:
	"""From now on orders are released, deliveries invoiced, overdue invoices dunned and receipts applied by themselves.

	And who has a credit limit is reviewed, and another credit policy is tried, at the end of the year.
	"""
	_switch(1)
	return f"on, {days.review_credit(told)} reviews, {credit.consider()} orders simulated"


def _switch(value: int) -> None:
	settings = frappe.get_doc("O2C Settings")
	settings.update(dict.fromkeys(AUTOMATION, value))
	settings.save()


_STEPS: dict[str, Callable[[Story], str]] = dict(
	zip(
		(*story.FOUNDATION, story.CLOSING),
		(_company, masters.customers, masters.items, logins.make, masters.opening, _settings),
		strict=True,
	)
)
_PARTS: dict[str, Callable[[Story, date], str]] = {DAY: days.live, DUNNING: _dun, STATEMENT: treasury.live}


def load(
	seed: int = story.SEED,
	orders: int = story.ORDERS,
	date: str | None = None,
	progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
	"""Load the demo here and now, or go on with one that was interrupted; say who may log in.

	Only for the command line: it does in this process what a worker would do with the run.

	Raises:
		frappe.ValidationError: there are transactions on this site that the demo has not made, somebody else is loading it, or
			a step has failed.
	"""
	run = unfinished() or begin(seed, orders, date)
	if seconds := batch.seconds_until_free(run):
		message = _(
			"The demo is being loaded, or was until its process was killed: try again in {0} seconds."
		)
		frappe.throw(message.format(math.ceil(seconds)))
	if frappe.db.get_value(batch.RUN, run, "status") in batch.FINISHED:
		batch.retry(run)
	batch.execute(run, progress)
	status = frappe.db.get_value(batch.RUN, run, ["status", "error"], as_dict=True)
	if status.status != "Completed":
		frappe.throw(_("The demo was not loaded: {0}").format(why(run) or status.error or status.status))
	return {"run": run, **who_may_log_in(run)}


def begin(seed: int = story.SEED, orders: int = story.ORDERS, date: str | None = None) -> str:
	"""Make the run that loads the demo, if the site is free for it. Returns its name."""
	founding.refuse_foreign_data()
	return batch.start(KIND, {"seed": seed, "orders": orders, "date": str(getdate(date))})


def seconds_until_free() -> float:
	"""How long to wait until a loader that was killed without a word is not taken for alive any more."""
	run = unfinished()
	return batch.seconds_until_free(run) if run else 0.0


def unfinished() -> str | None:
	"""A run that loads the demo and has not come to its end."""
	found = frappe.get_all(
		batch.RUN,
		filters={"kind": KIND, "status": ("!=", "Completed")},
		pluck="name",
		limit_page_length=1,
	)
	return str(found[0]) if found else None


def loaded() -> dict[str, Any] | None:
	"""The logins of the demo, if this site has it."""
	runs = frappe.get_all(
		batch.RUN, filters={"kind": KIND, "status": "Completed"}, pluck="name", limit_page_length=1
	)
	return who_may_log_in(str(runs[0])) if runs else None


def who_may_log_in(run: str) -> dict[str, Any]:
	"""The demo's password, and what each login is for."""
	parameters = json.loads(frappe.db.get_value(batch.RUN, run, "parameters"))
	people = (*logins.STAFF, logins.customer_login(DemoWork(parameters).told))
	return {"password": logins.PASSWORD, "users": {login.user: login.does for login in people}}


def why(run: str) -> str | None:
	"""What the first step that failed has to say."""
	rows = frappe.get_all(
		batch.ITEM,
		filters={"run": run, "status": "Failed"},
		fields=["item_key", "message"],
		order_by="idx asc",
		limit_page_length=1,
	)
	return f"{rows[0].item_key}: {rows[0].message}" if rows else None
