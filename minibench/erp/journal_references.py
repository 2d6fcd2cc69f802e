"""What the rows of a Journal Entry refer to: other entries, orders and invoices."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import db
from minibench.erp.companies import get_account_currency
from minibench.model.caches import get_cached_value
from minibench.model.document import get_doc
from minibench.translate import _
from minibench.values.numbers import flt
from minibench.values.text import cstr

ORDERS = ("Sales Order", "Purchase Order")
_INVOICES = ("Sales Invoice", "Purchase Invoice")


def check_advances(journal: Any) -> None:
	for row in journal.accounts:
		if row.reference_type not in (*_INVOICES, "Journal Entry"):
			incoming = (row.party_type == "Customer" and flt(row.credit) > 0) or (
				row.party_type == "Supplier" and flt(row.debit) > 0
			)
			if incoming and row.is_advance == "No":
				msgprint(
					_(
						"Row {0}: Please check 'Is Advance' against Account {1} if this is an advance entry."
					).format(row.idx, row.account),
					alert=True,
				)
			elif incoming and row.reference_type in ORDERS and row.is_advance != "Yes":
				throw(
					_(
						"Row {0}: Payment against Sales/Purchase Order should always be marked as advance"
					).format(row.idx)
				)
		if row.is_advance == "Yes":
			if row.party_type == "Customer" and flt(row.debit) > 0:
				throw(_("Row {0}: Advance against Customer must be credit").format(row.idx))
			if row.party_type == "Supplier" and flt(row.credit) > 0:
				throw(_("Row {0}: Advance against Supplier must be debit").format(row.idx))


def check_journals(journal: Any) -> None:
	"""Rows against other Journal Entries: these must have something open on that account."""
	system = bool(journal.is_gain_loss and journal.is_system_generated)
	for row in journal.accounts:
		if row.reference_type != "Journal Entry":
			continue
		root = get_cached_value("Account", row.account, "root_type")
		if root == "Asset" and flt(row.debit) > 0 and not system:
			throw(
				_(
					"Row #{0}: For {1}, you can select reference document only if account gets credited"
				).format(row.idx, row.account)
			)
		if root == "Liability" and flt(row.credit) > 0 and not system:
			throw(
				_("Row #{0}: For {1}, you can select reference document only if account gets debited").format(
					row.idx, row.account
				)
			)
		if row.reference_name == journal.name:
			throw(_("You can not enter current voucher in 'Against Journal Entry' column"))
		found = db.execute(
			"select debit, credit from `tabJournal Entry Account` where account = ? and docstatus = 1 and parent = ? "
			"and coalesce(reference_type, '') in ('', 'Sales Order', 'Purchase Order')",
			(row.account, row.reference_name),
		)
		if not found:
			if journal.voucher_type != "Exchange Gain Or Loss":
				throw(
					_(
						"Journal Entry {0} does not have account {1} or already matched against other voucher"
					).format(row.reference_name, row.account)
				)
			continue
		side, index = ("debit", 0) if flt(row.credit) > 0 else ("credit", 1)
		if not any(flt(each[index]) > 0 for each in found) and not system:
			throw(
				_("Against Journal Entry {0} does not have any unmatched {1} entry").format(
					row.reference_name, side
				)
			)


def check_documents(journal: Any) -> None:
	"""Rows against orders and invoices: party and account are those of the document, and it has as much open."""
	totals: dict[str, float] = {}
	kinds: dict[str, str] = {}
	accounts: dict[str, str] = {}
	for row in journal.accounts:
		if not row.reference_type:
			row.reference_name = None
		if not row.reference_name:
			row.reference_type = None
		if row.reference_type not in ("Sales Invoice", *ORDERS):
			continue
		if row.reference_type == "Sales Order" and flt(row.debit) > 0:
			throw(_("Row {0}: Debit entry can not be linked with a {1}").format(row.idx, row.reference_type))
		if row.reference_type == "Purchase Order" and flt(row.credit) > 0:
			throw(_("Row {0}: Credit entry can not be linked with a {1}").format(row.idx, row.reference_type))
		side = "credit" if row.reference_type.startswith("Sales") else "debit"
		name = row.reference_name
		totals[name] = totals.get(name, 0.0) + flt(row.get(f"{side}_in_account_currency"))
		kinds[name], accounts[name] = row.reference_type, row.account
		_check_party(journal, row)
	for name, total in totals.items():
		if kinds[name] in ORDERS:
			_check_order(journal, kinds[name], name, accounts[name], total)
		elif journal.voucher_type not in ("Debit Note", "Credit Note"):
			_check_invoice(kinds[name], name, total)


def _check_party(journal: Any, row: Any) -> None:
	field = "supplier" if row.reference_type == "Purchase Order" else "customer"
	if row.reference_type in ORDERS:
		party = db.get_value(row.reference_type, row.reference_name, field)
		if not party:
			throw(_("Row {0}: Invalid reference {1}").format(row.idx, row.reference_name))
		if party != row.party:
			throw(
				_("Row {0}: {1} {2} does not match with {3}").format(
					row.idx, row.party_type, row.party, row.reference_type
				)
			)
		return
	found = db.get_value(row.reference_type, row.reference_name, ["customer", "debit_to"])
	if not found:
		throw(_("Row {0}: Invalid reference {1}").format(row.idx, row.reference_name))
	if journal.voucher_type != "Exchange Gain Or Loss" and (
		found[0] != cstr(row.party) or found[1] != row.account
	):
		throw(
			_("Row {0}: Party / Account does not match with {1} / {2} in {3} {4}").format(
				row.idx, "Customer", "Debit To", row.reference_type, row.reference_name
			)
		)


def _check_order(journal: Any, doctype: str, name: str, account: str, total: float) -> None:
	order = get_doc(doctype, name)
	if order.docstatus != 1:
		throw(_("{0} {1} is not submitted").format(doctype, name))
	if flt(order.per_billed) >= 100:
		throw(_("{0} {1} is fully billed").format(doctype, name))
	if order.status == "Closed":
		throw(_("{0} {1} is closed").format(doctype, name))
	own = get_account_currency(account) == journal.company_currency
	limit = order.base_grand_total if own else order.grand_total
	if flt(limit) < flt(order.advance_paid) + total:
		throw(
			_("Advance paid against {0} {1} cannot be greater than Grand Total {2}").format(
				doctype, name, limit
			)
		)


def _check_invoice(doctype: str, name: str, total: float) -> None:
	docstatus, outstanding = db.get_value(doctype, name, ["docstatus", "outstanding_amount"])
	if docstatus != 1:
		throw(_("{0} {1} is not submitted").format(doctype, name))
	if total and flt(outstanding) < total:
		throw(
			_("Payment against {0} {1} cannot be greater than Outstanding Amount {2}").format(
				doctype, name, outstanding
			)
		)
