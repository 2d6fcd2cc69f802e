"""Assigning documents to users: each assignment is a ToDo."""

from __future__ import annotations

import json
from typing import Any

from minibench.context import db, local, session
from minibench.errors import DoesNotExistError, ValidationError
from minibench.web.whitelist import whitelist


class DuplicateToDoError(ValidationError):
	pass


def get(args: Any = None) -> list[Any]:
	"""To whom a document is assigned, up to five."""
	from minibench.data.query import get_all

	args = args or local.form_dict
	return list(
		get_all(
			"ToDo",
			fields=["allocated_to as owner", "name"],
			filters={
				"reference_type": args.get("doctype"),
				"reference_name": args.get("name"),
				"status": ["not in", ["Cancelled", "Closed"]],
			},
			limit=5,
		)
	)


@whitelist()
def add(args: Any = None, *, ignore_permissions: bool = False) -> list[Any]:
	"""Assign a document: `args` has assign_to (users), doctype, name, and may have description, date, priority.

	A user who may not read the document has it shared with them.
	"""
	from minibench.collaboration.messages import msgprint
	from minibench.translate import _
	from minibench.values.jsonio import parse_json
	from minibench.values.text import escape_html

	args = args or local.form_dict
	default = _("Assignment for {0} {1}").format(args["doctype"], args["name"])
	description = escape_html(args.get("description", default))
	already: list[str] = []
	shared: list[str] = []
	for user in parse_json(args.get("assign_to")):
		_assign(args, user, description, ignore_permissions, already, shared)
	if shared:
		msgprint(_("Shared with the following Users with Read access:{0}").format(_listed(shared)))
	if already:
		msgprint(_("Already in the following Users ToDo list:{0}").format(_listed(already)))
	return get(args)


def _assign(
	args: Any, user: str, description: str, ignore_permissions: bool, already: list[str], shared: list[str]
) -> None:
	from minibench.model.document import get_doc
	from minibench.model.meta import get_meta
	from minibench.values.dates import nowdate

	doctype, name = args["doctype"], args["name"]
	if not ignore_permissions:
		get_doc(doctype, name).check_permission()
	open_todo = {"reference_type": doctype, "reference_name": name, "status": "Open", "allocated_to": user}
	if db.exists("ToDo", open_todo):
		already.append(user)
		return
	todo = get_doc(
		{
			"doctype": "ToDo",
			**open_todo,
			"description": description,
			"priority": args.get("priority", "Medium"),
			"date": args.get("date", nowdate()),
			"assigned_by": args.get("assigned_by", session.user),
			"assignment_rule": args.get("assignment_rule"),
		}
	).insert(ignore_permissions=True)
	if get_meta(doctype).get_field("assigned_to"):
		db.set_value(doctype, name, "assigned_to", user)
	_let_read(doctype, name, user, shared)
	notify_assignment(
		todo.assigned_by,
		todo.allocated_to,
		todo.reference_type,
		todo.reference_name,
		action="ASSIGN",
		description=description,
	)


def _let_read(doctype: str, name: str, user: str, shared: list[str]) -> None:
	from minibench.access import share
	from minibench.access.defaults import get_system_settings
	from minibench.access.permissions import check_permission as has_permission
	from minibench.collaboration.messages import throw
	from minibench.model.document import get_doc
	from minibench.translate import _
	from minibench.values.text import bold

	doc = get_doc(doctype, name)
	if has_permission(doctype=doctype, doc=doc, user=user):
		return
	if get_system_settings("disable_document_sharing"):
		text = _("User {0} is not permitted to access this document.").format(bold(user))
		hint = _(
			"As document sharing is disabled, please give them the required permissions before assigning."
		)
		throw(f"{text}<br>{hint}", title=_("Missing Permission"))
	share.add(doctype, name, user)
	shared.append(user)


@whitelist()
def add_multiple(args: Any = None) -> None:
	args = args or local.form_dict
	for name in json.loads(args["name"]):
		args.update({"name": name})
		add(args)


@whitelist()
def remove(doctype: str, name: str, assign_to: str, ignore_permissions: bool = False) -> list[Any]:
	return set_status(doctype, name, "", assign_to, status="Cancelled", ignore_permissions=ignore_permissions)


@whitelist()
def remove_multiple(doctype: str, names: str, ignore_permissions: bool = False) -> None:
	for name in json.loads(names):
		for assignment in get({"doctype": doctype, "name": name}):
			remove(doctype, name, assignment.get("owner"), ignore_permissions)


@whitelist()
def close(doctype: str, name: str, assign_to: str, ignore_permissions: bool = False) -> list[Any]:
	"""Done: only the assignee may say so."""
	from minibench.collaboration.messages import throw
	from minibench.translate import _

	if assign_to != session.user:
		throw(_("Only the assignee can complete this to-do."))
	return set_status(doctype, name, "", assign_to, status="Closed", ignore_permissions=ignore_permissions)


def set_status(
	doctype: str,
	name: str,
	todo: str | None = None,
	assign_to: str | None = None,
	status: str = "Cancelled",
	ignore_permissions: bool = False,
) -> list[Any]:
	"""Set the status of one assignment, found by its ToDo or by its user, and tell the user."""
	from minibench.model.document import get_doc
	from minibench.model.meta import get_meta

	if not ignore_permissions:
		get_doc(doctype, name).check_permission()
	try:
		todo = todo or db.get_value(
			"ToDo",
			{
				"reference_type": doctype,
				"reference_name": name,
				"allocated_to": assign_to,
				"status": ["!=", status],
			},
		)
		if todo:
			doc = get_doc("ToDo", todo)
			doc.status = status
			doc.save(ignore_permissions=True)
			notify_assignment(doc.assigned_by, doc.allocated_to, doc.reference_type, doc.reference_name)
	except DoesNotExistError:
		pass
	if status in ("Cancelled", "Closed") and get_meta(doctype).get_field("assigned_to"):
		db.set_value(doctype, name, "assigned_to", None)
	return get({"doctype": doctype, "name": name})


def close_all_assignments(doctype: str, name: str, ignore_permissions: bool = False) -> bool:
	"""Close whatever is not cancelled. Returns whether there was anything."""
	return _set_all(doctype, name, {"status": ["!=", "Cancelled"]}, "Closed", ignore_permissions)


def clear(doctype: str, name: str, ignore_permissions: bool = False) -> bool:
	"""Cancel every assignment of the document. Returns whether there was any."""
	return _set_all(doctype, name, {}, "Cancelled", ignore_permissions)


def _set_all(doctype: str, name: str, more: dict[str, Any], status: str, ignore_permissions: bool) -> bool:
	from minibench.data.query import get_all

	assignments = get_all(
		"ToDo",
		fields=["allocated_to", "name"],
		filters={"reference_type": doctype, "reference_name": name, **more},
	)
	for row in assignments:
		set_status(
			doctype,
			name,
			todo=row.name,
			assign_to=row.allocated_to,
			status=status,
			ignore_permissions=ignore_permissions,
		)
	return bool(assignments)


def notify_assignment(
	assigned_by: str | None,
	allocated_to: str | None,
	doc_type: str | None,
	doc_name: str | None,
	action: str = "CLOSE",
	description: str | None = None,
) -> None:
	"""Tell the assignee, unless they did it themselves or are disabled."""
	from minibench.automation.notification_log import enqueue_create_notification, get_title, get_title_html
	from minibench.translate import _
	from minibench.values.text import bold

	if not (assigned_by and allocated_to and doc_type and doc_name) or assigned_by == allocated_to:
		return
	user = db.get_value("User", allocated_to, ["language", "enabled"], as_dict=True)
	if not user or not user.enabled:
		return
	by = bold(db.get_value("User", session.user, "full_name"))
	title = get_title_html(get_title(doc_type, doc_name))
	if action == "CLOSE":
		subject = _("Your assignment on {0} {1} has been removed by {2}", lang=user.language).format(
			bold(_(doc_type)), title, by
		)
	else:
		subject = _("{0} assigned a new task {1} {2} to you", lang=user.language).format(
			by, bold(_(doc_type, lang=user.language)), title
		)
	enqueue_create_notification(
		allocated_to,
		{
			"type": "Assignment",
			"document_type": doc_type,
			"subject": subject,
			"document_name": doc_name,
			"from_user": session.user,
			"email_content": f"<div>{description}</div>" if description else None,
		},
	)


def _listed(users: list[str]) -> str:
	return "<br><br>" + "<br>".join(users)
