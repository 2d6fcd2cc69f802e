"""How customers have paid, read from the books for all of them at once: by stories that are worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
import pytest
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return
from o2c_extensions.credit_control.domain.scoring import Payment
from o2c_extensions.credit_control.queries.behaviour import Found, behaviour

from tests.support import erp

YEAR = "2019"
SINCE, TODAY = date(2018, 12, 31), date(2019, 12, 31)


@pytest.fixture(autouse=True)
def books(company: str) -> Iterator[None]:
	erp.ensure("Fiscal Year", YEAR, year=YEAR, year_start_date=f"{YEAR}-01-01", year_end_date=f"{YEAR}-12-31")
	yield
	frappe.db.rollback()
	frappe.cache.delete_value("fiscal_years")


def sold(customer: str, service: str, net: float, day: str, due: str) -> Any:
	invoice = erp.invoice(
		customer, [{"item_code": service, "qty": 1, "rate": net}], day=day, due_date=due, taxes=[]
	)
	invoice.insert()
	invoice.submit()
	return invoice


def paid(invoice: Any, amount: float, day: str) -> Any:
	payment = get_payment_entry("Sales Invoice", invoice.name, party_amount=amount, bank_account=erp.BANK)
	payment.update({"posting_date": day, "reference_no": "R 1", "reference_date": day})
	payment.insert()
	payment.submit()
	return payment


def bounced(invoice: Any, amount: float, day: str) -> Any:
	"""The bank takes the money back: the invoice is claimed once more."""
	entry = frappe.get_doc(
		{
			"doctype": "Journal Entry",
			"voucher_type": "Bank Entry",
			"company": erp.COMPANY,
			"posting_date": day,
			"cheque_no": "R 2",
			"cheque_date": day,
			"accounts": [
				{
					"account": invoice.debit_to,
					"party_type": "Customer",
					"party": invoice.customer,
					"debit_in_account_currency": amount,
					"reference_type": "Sales Invoice",
					"reference_name": invoice.name,
				},
				{"account": erp.BANK, "credit_in_account_currency": amount},
			],
		}
	)
	entry.insert()
	entry.submit()
	return entry


def returned(customer: str, day: str) -> None:
	"""The bank's line about money that it took back, as it is stored."""
	line = frappe.get_doc(
		{
			"doctype": "Bank Transaction",
			"date": day,
			"company": erp.COMPANY,
			"withdrawal": 100,
			"currency": "EUR",
			"party_type": "Customer",
			"party": customer,
			"transaction_type": "Return",
			"docstatus": 1,
		}
	)
	line.name = f"LINE {frappe.generate_hash(length=8)}"
	line.db_insert()


def found(customer: str, today: date = TODAY) -> Found:
	return behaviour(erp.COMPANY, SINCE, today, [customer])[customer]


def test_a_customer_without_invoices_is_not_found(customer: str) -> None:
	assert behaviour(erp.COMPANY, SINCE, TODAY, [customer]) == {}
	assert behaviour(erp.COMPANY, SINCE, TODAY, []) == {}


def test_payments_count_with_their_own_day_and_amount(customer: str, service: str) -> None:
	invoice = sold(customer, service, 100, "2019-02-01", "2019-03-01")
	paid(invoice, 60, "2019-02-20")
	paid(invoice, 30, "2019-04-01")
	other = sold(customer, service, 50, "2019-05-01", "2019-06-01")
	one = found(customer)
	assert sorted(one.payments, key=lambda each: each.amount) == [
		Payment(Decimal(10), date(2019, 3, 1)),
		Payment(Decimal(30), date(2019, 3, 1), date(2019, 4, 1)),
		Payment(Decimal(50), date(2019, 6, 1)),
		Payment(Decimal(60), date(2019, 3, 1), date(2019, 2, 20)),
	]
	assert (one.invoices, one.turnover, one.customer_since) == (2, Decimal(150), date(2019, 2, 1))
	assert one.overdue(TODAY) == 60
	assert one.overdue(date(2019, 6, 1)) == 10
	other.reload().cancel()
	assert found(customer).turnover == 100


def test_the_peak_is_the_highest_balance(customer: str, service: str) -> None:
	first = sold(customer, service, 100, "2019-02-01", "2019-03-01")
	sold(customer, service, 70, "2019-02-10", "2019-03-10")
	paid(first, 100, "2019-02-11")
	sold(customer, service, 20, "2019-05-01", "2019-06-01")
	assert found(customer).peak == 170
	# What was before the period comes into it as one sum.
	later = behaviour(erp.COMPANY, date(2019, 4, 1), TODAY, [customer])[customer]
	assert later.peak == 90
	assert later.invoices == 1
	assert later.turnover == 20


def test_credit_notes_are_no_payments(customer: str, service: str) -> None:
	invoice = sold(customer, service, 100, "2019-02-01", "2019-03-01")
	credit = make_sales_return(invoice.name)
	credit.items[0].qty = -1
	credit.items[0].rate = 40
	credit.update({"set_posting_time": 1, "posting_date": "2019-03-05", "taxes": [], "due_date": None})
	credit.update_outstanding_for_self = 0
	credit.payment_schedule = []
	credit.insert()
	credit.submit()
	one = found(customer)
	assert one.payments == [Payment(Decimal(60), date(2019, 3, 1))]
	assert (one.invoices, one.turnover, one.bounced) == (1, Decimal(60), 0)


def test_a_bounced_debit(customer: str, service: str) -> None:
	invoice = sold(customer, service, 100, "2019-02-01", "2019-03-01")
	paid(invoice, 100, "2019-03-01")
	assert found(customer).bounced == 0
	entry = bounced(invoice, 100, "2019-03-05")
	one = found(customer)
	assert one.bounced == 1
	assert one.overdue(TODAY) == 100
	returned(customer, "2019-03-04")
	assert found(customer).bounced == 1
	returned(customer, "2019-04-04")
	assert found(customer).bounced == 2
	entry.cancel()
	assert found(customer).overdue(TODAY) == 0


def test_all_customers_in_the_same_few_queries(
	customer: str, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
	other = erp.make_customer()
	sold(customer, service, 100, "2019-02-01", "2019-03-01")
	asked: list[str] = []
	for name in ("sql", "cursor"):
		if callable(getattr(frappe.db, name, None)):
			monkeypatch.setattr(frappe.db, name, _counted(getattr(frappe.db, name), asked))
	one = behaviour(erp.COMPANY, SINCE, TODAY, [customer])
	once = len(asked)
	monkeypatch.undo()
	sold(other, service, 300, "2019-04-01", "2019-05-01")
	for name in ("sql", "cursor"):
		if callable(getattr(frappe.db, name, None)):
			monkeypatch.setattr(frappe.db, name, _counted(getattr(frappe.db, name), asked))
	everybody = behaviour(erp.COMPANY, SINCE, TODAY)
	assert len(asked) == 2 * once
	assert once <= 7
	assert everybody[customer] == one[customer]
	assert everybody[other].turnover == 300


def _counted(run: Any, asked: list[str]) -> Any:
	def counted(query: Any, *args: Any, **kwargs: Any) -> Any:
		asked.append(str(query))
		return run(query, *args, **kwargs)

	return counted
