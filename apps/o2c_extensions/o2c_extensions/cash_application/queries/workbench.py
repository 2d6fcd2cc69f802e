"""What the workbench shows: lines with what is proposed for them, counts, and what a statement adds up to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import frappe

from o2c_extensions.cash_application.queries.doctypes import LINE, PROPOSAL, STATEMENT
from o2c_extensions.cash_application.queries.proposals import ALIVE
from o2c_extensions.common.money import as_float, decimal

OPEN, NEW, PROPOSED, LEFT, MATCHED, ALL = "Open", "New", "Proposed", "Left", "Matched", "All"
STATUSES = (OPEN, NEW, PROPOSED, LEFT, MATCHED, ALL)
_SHOWN = [
	"name",
	"date",
	"deposit",
	"withdrawal",
	"allocated_amount",
	"unallocated_amount",
	"currency",
	"company",
	"bank_account",
	"description",
	"reference_number",
	"transaction_type",
	"bank_party_name",
	"bank_party_iban",
	"o2c_match_status",
	"o2c_bank_statement",
	"o2c_return_reason",
]
_OF_PROPOSAL = [
	"name",
	"bank_transaction",
	"status",
	"customer",
	"action",
	"probability",
	"score",
	"kept",
	"rule",
	"kind",
	"digest",
	"hand_to",
]


def conditions(
	filters: Mapping[str, Any], status: str, named: Collection[str] | None
) -> tuple[list[list[Any]], list[list[Any]]]:
	"""Filters of the lines that are asked for, and those of which one has to hold.

	Args:
		named: the lines with a proposal that is asked for; None, if none is.
	"""
	found: list[list[Any]] = [["docstatus", "=", 1]]
	for field, column, operator in (
		("company", "company", "="),
		("bank_account", "bank_account", "="),
		("statement", "o2c_bank_statement", "="),
		("from_date", "date", ">="),
		("to_date", "date", "<="),
	):
		if filters.get(field):
			found.append([column, operator, filters[field]])
	sign = filters.get("sign")
	if sign in ("In", "Out"):
		found.append(["deposit" if sign == "In" else "withdrawal", ">", 0])
	if status == MATCHED:
		found.append(["unallocated_amount", "<=", 0])
	elif status != ALL:
		found.append(["unallocated_amount", ">", 0])
	if status == NEW:
		found.append(["o2c_match_status", "is", "not set"])
	if named is not None:
		found.append(["name", "in", list(named) or [""]])
	text = f"%{filters['text']}%" if filters.get("text") else ""
	columns = ("name", "description", "reference_number", "bank_party_name", "bank_party_iban")
	return found, [[column, "like", text] for column in columns] if text else []


def lines(
	filters: list[list[Any]], or_filters: list[list[Any]], start: int, length: int
) -> list[dict[str, Any]]:
	rows: list[dict[str, Any]] = frappe.get_list(
		LINE,
		filters=filters,
		or_filters=or_filters,
		fields=_SHOWN,
		order_by="date asc, name asc",
		limit_start=start,
		limit_page_length=length,
	)
	return rows


def count(filters: list[list[Any]], or_filters: list[list[Any]]) -> int:
	rows = frappe.get_list(
		LINE, filters=filters, or_filters=or_filters, fields=["count(name) as number"], order_by=None
	)
	return int(rows[0]["number"]) if rows else 0


def proposals(
	filters: Mapping[str, Any], statuses: Sequence[str] = ALIVE, lines: Collection[str] | None = None
) -> list[Any]:
	"""Proposals that are alive, of an account or a company, of a kind, or of these lines."""
	wanted: dict[str, Any] = {"status": ("in", list(statuses))}
	for field in ("company", "bank_account", "kind"):
		if filters.get(field):
			wanted[field] = filters[field]
	if lines is not None:
		wanted["bank_transaction"] = ("in", list(lines) or [""])
	return list(
		frappe.get_list(
			PROPOSAL, filters=wanted, fields=_OF_PROPOSAL, order_by="creation asc", limit_page_length=0
		)
	)


def looked_for(company: str, text: str, amount: Decimal | None, customer: str | None) -> set[str]:
	"""Names of documents that may be open and look like a text: by name, order, customer or amount. At most some hundreds."""
	like = f"%{text}%"
	whose = _customers_like(like, customer) if text else []
	found: set[str] = set()
	for doctype, party, filters, columns, sums in (
		(
			"Sales Invoice",
			"customer",
			{"outstanding_amount": ("!=", 0)},
			("name", "po_no"),
			"outstanding_amount",
		),
		("Sales Order", "customer", {"per_billed": 0}, ("name", "po_no"), "grand_total"),
		(
			"Payment Entry",
			"party",
			{"unallocated_amount": (">", 0)},
			("name", "reference_no"),
			"unallocated_amount",
		),
		("Journal Entry Account", "party", {"party_type": "Customer"}, ("parent",), "debit"),
	):
		wanted: list[list[Any]] = [["docstatus", "=", 1]]
		wanted += [
			[field, *(value if isinstance(value, tuple) else ("=", value))]
			for field, value in filters.items()
		]
		if doctype != "Journal Entry Account":
			wanted.append(["company", "=", company])
		if customer:
			wanted.append([party, "=", customer])
		found |= _names(doctype, wanted, _any_of(columns, like, party, whose, sums, amount) if text else [])
	return found


def _any_of(
	columns: Sequence[str], like: str, party: str, whose: Sequence[str], sums: str, amount: Decimal | None
) -> list[list[Any]]:
	told: list[list[Any]] = [[column, "like", like] for column in columns]
	if whose:
		told.append([party, "in", list(whose)])
	if amount is not None:
		told.append([sums, "=", as_float(amount)])
	return told


def _customers_like(like: str, customer: str | None) -> list[str]:
	if customer:
		rows = frappe.get_all(
			"Customer", filters={"name": customer, "customer_name": ("like", like)}, pluck="name"
		)
		return list(rows)
	return list(
		frappe.get_all(
			"Customer",
			or_filters=[["name", "like", like], ["customer_name", "like", like]],
			pluck="name",
			limit_page_length=50,
		)
	)


def _names(doctype: str, filters: list[list[Any]], or_filters: list[list[Any]]) -> set[str]:
	field = "parent" if doctype == "Journal Entry Account" else "name"
	return set(
		frappe.get_all(
			doctype,
			filters=filters,
			or_filters=or_filters,
			pluck=field,
			order_by="creation asc",
			limit_page_length=200,
		)
	)


def statement(name: str) -> Any:
	return frappe.get_doc(STATEMENT, name)


def statements_of(bank_account: str) -> list[Any]:
	"""The statements of an account that tell balances, the oldest first."""
	return list(
		frappe.get_all(
			STATEMENT,
			filters={"bank_account": bank_account, "has_balances": 1},
			fields=["name", "from_date", "to_date", "opening_balance", "closing_balance", "currency"],
			order_by="to_date asc, creation asc",
			limit_page_length=0,
		)
	)


def sums(
	bank_account: str, since: date | None, until: date | None, statement: str | None = None
) -> dict[str, Decimal]:
	"""What lines of an account add up to: matched and open, in and out, with their signs."""
	filters: dict[str, Any] = {"docstatus": 1, "bank_account": bank_account}
	if statement:
		filters["o2c_bank_statement"] = statement
	elif since and until:
		filters["date"] = ("between", [since, until])
	rows = frappe.get_all(
		LINE,
		filters=filters,
		fields=["deposit", "withdrawal", "allocated_amount", "unallocated_amount"],
		limit_page_length=0,
	)
	found = {"matched": Decimal(0), "open": Decimal(0)}
	lines = {"lines": 0, "open_lines": 0}
	for row in rows:
		sign = 1 if row.deposit else -1
		found["matched"] += sign * decimal(row.allocated_amount)
		found["open"] += sign * decimal(row.unallocated_amount)
		lines["lines"] += 1
		lines["open_lines"] += bool(row.unallocated_amount)
	return {**found, **{name: Decimal(number) for name, number in lines.items()}}


def decisions(line: str, limit: int = 20) -> list[Any]:
	return list(
		frappe.get_all(
			"O2C Decision",
			filters={"decision_type": "Cash Match", "reference_doctype": LINE, "reference_name": line},
			fields=["name", "outcome", "reasons", "decided_by", "decided_at"],
			order_by="decided_at desc, creation desc",
			limit_page_length=limit,
		)
	)


def waiting_reasons(lines: Sequence[str]) -> dict[str, str]:
	"""For each line, the reasons of the latest decision about it."""
	rows = frappe.get_all(
		"O2C Decision",
		filters={
			"decision_type": "Cash Match",
			"reference_doctype": LINE,
			"reference_name": ("in", list(lines)),
		},
		fields=["reference_name", "reasons"],
		order_by="decided_at asc, creation asc",
		limit_page_length=0,
	)
	return {row.reference_name: row.reasons for row in rows}


def vouchers(line: str) -> list[Any]:
	"""What a line is reconciled with."""
	return list(
		frappe.get_all(
			"Bank Transaction Payments",
			filters={"parent": line},
			fields=["payment_document", "payment_entry", "allocated_amount"],
			order_by="idx asc",
			limit_page_length=0,
		)
	)
