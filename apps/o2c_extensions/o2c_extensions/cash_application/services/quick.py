"""A Payment Entry and a Bank Transaction that are not looked up again while they are posted.

Both are the site's own documents, with its controllers and everybody's hooks. Only single steps of ERPNext's Payment Entry
and Bank Transaction are answered from what is known around a chunk (see surroundings.py), instead of some two hundred queries
a receipt. A step only ever confirms: what it is not sure of, ERPNext decides as always, and words its refusal.

No event could do this: the queries that are saved are made by the controllers themselves, between the events.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
from frappe.model.base_document import get_controller

from o2c_extensions import erp
from o2c_extensions.cash_application.queries.doctypes import INVOICE, LINE, PAYMENT
from o2c_extensions.cash_application.services.surroundings import Surroundings
from o2c_extensions.common import documents
from o2c_extensions.common.money import decimal


class KnownPayment:
	"""Steps of a customer's Payment Entry on its way in, as submitted."""

	flags: Any
	references: Any
	docstatus: Any
	status: Any
	company: Any
	company_currency: Any
	party: Any
	party_account: Any
	party_account_currency: Any
	make_exchange_gain_loss_journal: Callable[[], None]

	def _known(self) -> Surroundings | None:
		"""What is known, while the payment is being inserted; later it is a document as any other."""
		known: Surroundings | None = self.flags.known if self.flags.in_insert else None
		return known

	def _is_known(self) -> bool:
		known = self._known()
		return bool(
			known
			and all(row.reference_doctype == INVOICE for row in self.references)
			and known.knows(row.reference_name for row in self.references)
		)

	def set_missing_ref_details(self, *arguments: Any, **options: Any) -> None:
		"""ERPNext loads each invoice, and writes eight fields of each row, before and after; only one differs after."""
		if not self._is_known():
			super().set_missing_ref_details(*arguments, **options)  # type: ignore[misc]
			return
		for row in self.references:
			if row.allocated_amount and not row.exchange_gain_loss:
				self._take_over(row)

	def _take_over(self, row: Any) -> None:
		invoice = self.flags.known.invoice(row.reference_name)
		details = _reference_details(invoice, self.party_account_currency, self.company_currency)
		stored = None if row.is_new() else row.get("outstanding_amount")
		for field, value in details.items():
			row.set(field, value)
		if stored is not None and stored != row.outstanding_amount:
			frappe.db.set_value(row.doctype, row.name, "outstanding_amount", row.outstanding_amount)

	def validate_party_details(self) -> None:
		known = self._known()
		if not known or self.party not in known.customers:
			super().validate_party_details()  # type: ignore[misc]

	def validate_reference_documents(self) -> None:
		"""Invoices of this customer, on this account, submitted: the others were dropped when they were loaded."""
		if self._is_known() and all(self._is_own(row) for row in self.references):
			return
		super().validate_reference_documents()  # type: ignore[misc]

	def _is_own(self, row: Any) -> bool:
		invoice = self.flags.known.invoice(row.reference_name)
		return bool(
			invoice["customer"] == self.party
			and invoice["debit_to"] == self.party_account
			and invoice["company"] == self.company
		)

	def clear_unallocated_reference_document_rows(self) -> None:
		"""A payment that is not stored yet has no rows stored either."""
		if not self._known() or not all(row.allocated_amount for row in self.references):
			super().clear_unallocated_reference_document_rows()  # type: ignore[misc]

	def validate_allocated_amount_with_latest_data(self) -> None:
		"""No more than is open; where payments are made term by term, ERPNext knows what is open on which."""
		if self._is_known() and all(self._is_covered(row) for row in self.references):
			return
		super().validate_allocated_amount_with_latest_data()  # type: ignore[misc]

	def _is_covered(self, row: Any) -> bool:
		known: Surroundings = self.flags.known
		invoice = known.invoice(row.reference_name)
		return bool(
			invoice
			and not row.payment_term
			and not known.is_paid_by_term(invoice)
			and 0 < decimal(row.allocated_amount) <= decimal(invoice["outstanding_amount"])
		)

	def validate_paid_invoices(self) -> None:
		if not self._is_known() or not all(self._is_covered(row) for row in self.references):
			super().validate_paid_invoices()  # type: ignore[misc]

	def set_status(self) -> None:
		"""It is stored with its status at once, not changed afterwards to what it says already."""
		if self._known() and self.docstatus == 1:
			self.status = "Submitted"
		else:
			super().set_status()  # type: ignore[misc]

	def update_payment_requests(self, cancel: bool = False) -> None:
		if not self._known() or any(row.get("payment_request") for row in self.references):
			super().update_payment_requests(cancel=cancel)  # type: ignore[misc]

	def make_gl_entries(self, cancel: int = 0, adv_adj: int = 0) -> None:
		ledger = self.flags.ledger if not cancel and not adv_adj and self._is_known() else None
		if ledger is None:
			super().make_gl_entries(cancel=cancel, adv_adj=adv_adj)  # type: ignore[misc]
			if known := self._known():
				known.read_again([row.reference_name for row in self.references])
			return
		ledger.write(self, self.flags.known)
		if any(row.exchange_gain_loss for row in self.references):
			self.make_exchange_gain_loss_journal()
			self.flags.known.read_again([row.reference_name for row in self.references])


class KnownLine:
	"""Steps of a Bank Transaction that is reconciled with the one payment that was just made of it."""

	flags: Any
	meta: Any
	get: Callable[[str], Any]
	docstatus: Any
	status: Any
	payment_entries: Any
	unallocated_amount: Any

	def load_doc_before_save(self, **options: Any) -> None:
		"""Its row is locked, and has been read since."""
		if self.flags.before:
			self._doc_before_save = documents.document(self.flags.before)
		else:
			super().load_doc_before_save(**options)  # type: ignore[misc]

	def validate_update_after_submit(self) -> None:
		"""ERPNext loads the line once more, to see that nothing else was changed than may be."""
		before = self._doc_before_save if self.flags.before else None
		fixed = [field.fieldname for field in self.meta.fields if not field.allow_on_submit]
		if not before or any(self.get(name) != before.get(name) for name in fixed):
			super().validate_update_after_submit()  # type: ignore[misc]

	def allocate_payment_entries(self) -> None:
		"""All that came in goes to the new payment, which moves just that on this account and has no other line."""
		payment = self.flags.payment
		rows = [row for row in self.payment_entries if not row.allocated_amount]
		if (
			payment
			and [row.payment_entry for row in rows] == [payment.name]
			and decimal(payment.received_amount) == decimal(self.unallocated_amount)
		):
			rows[0].allocated_amount = payment.received_amount
			return
		if payment and not rows:
			return
		super().allocate_payment_entries()  # type: ignore[misc]

	def set_status(self) -> None:
		"""It is about to be stored with its status."""
		if self.flags.payment and self.docstatus == 1:
			self.status = "Unreconciled" if self.unallocated_amount > 0 else "Reconciled"
		else:
			super().set_status()  # type: ignore[misc]


def payment_class() -> type[Any] | None:
	"""The site's Payment Entry with the steps above; None where another app has its own way with one of them."""
	return _extended(PAYMENT, KnownPayment, erp.PaymentEntry)


def line_class() -> type[Any] | None:
	return _extended(LINE, KnownLine, erp.BankTransaction)


def _extended(doctype: str, steps: type[Any], native: type[Any]) -> type[Any] | None:
	controller = get_controller(doctype)
	replaced = [name for name in vars(steps) if not name.startswith("_") and name != "flags"]
	if any(getattr(controller, name, None) is not getattr(native, name, None) for name in replaced):
		return None
	return type(controller.__name__, (steps, controller), {})


def _reference_details(
	invoice: dict[str, Any], account_currency: str, company_currency: str
) -> dict[str, Any]:
	"""What ERPNext puts into a row that refers to an invoice."""
	own = account_currency == company_currency
	totals: tuple[str, ...] = ("rounded_total", "grand_total")
	if own:
		totals = tuple(name for total in totals for name in (f"base_{total}", total))
	return {
		"due_date": invoice["due_date"],
		"total_amount": next((float(invoice[field]) for field in totals if invoice.get(field)), 0.0),
		"outstanding_amount": float(invoice["outstanding_amount"] or 0),
		"exchange_rate": 1.0 if own else float(invoice["conversion_rate"] or 0),
		"bill_no": None,
		"account_type": None,
		"payment_type": None,
		"account": invoice["debit_to"],
	}
