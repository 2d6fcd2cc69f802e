"""What stock is worth by its ledger, beside what its accounts say."""

from __future__ import annotations

from typing import Any

from minibench.context import db
from minibench.erp import gl
from minibench.erp.balances import get_balance_on
from minibench.erp.stock_vouchers import warehouse_accounts
from minibench.values.dates import getdate
from minibench.values.numbers import flt


def stock_value(warehouses: list[str], date: Any = None) -> float:
	"""The value of all stock in some warehouses on a day."""
	if not warehouses:
		return 0.0
	marks = ", ".join("?" * len(warehouses))
	condition, values = "", list(warehouses)
	if date:
		condition = " and posting_date <= ?"
		values.append(str(getdate(date)))
	rows = db.execute(
		f"select round(sum(stock_value_difference), 9) from `tabStock Ledger Entry` where is_cancelled = 0 and warehouse in ({marks}){condition}",
		values,
	)
	return float(flt(rows[0][0]))


def account_and_stock(account: str, date: Any, company: str) -> tuple[float, float]:
	"""The balance of a stock account, and the value of the stock in the warehouses that it stands for."""
	places = gl.precision(company)
	warehouses = [name for name, own in warehouse_accounts(company).items() if own == account]
	booked = get_balance_on(account, date, in_account_currency=False, ignore_account_permission=True)
	return float(flt(booked, places)), float(flt(stock_value(warehouses, date), places))
