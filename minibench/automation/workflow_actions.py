"""Workflow Actions: which roles may move a document on next, and the mails that tell their users.

One open Workflow Action stands for one document in one state. When the document leaves that state, the action is
completed for the role that the acting user has.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from minibench.automation import registry
from minibench.automation.workflow import (
	apply_workflow,
	get_workflow_state_field,
	has_approval_access,
	is_transition_condition_satisfied,
	send_email_alert,
)
from minibench.context import Dict, db, flags, session
from minibench.web.whitelist import whitelist

PDF_METHOD = "/api/method/frappe.utils.print_format.download_pdf"
METHOD_PREFIX = "/api/method/frappe.workflow.doctype.workflow_action.workflow_action"


def process_workflow_actions(doc: Any, state: str) -> None:
	"""Bring the document's Workflow Actions in line with its state; `state` is the document event."""
	workflow = registry.current().workflows.get(doc.doctype)
	if not workflow:
		return
	if state == "on_trash":
		db.delete("Workflow Action", {"reference_name": doc.name, "reference_doctype": doc.doctype})
		return
	workflow_state = get_doc_workflow_state(doc)
	if _is_created_already(doc, workflow_state):
		return
	update_completed_workflow_actions(doc, workflow=workflow, workflow_state=workflow_state)
	transitions = get_next_possible_transitions(workflow, workflow_state, doc)
	if not transitions:
		return
	_create(doc, workflow_state, {transition.allowed for transition in transitions})
	if send_email_alert(workflow):
		from minibench.background.jobs import enqueue

		enqueue(
			send_workflow_action_email,
			queue="short",
			doc=doc,
			transitions=transitions,
			enqueue_after_commit=True,
			now=bool(flags.in_test),
		)


def get_doc_workflow_state(doc: Any) -> str | None:
	workflow = registry.current().workflows[doc.get("doctype")]
	state: str | None = doc.get(get_workflow_state_field(workflow))
	return state


def _is_created_already(doc: Any, workflow_state: str | None) -> bool:
	return bool(
		db.exists(
			"Workflow Action",
			{
				"reference_name": doc.name,
				"reference_doctype": doc.doctype,
				"workflow_state": workflow_state,
			},
		)
	)


def _create(doc: Any, workflow_state: str | None, roles: Iterable[str]) -> None:
	from minibench.model.document import get_doc

	action = get_doc(
		{
			"doctype": "Workflow Action",
			"reference_doctype": doc.doctype,
			"reference_name": doc.name,
			"workflow_state": workflow_state,
			"status": "Open",
		}
	)
	for role in sorted(roles):
		action.append("permitted_roles", {"role": role})
	action.insert(ignore_permissions=True)


def update_completed_workflow_actions(
	doc: Any, user: str | None = None, workflow: str | None = None, workflow_state: str | None = None
) -> None:
	"""Complete the open action that led to `workflow_state`, in the name of the role that allowed it."""
	from minibench.access.users import get_roles
	from minibench.data.query import get_all

	user = user or session.user
	allowed = set(
		get_all(
			"Workflow Transition",
			filters={"parent": workflow, "next_state": workflow_state},
			pluck="allowed",
		)
	)
	roles = allowed.intersection(get_roles(user))
	if not roles:
		return
	open_actions = {
		"reference_name": doc.name,
		"reference_doctype": doc.doctype,
		"status": "Open",
	}
	names = get_all("Workflow Action", filters=open_actions, pluck="name")
	by_role = names and get_all(
		"Workflow Action Permitted Role",
		filters={"parent": ["in", names], "role": ["in", list(roles)]},
		fields=["parent", "role"],
		order_by="role",
		limit=1,
	)
	if by_role:
		completed = {"status": "Completed", "completed_by": user, "completed_by_role": by_role[0].role}
		db.set_value("Workflow Action", by_role[0].parent, completed, update_modified=False)
		return
	db.delete("Workflow Action", {**open_actions, "user": ["!=", user]})
	db.set_value(
		"Workflow Action",
		{**open_actions, "user": user},
		{"status": "Completed", "completed_by": user},
		update_modified=False,
	)


def get_next_possible_transitions(workflow_name: str, state: str | None, doc: Any = None) -> list[Any]:
	"""The transitions out of `state` whose condition holds and whose next state is not optional."""
	from minibench.data.query import get_all

	optional = set(
		get_all(
			"Workflow Document State",
			filters={"parent": workflow_name, "is_optional_state": 1},
			pluck="state",
		)
	)
	transitions = get_all(
		"Workflow Transition",
		fields=["allowed", "action", "state", "allow_self_approval", "next_state", "condition"],
		filters={"parent": workflow_name, "state": state},
	)
	return [
		transition
		for transition in transitions
		if transition.next_state not in optional and is_transition_condition_satisfied(transition, doc)
	]


def send_workflow_action_email(doc: Any, transitions: list[Any]) -> None:
	"""Mail every user who may act next the links that do it."""
	from minibench.errors import OutgoingEmailError
	from minibench.errors_log import log_error
	from minibench.mail.sending import sendmail

	common = _common_email_arguments(doc)
	message = common.pop("message", None)
	for row in get_users_next_action_data(transitions, doc).values():
		actions = {action.action_name: action for action in reversed(row.possible_actions)}
		try:
			sendmail(
				recipients=[row.email],
				args={"actions": list(actions.values())[::-1], "message": message},
				reference_name=doc.name,
				reference_doctype=doc.doctype,
				**common,
			)
		except OutgoingEmailError:
			# Without a working account the next user's mail would fail the same way.
			log_error("Failed to send workflow action email")
			return


def get_users_next_action_data(transitions: Iterable[Any], doc: Any) -> dict[str, Dict]:
	"""user -> their address and the actions open to them."""
	from minibench.access.permissions import check_permission as has_permission

	permitted: dict[str, bool] = {}
	found: dict[str, Dict] = {}
	for transition in transitions:
		for row in _users_with_role(transition.allowed):
			if not has_approval_access(row.name, doc, transition):
				continue
			if row.name not in permitted:
				permitted[row.name] = bool(has_permission(doctype=doc, user=row.name))
			if not permitted[row.name]:
				continue
			data = found.setdefault(row.name, Dict(possible_actions=[], email=row.email))
			link = get_workflow_action_url(transition.action, doc, row.name)
			data.possible_actions.append(Dict(action_name=transition.action, action_link=link))
	return found


def _users_with_role(role: str) -> list[Any]:
	from minibench.data.query import get_all

	names = get_all("Has Role", filters={"role": role, "parenttype": "User"}, pluck="parent")
	if not names:
		return []
	return list(
		get_all(
			"User",
			filters=[["name", "in", names], ["name", "!=", "Administrator"], ["enabled", "=", 1]],
			fields=["name", "email"],
			order_by="name",
		)
	)


def _common_email_arguments(doc: Any) -> dict[str, Any]:
	from minibench.model.document import get_cached_value
	from minibench.printing.html import attach_print
	from minibench.translate import _
	from minibench.values.urls import get_link_to_form

	template = _email_template(doc)
	if template:
		subject, response = template.get("subject"), template.get("message")
	else:
		subject = _("Workflow Action") + f" on {doc.doctype}: {doc.name}"
		response = get_link_to_form(doc.doctype, doc.name, f"{doc.doctype}: {doc.name}")
	print_format = doc.meta.default_print_format
	lang = doc.get("language")
	if not lang and print_format:
		lang = get_cached_value("Print Format", print_format, "default_print_language")
	attachment = attach_print(
		doc.doctype, doc.name, file_name=doc.name, doc=doc, lang=lang, print_format=print_format
	)
	return {
		"template": "workflow_action",
		"header": "Workflow Action",
		"attachments": [attachment],
		"subject": subject,
		"message": response,
	}


def _email_template(doc: Any) -> dict[str, Any] | None:
	from minibench.mail.templates import get_email_template

	workflow = registry.current().workflows[doc.doctype]
	name = db.get_value(
		"Workflow Document State",
		{"parent": workflow, "state": get_doc_workflow_state(doc)},
		"next_action_email_template",
	)
	return get_email_template(name, doc) if name else None


def get_workflow_action_url(action: str, doc: Any, user: str) -> str:
	from minibench.access.signed_links import get_signed_params
	from minibench.values.urls import get_url

	params = {
		"doctype": doc.get("doctype"),
		"docname": doc.get("name"),
		"action": action,
		"current_state": get_doc_workflow_state(doc),
		"user": user,
		"last_modified": doc.get("modified"),
	}
	return str(get_url(f"{METHOD_PREFIX}.apply_action?{get_signed_params(params)}"))


def get_confirm_workflow_action_url(doc: Any, action: str, user: str | None) -> str:
	from minibench.access.signed_links import get_signed_params
	from minibench.values.urls import get_url

	params = {"action": action, "doctype": doc.get("doctype"), "docname": doc.get("name"), "user": user}
	return str(get_url(f"{METHOD_PREFIX}.confirm_action?{get_signed_params(params)}"))


@whitelist(allow_guest=True)
def apply_action(
	action: str,
	doctype: str,
	docname: str,
	current_state: str,
	user: str | None = None,
	last_modified: str | None = None,
) -> None:
	"""The page behind a mailed link: asks for confirmation, or says that the document has moved on."""
	from minibench.access.signed_links import verify_request
	from minibench.model.document import get_doc
	from minibench.translate import _
	from minibench.values.dates import get_datetime
	from minibench.web.pages.message import respond_as_web_page

	if not verify_request():
		return
	doc = get_doc(doctype, docname)
	state = get_doc_workflow_state(doc)
	if state != current_state:
		text = _("Document {0} has been set to state {1} by {2}").format(
			_bold(doc.name), _bold(state), _bold(db.get_value("User", doc.modified_by, "full_name"))
		)
		respond_as_web_page(_("Link Expired"), text, indicator_color="blue")
		return
	changed = bool(last_modified) and get_datetime(doc.modified) != get_datetime(last_modified)
	respond_as_web_page(
		title="",
		html="",
		indicator_color="blue",
		template="confirm_workflow_action",
		context={
			"title": doc.name,
			"doctype": doc.doctype,
			"docname": doc.name,
			"action": action,
			"action_link": get_confirm_workflow_action_url(doc, action, user),
			"alert_doc_change": changed,
			"pdf_link": f"{PDF_METHOD}?{urlencode({'doctype': doc.doctype, 'name': doc.name})}",
		},
	)


@whitelist(allow_guest=True)
def confirm_action(doctype: str, docname: str, user: str | None, action: str) -> None:
	"""Apply the action in the name of the user whom the signed link was mailed to."""
	from minibench.access.signed_links import verify_request
	from minibench.context import set_user
	from minibench.model.document import get_doc
	from minibench.translate import _
	from minibench.web.pages.message import respond_as_web_page

	if not verify_request():
		return
	visitor = session.user
	if visitor == "Guest" and user:
		set_user(user)
	doc = apply_workflow(get_doc(doctype, docname), action)
	db.commit()
	text = _("{0}: {1} is set to state {2}").format(
		doc.doctype, _bold(doc.name), _bold(get_doc_workflow_state(doc))
	)
	respond_as_web_page(_("Success"), text, indicator_color="green")
	if visitor == "Guest":
		set_user(visitor)


def get_permission_query_conditions(user: str | None = None) -> str:
	"""Which Workflow Actions a user sees: the open ones of their roles."""
	from minibench.access.users import get_roles

	user = user or session.user
	if user == "Administrator":
		return ""
	roles = ", ".join(db.escape(role) for role in get_roles(user))
	return (
		"(`tabWorkflow Action`.`name` in (select `parent` from `tabWorkflow Action Permitted Role`"
		f" where `role` in ({roles})) or `tabWorkflow Action`.`user` = {db.escape(user)})"
		" and `tabWorkflow Action`.`status` = 'Open'"
	)


def has_permission(doc: Any, user: str) -> bool:
	from minibench.access.users import get_roles

	if user == "Administrator":
		return True
	return not {row.role for row in doc.permitted_roles}.isdisjoint(get_roles(user))


def _bold(text: Any) -> str:
	from minibench.values.text import bold

	return str(bold(text))
