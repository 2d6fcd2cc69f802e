"""A document rendered for printing: by a Print Format's template, or by the standard one."""

from __future__ import annotations

import json
import os
import re
from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import Dict, db, flags, local
from minibench.errors import (
	DoesNotExistError,
	InvalidKeyError,
	NotInMinibench,
	PermissionError,
	PrintFormatError,
	TemplateNotFoundError,
)
from minibench.printing.layout import make_layout
from minibench.translate import _
from minibench.values.numbers import cint

STANDARD_TEMPLATE = "templates/print_formats/standard.html"
_IMPORT = re.compile(r"@import url\([^\)]+\)[;]?")
_LETTER_HEAD_FIELDS = ["content", "footer", "header_script", "footer_script"]
_DEFAULT_FONT = 'Inter, "Helvetica Neue", Helvetica, Arial, "Open Sans", sans-serif'


def get_print_format_doc(print_format_name: str | None, meta: Any) -> Any:
	"""The Print Format to use: the one named, the request's, the DocType's; None for the standard one.

	A name that no longer exists means the standard one too.
	"""
	from minibench.collaboration.messages import clear_last_message
	from minibench.model.document import get_doc

	name = print_format_name or local.form_dict.format or meta.default_print_format or "Standard"
	if name == "Standard":
		return None
	try:
		return get_doc("Print Format", name)
	except DoesNotExistError:
		clear_last_message()
		return None


def get_rendered_template(
	doc: Any,
	print_format: Any = None,
	meta: Any = None,
	no_letterhead: Any = None,
	letterhead: str | None = None,
	trigger_print: Any = False,
	settings: Any = None,
) -> str:
	"""The HTML of the document's body.

	Raises:
		DoesNotExistError: the user may not print it; it does not say that it exists.
		PermissionError: Print Settings forbid drafts or cancelled documents.
		PrintFormatError: the template fails.
	"""
	from minibench.model.document import get_single
	from minibench.model.meta import get_meta
	from minibench.templates import get_jenv

	print_settings = Dict(get_single("Print Settings").as_dict())
	print_settings.update(settings or {})
	if isinstance(no_letterhead, str):
		no_letterhead = cint(no_letterhead)
	elif no_letterhead is None:
		no_letterhead = not cint(print_settings.with_letterhead)
	doc.flags.in_print = True
	doc.flags.print_settings = print_settings
	if not flags.ignore_print_permissions:
		validate_print_permission(doc)
	_validate_docstatus(doc, print_settings)
	doc.run_method("before_print", print_settings)
	for heading in ("print_heading", "sub_heading"):
		if not hasattr(doc, heading):
			setattr(doc, heading, None)

	jenv = get_jenv()
	template, format_data = _template(jenv, doc, print_format)
	letter_head = _render_letter_head(doc, no_letterhead, letterhead)
	_convert_markdown(doc)
	meta = meta or get_meta(doc.doctype)
	args: dict[str, Any] = {}
	if format_data and format_data[0].get("fieldname") == "print_heading_template":
		args["print_heading_template"] = format_data.pop(0).get("options")
	args.update(
		{
			"doc": doc,
			"meta": get_meta(doc.doctype),
			"layout": make_layout(doc, meta, format_data),
			"no_letterhead": no_letterhead,
			"trigger_print": cint(trigger_print),
			"letter_head": letter_head.content,
			"footer": letter_head.footer,
			"print_settings": print_settings,
		}
	)
	html = _render(jenv, template, print_format, args)
	return f"{html}\n<script>window.print();</script>\n" if cint(trigger_print) else html


def _render(jenv: Any, template: Any, print_format: Any, args: dict[str, Any]) -> str:
	from minibench.hooks import get_attr, get_hooks

	if hook := get_hooks("pdf_body_html"):
		return str(get_attr(hook[-1])(jenv=jenv, template=template, print_format=print_format, args=args))
	try:
		return str(template.render(args, filters={"len": len}))
	except Exception as error:
		throw(
			_("Error in print format on line {0}: {1}").format(_failing_line(error, template), error),
			exc=PrintFormatError,
			title=_("Print Format Error"),
		)


def _failing_line(error: Exception, template: Any) -> int | None:
	"""The template's line on which rendering stopped."""
	import traceback

	for frame in reversed(traceback.extract_tb(error.__traceback__)):
		if (template.filename or "<template>") in frame.filename:
			return frame.lineno
	return None


# --- what may be printed ---------------------------------------------------------------------------------------------


def _validate_docstatus(doc: Any, print_settings: Dict) -> None:
	if not doc.meta.is_submittable:
		return
	if doc.docstatus.is_draft() and not cint(print_settings.allow_print_for_draft):
		throw(_("Not allowed to print draft documents"), PermissionError)
	if doc.docstatus.is_cancelled() and not cint(print_settings.allow_print_for_cancelled):
		throw(_("Not allowed to print cancelled documents"), PermissionError)


def validate_print_permission(doc: Any) -> None:
	"""Raise unless the user may read or print the document, as a website user too, or the request has its key."""
	from minibench.access.permissions import check_permission as has_permission
	from minibench.access.permissions import has_website_permission

	if any(has_permission(doc.doctype, ptype, doc) for ptype in ("read", "print")):
		return
	if has_website_permission(doc):
		return
	key = local.form_dict.key
	if key and isinstance(key, str):
		validate_key(key, doc)
		return
	throw(_("{0} {1} not found").format(_(doc.doctype), doc.name), DoesNotExistError)


def validate_key(key: str, doc: Any) -> None:
	"""Raise InvalidKeyError unless `key` is the document's signature and the site still honours such links."""
	from minibench.access.defaults import get_system_settings

	if get_system_settings("allow_older_web_view_links") and key == doc.get_signature():
		return
	raise InvalidKeyError


# --- templates -------------------------------------------------------------------------------------------------------


def _template(jenv: Any, doc: Any, print_format: Any) -> tuple[Any, list[Any]]:
	"""The template, and the Print Format Builder's choice of fields if the format was made with it."""
	from minibench.hooks import get_attr, get_hooks

	standard = jenv.get_template(STANDARD_TEMPLATE)
	if not print_format:
		return standard, []
	doc.print_section_headings = print_format.show_section_headings
	doc.print_line_breaks = print_format.line_breaks
	doc.align_labels_right = print_format.align_labels_right
	doc.absolute_value = print_format.absolute_value
	if hook := get_hooks("get_print_format_template"):
		template = get_attr(hook[-1])(jenv=jenv, print_format=print_format)
		if template:
			return template, []
	if print_format.print_format_builder_beta:
		raise NotInMinibench("the new Print Format Builder")
	if print_format.custom_format or (print_format.standard == "Yes" and not print_format.format_data):
		return jenv.from_string(get_print_format(doc.doctype, print_format)), []
	if not print_format.format_data:
		return standard, []
	format_data = json.loads(print_format.format_data)
	chosen = [*format_data, *(column for df in format_data for column in df.get("visible_columns") or ())]
	doc.format_data_map = {df.get("fieldname"): df for df in chosen}
	return standard, format_data


def get_print_format(doctype: str, print_format: Any) -> str:
	"""The template of a Print Format: its file in the app that brings it, or its own HTML.

	Raises:
		DoesNotExistError: it is disabled.
		TemplateNotFoundError: it has neither.
	"""
	from minibench.hooks import get_module_path, scrub

	if print_format.disabled:
		throw(_("Print Format {0} is disabled").format(print_format.name), DoesNotExistError)
	if print_format.raw_printing:
		raise NotInMinibench("raw printing")
	module = print_format.module or db.get_value("DocType", doctype, "module")
	folder = get_module_path(module, "Print Format", print_format.name)
	path = os.path.join(folder, f"{scrub(print_format.name)}.html")
	if os.path.exists(path):
		with open(path, encoding="utf-8") as file:
			return file.read()
	if print_format.html:
		return str(print_format.html)
	throw(_("No template found at path: {0}").format(path), TemplateNotFoundError)


def _render_letter_head(doc: Any, no_letterhead: Any, letterhead: str | None) -> Dict:
	from minibench.templates import render_template

	head = Dict(get_letter_head(doc, no_letterhead, letterhead) or {})
	for part, script in (("content", head.header_script), ("footer", head.footer_script)):
		if head[part] if part in head else None:
			head[part] = render_template(head[part], {"doc": doc.as_dict()})
			if script:
				head[part] += f"<script>{script}</script>"
	return head


def get_letter_head(doc: Any, no_letterhead: Any, letterhead: str | None = None) -> Any:
	"""Content and footer of the letter head asked for, the document's own, or the default one."""
	if no_letterhead:
		return {}
	name = letterhead or doc.get("letter_head")
	return db.get_value("Letter Head", name or {"is_default": 1}, _LETTER_HEAD_FIELDS, as_dict=True) or {}


def _convert_markdown(doc: Any) -> None:
	from minibench.values.html import md_to_html

	for field in doc.meta.fields:
		value = doc.get(field.fieldname) if field.fieldtype == "Text Editor" else None
		if value and "<!-- markdown -->" in value:
			doc.set(field.fieldname, md_to_html(value))


# --- style -----------------------------------------------------------------------------------------------------------


def get_print_style(style: str | None = None, print_format: Any = None, for_legacy: bool = False) -> str:
	"""The CSS of a print: the standard one, the Print Style's and the Print Format's."""
	css = get_base_style(style, print_format, for_legacy)
	return f"{css}\n\n{print_format.css}" if print_format and print_format.css else css


def get_base_style(style: str | None = None, print_format: Any = None, for_legacy: bool = False) -> str:
	"""The same without the Print Format's own CSS."""
	from minibench.model.document import get_single
	from minibench.templates import get_template

	print_settings = get_single("Print Settings")
	style = style or print_settings.print_style or ""
	css = get_template("templates/styles/standard.css").render(
		{
			"print_settings": print_settings,
			"print_style": style,
			"font": get_font(print_settings, print_format, for_legacy),
		}
	)
	if style and (own := db.get_value("Print Style", style, "css")):
		css += f"\n{own}"
	for at_import in dict.fromkeys(_IMPORT.findall(css)):
		css = at_import + css.replace(at_import, "")
	return css


def get_font(print_settings: Any, print_format: Any = None, for_legacy: bool = False) -> str:
	"""The CSS font family: the Print Format's, the site's, or a neutral one."""
	if for_legacy:
		return _DEFAULT_FONT
	for chosen in (print_format and print_format.font, print_settings.font):
		if chosen and chosen != "Default":
			return f"{chosen}, sans-serif"
	return _DEFAULT_FONT
