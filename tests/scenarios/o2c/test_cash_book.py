"""What the engine is given: all that is open, and who may pay, as a site has it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import frappe
import pytest
from o2c_extensions.cash_application.domain.engine.model import (
	CREDIT,
	INVOICE,
	JOURNAL,
	ORDER,
	PAYMENT,
	Discount,
	Item,
)
from o2c_extensions.cash_application.queries.book import load_book
from o2c_extensions.cash_application.queries.lines import lines_of
from o2c_extensions.cash_application.queries.open_items import document_of

from tests.scenarios.o2c.test_cash import IBAN, bring, by_hand_only, make_account, make_invoice
from tests.support import erp
from tests.support.camt import booking

__all__ = ["by_hand_only"]

DAY = "2026-03-10"


@pytest.fixture
def account(company: str) -> str:
	return make_account(IBAN)


def open_of(customer: str, as_of: date | None = None, **options: Any) -> dict[str, Item]:
	items = load_book(erp.COMPANY, as_of, **options).items
	return {item.name: item for item in items if item.customer == customer}


def pay(customer: str, amount: float, invoice: str | None = None, paid: float | None = None) -> Any:
	payment = erp.insert(
		"Payment Entry",
		payment_type="Receive",
		company=erp.COMPANY,
		posting_date=DAY,
		party_type="Customer",
		party=customer,
		paid_from="Debtors - NH",
		paid_to="Cash - NH",
		paid_amount=amount,
		received_amount=amount,
		references=[
			{
				"reference_doctype": "Sales Invoice",
				"reference_name": invoice,
				"allocated_amount": paid or amount,
			}
		]
		if invoice
		else [],
	)
	payment.submit()
	return payment


def test_every_kind_of_open_item_is_loaded(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100, po_no="PO-7788")
	paid = make_invoice(customer, service, 50)
	payment = pay(customer, 80, paid.name, 50)
	note = erp.invoice(customer, [{"item_code": service, "qty": -1, "rate": 10}], taxes=[], is_return=1)
	note.insert()
	note.submit()
	order = erp.order(customer, [{"item_code": service, "qty": 1, "rate": 70}], taxes=[], po_no="PO-9")
	order.insert()
	order.submit()
	journal = erp.insert(
		"Journal Entry",
		voucher_type="Journal Entry",
		company=erp.COMPANY,
		posting_date=DAY,
		accounts=[
			{
				"account": "Debtors - NH",
				"party_type": "Customer",
				"party": customer,
				"debit_in_account_currency": 12,
			},
			{"account": "Sales - NH", "credit_in_account_currency": 12, "cost_center": "Main - NH"},
		],
	)
	journal.submit()
	found = open_of(customer)
	assert {name: (item.kind, item.open) for name, item in found.items()} == {
		invoice.name: (INVOICE, 10_000),
		note.name: (CREDIT, -1_000),
		order.name: (ORDER, 7_000),
		payment.name: (PAYMENT, -3_000),
		journal.name: (JOURNAL, 1_200),
	}
	assert found[invoice.name].references == ("PO-7788",)
	assert {document_of(item) for item in found.values()} == {
		("Sales Invoice", invoice.name),
		("Sales Invoice", note.name),
		("Sales Order", order.name),
		("Payment Entry", payment.name),
		("Journal Entry", journal.name),
	}
	assert {item.account for item in found.values()} == {"Debtors - NH"}


def test_an_earlier_day_has_what_was_open_then(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	payment = pay(customer, 40, invoice.name)
	assert open_of(customer)[invoice.name].open == 6_000
	assert open_of(customer, date(2026, 3, 9))[invoice.name].open == 10_000
	assert open_of(customer, date(2026, 3, 10))[invoice.name].open == 6_000
	undone = open_of(customer, date(2026, 3, 10), without=[payment.name])
	assert undone[invoice.name].open == 10_000
	assert open_of(customer, date(2026, 2, 1)) == {}


def test_discounts_come_from_the_terms(account: str, customer: str, service: str) -> None:
	name = f"Skonto {frappe.generate_hash(length=6)}"
	values = {
		"invoice_portion": 100,
		"due_date_based_on": "Day(s) after invoice date",
		"credit_days": 30,
		"discount_type": "Percentage",
		"discount": 2,
		"discount_validity_based_on": "Day(s) after invoice date",
		"discount_validity": 10,
	}
	erp.insert("Payment Term", payment_term_name=name, **values)
	erp.insert("Payment Terms Template", template_name=name, terms=[{"payment_term": name, **values}])
	invoice = make_invoice(customer, service, 119, payment_terms_template=name, due_date=None)
	[item] = open_of(customer).values()
	until = frappe.utils.add_days(frappe.utils.getdate(invoice.posting_date), 10)
	assert item.discounts == (Discount(until, 238),)


def test_an_amended_invoice_answers_to_its_old_name(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 10)
	invoice.cancel()
	amended = frappe.copy_doc(invoice)
	amended.amended_from, amended.docstatus = invoice.name, 0
	amended.set_posting_time, amended.posting_date, amended.due_date = 1, erp.DAY, erp.DAY
	amended.insert()
	amended.submit()
	[item] = open_of(customer).values()
	assert (item.name, item.references) == (amended.name, (invoice.name,))


def test_lines_tell_all_that_the_bank_told(account: str) -> None:
	statement = bring(
		booking("12.34", DAY, "Rechnung 4711", name="Ada", iban="DE89370400440532013000", end_to_end="E1"),
		booking("-20", DAY, "Lastschrift", returned="AC04"),
	)
	first, second = sorted(
		lines_of(erp.COMPANY, statements=[statement], is_open=True), key=lambda line: -line.amount
	)
	assert (first.amount, first.currency, first.day) == (1234, "EUR", date(2026, 3, 10))
	assert (first.texts, first.end_to_end) == (("Rechnung 4711",), "E1")
	assert (first.party_name, first.party_iban, first.is_return) == ("Ada", "DE89370400440532013000", False)
	assert (second.amount, second.is_return) == (-2000, True)
	assert second.fields["return_code"] == "AC04"
	assert first.fields["bank_account"] == account
	assert lines_of(erp.COMPANY, statements=[statement], is_open=False) == []
	assert lines_of(erp.COMPANY, statements=[statement], until=date(2026, 3, 9)) == []


def test_loading_asks_as_much_of_ten_invoices_as_of_one(
	account: str, customer: str, service: str, count_queries: Callable[[Callable[[], Any]], int]
) -> None:
	def load() -> Any:
		return load_book(erp.COMPANY)

	make_invoice(customer, service, 100)
	load()
	few = count_queries(load)
	for number in range(9):
		make_invoice(customer, service, 100 + number)
	assert count_queries(load) <= few
	assert few < 25
