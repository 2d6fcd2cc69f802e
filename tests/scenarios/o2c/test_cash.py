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
