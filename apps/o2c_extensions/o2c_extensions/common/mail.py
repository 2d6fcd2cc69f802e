"""Sending a document to its customer: an Email Template that an administrator edits, and the document's PDF.

A mail is only queued, in the transaction of whatever caused it; the PDF is made when the mail goes out. A mail that cannot
be queued never stops the document that it is about: the reason is told instead.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, strip_html

# Their values are HTML, which the framework cleans when the document is saved.
_HTML_FIELDS = ("Text Editor", "HTML Editor")
_SAVEPOINT = "o2c_mail"


@dataclass(frozen=True)
class Posted:
	"""What became of a mail: queued as `queue`, or not, because of `reason`."""

	queue: str = ""
	reason: str = ""


def send_document(doc: Any, template: str | None, recipients: Collection[str]) -> Posted:
	"""Queue a mail to `recipients` about `doc`, with its PDF, in the words of the Email Template."""
	if not recipients:
		return Posted(reason=_("The customer has no e-mail address."))
	if not template:
		return Posted(reason=_("No Email Template is chosen in O2C Settings."))
	language = doc.get("language") or frappe.local.lang
	messages = list(frappe.local.message_log)
	frappe.db.savepoint(_SAVEPOINT)
	try:
		texts = frappe.get_cached_doc("Email Template", template)
		queued = frappe.sendmail(
			recipients=list(recipients),
			subject=_one_line(frappe.render_template(texts.subject, _plain(doc, language))),
			message=frappe.render_template(texts.response_, _escaped(doc, language)),
			reference_doctype=doc.doctype,
			reference_name=doc.name,
			add_unsubscribe_link=0,
			attachments=[
				{
					"print_format_attachment": 1,
					"doctype": doc.doctype,
					"name": doc.name,
					"lang": language,
				}
			],
			print_letterhead=True,
		)
	except (frappe.ValidationError, frappe.OutgoingEmailError) as error:
		frappe.db.rollback(save_point=_SAVEPOINT)
		frappe.local.message_log = messages
		return Posted(reason=_short(error))
	if not queued:
		return Posted(reason=_("Nobody is left to write to: the addresses are wrong or unsubscribed."))
	return Posted(queue=str(queued.name))


def customer_address(doc: Any, addresses: Mapping[str, str]) -> list[str]:
	"""To whom a document goes: the contact that it names, else its customer's own address, if there is one."""
	address = doc.get("contact_email") or addresses.get(doc.customer)
	return [address] if address else []


def _plain(doc: Any, language: str) -> dict[str, Any]:
	values = {**doc.as_dict(), "language": language}
	return {**values, "doc": values}


def _escaped(doc: Any, language: str) -> dict[str, Any]:
	"""The document's values as a template may write them into HTML: what a user typed cannot become markup."""
	html = {field.fieldname for field in doc.meta.fields if field.fieldtype in _HTML_FIELDS}
	values = {key: value if key in html else _escape(value) for key, value in _plain(doc, language).items()}
	return {**values, "doc": {key: value for key, value in values.items() if key != "doc"}}


def _escape(value: Any) -> Any:
	if isinstance(value, str):
		return escape_html(value)
	if isinstance(value, Mapping):
		return {key: _escape(item) for key, item in value.items()}
	if isinstance(value, list):
		return [_escape(item) for item in value]
	return value


def _one_line(text: str) -> str:
	return " ".join(text.split())


def _short(error: Exception) -> str:
	return _one_line(strip_html(str(error)))[:240] or type(error).__name__
