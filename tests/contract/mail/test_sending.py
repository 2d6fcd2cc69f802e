"""From `sendmail` to the recipient."""

from __future__ import annotations

import email
import email.policy
import json
from email.message import EmailMessage

import frappe
import pytest
from frappe.email.queue import flush

from tests.support.smtp import MailCatcher

TO = "to@contract.test"


def parsed(message: email.message.Message) -> EmailMessage:
	return email.message_from_bytes(message.as_bytes(), policy=email.policy.default)


def send(**values):
	arguments = {"recipients": [TO], "subject": "Hello", "message": "<p>Hi <b>you</b></p>", **values}
	return frappe.sendmail(**arguments)


def received(outbox: MailCatcher) -> list[EmailMessage]:
	return [parsed(message) for message in outbox.messages]


def text_of(message: EmailMessage) -> str:
	return message.get_body(("plain",)).get_content()


def html_of(message: EmailMessage) -> str:
	return message.get_body(("html",)).get_content()


def status(queue) -> str:
	return frappe.db.get_value("Email Queue", queue.name, "status")


def test_a_mail_waits_in_the_queue(outbox):
	queue = send()
	assert (queue.doctype, queue.status, queue.priority, queue.retry) == ("Email Queue", "Not Sent", 1, 0)
	assert [(row.recipient, row.status) for row in queue.recipients] == [(TO, "Not Sent")]
	assert queue.sender == "Contract <sender@contract.test>"
	assert not queue.email_account
	assert outbox.messages == []


def test_flushing_sends_it(outbox):
	queue = send()
	frappe.db.commit()
	flush()
	assert status(queue) == "Sent"
	assert frappe.db.get_value("Email Queue Recipient", {"parent": queue.name}, "status") == "Sent"
	(envelope,) = outbox.envelopes
	assert (envelope.mail_from, envelope.rcpt_tos) == ("sender@contract.test", [TO])
	flush()
	assert len(outbox.messages) == 1


def test_what_arrives(outbox):
	send(now=True)
	(message,) = received(outbox)
	assert message["Subject"] == "Hello"
	assert message["From"] == "Contract <sender@contract.test>"
	assert message["To"] == TO
	assert message["Reply-To"] == "sender@contract.test"
	assert message["X-Original-From"] == "Contract <sender@contract.test>"
	assert message["Date"] and message["X-Frappe-Site"]
	assert message.get_content_type() == "multipart/mixed"
	(alternative,) = message.iter_parts()
	assert [part.get_content_type() for part in alternative.iter_parts()] == ["text/plain", "text/html"]
	assert "<b>you</b>" in html_of(message)
	assert "Hi **you**" in text_of(message)
	assert message["List-Unsubscribe"] is None


def test_sending_now(outbox):
	queue = send(now=True)
	assert status(queue) == "Sent"
	queue = send(delayed=False)
	assert status(queue) == "Sent"
	assert len(outbox.messages) == 2


def test_message_ids(outbox):
	generated = send()
	assert generated.message_id.endswith(f"@{frappe.local.site}>") or generated.message_id.endswith(
		frappe.local.site
	)
	send(message_id="own@contract.test", in_reply_to="<other@contract.test>", now=True)
	(message,) = received(outbox)
	assert message["Message-Id"] == "<own@contract.test>"
	assert message["In-Reply-To"] == "<other@contract.test>"
	assert message["isnotification"] is None


def test_a_mail_without_an_id_of_its_own_is_a_notification(outbox):
	send(now=True)
	assert received(outbox)[0]["isnotification"] == "<notification>"


def test_everybody_gets_a_copy_of_their_own(outbox):
	queue = send(
		recipients=[TO, "too@contract.test"], cc=["cc@contract.test"], bcc=["bcc@contract.test"], now=True
	)
	assert sorted(envelope.rcpt_tos[0] for envelope in outbox.envelopes) == [
		"bcc@contract.test", "cc@contract.test", TO, "too@contract.test",
	]  # fmt: skip
	assert {message["To"] for message in received(outbox)} == {
		"bcc@contract.test",
		"cc@contract.test",
		TO,
		"too@contract.test",
	}
	assert all(message["CC"] is None for message in received(outbox))
	assert queue.show_as_cc == "cc@contract.test"


def test_recipients_in_the_header(outbox):
	send(
		recipients=[TO, "too@contract.test"],
		cc=["cc@contract.test"],
		bcc=["bcc@contract.test"],
		expose_recipients="header",
		now=True,
	)
	for message in received(outbox):
		assert {address.strip() for address in message["To"].split(",")} == {TO, "too@contract.test"}
		assert message["CC"] == "cc@contract.test"
		assert "bcc@contract.test" not in message.as_string()


def test_recipients_in_the_footer(outbox):
	party = frappe.get_doc({"doctype": "Contract Party", "party_name": "Mailed Footer"}).insert()
	send(
		reference_doctype=party.doctype,
		reference_name=party.name,
		unsubscribe_message="Leave",
		expose_recipients="footer",
		now=True,
	)
	assert f"This email was sent to {TO}" in html_of(received(outbox)[0])


def test_a_comma_separated_list(outbox):
	queue = send(recipients="a@contract.test, b@contract.test,\na@contract.test")
	assert sorted(row.recipient for row in queue.recipients) == ["a@contract.test", "b@contract.test"]


def test_nobody(outbox):
	assert send(recipients=[]) == []
	assert not frappe.db.count("Email Queue")


def test_a_wrong_address_is_not_queued(outbox):
	assert send(recipients=["not an address"]) == []
	assert not frappe.db.count("Email Queue")
	assert frappe.db.exists("Error Log", {"method": "Invalid email address"})


def test_standard_users_get_none_in_the_header(outbox):
	send(recipients=["Administrator", TO], expose_recipients="header")
	queue = frappe.get_last_doc("Email Queue")
	assert email.message_from_string(queue.message)["To"] == TO


def test_the_sender(outbox):
	send(sender="Clerk <clerk@contract.test>", reply_to="answers@contract.test", now=True)
	(message,) = received(outbox)
	assert message["From"] == "Clerk <clerk@contract.test>"
	assert message["Reply-To"] == "answers@contract.test"
	assert outbox.envelopes[0].mail_from == "clerk@contract.test"


def test_a_header_cannot_be_smuggled_in(outbox):
	send(subject="Hello\r\nBcc: thief@contract.test\r\n\r\nbody", now=True)
	(message,) = received(outbox)
	assert message["Bcc"] is None
	assert len(outbox.envelopes) == 1


def test_letters_of_every_kind(outbox):
	send(subject="Rückfrage – 請求書", message="<p>Grüße, 東京 🙂</p>", now=True)
	(message,) = received(outbox)
	assert message["Subject"] == "Rückfrage – 請求書"
	assert "Grüße, 東京 🙂" in html_of(message)
	assert "Grüße, 東京 🙂" in text_of(message)


def test_markdown(outbox):
	send(message="# Title\n\n* one\n* two", as_markdown=True, now=True)
	html = html_of(received(outbox)[0])
	assert ("<h1" in html and "<li>" in html) or "<li " in html


def test_content_goes_before_message(outbox):
	send(content="<p>this one</p>", now=True)
	assert "this one" in html_of(received(outbox)[0])


def test_styles_are_inlined(outbox):
	send(message="<style>.note { color: #123456; }</style><p class='note'>styled</p>", now=True)
	html = html_of(received(outbox)[0])
	assert "color:#123456" in html.replace(" ", "").split("styled")[0].rsplit("<p", 1)[1]


def test_a_heading(outbox):
	send(header=["Please note", "orange"], now=True)
	assert "Please note" in html_of(received(outbox)[0])


def test_a_template(outbox):
	send(
		template="new_notification",
		args={"body_content": "What happened", "doc_link": "http://localhost/x"},
		now=True,
	)
	html = html_of(received(outbox)[0])
	assert "What happened" in html and 'href="http://localhost/x"' in html


def test_relative_links_get_the_sites_address(outbox):
	send(message='<p><a href="/app/todo">here</a></p>', now=True)
	assert f'href="{frappe.utils.get_url("/app/todo")}"' in html_of(received(outbox)[0])


# --- attachments -------------------------------------------------------------------------------------------------


def attachments(message: EmailMessage) -> dict[str, tuple[str, bytes]]:
	found = {}
	for part in message.iter_attachments():
		content = part.get_payload(decode=True)
		found[part.get_filename()] = (part.get_content_type(), content)
	return found


def test_attachments_with_their_content(outbox):
	send(
		attachments=[
			{"fname": "data.csv", "fcontent": "a,b\n1,2\n"},
			{"fname": "blob.bin", "fcontent": b"\x00\xff\x01"},
			{"fname": "page.pdf", "fcontent": b"%PDF-1.4 test"},
			{"fname": "Grüße.txt", "fcontent": "später"},
			{"fname": "left out", "fcontent": None},
		],
		now=True,
	)
	found = attachments(received(outbox)[0])
	assert found["blob.bin"] == ("application/octet-stream", b"\x00\xff\x01")
	assert found["page.pdf"] == ("application/pdf", b"%PDF-1.4 test")
	assert found["data.csv"][0] == "text/csv"
	assert found["data.csv"][1].replace(b"\r\n", b"\n") == b"a,b\n1,2\n"
	assert found["Grüße.txt"][1].decode() == "später"
	assert len(found) == 4


def test_a_file_is_attached_when_the_mail_goes_out(outbox):
	file = frappe.get_doc(
		{"doctype": "File", "file_name": "contract-mail.txt", "content": "kept", "is_private": 1}
	).insert()
	queue = send(attachments=[{"fid": file.name}])
	assert json.loads(queue.attachments) == [{"fid": file.name}]
	assert "contract-mail" not in queue.message
	frappe.db.commit()
	flush()
	((name, (_kind, content)),) = attachments(received(outbox)[0]).items()
	assert name.startswith("contract-mail")
	assert content == b"kept"


def test_a_print_is_made_when_the_mail_goes_out(outbox, http, engine):
	party = frappe.get_doc({"doctype": "Contract Party", "party_name": "Mailed Print"}).insert()
	printed = {
		"print_format_attachment": 1,
		"doctype": party.doctype,
		"name": party.name,
		"print_format": "Standard",
	}
	# The PDF program of a bench fetches the style sheets from the site's address.
	with engine.config(host_name=http.base_url):
		send(attachments=[printed], now=True)
	(found,) = attachments(received(outbox)[0]).items()
	assert found[0] == "MailedPrint.pdf"
	assert found[1][0] == "application/pdf"
	assert found[1][1].startswith(b"%PDF")


# --- what goes wrong ---------------------------------------------------------------------------------------------


def test_a_refusal_is_tried_again_three_times(outbox):
	queue = send()
	frappe.db.commit()
	outbox.set_refusal("451 try later")
	seen = []
	for _attempt in range(5):
		flush()
		seen.append(frappe.db.get_value("Email Queue", queue.name, ["status", "retry"]))
	assert seen == [("Not Sent", 1), ("Not Sent", 2), ("Not Sent", 3), ("Error", 3), ("Error", 3)]
	assert "try later" in frappe.db.get_value("Email Queue", queue.name, "error")
	assert frappe.db.exists("Notification Log", {"document_type": "Email Queue", "document_name": queue.name})
	outbox.set_refusal(None)
	frappe.get_doc("Email Queue", queue.name).retry_sending()
	frappe.db.commit()
	flush()
	assert status(queue) == "Sent"


def test_who_has_got_it_does_not_get_it_again(outbox):
	queue = send(recipients=[TO, "too@contract.test"])
	first = queue.recipients[0]
	frappe.db.set_value("Email Queue Recipient", first.name, "status", "Sent")
	frappe.db.set_value("Email Queue", queue.name, "status", "Partially Sent")
	frappe.db.commit()
	flush()
	assert [envelope.rcpt_tos for envelope in outbox.envelopes] == [[queue.recipients[1].recipient]]
	assert status(queue) == "Sent"


def test_a_mail_that_is_being_sent_is_left_alone(outbox):
	"""What a process that died in the middle has left: it may be out already."""
	queue = send()
	frappe.db.set_value("Email Queue", queue.name, "status", "Sending")
	frappe.db.commit()
	flush()
	assert outbox.messages == []
	assert status(queue) == "Sending"


def test_now_raises(outbox):
	outbox.set_refusal("554 never")
	with pytest.raises(Exception, match="never"):
		send(now=True)
	queue = frappe.get_last_doc("Email Queue")
	assert (queue.status, queue.retry) == ("Not Sent", 1)


def test_no_account(engine):
	frappe.local.outgoing_email_account = {}
	with engine.config(mail_server=None), pytest.raises(frappe.OutgoingEmailError):
		send()


def test_a_server_that_is_not_there(outbox, engine):
	frappe.local.outgoing_email_account = {}
	with (
		engine.config(mail_port=1),
		pytest.raises(frappe.ValidationError, match="Invalid Outgoing Mail Server or Port"),
	):
		send(now=True)


# --- when --------------------------------------------------------------------------------------------------------


def test_later(outbox):
	send(send_after=frappe.utils.add_days(frappe.utils.now_datetime(), 1))
	days = send(send_after=2)
	frappe.db.commit()
	flush()
	assert outbox.messages == []
	after = frappe.db.get_value("Email Queue", days.name, "send_after")
	assert str(after)[:10] == str(frappe.utils.add_days(frappe.utils.nowdate(), 2))
	frappe.db.set_value("Email Queue", days.name, "send_after", "2020-01-01 00:00:00")
	frappe.db.commit()
	flush()
	assert len(outbox.messages) == 1


def test_the_important_ones_first(outbox):
	send(subject="later")
	send(subject="first", send_priority=5)
	frappe.db.commit()
	flush()
	assert [message["Subject"] for message in outbox.messages] == ["first", "later"]


def test_muted(outbox):
	queue = send()
	frappe.db.commit()
	frappe.flags.mute_emails = True
	try:
		flush()
	finally:
		frappe.flags.mute_emails = False
	assert outbox.messages == []
	assert status(queue) == "Not Sent"


def test_suspended(outbox):
	from frappe.email.doctype.email_queue.email_queue import toggle_sending

	queue = send()
	toggle_sending(False)
	frappe.db.commit()
	try:
		flush()
		assert outbox.messages == []
	finally:
		toggle_sending(True)
		frappe.db.commit()
	flush()
	assert status(queue) == "Sent"


def test_each_separately(outbox):
	assert send(recipients=[TO, "too@contract.test"], queue_separately=True) is None
	assert frappe.db.count("Email Queue") == 2
	assert len(outbox.messages) == 2


def test_who_left_gets_none(outbox):
	party = frappe.get_doc({"doctype": "Contract Party", "party_name": "Mailed Leaver"}).insert()
	frappe.get_doc(
		{
			"doctype": "Email Unsubscribe",
			"email": TO,
			"reference_doctype": party.doctype,
			"reference_name": party.name,
		}
	).insert()
	queue = send(
		recipients=[TO, "too@contract.test"], reference_doctype=party.doctype, reference_name=party.name
	)
	assert [row.recipient for row in queue.recipients] == ["too@contract.test"]
	assert send(reference_doctype=party.doctype, reference_name=party.name) == []
	assert send().recipients[0].recipient == TO


def test_the_link_for_leaving(outbox):
	party = frappe.get_doc({"doctype": "Contract Party", "party_name": "Mailed Link"}).insert()
	about = {"reference_doctype": party.doctype, "reference_name": party.name}
	send(**about, now=True)
	send(**about, unsubscribe_message="Leave this", now=True)
	without, with_link = received(outbox)
	assert "unsubscribe?" not in without.as_string()
	assert "Leave this" in html_of(with_link)
	link = text_of(with_link).split("Leave this: ")[1].split()[0]
	assert "/api/method/frappe.email.queue.unsubscribe?" in link
	assert "email=to%40contract.test" in link and "&_signature=" in link


def test_only_administrator_deletes_from_the_queue(outbox):
	queue = send()
	frappe.set_user("clerk@contract.test")
	try:
		with pytest.raises(frappe.ValidationError, match="Only Administrator"):
			frappe.delete_doc("Email Queue", queue.name, ignore_permissions=True)
	finally:
		frappe.set_user("Administrator")
