"""Customers' credit accounts: the rows that whoever decides about a customer, or changes its exposure, waits at.

Locks are taken in one order, so that nobody waits in a circle: names (common/locks.py) before rows, rows by name. An account is
locked after the rows of the documents and of the stock that its change comes from, since that is how documents come by it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import now_datetime

from o2c_extensions.common import closing, locks
from o2c_extensions.common.money import as_float
from o2c_extensions.credit_control.domain import exposure as rules
from o2c_extensions.credit_control.domain.credit import Exposure
from o2c_extensions.credit_control.queries import exposure as queries
from o2c_extensions.credit_control.queries import terms
from o2c_extensions.credit_control.queries.exposure import ACCOUNT, Account
from o2c_extensions.credit_control.services.terms import Place, currency_of

Pair = tuple[str, str]


@dataclass(frozen=True)
class Locked:
	"""An account that nobody else changes until the transaction ends.

	Attributes:
		moved: others have changed it after this transaction took its first look. On MariaDB it goes on seeing what was there
			then, unless it asks for the latest.
	"""

	account: Account
	moved: bool


def lock(pairs: Collection[Pair]) -> dict[Pair, Locked]:
	"""Lock the accounts of these (customer, company), and open those that are not there yet."""
	names = {queries.account_name(*pair): pair for pair in pairs}
	seen = queries.accounts(names)
	missing = [pair for name, pair in names.items() if name not in seen]
	if missing:
		_open(missing)
	versions = {name: account.version for name, account in seen.items()}
	return {names[name]: _lock(name, versions.get(name, 0)) for name in sorted(names)}


def lock_family(customer: str, company: str, seen: Place | None) -> tuple[list[Account], bool]:
	"""Lock an account, with all that are rolled up together with it: as they are now, and whether any of them has moved.

	Args:
		seen: what the transaction sees of the account; None opens it.
	"""
	name = queries.account_name(customer, company)
	root = seen.root if seen else _open([(customer, company)])[customer, company]
	if not root:
		locked = _lock(name, seen.version if seen else 0)
		return [locked.account], locked.moved
	locks.hold(_slot(root, company))
	before = {account.name: account.version for account in queries.family_of(root, company)}
	family = queries.family_of(root, company, now=True)
	moved = [_has_moved(account, before.get(account.name, 0)) for account in family]
	return family, any(moved)


def change(locked: Mapping[Pair, Locked], changes: Mapping[Pair, Exposure]) -> None:
	"""Add what has changed to accounts that are locked."""
	for pair in sorted(changes, key=lambda pair: queries.account_name(*pair)):
		account = locked[pair].account
		exposure = rules.plus(account.exposure, changes[pair])
		values = {part: as_float(getattr(exposure, part)) for part in queries.PARTS}
		values |= {"exposure": as_float(exposure.total), "version": account.version + 1}
		frappe.db.set_value(ACCOUNT, account.name, values)


def arrange(company: str) -> None:
	"""Write into the accounts who is rolled up into whom, as the Credit Profiles of a company have it."""
	parents = terms.parents(company)
	alone = ("", "")
	due = {name: (parents.get(name, ""), _root(name, parents)) for name in {*parents, *parents.values()}}
	kept = queries.arranged(company)
	wrong = sorted(name for name in {*due, *kept} if due.get(name, alone) != kept.get(name, alone))
	if not wrong:
		return
	roots = {place.get(name, alone)[1] or name for name in wrong for place in (due, kept)}
	locks.hold(*(_slot(root, company) for root in roots))
	updates = {}
	for (customer, _company), locked in lock([(name, company) for name in wrong]).items():
		parent, root = due.get(customer, alone)
		values = {"parent_account": parent, "root_account": root, "version": locked.account.version + 1}
		updates[locked.account.name] = values
	frappe.db.bulk_update(ACCOUNT, updates)


def _open(pairs: Collection[Pair]) -> dict[Pair, str]:
	"""Open accounts that others may be opening too; returns the top of each one's family."""
	parents = {
		company: terms.parents(company) for company in sorted({company for _customer, company in pairs})
	}
	roots = {(customer, company): _root(customer, parents[company]) for customer, company in pairs}
	locks.hold(*(_slot(root or customer, company) for (customer, company), root in roots.items()))
	now, user = now_datetime(), frappe.session.user
	rows = [
		(
			queries.account_name(customer, company),
			*(now, now, user, user, 0, customer, company),
			currency_of(company),
			parents[company].get(customer, ""),
			root,
		)
		for (customer, company), root in roots.items()
	]
	standard = ["name", "creation", "modified", "owner", "modified_by", "docstatus"]
	fields = [*standard, "customer", "company", "currency", "parent_account", "root_account"]
	frappe.db.bulk_insert(ACCOUNT, fields, rows, ignore_duplicates=True)
	return roots


def _lock(name: str, version: int) -> Locked:
	account = queries.account_now(name)
	if account is None:
		message = _("The credit account {0} is gone: rebuild the exposure.")
		raise frappe.DoesNotExistError(message.format(name))
	return Locked(account, _has_moved(account, version))


def _has_moved(account: Account, version: int) -> bool:
	"""Whether others have changed it. Once this transaction has written to it, it sees its own: so what came out is kept."""
	moved = closing.state("moved accounts")
	if account.version != version:
		moved[account.name] = True
	return account.name in moved


def _root(customer: str, parents: Mapping[str, str]) -> str:
	"""The top of a customer's family: itself where others stand below it, nobody where it is alone."""
	tops = rules.above(customer, parents)
	return tops[-1] if tops else customer if customer in parents.values() else ""


def _slot(customer: str, company: str) -> str:
	return f"credit {customer} {company}"
