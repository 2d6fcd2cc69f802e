"""PDFs out of HTML, by xhtml2pdf: a page's header and footer repeat, nothing is fetched from anywhere."""

from __future__ import annotations

import io
import logging
from typing import Any

from minibench.collaboration.messages import throw
from minibench.printing import fonts, pdf_grid, pdf_images
from minibench.printing.page_setup import PageSetup, page_setup
from minibench.printing.pdf_css import Rule
from minibench.printing.pdf_page import Page, as_text, take_apart

# Styles are in the elements; this is what xhtml2pdf must know of elements in general.
_DEFAULT_CSS = """
html { font-family: sans-serif; font-size: 9pt; color: #000000; margin: 0; padding: 0; line-height: 135%; display: inline }
address, blockquote, body, center, dl, div, h1, h2, h3, h4, h5, h6, hr, ol, p, pre, table, th, tr, td, ul, li, dd, dt
{ display: block }
tr, th, td { width: auto; height: auto; vertical-align: top }
b, strong, th { font-weight: bold }
i, em { font-style: italic }
u, ins { text-decoration: underline }
s, strike, del { text-decoration: line-through }
pre, code, kbd { font-family: "Courier New" }
"""
_GAP = 6.0
_MOST_OF_PAGE = 0.45


def get_pdf(html: str, options: dict[str, Any] | None = None, output: Any = None) -> Any:
	"""The PDF of `html` as bytes; `output`, a pypdf PdfWriter, gets the pages appended and is returned instead.

	`options` are named as wkhtmltopdf's: page-size, orientation, margin-top and so on, page-width, page-height; and
	password. `#header-html` and `#footer-html` repeat on every page; `.page` and `.topage` in them become numbers.

	Raises:
		ValidationError: the page cannot be laid out.
	"""
	from pypdf import PdfReader, PdfWriter

	page = take_apart(html, _defaults())
	merged = {**page.options, **(options or {})}
	data = _render(page, page_setup(merged))
	password = merged.get("password")
	if output is None and not password:
		return data
	writer = PdfWriter() if output is None else output
	for sheet in PdfReader(io.BytesIO(data)).pages:
		writer.add_page(sheet)
	if output is not None:
		return output
	writer.encrypt(str(password), algorithm="AES-256")
	return get_file_data_from_writer(writer)


def get_file_data_from_writer(writer_obj: Any) -> bytes:
	"""The bytes of a PdfWriter's document."""
	stream = io.BytesIO()
	writer_obj.write(stream)
	return stream.getvalue()


def _render(page: Page, setup: PageSetup) -> bytes:
	from reportlab.platypus.doctemplate import LayoutError

	fonts.register()
	logging.getLogger("xhtml2pdf").setLevel(logging.ERROR)
	try:
		return _document(page, setup)
	except LayoutError:
		# A row of columns was taller than a page: one below the other they fit.
		pdf_grid.stack(page.body)
	try:
		return _document(page, setup)
	except LayoutError as error:
		from minibench.translate import _

		throw(_("PDF generation failed: {0}").format(str(error).splitlines()[0]))


def _document(page: Page, setup: PageSetup) -> bytes:
	from xhtml2pdf.document import pisaDocument

	header, footer = as_text(page.header), as_text(page.footer)
	body_style = page.body.get("style") or ""
	head = _height(header, body_style, setup) if header.strip() else 0.0
	foot = _height(footer, body_style, setup) if footer.strip() else 0.0
	source = "".join(
		(
			"<!DOCTYPE html><html><head><title>",
			_escaped(page.title),
			f"</title><style>{_page_rule(setup, head, foot)}</style></head>",
			f'<body style="{body_style}">',
			f'<div id="repeated-header">{header}</div>' if head else "",
			f'<div id="repeated-footer">{footer}</div>' if foot else "",
			as_text(page.body),
			"</body></html>",
		)
	)
	out = io.BytesIO()
	pisaDocument(
		source, dest=out, link_callback=pdf_images.nothing, default_css=_DEFAULT_CSS, encoding="utf-8"
	)
	return out.getvalue()


def _page_rule(setup: PageSetup, head: float, foot: float) -> str:
	above, below = head + _GAP if head else 0.0, foot + _GAP if foot else 0.0
	left, width = setup.left, setup.inner_width
	frames = [
		_frame(
			"content", left, setup.top + above, width, setup.height - setup.top - setup.bottom - above - below
		)
	]
	if head:
		frames.append(_frame("head", left, setup.top, width, head, "repeated-header"))
	if foot:
		frames.append(
			_frame("foot", left, setup.height - setup.bottom - foot, width, foot, "repeated-footer")
		)
	return f"@page {{ size: {setup.width:.2f}pt {setup.height:.2f}pt; {' '.join(frames)} }}\n"


def _frame(name: str, left: float, top: float, width: float, height: float, content: str = "") -> str:
	static = f"-pdf-frame-content: {content}; " if content else ""
	return (
		f"@frame {name} {{ {static}left: {left:.2f}pt; top: {top:.2f}pt; "
		f"width: {width:.2f}pt; height: {height:.2f}pt; }}"
	)


def _height(html: str, body_style: str, setup: PageSetup) -> float:
	"""How much of the page a header or footer takes, as it will be laid out."""
	from reportlab.platypus.flowables import _listWrapOn
	from xhtml2pdf.document import pisaStory

	source = f'<html><body style="{body_style}">{html}</body></html>'
	context: Any = pisaStory(
		source, link_callback=pdf_images.nothing, default_css=_DEFAULT_CSS, encoding="utf-8"
	)
	_width, height = _listWrapOn(context.story, setup.inner_width, None)
	return float(min(height + 2.0, setup.height * _MOST_OF_PAGE))


def _defaults() -> list[list[Rule]]:
	"""How a print looks where it does not say itself: as the site's Print Style says, else as ours does."""
	from minibench.context import db
	from minibench.model.document import get_single
	from minibench.printing.pdf_css import parse
	from minibench.templates import get_template

	settings = get_single("Print Settings")
	css = get_template("templates/styles/pdf.css").render({"print_settings": settings})
	style = settings.print_style and db.get_value("Print Style", settings.print_style, "css")
	return [parse(style or "").rules, parse(css).rules]


def _escaped(text: str) -> str:
	from minibench.values.text import escape_html

	return str(escape_html(text))
