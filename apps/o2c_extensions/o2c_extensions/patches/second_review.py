"""The workflow of holds gets its second review, where it is as it was shipped; an administrator's own stays as it is."""

from __future__ import annotations

import frappe

from o2c_extensions.setup import workflows

_SHIPPED_BEFORE = {
	("Open", "Review", "In Review", "Credit Controller", ""),
	("Open", "Review", "In Review", "Credit Manager", ""),
	("In Review", "Release", "Released", "Credit Controller", "doc.excess <= 10000"),
	("In Review", "Release", "Released", "Credit Manager", ""),
	("In Review", "Reject", "Rejected", "Credit Controller", ""),
	("In Review", "Reject", "Rejected", "Credit Manager", ""),
}


def execute() -> None:
	if not frappe.db.exists("Workflow", "Credit Hold"):
		return
	workflow = frappe.get_doc("Workflow", "Credit Hold")
	found = {
		(row.state, row.action, row.next_state, row.allowed, row.condition or "")
		for row in workflow.transitions
	}
	if found != _SHIPPED_BEFORE:
		return
	workflows.make_words()
	workflow.set("states", workflows.states())
	workflow.set("transitions", workflows.transitions())
	workflow.save()
