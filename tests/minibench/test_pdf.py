"""PDFs as the embedded engine makes them: headers and footers, columns, letters, and nothing from elsewhere."""

from __future__ import annotations

import base64
import io
import socket
import threading
from pathlib import Path
from typing import Any

import frappe
import pytest
from frappe.utils.pdf import get_pdf
from pypdf import PdfReader

from tests.contract.collaboration.test_files import PIXEL
from tests.contract.model.tools import order, party

HEAD = '<div id="header-html"><p>Head on top</p></div>'
FOOT = '<div id="footer-html"><p>Sheet <span class="page"></span> of <span class="topage"></span></p></div>'


def pages(pdf: bytes) -> list[str]:
	return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def pictures(html: str) -> int:
	return sum(len(page.images) for page in PdfReader(io.BytesIO(get_pdf(html))).pages)


def test_header_and_footer_repeat_on_every_page() -> None:
	shown = pages(get_pdf(HEAD + FOOT + "<p>line</p>" * 150))
	assert len(shown) > 2
	for number, text in enumerate(shown, 1):
		assert text.startswith("Head on top")
		assert f"Sheet {number} of {len(shown)}" in text


def test_a_tables_head_repeats_and_no_row_is_lost() -> None:
	rows = "".join(f"<tr><td>row {n}.</td></tr>" for n in range(200))
	shown = pages(
		get_pdf(f"<table><thead><tr><th>Column title</th></tr></thead><tbody>{rows}</tbody></table>")
	)
	assert all("Column title" in text for text in shown)
	assert all(f"row {n}." in " ".join(shown) for n in range(200))


def test_bootstrap_columns_stand_side_by_side() -> None:
	html = '<div class="row"><div class="col-xs-6">left</div><div class="col-xs-6">right</div></div>'
	positions: dict[str, tuple[float, float]] = {}

	def note(text: str, cm: Any, tm: Any, *_rest: Any) -> None:
		if text.strip():
			positions[text.strip()] = (cm[4] + tm[4], cm[5] + tm[5])

	PdfReader(io.BytesIO(get_pdf(html))).pages[0].extract_text(visitor_text=note)
	assert positions["right"][1] == pytest.approx(positions["left"][1], abs=1)
	assert positions["right"][0] > positions["left"][0] + 100


def test_a_row_taller_than_a_page_is_stacked() -> None:
	tall = "<p>tall line</p>" * 120
	html = (
		f'<div class="row"><div class="col-xs-6">{tall}</div><div class="col-xs-6"><p>beside</p></div></div>'
	)
	shown = " ".join(pages(get_pdf(html)))
	assert shown.count("tall line") == 120
	assert "beside" in shown


def test_letters_and_currencies_of_europe_and_india() -> None:
	text = "Łódź Größe ñandú Ελλάδα Россия € ₹ ₺ ✓ – “q”"
	assert text in pages(get_pdf(f"<p>{text}</p>"))[0]


def test_print_only_rules_count_and_screen_rules_do_not() -> None:
	style = "<style>@media screen {p {font-size: 90pt}} .print-format {margin-top: 60mm; page-size: A5} p:not(.x) {color: red}</style>"
	page = PdfReader(io.BytesIO(get_pdf(f"{style}<div class='print-format'><p>Small</p></div>"))).pages[0]
	assert round(float(page.mediabox.width)) == 420
	assert "Small" in page.extract_text()


def test_scripts_forms_and_hidden_parts_are_gone() -> None:
	html = '<p>seen</p><script>bad()</script><div class="print-hide">gone</div><form><button>push</button></form><!-- note -->'
	assert pages(get_pdf(html)) == ["seen"]


def test_the_sites_pictures_are_shown() -> None:
	file = frappe.get_doc({"doctype": "File", "file_name": "contract pdf.png", "content": PIXEL}).insert()
	assert pictures(f'<img src="{file.file_url}">') == 1
	assert pictures(f'<img src="http://localhost{file.file_url}">') == 1
	assert pictures(f'<img src="data:image/png;base64,{base64.b64encode(PIXEL).decode()}">') == 1


def test_a_private_picture_is_shown_to_who_may_see_it() -> None:
	doc = party("Contract PDF")
	place = {"attached_to_doctype": doc.doctype, "attached_to_name": doc.name, "is_private": 1}
	file = frappe.get_doc(
		{"doctype": "File", "file_name": "contract secret.png", "content": PIXEL, **place}
	).insert()
	assert pictures(f'<img src="{file.file_url}">') == 1
	frappe.set_user("viewer@contract.test")
	assert pictures(f'<img src="{file.file_url}">') == 0


def test_nothing_is_fetched_from_elsewhere(monkeypatch: Any, tmp_path: Path) -> None:
	asked: list[Any] = []

	def refuse(*address: Any, **_more: Any) -> Any:
		asked.append(address)
		raise OSError

	monkeypatch.setattr(socket.socket, "connect", refuse)
	monkeypatch.setattr(socket, "getaddrinfo", refuse)
	secret = tmp_path / "secret.png"
	secret.write_bytes(PIXEL)
	html = f"""<style>@import url(http://evil.test/x.css); @font-face {{ font-family: x; src: url(file://{secret}) }}
		p {{ background-image: url(http://evil.test/a.png) }} @page {{ background-image: url(file://{secret}) }}</style>
		<link rel="stylesheet" href="http://evil.test/y.css"><p style="background: url(http://evil.test/b.png)">fine</p>
		<img src="http://evil.test/c.png"><img src="file://{secret}"><img src="{secret}"><img src="//evil.test/d.png">
		<img src="/files/../../../{secret}"><img src="/assets/frappe/../../{secret}"><pdf:barcode value="1"/>
		<object data="http://evil.test"></object><iframe src="http://evil.test"></iframe>"""
	pdf = get_pdf(html)
	assert asked == []
	assert "fine" in pages(pdf)[0]
	assert sum(len(page.images) for page in PdfReader(io.BytesIO(pdf)).pages) == 0


@pytest.mark.parametrize(
	"inside",
	[
		'<image href="file:///etc/passwd"/>',
		'<image xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="http://evil.test/a.png"/>',
		'<rect fill="url(http://evil.test#a)"/>',
	],
)
def test_a_drawing_that_reaches_outside_is_left_out(inside: str) -> None:
	from minibench.printing.pdf_images import embedded

	def drawing(content: str) -> str:
		svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{content}</svg>'
		name = f"{frappe.generate_hash(length=8)}.svg"
		return str(frappe.get_doc({"doctype": "File", "file_name": name, "content": svg}).insert().file_url)

	assert embedded(drawing(inside)) is None
	assert embedded(drawing('<rect width="3" height="3"/>')) is not None


def test_the_standard_print_names_the_document_on_each_page() -> None:
	doc = order("Contract Print", rows=60) if party("Contract Print") else None
	shown = pages(frappe.get_print(doc.doctype, doc.name, as_pdf=True))
	assert len(shown) > 1
	for number, text in enumerate(shown, 1):
		assert doc.name in text
		assert f"Page {number} of {len(shown)}" in text


def test_several_threads_make_pdfs_at_once() -> None:
	results: dict[int, bool] = {}
	site, sites_path = frappe.local.site, frappe.local.sites_path

	def make(number: int) -> None:
		frappe.init(site, sites_path=sites_path)
		frappe.connect()
		try:
			text = f"thread {number} is here"
			results[number] = all(text in pages(get_pdf(f"<p>{text}</p>{HEAD}"))[0] for _again in range(3))
		finally:
			frappe.destroy()

	threads = [threading.Thread(target=make, args=(number,)) for number in range(4)]
	for thread in threads:
		thread.start()
	for thread in threads:
		thread.join()
	assert results == dict.fromkeys(range(4), True)


def test_what_is_not_supported_says_so() -> None:
	doc = party("Contract Raw")
	from minibench.errors import NotInMinibench

	frappe.get_doc(
		{
			"doctype": "Print Format",
			"name": "Contract Raw",
			"doc_type": doc.doctype,
			"custom_format": 1,
			"raw_printing": 1,
			"raw_commands": "x",
		}
	).insert()
	with pytest.raises(NotInMinibench, match="raw printing"):
		frappe.get_print(doc.doctype, doc.name, "Contract Raw")
