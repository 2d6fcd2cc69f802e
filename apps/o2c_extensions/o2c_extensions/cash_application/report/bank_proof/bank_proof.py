"""Bank Proof: each bank account at a day's end: the bank's balance, the ledger's, and every difference between them."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days, format_date, get_first_day, getdate

from o2c_extensions.cash_application.domain import proof
from o2c_extensions.cash_application.domain.proof import Booked, Difference, Line, Link, Proof, Told
from o2c_extensions.cash_application.queries import proof as queries
from o2c_extensions.common import casebook
from o2c_extensions.common.money import as_float, decimal, rounded
from o2c_extensions.credit_control.services import reporting
from o2c_extensions.credit_control.services.reporting import column, currency_column, link, money

ROLES = (
	*("System Manager", "O2C Administrator", "O2C Analyst"),
	*("Cash Application Clerk", "Cash Application Manager"),
)


def execute(filters: dict[str, Any] | None = None) -> tuple[Any, ...]:
	"""Columns, rows, no message, no chart, summary."""
	frappe.only_for(ROLES)
	options = dict(filters or {})
	company = options.get("company") or frappe.defaults.get_user_default("Company")
	if not company:
		frappe.throw(_("Choose a company."))
	until = getdate(options.get("to_date") or add_days(get_first_day(casebook.today()), -1))
	accounts = queries.accounts(company, options.get("bank_account") or None)
	proofs = _proofs(accounts, until) if accounts else {}
	rows = [row for account in accounts for row in _rows(account, proofs[account.name])]
	return _columns(), rows, None, None, _summary(proofs, accounts)


def _proofs(accounts: list[Any], until: Any) -> dict[str, Proof]:
	names = [account.name for account in accounts]
	currencies = {account.name: account.currency for account in accounts}
	told, lines, links = defaultdict(list), defaultdict(list), defaultdict(list)
	for row in queries.statements(names, until):
		told[row.bank_account].append(
			Told(
				row.name,
				getdate(row.from_date),
				getdate(row.to_date),
				decimal(row.opening_balance),
				decimal(row.closing_balance),
				decimal(row.difference),
			)
		)
	for row in queries.lines(names, until):
		text = " ".join(part for part in (row.bank_party_name, row.description) if part)[:140]
		amount = decimal(row.deposit) - decimal(row.withdrawal)
		lines[row.bank_account].append(Line(row.name, row.date, amount, text))
	for account, line, doctype, name, amount in queries.links(names, until):
		links[account].append(Link(line, (doctype, name), decimal(amount)))
	booked = defaultdict(list)
	for row in queries.booked([account.account for account in accounts], until):
		booked[row.account].append(row)
	return {
		account.name: proof.prove(
			told[account.name],
			lines[account.name],
			[_booked(row, currencies[account.name]) for row in booked[account.account]],
			links[account.name],
			until,
		)
		for account in accounts
	}


def _booked(row: Any, currency: str) -> Booked:
	# SQLite sums binary floats, so that cents may come out with a tail.
	amount = rounded(decimal(row.amount), currency)
	return Booked((row.voucher_type, row.voucher_no), getdate(row.day), amount, (row.against or "")[:140])


def _rows(account: Any, found: Proof) -> list[dict[str, Any]]:
	def row(title: str, amount: Decimal, indent: int = 1, **more: Any) -> dict[str, Any]:
		return {
			"bank_account": account.name,
			"title": title,
			"amount": as_float(amount),
			"currency": account.currency,
			"indent": indent,
			**more,
		}

	return [
		row(_("Balance of the Bank"), found.bank, 0, day=found.proven_until, text=account.name),
		*(row(_title(each.kind), each.amount, **_document(each)) for each in found.differences),
		row(_("Balance of the Ledger"), found.ledger, 0, text=account.account),
		row(_("Not Explained"), found.unexplained, 0),
	]


def _title(kind: str) -> str:
	titles = {
		proof.BEFORE: _("Before the First Statement"),
		proof.GAP: _("Between Statements"),
		proof.ACCEPTED: _("Difference Accepted"),
		proof.MISSING: _("Lines Missing or Cancelled"),
		proof.UNBOOKED: _("Not in the Ledger"),
		proof.PARTLY: _("Partly in the Ledger"),
		proof.LATER: _("Booked Later"),
		proof.NOT_TOLD: _("Not on a Statement"),
		proof.WRONG: _("Other Amount"),
		proof.UNPROVEN: _("No Statement"),
	}
	return str(titles[kind])


def _document(each: Difference) -> dict[str, Any]:
	doctype, name = each.document
	text = each.text
	if each.kind == proof.UNPROVEN:
		text = (
			_("No statement with balances after {0}.").format(format_date(each.day))
			if each.day
			else _("No statement with balances.")
		)
	return {"document_type": doctype or None, "document": name or None, "day": each.day, "text": text}


def _columns() -> list[dict[str, Any]]:
	return [
		link("bank_account", _("Bank Account"), "Bank Account", 180),
		column("title", _("Difference"), width=220),
		column("day", _("Date"), "Date", 110),
		column("document_type", _("Document Type"), width=140),
		column("document", _("Document"), "Dynamic Link", 180, options="document_type"),
		money("amount", _("Amount")),
		column("text", _("Text"), width=320),
		currency_column(),
	]


def _summary(proofs: dict[str, Proof], accounts: list[Any]) -> list[Any]:
	differing = sum(1 for each in proofs.values() if each.bank != each.ledger)
	figures = [
		reporting.figure(_("Accounts"), len(proofs), "Int"),
		reporting.figure(
			_("With Differences"), differing, "Int", indicator="Orange" if differing else "Green"
		),
	]
	currencies = {account.currency for account in accounts}
	if len(currencies) == 1:
		currency = currencies.pop()
		for label, total in (
			(_("Balance of the Bank"), sum((each.bank for each in proofs.values()), Decimal(0))),
			(_("Balance of the Ledger"), sum((each.ledger for each in proofs.values()), Decimal(0))),
		):
			figures.append(reporting.figure(label, total, "Currency", currency))
	unexplained = any(each.unexplained for each in proofs.values())
	figures.append(
		reporting.figure(
			_("Not Explained"), int(unexplained), "Int", indicator="Red" if unexplained else "Green"
		)
	)
	return figures
