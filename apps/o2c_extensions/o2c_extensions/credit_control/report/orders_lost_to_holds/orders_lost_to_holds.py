"""Orders Lost to Holds: orders that were refused, or cancelled while they were held, and what they would have brought.

An order counts once, with its latest hold, for what of it was neither delivered nor billed. One that was amended is not lost:
it is listed with the order that came in its place, and without money.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import date_diff, get_datetime, get_fullname, getdate

from o2c_extensions.common.money import as_float, decimal, rounded
from o2c_extensions.credit_control.queries import reports as queries
from o2c_extensions.credit_control.services import reporting
from o2c_extensions.credit_control.services.reporting import Asked, column, currency_column, link, money

REJECTED, WITHDRAWN = "Rejected", "Withdrawn"


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	"""Columns, rows, no message, chart, summary."""
	frappe.only_for(reporting.ROLES)
	asked = reporting.asked(filters)
	holds = queries.decided(asked.company, asked.first, asked.last, (REJECTED, WITHDRAWN), asked.customer)
	latest = {hold.sales_order: hold for hold in holds if hold.sales_order}
	gone = queries.gone(latest)
	replaced = queries.amendments(latest)
	names = {user: get_fullname(user) for user in {hold.decided_by for hold in latest.values()}}
	rows = [
		_row(hold, decimal(gone[order]), replaced.get(order), names[hold.decided_by])
		for order, hold in latest.items()
		if order in gone
	]
	return _columns(), rows, None, _chart(rows), _summary(rows, asked)


def _row(hold: Any, served: Decimal, replacement: str | None, decider: str) -> dict[str, Any]:
	lost = decimal(hold.order_amount) * (100 - served) / 100
	return {
		"sales_order": hold.sales_order,
		"customer": hold.customer,
		"customer_name": hold.customer_name,
		"lost_on": getdate(hold.decided_at),
		"how": _("Rejected") if hold.status == REJECTED else _("Cancelled While Held"),
		"is_rejected": int(hold.status == REJECTED),
		"order_amount": hold.order_amount,
		"lost": 0.0 if replacement else as_float(rounded(lost, hold.currency)),
		"replaced_by": replacement,
		"causes": reporting.causes(hold),
		"days_held": str(date_diff(get_datetime(hold.decided_at), get_datetime(hold.creation))),
		"decided_by": decider,
		"comment": hold.comment,
		"credit_hold": hold.name,
		"currency": hold.currency,
	}


def _columns() -> list[dict[str, Any]]:
	return [
		link("sales_order", _("Sales Order"), "Sales Order"),
		link("customer", _("Customer"), "Customer", 200),
		column("lost_on", _("Date"), "Date", 110),
		column("how", _("How It Was Lost"), width=150),
		money("order_amount", _("Amount of the Order")),
		money("lost", _("Amount Lost")),
		link("replaced_by", _("Replaced By"), "Sales Order"),
		column("causes", _("Cause"), width=200),
		column("days_held", _("Held (Days)"), width=100, align="right"),
		column("decided_by", _("Decided By"), width=140),
		column("comment", _("Comment"), width=240),
		link("credit_hold", _("Credit Hold"), "Credit Hold"),
		column("customer_name", _("Customer Name"), hidden=1),
		currency_column(),
	]


def _chart(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
	"""What was lost in each month, by how."""
	by_month = reporting.groups(
		sorted(rows, key=lambda row: row["lost_on"]), lambda row: row["lost_on"].strftime("%Y-%m")
	)
	if not by_month:
		return None

	def lost(rejected: int) -> list[float]:
		return [
			float(sum(decimal(row["lost"]) for row in members if row["is_rejected"] == rejected))
			for members in by_month.values()
		]

	return {
		"data": {
			"labels": list(by_month),
			"datasets": [
				{"name": _("Rejected"), "values": lost(1)},
				{"name": _("Cancelled While Held"), "values": lost(0)},
			],
		},
		"type": "bar",
		"barOptions": {"stacked": 1},
		"colors": [reporting.COLORS[4], reporting.COLORS[2]],
		"fieldtype": "Currency",
	}


def _summary(rows: list[dict[str, Any]], asked: Asked) -> list[Any]:
	lost = [row for row in rows if not row["replaced_by"]]
	rejected = [row for row in lost if row["is_rejected"]]

	def amount(some: list[dict[str, Any]]) -> Decimal:
		return sum((decimal(row["lost"]) for row in some), Decimal(0))

	return [
		reporting.figure(_("Orders Lost"), len(lost), "Int"),
		reporting.figure(_("Amount Lost"), amount(lost), "Currency", asked.currency, "Red"),
		reporting.figure(_("Of Which Rejected"), amount(rejected), "Currency", asked.currency),
		reporting.figure(_("Replaced by Another Order"), len(rows) - len(lost), "Int", indicator="Green"),
	]
