"""Deliveries become invoices, and invoices reach their customers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import frappe
from frappe import _
from frappe.utils import flt

from o2c_extensions import erp
from o2c_extensions.billing import queries
from o2c_extensions.billing.domain.invoicing import CLOSED, HELD, INVOICED, Verdict
from o2c_extensions.common import casebook, decisions, locks, mail
from o2c_extensions.common.money import rounded
from o2c_extensions.common.settings import setting

RULE = "o2c_extensions.billing.domain.invoicing.invoice_due"


def invoice_delivery(delivery_note: str, today: date | None = None) -> str | None:
	"""Invoice what is billable of a delivery, dated `today`. Returns the invoice's name; None if nothing was billable.

	However often this is called, the same goods are invoiced once: drafts count.
	"""
	_claim("Delivery Note", delivery_note)
	verdict = queries.delivery_verdicts([delivery_note]).get(delivery_note, Verdict(CLOSED))
	return _invoice("Delivery Note", delivery_note, verdict, today or casebook.today())


def invoice_drop_shipped(sales_order: str, today: date | None = None) -> str | None:
	"""Invoice what suppliers have delivered to the customer of this order, as `invoice_delivery` does."""
	_claim("Sales Order", sales_order)
	verdict = queries.drop_shipment_verdicts([sales_order]).get(sales_order, Verdict(CLOSED))
	return _invoice("Sales Order", sales_order, verdict, today or casebook.today())


def join_case(invoice: Any) -> None:
	"""An invoice belongs to the case of its first order; else of its delivery, or of the invoice that it takes back."""
	if invoice.o2c_case:
		return
	orders = casebook.cases("Sales Order", (row.sales_order for row in invoice.items))
	notes = {} if orders else casebook.cases("Delivery Note", (row.delivery_note for row in invoice.items))
	taken_back = [invoice.return_against] if invoice.is_return else []
	sources = orders or notes or casebook.cases("Sales Invoice", taken_back)
	casebook.join_case(invoice, next(iter(sources.values()), None))


def invoice_submitted(invoice: Any) -> None:
	"""Tell the cases of an invoice of it, and mail it if that is wanted."""
	event = "Credited" if invoice.is_return else "Invoiced"
	details = {
		"amount": rounded(invoice.grand_total, invoice.currency),
		"currency": invoice.currency,
		"due_date": str(invoice.due_date or ""),
	}
	_tell(invoice, "Invoice", event, details, at=casebook.moment_of(invoice))
	if invoice.is_return:
		return
	if setting("mail_invoices"):
		mail_invoice(invoice)
	if flt(invoice.grand_total, 9) == 0:
		_tell(invoice, "Closed", "Paid", {"status": invoice.status}, at=casebook.moment_of(invoice))


def invoice_cancelled(invoice: Any) -> None:
	_tell(invoice, "Invoice", "Cancelled")


def invoice_changed(invoice: Any) -> None:
	"""Notice that an invoice has just been settled: close its cases.

	Payments and credit notes change an invoice in the database, and then set its status, which is heard of here.
	"""
	before = invoice.get_doc_before_save()
	if invoice.docstatus != 1 or invoice.is_return or not before or before.docstatus != 1:
		return
	if invoice.status == before.status or flt(invoice.outstanding_amount, 2) > 0:
		return
	settled = queries.last_settled(invoice.name) or invoice.posting_date
	details = {"status": invoice.status, "settled_on": str(settled)}
	_tell(invoice, "Closed", "Paid", details, at=casebook.moment_of(frappe._dict(posting_date=settled)))


def mail_invoice(invoice: Any) -> str | None:
	"""Queue the invoice's mail to its customer. Returns the Email Queue's name, None if it could not be mailed."""
	addresses = queries.mail_addresses([invoice.customer])
	recipients = mail.customer_address(invoice, addresses)
	posted = mail.send_document(invoice, setting("invoice_template"), recipients)
	at = casebook.moment_of(invoice)
	if posted.queue:
		_tell(invoice, "Invoice", "Mailed", {"to": recipients}, at=at)
		return posted.queue
	_tell(invoice, "Invoice", "Not Mailed", {"reason": posted.reason}, at=at)
	return None


def _claim(doctype: str, name: str) -> None:
	"""Let nobody else invoice this document until the transaction ends, and see what others have invoiced before."""
	locks.hold(f"Invoicing {doctype} {name}")
	newest = frappe.db.get_value(doctype, name, "modified", for_update=True)
	if newest != frappe.db.get_value(doctype, name, "modified"):
		frappe.throw(
			_("{0} {1} was changed meanwhile. Please try again.").format(_(doctype), name),
			frappe.TimestampMismatchError,
		)


def _invoice(doctype: str, name: str, verdict: Verdict, today: date) -> str | None:
	invoice = _make(doctype, name, verdict, today) if verdict.outcome == INVOICED else None
	case = casebook.cases(doctype, [name]).get(name)
	decisions.record(
		"Invoicing",
		doctype,
		name,
		rule=RULE,
		rule_version=1,
		inputs={"date": today, "rows": {row.name: row.qty for row in verdict.rows}},
		outcome=verdict.outcome,
		reasons=_reasons(verdict, invoice),
		case=case,
	)
	return str(invoice.name) if invoice else None


def _make(doctype: str, name: str, verdict: Verdict, today: date) -> Any:
	blank = frappe.get_doc({"doctype": "Sales Invoice", "posting_date": today})
	make = erp.invoice_of_delivery if doctype == "Delivery Note" else erp.invoice_of_order
	invoice = make(name, blank)
	reference = "dn_detail" if doctype == "Delivery Note" else "so_detail"
	due = {row.name: float(row.qty) for row in verdict.rows}
	invoice.set("items", [row for row in invoice.items if row.get(reference) in due])
	for index, row in enumerate(invoice.items, start=1):
		row.idx, row.qty = index, due[row.get(reference)]
	invoice.update(
		{
			"set_posting_time": 1,
			"posting_date": today,
			"posting_time": casebook.moment_of(frappe._dict(posting_date=today)).time(),
			# It is validated once then, and nobody ever sees a draft of it.
			"docstatus": 1,
		}
	)
	invoice.insert()
	return invoice


def _reasons(verdict: Verdict, invoice: Any) -> list[str]:
	if invoice:
		return [
			_("{0} rows were delivered and not billed yet: {1} bills them.").format(
				len(verdict.rows), invoice.name
			)
		]
	if verdict.outcome == HELD:
		return [_("A credit hold keeps the order back.")]
	if verdict.outcome == CLOSED:
		return [_("The delivery or its order is closed or on hold, or there is no such delivery.")]
	return [_("All that was delivered has been billed or has come back.")]


def _tell(
	invoice: Any, stage: str, event: str, details: dict[str, Any] | None = None, at: datetime | None = None
) -> None:
	for case in _cases(invoice):
		casebook.record_event(case, stage, event, "Sales Invoice", invoice.name, details, at=at)


def _cases(invoice: Any) -> Iterable[str]:
	return queries.cases_of_invoices([invoice.name])[invoice.name] or [invoice.o2c_case or invoice.name]
