"""Receipts become payments: load, decide, write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate

from o2c_extensions.cash_application.domain import matching
from o2c_extensions.cash_application.domain.matching import Match, OpenItem, Reason, Receipt, Wait
from o2c_extensions.cash_application.domain.posting import Posting, Share
from o2c_extensions.cash_application.domain.references import names
from o2c_extensions.cash_application.queries import receipts as queries
from o2c_extensions.cash_application.queries.doctypes import INVOICE, LINE
from o2c_extensions.cash_application.services.posting import Poster, post
from o2c_extensions.cash_application.services.remittances import references_for
from o2c_extensions.cash_application.services.statements import refresh_statement
from o2c_extensions.common import casebook, decisions
from o2c_extensions.common.money import decimal

MATCHED, WAITING, BY_HAND = "Matched", "Waiting", "Matched by Hand"


def apply_receipt(
	bank_transaction: str, today: date | None = None, again: bool = False, poster: Poster | None = None
) -> str | None:
	"""Pay with a deposit the invoices that it names. Returns the Payment Entry, or None if a person has to look at it.

	Done once, however often and by however many it is asked for at once.

	Args:
		again: also if the app has matched the line before and a person has taken that back.
		poster: who was told of the receipt by `announce`, and so posts it sooner.
	"""
	line = queries.lock_line(bank_transaction)
	if decimal(line.allocated_amount):
		return queries.payment_of(line.name)
	if not _is_open_receipt(line) or getdate(line.date) > (today or casebook.today()):
		return None
	if not again and line.o2c_match_status == WAITING and queries.was_matched(line.name):
		return None
	advised = references_for([line.name]).get(line.name, ())
	wanted = names((line.description, line.reference_number, *advised), queries.invoice_series())
	items = queries.named_items(wanted, line.company)
	receipt = _receipt(line)
	choice = matching.decide(receipt, items)
	payment = None
	if isinstance(choice, Match):
		payment = _pay(line, choice, MATCHED, poster)
	_put_on_record(line, receipt, items, choice, advised)
	return payment


def announce(lines: Sequence[str]) -> Poster:
	"""Somebody who knows what posting these receipts needs, if they are what they look like now. Decides and locks nothing."""
	rows = queries.lines(lines)
	series = queries.invoice_series()
	advised = references_for([row.name for row in rows])
	wanted = {
		row.name: names((row.description, row.reference_number, *advised.get(row.name, ())), series)
		for row in rows
	}
	items = {item.name: item for item in queries.invoices_named(set().union(*wanted.values()))}
	postings = []
	for row in rows:
		named = [items[name] for name in sorted(wanted[row.name]) if name in items]
		choice = matching.decide(_receipt(row), named)
		if isinstance(choice, Match):
			postings.append(_posting(row, choice))
	return Poster(postings)


def match_by_hand(bank_transaction: str, invoices: Sequence[str]) -> str:
	"""Pay with a deposit the invoices that a person has chosen. Returns the Payment Entry."""
	line = queries.lock_line(bank_transaction)
	if not _is_open_receipt(line) or decimal(line.allocated_amount):
		frappe.throw(_("{0} is no open receipt any more.").format(line.name))
	choice = matching.decide(
		Receipt(decimal(line.deposit), line.currency), queries.named_items(invoices, line.company)
	)
	if isinstance(choice, Match):
		return _pay(line, choice, BY_HAND)
	frappe.throw("<br>".join(_sentence(reason) for reason in choice.reasons))
	raise AssertionError


def note_match(doc: Any) -> None:
	"""Somebody has reconciled a line on ERPNext's own tool, or a voucher was taken from it again."""
	if doc.docstatus != 1 or decimal(doc.deposit) <= 0:
		return
	if decimal(doc.unallocated_amount) <= 0:
		if doc.o2c_match_status not in (MATCHED, BY_HAND):
			_set_status(doc.name, doc.o2c_bank_statement, BY_HAND)
		elif not doc.flags.o2c_chunk:
			refresh_statement(doc.o2c_bank_statement)
	elif doc.o2c_match_status in (MATCHED, BY_HAND):
		_set_status(doc.name, doc.o2c_bank_statement, WAITING)


def _is_open_receipt(line: Any) -> bool:
	return bool(line.docstatus == 1 and decimal(line.deposit) > 0)


def _receipt(line: Any) -> Receipt:
	return Receipt(
		decimal(line.deposit), line.currency, is_return=line.transaction_type in ("Return", "Reversal")
	)


def _pay(line: Any, match: Match, status: str, poster: Poster | None = None) -> str:
	"""Make the Payment Entry and reconcile the line with it."""
	posting = _posting(line, match)
	return (poster.post(posting, status) if poster else None) or post(posting, status)


def _posting(line: Any, match: Match) -> Posting:
	shares = (Share(each.item, each.amount, each.term) for each in match.allocations)
	return Posting(line.name, match.customer, match.account, tuple(shares))


def _set_status(line: str, statement: str | None, status: str) -> None:
	frappe.db.set_value(LINE, line, "o2c_match_status", status, update_modified=False)
	refresh_statement(statement)


def _put_on_record(
	line: Any, receipt: Receipt, items: Sequence[OpenItem], choice: Match | Wait, advised: Sequence[str]
) -> None:
	"""One decision for what was done, and one for each new reason to wait: not one for each time it was looked at."""
	outcome = MATCHED if isinstance(choice, Match) else WAITING
	reasons = [_sentence(reason) for reason in choice.reasons]
	if outcome == WAITING:
		reasons += _who_it_may_be(line)
		if line.o2c_match_status == WAITING and queries.last_reasons(line.name) == "\n".join(reasons):
			return
		_set_status(line.name, line.o2c_bank_statement, WAITING)
	decisions.record(
		"Cash Match",
		LINE,
		line.name,
		rule=matching.RULE,
		rule_version=matching.VERSION,
		inputs={
			"receipt": receipt,
			"text": line.description or "",
			"reference": line.reference_number or "",
			"advised": advised,
			"invoices": items,
		},
		outcome=outcome,
		reasons=reasons,
		case=next(iter(casebook.cases(INVOICE, [item.name for item in items]).values()), None),
	)


def _who_it_may_be(line: Any) -> list[str]:
	customers = queries.customers_like(line.bank_party_name, line.bank_party_iban)
	return [_("The payer may be {0}.").format(", ".join(customers))] if customers else []


def _sentence(reason: Reason) -> str:
	text = {
		"returned": _("It is an own payment that came back."),
		"no receipt": _("It is no receipt."),
		"nothing named": _("It names no invoice."),
		"nothing open": _("Nothing is open any more on what it names: {0}."),
		"several customers": _("It names invoices of several customers: {0}."),
		"several accounts": _("The invoices stand on several receivable accounts: {0}."),
		"other currency": _("{0} is in {1}, the receipt in {2}."),
		"named": _("It names {0}."),
		"exact": _("Its amount of {0} {1} is exactly what is open."),
		"overpaid": _("{0} {1} more than is open stay on the customer's account."),
		"partial": _("{0} {1} stay open."),
		"oldest first": _(
			"It does not cover all of them: what is due first is paid first, {0} {1} stay open."
		),
	}[reason.code]
	return str(text.format(*reason.values))
