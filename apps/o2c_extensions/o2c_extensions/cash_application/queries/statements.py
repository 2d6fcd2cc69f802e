"""What the import of statements reads: bank accounts, known statements and lines."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe

from o2c_extensions.cash_application.domain.batches import whole_key
from o2c_extensions.cash_application.queries.doctypes import LINE, STATEMENT


def company_accounts() -> list[Any]:
	"""The company's own bank accounts, with the currency of the ledger account behind each."""
	rows = frappe.get_all(
		"Bank Account",
		filters={"is_company_account": 1},
		fields=["name", "iban", "bank_account_no", "account", "company", "disabled"],
		limit_page_length=0,
	)
	currencies = dict(
		frappe.get_all(
			"Account",
			filters={"name": ("in", [row.account for row in rows if row.account])},
			fields=["name", "account_currency"],
			as_list=True,
			limit_page_length=0,
		)
	)
	for row in rows:
		row.currency = currencies.get(row.account)
	return list(rows)


def statements_of(file_hash: str) -> list[str]:
	"""The statements that were imported from a file, in the file's order."""
	return list(
		frappe.get_all(STATEMENT, filters={"file_hash": file_hash}, order_by="name asc", pluck="name")
	)


def lines_between(bank_account: str, first: date, last: date) -> dict[str, str]:
	"""The known lines of these days: {transaction id: statement}. A cancelled line is known too: a person did that, or it was
	taken apart; its parts stand for it.
	"""
	rows = frappe.get_all(
		LINE,
		filters={"bank_account": bank_account, "date": ("between", [first, last])},
		fields=["transaction_id", "o2c_bank_statement"],
		limit_page_length=0,
	)
	return {whole_key(row.transaction_id): row.o2c_bank_statement for row in rows if row.transaction_id}


def statements_up_to(bank_account: str, day: date) -> list[Any]:
	"""The account's statements that end on `day`."""
	return list(
		frappe.get_all(
			STATEMENT,
			filters={"bank_account": bank_account, "to_date": day},
			fields=["name", "statement_id", "from_date", "opening_balance", "closing_balance"],
			limit_page_length=0,
		)
	)


def has_open_receipts(statement: str) -> bool:
	return bool(
		frappe.db.exists(
			LINE,
			{
				"o2c_bank_statement": statement,
				"docstatus": 1,
				"deposit": (">", 0),
				"unallocated_amount": (">", 0),
			},
		)
	)


def settled_statements() -> list[str]:
	"""Statements that are said to have open receipts, and have none: the last ones were applied by several at once."""
	imported = frappe.get_all(STATEMENT, filters={"status": "Imported"}, pluck="name", limit_page_length=0)
	still_open = frappe.get_all(
		LINE,
		filters={
			"o2c_bank_statement": ("in", imported),
			"docstatus": 1,
			"deposit": (">", 0),
			"unallocated_amount": (">", 0),
		},
		pluck="o2c_bank_statement",
		distinct=True,
		limit_page_length=0,
	)
	return sorted(set(imported) - set(still_open))
