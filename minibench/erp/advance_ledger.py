"""What is paid on orders before they are invoiced."""

from __future__ import annotations

from typing import Any

from minibench.model.document import get_doc

ORDERS = ("Sales Order", "Purchase Order")


def write_for_payment(payment: Any) -> None:
	field = "paid_from" if payment.payment_type == "Receive" else "paid_to"
	currency = payment.get(f"{field}_account_currency")
	for row in payment.references:
		if row.reference_doctype in ORDERS:
			_write(payment, row.reference_doctype, row.reference_name, row.allocated_amount, currency)


def write_for_journal(journal: Any) -> None:
	for row in journal.accounts:
		if row.reference_type in ORDERS:
			side = "credit" if row.account_type == "Receivable" else "debit"
			amount = row.get(f"{side}_in_account_currency")
			if amount > 0:
				_write(journal, row.reference_type, row.reference_name, amount, row.account_currency)


def _write(voucher: Any, doctype: str, name: str, amount: float, currency: str) -> None:
	submitted = voucher.docstatus == 1
	get_doc(
		{
			"doctype": "Advance Payment Ledger Entry",
			"company": voucher.company,
			"voucher_type": voucher.doctype,
			"voucher_no": voucher.name,
			"against_voucher_type": doctype,
			"against_voucher_no": name,
			"amount": amount if submitted else -1 * amount,
			"currency": currency,
			"event": "Submit" if submitted else "Cancel",
		}
	).insert(ignore_permissions=True)
