"""What an invoice allows, refuses and becomes."""

from __future__ import annotations

from typing import Any

import frappe
import pytest
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

from tests.support import erp


def invoiced(customer: str, item: str, rate: float = 100, **values: Any) -> Any:
	invoice = erp.invoice(customer, [{"item_code": item, "qty": 1, "rate": rate}], **values)
	invoice.insert()
	invoice.submit()
	return invoice


def paid(invoice: Any, amount: float | None = None, day: str = "2026-03-09") -> Any:
	payment = get_payment_entry("Sales Invoice", invoice.name, party_amount=amount, bank_account=erp.BANK)
	payment.update({"posting_date": day, "reference_no": "1", "reference_date": day})
	payment.insert()
	payment.submit()
	return payment


def balance(voucher: Any) -> float:
	rows = frappe.get_all(
		"GL Entry",
		{"voucher_no": voucher.name, "is_cancelled": 0},
		["sum(debit) as debit", "sum(credit) as credit"],
	)
	return round((rows[0].debit or 0) - (rows[0].credit or 0), 2)


def status(invoice: Any) -> tuple[str, float]:
	return frappe.db.get_value("Sales Invoice", invoice.name, ["status", "outstanding_amount"])


def test_from_unpaid_to_paid(customer: str, service: str) -> None:
	invoice = invoiced(
		customer,
		service,
		due_date=frappe.utils.add_days(frappe.utils.nowdate(), 10),
		posting_date=frappe.utils.nowdate(),
	)
	assert status(invoice) == ("Unpaid", 119)
	first = paid(invoice, 50, frappe.utils.nowdate())
	assert status(invoice) == ("Partly Paid", 69)
	paid(invoice, None, frappe.utils.nowdate())
	assert status(invoice) == ("Paid", 0)
	first.reload()
	first.cancel()
	assert status(invoice) == ("Partly Paid", 50)
	assert balance(invoice) == 0


def test_overdue(customer: str, service: str) -> None:
	assert status(invoiced(customer, service)) == ("Overdue", 119)


def test_a_payment_cannot_exceed_what_is_open(customer: str, service: str) -> None:
	invoice = invoiced(customer, service)
	payment = get_payment_entry("Sales Invoice", invoice.name, bank_account=erp.BANK)
	payment.update({"posting_date": "2026-03-09", "reference_no": "1", "reference_date": "2026-03-09"})
	payment.references[0].allocated_amount = 200
	with pytest.raises(frappe.ValidationError):
		payment.insert()


def test_what_is_paid_is_not_paid_again(customer: str, service: str) -> None:
	invoice = invoiced(customer, service)
	paid(invoice)
	with pytest.raises(frappe.ValidationError):
		paid(invoice)


def test_cancelling_a_paid_invoice_frees_the_payment(customer: str, service: str) -> None:
	invoice = invoiced(customer, service)
	payment = paid(invoice)
	invoice.reload()
	invoice.cancel()
	payment.reload()
	assert payment.references == []
	assert payment.unallocated_amount == 119
	assert status(invoice)[0] == "Cancelled"


def test_submitted_amounts_do_not_change(customer: str, service: str) -> None:
	invoice = invoiced(customer, service)
	invoice.reload()
	invoice.items[0].rate = 1
	with pytest.raises(frappe.UpdateAfterSubmitError):
		invoice.save()


def test_deleted_with_its_entries_only_when_cancelled(customer: str, service: str) -> None:
	invoice = invoiced(customer, service)
	with pytest.raises(frappe.ValidationError):
		frappe.delete_doc("Sales Invoice", invoice.name)


def test_closed_period(customer: str, service: str, company: str) -> None:
	from erpnext.accounts.doctype.accounting_period.accounting_period import ClosedAccountingPeriod

	erp.insert(
		"Accounting Period",
		period_name=f"März {frappe.generate_hash(length=6)}",
		start_date="2026-03-01",
		end_date="2026-03-31",
		company=company,
		closed_documents=[{"document_type": "Sales Invoice", "closed": 1}],
	)
	with pytest.raises(ClosedAccountingPeriod):
		invoiced(customer, service)


def test_no_fiscal_year(customer: str, service: str) -> None:
	from erpnext.accounts.utils import FiscalYearError

	with pytest.raises(FiscalYearError):
		invoiced(customer, service, posting_date="1999-03-01", due_date="1999-03-01")


def test_due_before_posted(customer: str, service: str) -> None:
	with pytest.raises(frappe.ValidationError):
		invoiced(customer, service, posting_date="2026-03-10", due_date="2026-03-01")


def test_a_journal_must_balance(company: str) -> None:
	journal = frappe.get_doc(
		{
			"doctype": "Journal Entry",
			"company": company,
			"posting_date": "2026-03-10",
			"accounts": [
				{"account": "Write Off - NH", "debit_in_account_currency": 19, "cost_center": "Main - NH"},
				{"account": "Cash - NH", "credit_in_account_currency": 18},
			],
		}
	)
	with pytest.raises(frappe.ValidationError):
		journal.insert()
		journal.submit()
