"""Statements become bank transactions, receipts become payments: load, decide, write."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import fmt_money, getdate

from o2c_extensions import erp
from o2c_extensions.cash_application import queries
from o2c_extensions.cash_application.doctype.bank_statement.bank_statement import told_by
from o2c_extensions.cash_application.domain import camt, identity, matching
from o2c_extensions.cash_application.domain.matching import Match, OpenItem, Reason, Receipt, Wait
from o2c_extensions.cash_application.domain.references import names
from o2c_extensions.cash_application.domain.statement import Line, Statement, StatementError, lines
from o2c_extensions.cash_application.queries import INVOICE, LINE, PAYMENT, STATEMENT
from o2c_extensions.common import batch, casebook, decisions, locks
from o2c_extensions.common.audit import as_system
from o2c_extensions.common.money import as_float, decimal
from o2c_extensions.common.settings import setting

MATCHED, WAITING, BY_HAND = "Matched", "Waiting", "Matched by Hand"


def import_statement(
	content: bytes, filename: str, today: date | None = None, accept_difference: bool = False
) -> list[str]:
	"""Make bank transactions of a camt.053 file, the whole file or nothing. Returns the names of its Bank Statements.

	A file that was imported before returns the same statements; a line that another statement has told already is left out.

	Args:
		accept_difference: import a statement whose lines do not make its closing balance, with the difference on record.
	"""
	digest = hashlib.sha256(content).hexdigest()
	if known := queries.statements_of(digest):
		return known
	try:
		message = camt.parse(content)
		told = [(statement, lines(statement)) for statement in message.statements]
	except StatementError as error:
		frappe.throw(_where(error), title=_("{0} cannot be imported").format(filename))
	accounts = [_own_account(statement) for statement, _lines in told]
	for statement, _lines in told:
		_check_balance(statement, accept_difference)
	locks.hold(*(f"bank-statement:{account.name}" for account in accounts))
	try:
		made = [
			_write(statement, found, account, digest, filename)
			for (statement, found), account in zip(told, accounts, strict=True)
		]
	except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
		frappe.throw(_("Somebody else is importing a statement of this account. Try again in a moment."))
	if setting("match_receipts"):
		batch.start("Cash Application", {"statements": made, "date": (today or casebook.today()).isoformat()})
	return made


def _write(statement: Statement, found: Sequence[Line], account: Any, digest: str, filename: str) -> str:
	with as_system("statement") as system:
		doc = system.insert(
			{
				"doctype": STATEMENT,
				"bank_account": account.name,
				"company": account.company,
				"file_name": filename[:140],
				"file_hash": digest,
				"currency": account.currency,
				**told_by(statement),
				"difference_accepted_by": frappe.session.user if statement.difference else None,
				"status": "Imported",
			}
		)
	doc.take_lines(_new_lines(statement, found, account), len(found))
	refresh_statement(doc.name)
	return str(doc.name)


def _new_lines(statement: Statement, found: Sequence[Line], account: Any) -> list[tuple[str, Line]]:
	if not found:
		return []
	days = [line.day for line in found]
	known = queries.lines_between(account.name, min(days), max(days))
	# A bank may send several statements on one day. One that begins with what another ends with tells of other lines.
	before = set()
	if statement.opening and statement.from_date:
		before = {
			row.name
			for row in queries.statements_up_to(account.name, statement.from_date)
			if row.statement_id != statement.id[:140]
			and decimal(row.closing_balance) == statement.opening.amount
			and decimal(row.opening_balance) != statement.opening.amount
		}
	continued = [key for key, source in known.items() if source in before]
	return identity.new_lines(_plain(statement.account), found, list(known), continued)


def _own_account(statement: Statement) -> Any:
	"""The company's Bank Account that a statement is about."""
	if statement.is_notification:
		frappe.throw(
			_(
				"This is a notification (camt.054). Its bookings come with the statement (camt.053): import that."
			)
		)
	wanted = _plain(statement.account)
	found = [
		row
		for row in queries.company_accounts()
		if wanted in (_plain(row.iban), _plain(row.bank_account_no)) and not row.disabled
	]
	if len(found) != 1:
		frappe.throw(
			_(
				"{0} enabled company Bank Accounts have the number {1}. Enter it in the one that the statement is of."
			).format(len(found), statement.account)
		)
	account = found[0]
	if not account.account:
		frappe.throw(_("Bank Account {0} has no ledger account. Choose one.").format(account.name))
	if statement.currency and statement.currency != account.currency:
		frappe.throw(
			_("The statement is in {0}, but Bank Account {1} is kept in {2}.").format(
				statement.currency, account.name, account.currency
			)
		)
	return account


def _check_balance(statement: Statement, accept_difference: bool) -> None:
	if statement.difference and not accept_difference:
		opening, closing = statement.opening, statement.closing
		assert opening and closing
		frappe.throw(
			_(
				"Statement {0}: the opening balance of {1}, {2} in and {3} out do not make the closing balance of {4}. The difference is {5}."
			).format(
				statement.id,
				*(
					fmt_money(as_float(amount), currency=statement.currency)
					for amount in (
						opening.amount,
						statement.deposits,
						statement.withdrawals,
						closing.amount,
						statement.difference,
					)
				),
			)
		)


def _plain(number: str | None) -> str:
	return "".join((number or "").split()).upper()


def apply_receipt(bank_transaction: str, today: date | None = None, again: bool = False) -> str | None:
	"""Pay with a deposit the invoices that it names. Returns the Payment Entry, or None if a person has to look at it.

	Done once, however often and by however many it is asked for at once.

	Args:
		again: also if the app has matched the line before and a person has taken that back.
	"""
	line = queries.lock_line(bank_transaction)
	if decimal(line.allocated_amount):
		return queries.payment_of(line.name)
	if not _is_open_receipt(line) or getdate(line.date) > (today or casebook.today()):
		return None
	if not again and line.o2c_match_status == WAITING and queries.was_matched(line.name):
		return None
	wanted = names((line.description, line.reference_number), queries.invoice_series())
	items = queries.named_items(wanted, line.company)
	receipt = _receipt(line)
	choice = matching.decide(receipt, items)
	payment = None
	if isinstance(choice, Match):
		payment = _pay(line, choice, MATCHED)
	_put_on_record(line, receipt, items, choice)
	return payment


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
		else:
			refresh_statement(doc.o2c_bank_statement)
	elif doc.o2c_match_status in (MATCHED, BY_HAND):
		_set_status(doc.name, doc.o2c_bank_statement, WAITING)


def refresh_statement(statement: str | None) -> None:
	"""A statement is matched when none of its receipts is open."""
	if not statement:
		return
	status = "Imported" if queries.has_open_receipts(statement) else "Matched"
	if frappe.db.get_value(STATEMENT, statement, "status") != status:
		frappe.db.set_value(STATEMENT, statement, "status", status)


def refresh_statements() -> None:
	"""Several at once may each have seen the other's receipt still open."""
	if settled := queries.settled_statements():
		frappe.db.set_value(STATEMENT, {"name": ("in", settled)}, "status", "Matched")


def join_case(payment: Any) -> None:
	"""A customer's payment belongs to the case of the first document that it pays."""
	if _is_from_customer(payment):
		casebook.join_case(payment, next(iter(_cases_of(payment)), None))


def record_receipt(payment: Any, event: str) -> None:
	"""Tell every case that the payment touches."""
	if not _is_from_customer(payment):
		return
	for case, documents in (_cases_of(payment) or {payment.o2c_case or payment.name: []}).items():
		casebook.record_event(
			case,
			"Receipt",
			event,
			PAYMENT,
			payment.name,
			{"amount": decimal(payment.received_amount), "documents": documents},
			at=casebook.moment_of(payment),
		)


def _is_from_customer(payment: Any) -> bool:
	return bool(payment.payment_type == "Receive" and payment.party_type == "Customer")


def _cases_of(payment: Any) -> dict[str, list[str]]:
	"""The cases of what a payment pays, in its order: {case: documents}."""
	found: dict[str, list[str]] = {}
	for doctype in (INVOICE, "Sales Order"):
		paid = [row.reference_name for row in payment.references if row.reference_doctype == doctype]
		for name, case in casebook.cases(doctype, paid).items():
			found.setdefault(case, []).append(name)
	return found


def _is_open_receipt(line: Any) -> bool:
	return bool(line.docstatus == 1 and decimal(line.deposit) > 0)


def _receipt(line: Any) -> Receipt:
	return Receipt(
		decimal(line.deposit), line.currency, is_return=line.transaction_type in ("Return", "Reversal")
	)


def _pay(line: Any, match: Match, status: str) -> str:
	"""Make the Payment Entry and reconcile the line with it, as a person does natively.

	It is inserted as submitted: ERPNext then checks it once, with the same ledger entries as in two steps.
	"""
	account = frappe.db.get_value("Bank Account", line.bank_account, "account")
	payment = frappe.get_doc(
		{
			"doctype": PAYMENT,
			"docstatus": 1,
			"payment_type": "Receive",
			"company": line.company,
			"posting_date": line.date,
			"party_type": "Customer",
			"party": match.customer,
			"paid_from": match.account,
			"paid_to": account,
			"bank_account": line.bank_account,
			"paid_amount": line.deposit,
			"received_amount": line.deposit,
			"reference_no": line.reference_number or line.transaction_id or line.name,
			"reference_date": line.date,
			"references": [
				{
					"reference_doctype": INVOICE,
					"reference_name": allocation.item,
					"allocated_amount": as_float(allocation.amount),
					"payment_term": allocation.term or None,
				}
				for allocation in match.allocations
			],
		}
	)
	payment.insert()
	_set_status(line.name, None, status)
	erp.reconcile(line.name, [(PAYMENT, payment.name)])
	return str(payment.name)


def _set_status(line: str, statement: str | None, status: str) -> None:
	frappe.db.set_value(LINE, line, "o2c_match_status", status, update_modified=False)
	refresh_statement(statement)


def _put_on_record(line: Any, receipt: Receipt, items: Sequence[OpenItem], choice: Match | Wait) -> None:
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


def _where(error: StatementError) -> str:
	"""A file's mistake in words: what it is, where, and what to do."""
	text = {
		"empty": _("The file is empty."),
		"too large": _("The file has more than {0} bytes. Ask the bank for shorter periods."),
		"too deep": _("The file is nested deeper than {0} levels: it is no statement."),
		"doctype": _(
			"The file has a document type declaration ({0}). No bank sends that, so it is not read."
		),
		"entity": _("The file has an entity of its own. No bank sends that, so it is not read."),
		"not xml": _("The file is no XML, or was cut off: {0}"),
		"no camt": _("The file is no camt.053 statement, but {0}."),
		"no statement": _("The file ({0}) holds no statement."),
		"no account": _("The statement does not say of which account it is."),
		"several currencies": _("The statement is in several currencies: {0}."),
		"no amount": _("'{0}' is not an amount."),
		"too fine": _("{0} is finer than the currency's smallest unit."),
		"no currency": _("'{0}' is not a currency."),
		"no sign": _("'{0}' is neither CRDT nor DBIT."),
		"no date": _("'{0}' is not a date."),
	}[error.code].format(error.value)
	if error.line:
		text += " " + _("(line {0}, {1})").format(error.line, error.place or "XML")
	return str(text)
