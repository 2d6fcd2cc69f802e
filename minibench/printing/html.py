"""Printed documents as whole HTML pages, as PDFs, as attachments of mails."""

from __future__ import annotations

import copy
import json
from typing import Any
from urllib.parse import urlencode

from minibench.context import Dict, db, flags, local, session
from minibench.errors import TemplateNotFoundError
from minibench.printing.link_titles import set_link_titles
from minibench.printing.rendering import (
	get_base_style,
	get_print_format_doc,
	get_print_style,
	get_rendered_template,
	validate_print_permission,
)
from minibench.translate import print_language
from minibench.values.numbers import cint
from minibench.values.text import cstr, strip_html
from minibench.web.whitelist import whitelist

PAGE = "www/printview.html"


def get_context(context: Any = None) -> dict[str, Any]:
	"""What the print page shows, from the request's form: doctype and name (or doc), format, letterhead and so on."""
	from minibench.model.document import get_doc
	from minibench.template_helpers import is_rtl
	from minibench.values.jsonio import as_json, parse_json
	from minibench.values.text import escape_html

	form = local.form_dict
	if not ((form.doctype and form.name) or form.doc):
		shown = escape_html(as_json(form, indent=2))
		return {"body": f"<h1>Error</h1><p>Parameters doctype and name required</p><pre>{shown}</pre>"}
	doc = form.doc or get_doc(form.doctype, form.name)
	set_link_titles(doc)
	print_format = get_print_format_doc(None, meta=doc.meta)
	body = get_rendered_template(
		doc,
		print_format=print_format,
		meta=doc.meta,
		trigger_print=form.trigger_print,
		no_letterhead=form.no_letterhead,
		letterhead=form.letterhead or None,
		settings=parse_json(form.settings),
	)
	return {
		"body": body,
		"print_style": get_base_style(form.style, print_format),
		"own_style": (print_format and print_format.css) or "",
		"comment": session.user,
		"title": strip_html(cstr(doc.get_title() or doc.name)),
		"lang": local.lang,
		"layout_direction": "rtl" if is_rtl() else "ltr",
		"doctype": form.doctype,
		"name": form.name,
		"key": form.get("key"),
		"print_format": getattr(print_format, "name", None),
		"letterhead": form.letterhead or None,
		"no_letterhead": form.no_letterhead,
		"pdf_query": _pdf_query(form, print_format),
	}


def _pdf_query(form: Dict, print_format: Any) -> str:
	given = {
		"doctype": form.doctype,
		"name": form.name,
		"format": getattr(print_format, "name", None),
		"letterhead": form.letterhead,
		"no_letterhead": form.no_letterhead,
		"_lang": local.lang,
		"key": form.get("key"),
	}
	return urlencode({key: value for key, value in given.items() if value is not None})


def get_print(
	doctype: str | None = None,
	name: str | None = None,
	print_format: str | None = None,
	style: str | None = None,
	as_pdf: bool = False,
	doc: Any = None,
	output: Any = None,
	no_letterhead: Any = 0,
	password: str | None = None,
	pdf_options: dict[str, Any] | None = None,
	letterhead: str | None = None,
) -> Any:
	"""The print of a document as an HTML page, or with `as_pdf` as PDF.

	Without `print_format` the DocType's default is used, else the standard one. `output`, a pypdf PdfWriter, gets the
	pages appended and is returned. `password` encrypts the PDF.
	"""
	from minibench.printing.pdf import get_pdf
	from minibench.templates import get_template

	before = local.form_dict
	local.form_dict = Dict(copy.copy(before))
	try:
		local.form_dict.update(
			doctype=doctype,
			name=name,
			format=print_format,
			style=style,
			doc=doc,
			no_letterhead=no_letterhead,
			letterhead=letterhead,
		)
		html = get_template(PAGE).render(get_context())
	finally:
		local.form_dict = before
	if not as_pdf:
		return html
	options = {**(pdf_options or {}), **({"password": password} if password else {})}
	return get_pdf(html, options=options, output=output)


def attach_print(
	doctype: str,
	name: str,
	file_name: str | None = None,
	print_format: str | None = None,
	style: str | None = None,
	html: str | None = None,
	doc: Any = None,
	lang: str | None = None,
	print_letterhead: bool = True,
	password: str | None = None,
	letterhead: str | None = None,
) -> dict[str, Any]:
	"""The print as an attachment of a mail: fname and fcontent; PDF, or HTML where Print Settings say so.

	Permissions do not count: who may have the mail sent decides.
	"""
	from minibench.printing.pdf import get_pdf
	from minibench.values.urls import scrub_urls

	as_pdf = cint(db.get_single_value("Print Settings", "send_print_as_pdf"))
	before = flags.ignore_print_permissions
	flags.ignore_print_permissions = True
	try:
		with print_language(lang or local.lang):
			if html and as_pdf:
				content = get_pdf(html, options={"password": password} if password else None)
			elif html:
				content = html
			else:
				content = get_print(
					doctype,
					name,
					print_format=print_format,
					style=style,
					doc=doc,
					no_letterhead=not print_letterhead,
					letterhead=letterhead,
					password=password,
					as_pdf=bool(as_pdf),
				)
				content = content if as_pdf else scrub_urls(content).encode()
	finally:
		flags.ignore_print_permissions = before
	stem = cstr(file_name or name).replace(" ", "").replace("/", "-")
	return {"fname": f"{stem}.{'pdf' if as_pdf else 'html'}", "fcontent": content}


@whitelist()
def get_html_and_style(
	doc: str,
	name: str | None = None,
	print_format: str | None = None,
	no_letterhead: bool | None = None,
	letterhead: str | None = None,
	trigger_print: bool = False,
	style: str | None = None,
	settings: str | None = None,
) -> dict[str, Any]:
	"""HTML and CSS of a print; `doc` is a DocType with `name`, or a whole document as JSON."""
	from minibench.collaboration.messages import clear_last_message
	from minibench.model.document import get_doc
	from minibench.values.jsonio import parse_json

	document = get_doc(doc, name) if isinstance(name, str) else get_doc(json.loads(doc))
	document.check_permission()
	chosen = get_print_format_doc(print_format, meta=document.meta)
	set_link_titles(document)
	html: str | None
	try:
		html = get_rendered_template(
			doc=document,
			print_format=chosen,
			meta=document.meta,
			no_letterhead=no_letterhead,
			letterhead=letterhead,
			trigger_print=trigger_print,
			settings=parse_json(settings),
		)
	except TemplateNotFoundError:
		clear_last_message()
		html = None
	return {"html": html, "style": get_print_style(style=style, print_format=chosen)}


@whitelist()
def get_rendered_raw_commands(doc: str, name: str | None = None, print_format: str | None = None) -> None:
	"""Commands for label printers and the like."""
	from minibench.errors import NotInMinibench

	raise NotInMinibench("raw printing")


@whitelist(allow_guest=True)
def download_pdf(
	doctype: str,
	name: str,
	format: Any = None,
	doc: Any = None,
	no_letterhead: Any = 0,
	language: Any = None,
	letterhead: Any = None,
) -> None:
	"""Answer the request with a document's print as PDF."""
	from minibench.model.document import get_doc

	document = doc or get_doc(doctype, name)
	validate_print_permission(document)
	with print_language(language):
		content = get_print(
			doctype,
			name,
			format,
			doc=document,
			as_pdf=True,
			letterhead=letterhead,
			no_letterhead=no_letterhead,
		)
	local.response.filename = f"{name.replace(' ', '-').replace('/', '-')}.pdf"
	local.response.filecontent = content
	local.response.type = "pdf"


@whitelist()
def download_multi_pdf(
	doctype: str | dict[str, list[str]],
	name: str | list[str],
	format: str | None = None,
	no_letterhead: bool = False,
	letterhead: str | None = None,
	options: str | None = None,
) -> None:
	"""Answer the request with the prints of several documents in one PDF.

	`doctype` is one with `name` a JSON list of names, or {DocType: [names]} with `name` that of the file.
	"""
	from pypdf import PdfWriter

	from minibench.errors_log import log_error
	from minibench.printing.pdf import get_file_data_from_writer

	wanted = doctype if isinstance(doctype, dict) else {doctype: json.loads(cstr(name))}
	writer = PdfWriter()
	for each, names in wanted.items():
		for docname in names:
			try:
				get_print(
					each,
					docname,
					format,
					as_pdf=True,
					output=writer,
					no_letterhead=no_letterhead,
					letterhead=letterhead,
					pdf_options=json.loads(options) if isinstance(options, str) else options,
				)
			except Exception:
				# One document that may not be printed does not keep the others from it.
				log_error(title="Error in Multi PDF download", reference_doctype=each, reference_name=docname)
	title = cstr(name) if isinstance(doctype, dict) else doctype.replace(" ", "-").replace("/", "-")
	local.response.filename = f"{title}.pdf"
	local.response.filecontent = get_file_data_from_writer(writer)
	local.response.type = "pdf"


@whitelist()
def report_to_pdf(html: Any, orientation: Any = "Landscape") -> None:
	"""Answer the request with a page that a report made of itself, as PDF."""
	from minibench.printing.pdf import get_pdf

	local.response.filename = "report.pdf"
	local.response.filecontent = get_pdf(html, {"orientation": orientation})
	local.response.type = "pdf"
