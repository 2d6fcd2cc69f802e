"""A payment's amounts: what it is in the company's currency, what of it is allocated, what is left, what differs. Pure."""

from __future__ import annotations

from typing import Any

from minibench.values.numbers import flt


def party_rate(payment: Any) -> float:
	"""The rate of the party's account."""
	return float(
		flt(
			payment.source_exchange_rate
			if payment.payment_type == "Receive"
			else payment.target_exchange_rate
		)
	)


def set_company_amounts(payment: Any) -> None:
	same = payment.paid_from_account_currency == payment.paid_to_account_currency
	if same and payment.payment_type != "Internal Transfer":
		payment.received_amount = payment.paid_amount
	payment.base_paid_amount = payment.base_received_amount = payment.difference_amount = 0
	if payment.paid_amount:
		payment.base_paid_amount = flt(
			flt(payment.paid_amount) * flt(payment.source_exchange_rate),
			payment.precision("base_paid_amount"),
		)
	if payment.received_amount:
		payment.base_received_amount = flt(
			flt(payment.received_amount) * flt(payment.target_exchange_rate),
			payment.precision("base_received_amount"),
		)


def base_allocated(payment: Any, row: Any, is_order: bool) -> float:
	"""What a reference takes in the company's currency. On an invoice at another rate, the difference is noted."""
	places = payment.precision("base_paid_amount")
	rate = party_rate(payment) if payment.payment_type in ("Receive", "Pay") else 1
	amount = flt(flt(row.allocated_amount) * rate, places)
	if not is_order:
		if row.exchange_rate is None:
			row.exchange_rate = 1
		row.exchange_gain_loss = amount - flt(flt(row.allocated_amount) * flt(row.exchange_rate), places)
	return float(amount)


def set_allocated(payment: Any, orders: tuple[str, ...]) -> None:
	if payment.payment_type == "Internal Transfer":
		return
	total = base = 0.0
	for row in payment.references:
		if row.allocated_amount:
			total += flt(row.allocated_amount)
			base += base_allocated(payment, row, row.reference_doctype in orders)
	payment.total_allocated_amount = abs(total)
	payment.base_total_allocated_amount = abs(base)


def set_unallocated(payment: Any) -> None:
	payment.unallocated_amount = 0
	if not payment.party:
		return
	deductions = sum(flt(row.amount) for row in payment.deductions if not row.is_exchange_gain_loss)
	allocated = flt(payment.base_total_allocated_amount)
	if payment.payment_type == "Receive":
		available = flt(payment.base_paid_amount) + deductions
		if allocated < available:
			payment.unallocated_amount = (available - allocated) / payment.source_exchange_rate
	elif payment.payment_type == "Pay":
		available = flt(payment.base_received_amount) - deductions
		if allocated < available:
			payment.unallocated_amount = (available - allocated) / payment.target_exchange_rate


def set_difference(payment: Any) -> None:
	"""What is neither allocated nor deducted nor left over: it must be zero when the payment is submitted."""
	party = flt(payment.base_total_allocated_amount) + flt(payment.unallocated_amount) * party_rate(payment)
	if payment.payment_type == "Receive":
		difference = party - flt(payment.base_received_amount)
	elif payment.payment_type == "Pay":
		difference = flt(payment.base_paid_amount) - party
	else:
		difference = flt(payment.base_paid_amount) - flt(payment.base_received_amount)
	deductions = sum(flt(row.amount) for row in payment.deductions)
	payment.difference_amount = flt(difference - deductions, payment.precision("difference_amount"))
