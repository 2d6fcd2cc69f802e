from __future__ import annotations

import hashlib
from decimal import Decimal

import frappe

from o2c_extensions.common import locks
from o2c_extensions.common.audit import as_system, require
from o2c_extensions.common.immutable import ImmutableDocument
from o2c_extensions.common.money import as_float, decimal
from o2c_extensions.credit_control.queries import exposure as queries


class CreditAccount(ImmutableDocument):
	"""A customer in a company: the row that is locked while its credit is decided. Written by the functions below."""

	def before_insert(self) -> None:
		require("credit account")


def lock(customer: str, company: str) -> Decimal:
	"""Wait until nobody else decides about this customer in this company, and keep others waiting until the end.

	On MariaDB a transaction that had to wait goes on seeing what was there when it began, so it would overlook the order
	that the other one has just accepted. The account's sum is read twice: as this transaction sees it, and as it is now.
	What it has grown by is what the transaction cannot see.

	Returns: the amount of orders that were accepted meanwhile.
	"""
	name = _name(customer, company)
	locks.hold(f"credit {customer} {company}")
	seen = queries.account(name)
	if seen is None:
		_open(name, customer, company)
	# Once this transaction has written the sum itself, it sees its own: so what came out first is kept.
	return _meanwhile().setdefault(name, _accepted(name) - (seen or 0))


def accept(customer: str, company: str, amount: Decimal) -> None:
	"""Note the amount of an accepted order for those who cannot see the order yet. The account must be locked."""
	name = _name(customer, company)
	frappe.db.set_value(
		queries.ACCOUNT, name, "accepted", as_float(_accepted(name) + amount), update_modified=False
	)


def _accepted(name: str) -> Decimal:
	return decimal(frappe.db.get_value(queries.ACCOUNT, name, "accepted", for_update=True))


def _open(name: str, customer: str, company: str) -> None:
	values = {
		"doctype": queries.ACCOUNT,
		"name": name,
		"customer": customer,
		"company": company,
		"currency": frappe.get_cached_value("Company", company, "default_currency"),
	}
	with as_system("credit account") as system:
		# It may be there, made by somebody who has committed after this transaction began.
		system.insert(values, ignore_if_duplicate=True)


def _name(customer: str, company: str) -> str:
	return hashlib.sha256(f"{customer}\n{company}".encode()).hexdigest()[:20]


def _meanwhile() -> dict[str, Decimal]:
	"""What this transaction cannot see, by account: forgotten when it ends."""
	connection, amounts = getattr(frappe.local, "o2c_credit_meanwhile", (None, {}))
	if connection is not frappe.local.db:
		amounts = {}
		frappe.local.o2c_credit_meanwhile = (frappe.local.db, amounts)
	if not amounts:
		frappe.db.after_commit.add(amounts.clear)
		frappe.db.after_rollback.add(amounts.clear)
	return amounts
