"""What was delivered becomes an invoice, once, and the invoice reaches the customer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import frappe
import pytest
from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note
from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_return
from frappe.utils import getdate
from o2c_extensions.billing import queries, services, tasks

from tests.support import erp

DAY = date(2026, 3, 2)
LATER = date(2026, 3, 9)


def submitted(document: Any) -> Any:
	document.insert()
	document.submit()
	return document


def ordered(customer: str, item: str, qty: float = 10, **values: Any) -> Any:
	return submitted(erp.order(customer, [{"item_code": item, "qty": qty, "rate": 50}], **values))


def delivered(order: Any, qty: float | None = None, day: str = erp.DAY) -> Any:
	note = erp.on(make_delivery_note(order.name), day)
	if qty is not None:
		note.items[0].qty = qty
	return submitted(note)


def run(today: date) -> dict[str, str | None]:
	"""What the run of a day does, item by item, as a worker would."""
	work = tasks.InvoicingWork({"date": today.isoformat()})
	return {item: work.do(item) for item in work.items()}


def mine(results: dict[str, str | None], *documents: Any) -> list[str | None]:
	return [results.get(f"{document.doctype}:{document.name}") for document in documents]


def events(case: str) -> list[tuple[str, str]]:
	rows = frappe.get_all(
		"O2C Event",
		filters={"o2c_case": case},
		fields=["stage", "event"],
		order_by="event_time asc, creation asc",
	)
	return [(row.stage, row.event) for row in rows]


def test_a_delivery_is_invoiced_by_the_run(customer: str, service: str) -> None:
	order = ordered(customer, service)
	note = delivered(order)
	(name,) = mine(run(LATER), note)
	invoice = frappe.get_doc("Sales Invoice", name)
	assert (invoice.docstatus, getdate(invoice.posting_date), invoice.customer) == (1, LATER, customer)
	assert [(row.qty, row.dn_detail, row.sales_order) for row in invoice.items] == [
		(10, note.items[0].name, order.name)
	]
	assert (invoice.net_total, invoice.grand_total, invoice.outstanding_amount) == (500, 595, 595)
	assert invoice.o2c_case == (order.o2c_case or order.name)
	assert ("Invoice", "Invoiced") in events(invoice.o2c_case)
	order.reload()
	assert (order.per_billed, order.status) == (100, "Completed")
	decision = frappe.get_last_doc("O2C Decision", {"subject_name": note.name})
	assert (decision.decision_type, decision.outcome) == ("Invoicing", "Invoiced")
	assert invoice.name in decision.reasons


def test_the_second_time_nothing_is_left(customer: str, service: str) -> None:
	note = delivered(ordered(customer, service))
	assert services.invoice_delivery(note.name, LATER)
	assert services.invoice_delivery(note.name, LATER) is None
	assert mine(run(LATER), note) == [None]
	assert frappe.db.count("Sales Invoice Item", {"delivery_note": note.name}) == 1
	decision = frappe.get_all(
		"O2C Decision", filters={"subject_name": note.name}, fields=["outcome"], order_by="creation desc"
	)
	assert sorted(row.outcome for row in decision) == ["Invoiced", "Nothing to Invoice"]


def test_a_draft_counts_as_billed(customer: str, service: str) -> None:
	from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice

	note = delivered(ordered(customer, service))
	make_sales_invoice(note.name).insert()
	assert services.invoice_delivery(note.name, LATER) is None


def test_each_partial_delivery_has_its_invoice(customer: str, service: str) -> None:
	order = ordered(customer, service)
	first, second = delivered(order, 4), delivered(order, 6, "2026-03-05")
	early = run(date(2026, 3, 4))
	assert mine(early, second) == [None], "not delivered yet at that day"
	names = mine(early, first) + mine(run(LATER), second)
	assert [frappe.get_doc("Sales Invoice", name).items[0].qty for name in names] == [4, 6]
	order.reload()
	assert order.per_billed == 100


def test_what_came_back_is_not_billed(customer: str, item: str) -> None:
	erp.receive(item, 20, 30)
	order = ordered(customer, item)
	note = delivered(order)
	for qty in (2, 1):
		back = erp.on(make_sales_return(note.name), "2026-03-03")
		back.items[0].qty = -qty
		submitted(back)
	invoice = frappe.get_doc("Sales Invoice", services.invoice_delivery(note.name, LATER))
	assert invoice.items[0].qty == 7
	assert services.invoice_delivery(note.name, LATER) is None


def test_what_the_order_was_billed_for_directly_is_not_billed_again(customer: str, service: str) -> None:
	from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice

	order = ordered(customer, service)
	direct = erp.on(make_sales_invoice(order.name), erp.DAY)
	direct.items[0].qty = 4
	submitted(direct)
	note = delivered(order)
	invoice = frappe.get_doc("Sales Invoice", services.invoice_delivery(note.name, LATER))
	assert invoice.items[0].qty == 6


def test_what_a_credit_note_took_back_is_not_billed_again(customer: str, service: str) -> None:
	from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return as make_credit_note

	note = delivered(ordered(customer, service))
	name = services.invoice_delivery(note.name, LATER)
	credit = erp.on(make_credit_note(name), LATER.isoformat())
	credit.items[0].qty = -3
	submitted(credit)
	assert credit.o2c_case == frappe.db.get_value("Sales Invoice", name, "o2c_case")
	assert ("Invoice", "Credited") in events(credit.o2c_case)
	assert services.invoice_delivery(note.name, LATER) is None


def test_an_order_that_a_person_holds_waits(customer: str, service: str) -> None:
	order = ordered(customer, service)
	note = delivered(order)
	order.reload()
	order.update_status("On Hold")
	assert services.invoice_delivery(note.name, LATER) is None
	assert mine(run(LATER), note) == [None]
	order.reload()
	order.update_status("Draft")
	assert services.invoice_delivery(note.name, LATER)


def test_a_drop_shipment_is_invoiced_by_its_order(customer: str, item: str) -> None:
	from erpnext.buying.doctype.purchase_order.purchase_order import update_status

	supplier = erp.make_supplier()
	order = submitted(
		erp.order(
			customer,
			[
				{"item_code": item, "qty": 3, "rate": 50, "delivered_by_supplier": 1, "supplier": supplier},
				{"item_code": item, "qty": 2, "rate": 50},
			],
		)
	)
	purchase = submitted(
		frappe.get_doc(
			{
				"doctype": "Purchase Order",
				"supplier": supplier,
				"company": erp.COMPANY,
				"transaction_date": erp.DAY,
				"schedule_date": erp.DAY,
				"customer": customer,
				"items": [
					{
						"item_code": item,
						"qty": 3,
						"rate": 30,
						"warehouse": erp.STORES,
						"schedule_date": erp.DAY,
						"delivered_by_supplier": 1,
						"sales_order": order.name,
						"sales_order_item": order.items[0].name,
					}
				],
			}
		)
	)
	assert services.invoice_drop_shipped(order.name, LATER) is None
	update_status("Delivered", purchase.name)
	(name,) = mine(run(LATER), order)
	invoice = frappe.get_doc("Sales Invoice", name)
	assert [(row.qty, row.so_detail) for row in invoice.items] == [(3, order.items[0].name)]
	assert services.invoice_drop_shipped(order.name, LATER) is None
	assert mine(run(LATER), order) == [None]


def test_the_customers_terms_count_from_the_invoices_day(customer: str, service: str) -> None:
	template = frappe.get_doc(
		{
			"doctype": "Payment Terms Template",
			"template_name": f"Ziel {frappe.generate_hash(length=6)}",
			"terms": [
				{
					"invoice_portion": 100,
					"due_date_based_on": "Day(s) after invoice date",
					"credit_days": 14,
				}
			],
		}
	).insert()
	frappe.db.set_value("Customer", customer, "payment_terms", template.name)
	note = delivered(ordered(customer, service))
	invoice = frappe.get_doc("Sales Invoice", services.invoice_delivery(note.name, LATER))
	assert invoice.payment_terms_template == template.name
	assert getdate(invoice.due_date) == date(2026, 3, 23)
	assert [getdate(row.due_date) for row in invoice.payment_schedule] == [date(2026, 3, 23)]


def test_one_invoice_of_two_orders_is_told_in_both_cases(customer: str, service: str) -> None:
	first, second = ordered(customer, service, 2), ordered(customer, service, 3)
	note = make_delivery_note(first.name)
	note = submitted(erp.on(make_delivery_note(second.name, note), erp.DAY))
	name = services.invoice_delivery(note.name, LATER)
	cases = queries.cases_of_invoices([name])[name]
	assert len(cases) == 2 and cases[0] == frappe.db.get_value("Sales Invoice", name, "o2c_case")
	for case in cases:
		assert ("Invoice", "Invoiced") in events(case)


@pytest.mark.parametrize("by", ["payment", "credit note"])
def test_a_settled_invoice_closes_its_case(by: str, customer: str, service: str) -> None:
	from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
	from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return as make_credit_note

	note = delivered(ordered(customer, service))
	name = services.invoice_delivery(note.name, LATER)
	case = frappe.db.get_value("Sales Invoice", name, "o2c_case")
	if by == "payment":
		for amount in (200, 395):
			assert ("Closed", "Paid") not in events(case)
			payment = get_payment_entry("Sales Invoice", name, party_amount=amount, bank_account=erp.BANK)
			payment.update(
				{"posting_date": "2026-03-20", "reference_no": "R", "reference_date": "2026-03-20"}
			)
			submitted(payment)
	else:
		credit = erp.on(make_credit_note(name), "2026-03-20")
		credit.update_outstanding_for_self = 0
		submitted(credit)
	assert events(case).count(("Closed", "Paid")) == 1
	closed = frappe.get_last_doc("O2C Event", {"o2c_case": case, "stage": "Closed"})
	assert closed.event_time.date() == date(2026, 3, 20)


def _settings(**values: Any) -> None:
	frappe.db.set_single_value("O2C Settings", values)
	frappe.clear_document_cache("O2C Settings", "O2C Settings")


@pytest.fixture
def settings() -> Iterator[Callable[..., None]]:
	yield _settings
	frappe.db.rollback()
	frappe.clear_document_cache("O2C Settings", "O2C Settings")


def test_the_daily_run_is_the_administrators_choice(company: str, settings: Callable[..., None]) -> None:
	for wanted in (0, 1):
		settings(invoice_deliveries=wanted)
		before = frappe.db.count("O2C Run", {"kind": "Invoicing"})
		tasks.invoice_deliveries()
		assert frappe.db.count("O2C Run", {"kind": "Invoicing"}) == before + wanted


def test_a_run_knows_its_parameters(company: str) -> None:
	assert tasks.InvoicingWork({"date": "2026-03-09"}).today == LATER
	assert tasks.InvoicingWork({}).today == getdate()
	for wrong in ({"day": "2026-03-09"}, {"date": "tomorrow"}):
		with pytest.raises(frappe.ValidationError):
			tasks.InvoicingWork(wrong)


def test_invoiced_over_the_api(customer: str, service: str) -> None:
	from o2c_extensions.billing.api import invoice_now

	order = ordered(customer, service)
	note = delivered(order)
	frappe.set_user("Guest")
	with pytest.raises(frappe.PermissionError):
		invoice_now("Delivery Note", note.name)
	frappe.set_user("Administrator")
	with pytest.raises(frappe.ValidationError):
		invoice_now("Purchase Order", note.name)
	name = invoice_now("Delivery Note", note.name)["sales_invoice"]
	assert getdate(frappe.db.get_value("Sales Invoice", name, "posting_date")) == getdate()
	assert invoice_now("Delivery Note", note.name) == {"sales_invoice": None}
	assert invoice_now("Sales Order", order.name) == {"sales_invoice": None}


def test_a_held_orders_delivered_goods_are_billed(customer: str, service: str) -> None:
	"""The hold comes after the goods have left: what was delivered is owed."""
	from o2c_extensions.common.audit import as_system

	order = ordered(customer, service)
	note = delivered(order)
	with as_system("credit hold") as system:
		system.insert(
			{
				"doctype": "Credit Hold",
				"sales_order": order.name,
				"customer": customer,
				"company": erp.COMPANY,
				"currency": "EUR",
				"status": "Open",
			}
		)
	assert services.invoice_delivery(note.name, LATER)
