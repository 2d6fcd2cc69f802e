"""Notifications: when a rule written by an administrator tells whom about a document."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from minibench.context import db, flags
from minibench.errors import NotInMinibench
from minibench.web.whitelist import whitelist

DATE_BASED_EVENTS = frozenset({"Days Before", "Days After"})
EVENT_OF_METHOD = {"on_update": "Save", "after_insert": "New", "on_submit": "Submit", "on_cancel": "Cancel"}


class _Frappe(NamedTuple):
	"""All that a condition sees of `frappe`."""

	utils: Any


def run_notifications(doc: Any, method: str, notifications: list[Any]) -> None:
	"""Send those of `notifications` that this document method sets off; each at most once for this document object."""
	if flags.in_patch or flags.in_install or (flags.in_import and flags.mute_emails):
		return
	event = EVENT_OF_METHOD.get(method)
	if method == "on_change" and not doc.flags.in_insert and not doc.flags.in_delete:
		event = "Value Change"
	if doc.flags.notifications_executed is None:
		doc.flags.notifications_executed = []
	executed: list[str] = doc.flags.notifications_executed
	for row in notifications:
		due = (event and row.event == event) or (row.event == "Method" and row.method == method)
		if due and row.name not in executed:
			evaluate_alert(doc, row.name, row.event)
			executed.append(row.name)


def evaluate_alert(doc: Any, alert: Any, event: str) -> None:
	"""Send the notification if its condition holds, and the watched value has changed.

	Raises:
		ValidationError: the notification itself is wrong.
	"""
	from jinja2 import TemplateError

	from minibench.automation.safe_exec import safe_eval
	from minibench.collaboration.messages import throw
	from minibench.errors_log import get_traceback, log_error
	from minibench.model.document import get_doc
	from minibench.translate import _
	from minibench.values.urls import get_link_to_form

	name = alert if isinstance(alert, str) else alert.name
	try:
		if isinstance(alert, str):
			alert = get_doc("Notification", alert)
		if alert.condition and not safe_eval(alert.condition, None, get_context(doc)):
			return
		if event == "Value Change":
			if not doc.is_new() and not _has_changed(doc, alert):
				return
		elif not doc.is_new():
			doc.reload()
		alert.send(doc)
	except TemplateError:
		message = _("Error while evaluating Notification {0}. Please fix your template.").format(
			get_link_to_form("Notification", name)
		)
		throw(message, title=_("Error in Notification"))
	except Exception as error:
		title, message = str(error), get_traceback(with_context=True)
		log_error(title=title, message=message)
		throw(f"<details><summary>{title}</summary>{message}</details>", title=_("Error in Notification"))


def _has_changed(doc: Any, alert: Any) -> bool:
	"""Whether the watched field has another value than before; a field that is gone disables the notification."""
	from minibench.values.casting import cast

	if not db.has_column(doc.doctype, alert.value_changed):
		alert.db_set("enabled", 0)
		alert.log_error(f"Notification {alert.name} has been disabled due to missing field")
		return False
	before = doc.get_doc_before_save()
	fieldtype = doc.meta.get_field(alert.value_changed).fieldtype
	old = before.get(alert.value_changed) if before else None
	return bool(cast(fieldtype, doc.get(alert.value_changed)) != cast(fieldtype, old))


def get_context(doc: Any) -> dict[str, Any]:
	"""What a condition may name."""
	from minibench.automation.script_globals import script_utils
	from minibench.values.dates import nowdate

	return {"doc": doc, "nowdate": nowdate, "frappe": _Frappe(utils=script_utils())}


# --- sending -----------------------------------------------------------------------------------------------------


def send(alert: Any, doc: Any) -> None:
	"""Tell the recipients over the notification's channels, then set the property that it is to set.

	An error in sending goes to the Error Log: the document's own transaction goes on.
	"""
	context = {"doc": doc, "alert": alert, "comments": None}
	if doc.get("_comments"):
		context["comments"] = json.loads(doc.get("_comments"))
	if alert.is_standard:
		_load_standard_properties(alert, context)
	try:
		if alert.channel == "Email":
			send_an_email(alert, doc, context)
		elif alert.channel in ("Slack", "SMS"):
			raise NotInMinibench(f"Notification over {alert.channel}")
		if alert.channel == "System Notification" or alert.send_system_notification:
			create_system_notification(alert, doc, context)
	except Exception:
		alert.log_error("Failed to send Notification")
	if alert.set_property_after_alert:
		set_property_after_alert(alert, doc)


def set_property_after_alert(alert: Any, doc: Any) -> None:
	"""Give the document's field its value and save, unless it is submitted and the field may not change any more."""
	from minibench.model.fieldtypes import numeric_fieldtypes
	from minibench.translate import _
	from minibench.values.numbers import cint

	field = doc.meta.get_field(alert.set_property_after_alert)
	if doc.docstatus == 1 and not field.allow_on_submit:
		return
	try:
		if doc.flags.in_notification_update:
			return
		value = cint(alert.property_value) if field.fieldtype in numeric_fieldtypes else alert.property_value
		doc.reload()
		doc.set(field.fieldname, value)
		doc.flags.updater_reference = {
			"doctype": alert.doctype,
			"docname": alert.name,
			"label": _("via Notification"),
		}
		doc.flags.in_notification_update = True
		doc.save(ignore_permissions=True)
		doc.flags.in_notification_update = False
	except Exception:
		alert.log_error("Document update failed")


def _rendered_subject(alert: Any, context: dict[str, Any]) -> str:
	from minibench.templates import render_template

	return str(render_template(alert.subject, context)) if "{" in alert.subject else str(alert.subject)


def create_system_notification(alert: Any, doc: Any, context: dict[str, Any]) -> None:
	from minibench.automation.notification_log import enqueue_create_notification
	from minibench.templates import render_template

	subject = _rendered_subject(alert, context)
	attachments = get_attachment(alert, doc)
	recipients, cc, bcc = get_list_of_recipients(alert, doc, context)
	users = recipients + cc + bcc
	if not users:
		return
	enqueue_create_notification(
		users,
		{
			"type": "Alert",
			"document_type": get_reference_doctype(doc),
			"document_name": get_reference_name(doc),
			"subject": subject,
			"from_user": doc.modified_by or doc.owner,
			"email_content": render_template(alert.message, context),
			"attached_file": json.dumps(attachments[0]) if attachments else None,
		},
	)


def send_an_email(alert: Any, doc: Any, context: dict[str, Any]) -> None:
	"""Queue the mail, and note it among the document's communications."""
	from email.utils import formataddr

	from minibench.mail.communications import make_communication
	from minibench.mail.sending import sendmail
	from minibench.templates import render_template

	subject = _rendered_subject(alert, context)
	attachments = get_attachment(alert, doc)
	recipients, cc, bcc = get_list_of_recipients(alert, doc, context)
	if not (recipients or cc or bcc):
		return
	message = render_template(alert.message, context)
	sender = formataddr((alert.sender, alert.sender_email)) if alert.sender and alert.sender_email else None
	about: dict[str, Any] = {"doctype": get_reference_doctype(doc), "name": get_reference_name(doc)}
	communication = None
	if doc.doctype != "Communication":
		communication = make_communication(
			**about,
			content=message,
			subject=subject,
			sender=sender,
			recipients=recipients,
			communication_medium="Email",
			send_email=False,
			attachments=attachments,
			cc=cc,
			bcc=bcc,
			communication_type="Automated Message",
		)["name"]
	sendmail(
		recipients=recipients,
		subject=subject,
		sender=sender or "",
		cc=cc,
		bcc=bcc,
		message=message,
		reference_doctype=about["doctype"],
		reference_name=about["name"],
		attachments=attachments,
		expose_recipients="header",
		print_letterhead=bool(attachments and attachments[0].get("print_letterhead")),
		communication=communication,
	)


def get_list_of_recipients(
	alert: Any, doc: Any, context: dict[str, Any]
) -> tuple[list[str], list[str], list[str]]:
	"""To, CC and BCC: addresses in fields, users of roles, addresses written down, assignees; each once."""
	from minibench.automation.safe_exec import safe_eval

	recipients: list[str] = []
	cc: list[str] = []
	bcc: list[str] = []
	for row in alert.recipients:
		if row.condition and not safe_eval(row.condition, None, dict(context)):
			continue
		if row.receiver_by_document_field:
			recipients += _addresses_in_field(doc, row.receiver_by_document_field)
		cc += _emails_from_template(row.cc, context)
		bcc += _emails_from_template(row.bcc, context)
		if row.receiver_by_role:
			for addresses in get_info_based_on_role(row.receiver_by_role, "email"):
				recipients += addresses.split("\n")
	if alert.send_to_all_assignees:
		recipients += get_assignees(doc)
	return list(dict.fromkeys(recipients)), list(dict.fromkeys(cc)), list(dict.fromkeys(bcc))


def _addresses_in_field(doc: Any, where: str) -> list[str]:
	"""`field` of the document, or `field,table` of each row of a child table."""
	from minibench.values.addresses import validate_email_address

	field, _comma, table = where.partition(",")
	if table:
		found = [row.get(field) for row in doc.get(table) or ()]
		return [address for address in found if validate_email_address(address)]
	value = doc.get(field)
	return value.replace(",", "\n").split("\n") if validate_email_address(value) else []


def _emails_from_template(template: str | None, context: dict[str, Any]) -> list[str]:
	from minibench.templates import render_template

	if not template:
		return []
	text = str(render_template(template, context)) if "{" in template else template
	return [part for part in text.replace(",", "\n").split("\n") if part]


def get_info_based_on_role(role: str, field: str = "email", ignore_permissions: bool = True) -> list[str]:
	"""A field of every enabled user who has the role."""
	from minibench.data.query import get_all

	users = get_all("Has Role", filters={"role": role, "parenttype": "User"}, pluck="parent")
	if not users:
		return []
	values: Iterable[str] = get_all(
		"User", filters={"name": ["in", users], "enabled": 1}, pluck=field, order_by="name"
	)
	return [value for value in values if value and value not in ("admin@example.com", "guest@example.com")]


def get_assignees(doc: Any) -> list[str]:
	from minibench.data.query import get_all

	filters = {"status": "Open", "reference_name": doc.name, "reference_type": doc.doctype}
	return list(get_all("ToDo", filters=filters, pluck="allocated_to"))


def get_attachment(alert: Any, doc: Any) -> list[dict[str, Any]] | None:
	"""The document's print, to be made when the mail goes out.

	Raises:
		ValidationError: Print Settings do not allow printing a draft, or a cancelled document.
	"""
	from minibench.collaboration.messages import throw
	from minibench.model.document import get_doc
	from minibench.translate import _

	if not alert.attach_print:
		return None
	settings = get_doc("Print Settings", "Print Settings")
	forbidden = {0: not settings.allow_print_for_draft, 2: not settings.allow_print_for_cancelled}
	if forbidden.get(int(doc.docstatus)):
		status = "Draft" if doc.docstatus == 0 else "Cancelled"
		throw(
			_(
				"Not allowed to attach {0} document, please enable Allow Print For {0} in Print Settings"
			).format(status),
			title=_("Error in Notification"),
		)
	lang = "en"
	if alert.print_format:
		lang = db.get_value("Print Format", alert.print_format, "default_print_language")
	return [
		{
			"print_format_attachment": 1,
			"doctype": doc.doctype,
			"name": doc.name,
			"print_format": alert.print_format,
			"print_letterhead": settings.with_letterhead,
			"lang": lang,
		}
	]


def get_reference_doctype(doc: Any) -> str:
	return str(doc.parenttype if doc.meta.istable else doc.doctype)


def get_reference_name(doc: Any) -> str:
	return str(doc.parent if doc.meta.istable else doc.name)


def _load_standard_properties(alert: Any, context: dict[str, Any]) -> None:
	"""Take the message from the app's file, and let the app's get_context add to what it is rendered with."""
	module = standard_module(alert)
	if module is not None:
		added = module.get_context(context) if hasattr(module, "get_context") else None
		if added:
			context.update(added)
	alert.message = standard_template(alert)


def standard_module(alert: Any) -> Any:
	"""<app>.<module>.notification.<name>.<name> of a notification that an app brings; None without one."""
	import importlib

	from minibench.hooks import get_module_app, package_of, scrub

	name = scrub(alert.name)
	dotted = f"{package_of(get_module_app(alert.module))}.{scrub(alert.module)}.notification.{name}.{name}"
	try:
		return importlib.import_module(dotted)
	except ModuleNotFoundError as error:
		if error.name and dotted.startswith(error.name):
			return None
		raise


def standard_template(alert: Any) -> str | None:
	"""The message that an app keeps beside the record: .md, .html or .txt."""
	from pathlib import Path

	from minibench.hooks import get_module_path, scrub
	from minibench.values.html import md_to_html

	suffix = {"HTML": ".html", "Markdown": ".md", "Plain Text": ".txt"}.get(alert.message_type, ".md")
	name = scrub(alert.name)
	file = Path(get_module_path(alert.module, "notification", name), name + suffix)
	if not file.exists():
		return None
	template = file.read_text()
	return md_to_html(template) if suffix == ".md" else template


# --- date based --------------------------------------------------------------------------------------------------


def documents_for_today(alert: Any) -> list[Any]:
	"""The documents whose date lies as many days before or after today as the notification says."""
	from minibench.automation.safe_exec import safe_eval
	from minibench.data.query import get_all
	from minibench.model.document import get_doc
	from minibench.values.dates import add_to_date, nowdate

	days = -alert.days_in_advance if alert.event == "Days After" else alert.days_in_advance
	day = str(add_to_date(nowdate(), days=days))
	names = get_all(
		alert.document_type,
		filters=[
			[alert.date_changed, ">=", f"{day} 00:00:00.000000"],
			[alert.date_changed, "<=", f"{day} 23:59:59.000000"],
		],
		pluck="name",
	)
	documents = (get_doc(alert.document_type, name) for name in names)
	return [
		doc for doc in documents if not alert.condition or safe_eval(alert.condition, None, get_context(doc))
	]


def trigger_daily_alerts() -> None:
	"""Daily: send the notifications of type Days Before and Days After, one transaction a document."""
	from minibench.data.query import get_all
	from minibench.model.document import get_doc

	if flags.in_import or flags.in_patch:
		return
	names = get_all(
		"Notification", filters={"event": ["in", sorted(DATE_BASED_EVENTS)], "enabled": 1}, pluck="name"
	)
	for name in names:
		alert = get_doc("Notification", name)
		for doc in documents_for_today(alert):
			evaluate_alert(doc, alert, alert.event)
			db.commit()


@whitelist()
def get_documents_for_today(notification: str) -> list[str]:
	"""The names of the documents that a notification would tell of today."""
	from minibench.model.document import get_doc

	alert = get_doc("Notification", notification)
	alert.check_permission("read")
	return [doc.name for doc in documents_for_today(alert)]
