"""When a document is cancelled, payments that refer to it are free again."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import db, session
from minibench.data.query import get_all
from minibench.erp import gain_loss, payment_ledger
from minibench.erp.transaction import unlink_bank_transactions
from minibench.errors import ValidationError
from minibench.model.document import get_doc
from minibench.translate import _
from minibench.values.dates import now
from minibench.values.numbers import cint


class PaymentEntryUnlinkError(ValidationError):
	"""A payment could not be freed."""


def on_cancel_invoice(doc: Any) -> None:
	"""For invoices and payments."""
	unlink_bank_transactions(doc)
	if doc.doctype == "Sales Invoice":
		_cancel_credit_journals(doc)
	gain_loss.cancel_linked(doc)
	if cint(db.get_single_value("Accounts Settings", "unlink_payment_on_cancellation_of_invoice")):
		unlink(doc)


def on_cancel_order(doc: Any) -> None:
	unlink_bank_transactions(doc)
	if cint(db.get_single_value("Accounts Settings", "unlink_advance_payment_on_cancelation_of_order")):
		unlink(doc)


def _cancel_credit_journals(doc: Any) -> None:
	names = get_all(
		"Journal Entry Account",
		filters={"reference_type": doc.doctype, "reference_name": doc.name, "docstatus": 1},
		pluck="parent",
		distinct=True,
	)
	for name in names:
		journal = get_doc("Journal Entry", name)
		if journal.is_system_generated and journal.voucher_type == "Credit Note" and journal.docstatus == 1:
			journal.cancel()


def unlink(doc: Any) -> None:
	"""Free all payments from a document."""
	_unlink_journals(doc.doctype, doc.name)
	_unlink_payments(doc.doctype, doc.name)
	payment_ledger.unlink_references(doc.doctype, doc.name)
	if doc.doctype == "Sales Invoice":
		doc.set("advances", [])
		db.delete("Sales Invoice Advance", {"parent": doc.name})


def _unlink_journals(doctype: str, name: str) -> None:
	filters = {"reference_type": doctype, "reference_name": name, "docstatus": ["<", 2]}
	linked = get_all("Journal Entry Account", filters=filters, pluck="parent", distinct=True)
	if not linked:
		return
	db.execute(
		"update `tabJournal Entry Account` set reference_type = null, reference_name = null, modified = ?, modified_by = ? "
		"where reference_type = ? and reference_name = ?",
		(now(), session.user, doctype, name),
	)
	msgprint(_("Journal Entries {0} are un-linked").format("\n".join(linked)))


def _unlink_payments(doctype: str, name: str) -> None:
	filters = {"reference_doctype": doctype, "reference_name": name, "docstatus": ["<", 2]}
	linked = get_all("Payment Entry Reference", filters=filters, pluck="parent", distinct=True)
	if not linked:
		return
	db.execute(
		"update `tabPayment Entry Reference` set allocated_amount = 0, modified = ?, modified_by = ? "
		"where docstatus < 2 and reference_doctype = ? and reference_name = ?",
		(now(), session.user, doctype, name),
	)
	for parent in linked:
		payment = get_doc("Payment Entry", parent)
		try:
			payment.set_amounts()
			payment.clear_unallocated_reference_document_rows()
			payment.validate_payment_type_with_outstanding()
		except ValidationError:
			throw(
				_("There were issues unlinking payment entry {0}.").format(parent)
				+ "<br>"
				+ _("Please cancel payment entry manually first"),
				exc=PaymentEntryUnlinkError,
				title=_("Payment Unlink Error"),
			)
		db.set_value(
			"Payment Entry",
			parent,
			{
				"total_allocated_amount": payment.total_allocated_amount,
				"base_total_allocated_amount": payment.base_total_allocated_amount,
				"unallocated_amount": payment.unallocated_amount,
			},
		)
	msgprint(_("Payment Entries {0} are un-linked").format("\n".join(linked)))


def refuse_if_return_is_paid(invoice: Any) -> None:
	"""A credit note that a payment has set off together with other invoices cannot be cancelled."""
	if not cint(db.get_single_value("Accounts Settings", "unlink_payment_on_cancellation_of_invoice")):
		return
	name = invoice.return_against if invoice.is_return and invoice.return_against else invoice.name
	payments = db.execute(
		"select r.parent from `tabPayment Entry Reference` r join `tabPayment Entry` p on p.name = r.parent "
		"where p.docstatus = 1 and r.reference_name = ? and r.allocated_amount < 0 "
		"and (select count(*) from `tabPayment Entry Reference` o where o.parent = p.name) > 1",
		(name,),
	)
	if payments:
		throw(
			_("Please cancel and amend the Payment Entry")
			+ " "
			+ ", ".join(sorted({parent for (parent,) in payments}))
			+ " "
			+ _("to unallocate the amount of this Return Invoice before cancelling it.")
		)
