"""What the workspace's screens of credit are told: the queue of holds, one hold, a customer's credit."""

from __future__ import annotations

from typing import Any

import frappe
import pytest
from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice
from o2c_extensions.credit_control import api as credit_api
from o2c_extensions.o2c_workspace import api

from tests.support import erp
from tests.support.holds import acting, done, hold_of, limited, make_user, settings, submitted


@pytest.fixture
def held(company: str, service: str) -> Any:
	return submitted(limited(), service, 1500)


def queued(company: str) -> list[dict[str, Any]]:
	return list(api.hold_queue(company)["holds"])


def row_of(order: Any, company: str) -> dict[str, Any]:
	return next(row for row in queued(company) if row["sales_order"] == order.name)


def test_the_queue_goes_by_priority_and_then_by_age(company: str, service: str) -> None:
	orders = [submitted(limited(), service, 1500) for _order in range(3)]
	credit_api.set_priority(hold_of(orders[2]).name, 1)
	names = [row["sales_order"] for row in queued(company)]
	assert names.index(orders[2].name) < names.index(orders[0].name) < names.index(orders[1].name)
	assert api.hold_queue(company)["total"] == len(names)


def test_each_hold_says_whose_turn_it_is(company: str, service: str) -> None:
	small, large = submitted(limited(), service, 1500), submitted(limited(), service, 90_000)
	with acting(make_user("Credit Controller")):
		mine, beyond = row_of(small, company)["turn"], row_of(large, company)["turn"]
	assert mine["mine"]
	assert mine["roles"] == ["Credit Controller", "Credit Manager"]
	assert beyond["roles"] == ["Credit Manager"]
	assert not beyond["mine"]
	with acting(make_user("Order Manager")):
		answer = api.hold_queue(company)
		assert not answer["may_write"]
		assert not any(row["turn"]["mine"] for row in answer["holds"])


def test_the_first_of_two_persons_sees_that_it_is_anothers_turn(company: str, held: Any) -> None:
	hold = hold_of(held).name
	with settings(four_eyes_above=100):
		first, second = make_user("Credit Manager"), make_user("Credit Manager")
		with acting(first):
			told = api.hold(hold)
			assert told["turn"]["takes_two"] and told["turn"]["mine"]
			assert told["actions"] == ["Review", "Approve", "Reject"]
			credit_api.approve(hold)
			told = api.hold(hold)
			assert told["turn"]["verdict"] == "same_person"
			assert "Release" not in told["actions"]
		with acting(second):
			told = api.hold(hold)
			assert told["turn"]["mine"]
			assert "Release" in told["actions"]


def test_one_hold_comes_with_all_that_is_needed_to_decide(company: str, held: Any) -> None:
	told = api.hold(hold_of(held).name)
	assert told["hold"]["order_amount"] == 1500
	assert told["credit"]["limit"] == 1000
	assert told["document"]["lines"][0]["amount"] == 1500
	assert told["authority"]["company"] == company
	# The latest first. Those of another test's order may follow: it bore this name too before it was deleted.
	checks = [row for row in told["decisions"] if row["decision_type"] == "Credit Check"]
	assert checks[0]["outcome"] == "Hold"
	frappe.get_doc("Credit Hold", told["hold"]["name"]).add_comment("Comment", "They pay on Friday.")
	assert "Friday" in api.hold(told["hold"]["name"])["comments"][0]["content"]


def test_a_hold_of_somebody_who_held_before_says_so(company: str, service: str) -> None:
	customer = limited()
	first = submitted(customer, service, 1500)
	second = submitted(customer, service, 1600)
	told = api.hold(hold_of(second).name)
	assert [past["sales_order"] for past in told["previous"]] == [first.name]


def test_what_a_role_may_not_see_of_a_hold_is_not_sent(company: str, held: Any) -> None:
	hold = hold_of(held).name
	with acting(make_user("Credit Controller")):
		told = api.hold(hold)
		# The app's role alone reads neither orders nor invoices: ERPNext's own roles do.
		assert told["document"] is None
		assert told["overdue"] == []
		assert told["decisions"]
	with acting(make_user("Sales User")):
		with pytest.raises(frappe.PermissionError):
			api.hold_queue(company)
		with pytest.raises(frappe.PermissionError):
			api.hold(hold)
		with pytest.raises(frappe.PermissionError):
			api.customer_credit(held.customer, company)


def profile(customer: str, company: str, **values: Any) -> Any:
	return erp.insert(
		"Credit Profile",
		customer=customer,
		company=company,
		limit_kind="Limit",
		**{"credit_limit": 5000, "currency": "EUR", **values},
	)


def test_a_customers_credit_says_what_was_agreed_and_who_changed_it(company: str) -> None:
	customer = limited()
	assert api.customer_credit(customer, company)["profile"] is None
	agreed = profile(customer, company)
	agreed.reload()
	agreed.credit_limit = 7000
	agreed.save(ignore_version=False)
	told = api.customer_credit(customer, company)
	assert told["standing"]["limit"] == 7000
	assert told["profile"]["credit_limit"] == 7000
	assert told["history"][0]["changes"][0]["field"] == "credit_limit"
	assert told["may"] == {"read": True, "write": True, "create": True, "decide_proposals": True}


def test_a_customers_credit_shows_the_account_above(company: str) -> None:
	parent, child = limited(), limited()
	profile(parent, company)
	profile(child, company, parent_account=parent)
	told = api.customer_credit(child, company)
	assert told["standing"]["parent"]["customer"] == parent
	assert told["standing"]["parent"]["limit"] == 5000


def test_what_a_customer_owed_is_for_those_who_see_invoices(company: str) -> None:
	customer = limited()
	told = api.customer_credit(customer, company)["balances"]
	assert len(told) == 13
	assert all(point["value"] == 0 for point in told)
	with acting(make_user("Credit Manager", "Sales User")):
		told = api.customer_credit(customer, company)
		assert told["balances"] is None
		assert told["overdue"] == []


def test_documents_that_one_may_not_see_have_no_name(company: str, service: str) -> None:
	customer = limited(100_000)
	invoice = make_sales_invoice(submitted(customer, service, 700).name)
	done(invoice)
	owed = credit_api.exposure_documents(customer, company, "receivables")["rows"]
	assert [(row["name"], row["amount"]) for row in owed] == [(invoice.name, 700)]
	with acting(make_user("Credit Controller", "Sales User")):
		hidden = credit_api.exposure_documents(customer, company, "receivables")["rows"]
	assert [(row["name"], row["amount"]) for row in hidden] == [(None, 700)]
