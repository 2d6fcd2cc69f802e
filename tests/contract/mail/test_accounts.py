"""Email Accounts, Email Templates, Communications."""

from __future__ import annotations

import email
import email.policy
import time

import frappe
import pytest
from frappe.core.doctype.communication.email import make
from frappe.email.doctype.email_template.email_template import get_email_template

from tests.contract.automation.tools import CLERK, VIEWER, acting_as
from tests.support.smtp import MailCatcher


def account(name: str = "Contract Mail", **values):
	return frappe.get_doc(
		{
			"doctype": "Email Account",
			"email_account_name": name,
			"email_id": "account@contract.test",
			"smtp_server": "127.0.0.1",
			"smtp_port": 1,
			"enable_outgoing": 1,
			"no_smtp_authentication": 1,
			**values,
		}
	).insert()


def at(outbox: MailCatcher) -> dict:
	return {"smtp_port": outbox.port}


def party(name: str = "Mailed Party", **values):
	return frappe.get_doc({"doctype": "Contract Party", "party_name": name, **values}).insert()


def sent(outbox: MailCatcher):
	return [
		email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
		for message in outbox.messages
	]


# --- accounts ----------------------------------------------------------------------------------------------------


def test_the_default_account_sends(outbox):
	account(default_outgoing=1, **at(outbox))
	queue = frappe.sendmail(recipients=["to@contract.test"], subject="x", message="x", now=True)
	assert queue.email_account == "Contract Mail"
	assert sent(outbox)[0]["From"] == "Contract Mail <account@contract.test>"


def test_the_account_of_the_sender_goes_first(outbox):
	account(default_outgoing=1, **at(outbox))
	account("Contract Clerk Mail", email_id=CLERK, **at(outbox))
	frappe.local.outgoing_email_account = {}
	queue = frappe.sendmail(
		recipients=["to@contract.test"], sender=f"Clerk <{CLERK}>", subject="x", message="x"
	)
	assert queue.email_account == "Contract Clerk Mail"


def test_an_account_may_insist_on_its_address_and_name(outbox):
	account(
		default_outgoing=1, always_use_account_email_id_as_sender=1, always_use_account_name_as_sender_name=1
	)
	queue = frappe.sendmail(
		recipients=["to@contract.test"], sender=f"Clerk <{CLERK}>", subject="x", message="x"
	)
	message = email.message_from_string(queue.message, policy=email.policy.default)
	assert str(message["From"]) == "Contract Mail <account@contract.test>"
	assert message["X-Original-From"] == f"Clerk <{CLERK}>"
	assert message["Reply-To"] == CLERK


def test_an_accounts_footer(outbox):
	account(default_outgoing=1, footer="<p>our footer</p>")
	queue = frappe.sendmail(recipients=["to@contract.test"], subject="x", message="x")
	assert (
		"our footer"
		in email.message_from_string(queue.message, policy=email.policy.default)
		.get_body(("html",))
		.get_content()
	)


def test_there_is_one_default(outbox):
	account("Contract One", email_id="one@contract.test", default_outgoing=1)
	account("Contract Two", email_id="two@contract.test", default_outgoing=1)
	assert frappe.get_all(
		"Email Account", {"default_outgoing": 1, "name": ["like", "Contract %"]}, pluck="name"
	) == ["Contract Two"]


def test_a_default_sends(outbox):
	doc = account(enable_outgoing=0, default_outgoing=1)
	assert not doc.default_outgoing


def test_a_name_made_of_the_address(outbox):
	assert account(None, email_id="some.body-else@contract.test").name == "Some Body Else"


@pytest.mark.parametrize(
	"values", [{"email_id": "nonsense"}, {"login_id_is_different": 1}], ids=["no address", "no login"]
)
def test_wrong_accounts(outbox, values):
	with pytest.raises(frappe.ValidationError):
		account(**values)


# --- templates ---------------------------------------------------------------------------------------------------


def template(**values):
	return frappe.get_doc(
		{
			"doctype": "Email Template",
			"name": "Contract Template",
			"subject": "About {{ party_name }}",
			"response": "<p>Limit {{ credit_limit }}</p>",
			**values,
		}
	).insert()


def test_a_template_is_rendered():
	template()
	rendered = get_email_template("Contract Template", {"party_name": "Acme", "credit_limit": 5})
	assert rendered == {"subject": "About Acme", "message": "<p>Limit 5</p>"}
	rendered = get_email_template("Contract Template", '{"party_name": "Json"}')
	assert rendered["subject"] == "About Json"


def test_a_template_in_html():
	template(use_html=1, response_html="<table>{{ party_name }}</table>")
	assert get_email_template("Contract Template", {"party_name": "Acme"})["message"] == "<table>Acme</table>"


def test_a_wrong_template():
	with pytest.raises(frappe.ValidationError):
		template(subject="{% if %}")


# --- communications ----------------------------------------------------------------------------------------------


def test_a_communication_that_is_mailed(outbox):
	doc = party()
	made = make(
		doctype=doc.doctype,
		name=doc.name,
		content="<p>Dear you</p>",
		subject="Your order",
		sender=f"Clerk <{CLERK}>",
		recipients="To You <to@contract.test>",
		cc="cc@contract.test",
		send_email=True,
		now=True,
	)
	communication = frappe.get_doc("Communication", made["name"])
	assert made["emails_not_sent_to"] == ""
	assert (communication.sender, communication.sender_full_name) == (CLERK, "Clerk")
	assert (communication.status, communication.sent_or_received, communication.delivery_status) == (
		"Linked",
		"Sent",
		"Sent",
	)
	assert communication.reference_owner == "Administrator"
	first, second = sent(outbox)
	assert first["Subject"] == second["Subject"] == "Your order"
	assert "to@contract.test" in first["To"] and first["CC"] == "cc@contract.test"
	assert first["Message-Id"] == f"<{communication.message_id}>"


def test_a_communication_that_is_only_noted(outbox):
	doc = party()
	made = make(
		doctype=doc.doctype, name=doc.name, content="Called", subject="Call", communication_medium="Phone"
	)
	communication = frappe.get_doc("Communication", made["name"])
	assert communication.communication_medium == "Phone"
	assert not frappe.db.count("Email Queue")


def test_attachments_are_kept_with_it(outbox):
	doc = party()
	made = make(
		doctype=doc.doctype,
		name=doc.name,
		content="x",
		subject="x",
		recipients="to@contract.test",
		send_email=True,
		attachments=[{"fname": "contract-mail.txt", "fcontent": b"kept"}],
		now=True,
	)
	file = frappe.get_last_doc("File", {"attached_to_name": made["name"]})
	assert file.get_content() in ("kept", b"kept")
	assert [part.get_payload(decode=True) for part in sent(outbox)[0].iter_attachments()] == [b"kept"]


def test_mailing_needs_the_right_to(outbox):
	doc = party()
	with acting_as(VIEWER), pytest.raises(frappe.PermissionError):
		make(doctype=doc.doctype, name=doc.name, content="x", subject="x")


def test_a_wrong_recipient(outbox):
	doc = party()
	with pytest.raises(frappe.InvalidEmailAddressError):
		make(doctype=doc.doctype, name=doc.name, content="x", subject="x", recipients="nonsense")


def test_the_subject_may_come_from_the_content(outbox):
	doc = frappe.get_doc(
		{"doctype": "Communication", "content": "<p>Only this</p>", "communication_medium": "Other"}
	).insert()
	assert doc.subject == "Only this"
	assert (doc.status, doc.sent_or_received) == ("Open", "Sent")


def test_a_reply_marks_what_it_answers(outbox):
	first = frappe.get_doc(
		{
			"doctype": "Communication",
			"subject": "a",
			"sent_or_received": "Received",
			"sender": "x@contract.test",
		}
	).insert()
	frappe.get_doc(
		{
			"doctype": "Communication",
			"subject": "b",
			"reference_doctype": "Communication",
			"reference_name": first.name,
		}
	).insert()
	assert frappe.db.get_value("Communication", first.name, "status") == "Replied"


def test_communications_do_not_refer_to_each_other(outbox):
	one = frappe.get_doc({"doctype": "Communication", "subject": "a"}).insert()
	two = frappe.get_doc(
		{
			"doctype": "Communication",
			"subject": "b",
			"reference_doctype": "Communication",
			"reference_name": one.name,
		}
	).insert()
	one.reload()
	one.reference_doctype, one.reference_name = "Communication", two.name
	with pytest.raises(frappe.CircularLinkingError):
		one.save()


def test_links(outbox):
	doc = frappe.get_doc({"doctype": "Communication", "subject": "a"}).insert()
	linked = party("Mailed Linked")
	doc.add_link("Contract Party", linked.name, autosave=True)
	assert [
		(row.link_doctype, row.link_name) for row in frappe.get_doc("Communication", doc.name).timeline_links
	] == [("Contract Party", linked.name)]
	doc.remove_link("Contract Party", linked.name, autosave=True)
	assert frappe.get_doc("Communication", doc.name).timeline_links == []


def test_reading_follows_what_it_is_about(outbox):
	doc = party()
	name = make(doctype=doc.doctype, name=doc.name, content="x", subject="x")["name"]
	communication = frappe.get_doc("Communication", name)
	assert not frappe.has_permission("Communication", doc=communication, user=VIEWER)


def test_opening_the_mail_is_noted(outbox, http):
	doc = party()
	name = make(doctype=doc.doctype, name=doc.name, content="x", subject="x", recipients="to@contract.test")[
		"name"
	]
	frappe.db.commit()
	method = "frappe.core.doctype.communication.email.mark_email_as_seen"
	answer = http.session().get(f"{http.base_url}/api/method/{method}", params={"name": name})
	assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/octet-stream")
	assert answer.content.startswith(b"\x89PNG")
	for _attempt in range(50):
		frappe.db.rollback()
		read = frappe.db.get_value("Communication", name, ["read_by_recipient", "delivery_status"])
		if read == (1, "Read"):
			break
		time.sleep(0.1)
	assert read == (1, "Read")


def test_leaving_by_the_link_in_the_mail(outbox, http, engine):
	doc = party()
	with engine.config(host_name=http.base_url):
		frappe.sendmail(
			recipients=["to@contract.test"],
			subject="x",
			message="x",
			reference_doctype=doc.doctype,
			reference_name=doc.name,
			unsubscribe_message="Leave",
			now=True,
		)
	frappe.db.commit()
	link = sent(outbox)[0].get_body(("plain",)).get_content().split("Leave: ")[1].split()[0]
	guest = http.session()
	assert guest.get(link.replace("to%40", "other%40")).status_code == 200
	frappe.db.rollback()
	assert not frappe.db.count("Email Unsubscribe")
	assert "has left the conversation" in guest.get(link).text
	frappe.db.rollback()
	left = frappe.get_all("Email Unsubscribe", fields=["email", "reference_doctype", "reference_name"])
	assert [tuple(row.values()) for row in left] == [("to@contract.test", doc.doctype, doc.name)]
