"""O2C KPI Trend: one of the four figures month by month, as rows and as a chart. Number cards and charts show it."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, format_date, getdate

from o2c_extensions.o2c_analytics import api, services
from o2c_extensions.o2c_analytics.domain.kpi import MONTHS

COLORS = {"dso": "#2a78d6", "overdue_share": "#d95926", "hold_rate": "#8a63d2", "auto_match_rate": "#1a8f5a"}


def execute(filters: dict[str, Any] | None = None) -> tuple[list[Any], list[Any], None, dict[str, Any]]:
	"""Columns, rows, no message, chart."""
	frappe.only_for(api.KPI_ROLES)
	asked = frappe._dict(filters or {})
	kpi = asked.kpi or services.KPIS[0]
	company, day = services.permitted_company(asked.company), getdate(asked.date)
	points = api.points_of(kpi, company, day, cint(asked.months) or MONTHS)
	rows = [{"date": end, "value": None if value is None else float(value)} for end, value in points]
	return _columns(kpi), rows, None, _chart(kpi, rows)


def _columns(kpi: str) -> list[dict[str, Any]]:
	return [
		{"fieldname": "date", "label": _("As Of"), "fieldtype": "Date", "width": 140},
		{"fieldname": "value", "label": services.labels()[kpi], "width": 200, **_number_type(kpi)},
	]


def _number_type(kpi: str) -> dict[str, Any]:
	return {"fieldtype": "Float" if kpi == "dso" else "Percent", "precision": 1}


def _chart(kpi: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
	"""A line from the first month that has a value: the chart knows no gaps and would draw nothing as zero."""
	known = [index for index, row in enumerate(rows) if row["value"] is not None]
	shown = rows[known[0] :] if known else []
	return {
		"data": {
			"labels": [format_date(row["date"], "MMM yy") for row in shown],
			"datasets": [{"name": services.labels()[kpi], "values": [row["value"] or 0 for row in shown]}],
		},
		"type": "line",
		"colors": [COLORS[kpi]],
		"fieldtype": _number_type(kpi)["fieldtype"],
	}
