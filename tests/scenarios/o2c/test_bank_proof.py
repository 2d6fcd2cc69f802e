"""At the end of the month each bank account is proven: the bank's balance is the ledger's, but for what is listed."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any

import frappe
import pytest
from o2c_extensions.cash_application.report.bank_proof.bank_proof import execute
from o2c_extensions.cash_application.services.matching import apply as apply_receipt
from o2c_extensions.cash_application.services.statements import import_statement

from tests.scenarios.o2c.test_cash import IBAN, TODAY, account, by_hand_only, make_invoice
from tests.support import camt, erp
from tests.support.camt import booking

__all__ = ["account", "by_hand_only"]
MARCH, APRIL = date(2026, 3, 31), date(2026, 4, 30)


def bring(opening: str, *bookings: Any, number: str = "1", accept: bool = False, **values: Any) -> list[Any]:
	content = camt.file(IBAN, opening, bookings, number=number, **values)
	[name] = import_statement(content, "a.xml", APRIL, accept_difference=accept)
	return frappe.get_all(
		"Bank Transaction",
		filters={"o2c_bank_statement": name},
		fields=["name", "deposit", "withdrawal"],
		order_by="creation asc, name asc",
	)


def rows(account: str, until: date = MARCH) -> list[dict[str, Any]]:
	found: list[dict[str, Any]] = execute(
		{"company": erp.COMPANY, "bank_account": account, "to_date": until.isoformat()}
	)[1]
	assert found[-1]["amount"] == 0, "nothing is left unexplained"
	return found


def balances(found: list[dict[str, Any]]) -> tuple[float, float]:
	bank, *_differences, ledger, _rest = found
	return bank["amount"], ledger["amount"]


def differences(found: list[dict[str, Any]]) -> list[tuple[str, Any, float]]:
	return [(row["title"], row["document"], row["amount"]) for row in found if row["indent"]]


def test_bank_is_ledger_when_all_is_booked(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 119)
	[line] = bring("0", booking("119", "2026-03-10", invoice.name), days=(date(2026, 3, 1), MARCH))
	assert differences(rows(account)) == [("Not in the Ledger", line.name, 119)]
	assert apply_receipt(line.name, TODAY)
	found = rows(account)
	assert balances(found) == (119, 119)
	assert differences(found) == []


def test_every_open_difference_is_listed(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	paid, fee = bring(
		"500",
		booking("100", "2026-03-10", invoice.name),
		booking("-4.20", "2026-03-11", "Entgelt"),
		days=(date(2026, 3, 1), MARCH),
	)
	apply_receipt(paid.name, TODAY)
	journal = erp.insert(
		"Journal Entry",
		company=erp.COMPANY,
		posting_date="2026-03-20",
		cheque_no="X",
		cheque_date="2026-03-20",
		accounts=[
			{
				"account": frappe.db.get_value("Bank Account", account, "account"),
				"credit_in_account_currency": 30,
				"cost_center": "Main - NH",
			},
			{"account": "Write Off - NH", "debit_in_account_currency": 30, "cost_center": "Main - NH"},
		],
	)
	journal.submit()
	found = rows(account)
	assert balances(found) == (595.8, 70)
	assert differences(found) == [
		("Before the First Statement", None, 500),
		("Not in the Ledger", fee.name, -4.2),
		("Not on a Statement", journal.name, 30),
	]


def test_gaps_accepted_differences_and_the_day(account: str) -> None:
	bring("0", booking("10", "2026-03-10", "a"), days=(date(2026, 3, 1), date(2026, 3, 15)))
	bring(
		"17",
		booking("5", "2026-03-20", "b"),
		number="2",
		closing="25",
		accept=True,
		days=(date(2026, 3, 18), MARCH),
	)
	found = rows(account)
	assert balances(found) == (25, 0)
	assert [(title, amount) for title, _document, amount in differences(found)] == [
		("Between Statements", 7),
		("Difference Accepted", 3),
		("Not in the Ledger", 10),
		("Not in the Ledger", 5),
	]
	early = rows(account, date(2026, 3, 15))
	assert balances(early) == (10, 0)
	late = rows(account, APRIL)
	assert differences(late)[-1][0] == "No Statement"
	assert "31" in late[-3]["text"]


def test_the_report_costs_a_few_queries_however_many_lines(
	account: str, count_queries: Callable[[Callable[[], Any]], int]
) -> None:
	bring("0", *(booking("1", "2026-03-10", f"line {number}") for number in range(20)))
	rows(account)
	few = count_queries(lambda: rows(account))
	bring("20", *(booking("1", "2026-03-11", f"more {number}") for number in range(40)), number="2")
	assert count_queries(lambda: rows(account)) == few <= 12


def test_it_is_for_those_who_keep_the_books(account: str) -> None:
	user = erp.insert(
		"User", email=f"{frappe.generate_hash(length=8)}@example.com", first_name="N", send_welcome_email=0
	)
	frappe.flags.in_test, kept = False, frappe.flags.in_test
	frappe.set_user(user.name)
	try:
		with pytest.raises(frappe.PermissionError):
			execute({"company": erp.COMPANY})
	finally:
		frappe.set_user("Administrator")
		frappe.flags.in_test = kept


def test_a_hundred_thousand_rows_are_proven_in_seconds() -> None:
	from decimal import Decimal

	from o2c_extensions.cash_application.domain.proof import Booked, Line, Link, Told, prove

	number = 100_000
	lines = [Line(str(at), date(2026, 3, 1 + at % 31), Decimal(1)) for at in range(number)]
	booked = [Booked(("Payment Entry", str(at)), line.day, Decimal(1)) for at, line in enumerate(lines)]
	links = [Link(str(at), ("Payment Entry", str(at)), Decimal(1)) for at in range(number)]
	told = [Told("S", date(2026, 3, 1), MARCH, Decimal(0), Decimal(number))]
	started = time.perf_counter()
	found = prove(told, lines, booked, links, MARCH)
	assert found.bank == found.ledger == number
	assert not found.differences
	assert time.perf_counter() - started < 10
