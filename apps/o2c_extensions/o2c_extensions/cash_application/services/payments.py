"""Payments of customers, whoever made them, are told to the cases that they pay."""

from __future__ import annotations

from typing import Any

from o2c_extensions.cash_application.queries.doctypes import INVOICE, PAYMENT
from o2c_extensions.common import casebook
from o2c_extensions.common.money import decimal


def join_case(payment: Any) -> None:
	"""A customer's payment belongs to the case of the first document that it pays."""
	if _is_from_customer(payment):
		casebook.join_case(payment, next(iter(_cases_of(payment)), None))


def record_receipt(payment: Any, event: str) -> None:
	"""Tell every case that the payment touches."""
	if not _is_from_customer(payment):
		return
	for case, documents in (_cases_of(payment) or {payment.o2c_case or payment.name: []}).items():
		casebook.record_event(
			case,
			"Receipt",
			event,
			PAYMENT,
			payment.name,
			{"amount": decimal(payment.received_amount), "documents": documents},
			at=casebook.moment_of(payment),
		)


def _is_from_customer(payment: Any) -> bool:
	return bool(payment.payment_type == "Receive" and payment.party_type == "Customer")


def _cases_of(payment: Any) -> dict[str, list[str]]:
	"""The cases of what a payment pays, in its order: {case: documents}."""
	found: dict[str, list[str]] = {}
	for doctype in (INVOICE, "Sales Order"):
		paid = [row.reference_name for row in payment.references if row.reference_doctype == doctype]
		for name, case in _cases(payment, doctype, paid).items():
			found.setdefault(case, []).append(name)
	return found


def _cases(payment: Any, doctype: str, names: list[str]) -> dict[str, str]:
	"""Whoever posts many receipts has read the cases of their invoices already, and says so in a flag."""
	known = payment.flags.o2c_cases
	if known is None or not all(name in known for name in names):
		return casebook.cases(doctype, names)
	return {name: known[name] for name in dict.fromkeys(names) if known[name]}
