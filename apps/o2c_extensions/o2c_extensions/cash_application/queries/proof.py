"""What the proof of bank accounts reads: a handful of queries, whatever the number of accounts and lines."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import frappe
from frappe.query_builder.functions import Max, Min, Sum

from o2c_extensions.cash_application.queries.doctypes import LINE, STATEMENT


def accounts(company: str, bank_account: str | None) -> list[Any]:
	"""The company's bank accounts that have a ledger account, with its currency."""
	filters: dict[str, Any] = {"is_company_account": 1, "company": company, "account": ("is", "set")}
	if bank_account:
		filters["name"] = bank_account
	rows = frappe.get_all(
		"Bank Account", filters=filters, fields=["name", "account"], order_by="name asc", limit_page_length=0
	)
	currencies = dict(
		frappe.get_all(
			"Account",
			filters={"name": ("in", [row.account for row in rows])},
			fields=["name", "account_currency"],
			as_list=True,
			limit_page_length=0,
		)
	)
	return [frappe._dict({**row, "currency": currencies.get(row.account)}) for row in rows]


def statements(bank_accounts: Collection[str], until: date) -> list[Any]:
	"""The statements with balances that end by a day, in the order in which they came."""
	return list(
		frappe.get_all(
			STATEMENT,
			filters={
				"bank_account": ("in", list(bank_accounts)),
				"has_balances": 1,
				"to_date": ("<=", until),
				"from_date": ("is", "set"),
			},
			fields=[
				*("name", "bank_account", "from_date", "to_date", "opening_balance", "closing_balance"),
				"difference",
			],
			order_by="creation asc, name asc",
			limit_page_length=0,
		)
	)


def lines(bank_accounts: Collection[str], until: date) -> list[Any]:
	return list(
		frappe.get_all(
			LINE,
			filters={"bank_account": ("in", list(bank_accounts)), "docstatus": 1, "date": ("<=", until)},
			fields=[
				"name",
				"bank_account",
				"date",
				"deposit",
				"withdrawal",
				"bank_party_name",
				"description",
			],
			order_by="date asc, name asc",
			limit_page_length=0,
		)
	)


def links(bank_accounts: Collection[str], until: date) -> list[Any]:
	"""Which lines are reconciled with which vouchers: (bank account, line, doctype, name, amount)."""
	line, row = frappe.qb.DocType(LINE), frappe.qb.DocType("Bank Transaction Payments")
	return list(
		frappe.qb.from_(row)
		.join(line)
		.on(row.parent == line.name)
		.select(line.bank_account, line.name, row.payment_document, row.payment_entry, row.allocated_amount)
		.where(line.bank_account.isin(list(bank_accounts)))
		.where(line.docstatus == 1)
		.where(line.date <= until)
		.run(as_list=True)
	)


def booked(ledger_accounts: Collection[str], until: date) -> list[Any]:
	"""What each voucher has booked on the accounts, in their currency."""
	entry = frappe.qb.DocType("GL Entry")
	return list(
		frappe.qb.from_(entry)
		.select(
			entry.account,
			entry.voucher_type,
			entry.voucher_no,
			Min(entry.posting_date).as_("day"),
			Sum(entry.debit_in_account_currency - entry.credit_in_account_currency).as_("amount"),
			Max(entry.against).as_("against"),
		)
		.where(entry.account.isin(list(ledger_accounts)))
		.where(entry.is_cancelled == 0)
		.where(entry.posting_date <= until)
		.groupby(entry.account, entry.voucher_type, entry.voucher_no)
		.run(as_dict=True)
	)
