"""The whole exposure computed again, to show that what is kept is right, and to put right what is not.

What could make it wrong: rows changed in the database by hand, documents deleted by force, a restored table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict
from itertools import islice
from typing import Any

from frappe import _
from frappe.utils import fmt_money

from o2c_extensions.common import decisions
from o2c_extensions.common.money import as_float
from o2c_extensions.credit_control.domain import exposure as rules
from o2c_extensions.credit_control.domain.credit import Exposure
from o2c_extensions.credit_control.domain.exposure import Key
from o2c_extensions.credit_control.queries import exposure as queries
from o2c_extensions.credit_control.queries import vouchers
from o2c_extensions.credit_control.queries.vouchers import Scope
from o2c_extensions.credit_control.services import accounts, ledger
from o2c_extensions.credit_control.services.accounts import Pair
from o2c_extensions.credit_control.services.terms import currency_of

DECISION = "Credit Exposure Rebuild"
RULE = "o2c_extensions.credit_control.services.rebuild.rebuild"
AT_ONCE = 50
MOST_SENTENCES = 50


def verify(customer: str | None = None) -> dict[str, Any]:
	"""Compare what is kept with the documents, of one customer or of all; changes nothing.

	Returns: `right`, how many `customers` were looked at, and the `drift`: by how much what is kept would have to change.
	"""
	ledger.settle()
	drift: list[dict[str, Any]] = []
	looked_at = 0
	for customers in _chunks(customer):
		looked_at += len(customers)
		kept, sums = queries.entries_of_customers(customers), queries.accounts_of(customers)
		due = vouchers.due(Scope(customers=customers))
		drift += [_described(key, change) for key, change in rules.changes(kept, due).items()]
		drift += [_described(pair, change) for pair, change in _drift_of_sums(sums, kept).items()]
	return {"right": not drift, "customers": looked_at, "drift": drift}


def rebuild(customer: str | None = None) -> dict[str, Any]:
	"""Put right what is kept, of one customer or of all, within the transaction. What was wrong goes on record.

	Returns: how many `customers` were looked at, and how many entries and accounts were `corrected`.
	"""
	ledger.settle()
	looked_at = corrected = 0
	for customers in _chunks(customer):
		looked_at += len(customers)
		changes, off = _put_right(customers)
		corrected += len(changes) + len(off)
		for name in sorted({key.customer for key in changes} | {pair[0] for pair in off}):
			_record(
				name,
				{key: change for key, change in changes.items() if key.customer == name},
				{pair: change for pair, change in off.items() if pair[0] == name},
			)
	return {"customers": looked_at, "corrected": corrected}


def build() -> None:
	"""Compute the exposure where none is kept yet: the documents are older than the app."""
	for customers in _chunks(None):
		_put_right(customers)


def build_anew(doctype: str, name: str) -> None:
	"""Compute the exposure of a customer or a company that has got another name: what is kept is named after it."""
	ledger.settle()
	queries.forget(doctype.lower(), name)
	for customers in _chunks(name if doctype == "Customer" else None):
		_put_right(customers)


def _put_right(customers: Collection[str]) -> tuple[dict[Key, Exposure], dict[Pair, Exposure]]:
	"""Correct entries, then what the sums of the accounts are still off. Returns by how much each had to change."""
	scope = Scope(customers=customers)
	changes = ledger.write(scope, queries.entries_of_customers(customers), vouchers.due(scope))
	entries = queries.entries_of_customers(customers)
	pairs = {*queries.accounts_of(customers), *rules.by_account(entries)}
	locked = accounts.lock(pairs)
	if any(account.moved for account in locked.values()):
		entries = queries.entries_of_customers(customers, latest=True)
	off = _drift_of_sums({pair: held.account.exposure for pair, held in locked.items()}, entries)
	accounts.change(locked, off)
	return changes, off


def _drift_of_sums(sums: Mapping[Pair, Exposure], entries: Mapping[Key, Exposure]) -> dict[Pair, Exposure]:
	due = rules.by_account(entries)
	nothing = Exposure()
	found = {pair: rules.minus(due.get(pair, nothing), sums.get(pair, nothing)) for pair in {**sums, **due}}
	return {pair: change for pair, change in sorted(found.items()) if not rules.is_zero(change)}


def _record(customer: str, changes: Mapping[Key, Exposure], off: Mapping[Pair, Exposure]) -> None:
	"""Say what was wrong: each entry and account up to a number that a person would still read, and the whole."""
	sentences = [
		_("{0} {1}: the exposure kept was off by {2}.").format(
			_(key.voucher_type), key.voucher_no, _money(change, key.company)
		)
		for key, change in islice(changes.items(), MOST_SENTENCES)
	]
	if len(changes) > MOST_SENTENCES:
		sentences.append(_("... and {0} documents more.").format(len(changes) - MOST_SENTENCES))
	sentences += [
		_("The account in {0} was off from its entries by {1}.").format(company, _money(change, company))
		for (_customer, company), change in off.items()
	]
	drift = [_described(key, change) for key, change in islice(changes.items(), MOST_SENTENCES)]
	drift += [_described(pair, change) for pair, change in off.items()]
	whole = {company: change for (_customer, company), change in rules.by_account(changes).items()}
	decisions.record(
		DECISION,
		"Customer",
		customer,
		rule=RULE,
		rule_version=1,
		inputs={"entries": len(changes), "by_company": whole, "drift": drift},
		outcome="Corrected",
		reasons=sentences,
	)


def _money(exposure: Exposure, company: str) -> str:
	return str(fmt_money(as_float(exposure.total), currency=currency_of(company)))


def _described(about: Key | Pair, change: Exposure) -> dict[str, Any]:
	where = (
		asdict(about) if isinstance(about, Key) else dict(zip(("customer", "company"), about, strict=True))
	)
	return {**where, **{part: str(amount) for part, amount in asdict(change).items() if amount}}


def _chunks(customer: str | None) -> Iterator[list[str]]:
	if customer:
		yield [customer]
		return
	after = ""
	while customers := vouchers.customers_at(after, AT_ONCE):
		yield customers
		after = customers[-1]
