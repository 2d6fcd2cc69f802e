"""The only gate to ERPNext's functions.

What the app calls of ERPNext stands here, each with the reason; nothing else imports erpnext. So this file is the list of
what an embedded engine must offer of ERPNext beyond its DocTypes, and of what to look at when ERPNext changes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import erpnext
import frappe
from erpnext.accounts.doctype.bank_transaction.bank_transaction import BankTransaction
from erpnext.accounts.doctype.payment_entry.payment_entry import PaymentEntry
from erpnext.selling.doctype.sales_order.sales_order import SalesOrder

__all__ = ["BankTransaction", "PaymentEntry", "SalesOrder"]


def version() -> str:
	"""ERPNext's version, such as 15.53.1: an installation that cannot work is refused before it starts."""
	return str(erpnext.__version__)


def exchange_rate(from_currency: str, to_currency: str, day: date) -> float:
	"""What one unit of a currency is worth in another on a day; 0 where nobody knows."""
	from erpnext.setup.utils import get_exchange_rate

	return float(get_exchange_rate(from_currency, to_currency, day) or 0)


def update_sales_order_status(status: str, sales_order: str) -> None:
	"""Close an order, or open it again ("Draft"): the native way frees reserved stock too. Checks no permission."""
	from erpnext.selling.doctype.sales_order.sales_order import update_status

	update_status(status, sales_order)


def reserve_stock(sales_order: str) -> None:
	"""Reserve stock for an order that asked for it, as far as there is any; where ERPNext is set up to reserve at all."""
	order = frappe.get_doc("Sales Order", sales_order)
	if order.get("reserve_stock") and frappe.db.get_single_value(
		"Stock Settings", "enable_stock_reservation"
	):
		order.create_stock_reservation_entries()


def delivery_of_order(sales_order: str) -> Any:
	"""A Delivery Note of what we still owe of an order: prices, taxes, addresses. Not inserted."""
	from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note

	return make_delivery_note(sales_order)


def purchase_of_order(sales_order: str, items: Iterable[str]) -> Any:
	"""A Purchase Order of these items of an order, with the customer's address where all are drop shipped. Not inserted.

	Not the native way for default suppliers: that one commits.
	"""
	from erpnext.selling.doctype.sales_order.sales_order import make_purchase_order

	return make_purchase_order(sales_order, [{"item_code": item} for item in items])


def invoice_of_delivery(delivery_note: str, invoice: Any) -> Any:
	"""`invoice`, filled with what ERPNext bills of a delivery: prices, taxes, addresses, terms. Not inserted."""
	from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice

	return make_sales_invoice(delivery_note, invoice)


def invoice_of_order(sales_order: str, invoice: Any) -> Any:
	"""`invoice`, filled with what ERPNext bills of an order: a drop shipment has no delivery of its own. Not inserted."""
	from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice

	return make_sales_invoice(sales_order, invoice)


def return_of(doctype: str, name: str) -> Any:
	"""A Delivery Note of what came back of a delivery, or a credit note for an invoice: all that is left of it. Not inserted."""
	from erpnext.controllers.sales_and_purchase_return import make_return_doc

	return make_return_doc(doctype, name)


def reconcile(bank_transaction: str, vouchers: Iterable[tuple[str, str]]) -> None:
	"""Match a bank transaction with vouchers, as the Bank Reconciliation Tool does: amounts, status, clearance dates."""
	from erpnext.accounts.doctype.bank_reconciliation_tool.bank_reconciliation_tool import reconcile_vouchers

	rows = [{"payment_doctype": doctype, "payment_name": name} for doctype, name in vouchers]
	reconcile_vouchers(bank_transaction, json.dumps(rows))


def allocate(rows: Iterable[dict[str, Any]], dimensions: Iterable[str] = ()) -> None:
	"""Allocate money that was booked already to invoices, as Payment Reconciliation and an invoice's own list of advances do.

	Args:
		rows: one for each payment and invoice, as ERPNext wants them.
		dimensions: the site's own accounting dimensions, as field names.
	"""
	from erpnext.accounts.utils import reconcile_against_document

	reconcile_against_document(
		[frappe._dict(row) for row in rows],
		active_dimensions=[frappe._dict(fieldname=fieldname) for fieldname in dimensions],
	)


def item_tax_rates(template: str) -> list[Any]:
	"""An Item Tax Template's accounts and rates: `tax_type`, `tax_rate`."""
	return list(frappe.get_cached_doc("Item Tax Template", template).taxes)


def dunning_letter(dunning_type: str, dunning: dict[str, Any], language: str) -> dict[str, Any]:
	"""The letter of a Dunning Type in a language, or in the type's own: `body_text`, `closing_text`, `language`."""
	from erpnext.accounts.doctype.dunning.dunning import get_dunning_letter_text

	letter: dict[str, Any] = get_dunning_letter_text(dunning_type, dunning, language)
	return letter


def get_balance_on(**arguments: Any) -> float:
	"""What an account, or a party, stands at on a day: a Payment Entry keeps both as of its posting date."""
	from erpnext.accounts.utils import get_balance_on

	return float(get_balance_on(**arguments) or 0)


def account_currency(account: str) -> str:
	"""The currency that an account is kept in."""
	from erpnext.accounts.utils import get_account_currency

	return str(get_account_currency(account))


def ledger_steps() -> Any:
	"""The steps by which ERPNext writes a voucher's entries, to be taken one by one; None where they are not offered.

	They are those of version 15. With another one, entries are written as it writes them itself.
	"""
	if version().partition(".")[0] != "15":
		return None
	try:
		from erpnext.accounts import general_ledger

		return LedgerSteps(
			offset_dimensions=general_ledger.make_acc_dimensions_offsetting_entry,
			refuse_closed_period=general_ledger.validate_accounting_period,
			refuse_disabled_accounts=general_ledger.validate_disabled_accounts,
			process=general_ledger.process_gl_map,
			merge=general_ledger.merge_similar_entries,
			make_positive=general_ledger.toggle_debit_credit_if_negative,
			balance=general_ledger.process_debit_credit_difference,
			refuse_frozen_books=general_ledger.check_freezing_date,
			refuse_closed_books=general_ledger.validate_against_pcv,
			dimension_filters=general_ledger.get_dimension_filter_map,
			refuse_dimensions=general_ledger.validate_allowed_dimensions,
		)
	except (AttributeError, ImportError, NotImplementedError):
		return None


@dataclass(frozen=True)
class LedgerSteps:
	"""ERPNext's functions from a voucher's entries to its rows in the ledgers, in the order in which it calls them."""

	offset_dimensions: Callable[[list[Any]], None]
	refuse_closed_period: Callable[[list[Any]], None]
	refuse_disabled_accounts: Callable[[list[Any]], None]
	process: Callable[[list[Any]], list[Any]]
	merge: Callable[[list[Any]], list[Any]]
	make_positive: Callable[[list[Any]], list[Any]]
	balance: Callable[[list[Any]], None]
	refuse_frozen_books: Callable[[Any], None]
	refuse_closed_books: Callable[[bool, Any, str], None]
	dimension_filters: Callable[[], dict[Any, Any]]
	refuse_dimensions: Callable[[Any, dict[Any, Any]], None]
