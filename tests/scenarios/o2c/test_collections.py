"""Overdue invoices are dunned, level by level, one letter a customer; who pays is left in peace."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import frappe
import pytest
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from frappe.utils import getdate
from o2c_extensions.collections_management import services, tasks
from o2c_extensions.setup import dunning_types

from tests.support import erp

FIRST, SECOND, THIRD = date(2026, 3, 5), date(2026, 3, 16), date(2026, 3, 30)


@pytest.fixture
def levels(company: str) -> Iterator[dict[int, Any]]:
	"""The types of the company's three levels, as the app makes them."""
	dunning_types.sync([company])
	frappe.db.set_single_value("O2C Settings", {"dunning_gap": 7, "mail_dunnings": 0})
	frappe.clear_document_cache("O2C Settings", "O2C Settings")
	rows = frappe.get_all(
		"Dunning Type", filters={"company": company, "o2c_dunning_level": (">", 0)}, fields=["*"]
	)
	yield {row.o2c_dunning_level: row for row in rows}
	frappe.db.rollback()
	frappe.clear_document_cache("O2C Settings", "O2C Settings")


def billed(customer: str, item: str, amount: float = 100, day: str = erp.DAY, **values: Any) -> Any:
	invoice = erp.invoice(customer, [{"item_code": item, "qty": 1, "rate": amount}], day=day, **values)
	invoice.insert()
	invoice.submit()
	return invoice


def pay(invoice: Any, amount: float | None = None, day: str = "2026-03-10") -> Any:
	payment = get_payment_entry("Sales Invoice", invoice.name, party_amount=amount, bank_account=erp.BANK)
	payment.update({"posting_date": day, "reference_no": "R", "reference_date": day})
	payment.insert()
	payment.submit()
	return payment


def run(today: date, *customers: str) -> list[Any]:
	"""The Dunnings of these customers that the run of a day makes, as a worker would."""
	work = tasks.DunningWork({"date": today.isoformat(), "company": erp.COMPANY})
	keys = [key for key in work.items() if services.Target.read(key).customer in customers]
	return [frappe.get_doc("Dunning", name) for key in keys if (name := work.do(key))]


def events(invoice: Any) -> list[str]:
	case = frappe.db.get_value("Sales Invoice", invoice.name, "o2c_case")
	return frappe.get_all(
		"O2C Event",
		filters={"o2c_case": case, "stage": "Collection"},
		pluck="event",
		order_by="event_time asc, creation asc",
	)


def test_the_levels_are_made_once(levels: dict[int, Any], company: str) -> None:
	assert [(levels[n].o2c_days_overdue, levels[n].dunning_fee) for n in (1, 2, 3)] == [
		(3, 0),
		(14, 5),
		(28, 10),
	]
	assert [levels[n].rate_of_interest for n in (1, 2, 3)] == [0, 10.27, 10.27]
	frappe.db.set_value("Dunning Type", levels[2].name, "dunning_fee", 7)
	frappe.delete_doc("Dunning Type", levels[3].name)
	dunning_types.sync()
	assert frappe.db.get_value("Dunning Type", levels[2].name, "dunning_fee") == 7
	assert frappe.db.count("Dunning Type", {"company": company, "o2c_dunning_level": (">", 0)}) == 2


def test_three_levels_over_time(levels: dict[int, Any], customer: str, service: str) -> None:
	invoice = billed(customer, service)
	assert run(date(2026, 3, 4), customer) == []
	seen = []
	for day in (FIRST, date(2026, 3, 11), SECOND, date(2026, 3, 29), THIRD, date(2026, 6, 1)):
		seen += [(dunning.o2c_dunning_level, getdate(dunning.posting_date)) for dunning in run(day, customer)]
	assert seen == [(1, FIRST), (2, SECOND), (3, THIRD)]
	assert events(invoice) == ["Dunned", "Dunned", "Dunned"]


def test_what_a_dunning_says(levels: dict[int, Any], customer: str, service: str) -> None:
	invoice = billed(customer, service)
	run(FIRST, customer)
	(dunning,) = run(SECOND, customer)
	assert (dunning.docstatus, dunning.status, dunning.customer, dunning.company) == (
		1, "Unresolved", customer, erp.COMPANY,
	)  # fmt: skip
	assert dunning.dunning_type == levels[2].name
	(row,) = dunning.overdue_payments
	assert (row.sales_invoice, row.payment_schedule) == (invoice.name, invoice.payment_schedule[0].name)
	assert (row.outstanding, int(row.overdue_days), row.dunning_level) == (119, 14, 2)
	interest = 119 * 10.27 / 100 / 365 * 14
	assert dunning.total_interest == pytest.approx(interest, abs=0.01)
	assert dunning.grand_total == pytest.approx(119 + 5 + interest, abs=0.01)
	assert dunning.dunning_amount == pytest.approx(5 + interest, abs=0.01)
	assert dunning.income_account == levels[2].income_account
	assert dunning.body_text and dunning.closing_text
	decision = frappe.get_last_doc("O2C Decision", {"subject_name": dunning.name})
	assert (decision.decision_type, decision.outcome) == ("Dunning", "Level 2")
	assert invoice.name in decision.reasons


def test_the_same_as_erpnexts_own(levels: dict[int, Any], customer: str, service: str) -> None:
	"""For one invoice, our Dunning has the values of the one that ERPNext maps from it."""
	from erpnext.accounts.doctype.sales_invoice.sales_invoice import create_dunning

	invoice = billed(customer, service)
	(ours,) = run(FIRST, customer)
	theirs = create_dunning(invoice.name)
	for fieldname in (
		"company customer customer_name currency conversion_rate customer_address contact_person company_address "
		"total_outstanding language cost_center"
	).split():
		assert (fieldname, ours.get(fieldname)) == (fieldname, theirs.get(fieldname))
	for fieldname in (
		"sales_invoice payment_schedule payment_term invoice_portion payment_amount outstanding paid_amount due_date"
	).split():
		mine, native = (str(doc.overdue_payments[0].get(fieldname) or "") for doc in (ours, theirs))
		assert (fieldname, mine) == (fieldname, native)


def test_two_invoices_share_a_letter(levels: dict[int, Any], customer: str, service: str) -> None:
	older, newer = billed(customer, service, 100), billed(customer, service, 50, "2026-03-04")
	(dunning,) = run(date(2026, 3, 9), customer)
	assert [row.sales_invoice for row in dunning.overdue_payments] == [older.name, newer.name]
	assert dunning.total_outstanding == 178.5
	assert events(older) == events(newer) == ["Dunned"]
	(dunning,) = run(date(2026, 3, 16), customer)
	assert [row.sales_invoice for row in dunning.overdue_payments] == [older.name], (
		"the newer one is due on the 18th"
	)
	(dunning,) = run(date(2026, 3, 18), customer)
	assert [row.sales_invoice for row in dunning.overdue_payments] == [newer.name]


def test_the_second_time_nothing_is_left(levels: dict[int, Any], customer: str, service: str) -> None:
	billed(customer, service)
	(key,) = (
		key
		for key in services.due_dunnings(erp.COMPANY, FIRST)
		if services.Target.read(key).customer == customer
	)
	assert services.dun(key, FIRST)
	assert services.dun(key, FIRST) is None
	assert run(FIRST, customer) == []
	assert frappe.db.count("Dunning", {"customer": customer}) == 1


def test_who_pays_is_left_in_peace(levels: dict[int, Any], customer: str, service: str) -> None:
	invoice = billed(customer, service)
	(dunning,) = run(FIRST, customer)
	payment = pay(invoice)
	dunning.reload()
	assert dunning.status == "Resolved"
	assert run(SECOND, customer) == []
	payment.cancel()
	dunning.reload()
	assert dunning.status == "Unresolved"
	assert [dunning.o2c_dunning_level for dunning in run(SECOND, customer)] == [2]


def test_a_letter_is_resolved_when_all_of_it_is_paid(
	levels: dict[int, Any], customer: str, service: str
) -> None:
	first, last = billed(customer, service, 100), billed(customer, service, 50)
	(dunning,) = run(FIRST, customer)
	assert [row.sales_invoice for row in dunning.overdue_payments] == [first.name, last.name]
	payment = pay(last)
	assert frappe.db.get_value("Dunning", dunning.name, "status") == "Unresolved"
	pay(first)
	assert frappe.db.get_value("Dunning", dunning.name, "status") == "Resolved"
	payment.cancel()
	assert frappe.db.get_value("Dunning", dunning.name, "status") == "Unresolved"


def test_a_credit_note_resolves_too(levels: dict[int, Any], customer: str, service: str) -> None:
	from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return

	invoice = billed(customer, service)
	(dunning,) = run(FIRST, customer)
	credit = erp.on(make_sales_return(invoice.name), "2026-03-10")
	credit.update_outstanding_for_self = 0
	credit.insert()
	credit.submit()
	assert frappe.db.get_value("Dunning", dunning.name, "status") == "Resolved"
	credit.cancel()
	assert frappe.db.get_value("Dunning", dunning.name, "status") == "Unresolved"


def test_a_part_that_was_paid_is_not_asked_for(levels: dict[int, Any], customer: str, service: str) -> None:
	pay(billed(customer, service), 19, "2026-03-03")
	(dunning,) = run(FIRST, customer)
	assert (dunning.total_outstanding, dunning.overdue_payments[0].outstanding) == (100, 100)


def test_instalments_are_dunned_as_they_fall_due(levels: dict[int, Any], customer: str, service: str) -> None:
	invoice = billed(
		customer,
		service,
		due_date="2026-03-22",
		payment_schedule=[
			{"due_date": "2026-03-02", "invoice_portion": 50},
			{"due_date": "2026-03-22", "invoice_portion": 50},
		],
	)
	(dunning,) = run(FIRST, customer)
	assert [(row.payment_schedule, row.outstanding) for row in dunning.overdue_payments] == [
		(invoice.payment_schedule[0].name, 59.5)
	]
	levels_of_day = sorted(dunning.o2c_dunning_level for dunning in run(date(2026, 3, 25), customer))
	assert levels_of_day == [1, 2]


def test_a_letter_that_a_person_sends_counts(levels: dict[int, Any], customer: str, service: str) -> None:
	from erpnext.accounts.doctype.sales_invoice.sales_invoice import create_dunning

	invoice = billed(customer, service)
	dunning = create_dunning(invoice.name)
	dunning.update(
		{"dunning_type": levels[1].name, "posting_date": FIRST, "rate_of_interest": 0, "dunning_fee": 0}
	)
	dunning.insert()
	dunning.submit()
	assert dunning.o2c_dunning_level == 1
	assert run(date(2026, 3, 9), customer) == []
	assert [dunning.o2c_dunning_level for dunning in run(SECOND, customer)] == [2]


def test_a_cancelled_letter_is_sent_again(levels: dict[int, Any], customer: str, service: str) -> None:
	invoice = billed(customer, service)
	(dunning,) = run(FIRST, customer)
	dunning.cancel()
	assert [dunning.o2c_dunning_level for dunning in run(FIRST, customer)] == [1]
	assert sorted(events(invoice)) == ["Cancelled", "Dunned", "Dunned"]


def test_currencies_are_dunned_apart(levels: dict[int, Any], customer: str, service: str) -> None:
	billed(customer, service)
	foreign = billed(customer, service, currency="USD", conversion_rate=0.9, taxes=[])
	dunnings = {dunning.currency: dunning for dunning in run(FIRST, customer)}
	assert set(dunnings) == {"EUR", "USD"}
	assert dunnings["USD"].total_outstanding == foreign.grand_total == 100
	assert dunnings["USD"].conversion_rate == 0.9


def test_what_is_overdue_is_listed(levels: dict[int, Any], customer: str, service: str) -> None:
	from o2c_extensions.collections_management.api import overdue_invoices

	invoice = billed(customer, service)
	run(FIRST, customer)
	(row,) = (row for row in overdue_invoices(erp.COMPANY) if row["sales_invoice"] == invoice.name)
	assert (row["outstanding"], row["dunning_level"], getdate(row["last_dunned"])) == (119, 1, FIRST)
	frappe.set_user("Guest")
	with pytest.raises(frappe.PermissionError):
		overdue_invoices(erp.COMPANY)


def test_dunned_over_the_api(levels: dict[int, Any], customer: str, service: str) -> None:
	from o2c_extensions.collections_management.api import dun_now

	billed(customer, service)
	frappe.set_user("Guest")
	with pytest.raises(frappe.PermissionError):
		dun_now(customer, erp.COMPANY)
	frappe.set_user("Administrator")
	(name,) = dun_now(customer, erp.COMPANY)
	dunning = frappe.get_doc("Dunning", name)
	assert (dunning.o2c_dunning_level, getdate(dunning.posting_date)) == (1, getdate())
	assert dun_now(customer, erp.COMPANY) == []


def test_the_daily_run_is_the_administrators_choice(levels: dict[int, Any]) -> None:
	for wanted in (0, 1):
		frappe.db.set_single_value("O2C Settings", "dun_overdue", wanted)
		frappe.clear_document_cache("O2C Settings", "O2C Settings")
		before = frappe.db.count("O2C Run", {"kind": "Dunning"})
		tasks.dun_overdue()
		assert frappe.db.count("O2C Run", {"kind": "Dunning"}) == before + wanted


def test_a_new_company_gets_its_levels(levels: dict[int, Any]) -> None:
	abbr = frappe.generate_hash(length=5).upper()
	company = erp.insert(
		"Company", company_name=f"Tochter {abbr}", abbr=abbr, default_currency="EUR", country="Germany"
	)
	rows = frappe.get_all(
		"Dunning Type",
		filters={"company": company.name},
		fields=["name", "dunning_type", "o2c_dunning_level", "income_account", "cost_center", "is_default"],
		order_by="o2c_dunning_level asc",
	)
	assert [row.o2c_dunning_level for row in rows] == [1, 2, 3]
	assert [row.is_default for row in rows] == [1, 0, 0]
	assert rows[0].name == f"Zahlungserinnerung {abbr} - {abbr}"
	assert all(row.income_account.endswith(f" - {abbr}") for row in rows)
	assert all(row.cost_center.endswith(f" - {abbr}") for row in rows)
