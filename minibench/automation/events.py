"""What happens to a document besides its own controller and the apps' hooks.

`Document.run_method` calls `after_method` after the controller and the hooks. Nearly always there is nothing to do, and
then it must cost nothing: one set membership.
"""

from __future__ import annotations

from typing import Any

from minibench.automation import registry

WORKFLOW_ACTION_EVENTS = frozenset({"on_update", "on_cancel", "on_trash", "on_update_after_submit"})
ASSIGNMENT_EVENTS = frozenset({"on_update", "on_cancel", "on_update_after_submit"})
DUE_DATE_EVENTS = frozenset({"on_update", "on_update_after_submit"})


def after_method(doc: Any, method: str) -> None:
	"""Workflow actions, assignment rules, notifications and server scripts for this event, in v15's order."""
	active = registry.current()
	doctype = doc.doctype
	if doctype not in active.doctypes:
		return
	if doctype in active.workflows and method in WORKFLOW_ACTION_EVENTS:
		from minibench.automation.workflow_actions import process_workflow_actions

		process_workflow_actions(doc, method)
	if doctype in active.rules:
		if method in ASSIGNMENT_EVENTS:
			from minibench.automation.assignment import apply

			apply(doc, method)
		if doctype in active.due_date_rules and method in DUE_DATE_EVENTS:
			from minibench.automation.assignment import update_due_date

			update_due_date(doc, method)
	notify(doc, method)
	if doctype in active.scripts:
		from minibench.automation.server_script import run_for_document_event

		run_for_document_event(doc, method)


def notify(doc: Any, method: str) -> None:
	"""The notifications alone."""
	waiting = registry.current().notifications.get(doc.doctype)
	if waiting:
		from minibench.automation.notification import run_notifications

		run_notifications(doc, method, waiting)
