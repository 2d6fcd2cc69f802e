"""Which vouchers the lines of bank statements have confirmed, and since when."""

from __future__ import annotations

import json
from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import Dict, db
from minibench.data.query import get_all
from minibench.model.caches import get_cached_value
from minibench.model.document import get_doc
from minibench.translate import _
from minibench.values.dates import getdate
from minibench.values.numbers import flt
from minibench.web.whitelist import whitelist

CLEARED = ("Payment Entry", "Journal Entry", "Purchase Invoice", "Sales Invoice")


def allocations(vouchers: list[tuple[str, str]]) -> dict[tuple[str, str], list[Dict]]:
	"""voucher -> for each bank account: what statements have given to it, and the latest of their transactions."""
	result: dict[tuple[str, str], list[Dict]] = {}
	for doctype, name in dict.fromkeys(vouchers):
		rows = db.execute(
			"select ba.account, p.allocated_amount, bt.name, bt.date from `tabBank Transaction Payments` p "
			"join `tabBank Transaction` bt on bt.name = p.parent left join `tabBank Account` ba on ba.name = bt.bank_account "
			"where p.payment_document = ? and p.payment_entry = ? and bt.docstatus = 1 order by bt.date desc",
			(doctype, name),
		)
		by_account: dict[str, Dict] = {}
		for account, amount, transaction, date in rows:
			found = by_account.setdefault(
				account, Dict(gl_account=account, total=0.0, latest_name=transaction, latest_date=date)
			)
			found.total += flt(amount)
		if by_account:
			result[(doctype, name)] = list(by_account.values())
	return result


def details(transaction: Any, row: Any, given: list[Dict]) -> tuple[float, bool, Any]:
	"""What is left of a voucher for a transaction, whether it is wholly matched then, and its latest transaction."""
	account = get_cached_value("Bank Account", transaction.bank_account, "account")
	entries = bank_entries(row.payment_document, row.payment_entry)
	left = min(flt(transaction.unallocated_amount), flt(paid_amount(row, transaction.currency, account)))
	unmatched = len(entries)
	latest = transaction
	for own_account, amount in entries:
		same = [each for each in given if each.gl_account == own_account]
		if own_account == account:
			if amount <= 0.0:
				throw(_("Voucher {0} value is broken: {1}").format(row.payment_entry, amount))
			unmatched -= 1
			left = amount
			for each in same:
				left = amount - each.total
				if getdate(transaction.date) < getdate(each.latest_date):
					latest = get_doc("Bank Transaction", each.latest_name)
		elif any(each.total == amount for each in same):
			unmatched -= 1
	return flt(left, 9), unmatched == 0, latest


def bank_entries(doctype: str, name: str) -> list[tuple[str, float]]:
	"""A voucher's entries on bank accounts: account and amount."""
	rows = db.execute(
		"select g.account, g.credit_in_account_currency - g.debit_in_account_currency from `tabGL Entry` g "
		"join `tabAccount` a on a.name = g.account where a.account_type = 'Bank' and g.voucher_type = ? "
		"and g.voucher_no = ? and g.is_cancelled = 0",
		(doctype, name),
	)
	return [(account, abs(flt(amount))) for account, amount in rows]


def paid_amount(row: Any, currency: str, account: str | None) -> float:
	"""What a voucher moves on a bank account."""
	doctype, name = row.payment_document, row.payment_entry
	if doctype == "Payment Entry":
		payment = get_doc(doctype, name)
		fieldname = "paid_amount"
		if payment.payment_type == "Receive":
			own = payment.paid_to_account_currency == currency
			fieldname = "received_amount" if own else "base_received_amount"
		elif payment.payment_type == "Pay":
			fieldname = (
				"paid_amount" if payment.paid_from_account_currency == currency else "base_paid_amount"
			)
		return float(flt(payment.get(fieldname)))
	if doctype == "Sales Invoice":
		return float(flt(db.get_value(doctype, name, "paid_amount")))
	if doctype == "Journal Entry":
		rows = db.execute(
			"select round(sum(debit_in_account_currency - credit_in_account_currency), 9) from `tabJournal Entry Account` "
			"where parent = ? and account = ?",
			(name, account),
		)
		return float(abs(flt(rows[0][0])))
	if doctype == "Bank Transaction":
		deposit, withdrawal = db.get_value(doctype, name, ["deposit", "withdrawal"])
		return float(abs(flt(withdrawal) - flt(deposit)))
	throw(f"Please reconcile {doctype}: {name} manually")
	raise AssertionError


def set_clearance(doctype: str, name: str, date: Any, transaction: Any) -> None:
	"""Note in a voucher when the bank has confirmed it; None takes that back."""
	if doctype in CLEARED:
		if doctype == "Payment Entry" and _is_half_matched(name):
			return
		if doctype != "Sales Invoice":
			db.set_value(doctype, name, "clearance_date", date)
		return
	if doctype != "Bank Transaction":
		return
	other = get_doc(doctype, name)
	if date:
		other.add_payment_entries([{"payment_doctype": "Bank Transaction", "payment_name": transaction.name}])
		other.save()
		return
	for row in other.payment_entries:
		if (row.payment_document, row.payment_entry) == (transaction.doctype, transaction.name):
			other.remove(row)
			other.save()
			return


def _is_half_matched(payment: str) -> bool:
	"""A transfer between own accounts is on two statements."""
	if db.get_value("Payment Entry", payment, "payment_type") != "Internal Transfer":
		return False
	filters = {"payment_document": "Payment Entry", "payment_entry": payment}
	return len(get_all("Bank Transaction Payments", filters=filters, pluck="parent")) < 2


@whitelist()
def reconcile_vouchers(bank_transaction_name: str, vouchers: Any) -> Any:
	"""Match a bank transaction with vouchers."""
	transaction = get_doc("Bank Transaction", bank_transaction_name)
	transaction.add_payment_entries(json.loads(vouchers) if isinstance(vouchers, str) else vouchers)
	transaction.validate()
	transaction.save()
	return transaction


@whitelist()
def unclear_reference_payment(doctype: str, docname: str, bt_name: str) -> str:
	set_clearance(doctype, docname, None, get_doc("Bank Transaction", bt_name))
	return docname
