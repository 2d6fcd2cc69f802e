"""The kept exposure: customers' accounts, and the entries that they are the sums of."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import frappe
from frappe.query_builder.functions import Sum

from o2c_extensions.common.money import rounded
from o2c_extensions.common.prepared import Prepared
from o2c_extensions.credit_control.domain.credit import Exposure
from o2c_extensions.credit_control.domain.exposure import Key

ACCOUNT = "Credit Account"
ENTRY = "Credit Exposure Entry"
PARTS = tuple(field.name for field in fields(Exposure))

_OF_ACCOUNT = ["name", "customer", "company", "currency", "parent_account", "root_account", "version", *PARTS]
_OF_ENTRY = ["voucher_type", "voucher_no", "customer", "company", "falls_on", "currency", *PARTS]


@dataclass(frozen=True)
class Account:
	"""A customer's account in a company, as it was read."""

	name: str
	customer: str
	company: str
	currency: str
	parent: str
	root: str
	version: int
	exposure: Exposure


def account_name(customer: str, company: str) -> str:
	return hashlib.sha256(f"{customer}\n{company}".encode()).hexdigest()[:20]


def entry_name(key: Key) -> str:
	text = "\n".join((key.voucher_type, key.voucher_no, key.customer, key.company, key.falls_on))
	return hashlib.sha256(text.encode()).hexdigest()[:24]


def accounts(names: Collection[str]) -> dict[str, Account]:
	"""Accounts by name, as the transaction sees them. One query; none where no name is asked for."""
	if not names:
		return {}
	table = frappe.qb.DocType(ACCOUNT)
	query = _of_accounts(table).where(table.name.isin(list(names)))
	return {row.name: _account(row) for row in query.run(as_dict=True)}


def account_now(name: str) -> Account | None:
	"""An account as it is now, locked until the transaction ends."""
	rows = _ACCOUNT_NOW.run(name=name)
	return _account(rows[0]) if rows else None


def _account_now(name: str) -> Any:
	table = frappe.qb.DocType(ACCOUNT)
	return _of_accounts(table).where(table.name == name).for_update()


_ACCOUNT_NOW = Prepared(_account_now, "name")


def family_of(root: str, company: str, now: bool = False) -> list[Account]:
	"""The accounts that are rolled up together below `root`, in the order of their names.

	Args:
		now: as they are now, locked until the transaction ends.
	"""
	table = frappe.qb.DocType(ACCOUNT)
	of_family = (table.root_account == root) & (table.company == company)
	query = _of_accounts(table).where(of_family).orderby(table.name)
	if now:
		query = query.for_update()
	return [_account(row) for row in query.run(as_dict=True)]


def arranged(company: str) -> dict[str, tuple[str, str]]:
	"""Who is rolled up with others, as the accounts have it: {customer: (parent, top)}."""
	rows = frappe.get_all(
		ACCOUNT,
		filters={"company": company, "root_account": ("is", "set")},
		fields=["customer", "parent_account", "root_account"],
		limit_page_length=0,
	)
	return {row.customer: (row.parent_account or "", row.root_account) for row in rows}


def entries_of(vouchers: Mapping[str, Collection[str]]) -> dict[Key, Exposure]:
	"""The entries that are kept of these documents, by DocType, as the transaction sees them. One query."""
	names = sorted({name for of_type in vouchers.values() for name in of_type})
	table = frappe.qb.DocType(ENTRY)
	query = frappe.qb.from_(table).select(*(table[field] for field in _OF_ENTRY))
	rows = _keyed(query.where(table.voucher_no.isin(names)).run(as_dict=True))
	return {key: kept for key, kept in rows.items() if key.voucher_no in vouchers.get(key.voucher_type, ())}


def entries_of_customers(customers: Collection[str], latest: bool = False) -> dict[Key, Exposure]:
	"""All entries of these customers. One query.

	Args:
		latest: as they are now, and not as the transaction sees them. The customers' accounts must be locked.
	"""
	table = frappe.qb.DocType(ENTRY)
	query = (
		frappe.qb.from_(table)
		.select(*(table[field] for field in _OF_ENTRY))
		.where(table.customer.isin(list(customers)))
	)
	return _keyed((query.for_update() if latest else query).run(as_dict=True))


def accounts_of(customers: Collection[str]) -> dict[tuple[str, str], Exposure]:
	"""What the accounts of these customers say, by (customer, company), as the transaction sees them. One query."""
	rows = frappe.get_all(
		ACCOUNT, filters={"customer": ("in", list(customers))}, fields=_OF_ACCOUNT, limit_page_length=0
	)
	return {(row.customer, row.company): _account(row).exposure for row in rows}


def entry_now(key: Key) -> Exposure:
	"""An entry that is there, as it is now, locked until the transaction ends."""
	table = frappe.qb.DocType(ENTRY)
	query = frappe.qb.from_(table).select(table.currency, *(table[part] for part in PARTS))
	rows = query.where(table.name == entry_name(key)).for_update().run(as_dict=True)
	return _exposure(rows[0], rows[0].currency) if rows else Exposure()


def of_order(order: str, customer: str, latest: bool = False) -> Exposure:
	"""What an order puts at stake. One query.

	Args:
		latest: as it is now. The customer's account must be locked.
	"""
	table = frappe.qb.DocType(ENTRY)
	named = (table.voucher_type == "Sales Order") & (table.voucher_no == order) & (table.customer == customer)
	return _sums(table, named, latest).get(customer, Exposure())


def due_after(
	horizon: date, customers: Collection[str], company: str, without: str | None, latest: bool = False
) -> dict[str, Exposure]:
	"""What orders put at stake that fall due later than the horizon, by customer, except for one order. One query.

	Args:
		latest: as it is now. The customers' accounts must be locked.
	"""
	table = frappe.qb.DocType(ENTRY)
	of_them = table.customer.isin(list(customers)) & (table.company == company)
	later = (table.falls_on > horizon) & (table.voucher_no != (without or ""))
	return _sums(table, of_them & later, latest)


def _sums(table: Any, condition: Any, latest: bool) -> dict[str, Exposure]:
	query = (
		frappe.qb.from_(table)
		.select(table.customer, table.currency, *(Sum(table[part]).as_(part) for part in PARTS))
		.where(condition)
		.groupby(table.customer, table.currency)
	)
	if latest:
		query = query.for_update()
	return {row.customer: _exposure(row, row.currency) for row in query.run(as_dict=True)}


def forget(field: str, name: str) -> None:
	"""Delete the accounts and entries of a customer or a company (`field`): they can be computed again from its documents."""
	frappe.db.delete(ENTRY, {field: name})
	frappe.db.delete(ACCOUNT, {field: name})


def _keyed(rows: list[Any]) -> dict[Key, Exposure]:
	return {
		Key(
			row.voucher_type,
			row.voucher_no,
			row.customer,
			row.company,
			row.falls_on.isoformat() if row.falls_on else "",
		): _exposure(row, row.currency)
		for row in rows
	}


def _of_accounts(table: Any) -> Any:
	"""Through the query builder: `get_value` and `get_all` parse each field's name, which takes longer than the query."""
	return frappe.qb.from_(table).select(*(table[field] for field in _OF_ACCOUNT))


def _account(row: Any) -> Account:
	return Account(
		name=row.name,
		customer=row.customer,
		company=row.company,
		currency=row.currency,
		parent=row.parent_account or "",
		root=row.root_account or "",
		version=row.version or 0,
		exposure=_exposure(row, row.currency),
	)


def _exposure(row: Any, currency: str) -> Exposure:
	return Exposure(**{part: rounded(row[part], currency) for part in PARTS})
