"""Documents printed as HTML and as PDF."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from frappe.utils.pdf import get_pdf
from frappe.www.printview import get_html_and_style
from pypdf import PdfReader, PdfWriter

from tests.contract.collaboration.test_files import PIXEL
from tests.contract.model.tools import order, party


def text_of(pdf: bytes, password: str | None = None) -> str:
	reader = PdfReader(io.BytesIO(pdf))
	if password:
		assert reader.is_encrypted
		assert reader.decrypt(password)
	# Each maker puts other blanks between words.
	return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def sample(**values: Any) -> Any:
	if not frappe.db.exists("Contract Party", "Contract Print GmbH"):
		party("Contract Print GmbH", email="print@contract.test")
	return order("Contract Print GmbH", rows=2, total=1234.5, remarks="First line\nSecond line", **values)


def print_format(name: str = "Contract Format", **values: Any) -> Any:
	return frappe.get_doc(
		{
			"doctype": "Print Format",
			"name": name,
			"doc_type": "Contract Order",
			"standard": "No",
			"custom_format": 1,
			"print_format_type": "Jinja",
			"html": "<h1>Custom {{ doc.name }}</h1><p>{{ doc.get_formatted('total') }}</p>",
			"css": ".mine { color: red; }",
			**values,
		}
	).insert()


def settings_for_print(**values: Any) -> None:
	for key, value in values.items():
		frappe.db.set_single_value("Print Settings", key, value)
	frappe.clear_document_cache("Print Settings", "Print Settings")


@pytest.fixture(autouse=True)
def fresh_print_settings() -> Any:
	settings_for_print(
		allow_print_for_draft=1,
		allow_print_for_cancelled=0,
		add_draft_heading=1,
		send_print_as_pdf=1,
		with_letterhead=1,
	)
	yield
	frappe.db.rollback()
	frappe.clear_document_cache("Print Settings", "Print Settings")


@pytest.fixture
def reachable(engine: Any, http: Any) -> Iterator[None]:
	"""A bench's PDF maker fetches styles and pictures from the site."""
	with engine.config(host_name=http.base_url):
		yield


def test_the_standard_print_shows_labels_and_values() -> None:
	doc = sample(posting_date="2026-02-03")
	html = frappe.get_print("Contract Order", doc.name)
	for shown in (
		doc.name,
		"Contract Print GmbH",
		"Posting Date",
		"2026-02-03",
		"1,234.50",
		"Item 1",
		"Item 2",
		"DRAFT",
	):
		assert shown in html, shown
	assert html.lower().lstrip().startswith("<!doctype html>")
	assert "First line<br>Second line" in html
	assert 'data-fieldname="party"' in html


def test_hidden_and_empty_fields_are_left_out() -> None:
	doc = sample()
	frappe.db.set_value("DocField", {"parent": "Contract Order", "fieldname": "party_email"}, "print_hide", 1)
	frappe.clear_cache(doctype="Contract Order")
	try:
		html = frappe.get_print("Contract Order", doc.name)
		assert 'data-fieldname="party_email"' not in html
		assert 'data-fieldname="reason"' not in html
		assert 'data-fieldname="party"' in html
	finally:
		frappe.db.rollback()
		frappe.clear_cache(doctype="Contract Order")


def test_fields_of_a_level_that_the_user_may_not_see_are_left_out() -> None:
	doc = sample(secret_note="Hush hush")
	assert "Hush hush" in frappe.get_print("Contract Order", doc.name)
	frappe.set_user("clerk@contract.test")
	assert "Hush hush" not in frappe.get_print("Contract Order", doc.name)


def test_who_may_not_read_may_not_print() -> None:
	doc = sample()
	frappe.set_user("viewer@contract.test")
	with pytest.raises(frappe.DoesNotExistError):
		frappe.get_print("Contract Order", doc.name)


def test_a_print_format() -> None:
	doc = sample()
	print_format()
	html = frappe.get_print("Contract Order", doc.name, "Contract Format")
	assert f"<h1>Custom {doc.name}</h1>" in html
	assert ".mine { color: red; }" in html
	assert "Item 1" not in html
	assert "Posting Date" in frappe.get_print("Contract Order", doc.name, "Contract No Such Format")


def test_a_doctype_may_have_a_print_format_of_its_own() -> None:
	doc = sample()
	print_format()
	frappe.make_property_setter(
		{
			"doctype_or_field": "DocType",
			"doctype": "Contract Order",
			"property": "default_print_format",
			"value": "Contract Format",
		}
	)
	frappe.clear_cache(doctype="Contract Order")
	try:
		assert f"Custom {doc.name}" in frappe.get_print("Contract Order", doc.name)
		assert "Item 1" in frappe.get_print("Contract Order", doc.name, "Standard")
	finally:
		frappe.db.rollback()
		frappe.clear_cache(doctype="Contract Order")


def test_a_print_format_is_checked() -> None:
	with pytest.raises(frappe.ValidationError, match="Syntax error in template"):
		print_format("Contract Broken", html="{% if %}")
	with pytest.raises(frappe.MandatoryError):
		print_format("Contract Empty", html="")


def test_an_error_in_a_print_format_names_it() -> None:
	doc = sample()
	print_format("Contract Failing", html="<p>\n{{ 1 / 0 }}</p>")
	with pytest.raises(frappe.PrintFormatError, match="Error in print format on line"):
		frappe.get_print("Contract Order", doc.name, "Contract Failing")


def test_a_disabled_print_format_is_refused() -> None:
	doc = sample()
	print_format("Contract Disabled", disabled=1)
	with pytest.raises(frappe.DoesNotExistError):
		frappe.get_print("Contract Order", doc.name, "Contract Disabled")


def test_print_formats_may_use_the_standard_macros() -> None:
	doc = sample()
	html = """{%- from "templates/print_formats/standard_macros.html" import add_header, render_field -%}
{{ add_header(0, 1, doc, letter_head, no_letterhead, footer, print_settings) }}
{{ render_field(meta.get_field("items"), doc) }}"""
	print_format("Contract Macros", html=html)
	shown = frappe.get_print("Contract Order", doc.name, "Contract Macros")
	assert "Item 2" in shown
	assert "print-heading" in shown


def test_drafts_and_cancelled_documents_may_be_forbidden() -> None:
	doc = sample()
	settings_for_print(allow_print_for_draft=0)
	with pytest.raises(frappe.PermissionError, match="draft"):
		frappe.get_print("Contract Order", doc.name)
	doc.submit()
	assert "DRAFT" not in frappe.get_print("Contract Order", doc.name)
	doc.cancel()
	with pytest.raises(frappe.PermissionError, match="cancelled"):
		frappe.get_print("Contract Order", doc.name)
	settings_for_print(allow_print_for_cancelled=1)
	assert "CANCELLED" in frappe.get_print("Contract Order", doc.name)


def letter_head(name: str = "Contract Head", **values: Any) -> Any:
	head = frappe.get_doc({"doctype": "Letter Head", "letter_head_name": name, **values}).insert()
	head.source = "HTML"
	head.content = "<p>Head of {{ doc.name }}</p>"
	head.footer = "<p>Foot</p>"
	return head.save()


def test_letter_heads() -> None:
	doc = sample()
	letter_head(is_default=1)
	html = frappe.get_print("Contract Order", doc.name)
	assert f"Head of {doc.name}" in html
	assert "Foot" in html
	assert f"Head of {doc.name}" not in frappe.get_print("Contract Order", doc.name, no_letterhead=1)
	other = letter_head("Contract Other Head")
	other.content = "<p>Another</p>"
	other.save()
	assert "Another" in frappe.get_print("Contract Order", doc.name, letterhead="Contract Other Head")


def test_a_letter_head_from_a_picture() -> None:
	file = frappe.get_doc({"doctype": "File", "file_name": "contract head.png", "content": PIXEL}).insert()
	head = frappe.get_doc(
		{
			"doctype": "Letter Head",
			"letter_head_name": "Contract Picture",
			"image": file.file_url,
			"image_width": 90,
			"align": "Right",
		}
	).insert()
	assert head.source == "Image"
	assert f'<img src="{file.file_url}" alt="Contract Picture"' in head.content
	assert 'width="90.0" style="width: 90.0px;"' in head.content
	assert '<div style="text-align: right;">' in head.content


def test_there_is_one_default_letter_head() -> None:
	first = letter_head("Contract First", is_default=1)
	letter_head("Contract Second", is_default=1)
	assert frappe.db.get_value("Letter Head", first.name, "is_default") == 0
	with pytest.raises(frappe.ValidationError, match="both disabled and default"):
		letter_head("Contract Third", is_default=1, disabled=1)


def test_html_and_style_for_clients() -> None:
	doc = sample()
	print_format()
	answer = get_html_and_style("Contract Order", doc.name, "Contract Format")
	assert f"Custom {doc.name}" in answer["html"]
	assert ".mine { color: red; }" in answer["style"]
	assert ".print-format" in answer["style"]


@pytest.mark.usefixtures("reachable")
def test_a_pdf() -> None:
	doc = sample()
	pdf = frappe.get_print("Contract Order", doc.name, as_pdf=True)
	assert pdf.startswith(b"%PDF")
	shown = text_of(pdf)
	for text in ("Contract Print GmbH", "Posting Date", "Item 2", "1,234.50"):
		assert text in shown, text


def test_a_pdf_of_html() -> None:
	shown = text_of(get_pdf("<p>Hello <b>Contract</b></p>"))
	assert "Hello Contract" in shown


def test_paper() -> None:
	page = PdfReader(io.BytesIO(get_pdf("<p>x</p>", {"page-size": "Letter"}))).pages[0]
	assert (round(page.mediabox.width), round(page.mediabox.height)) == (612, 792)
	page = PdfReader(io.BytesIO(get_pdf("<p>x</p>", {"page-size": "A4", "orientation": "Landscape"}))).pages[
		0
	]
	assert page.mediabox.width > page.mediabox.height


def test_a_password() -> None:
	pdf = get_pdf("<p>Secret Contract</p>", {"password": "open sesame"})
	assert "Secret Contract" in text_of(pdf, "open sesame")


def test_pages_are_appended_to_a_writer() -> None:
	writer = PdfWriter()
	assert get_pdf("<p>one</p>", output=writer) is writer
	get_pdf("<p>two</p>", output=writer)
	assert len(writer.pages) == 2


@pytest.mark.usefixtures("reachable")
def test_a_print_as_an_attachment() -> None:
	doc = sample()
	made = frappe.attach_print("Contract Order", doc.name)
	assert made["fname"] == f"{doc.name}.pdf"
	assert made["fcontent"].startswith(b"%PDF")
	assert frappe.attach_print("Contract Order", doc.name, file_name="My File/1")["fname"] == "MyFile-1.pdf"
	settings_for_print(send_print_as_pdf=0)
	made = frappe.attach_print("Contract Order", doc.name)
	assert made["fname"] == f"{doc.name}.html"
	assert doc.name.encode() in made["fcontent"]


@pytest.mark.usefixtures("reachable")
def test_an_attachment_does_not_ask_for_permission() -> None:
	doc = sample()
	frappe.set_user("viewer@contract.test")
	assert frappe.attach_print("Contract Order", doc.name)["fcontent"].startswith(b"%PDF")
