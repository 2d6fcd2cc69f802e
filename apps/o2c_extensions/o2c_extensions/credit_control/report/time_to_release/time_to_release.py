"""Time to Release: how long released holds have waited, by month, cause, decider, checkpoint or customer."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_datetime, get_fullname

from o2c_extensions.credit_control.domain import waiting
from o2c_extensions.credit_control.queries import reports as queries
from o2c_extensions.credit_control.services import reporting
from o2c_extensions.credit_control.services.reporting import column

GROUPS = ("Month", "Cause", "Decided By", "Checkpoint", "Customer")


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	"""Columns, rows, no message, chart, summary."""
	frappe.only_for(reporting.ROLES)
	asked = reporting.asked(filters)
	by = asked.option("group_by", *GROUPS)
	holds = queries.decided(asked.company, asked.first, asked.last, ("Released",), asked.customer)
	rows = [_row(name, members) for name, members in reporting.groups(holds, _key(by, holds)).items()]
	return _columns(by), rows, None, _chart(by, rows), _summary(holds)


def _key(by: str, holds: list[Any]) -> Callable[[Any], str]:
	names = {user: get_fullname(user) for user in {hold.decided_by for hold in holds}}
	keys: dict[str, Callable[[Any], str]] = {
		"Month": lambda hold: get_datetime(hold.decided_at).strftime("%Y-%m"),
		"Cause": reporting.causes,
		"Decided By": lambda hold: _("Automatic") if hold.released_automatically else names[hold.decided_by],
		"Checkpoint": lambda hold: _(hold.checkpoint or "Order"),
		"Customer": lambda hold: hold.customer_name or hold.customer,
	}
	return keys[by]


def _hours(holds: list[Any]) -> list[Decimal]:
	return [waiting.hours(get_datetime(hold.creation), get_datetime(hold.decided_at)) for hold in holds]


def _row(name: str, holds: list[Any]) -> dict[str, Any]:
	machine = [hold for hold in holds if hold.released_automatically]
	people = [hold for hold in holds if not hold.released_automatically]
	return {
		"group": name,
		"released": len(holds),
		**_times("", holds),
		"by_people": len(people),
		**_times("_by_people", people),
		"automatic": len(machine),
		**_times("_automatic", machine),
	}


def _times(suffix: str, holds: list[Any]) -> dict[str, float | None]:
	found = waiting.times(_hours(holds))
	if found is None:
		return {f"median{suffix}": None, f"p90{suffix}": None}
	return {f"median{suffix}": float(found.median), f"p90{suffix}": float(found.p90)}


def _columns(by: str) -> list[dict[str, Any]]:
	def hours(fieldname: str, label: str) -> dict[str, Any]:
		return column(fieldname, label, "Float", 140, precision=1)

	return [
		column("group", _(by), width=220),
		column("released", _("Released"), "Int", 100),
		hours("median", _("Median (Hours)")),
		hours("p90", _("90th Percentile (Hours)")),
		column("by_people", _("By People"), "Int", 100),
		hours("median_by_people", _("Median by People (Hours)")),
		hours("p90_by_people", _("90th Percentile by People (Hours)")),
		column("automatic", _("Automatic"), "Int", 100),
		hours("median_automatic", _("Median Automatic (Hours)")),
		hours("p90_automatic", _("90th Percentile Automatic (Hours)")),
	]


def _chart(by: str, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
	if not rows:
		return None
	return {
		"data": {
			"labels": [row["group"] for row in rows],
			"datasets": [
				{"name": _("Median (Hours)"), "values": [row["median"] for row in rows]},
				{"name": _("90th Percentile (Hours)"), "values": [row["p90"] for row in rows]},
			],
		},
		"type": "line" if by == "Month" and len(rows) > 1 else "bar",
		"colors": list(reporting.COLORS[:2]),
		"fieldtype": "Float",
	}


def _summary(holds: list[Any]) -> list[Any]:
	found = waiting.times(_hours(holds))
	automatic = sum(1 for hold in holds if hold.released_automatically)
	figures = [reporting.figure(_("Released"), len(holds), "Int")]
	if found:
		figures += [
			reporting.figure(_("Median (Hours)"), found.median, "Float"),
			reporting.figure(_("90th Percentile (Hours)"), found.p90, "Float", indicator="Orange"),
			reporting.figure(_("Automatic"), 100 * automatic / len(holds), "Percent", indicator="Green"),
		]
	return figures
