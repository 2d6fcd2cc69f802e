"""What happens when payments are made and bank transactions are reconciled, by whomever, and when the bank's mail comes."""

from __future__ import annotations

from typing import Any

from o2c_extensions.cash_application.services import (
	advice_intake,
	deductions,
	intake,
	matching,
	notifications,
	on_account,
	payments,
	remittances,
	statements,
)


def payment_entry_validate(doc: Any, method: str | None = None) -> None:
	payments.join_case(doc)


def payment_entry_on_submit(doc: Any, method: str | None = None) -> None:
	payments.record_receipt(doc, "Received")


def payment_entry_on_cancel(doc: Any, method: str | None = None) -> None:
	payments.record_receipt(doc, "Cancelled")
	deductions.note_payment_cancelled(doc.name)


def journal_entry_on_cancel(doc: Any, method: str | None = None) -> None:
	deductions.note_entry_cancelled(doc.name)


def sales_invoice_on_submit(doc: Any, method: str | None = None) -> None:
	on_account.note_invoice(doc)


def sales_invoice_on_change(doc: Any, method: str | None = None) -> None:
	"""Paid, credited, cancelled, or open again."""
	if doc.docstatus:
		deductions.note_invoice(doc.name)


def bank_transaction_on_update_after_submit(doc: Any, method: str | None = None) -> None:
	matching.note_match(doc)
	remittances.note_match(doc)
	notifications.note_undone(doc)


def bank_transaction_on_cancel(doc: Any, method: str | None = None) -> None:
	statements.refresh_statement(doc.o2c_bank_statement)
	matching.note_cancelled(doc.name)
	remittances.note_cancelled(doc.name)


def file_after_insert(doc: Any, method: str | None = None) -> None:
	intake.note_attachment(doc)


def communication_after_insert(doc: Any, method: str | None = None) -> None:
	advice_intake.note_mail(doc)


def o2c_settings_validate(doc: Any, method: str | None = None) -> None:
	intake.checked(doc.statement_folder)
	intake.checked(doc.advice_folder)
