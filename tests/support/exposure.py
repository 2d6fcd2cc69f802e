"""A customer's exposure, added up document by document and row by row: slow, and plain enough to be believed.

Nothing of the app's own arithmetic is used. Amounts are exact fractions; each document is rounded to the cent once.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import frappe

from tests.support.erp import COMPANY

PARTS = ("open_orders", "deliveries_to_bill", "receivables", "unallocated_payments")


def slow_exposure(customer: str, company: str = COMPANY) -> dict[str, float]:
	"""Each part, in the company's currency, from the documents and the payment ledger alone."""
	cents = dict.fromkeys(PARTS, 0)
	own = {"customer": customer, "company": company, "docstatus": 1}
	for name in frappe.get_all("Sales Order", filters=own, pluck="name"):
		cents["open_orders"] += _order(frappe.get_doc("Sales Order", name))
	for name in frappe.get_all("Delivery Note", filters=own, pluck="name"):
		cents["deliveries_to_bill"] += _delivery(frappe.get_doc("Delivery Note", name))
	entries = frappe.get_all(
		"Payment Ledger Entry",
		filters={"party_type": "Customer", "party": customer, "company": company, "delinked": 0},
		fields=["account_type", "amount", "voucher_no", "against_voucher_type", "against_voucher_no"],
	)
	for entry in entries:
		if entry.account_type != "Receivable":
			continue
		on_account = entry.against_voucher_type in ("Payment Entry", "Sales Order") or (
			entry.against_voucher_type == "Journal Entry"
			and entry.against_voucher_no == entry.voucher_no
			and entry.amount < 0
		)
		if on_account:
			cents["unallocated_payments"] -= _cents(_exact(entry.amount))
		else:
			cents["receivables"] += _cents(_exact(entry.amount))
	return {part: amount / 100 for part, amount in cents.items()}


def _order(order: Any) -> int:
	held = frappe.db.exists(
		"Credit Hold", {"sales_order": order.name, "status": ("not in", ["Released", "Withdrawn"])}
	)
	shares = []
	for row in order.items:
		billed = _share(row.billed_amt, row.amount)
		delivered = _share(row.delivered_qty, row.qty)
		stopped = order.status == "Closed" or held
		shares.append((row.base_net_amount, max(delivered - billed, 0) if stopped else 1 - billed))
	return _part(order, shares)


def _delivery(note: Any) -> int:
	closed = note.status == "Closed"
	if note.return_against:
		closed = closed or frappe.db.get_value("Delivery Note", note.return_against, "status") == "Closed"
	if closed:
		return 0
	shares = [
		(row.base_net_amount, 1 - _share(row.billed_amt, row.amount))
		for row in note.items
		if not row.against_sales_order and not row.against_sales_invoice
	]
	return _part(note, shares)


def _part(document: Any, shares: list[tuple[float, Fraction]]) -> int:
	payable = _exact(document.base_rounded_total or document.base_grand_total)
	total = _exact(document.base_net_total)
	if not total:
		return 0
	return _cents(payable * sum((_exact(net) * share for net, share in shares), Fraction()) / total)


def _share(part: float | None, whole: float) -> Fraction:
	if not whole:
		return Fraction(1)
	return min(max(_exact(part) / _exact(whole), Fraction()), Fraction(1))


def _exact(amount: float | None) -> Fraction:
	return Fraction(repr(float(amount or 0)))


def _cents(amount: Fraction) -> int:
	"""Commercially rounded: halves away from zero. A difference beyond the ninth decimal is none."""
	fine = round(amount * 10**9)
	whole, rest = divmod(abs(fine), 10**7)
	units = whole + (rest * 2 >= 10**7)
	return units if fine >= 0 else -units
