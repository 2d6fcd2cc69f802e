"""What is known around the receipts of a chunk, looked up once for all of them: lines, invoices, customers, balances.

The lines and invoices are locked, so what is known of them holds until the transaction ends, but for what the chunk itself
changes; and that is told here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from copy import deepcopy
from decimal import Decimal
from typing import Any

import frappe
from frappe import _

from o2c_extensions import erp
from o2c_extensions.cash_application.domain.posting import Posting
from o2c_extensions.cash_application.queries import posting as queries
from o2c_extensions.cash_application.queries.doctypes import INVOICE, LINE
from o2c_extensions.common import documents
from o2c_extensions.common.money import as_float, decimal


class Surroundings:
	"""All that posting these receipts needs to know."""

	def __init__(self, postings: Sequence[Posting], lock: bool) -> None:
		"""Args:
		lock: have all of it locked, until the transaction ends. Otherwise `hold` locks what one receipt needs.
		"""
		self.is_locked = lock
		# Lines before invoices, each in the order of their names: nobody who posts waits for another in a circle.
		self.lines = documents.rows(LINE, [posting.line for posting in postings], for_update=lock)
		wanted = {share.invoice for posting in postings for share in posting.shares}
		self._invoices: dict[str, dict[str, Any]] = {}
		self._take(documents.rows(INVOICE, wanted, for_update=lock))
		self.customers = queries.customers({posting.customer for posting in postings})
		self.banks = queries.bank_accounts({row["bank_account"] for row in self.lines.values()})
		self.companies = queries.companies({row["company"] for row in self.lines.values()})
		self._by_term = queries.templates_by_term(
			{row.get("payment_terms_template") for row in self._invoices.values()}
		)
		self._balances: dict[tuple[str, str, str], Decimal] = {}
		self._fetched: dict[tuple[str, ...], Any] = {}

	def hold(self, posting: Posting) -> None:
		"""Lock the line and the invoices of one receipt, and read again those that somebody has changed since.

		Raises:
			frappe.TimestampMismatchError: changed while this transaction waited for them, so that it cannot see how.
		"""
		if self.is_locked:
			return
		changed = _changed(LINE, self.lines, [posting.line])
		self.lines.update(_as_locked(LINE, changed))
		changed = _changed(INVOICE, self._invoices, [share.invoice for share in posting.shares])
		for name in changed:
			del self._invoices[name]
		self._take(_as_locked(INVOICE, changed))

	def fetched(self, doctype: str, name: str, fields: tuple[str, ...]) -> Any:
		"""Fields of a record that a document takes over from it."""
		key = (doctype, name, *fields)
		if key not in self._fetched:
			self._fetched[key] = frappe.db.get_value(doctype, name, ["name", *fields], as_dict=True) or {}
		return self._fetched[key]

	def _take(self, rows: dict[str, dict[str, Any]]) -> None:
		"""Invoices whose ledger says something else than they do are left to ERPNext, which reads the ledger."""
		open_amounts = queries.open_on(list(rows))
		for name, row in rows.items():
			told = open_amounts.get((name, row["debit_to"], row["customer"]))
			if (
				told == decimal(row["outstanding_amount"])
				and row["docstatus"] == 1
				and not row.get("is_discounted")
			):
				self._invoices[name] = row

	# --- invoices ------------------------------------------------------------------------------------------------------------

	def invoice(self, name: str) -> dict[str, Any] | None:
		"""An invoice's row as it is now, or None: then nothing is known of it for certain."""
		return self._invoices.get(name)

	def knows(self, names: Iterable[str]) -> bool:
		return all(name in self._invoices for name in names)

	def read_again(self, names: Iterable[str]) -> None:
		"""Somebody else has written to these invoices: what is known of them may be wrong."""
		wanted = list(names)
		for name in wanted:
			self._invoices.pop(name, None)
		self._take(documents.rows(INVOICE, wanted))

	def forget(self) -> None:
		"""What was written last has been rolled back. Rows show that by when they were modified; balances do not."""
		self._balances.clear()

	def cases(self, names: Iterable[str]) -> dict[str, str]:
		"""The case of each of these invoices; empty, where it has none."""
		return {name: self._invoices[name].get("o2c_case") or "" for name in names}

	def is_paid_by_term(self, invoice: dict[str, Any]) -> bool:
		return invoice.get("payment_terms_template") in self._by_term

	def pay(self, name: str, change: Decimal) -> None:
		"""Have an invoice say what is open on it, and its status, as ERPNext does after each payment."""
		row = self._invoices[name]
		row["outstanding_amount"] = as_float(decimal(row["outstanding_amount"]) + change)
		frappe.db.set_value(INVOICE, name, "outstanding_amount", row["outstanding_amount"])
		invoice = documents.document(row)
		invoice._doc_before_save = documents.document(row)
		invoice.set_status(update=True)
		invoice.notify_update()
		row.update({field: invoice.get(field) for field in ("status", "modified", "modified_by")})

	# --- balances ------------------------------------------------------------------------------------------------------------

	def account_balance(self, account: str, day: Any) -> float:
		"""What an account stands at on a day, in its own currency."""
		return self._balance(("account", account, str(day)), account=account, date=day)

	def party_balance(self, customer: str, company: str, day: Any) -> float:
		return self._balance(
			(f"party {company}", customer, str(day)),
			party_type="Customer",
			party=customer,
			date=day,
			company=company,
		)

	def _balance(self, key: tuple[str, str, str], **arguments: Any) -> float:
		if key not in self._balances:
			self._balances[key] = decimal(erp.get_balance_on(**arguments))
		return as_float(self._balances[key])

	def book(self, kind: str, name: str, day: Any, change: Decimal) -> None:
		"""An account or a party has been booked to: balances of that day and of later ones move."""
		for key in self._balances:
			if key[:2] == (kind, name) and key[2] >= str(day):
				self._balances[key] += change

	# --- taking back ---------------------------------------------------------------------------------------------------------

	def kept(self, invoices: Collection[str]) -> Any:
		"""What `restore` needs should a receipt for these invoices be taken back."""
		rows = {name: deepcopy(self._invoices[name]) for name in invoices if name in self._invoices}
		return rows, dict(self._balances)

	def restore(self, kept: Any) -> None:
		rows, self._balances = kept
		self._invoices.update(rows)


def _changed(doctype: str, known: dict[str, dict[str, Any]], names: Sequence[str]) -> dict[str, Any]:
	"""Which of these, locked now, are not as they are known: name -> when it was modified last."""
	now = documents.lock(doctype, names)
	return {
		name: modified
		for name, modified in now.items()
		if name in known and known[name]["modified"] != modified
	}


def _as_locked(doctype: str, changed: dict[str, Any]) -> dict[str, dict[str, Any]]:
	"""What others have changed, read again. A transaction of MariaDB goes on seeing what was there when it first read."""
	rows = documents.rows(doctype, list(changed))
	if any(row["modified"] != changed[name] for name, row in rows.items()):
		frappe.throw(
			_("Somebody else has just done the same. Please try again."), frappe.TimestampMismatchError
		)
	return rows
