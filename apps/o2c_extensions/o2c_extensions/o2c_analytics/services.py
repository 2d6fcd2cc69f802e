"""The figures of order to cash of one company: as of a day, and how they moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import frappe
from frappe import _

from o2c_extensions.o2c_analytics import queries
from o2c_extensions.o2c_analytics.domain import kpi
from o2c_extensions.o2c_analytics.domain.kpi import Basis, Claims

KPIS = tuple(kpi.FORMULAS)

Trend = list[tuple[date, Decimal | None]]
Counts = tuple[Decimal, Decimal]


def labels() -> dict[str, str]:
	"""What the figures are called."""
	return {
		"dso": _("Days Sales Outstanding"),
		"overdue_share": _("Overdue Share"),
		"hold_rate": _("Hold Rate"),
		"auto_match_rate": _("Auto-Match Rate"),
	}


def kpis(company: str, day: date) -> dict[str, Decimal | None]:
	"""All figures as of `day`."""
	basis = _bases(company, (day,), KPIS)[0]
	return {name: formula(basis) for name, formula in kpi.FORMULAS.items()}


def trends(
	company: str, day: date, names: Iterable[str] = KPIS, months: int = kpi.MONTHS
) -> dict[str, Trend]:
	"""The figures `names` at the ends of the months up to `day`, the last of which is `day` itself."""
	wanted = tuple(names)
	bases = _bases(company, kpi.month_ends(day, months), wanted)
	return {name: [(basis.day, kpi.FORMULAS[name](basis)) for basis in bases] for name in wanted}


def permitted_company(company: str | None) -> str:
	"""`company`, or the user's own, or the first there is.

	Raises:
		frappe.PermissionError: the user is confined to other companies, or there is no such company.
	"""
	found = queries.companies()
	if company and company not in found:
		frappe.throw(_("You may not see the figures of {0}.").format(company), frappe.PermissionError)
	if not found:
		frappe.throw(_("There is no company whose figures you may see."), frappe.PermissionError)
	return company or found[0]


def _bases(company: str, days: Sequence[date], names: Sequence[str]) -> list[Basis]:
	"""What the figures `names` of each day are computed from: one reading of each source, however many days."""
	period = kpi.period_start(days[0]), days[-1]
	claims = {"dso", "overdue_share"} & set(names)
	buckets = queries.buckets(company, days) if claims else {}
	partly_due = queries.partly_due(company, days) if "overdue_share" in names else {}
	sold = queries.revenue(company, *period) if "dso" in names else []
	ordered = queries.orders(company, *period) if "hold_rate" in names else []
	received = queries.receipts(company, *period) if "auto_match_rate" in names else []
	return [
		_basis(
			day,
			kpi.claims(buckets.get(day, ()), partly_due.get(day, ()), day),
			kpi.within(sold, day),
			kpi.within(ordered, day),
			kpi.within(received, day),
		)
		for day in days
	]


def _basis(day: date, claims: Claims, sold: Counts, ordered: Counts, received: Counts) -> Basis:
	return Basis(day, claims, sold[0], ordered[0], ordered[1], received[0], received[1])
