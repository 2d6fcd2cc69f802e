"""Workflows: states, transitions, who may make them, and what happens to the document."""

from __future__ import annotations

import email
import email.policy
import json
import re
from html import unescape

import frappe
import pytest
from frappe.model.workflow import (
	WorkflowPermissionError,
	WorkflowStateError,
	WorkflowTransitionError,
	apply_workflow,
	bulk_workflow_approval,
	can_cancel_document,
	get_common_transition_actions,
	get_transitions,
	get_workflow,
	get_workflow_name,
)

from tests.contract.automation.conftest import NAME, workflow
from tests.contract.automation.tools import CLERK, ORDER, OTHER, PARTY, acting_as, forget, order

pytestmark = pytest.mark.usefixtures("approval", "forget_automation")


def actions(doc) -> set[str]:
	return {transition["action"] for transition in get_transitions(doc)}


def handed_in():
	with acting_as(CLERK):
		return apply_workflow(order(), "Hand In")


def test_the_active_workflow_is_known():
	assert get_workflow_name(ORDER) == NAME
	assert get_workflow(ORDER).workflow_state_field == "contract_state"
	assert not get_workflow_name(PARTY)


def test_it_makes_its_state_field():
	field = frappe.get_meta(ORDER).get_field("contract_state")
	assert (field.fieldtype, field.options, field.label) == ("Link", "Workflow State", "Contract State")
	assert (field.hidden, field.allow_on_submit, field.no_copy) == (1, 1, 1)


def test_a_new_document_has_the_first_state():
	assert order().contract_state == "Drafted"


def test_a_new_document_cannot_begin_further_on():
	with pytest.raises(WorkflowPermissionError, match="not allowed from"):
		order(contract_state="Waiting")


def test_transitions_by_role():
	doc = handed_in()
	with acting_as(OTHER):
		assert actions(doc) == {"Pass"}
	frappe.db.set_value("Has Role", {"parent": OTHER, "role": "Contract Clerk"}, "role", "System Manager")
	frappe.clear_cache(user=OTHER)
	with acting_as(OTHER):
		assert actions(doc) == {"Pass", "Turn Down"}


def test_administrator_has_every_role():
	assert actions(order()) == {"Hand In"}


def test_a_transition_as_a_client_gets_it():
	doc = order()
	with acting_as(CLERK):
		found = get_transitions(json.dumps({"doctype": ORDER, "name": doc.name}))
	assert [row["next_state"] for row in found] == ["Waiting"]
	assert found[0]["doctype"] == "Workflow Transition"


def test_a_document_that_is_not_saved_has_no_transitions():
	assert get_transitions(frappe.new_doc(ORDER)) == []


def test_a_condition_that_does_not_hold():
	doc = order(posting_date=None)
	doc.db_set("posting_date", None)
	with acting_as(CLERK):
		assert actions(doc) == set()
		with pytest.raises(WorkflowTransitionError, match="Not a valid Workflow Action"):
			apply_workflow(doc, "Hand In")


def test_conditions_see_the_database_and_dates():
	doc = frappe.get_doc("Workflow", NAME)
	doc.transitions[0].condition = (
		"frappe.db.get_value('Contract Party', doc.party, 'credit_limit') > 10"
		" and doc.creation > frappe.utils.add_to_date(frappe.utils.now_datetime(), days=-1)"
		" and frappe.session.user"
	)
	doc.save()
	made = order()
	made.reload()
	with acting_as(CLERK):
		assert actions(made) == set()
		frappe.db.set_value(PARTY, made.party, "credit_limit", 11)
		assert actions(made) == {"Hand In"}


def test_a_document_without_a_state():
	doc = order()
	doc.db_set("contract_state", None)
	with pytest.raises(WorkflowStateError):
		get_transitions(doc)


def test_a_transition_saves_sets_and_comments():
	doc = handed_in()
	assert doc.contract_state == "Waiting"
	assert doc.docstatus == 0
	saved = frappe.db.get_value(ORDER, doc.name, ["contract_state", "status", "modified_by"])
	assert saved == ("Waiting", "Open", CLERK)
	comment = frappe.get_last_doc("Comment", {"reference_doctype": ORDER, "reference_name": doc.name})
	assert (comment.comment_type, comment.content) == ("Workflow", "Waiting")


def test_the_documents_own_changes_are_not_saved():
	doc = order()
	doc.remarks = "not saved"
	with acting_as(CLERK):
		done = apply_workflow(doc, "Hand In")
	assert not done.remarks


def test_a_wrong_action():
	with pytest.raises(WorkflowTransitionError):
		apply_workflow(order(), "Pass")
	with acting_as(CLERK), pytest.raises(WorkflowTransitionError):
		apply_workflow(order(), "Anything")


def test_who_made_it_may_not_pass_it():
	doc = handed_in()
	with acting_as(CLERK), pytest.raises(frappe.ValidationError, match="Self approval is not allowed"):
		apply_workflow(doc, "Pass")
	with acting_as(OTHER):
		assert apply_workflow(doc, "Pass").docstatus == 1


def test_administrator_passes_their_own():
	doc = order()
	with acting_as(CLERK):
		apply_workflow(doc, "Hand In")
	assert apply_workflow(doc, "Pass").docstatus == 1


def test_submitting_and_cancelling():
	doc = apply_workflow(handed_in(), "Pass")
	assert (doc.docstatus, doc.contract_state) == (1, "Passed")
	doc = apply_workflow(doc, "Call Off")
	assert (doc.docstatus, doc.contract_state) == (2, "Called Off")


def test_a_document_from_a_client():
	doc = order()
	with acting_as(CLERK):
		done = apply_workflow(json.dumps({"doctype": ORDER, "name": doc.name}), "Hand In")
	assert done.contract_state == "Waiting"


def test_setting_the_state_by_hand_is_a_transition_too():
	with acting_as(CLERK):
		doc = order()
		doc.contract_state = "Waiting"
		doc.save()
	assert frappe.db.get_value(ORDER, doc.name, "contract_state") == "Waiting"
	with acting_as(CLERK):
		doc.contract_state = "Called Off"
		with pytest.raises(WorkflowPermissionError, match=r"Waiting.*Called Off"):
			doc.save()


def test_a_state_that_the_workflow_does_not_know():
	frappe.get_doc({"doctype": "Workflow State", "workflow_state_name": "Unknown State"}).insert()
	doc = order()
	doc.db_set("contract_state", "Unknown State")
	doc.reload()
	with pytest.raises(frappe.ValidationError, match="is not a valid Workflow State"):
		doc.save()


def test_submitting_directly_takes_the_state_along_cancelling_does_not():
	doc = order()
	doc.submit()
	assert doc.contract_state == "Passed"
	doc.cancel()
	assert doc.contract_state == "Passed"


def test_can_cancel_document():
	assert can_cancel_document(ORDER) is False


def test_actions_that_several_documents_have_in_common():
	one, two = order(), order()
	with acting_as(CLERK):
		docs = [frappe.get_doc(ORDER, doc.name).as_dict(convert_dates_to_str=True) for doc in (one, two)]
		assert get_common_transition_actions(json.dumps(docs, default=str), ORDER) == ["Hand In"]
		apply_workflow(two, "Hand In")
		docs = [{"name": doc.name} for doc in (one, two)]
		assert get_common_transition_actions(json.dumps(docs), ORDER) == []


def test_bulk():
	names = [order().name for _number in range(2)]
	missing = [*names, "no such order"]
	frappe.db.commit()
	frappe.set_user(CLERK)
	try:
		bulk_workflow_approval(json.dumps(missing), ORDER, "Hand In")
		assert frappe.get_all(ORDER, {"name": ["in", names]}, pluck="contract_state") == [
			"Waiting",
			"Waiting",
		]
		log = frappe.get_last_doc("Error Log", {"reference_doctype": "Workflow"})
		assert log.method == "Workflow Hand In threw an error for Contract Order no such order"
		assert log.reference_name == "Hand In"
	finally:
		frappe.set_user("Administrator")
		frappe.db.delete("Error Log", {"reference_doctype": "Workflow"})
		for name in names:
			frappe.delete_doc(ORDER, name, force=True)
		frappe.delete_doc(PARTY, "Automated Ltd", force=True)
		frappe.db.commit()


def test_bulk_has_a_limit():
	with pytest.raises(frappe.ValidationError, match="500"):
		bulk_workflow_approval(json.dumps(["x"] * 501), ORDER, "Hand In")


# --- Workflow Action records -------------------------------------------------------------------------------------


def open_actions(doc) -> list[dict]:
	return frappe.get_all(
		"Workflow Action",
		filters={"reference_name": doc.name, "status": "Open"},
		fields=["name", "workflow_state"],
	)


def permitted(action) -> list[str]:
	return sorted(row.role for row in frappe.get_doc("Workflow Action", action.name).permitted_roles)


def test_a_workflow_action_for_the_roles_that_come_next():
	doc = order()
	(first,) = open_actions(doc)
	assert first.workflow_state == "Drafted"
	assert permitted(first) == ["Contract Clerk"]
	with acting_as(CLERK):
		apply_workflow(doc, "Hand In")
	done = frappe.db.get_value("Workflow Action", first.name, ["status", "completed_by", "completed_by_role"])
	assert done == ("Completed", CLERK, "Contract Clerk")
	(second,) = open_actions(doc)
	assert second.workflow_state == "Waiting"
	assert permitted(second) == ["Contract Clerk", "System Manager"]


def test_no_workflow_action_for_an_optional_state():
	doc = frappe.get_doc("Workflow", NAME)
	doc.transitions = [row for row in doc.transitions if row.action in ("Hand In", "Turn Down")]
	doc.save()
	made = handed_in()
	assert [row.workflow_state for row in open_actions(made)] == []


def test_the_workflow_actions_that_a_user_sees():
	doc = order()
	with acting_as(CLERK):
		assert open_actions(doc)[0].name in frappe.get_list(
			"Workflow Action", pluck="name", limit_page_length=0
		)
	with acting_as("viewer@contract.test"):
		assert open_actions(doc)[0].name not in frappe.get_list(
			"Workflow Action", pluck="name", limit_page_length=0
		)


def test_workflow_actions_go_with_the_document():
	doc = order()
	frappe.delete_doc(ORDER, doc.name)
	assert not frappe.db.exists("Workflow Action", {"reference_name": doc.name})


# --- the Workflow itself -----------------------------------------------------------------------------------------


def test_one_workflow_is_active():
	other = workflow(workflow_name="Another Approval").insert()
	assert frappe.db.get_value("Workflow", NAME, "is_active") == 0
	assert frappe.db.get_value("Workflow", other.name, "is_active") == 1
	assert get_workflow_name(ORDER) == "Another Approval"


def test_an_inactive_workflow_is_none():
	doc = frappe.get_doc("Workflow", NAME)
	doc.is_active = 0
	doc.save()
	assert not get_workflow_name(ORDER)
	made = order()
	assert not made.get("contract_state")


def test_documents_from_before_get_the_first_state_of_their_docstatus():
	draft, submitted = order(), order()
	submitted.submit()
	frappe.db.set_value(ORDER, {"name": ["in", [draft.name, submitted.name]]}, "contract_state", None)
	frappe.get_doc("Workflow", NAME).save()
	assert frappe.db.get_value(ORDER, draft.name, "contract_state") == "Drafted"
	assert frappe.db.get_value(ORDER, submitted.name, "contract_state") == "Passed"


@pytest.mark.parametrize(
	"state, next_state, message",
	[
		("Called Off", "Drafted", "Cannot change state of Cancelled Document"),
		("Passed", "Drafted", "Submitted Document cannot be converted back to draft"),
		("Drafted", "Called Off", "Cannot cancel before submitting"),
	],
)
def test_impossible_transitions(state, next_state, message):
	doc = frappe.get_doc("Workflow", NAME)
	doc.append(
		"transitions",
		{"state": state, "action": "Pass", "next_state": next_state, "allowed": "System Manager"},
	)
	with pytest.raises(frappe.ValidationError, match=message):
		doc.save()


def test_a_transition_to_a_state_that_is_none_of_its_states():
	doc = frappe.get_doc("Workflow", NAME)
	doc.states = [row for row in doc.states if row.state != "Turned Down"]
	with pytest.raises(frappe.ValidationError, match="Turned Down not a valid State"):
		doc.save()


# --- by mail -----------------------------------------------------------------------------------------------------


@pytest.fixture
def mailed(engine, http):
	"""A document whose next step was mailed to those who may take it; committed."""
	account = {"mail_server": "127.0.0.1", "mail_port": 1, "disable_mail_smtp_authentication": 1}
	frappe.local.outgoing_email_account = {}
	with engine.config(host_name=http.base_url, auto_email_id="sender@contract.test", **account):
		approval = frappe.get_doc("Workflow", NAME)
		approval.send_email_alert = 1
		approval.save()
		doc = order()
		frappe.db.commit()
		queue = frappe.get_last_doc("Email Queue", {"reference_name": doc.name})
		yield doc, queue
	frappe.local.outgoing_email_account = {}
	frappe.db.rollback()
	frappe.db.delete("Email Queue", {"reference_name": doc.name})
	frappe.db.delete("Comment", {"reference_name": doc.name})
	frappe.db.set_value("Workflow", NAME, "send_email_alert", 0)
	frappe.db.commit()
	forget((ORDER, doc.name), (PARTY, doc.party))


def test_a_mail_with_links_that_act(mailed, http):
	doc, _queue = mailed
	queues = frappe.get_all("Email Queue", {"reference_name": doc.name}, pluck="name")
	by_recipient = {}
	for name in queues:
		queue = frappe.get_doc("Email Queue", name)
		by_recipient[queue.recipients[0].recipient] = queue
	assert {CLERK, OTHER} <= set(by_recipient)
	message = email.message_from_string(by_recipient[CLERK].message, policy=email.policy.default)
	assert message["Subject"] == f"Workflow Action on {ORDER}: {doc.name}"
	assert [part.get_content_type() for part in message.iter_attachments()] == ["application/pdf"]
	html = message.get_body(("html",)).get_content()
	link = unescape(re.search(r'href="([^"]*apply_action[^"]*)"', html)[1])
	guest = http.session()
	page = guest.get(link)
	assert page.status_code == 200
	assert "Hand In" in page.text
	confirm = unescape(re.search(r'href="([^"]*confirm_action[^"]*)"', page.text)[1])
	assert guest.get(confirm.replace("user=clerk", "user=other")).status_code == 200
	frappe.db.rollback()
	assert frappe.db.get_value(ORDER, doc.name, "contract_state") == "Drafted"
	assert guest.get(confirm).status_code == 200
	frappe.db.rollback()
	assert frappe.db.get_value(ORDER, doc.name, ["contract_state", "modified_by"]) == ("Waiting", CLERK)
	assert "Link Expired" in guest.get(link).text
