"""Notifications: what sets them off, whom they reach, what they say."""

from __future__ import annotations

import email
import email.policy
import json

import frappe
import pytest
from frappe.email.doctype.notification.notification import get_documents_for_today, trigger_daily_alerts

from tests.contract.automation.tools import (
	CLERK,
	ORDER,
	OTHER,
	PARTY,
	VIEWER,
	acting_as,
	forget,
	order,
	party,
)

pytestmark = pytest.mark.usefixtures("forget_automation", "mail_account")


@pytest.fixture
def mail_account(engine: object):
	"""An account to send from; no test mail leaves the queue."""
	account = {
		"mail_server": "127.0.0.1",
		"mail_port": 1,
		"auto_email_id": "sender@contract.test",
		"disable_mail_smtp_authentication": 1,
	}
	frappe.local.outgoing_email_account = {}
	with engine.config(**account):
		yield
	frappe.local.outgoing_email_account = {}


def notification(event: str = "New", name: str = "Contract Notification", **values) -> object:
	return frappe.get_doc(
		{
			"doctype": "Notification",
			"name": name,
			"subject": "About {{ doc.name }}",
			"document_type": PARTY,
			"event": event,
			"message": "Limit: {{ doc.credit_limit }}",
			"recipients": [{"receiver_by_document_field": "email"}],
			**values,
		}
	).insert()


def queued(doc) -> list[object]:
	names = frappe.get_all(
		"Email Queue",
		{"reference_doctype": doc.doctype, "reference_name": doc.name},
		pluck="name",
		order_by="creation",
	)
	return [frappe.get_doc("Email Queue", name) for name in names]


def message_of(queue) -> email.message.EmailMessage:
	return email.message_from_string(queue.message, policy=email.policy.default)


def reached(doc) -> set[str]:
	return {row.recipient for queue in queued(doc) for row in queue.recipients}


def test_a_new_document():
	notification()
	doc = party("New Ltd", email="to@contract.test", credit_limit=7)
	(queue,) = queued(doc)
	assert (queue.status, queue.expose_recipients) == ("Not Sent", "header")
	assert [row.recipient for row in queue.recipients] == ["to@contract.test"]
	message = message_of(queue)
	assert message["Subject"] == "About New Ltd"
	assert message["To"] == "to@contract.test"
	assert "Limit: 7" in message.get_body(("html",)).get_content()
	assert "Limit: 7" in message.get_body(("plain",)).get_content()


def test_it_is_noted_as_a_communication():
	notification()
	doc = party(email="to@contract.test")
	communication = frappe.get_last_doc("Communication", {"reference_name": doc.name})
	assert (communication.communication_type, communication.subject) == (
		"Automated Message",
		f"About {doc.name}",
	)
	assert communication.recipients == "to@contract.test"
	assert queued(doc)[0].communication == communication.name


def test_saving_again_is_no_new_document():
	notification()
	doc = party(email="to@contract.test")
	doc.save()
	assert len(queued(doc)) == 1


def test_every_save_of_another_object():
	notification("Save")
	doc = party(email="to@contract.test")
	assert len(queued(doc)) == 1
	frappe.get_doc(PARTY, doc.name).save()
	assert len(queued(doc)) == 2


def test_submit_and_cancel():
	for event in ("Submit", "Cancel"):
		notification(
			event,
			f"Contract {event}",
			document_type=ORDER,
			subject=event,
			message="x",
			recipients=[{"cc": "cc@contract.test"}],
		)
	doc = order()
	assert queued(doc) == []
	doc.submit()
	assert [message_of(queue)["Subject"] for queue in queued(doc)] == ["Submit"]
	doc.cancel()
	assert [message_of(queue)["Subject"] for queue in queued(doc)] == ["Submit", "Cancel"]


def test_a_value_that_changes():
	notification("Value Change", value_changed="credit_limit")
	doc = party(email="to@contract.test", credit_limit=1)
	assert queued(doc) == []
	doc.notes = "something else"
	doc.save()
	assert queued(doc) == []
	doc = frappe.get_doc(PARTY, doc.name)
	doc.credit_limit = "1"
	doc.save()
	assert queued(doc) == []
	doc.credit_limit = 2
	doc.save()
	assert len(queued(doc)) == 1


def test_a_watched_field_that_is_gone_disables_it():
	made = notification("Value Change", value_changed="no_such_field")
	doc = party(email="to@contract.test")
	doc.save()
	assert frappe.db.get_value("Notification", made.name, "enabled") == 0


def test_a_method():
	notification("Method", method="on_trash")
	doc = party(email="to@contract.test")
	frappe.delete_doc(PARTY, doc.name)
	assert reached(doc) == {"to@contract.test"}


def test_a_condition():
	notification(condition="doc.credit_limit > 10 and nowdate() > '2020-01-01' and frappe.utils.cint('1')")
	assert queued(party("Low", email="to@contract.test", credit_limit=1)) == []
	assert len(queued(party("High", email="to@contract.test", credit_limit=11))) == 1


def test_a_wrong_condition_is_not_saved():
	with pytest.raises(frappe.ValidationError, match="is invalid"):
		notification(condition="doc.credit_limit >")


def test_a_wrong_template_is_not_saved():
	with pytest.raises(frappe.ValidationError):
		notification(message="{% if %}")


def test_a_condition_that_fails_stops_the_document():
	notification(condition="doc.credit_limit / (doc.credit_limit - 5) > 1 if doc.party_name else True")
	with pytest.raises(frappe.ValidationError, match="division by zero"):
		party(credit_limit=5, email="to@contract.test")


def test_a_message_that_fails_is_logged_and_the_document_saved():
	notification(message="{{ doc.credit_limit / 0 }}")
	doc = party(email="to@contract.test")
	assert frappe.db.exists(PARTY, doc.name)
	assert queued(doc) == []
	assert frappe.db.exists("Error Log", {"method": "Failed to send Notification"})


def test_disabled():
	notification(enabled=0)
	assert queued(party(email="to@contract.test")) == []


def test_nobody_to_tell():
	notification()
	assert queued(party()) == []


def test_recipients_of_every_kind():
	notification(
		recipients=[
			{"receiver_by_document_field": "email"},
			{"receiver_by_role": "Contract Clerk"},
			{"cc": "{{ doc.party_name }}@contract.test, cc@contract.test", "bcc": "bcc@contract.test"},
			{"cc": "never@contract.test", "condition": "doc.credit_limit > 100"},
		]
	)
	doc = party("Acme", email="to@contract.test, too@contract.test")
	written = {f"{name}@contract.test" for name in ("to", "too", "Acme", "cc", "bcc")}
	assert reached(doc) == written | {CLERK, OTHER}
	(queue,) = queued(doc)
	assert {address.strip() for address in queue.show_as_cc.split(",")} == {
		"Acme@contract.test",
		"cc@contract.test",
	}
	assert "bcc@contract.test" not in str(message_of(queue).items())


def test_addresses_in_a_child_table():
	notification(document_type=ORDER, message="x", recipients=[{"receiver_by_document_field": "item,items"}])
	doc = order(items=[{"item": "row@contract.test"}, {"item": "no address"}])
	assert reached(doc) == {"row@contract.test"}


def test_assignees():
	notification("Save", recipients=[], send_to_all_assignees=1)
	doc = party()
	todo = {"allocated_to": CLERK, "reference_type": PARTY, "reference_name": doc.name, "description": "x"}
	frappe.get_doc({"doctype": "ToDo", **todo}).insert()
	frappe.get_doc(PARTY, doc.name).save()
	assert reached(doc) == {CLERK}


def test_setting_a_property_afterwards():
	notification(set_property_after_alert="notes", property_value="told")
	doc = party(email="to@contract.test")
	assert frappe.db.get_value(PARTY, doc.name, "notes") == "told"


def test_a_submitted_documents_property_stays():
	notification(
		"Submit", document_type=ORDER, message="x", recipients=[{"cc": "cc@contract.test"}],
		set_property_after_alert="party_email", property_value="told",
	)  # fmt: skip
	doc = order()
	doc.submit()
	assert frappe.db.get_value(ORDER, doc.name, "party_email") != "told"


def test_a_system_notification():
	notification(channel="System Notification", recipients=[{"receiver_by_role": "Contract Clerk"}])
	with acting_as(CLERK):
		doc = party("Seen Ltd", credit_limit=3)
	assert queued(doc) == []
	logs = frappe.get_all(
		"Notification Log",
		{"document_type": PARTY, "document_name": doc.name},
		["for_user", "type", "subject", "email_content", "from_user"],
		order_by="for_user",
	)
	assert [row.for_user for row in logs] == [CLERK, OTHER]
	assert (logs[0].type, logs[0].subject, logs[0].from_user) == ("Alert", "About Seen Ltd", CLERK)
	assert "Limit: 3" in logs[0].email_content


def test_mail_and_system_notification():
	notification(send_system_notification=1, recipients=[{"receiver_by_role": "Contract Viewer"}])
	doc = party()
	assert reached(doc) == {VIEWER}
	assert frappe.db.exists("Notification Log", {"document_name": doc.name, "for_user": VIEWER})


def test_users_see_their_own_logs_only():
	notification(channel="System Notification", recipients=[{"receiver_by_role": "Contract Clerk"}])
	doc = party()
	with acting_as(OTHER):
		names = frappe.get_list("Notification Log", filters={"document_name": doc.name}, pluck="for_user")
	assert names == [OTHER]


def test_who_wants_no_notifications_gets_none():
	if not frappe.db.exists("Notification Settings", OTHER):
		settings = frappe.new_doc("Notification Settings")
		settings.name = OTHER
		settings.insert(ignore_permissions=True)
	frappe.db.set_value("Notification Settings", OTHER, "enabled", 0)
	notification(channel="System Notification", recipients=[{"receiver_by_role": "Contract Clerk"}])
	doc = party()
	assert frappe.get_all("Notification Log", {"document_name": doc.name}, pluck="for_user") == [CLERK]


def test_days_before_and_after():
	today = frappe.utils.nowdate()
	before = notification(
		"Days Before", "Contract Before", document_type=ORDER, date_changed="posting_date", days_in_advance=2,
		message="soon", recipients=[{"cc": "cc@contract.test"}],
	)  # fmt: skip
	after = notification(
		"Days After", "Contract After", document_type=ORDER, date_changed="posting_date", days_in_advance=3,
		message="late", recipients=[{"cc": "cc@contract.test"}], condition="doc.status == 'Draft'",
	)  # fmt: skip
	soon = order(posting_date=frappe.utils.add_days(today, 2))
	late = order(posting_date=frappe.utils.add_days(today, -3))
	order(posting_date=today)
	order(posting_date=frappe.utils.add_days(today, -3), status="Open")
	assert get_documents_for_today(before.name) == [soon.name]
	assert get_documents_for_today(after.name) == [late.name]


def test_the_daily_run():
	made = notification(
		"Days Before", "Contract Daily", document_type=ORDER, date_changed="posting_date", days_in_advance=1,
		message="soon", recipients=[{"cc": "cc@contract.test"}],
	)  # fmt: skip
	doc = order(posting_date=frappe.utils.add_days(frappe.utils.nowdate(), 1))
	frappe.db.commit()
	try:
		trigger_daily_alerts()
		assert reached(doc) == {"cc@contract.test"}
	finally:
		frappe.db.delete("Communication", {"reference_name": doc.name})
		frappe.db.delete("Email Queue", {"reference_name": doc.name})
		frappe.db.commit()
		forget(("Notification", made.name), (ORDER, doc.name), (PARTY, doc.party))


@pytest.mark.parametrize(
	"values, message",
	[
		({"event": "Days Before"}, "Please specify which date field must be checked"),
		({"event": "Value Change"}, "Please specify which value field must be checked"),
		({"event": "New", "document_type": "Email Queue"}, "Cannot set Notification"),
		({"event": "New", "document_type": "Contract Order Line"}, "Cannot set Notification"),
	],
)
def test_impossible_notifications(values, message):
	with pytest.raises(frappe.ValidationError, match=message):
		notification(**values)


def test_the_name_may_be_the_subject():
	made = frappe.get_doc(
		{
			"doctype": "Notification",
			"subject": "Contract Subject",
			"document_type": PARTY,
			"event": "New",
			"recipients": [{"cc": "cc@contract.test"}],
		}
	).insert()
	assert made.name == "Contract Subject"


def test_a_print_is_attached():
	notification(
		"Submit", document_type=ORDER, message="x", attach_print=1, recipients=[{"cc": "cc@contract.test"}]
	)
	doc = order()
	doc.submit()
	(queue,) = queued(doc)
	(attachment,) = json.loads(queue.attachments)
	assert attachment["print_format_attachment"] == 1
	assert (attachment["doctype"], attachment["name"]) == (ORDER, doc.name)
