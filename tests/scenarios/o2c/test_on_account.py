"""Money comes before its invoice: when that appears, it is paid by what stands on the account."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import frappe
import pytest
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice
from o2c_extensions.cash_application import tasks
from o2c_extensions.cash_application.domain.posting import Posting
from o2c_extensions.cash_application.services.on_account import allocate_to
from o2c_extensions.cash_application.services.posting import post

from tests.scenarios.o2c.test_cash import DAY, account, by_hand_only, line, make_invoice, outstanding
from tests.support import erp
from tests.support.camt import booking

__all__ = ["account", "by_hand_only"]


def keep(customer: str, amount: str, text: str, number: str = "1", opening: str = "0") -> str:
	"""A deposit that stays on the customer's account."""
	name = line(booking(amount, DAY, text), number=number, opening=opening)
	return post(Posting(name, customer, "Debtors - NH", ()))


def unallocated(payment: str) -> float:
	return float(frappe.db.get_value("Payment Entry", payment, "unallocated_amount"))


def receivables(customer: str) -> float:
	rows = frappe.get_all(
		"GL Entry",
		filters={"party": customer, "is_cancelled": 0},
		fields=["sum(debit) - sum(credit) as balance"],
		order_by=None,
	)
	return float(rows[0].balance or 0)


def entries(voucher: str) -> list[tuple[str, float, float]]:
	rows = frappe.get_all(
		"GL Entry",
		filters={"voucher_no": voucher, "is_cancelled": 0},
		fields=["account", "debit", "credit"],
		order_by="account asc",
	)
	return [(row.account, row.debit, row.credit) for row in rows]


def make_order(customer: str, service: str, amount: float, **values: Any) -> Any:
	order = erp.order(customer, [{"item_code": service, "qty": 1, "rate": amount}], taxes=[], **values)
	order.insert()
	order.submit()
	return order


def bill(order: Any) -> Any:
	invoice = make_sales_invoice(order.name)
	invoice.insert()
	invoice.submit()
	return invoice


def test_money_that_named_the_order_pays_its_invoice(account: str, customer: str, service: str) -> None:
	order = make_order(customer, service, 100)
	payment = keep(customer, "80", f"Vorkasse {order.name}")
	before = entries(payment)
	invoice = bill(order)
	assert (outstanding(invoice), unallocated(payment)) == (100, 80), "the submission itself does nothing"
	assert allocate_to(invoice.name) == [payment]
	assert (outstanding(invoice), unallocated(payment)) == (20, 0)
	assert entries(payment) == before, "the ledger stays; only what it is for changes"
	assert receivables(customer) == 20
	assert allocate_to(invoice.name) == [], "a second time there is nothing left"
	[reference] = frappe.get_doc("Payment Entry", payment).references
	assert (reference.reference_name, reference.allocated_amount) == (invoice.name, 80)


def test_money_that_named_the_invoice_before_it_was_there(account: str, customer: str, service: str) -> None:
	invoice = make_invoice(customer, service, 100)
	payment = keep(customer, "100", f"Rechnung {invoice.name.lower()}")
	other = make_invoice(customer, service, 100)
	assert allocate_to(other.name) == [], "it names another one"
	assert allocate_to(invoice.name) == [payment]
	assert (outstanding(invoice), outstanding(other)) == (0, 100)


def test_an_advance_on_the_order_moves_to_its_invoice(account: str, customer: str, service: str) -> None:
	order = make_order(customer, service, 100)
	advance = get_payment_entry("Sales Order", order.name, party_amount=30)
	advance.update({"posting_date": DAY, "reference_no": "A", "reference_date": DAY})
	advance.insert()
	advance.submit()
	invoice = bill(order)
	assert allocate_to(invoice.name) == [advance.name]
	assert outstanding(invoice) == 70
	advance.reload()
	assert [
		(row.reference_name, row.allocated_amount) for row in advance.references if row.allocated_amount
	] == [(invoice.name, 30)]
	assert receivables(customer) == 70


def test_the_very_amount_pays_only_what_is_beyond_doubt(account: str, customer: str, service: str) -> None:
	payment = keep(customer, "119", "danke")
	first = make_invoice(customer, service, 119)
	assert allocate_to(first.name) == [payment]
	assert outstanding(first) == 0
	again = keep(customer, "120", "danke", number="2", opening="119")
	doubtful = [make_invoice(customer, service, 120) for _each in range(2)]
	assert [allocate_to(invoice.name) for invoice in doubtful] == [[], []]
	assert unallocated(again) == 120


def test_several_payments_until_the_invoice_is_paid(account: str, customer: str, service: str) -> None:
	order = make_order(customer, service, 100)
	first = keep(customer, "70", f"Vorkasse {order.name}")
	second = keep(customer, "50", f"Rest {order.name}", number="2", opening="70")
	invoice = bill(order)
	assert allocate_to(invoice.name) == [first, second]
	assert (outstanding(invoice), unallocated(first), unallocated(second)) == (0, 0, 20)


def test_what_was_done_is_on_record(account: str, customer: str, service: str) -> None:
	order = make_order(customer, service, 100)
	payment = keep(customer, "80", f"Vorkasse {order.name}")
	invoice = bill(order)
	allocate_to(invoice.name)
	[decision] = frappe.get_all(
		"O2C Decision",
		filters={"decision_type": "Cash Allocation", "reference_name": invoice.name},
		fields=["outcome", "reasons", "o2c_case"],
	)
	assert (decision.outcome, decision.o2c_case) == ("Allocated", order.o2c_case or order.name)
	assert payment in decision.reasons
	assert frappe.db.exists("O2C Event", {"event": "Allocated", "reference_name": invoice.name})


def test_the_money_of_others_is_left_alone(account: str, customer: str, service: str) -> None:
	stranger = erp.make_customer()
	invoice = make_invoice(customer, service, 100)
	payment = keep(stranger, "100", invoice.name)
	assert allocate_to(invoice.name) == []
	assert unallocated(payment) == 100


def test_the_submission_only_asks_a_worker(
	account: str, customer: str, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
	asked: list[tuple[str, str]] = []
	original = frappe.enqueue

	def note(method: Any, *args: Any, **kwargs: Any) -> Any:
		if str(method).endswith("allocate_to_invoice"):
			asked.append((str(method), kwargs["invoice"]))
		return original(method, *args, **kwargs)

	monkeypatch.setattr(frappe, "enqueue", note)
	invoice = make_invoice(customer, service, 100)
	assert asked == [("o2c_extensions.cash_application.tasks.allocate_to_invoice", invoice.name)]
	frappe.db.set_single_value("O2C Settings", "allocate_cash", 0)
	frappe.clear_document_cache("O2C Settings", "O2C Settings")
	make_invoice(customer, service, 100)
	assert len(asked) == 1


def test_an_invoice_without_money_costs_a_few_queries(
	account: str, customer: str, service: str, count_queries: Callable[[Callable[[], Any]], int]
) -> None:
	invoice = make_invoice(customer, service, 100)
	allocate_to(invoice.name)
	assert count_queries(lambda: tasks.allocate_to_invoice(invoice.name)) <= 8


def test_money_in_another_currency_brings_its_difference(account: str, company: str, service: str) -> None:
	dollars = erp.insert(
		"Account",
		account_name=f"Debtors USD {frappe.generate_hash(length=6)}",
		parent_account="Accounts Receivable - NH",
		account_type="Receivable",
		account_currency="USD",
		company=erp.COMPANY,
	).name
	customer = erp.make_customer(
		default_currency="USD", accounts=[{"company": erp.COMPANY, "account": dollars}]
	)
	name = line(booking("95", DAY, "Vorauszahlung"))
	payment = post(Posting(name, customer, dollars, (), paid=Decimal(100), rate=Decimal("0.95")))
	invoice = make_invoice(
		customer,
		service,
		100,
		currency="USD",
		conversion_rate=0.9,
		debit_to=dollars,
		payment_terms_template=None,
	)
	assert allocate_to(invoice.name) == [payment]
	assert outstanding(invoice) == 0
	rows = frappe.get_all(
		"GL Entry",
		filters={"party": customer, "is_cancelled": 0},
		fields=[
			"sum(debit) - sum(credit) as own",
			"sum(debit_in_account_currency) - sum(credit_in_account_currency) as foreign_",
		],
		order_by=None,
	)
	assert (round(rows[0].own, 2), round(rows[0].foreign_, 2)) == (0, 0), "the gain of 5 is booked"
