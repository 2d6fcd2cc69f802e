"""Credit Exposure: what is at stake with each customer beside its limit, or rolled up over parents, groups or risk classes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import frappe
from frappe import _

from o2c_extensions.common import casebook
from o2c_extensions.common.money import as_float, rounded
from o2c_extensions.credit_control.domain.credit import Exposure, Terms
from o2c_extensions.credit_control.domain.utilisation import PARTS, Line, line, together
from o2c_extensions.credit_control.queries import behaviour
from o2c_extensions.credit_control.queries import reports as queries
from o2c_extensions.credit_control.services import ledger, reporting
from o2c_extensions.credit_control.services.reporting import Asked, column, currency_column, link, money
from o2c_extensions.credit_control.services.terms import terms_as_far_as_known

GROUPS = ("Customer", "Parent Account", "Customer Group", "Risk Class", "Company")
SHOWN_IN_CHART = 10


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	"""Columns, rows, whose limits are not known, chart, summary."""
	frappe.only_for(reporting.ROLES)
	asked = reporting.asked(filters)
	by = asked.option("group_by", *GROUPS)
	today = casebook.today()
	ledger.settle()
	accounts = queries.accounts(asked.company, asked.customer, asked.options.get("customer_group"))
	roots = {row.root_account or row.customer for row in accounts}
	named = {*(row.customer for row in accounts), *roots}
	terms, unknown = terms_as_far_as_known(named, asked.company, today)
	late = behaviour.overdue(asked.company, today)
	for row in accounts:
		agreed = terms.get(row.customer, Terms())
		exposure = Exposure(*(rounded(row[part], asked.currency) for part in PARTS))
		limit = agreed.limit if agreed.has_limit else None
		row.line = line(exposure, limit, *late.get(row.customer, (Decimal(0), 0)))
		row.terms = agreed
	if by == "Customer":
		rows = [_of_customer(row, asked) for row in accounts if row.line.exposure.total or row.line.limit]
	else:
		rows = [
			_of_group(name, members, by, terms, asked) for name, members in _grouped(accounts, by).items()
		]
	rows.sort(key=lambda row: (-row["exposure"], row["group"]))
	message = "<br>".join(f"{frappe.bold(name)}: {why}" for name, why in sorted(unknown.items())) or None
	return _columns(by), rows, message, _chart(rows), _summary(together(row.line for row in accounts), asked)


def _grouped(accounts: list[Any], by: str) -> dict[str, list[Any]]:
	keys = {
		"Parent Account": lambda row: row.root_account or row.customer,
		"Customer Group": lambda row: row.customer_group,
		"Risk Class": lambda row: row.terms.risk_class or _("No Risk Class"),
		"Company": lambda row: row.company,
	}
	return reporting.groups(accounts, keys[by])


def _of_group(
	name: str, members: list[Any], by: str, terms: dict[str, Terms], asked: Asked
) -> dict[str, Any]:
	shared: Decimal | None = None
	if by == "Parent Account":
		# The parent's limit is that of all who are rolled up into it; theirs are not added to it.
		agreed = terms.get(name, Terms())
		shared = agreed.limit if agreed.has_limit else None
	found = together((row.line for row in members), shared)
	return {"group": name, "customers": found.customers, **_figures(found, asked)}


def _of_customer(row: Any, asked: Asked) -> dict[str, Any]:
	agreed: Terms = row.terms
	return {
		"group": row.customer,
		"customer_name": row.customer_name,
		"customer_group": row.customer_group,
		**_figures(row.line, asked),
		"limit_source": _(agreed.source) if agreed.source else "",
		"prepay_only": int(agreed.prepay_only),
		"risk_class": agreed.risk_class,
		"score": str(agreed.score) if agreed.score else "",
		"valid_until": agreed.valid_until,
		"next_review": agreed.next_review,
		"is_blocked": int(agreed.is_blocked),
	}


def _figures(found: Line, asked: Asked) -> dict[str, Any]:
	return {
		"credit_limit": None if found.limit is None else as_float(found.limit),
		**{part: as_float(getattr(found.exposure, part)) for part in PARTS},
		"exposure": as_float(found.exposure.total),
		"available": None if found.available is None else as_float(found.available),
		"utilisation": None if found.utilisation is None else float(found.utilisation),
		"overdue": as_float(rounded(found.overdue, asked.currency)),
		"longest_overdue": str(found.longest) if found.longest else "",
		"over": found.over,
		"currency": asked.currency,
	}


def _columns(by: str) -> list[dict[str, Any]]:
	single = by == "Customer"
	doctype = {"Customer Group": "Customer Group", "Company": "Company"}.get(by, "Customer")
	heads = [
		column("customer_name", _("Customer Name"), width=180),
		column("customer_group", _("Customer Group"), width=140),
	]
	ends = [
		column("risk_class", _("Risk Class"), width=100),
		column("score", _("Score"), width=80, align="right"),
		column("limit_source", _("Source of the Limit"), width=140),
		column("valid_until", _("Valid Until"), "Date", 110),
		column("next_review", _("Next Review"), "Date", 110),
		column("prepay_only", _("Prepay Only"), "Check", 90),
		column("is_blocked", _("Blocked"), "Check", 90),
	]
	return [
		link("group", _(by), doctype, 200) if by != "Risk Class" else column("group", _(by), width=200),
		*(heads if single else [column("customers", _("Customers"), "Int", 100)]),
		money("credit_limit", _("Credit Limit")),
		money("open_orders", _("Open Orders")),
		money("deliveries_to_bill", _("Deliveries to Bill")),
		money("receivables", _("Receivables")),
		money("unallocated_payments", _("Unallocated Payments")),
		money("exposure", _("Exposure")),
		money("available", _("Available")),
		# As text where a sum means nothing: the framework adds numbers up.
		column("utilisation", _("Utilisation"), "Percent", 100, precision=1),
		money("overdue", _("Overdue")),
		column("longest_overdue", _("Longest Overdue (Days)"), width=120, align="right"),
		column("over", _("Over the Limit"), "Int", 110),
		*(ends if single else []),
		currency_column(),
	]


def _chart(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
	"""The largest, beside their limits."""
	shown = [row for row in rows if row["exposure"] > 0][:SHOWN_IN_CHART]
	if not shown:
		return None
	return {
		"data": {
			"labels": [row.get("customer_name") or row["group"] for row in shown],
			"datasets": [
				{"name": _("Exposure"), "values": [row["exposure"] for row in shown]},
				{"name": _("Credit Limit"), "values": [row["credit_limit"] or 0 for row in shown]},
			],
		},
		"type": "bar",
		"colors": [reporting.COLORS[0], reporting.COLORS[2]],
		"fieldtype": "Currency",
	}


def _summary(total: Line, asked: Asked) -> list[Any]:
	figures = [
		reporting.figure(_("Exposure"), as_float(total.exposure.total), "Currency", asked.currency),
		reporting.figure(_("Credit Limits"), as_float(total.limit or Decimal(0)), "Currency", asked.currency),
		reporting.figure(
			_("Overdue"),
			as_float(rounded(total.overdue, asked.currency)),
			"Currency",
			asked.currency,
			"Orange",
		),
		reporting.figure(_("Over the Limit"), total.over, "Int", indicator="Red" if total.over else "Green"),
	]
	if total.utilisation is not None:
		figures.insert(2, reporting.figure(_("Utilisation"), total.utilisation, "Percent"))
	return figures
