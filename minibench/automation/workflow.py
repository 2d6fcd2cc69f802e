"""Workflows: the states a document passes through, and who may move it on under which condition."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from minibench.automation import registry
from minibench.context import Dict, db, local, session
from minibench.errors import ValidationError
from minibench.web.whitelist import whitelist

DRAFT, SUBMITTED, CANCELLED = 0, 1, 2
DOCSTATUS_OF_ACTION = {"update_after_submit": "1", "submit": "1", "cancel": "2"}
BULK_AT_ONCE = 20
BULK_LIMIT = 500


class WorkflowStateError(ValidationError):
	pass


class WorkflowTransitionError(ValidationError):
	pass


class WorkflowPermissionError(ValidationError):
	pass


def get_workflow_name(doctype: str) -> str:
	"""The active workflow of `doctype`, "" if there is none."""
	return registry.current().workflows.get(doctype, "")


def get_workflow(doctype: str) -> Any:
	"""The active workflow's document.

	Raises:
		DoesNotExistError: `doctype` has none.
	"""
	from minibench.model.document import get_cached_doc

	return get_cached_doc("Workflow", get_workflow_name(doctype))


def get_workflow_field_value(workflow_name: str, field: str) -> Any:
	from minibench.model.document import get_cached_value

	return get_cached_value("Workflow", workflow_name, field)


def get_workflow_state_field(workflow_name: str) -> str:
	"""The fieldname that holds a document's state."""
	return str(get_workflow_field_value(workflow_name, "workflow_state_field"))


def send_email_alert(workflow_name: str) -> bool:
	return bool(get_workflow_field_value(workflow_name, "send_email_alert"))


@whitelist()
def get_transitions(doc: Any, workflow: Any = None, raise_exception: bool = False) -> list[dict[str, Any]]:
	"""The transitions that the user may make from the document's state, their conditions met.

	Raises:
		WorkflowStateError: the document has no state.
	"""
	from minibench.access.users import get_roles
	from minibench.collaboration.messages import throw
	from minibench.model.document import Document, get_doc
	from minibench.translate import _
	from minibench.values.jsonio import parse_json

	if not isinstance(doc, Document):
		doc = get_doc(parse_json(doc))
		doc.load_from_db()
	if doc.is_new():
		return []
	doc.check_permission("read")
	workflow = workflow or get_workflow(doc.doctype)
	current_state = doc.get(workflow.workflow_state_field)
	if not current_state:
		if raise_exception:
			raise WorkflowStateError
		throw(_("Workflow State not set"), WorkflowStateError)
	roles = set(get_roles())
	return [
		transition.as_dict()
		for transition in workflow.transitions
		if transition.state == current_state
		and transition.allowed in roles
		and is_transition_condition_satisfied(transition, doc)
	]


def get_workflow_safe_globals() -> dict[str, Any]:
	"""What a transition's condition may call."""
	from minibench.data.query import get_list
	from minibench.values import dates

	return {
		"frappe": Dict(
			db=Dict(get_value=db.get_value, get_list=get_list),
			session=session,
			utils=Dict(
				now_datetime=dates.now_datetime,
				add_to_date=dates.add_to_date,
				get_datetime=dates.get_datetime,
				now=dates.now,
			),
		)
	}


def is_transition_condition_satisfied(transition: Any, doc: Any) -> bool:
	"""Whether the transition has no condition, or it holds for `doc`."""
	from minibench.automation.safe_exec import safe_eval

	if not transition.condition:
		return True
	return bool(safe_eval(transition.condition, get_workflow_safe_globals(), {"doc": doc.as_dict()}))


def has_approval_access(user: str, doc: Any, transition: Any) -> bool:
	"""Whether `user` may make this transition on a document that may be their own."""
	return bool(user == "Administrator" or transition.get("allow_self_approval") or user != doc.get("owner"))


@whitelist()
def apply_workflow(doc: Any, action: str) -> Any:
	"""Make the transition `action` on the document as it is in the database, and save, submit or cancel it with that.

	Raises:
		WorkflowTransitionError: the action is not open to this user in this state.
	"""
	from minibench.collaboration.messages import throw
	from minibench.model.document import get_doc
	from minibench.translate import _
	from minibench.values.jsonio import parse_json

	doc = get_doc(parse_json(doc))
	doc.load_from_db()
	workflow = get_workflow(doc.doctype)
	transition: dict[str, Any] = {}
	for candidate in get_transitions(doc, workflow):
		if candidate["action"] == action:
			transition = candidate
	if not transition:
		throw(_("Not a valid Workflow Action"), WorkflowTransitionError)
	if not has_approval_access(session.user, doc, transition):
		throw(_("Self approval is not allowed"))

	doc.set(workflow.workflow_state_field, transition["next_state"])
	next_state = next(row for row in workflow.states if row.state == transition["next_state"])
	if next_state.update_field:
		doc.set(next_state.update_field, next_state.update_value)
	_write(doc, next_state)
	doc.add_comment("Workflow", _(next_state.state))
	return doc


def _write(doc: Any, next_state: Any) -> None:
	from minibench.collaboration.messages import throw
	from minibench.translate import _

	change = (int(doc.docstatus), int(next_state.doc_status or 0))
	if change in ((DRAFT, DRAFT), (SUBMITTED, SUBMITTED)):
		doc.save()
	elif change == (DRAFT, SUBMITTED):
		doc.submit()
	elif change == (SUBMITTED, CANCELLED):
		doc.cancel()
	else:
		throw(_("Illegal Document Status for {0}").format(next_state.state))


@whitelist()
def can_cancel_document(doctype: str) -> bool:
	"""Whether documents are cancelled directly: no, when the workflow has a transition that does it."""
	workflow = get_workflow(doctype)
	cancelling = {row.state for row in workflow.states if row.doc_status == "2"}
	return not any(transition.next_state in cancelling for transition in workflow.transitions)


def validate_workflow(doc: Any) -> None:
	"""Give a new document its first state, and refuse a change of state that is not open to the user.

	Does nothing for a DocType without an active workflow.

	Raises:
		WorkflowPermissionError: no transition leads the user from the saved state to the new one.
	"""
	from minibench.collaboration.messages import throw
	from minibench.translate import _

	if doc.doctype not in registry.current().workflows:
		return
	workflow = get_workflow(doc.doctype)
	before = getattr(doc, "_doc_before_save", None)
	field = workflow.workflow_state_field
	first = workflow.states[0].state
	current_state = (before.get(field) if before else None) or first
	next_state = doc.get(field)
	if not next_state:
		next_state = first
		doc.set(field, next_state)
	if not any(row.state == current_state for row in workflow.states):
		throw(
			_("{0} is not a valid Workflow State. Please update your Workflow and try again.").format(
				_bold(current_state)
			)
		)
	if current_state == next_state:
		return
	allowed = before and any(transition["next_state"] == next_state for transition in get_transitions(before))
	if not allowed:
		throw(
			_("Workflow State transition not allowed from {0} to {1}").format(
				_bold(current_state), _bold(next_state)
			),
			WorkflowPermissionError,
		)


def set_workflow_state_on_action(doc: Any, workflow_name: str, action: str) -> None:
	"""Follow a document that was submitted or cancelled directly: set the first state of its new docstatus."""
	from minibench.model.document import get_cached_doc

	workflow = get_cached_doc("Workflow", workflow_name)
	field = workflow.workflow_state_field
	for row in workflow.states:
		if row.state == doc.get(field) and doc.docstatus == int(row.doc_status or 0):
			return
	docstatus = DOCSTATUS_OF_ACTION[action]
	for row in workflow.states:
		if row.doc_status == docstatus:
			doc.set(field, row.state)
			return


@whitelist()
def get_common_transition_actions(docs: Any, doctype: str) -> list[str]:
	"""The actions that the user may take on every one of `docs`."""
	rows: Iterable[dict[str, Any]] = json.loads(docs) if isinstance(docs, str) else docs
	common: set[str] | None = None
	try:
		for row in rows:
			row.setdefault("doctype", doctype)
			actions = {
				transition["action"]
				for transition in get_transitions(row, raise_exception=True)
				if has_approval_access(session.user, row, transition)
			}
			common = actions if common is None else common & actions
			if not common:
				return []
	except WorkflowStateError:
		pass
	return list(common or ())


@whitelist()
def bulk_workflow_approval(docnames: str, doctype: str, action: str) -> None:
	"""Apply one action to many documents, each in a transaction of its own; more than 19 in the background."""
	from minibench.background.jobs import enqueue
	from minibench.collaboration.messages import msgprint, throw
	from minibench.translate import _

	names: list[str] = json.loads(docnames)
	if len(names) < BULK_AT_ONCE:
		_bulk_workflow_action(names, doctype, action)
	elif len(names) <= BULK_LIMIT:
		msgprint(_("Bulk {0} is enqueued in background.").format(action), alert=True)
		enqueue(
			_bulk_workflow_action, docnames=names, doctype=doctype, action=action, queue="short", timeout=1000
		)
	else:
		throw(_("Bulk approval only support up to 500 documents."), title=_("Too Many Documents"))


def _bulk_workflow_action(docnames: list[str], doctype: str, action: str) -> None:
	from minibench.collaboration.messages import clear_messages
	from minibench.errors_log import log_error
	from minibench.model.document import get_doc
	from minibench.translate import _

	failed: dict[str, list[str | None]] = defaultdict(list)
	succeeded: dict[str, list[str | None]] = defaultdict(list)
	clear_messages()
	for name in docnames:
		error: Exception | None = None
		try:
			apply_workflow(get_doc(doctype, name), action)
			db.commit()
		except Exception as raised:
			error = raised
			db.rollback()
			log_error(
				title=f"Workflow {action} threw an error for {doctype} {name}",
				reference_doctype="Workflow",
				reference_name=action,
			)
		_sort_messages(name, error, failed, succeeded)
	indicator = "orange" if failed and succeeded else "red" if failed else "green"
	print_workflow_log(failed, _("Failed Transactions"), doctype, indicator)
	print_workflow_log(succeeded, _("Successful Transactions"), doctype, indicator)


def _sort_messages(
	name: str,
	error: Exception | None,
	failed: dict[str, list[str | None]],
	succeeded: dict[str, list[str | None]],
) -> None:
	"""Take the messages that one document left and file them under the outcome they belong to."""
	from minibench.collaboration.messages import get_message_log

	messages = get_message_log()
	local.message_log.clear()
	if not messages:
		if error is None:
			succeeded[name].append(None)
		else:
			text = type(error).__name__ + (f" : {error.args[0]}" if error.args else "")
			failed[name].append(text)
	for message in messages:
		outcome = failed if message.get("raise_exception") else succeeded
		outcome[name].append(message.get("message"))


def print_workflow_log(
	messages: Mapping[str, list[str | None]], title: str, doctype: str, indicator: str
) -> None:
	"""Show the user what became of each document."""
	from minibench.collaboration.messages import msgprint
	from minibench.translate import _
	from minibench.values.urls import get_link_to_form

	if not messages:
		return
	parts = [f"<h4>{title}</h4>"]
	for name, texts in messages.items():
		lines = "".join(
			f"<div class='small text-muted' style='padding:2.5px'>{text}</div>" for text in texts if text
		)
		parts.append(f"<details><summary>{get_link_to_form(doctype, name)}</summary>{lines}</details>")
	msgprint(
		"".join(parts), title=_("Workflow Status"), indicator=indicator, is_minimizable=True, realtime=True
	)


def _bold(text: str) -> str:
	from minibench.values.text import bold

	return str(bold(text))
