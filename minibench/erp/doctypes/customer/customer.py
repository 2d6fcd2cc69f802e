"""Customer."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import db, flags
from minibench.data.query import get_all
from minibench.erp import contacts, credit, parties, portal
from minibench.errors import NameError
from minibench.model.document import Document
from minibench.model.naming import set_name_by_naming_series
from minibench.translate import _
from minibench.values.numbers import cint, flt
from minibench.values.text import bold


class Customer(Document):
	def autoname(self) -> None:
		if db.get_default("cust_master_name") == "Naming Series":
			set_name_by_naming_series(self)
		else:
			self.name = self._free_name()

	def _free_name(self) -> str:
		"""The customer's name, with a number behind it if another customer has it."""
		wanted = str(self.customer_name)
		if flags.in_import or not db.exists("Customer", wanted):
			return wanted
		taken = get_all("Customer", filters={"name": ("like", f"%{wanted} - %")}, pluck="name")
		number = max((cint(name.rpartition(" ")[2]) for name in taken), default=0) + 1
		msgprint(
			_("Changed customer name to '{}' as '{}' already exists.").format(f"{wanted} - {number}", wanted),
			title=_("Note"),
			indicator="yellow",
		)
		return f"{wanted} - {number}"

	def validate(self) -> None:
		self.flags.is_new_doc = self.is_new()
		parties.validate_party_accounts(self)
		self._check_credit_limits()
		if self.default_bank_account and not db.get_value(
			"Bank Account", self.default_bank_account, "is_company_account"
		):
			throw(_("{0} is not a company bank account").format(bold(self.default_bank_account)))
		for row in self.portal_users:
			portal.add_role_for_portal_user(row, "Customer")

	def _check_credit_limits(self) -> None:
		if self.is_new() or not self.credit_limits:
			return
		before = get_all(
			"Customer Credit Limit", filters={"parent": self.name}, order_by="company", pluck="credit_limit"
		)
		rows = sorted(self.credit_limits, key=lambda row: str(row.company))
		if before == [row.credit_limit for row in rows]:
			return
		companies: set[str] = set()
		for row in self.credit_limits:
			if row.company in companies:
				throw(_("Credit limit is already defined for the Company {0}").format(row.company))
			companies.add(row.company)
			outstanding = credit.get_customer_outstanding(
				self.name, row.company, ignore_outstanding_sales_order=bool(row.bypass_credit_limit_check)
			)
			if flt(row.credit_limit) < outstanding:
				throw(
					_(
						"New credit limit is less than current outstanding amount for the customer. Credit limit has to be atleast {0}"
					).format(outstanding)
				)

	def on_update(self) -> None:
		if db.exists("Customer Group", self.name):
			throw(
				_(
					"A Customer Group exists with same name please change the Customer name or rename the Customer Group"
				),
				NameError,
			)
		contacts.create_primary(self)

	def on_trash(self) -> None:
		for fieldname in ("customer_primary_contact", "customer_primary_address"):
			if self.get(fieldname):
				self.db_set(fieldname, None)
		contacts.remove_all("Customer", self.name)

	def after_rename(self, olddn: str, newdn: str, merge: bool = False) -> Any:
		if db.get_default("cust_master_name") == "Customer Name":
			self.db_set("customer_name", newdn)
