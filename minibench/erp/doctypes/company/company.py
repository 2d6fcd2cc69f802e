"""Company: making one makes its chart of accounts, cost centres, warehouses, tax templates and defaults."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import db, flags
from minibench.erp.companies import get_account_currency
from minibench.erp.setup import company as setup
from minibench.errors import NotInMinibench
from minibench.model.caches import get_cached_value
from minibench.model.document import Document
from minibench.translate import _
from minibench.values.text import bold
from minibench.web.whitelist import whitelist

_DEFAULT_ACCOUNTS = (
	("Default Bank Account", "default_bank_account"),
	("Default Cash Account", "default_cash_account"),
	("Default Receivable Account", "default_receivable_account"),
	("Default Payable Account", "default_payable_account"),
	("Default Expense Account", "default_expense_account"),
	("Default Income Account", "default_income_account"),
	("Stock Received But Not Billed Account", "stock_received_but_not_billed"),
	("Stock Adjustment Account", "stock_adjustment_account"),
	("Expense Included In Valuation Account", "expenses_included_in_valuation"),
)
_TRANSACTIONS = ("Sales Invoice", "Delivery Note", "Sales Order", "Purchase Order")


class Company(Document):
	abbr: Any
	chart_of_accounts: Any

	def validate(self) -> None:
		for fieldname in ("parent_company", "is_group", "existing_company"):
			if self.get(fieldname):
				raise NotInMinibench(f"Company.{fieldname}")
		self._is_first_save = self.is_new()
		self._set_abbreviation()
		self._check_default_accounts()
		self._check_currency()
		self.create_chart_of_accounts_based_on = "Standard Template"
		self.chart_of_accounts = self.chart_of_accounts or "Standard"
		if self.chart_of_accounts != "Standard":
			raise NotInMinibench(f"Company.chart_of_accounts {self.chart_of_accounts}")

	def _set_abbreviation(self) -> None:
		self.abbr = (self.abbr or "".join(word[0] for word in self.company_name.split()).upper()).strip()
		if not self.abbr:
			throw(_("Abbreviation is mandatory"))
		if db.exists("Company", {"name": ["!=", self.name], "abbr": self.abbr}):
			throw(_("Abbreviation already used for another company"))

	def _check_default_accounts(self) -> None:
		for label, fieldname in _DEFAULT_ACCOUNTS:
			account = self.get(fieldname)
			if not account:
				continue
			if get_cached_value("Account", account, "company") != self.name:
				throw(_("Account {0} does not belong to company: {1}").format(account, self.name))
			if get_account_currency(account) != self.default_currency:
				throw(
					_(
						"{0} currency must be same as company's default currency. Please select another account."
					).format(bold(label))
				)

	def _check_currency(self) -> None:
		previous = self.get_doc_before_save()
		if not previous or previous.default_currency in (None, self.default_currency):
			return
		if any(db.exists(doctype, {"company": self.name, "docstatus": 1}) for doctype in _TRANSACTIONS):
			throw(
				_(
					"Cannot change company's default currency, because there are existing transactions. "
					"Transactions must be cancelled to change the default currency."
				)
			)

	def on_update(self) -> None:
		if not flags.ignore_chart_of_accounts and not db.exists("Account", {"company": self.name}):
			setup.make_accounts(self)
			setup.make_warehouses(self)
			setup.make_cost_centers(self)
			setup.make_tax_templates(self)
		elif not db.exists("Cost Center", {"is_group": 0, "company": self.name}):
			setup.make_cost_centers(self)
		if not flags.ignore_chart_of_accounts:
			setup.set_default_accounts(self, everything=bool(self._is_first_save))
		db.set_value("Currency", self.default_currency, "enabled", 1)
		self.clear_cache()

	@whitelist()
	def create_default_tax_template(self) -> None:
		setup.make_tax_templates(self)

	def on_trash(self) -> None:
		if not db.exists("GL Entry", {"company": self.name}):
			for doctype in ("Account", "Cost Center", "Party Account"):
				db.delete(doctype, {"company": self.name})
		if not db.exists("Stock Ledger Entry", {"company": self.name}):
			db.delete("Warehouse", {"company": self.name})
		for doctype in (
			"Mode of Payment Account",
			"Item Default",
			"Sales Taxes and Charges Template",
			"Purchase Taxes and Charges Template",
			"Item Tax Template",
		):
			db.delete(doctype, {"company": self.name})
		if db.get_single_value("Global Defaults", "default_company") == self.name:
			db.set_single_value("Global Defaults", "default_company", "")
