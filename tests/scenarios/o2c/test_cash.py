"""A statement comes in, and the invoices that its receipts name are paid."""

from __future__ import annotations

import base64
import json
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
import pytest
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from o2c_extensions.cash_application import api
from o2c_extensions.cash_application.queries.lines import rows_of
from o2c_extensions.cash_application.services.clerks import confirm, match_by_hand
from o2c_extensions.cash_application.services.matching import apply as apply_receipt
from o2c_extensions.cash_application.services.statements import import_statement

from tests.support import camt, erp
from tests.support.camt import booking

DAY = "2026-03-10"
TODAY = date(2026, 3, 31)
IBAN = "DE51990000000000770077"


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
	[name] = import_statement(camt.file(IBAN, opening, bookings, **values), "test.xml", TODAY)
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
	payment = frappe.get_doc("Payment Entry", apply_receipt(name, TODAY))
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
	assert json.loads(made.inputs)["match"]["parts"][0]["open"].startswith("119")


def lines_statement(name: str) -> str:
	return str(frappe.db.get_value("Bank Transaction", name, "o2c_bank_statement"))


def test_one_transfer_pays_two_invoices(account: str, customer: str, service: str) -> None:
	first, second = make_invoice(customer, service, 100), make_invoice(customer, service, 50.55)
	name = line(booking("150.55", DAY, f"{second.name}, {first.name} vielen Dank"))
	payment = frappe.get_doc("Payment Entry", apply_receipt(name, TODAY))
	paid = {row.reference_name: row.allocated_amount for row in payment.references}
	assert paid == {first.name: 100, second.name: 50.55}
	assert (payment.unallocated_amount, outstanding(first), outstanding(second)) == (0, 0, 0)
	assert state(name) == ("Reconciled", "Matched", 0)


def test_two_invoices_not_covered_pay_what_is_due_first(account: str, customer: str, service: str) -> None:
	later = make_invoice(customer, service, 100, due_date="2026-04-30")
	sooner = make_invoice(customer, service, 100, due_date="2026-03-15")
	name = line(booking("150", DAY, f"{later.name} {sooner.name}", name=customer))
	assert apply_receipt(name, TODAY) is None, "which of them it is meant for is for a person to say"
	assert decision(name).outcome == "Proposed"
	confirm(name)
	assert (outstanding(sooner), outstanding(later)) == (0, 50)
	assert "50" in decision(name).reasons


def test_a_part_is_paid(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	name = line(booking("40.10", DAY, invoice.name, name=customer))
	assert apply_receipt(name, TODAY)
	assert outstanding(invoice) == 59.9
	assert state(name) == ("Reconciled", "Matched", 0)


def test_what_is_too_much_stays_on_the_customers_account(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	name = line(booking("130", DAY, invoice.name, name=customer))
	payment = frappe.get_doc("Payment Entry", apply_receipt(name, TODAY))
	assert (payment.paid_amount, payment.total_allocated_amount, payment.unallocated_amount) == (130, 100, 30)
	assert outstanding(invoice) == 0
	assert state(name) == ("Reconciled", "Matched", 0)


def test_paid_twice_waits(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	told = booking("100", DAY, invoice.name, name=customer)
	statement = bring(told, told)
	first, second = (row.name for row in lines(statement))
	assert apply_receipt(first, TODAY)
	assert apply_receipt(second, TODAY) is None
	assert state(second) == ("Unreconciled", "Waiting", 100)
	assert invoice.name in decision(second).reasons
	assert frappe.db.get_value("Bank Statement", statement, "status") == "Imported"


def test_unknown_text_waits_and_says_who_it_may_be(account: str, company: str) -> None:
	customer = erp.make_customer(customer_name=f"Łódź Żabka – 株式会社 {frappe.generate_hash(length=6)}")
	name = line(booking("12", DAY, "Danke, Rechnung vom 3.3.2026", name=customer))
	assert apply_receipt(name, TODAY) is None
	assert state(name) == ("Unreconciled", "Waiting", 12)
	assert customer in decision(name).reasons
	assert not frappe.get_all("Payment Entry", filters={"reference_no": name})


def test_waiting_is_put_on_record_once(account: str) -> None:
	name = line(booking("12", DAY, "?"))
	for _attempt in range(3):
		assert apply_receipt(name, TODAY) is None
	assert frappe.db.count("O2C Decision", {"reference_name": name}) == 1


def test_invoices_of_several_customers_wait(account: str, customer: str, service: str) -> None:
	other = erp.make_customer()
	mine, theirs = make_invoice(customer, service, 10), make_invoice(other, service, 20)
	name = line(booking("30", DAY, f"{mine.name} {theirs.name}"))
	assert apply_receipt(name, TODAY) is None
	reasons = decision(name).reasons
	assert customer in reasons
	assert other in reasons


def test_somebody_elses_name_pays_too(account: str, customer: str, service: str) -> None:
	"""A parent company may pay: the invoice that it names says for whom."""
	invoice = make_invoice(customer, service, 10)
	name = line(booking("10", DAY, f"für Tochter: {invoice.name}", name="Ђорђе и синови д.о.о."))
	payment = frappe.get_doc("Payment Entry", apply_receipt(name, TODAY))
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
	assert apply_receipt(name, TODAY)
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
	assert apply_receipt(line(booking("10", DAY, note.name)), TODAY) is None


def test_applied_once_however_often(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	name = line(booking("60", DAY, invoice.name, name=customer))
	payment = apply_receipt(name, TODAY)
	assert apply_receipt(name, TODAY) == payment
	assert outstanding(invoice) == 40


def test_a_line_of_tomorrow_waits_for_its_day(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	name = line(booking("100", "2026-04-01", invoice.name))
	assert apply_receipt(name, TODAY) is None
	assert state(name) == ("Unreconciled", "", 100)
	assert apply_receipt(name, date(2026, 4, 1))


def test_withdrawals_and_returned_payments_are_left_alone(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	statement = bring(
		booking("-100", DAY, invoice.name),
		booking("100", DAY, invoice.name, returned="AC04"),
		booking("100", DAY, invoice.name, reversal=True),
	)
	assert [apply_receipt(row.name, TODAY) for row in lines(statement)] == [None] * 3
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
	payment = apply_receipt(line(booking("70", DAY, invoice.name, name=customer)), TODAY)
	rows = frappe.get_doc("Payment Entry", payment).references
	assert [(row.payment_term, row.allocated_amount) for row in rows] == [(terms[0], 50), (terms[1], 20)]
	assert outstanding(invoice) == 30
	assert apply_receipt(line(booking("30", DAY, invoice.name)), TODAY)
	assert outstanding(invoice) == 0


# --- the same line told again ---------------------------------------------------------------------------------------------


def test_a_file_imported_twice_is_one(account: str) -> None:
	content = camt.file(IBAN, "0", [booking("10", DAY, "a"), booking("10", DAY, "a")])
	first = import_statement(content, "a.xml", TODAY)
	assert import_statement(content, "renamed.xml", TODAY) == first
	assert len(lines(first[0])) == 2


def test_equal_lines_of_one_day_stay_two_and_are_known_again(account: str) -> None:
	twins = [booking("10", DAY, "a"), booking("10", DAY, "a")]
	first = bring(*twins)
	again = bring(*twins, number="2")
	assert (len(lines(first)), len(lines(again))) == (2, 0)
	assert frappe.db.get_value("Bank Statement", again, ["new_lines", "known_lines"]) == (0, 2)
	third = bring(*twins, booking("10", DAY, "a"), number="3")
	assert len(lines(third)) == 1


def test_statements_that_overlap_bring_each_line_once(account: str) -> None:
	monday, tuesday, wednesday = (
		booking("10", "2026-03-09", "a", bank_reference="R1"),
		booking("10", "2026-03-10", "a", bank_reference="R2"),
		booking("-5", "2026-03-11", "b"),
	)
	bring(monday, tuesday)
	second = bring(tuesday, wednesday, opening="10", number="2")
	assert [row.withdrawal for row in lines(second)] == [5]


def test_a_reference_counts_more_than_the_text(account: str) -> None:
	bring(booking("10", DAY, "as the bank wrote it first", bank_reference="R1"))
	second = bring(booking("10", DAY, "as it writes it now", bank_reference="R1"), number="2")
	assert lines(second) == []
	third = bring(booking("10", DAY, "as it writes it now", bank_reference="R2"), number="3")
	assert len(lines(third)) == 1


def test_a_statement_that_goes_on_where_another_ended_has_lines_of_its_own(account: str) -> None:
	bring(booking("10", DAY, "a"), number="morning")
	evening = bring(booking("10", DAY, "a"), opening="10", number="evening")
	assert len(lines(evening)) == 1
	whole_day = bring(booking("10", DAY, "a"), booking("10", DAY, "a"), number="day")
	assert lines(whole_day) == []


def test_lines_of_two_accounts_are_never_the_same(account: str) -> None:
	other = "DE14990000000000660066"
	make_account(other)
	twin = booking("10", DAY, "a", bank_reference="R1")
	content = camt.document([camt.statement(IBAN, "0", [twin]), camt.statement(other, "0", [twin])])
	first, second = import_statement(content, "two.xml", TODAY)
	assert len(lines(first)) == len(lines(second)) == 1
	assert import_statement(content, "two.xml", TODAY) == [first, second]


def test_a_batch_is_split_into_its_payments(account: str, customer: str, service: str) -> None:
	one, two = make_invoice(customer, service, 30), make_invoice(customer, service, 12.5)
	details = [
		camt.Detail(Decimal("30"), one.name, name="A"),
		camt.Detail(Decimal("12.50"), two.name, name="B"),
	]
	statement = bring(booking("42.50", DAY, bank_reference="BATCH", batch=details))
	assert sorted((row.deposit, row.bank_party_name) for row in lines(statement)) == [(12.5, "B"), (30, "A")]
	for row in lines(statement):
		assert apply_receipt(row.name, TODAY)
	assert (outstanding(one), outstanding(two)) == (0, 0)


def test_a_bare_account_number_is_found_too(company: str) -> None:
	made = make_account("", bank_account_no="0532013000")
	content = camt.file("0532013000", "0", [booking("1", DAY)])
	[name] = import_statement(content, "a.xml", TODAY)
	assert frappe.db.get_value("Bank Statement", name, "bank_account") == made


# --- what is refused ------------------------------------------------------------------------------------------------------


def refuse(content: bytes, *words: str, **values: Any) -> None:
	statements, transactions = frappe.db.count("Bank Statement"), frappe.db.count("Bank Transaction")
	with pytest.raises(frappe.ValidationError) as error:
		import_statement(content, "bad.xml", TODAY, **values)
	for word in words:
		assert word in str(error.value)
	assert (frappe.db.count("Bank Statement"), frappe.db.count("Bank Transaction")) == (
		statements,
		transactions,
	)


def test_a_statement_that_does_not_add_up_is_refused_with_the_difference(account: str) -> None:
	content = camt.file(IBAN, "100", [booking("10", DAY)], closing="105", number="N7")
	refuse(content, "N7", "-5")
	[name] = import_statement(content, "a.xml", TODAY, accept_difference=True)
	made = frappe.get_doc("Bank Statement", name)
	assert (made.difference, made.difference_accepted_by) == (-5, "Administrator")
	assert len(lines(name)) == 1


def test_one_wrong_statement_keeps_the_whole_file_out(account: str) -> None:
	good = camt.statement(IBAN, "0", [booking("10", DAY)])
	refuse(camt.document([good, camt.statement(IBAN, "10", [booking("1", DAY)], closing="12")]), "difference")
	refuse(camt.document([good, camt.statement("DE88990000000000880088", "0", [])]), "DE88990000000000880088")


def test_an_unknown_account_is_refused(account: str) -> None:
	refuse(camt.file("DE88990000000000880088", "0", []), "DE88990000000000880088")


def test_a_disabled_account_is_refused(account: str) -> None:
	frappe.db.set_value("Bank Account", account, "disabled", 1)
	refuse(camt.file(IBAN, "0", []), IBAN)


def test_another_currency_is_refused(account: str) -> None:
	refuse(camt.file(IBAN, "0", [booking("1", DAY)], currency="USD"), "USD", "EUR")


def test_an_xml_bomb_is_refused(account: str) -> None:
	bomb = '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">' + "".join(
		f'<!ENTITY {char} "{f"&{before};" * 10}">'
		for before, char in zip("abcdefgh", "bcdefghi", strict=True)
	)
	refuse(f"{bomb}]><Document>&i;</Document>".encode(), "document type")


def test_mistakes_in_a_file_are_told_with_their_place(account: str) -> None:
	content = camt.file(IBAN, "0", [booking("10", DAY), booking("11", DAY)])
	refuse(content.replace(b">11<", b">1,1<"), "1,1", "Ntry[2]/Amt", "line ")
	refuse(content[:-20], "XML")
	refuse(b"", "empty")


# --- what people do -------------------------------------------------------------------------------------------------------


def events(invoice: Any) -> list[str]:
	case = frappe.db.get_value("Sales Invoice", invoice.name, "o2c_case")
	return frappe.get_all(
		"O2C Event", filters={"o2c_case": case, "stage": "Receipt"}, order_by="creation asc", pluck="event"
	)


def test_a_receipt_is_told_to_each_case(account: str, customer: str, service: str) -> None:
	one, two = make_invoice(customer, service, 10), make_invoice(customer, service, 20)
	payment = apply_receipt(line(booking("30", DAY, f"{one.name} {two.name}")), TODAY)
	assert events(one) == events(two) == ["Received"]
	case = frappe.db.get_value("Payment Entry", payment, "o2c_case")
	assert case == frappe.db.get_value("Sales Invoice", one.name, "o2c_case")
	told = frappe.get_all(
		"O2C Event", filters={"reference_name": payment, "o2c_case": case}, fields=["event_time"]
	)
	assert [str(row.event_time)[:10] for row in told] == [DAY]


def test_a_cancelled_payment_makes_its_line_wait_again(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	name = line(booking("100", DAY, invoice.name))
	statement = lines_statement(name)
	frappe.get_doc("Payment Entry", apply_receipt(name, TODAY)).cancel()
	assert outstanding(invoice) == 100
	assert state(name) == ("Unreconciled", "Waiting", 100)
	assert frappe.db.get_value("Bank Statement", statement, "status") == "Imported"
	assert events(invoice) == ["Received", "Cancelled"]
	assert apply_receipt(name, TODAY) is None, "what a person has undone is not done again by a run"
	assert apply_receipt(name, TODAY, again=True)
	assert state(name) == ("Reconciled", "Matched", 0)
	assert outstanding(invoice) == 0


def test_reconciled_on_the_native_tool(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	name = line(booking("100", DAY, "?"))
	apply_receipt(name, TODAY)
	payment = get_payment_entry("Sales Invoice", invoice.name, bank_account=ledger(account))
	payment.update({"reference_no": "1", "reference_date": DAY, "posting_date": DAY})
	payment.insert()
	payment.submit()
	transaction = frappe.get_doc("Bank Transaction", name)
	transaction.add_payment_entries([{"payment_doctype": "Payment Entry", "payment_name": payment.name}])
	transaction.save()
	assert state(name) == ("Reconciled", "Matched by Hand", 0)
	assert frappe.db.get_value("Bank Statement", lines_statement(name), "status") == "Matched"
	assert apply_receipt(name, TODAY) == payment.name
	transaction.reload()
	transaction.remove_payment_entries()
	assert state(name) == ("Unreconciled", "Waiting", 100)


def ledger(account: str) -> str:
	return str(frappe.db.get_value("Bank Account", account, "account"))


def test_matched_by_hand(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	name = line(booking("100", DAY, "no idea"))
	apply_receipt(name, TODAY)
	payment = match_by_hand(name, [invoice.name])
	assert outstanding(invoice) == 0
	assert state(name) == ("Reconciled", "Matched by Hand", 0)
	assert frappe.db.get_value("Payment Entry", payment, "party") == customer
	with pytest.raises(frappe.ValidationError):
		match_by_hand(name, [invoice.name])


def test_a_persons_choice_is_checked_too(account: str, customer: str, service: str) -> None:
	other = erp.make_customer()
	mine, theirs = make_invoice(customer, service, 10), make_invoice(other, service, 20)
	name = line(booking("40", DAY, "?"))
	# Whose account is to keep the rest?
	for invoices in ([mine.name, theirs.name], [], ["nothing"]):
		with pytest.raises(frappe.ValidationError):
			match_by_hand(name, invoices)
	assert state(name)[0] == "Unreconciled"


# --- money ----------------------------------------------------------------------------------------------------------------


def test_the_ledger_ends_where_the_statement_does(account: str, customer: str, service: str) -> None:
	invoices = [make_invoice(customer, service, amount) for amount in (119, 59.5, 0.01, 1000)]
	statement = bring(
		booking("119", DAY, invoices[0].name),
		booking("59.51", DAY, f"{invoices[1].name} {invoices[2].name}"),
		booking("1100", "2026-03-11", invoices[3].name, name=customer),
	)
	for row in rows_of(until=TODAY, statements=[statement], is_open=True):
		assert apply_receipt(row.name, TODAY)
	made = frappe.get_doc("Bank Statement", statement)
	rows = frappe.get_all(
		"GL Entry", filters={"account": ledger(account), "is_cancelled": 0}, fields=["debit", "credit"]
	)
	assert round(sum(row.debit - row.credit for row in rows), 2) == made.closing_balance == 1278.51
	assert made.status == "Matched"
	assert [outstanding(invoice) for invoice in invoices] == [0, 0, 0, 0]


def make_dollar_invoice(service: str) -> Any:
	"""Of a customer whose account is kept in dollars."""
	label = f"Debtors {frappe.generate_hash(length=6)}"
	receivable = erp.insert(
		"Account",
		account_name=label,
		parent_account="Accounts Receivable - NH",
		account_type="Receivable",
		account_currency="USD",
		company=erp.COMPANY,
	)
	customer = erp.make_customer(
		default_currency="USD", accounts=[{"company": erp.COMPANY, "account": receivable.name}]
	)
	invoice = erp.invoice(
		customer,
		[{"item_code": service, "qty": 1, "rate": 100}],
		taxes=[],
		currency="USD",
		conversion_rate=0.9,
		debit_to=receivable.name,
	)
	invoice.insert()
	invoice.submit()
	return invoice


def test_an_invoice_in_another_currency_waits(account: str, service: str) -> None:
	invoice = make_dollar_invoice(service)
	name = line(booking("90", DAY, invoice.name))
	assert apply_receipt(name, TODAY) is None
	assert "USD" in decision(name).reasons


def test_dollars_pay_dollars_and_the_rates_difference_is_booked(company: str, service: str) -> None:
	invoice = make_dollar_invoice(service)
	account = make_account(IBAN, "USD")
	for rate, day in ((0.9, erp.DAY), (0.95, DAY)):
		erp.insert(
			"Currency Exchange",
			date=day,
			from_currency="USD",
			to_currency="EUR",
			exchange_rate=rate,
			for_selling=1,
			for_buying=1,
		)
	name = line(booking("100", DAY, invoice.name), currency="USD")
	payment = frappe.get_doc("Payment Entry", apply_receipt(name, TODAY))
	assert (payment.paid_amount, payment.base_paid_amount, payment.unallocated_amount) == (100, 95, 0)
	assert outstanding(invoice) == 0
	assert state(name) == ("Reconciled", "Matched", 0)
	rows = frappe.get_all(
		"GL Entry",
		filters={"account": ledger(account), "is_cancelled": 0},
		fields=["debit", "debit_in_account_currency"],
	)
	assert [(row.debit, row.debit_in_account_currency) for row in rows] == [(95, 100)]


# --- rights ---------------------------------------------------------------------------------------------------------------


def sign_in(*roles: str) -> str:
	email = f"clerk-{frappe.generate_hash(length=8)}@example.com"
	user = frappe.get_doc(
		{
			"doctype": "User",
			"email": email,
			"first_name": "Clerk",
			"send_welcome_email": 0,
			"roles": [{"role": role} for role in roles],
		}
	)
	user.flags.no_welcome_mail = True
	user.insert()
	frappe.set_user(email)
	return email


def sent(content: bytes) -> dict[str, str]:
	return {"content": base64.b64encode(content).decode(), "filename": "a.xml"}


def test_a_clerk_brings_in_and_applies(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	content = camt.file(
		IBAN, "0", [booking("100", DAY, invoice.name), booking("7", DAY, "what for?", name="Wer?")]
	)
	email = sign_in("Cash Application Clerk", "Accounts User")
	[statement] = api.import_statement(**sent(content))["statements"]
	assert api.import_statement(**sent(content)) == {"statements": [statement], "notifications": []}
	paid, unclear = sorted(lines(statement), key=lambda row: -row.deposit)
	answer = api.apply(paid.name)
	assert frappe.db.get_value("Payment Entry", answer["payment_entry"], "owner") == email
	answer = api.apply(unclear.name)
	assert answer["payment_entry"] is None
	assert answer["reasons"]
	[row] = [
		row for row in api.unmatched_receipts(bank_account=account) if row["o2c_bank_statement"] == statement
	]
	assert (row["name"], row["unallocated_amount"], row["reasons"]) == (
		unclear.name,
		7,
		answer["reasons"].split("\n"),
	)
	assert api.unmatched_receipts(bank_account=account, to_date="2026-03-01") == []


def test_a_clerk_matches_by_hand(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	name = line(booking("100", DAY, "?"))
	sign_in("Cash Application Clerk", "Accounts User")
	assert api.match_by_hand(name, json.dumps([invoice.name]))["payment_entry"]
	assert outstanding(invoice) == 0


def test_a_clerk_has_no_more_rights_than_erpnext_gives(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	content = camt.file(IBAN, "0", [booking("100", DAY, invoice.name)])
	name = line(booking("100", "2026-03-09", invoice.name))
	sign_in("Cash Application Clerk")
	for call in (
		lambda: api.import_statement(**sent(content)),
		lambda: api.apply(name),
		lambda: api.match_by_hand(name, [invoice.name]),
		lambda: api.unmatched_receipts(),
	):
		with pytest.raises(frappe.PermissionError):
			call()


def test_others_bring_in_nothing(account: str) -> None:
	content = camt.file(IBAN, "0", [booking("100", DAY)])
	sign_in("Accounts User")
	frappe.flags.in_test = False  # frappe.only_for lets every test pass
	with pytest.raises(frappe.PermissionError):
		api.import_statement(**sent(content))


def test_a_clerk_cannot_accept_a_difference(account: str) -> None:
	content = camt.file(IBAN, "0", [booking("100", DAY)], closing="101")
	sign_in("Cash Application Clerk", "Accounts User")
	frappe.flags.in_test = False  # frappe.only_for lets every test pass
	with pytest.raises(frappe.PermissionError):
		api.import_statement(**sent(content), accept_difference=True)
	frappe.flags.in_test = True
	frappe.set_user("Administrator")
	sign_in("O2C Administrator", "Accounts User")
	assert api.import_statement(**sent(content), accept_difference=True)["statements"]


def test_a_statement_is_written_by_nobody(account: str) -> None:
	with pytest.raises(frappe.PermissionError):
		frappe.get_doc({"doctype": "Bank Statement", "bank_account": account}).insert()
	statement = frappe.get_doc("Bank Statement", bring(booking("1", DAY)))
	statement.closing_balance = 10**6
	with pytest.raises(frappe.PermissionError):
		statement.save()


def test_a_file_on_the_site_is_imported(account: str) -> None:
	content = camt.file(IBAN, "0", [booking("5", DAY, "Überweisung")])
	file = frappe.get_doc(
		{"doctype": "File", "file_name": "s.xml", "content": content, "is_private": 1}
	).insert()
	[statement] = api.import_statement(file_url=file.file_url)["statements"]
	assert frappe.db.get_value("Bank Statement", statement, "file_name") == file.file_name
	assert [row.description for row in lines(statement)] == ["Überweisung"]
	with pytest.raises(frappe.ValidationError):
		api.import_statement(content="no base64 !")
