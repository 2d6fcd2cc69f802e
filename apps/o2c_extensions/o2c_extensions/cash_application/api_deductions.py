"""What clerks, the staff page and other programs ask of deductions: what customers have kept back."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import cint

from o2c_extensions.cash_application.domain.deductions import ACCEPTED, CANCELLED, OPEN, REFUSED, SETTLED
from o2c_extensions.cash_application.queries.doctypes import DEDUCTION, JOURNAL
from o2c_extensions.cash_application.services import deductions

DECIDERS = (
	"Cash Application Clerk",
	"Cash Application Manager",
	"Collections Manager",
	"O2C Administrator",
	"System Manager",
)
_SHOWN = [
	*("name", "status", "company", "customer", "sales_invoice", "reason", "date", "currency", "amount"),
	*("open_amount", "accepted_amount", "bank_transaction", "payment_entry", "journal_entry", "responsible"),
	*("comment", "decided_by", "decided_at", "o2c_case"),
]


@frappe.whitelist(methods=["GET"])
def list_deductions(
	company: str | None = None,
	customer: str | None = None,
	status: str | None = None,
	sales_invoice: str | None = None,
	limit_start: int = 0,
	limit_page_length: int = 50,
) -> list[dict[str, Any]]:
	"""What customers have kept back, the earliest first, as far as the user may see it."""
	frappe.has_permission(DEDUCTION, "read", throw=True)
	if status and status not in (OPEN, ACCEPTED, REFUSED, SETTLED, CANCELLED):
		frappe.throw(_("There is no status {0}.").format(status))
	wanted = {"company": company, "customer": customer, "status": status, "sales_invoice": sales_invoice}
	rows: list[dict[str, Any]] = frappe.get_list(
		DEDUCTION,
		filters={field: value for field, value in wanted.items() if value},
		fields=_SHOWN,
		order_by="date asc, name asc",
		limit_start=cint(limit_start),
		limit_page_length=min(cint(limit_page_length), 500),
	)
	return rows


@frappe.whitelist(methods=["POST"])
def accept(deduction: str, comment: str | None = None) -> dict[str, Any]:
	"""Book what is left of a deduction to its reason's account, by a Journal Entry against the invoice."""
	frappe.only_for(DECIDERS)
	frappe.get_doc(DEDUCTION, deduction).check_permission("read")
	frappe.has_permission(JOURNAL, "submit", throw=True)
	return {"journal_entry": deductions.accept(deduction, (comment or "").strip())}


@frappe.whitelist(methods=["POST"])
def refuse(deduction: str, comment: str | None = None) -> dict[str, Any]:
	"""Say that the customer owes it all the same: it stays open, and is dunned like anything else."""
	frappe.only_for(DECIDERS)
	frappe.get_doc(DEDUCTION, deduction).check_permission("read")
	deductions.refuse(deduction, (comment or "").strip())
	return {"deduction": deduction}
