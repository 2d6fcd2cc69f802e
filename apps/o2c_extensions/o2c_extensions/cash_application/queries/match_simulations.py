"""Simulations of rule sets, and the lines that they are about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import frappe
from frappe.utils import flt, now_datetime

from o2c_extensions.cash_application.queries.doctypes import LINE

SIMULATION = "Match Simulation"
LINES = "Match Simulation Line"
SIDES = ("new", "current")
_STANDARD = ("name", "creation", "modified", "owner", "modified_by")
_SHOWN = (
	*("bank_transaction", "date", "amount", "currency", "differs", "party_name", "line_text", "was_done"),
	*(f"{side}_{what}" for side in SIDES for what in ("outcome", "verdict", "rule", "what")),
)


def one(simulation: str) -> Any:
	row = frappe.db.get_value(SIMULATION, simulation, "*", as_dict=True)
	if not row:
		frappe.throw(
			frappe._("{0} {1} not found").format(frappe._(SIMULATION), simulation), frappe.DoesNotExistError
		)
	return row


def currencies(company: str, since: date, until: date) -> list[str]:
	"""The currencies that a company's lines of some days are in."""
	return sorted(
		frappe.get_all(
			LINE,
			filters=[
				["docstatus", "=", 1],
				["company", "=", company],
				["date", ">=", since],
				["date", "<=", until],
			],
			pluck="currency",
			distinct=True,
			limit_page_length=0,
		)
	)


def keep_lines(simulation: str, rows: Sequence[Mapping[str, Any]]) -> None:
	if not rows:
		return
	now, user = now_datetime(), frappe.session.user
	values = (
		(frappe.generate_hash(length=10), now, now, user, user, simulation, *(row[name] for name in _SHOWN))
		for row in rows
	)
	frappe.db.bulk_insert(LINES, [*_STANDARD, "simulation", *_SHOWN], values)


def add(simulation: str, values: Mapping[str, float]) -> None:
	"""Add to the sums. Nobody else writes them: a run has one runner."""
	kept = frappe.db.get_value(SIMULATION, simulation, list(values), as_dict=True, for_update=True)
	sums = {field: flt(flt(kept[field], 4) + value, 4) for field, value in values.items()}
	frappe.db.set_value(SIMULATION, simulation, sums, update_modified=False)


def lines(simulation: str, show: str, start: int, limit: int) -> tuple[list[dict[str, Any]], int]:
	"""The lines of a simulation, the largest first, and how many there are."""
	filters: dict[str, Any] = {"simulation": simulation}
	either: dict[str, Any] = {}
	if show == "differ":
		filters["differs"] = 1
	elif show == "wrong":
		either = {f"{side}_verdict": "Wrong" for side in SIDES}
	rows = frappe.get_all(
		LINES,
		filters=filters,
		or_filters=either or None,
		fields=list(_SHOWN),
		order_by="amount desc, bank_transaction asc",
		limit_start=start,
		limit_page_length=limit,
	)
	counted = frappe.get_all(
		LINES, filters=filters, or_filters=either or None, fields=["count(name) as number"]
	)
	return [{**row, "date": str(row.date)} for row in rows], int(counted[0].number)
