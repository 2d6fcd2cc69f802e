"""Receipts posted a chunk at a time end as they do one by one, natively: in one story both ways are gone, and compared."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import frappe
import pytest
from o2c_extensions import erp as gate
from o2c_extensions.cash_application.domain.posting import Deduction, Posting, Share
from o2c_extensions.cash_application.services import posting as service
from o2c_extensions.cash_application.services.numbers import Numbers
from o2c_extensions.cash_application.services.posting import Poster, post, post_chunk

from tests.scenarios.o2c.test_cash import make_account, make_invoice
from tests.support import erp

DAY = "2026-03-10"
IBAN = "DE51990000000000770077"
COST_CENTER = "Main - NH"
DISCOUNTS = "Sales Expenses - NH"

# What no two ways can have in common: names made of random letters, and when a row was written.
_OWN = {"name", "creation", "modified", "owner", "modified_by", "parent", "_doc_before_save"}
_LEDGERS = {"GL Entry": "voucher_no", "Payment Ledger Entry": "voucher_no", "O2C Event": "reference_name"}


@pytest.fixture
def account(company: str) -> str:
	frappe.db.set_single_value("O2C Settings", "match_receipts", 0)
	frappe.clear_document_cache("O2C Settings", "O2C Settings")
	return make_account(IBAN)


def line(account: str, amount: float, **values: Any) -> str:
	"""A deposit on the bank's statement."""
	currency = frappe.db.get_value(
		"Account", frappe.db.get_value("Bank Account", account, "account"), "account_currency"
	)
	made = frappe.get_doc(
		{
			"doctype": "Bank Transaction",
			"date": DAY,
			"deposit": amount,
			"currency": currency,
			"bank_account": account,
			"company": erp.COMPANY,
			"reference_number": frappe.generate_hash(length=8),
			**values,
		}
	)
	made.insert()
	made.submit()
	return str(made.name)


def paying(name: str, *invoices: tuple[Any, str], **values: Any) -> Posting:
	first = invoices[0][0]
	return Posting(
		name,
		first.customer,
		first.debit_to,
		tuple(Share(invoice.name, Decimal(amount)) for invoice, amount in invoices),
		**values,
	)


# --- both ways, and all that they leave ----------------------------------------------------------------------------------


def natively(postings: Sequence[Posting], status: str = "Matched") -> dict[str, str]:
	"""As a clerk: a draft, submitted, and reconciled on the bank reconciliation tool."""
	made = {}
	for posting in postings:
		row = frappe.db.get_value("Bank Transaction", posting.line, ["*"], as_dict=True)
		bank = frappe.db.get_value("Bank Account", row.bank_account, ["name", "account"], as_dict=True)
		company = frappe.db.get_value("Company", row.company, ["name", "cost_center"], as_dict=True)
		payment = frappe.get_doc({**service._values(posting, row, bank, company), "docstatus": 0})
		payment.insert()
		payment.submit()
		frappe.db.set_value(
			"Bank Transaction", posting.line, "o2c_match_status", status, update_modified=False
		)
		gate.reconcile(posting.line, [("Payment Entry", payment.name)])
		made[posting.line] = str(payment.name)
	return made


def one_by_one(postings: Sequence[Posting]) -> dict[str, str]:
	return {posting.line: post(posting) for posting in postings}


def by_a_run(postings: Sequence[Posting]) -> dict[str, str]:
	"""As a run does it: announced together, each on its own."""
	poster = Poster(postings)
	made = {posting.line: poster.post(posting) for posting in postings}
	return {name: payment for name, payment in made.items() if payment}


def by_one_of_several_runs(postings: Sequence[Posting]) -> dict[str, str]:
	"""With numbers taken before the first payment is made."""
	poster = Poster(postings)
	poster.number_ahead(Numbers())
	made = {posting.line: poster.post(posting) for posting in postings}
	assert poster.numbers.next() is None
	return {name: payment for name, payment in made.items() if payment}


def plain(doc: Any) -> Any:
	"""All that a document stores, but for what no two ways can have in common."""
	if isinstance(doc, dict):
		return {
			key: plain(value) for key, value in doc.items() if key not in _OWN and not key.startswith("_")
		}
	if isinstance(doc, list):
		return [plain(value) for value in doc]
	return str(doc) if hasattr(doc, "isoformat") else doc


def stored(doctype: str, name: str) -> Any:
	return plain(frappe.get_doc(doctype, name).as_dict(convert_dates_to_str=True))


def rows(doctype: str, **filters: Any) -> list[Any]:
	found = frappe.get_all(doctype, filters=filters, fields=["*"], limit_page_length=0)
	return sorted((plain(dict(row)) for row in found), key=repr)


def left_by(postings: Sequence[Posting], made: dict[str, str]) -> dict[str, Any]:
	invoices = sorted({share.invoice for posting in postings for share in posting.shares})
	facts: dict[str, Any] = {"payments": made}
	for name in invoices:
		facts[name] = stored("Sales Invoice", name)
	for bank_line, payment in made.items():
		facts[bank_line] = stored("Bank Transaction", bank_line)
		facts[payment] = stored("Payment Entry", payment)
		for doctype, field in _LEDGERS.items():
			facts[f"{doctype} {payment}"] = rows(doctype, **{field: payment})
		journals = frappe.get_all(
			"Journal Entry Account", filters={"reference_name": payment}, pluck="parent", distinct=True
		)
		facts[f"Journals {payment}"] = [rows("GL Entry", voucher_no=journal) for journal in sorted(journals)]
	for name in (*invoices, *made):
		facts[f"Events {name}"] = rows("O2C Event", reference_name=name)
	return facts


def go(way: Callable[[Sequence[Posting]], dict[str, str]], postings: Sequence[Posting]) -> Any:
	"""Go one way, look, and go back."""
	frappe.db.savepoint("same_start")
	try:
		return left_by(postings, way(postings))
	finally:
		frappe.db.rollback(save_point="same_start")
		for posting in postings:
			for share in posting.shares:
				frappe.clear_document_cache("Sales Invoice", share.invoice)
		frappe.local.document_cache = {}


def same(postings: Sequence[Posting], expected: int | None = None) -> dict[str, Any]:
	"""All ways lead to the same; so many receipts are posted by them."""
	native = go(natively, postings)
	assert len(native["payments"]) == (len(postings) if expected is None else expected)
	for way in (one_by_one, post_chunk, by_a_run, by_one_of_several_runs):
		other = go(way, postings)
		assert set(other) == set(native), way.__name__
		for key, value in native.items():
			assert other[key] == value, f"{way.__name__}: {key}"
	return dict(native)


# --- stories ---------------------------------------------------------------------------------------------------------------


def test_in_full_in_part_and_too_much(account: str, customer: str, service: str) -> None:
	whole, part, over = (make_invoice(customer, service, amount) for amount in (119, 100, 50.55))
	facts = same(
		[
			paying(line(account, 119), (whole, "119")),
			paying(line(account, 40.1), (part, "40.10")),
			paying(line(account, 60), (over, "50.55")),
		]
	)
	assert [facts[invoice.name]["outstanding_amount"] for invoice in (whole, part, over)] == [0, 59.9, 0]
	assert facts[whole.name]["status"] == "Paid"


def test_several_invoices_and_several_customers(account: str, customer: str, service: str) -> None:
	mine = [make_invoice(customer, service, amount) for amount in (10, 20.01, 30.02)]
	theirs = make_invoice(erp.make_customer(), service, 99.99)
	same(
		[
			paying(line(account, 60.03), *((each, str(each.outstanding_amount)) for each in mine)),
			paying(line(account, 99.99, date="2026-03-09"), (theirs, "99.99")),
		]
	)


def test_one_invoice_paid_by_several_receipts(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	facts = same([paying(line(account, amount), (invoice, str(amount))) for amount in (33.33, 33.33, 33.34)])
	assert facts[invoice.name]["outstanding_amount"] == 0


def test_only_on_account(account: str, customer: str, service: str) -> None:
	debtors = make_invoice(customer, service, 1).debit_to
	same([Posting(line(account, 25), customer, debtors, ())])


def test_discount_charge_and_small_difference(account: str, customer: str, service: str) -> None:
	discount, charge, penny = (make_invoice(customer, service, 100) for _number in range(3))
	facts = same(
		[
			paying(
				line(account, 98),
				(discount, "100"),
				deductions=(Deduction(DISCOUNTS, Decimal(2), COST_CENTER, "2 %"),),
			),
			paying(line(account, 94.5), (charge, "100"), deductions=(Deduction(DISCOUNTS, Decimal("5.50")),)),
			paying(
				line(account, 100.02), (penny, "100"), deductions=(Deduction(DISCOUNTS, Decimal("-0.02")),)
			),
		]
	)
	assert {facts[invoice.name]["status"] for invoice in (discount, charge, penny)} == {"Paid"}


def test_instalments(account: str, customer: str, service: str) -> None:
	names = [f"Rate {number} {frappe.generate_hash(length=6)}" for number in (1, 2)]
	terms = [
		{
			"invoice_portion": 50,
			"due_date_based_on": "Day(s) after invoice date",
			"credit_days": days,
			"payment_term": name,
		}
		for name, days in zip(names, (0, 30), strict=True)
	]
	for term in terms:
		values = {key: value for key, value in term.items() if key != "payment_term"}
		erp.insert("Payment Term", payment_term_name=term["payment_term"], **values)
	for by_term in (1, 0):
		template = erp.insert(
			"Payment Terms Template",
			template_name=f"{names[0]} {by_term}",
			allocate_payment_based_on_payment_terms=by_term,
			terms=terms,
		)
		invoice = make_invoice(customer, service, 100, payment_terms_template=template.name, due_date=None)
		shares = (
			(Share(invoice.name, Decimal(50), names[0]), Share(invoice.name, Decimal(20), names[1]))
			if by_term
			else (Share(invoice.name, Decimal(70)),)
		)
		facts = same([Posting(line(account, 70), customer, invoice.debit_to, shares)])
		assert facts[invoice.name]["outstanding_amount"] == 30


def test_foreign_currency(company: str, service: str) -> None:
	"""Dollars owed: received in dollars at another rate than the invoice's, and in euros."""
	dollars = erp.insert(
		"Account",
		account_name=f"Debtors USD {frappe.generate_hash(length=6)}",
		parent_account="Accounts Receivable - NH",
		account_type="Receivable",
		account_currency="USD",
		company=erp.COMPANY,
	).name
	if not frappe.db.get_value("Company", erp.COMPANY, "exchange_gain_loss_account"):
		frappe.db.set_value("Company", erp.COMPANY, "exchange_gain_loss_account", "Exchange Gain/Loss - NH")
		frappe.clear_cache()
	customer = erp.make_customer(default_currency="USD")
	values = {"currency": "USD", "conversion_rate": 0.9, "debit_to": dollars}
	first, second, third = (make_invoice(customer, service, 100, **values) for _number in range(3))
	usd_bank, eur_bank = make_account("DE14990000000000660066", currency="USD"), make_account(IBAN)
	same(
		[
			paying(line(usd_bank, 100), (first, "100"), rate=Decimal("0.9")),
			paying(line(usd_bank, 60), (second, "60"), rate=Decimal("0.95")),
			paying(line(eur_bank, 90), (third, "100"), paid=Decimal(100), rate=Decimal("0.9")),
		]
	)


# --- what goes wrong ----------------------------------------------------------------------------------------------------------


def test_one_that_is_refused_takes_none_along(account: str, customer: str, service: str) -> None:
	good, bad, last = (make_invoice(customer, service, 100) for _number in range(3))
	postings = [
		paying(line(account, 100), (good, "100")),
		paying(line(account, 150), (bad, "150")),
		paying(line(account, 50), (last, "50"), deductions=(Deduction("No such account", Decimal(1)),)),
		paying(line(account, 100), (last, "100")),
	]
	made = post_chunk(postings)
	assert sorted(made) == [postings[0].line, postings[3].line]
	for refused in (postings[1], postings[2]):
		amount, status = frappe.db.get_value(
			"Bank Transaction", refused.line, ["allocated_amount", "o2c_match_status"]
		)
		assert (amount, status or "") == (0, "")
		with erp.refused(frappe.ValidationError):
			post(refused)
	assert [
		frappe.db.get_value("Sales Invoice", each.name, "outstanding_amount") for each in (good, bad, last)
	] == [0, 100, 0]
	assert frappe.db.count("Payment Entry", {"party": customer}) == 2
	numbers = sorted(int(name.rpartition("-")[2]) for name in made.values())
	assert numbers[1] == numbers[0] + 1


def test_a_line_that_somebody_has_reconciled_is_left_to_them(
	account: str, customer: str, service: str
) -> None:
	first, second = make_invoice(customer, service, 100), make_invoice(customer, service, 100)
	name = line(account, 100)
	payment = post(paying(name, (first, "100")))
	late = paying(name, (second, "100"))
	assert post_chunk([late]) == {}
	assert by_a_run([late]) == {}
	with erp.refused(frappe.TimestampMismatchError):
		post(late)
	entries = frappe.get_doc("Bank Transaction", name).payment_entries
	assert [row.payment_entry for row in entries] == [payment]


def test_an_invoice_that_was_paid_since_it_was_looked_at(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	announced, other = (
		paying(line(account, 100), (invoice, "100")),
		paying(line(account, 70), (invoice, "70")),
	)
	poster = Poster([announced])
	post(other)
	assert poster.post(announced) is None
	assert frappe.db.get_value("Sales Invoice", invoice.name, "outstanding_amount") == 30


def test_numbers_taken_in_advance_are_used_in_order_and_given_back(
	account: str, customer: str, service: str
) -> None:
	invoice = make_invoice(customer, service, 100)
	good, bad, last = (paying(line(account, amount), (invoice, str(amount))) for amount in (60, 70, 40))
	poster, numbers = Poster([good, bad, last]), Numbers()
	poster.number_ahead(numbers)
	first = numbers.next()
	assert poster.post(good) == first
	second = numbers.next()
	assert poster.post(bad) is None
	frappe.db.savepoint("before_last")
	assert poster.post(last) == second
	frappe.db.rollback(save_point="before_last")
	poster.forget()
	assert numbers.next() == second
	other = post(paying(line(account, 1), (invoice, "1")))
	assert other not in (first, second)
	numbers.take(2)
	assert numbers.next() == second


def test_one_line_twice_in_a_chunk_is_posted_once(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	posting = paying(line(account, 50), (invoice, "50"))
	assert len(post_chunk([posting, posting])) == 1
	assert frappe.db.get_value("Sales Invoice", invoice.name, "outstanding_amount") == 50


def test_nonsense_is_refused(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	name = line(account, 100)
	for posting in (
		paying(name, (invoice, "0")),
		paying(name, (invoice, "50"), (invoice, "50")),
		paying(name, (invoice, "100"), deductions=(Deduction("", Decimal(1)),)),
		paying(name, (invoice, "100"), rate=Decimal(0)),
		paying(name, (invoice, "100"), paid=Decimal(-1)),
	):
		assert post_chunk([posting]) == {}
		with erp.refused(frappe.ValidationError):
			post(posting)


def test_everybodys_hooks_are_heard(account: str, customer: str, service: str) -> None:
	"""The case of the invoice hears of the receipt, and the invoice's own change reaches those who listen to it."""
	invoice = make_invoice(customer, service, 100)
	[payment] = post_chunk([paying(line(account, 100), (invoice, "100"))]).values()
	case = frappe.db.get_value("Sales Invoice", invoice.name, "o2c_case")
	heard = frappe.get_all(
		"O2C Event",
		filters={"o2c_case": case, "reference_name": payment},
		fields=["stage", "event", "details"],
	)
	assert [(row.stage, row.event) for row in heard] == [("Receipt", "Received")]
	assert json.loads(heard[0].details)["documents"] == [invoice.name]
	assert frappe.db.exists("O2C Event", {"reference_name": invoice.name, "event": "Paid"})
