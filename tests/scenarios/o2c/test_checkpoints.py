"""The policy is asked again where goods go and bills are made: at release, pick, delivery and invoice."""

from __future__ import annotations

from typing import Any

import frappe
import pytest
from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note, make_sales_invoice
from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice as bill_delivery
from o2c_extensions.common import casebook, closing
from o2c_extensions.credit_control import api, tasks
from o2c_extensions.credit_control.domain import criteria
from o2c_extensions.credit_control.queries import holds as queries
from o2c_extensions.credit_control.services import policies, recheck
from o2c_extensions.credit_control.services.holds import CreditHoldError
from o2c_extensions.order_orchestration import services as orchestration

from tests.support import erp
from tests.support.holds import DAY, credit_status, done, hold_of, limited, submitted

NOWHERE = dict.fromkeys(("at_order", "at_release", "at_pick", "at_delivery", "at_invoice"), 0)
Jobs = list[tuple[str, dict[str, Any]]]


def policy(*rules: dict[str, Any]) -> Any:
	"""A policy in force; a rule holds unless told otherwise, where it says so only."""
	made = erp.insert(
		"Credit Policy",
		policy_name=f"Richtlinie {frappe.generate_hash(length=8)}",
		for_company=erp.COMPANY,
		currency="EUR",
		rules=[
			{"title": f"{row['test']} {place}", "outcome": "Hold", **NOWHERE, **row}
			for place, row in enumerate(rules)
		],
	)
	policies.activate(made.name)
	return made


def end_of_transaction() -> None:
	"""What is done before the commit."""
	closing._close()


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> Jobs:
	called: Jobs = []
	monkeypatch.setattr(frappe, "enqueue", lambda method, **kwargs: called.append((str(method), kwargs)))
	return called


@pytest.fixture
def goods(company: str, item: str) -> str:
	erp.receive(item, 100, 5)
	return item


def drafted(order: Any) -> Any:
	note = erp.on(make_delivery_note(order.name), DAY).insert()
	end_of_transaction()
	return note


def holds_on(document: Any) -> list[Any]:
	names = frappe.get_all(
		"Credit Hold",
		filters={"held_doctype": document.doctype, "held_document": document.name},
		order_by="creation asc",
		pluck="name",
	)
	return [frappe.get_doc("Credit Hold", name) for name in names]


def refused_at_once(document: Any, jobs: Jobs) -> None:
	"""Made and submitted in one go: nothing is left of it, and a job holds what it was for."""
	jobs.clear()
	with erp.refused(CreditHoldError):
		erp.on(document, DAY).insert()
		document.submit()
	(call,) = [kwargs for method, kwargs in jobs if method.endswith("tasks.hold_refused")]
	assert not call.get("enqueue_after_commit"), "the refusal would take the job back"
	tasks.hold_refused(call["doctype"], call["name"], call["orders"])


def test_a_delivery_is_held_as_a_draft_and_goes_when_it_is_released(goods: str) -> None:
	policy({"test": criteria.ORDER_VALUE, "amount": 100, "at_delivery": 1})
	order = submitted(erp.make_customer(), goods, 150)
	assert credit_status(order) == "Passed"
	note = drafted(order)
	(hold,) = holds_on(note)
	assert (hold.checkpoint, hold.status, hold.sales_order) == ("Delivery", "Open", None)
	assert hold.amount_to_release == 150
	assert credit_status(order) == "Passed", "the order itself is not held"
	note.reload()
	note.save()
	end_of_transaction()
	assert len(holds_on(note)) == 1
	with erp.refused(CreditHoldError):
		note.submit()
	api.release(hold.name)
	note = frappe.get_doc("Delivery Note", note.name)
	note.submit()
	assert note.docstatus == 1


def test_a_delivery_made_and_submitted_in_one_go_holds_its_order(goods: str, jobs: Jobs) -> None:
	policy({"test": criteria.ORDER_VALUE, "amount": 100, "at_delivery": 1})
	order = submitted(erp.make_customer(), goods, 150)
	refused_at_once(make_delivery_note(order.name), jobs)
	assert hold_of(order).checkpoint == "Delivery"
	assert queries.holds_on([order.name]) == {order.name: "Open"}
	api.release(hold_of(order).name)
	done(make_delivery_note(order.name))


def test_what_passes_leaves_no_hold(goods: str) -> None:
	policy({"test": criteria.ORDER_VALUE, "amount": 100, "at_delivery": 1, "at_invoice": 1})
	order = submitted(erp.make_customer(), goods, 100)
	note = drafted(order)
	note.submit()
	invoice = erp.on(make_sales_invoice(submitted(order.customer, goods, 100).name), DAY).insert()
	end_of_transaction()
	invoice.submit()
	assert holds_on(note) == holds_on(invoice) == []


def test_a_release_covers_what_it_was_for_and_nothing_else(goods: str, jobs: Jobs) -> None:
	"""Released over the limit, it is delivered over the limit; an account that was blocked since is another matter."""
	everywhere = {"at_order": 1, "at_delivery": 1}
	policy({"test": criteria.OVER_LIMIT, **everywhere}, {"test": criteria.BLOCKED, **everywhere})
	order = submitted(limited(), goods, 1500, row={"qty": 2})
	api.release(hold_of(order).name)
	note = make_delivery_note(order.name)
	note.items[0].qty = 1
	done(note)
	profile = {
		"customer": order.customer,
		"company": erp.COMPANY,
		"is_blocked": 1,
		"block_reason": "Insolvenz",
	}
	erp.insert("Credit Profile", **profile)
	refused_at_once(make_delivery_note(order.name), jobs)
	assert criteria.BLOCKED in hold_of(order).causes


def test_an_invoice_is_held_but_not_that_of_delivered_goods(goods: str, jobs: Jobs) -> None:
	policy({"test": criteria.ORDER_VALUE, "amount": 100, "at_invoice": 1})
	customer = erp.make_customer()
	order = submitted(customer, goods, 150)
	note = done(make_delivery_note(order.name))
	done(bill_delivery(note.name))
	another = submitted(customer, goods, 150)
	refused_at_once(make_sales_invoice(another.name), jobs)
	assert hold_of(another).checkpoint == "Invoice"
	# One that comes from no order is held itself, as a draft.
	alone = erp.invoice(customer, [{"item_code": goods, "qty": 1, "rate": 200}], taxes=[]).insert()
	end_of_transaction()
	(hold,) = holds_on(alone)
	with erp.refused(CreditHoldError):
		alone.submit()
	api.release(hold.name)
	frappe.get_doc("Sales Invoice", alone.name).submit()


def test_a_held_draft_that_passes_by_now_is_released_by_itself(goods: str) -> None:
	policy({"test": criteria.BLOCKED, "at_delivery": 1})
	customer = erp.make_customer()
	agreed = erp.insert(
		"Credit Profile", customer=customer, company=erp.COMPANY, is_blocked=1, block_reason="Insolvenz"
	)
	note = drafted(submitted(customer, goods, 50))
	(hold,) = holds_on(note)
	assert recheck.recheck(customer, erp.COMPANY, casebook.today()) == []
	agreed.is_blocked = 0
	agreed.save()
	assert recheck.recheck(customer, erp.COMPANY, casebook.today()) == [hold.name]
	frappe.get_doc("Delivery Note", note.name).submit()


def test_a_refusing_policy_leaves_the_draft(goods: str) -> None:
	policy({"test": criteria.ORDER_VALUE, "amount": 100, "at_delivery": 1, "outcome": "Reject"})
	order = submitted(erp.make_customer(), goods, 150)
	note = drafted(order)
	(hold,) = holds_on(note)
	assert hold.status == "Rejected"
	with erp.refused(CreditHoldError):
		note.submit()
	assert frappe.db.get_value("Sales Order", order.name, "status") != "Closed"


def test_returns_are_welcome(goods: str) -> None:
	from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_return

	order = submitted(erp.make_customer(), goods, 150)
	note = done(make_delivery_note(order.name))
	policy({"test": criteria.ALWAYS, "at_delivery": 1, "at_invoice": 1})
	back = make_sales_return(note.name)
	done(back)
	end_of_transaction()
	assert holds_on(back) == []


def test_an_order_is_held_when_it_is_to_be_released(goods: str) -> None:
	policy({"test": criteria.ORDER_VALUE, "amount": 100, "at_release": 1})
	large = submitted(erp.make_customer(), goods, 150)
	small = submitted(erp.make_customer(), goods, 50)
	assert orchestration.release_order(large.name) == []
	assert hold_of(large).checkpoint == "Release"
	assert not frappe.db.exists("Delivery Note Item", {"against_sales_order": large.name})
	assert len(orchestration.release_order(small.name)) == 1
	api.release(hold_of(large).name)
	assert len(orchestration.release_order(large.name)) == 1


def test_no_pick_for_an_order_that_does_not_pass(goods: str, jobs: Jobs) -> None:
	if not frappe.db.exists("DocType", "Pick List"):
		pytest.skip("this engine has no pick lists")
	from erpnext.selling.doctype.sales_order.sales_order import create_pick_list

	policy({"test": criteria.ORDER_VALUE, "amount": 100, "at_pick": 1})
	order = submitted(erp.make_customer(), goods, 150)
	with erp.refused(CreditHoldError):
		create_pick_list(order.name).insert().submit()
	(call,) = [kwargs for method, kwargs in jobs if method.endswith("tasks.hold_refused")]
	tasks.hold_refused(call["doctype"], call["name"], call["orders"])
	assert hold_of(order).checkpoint == "Pick"
