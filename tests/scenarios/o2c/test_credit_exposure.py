"""The kept exposure: what moves it, how it is rolled up, opened up and rebuilt."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from typing import Any

import frappe
import pytest
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from erpnext.selling.doctype.sales_order.sales_order import (
	make_delivery_note,
	make_sales_invoice,
	update_status,
)
from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice as bill_delivery
from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_return, update_delivery_note_status
from o2c_extensions.common import batch
from o2c_extensions.credit_control import api
from o2c_extensions.credit_control.services import rebuild
from o2c_extensions.credit_control.services.exposure import credit_for_decision, credit_of

from tests.support import erp
from tests.support.credit_histories import CreditHistory
from tests.support.exposure import PARTS, slow_exposure
from tests.support.histories import Step

DAY = "2026-03-05"
TODAY = date(2026, 3, 5)


def parts(customer: str) -> tuple[float, ...]:
	"""Open orders, deliveries to bill, receivables, unallocated payments: as kept, which has to be as added up slowly."""
	found = credit_of(customer, erp.COMPANY).exposure
	kept = {part: float(getattr(found, part)) for part in PARTS}
	assert kept == slow_exposure(customer)
	return tuple(kept.values())


def done(document: Any, day: str = DAY) -> Any:
	erp.on(document, day).insert()
	document.submit()
	return document


def ordered(customer: str, item: str, *nets: float, **values: Any) -> Any:
	rows = [{"item_code": item, "qty": 1, "rate": net} for net in nets]
	order = erp.order(customer, rows, **{"taxes": [], **values}).insert()
	order.submit()
	return order


def delivered(customer: str, item: str, qty: float, rate: float) -> Any:
	note = frappe.get_doc(
		{
			"doctype": "Delivery Note",
			"customer": customer,
			"company": erp.COMPANY,
			"items": [{"item_code": item, "qty": qty, "rate": rate, "warehouse": erp.STORES}],
		}
	)
	return done(note)


def billed(invoice: Any, qty: float | None = None) -> Any:
	if qty:
		invoice.items[0].qty = qty
	invoice.update({"due_date": "2026-04-30", "payment_schedule": []})
	return done(invoice)


def paid(customer: str, amount: float) -> Any:
	payment = frappe.get_doc(
		{
			"doctype": "Payment Entry",
			"payment_type": "Receive",
			"company": erp.COMPANY,
			"party_type": "Customer",
			"party": customer,
			"paid_from": "Debtors - NH",
			"paid_to": erp.BANK,
			"paid_from_account_currency": "EUR",
			"paid_to_account_currency": "EUR",
			"paid_amount": amount,
			"received_amount": amount,
			"source_exchange_rate": 1,
			"target_exchange_rate": 1,
			"posting_date": DAY,
			"reference_no": "R",
			"reference_date": DAY,
		}
	).insert()
	payment.submit()
	return payment


def profile(customer: str, **values: Any) -> Any:
	return erp.insert("Credit Profile", customer=customer, company=erp.COMPANY, **values)


# --- what moves it -------------------------------------------------------------------------------------------------


def test_from_the_order_to_the_cash(company: str, service: str) -> None:
	customer = erp.make_customer()
	order = ordered(customer, service, 100, 50)
	assert parts(customer) == (150, 0, 0, 0)
	invoice = billed(make_sales_invoice(order.name))
	assert parts(customer) == (0, 0, 150, 0)
	payment = get_payment_entry("Sales Invoice", invoice.name, party_amount=60, bank_account=erp.BANK)
	payment.update({"posting_date": DAY, "reference_no": "R", "reference_date": DAY})
	payment.insert()
	payment.submit()
	assert parts(customer) == (0, 0, 90, 0)
	frappe.get_doc("Sales Invoice", invoice.name).cancel()
	assert parts(customer) == (150, 0, 0, 60), "who has paid it has paid for nothing in particular"
	frappe.get_doc("Payment Entry", payment.name).cancel()
	assert parts(customer) == (150, 0, 0, 0)
	frappe.get_doc("Sales Order", order.name).cancel()
	assert parts(customer) == (0, 0, 0, 0)


def test_a_closed_order_counts_what_was_delivered_of_it(company: str, service: str) -> None:
	customer = erp.make_customer()
	order = ordered(customer, service, 100)
	order.reload()
	note = make_delivery_note(order.name)
	done(note)
	update_status("Closed", order.name)
	assert parts(customer) == (100, 0, 0, 0), "delivered and not billed: closing the order takes nothing back"
	half = ordered(customer, service, 80)
	update_status("Closed", half.name)
	assert parts(customer) == (100, 0, 0, 0)
	update_status("Draft", half.name)
	assert parts(customer) == (180, 0, 0, 0)


def test_a_delivery_its_return_and_its_invoice(company: str, service: str) -> None:
	customer = erp.make_customer()
	note = delivered(customer, service, 10, 10)
	assert parts(customer) == (0, 100, 0, 0)
	back = make_sales_return(note.name)
	back.items[0].qty = -3
	done(back)
	assert parts(customer) == (0, 70, 0, 0)
	billed(bill_delivery(note.name), qty=7)
	assert parts(customer) == (0, 0, 70, 0), "what was delivered less what came back has been billed"
	other = delivered(customer, service, 1, 40)
	returned = make_sales_return(other.name)
	update_delivery_note_status(other.name, "Closed")
	assert parts(customer) == (0, 0, 70, 0)
	update_delivery_note_status(other.name, "Draft")
	returned.items[0].qty = -1
	done(returned)
	assert parts(customer) == (0, 0, 70, 0)


def test_taxes_and_discounts_are_spread_to_the_cent(company: str, service: str) -> None:
	customer = erp.make_customer()
	order = ordered(
		customer,
		service,
		33.33,
		33.33,
		33.35,
		taxes=[erp.tax()],
		apply_discount_on="Grand Total",
		additional_discount_percentage=7,
		disable_rounded_total=1,
	)
	for row, day in zip(order.items, ("2026-04-01", "2026-04-02", "2026-04-03"), strict=True):
		row.delivery_date = day
	order.save()
	assert parts(customer)[0] == order.base_grand_total
	entries = frappe.get_all(
		"Credit Exposure Entry", filters={"voucher_no": order.name, "open_orders": (">", 0)}, pluck="falls_on"
	)
	assert sorted(map(str, entries)) == ["2026-04-01", "2026-04-02", "2026-04-03"]


def test_a_customer_with_another_name(company: str, service: str) -> None:
	customer, other = erp.make_customer(), erp.make_customer()
	ordered(customer, service, 100)
	ordered(other, service, 30)
	parts(customer), parts(other)
	new = frappe.rename_doc("Customer", customer, f"{customer} neu", force=True)
	assert parts(new) == (100, 0, 0, 0)
	ordered(new, service, 5)
	assert parts(new) == (105, 0, 0, 0)
	frappe.rename_doc("Customer", new, other, merge=True, force=True)
	assert parts(other) == (135, 0, 0, 0)
	assert frappe.db.count("Credit Account", {"customer": ("in", [customer, new, other])}) == 1
	assert rebuild.verify(other)["right"]


# --- looking at it --------------------------------------------------------------------------------------------------


def test_what_falls_due_beyond_the_horizon_does_not_count(company: str, service: str) -> None:
	customer = erp.make_customer()
	ordered(customer, service, 100, delivery_date="2026-03-20")
	far = ordered(customer, service, 70, delivery_date="2026-06-20")
	assert float(credit_of(customer, company, TODAY).exposure.open_orders) == 170
	frappe.db.set_single_value("O2C Settings", "exposure_horizon_days", 30)
	frappe.clear_cache(doctype="O2C Settings")
	try:
		assert float(credit_of(customer, company, TODAY).exposure.open_orders) == 100
		assert float(credit_of(customer, company, date(2026, 6, 1)).exposure.open_orders) == 170
		decided = credit_for_decision(customer, company, date(2026, 6, 1), without=far.name)
		assert float(decided.exposure.open_orders) == 100
	finally:
		frappe.db.set_single_value("O2C Settings", "exposure_horizon_days", 0)
		frappe.clear_cache(doctype="O2C Settings")


def test_an_order_is_left_out_of_its_own_check(company: str, service: str) -> None:
	customer = erp.make_customer()
	ordered(customer, service, 100)
	order = ordered(customer, service, 30)
	assert float(credit_for_decision(customer, company, TODAY).exposure.total) == 130
	assert float(credit_for_decision(customer, company, TODAY, without=order.name).exposure.total) == 100


def test_it_is_rolled_up_over_parent_accounts(company: str, service: str) -> None:
	top, middle, left, right, stranger = (erp.make_customer() for _ in range(5))
	profile(top, limit_kind="Limit", credit_limit=1000)
	for name, above in ((middle, top), (left, middle), (right, middle)):
		profile(name, parent_account=above)
	for name, net in ((top, 1), (middle, 20), (left, 300), (right, 4000), (stranger, 50_000)):
		ordered(name, service, net)
	left_, top_ = credit_of(left, company), credit_of(top, company)
	assert left_.parent and left_.parent.parent and not left_.parent.parent.parent
	assert (left_.parent.customer, float(left_.parent.exposure.total)) == (middle, 4320)
	assert (left_.parent.parent.customer, float(left_.parent.parent.exposure.total)) == (top, 4321)
	assert float(left_.parent.parent.terms.limit) == 1000
	assert top_.parent and (top_.parent.customer, float(top_.parent.exposure.total)) == (top, 4321)
	assert credit_of(stranger, company).parent is None
	assert credit_for_decision(right, company, TODAY).parent == credit_of(right, company).parent
	# They part again.
	doc = frappe.get_doc("Credit Profile", {"customer": middle})
	doc.parent_account = None
	doc.save()
	found = credit_of(left, company)
	assert found.parent and found.parent.parent is None
	assert credit_of(top, company).parent is None
	for name in (left, right):
		frappe.delete_doc("Credit Profile", frappe.db.get_value("Credit Profile", {"customer": name}))
	assert credit_of(left, company).parent is None
	assert credit_of(middle, company).parent is None


def test_api_opens_each_part(company: str, service: str) -> None:
	customer = erp.make_customer()
	profile(customer, limit_kind="Limit", credit_limit=1000)
	order = ordered(customer, service, 100)
	note = delivered(customer, service, 2, 10)
	invoice, settled = (
		erp.invoice(customer, [{"item_code": service, "qty": 1, "rate": rate}], taxes=[]).insert()
		for rate in (60, 5)
	)
	invoice.submit()
	settled.submit()
	payment = paid(customer, 25)
	for amount, name in ((20, invoice.name), (5, settled.name)):
		entry = get_payment_entry("Sales Invoice", name, party_amount=amount, bank_account=erp.BANK)
		entry.update({"posting_date": DAY, "reference_no": "R", "reference_date": DAY})
		entry.insert()
		entry.submit()
	assert parts(customer) == (100, 20, 40, 25)
	found = api.exposure(customer, company)
	assert (found["exposure"], found["available"], found["source"], found["parent"]) == (
		135,
		865,
		"Credit Profile",
		None,
	)
	expected = {
		"open_orders": [("Sales Order", order.name, 100.0)],
		"deliveries_to_bill": [("Delivery Note", note.name, 20.0)],
		"receivables": [("Sales Invoice", invoice.name, 40.0)],
		"unallocated_payments": [("Payment Entry", payment.name, 25.0)],
	}
	for part, rows in expected.items():
		opened = api.exposure_documents(customer, company, part)
		assert [(row["doctype"], row["name"], row["amount"]) for row in opened["rows"]] == rows
		assert opened["total"] == sum(row[2] for row in rows)
	assert api.exposure_documents(customer, company, "receivables", start=1)["rows"] == []
	with pytest.raises(frappe.ValidationError):
		api.exposure_documents(customer, company, "secrets")


def test_api_rolls_up(company: str, service: str) -> None:
	outer, inner = (
		erp.insert(
			"Customer Group",
			customer_group_name=f"Gruppe {frappe.generate_hash(length=6)}",
			is_group=is_group,
			parent_customer_group="All Customer Groups",
		)
		for is_group in (1, 0)
	)
	inner.parent_customer_group = outer.name
	inner.save()
	one = erp.make_customer(customer_group=inner.name)
	other = erp.make_customer(customer_group=inner.name)
	ordered(one, service, 10)
	ordered(other, service, 300)
	found = api.group_exposure(company, customer_group=outer.name)
	assert (found["exposure"], found["open_orders"], found["count"]) == (310, 310, 2)
	assert [row["customer"] for row in found["customers"]] == [other, one]
	empty = erp.insert("Customer Group", customer_group_name=f"Gruppe {frappe.generate_hash(length=6)}")
	nobody = api.group_exposure(company, customer_group=empty.name)
	assert (nobody["exposure"], nobody["count"], nobody["customers"]) == (0, 0, [])
	profile(other, parent_account=one)
	assert api.group_exposure(company, parent_account=one)["exposure"] == 310
	assert api.group_exposure(company, parent_account=other)["exposure"] == 300


def test_who_may_not_see_holds_sees_no_exposure(company: str, service: str, user: Callable[..., str]) -> None:
	customer = erp.make_customer()
	stranger = user("Sales User")
	frappe.set_user(stranger)
	try:
		for call in (
			lambda: api.exposure_documents(customer, company, "receivables"),
			lambda: api.group_exposure(company),
		):
			with pytest.raises(frappe.PermissionError):
				call()
	finally:
		frappe.set_user("Administrator")


@pytest.fixture
def user(company: str) -> Callable[..., str]:
	def make(*roles: str) -> str:
		email = f"exposure-{frappe.generate_hash(length=8)}@example.com"
		values = {"email": email, "first_name": "Test", "send_welcome_email": 0}
		erp.insert("User", **values, roles=[{"role": role} for role in roles])
		return email

	return make


# --- rebuilding it ---------------------------------------------------------------------------------------------------


def test_documents_older_than_the_app(company: str, service: str) -> None:
	customer = erp.make_customer()
	ordered(customer, service, 100)
	before = parts(customer)
	for doctype in ("Credit Exposure Entry", "Credit Account"):
		frappe.db.delete(doctype, {"customer": customer})
	rebuild.build()
	assert parts(customer) == before
	assert not frappe.db.exists("O2C Decision", {"subject_name": customer, "decision_type": rebuild.DECISION})


def test_a_run_rebuilds_it(company: str, service: str) -> None:
	customer = erp.make_customer()
	ordered(customer, service, 100)
	before = parts(customer)
	frappe.db.set_value("Credit Exposure Entry", {"customer": customer}, "open_orders", 7)
	work = batch.work.work_of("Credit Exposure Rebuild", {"customer": customer})
	assert list(work.items()) == [customer]
	assert work.do(customer) == "corrected: 2", "the entry, and the account that was right before"
	assert work.do(customer) is None
	assert parts(customer) == before
	assert customer in set(batch.work.work_of("Credit Exposure Rebuild", {}).items())


# --- histories, on both engines --------------------------------------------------------------------------------------


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [3, 11])
def test_a_history_of_many_documents(company: str, seed: int) -> None:
	"""tests/minibench tells many more, on minibench; here is what ERPNext itself makes of two."""
	chance = random.Random(seed)
	history = CreditHistory()
	for _number in range(28):
		what = chance.choice(sorted(history.ways))
		step = Step(what, chance.randrange(12), chance.randrange(12), chance.randrange(2, 28))
		history.tell([step], check=False)
		for customer in history.customers:
			parts(customer)
	assert sum(history.done.values()) > 14, history.log
	for customer in history.customers:
		assert rebuild.verify(customer)["right"], history.log


def test_a_payment_that_is_taken_off_its_invoice(company: str, service: str) -> None:
	if not frappe.db.exists("DocType", "Unreconcile Payment"):
		pytest.skip("this engine takes no payment off its invoice")
	customer = erp.make_customer()
	invoice = erp.invoice(customer, [{"item_code": service, "qty": 1, "rate": 60}], taxes=[]).insert()
	invoice.submit()
	payment = get_payment_entry("Sales Invoice", invoice.name, party_amount=40, bank_account=erp.BANK)
	payment.update({"posting_date": DAY, "reference_no": "R", "reference_date": DAY})
	payment.insert()
	payment.submit()
	assert parts(customer) == (0, 0, 20, 0)
	undoing = frappe.get_doc(
		{
			"doctype": "Unreconcile Payment",
			"company": company,
			"voucher_type": "Payment Entry",
			"voucher_no": payment.name,
		}
	)
	undoing.add_references()
	undoing.insert()
	undoing.submit()
	assert parts(customer) == (0, 0, 60, 40)
	reposting = frappe.get_doc(
		{
			"doctype": "Repost Payment Ledger",
			"company": company,
			"posting_date": DAY,
			"add_manually": 1,
			"repost_vouchers": [{"voucher_type": "Payment Entry", "voucher_no": payment.name}],
		}
	)
	from erpnext.accounts.doctype.repost_payment_ledger.repost_payment_ledger import (
		start_payment_ledger_repost,
	)

	reposting.insert()
	reposting.db_set({"docstatus": 1, "repost_status": "Queued"})
	start_payment_ledger_repost(reposting.name)
	assert parts(customer) == (0, 0, 60, 40)
