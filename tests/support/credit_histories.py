"""Histories as in histories.py, with what else moves a customer's exposure: other currencies, payments on account that are
allocated later, journal entries, deliveries without orders, holds, and days of delivery that change."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import frappe
from erpnext.accounts.utils import reconcile_against_document
from erpnext.stock.doctype.delivery_note.delivery_note import update_delivery_note_status

from tests.support import erp
from tests.support.histories import BEFORE, RECEIVABLE, WAYS, History, Step, day

LIMIT = 400


class CreditHistory(History):
	"""One customer has a limit, so that some of its orders are held; the other one has none."""

	def __init__(self) -> None:
		super().__init__()
		self.customers = [
			erp.make_customer(credit_limits=[{"company": erp.COMPANY, "credit_limit": LIMIT}]),
			erp.make_customer(),
		]

	def order_abroad(self, step: Step) -> bool:
		"""In another currency, for two days of delivery."""
		lines = [
			{**line, "delivery_date": f"2026-04-{1 + (step.which + at) % 3:02}"}
			for at, line in enumerate(self.lines(step))
		]
		return self._settle(erp.order(self.customer(step), lines, day=day(step), **self._abroad(step)))

	def invoice_abroad(self, step: Step) -> bool:
		return self._settle(
			erp.invoice(self.customer(step), self.lines(step), day=day(step), **self._abroad(step))
		)

	@staticmethod
	def _abroad(step: Step) -> dict[str, Any]:
		return {
			"currency": "USD",
			"conversion_rate": 0.8 + step.amount / 13,
			"selling_price_list": "Standard Selling",
		}

	def deliver_alone(self, step: Step) -> bool:
		"""Without an order."""
		note = frappe.get_doc(
			{
				"doctype": "Delivery Note",
				"customer": self.customer(step),
				"company": erp.COMPANY,
				"items": [{"warehouse": erp.STORES, **line} for line in self.lines(step)],
				"taxes": [erp.tax()],
			}
		)
		return self._settle(erp.on(note, day(step)))

	def close_delivery(self, step: Step) -> bool:
		note = self.pick(step, "Delivery Note", lambda doc: doc.status not in ("Completed", "Return"))
		if note:
			update_delivery_note_status(note.name, "Draft" if note.status == "Closed" else "Closed")
		return bool(note)

	def postpone(self, step: Step) -> bool:
		order = self.pick(step, "Sales Order", lambda doc: doc.status not in ("Completed", "Closed"))
		if not order:
			return False
		row = order.items[step.which % len(order.items)]
		row.delivery_date = date(2026, 5, 1 + step.amount)
		order.save()
		return True

	def decide(self, step: Step) -> bool:
		"""Somebody releases or rejects a hold."""
		holds = frappe.get_all(
			"Credit Hold",
			filters={"customer": ("in", self.customers), "status": ("in", ["Open", "In Review"])},
			order_by="creation asc, name asc",
			pluck="name",
		)
		if not holds:
			return False
		hold = frappe.get_doc("Credit Hold", holds[step.which % len(holds)])
		hold.status = "Rejected" if step.amount % 4 == 3 else "Released"
		hold.save()
		return True

	def journal_on_account(self, step: Step) -> bool:
		"""Money that a journal entry books for nothing in particular; or the other way round."""
		amount = 10 + step.amount * 2.25
		side, other = ("debit", "credit") if step.amount % 4 == 1 else ("credit", "debit")
		owed = {
			"account": RECEIVABLE,
			"party_type": "Customer",
			"party": self.customer(step),
			f"{side}_in_account_currency": amount,
		}
		bank = {"account": erp.BANK, f"{other}_in_account_currency": amount}
		return self._settle(
			frappe.get_doc(
				{
					"doctype": "Journal Entry",
					"voucher_type": "Journal Entry",
					"company": erp.COMPANY,
					"posting_date": day(step),
					"accounts": [owed, bank],
				}
			)
		)

	def allocate(self, step: Step) -> bool:
		"""A payment on account is allocated to an invoice, as the Payment Reconciliation does it."""
		payment = self.pick(step, "Payment Entry", lambda doc: doc.unallocated_amount)
		invoice = payment and self.pick(
			step,
			"Sales Invoice",
			lambda doc: doc.customer == payment.party and doc.outstanding_amount > 0,
		)
		if not invoice:
			return False
		amount = min(payment.unallocated_amount, invoice.outstanding_amount)
		row = frappe._dict(
			voucher_type="Payment Entry",
			voucher_no=payment.name,
			voucher_detail_no=None,
			against_voucher_type="Sales Invoice",
			against_voucher=invoice.name,
			account=RECEIVABLE,
			exchange_rate=1,
			party_type="Customer",
			party=payment.party,
			is_advance="No",
			dr_or_cr="credit_in_account_currency",
			unadjusted_amount=payment.unallocated_amount,
			unreconciled_amount=payment.unallocated_amount,
			allocated_amount=amount,
			difference_amount=0,
			difference_account=None,
			grand_total=invoice.grand_total,
			outstanding_amount=invoice.outstanding_amount,
			cost_center=None,
		)
		reconcile_against_document([row])
		return True

	ways: ClassVar[dict[str, Any]] = {
		**WAYS,
		"order abroad": order_abroad,
		"invoice abroad": invoice_abroad,
		"deliver alone": deliver_alone,
		"close delivery": close_delivery,
		"postpone": postpone,
		"decide": decide,
		"journal on account": journal_on_account,
		"allocate": allocate,
	}
	before: ClassVar[dict[str, str]] = {
		**BEFORE,
		"close delivery": "deliver alone",
		"postpone": "order abroad",
		"decide": "order",
		"allocate": "pay on account",
	}
