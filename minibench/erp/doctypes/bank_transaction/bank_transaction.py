"""Bank Transaction: one line of a bank's statement, and the vouchers that it stands for."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import db
from minibench.erp import bank_clearance
from minibench.errors import NotInMinibench
from minibench.model.caches import get_cached_value
from minibench.model.document import Document
from minibench.translate import _
from minibench.values.numbers import cint, flt
from minibench.values.text import bold
from minibench.web.whitelist import whitelist


class BankTransaction(Document):
	def before_validate(self) -> None:
		self.update_allocated_amount()

	def validate(self) -> None:
		self._refuse_duplicates()
		if not (self.currency and self.bank_account):
			return
		account = get_cached_value("Bank Account", self.bank_account, "account")
		currency = get_cached_value("Account", account, "account_currency") if account else None
		if account and self.currency != currency:
			throw(
				_(
					"Transaction currency: {0} cannot be different from Bank Account({1}) currency: {2}"
				).format(bold(self.currency), bold(self.bank_account), bold(currency))
			)

	def _refuse_duplicates(self) -> None:
		seen = set()
		for row in self.payment_entries:
			key = (row.payment_document, row.payment_entry)
			if key in seen:
				throw(_("{0} {1} is allocated twice in this Bank Transaction").format(*key))
			seen.add(key)

	def update_allocated_amount(self) -> None:
		allocated = sum(flt(row.allocated_amount) for row in self.payment_entries)
		left = abs(flt(self.withdrawal) - flt(self.deposit)) - allocated
		self.allocated_amount = flt(allocated, self.precision("allocated_amount"))
		self.unallocated_amount = flt(left, self.precision("unallocated_amount"))

	def set_status(self) -> None:
		if self.docstatus == 2:
			self.db_set("status", "Cancelled")
		elif self.docstatus == 1:
			self.db_set("status", "Unreconciled" if self.unallocated_amount > 0 else "Reconciled")

	# --- submitting, changing, cancelling ------------------------------------------------------------------------------------

	def before_submit(self) -> None:
		self.allocate_payment_entries()
		self.set_status()
		if cint(db.get_single_value("Accounts Settings", "enable_party_matching")):
			raise NotInMinibench("Accounts Settings.enable_party_matching")

	def before_update_after_submit(self) -> None:
		self._refuse_duplicates()
		self.allocate_payment_entries()
		self.update_allocated_amount()
		self.set_status()

	def on_cancel(self) -> None:
		for row in self.payment_entries:
			self.clear_linked_payment_entry(row, for_cancel=True)
		self.set_status()

	# --- vouchers ------------------------------------------------------------------------------------------------------------------

	def add_payment_entries(self, vouchers: list[dict[str, Any]]) -> None:
		"""Add vouchers; saving allocates to them."""
		if self.unallocated_amount <= 0.0:
			throw(_("Bank Transaction {0} is already fully reconciled").format(self.name))
		for voucher in vouchers:
			self.append(
				"payment_entries",
				{
					"payment_document": voucher["payment_doctype"],
					"payment_entry": voucher["payment_name"],
					"allocated_amount": 0.0,
				},
			)

	def allocate_payment_entries(self) -> None:
		"""Give to each voucher without an amount what is left of it, as far as this transaction reaches.

		A voucher that is then wholly matched gets the date of the latest of its transactions as its clearance date.
		"""
		remaining = flt(self.unallocated_amount)
		allocations = bank_clearance.allocations(
			[(row.payment_document, row.payment_entry) for row in self.payment_entries]
		)
		dropped = []
		for row in self.payment_entries:
			if flt(row.allocated_amount) != 0.0:
				continue
			left, clear, latest = bank_clearance.details(
				self, row, allocations.get((row.payment_document, row.payment_entry), [])
			)
			if left < 0.0:
				throw(_("Voucher {0} is over-allocated by {1}").format(row.payment_entry, left))
			if left == 0.0:
				if clear:
					latest.clear_linked_payment_entry(row)
				dropped.append(row)
			elif remaining <= 0.0:
				dropped.append(row)
			elif left <= remaining:
				row.allocated_amount = left
				remaining -= left
				if clear:
					latest.clear_linked_payment_entry(row)
			else:
				row.allocated_amount = remaining
				remaining = 0.0
		for row in dropped:
			self.remove(row)

	@whitelist()
	def remove_payment_entries(self) -> None:
		for row in list(self.payment_entries):
			self.remove_payment_entry(row)
		self.save()

	def remove_payment_entry(self, payment_entry: Any) -> None:
		self.clear_linked_payment_entry(payment_entry, for_cancel=True)
		self.remove(payment_entry)

	def clear_linked_payment_entry(self, payment_entry: Any, for_cancel: bool = False) -> None:
		date = None if for_cancel else self.date
		bank_clearance.set_clearance(payment_entry.payment_document, payment_entry.payment_entry, date, self)
