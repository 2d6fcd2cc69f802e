"""Allocating a payment that was booked already to invoices: its rows are split, its payment ledger is written anew."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import Dict, db, flags
from minibench.erp import gain_loss, gl, payment_ledger
from minibench.model.document import get_doc
from minibench.model.meta import get_meta
from minibench.translate import _
from minibench.values.numbers import flt
from minibench.values.text import cstr

ORDERS = ("Sales Order", "Purchase Order")


def reconcile_against_document(
	args: Iterable[Dict], skip_ref_details_update_for_pe: bool = False, **_kwargs: Any
) -> None:
	"""Allocate payments (Payment Entry or Journal Entry) to vouchers; several rows of one payment at once.

	Raises:
		ValidationError: the payment has been changed meanwhile, or more is allocated than it has left.
	"""
	grouped: dict[tuple[str, str], list[Dict]] = {}
	for row in args:
		grouped.setdefault((row.voucher_type, row.voucher_no), []).append(row)
	for (voucher_type, voucher_no), rows in grouped.items():
		_reconcile(voucher_type, voucher_no, rows, skip_ref_details_update_for_pe)


def _reconcile(voucher_type: str, voucher_no: str, rows: list[Dict], skip_details: bool) -> None:
	doc = get_doc(voucher_type, voucher_no)
	flags.ignore_party_validation = True
	try:
		db.execute(
			"delete from `tabPayment Ledger Entry` where voucher_type = ? and voucher_no = ?",
			(voucher_type, voucher_no),
		)
		orders: list[tuple[str, str]] = []
		for row in rows:
			_refuse_if_modified(row)
			_check_amount(row)
			if voucher_type == "Journal Entry":
				orders += _split_journal_row(row, doc)
			else:
				orders += _add_reference(row, doc, skip_details)
		doc.save(ignore_permissions=True)
		doc = get_doc(voucher_type, voucher_no)
		entries = gl.balanced(doc.build_gl_map(), doc.get("voucher_type") == "Exchange Gain Or Loss")
		payment_ledger.create(entries, advance_adjustment=True, update_outstanding=False)
		for row in rows:
			payment_ledger.update_voucher_outstanding(
				row.against_voucher_type, row.against_voucher, row.account, row.party_type, row.party
			)
		for doctype, name in dict.fromkeys(orders):
			get_doc(doctype, name).set_total_advance_paid()
	finally:
		flags.ignore_party_validation = False


def _refuse_if_modified(row: Dict) -> None:
	if not row.unreconciled_amount:
		row.unreconciled_amount = row.unadjusted_amount
	if row.voucher_type == "Journal Entry":
		found = db.execute(
			"select 1 from `tabJournal Entry Account` a join `tabJournal Entry` je on je.name = a.parent "
			"where a.account = ? and a.party_type = ? and a.party = ? "
			"and coalesce(a.reference_type, '') in ('', 'Sales Order', 'Purchase Order') "
			"and je.name = ? and a.name = ? and je.docstatus = 1",
			(row.account, row.party_type, row.party, row.voucher_no, row.voucher_detail_no),
		)
	elif row.voucher_detail_no:
		found = db.execute(
			"select 1 from `tabPayment Entry` p join `tabPayment Entry Reference` r on r.parent = p.name "
			"where p.name = ? and p.docstatus = 1 and p.party_type = ? and p.party = ? and r.name = ? "
			"and coalesce(r.reference_doctype, '') in ('', 'Sales Order', 'Purchase Order') "
			"and abs(r.allocated_amount - ?) < 0.000001",
			(row.voucher_no, row.party_type, row.party, row.voucher_detail_no, row.unreconciled_amount),
		)
	else:
		found = db.execute(
			"select 1 from `tabPayment Entry` where name = ? and docstatus = 1 and party_type = ? and party = ? "
			"and abs(unallocated_amount - ?) < 0.000001",
			(row.voucher_no, row.party_type, row.party, row.unreconciled_amount),
		)
	if not found:
		throw(_("Payment Entry has been modified after you pulled it. Please pull it again."))


def _check_amount(row: Dict) -> None:
	places = row.precision or 2
	if row.allocated_amount < 0:
		throw(_("Allocated amount cannot be negative"))
	if flt(row.allocated_amount, places) > flt(row.unadjusted_amount, places):
		throw(_("Allocated amount cannot be greater than unadjusted amount"))


def _split_journal_row(row: Dict, journal: Any) -> list[tuple[str, str]]:
	"""Split a Journal Entry's row into what is allocated and what is left; returns the orders it was an advance on."""
	source = next(each for each in journal.accounts if each.name == row.voucher_detail_no)
	orders = [(source.reference_type, source.reference_name)] if source.reference_type in ORDERS else []
	side = row.dr_or_cr
	other = "debit_in_account_currency" if side.startswith("credit") else "credit_in_account_currency"
	if source.get(other):
		side, other = other, side
		row.allocated_amount, row.unadjusted_amount = -row.allocated_amount, -row.unadjusted_amount
	base_side, base_other = side.split("_", 1)[0], other.split("_", 1)[0]
	left = flt(row.unadjusted_amount) - flt(row.allocated_amount)
	rate = flt(source.exchange_rate)
	values = {
		name: source.get(name) for name in get_meta("Journal Entry Account").get_fieldnames_with_value()
	}
	if left:
		source.set(side, left)
		source.set(base_side, left * rate)
	else:
		journal.remove(source)
	added = journal.append("accounts")
	for name, value in values.items():
		added.set(name, value)
	added.set(side, row.allocated_amount)
	added.set(base_side, row.allocated_amount * rate)
	added.set(other, 0)
	added.set(base_other, 0)
	added.reference_type = row.against_voucher_type
	added.reference_name = row.against_voucher
	added.against_account = cstr(source.against_account)
	added.is_advance = cstr(source.is_advance)
	added.docstatus = 1
	journal.flags.ignore_validate_update_after_submit = True
	journal.flags.ignore_reposting_on_reconciliation = True
	journal.save(ignore_permissions=True)
	row.referenced_row = added.name
	_book_journal_difference(row, journal)
	return orders


def _book_journal_difference(row: Dict, journal: Any) -> None:
	difference = row.difference_amount or row.exchange_gain_loss
	if not flt(difference, 2) or not row.difference_account:
		return
	customer = row.party_type == "Customer"
	gain = difference > 0
	gain_loss.book(
		company=journal.company,
		posting_date=row.difference_posting_date or journal.posting_date,
		party_type=row.party_type,
		party=row.party,
		party_account=row.account,
		account=row.difference_account,
		amount=difference,
		side="debit" if gain == customer else "credit",
		invoice=(row.against_voucher_type, row.against_voucher, row.idx),
		payment=(journal.doctype, journal.name, row.referenced_row),
		cost_center=row.cost_center,
	)


def _add_reference(row: Dict, payment: Any, skip_details: bool) -> list[tuple[str, str]]:
	"""Add a reference to a Payment Entry, from what was an advance on an order or from what was not allocated."""
	details = {
		"reference_doctype": row.against_voucher_type,
		"reference_name": row.against_voucher,
		"total_amount": row.grand_total,
		"outstanding_amount": row.outstanding_amount,
		"allocated_amount": row.allocated_amount,
		"exchange_rate": row.exchange_rate
		if row.difference_amount is not None
		else payment.get_exchange_rate(),
		"exchange_gain_loss": row.difference_amount,
		"account": row.account,
	}
	orders: list[tuple[str, str]] = []
	if row.voucher_detail_no:
		existing = next(each for each in payment.references if each.name == row.voucher_detail_no)
		if existing.reference_doctype in ORDERS:
			orders.append((existing.reference_doctype, existing.reference_name))
		if row.allocated_amount <= existing.allocated_amount:
			existing.allocated_amount -= row.allocated_amount
			_append(payment, details)
	else:
		_append(payment, details)
	payment.flags.ignore_validate_update_after_submit = True
	payment.clear_unallocated_reference_document_rows()
	payment.setup_party_account_field()
	payment.set_missing_values()
	if not skip_details:
		payment.set_missing_ref_details(only=[(row.against_voucher_type, row.against_voucher)])
	payment.set_amounts()
	gain_loss.book_for_payment(payment, row.difference_posting_date)
	payment.flags.ignore_reposting_on_reconciliation = True
	return orders


def _append(payment: Any, details: dict[str, Any]) -> None:
	added = payment.append("references")
	added.docstatus = 1
	for name, value in details.items():
		added.set(name, value)
