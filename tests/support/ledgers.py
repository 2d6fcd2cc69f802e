"""What must hold of a company's books after whatever was done: each ledger in itself, and each beside the others.

Everything is asked of the tables, with as little arithmetic as possible and none of the engine's own, so that the same
questions judge both engines. Amounts are compared in whole cents; what is stored has at most nine decimals.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import frappe

from tests.support.erp import COMPANY

_CENT = 0.005
_PIECE = 0.0000005
_AT_MOST = 20

Sums = Mapping[tuple[str, ...], tuple[float, ...]]


def assert_books_balance(company: str = COMPANY) -> None:
	"""Fail with every difference found in the books of the company, one a line."""
	found = [difference for check in CHECKS for difference in check(company)]
	if found:
		more = [f"... and {len(found) - _AT_MOST} more"] if len(found) > _AT_MOST else []
		raise AssertionError("\n".join([f"The books of {company} do not balance:", *found[:_AT_MOST], *more]))


def trial_balance(company: str) -> Iterator[str]:
	"""Debit is credit: in total, and for each voucher among the entries that count and among the cancelled."""
	entries = _sums("GL Entry", "voucher_type voucher_no is_cancelled", "debit credit", {"company": company})
	total = [sum(amounts[side] for amounts in entries.values()) for side in (0, 1)]
	if _differ(total[0], total[1], _CENT):
		yield f"trial balance: debit {total[0]:.2f}, credit {total[1]:.2f}"
	for (voucher_type, voucher, cancelled), (debit, credit) in entries.items():
		if _differ(debit, credit, _CENT):
			which = "cancelled entries" if int(cancelled) else "entries"
			yield f"{which} of {voucher_type} {voucher}: debit {debit:.2f}, credit {credit:.2f}"


def cancelled_vouchers(company: str) -> Iterator[str]:
	"""Nothing that counts is left in any ledger of a voucher that has been cancelled."""
	for ledger, counting in (
		("GL Entry", {"is_cancelled": 0}),
		("Payment Ledger Entry", {"delinked": 0}),
		("Stock Ledger Entry", {"is_cancelled": 0}),
	):
		vouchers = defaultdict(set)
		for voucher_type, voucher in _sums(
			ledger, "voucher_type voucher_no", "docstatus", {"company": company, **counting}
		):
			vouchers[voucher_type].add(voucher)
		for voucher_type, names in vouchers.items():
			submitted = {"name": ["in", sorted(names)], "docstatus": 1}
			for voucher in sorted(names - set(frappe.get_all(voucher_type, submitted, pluck="name"))):
				yield f"{ledger}: {voucher_type} {voucher} is not submitted, its entries count"


def stock_accounts(company: str) -> Iterator[str]:
	"""What the goods in the warehouses are worth is the balance of the accounts that stand for them."""
	accounts = _warehouse_accounts(company)
	worth: dict[str, float] = defaultdict(float)
	for warehouse, (value,) in _by_warehouse(company, "stock_value_difference").items():
		worth[accounts[warehouse]] += value
	of_stock = frappe.get_all(
		"Account", {"company": company, "account_type": "Stock", "is_group": 0}, pluck="name"
	)
	entries = _sums("GL Entry", "account", "debit credit", {"company": company, "is_cancelled": 0})
	for account in sorted({*of_stock, *worth}):
		debit, credit = entries.get((account,), (0.0, 0.0))
		if _differ(worth[account], debit - credit, _CENT):
			yield f"{account}: balance {debit - credit:.2f}, goods worth {worth[account]:.2f}"


def bins(company: str) -> Iterator[str]:
	"""A bin says what the stock ledger's movements add up to, and what the last of them says."""
	where = {"warehouse": ["in", _warehouses(company)]}
	moved = _sums(
		"Stock Ledger Entry",
		"item_code warehouse",
		"actual_qty stock_value_difference",
		{**where, "is_cancelled": 0},
	)
	stood = _sums("Bin", "item_code warehouse", "actual_qty stock_value", where)
	for place in sorted({*moved, *stood}):
		qty, value = moved.get(place, (0.0, 0.0))
		bin_qty, bin_value = stood.get(place, (0.0, 0.0))
		if _differ(qty, bin_qty, _PIECE):
			yield f"Bin of {' in '.join(place)}: {bin_qty:g} pieces, by the stock ledger {qty:g}"
		if _differ(value, bin_value, _CENT):
			yield f"Bin of {' in '.join(place)}: worth {bin_value:.2f}, by the stock ledger {value:.2f}"
	last: dict[tuple[str, str], Any] = {}
	for row in frappe.get_all(
		"Stock Ledger Entry",
		filters={**where, "is_cancelled": 0},
		fields=["item_code", "warehouse", "qty_after_transaction", "stock_value"],
		order_by="posting_datetime asc, creation asc",
	):
		last[(row.item_code, row.warehouse)] = row
	for place, row in sorted(last.items()):
		bin_qty, bin_value = stood.get(place, (0.0, 0.0))
		if _differ(row.qty_after_transaction, bin_qty, _PIECE) or _differ(row.stock_value, bin_value, _CENT):
			yield (
				f"Bin of {' in '.join(place)}: {bin_qty:g} pieces worth {bin_value:.2f}, "
				f"after the last movement {row.qty_after_transaction:g} worth {row.stock_value:.2f}"
			)


def party_ledgers(company: str) -> Iterator[str]:
	"""What each voucher claims of each party, or pays, is the same in the general and in the payment ledger.

	By the voucher that made the entries, not by the one that they stand against: v15 reconciles a payment in the payment
	ledger alone, and has an advance on an order stand against the order in the general ledger alone.
	"""
	kinds = dict(
		frappe.get_all(
			"Account",
			filters={"company": company, "account_type": ["in", ["Receivable", "Payable"]]},
			fields=["name", "account_type"],
			as_list=True,
		)
	)
	general = _sums(
		"GL Entry",
		"account party voucher_no",
		"debit credit debit_in_account_currency credit_in_account_currency",
		{"company": company, "is_cancelled": 0, "account": ["in", sorted(kinds)]},
	)
	owed = _sums(
		"Payment Ledger Entry",
		"account party voucher_no",
		"amount amount_in_account_currency",
		{"company": company, "delinked": 0},
	)
	for place in sorted({*general, *owed}):
		account, party, voucher = place
		sign = 1 if kinds[account] == "Receivable" else -1
		debit, credit, debit_there, credit_there = general.get(place, (0.0,) * 4)
		amount, amount_there = owed.get(place, (0.0, 0.0))
		for by_general, by_payments, where in (
			(sign * (debit - credit), amount, ""),
			(sign * (debit_there - credit_there), amount_there, " in its own currency"),
		):
			if _differ(by_general, by_payments, _CENT):
				yield (
					f"{party} by {voucher}, {account}{where}: general ledger {by_general:.2f}, "
					f"payment ledger {by_payments:.2f}"
				)


def outstanding(company: str) -> Iterator[str]:
	"""What an invoice says is outstanding is what the payment ledger says is owed on it."""
	owed: dict[str, float] = defaultdict(float)
	on_invoices = {"company": company, "delinked": 0, "against_voucher_type": "Sales Invoice"}
	for (voucher,), (amount,) in _sums(
		"Payment Ledger Entry", "against_voucher_no", "amount_in_account_currency", on_invoices
	).items():
		owed[voucher] += amount
	for invoice in frappe.get_all(
		"Sales Invoice",
		filters={"company": company, "docstatus": 1},
		fields=["name", "outstanding_amount"],
	):
		if _differ(invoice.outstanding_amount, owed[invoice.name], _CENT):
			yield (
				f"Sales Invoice {invoice.name}: outstanding {invoice.outstanding_amount:.2f}, "
				f"by the payment ledger {owed[invoice.name]:.2f}"
			)


CHECKS: tuple[Callable[[str], Iterator[str]], ...] = (
	trial_balance,
	cancelled_vouchers,
	stock_accounts,
	bins,
	party_ledgers,
	outstanding,
)


def _sums(doctype: str, keys: str, amounts: str, filters: dict[str, Any]) -> Sums:
	"""key columns -> sums of the amount columns."""
	by, columns = keys.split(), amounts.split()
	rows = frappe.get_all(
		doctype,
		filters=filters,
		fields=[*by, *(f"sum({column}) as sum_of_{column}" for column in columns)],
		group_by=", ".join(by),
		order_by=None,
	)
	return {
		tuple("" if row[key] is None else str(row[key]) for key in by): tuple(
			float(row[f"sum_of_{column}"] or 0) for column in columns
		)
		for row in rows
	}


def _warehouses(company: str) -> list[str]:
	return list(frappe.get_all("Warehouse", {"company": company}, pluck="name"))


def _by_warehouse(company: str, amounts: str) -> dict[str, tuple[float, ...]]:
	counting = {"warehouse": ["in", _warehouses(company)], "is_cancelled": 0}
	return {key[0]: sums for key, sums in _sums("Stock Ledger Entry", "warehouse", amounts, counting).items()}


def _warehouse_accounts(company: str) -> dict[str, str]:
	"""warehouse -> its account: its own, else that of the nearest group above it, else the company's."""
	rows = {
		row.name: row
		for row in frappe.get_all("Warehouse", {"company": company}, ["name", "account", "parent_warehouse"])
	}
	default = frappe.get_all("Company", {"name": company}, pluck="default_inventory_account")[0]

	def account_of(warehouse: str | None) -> str:
		row = rows.get(warehouse)
		return default if row is None else row.account or account_of(row.parent_warehouse)

	return {name: account_of(name) for name in rows}


def _differ(left: float | None, right: float | None, by: float) -> bool:
	return abs((left or 0.0) - (right or 0.0)) > by
