"""A policy is tried on the past before it decides about the future."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import frappe
import pytest
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice, update_status
from o2c_extensions.common import batch
from o2c_extensions.credit_control import api
from o2c_extensions.credit_control.domain import criteria
from o2c_extensions.credit_control.domain.simulation import IN_TIME, LATE, OPEN
from o2c_extensions.credit_control.queries import history
from o2c_extensions.credit_control.services import simulation
from o2c_extensions.credit_control.services.terms import terms_of

from tests.scenarios.o2c.test_credit_policy import EVERYWHERE, draft, profile, rule
from tests.support import erp

TODAY = date(2026, 3, 5)


@pytest.fixture(autouse=True)
def the_day_is_over(company: str) -> Iterator[None]:
	frappe.flags.current_date = TODAY
	yield
	frappe.flags.current_date = None


def on(days_ago: int) -> str:
	"""From now on it is so many days ago."""
	frappe.flags.current_date = TODAY - timedelta(days=days_ago)
	return str(frappe.flags.current_date)


def ordered(customer: str, item: str, net: float, day: str, **values: Any) -> Any:
	row = {"item_code": item, "qty": 10, "rate": net / 10}
	order = erp.order(customer, [row], **{"taxes": [], "day": day, **values})
	order.insert()
	order.submit()
	return order


def billed(order: Any, day: str, qty: int | None = None, due: str | None = None) -> Any:
	invoice = make_sales_invoice(order.name)
	if qty:
		invoice.items[0].qty = qty
	erp.on(invoice, day)
	invoice.payment_terms_template, invoice.payment_schedule = None, []
	invoice.due_date = due or day
	invoice.insert()
	invoice.submit()
	return invoice


def paid(invoice: Any, day: str, amount: float | None = None) -> Any:
	payment = get_payment_entry(invoice.doctype, invoice.name, bank_account=erp.BANK, party_amount=amount)
	payment.update({"reference_no": "1", "reference_date": day, "posting_date": day})
	payment.insert()
	payment.submit()
	return payment


def done(policy: Any, months: int = 12, **values: Any) -> dict[str, Any]:
	started = api.simulate_policy(policy.name, months, company=erp.COMPANY, **values)
	# As its runner does it, without ending the test's transaction.
	frappe.flags.current_date = TODAY
	for customer in simulation.customers_of(started["simulation"]):
		simulation.replay_customer(started["simulation"], customer)
	return api.simulation(started["simulation"], limit=200)


def rows_of(told: dict[str, Any], customer: str) -> dict[str, Any]:
	return {row["sales_order"]: row for row in told["rows"] if row["customer"] == customer}


def limited(limit: float = 1000) -> str:
	return erp.make_customer(credit_limits=[{"company": erp.COMPANY, "credit_limit": limit}])


def checks(customer: str) -> dict[str, Any]:
	"""What was decided about each order, and from which exposure."""
	rows = frappe.get_all(
		"O2C Decision",
		filters={
			"decision_type": "Credit Check",
			"subject_name": ("in", frappe.get_all("Sales Order", {"customer": customer}, pluck="name")),
		},
		fields=["subject_name", "outcome", "inputs", "reasons"],
		order_by="creation desc",
	)
	return {row.subject_name: row for row in rows}


@pytest.fixture
def story(company: str, service: str, item: str) -> str:
	"""A customer with all that moves an exposure: bills, payments, a credit note's worth, holds, a closed and a cancelled order."""
	customer = erp.make_customer()
	# Not ERPNext's own limit, which refuses deliveries without asking a policy.
	profile(customer, limit_kind="Limit", credit_limit=1000, currency="EUR")
	first = ordered(customer, service, 400, on(200))
	second = ordered(customer, service, 500, on(190))
	invoice = billed(first, on(180), qty=5)
	ordered(customer, service, 300, on(170))  # held
	paid(invoice, on(160), 150)
	third = ordered(customer, service, 300, on(150))  # held too: 200 + 500 + 50 + 300
	hold = frappe.get_last_doc("Credit Hold", filters={"sales_order": third.name})
	api.release(hold.name, "Bekannt")
	ordered(customer, service, 1, on(140))
	update_status("Closed", second.name)
	ordered(customer, service, 100, on(130))
	erp.receive(item, 5, 5, day=on(129))
	note = frappe.get_doc(
		{
			"doctype": "Delivery Note",
			"customer": customer,
			"company": company,
			"items": [{"item_code": item, "qty": 2, "rate": 30, "warehouse": erp.STORES}],
		}
	)
	erp.on(note, on(128)).insert()
	note.submit()
	ordered(customer, service, 50, on(120))
	update_status("Draft", second.name)
	rest = billed(first, on(110))
	advance = erp.insert(
		"Payment Entry",
		payment_type="Receive",
		party_type="Customer",
		party=customer,
		company=company,
		posting_date=on(100),
		paid_from="Debtors - NH",
		paid_to=erp.BANK,
		paid_amount=75,
		received_amount=75,
		reference_no="1",
		reference_date=on(100),
	)
	advance.submit()
	ordered(customer, service, 60, on(90))
	rest.reload()
	rest.cancel()
	ordered(customer, service, 70, on(80))
	frappe.flags.current_date = TODAY
	return customer


def test_the_replayed_past_is_what_was_decided_then(story: str) -> None:
	"""For each order: the exposure, the terms and the outcome are those of its recorded decision, to the cent."""
	recorded = checks(story)
	policy = draft(rule(criteria.ALWAYS)).insert()
	told = rows_of(done(policy), story)
	assert len(told) == len(recorded) == 9
	outcomes = set()
	for order, row in told.items():
		inputs = json.loads(recorded[order].inputs)
		exposure = sum(
			Decimal(inputs["exposure"][part]) * (-1 if part.startswith("una") else 1)
			for part in inputs["exposure"]
		)
		assert Decimal(str(row["exposure"])) == exposure, (order, row["date"])
		assert Decimal(str(row["credit_limit"])) == Decimal(inputs["terms"]["limit"])
		assert (row["current_outcome"], row["new_outcome"]) == (recorded[order].outcome, "Hold")
		assert row["current_reasons"] == recorded[order].reasons
		outcomes.add(row["current_outcome"])
	assert outcomes == {"Pass", "Hold"}


def test_the_parts_of_the_replayed_exposure(story: str) -> None:
	"""Not the sum alone: open orders, deliveries, receivables and payments are each what the check had found."""
	from o2c_extensions.credit_control.domain.past import moments

	terms = terms_of([story], erp.COMPANY, TODAY)[story]
	past = history.past_of(story, erp.COMPANY, "EUR", terms, TODAY)
	recorded = checks(story)
	for order, moment in moments(past):
		parts = json.loads(recorded[order.name].inputs)["exposure"]
		replayed = {part: str(getattr(moment.exposure, part)) for part in parts}
		assert replayed == parts, (order.name, order.day)


def test_what_the_limit_was_then(company: str, service: str) -> None:
	customer = limited(1000)
	ordered(customer, service, 900, on(60))
	doc = frappe.get_doc("Customer", customer)
	frappe.flags.current_date = TODAY
	doc.credit_limits[0].credit_limit = 5000
	doc.save()
	row = rows_of(done(draft(rule(criteria.ALWAYS)).insert()), customer)
	assert [each["credit_limit"] for each in row.values()] == [1000]


def test_lost_saved_and_missed_in_money(company: str, service: str) -> None:
	"""Four customers: who pays in time, late, never, and who has not been billed; a new policy on order values, beside none."""
	names = {}
	for who, days in (("in time", 70), ("late", 10), ("never", None), ("not billed", "no")):
		customer = names[who] = erp.make_customer()
		order = ordered(customer, service, 100, on(100))
		if days == "no":
			continue
		invoice = billed(order, on(95), due=on(80))
		if days:
			paid(invoice, on(int(days)))
	small = names["small"] = erp.make_customer()
	ordered(small, service, 99, on(100))
	frappe.flags.current_date = TODAY
	before = done(draft(rule(criteria.ORDER_VALUE, amount=10_000_000)).insert())
	told = done(draft(rule(criteria.ORDER_VALUE, amount=99)).insert())
	mine = {customer: row for customer in names.values() for row in rows_of(told, customer).values()}
	assert {mine[names[who]]["payment"] for who in ("late", "never")} == {LATE}
	assert (mine[names["in time"]]["payment"], mine[names["not billed"]]["payment"]) == (IN_TIME, OPEN)
	assert (mine[names["in time"]]["days_late"], mine[names["late"]]["days_late"]) == (10, 70)
	assert small not in mine

	def grown(field: str) -> float:
		return float(told["new"][field] - before["new"][field])

	assert (grown("held"), grown("held_amount")) >= (4, 400)
	assert (grown("lost"), grown("saved"), grown("missed")) >= (1, 2, -2)
	assert told["current"] == before["current"]
	assert told["difference"]["newly_held"] >= 4


def test_how_late_is_late(company: str, service: str) -> None:
	customer = erp.make_customer()
	paid(billed(ordered(customer, service, 100, on(100)), on(95), due=on(80)), on(60))
	policy = draft(rule(criteria.ALWAYS)).insert()
	for days, expected in ((20, IN_TIME), (19, LATE)):
		(row,) = rows_of(done(policy, late_days=days), customer).values()
		assert (row["payment"], row["days_late"]) == (expected, 20)


def test_facts_of_the_past(company: str, service: str) -> None:
	"""Overdue, new and dunned as they were then, not as they are today."""
	customer = erp.make_customer()
	first = ordered(customer, service, 100, on(100))
	invoice = billed(first, on(95), due=on(80))
	frappe.get_doc(
		{
			"doctype": "Dunning",
			"name": f"DUNN-{frappe.generate_hash(length=8)}",
			"creation": f"{on(60)} 08:00:00",
			"customer": customer,
			"company": company,
			"status": "Resolved",
			"docstatus": 1,
			"o2c_dunning_level": 2,
			"overdue_payments": [{"sales_invoice": invoice.name}],
		}
	).db_insert()
	frappe.get_doc(
		{
			"doctype": "Overdue Payment",
			"name": frappe.generate_hash(length=10),
			"parent": frappe.db.get_value("Dunning", {"customer": customer}),
			"parenttype": "Dunning",
			"parentfield": "overdue_payments",
			"sales_invoice": invoice.name,
			"docstatus": 1,
		}
	).db_insert()
	on_time, dunned = ordered(customer, service, 1, on(80)), ordered(customer, service, 1, on(50))
	paid(invoice, on(40))
	after = ordered(customer, service, 1, on(30))
	frappe.flags.current_date = TODAY
	for asked, expected in (
		(rule(criteria.DAYS_OVERDUE, days=29), {dunned.name}),
		(rule(criteria.DAYS_OVERDUE, days=30), set()),
		(rule(criteria.OVERDUE_AMOUNT, amount=99), {dunned.name}),
		(rule(criteria.DUNNING_LEVEL, level=2), {dunned.name}),
		(rule(criteria.NEW_CUSTOMER), {first.name}),
		(rule(criteria.NEW_CUSTOMER, days=51), {first.name, on_time.name, dunned.name}),
		(rule(criteria.OLDEST_ITEM, days=14), {on_time.name, dunned.name}),
	):
		told = rows_of(done(draft(asked).insert()), customer)
		assert {name for name, row in told.items() if row["new_outcome"] == "Hold"} == expected, asked
		assert after.name in expected or after.name not in told


def test_an_unsaved_copy_and_the_one_in_force_are_kept_apart(company: str, service: str) -> None:
	customer = erp.make_customer()
	ordered(customer, service, 100, on(50))
	frappe.flags.current_date = TODAY
	policy = draft(rule(criteria.BLOCKED)).insert()
	written = {"for_company": company, "currency": "EUR", "rules": [rule(criteria.ALWAYS, "Reject")]}
	told = done(policy, written=written)
	(row,) = rows_of(told, customer).values()
	assert (row["new_outcome"], row["current_outcome"]) == ("Reject", "Pass")
	assert told["current_version"] == "Standard v1"
	assert policy.reload().rules[0].test == criteria.BLOCKED
	with pytest.raises(frappe.ValidationError):
		api.simulate_policy(policy.name, 12, company=company, written={"rules": []})
	with pytest.raises(frappe.ValidationError):
		api.simulate_policy(policy.name, 0, company=company)


def test_only_the_months_asked_for(company: str, service: str) -> None:
	customer = erp.make_customer()
	old, new = ordered(customer, service, 1, on(70)), ordered(customer, service, 1, on(20))
	frappe.flags.current_date = TODAY
	policy = draft(rule(criteria.ALWAYS)).insert()
	assert set(rows_of(done(policy, months=1), customer)) == {new.name}
	assert set(rows_of(done(policy, months=3), customer)) == {old.name, new.name}


def test_an_exclusion_in_a_simulation(company: str, service: str) -> None:
	customer = erp.make_customer()
	ordered(customer, service, 1, on(20))
	frappe.flags.current_date = TODAY
	exclusion = {"title": "x", "for_customer_group": "All Customer Groups", **EVERYWHERE}
	told = done(draft(rule(criteria.ALWAYS), exclusions=[exclusion]).insert())
	assert rows_of(told, customer) == {}


def test_it_runs_as_a_run(company: str, service: str) -> None:
	policy = draft(rule(criteria.ALWAYS)).insert()
	started = api.simulate_policy(policy.name, 12, company=company)
	run = frappe.get_doc(batch.RUN, started["run"])
	assert (run.kind, json.loads(run.parameters)) == (
		"Credit Simulation",
		{"simulation": started["simulation"]},
	)
	assert api.simulation(started["simulation"])["status"] == "Queued"
	assert api.simulations_of(policy.name)[0]["name"] == started["simulation"]
	with pytest.raises(frappe.ValidationError):
		batch.start("Credit Simulation", {"simulation": "no such"})


def test_a_simulation_is_a_record(company: str) -> None:
	policy = draft(rule(criteria.ALWAYS)).insert()
	name = simulation.prepare(policy.name, 1, company)
	doc = frappe.get_doc("Credit Simulation", name)
	doc.orders = 7
	with pytest.raises(frappe.PermissionError):
		doc.save()
	with pytest.raises(frappe.PermissionError):
		erp.insert("Credit Simulation", policy=policy.name, company=company, currency="EUR")
