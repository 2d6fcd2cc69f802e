"""The vouchers that a line becomes: a Payment Entry, a payment to a customer, a Journal Entry, or one that reopens invoices.

All are ERPNext's own documents, made with the user's rights, and reconciled with the line as its own tool does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import frappe
from frappe import _

from o2c_extensions import erp
from o2c_extensions.cash_application.domain import settlement as domain
from o2c_extensions.cash_application.domain.posting import Posting
from o2c_extensions.cash_application.domain.settlement import Accounts, Booked, Settlement
from o2c_extensions.cash_application.queries import payers
from o2c_extensions.cash_application.queries import posting as posting_queries
from o2c_extensions.cash_application.queries import proposals as queries
from o2c_extensions.cash_application.queries.doctypes import INVOICE, JOURNAL, LINE, PAYMENT
from o2c_extensions.cash_application.services import sentences
from o2c_extensions.cash_application.services.posting import Poster, post
from o2c_extensions.common import casebook
from o2c_extensions.common.money import as_float, decimal, rounded

Voucher = tuple[str, str]


@dataclass(frozen=True)
class Side:
	"""A row of a Journal Entry.

	Attributes:
		amount: in the line's currency; above zero it is a debit.
		against: the document that it is booked against.
	"""

	booked: Booked
	amount: Decimal
	against: Voucher | None = None


def make(
	settlement: Settlement, row: Any, accounts: Accounts, status: str, poster: Poster | None = None
) -> list[Voucher]:
	"""Book a line and reconcile it. The line is locked, and what is open on the documents is as decided.

	Args:
		row: the Bank Transaction.
		status: its match status afterwards.
		poster: who was told of it by `posting`, and so posts it sooner.

	Raises:
		ValidationError: it cannot be booked so; nothing is written then.
	"""
	_refuse(domain.obstacles(_with_account(settlement, row.company), accounts))
	if settlement.reopens:
		return [_reopen(settlement, row, accounts, status)]
	if settlement.is_straight_to_accounts:
		return [_book(settlement, row, status)]
	if settlement.amount < 0:
		return [_pay_out(settlement, row, status)]
	told = posting(settlement, row, accounts)
	name = (poster.post(told, status) if poster else None) or post(told, status)
	_set_off(settlement)
	return [(PAYMENT, name)]


def posting(settlement: Settlement, row: Any, accounts: Accounts) -> Posting:
	"""The receipt as it is posted."""
	return postings([(settlement, row, accounts)])[0]


def postings(told: Sequence[tuple[Settlement, Any, Accounts]]) -> list[Posting]:
	"""Several receipts as they are posted, with what they need looked up once."""
	invoices = {part.name for one, _row, _accounts in told for part in one.parts if part.doctype == INVOICE}
	terms = queries.instalments(invoices)
	taxes = queries.discounted_taxes(
		{part.name for one, _row, _accounts in told for part in one.parts if part.discount}
	)
	return [
		domain.posting_of(_with_account(one, row.company), accounts, terms, taxes)
		for one, row, accounts in told
	]


def _with_account(settlement: Settlement, company: str) -> Settlement:
	"""Money that stays on a customer's account is booked to the receivable account that is the customer's."""
	if settlement.account or not settlement.customer:
		return settlement
	account = payers.receivable_accounts(company, [settlement.customer]).of(settlement.customer)
	return replace(settlement, account=account)


def _refuse(found: Iterable[Any]) -> None:
	if told := sentences.reasons(found):
		frappe.throw("<br>".join(told))


def _reconcile(row: Any, voucher: Voucher, status: str) -> Voucher:
	frappe.db.set_value(LINE, row.name, "o2c_match_status", status, update_modified=False)
	erp.reconcile(row.name, [voucher])
	return voucher


# --- earlier payments that are set off ------------------------------------------------------------------------------------


def _set_off(settlement: Settlement) -> None:
	"""Give what earlier payments have left on the account to the invoices that were paid less for it."""
	rows = [
		{
			"voucher_type": credit.doctype,
			"voucher_no": credit.name,
			"voucher_detail_no": None,
			"against_voucher_type": part.doctype,
			"against_voucher": part.name,
			"account": part.account,
			"party_type": "Customer",
			"party": settlement.customer,
			"dr_or_cr": "credit_in_account_currency",
			"unreconciled_amount": as_float(-credit.open),
			"unadjusted_amount": as_float(-credit.open),
			"allocated_amount": as_float(amount),
			"difference_amount": 0,
			"difference_account": None,
			"exchange_rate": 1,
			"cost_center": None,
			"is_advance": "No",
		}
		for credit, part, amount in domain.set_off(settlement.parts)
	]
	if rows:
		erp.allocate(rows, posting_queries.dimensions())


# --- straight to accounts -------------------------------------------------------------------------------------------------


def _book(settlement: Settlement, row: Any, status: str) -> Voucher:
	"""A Journal Entry between the bank's account and others; taxes are taken out of the amounts."""
	booked = [net for each in settlement.booked for net in _net_and_tax(each, settlement.currency)]
	entry = _journal(row, [Side(each, -each.amount) for each in booked], _text(row))
	return _reconcile(row, (JOURNAL, entry.name), status)


def _net_and_tax(booked: Booked, currency: str) -> list[Booked]:
	if not booked.tax:
		return [booked]
	rates = [(tax.tax_type, decimal(tax.tax_rate)) for tax in erp.item_tax_rates(booked.tax)]
	total = sum((rate for _account, rate in rates), Decimal(0))
	net = rounded(booked.amount * 100 / (100 + total), currency)
	found, left = [Booked(booked.account, net, booked.cost_center)], booked.amount - net
	for number, (account, rate) in enumerate(rates, 1):
		part = left if number == len(rates) else rounded(net * rate / 100, currency)
		left -= part
		if part:
			found.append(Booked(account, part, booked.cost_center))
	return found


def _journal(row: Any, others: Sequence[Side], text: str) -> Any:
	"""A submitted Journal Entry of a line: the bank's account against these."""
	bank = posting_queries.bank_accounts([row.bank_account])[row.bank_account]
	company = posting_queries.companies([row.company])[row.company]
	rate = _rate(row, company.default_currency)
	total = -sum((side.amount for side in others), Decimal(0))
	entry = frappe.get_doc(
		{
			"doctype": JOURNAL,
			"voucher_type": "Bank Entry",
			"company": row.company,
			"posting_date": row.date,
			"cheque_no": row.reference_number or row.transaction_id or row.name,
			"cheque_date": row.date,
			"user_remark": text,
			"multi_currency": int(row.currency != company.default_currency),
			"accounts": [
				_row(side, row, company, rate) for side in (Side(Booked(bank.account, total), total), *others)
			],
		}
	)
	entry.insert()
	entry.submit()
	return entry


def _rate(row: Any, currency: str) -> Decimal:
	if row.currency == currency:
		return Decimal(1)
	rate = decimal(erp.exchange_rate(row.currency, currency, row.date))
	if rate <= 0:
		frappe.throw(_("There is no exchange rate from {0} to {1}.").format(row.currency, currency))
	return rate


def _row(side: Side, row: Any, company: Any, rate: Decimal) -> dict[str, Any]:
	booked = side.booked
	currency = erp.account_currency(booked.account)
	if currency not in (row.currency, company.default_currency):
		frappe.throw(_("{0} is kept in {1}, the line in {2}.").format(booked.account, currency, row.currency))
	own = side.amount if currency == row.currency else rounded(side.amount * rate, currency)
	doctype, name = side.against or (None, None)
	return {
		"account": booked.account,
		f"{'debit' if own > 0 else 'credit'}_in_account_currency": as_float(abs(own)),
		"exchange_rate": as_float(rate) if currency != company.default_currency else 1,
		"cost_center": booked.cost_center or company.cost_center,
		"party_type": booked.party_type or None,
		"party": booked.party or None,
		"reference_type": doctype,
		"reference_name": name,
	}


def _text(row: Any) -> str:
	return " · ".join(text for text in (row.bank_party_name, row.description) if text)


# --- money that goes out to a customer -----------------------------------------------------------------------------------


def _pay_out(settlement: Settlement, row: Any, status: str) -> Voucher:
	"""A credit note is paid out."""
	bank = posting_queries.bank_accounts([row.bank_account])[row.bank_account]
	payment = frappe.get_doc(
		{
			"doctype": PAYMENT,
			"payment_type": "Pay",
			"company": row.company,
			"posting_date": row.date,
			"party_type": "Customer",
			"party": settlement.customer,
			"paid_from": bank.account,
			"paid_to": settlement.account,
			"bank_account": row.bank_account,
			"paid_amount": as_float(-settlement.amount),
			"received_amount": as_float(-settlement.amount),
			"reference_no": row.reference_number or row.transaction_id or row.name,
			"reference_date": row.date,
			"references": [
				{
					"reference_doctype": part.doctype,
					"reference_name": part.name,
					"allocated_amount": as_float(part.settled),
				}
				for part in settlement.parts
			],
		}
	)
	payment.insert()
	payment.submit()
	return _reconcile(row, (PAYMENT, payment.name), status)


# --- payments that came back ---------------------------------------------------------------------------------------------


def _reopen(settlement: Settlement, row: Any, accounts: Accounts, status: str) -> Voucher:
	"""A Journal Entry that takes a payment back: its invoices are open again, the bank's fee is booked.

	The payment itself stays: the money did come in, and went out again on another day.
	"""
	payment = frappe.get_doc(PAYMENT, settlement.reopens)
	if {payment.paid_from_account_currency, payment.paid_to_account_currency} != {accounts.currency}:
		frappe.throw(_("{0} is in another currency: take it back by hand.").format(payment.name))
	if payment.docstatus != 1:
		frappe.throw(_("{0} is not submitted.").format(payment.name))
	others = list(_mirrored(payment, -settlement.amount - settlement.fee))
	if settlement.fee:
		charges = Booked(accounts.charges, settlement.fee, accounts.charges_cost_center)
		others.append(Side(charges, settlement.fee))
	text = _("{0} came back: {1}").format(payment.name, row.o2c_return_reason or row.description or "")
	entry = _journal(row, others, text)
	_tell_cases(payment, entry, row)
	values = {"party_type": "Customer", "party": payment.party}
	# What others know a returned debit by.
	if not row.transaction_type:
		values["transaction_type"] = "Return"
	frappe.db.set_value(LINE, row.name, values, update_modified=False)
	return _reconcile(row, (JOURNAL, entry.name), status)


def _mirrored(payment: Any, amount: Decimal) -> Iterable[Side]:
	"""What the payment has given to whom, to be taken again: invoices first, then what it left on the account."""
	currency = payment.paid_from_account_currency
	owed = {"party_type": "Customer", "party": payment.party}
	taken = Decimal(0)
	for reference in payment.references:
		share = rounded(reference.allocated_amount, currency)
		against = (reference.reference_doctype, reference.reference_name)
		taken += share
		owes = Booked(payment.paid_from, share, **owed)
		yield Side(owes, share, against if against[0] == INVOICE else None)
	for deduction in payment.deductions:
		share = rounded(deduction.amount, currency)
		taken -= share
		yield Side(Booked(deduction.account, -share, deduction.cost_center or ""), -share)
	if rest := amount - taken:
		yield Side(Booked(payment.paid_from, rest, **owed), rest)


def _tell_cases(payment: Any, entry: Any, row: Any) -> None:
	"""Every case that was paid is told that the money went back."""
	paid = [
		reference.reference_name for reference in payment.references if reference.reference_doctype == INVOICE
	]
	cases: dict[str, list[str]] = {}
	for invoice, case in casebook.cases(INVOICE, paid).items():
		cases.setdefault(case, []).append(invoice)
	for case, invoices in cases.items():
		casebook.record_event(
			case,
			"Receipt",
			"Returned",
			JOURNAL,
			entry.name,
			{"amount": decimal(row.withdrawal), "payment": payment.name, "documents": invoices},
			at=casebook.moment_of(entry),
		)


# --- undoing -------------------------------------------------------------------------------------------------------------


def cancel(vouchers: Sequence[Voucher]) -> None:
	"""Cancel what a match has made; ERPNext takes it out of the line."""
	for doctype, name in vouchers:
		_cancel(doctype, name)


def _cancel(doctype: str, name: str) -> None:
	voucher = frappe.get_doc(doctype, name)
	if voucher.docstatus == 1:
		voucher.cancel()
