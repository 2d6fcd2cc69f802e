"""Calibrations, and the lines of the past that they were measured on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import frappe
from frappe.utils import now_datetime

from o2c_extensions.cash_application.queries import past

CALIBRATION = "Match Calibration"
SAMPLE = "Match Calibration Sample"
_STANDARD = ("name", "creation", "modified", "owner", "modified_by")
_VALUES = ("calibration", "bank_transaction", "score", "is_right", "guarded", "candidates")


def calibration_for(company: str) -> Any | None:
	"""The company's own calibration, else the general one."""
	rows = frappe.get_all(
		CALIBRATION,
		fields=["for_company", "status", "cost_wrong", "cost_look", "cost_misled", "steps", "weights"],
		limit_page_length=0,
	)
	fitting = [row for row in rows if (row.for_company or "") in ("", company)]
	return max(fitting, key=lambda row: bool(row.for_company), default=None)


def idle() -> list[str]:
	"""The calibrations that no run is about."""
	rows = frappe.get_all(CALIBRATION, fields=["name", "run"], order_by="name asc", limit_page_length=0)
	runs = [row.run for row in rows if row.run]
	busy = set(
		frappe.get_all(
			"O2C Run",
			filters={"name": ("in", runs), "status": ("in", ("Queued", "Running"))},
			pluck="name",
			limit_page_length=0,
		)
		if runs
		else ()
	)
	return [row.name for row in rows if row.run not in busy]


def days(company: str | None, since: date, until: date) -> Iterator[tuple[str, date]]:
	"""The days on which the company, or any, has reconciled lines."""
	companies = [company] if company else frappe.get_all("Company", pluck="name", order_by="name asc")
	for each in companies:
		yield from ((each, day) for day in past.days(each, since, until, only_done=True))


def samples(calibration: str) -> list[Any]:
	return list(
		frappe.get_all(
			SAMPLE,
			filters={"calibration": calibration},
			fields=["score", "is_right", "guarded", "candidates"],
			order_by="bank_transaction asc",
			limit_page_length=0,
		)
	)


def keep_samples(calibration: str, rows: Sequence[tuple[Any, ...]]) -> None:
	if not rows:
		return
	now, user = now_datetime(), frappe.session.user
	values = [(frappe.generate_hash(length=10), now, now, user, user, calibration, *row) for row in rows]
	frappe.db.bulk_insert(SAMPLE, [*_STANDARD, *_VALUES], values)


def forget_samples(calibration: str) -> None:
	frappe.db.delete(SAMPLE, {"calibration": calibration})
