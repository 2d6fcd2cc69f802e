"""The week's bank statement, what the app makes of it, and what a person does with the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import frappe
from frappe.utils import getdate

from o2c_extensions import erp
from o2c_extensions.cash_application.queries.lines import rows_of
from o2c_extensions.cash_application.queries.proposals import PROPOSED
from o2c_extensions.cash_application.services import matching, proposals, remittances
from o2c_extensions.cash_application.services.clerks import confirm, match_by_hand
from o2c_extensions.cash_application.services.matching import WAITING
from o2c_extensions.cash_application.services.proposals import Proposal
from o2c_extensions.cash_application.services.statements import import_statement
from o2c_extensions.common.money import as_float, decimal, rounded
from o2c_extensions.demo import advices, camt, founding, logins, payers
from o2c_extensions.demo.camt import Entry, Statement
from o2c_extensions.demo.days import acting
from o2c_extensions.demo.founding import CURRENCY, own
from o2c_extensions.demo.payers import Bill, Due, Transfer
from o2c_extensions.demo.story import COMPANY, Story

WEEK = timedelta(days=6)
# After so long a person has found out what an unclear receipt is for.
PATIENCE = timedelta(days=7)
# An invoice that is older has been paid, or never will be.
MEMORY = timedelta(days=300)
FEE = Decimal("14.90")
AGENCY = "Alster Zahlungsdienste AG"
# So many invoices it pays, and so much it keeps of the last.
COLLECTED = 5
KEPT = Decimal("2.40")


def live(told: Story, day: date) -> str:
	"""The statement of the week that ends today: imported, applied, and its leftovers of earlier weeks cleared up."""
	received = _received(told, day)
	statement = _statement(told, received, day)
	file = f"camt053_{day:%Y%m%d}.xml"
	with acting(logins.CASH_CLERK):
		_take_advices(told, received, day)
		statements = import_statement(camt.write(statement).encode(), file, day)
	remittances.join_lines()
	lines = matching.plan(rows_of(until=day, statements=statements, is_open=True), day)
	planned = matching.announce(lines)
	applied = [matching.apply(line, day, planned=planned) for line in lines]
	with acting(logins.CASH_CLERK):
		_book_fees(day)
		_clear_up(day - PATIENCE, day)
		_grant_discounts(day)
	return f"{len(statement.entries)} entries, {sum(map(bool, applied))} applied"


# --- what the bank tells --------------------------------------------------------------------------------------------------------


def _received(told: Story, day: date) -> tuple[Transfer, ...]:
	"""What customers have paid this week."""
	customers = {customer.name: customer for customer in told.customers}
	return payers.transfers(_bills(told, day), customers, told.seed, day - WEEK, day)


def _take_advices(told: Story, received: Sequence[Transfer], day: date) -> None:
	"""What customers have told of this week's transfers beside them."""
	for transfer in received:
		if transfer.advised:
			customer = told.customer(transfer.customer)
			name, text = advices.write(customer, transfer.advised, transfer.day)
			remittances.import_advices(text.encode(), name, today=day)


def _statement(told: Story, received: Sequence[Transfer], day: date) -> Statement:
	number = (day - told.first_day).days // 7 + 1
	return Statement(
		number=number,
		identifier=f"{day:%G-W%V}",
		owner=COMPANY,
		iban=founding.BANK_IBAN,
		bic=founding.BANK_BIC,
		currency=CURRENCY,
		first=day - WEEK,
		last=day,
		opening=_balance(),
		entries=tuple(_entries(told, received, day)),
	)


def _balance() -> Decimal:
	"""What the bank has told so far."""
	rows = frappe.get_all(
		"Bank Transaction",
		filters={"bank_account": founding.BANK_ACCOUNT, "docstatus": 1},
		fields=["sum(deposit) as deposits", "sum(withdrawal) as withdrawals"],
	)
	moved = decimal(rows[0].deposits) - decimal(rows[0].withdrawals)
	return founding.OPENING_BALANCE + rounded(moved, CURRENCY)


def _entries(told: Story, received: Sequence[Transfer], day: date) -> Iterator[Entry]:
	for number, transfer in enumerate(received, start=1):
		customer = told.customer(transfer.customer)
		yield Entry(
			reference=f"{day:%G%V}{number:04d}",
			day=transfer.day,
			amount=transfer.amount,
			party=customer.name,
			iban=customer.iban,
			text=transfer.text,
			structured=transfer.structured,
		)
	yield from _through_an_agency(told, day, {name for transfer in received for name in transfer.invoices})
	if (day + timedelta(days=7)).month != day.month:
		text = f"Kontoführung {day:%m/%Y}"
		yield Entry(f"{day:%G%V}9001", day, -FEE, founding.BANK, "", text)
	if told.anchor - day < timedelta(days=14):
		text = "Erstattung Beitrag, Vertrag 77-4410"
		yield Entry(f"{day:%G%V}9002", day, Decimal("118.37"), "Elbe Versicherungs-AG", "", text)


def _through_an_agency(told: Story, day: date, paid: set[str]) -> Iterator[Entry]:
	"""In the last week an agency, which nobody knows yet, pays what is not due: its bank cuts the numbers, and once it keeps a fee."""
	if told.anchor - day >= timedelta(days=7):
		return
	rows = frappe.get_all(
		"Sales Invoice",
		filters={
			"docstatus": 1,
			"company": COMPANY,
			"is_return": 0,
			"outstanding_amount": (">", KEPT),
			"due_date": (">", day),
		},
		fields=["name", "outstanding_amount"],
		order_by="due_date desc, name asc",
		limit_page_length=0,
	)
	left = [row for row in rows if row.name not in paid]
	for number, row in enumerate(left[:COLLECTED], start=1):
		keeps = number == COLLECTED
		yield Entry(
			reference=f"{day:%G%V}8{number:03d}",
			day=day,
			amount=rounded(row.outstanding_amount, CURRENCY) - (KEPT if keeps else 0),
			party=AGENCY,
			iban="",
			text=f"ZAHLUNG {row.name} ABZGL GEBUEHR" if keeps else f"ZAHLUNG {row.name[5:-1]}",
		)


def _bills(told: Story, day: date) -> list[Bill]:
	"""The invoices that customers have got."""
	invoices = frappe.get_all(
		"Sales Invoice",
		filters={
			"docstatus": 1,
			"company": COMPANY,
			"is_return": 0,
			"posting_date": ("between", [day - MEMORY, day]),
		},
		fields=["name", "customer", "posting_date"],
		order_by="name asc",
		limit_page_length=0,
	)
	names = [invoice.name for invoice in invoices]
	parts: dict[str, list[Due]] = {}
	for row in frappe.get_all(
		"Payment Schedule",
		filters={"parent": ("in", names), "parenttype": "Sales Invoice"},
		fields=["parent", "due_date", "payment_amount", "discount", "discount_date"],
		order_by="parent asc, idx asc",
		limit_page_length=0,
	):
		parts.setdefault(row.parent, []).append(_due(row))
	credited = _credited(names)
	return [
		Bill(
			invoice=invoice.name,
			customer=invoice.customer,
			day=getdate(invoice.posting_date),
			parts=tuple(parts.get(invoice.name, ())),
			credited=credited.get(invoice.name, Decimal(0)),
		)
		for invoice in invoices
	]


def _due(row: Any) -> Due:
	amount = rounded(row.payment_amount, CURRENCY)
	discounted = rounded(amount * (100 - decimal(row.discount)) / 100, CURRENCY)
	return Due(
		getdate(row.due_date), amount, discounted, getdate(row.discount_date) if row.discount_date else None
	)


def _credited(invoices: list[str]) -> dict[str, Decimal]:
	notes = frappe.get_all(
		"Sales Invoice",
		filters={"docstatus": 1, "is_return": 1, "return_against": ("in", invoices)},
		fields=["return_against", "rounded_total", "grand_total"],
		limit_page_length=0,
	)
	credited: dict[str, Decimal] = {}
	for note in notes:
		amount = -rounded(note.rounded_total or note.grand_total, CURRENCY)
		credited[note.return_against] = credited.get(note.return_against, Decimal(0)) + amount
	return credited


# --- what a person does --------------------------------------------------------------------------------------------------------


def _book_fees(day: date) -> None:
	charges = frappe.get_all(
		"Bank Transaction",
		filters={"docstatus": 1, "withdrawal": (">", 0), "unallocated_amount": (">", 0), "date": ("<=", day)},
		fields=["name", "date", "withdrawal", "description"],
		order_by="date asc, name asc",
		limit_page_length=0,
	)
	for charge in charges:
		_book_fee(charge)


def _book_fee(charge: Any) -> None:
	entry = founding.insert(
		"Journal Entry",
		voucher_type="Bank Entry",
		company=COMPANY,
		posting_date=charge.date,
		cheque_no=charge.name,
		cheque_date=charge.date,
		user_remark=charge.description,
		accounts=[
			{
				"account": founding.FEES,
				"debit_in_account_currency": charge.withdrawal,
				"cost_center": own("Main"),
			},
			{"account": founding.BANK_GL, "credit_in_account_currency": charge.withdrawal},
		],
	)
	entry.submit()
	erp.reconcile(charge.name, [("Journal Entry", entry.name)])


def _clear_up(until: date, today: date) -> None:
	"""What has waited long enough: the payer is known by name, and pays what is oldest."""
	waiting = frappe.get_all(
		"Bank Transaction",
		filters={"docstatus": 1, "o2c_match_status": WAITING, "date": ("<=", until)},
		fields=["name", "date", "deposit", "bank_party_name", "description"],
		order_by="date asc, name asc",
		limit_page_length=0,
	)
	payers_named = [line.bank_party_name for line in waiting]
	known = set(frappe.get_all("Customer", filters={"name": ("in", payers_named)}, pluck="name"))
	proposed = proposals.alive([line.name for line in waiting])
	for line in waiting:
		if line.bank_party_name in known:
			_clear(line, proposed.get(line.name), today)


def _clear(line: Any, proposal: Proposal | None, today: date) -> None:
	"""What is proposed for the payer is right, if it is still open."""
	if proposal and proposal.row.customer == line.bank_party_name and proposal.row.status == PROPOSED:
		if matching.is_unchanged(proposal.settlement):
			confirm(line.name)
			return
	_settle(line, today)


def _settle(line: Any, today: date) -> None:
	open_invoices = frappe.get_all(
		"Sales Invoice",
		filters={
			"docstatus": 1,
			"customer": line.bank_party_name,
			"outstanding_amount": (">", 0),
			"posting_date": ("<=", today),
		},
		fields=["name", "outstanding_amount"],
		order_by="due_date asc, name asc",
		limit_page_length=0,
	)
	chosen, left = [], decimal(line.deposit)
	# What fits exactly is what was meant.
	exact = [row.name for row in open_invoices if decimal(row.outstanding_amount) == left]
	for row in open_invoices:
		if left <= 0 or exact:
			break
		chosen.append(row.name)
		left -= decimal(row.outstanding_amount)
	if exact or chosen:
		match_by_hand(line.name, exact[:1] or chosen)
	else:
		_keep_on_account(line)


def _keep_on_account(line: Any) -> None:
	"""Nothing is open: the money stays on the customer's account."""
	payment = founding.insert(
		"Payment Entry",
		payment_type="Receive",
		company=COMPANY,
		posting_date=line.date,
		party_type="Customer",
		party=line.bank_party_name,
		paid_from=own("Debtors"),
		paid_to=founding.BANK_GL,
		paid_amount=line.deposit,
		received_amount=line.deposit,
		reference_no=line.description or line.name,
		reference_date=line.date,
	)
	payment.submit()
	erp.reconcile(line.name, [("Payment Entry", payment.name)])


def _grant_discounts(day: date) -> None:
	"""What is left of invoices that were paid in time with the discount taken off is granted: one entry a week."""
	rest = frappe.get_all(
		"Sales Invoice",
		filters={
			"docstatus": 1,
			"company": COMPANY,
			"is_return": 0,
			"status": ("in", ("Partly Paid", "Partly Paid and Discounted", "Overdue")),
			"outstanding_amount": (">", 0),
		},
		fields=["name", "customer", "outstanding_amount"],
		order_by="name asc",
		limit_page_length=0,
	)
	names = [row.name for row in rest]
	terms = frappe.get_all(
		"Payment Schedule",
		filters={"parent": ("in", names), "parenttype": "Sales Invoice", "discount": (">", 0)},
		fields=["parent", "payment_amount", "discount"],
		limit_page_length=0,
	)
	discounts = {
		row.parent: rounded(decimal(row.payment_amount) * decimal(row.discount) / 100, CURRENCY)
		for row in terms
	}
	granted = [
		row for row in rest if decimal(row.outstanding_amount) <= discounts.get(row.name, 0) + Decimal("0.01")
	]
	if granted:
		_grant(granted, day)


def _grant(invoices: list[Any], day: date) -> None:
	total = sum((rounded(row.outstanding_amount, CURRENCY) for row in invoices), Decimal(0))
	entry = founding.insert(
		"Journal Entry",
		voucher_type="Journal Entry",
		company=COMPANY,
		posting_date=day,
		user_remark="Gewährte Skonti",
		accounts=[
			{
				"account": own("Gewährte Skonti"),
				"debit_in_account_currency": as_float(total),
				"cost_center": own("Main"),
			},
			*(
				{
					"account": own("Debtors"),
					"party_type": "Customer",
					"party": row.customer,
					"credit_in_account_currency": row.outstanding_amount,
					"reference_type": "Sales Invoice",
					"reference_name": row.name,
				}
				for row in invoices
			),
		],
	)
	entry.submit()
