"""A release does not last for ever: one that was not used in its time is checked again."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import formatdate, getdate

from o2c_extensions.common import casebook
from o2c_extensions.credit_control.queries import holds as queries
from o2c_extensions.credit_control.services import checking


def has_run_out(hold: Any, today: date) -> bool:
	return bool(hold.status == "Released" and hold.valid_until and getdate(hold.valid_until) < today)


def renew(order: str, today: date) -> bool:
	"""Whether an order whose release has run out has credit by itself by now. If so, it does not run out again."""
	doc = frappe.get_doc("Sales Order", order)
	if not checking.judge(doc, today).verdict.passes:
		return False
	_check(doc, today)
	return True


def check_at_once(order: str) -> None:
	"""Have a worker hold an order whose release has run out, whatever becomes of this transaction."""
	frappe.enqueue(
		"o2c_extensions.credit_control.tasks.check_release",
		queue="short",
		job_id=f"o2c-check-release-{order}",
		deduplicate=True,
		order=order,
	)


def check_run_out(order: str, today: date) -> str | None:
	"""Check an order again whose release has run out: it passes, or gets a new hold, which is returned."""
	doc = frappe.get_doc("Sales Order", order)
	hold = queries.hold_on(order)
	if doc.docstatus != 1 or doc.status == "Closed" or not hold or not has_run_out(hold, today):
		return None
	return _check(doc, today)


def check_all(today: date) -> int:
	"""Have every order checked whose release has run out: a job each. Returns how many there are."""
	orders = queries.run_out(today)
	for order in orders:
		check_at_once(order)
	return len(orders)


def _check(order: Any, today: date) -> str | None:
	hold = queries.hold_on(order.name)
	until = formatdate(hold.valid_until) if hold else ""
	why = _("The release {0} was valid until {1}.").format(hold.name if hold else "", until)
	held = checking.check_again(order, today, why)
	if hold and not held:
		# It passes by itself now: what it was released for covers it no more and no less than any accepted order.
		frappe.db.set_value(queries.HOLD, hold.name, "valid_until", None)
		casebook.record_event(casebook.join_case(order), "Credit", "Release Renewed", queries.HOLD, hold.name)
	return held
