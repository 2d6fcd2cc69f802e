from __future__ import annotations

from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, fmt_money

from o2c_extensions.common import casebook
from o2c_extensions.common.money import as_float, decimal
from o2c_extensions.credit_control.domain.terms import LIMIT
from o2c_extensions.credit_control.queries import terms as queries
from o2c_extensions.credit_control.services.holds import CreditAuthorityError, authority_of
from o2c_extensions.credit_control.services.terms import converted, currency_of


class CreditProfile(Document):
	"""What was agreed with a customer in a company about its credit. One for each customer and company."""

	def before_insert(self) -> None:
		if frappe.db.get_value("Customer", self.customer, "customer_type") == "Individual":
			self.is_natural_person = 1

	def validate(self) -> None:
		self._keep_what_reviews_write()
		self._require_to_be_the_only_one()
		self._check_limit()
		self._check_parent()
		if self.is_blocked and not self.block_reason:
			frappe.throw(_("Say why {0} is blocked.").format(self.customer), frappe.MandatoryError)

	def _keep_what_reviews_write(self) -> None:
		"""A score is computed: what a form or a program sends for it is not taken."""
		before = self.get_doc_before_save()
		for field in ("score", "score_inputs", "reviewed_on"):
			self.set(field, before.get(field) if before else None)

	def _require_to_be_the_only_one(self) -> None:
		other = frappe.db.get_value(
			self.doctype,
			{"customer": self.customer, "company": self.company, "name": ("!=", self.name or "")},
		)
		if other:
			frappe.throw(
				_("{0} has a Credit Profile in {1} already: {2}.").format(
					frappe.bold(self.customer), self.company, other
				),
				frappe.DuplicateEntryError,
			)

	def _check_limit(self) -> None:
		if self.limit_kind != LIMIT:
			self.credit_limit = 0
			return
		self.currency = self.get("currency") or currency_of(self.company)
		if flt(self.credit_limit, 9) <= 0:
			frappe.throw(_("A limit is an amount. A customer without any credit is of the kind Prepay Only."))
		company_currency, today = currency_of(self.company), casebook.today()
		limit = converted(decimal(self.credit_limit), self.currency, company_currency, today)
		self._require_authority(limit, company_currency)

	def _require_authority(self, limit: Decimal, currency: str) -> None:
		"""A limit is not set, nor raised, beyond what one may release."""
		before = self.get_doc_before_save()
		if before and before.limit_kind == LIMIT and before.currency == self.currency:
			if decimal(self.credit_limit) <= decimal(before.credit_limit):
				return
		mine = authority_of(self.company)
		if limit > mine:
			frappe.throw(
				_("You may set a limit of up to {0}.").format(fmt_money(as_float(mine), currency=currency)),
				CreditAuthorityError,
			)

	def _check_parent(self) -> None:
		if not self.parent_account:
			return
		parents = {**queries.parents(self.company), self.customer: self.parent_account}
		account, above = self.customer, [self.customer]
		while account := parents.get(account, ""):
			above.append(account)
			if account == self.customer or above.count(account) > 1:
				frappe.throw(
					_("A customer cannot be its own parent account: {0}.").format(" → ".join(above)),
				)
