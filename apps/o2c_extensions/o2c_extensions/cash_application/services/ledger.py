"""A payment's rows in the general and the payment ledger, written together.

ERPNext makes a document of every row and submits it: some forty queries for two rows of the general ledger and one of the
payment ledger, nearly all of which ask what the row before it has just asked. Here the rows are made by ERPNext's own
functions, the first row of its kind is checked by ERPNext's own controllers, and those after it that are alike in all that
these look at are not checked again; then all rows of a payment are written in one query a ledger. What is open on the
invoices follows as in ERPNext: amount, status, and the events of a changed invoice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import frappe

from o2c_extensions import erp
from o2c_extensions.cash_application.queries import posting as queries
from o2c_extensions.cash_application.services.surroundings import Surroundings
from o2c_extensions.common.money import decimal
from o2c_extensions.credit_control.services import ledger as exposure

GENERAL, PAYMENTS = "GL Entry", "Payment Ledger Entry"
# What a debit means for what is owed.
SIGNS = {"Receivable": 1, "Payable": -1}

# What ERPNext's checks of a row look at, besides its accounting dimensions and whether there is an amount: when it is
# validated, and once it is stored. Only a row of the general ledger is asked whose it is.
_VALIDATED = (
	"company",
	"account",
	"account_type",
	"account_currency",
	"cost_center",
	"posting_date",
	"is_opening",
)
_STORED = ("company", "account", "cost_center", "posting_date", "is_opening")
_PARTY = ("party_type", "party")
# What a row of the payment ledger has of the entry that it belongs to.
_SHARED = (
	"posting_date",
	"company",
	"account",
	"party_type",
	"party",
	"cost_center",
	"finance_book",
	"due_date",
	"voucher_type",
	"voucher_no",
	"voucher_detail_no",
	"remarks",
)


class Ledger:
	"""The ledgers of one company, for payments that are made one after the other in one transaction."""

	def __init__(self, company: str, steps: erp.LedgerSteps) -> None:
		self.steps = steps
		# Whoever has a budget or splits cost centres has each entry looked at again; elsewhere that is a query for nothing.
		self.is_plain = not queries.has_budgets_or_allocations(company)
		self.dimensions = queries.dimensions()
		self.filters = steps.dimension_filters()
		self._checked: dict[tuple[Any, ...], dict[str, Any]] = {}
		self._open_books: set[tuple[Any, ...]] = set()

	@classmethod
	def of(cls, company: str) -> Ledger | None:
		"""None where ERPNext has to write the rows itself: another version, or somebody hears of each of them."""
		steps = erp.ledger_steps()
		if steps is None or queries.has_listeners((GENERAL, PAYMENTS)) or queries.has_balance_rules(company):
			return None
		return cls(company, steps)

	def write(self, payment: Any, known: Surroundings) -> None:
		"""Write the entries of a payment that is being submitted, and what is open on its invoices."""
		entries = self._entries(payment)
		owed = [self._owed(entry) for entry in entries if _account_type(entry.account) in SIGNS]
		self._write(PAYMENTS, owed)
		# Credit control hears of rows that are submitted one by one; of these it is told.
		exposure.touch([(payment.doctype, payment.name)])
		for invoice, change in _changes(owed).items():
			known.pay(invoice, change)
		self.steps.balance(entries)
		self._refuse_closed_books(entries)
		for entry in entries:
			self.steps.refuse_dimensions(entry, self.filters)
		self._write(GENERAL, entries)

	def _entries(self, payment: Any) -> list[Any]:
		entries = payment.build_gl_map()
		if not self.is_plain:
			entries = self.steps.process(entries)
		else:
			entries = self.steps.make_positive(self.steps.merge(entries))
		if self.dimensions:
			self.steps.offset_dimensions(entries)
		self._refuse_closed_period(entries)
		if not self.is_plain:
			entries = self.steps.process(entries)
		elif self.dimensions:
			entries = self.steps.make_positive(self.steps.merge(entries))
		return list(entries)

	def _refuse_closed_period(self, entries: list[Any]) -> None:
		first = entries[0]
		key = ("period", first.company, first.voucher_type, str(first.posting_date))
		accounts = ("accounts", *sorted({entry.account for entry in entries}))
		if key not in self._open_books:
			self.steps.refuse_closed_period(entries)
		if accounts not in self._open_books:
			self.steps.refuse_disabled_accounts(entries)
		self._open_books |= {key, accounts}

	def _refuse_closed_books(self, entries: list[Any]) -> None:
		first = entries[0]
		opening = any(entry.get("is_opening") == "Yes" for entry in entries)
		key = ("books", first.company, opening, str(first.posting_date))
		if key not in self._open_books:
			self.steps.refuse_frozen_books(first.posting_date)
			self.steps.refuse_closed_books(opening, first.posting_date, first.company)
		self._open_books.add(key)

	def _owed(self, entry: Any) -> Any:
		"""The row of the payment ledger that belongs to an entry: ERPNext reads all such accounts to make one."""
		kind = _account_type(entry.account)
		sign = SIGNS[kind]
		own = entry.account_currency
		return frappe._dict(
			{field: entry.get(field) for field in (*_SHARED, *self.dimensions)},
			account_type=kind,
			account_currency=own,
			against_voucher_type=entry.against_voucher_type or entry.voucher_type,
			against_voucher_no=entry.against_voucher or entry.voucher_no,
			amount=sign * (entry.debit - entry.credit),
			amount_in_account_currency=sign
			* (entry.debit_in_account_currency - entry.credit_in_account_currency),
			delinked=0,
		)

	def _write(self, doctype: str, entries: Sequence[Any]) -> None:
		rows = [self._row(doctype, entry) for entry in entries]
		if rows:
			frappe.db.bulk_insert(doctype, list(rows[0]), [tuple(row.values()) for row in rows])

	def _row(self, doctype: str, entry: Any) -> dict[str, Any]:
		"""An entry as a submitted document of `doctype` stores it; checked, unless one like it has been."""
		doc = frappe.new_doc(doctype)
		doc.update({key: value for key, value in entry.items() if value is not None and key != "doctype"})
		doc.set_user_and_timestamp()
		doc.docstatus = 1
		doc.set_new_name()
		self._check(doc)
		return dict(doc.get_valid_dict())

	def _check(self, doc: Any) -> None:
		"""Have ERPNext's controller of the row check it, unless it has checked one like it; it also fills in two fields."""
		doc.flags.update_outstanding = "No"
		amounts = (bool(doc.get("debit")), bool(doc.get("credit")))
		whose = _PARTY if doc.doctype == GENERAL else ()
		key = ("validate", doc.doctype, amounts, *self._values(doc, (*_VALIDATED, *whose)))
		if key not in self._checked:
			doc.run_method("validate")
			self._checked[key] = {name: doc.get(name) for name in ("fiscal_year", "account_currency")}
		doc.update(self._checked[key])
		key = ("on_update", doc.doctype, amounts, *self._values(doc, _STORED))
		if key not in self._checked:
			doc.run_method("on_update")
			self._checked[key] = {}

	def _values(self, doc: Any, fields: Iterable[str]) -> Iterable[str]:
		return (str(doc.get(name) or "") for name in (*fields, *self.dimensions))


def _account_type(account: str) -> str:
	return str(frappe.get_cached_value("Account", account, "account_type") or "")


def _changes(owed: Iterable[Any]) -> dict[str, Decimal]:
	"""How much more, or less, is open on each invoice, in the currency of its account."""
	changes: dict[str, Decimal] = {}
	for row in owed:
		if row.against_voucher_type == "Sales Invoice":
			name = row.against_voucher_no
			changes[name] = changes.get(name, Decimal(0)) + decimal(row.amount_in_account_currency)
	return changes
