"""Account: a node of a company's chart of accounts."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import db, flags
from minibench.erp.companies import get_autoname_with_number, get_company_currency
from minibench.errors import ValidationError
from minibench.model.caches import get_cached_value
from minibench.model.tree import NestedSet
from minibench.translate import _
from minibench.values.numbers import cint
from minibench.values.text import bold
from minibench.web.whitelist import whitelist


class RootNotEditable(ValidationError):
	"""The root of a chart cannot be changed."""


class Account(NestedSet):
	account_currency: Any
	report_type: Any
	root_type: Any

	nsm_parent_field = "parent_account"

	def autoname(self) -> None:
		self.name = get_autoname_with_number(self.account_number, self.account_name, self.company)

	def on_update(self) -> None:
		if not flags.ignore_update_nsm:
			super().on_update()

	def validate(self) -> None:
		if flags.allow_unverified_charts:
			return
		parent = self._checked_parent()
		previous = self.get_doc_before_save()
		if previous and not previous.parent_account:
			throw(_("Root cannot be edited."), RootNotEditable)
		if not self.parent_account and not self.is_group:
			throw(_("The root account {0} must be a group").format(bold(self.name)))
		self._check_number()
		self._check_conversion(previous)
		self._inherit_types(parent)
		if not self.root_type:
			throw(_("Root Type is mandatory"))
		self._check_freezing(previous)
		self._check_currency()

	def _checked_parent(self) -> Any:
		if not self.parent_account:
			return None
		parent = get_cached_value(
			"Account",
			self.parent_account,
			["name", "is_group", "company", "report_type", "root_type"],
			as_dict=True,
		)
		if not parent:
			throw(_("Account {0}: Parent account {1} does not exist").format(self.name, self.parent_account))
		if parent.name == self.name:
			throw(_("Account {0}: You can not assign itself as parent account").format(self.name))
		if not parent.is_group:
			throw(
				_("Account {0}: Parent account {1} can not be a ledger").format(
					self.name, self.parent_account
				)
			)
		if parent.company != self.company:
			throw(
				_("Account {0}: Parent account {1} does not belong to company: {2}").format(
					self.name, self.parent_account, self.company
				)
			)
		return parent

	def _check_number(self) -> None:
		if not self.account_number:
			return
		filters = {"account_number": self.account_number, "company": self.company, "name": ["!=", self.name]}
		if other := db.get_value("Account", filters):
			throw(_("Account Number {0} already used in account {1}").format(self.account_number, other))

	def _check_conversion(self, previous: Any) -> None:
		if not previous or cint(previous.is_group) == cint(self.is_group):
			return
		if self._has_entries():
			throw(_("Account with existing transaction cannot be converted to ledger"))
		if self.is_group:
			if self.account_type and not self.flags.exclude_account_type_check:
				throw(_("Cannot covert to Group because Account Type is selected."))
		elif db.exists("Account", {"parent_account": self.name}):
			throw(_("Account with child nodes cannot be set as ledger"))

	def _inherit_types(self, parent: Any) -> None:
		if parent:
			self.report_type = parent.report_type or self.report_type
			self.root_type = parent.root_type or self.root_type
		if self.root_type and not self.report_type:
			balance = self.root_type in ("Asset", "Liability", "Equity")
			self.report_type = "Balance Sheet" if balance else "Profit and Loss"

	def _check_freezing(self, previous: Any) -> None:
		if not previous or previous.freeze_account == self.freeze_account:
			return
		from minibench.access.users import get_roles

		modifier = db.get_single_value("Accounts Settings", "frozen_accounts_modifier")
		if not modifier or modifier not in get_roles():
			throw(_("You are not authorized to set Frozen value"))

	def _check_currency(self) -> None:
		if not self.account_currency:
			self.account_currency = get_company_currency(self.company)
		used = db.get_value("GL Entry", {"account": self.name}, "account_currency")
		if used and used != self.account_currency:
			throw(_("Currency can not be changed after making entries using some other currency"))

	def _has_entries(self) -> bool:
		return bool(db.exists("GL Entry", {"account": self.name}))

	@whitelist()
	def convert_group_to_ledger(self) -> int:
		if db.exists("Account", {"parent_account": self.name}):
			throw(_("Account with child nodes cannot be converted to ledger"))
		if self._has_entries():
			throw(_("Account with existing transaction cannot be converted to ledger"))
		self.is_group = 0
		self.save()
		return 1

	@whitelist()
	def convert_ledger_to_group(self) -> int:
		if self._has_entries():
			throw(_("Account with existing transaction can not be converted to group."))
		if self.account_type and not self.flags.exclude_account_type_check:
			throw(_("Cannot convert to Group because Account Type is selected."))
		self.is_group = 1
		self.save()
		return 1

	def on_trash(self, allow_root_deletion: bool = False) -> None:
		if self._has_entries():
			throw(_("Account with existing transaction can not be deleted"))
		super().on_trash(True)
