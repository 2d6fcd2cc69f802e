"""Which documents are held, which wait, and which releases have run out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

import frappe
from pypika.terms import Criterion, ExistsCriterion

HOLD = "Credit Hold"
# Not these, rather than a list of those that hold: a state that an administrator adds to the workflow holds too.
FREE = ("Released", "Withdrawn")
DECIDED = (*FREE, "Rejected")


def holds_on(orders: Collection[str]) -> dict[str, str]:
	"""The orders among these that are held, with their hold's status: Open, In Review, Rejected."""
	return {hold.sales_order: hold.status for hold in holds_of(orders)}


def holds_of(orders: Collection[str]) -> list[Any]:
	"""The holds that keep these orders back, the oldest first: name, sales_order, customer, status."""
	if not orders:
		return []
	rows: list[Any] = frappe.get_all(
		HOLD,
		filters={"sales_order": ("in", list(orders)), "status": ("not in", FREE)},
		fields=["name", "sales_order", "customer", "customer_name", "status"],
		order_by="creation asc",
		limit_page_length=0,
	)
	return rows


def hold_on(order: str) -> Any | None:
	"""The latest hold of an order that was not withdrawn, whether it still holds or not."""
	rows = frappe.get_all(
		HOLD,
		filters={"sales_order": order, "status": ("!=", "Withdrawn")},
		fields=["name", "status", "order_amount", "valid_until"],
		order_by="creation desc, name desc",
		limit_page_length=1,
	)
	return rows[0] if rows else None


def holds_about(
	orders: Collection[str], rows: Collection[str], documents: Collection[tuple[str, str]]
) -> list[Any]:
	"""All holds but withdrawn ones, the oldest first, on these orders, on the orders of these rows, on these documents.

	One query, whatever is asked for; a row of an order counts besides the order that it is said to be of.
	"""
	hold, row = frappe.qb.DocType(HOLD), frappe.qb.DocType("Sales Order Item")
	about: list[Any] = []
	if orders:
		about.append(hold.sales_order.isin(sorted(orders)))
	if rows:
		owners = frappe.qb.from_(row).select(row.parent).where(row.name.isin(sorted(rows)))
		about.append(hold.sales_order.isin(owners))
	for doctype in sorted({doctype for doctype, _name in documents}):
		names = sorted(name for kind, name in documents if kind == doctype)
		about.append((hold.held_doctype == doctype) & hold.held_document.isin(names))
	if not about:
		return []
	found: list[Any] = (
		frappe.qb.from_(hold)
		.select(
			hold.name,
			hold.sales_order,
			hold.held_doctype,
			hold.held_document,
			hold.customer,
			hold.customer_name,
			hold.company,
			hold.status,
			hold.order_amount,
			hold.valid_until,
			hold.causes,
		)
		.where(Criterion.any(about) & (hold.status != "Withdrawn"))
		.orderby(hold.creation)
		.orderby(hold.name)
		.run(as_dict=True)
	)
	return found


def lock(documents: Iterable[tuple[str, str]]) -> None:
	"""Lock the rows of these documents, as (DocType, name), one by one, in the order that is given."""
	for doctype, name in documents:
		frappe.db.get_value(doctype, name, "name", for_update=True)


def waiting(customer: str, company: str) -> list[Any]:
	"""The holds of a customer that wait for a decision, or for money."""
	rows: list[Any] = frappe.get_all(
		HOLD,
		filters={"customer": customer, "company": company, "status": ("not in", DECIDED)},
		fields=[
			"name",
			"sales_order",
			"held_doctype",
			"held_document",
			"order_amount",
			"priority",
			"creation",
			"required_deposit",
			"currency",
		],
		limit_page_length=0,
	)
	return rows


def waiting_accounts() -> set[tuple[str, str]]:
	"""The (customer, company) that have a hold that waits."""
	rows = frappe.get_all(
		HOLD,
		filters={"status": ("not in", DECIDED)},
		fields=["customer", "company"],
		distinct=True,
		order_by="customer asc, company asc",
		limit_page_length=0,
	)
	return {(row.customer, row.company) for row in rows}


def waits(customer: str, company: str) -> bool:
	"""Whether anything of this customer waits. An empty name stands for all of its kind."""
	filters: dict[str, Any] = {"status": ("not in", DECIDED)}
	if customer:
		filters["customer"] = customer
	if company:
		filters["company"] = company
	return bool(frappe.db.exists(HOLD, filters))


def run_out(today: date) -> list[str]:
	"""Orders that wait to be delivered or billed, whose latest hold was released until a day that is over."""
	hold, order = frappe.qb.DocType(HOLD), frappe.qb.DocType("Sales Order")
	later = frappe.qb.DocType(HOLD).as_("later")
	newer = (
		frappe.qb.from_(later)
		.select(later.name)
		.where(
			(later.sales_order == hold.sales_order)
			& (later.status != "Withdrawn")
			& (
				(later.creation > hold.creation)
				| ((later.creation == hold.creation) & (later.name > hold.name))
			)
		)
	)
	rows = (
		frappe.qb.from_(hold)
		.join(order)
		.on(order.name == hold.sales_order)
		.select(hold.sales_order)
		.distinct()
		.where(
			(hold.status == "Released")
			& (hold.valid_until < today)
			& (order.docstatus == 1)
			& order.status.notin(("Closed", "Completed"))
			& ExistsCriterion(newer).negate()
		)
		.orderby(hold.sales_order)
		.run()
	)
	return [row[0] for row in rows]


def silent_since(moment: datetime) -> list[str]:
	"""Holds that have waited since `moment` without anybody having been told of it since, by name."""
	hold = frappe.qb.DocType(HOLD)
	rows = (
		frappe.qb.from_(hold)
		.select(hold.name)
		.where(
			hold.status.notin(DECIDED)
			& (hold.creation <= moment)
			& (hold.escalated_at.isnull() | (hold.escalated_at <= moment))
		)
		.orderby(hold.name)
		.run()
	)
	return [row[0] for row in rows]


def notes_on(customer: str, company: str) -> list[str]:
	"""The notes that this customer is to be looked at again."""
	names: list[str] = frappe.get_all(
		"Credit Recheck",
		filters={"customer": customer, "company": company},
		pluck="name",
		limit_page_length=0,
	)
	return names


def notes() -> list[Any]:
	"""All notes that somebody is to be looked at again: name, customer, company, cause, creation."""
	rows: list[Any] = frappe.get_all(
		"Credit Recheck",
		fields=["name", "customer", "company", "cause", "creation"],
		order_by="creation asc",
		limit_page_length=0,
	)
	return rows


def fill_in() -> None:
	"""Write into holds that do not say so yet that they are on their orders, for the amount over the limit."""
	hold = frappe.qb.DocType(HOLD)
	(
		frappe.qb.update(hold)
		.set(hold.held_doctype, "Sales Order")
		.set(hold.held_document, hold.sales_order)
		.set(hold.checkpoint, "Order")
		.set(hold.priority, 5)
		.set(hold.amount_to_release, hold.excess)
		.where(hold.held_document.isnull() & hold.sales_order.isnotnull())
		.run()
	)
