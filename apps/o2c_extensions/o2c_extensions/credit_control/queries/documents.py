"""The documents that a customer's exposure consists of, and the customers that a roll-up consists of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Count, Min, Sum

from o2c_extensions.credit_control.queries.exposure import ACCOUNT, ENTRY, PARTS
from o2c_extensions.credit_control.queries.vouchers import LEDGER, on_account

_HALF_A_CENT = 0.005


def kept(customer: str, company: str, part: str, start: int, limit: int) -> list[Any]:
	"""The orders or deliveries of a part, by day of delivery: doctype, name, date (of delivery), amount."""
	table = frappe.qb.DocType(ENTRY)
	rows: list[Any] = (
		frappe.qb.from_(table)
		.select(
			table.voucher_type.as_("doctype"),
			table.voucher_no.as_("name"),
			Min(table.falls_on).as_("date"),
			Sum(table[part]).as_("amount"),
		)
		.where((table.customer == customer) & (table.company == company) & (table[part] != 0))
		.groupby(table.voucher_type, table.voucher_no)
		.orderby(Min(table.falls_on))
		.orderby(table.voucher_no)
		.limit(limit)
		.offset(start)
		.run(as_dict=True)
	)
	return rows


def booked(customer: str, company: str, unallocated: bool, start: int, limit: int) -> list[Any]:
	"""What is open in the payment ledger, by due date: doctype, name, date (due), amount.

	Receivables by what is to be paid, since payments are set off there; money on account by what it came with.
	"""
	table = frappe.qb.DocType(LEDGER)
	doctype = table.voucher_type if unallocated else table.against_voucher_type
	name = table.voucher_no if unallocated else table.against_voucher_no
	amount = Sum(-table.amount if unallocated else table.amount)
	rows: list[Any] = (
		frappe.qb.from_(table)
		.select(
			doctype.as_("doctype"),
			name.as_("name"),
			Min(table.posting_date if unallocated else table.due_date).as_("date"),
			amount.as_("amount"),
		)
		.where(
			(table.party_type == "Customer")
			& (table.party == customer)
			& (table.company == company)
			& (table.account_type == "Receivable")
			& (table.delinked == 0)
			& (Case().when(on_account(table), 1).else_(0) == int(unallocated))
		)
		.groupby(doctype, name)
		.having((amount >= _HALF_A_CENT) | (amount <= -_HALF_A_CENT))
		.orderby(Min(table.due_date))
		.orderby(name)
		.limit(limit)
		.offset(start)
		.run(as_dict=True)
	)
	return rows


def visible(named: Mapping[str, Collection[str]]) -> set[tuple[str, str]]:
	"""Those of these documents, by DocType, that the user may see: {(DocType, name)}. A query for each DocType."""
	return {(doctype, name) for doctype, names in named.items() for name in _permitted(doctype, names)}


def _permitted(doctype: str, names: Collection[str]) -> list[str]:
	if not frappe.has_permission(doctype, "read"):
		return []
	found: list[str] = frappe.get_list(
		doctype, filters={"name": ("in", list(names))}, pluck="name", limit_page_length=0
	)
	return found


def groups_below(customer_group: str) -> list[str]:
	"""A customer group and all below it."""
	lft, rgt = frappe.db.get_value("Customer Group", customer_group, ["lft", "rgt"])
	names: list[str] = frappe.get_all(
		"Customer Group", filters={"lft": (">=", lft), "rgt": ("<=", rgt)}, pluck="name", limit_page_length=0
	)
	return names


def together(customers: Collection[str], company: str) -> Any:
	"""The sums of these customers' accounts, and how many there are (`accounts`)."""
	table = frappe.qb.DocType(ACCOUNT)
	return (
		frappe.qb.from_(table)
		.select(Count(table.name).as_("accounts"), *(Sum(table[part]).as_(part) for part in PARTS))
		.where((table.company == company) & table.customer.isin(list(customers) or [""]))
		.run(as_dict=True)[0]
	)


def each(customers: Collection[str], company: str, start: int, limit: int) -> list[Any]:
	"""These customers' accounts, the largest exposure first."""
	rows: list[Any] = frappe.get_all(
		ACCOUNT,
		filters={"company": company, "customer": ("in", list(customers))},
		fields=["customer", "parent_account", "exposure", *PARTS],
		order_by="exposure desc, customer asc",
		limit_start=start,
		limit_page_length=limit,
	)
	return rows
