"""What posting receipts reads, once for a chunk of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

import frappe

from o2c_extensions.cash_application.queries.doctypes import INVOICE, PAYMENT
from o2c_extensions.common.money import decimal

# Who may hook into every document without its meaning anything for rows of a ledger.
_GROUND = ("frappe", "erpnext", "o2c_extensions")
_LISTENING: dict[str, tuple[str, dict[str, Any]]] = {
	"Server Script": ("reference_doctype", {"script_type": "DocType Event", "disabled": 0}),
	"Notification": ("document_type", {"enabled": 1}),
	"Webhook": ("webhook_doctype", {"enabled": 1}),
	"Assignment Rule": ("document_type", {"disabled": 0}),
}


def open_on(invoices: Collection[str]) -> dict[tuple[str, str, str], Decimal]:
	"""(invoice, account, customer) -> what the payment ledger says is open, in the account's currency."""
	if not invoices:
		return {}
	rows = frappe.get_all(
		"Payment Ledger Entry",
		filters={
			"against_voucher_type": INVOICE,
			"against_voucher_no": ("in", list(invoices)),
			"delinked": 0,
			"party_type": "Customer",
		},
		fields=["against_voucher_no", "account", "party", "sum(amount_in_account_currency) as open_amount"],
		group_by="against_voucher_no, account, party",
		order_by=None,
		limit_page_length=0,
	)
	# SQLite sums binary floats, so that cents may come out with a tail.
	return {
		(row.against_voucher_no, row.account, row.party): decimal(
			round(decimal(row.open_amount), 9)
		).normalize()
		for row in rows
	}


def customers(names: Collection[str]) -> dict[str, Any]:
	return _by_name("Customer", names, ["name", "customer_name"])


def bank_accounts(names: Collection[str]) -> dict[str, Any]:
	return _by_name("Bank Account", names, ["name", "account", "bank", "bank_account_no"])


def companies(names: Collection[str]) -> dict[str, Any]:
	fields = ["name", "default_currency", "cost_center", "book_advance_payments_in_separate_party_account"]
	return _by_name("Company", names, fields)


def templates_by_term(names: Collection[str | None]) -> set[str]:
	"""Those of the payment terms templates whose invoices are paid term by term."""
	wanted = [name for name in names if name]
	if not wanted:
		return set()
	return set(
		frappe.get_all(
			"Payment Terms Template",
			filters={"name": ("in", wanted), "allocate_payment_based_on_payment_terms": 1},
			pluck="name",
		)
	)


def has_budgets_or_allocations(company: str) -> bool:
	"""Whether ERPNext has to look at each entry for a budget, or divide it among cost centres."""
	return _any("Budget", {}) or _any("Cost Center Allocation", {"docstatus": 1, "company": company})


def has_balance_rules(company: str) -> bool:
	"""Whether an account must not turn to the other side: each entry on it then has the whole account summed up."""
	return _any("Account", {"company": company, "balance_must_be": ("in", ("Debit", "Credit"))})


def dimensions() -> tuple[str, ...]:
	"""The site's own accounting dimensions, as field names."""
	if not frappe.db.exists("DocType", "Accounting Dimension"):
		return ()
	return tuple(
		frappe.get_all(
			"Accounting Dimension", filters={"disabled": 0}, pluck="fieldname", order_by="fieldname"
		)
	)


def has_listeners(doctypes: Iterable[str]) -> bool:
	"""Whether another app, or an administrator's record, is to hear of each document of these DocTypes."""
	wanted = list(doctypes)
	if _others_hear(wanted):
		return True
	return any(
		_any(doctype, {field: ("in", wanted), **filters}) for doctype, (field, filters) in _LISTENING.items()
	)


def names_payments_otherwise() -> bool:
	"""Whether a rule of the site, or another app, has a say in the names of Payment Entries."""
	return _any("Document Naming Rule", {"document_type": PAYMENT, "disabled": 0}) or _others_hear(
		[PAYMENT], ("before_naming", "autoname")
	)


def _others_hear(doctypes: Collection[str], events: Collection[str] = ()) -> bool:
	return any(
		handler.split(".")[0] not in _GROUND
		for doctype, heard in frappe.get_doc_hooks().items()
		if doctype == "*" or doctype in doctypes
		for event, handlers in heard.items()
		if not events or event in events
		for handler in handlers
	)


def _any(doctype: str, filters: dict[str, Any]) -> bool:
	"""Whether there is such a record. A DocType that the site does not have has none."""
	if not frappe.db.exists("DocType", doctype):
		return False
	return bool(frappe.get_all(doctype, filters=filters, limit_page_length=1))


def _by_name(doctype: str, names: Collection[str], fields: list[str]) -> dict[str, Any]:
	if not names:
		return {}
	meta = frappe.get_meta(doctype)
	known = [field for field in fields if field == "name" or meta.has_field(field)]
	rows = frappe.get_all(doctype, filters={"name": ("in", list(names))}, fields=known, limit_page_length=0)
	return {row.name: row for row in rows}
