"""What the portal's pages and API answer: the customer's own orders, invoices and account, and nothing else.

Whose portal it is follows from the session alone. What belongs to somebody else, is a draft or does not exist is the same
to all functions here: there is no such document.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

import frappe
from frappe import _
from frappe.utils import get_first_day, getdate

from o2c_extensions.common.casebook import STAGES
from o2c_extensions.common.money import as_float, decimal, rounded
from o2c_extensions.customer_portal import queries
from o2c_extensions.customer_portal.domain import standing
from o2c_extensions.customer_portal.domain.standing import Instalment
from o2c_extensions.customer_portal.domain.statement import Entry, Movement, draw_up

PAGE = 20
SHOWN = 5


def check_permission() -> None:
	"""Refuse a user whom no customer names as its portal user."""
	customers()


def customers() -> dict[str, str]:
	"""The customers of who is logged in: {name: the customer's name}."""
	found = {} if frappe.session.user == "Guest" else queries.customers_of(frappe.session.user)
	if not found:
		frappe.throw(_("Your user is not linked to a customer. Please ask us."), frappe.PermissionError)
	return found


def overview(today: date) -> dict[str, Any]:
	"""What is open: orders, invoices, and the balance of every account."""
	mine = customers()
	late: dict[tuple[str, str], Decimal] = {}
	for row, amount in _amounts_overdue(queries.open_invoices(mine), queries.instalments(mine), today):
		key = (row.company, row.party_account_currency)
		late[key] = late.get(key, standing.ZERO) + amount
	balances: dict[tuple[str, str], Decimal] = {}
	for row in queries.accounts(mine):
		key = (row.company, row.account_currency)
		balances[key] = balances.get(key, standing.ZERO) + rounded(row.balance, row.account_currency)
	return {
		"customers": list(mine.values()),
		"balances": [
			{
				"company": company,
				"currency": currency,
				"balance": as_float(amount),
				"overdue": as_float(late.get((company, currency), standing.ZERO)),
			}
			for (company, currency), amount in balances.items()
		],
		"open_orders": queries.count("Sales Order", mine, only_open=True),
		"open_invoices": queries.count("Sales Invoice", mine, only_open=True),
		"orders": [_order_row(row) for row in queries.orders(mine, 0, SHOWN, only_open=True)],
		"invoices": _invoice_rows(queries.invoices(mine, 0, SHOWN, only_open=True), mine, today),
	}


def orders(page: int = 1, only_open: bool = False) -> dict[str, Any]:
	"""One page of the customer's orders, the newest first."""
	mine = customers()
	place = _place(queries.count("Sales Order", mine, only_open), page)
	rows = queries.orders(mine, (place["page"] - 1) * PAGE, PAGE, only_open)
	return {**place, "orders": [_order_row(row) for row in rows]}


def order(name: str) -> dict[str, Any]:
	"""One of the customer's orders: its lines and what became of it so far."""
	mine = customers()
	row = queries.own("Sales Order", name, mine) or _no_such(_("There is no such order."))
	deliveries = queries.deliveries_of(row.name, mine)
	invoices = queries.invoices_of(row.name, mine)
	named = {row.name, *(each.name for each in deliveries), *(each.name for each in invoices)}
	return {
		**_order_row(row),
		"net_total": row.net_total,
		"taxes": row.total_taxes_and_charges,
		"lines": queries.order_lines(row.name),
		"deliveries": deliveries,
		"invoices": invoices,
		"timeline": _timeline(row.o2c_case, mine, named) if row.o2c_case else [],
	}


def invoices(today: date, page: int = 1, only_open: bool = False) -> dict[str, Any]:
	"""One page of the customer's invoices, the newest first; open ones by the day on which they are due."""
	mine = customers()
	place = _place(queries.count("Sales Invoice", mine, only_open), page)
	rows = queries.invoices(mine, (place["page"] - 1) * PAGE, PAGE, only_open)
	return {**place, "invoices": _invoice_rows(rows, mine, today)}


def invoice(name: str, today: date) -> dict[str, Any]:
	"""One of the customer's invoices: its lines, when it is due, what was paid."""
	mine = customers()
	row = queries.own("Sales Invoice", name, mine) or _no_such(_("There is no such invoice."))
	lines = queries.invoice_lines(row.name)
	schedule = queries.instalments(mine, [row.name]).get(row.name, [])
	payments = queries.payments_of(row.name, mine)
	return {
		**_invoice_rows([row], mine, today)[0],
		"net_total": row.net_total,
		"taxes": row.total_taxes_and_charges,
		"return_against": row.return_against,
		"lines": lines,
		"orders": list(dict.fromkeys(line.sales_order for line in lines if line.sales_order)),
		"instalments": [
			{
				"due_date": each.due_date,
				"payment_term": each.payment_term,
				"amount": as_float(_instalment(each).amount),
			}
			for each in schedule
		],
		"payments": [
			{
				"day": each.posting_date,
				"kind": _kind(each.voucher_type, decimal(each.amount)),
				"voucher_no": each.voucher_no,
				"amount": as_float(-rounded(each.amount, row.party_account_currency)),
			}
			for each in payments
		],
	}


def invoice_pdf(name: str) -> tuple[str, bytes]:
	"""Name and content of the file: one of the customer's invoices as it prints."""
	row = queries.own("Sales Invoice", name, customers()) or _no_such(_("There is no such invoice."))
	# The print of an attachment asks for no permission: that the invoice is the customer's own is the permission.
	file = frappe.attach_print("Sales Invoice", row.name)
	if file["fname"].endswith(".pdf"):
		return file["fname"], file["fcontent"]
	from frappe.utils.pdf import get_pdf

	html = file["fcontent"]
	return f"{row.name}.pdf".replace("/", "-"), get_pdf(html.decode() if isinstance(html, bytes) else html)


def statement(
	today: date,
	from_date: str | date | None = None,
	to_date: str | date | None = None,
	customer: str | None = None,
	company: str | None = None,
	currency: str | None = None,
) -> dict[str, Any]:
	"""The customer's account over a range of days, by default this month and the two before it.

	Args:
		customer: of a user with several customers; by default the first that has an account.
		company, currency: of a customer with several accounts; by default the first.
	"""
	mine = customers()
	if customer and customer not in mine:
		_no_such(_("There is no such customer."))
	end = getdate(to_date) if to_date else today
	start = getdate(from_date) if from_date else getdate(get_first_day(end, d_months=-2))
	if end < start:
		frappe.throw(_("The first day must not be after the last day."))
	accounts = queries.accounts(mine)
	wanted = {"party": customer, "company": company, "account_currency": currency}
	chosen = [row for row in accounts if all(not value or row[key] == value for key, value in wanted.items())]
	account = (
		chosen[0]
		if chosen
		else frappe._dict(party=customer or next(iter(mine)), company=company, account_currency=currency)
	)
	answer = {
		"customer": account.party,
		"customer_name": mine[account.party],
		"company": account.company,
		"currency": account.account_currency,
		"from_date": start,
		"to_date": end,
		"accounts": [
			{"customer": row.party, "company": row.company, "currency": row.account_currency}
			for row in accounts
		],
	}
	if not chosen:
		return {**answer, "opening": 0.0, "movements": [], "charged": 0.0, "credited": 0.0, "closing": 0.0}
	said = draw_up(
		[_entry(row, account.account_currency) for row in _ledger_rows(account, start, end)],
		start,
		end,
		rounded(
			queries.balance_before(account.party, account.company, account.account_currency, start),
			account.account_currency,
		),
	)
	return {
		**answer,
		"opening": as_float(said.opening),
		"movements": [_movement(each) for each in said.movements],
		"charged": as_float(said.charged),
		"credited": as_float(said.credited),
		"closing": as_float(said.closing),
	}


def _no_such(message: str) -> NoReturn:
	raise frappe.DoesNotExistError(message)


def _place(total: int, page: int) -> dict[str, int]:
	pages = max(-(-total // PAGE), 1)
	return {"page": min(max(page, 1), pages), "pages": pages, "total": total}


def _order_row(row: Any) -> dict[str, Any]:
	return {
		"name": row.name,
		"customer": row.customer,
		"company": row.company,
		"day": row.transaction_date,
		"po_no": row.po_no,
		"promised": row.o2c_promised_date,
		"wanted": row.delivery_date,
		"standing": standing.of_order(row.status, decimal(row.per_delivered)),
		"currency": row.currency,
		"total": row.rounded_total or row.grand_total,
	}


def _invoice_rows(rows: list[Any], mine: Iterable[str], today: date) -> list[dict[str, Any]]:
	schedules = queries.instalments(list(mine), [row.name for row in rows])
	return [_invoice_row(row, amount, today) for row, amount in _amounts_overdue(rows, schedules, today)]


def _invoice_row(row: Any, late: Decimal, today: date) -> dict[str, Any]:
	currency = row.party_account_currency
	# A balance is kept in the currency of the receivable account, which need not be the invoice's.
	total = row.rounded_total or row.grand_total
	on_account = total if currency == row.currency else row.base_rounded_total or row.base_grand_total
	open_amount = rounded(row.outstanding_amount, currency)
	return {
		"name": row.name,
		"customer": row.customer,
		"company": row.company,
		"day": row.posting_date,
		"due_date": row.due_date,
		"po_no": row.po_no,
		"standing": standing.of_invoice(bool(row.is_return), decimal(on_account), open_amount, late),
		"currency": row.currency,
		"total": total,
		"account_currency": currency,
		"outstanding": as_float(open_amount),
		"overdue": as_float(late),
	}


def _amounts_overdue(
	rows: list[Any], schedules: dict[str, list[Any]], today: date
) -> list[tuple[Any, Decimal]]:
	return [
		(
			row,
			standing.overdue(
				rounded(row.outstanding_amount, row.party_account_currency),
				row.due_date,
				[_instalment(each) for each in schedules.get(row.name, ())],
				today,
			),
		)
		for row in rows
	]


def _instalment(row: Any) -> Instalment:
	same = row.party_account_currency == row.currency
	amount = row.payment_amount if same else row.base_payment_amount
	return Instalment(getdate(row.due_date), rounded(amount, row.party_account_currency))


def _timeline(case: str, mine: dict[str, str], named: set[str]) -> list[dict[str, Any]]:
	"""What the customer is told of the case, by day. Documents that are not the customer's to see are not named."""
	texts = _told()
	told = [row for row in queries.events(case, mine) if (row.stage, row.event) in standing.TOLD]
	# On one day in the order of the money: a document that bears a day only has no hour to tell of.
	told.sort(key=lambda row: (getdate(row.event_time), STAGES.index(row.stage)))
	return [
		{
			"at": row.event_time,
			"stage": row.stage,
			"text": texts[row.stage, row.event],
			"doctype": row.reference_doctype if row.reference_name in named else None,
			"name": row.reference_name if row.reference_name in named else None,
		}
		for row in told
	]


def _told() -> dict[tuple[str, str], str]:
	return {
		("Order", "Submitted"): _("Order received"),
		("Order", "Cancelled"): _("Order cancelled"),
		("Order", "Closed"): _("Order closed"),
		("Promise", "Promised"): _("Delivery date promised"),
		("Delivery", "Delivered"): _("Goods delivered"),
		("Delivery", "Returned"): _("Goods returned"),
		("Delivery", "Cancelled"): _("Delivery cancelled"),
		("Invoice", "Invoiced"): _("Invoice issued"),
		("Invoice", "Credited"): _("Credit note issued"),
		("Invoice", "Mailed"): _("Invoice sent"),
		("Invoice", "Cancelled"): _("Invoice cancelled"),
		("Collection", "Dunned"): _("Payment reminder issued"),
		("Collection", "Mailed"): _("Payment reminder sent"),
		("Collection", "Cancelled"): _("Payment reminder withdrawn"),
		("Receipt", "Received"): _("Payment received"),
		("Receipt", "Cancelled"): _("Payment taken back"),
		("Closed", "Paid"): _("Paid in full"),
	}


def _ledger_rows(account: Any, start: date, end: date) -> list[Any]:
	return queries.ledger_rows(account.party, account.company, account.account_currency, start, end)


def _entry(row: Any, currency: str) -> Entry:
	return Entry(
		getdate(row.posting_date),
		row.voucher_type,
		row.voucher_no,
		rounded(row.amount_in_account_currency, currency),
		getdate(row.due_date) if row.due_date and row.voucher_type == "Sales Invoice" else None,
	)


def _movement(move: Movement) -> dict[str, Any]:
	return {
		"day": move.day,
		"voucher_type": move.voucher_type,
		"voucher_no": move.voucher_no,
		"kind": _kind(move.voucher_type, move.amount),
		"due_date": move.due_date,
		"amount": as_float(move.amount),
		"balance": as_float(move.balance),
	}


def _kind(voucher_type: str, amount: Decimal) -> str:
	if voucher_type == "Sales Invoice":
		return str(_("Invoice") if amount > 0 else _("Credit Note"))
	if voucher_type == "Payment Entry":
		return str(_("Refund") if amount > 0 else _("Payment"))
	return str(_("Adjustment"))
