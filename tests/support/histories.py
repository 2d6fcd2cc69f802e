"""Histories of a company told in steps: what is sold, moved, paid, returned, cancelled and amended, in any order.

A step is plain data, so that a history that one engine gets wrong can be told to the other. What a step picks depends on
what there is: the numbers in it choose among the documents made so far. Most steps are possible; one that v15 refuses is
undone, as the end of its request would undo it, and the history goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, NamedTuple

import frappe
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_delivery_note as deliver_invoice
from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return as make_credit_note
from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note, update_status
from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice as bill_order
from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice as bill_delivery
from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_return

from tests.support import erp
from tests.support.ledgers import assert_books_balance

SECOND_STORE = "Finished Goods - NH"
RECEIVABLE = "Debtors - NH"


class Step(NamedTuple):
	what: str
	which: int
	"""Which of the documents that it could be about."""
	amount: int
	"""How much, in quarters of what is possible, or pieces."""
	day: int
	"""Of March: days may come in any order."""


class History:
	"""A company's documents while a history is told."""

	# What may happen, and what there must be first: WAYS and BEFORE, where a kind of history has no others.
	ways: ClassVar[dict[str, Any]] = {}
	before: ClassVar[dict[str, str]] = {}

	def __init__(self) -> None:
		self.customers = [erp.make_customer() for _ in range(2)]
		self.average = erp.make_item()
		self.fifo = erp.make_item(valuation_method="FIFO")
		self.service = erp.make_item(is_stock_item=0)
		self.items = [self.average, self.fifo, self.service]
		self.made: dict[str, list[str]] = {}
		self.done: Counter[str] = Counter()
		self.refused: Counter[str] = Counter()
		self.log: list[str] = []
		for item in (self.average, self.fifo):
			self._settle(erp.receive(item, 20, 7.25, "2026-03-01"), submitted=True)

	def tell(self, steps: Iterable[Step], check: bool = True) -> None:
		"""Do one step after the other; the books must balance after each, if they are to be checked."""
		for step in steps:
			frappe.db.savepoint("step")
			try:
				happened = self._do(step.what, step)
			except frappe.DoesNotExistError:
				raise
			except frappe.ValidationError as error:
				frappe.db.rollback(save_point="step")
				self._forget()
				self.refused[f"{step.what}: {type(error).__name__}"] += 1
				self.log.append(f"{step.what}: {type(error).__name__}")
				continue
			if happened:
				self.done[happened] += 1
				self.log.append(happened)
				if check:
					assert_books_balance()

	def _do(self, what: str, step: Step) -> str:
		"""Do it, or where there is nothing to do it with, what has to come before; returns what was done."""
		ways, before = self.ways or WAYS, self.before or BEFORE
		if ways[what](self, step):
			return what
		return self._do(before[what], step) if what in before else ""

	@staticmethod
	def _forget() -> None:
		"""What a request remembers ends with it."""
		frappe.local.document_cache = {}
		frappe.local.future_sle = {}
		frappe.local.message_log = []

	# --- choosing ------------------------------------------------------------------------------------------------------

	def _documents(self, doctype: str, wanted: Callable[[Any], Any], docstatus: int = 1) -> list[Any]:
		documents = [frappe.get_doc(doctype, name) for name in self.made.get(doctype, ())]
		return [doc for doc in documents if doc.docstatus == docstatus and wanted(doc)]

	def pick(
		self, step: Step, doctype: str, wanted: Callable[[Any], Any] = lambda _doc: True, docstatus: int = 1
	) -> Any:
		found = self._documents(doctype, wanted, docstatus)
		return found[step.which % len(found)] if found else None

	def _settle(self, doc: Any, submitted: bool = False) -> bool:
		if not submitted:
			doc.insert()
			doc.submit()
		self.made.setdefault(doc.doctype, []).append(doc.name)
		return True

	def lines(self, step: Step) -> list[dict[str, Any]]:
		"""One to three lines of different items and prices that make cents."""
		count = 1 + step.which % 3
		return [
			{
				"item_code": self.items[(step.which + at) % 3],
				"qty": 1 + (step.amount + at) % 4,
				"rate": 9.99 + 3.33 * at + step.amount,
			}
			for at in range(count)
		]

	def customer(self, step: Step) -> str:
		return self.customers[step.which % 2]

	# --- goods -----------------------------------------------------------------------------------------------------------

	def receive(self, step: Step) -> bool:
		item = self.items[step.which % 2]
		entry = erp.receive(item, 1 + step.amount, 3 + step.which / 3, day(step))
		return self._settle(entry, submitted=True)

	def _move(self, step: Step, purpose: str, **row: Any) -> bool:
		entry = frappe.get_doc(
			{
				"doctype": "Stock Entry",
				"stock_entry_type": purpose,
				"purpose": purpose,
				"company": erp.COMPANY,
				"set_posting_time": 1,
				"posting_date": day(step),
				"posting_time": "10:00:00",
				"items": [{"item_code": self.items[step.which % 2], "qty": 1 + step.amount, **row}],
			}
		)
		return self._settle(entry)

	def issue(self, step: Step) -> bool:
		return self._move(step, "Material Issue", s_warehouse=erp.STORES)

	def transfer(self, step: Step) -> bool:
		ends = [erp.STORES, SECOND_STORE]
		here, there = ends if step.which % 3 else reversed(ends)
		return self._move(step, "Material Transfer", s_warehouse=here, t_warehouse=there)

	# --- selling -----------------------------------------------------------------------------------------------------------

	def order(self, step: Step) -> bool:
		values: dict[str, Any] = {}
		if step.amount % 3 == 1:
			values = {"apply_discount_on": "Grand Total", "additional_discount_percentage": 7}
		order = erp.order(self.customer(step), self.lines(step), day=day(step), **values)
		return self._settle(order)

	def close(self, step: Step) -> bool:
		order = self.pick(step, "Sales Order", lambda doc: doc.status not in ("Completed",))
		if order:
			update_status("Draft" if order.status == "Closed" else "Closed", order.name)
		return bool(order)

	def deliver(self, step: Step) -> bool:
		order = self.pick(step, "Sales Order", lambda doc: doc.per_delivered < 100)
		return bool(order) and self._in_part(make_delivery_note(order.name), step)

	def deliver_invoice(self, step: Step) -> bool:
		invoice = self.pick(
			step,
			"Sales Invoice",
			lambda doc: not doc.is_return and not doc.update_stock and not doc.items[0].dn_detail,
		)
		return bool(invoice) and self._in_part(deliver_invoice(invoice.name), step)

	def bill_order(self, step: Step) -> bool:
		order = self.pick(step, "Sales Order", lambda doc: doc.per_billed < 100)
		return bool(order) and self._bill(bill_order(order.name), step)

	def bill_delivery(self, step: Step) -> bool:
		note = self.pick(step, "Delivery Note", lambda doc: doc.per_billed < 100 and not doc.is_return)
		return bool(note) and self._bill(bill_delivery(note.name), step)

	def _bill(self, invoice: Any, step: Step) -> bool:
		invoice.due_date = None
		invoice.allocate_advances_automatically = step.which % 2
		return self._in_part(invoice, step)

	def _in_part(self, doc: Any, step: Step) -> bool:
		"""A document of another one's rows, with the rows and quantities that the step leaves in it."""
		if not doc.items:
			return False
		if step.amount % 4 == 2 and len(doc.items) > 1:
			doc.set("items", doc.items[1:])
		if step.amount % 4 == 3:
			for row in doc.items:
				row.qty = -1 if row.qty < 0 else 1
		erp.on(doc, day(step))
		if doc.doctype == "Sales Invoice":
			doc.due_date = "2026-04-30"
			doc.set("payment_schedule", [])
		return self._settle(doc)

	def invoice(self, step: Step) -> bool:
		moves_stock = step.amount % 2
		invoice = erp.invoice(
			self.customer(step),
			self.lines(step),
			day=day(step),
			posting_time="12:00:00",
			update_stock=moves_stock,
		)
		return self._settle(invoice)

	def take_back(self, step: Step) -> bool:
		note = self.pick(step, "Delivery Note", lambda doc: not doc.is_return)
		return bool(note) and self._in_part(make_sales_return(note.name), step)

	def credit(self, step: Step) -> bool:
		invoice = self.pick(step, "Sales Invoice", lambda doc: not doc.is_return)
		if not invoice:
			return False
		note = make_credit_note(invoice.name)
		note.update_outstanding_for_self = step.which % 2
		return self._in_part(note, step)

	# --- paying ------------------------------------------------------------------------------------------------------------

	def pay(self, step: Step) -> bool:
		invoice = self.pick(step, "Sales Invoice", lambda doc: doc.outstanding_amount)
		return bool(invoice) and self._pay("Sales Invoice", invoice.name, step, invoice.outstanding_amount)

	def pay_ahead(self, step: Step) -> bool:
		order = self.pick(step, "Sales Order", lambda doc: doc.per_billed < 100 and doc.status != "Closed")
		return bool(order) and self._pay("Sales Order", order.name, step, order.rounded_total)

	def _pay(self, doctype: str, name: str, step: Step, total: float) -> bool:
		part = round(total * (1 + step.amount % 4) / 4, 2)
		payment = get_payment_entry(doctype, name, party_amount=abs(part), bank_account=erp.BANK)
		return self._book(payment, step)

	def _book(self, payment: Any, step: Step) -> bool:
		payment.update({"posting_date": day(step), "reference_no": "R", "reference_date": day(step)})
		return self._settle(payment)

	def pay_on_account(self, step: Step) -> bool:
		"""Money for nothing in particular."""
		payment = frappe.get_doc(
			{
				"doctype": "Payment Entry",
				"payment_type": "Receive",
				"company": erp.COMPANY,
				"party_type": "Customer",
				"party": self.customer(step),
				"paid_from": RECEIVABLE,
				"paid_to": erp.BANK,
				"paid_from_account_currency": "EUR",
				"paid_to_account_currency": "EUR",
				"paid_amount": 10 + step.amount * 3.5,
				"received_amount": 10 + step.amount * 3.5,
				"source_exchange_rate": 1,
				"target_exchange_rate": 1,
			}
		)
		return self._book(payment, step)

	def pay_several(self, step: Step) -> bool:
		"""One payment for all that a customer owes, and some more."""
		customer = self.customer(step)
		owed = self._documents(
			"Sales Invoice", lambda doc: doc.customer == customer and doc.outstanding_amount > 0
		)
		if not owed:
			return False
		payment = get_payment_entry("Sales Invoice", owed[0].name, bank_account=erp.BANK)
		payment.set("references", [])
		for invoice in owed:
			payment.append(
				"references",
				{
					"reference_doctype": "Sales Invoice",
					"reference_name": invoice.name,
					"allocated_amount": invoice.outstanding_amount,
				},
			)
		total = sum(invoice.outstanding_amount for invoice in owed) + step.amount
		payment.paid_amount = payment.received_amount = round(total, 2)
		return self._book(payment, step)

	def journal(self, step: Step) -> bool:
		"""A part of an invoice is written off."""
		invoice = self.pick(step, "Sales Invoice", lambda doc: doc.outstanding_amount > 1)
		if not invoice:
			return False
		amount = round(invoice.outstanding_amount * (1 + step.amount % 4) / 4, 2)
		owed = {
			"account": RECEIVABLE,
			"party_type": "Customer",
			"party": invoice.customer,
			"credit_in_account_currency": amount,
			"reference_type": "Sales Invoice",
			"reference_name": invoice.name,
		}
		lost = {"account": "Write Off - NH", "debit_in_account_currency": amount, "cost_center": "Main - NH"}
		journal = frappe.get_doc(
			{
				"doctype": "Journal Entry",
				"voucher_type": "Journal Entry",
				"company": erp.COMPANY,
				"posting_date": day(step),
				"accounts": [owed, lost],
			}
		)
		return self._settle(journal)

	# --- undoing -----------------------------------------------------------------------------------------------------------

	def cancel(self, step: Step) -> bool:
		"""Any document, the youngest ones more often, since others stand on the older."""
		everything = [(doctype, name) for doctype, names in self.made.items() for name in names]
		standing = [at for at in everything if frappe.db.get_value(*at, "docstatus") == 1]
		if not standing:
			return False
		frappe.get_doc(*standing[-1 - step.which % len(standing)]).cancel()
		return True

	def amend(self, step: Step) -> bool:
		doctypes = sorted(self.made)
		doctype = doctypes[step.amount % len(doctypes)]
		cancelled = self.pick(step, doctype, docstatus=2)
		if not cancelled or frappe.db.exists(doctype, {"amended_from": cancelled.name}):
			return False
		amended = frappe.copy_doc(cancelled)
		amended.update({"docstatus": 0, "amended_from": cancelled.name})
		return self._settle(amended)


def day(step: Step) -> str:
	return f"2026-03-{step.day:02}"


WAYS: dict[str, Callable[[History, Step], bool]] = {
	"receive": History.receive,
	"issue": History.issue,
	"transfer": History.transfer,
	"order": History.order,
	"close": History.close,
	"deliver": History.deliver,
	"deliver invoice": History.deliver_invoice,
	"bill order": History.bill_order,
	"bill delivery": History.bill_delivery,
	"invoice": History.invoice,
	"take back": History.take_back,
	"credit": History.credit,
	"pay": History.pay,
	"pay ahead": History.pay_ahead,
	"pay on account": History.pay_on_account,
	"pay several": History.pay_several,
	"journal": History.journal,
	"cancel": History.cancel,
	"amend": History.amend,
}

# What there must be first.
BEFORE = {
	"close": "order",
	"deliver": "order",
	"bill order": "order",
	"bill delivery": "deliver",
	"deliver invoice": "invoice",
	"take back": "deliver",
	"credit": "invoice",
	"pay": "invoice",
	"pay ahead": "order",
	"pay several": "invoice",
	"journal": "invoice",
	"amend": "cancel",
}
