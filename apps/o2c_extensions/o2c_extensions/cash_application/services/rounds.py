"""A round: all lines of a company that are open are decided together, against all that is open. Nothing is written.

What the engine would post is posted by the app only where it can be booked as it stands, and where no person has had a say yet.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from o2c_extensions.cash_application.domain import settlement as domain
from o2c_extensions.cash_application.domain.advised import as_advised
from o2c_extensions.cash_application.domain.engine.book import Book
from o2c_extensions.cash_application.domain.engine.engine import match
from o2c_extensions.cash_application.domain.engine.mentions import read
from o2c_extensions.cash_application.domain.engine.model import LEAVE, POST, PROPOSE, Choice, Line, Reason
from o2c_extensions.cash_application.domain.engine.rules import BOOK, SPLIT, Rule
from o2c_extensions.cash_application.domain.settlement import Accounts, Settlement, settlement_of
from o2c_extensions.cash_application.queries import lines as line_queries
from o2c_extensions.cash_application.queries import payers
from o2c_extensions.cash_application.queries import proposals as queries
from o2c_extensions.cash_application.queries.book import load_book
from o2c_extensions.cash_application.queries.open_items import document_of
from o2c_extensions.cash_application.services.remittances import amounts_for, references_for
from o2c_extensions.cash_application.services.rule_sets import RulesInForce, rules_in_force
from o2c_extensions.common.chain import canonical

_WORD = re.compile(r"[^\s,;:()\[\]<>\"'|+=*]+")


@dataclass(frozen=True)
class Decided:
	"""A line, and what is to be done with it.

	Attributes:
		row: the Bank Transaction.
		settlement: what is booked, or would be; None if it is left to a person.
		version: the rule set that it was decided by.
	"""

	row: Any
	line: Line
	choice: Choice
	rule: Rule
	version: str
	book: Book
	settlement: Settlement | None

	@property
	def digest(self) -> str:
		"""The same for the same match of the same open amounts, whatever else has been found about it."""
		choice = self.choice
		is_open = [part.open for part in self.settlement.parts] if self.settlement else []
		told = (choice.customer, choice.allocations, is_open, choice.kept, choice.booked, choice.reopens)
		return hashlib.sha256(canonical(told).encode()).hexdigest()[:40]


class Company:
	"""What the lines of one company are decided with."""

	def __init__(self, name: str) -> None:
		self.name = name
		self.rules: RulesInForce = rules_in_force(name)
		self._accounts = queries.accounts(name)

	def accounts_of(self, rule: str | None) -> Accounts:
		"""By the rule of that name as it is now: accounts follow the rules that are in force."""
		return self.accounts(self.rules.rule(rule or ""))

	def accounts(self, rule: Rule) -> Accounts:
		row = self._accounts
		return Accounts(
			currency=row.default_currency,
			discount=row.get("default_discount_account") or "",
			difference=rule.difference_account or row.get("write_off_account") or "",
			charges=rule.charges_account or row.get("write_off_account") or "",
			difference_cost_center=rule.difference_cost_center,
			charges_cost_center=rule.charges_cost_center,
		)


def decide(
	rows: Sequence[Any], until: date, again: Collection[str] = (), rest: Collection[str] = ()
) -> list[Decided]:
	"""What to do with these lines, all other open ones of their companies up to a day taken into account.

	Args:
		rows: open Bank Transactions, as `queries.lines` reads them.
		again: lines that may be posted though a person has taken an earlier match back.
		rest: lines of which only the rest is open.
	"""
	by_company: dict[str, dict[str, Any]] = defaultdict(dict)
	for row in rows:
		by_company[row.company][row.name] = row
	found = []
	for name, wanted in by_company.items():
		found += _decide(name, wanted, until, frozenset(again), frozenset(rest))
	order = {row.name: number for number, row in enumerate(rows)}
	return sorted(found, key=lambda one: order[one.row.name])


def _decide(
	name: str, wanted: Mapping[str, Any], until: date, again: frozenset[str], rest: frozenset[str]
) -> list[Decided]:
	company = Company(name)
	rows = {row.name: row for row in line_queries.rows_of(name, until=until, is_open=True)} | dict(wanted)
	advised = references_for(list(rows))
	told = {
		row.name: line_queries.line_of(row, row.name in rest, advised.get(row.name, ()))
		for row in rows.values()
	}
	book = load_book(name, receipts=any(line.amount < 0 for line in told.values()))
	choices = match(told.values(), book, company.rules.rules, company.rules.setup)
	persons, declined = queries.said_by_persons(list(wanted)), queries.declined(list(wanted))
	chosen = [choice for choice in choices if choice.line in wanted]
	accounts = payers.receivable_accounts(
		name, {choice.customer for choice in chosen if choice.customer and not choice.allocations}
	)
	items = {item.name: item for item in book.items}
	found = []
	amounts = amounts_for([name for name in advised if name in wanted])
	for choice in chosen:
		rule = company.rules.rule(choice.rule)
		line = told[choice.line]
		choice = as_advised(choice, line, amounts.get(choice.line, ()), items, rule.deduction_reason)
		made = _settlement(choice, line, rule, items, accounts)
		one = Decided(wanted[choice.line], line, choice, rule, company.rules.version, book, made)
		faults = domain.obstacles(made, company.accounts(rule)) if made else ()
		if made and choice.outcome == POST and not faults:
			faults = domain.needs_a_person(made)
		if choice.line in persons and choice.line not in again and choice.outcome == POST:
			faults = (*faults, Reason("taken back"))
		one = _capped(one, faults)
		if one.digest in declined.get(choice.line, ()) and choice.line not in again:
			one = _left(one, Reason("declined"))
		found.append(one)
	return _with_closed(found, name)


def _settlement(
	choice: Choice, line: Line, rule: Rule, items: Mapping[str, Any], accounts: payers.ReceivableAccounts
) -> Settlement | None:
	if choice.outcome == LEAVE:
		return None
	documents = {given.item: document_of(items[given.item]) for given in choice.allocations}
	made = settlement_of(choice, line, items, documents, accounts.of(choice.customer))
	if choice.action in (BOOK, SPLIT):
		own = tuple(
			replace(booked, party_type=rule.party_type, party=rule.party)
			if booked.account == rule.account
			else booked
			for booked in made.booked
		)
		return replace(made, booked=own)
	return made


def _capped(one: Decided, faults: Iterable[Reason]) -> Decided:
	"""What cannot be posted as it stands is proposed, with the reason."""
	told = tuple(faults)
	if not told:
		return one
	sure = [reason for reason in one.choice.reasons if reason.code != "sure"]
	outcome = PROPOSE if one.choice.outcome == POST else one.choice.outcome
	return replace(one, choice=replace(one.choice, outcome=outcome, reasons=(*told, *sure)))


def _left(one: Decided, why: Reason) -> Decided:
	choice = replace(one.choice, outcome=LEAVE, reasons=(why,))
	return replace(one, choice=choice, settlement=None)


def _with_closed(found: list[Decided], company: str) -> list[Decided]:
	"""Say of what is left which invoices it names that are paid already, and what it may be."""
	words = {
		one.line.name: _names_in(one.line)
		for one in found
		if one.choice.outcome == LEAVE and one.line.amount > 0
	}
	closed = queries.closed_invoices({word for told in words.values() for word in told}, company)
	return [
		_explained(one, [closed[word] for word in words.get(one.line.name, ()) if word in closed])
		for one in found
	]


def _explained(one: Decided, closed: Sequence[str]) -> Decided:
	if one.choice.outcome != LEAVE:
		return one
	more = [Reason("closed", (", ".join(closed),))] if closed else []
	if one.line.is_return and one.line.amount > 0:
		more.append(Reason("returned"))
	more += _other_currency(one)
	for near in one.choice.nearest:
		more.append(Reason("may be", (near.customer, ", ".join(near.items))))
	return replace(one, choice=replace(one.choice, reasons=(*more, *one.choice.reasons)))


def _other_currency(one: Decided) -> list[Reason]:
	"""What it names is in a currency for which there is no rate."""
	named, _unknown = one.book.named(
		read(one.line.texts, one.line.references), one.line.end_to_end, one.line.mandate
	)
	items = sorted((one.book.items[at] for at in named), key=lambda item: item.name)
	return [
		Reason("other currency", (item.name, item.currency, one.line.currency))
		for item in items[:3]
		if item.currency != one.line.currency
	]


def _names_in(line: Line) -> list[str]:
	words = (
		word.strip(".-_/#!?") for text in (*line.texts, *line.references) for word in _WORD.findall(text)
	)
	named = (word for word in words if 3 <= len(word) <= 140 and any(map(str.isdecimal, word)))
	return list(dict.fromkeys(one for word in named for one in (word, word.upper())))[:100]
