"""A customer's past, read from its documents: one query a kind, however many there are."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import fields
from datetime import date, datetime
from typing import Any

import frappe
from frappe.query_builder.functions import Count
from frappe.utils import get_datetime, getdate

from o2c_extensions.common.money import decimal, rounded
from o2c_extensions.credit_control.domain.credit import Terms
from o2c_extensions.credit_control.domain.past import Parent, Past, PastOrder
from o2c_extensions.credit_control.queries import past_documents as sources
from o2c_extensions.credit_control.queries.holds import HOLD

_CLOSED, _REOPENED, _CANCELLED = "Closed", "Reopened", "Cancelled"
_PASSED, _HELD = "Passed", "Held"


def customers(company: str, since: date, until: date) -> list[str]:
	"""Who has ordered in these days, in order of their names."""
	orders = frappe.qb.DocType("Sales Order")
	rows = (
		frappe.qb.from_(orders)
		.select(orders.customer, Count(orders.name))
		.where(
			(orders.company == company)
			& (orders.docstatus == 1)
			& orders.transaction_date.between(since, until)
		)
		.groupby(orders.customer)
		.orderby(orders.customer)
		.run()
	)
	return [row[0] for row in rows]


def past_of(customer: str, company: str, currency: str, terms: Terms, today: date) -> Past:
	"""All of a customer's past in a company.

	Args:
		terms: what is agreed now: taken where no decision has recorded what was agreed then.
	"""
	head = frappe.db.get_value(
		"Customer", customer, ["customer_name", "customer_group", "territory"], as_dict=True
	)
	orders = _orders(customer, company)
	bills, delivered = sources.bill_rows(customer, company), sources.delivery_rows(customer, company)
	booked = sources.bookings(customer, company)
	submitted = sources.submissions(booked)
	return Past(
		customer=customer,
		customer_name=head.customer_name,
		company=company,
		currency=currency,
		terms=terms,
		customer_group=head.customer_group or "",
		territory=head.territory or "",
		groups=_above("Customer Group", head.customer_group),
		territories=_above("Territory", head.territory),
		orders=tuple(_past_orders(orders, currency)),
		billed=tuple(sources.billed(bills, orders, submitted)),
		shipped=tuple(sources.shipped(delivered, orders)),
		delivered=tuple(sources.deliveries(delivered, bills, submitted)),
		booked=tuple(entry for _voucher, entry in booked),
		invoices=tuple(sources.invoices(customer, company, currency, bills)),
		dunned=tuple(sources.dunnings(customer, company)),
		broken_promises=tuple(sources.broken_promises(customer)),
		bounced_debits=tuple(sources.bounced_debits(customer, company)),
	)


def _above(doctype: str, name: str | None) -> frozenset[str]:
	"""A node and all above it."""
	if not name:
		return frozenset()
	node, above = frappe.qb.DocType(doctype).as_("node"), frappe.qb.DocType(doctype).as_("above")
	rows = (
		frappe.qb.from_(node)
		.join(above)
		.on((above.lft <= node.lft) & (above.rgt >= node.rgt))
		.select(above.name)
		.where(node.name == name)
		.run()
	)
	return frozenset(row[0] for row in rows)


# --- orders --------------------------------------------------------------------------------------------------------------


def _orders(customer: str, company: str) -> list[Any]:
	rows: list[Any] = frappe.get_all(
		"Sales Order",
		filters={"customer": customer, "company": company, "docstatus": ("in", (1, 2))},
		fields=[
			"name",
			"transaction_date",
			"creation",
			"modified",
			"docstatus",
			"status",
			"base_rounded_total",
			"base_grand_total",
			"base_net_total",
			"order_type",
			"payment_terms_template",
		],
		order_by="creation asc, name asc",
		limit_page_length=0,
	)
	return rows


def _past_orders(orders: list[Any], currency: str) -> Iterable[PastOrder]:
	names = [order.name for order in orders]
	checks, holds, events = _checks(names), _holds(names), _events(names)
	released = _released([hold.name for those in holds.values() for hold in those])
	for order in orders:
		payable = rounded(sources.payable(order), currency)
		check = checks.get(order.name)
		at = get_datetime(check.decided_at) if check else get_datetime(order.creation)
		inputs = json.loads(check.inputs) if check else {}
		yield PastOrder(
			name=order.name,
			day=getdate(order.transaction_date),
			at=at,
			amount=decimal(inputs.get("order_amount")) if inputs else payable,
			payable=payable,
			changes=tuple(_changes(order, at, check, holds[order.name], released, events[order.name])),
			order_type=order.order_type or "",
			payment_terms=order.payment_terms_template or "",
			terms=_recorded_terms(inputs),
			parent=_recorded_parent(inputs),
		)


def _changes(
	order: Any,
	at: datetime,
	check: Any | None,
	holds: list[Any],
	released: dict[str, list[Any]],
	events: list[Any],
) -> Iterable[tuple[datetime, bool]]:
	"""When the order began or ceased to count: it does while it has credit, and is neither closed nor cancelled."""
	steps: list[tuple[datetime, str]] = []
	if check is None or check.outcome in ("Pass", "Warn"):
		steps.append((at, _PASSED))
	for hold in holds:
		steps.append((get_datetime(hold.creation), _HELD))
		steps += [(get_datetime(release.creation), _PASSED) for release in released[hold.name]]
	steps += [(get_datetime(event.creation), event.event) for event in events]
	told = {event.event for event in events}
	if (order.docstatus == 2 and _CANCELLED not in told) or (
		order.status == "Closed" and _CLOSED not in told
	):
		steps.append((get_datetime(order.modified), _CLOSED))
	accepted, closed = False, False
	for moment, step in sorted(steps, key=lambda step: step[0]):
		accepted = step == _PASSED or (accepted and step != _HELD)
		closed = step in (_CLOSED, _CANCELLED) or (closed and step != _REOPENED)
		yield moment, accepted and not closed


def _checks(orders: Collection[str]) -> dict[str, Any]:
	"""The first decision about each order."""
	if not orders:
		return {}
	rows = frappe.get_all(
		"O2C Decision",
		filters={
			"subject_doctype": "Sales Order",
			"subject_name": ("in", list(orders)),
			"decision_type": "Credit Check",
		},
		fields=["subject_name", "decided_at", "outcome", "inputs"],
		order_by="decided_at desc, creation desc",
		limit_page_length=0,
	)
	return {row.subject_name: row for row in rows}


def _recorded_terms(inputs: dict[str, Any]) -> Terms | None:
	"""What was agreed when the order was checked. A check that failed has recorded nothing."""
	told = inputs.get("terms")
	if not told or inputs.get("facts") is None:
		return None
	values = {each.name: _typed(told[each.name], each.type) for each in fields(Terms) if each.name in told}
	return Terms(**values)


def _recorded_parent(inputs: dict[str, Any]) -> Parent | None:
	facts = inputs.get("facts")
	if not facts:
		return None
	return Parent(
		facts.get("parent") or "",
		decimal(facts.get("parent_limit")),
		bool(facts.get("parent_has_limit")),
		decimal(facts.get("parent_exposure")),
	)


def _typed(value: Any, kind: Any) -> Any:
	name = str(kind)
	if value is None or "bool" in name:
		return value
	if "Decimal" in name:
		return decimal(value)
	if "date" in name:
		return getdate(value)
	return int(value) if name == "int" else value


def _holds(orders: Collection[str]) -> dict[str, list[Any]]:
	return _by(HOLD, "sales_order", orders, {}, ["name", "sales_order", "creation"])


def _released(holds: Collection[str]) -> dict[str, list[Any]]:
	"""When each hold was released."""
	filters = {"reference_doctype": HOLD, "event": "Released"}
	return _by("O2C Event", "reference_name", holds, filters, ["reference_name", "creation"])


def _events(orders: Collection[str]) -> dict[str, list[Any]]:
	filters = {"reference_doctype": "Sales Order", "event": ("in", (_PASSED, _CLOSED, _REOPENED, _CANCELLED))}
	return _by("O2C Event", "reference_name", orders, filters, ["reference_name", "creation", "event"])


def _by(
	doctype: str, field: str, names: Collection[str], filters: dict[str, Any], columns: list[str]
) -> dict[str, list[Any]]:
	found: dict[str, list[Any]] = defaultdict(list)
	if not names:
		return found
	rows = frappe.get_all(
		doctype,
		filters={**filters, field: ("in", list(names))},
		fields=columns,
		order_by="creation asc",
		limit_page_length=0,
	)
	for row in rows:
		found[row[field]].append(row)
	return found
