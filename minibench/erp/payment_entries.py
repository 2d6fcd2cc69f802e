"""The entries of a Payment Entry in the general ledger, and how it reads."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import Dict, db
from minibench.erp import gl, payment_amounts
from minibench.erp.companies import get_account_currency, get_company_currency
from minibench.model.caches import get_cached_value
from minibench.translate import _
from minibench.values.numbers import flt

ORDERS = ("Sales Order", "Purchase Order")
_INVOICES = ("Sales Invoice", "Purchase Invoice")


def entries(payment: Any) -> list[Dict]:
	rows: list[Dict] = []
	company_currency = get_company_currency(payment.company)
	for fieldname in ("paid_from_account_currency", "paid_to_account_currency"):
		if payment.get(fieldname) != company_currency:
			payment.currency = payment.get(fieldname)
			break
	_party(payment, rows)
	_bank(payment, rows)
	_deductions(payment, rows)
	return rows


def _entry(payment: Any, values: dict[str, Any]) -> Dict:
	row = gl.entry(payment, values, item=payment)
	foreign = payment.paid_from_account_currency != get_company_currency(payment.company)
	rate = payment.source_exchange_rate if foreign else payment.target_exchange_rate
	for side in ("debit", "credit"):
		row[f"{side}_in_transaction_currency"] = flt((row[side] or 0) / (rate or 1))
	row.transaction_exchange_rate = payment.get("conversion_rate") or 1
	return row


def _party(payment: Any, rows: list[Dict]) -> None:
	if not payment.party_account:
		return
	receive = payment.payment_type == "Receive"
	side = "credit" if receive else "debit"
	shared = {
		"account": payment.party_account,
		"party_type": payment.party_type,
		"party": payment.party,
		"against": payment.paid_to if receive else payment.paid_from,
		"account_currency": payment.party_account_currency,
	}
	account_type = get_cached_value("Party Type", payment.party_type, "account_type")
	backwards = (account_type == "Receivable") != receive
	for reference in payment.references:
		cost_center = payment.cost_center
		if reference.reference_doctype == "Sales Invoice" and not cost_center:
			cost_center = db.get_value("Sales Invoice", reference.reference_name, "cost_center")
		amount = payment_amounts.base_allocated(payment, reference, reference.reference_doctype in ORDERS)
		own_side = side
		if reference.reference_doctype in _INVOICES and reference.allocated_amount < 0 and backwards:
			# A negative amount changes sides once more when the entries are made positive.
			own_side = "debit" if side == "credit" else "credit"
		rows.append(
			_entry(
				payment,
				{
					**shared,
					"cost_center": cost_center,
					f"{own_side}_in_account_currency": reference.allocated_amount,
					own_side: amount,
					"against_voucher_type": reference.reference_doctype,
					"against_voucher": reference.reference_name,
				},
			)
		)
	if payment.unallocated_amount:
		rows.append(
			_entry(
				payment,
				{
					**shared,
					"cost_center": payment.cost_center,
					f"{side}_in_account_currency": payment.unallocated_amount,
					side: payment.unallocated_amount * payment_amounts.party_rate(payment),
				},
			)
		)


def _bank(payment: Any, rows: list[Dict]) -> None:
	if payment.payment_type in ("Pay", "Internal Transfer"):
		rows.append(
			_entry(
				payment,
				{
					"account": payment.paid_from,
					"account_currency": payment.paid_from_account_currency,
					"against": payment.party if payment.payment_type == "Pay" else payment.paid_to,
					"credit_in_account_currency": payment.paid_amount,
					"credit": payment.base_paid_amount,
					"cost_center": payment.cost_center,
					"post_net_value": True,
				},
			)
		)
	if payment.payment_type in ("Receive", "Internal Transfer"):
		rows.append(
			_entry(
				payment,
				{
					"account": payment.paid_to,
					"account_currency": payment.paid_to_account_currency,
					"against": payment.party if payment.payment_type == "Receive" else payment.paid_from,
					"debit_in_account_currency": payment.received_amount,
					"debit": payment.base_received_amount,
					"cost_center": payment.cost_center,
				},
			)
		)


def _deductions(payment: Any, rows: list[Dict]) -> None:
	company_currency = get_company_currency(payment.company)
	for row in payment.deductions:
		if not row.amount:
			continue
		if get_account_currency(row.account) != company_currency:
			throw(_("Currency for {0} must be {1}").format(row.account, company_currency))
		rows.append(
			_entry(
				payment,
				{
					"account": row.account,
					"account_currency": company_currency,
					"against": payment.party or payment.paid_from,
					"debit_in_account_currency": row.amount,
					"debit": row.amount,
					"cost_center": row.cost_center,
				},
			)
		)


def set_remarks(payment: Any) -> None:
	if payment.custom_remarks:
		return
	if payment.payment_type == "Internal Transfer":
		lines = [
			_("Amount {0} {1} transferred from {2} to {3}").format(
				_(payment.paid_from_account_currency), payment.paid_amount, payment.paid_from, payment.paid_to
			)
		]
	else:
		receive = payment.payment_type == "Receive"
		lines = [
			_("Amount {0} {1} {2} {3}").format(
				_(payment.party_account_currency),
				payment.paid_amount if receive else payment.received_amount,
				_("received from") if receive else _("to"),
				payment.party,
			)
		]
	if payment.reference_no:
		lines.append(
			_("Transaction reference no {0} dated {1}").format(payment.reference_no, payment.reference_date)
		)
	if payment.payment_type in ("Receive", "Pay"):
		lines += [
			_("Amount {0} {1} against {2} {3}").format(
				_(payment.party_account_currency),
				row.allocated_amount,
				row.reference_doctype,
				row.reference_name,
			)
			for row in payment.references
			if row.allocated_amount
		]
	company_currency = get_company_currency(payment.company)
	lines += [
		_("Amount {0} {1} deducted against {2}").format(_(company_currency), row.amount, row.account)
		for row in payment.deductions
		if row.amount
	]
	payment.remarks = "\n".join(lines)
