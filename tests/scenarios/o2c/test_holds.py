"""Holds in full: who may release how much, how long a release lasts, who is told, and what money that comes in lets go."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import frappe
import pytest
from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return
from erpnext.selling.doctype.sales_order.sales_order import (
	make_delivery_note,
	make_sales_invoice,
	update_status,
)
from frappe.model.workflow import apply_workflow
from frappe.utils import add_days, getdate, now_datetime
from o2c_extensions.common import casebook
from o2c_extensions.common.audit import as_system
from o2c_extensions.credit_control import api, tasks
from o2c_extensions.credit_control.queries import holds as queries
from o2c_extensions.credit_control.services import (
	checking,
	escalation,
	guard,
	ledger,
	notes,
	policies,
	recheck,
	releases,
)
from o2c_extensions.credit_control.services import holds as services

from tests.support import erp
from tests.support.holds import (
	acting,
	credit_status,
	done,
	hold_of,
	limited,
	make_user,
	pay,
	settings,
	submitted,
)


@pytest.fixture
def held(company: str, service: str) -> Any:
	return submitted(limited(), service, 1500)


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
	"""What is put into the queue, instead of being put there."""
	called: list[tuple[str, dict[str, Any]]] = []

	def enqueue(method: Any, **kwargs: Any) -> None:
		called.append((str(method), kwargs))

	monkeypatch.setattr(frappe, "enqueue", enqueue)
	return called


def rechecked(customer: str) -> list[str]:
	return recheck.recheck(customer, erp.COMPANY, casebook.today())


def decisions_on(order: Any, kind: str = "Credit Recheck") -> list[Any]:
	return list(
		frappe.get_all(
			"O2C Decision",
			filters={"decision_type": kind, "subject_name": order.name},
			fields=["outcome", "reasons", "inputs"],
			order_by="creation asc",
		)
	)


def events_on(order: Any) -> list[str]:
	return list(
		frappe.get_all(
			"O2C Event",
			filters={"o2c_case": order.o2c_case, "stage": "Credit"},
			pluck="event",
			order_by="creation asc",
		)
	)


def notes_on(customer: str) -> list[str]:
	"""As they are when the transaction commits."""
	ledger.settle()
	return queries.notes_on(customer, erp.COMPANY)


# --- authority ---------------------------------------------------------------------------------------------------------


def test_a_hold_says_what_it_holds(held: Any) -> None:
	hold = hold_of(held)
	assert (hold.held_doctype, hold.held_document, hold.checkpoint) == ("Sales Order", held.name, "Order")
	assert (hold.amount_to_release, hold.priority, hold.valid_until) == (500, 5, None)


def test_authority_is_granted_by_role_and_company(company: str, service: str) -> None:
	order = submitted(limited(), service, 16_000)
	hold = hold_of(order).name
	controller = make_user("Credit Controller")
	with acting(controller), erp.refused(services.CreditAuthorityError) as refusal:
		api.release(hold)
	assert "10.000,00" in str(refusal.value)
	own = erp.insert("Credit Authority", role="Credit Controller", for_company=company, up_to=15_000)
	with acting(controller):
		assert (api.my_authority(company)["up_to"], api.my_authority(company)["any_amount"]) == (
			15_000,
			False,
		)
		api.release(hold)
	assert credit_status(order) == "Released"
	with pytest.raises(frappe.DuplicateEntryError):
		erp.insert("Credit Authority", role=own.role, company=company, up_to=1)


def test_a_company_s_own_authority_may_be_smaller(held: Any, company: str) -> None:
	erp.insert("Credit Authority", role="Credit Manager", for_company=company, up_to=100)
	with acting(make_user("Credit Manager")), pytest.raises(services.CreditAuthorityError):
		api.release(hold_of(held).name)


def test_the_workflow_gives_nobody_authority(held: Any) -> None:
	"""A role that an administrator lets release by the workflow still needs an authority."""
	workflow = frappe.get_doc("Workflow", "Credit Hold")
	rows = [("Open", "Review", "In Review"), ("In Review", "Release", "Released")]
	for state, action, following in rows:
		workflow.append(
			"transitions",
			{"state": state, "action": action, "next_state": following, "allowed": "System Manager"},
		)
	workflow.save()
	frappe.clear_cache(doctype="Credit Hold")
	manager = make_user("System Manager")
	with acting(manager):
		assert api.hold(hold_of(held).name)["actions"] == []
		with erp.refused(services.CreditAuthorityError):
			api.release(hold_of(held).name)
	erp.insert("Credit Authority", role="System Manager", up_to=500)
	with acting(manager):
		assert api.hold(hold_of(held).name)["actions"] == ["Release"]
		api.release(hold_of(held).name)
	assert credit_status(held) == "Released"


def test_above_the_threshold_it_takes_two(held: Any, company: str) -> None:
	name = hold_of(held).name
	first, second = make_user("Credit Controller"), make_user("Credit Manager")
	with settings(four_eyes_above=400):
		with acting(second):
			assert api.hold(name)["actions"] == ["Approve", "Reject"]
			with erp.refused(services.CreditAuthorityError):
				api.release(name)
		with acting(first):
			assert api.approve(name, "Bürgschaft geprüft")["status"] == "Second Review"
			assert queries.holds_on([held.name]) == {held.name: "Second Review"}
			assert api.hold(name)["actions"] == ["Reject"]
			with erp.refused(services.CreditAuthorityError) as refusal:
				api.release(name)
			assert "somebody else" in str(refusal.value)
		with acting(second):
			assert api.hold(name)["actions"] == ["Release", "Reject"]
			assert api.my_authority(company)["two_persons_above"] == 400
			api.release(name)
	hold = hold_of(held)
	assert (hold.status, hold.first_approved_by, hold.decided_by) == ("Released", first, second)
	assert hold.first_approved_at


def test_below_the_threshold_one_is_enough(held: Any) -> None:
	with settings(four_eyes_above=500), acting(make_user("Credit Controller")):
		api.release(hold_of(held).name)
	assert credit_status(held) == "Released"


def test_an_older_workflow_gets_its_second_review_unless_it_was_edited(company: str) -> None:
	from o2c_extensions.patches import second_review

	workflow = frappe.get_doc("Workflow", "Credit Hold")
	shipped = [(row.state, row.action, row.next_state, row.allowed) for row in workflow.transitions]
	older = [
		{
			"state": state,
			"action": action,
			"next_state": following,
			"allowed": role,
			"condition": "doc.excess <= 10000" if (action, role) == ("Release", "Credit Controller") else "",
		}
		for state, action, following, role in shipped
		if "Second Review" not in (state, following)
	]
	workflow.set("transitions", older)
	workflow.save()
	second_review.execute()
	workflow.reload()
	assert [(row.state, row.action, row.next_state, row.allowed) for row in workflow.transitions] == shipped

	workflow.set("transitions", older[:-1])
	workflow.save()
	second_review.execute()
	workflow.reload()
	assert len(workflow.transitions) == len(older) - 1


def test_older_holds_say_what_they_hold(held: Any) -> None:
	from o2c_extensions.patches import holds_say_what_they_hold

	hold = hold_of(held)
	nothing = {"held_doctype": None, "held_document": None, "checkpoint": None, "amount_to_release": 0}
	frappe.db.set_value("Credit Hold", hold.name, dict(nothing))
	assert frappe.get_doc("Credit Hold", hold.name).held_document is None
	holds_say_what_they_hold.execute()
	after = hold_of(held)
	assert {field: after.get(field) for field in nothing} == {field: hold.get(field) for field in nothing}


def test_an_approval_is_not_written_by_hand(held: Any) -> None:
	with settings(four_eyes_above=400), acting(make_user("Credit Manager")):
		hold = hold_of(held)
		hold.update(
			{"first_approved_by": "Administrator", "amount_to_release": 1, "valid_until": "2099-01-01"}
		)
		hold.save()
		hold.reload()
		assert (hold.first_approved_by, hold.amount_to_release, hold.valid_until) == (None, 500, None)
		with pytest.raises(services.CreditAuthorityError):
			api.release(hold.name)


def test_a_limit_is_not_raised_beyond_one_s_authority(company: str) -> None:
	profile = {"customer": erp.make_customer(), "company": company, "limit_kind": "Limit"}
	with acting(make_user("Credit Controller", "Sales User")):
		with erp.refused(services.CreditAuthorityError):
			erp.insert("Credit Profile", **profile, credit_limit=10_001)
		agreed = erp.insert("Credit Profile", **profile, credit_limit=10_000)
		agreed.credit_limit = 9_000
		agreed.save()
		agreed.credit_limit = 11_000
		with pytest.raises(services.CreditAuthorityError):
			agreed.save()


# --- validity ------------------------------------------------------------------------------------------------------------


def run_out(order: Any) -> str:
	"""The release was for until yesterday."""
	name = str(hold_of(order).name)
	frappe.db.set_value("Credit Hold", name, "valid_until", add_days(casebook.today(), -1))
	return name


def test_a_release_is_valid_for_so_long(company: str, service: str) -> None:
	customer = limited()
	for days, until in ((10, getdate(add_days(casebook.today(), 10))), (0, None)):
		order = submitted(customer, service, 1500)
		with settings(release_valid_days=days):
			api.release(hold_of(order).name)
		assert hold_of(order).valid_until == until


def test_a_release_that_has_run_out_delivers_nothing(
	company: str, item: str, jobs: list[tuple[str, dict[str, Any]]]
) -> None:
	erp.receive(item, 10, 5)
	order = submitted(limited(), item, 1500)
	api.release(hold_of(order).name)
	first = run_out(order)
	jobs.clear()
	with erp.refused(services.CreditHoldError):
		done(make_delivery_note(order.name))
	# The refusal takes back whatever this transaction wrote: a job of its own holds the order, at once.
	(job,) = [call for call in jobs if call[0].endswith("tasks.check_release")]
	assert not job[1].get("enqueue_after_commit")
	tasks.check_release(order.name)
	assert queries.holds_on([order.name]) == {order.name: "Open"}
	assert first in hold_of(order).reasons
	assert credit_status(order) == "Held"
	tasks.check_release(order.name)
	assert frappe.db.count("Credit Hold", {"sales_order": order.name}) == 2


def test_one_that_has_run_out_goes_if_there_is_credit_now(company: str, item: str) -> None:
	erp.receive(item, 10, 5)
	order = submitted(limited(), item, 1500)
	api.release(hold_of(order).name)
	first = run_out(order)
	pay(order.customer, 600)
	done(make_delivery_note(order.name))
	assert frappe.db.get_value("Credit Hold", first, ["status", "valid_until"]) == ("Released", None)
	assert "Release Renewed" in events_on(order)


def test_the_daily_task_finds_what_has_run_out(
	company: str, service: str, jobs: list[tuple[str, dict[str, Any]]]
) -> None:
	customer = limited()
	late, fresh, billed = (submitted(customer, service, 1500) for _ in range(3))
	for order in (late, fresh, billed):
		api.release(hold_of(order).name)
	run_out(late)
	done(make_sales_invoice(billed.name))
	run_out(billed)
	frappe.db.set_value("Sales Order", billed.name, "status", "Completed")
	jobs.clear()
	tasks.check_releases()
	asked = {call[1].get("order") for call in jobs if call[0].endswith("tasks.check_release")}
	assert late.name in asked
	assert not {fresh.name, billed.name} & asked


def test_an_order_that_is_held_again_has_run_out_once(company: str, service: str) -> None:
	order = submitted(limited(), service, 1500)
	api.release(hold_of(order).name)
	run_out(order)
	assert order.name in queries.run_out(casebook.today())
	tasks.check_release(order.name)
	assert order.name not in queries.run_out(casebook.today())
	api.release(hold_of(order).name)
	assert not releases.has_run_out(hold_of(order), casebook.today())
	assert order.name not in queries.run_out(casebook.today())


# --- escalation and notifications ------------------------------------------------------------------------------------------


def told(user: str, name: str) -> list[str]:
	return list(
		frappe.get_all(
			"Notification Log",
			filters={"for_user": user, "document_type": "Credit Hold", "document_name": name},
			pluck="subject",
			order_by="creation asc",
		)
	)


def test_what_nobody_decides_about_is_escalated(held: Any) -> None:
	manager = make_user("Credit Manager")
	name, now = hold_of(held).name, now_datetime()
	with settings(escalate_after_hours=24):
		escalation.escalate(now + timedelta(hours=23))
		assert hold_of(held).escalation_level == 0
		escalation.escalate(now + timedelta(hours=25))
		escalation.escalate(now + timedelta(hours=26))
		assert hold_of(held).escalation_level == 1
		escalation.escalate(now + timedelta(hours=50))
	hold = hold_of(held)
	assert (hold.escalation_level, hold.status) == (2, "Open")
	assert hold.escalated_at
	assert events_on(held) == ["Held", "Escalated", "Escalated"]
	subjects = told(manager, name)
	assert len(subjects) == 2
	assert held.name in subjects[0]
	assert api.hold_queue(customer=held.customer, escalated=1)["total"] == 1


def test_what_is_decided_is_not_escalated(held: Any) -> None:
	api.reject(hold_of(held).name)
	with settings(escalate_after_hours=1):
		escalation.escalate(now_datetime() + timedelta(hours=5))
	assert hold_of(held).escalation_level == 0
	with settings(escalate_after_hours=0):
		assert escalation.escalate(now_datetime() + timedelta(days=900)) == 0


def test_sales_and_finance_are_told(company: str, service: str) -> None:
	seller, controller = make_user("Sales User", "Sales Manager"), make_user("Credit Controller")
	manager = make_user("Order Manager")
	customer = limited()
	with acting(seller):
		order = submitted(customer, service, 1500)
	hold = hold_of(order).name
	for user in (seller, controller, manager):
		(subject,) = told(user, hold)
		assert order.name in subject
	api.release(hold, "Bürgschaft liegt vor")
	assert len(told(controller, hold)) == 1
	for user in (seller, manager):
		assert told(user, hold)[1].startswith("Released")


def test_notifications_are_an_administrator_s(held: Any) -> None:
	from o2c_extensions.setup import notifications

	controller = make_user("Credit Controller")
	for name in ("O2C Order Held", "O2C Order Held by Mail"):
		assert frappe.db.get_value("Notification", name, "document_type") == "Credit Hold"
	frappe.get_doc("Notification", "O2C Hold Escalated").delete()
	shipped = frappe.get_doc("Notification", "O2C Order Held")
	shipped.enabled = 0
	shipped.save()
	notifications.sync()
	assert not frappe.db.exists("Notification", "O2C Hold Escalated")
	order = submitted(held.customer, held.items[0].item_code, 2000)
	assert told(controller, hold_of(order).name) == []


# --- released by itself ------------------------------------------------------------------------------------------------------


def test_a_payment_lets_an_order_go(held: Any, jobs: list[tuple[str, dict[str, Any]]]) -> None:
	jobs.clear()
	pay(held.customer, 500)
	ledger.settle()
	(call,) = [kwargs for method, kwargs in jobs if method.endswith("credit_control.tasks.recheck")]
	assert (call["customer"], call["company"], call["enqueue_after_commit"]) == (
		held.customer,
		erp.COMPANY,
		True,
	)
	assert len(notes_on(held.customer)) == 1
	tasks.recheck(held.customer, erp.COMPANY)
	hold = hold_of(held)
	assert (hold.status, hold.released_automatically, hold.decided_by) == ("Released", 1, None)
	assert hold.decided_at
	assert hold.valid_until
	assert credit_status(held) == "Released"
	assert events_on(held) == ["Held", "Released"]
	(decision,) = decisions_on(held)
	assert decision.outcome == "Release"
	inputs = json.loads(decision.inputs)
	assert (inputs["hold"], inputs["place"], inputs["exposure"]["unallocated_payments"]) == (
		hold.name,
		1,
		"500.00",
	)
	assert notes_on(held.customer) == []
	done(make_sales_invoice(held.name))


def test_too_little_money_lets_nothing_go(held: Any) -> None:
	pay(held.customer, 499.99)
	assert rechecked(held.customer) == []
	assert credit_status(held) == "Held"
	assert decisions_on(held) == []


def test_by_priority_then_by_age_and_never_beyond_the_limit(company: str, service: str) -> None:
	customer = limited(1000)
	submitted(customer, service, 1000)
	oldest, large, urgent, youngest = (
		submitted(customer, service, amount) for amount in (400, 900, 300, 200)
	)
	api.set_priority(hold_of(urgent).name, 1)
	pay(customer, 600)
	gone = rechecked(customer)
	# 300 for the urgent one leaves 300: too little for the older two, enough for the youngest.
	assert gone == [hold_of(urgent).name, hold_of(youngest).name]
	assert [credit_status(order) for order in (oldest, large)] == ["Held", "Held"]
	assert json.loads(decisions_on(urgent)[0].inputs)["place"] == 1
	pay(customer, 300)
	assert rechecked(customer) == [hold_of(oldest).name]


def test_a_priority_is_from_1_to_9(held: Any) -> None:
	for wrong in (0, 10):
		with pytest.raises(frappe.ValidationError):
			api.set_priority(hold_of(held).name, wrong)


def test_what_a_person_reviews_goes_too_and_what_was_rejected_never(company: str, service: str) -> None:
	customer = limited()
	reviewed, rejected = submitted(customer, service, 1100), submitted(customer, service, 1200)
	apply_workflow(hold_of(reviewed), "Review")
	api.reject(hold_of(rejected).name)
	pay(customer, 5000)
	assert rechecked(customer) == [hold_of(reviewed).name]
	assert hold_of(rejected).status == "Rejected"


def test_a_raised_limit_a_credit_note_and_a_closed_order(company: str, service: str) -> None:
	customer = limited(1000)
	first = submitted(customer, service, 600)
	invoice = done(make_sales_invoice(first.name))
	second = submitted(customer, service, 400)
	waiting = [submitted(customer, service, amount) for amount in (500, 400, 600)]

	erp.insert("Credit Profile", customer=customer, company=company, limit_kind="Limit", credit_limit=1500)
	assert len(notes_on(customer)) == 1
	assert rechecked(customer) == [hold_of(waiting[0]).name]

	update_status("Closed", second.name)
	assert notes_on(customer)
	assert rechecked(customer) == [hold_of(waiting[1]).name]

	done(make_sales_return(invoice.name))
	assert notes_on(customer)
	assert rechecked(customer) == [hold_of(waiting[2]).name]


def test_a_raised_limit_of_erpnext_s_own(held: Any) -> None:
	document = frappe.get_doc("Customer", held.customer)
	document.credit_limits[0].credit_limit = 1500
	document.save()
	assert len(notes_on(held.customer)) == 1
	document.customer_name = "Anders"
	document.save()
	assert len(notes_on(held.customer)) == 1
	assert rechecked(held.customer) == [hold_of(held).name]


def test_a_cancelled_order_leaves_its_credit_to_others(company: str, service: str) -> None:
	customer = limited()
	first, second = submitted(customer, service, 900), submitted(customer, service, 800)
	first.reload()
	first.cancel()
	assert notes_on(customer)
	assert rechecked(customer) == [hold_of(second).name]


def test_what_was_lost_is_found_within_a_minute(held: Any, jobs: list[tuple[str, dict[str, Any]]]) -> None:
	pay(held.customer, 500)
	ledger.settle()
	jobs.clear()
	tasks.recheck_noted()
	assert ("recheck", held.customer) in [
		(method.rpartition(".")[2], kwargs.get("customer")) for method, kwargs in jobs
	]


def test_a_limit_of_all_customers_is_about_those_who_wait(
	company: str, service: str, jobs: list[tuple[str, dict[str, Any]]]
) -> None:
	customer, idle = erp.make_customer(), erp.make_customer()
	frappe.db.set_value("Company", company, "credit_limit", 300)
	frappe.clear_document_cache("Company", company)
	order = submitted(customer, service, 301)
	notes.note([("", company)], "Company")
	tasks.recheck_noted()
	assert len(notes_on(customer)) == 1
	assert notes_on(idle) == []
	asked = {kwargs.get("customer") for method, kwargs in jobs if method.endswith("tasks.recheck")}
	assert customer in asked
	assert idle not in asked
	frappe.db.set_value("Company", company, "credit_limit", 0)
	frappe.clear_document_cache("Company", company)
	assert rechecked(customer) == [hold_of(order).name]


def test_notes_about_nobody_who_waits_are_forgotten_after_a_while(
	company: str, jobs: list[tuple[str, dict[str, Any]]]
) -> None:
	customer = erp.make_customer()
	pay(customer, 10)
	assert len(notes_on(customer)) == 1
	recheck.sweep(now_datetime() + timedelta(minutes=1))
	assert len(notes_on(customer)) == 1
	recheck.sweep(now_datetime() + timedelta(minutes=6))
	assert notes_on(customer) == []
	assert customer not in {kwargs.get("customer") for _method, kwargs in jobs}


def test_switched_off_only_persons_release(held: Any, jobs: list[tuple[str, dict[str, Any]]]) -> None:
	with settings(release_holds=0):
		jobs.clear()
		pay(held.customer, 500)
		assert notes_on(held.customer) == []
		assert recheck.sweep(now_datetime()) == 0
	assert not [method for method, _kwargs in jobs if "recheck" in method]


def test_one_that_cannot_be_looked_at_keeps_nobody_waiting(
	company: str, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
	customer = limited()
	broken, sound = submitted(customer, service, 1100), submitted(customer, service, 1200)
	pay(customer, 5000)
	judge = checking.judge

	def failing(order: Any, *asked: Any) -> Any:
		if order.name == broken.name:
			raise ZeroDivisionError("the order is on fire")
		return judge(order, *asked)

	monkeypatch.setattr(checking, "judge", failing)
	assert rechecked(customer) == [hold_of(sound).name]
	assert hold_of(broken).status == "Open"
	assert frappe.db.exists(
		"Error Log", {"reference_doctype": "Credit Hold", "reference_name": hold_of(broken).name}
	)


# --- deposits ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def on_deposit(company: str, service: str) -> Callable[[str, float], tuple[Any, str]]:
	"""An order that goes on a deposit of 20 per cent, as a policy asks for one; and its hold."""
	rule = {
		"title": "Anzahlung",
		"test": "Always",
		"outcome": "Deposit",
		"deposit_percent": 20,
		"at_order": 1,
	}
	policy = erp.insert(
		"Credit Policy",
		policy_name=f"Anzahlung {frappe.generate_hash(length=8)}",
		for_company=company,
		currency="EUR",
		rules=[rule],
	)
	policies.activate(policy.name)

	def order(customer: str, net: float) -> tuple[Any, str]:
		document = submitted(customer, service, net)
		return document, str(hold_of(document).name)

	return order


def test_a_deposit_lets_its_order_go(company: str, on_deposit: Callable[..., tuple[Any, str]]) -> None:
	customer = erp.make_customer()
	order, name = on_deposit(customer, 1500)
	assert hold_of(order).required_deposit == 300
	pay(customer, 5000)
	assert rechecked(customer) == [], "what was paid for nothing in particular is no deposit"
	pay(customer, 200, order.name)
	assert rechecked(customer) == []
	assert hold_of(order).deposit_received == 200
	pay(customer, 100, order.name)
	assert rechecked(customer) == [name]
	hold = hold_of(order)
	assert (hold.status, hold.deposit_received, hold.deposit_unallocated) == ("Released", 300, 0)
	assert "300,00" in decisions_on(order)[0].reasons


def test_unallocated_payments_are_the_deposit_of_one_order_only(
	company: str, on_deposit: Callable[..., tuple[Any, str]]
) -> None:
	customer = erp.make_customer()
	(first, one), (_second, two) = (on_deposit(customer, 1500) for _ in range(2))
	pay(customer, 500)
	with settings(deposits_unallocated=1):
		assert rechecked(customer) == [one]
		assert hold_of(first).deposit_unallocated == 300
		assert rechecked(customer) == [], "200 are left"
		pay(customer, 100)
		assert rechecked(customer) == [two]


# --- a delivery that is held by itself ---------------------------------------------------------------------------------------


@pytest.fixture
def note_held(company: str, item: str) -> Iterator[tuple[Any, str]]:
	erp.receive(item, 10, 5)
	order = submitted(limited(), item, 100)
	note = erp.on(make_delivery_note(order.name), "2026-03-05").insert()
	with as_system("credit hold") as system:
		hold = system.insert(
			{
				"doctype": "Credit Hold",
				"held_doctype": "Delivery Note",
				"held_document": note.name,
				"checkpoint": "Delivery",
				"customer": order.customer,
				"company": company,
				"currency": "EUR",
				"order_amount": 100,
				"amount_to_release": 100,
			}
		)
	yield note, str(hold.name)


def test_a_held_delivery_stays_a_draft_until_it_is_released(note_held: tuple[Any, str]) -> None:
	note, hold = note_held
	note.reload()
	note.save()
	assert guard.is_held("Delivery Note", note.name)
	with erp.refused(services.CreditHoldError) as refusal:
		note.submit()
	assert note.name in str(refusal.value)
	assert hold in str(refusal.value)
	api.release(hold)
	note = frappe.get_doc("Delivery Note", note.name)
	note.submit()
	assert note.docstatus == 1


def test_a_held_delivery_that_is_deleted_takes_its_hold_along(note_held: tuple[Any, str]) -> None:
	note, hold = note_held
	frappe.delete_doc("Delivery Note", note.name)
	assert frappe.db.get_value("Credit Hold", hold, "status") == "Withdrawn"


# --- the queue -----------------------------------------------------------------------------------------------------------------


def test_the_queue(company: str, service: str) -> None:
	customer = limited()
	small, large = submitted(customer, service, 1100), submitted(customer, service, 21_000)
	api.set_priority(hold_of(large).name, 2)
	with acting(make_user("Credit Controller")):
		found = api.hold_queue(customer=customer)
		assert (found["total"], found["amounts"]) == (2, [{"currency": "EUR", "amount": 20_100}])
		assert [row["sales_order"] for row in found["rows"]] == [large.name, small.name]
		assert [row["within_authority"] for row in found["rows"]] == [False, True]
		assert found["rows"][0]["authority_verdict"] == "beyond_authority"
		for sort, first in (("age", small), ("amount", large)):
			(row,) = api.hold_queue(customer=customer, sort=sort, limit=1)["rows"]
			assert row["sales_order"] == first.name
		assert api.hold_queue(customer=customer, document=small.name)["total"] == 1
		assert api.hold_queue(customer=customer, priority=2)["total"] == 1
		assert api.hold_queue(customer=customer, status="Released")["total"] == 0
		assert api.hold_queue(customer=customer, checkpoint="Delivery")["rows"] == []
		with pytest.raises(frappe.ValidationError):
			api.hold_queue(sort="name; drop table")


def test_many_at_once_each_with_its_own_outcome(company: str, service: str) -> None:
	customer = limited()
	small, large, refused = (submitted(customer, service, amount) for amount in (1100, 21_000, 1200))
	api.reject(hold_of(refused).name)
	names = [hold_of(order).name for order in (small, large, refused)]
	with acting(make_user("Credit Controller")):
		outcomes = api.decide_many([*names, "no such hold"], "Release", "Sammelfreigabe")
	assert [outcome["done"] for outcome in outcomes] == [True, False, False, False]
	assert [outcome["hold"] for outcome in outcomes] == [*names, "no such hold"]
	assert outcomes[0]["status"] == "Released"
	assert (outcomes[1]["error"], outcomes[1]["status"]) == ("CreditAuthorityError", "Open")
	assert "10.000,00" in outcomes[1]["message"]
	assert outcomes[2]["error"] == "WorkflowTransitionError"
	assert outcomes[3]["error"] == "DoesNotExistError"
	assert [credit_status(order) for order in (small, large, refused)] == ["Released", "Held", "Rejected"]
	assert not hold_of(large).comment, "what failed is left as it was"
	with acting(make_user("Order Manager")), pytest.raises(frappe.PermissionError):
		api.decide_many(json.dumps(names), "Release")
	with pytest.raises(frappe.ValidationError):
		api.decide_many(names, "Delete")


def test_the_history_of_a_hold(held: Any) -> None:
	name = hold_of(held).name
	with acting(make_user("Credit Controller")):
		api.review(name, "Ruft an")
		api.release(name, "Hat angerufen")
		entries = api.hold_history(name)
	assert [entry["what"] for entry in entries if entry["kind"] == "event"] == ["Held", "Released"]
	assert [entry["details"]["outcome"] for entry in entries if entry["kind"] == "decision"] == ["Hold"]
	assert entries == sorted(entries, key=lambda entry: str(entry["at"]))


def test_strangers_see_and_decide_nothing(held: Any, company: str) -> None:
	name = hold_of(held).name
	with acting(make_user("Sales User")):
		for call in (
			lambda: api.hold_queue(),
			lambda: api.hold(name),
			lambda: api.hold_history(name),
			lambda: api.my_authority(company),
			lambda: api.review(name),
			lambda: api.approve(name),
			lambda: api.set_priority(name, 1),
			lambda: api.decide_many([name], "Release"),
		):
			with pytest.raises(frappe.PermissionError):
				call()
	assert services.authority_of(company, make_user("Sales User")) == Decimal(0)
