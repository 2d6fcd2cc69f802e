"""The screens of the workspace: each is one answer, with nothing in it that the user may not see."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

import frappe
from frappe.utils import add_months, getdate

from o2c_extensions.common import casebook
from o2c_extensions.common.money import as_float, rounded
from o2c_extensions.credit_control.services import exposure as credit
from o2c_extensions.credit_control.services.holds import actions_on
from o2c_extensions.o2c_workspace import queries
from o2c_extensions.o2c_workspace.domain import behaviour as payment
from o2c_extensions.o2c_workspace.domain import overview as screen
from o2c_extensions.o2c_workspace.domain.overview import Figure
from o2c_extensions.o2c_workspace.services.page import DOCTYPES

_SALES = ["status", "customer", "customer_name", "currency", "grand_total", "docstatus"]
_BEHAVIOUR_MONTHS = 12


def overview(company: str, today: date) -> dict[str, Any]:
	"""What needs a human now, and the money in each stage, as far as the user may see it."""
	visible = set(queries.readable(DOCTYPES))
	currency = frappe.get_cached_value("Company", company, "default_currency")

	def shown(figures: tuple[Figure, ...]) -> list[dict[str, Any]]:
		return [_figure(figure, currency) for figure in figures if figure.doctype in visible]

	return {
		"company": company,
		"currency": currency,
		"today": today.isoformat(),
		"attention": shown(screen.attention(company, today)),
		"stages": shown(screen.stages(company, today)),
	}


def _figure(figure: Figure, currency: str) -> dict[str, Any]:
	total = queries.total(figure)
	return {
		"key": figure.key,
		"doctype": figure.doctype,
		"filters": [list(condition) for condition in figure.conditions],
		"count": total.count,
		"amount": None if total.amount is None else as_float(rounded(total.amount, currency)),
	}


def order(name: str) -> dict[str, Any]:
	"""One order's way from purchase order to cash."""
	doc = frappe.get_doc("Sales Order", name)
	doc.check_permission("read")
	doc.apply_fieldlevel_read_permissions()
	invoices = _invoices([("Sales Invoice Item", "sales_order", "=", name)])
	holds = _holds(name)
	waiting = [hold for hold in holds if hold.status not in ("Released", "Rejected", "Withdrawn")]
	case = doc.get("o2c_case") or name
	return {
		"order": _order_head(doc),
		"items": [_order_line(row) for row in doc.items],
		"holds": holds,
		"actions": actions_on(waiting[0].name) if waiting else [],
		"plans": queries.documents(
			"Fulfilment Plan", [("sales_order", "=", name)], ["status"], "creation desc"
		),
		"deliveries": queries.documents(
			"Delivery Note",
			[("Delivery Note Item", "against_sales_order", "=", name), ("docstatus", "<", 2)],
			[*_SALES, "posting_date", "is_return", "per_billed"],
			"creation asc",
		),
		"purchases": queries.documents(
			"Purchase Order",
			[("Purchase Order Item", "sales_order", "=", name), ("docstatus", "<", 2)],
			["status", "supplier_name", "transaction_date", "currency", "grand_total", "docstatus"],
			"creation asc",
		),
		"invoices": invoices,
		"payments": _payments([*queries.names(invoices), name]),
		"dunnings": _dunnings(queries.names(invoices)),
		"events": _events(case),
		"decisions": _decisions(case),
		"stages": list(casebook.STAGES),
	}


def _order_head(doc: Any) -> dict[str, Any]:
	fields = (
		"name customer customer_name company status docstatus transaction_date delivery_date po_no po_date currency "
		"grand_total net_total total_taxes_and_charges per_delivered per_billed o2c_case o2c_credit_status "
		"o2c_promised_date contact_display contact_email"
	)
	return {field: doc.get(field) for field in fields.split()}


def _order_line(row: Any) -> dict[str, Any]:
	fields = (
		"name idx item_code item_name qty uom rate amount delivered_qty billed_amt warehouse delivered_by_supplier "
		"supplier delivery_date o2c_promised_date"
	)
	return {field: row.get(field) for field in fields.split()}


def _holds(order_name: str) -> list[Any]:
	fields = "status reasons currency order_amount credit_limit exposure excess decided_by comment"
	return queries.documents(
		"Credit Hold", [("sales_order", "=", order_name)], fields.split(), "creation desc"
	)


def _invoices(filters: list[tuple[Any, ...]]) -> list[Any]:
	return queries.documents(
		"Sales Invoice",
		[*filters, ("docstatus", "<", 2)],
		[*_SALES, "posting_date", "due_date", "outstanding_amount", "is_return"],
		"creation asc",
	)


def _payments(references: list[str]) -> list[Any]:
	return queries.documents(
		"Payment Entry",
		[("Payment Entry Reference", "reference_name", "in", references), ("docstatus", "=", 1)],
		["posting_date", "paid_amount", "paid_from_account_currency", "reference_no", "status", "party_name"],
		"posting_date asc",
	)


def _dunnings(invoices: list[str]) -> list[Any]:
	if not invoices:
		return []
	return queries.documents(
		"Dunning",
		[("Overdue Payment", "sales_invoice", "in", invoices), ("docstatus", "=", 1)],
		["posting_date", "dunning_type", "o2c_dunning_level", "status", "currency", "grand_total"],
		"posting_date asc",
	)


def _events(case: str) -> list[Any]:
	return queries.documents(
		"O2C Event",
		[("o2c_case", "=", case)],
		["stage", "event", "event_time", "actor", "reference_doctype", "reference_name", "details"],
		"event_time asc",
		1000,
	)


def _decisions(case: str) -> list[Any]:
	return queries.documents(
		"O2C Decision",
		[("o2c_case", "=", case)],
		[
			"decision_type",
			"outcome",
			"reasons",
			"rule",
			"rule_version",
			"inputs",
			"decided_at",
			"decided_by",
			"reference_doctype",
			"reference_name",
		],
		"decided_at asc",
	)


def customer(name: str, company: str, today: date) -> dict[str, Any]:
	"""One customer: what it owes and may owe, how it pays, and what has passed."""
	doc = frappe.get_doc("Customer", name)
	doc.check_permission("read")
	fields = "name customer_name customer_group territory customer_type default_currency language disabled payment_terms"
	sees_money = queries.may_read("Sales Invoice")
	open_items = (
		_invoices([("customer", "=", name), ("company", "=", company), ("outstanding_amount", "!=", 0)])
		if sees_money
		else []
	)
	return {
		"customer": {field: doc.get(field) for field in fields.split()},
		"company": company,
		"currency": frappe.get_cached_value("Company", company, "default_currency"),
		"balance": queries.open_balance(name, company) if sees_money else None,
		"credit": _credit(name, company),
		"behaviour": _behaviour(name, company, today) if sees_money else None,
		"open_items": open_items,
		"orders": queries.documents(
			"Sales Order",
			[("customer", "=", name), ("company", "=", company), ("docstatus", "=", 1)],
			[*_SALES, "transaction_date", "o2c_credit_status", "per_delivered", "per_billed"],
			"transaction_date desc",
			20,
		),
		"holds": queries.documents(
			"Credit Hold",
			[("customer", "=", name), ("company", "=", company)],
			["status", "sales_order", "order_amount", "excess", "currency", "creation"],
			"creation desc",
			10,
		),
		"payments": queries.documents(
			"Payment Entry",
			[
				("party_type", "=", "Customer"),
				("party", "=", name),
				("company", "=", company),
				("docstatus", "=", 1),
			],
			[
				"posting_date",
				"paid_amount",
				"paid_from_account_currency",
				"unallocated_amount",
				"reference_no",
			],
			"posting_date desc",
			20,
		),
		"dunnings": queries.documents(
			"Dunning",
			[("customer", "=", name), ("company", "=", company), ("docstatus", "=", 1)],
			["posting_date", "dunning_type", "o2c_dunning_level", "status", "currency", "grand_total"],
			"posting_date desc",
			20,
		),
		"deductions": queries.documents(
			"Deduction",
			[("customer", "=", name), ("company", "=", company), ("status", "in", ("Open", "Refused"))],
			["date", "sales_invoice", "reason", "status", "currency", "amount", "open_amount"],
			"date desc",
			20,
		),
		"contacts": queries.contacts(name),
	}


def _credit(customer_name: str, company: str) -> dict[str, Any] | None:
	"""Limit and exposure, for whoever may see credit holds."""
	if not queries.may_read("Credit Hold"):
		return None
	found = credit.credit_of(customer_name, company)
	parts = {field: as_float(value) for field, value in asdict(found.exposure).items()}
	return {
		"limit": as_float(found.terms.limit),
		"prepay_only": found.terms.prepay_only,
		"exposure": as_float(found.exposure.total),
		"parts": parts,
	}


def _behaviour(customer_name: str, company: str, today: date) -> dict[str, Any]:
	since = getdate(add_months(today, -_BEHAVIOUR_MONTHS))
	found = payment.behaviour(queries.settled_invoices(customer_name, company, since))
	return {
		"invoices": found.invoices,
		"months": _BEHAVIOUR_MONTHS,
		"days_beyond_terms": None if found.days_beyond_terms is None else float(found.days_beyond_terms),
		"on_time": None if found.on_time is None else float(found.on_time),
	}
