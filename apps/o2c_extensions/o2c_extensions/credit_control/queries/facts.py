"""What documents say about a customer, as far as a policy asks for it. One query, whatever the policy asks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Count, Max, Min, Sum
from frappe.utils import getdate

from o2c_extensions.common.money import decimal, rounded
from o2c_extensions.credit_control.domain import facts as names

# The event by which whoever keeps promises to pay says that a customer has broken one.
PROMISE_BROKEN = "Promise Broken"
# What a debit that the bank has taken back is called on its Bank Transaction.
RETURNED = "Return"
_HALF_A_CENT = Decimal("0.005")


def about(
	customer: str,
	company: str,
	currency: str,
	today: date,
	needs: Collection[str],
	groups: Collection[str],
	territories: Collection[str],
	without: str | None,
) -> dict[str, Any]:
	"""The fields of Facts that belong to these groups of facts.

	Args:
		groups, territories: those that the policy names: whether the customer is in or below them is asked.
		without: the order that is being checked, which is no order before itself.
	"""
	needs = set(needs) & set(_COLUMNS)
	if not needs:
		return {}
	customers = frappe.qb.DocType("Customer")
	query = frappe.qb.from_(customers).where(customers.name == customer)
	columns: list[Any] = []
	if names.OVERDUE in needs:
		overdue = _overdue(customer, company, currency, today).as_("overdue")
		query = query.left_join(overdue).on(overdue.customer == customers.name)
		columns += [overdue.due.as_("due"), overdue.amount.as_("amount"), overdue.oldest.as_("oldest")]
	if names.TREES in needs:
		columns += [customers.customer_group, customers.territory]
		columns += _within("Customer Group", customers.customer_group, groups, "group")
		columns += _within("Territory", customers.territory, territories, "territory")
	if names.DUNNING in needs:
		columns.append(_dunning_level(customer, company).as_("level"))
	if names.FIRST_ORDER in needs:
		columns.append(_first_order(customer, company, without).as_("first_order"))
	if names.PROMISES in needs:
		columns.append(_broken_promise(customer).as_("promise"))
	if names.BOUNCED in needs:
		columns.append(_bounced_debit(customer, company).as_("bounced"))
	(row,) = query.select(*columns).run(as_dict=True)
	found: dict[str, Any] = {}
	for need in sorted(needs):
		found.update(_COLUMNS[need](row, currency, today, sorted(groups), sorted(territories)))
	return found


# --- reading the row -----------------------------------------------------------------------------------------------------


def _read_overdue(row: Any, currency: str, today: date, *_names: Any) -> dict[str, Any]:
	return {
		"overdue_days": (today - getdate(row.due)).days if row.due else 0,
		"overdue_amount": rounded(decimal(row.amount), currency),
		"oldest_item_days": (today - getdate(row.oldest)).days if row.oldest else 0,
	}


def _read_trees(
	row: Any, currency: str, today: date, groups: list[str], territories: list[str]
) -> dict[str, Any]:
	return {
		"customer_group": row.customer_group or "",
		"territory": row.territory or "",
		"groups": frozenset(_hits(row, groups, "group")),
		"territories": frozenset(_hits(row, territories, "territory")),
	}


def _hits(row: Any, asked: list[str], prefix: str) -> Iterable[str]:
	return (name for number, name in enumerate(asked) if row[f"{prefix}_{number}"])


def _read_dunning(row: Any, *_rest: Any) -> dict[str, Any]:
	return {"dunning_level": int(row.level or 0)}


def _read_first_order(row: Any, *_rest: Any) -> dict[str, Any]:
	return {"first_order": _day(row.first_order)}


def _read_promise(row: Any, *_rest: Any) -> dict[str, Any]:
	return {"broken_promise": _day(row.promise)}


def _read_bounced(row: Any, *_rest: Any) -> dict[str, Any]:
	return {"bounced_debit": _day(row.bounced)}


def _day(value: Any) -> date | None:
	return getdate(value) if value else None


_COLUMNS: dict[str, Callable[..., dict[str, Any]]] = {
	names.TREES: _read_trees,
	names.OVERDUE: _read_overdue,
	names.DUNNING: _read_dunning,
	names.FIRST_ORDER: _read_first_order,
	names.PROMISES: _read_promise,
	names.BOUNCED: _read_bounced,
}


# --- asking --------------------------------------------------------------------------------------------------------------


def _overdue(customer: str, company: str, currency: str, today: date) -> Any:
	"""Of a customer's open invoices together: the earliest due date that was missed, the amount, and the oldest invoice."""
	each = _overdue_invoices(customer, company, currency, today).as_("each_invoice")
	return (
		frappe.qb.from_(each)
		.select(
			each.customer,
			Min(each.due).as_("due"),
			Sum(each.amount).as_("amount"),
			Min(each.oldest).as_("oldest"),
		)
		.groupby(each.customer)
	)


def _overdue_invoices(customer: str, company: str, currency: str, today: date) -> Any:
	"""What is overdue of each open invoice. What was paid has paid the earliest instalments.

	So an instalment is open as far as more is outstanding than the later ones make together.
	"""
	invoices, terms = frappe.qb.DocType("Sales Invoice"), frappe.qb.DocType("Payment Schedule")
	due = Coalesce(terms.due_date, invoices.due_date)
	outstanding = (
		Case()
		.when(invoices.party_account_currency == currency, invoices.outstanding_amount)
		.else_(invoices.outstanding_amount * invoices.conversion_rate)
	)
	unsettled = outstanding - Coalesce(_later(invoices, terms), 0)
	is_overdue = (due < today) & (unsettled > _HALF_A_CENT)
	return (
		frappe.qb.from_(invoices)
		.left_join(terms)
		.on((terms.parent == invoices.name) & (terms.parenttype == "Sales Invoice"))
		.select(
			invoices.customer,
			Min(Case().when(is_overdue, due)).as_("due"),
			Max(Case().when(is_overdue, unsettled).else_(0)).as_("amount"),
			Min(invoices.posting_date).as_("oldest"),
		)
		.where(
			(invoices.customer == customer)
			& (invoices.company == company)
			& (invoices.docstatus == 1)
			& (invoices.outstanding_amount > 0)
			& (invoices.posting_date <= today)
		)
		.groupby(invoices.name, invoices.customer)
	)


def _later(invoices: Any, terms: Any) -> Any:
	"""What the instalments after this one make, in the company's currency."""
	later = frappe.qb.DocType("Payment Schedule").as_("later")
	return (
		frappe.qb.from_(later)
		.select(Sum(later.base_payment_amount))
		.where(
			(later.parent == invoices.name)
			& (later.parenttype == "Sales Invoice")
			& (later.due_date > terms.due_date)
		)
	)


def _within(doctype: str, own: Any, asked: Collection[str], prefix: str) -> list[Any]:
	"""For each of these nodes, whether the customer's own node is it or below it."""
	return [
		_is_below(doctype, own, name, f"{prefix}_{number}").as_(f"{prefix}_{number}")
		for number, name in enumerate(sorted(asked))
	]


def _is_below(doctype: str, own: Any, name: str, alias: str) -> Any:
	node = frappe.qb.DocType(doctype).as_(f"{alias}_node")
	above = frappe.qb.DocType(doctype).as_(f"{alias}_above")
	return (
		frappe.qb.from_(node)
		.join(above)
		.on((above.lft <= node.lft) & (above.rgt >= node.rgt))
		.select(Count(above.name))
		.where((node.name == own) & (above.name == name))
	)


def _dunning_level(customer: str, company: str) -> Any:
	dunnings = frappe.qb.DocType("Dunning")
	return (
		frappe.qb.from_(dunnings)
		.select(Max(dunnings.o2c_dunning_level))
		.where(
			(dunnings.customer == customer)
			& (dunnings.company == company)
			& (dunnings.docstatus == 1)
			& (dunnings.status == "Unresolved")
		)
	)


def _first_order(customer: str, company: str, without: str | None) -> Any:
	"""By the index that setup/indexes.py makes: the first entry is the answer, however many there are."""
	orders = frappe.qb.DocType("Sales Order").as_("first_orders")
	return (
		frappe.qb.from_(orders)
		.select(orders.transaction_date)
		.where(
			(orders.customer == customer)
			& (orders.company == company)
			& (orders.docstatus == 1)
			& (orders.name != (without or ""))
		)
		.orderby(orders.transaction_date)
		.limit(1)
	)


def _broken_promise(customer: str) -> Any:
	events = frappe.qb.DocType("O2C Event")
	return (
		frappe.qb.from_(events)
		.select(Max(events.event_time))
		.where(
			(events.reference_doctype == "Customer")
			& (events.reference_name == customer)
			& (events.event == PROMISE_BROKEN)
		)
	)


def _bounced_debit(customer: str, company: str) -> Any:
	lines = frappe.qb.DocType("Bank Transaction")
	return (
		frappe.qb.from_(lines)
		.select(Max(lines.date))
		.where(
			(lines.party == customer)
			& (lines.party_type == "Customer")
			& (lines.company == company)
			& (lines.docstatus == 1)
			& (lines.transaction_type == RETURNED)
		)
	)


def advances(orders: Collection[str]) -> Decimal:
	"""What was paid in advance for these orders together, in the company's currency."""
	rows = frappe.get_all(
		"Sales Order",
		filters={"name": ("in", list(orders))},
		fields=["advance_paid", "currency", "party_account_currency", "conversion_rate", "company"],
		limit_page_length=0,
	)
	return sum((advance_of(row) for row in rows), Decimal(0))


def advance_of(order: Any) -> Decimal:
	"""What was paid in advance for an order. ERPNext keeps that in the currency of the customer's account."""
	paid = decimal(order.advance_paid)
	company_currency = frappe.get_cached_value("Company", order.company, "default_currency")
	if not paid or (order.party_account_currency or company_currency) == company_currency:
		return paid
	return rounded(paid * decimal(order.conversion_rate), company_currency)
