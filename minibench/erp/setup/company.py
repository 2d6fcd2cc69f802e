"""What a new company gets."""

from __future__ import annotations

from typing import Any

from minibench.context import db, flags
from minibench.erp.setup import chart, german_taxes
from minibench.model.document import bulk_insert, get_doc

# field of the company -> type of the account that becomes its default
_BY_TYPE = {
	"default_cash_account": "Cash",
	"default_bank_account": "Bank",
	"round_off_account": "Round Off",
	"default_expense_account": "Cost of Goods Sold",
}
_BY_TYPE_PERPETUAL = {
	"stock_received_but_not_billed": "Stock Received But Not Billed",
	"default_inventory_account": "Stock",
	"stock_adjustment_account": "Stock Adjustment",
	"expenses_included_in_valuation": "Expenses Included In Valuation",
}
_BY_NAME = {"write_off_account": "Write Off", "exchange_gain_loss_account": "Exchange Gain/Loss"}

WAREHOUSES = (
	("All Warehouses", 1, None),
	("Stores", 0, None),
	("Work In Progress", 0, None),
	("Finished Goods", 0, None),
	("Goods In Transit", 0, "Transit"),
)


def make_accounts(company: Any) -> None:
	"""The chart of accounts, behind the accounts of other companies in the one tree that all share."""
	behind = db.execute("select coalesce(max(rgt), 0) from `tabAccount`")[0][0]
	documents = []
	for row in chart.rows():
		name = f"{row['account_name']} - {company.abbr}"
		documents.append(
			get_doc(
				{
					"doctype": "Account",
					**row,
					"name": name,
					"company": company.name,
					"parent_account": f"{row['parent']} - {company.abbr}" if row["parent"] else None,
					"account_currency": company.default_currency,
					"freeze_account": "No",
					"lft": behind + row["lft"],
					"rgt": behind + row["rgt"],
					"old_parent": f"{row['parent']} - {company.abbr}" if row["parent"] else "",
				}
			)
		)
	for document in documents:
		document.flags.name_set = True
		document.parent = None
	bulk_insert("Account", documents)
	for fieldname, kind in (
		("default_receivable_account", "Receivable"),
		("default_payable_account", "Payable"),
	):
		account = db.get_value("Account", {"company": company.name, "account_type": kind, "is_group": 0})
		company.db_set(fieldname, account, update_modified=False)


def make_warehouses(company: Any) -> None:
	root = f"All Warehouses - {company.abbr}"
	for name, is_group, kind in WAREHOUSES:
		if db.exists("Warehouse", f"{name} - {company.abbr}"):
			continue
		warehouse = get_doc(
			{
				"doctype": "Warehouse",
				"warehouse_name": name,
				"is_group": is_group,
				"company": company.name,
				"parent_warehouse": "" if is_group else root,
				"warehouse_type": kind,
			}
		)
		warehouse.flags.ignore_mandatory = True
		warehouse.insert(ignore_permissions=True)


def make_cost_centers(company: Any) -> None:
	root = f"{company.name} - {company.abbr}"
	for name, is_group, parent in ((company.name, 1, None), ("Main", 0, root)):
		cost_center = get_doc(
			{
				"doctype": "Cost Center",
				"cost_center_name": name,
				"company": company.name,
				"is_group": is_group,
				"parent_cost_center": parent,
			}
		)
		cost_center.flags.ignore_mandatory = bool(is_group)
		cost_center.insert(ignore_permissions=True)
	main = f"Main - {company.abbr}"
	company.db_set({"cost_center": main, "round_off_cost_center": main}, update_modified=False)


def make_tax_templates(company: Any) -> None:
	"""Accounts and templates of the value added tax; v15 knows many countries, this one Germany."""
	if company.country != "Germany":
		return
	_tax_accounts(company)
	for title in german_taxes.ITEM_TEMPLATES:
		_insert_if_absent(
			{
				"doctype": "Item Tax Template",
				"title": title,
				"company": company.name,
				"taxes": [
					{
						"tax_type": f"{account.name} - {company.abbr}",
						"tax_rate": german_taxes.item_rate(account, title),
					}
					for account in german_taxes.ACCOUNTS
				],
			},
			f"{title} - {company.abbr}",
		)
	_document_templates(company, "Sales Taxes and Charges Template", german_taxes.SALES_TEMPLATES)
	_document_templates(company, "Purchase Taxes and Charges Template", german_taxes.PURCHASE_TEMPLATES)


def _tax_accounts(company: Any) -> None:
	flags.allow_unverified_charts = True
	try:
		for account in german_taxes.ACCOUNTS:
			name = f"{account.name} - {company.abbr}"
			if db.exists("Account", name):
				continue
			doc = get_doc(
				{
					"doctype": "Account",
					"account_name": account.name,
					"company": company.name,
					"parent_account": f"{german_taxes.PARENTS[account.root_type]} - {company.abbr}",
					"account_type": "Tax",
					"root_type": account.root_type,
					"report_type": "Balance Sheet",
					"tax_rate": account.rate,
				}
			)
			doc.insert(ignore_permissions=True, ignore_mandatory=True)
	finally:
		flags.allow_unverified_charts = False


def _document_templates(company: Any, doctype: str, templates: dict[str, tuple[str, ...]]) -> None:
	purchase = doctype.startswith("Purchase")
	for number, (title, accounts) in enumerate(templates.items()):
		taxes = []
		for account in accounts:
			name = account.removeprefix("-")
			row = {
				"charge_type": "On Net Total",
				"account_head": f"{name} - {company.abbr}",
				"description": name,
				"cost_center": company.cost_center,
				"rate": 0,
			}
			if purchase:
				row.update(category="Total", add_deduct_tax="Deduct" if account.startswith("-") else "Add")
			taxes.append(row)
		_insert_if_absent(
			{
				"doctype": doctype,
				"title": title,
				"company": company.name,
				"is_default": int(number == 0),
				"taxes": taxes,
			},
			f"{title} - {company.abbr}",
		)


def _insert_if_absent(values: dict[str, Any], name: str) -> None:
	if not db.exists(values["doctype"], name):
		get_doc(values).insert(ignore_permissions=True, ignore_mandatory=True)


def set_default_accounts(company: Any, everything: bool) -> None:
	"""Fill the company's default accounts that are empty: those by type only when it is new."""
	wanted: dict[str, Any] = {}
	if everything:
		by_type = {**_BY_TYPE, **(_BY_TYPE_PERPETUAL if company.enable_perpetual_inventory else {})}
		for fieldname, kind in by_type.items():
			if not company.get(fieldname):
				wanted[fieldname] = {"account_type": kind}
	for fieldname, name in {**_BY_NAME, "default_income_account": "Sales"}.items():
		if not company.get(fieldname):
			wanted[fieldname] = {"account_name": name}
	found = {
		fieldname: account
		for fieldname, filters in wanted.items()
		if (account := db.get_value("Account", {**filters, "company": company.name, "is_group": 0}))
	}
	if found:
		company.db_set(found, update_modified=False)
	if company.default_cash_account:
		_cash_account(company)


def _cash_account(company: Any) -> None:
	"""The company's cash account becomes its account for the mode of payment of that kind."""
	mode = db.get_value("Mode of Payment", {"type": "Cash"})
	if not mode or db.exists("Mode of Payment Account", {"company": company.name, "parent": mode}):
		return
	doc = get_doc("Mode of Payment", mode, for_update=True)
	doc.append("accounts", {"company": company.name, "default_account": company.default_cash_account})
	doc.save(ignore_permissions=True)
