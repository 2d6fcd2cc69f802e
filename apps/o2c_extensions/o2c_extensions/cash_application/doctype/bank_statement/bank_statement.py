from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document

from o2c_extensions.cash_application.domain.statement import Balance, Line, Statement
from o2c_extensions.common.audit import require
from o2c_extensions.common.money import as_float


class BankStatement(Document):
	"""What the bank told of one account in one period. Its lines are Bank Transactions."""

	def validate(self) -> None:
		require("statement")

	def take_lines(self, new: Sequence[tuple[str, Line]], told: int) -> None:
		"""Make a submitted Bank Transaction of each new line, with all that ERPNext checks.

		Args:
			new: the lines that no earlier statement has told of, each with its key.
			told: how many lines the statement has, with those that are known.
		"""
		for key, line in new:
			frappe.get_doc(self._transaction(key, line)).insert()
		self.db_set({"new_lines": len(new), "known_lines": told - len(new)}, update_modified=False)

	def take_parts(self, parts: Sequence[tuple[str, Line]]) -> None:
		"""Make Bank Transactions of the payments that take a line's place."""
		new, known = self.new_lines, self.known_lines
		self.take_lines(parts, len(parts))
		self.db_set({"new_lines": new + len(parts) - 1, "known_lines": known}, update_modified=False)

	def _transaction(self, key: str, line: Line) -> dict[str, Any]:
		references = [text for text in line.structured_references if text not in line.remittance]
		texts = (line.remittance, *references, line.return_reason)
		return {
			"doctype": "Bank Transaction",
			"docstatus": 1,
			"date": line.day,
			"bank_account": self.bank_account,
			"company": self.company,
			"currency": self.currency,
			"deposit": as_float(max(line.amount, Decimal(0))),
			"withdrawal": as_float(max(-line.amount, Decimal(0))),
			"description": " ".join(text for text in texts if text),
			"reference_number": (line.end_to_end_id or line.bank_reference)[:140],
			"transaction_id": key,
			"transaction_type": "Return" if line.return_reason else "Reversal" if line.is_reversal else None,
			"bank_party_name": line.party_name[:140],
			"bank_party_iban": line.party_iban[:140],
			"bank_party_account_number": line.party_account[:140],
			"o2c_bank_statement": self.name,
			"o2c_value_date": line.value_date,
			"o2c_bank_reference": line.bank_reference[:140],
			"o2c_end_to_end_id": line.end_to_end_id[:140],
			"o2c_mandate_id": line.mandate_id[:140],
			"o2c_creditor_id": line.creditor_id[:140],
			"o2c_structured_references": "\n".join(line.structured_references),
			"o2c_booking_code": line.code[:140],
			"o2c_return_code": line.return_code[:140],
			"o2c_return_reason": line.return_reason,
			"o2c_charges": as_float(line.charges),
			"o2c_instructed_amount": as_float(line.instructed or Decimal(0)),
			"o2c_instructed_currency": line.instructed_currency[:3],
			"o2c_exchange_rate": as_float(line.exchange_rate or Decimal(0)),
		}


def told_by(statement: Statement) -> dict[str, Any]:
	"""The fields of a Bank Statement that the bank itself tells."""
	return {
		"statement_id": statement.id[:140],
		"from_date": statement.from_date,
		"to_date": statement.to_date,
		"opening_balance": _amount(statement.opening),
		"closing_balance": _amount(statement.closing),
		"has_balances": int(statement.difference is not None),
		"entries": len(statement.booked),
		"deposits": as_float(statement.deposits),
		"withdrawals": as_float(statement.withdrawals),
		"difference": as_float(statement.difference or Decimal(0)),
	}


def _amount(balance: Balance | None) -> float:
	return as_float(balance.amount) if balance else 0
