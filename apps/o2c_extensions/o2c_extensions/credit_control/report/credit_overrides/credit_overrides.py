"""Credit Overrides: where people went beyond the rules: orders released over the limit, limits changed, proposals decided.

What was released by itself is no override. Changes of limits come from the history of credit profiles, customers, customer
groups and the company; those of a group or the company have no customer. A proposal that was accepted is there twice: as the
decision, and as the change that it made.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import fmt_money, get_datetime, get_fullname

from o2c_extensions.common.money import decimal
from o2c_extensions.credit_control.domain import history
from o2c_extensions.credit_control.domain.history import Change
from o2c_extensions.credit_control.queries import reports as queries
from o2c_extensions.credit_control.services import reporting
from o2c_extensions.credit_control.services.reporting import Asked, column, currency_column, link, money

RELEASED, CHANGED, DECIDED = "Order Released", "Limit Changed", "Proposal Decided"
KINDS = ("All", RELEASED, CHANGED, DECIDED)


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	"""Columns, rows, no message, chart, summary."""
	frappe.only_for(reporting.ROLES)
	asked = reporting.asked(filters)
	kind = asked.option("kind", *KINDS)
	sources = {RELEASED: _released, CHANGED: _changed, DECIDED: _decided}
	rows = [row for name, source in sources.items() if kind in ("All", name) for row in source(asked)]
	if asked.customer:
		rows = [row for row in rows if row["customer"] == asked.customer]
	rows.sort(key=lambda row: row["at"])
	names = {user: get_fullname(user) for user in {row["user"] for row in rows}}
	for row in rows:
		row["by"] = names[row["user"]]
		row["kind"] = _(row["kind_key"])
	return _columns(), rows, None, _chart(rows), _summary(rows, asked)


def _released(asked: Asked) -> Iterator[dict[str, Any]]:
	for hold in queries.decided(asked.company, asked.first, asked.last, ("Released",), asked.customer):
		if not hold.released_automatically:
			yield {
				"kind_key": RELEASED,
				"at": get_datetime(hold.decided_at),
				"user": hold.decided_by,
				"customer": hold.customer,
				"customer_name": hold.customer_name,
				"doctype": "Credit Hold",
				"document": hold.name,
				"what": hold.held_document or hold.sales_order,
				"before": _money(hold.credit_limit, hold.currency),
				"after": "",
				"excess": hold.excess,
				"comment": hold.comment,
				"currency": hold.currency,
			}


def _decided(asked: Asked) -> Iterator[dict[str, Any]]:
	for proposal in queries.decided_proposals(asked.company, asked.first, asked.last):
		yield {
			"kind_key": DECIDED,
			"at": get_datetime(proposal.decided_at),
			"user": proposal.decided_by,
			"customer": proposal.customer,
			"customer_name": proposal.customer_name,
			"doctype": queries.PROPOSAL,
			"document": proposal.name,
			"what": _(proposal.status),
			"before": _money(proposal.current_limit, proposal.currency),
			"after": _money(proposal.proposed_limit, proposal.currency),
			"excess": None,
			"comment": proposal.comment,
			"currency": proposal.currency,
		}


def _changed(asked: Asked) -> Iterator[dict[str, Any]]:
	"""What the history tells of the period; and the limits that profiles began with, which no history tells."""
	versions = queries.changes_of_limits(asked.company, asked.first)
	found = [
		(version, change)
		for version in versions
		for change in history.changes(version.ref_doctype, version.data)
	]
	companies = queries.companies_of_limits({change.row for _version, change in found if change.row})
	profiles = queries.profiles(asked.company)
	customers = queries.customers(
		{version.docname for version, _change in found if version.ref_doctype == "Customer"}
	)
	end = queries.start_of(asked.last + timedelta(days=1))
	for version, change in found:
		company = change.company or companies.get(change.row)
		if get_datetime(version.creation) >= end or (company and company != asked.company):
			continue
		whose = _whose(version, profiles, customers)
		if whose:
			yield _change(version.ref_doctype, version, whose, change, asked)
	for name, profile in profiles.items():
		if queries.start_of(asked.first) <= get_datetime(profile.creation) < end:
			start = _start(profile, [change for version, change in found if version.docname == name])
			if start:
				version = frappe._dict(docname=name, owner=profile.owner, creation=profile.creation)
				yield _change(
					queries.PROFILE, version, (profile.customer, profile.customer_name), start, asked
				)


def _whose(
	version: Any, profiles: dict[str, Any], customers: dict[str, str]
) -> tuple[str | None, str] | None:
	"""Customer and name of what was changed; None if the user may not see it, or it belongs to another company."""
	if version.ref_doctype == queries.PROFILE:
		profile = profiles.get(version.docname)
		return (profile.customer, profile.customer_name) if profile else None
	if version.ref_doctype == "Customer":
		name = customers.get(version.docname)
		return (version.docname, name) if name else None
	return None, version.docname


def _start(profile: Any, later: list[Change]) -> Change | None:
	"""The limit that a profile was made with: what its first change has changed, else what it is now."""
	field = "credit_limit"
	before = next((change.before for change in later if change.field == field), None)
	if before is None and profile.limit_kind == "Limit":
		before = _money(profile.credit_limit, profile.currency)
	return Change(field, "", before) if before else None


def _change(
	doctype: str, version: Any, whose: tuple[str | None, str], change: Change, asked: Asked
) -> dict[str, Any]:
	return {
		"kind_key": CHANGED,
		"at": get_datetime(version.creation),
		"user": version.owner,
		"customer": whose[0],
		"customer_name": whose[1],
		"doctype": doctype,
		"document": version.docname,
		"what": _label(doctype, change),
		"before": change.before,
		"after": change.after,
		"excess": None,
		"comment": "",
		"currency": asked.currency,
	}


def _label(doctype: str, change: Change) -> str:
	table = "Customer Credit Limit" if change.row else doctype
	return str(_(frappe.get_meta(table).get_label(change.field)))


def _money(amount: Any, currency: str) -> str:
	return str(fmt_money(amount or 0, currency=currency))


def _columns() -> list[dict[str, Any]]:
	return [
		column("at", _("Decided At"), "Datetime", 160),
		column("by", _("Decided By"), width=150),
		column("kind", _("Kind"), width=150),
		column("customer_name", _("Customer"), width=200),
		column("document", _("Document"), "Dynamic Link", 180, options="doctype"),
		column("what", _("What"), width=160),
		column("before", _("Before"), width=130, align="right"),
		column("after", _("After"), width=130, align="right"),
		money("excess", _("Over the Limit")),
		column("comment", _("Comment"), width=280),
		link("customer", _("Customer"), "Customer") | {"hidden": 1},
		column("doctype", _("Kind of Document"), hidden=1),
		currency_column(),
	]


def _chart(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
	"""How many of each kind in each month."""
	by_month = reporting.groups(rows, lambda row: row["at"].strftime("%Y-%m"))
	if not by_month:
		return None
	datasets = [
		{
			"name": _(kind),
			"values": [sum(row["kind_key"] == kind for row in members) for members in by_month.values()],
		}
		for kind in KINDS[1:]
	]
	return {
		"data": {"labels": list(by_month), "datasets": datasets},
		"type": "bar",
		"barOptions": {"stacked": 1},
		"colors": list(reporting.COLORS[:3]),
		"fieldtype": "Int",
	}


def _summary(rows: list[dict[str, Any]], asked: Asked) -> list[Any]:
	released = [row for row in rows if row["kind_key"] == RELEASED]
	allowed = sum(decimal(row["excess"]) for row in released)
	return [
		reporting.figure(_("Orders Released over the Limit"), len(released), "Int"),
		reporting.figure(_("Allowed over the Limit"), allowed, "Currency", asked.currency, "Orange"),
		reporting.figure(_("Limits Changed"), sum(row["kind_key"] == CHANGED for row in rows), "Int"),
		reporting.figure(_("Proposals Decided"), sum(row["kind_key"] == DECIDED for row in rows), "Int"),
	]
