"""Gains and losses of exchange: a Journal Entry for each payment at another rate than its invoice."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import db
from minibench.data.query import get_all
from minibench.erp.companies import get_account_currency, get_company_currency, get_default_cost_center
from minibench.model.caches import get_cached_value
from minibench.model.document import get_doc, new_doc
from minibench.translate import _
from minibench.values.dates import nowdate
from minibench.values.numbers import flt

_KINDS = ("Sales Invoice", "Purchase Invoice", "Payment Entry", "Journal Entry")


def book(
	*,
	company: str,
	posting_date: Any,
	party_type: str,
	party: str,
	party_account: str,
	account: str | None,
	amount: float,
	side: str,
	invoice: tuple[str, str, Any],
	payment: tuple[str, str, Any],
	cost_center: str | None,
) -> str:
	"""Book a difference on the party's account (`side` there) against the account for gains and losses.

	`invoice` and `payment` are DocType, name and row of what the difference is about.
	"""
	if not account:
		throw(_("Please set default Exchange Gain/Loss Account in Company {}").format(company))
	if get_account_currency(account) != get_company_currency(company):
		throw(_("Currency for {0} must be {1}").format(account, get_company_currency(company)))
	other = "credit" if side == "debit" else "debit"
	journal = new_doc("Journal Entry")
	journal.voucher_type = "Exchange Gain Or Loss"
	journal.company = company
	journal.posting_date = posting_date or nowdate()
	journal.multi_currency = 1
	journal.is_system_generated = True
	cost_center = cost_center or get_default_cost_center(company)
	journal.append(
		"accounts",
		{
			"account": party_account,
			"party_type": party_type,
			"party": party,
			"account_currency": get_cached_value("Account", party_account, "account_currency"),
			"exchange_rate": 0,
			"cost_center": cost_center,
			"reference_type": invoice[0],
			"reference_name": invoice[1],
			"reference_detail_no": invoice[2],
			side: abs(amount),
			f"{side}_in_account_currency": 0,
		},
	)
	journal.append(
		"accounts",
		{
			"account": account,
			"account_currency": get_account_currency(account),
			"exchange_rate": 1,
			"cost_center": cost_center,
			"reference_type": payment[0],
			"reference_name": payment[1],
			"reference_detail_no": payment[2],
			f"{other}_in_account_currency": 0,
			other: abs(amount),
		},
	)
	journal.save()
	journal.submit()
	msgprint(_("Exchange Gain/Loss amount has been booked through {0}").format(journal.name))
	return str(journal.name)


def book_for_payment(payment: Any, posting_date: Any = None) -> None:
	"""Book the differences of a Payment Entry's references that are not booked yet."""
	if payment.docstatus != 1:
		return
	rows = [row for row in payment.references if flt(row.exchange_gain_loss)]
	if not rows:
		return
	booked = _booked(payment)
	account = get_cached_value("Company", payment.company, "exchange_gain_loss_account")
	party_account = payment.paid_from if payment.payment_type == "Receive" else payment.paid_to
	for row in rows:
		if (row.reference_doctype, row.reference_name, str(row.idx)) in booked:
			continue
		side = "debit" if row.exchange_gain_loss > 0 else "credit"
		if _is_payable(row.reference_doctype, party_account):
			side = "credit" if side == "debit" else "debit"
		book(
			company=payment.company,
			posting_date=posting_date or payment.posting_date,
			party_type=payment.party_type,
			party=payment.party,
			party_account=party_account,
			account=account,
			amount=row.exchange_gain_loss,
			side=side,
			invoice=(row.reference_doctype, row.reference_name, row.idx),
			payment=(payment.doctype, payment.name, row.idx),
			cost_center=payment.cost_center,
		)


def _booked(payment: Any) -> set[tuple[str, str, str]]:
	rows = db.execute(
		"select o.reference_type, o.reference_name, o.reference_detail_no from `tabJournal Entry Account` a "
		"join `tabJournal Entry` je on je.name = a.parent join `tabJournal Entry Account` o on o.parent = je.name "
		"where a.reference_type = ? and a.reference_name = ? and je.docstatus = 1 "
		"and je.voucher_type = 'Exchange Gain Or Loss'",
		(payment.doctype, payment.name),
	)
	return {(kind, name, str(detail)) for kind, name, detail in rows}


def _is_payable(doctype: str, account: str) -> bool:
	return doctype == "Purchase Invoice" or (
		doctype == "Journal Entry" and get_cached_value("Account", account, "account_type") == "Payable"
	)


def cancel_linked(doc: Any, other: tuple[str, str] | None = None) -> None:
	"""Cancel the gains and losses of a voucher that is being cancelled; with `other`, those between the two only."""
	if doc.doctype not in _KINDS:
		return
	for name in _linked(doc.doctype, doc.name):
		journal = get_doc("Journal Entry", name)
		if journal.docstatus != 1:
			continue
		references = {(row.reference_type, row.reference_name) for row in journal.accounts}
		if other is None or {(doc.doctype, doc.name), other} <= references:
			journal.cancel()


def _linked(doctype: str, name: str) -> list[str]:
	parents = get_all(
		"Journal Entry Account",
		filters={"reference_type": doctype, "reference_name": name, "docstatus": 1},
		pluck="parent",
		distinct=True,
	)
	if not parents:
		return []
	return list(
		get_all(
			"Journal Entry",
			filters={
				"name": ("in", parents),
				"voucher_type": "Exchange Gain Or Loss",
				"is_system_generated": 1,
				"docstatus": 1,
			},
			pluck="name",
		)
	)
