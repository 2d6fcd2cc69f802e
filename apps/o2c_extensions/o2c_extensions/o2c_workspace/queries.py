"""What the screens of the workspace show, read with the rights of whoever looks at them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Max, Sum
from frappe.utils import getdate

from o2c_extensions.common.money import decimal
from o2c_extensions.o2c_workspace.domain.balances import balances_at
from o2c_extensions.o2c_workspace.domain.behaviour import Settled
from o2c_extensions.o2c_workspace.domain.overview import Figure, add_up
from o2c_extensions.o2c_workspace.domain.overview import Sum as Total

MOST = 200


def may_read(doctype: str) -> bool:
	"""Whether the user may read documents of a DocType that this site has."""
	return bool(frappe.db.exists("DocType", doctype)) and bool(frappe.has_permission(doctype, "read"))


def readable(doctypes: Iterable[str], right: str = "read") -> list[str]:
	"""Those of the DocTypes that this site has and the user may read (or create, ...)."""
	present = set(frappe.get_all("DocType", filters={"name": ("in", list(doctypes))}, pluck="name"))
	return [doctype for doctype in doctypes if doctype in present and frappe.has_permission(doctype, right)]


def reports() -> list[str]:
	"""The script reports of the app that the user may run, by name."""
	modules = frappe.get_all("Module Def", filters={"app_name": "o2c_extensions"}, pluck="name")
	found = frappe.get_all(
		"Report",
		filters={"module": ("in", modules), "report_type": "Script Report", "disabled": 0},
		pluck="name",
		order_by="name asc",
	)
	if not found:
		return []
	named = frappe.get_all(
		"Has Role",
		filters={"parenttype": "Report", "parent": ("in", found)},
		fields=["parent", "role"],
		limit_page_length=0,
	)
	roles = set(frappe.get_roles())
	open_to: dict[str, set[str]] = {}
	for row in named:
		open_to.setdefault(row.parent, set()).add(row.role)
	return [report for report in found if report not in open_to or open_to[report] & roles]


def total(figure: Figure) -> Total:
	"""What a figure comes to, over the documents that the user may see."""
	rows = frappe.get_list(
		figure.doctype,
		filters=[[figure.doctype, *condition] for condition in figure.conditions],
		fields=["name", *figure.fields],
		limit_page_length=0,
		order_by=None,
	)
	return add_up(figure, ({field: decimal(row[field]) for field in figure.fields} for row in rows))


def documents(
	doctype: str, filters: Sequence[Sequence[Any]], fields: Sequence[str], order_by: str, limit: int = MOST
) -> list[Any]:
	"""Documents that the user may see; none of a DocType that the user may not read."""
	if not may_read(doctype):
		return []
	rows: list[Any] = frappe.get_list(
		doctype,
		filters=[list(condition) for condition in filters],
		fields=["name", *fields],
		order_by=f"`tab{doctype}`.{order_by}",
		limit_page_length=limit,
		# Not `distinct`, which makes the framework forget the order.
		group_by=f"`tab{doctype}`.name",
	)
	return rows


def settled_invoices(customer: str, company: str, since: date) -> list[Settled]:
	"""The customer's invoices that were due since a day and are paid: with the day of the last payment.

	For whoever may read the customer: the figure that comes of it says nothing about a single invoice.
	"""
	entry = frappe.qb.DocType("Payment Ledger Entry")
	invoice = frappe.qb.DocType("Sales Invoice")
	rows = (
		frappe.qb.from_(invoice)
		.join(entry)
		.on((entry.against_voucher_no == invoice.name) & (entry.against_voucher_type == "Sales Invoice"))
		.select(invoice.base_grand_total, invoice.due_date, Max(entry.posting_date).as_("paid"))
		.where(
			(invoice.customer == customer)
			& (invoice.company == company)
			& (invoice.docstatus == 1)
			& (invoice.is_return == 0)
			& (invoice.outstanding_amount <= 0)
			& (invoice.due_date >= since)
			& (entry.delinked == 0)
			& (entry.amount < 0)
		)
		.groupby(invoice.name, invoice.base_grand_total, invoice.due_date)
		.run(as_dict=True)
	)
	return [Settled(decimal(row.base_grand_total), getdate(row.due_date), getdate(row.paid)) for row in rows]


def open_balance(customer: str, company: str) -> float:
	"""What the customer owes, in the company's currency, by the payment ledger. For whoever may read the customer."""
	entry = frappe.qb.DocType("Payment Ledger Entry")
	rows = (
		frappe.qb.from_(entry)
		.select(Sum(entry.amount).as_("balance"))
		.where(
			(entry.party_type == "Customer")
			& (entry.party == customer)
			& (entry.company == company)
			& (entry.account_type == "Receivable")
			& (entry.delinked == 0)
		)
		.run(as_dict=True)
	)
	return float(rows[0].balance or 0)


def balances(customer: str, company: str, days: Sequence[date]) -> dict[date, Decimal]:
	"""What the customer owed at the end of each of these days, in the company's currency. For whoever may see invoices."""
	entry = frappe.qb.DocType("Payment Ledger Entry")
	# All that was before the first of the days comes as one row.
	posted = Case().when(entry.posting_date > days[0], entry.posting_date).else_(days[0])
	rows = (
		frappe.qb.from_(entry)
		.select(posted.as_("posted"), Sum(entry.amount).as_("amount"))
		.where(
			(entry.party_type == "Customer")
			& (entry.party == customer)
			& (entry.company == company)
			& (entry.account_type == "Receivable")
			& (entry.delinked == 0)
			& (entry.posting_date <= days[-1])
		)
		.groupby(posted)
		.run(as_dict=True)
	)
	return balances_at(days, ((getdate(row.posted), decimal(row.amount)) for row in rows))


def contacts(customer: str) -> list[Any]:
	"""The customer's contacts, as far as the user may see contacts."""
	return documents(
		"Contact",
		[("Dynamic Link", "link_doctype", "=", "Customer"), ("Dynamic Link", "link_name", "=", customer)],
		["first_name", "last_name", "email_id", "phone", "mobile_no", "is_primary_contact"],
		"is_primary_contact desc",
		20,
	)


def names(rows: Collection[Any]) -> list[str]:
	return [str(row.name) for row in rows]
