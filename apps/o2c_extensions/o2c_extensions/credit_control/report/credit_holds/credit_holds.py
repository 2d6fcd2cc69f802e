"""Credit Holds: what waits for a decision, by cause and age. A hold with several causes is a group of its own kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
from frappe import _
from frappe.utils import date_diff, getdate

from o2c_extensions.common import casebook
from o2c_extensions.common.money import decimal
from o2c_extensions.credit_control.domain.waiting import BUCKETS, bucket
from o2c_extensions.credit_control.queries import reports as queries
from o2c_extensions.credit_control.services import reporting
from o2c_extensions.credit_control.services.reporting import Asked, column, currency_column, link, money

GROUPS = ("Cause", "Checkpoint", "Customer", "Hold")
_BY: dict[str, Callable[[Any], str]] = {
	"Cause": reporting.causes,
	"Checkpoint": lambda hold: _(hold.checkpoint or "Order"),
	"Customer": lambda hold: hold.customer_name or hold.customer,
}


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	"""Columns, rows, no message, chart, summary."""
	frappe.only_for(reporting.ROLES)
	asked = reporting.asked(filters)
	by = asked.option("group_by", *GROUPS)
	holds = queries.waiting(asked.company, asked.customer)
	today = casebook.today()
	for hold in holds:
		hold.age = max(date_diff(today, getdate(hold.creation)), 0)
	grouped = reporting.groups(holds, _BY[by] if by != "Hold" else reporting.causes)
	rows = [_group(name, members) for name, members in grouped.items()]
	summary = _summary(holds, asked)
	if by == "Hold":
		return _columns_of_holds(), [_hold(hold) for hold in holds], None, _chart(rows), summary
	return _columns(by), rows, None, _chart(rows), summary


def _group(name: str, holds: list[Any]) -> dict[str, Any]:
	counts = [0] * (len(BUCKETS) + 1)
	for hold in holds:
		counts[bucket(hold.age)] += 1
	return {
		"group": name,
		"holds": len(holds),
		"order_amount": _sum(holds, "order_amount"),
		"excess": _sum(holds, "excess"),
		"oldest": max(hold.age for hold in holds),
		"currency": holds[0].currency,
		**{f"bucket_{place}": count for place, count in enumerate(counts)},
	}


def _sum(holds: list[Any], field: str) -> float:
	return float(sum(decimal(hold[field]) for hold in holds))


def _hold(hold: Any) -> dict[str, Any]:
	fields = "name customer customer_name held_doctype held_document status order_amount excess age currency"
	return {
		**{field: hold[field] for field in fields.split()},
		"held_document": hold.held_document or hold.sales_order,
		"held_doctype": hold.held_doctype or "Sales Order",
		"causes": reporting.causes(hold),
		"checkpoint": _(hold.checkpoint or "Order"),
	}


def _columns(by: str) -> list[dict[str, Any]]:
	return [
		column("group", _(by), width=240),
		column("holds", _("Holds"), "Int", 80),
		money("order_amount", _("Amount Held")),
		money("excess", _("Over the Limit")),
		*(
			column(f"bucket_{place}", label, "Int", 100)
			for place, label in enumerate(reporting.bucket_labels())
		),
		# The oldest of all is no sum of the oldest: it stands above the report.
		column("oldest", _("Oldest (Days)"), width=110, align="right"),
		currency_column(),
	]


def _columns_of_holds() -> list[dict[str, Any]]:
	return [
		link("name", _("Credit Hold"), "Credit Hold"),
		link("customer", _("Customer"), "Customer", 200),
		column("held_document", _("Held Document"), "Dynamic Link", 170, options="held_doctype"),
		column("status", _("Status"), width=110),
		column("causes", _("Cause"), width=200),
		column("checkpoint", _("Checkpoint"), width=100),
		money("order_amount", _("Amount Held")),
		money("excess", _("Over the Limit")),
		column("age", _("Age (Days)"), width=100, align="right"),
		column("held_doctype", _("Kind of Document"), hidden=1),
		column("customer_name", _("Customer Name"), hidden=1),
		currency_column(),
	]


def _chart(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
	"""How many wait in each bucket of ages, stacked by group."""
	if not rows:
		return None
	datasets = [
		{"name": row["group"], "values": [row[f"bucket_{place}"] for place in range(len(BUCKETS) + 1)]}
		for row in rows
	]
	return {
		"data": {"labels": reporting.bucket_labels(), "datasets": datasets},
		"type": "bar",
		"barOptions": {"stacked": 1},
		"colors": list(reporting.COLORS),
		"fieldtype": "Int",
	}


def _summary(holds: list[Any], asked: Asked) -> list[Any]:
	oldest = max((hold.age for hold in holds), default=0)
	return [
		reporting.figure(_("Holds"), len(holds), "Int"),
		reporting.figure(_("Amount Held"), _sum(holds, "order_amount"), "Currency", asked.currency),
		reporting.figure(_("Over the Limit"), _sum(holds, "excess"), "Currency", asked.currency, "Orange"),
		reporting.figure(
			_("Oldest (Days)"), oldest, "Int", indicator="Red" if oldest > BUCKETS[2] else "Blue"
		),
	]
