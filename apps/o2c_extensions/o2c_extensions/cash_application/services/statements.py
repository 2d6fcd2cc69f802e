"""Statements become bank transactions: load, decide, write."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import fmt_money

from o2c_extensions.cash_application.doctype.bank_statement.bank_statement import told_by
from o2c_extensions.cash_application.domain import camt, identity
from o2c_extensions.cash_application.domain.statement import Line, Statement, StatementError, lines
from o2c_extensions.cash_application.queries import statements as queries
from o2c_extensions.cash_application.queries.doctypes import STATEMENT
from o2c_extensions.common import batch, casebook, locks
from o2c_extensions.common.audit import as_system
from o2c_extensions.common.money import as_float, decimal
from o2c_extensions.common.settings import setting


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
