"""The status of a Sales Invoice, which depends on what is outstanding, on the day and on credit notes."""

from __future__ import annotations

import datetime
from typing import Any

from minibench.context import db
from minibench.values.dates import getdate
from minibench.values.numbers import flt


def total_in_party_currency(doc: Any) -> float:
	fieldname = "grand_total" if doc.disable_rounded_total else "rounded_total"
	if doc.party_account_currency != doc.currency:
		fieldname = f"base_{fieldname}"
	return float(flt(doc.get(fieldname), doc.precision(fieldname)))


def is_overdue(doc: Any, total: float, today: datetime.date) -> bool:
	"""Whether less has been paid than the instalments that were due before today."""
	outstanding = flt(doc.outstanding_amount, doc.precision("outstanding_amount"))
	if outstanding <= 0:
		return False
	if not doc.get("payment_schedule"):
		return bool(getdate(doc.due_date) < today)
	fieldname = "base_payment_amount" if doc.party_account_currency != doc.currency else "payment_amount"
	due = sum(flt(row.get(fieldname)) for row in doc.payment_schedule if getdate(row.due_date) < today)
	return bool(total - outstanding < due)


def status_of(doc: Any) -> str:
	if doc.docstatus == 2:
		return "Cancelled"
	if doc.docstatus == 0:
		return "Draft"
	today = getdate()
	outstanding = flt(doc.outstanding_amount, doc.precision("outstanding_amount"))
	total = total_in_party_currency(doc)
	if is_overdue(doc, total, today):
		return "Overdue"
	if 0 < outstanding < total:
		return "Partly Paid"
	if outstanding > 0 and getdate(doc.due_date) >= today:
		return "Unpaid"
	if not doc.is_return and _has_credit_note(doc.name):
		return "Credit Note Issued"
	if doc.is_return:
		return "Return"
	return "Paid" if outstanding <= 0 else "Submitted"


def _has_credit_note(name: str) -> bool:
	return bool(db.exists("Sales Invoice", {"is_return": 1, "return_against": name, "docstatus": 1}))


def update_invoice_status() -> None:
	"""Once a day: invoices whose instalments have become due are overdue."""
	other_currency = "i.party_account_currency != i.currency"
	db.execute(
		"update `tabSales Invoice` as i set status = 'Overdue' "
		"where i.docstatus = 1 and i.outstanding_amount > 0 and (i.status like 'Unpaid%' or i.status like 'Partly Paid%') "
		f"and (case when {other_currency} "
		"then case when i.disable_rounded_total then i.base_grand_total else i.base_rounded_total end "
		"else case when i.disable_rounded_total then i.grand_total else i.rounded_total end end) - i.outstanding_amount < "
		f"(select round(sum(case when {other_currency} then p.base_payment_amount else p.payment_amount end), 9) "
		"from `tabPayment Schedule` p where p.parent = i.name and p.due_date < ?)",
		(str(getdate()),),
	)
