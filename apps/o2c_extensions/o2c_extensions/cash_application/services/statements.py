"""Statements become bank transactions: load, decide, write."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import fmt_money

from o2c_extensions.cash_application.doctype.bank_statement.bank_statement import told_by
from o2c_extensions.cash_application.domain import accounts, identity
from o2c_extensions.cash_application.domain.statement import Line, Statement, lines
from o2c_extensions.cash_application.queries import notifications as notification_queries
from o2c_extensions.cash_application.queries import statements as queries
from o2c_extensions.cash_application.queries.doctypes import STATEMENT
from o2c_extensions.cash_application.services import files, notifications
from o2c_extensions.common import batch, casebook, locks
from o2c_extensions.common.audit import as_system
from o2c_extensions.common.money import as_float, decimal
from o2c_extensions.common.settings import setting


def import_statement(
	content: bytes,
	filename: str,
	today: date | None = None,
	accept_difference: bool = False,
	mapping: str | dict[str, Any] | None = None,
	bank_account: str | None = None,
) -> list[str]:
	"""Make bank transactions of a bank's file, the whole file or nothing. Returns the names of its Bank Statements.

	Of a notification (camt.054) it keeps the batches, and returns the names of its Bank Notifications: see `notifications`.
	A file that was imported before returns the same statements; a line that another statement has told already is left out.

	Args:
		accept_difference: import a statement whose lines do not make its closing balance, with the difference on record.
		mapping: how a table is to be read: the name of a Bank Statement Mapping or its values; found if left out.
		bank_account: whose file it is, where the file does not say.
	"""
	digest = hashlib.sha256(content).hexdigest()
	if known := queries.statements_of(digest) or notification_queries.notifications_of(digest):
		return known
	message = files.read(content, filename, mapping, bank_account)
	with files.refused(filename):
		# The same statement twice in a file is one.
		told = [(statement, lines(statement)) for statement in dict.fromkeys(message.statements)]
	owned = own_accounts([statement for statement, _lines in told], bank_account)
	told = [
		(_in_currency(statement, row), found) for (statement, found), row in zip(told, owned, strict=True)
	]
	for statement, _lines in told:
		_check_balance(statement, accept_difference)
	locks.hold(*(f"bank-statement:{account.name}" for account in owned))
	if all(statement.is_notification for statement, _lines in told):
		pairs = [(statement, account) for (statement, _lines), account in zip(told, owned, strict=True)]
		return notifications.take(pairs, message.version, digest, filename, today)
	new = _new_lines(told, owned)
	try:
		made = [
			_write(statement, message.version, found, len(all_lines), account, digest, filename)
			for (statement, all_lines), found, account in zip(told, new, owned, strict=True)
		]
	except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
		frappe.throw(_("Somebody else is importing a statement of this account. Try again in a moment."))
	if setting("match_receipts"):
		batch.start("Cash Application", {"statements": made, "date": (today or casebook.today()).isoformat()})
	return made


def _write(
	statement: Statement,
	version: str,
	new: Sequence[tuple[str, Line]],
	told: int,
	account: Any,
	digest: str,
	filename: str,
) -> str:
	with as_system("statement") as system:
		doc = system.insert(
			{
				"doctype": STATEMENT,
				"bank_account": account.name,
				"company": account.company,
				"file_name": filename[:140],
				"file_hash": digest,
				"file_format": version,
				**told_by(statement),
				"currency": account.currency,
				"difference_accepted_by": frappe.session.user if statement.difference else None,
				"status": "Imported",
			}
		)
	parts, taken_apart = notifications.split_new(account.name, new)
	doc.take_lines(parts, told + len(parts) - len(new))
	notifications.mark_used(taken_apart, doc.name)
	refresh_statement(doc.name)
	return str(doc.name)


def _new_lines(
	told: Sequence[tuple[Statement, Sequence[Line]]], owned: Sequence[Any]
) -> list[list[tuple[str, Line]]]:
	"""For each statement its lines that are not known yet. The statements that a file has of one account tell of other lines."""
	new: list[list[tuple[str, Line]]] = [[] for _each in told]
	for name in dict.fromkeys(account.name for account in owned):
		mine = [index for index, account in enumerate(owned) if account.name == name]
		found = [line for index in mine for line in told[index][1]]
		if not found:
			continue
		days = [line.day for line in found]
		known = queries.lines_between(name, min(days), max(days))
		before = {row for index in mine for row in _continued(told[index][0], name)}
		continued = [key for key, source in known.items() if source in before]
		number = _number(told[mine[0]][0], owned[mine[0]])
		fresh = {id(line): key for key, line in identity.new_lines(number, found, list(known), continued)}
		for index in mine:
			new[index] = [(fresh[id(line)], line) for line in told[index][1] if id(line) in fresh]
	return new


def _continued(statement: Statement, account: str) -> list[str]:
	"""The statements that end with what this one begins with: a bank may send several on one day. They tell of other lines."""
	if not statement.opening or not statement.from_date:
		return []
	return [
		row.name
		for row in queries.statements_up_to(account, statement.from_date)
		if row.statement_id != statement.id[:140]
		and decimal(row.closing_balance) == statement.opening.amount
		and decimal(row.opening_balance) != statement.opening.amount
	]


def _number(statement: Statement, account: Any) -> str:
	"""The number by which lines of an account are known: the same in every format, however the bank writes it there."""
	if accounts.is_same(statement.account, account.iban, account.bank_account_no):
		return accounts.plain(statement.account)
	return accounts.plain(account.iban or account.bank_account_no or account.name)


def own_accounts(statements: Sequence[Statement], chosen: str | None = None) -> list[Any]:
	"""For each statement the company's Bank Account that it is about."""
	rows = [row for row in queries.company_accounts() if not row.disabled]
	return [_own_account(statement, rows, chosen) for statement in statements]


def _own_account(statement: Statement, rows: Sequence[Any], chosen: str | None) -> Any:
	told = statement.account
	found = [row for row in rows if accounts.is_same(told, row.iban, row.bank_account_no)]
	found = found or [row for row in rows if accounts.is_like(told, row.iban, row.bank_account_no)]
	found = found or [row for row in rows if row.name == told]
	if chosen:
		found = [row for row in found if row.name == chosen]
	if len(found) != 1:
		frappe.throw(
			_(
				"{0} enabled company Bank Accounts have the number {1}. Enter it in the one that the statement is of."
			).format(len(found), told)
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


def _in_currency(statement: Statement, account: Any) -> Statement:
	"""A table need not say its currency: it is the account's."""
	return statement if statement.currency else replace(statement, currency=account.currency)


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
			+ files.place(closing.line, closing.place)
		)


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
