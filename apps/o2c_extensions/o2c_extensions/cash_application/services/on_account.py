"""Money on a customer's account is allocated when the invoice that it was for appears."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import fmt_money, getdate

from o2c_extensions import erp
from o2c_extensions.cash_application.domain import on_account
from o2c_extensions.cash_application.domain.on_account import Allotted, Billed, Money
from o2c_extensions.cash_application.queries import on_account as queries
from o2c_extensions.cash_application.queries import posting
from o2c_extensions.cash_application.queries.doctypes import INVOICE, PAYMENT
from o2c_extensions.common import casebook, decisions
from o2c_extensions.common.money import as_float, decimal
from o2c_extensions.common.settings import setting

RULE = "o2c_extensions.cash_application.domain.on_account.allot"
VERSION = 1


def note_invoice(invoice: Any) -> None:
	"""An invoice was submitted: a worker looks whether its money is here already. Costs the submission no query."""
	if invoice.get("is_return") or not setting("allocate_cash"):
		return
	frappe.enqueue(
		"o2c_extensions.cash_application.tasks.allocate_to_invoice",
		queue="short",
		job_id=f"o2c-allocate-{invoice.name}",
		deduplicate=True,
		enqueue_after_commit=True,
		invoice=invoice.name,
	)


def allocate_to(name: str) -> list[str]:
	"""Allocate to an invoice what stands on its customer's account for it. Returns the Payment Entries.

	Once, however often it is asked for: what is allocated is not on the account any more.
	"""
	dimensions = posting.dimensions()
	invoice = queries.invoice(name, dimensions)
	if not invoice or invoice.docstatus != 1 or invoice.is_return or decimal(invoice.outstanding_amount) <= 0:
		return []
	orders = queries.orders_of(name)
	money = _money(invoice, list(orders))
	if not money:
		return []
	left = queries.lock({each.payment for each in money}, {each.row for each in money if each.row})
	# What somebody else has just taken something of is looked at another time.
	money = [each for each in money if decimal(left.get(each.row or each.payment)) == each.amount]
	billed = Billed(
		name=name,
		customer=invoice.customer,
		currency=invoice.party_account_currency or invoice.currency,
		open=decimal(invoice.outstanding_amount),
		day=getdate(invoice.posting_date),
		orders=tuple(orders),
		references=tuple(number for number in (invoice.po_no, *orders.values()) if number),
	)
	others = queries.other_open(invoice.customer, invoice.company, name)
	allotted = on_account.allot(
		billed, money, [(row.name, decimal(row.outstanding_amount)) for row in others]
	)
	if allotted:
		own = {dimension: invoice[dimension] for dimension in dimensions}
		erp.allocate([{**own, **_row(each, invoice)} for each in allotted], dimensions)
		_put_on_record(invoice, billed, allotted)
	return list(dict.fromkeys(each.money.payment for each in allotted))


def _money(invoice: Any, orders: Sequence[str]) -> list[Money]:
	"""What the customer has on account, in the invoice's receivable account."""
	free = queries.unallocated(invoice.customer, invoice.company)
	advances = queries.advances(orders, invoice.customer)
	texts = queries.texts_of([row.name for row in free])
	money = [
		Money(
			payment=row.name,
			amount=decimal(row.unallocated_amount),
			day=getdate(row.posting_date),
			texts=tuple(text for text in (*texts.get(row.name, (row.remarks,)), row.reference_no) if text),
			rate=decimal(row.source_exchange_rate),
		)
		for row in free
		if row.paid_from == invoice.debit_to
	]
	return money + [
		Money(
			payment=row.parent,
			amount=decimal(row.allocated_amount),
			day=getdate(row.payment.posting_date),
			row=row.name,
			order=row.reference_name,
			rate=decimal(row.payment.source_exchange_rate),
		)
		for row in advances
		if row.payment.paid_from == invoice.debit_to
	]


def _row(allotted: Allotted, invoice: Any) -> dict[str, Any]:
	"""What ERPNext allocates an advance by: the same as when the invoice itself lists it."""
	company = frappe.get_cached_doc("Company", invoice.company)
	is_own = (invoice.party_account_currency or invoice.currency) == company.default_currency
	rate = Decimal(1) if is_own else decimal(invoice.conversion_rate)
	return {
		"voucher_type": PAYMENT,
		"voucher_no": allotted.money.payment,
		"voucher_detail_no": allotted.money.row or None,
		"against_voucher_type": INVOICE,
		"against_voucher": invoice.name,
		"account": invoice.debit_to,
		"party_type": "Customer",
		"party": invoice.customer,
		"is_advance": "Yes",
		"dr_or_cr": "credit_in_account_currency",
		"unadjusted_amount": as_float(allotted.money.amount),
		"allocated_amount": as_float(allotted.amount),
		"precision": frappe.get_precision("Payment Entry Reference", "allocated_amount"),
		"exchange_rate": as_float(rate),
		"grand_total": invoice.base_grand_total if is_own else invoice.grand_total,
		"outstanding_amount": invoice.outstanding_amount,
		"difference_account": company.exchange_gain_loss_account,
		# What the money was worth when it came, beyond what it is worth at the invoice's rate.
		"exchange_gain_loss": 0 if is_own else as_float((allotted.money.rate - rate) * allotted.amount),
		"difference_posting_date": invoice.posting_date,
		"cost_center": invoice.cost_center,
	}


def _put_on_record(invoice: Any, billed: Billed, allotted: Sequence[Allotted]) -> None:
	payments = list(dict.fromkeys(each.money.payment for each in allotted))
	decisions.record(
		"Cash Allocation",
		INVOICE,
		invoice.name,
		rule=RULE,
		rule_version=VERSION,
		inputs={"invoice": billed, "money": [each.money for each in allotted]},
		outcome="Allocated",
		reasons=[_sentence(each, billed.currency) for each in allotted],
		case=invoice.o2c_case,
	)
	casebook.record_event(
		invoice.o2c_case or invoice.name,
		"Receipt",
		"Allocated",
		INVOICE,
		invoice.name,
		{"amount": sum((each.amount for each in allotted), Decimal(0)), "payments": payments},
	)


def _sentence(allotted: Allotted, currency: str) -> str:
	text = {
		on_account.ORDER: _("{0} of {1} were paid in advance on {2}."),
		on_account.NAMED: _("{0} of {1} were on account, and name it."),
		on_account.EXACT: _("{0} of {1} were on account: exactly its amount, and nothing else has it."),
	}[allotted.reason]
	amount = fmt_money(as_float(allotted.amount), currency=currency)
	return str(text.format(amount, allotted.money.payment, allotted.money.order))
