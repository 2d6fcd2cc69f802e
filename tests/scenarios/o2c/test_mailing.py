"""Invoices and dunnings reach their customers: real mails with real PDFs, in the words that an administrator chose."""

from __future__ import annotations

import email
import email.policy
import io
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import frappe
import pytest
from o2c_extensions.collections_management import services as collections
from o2c_extensions.setup import dunning_types, templates
from pypdf import PdfReader

from tests.scenarios.o2c.test_collections import FIRST
from tests.support import erp
from tests.support.engines import Engine
from tests.support.http import LiveServer
from tests.support.smtp import MailCatcher


@pytest.fixture
def outbox(
	smtp: MailCatcher, http: LiveServer, engine: Engine, monkeypatch: pytest.MonkeyPatch, company: str
) -> Iterator[MailCatcher]:
	"""The test's mail server. Sending would commit what the test made: here it does not.

	A bench fetches a print's styles from its own web server.
	"""
	monkeypatch.setattr(frappe.local.db, "commit", lambda *_args, **_values: None)
	frappe.flags.testing_email = True
	frappe.local.outgoing_email_account = {}
	with engine.config(host_name=http.base_url):
		yield smtp
	frappe.flags.testing_email = False
	frappe.local.outgoing_email_account = {}


@pytest.fixture(autouse=True)
def mailing(company: str) -> Iterator[None]:
	templates.sync()
	dunning_types.sync([company])
	_settings(
		mail_invoices=1, mail_dunnings=1, invoice_template="O2C Invoice", dunning_template="O2C Dunning"
	)
	yield
	frappe.db.rollback()
	frappe.clear_document_cache("O2C Settings", "O2C Settings")
	frappe.clear_document_cache("Email Template", "O2C Invoice")


def _settings(**values: Any) -> None:
	frappe.db.set_single_value("O2C Settings", values)
	frappe.clear_document_cache("O2C Settings", "O2C Settings")


def billed(customer: str, item: str, **values: Any) -> Any:
	invoice = erp.invoice(customer, [{"item_code": item, "qty": 1, "rate": 100}], **values)
	invoice.insert()
	invoice.submit()
	return invoice


def contact(customer: str, address: str, **values: Any) -> str:
	made = erp.insert(
		"Contact",
		first_name=f"Kontakt {frappe.generate_hash(length=6)}",
		email_ids=[{"email_id": address, "is_primary": 1}],
		links=[{"link_doctype": "Customer", "link_name": customer}],
		**values,
	)
	return str(made.name)


def queued(document: Any) -> list[Any]:
	names = frappe.get_all(
		"Email Queue",
		filters={"reference_doctype": document.doctype, "reference_name": document.name},
		pluck="name",
	)
	return [frappe.get_doc("Email Queue", name) for name in names]


def sent(document: Any, outbox: MailCatcher) -> EmailMessage:
	"""The mail about the document, as it arrives."""
	(queue,) = queued(document)
	queue.send()
	(message,) = outbox.messages
	return email.message_from_bytes(message.as_bytes(), policy=email.policy.default)  # type: ignore[return-value]


def attached_text(message: EmailMessage) -> tuple[str, str]:
	(attachment,) = message.iter_attachments()
	assert attachment.get_content_type() in ("application/pdf", "application/octet-stream")
	content = attachment.get_content()
	assert content.startswith(b"%PDF")
	pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
	return attachment.get_filename() or "", " ".join(" ".join(pages).split())


def events(document: Any) -> list[Any]:
	return frappe.get_all(
		"O2C Event",
		filters={"reference_name": document.name, "event": ("like", "%Mailed")},
		fields=["event", "details"],
	)


def test_an_invoice_arrives_with_its_pdf(customer: str, service: str, outbox: MailCatcher) -> None:
	contact(customer, "buchhaltung@kunde.test", is_primary_contact=1)
	invoice = billed(customer, service, language="de")
	assert [row.event for row in events(invoice)] == ["Mailed"]
	message = sent(invoice, outbox)
	assert message["To"] == "buchhaltung@kunde.test"
	assert message["Subject"] == f"Rechnung {invoice.name}"
	text = message.get_body(("html",)).get_content()
	assert "02.03.2026" in text
	assert "119,00" in text or "119.00" in text
	name, page = attached_text(message)
	assert name == f"{invoice.name}.pdf"
	assert customer[-4:] in page and "119" in page


def test_the_customers_language(customer: str, service: str, outbox: MailCatcher) -> None:
	contact(customer, "accounts@customer.test", is_primary_contact=1)
	message = sent(billed(customer, service, language="en"), outbox)
	assert message["Subject"].startswith("Invoice ")
	assert "please find attached" in message.get_body(("html",)).get_content()


def test_the_words_are_the_administrators_and_values_are_escaped(
	company: str, service: str, outbox: MailCatcher
) -> None:
	customer = erp.make_customer(customer_name=f"A & B {frappe.generate_hash(length=6)}")
	contact(customer, "a@customer.test", is_primary_contact=1)
	frappe.db.set_value(
		"Email Template",
		"O2C Invoice",
		{"subject": "{{ customer_name }}: {{ doc.name }}", "response_html": "<i>{{ doc.customer_name }}</i>"},
	)
	frappe.clear_document_cache("Email Template", "O2C Invoice")
	invoice = billed(customer, service)
	message = sent(invoice, outbox)
	assert message["Subject"] == f"{customer}: {invoice.name}"
	assert "<i>A &amp; B" in message.get_body(("html",)).get_content()


def test_the_document_names_its_contact_first(customer: str, service: str, outbox: MailCatcher) -> None:
	contact(customer, "first@customer.test", is_primary_contact=1)
	other = contact(customer, "other@customer.test")
	invoice = billed(customer, service, contact_person=other, contact_email="other@customer.test")
	assert sent(invoice, outbox)["To"] == "other@customer.test"


def test_a_customer_without_an_address(customer: str, service: str, outbox: MailCatcher) -> None:
	invoice = billed(customer, service)
	assert invoice.docstatus == 1 and queued(invoice) == []
	(event,) = events(invoice)
	assert event.event == "Not Mailed" and "address" in event.details


def test_a_site_without_an_outgoing_account(customer: str, service: str) -> None:
	frappe.local.outgoing_email_account = {}
	contact(customer, "a@customer.test", is_primary_contact=1)
	invoice = billed(customer, service)
	assert invoice.docstatus == 1 and queued(invoice) == []
	(event,) = events(invoice)
	assert event.event == "Not Mailed" and "Email Account" in event.details
	assert "Email Account" not in str(frappe.local.message_log), "nobody is bothered"


def test_a_broken_template_stops_no_invoice(customer: str, service: str, outbox: MailCatcher) -> None:
	contact(customer, "a@customer.test", is_primary_contact=1)
	frappe.db.set_value("Email Template", "O2C Invoice", "response_html", "{{ customer_name.nothing() }}")
	frappe.clear_document_cache("Email Template", "O2C Invoice")
	invoice = billed(customer, service)
	assert invoice.docstatus == 1 and queued(invoice) == []
	assert [row.event for row in events(invoice)] == ["Not Mailed"]


def test_credit_notes_and_unwanted_mails_stay_at_home(
	customer: str, service: str, outbox: MailCatcher
) -> None:
	from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return

	contact(customer, "a@customer.test", is_primary_contact=1)
	_settings(mail_invoices=0)
	invoice = billed(customer, service)
	_settings(mail_invoices=1)
	credit = erp.on(make_sales_return(invoice.name), erp.DAY, "23:59:59")
	credit.insert()
	credit.submit()
	assert queued(invoice) == queued(credit) == []
	assert events(invoice) == events(credit) == []


def test_a_dunning_arrives_with_its_pdf(customer: str, service: str, outbox: MailCatcher) -> None:
	_settings(mail_invoices=0)
	contact(customer, "buchhaltung@kunde.test", is_primary_contact=1)
	invoice = billed(customer, service, language="de")
	(key,) = (
		key
		for key in collections.due_dunnings(erp.COMPANY, FIRST)
		if collections.Target.read(key).customer == customer
	)
	dunning = frappe.get_doc("Dunning", collections.dun(key, FIRST))
	assert [row.event for row in events(dunning)] == ["Mailed"]
	message = sent(dunning, outbox)
	assert message["Subject"] == f"Offene Rechnungen ({dunning.name})"
	text = message.get_body(("html",)).get_content()
	assert "sicher haben Sie es nur" in text.replace("=\n", "")
	name, page = attached_text(message)
	assert name == f"{dunning.name}.pdf"
	assert invoice.name in page.replace(" ", ""), "a narrow column breaks the name"
