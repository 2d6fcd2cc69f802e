"""The figures of order to cash, for those who steer it."""

from __future__ import annotations

from datetime import date as Date
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, getdate

from o2c_extensions.o2c_analytics import services
from o2c_extensions.o2c_analytics.domain import kpi as formulas

# Figures of a whole company: for those who answer for a stage, not for everybody who works in one. The report has the same.
KPI_ROLES = (
	"System Manager",
	"O2C Administrator",
	"O2C Analyst",
	"Order Manager",
	"Credit Manager",
	"Collections Manager",
)
MOST_MONTHS = 60


@frappe.whitelist(methods=["GET"])
def kpis(company: str | None = None, date: str | None = None) -> dict[str, Any]:
	"""The four figures of a company (the user's own, if none is named) as of a date (today)."""
	frappe.only_for(KPI_ROLES)
	company, day = services.permitted_company(company), getdate(date)
	found = services.kpis(company, day)
	return {
		"company": company,
		"date": day.isoformat(),
		"days": formulas.PERIOD_DAYS,
		"kpis": {name: _number(value) for name, value in found.items()},
	}


@frappe.whitelist(methods=["GET"])
def trend(
	kpi: str, company: str | None = None, date: str | None = None, months: int = formulas.MONTHS
) -> dict[str, Any]:
	"""A figure at the ends of the months up to a date (today), which stands for its own month."""
	frappe.only_for(KPI_ROLES)
	company, day = services.permitted_company(company), getdate(date)
	points = points_of(kpi, company, day, cint(months))
	return {
		"kpi": kpi,
		"company": company,
		"points": [{"date": end.isoformat(), "value": _number(value)} for end, value in points],
	}


def points_of(kpi: str, company: str, day: Date, months: int) -> services.Trend:
	"""The trend of one figure, once it is clear that there is such a figure.

	Raises:
		frappe.ValidationError: there is none, or too many months are asked for.
	"""
	if kpi not in services.KPIS:
		frappe.throw(_("There is no figure called {0}.").format(kpi))
	if not 1 <= months <= MOST_MONTHS:
		frappe.throw(_("A trend has between 1 and {0} months.").format(MOST_MONTHS))
	return services.trends(company, day, (kpi,), months)[kpi]


def _number(value: Decimal | None) -> float | None:
	return None if value is None else float(value)
