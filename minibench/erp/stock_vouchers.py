"""Documents that move stock: their movements, and the entries of the general ledger that follow from these."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import Dict, db
from minibench.data.query import get_all
from minibench.erp import gl, gl_map, stock_ledger, stock_rates
from minibench.erp.companies import get_account_currency, is_perpetual_inventory_enabled
from minibench.model.caches import get_cached_value
from minibench.translate import _
from minibench.values.numbers import flt
from minibench.values.text import bold

_BALANCE_SHEET_ALLOWED = ("Stock Entry",)


def movement(doc: Any, row: Any, **values: Any) -> Dict:
	"""A movement of a row's item; `values` over what all movements of a document share. post() adds its year."""
	sign = 1 if doc.docstatus == 1 else -1
	result = Dict(
		item_code=row.item_code,
		warehouse=row.get("warehouse"),
		posting_date=doc.posting_date,
		posting_time=doc.posting_time,
		voucher_type=doc.doctype,
		voucher_no=doc.name,
		voucher_detail_no=row.name,
		actual_qty=sign * flt(row.get("stock_qty")),
		stock_uom=get_cached_value("Item", row.item_code, "stock_uom"),
		incoming_rate=0,
		company=doc.company,
		is_cancelled=1 if doc.docstatus == 2 else 0,
	)
	result.update(values)
	return result


def is_stock_item(item_code: str | None) -> bool:
	return bool(item_code and get_cached_value("Item", item_code, "is_stock_item"))


# --- accounts ---------------------------------------------------------------------------------------------------------------


def warehouse_accounts(company: str) -> dict[str, str]:
	"""warehouse -> the account of its stock: its own, that of a warehouse above it, else that of the company."""
	rows = get_all(
		"Warehouse",
		filters={"company": company},
		fields=["name", "account", "parent_warehouse", "is_group"],
		order_by="lft, rgt",
	)
	default = get_cached_value("Company", company, "default_inventory_account") or db.get_value(
		"Account", {"account_type": "Stock", "is_group": 0, "company": company}
	)
	accounts: dict[str, str] = {}
	for row in rows:
		account = row.account or accounts.get(row.parent_warehouse) or default
		if account:
			accounts[row.name] = account
		elif not row.is_group:
			throw(
				_("Please set Account in Warehouse {0} or Default Inventory Account in Company {1}").format(
					row.name, company
				)
			)
	return accounts


def entries(doc: Any) -> list[Dict]:
	"""The entries of a document's movements: stock against the expense account of each row."""
	accounts = warehouse_accounts(doc.company)
	movements: dict[str, list[Dict]] = {}
	for row in stock_rates.entries_of(doc.doctype, doc.name):
		movements.setdefault(row.voucher_detail_no, []).append(row)
	places = gl.precision(doc.company)
	remarks = doc.get("remarks") or _("Accounting Entry for Stock")
	result = []
	for item in doc.items:
		for row in movements.get(item.name, ()):
			account = accounts.get(row.warehouse)
			if not account:
				throw(
					_(
						"Warehouse {0} is not linked to any account, please mention the account in the warehouse record or set default inventory account in company {1}."
					).format(row.warehouse, doc.company)
				)
			_check_expense_account(doc, item)
			amount = flt(row.stock_value_difference, places)
			shared = {
				"cost_center": item.cost_center,
				"remarks": remarks,
				"is_opening": item.get("is_opening") or doc.get("is_opening") or "No",
			}
			result.append(
				gl.entry(
					doc,
					{"account": account, "against": item.expense_account, "debit": amount, **shared},
					get_account_currency(account),
					item,
				)
			)
			result.append(
				gl.entry(
					doc,
					{"account": item.expense_account, "against": account, "debit": -amount, **shared},
					item=item,
				)
			)
	return gl_map.positive(gl_map.merged(result, places))


def _check_expense_account(doc: Any, item: Any) -> None:
	if not item.get("expense_account"):
		throw(
			_("Row #{0}: Expense Account not set for the Item {1}. {2}").format(
				item.idx, bold(item.item_code), _("Please set an Expense Account in the Items table")
			),
			title=_("Expense Account Missing"),
		)
	is_expense = get_cached_value("Account", item.expense_account, "report_type") == "Profit and Loss"
	if not is_expense and doc.doctype not in _BALANCE_SHEET_ALLOWED:
		throw(
			_("Expense / Difference account ({0}) must be a 'Profit or Loss' account").format(
				item.expense_account
			)
		)
	if is_expense and not item.get("cost_center"):
		throw(
			_("{0} {1}: Cost Center is mandatory for Item {2}").format(
				_(doc.doctype), doc.name, item.item_code
			)
		)


def post_entries(doc: Any, reposting: bool = False) -> None:
	"""Write or take back the entries of a document that only moves stock."""
	if doc.docstatus == 2:
		gl.reverse(doc.doctype, doc.name)
	elif is_perpetual_inventory_enabled(doc.company):
		gl.post(entries(doc), reposting=reposting)


def check_warehouses(doc: Any, *fields: str) -> None:
	for warehouse in {row.get(field) for row in doc.items for field in fields if row.get(field)}:
		stock_ledger.check_warehouse(warehouse, doc.company)
