"""A statement comes in, and the invoices that its receipts name are paid."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import frappe
import pytest
from o2c_extensions.cash_application import services

from tests.support import camt, erp
from tests.support.camt import booking

DAY = "2026-03-10"
TODAY = date(2026, 3, 31)
IBAN = "DE02120300000000202051"


@pytest.fixture(autouse=True)
def by_hand_only() -> None:
	"""Receipts are applied when the story says so, and not by a worker."""
	frappe.db.set_single_value("O2C Settings", "match_receipts", 0)
	frappe.clear_document_cache("O2C Settings", "O2C Settings")


@pytest.fixture
def account(company: str) -> str:
	return make_account(IBAN)


def make_account(iban: str, currency: str = "EUR", **values: Any) -> str:
	label = f"Bank {frappe.generate_hash(length=6)}"
	bank = erp.insert("Bank", bank_name=label)
	ledger = erp.insert(
		"Account",
		account_name=label,
		parent_account="Bank Accounts - NH",
		account_type="Bank",
		account_currency=currency,
		company=erp.COMPANY,
	)
	made = erp.insert(
		"Bank Account",
		account_name=label,
		bank=bank.name,
		account=ledger.name,
		is_company_account=1,
		company=erp.COMPANY,
		**{"iban": iban, **values},
	)
	return str(made.name)


def make_invoice(customer: str, item: str, amount: float, day: str = erp.DAY, **values: Any) -> Any:
	invoice = erp.invoice(
		customer, [{"item_code": item, "qty": 1, "rate": amount}], day=day, taxes=[], **values
	)
	invoice.insert()
	invoice.submit()
	return invoice


def bring(*bookings: Any, opening: str = "0", **values: Any) -> str:
	[name] = services.import_statement(camt.file(IBAN, opening, bookings, **values), "test.xml", TODAY)
	return name


def lines(statement: str) -> list[Any]:
	return frappe.get_all(
		"Bank Transaction",
		filters={"o2c_bank_statement": statement},
		fields=["*"],
		order_by="creation asc, name asc",
	)


def line(*bookings: Any, **values: Any) -> str:
	[made] = lines(bring(*bookings, **values))
	return str(made.name)


def state(name: str) -> tuple[str, str, float]:
	row = frappe.db.get_value(
		"Bank Transaction", name, ["status", "o2c_match_status", "unallocated_amount"], as_dict=True
	)
	return (row.status, row.o2c_match_status or "", row.unallocated_amount)


def outstanding(invoice: Any) -> float:
	return float(frappe.db.get_value("Sales Invoice", invoice.name, "outstanding_amount"))


def decision(name: str) -> Any:
	rows = frappe.get_all(
		"O2C Decision",
		filters={"decision_type": "Cash Match", "reference_name": name},
		fields=["outcome", "reasons", "inputs", "o2c_case"],
		order_by="decided_at desc, creation desc",
	)
	return rows[0] if rows else None


def test_a_statement_becomes_bank_transactions(account: str) -> None:
	name = bring(
		booking(
			"119.50",
			DAY,
			"Danke für alles",
			name="Müller & Söhne",
			iban="DE89370400440532013000",
			end_to_end="E1",
		),
		booking("-20", DAY, "Gebühren", bank_reference="B2"),
		opening="100",
	)
	statement = frappe.get_doc("Bank Statement", name)
	assert (statement.bank_account, statement.currency, statement.status) == (account, "EUR", "Imported")
	assert (statement.opening_balance, statement.closing_balance, statement.difference) == (100, 199.5, 0)
	assert (statement.entries, statement.deposits, statement.withdrawals) == (2, 119.5, 20)
	assert (statement.new_lines, statement.known_lines) == (2, 0)
	deposit, withdrawal = sorted(lines(name), key=lambda row: row.withdrawal)
	assert (deposit.deposit, deposit.docstatus, deposit.status) == (119.5, 1, "Unreconciled")
	assert (deposit.bank_party_name, deposit.bank_party_iban) == ("Müller & Söhne", "DE89370400440532013000")
	assert (deposit.description, deposit.reference_number) == ("Danke für alles", "E1")
	assert (deposit.date, deposit.unallocated_amount) == (date(2026, 3, 10), 119.5)
	assert (withdrawal.withdrawal, withdrawal.reference_number) == (20, "B2")


def test_an_exact_receipt_pays_its_invoice(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 119)
	name = line(booking("119", DAY, f"Rechnung {invoice.name.lower().replace('-', ' ')}", end_to_end="RENT"))
	payment = frappe.get_doc("Payment Entry", services.apply_receipt(name, TODAY))
	assert (payment.docstatus, payment.party, payment.paid_amount) == (1, customer, 119)
	assert (str(payment.posting_date), payment.reference_no, str(payment.clearance_date)) == (
		DAY,
		"RENT",
		DAY,
	)
	assert payment.paid_to == frappe.db.get_value("Bank Account", account, "account")
	assert outstanding(invoice) == 0
	assert state(name) == ("Reconciled", "Matched", 0)
	assert frappe.db.get_value("Bank Statement", lines_statement(name), "status") == "Matched"
	made = decision(name)
	assert made.outcome == "Matched"
	assert invoice.name in made.reasons
	assert json.loads(made.inputs)["invoices"][0]["outstanding"].startswith("119")


def lines_statement(name: str) -> str:
	return str(frappe.db.get_value("Bank Transaction", name, "o2c_bank_statement"))


def test_one_transfer_pays_two_invoices(account: str, customer: str, service: str) -> None:
	first, second = make_invoice(customer, service, 100), make_invoice(customer, service, 50.55)
	name = line(booking("150.55", DAY, f"{second.name}, {first.name} vielen Dank"))
	payment = frappe.get_doc("Payment Entry", services.apply_receipt(name, TODAY))
	paid = {row.reference_name: row.allocated_amount for row in payment.references}
	assert paid == {first.name: 100, second.name: 50.55}
	assert (payment.unallocated_amount, outstanding(first), outstanding(second)) == (0, 0, 0)
	assert state(name) == ("Reconciled", "Matched", 0)


def test_two_invoices_not_covered_pay_what_is_due_first(account: str, customer: str, service: str) -> None:
	later = make_invoice(customer, service, 100, due_date="2026-04-30")
	sooner = make_invoice(customer, service, 100, due_date="2026-03-15")
	name = line(booking("150", DAY, f"{later.name} {sooner.name}"))
	assert services.apply_receipt(name, TODAY)
	assert (outstanding(sooner), outstanding(later)) == (0, 50)
	assert "50" in decision(name).reasons


def test_a_part_is_paid(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	name = line(booking("40.10", DAY, invoice.name))
	assert services.apply_receipt(name, TODAY)
	assert outstanding(invoice) == 59.9
	assert state(name) == ("Reconciled", "Matched", 0)


def test_what_is_too_much_stays_on_the_customers_account(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	name = line(booking("130", DAY, invoice.name))
	payment = frappe.get_doc("Payment Entry", services.apply_receipt(name, TODAY))
	assert (payment.paid_amount, payment.total_allocated_amount, payment.unallocated_amount) == (130, 100, 30)
	assert outstanding(invoice) == 0
	assert state(name) == ("Reconciled", "Matched", 0)


def test_paid_twice_waits(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	statement = bring(booking("100", DAY, invoice.name), booking("100", DAY, invoice.name))
	first, second = (row.name for row in lines(statement))
	assert services.apply_receipt(first, TODAY)
	assert services.apply_receipt(second, TODAY) is None
	assert state(second) == ("Unreconciled", "Waiting", 100)
	assert invoice.name in decision(second).reasons
	assert frappe.db.get_value("Bank Statement", statement, "status") == "Imported"


def test_unknown_text_waits_and_says_who_it_may_be(account: str, company: str) -> None:
	customer = erp.make_customer(customer_name=f"Łódź Żabka – 株式会社 {frappe.generate_hash(length=6)}")
	name = line(booking("12", DAY, "Danke, Rechnung vom 3.3.2026", name=customer))
	assert services.apply_receipt(name, TODAY) is None
	assert state(name) == ("Unreconciled", "Waiting", 12)
	assert customer in decision(name).reasons
	assert not frappe.get_all("Payment Entry", filters={"reference_no": name})


def test_waiting_is_put_on_record_once(account: str) -> None:
	name = line(booking("12", DAY, "?"))
	for _attempt in range(3):
		assert services.apply_receipt(name, TODAY) is None
	assert frappe.db.count("O2C Decision", {"reference_name": name}) == 1


def test_invoices_of_several_customers_wait(account: str, customer: str, service: str) -> None:
	other = erp.make_customer()
	mine, theirs = make_invoice(customer, service, 10), make_invoice(other, service, 20)
	name = line(booking("30", DAY, f"{mine.name} {theirs.name}"))
	assert services.apply_receipt(name, TODAY) is None
	reasons = decision(name).reasons
	assert customer in reasons
	assert other in reasons


def test_somebody_elses_name_pays_too(account: str, customer: str, service: str) -> None:
	"""A parent company may pay: the invoice that it names says for whom."""
	invoice = make_invoice(customer, service, 10)
	name = line(booking("10", DAY, f"für Tochter: {invoice.name}", name="Ђорђе и синови д.о.о."))
	payment = frappe.get_doc("Payment Entry", services.apply_receipt(name, TODAY))
	assert payment.party == customer


def test_an_amended_invoice_is_found_by_its_old_name(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 10)
	invoice.cancel()
	amended = frappe.copy_doc(invoice)
	amended.amended_from, amended.docstatus = invoice.name, 0
	amended.set_posting_time, amended.posting_date, amended.due_date = 1, erp.DAY, erp.DAY
	amended.insert()
	amended.submit()
	name = line(booking("10", DAY, invoice.name))
	assert services.apply_receipt(name, TODAY)
	assert outstanding(amended) == 0


def test_a_credit_note_is_not_paid(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 10)
	note = erp.invoice(
		customer,
		[{"item_code": service, "qty": -1, "rate": 10}],
		taxes=[],
		is_return=1,
		return_against=invoice.name,
	)
	note.insert()
	note.submit()
	assert services.apply_receipt(line(booking("10", DAY, note.name)), TODAY) is None


def test_applied_once_however_often(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	name = line(booking("60", DAY, invoice.name))
	payment = services.apply_receipt(name, TODAY)
	assert services.apply_receipt(name, TODAY) == payment
	assert outstanding(invoice) == 40


def test_a_line_of_tomorrow_waits_for_its_day(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	name = line(booking("100", "2026-04-01", invoice.name))
	assert services.apply_receipt(name, TODAY) is None
	assert state(name) == ("Unreconciled", "", 100)
	assert services.apply_receipt(name, date(2026, 4, 1))


def test_withdrawals_and_returned_payments_are_left_alone(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	statement = bring(
		booking("-100", DAY, invoice.name),
		booking("100", DAY, invoice.name, returned="AC04"),
		booking("100", DAY, invoice.name, reversal=True),
	)
	assert [services.apply_receipt(row.name, TODAY) for row in lines(statement)] == [None] * 3
	assert outstanding(invoice) == 100
	assert sorted((row.withdrawal, row.transaction_type or "") for row in lines(statement)) == [
		(0, "Return"),
		(0, "Reversal"),
		(100, ""),
	]


def test_instalments_are_paid_the_earliest_first(account: str, customer: str, service: str) -> None:
	terms = [f"Rate {number} {frappe.generate_hash(length=6)}" for number in (1, 2)]
	for days, term in zip((0, 30), terms, strict=True):
		erp.insert(
			"Payment Term",
			payment_term_name=term,
			invoice_portion=50,
			due_date_based_on="Day(s) after invoice date",
			credit_days=days,
		)
	template = erp.insert(
		"Payment Terms Template",
		template_name=terms[0],
		allocate_payment_based_on_payment_terms=1,
		terms=[
			{
				"payment_term": term,
				"invoice_portion": 50,
				"due_date_based_on": "Day(s) after invoice date",
				"credit_days": days,
			}
			for days, term in zip((0, 30), terms, strict=True)
		],
	)
	invoice = make_invoice(customer, service, 100, payment_terms_template=template.name, due_date=None)
	payment = services.apply_receipt(line(booking("70", DAY, invoice.name)), TODAY)
	rows = frappe.get_doc("Payment Entry", payment).references
	assert [(row.payment_term, row.allocated_amount) for row in rows] == [(terms[0], 50), (terms[1], 20)]
	assert outstanding(invoice) == 30
	assert services.apply_receipt(line(booking("30", DAY, invoice.name)), TODAY)
	assert outstanding(invoice) == 0
