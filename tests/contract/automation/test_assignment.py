"""Assigning by hand and by rule."""

from __future__ import annotations

import frappe
import pytest
from frappe.automation.doctype.assignment_rule.assignment_rule import bulk_apply
from frappe.desk.form import assign_to

from tests.contract.automation.tools import (
	CLERK,
	DAYS,
	ORDER,
	OTHER,
	PARTY,
	VIEWER,
	acting_as,
	order,
	party,
	told,
)

pytestmark = pytest.mark.usefixtures("forget_automation")


def todos(doc, **filters) -> list[tuple]:
	rows = frappe.get_all(
		"ToDo",
		filters={"reference_type": doc.doctype, "reference_name": doc.name, **filters},
		fields=["allocated_to", "status"],
		order_by="creation",
	)
	return [(row.allocated_to, row.status) for row in rows]


def assign(doc, *users: str, **values) -> list[dict]:
	return assign_to.add({"assign_to": list(users), "doctype": doc.doctype, "name": doc.name, **values})


# --- by hand -----------------------------------------------------------------------------------------------------


def test_assigning_makes_a_todo():
	doc = party()
	assert [row.owner for row in assign(doc, CLERK, description="look <b>here</b>")] == [CLERK]
	todo = frappe.get_last_doc("ToDo", {"reference_name": doc.name})
	assert (todo.allocated_to, todo.assigned_by, todo.status, todo.priority) == (
		CLERK,
		"Administrator",
		"Open",
		"Medium",
	)
	assert todo.description == "look &lt;b&gt;here&lt;/b&gt;"
	assert str(todo.date) == frappe.utils.nowdate()
	assert frappe.db.get_value(PARTY, doc.name, "_assign") == f'["{CLERK}"]'


def test_nobody_gets_it_twice():
	doc = party()
	assign(doc, CLERK)
	frappe.clear_messages()
	assign(doc, CLERK)
	assert todos(doc) == [(CLERK, "Open")]
	assert "Already in the following Users ToDo list" in told()


def test_who_may_not_read_it_has_it_shared():
	doc = party()
	assert not frappe.has_permission(PARTY, doc=doc, user=VIEWER)
	assign(doc, VIEWER)
	assert frappe.db.get_value("DocShare", {"share_name": doc.name, "user": VIEWER}, "read") == 1
	assert "Shared with the following Users" in told()


def test_assigning_needs_the_right_to_read():
	doc = party()
	with acting_as(VIEWER), pytest.raises(frappe.PermissionError):
		assign(doc, CLERK)


def test_closing_is_for_the_assignee():
	doc = party()
	assign(doc, CLERK)
	with pytest.raises(frappe.ValidationError, match="Only the assignee"):
		assign_to.close(PARTY, doc.name, CLERK)
	with acting_as(CLERK):
		assert assign_to.close(PARTY, doc.name, CLERK) == []
	assert todos(doc) == [(CLERK, "Closed")]


def test_removing_cancels():
	doc = party()
	assign(doc, CLERK, OTHER)
	left = assign_to.remove(PARTY, doc.name, CLERK)
	assert [row.owner for row in left] == [OTHER]
	assert todos(doc, allocated_to=CLERK) == [(CLERK, "Cancelled")]


def test_clearing_and_closing_all():
	doc = party()
	assert assign_to.clear(PARTY, doc.name) is False
	assert assign_to.close_all_assignments(PARTY, doc.name) is False
	assign(doc, CLERK, OTHER)
	assert assign_to.close_all_assignments(PARTY, doc.name) is True
	assert {status for _user, status in todos(doc)} == {"Closed"}
	assert assign_to.clear(PARTY, doc.name) is True
	assert {status for _user, status in todos(doc)} == {"Cancelled"}


def test_the_assignee_is_told():
	doc = party("Told Ltd")
	assign(doc, CLERK, description="please")
	log = frappe.get_last_doc("Notification Log", {"for_user": CLERK})
	assert (log.type, log.document_type, log.document_name) == ("Assignment", PARTY, doc.name)
	assert (
		log.subject
		== '<strong>Administrator</strong> assigned a new task <strong>Contract Party</strong> <b class="subject-title">Told Ltd</b> to you'
	)
	assign_to.remove(PARTY, doc.name, CLERK)
	subjects = frappe.get_all(
		"Notification Log", {"for_user": CLERK, "document_name": doc.name}, pluck="subject"
	)
	assert any("has been removed by <strong>Administrator</strong>" in subject for subject in subjects)


def test_nobody_is_told_of_their_own_doing():
	doc = party()
	with acting_as(CLERK):
		assign(doc, CLERK)
	assert not frappe.db.exists("Notification Log", {"for_user": CLERK, "document_name": doc.name})


# --- by rule -----------------------------------------------------------------------------------------------------


def rule(name: str = "Contract Rule", **values) -> object:
	return frappe.get_doc(
		{
			"doctype": "Assignment Rule",
			"name": name,
			"document_type": PARTY,
			"description": "Look at {{ party_name }}",
			"assign_condition": "credit_limit > 10",
			"rule": "Round Robin",
			"users": [{"user": CLERK}, {"user": OTHER}],
			"assignment_days": [{"day": day} for day in DAYS],
			**values,
		}
	).insert()


def big(name: str, **values):
	return party(name, credit_limit=20, **values)


def test_a_rule_assigns_what_meets_its_condition():
	rule()
	assert todos(party("Small")) == []
	doc = big("Big")
	assert todos(doc) == [(CLERK, "Open")]
	todo = frappe.get_last_doc("ToDo", {"reference_name": "Big"})
	assert (todo.description, todo.assignment_rule) == ("Look at Big", "Contract Rule")


def test_in_turn():
	rule()
	assert [todos(big(name))[0][0] for name in ("a", "b", "c")] == [CLERK, OTHER, CLERK]
	assert frappe.db.get_value("Assignment Rule", "Contract Rule", "last_user") == CLERK


def test_to_who_has_least():
	rule(rule="Load Balancing")
	busy = big("busy")
	assert todos(busy)[0][0] == CLERK
	assert todos(big("second"))[0][0] == OTHER
	with acting_as(CLERK):
		assign_to.close(PARTY, "busy", CLERK)
	assert todos(big("third"))[0][0] == CLERK


def test_to_who_stands_in_a_field():
	rule(rule="Based on Field", field="owner", users=[])
	with acting_as(OTHER):
		doc = big("mine")
	assert todos(doc) == [(OTHER, "Open")]


def test_a_saved_document_is_not_assigned_again():
	rule()
	doc = big("once")
	doc.save()
	assert todos(doc) == [(CLERK, "Open")]


def test_unassigning():
	rule(unassign_condition="disabled == 1")
	doc = big("gone")
	doc.disabled = 1
	doc.credit_limit = 0
	doc.save()
	assert todos(doc) == [(CLERK, "Cancelled")]


def test_unassigned_by_one_rule_assigned_by_the_next():
	rule("First", unassign_condition="disabled == 1", assign_condition="disabled == 0", priority=2)
	rule("Second", assign_condition="disabled == 1", priority=1, users=[{"user": OTHER}])
	doc = big("moving")
	doc.disabled = 1
	doc.save()
	assert todos(doc, status="Open") == [(OTHER, "Open")]


def test_closing_and_reopening():
	rule(close_condition="party_group == 'Retail'")
	doc = big("closing")
	doc.party_group = "Retail"
	doc.save()
	assert todos(doc) == [(CLERK, "Closed")]
	doc.party_group = "Wholesale"
	doc.save()
	assert todos(doc) == [(CLERK, "Open")]


def test_the_rule_of_higher_priority_goes_first():
	rule("Low", priority=1, users=[{"user": CLERK}])
	rule("High", priority=5, users=[{"user": OTHER}])
	assert todos(big("prior")) == [(OTHER, "Open")]


def test_a_disabled_rule_rests():
	doc = rule()
	doc.disabled = 1
	doc.save()
	assert todos(big("left")) == []


def test_a_rule_has_its_days():
	rule(assignment_days=[{"day": "Monday"}])
	frappe.flags.assignment_day = "Sunday"
	try:
		assert todos(big("on sunday")) == []
		frappe.flags.assignment_day = "Monday"
		assert todos(big("on monday")) == [(CLERK, "Open")]
	finally:
		frappe.flags.assignment_day = None


def test_a_condition_that_fails_keeps_nobody_from_saving():
	rule(assign_condition="no_such_field > 1")
	frappe.clear_messages()
	assert todos(big("saved")) == []
	assert "Auto assignment failed" in told()


def test_due_dates_follow():
	rule(document_type=ORDER, assign_condition="docstatus == 0", due_date_based_on="posting_date")
	doc = order(posting_date="2024-01-10")
	date = ("ToDo", {"reference_name": doc.name}, "date")
	assert str(frappe.db.get_value(*date)) == "2024-01-10"
	doc.posting_date = "2024-02-20"
	doc.save()
	assert str(frappe.db.get_value(*date)) == "2024-02-20"


def test_applying_to_documents_from_before():
	docs = [big("before 1"), big("before 2")]
	rule()
	bulk_apply(PARTY, frappe.as_json([doc.name for doc in docs]))
	assert [todos(doc)[0][0] for doc in docs] == [CLERK, OTHER]


def test_todos_are_not_assigned():
	with pytest.raises(frappe.ValidationError, match="not allowed on document type"):
		rule(document_type="ToDo")


def test_days_do_not_repeat():
	with pytest.raises(frappe.ValidationError, match="Monday"):
		rule(assignment_days=[{"day": "Monday"}, {"day": "Monday"}])
