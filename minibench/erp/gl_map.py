"""A voucher's general ledger entries before they are written: merged, turned to positive amounts, balanced. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minibench.context import Dict
from minibench.values.numbers import flt

AMOUNTS = ("debit", "credit")
_PAIRS = (
	("debit", "credit"),
	("debit_in_account_currency", "credit_in_account_currency"),
	("debit_in_transaction_currency", "credit_in_transaction_currency"),
)
_MERGE_BY = (
	"account",
	"cost_center",
	"party",
	"party_type",
	"voucher_detail_no",
	"against_voucher",
	"against_voucher_type",
	"project",
	"finance_book",
	"voucher_no",
)


def merged(rows: Iterable[Dict], precision: int, keep_zero: bool = False) -> list[Dict]:
	"""Rows of the same account, party, cost centre and voucher become one; rows without an amount vanish.

	`keep_zero` keeps the latter: an exchange gain or loss has an amount in one currency only.
	"""
	result: dict[Any, Dict] = {}
	for row in rows:
		key: Any = id(row) if row.get("_skip_merge") else tuple(row.get(name, "") for name in _MERGE_BY)
		same = result.get(key)
		if same is None:
			result[key] = row
			continue
		for pair in _PAIRS:
			for name in pair:
				same[name] = flt(same.get(name)) + flt(row.get(name))
	return [
		row
		for row in result.values()
		if keep_zero or flt(row.debit, precision) != 0 or flt(row.credit, precision) != 0
	]


def positive(rows: list[Dict]) -> list[Dict]:
	"""A negative debit becomes a credit and the other way round."""
	for row in rows:
		for debit_field, credit_field in _PAIRS:
			debit, credit = flt(row.get(debit_field)), flt(row.get(credit_field))
			if debit < 0 and credit < 0 and debit == credit:
				debit, credit = -debit, -credit
			if debit < 0:
				credit, debit = credit - debit, 0.0
			if credit < 0:
				debit, credit = debit - credit, 0.0
			if row.get("post_net_value") and debit and credit:
				if debit > credit:
					debit, credit = debit - credit, 0.0
				else:
					debit, credit = 0.0, credit - debit
			row[debit_field], row[credit_field] = debit, credit
	return rows


def difference(rows: list[Dict], precision: int) -> float:
	"""Debit minus credit, after every amount has been rounded (which this does)."""
	total = 0.0
	for row in rows:
		row.debit = flt(row.debit, precision)
		row.credit = flt(row.credit, precision)
		total += row.debit - row.credit
	return float(flt(total, precision))


def allowance(voucher_type: str, precision: int) -> float:
	"""How much debit and credit may differ; what is less goes to the round-off account."""
	return 5.0 / (10**precision) if voucher_type in ("Journal Entry", "Payment Entry") else 0.5


def with_round_off(
	rows: list[Dict], diff: float, precision: int, account: str, cost_center: str, opening: bool
) -> list[Dict]:
	"""The rows with one on the round-off account that takes up the difference."""
	existing = next((row for row in reversed(rows) if row.account == account), None)
	if existing:
		for row in rows:
			if row.account == account:
				diff += flt(row.credit) if not row.debit else -(flt(row.debit) - flt(row.credit))
		if abs(diff) < 1.0 / 10**precision:
			return [row for row in rows if row is not existing]
	row = (
		existing
		if existing is not None
		else Dict(
			{
				name: rows[0].get(name)
				for name in ("voucher_type", "voucher_no", "company", "posting_date", "remarks")
			}
		)
	)
	debit, credit = (abs(diff), 0) if diff < 0 else (0, diff)
	row.update(
		account=account,
		debit_in_account_currency=debit,
		credit_in_account_currency=credit,
		debit=debit,
		credit=credit,
		cost_center=cost_center,
		party_type=None,
		party=None,
		is_opening="Yes" if opening else "No",
		against_voucher_type=None,
		against_voucher=None,
	)
	return rows if existing is not None else [*rows, row]


def reversed_row(row: Dict) -> Dict:
	"""The row that takes another one back."""
	result = Dict(row)
	for debit_field, credit_field in _PAIRS:
		result[debit_field], result[credit_field] = row.get(credit_field) or 0, row.get(debit_field) or 0
	result.update(name=None, remarks=f"On cancellation of {row.voucher_no}", is_cancelled=1)
	return result
