"""Dunning: a reminder of overdue instalments, with a fee and interest."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import db
from minibench.erp import addresses, parties
from minibench.erp.companies import get_company_currency
from minibench.erp.transaction import unlink_bank_transactions
from minibench.model.document import Document
from minibench.translate import _
from minibench.values.dates import getdate
from minibench.values.numbers import flt

_PARTY_FIELDS = (
	"customer_address",
	"address_display",
	"company_address",
	"contact_person",
	"contact_display",
	"contact_mobile",
)


class Dunning(Document):
	@property
	def company_currency(self) -> Any:
		return get_company_currency(self.company)

	def validate(self) -> None:
		self._check_currencies()
		daily = flt(self.rate_of_interest) / 100 / 365
		for row in self.overdue_payments:
			row.overdue_days = (getdate(self.posting_date) - getdate(row.due_date)).days or 0
			row.interest = flt(row.outstanding) * daily * row.overdue_days
		self._set_totals()
		self._set_party_details()
		self._set_levels()

	def _check_currencies(self) -> None:
		for row in self.overdue_payments:
			currency = db.get_value("Sales Invoice", row.sales_invoice, "currency")
			if currency != self.currency:
				throw(
					_(
						"The currency of invoice {} ({}) is different from the currency of this dunning ({})."
					).format(row.sales_invoice, currency, self.currency)
				)

	def _set_totals(self) -> None:
		self.total_outstanding = sum(flt(row.outstanding) for row in self.overdue_payments)
		self.total_interest = sum(flt(row.interest) for row in self.overdue_payments)
		self.dunning_amount = self.total_interest + flt(self.dunning_fee)
		self.base_dunning_amount = self.dunning_amount * flt(self.conversion_rate)
		self.grand_total = self.total_outstanding + self.dunning_amount

	def _set_party_details(self) -> None:
		details = parties.party_details(
			self.customer,
			"Customer",
			company=self.company,
			posting_date=self.posting_date,
			doctype=self.doctype,
			ignore_permissions=bool(self.flags.ignore_permissions),
			fetch_payment_terms=False,
			party_address=self.customer_address,
			company_address=self.company_address,
		)
		for fieldname in _PARTY_FIELDS:
			self.set(fieldname, details.get(fieldname))
		self.company_address_display = addresses.render_address(self.company_address)

	def _set_levels(self) -> None:
		for row in self.overdue_payments:
			filters = {"payment_schedule": row.payment_schedule, "parent": ("!=", row.parent), "docstatus": 1}
			row.dunning_level = db.count("Overdue Payment", filters) + 1

	def on_cancel(self) -> None:
		unlink_bank_transactions(self)
		self.ignore_linked_doctypes = ["GL Entry", "Stock Ledger Entry", "Payment Ledger Entry"]
