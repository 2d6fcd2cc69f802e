from __future__ import annotations

from typing import Any

from o2c_extensions.common import casebook
from o2c_extensions.credit_control.queries import exposure as exposures
from o2c_extensions.credit_control.queries import vouchers
from o2c_extensions.credit_control.services import (
	accounts,
	causes,
	checkpoints,
	guard,
	holds,
	ledger,
	rebuild,
)


def sales_order_on_cancel(doc: Any, method: str | None = None) -> None:
	holds.withdraw(doc)


def document_of_an_order_validate(doc: Any, method: str | None = None) -> None:
	"""The last place before goods or a bill leave, whichever way the document came about."""
	guard.refuse_held(doc, casebook.today())


def document_of_an_order_on_submit(doc: Any, method: str | None = None) -> None:
	"""After the stock has been moved, since whoever looks at a customer's credit keeps its account locked."""
	guard.refuse_run_out(doc, casebook.today())
	checkpoints.refuse_submission(doc, casebook.today())


def document_that_may_be_held_on_update(doc: Any, method: str | None = None) -> None:
	checkpoints.draft_saved(doc)


def document_that_may_be_held_on_cancel(doc: Any, method: str | None = None) -> None:
	holds.withdraw(doc)


def document_that_may_be_held_on_trash(doc: Any, method: str | None = None) -> None:
	holds.withdraw(doc)


def purchase_order_before_update_after_submit(doc: Any, method: str | None = None) -> None:
	"""ERPNext's "Update Items" saves rows before their document, so it cannot be told whether the supplier is to send more."""
	guard.refuse_held(doc, casebook.today())


def limits_on_update(doc: Any, method: str | None = None) -> None:
	causes.limits_changed(doc)


# --- what moves the exposure ---------------------------------------------------------------------------------------------


def sales_order_on_change(doc: Any, method: str | None = None) -> None:
	"""Submitted, cancelled, closed, reopened or edited: also where a method writes single fields."""
	if doc.docstatus:
		ledger.touch([(doc.doctype, doc.name)])


def delivery_note_on_change(doc: Any, method: str | None = None) -> None:
	"""Submitted, cancelled, closed or reopened; a return counts as long as what it returns does."""
	if doc.docstatus:
		orders = {row.against_sales_order for row in doc.items if row.against_sales_order}
		returns = [] if doc.is_return or orders else vouchers.returns_against(doc.name)
		ledger.touch((doc.doctype, name) for name in (doc.name, *returns))
		ledger.touch(("Sales Order", order) for order in orders)


def purchase_order_on_change(doc: Any, method: str | None = None) -> None:
	"""What a supplier has shipped counts as delivered."""
	if doc.docstatus:
		orders = {row.sales_order for row in doc.items if row.delivered_by_supplier and row.sales_order}
		ledger.touch(("Sales Order", order) for order in orders)


def sales_invoice_on_submit(doc: Any, method: str | None = None) -> None:
	"""What it bills is not open any more. What is to be paid of it comes from the payment ledger."""
	ledger.touch(("Sales Order", row.sales_order) for row in doc.items if row.sales_order)
	ledger.touch(("Delivery Note", row.delivery_note) for row in doc.items if row.delivery_note)


def sales_invoice_on_cancel(doc: Any, method: str | None = None) -> None:
	sales_invoice_on_submit(doc)


def voucher_before_cancel(doc: Any, method: str | None = None) -> None:
	"""Who has paid it will have paid for nothing in particular. ERPNext rewrites their entries without an event."""
	ledger.touch(vouchers.payers_of(doc.doctype, doc.name))


def payment_ledger_entry_on_submit(doc: Any, method: str | None = None) -> None:
	"""Every way into the payment ledger ends here: booking, cancelling, reconciling and reposting."""
	if doc.party_type == "Customer":
		ledger.touch([(doc.voucher_type, doc.voucher_no)])


def unreconcile_payment_on_submit(doc: Any, method: str | None = None) -> None:
	ledger.touch([(doc.voucher_type, doc.voucher_no)])


def credit_hold_on_update(doc: Any, method: str | None = None) -> None:
	"""What is held is not at stake; what is released is."""
	if doc.sales_order:
		ledger.touch([("Sales Order", doc.sales_order)])


def credit_profile_on_update(doc: Any, method: str | None = None) -> None:
	accounts.arrange(doc.company)


def credit_profile_after_delete(doc: Any, method: str | None = None) -> None:
	accounts.arrange(doc.company)


def customer_after_delete(doc: Any, method: str | None = None) -> None:
	exposures.forget("customer", doc.name)


def named_anew_after_rename(doc: Any, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""A customer or a company: accounts and entries are found by its name."""
	rebuild.build_anew(doc.doctype, new)
