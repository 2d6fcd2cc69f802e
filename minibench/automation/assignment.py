"""Assignment Rules: which document goes to whom by itself, and when it is theirs no longer."""

from __future__ import annotations

from collections import Counter
from typing import Any

from minibench.automation import assign, registry
from minibench.context import db, flags
from minibench.web.whitelist import whitelist

LOG_TYPES = frozenset(
	(
		"Version", "Error Log", "Scheduled Job Log", "Event Sync Log", "Event Update Log", "Access Log", "View Log",
		"Activity Log", "Energy Point Log", "Notification Log", "Email Queue", "DocShare", "Document Follow",
		"Console Log",
	)
)  # fmt: skip


def apply(
	doc: Any = None, method: str | None = None, doctype: str | None = None, name: str | None = None
) -> None:
	"""Unassign, assign, close or reopen, as the rules for the document's type say; those of higher priority first."""
	from minibench.model.document import get_cached_doc, get_doc

	doctype = doctype or doc.doctype
	if flags.in_patch or flags.in_install or flags.in_setup_wizard or doctype in LOG_TYPES:
		return
	names = registry.current().rules.get(str(doctype), ())
	if not names:
		return
	if doc is None:
		doc = get_doc(doctype, name)
	rules = [get_cached_doc("Assignment Rule", rule) for rule in names]
	rules = [rule for rule in rules if not rule.is_rule_not_applicable_today()]
	values = doc.as_dict()
	assignments = get_assignments(values)
	# Several groups may follow each other: the one is unassigned before the next gets the document.
	free = not assignments or any(rule.apply_unassign(values, assignments) for rule in rules)
	assigned = free and any(rule.apply_assign(values) for rule in rules)
	if get_assignments(values):
		_close_or_reopen(rules, values, newly_assigned=assigned)


def _close_or_reopen(rules: list[Any], doc: Any, newly_assigned: bool) -> None:
	for rule in rules:
		if not newly_assigned:
			if rule.safe_eval("close_condition", doc):
				_set_status(doc, {}, "Closed")
				return
			if reopen_closed_assignment(doc):
				return
		rule.close_assignments(doc)


def reopen_closed_assignment(doc: Any) -> bool:
	"""Reopen what was closed. Returns whether there was anything."""
	return _set_status(doc, {"status": "Closed"}, "Open")


def _set_status(doc: Any, more: dict[str, Any], status: str) -> bool:
	from minibench.data.query import get_all
	from minibench.model.document import get_doc

	filters = {"reference_type": doc.get("doctype"), "reference_name": doc.get("name"), **more}
	names = get_all("ToDo", filters=filters, pluck="name")
	for name in names:
		todo = get_doc("ToDo", name)
		todo.status = status
		todo.save(ignore_permissions=True)
	return bool(names)


def get_assignments(doc: Any) -> list[Any]:
	from minibench.data.query import get_all

	return list(
		get_all(
			"ToDo",
			fields=["name", "assignment_rule"],
			filters={
				"reference_type": doc.get("doctype"),
				"reference_name": doc.get("name"),
				"status": ["!=", "Cancelled"],
			},
			limit=5,
		)
	)


def update_due_date(doc: Any, state: str | None = None) -> None:
	"""Move the due date of the rules' open ToDos with the date in the document that it was taken from."""
	from minibench.data.query import get_all
	from minibench.model.document import get_cached_doc, get_doc
	from minibench.translate import _

	if flags.in_migrate or flags.in_patch or flags.in_import or flags.in_setup_wizard or flags.in_install:
		return
	for name in registry.current().due_date_rules.get(doc.doctype, ()):
		field = get_cached_doc("Assignment Rule", name).due_date_based_on
		if not (doc.meta.has_field(field) and doc.has_value_changed(field)):
			continue
		filters = {
			"assignment_rule": name,
			"reference_type": doc.doctype,
			"reference_name": doc.name,
			"status": "Open",
		}
		for todo_name in get_all("ToDo", filters=filters, pluck="name"):
			todo = get_doc("ToDo", todo_name)
			todo.date = doc.get(field)
			todo.flags.updater_reference = {
				"doctype": "Assignment Rule",
				"docname": name,
				"label": _("via Assignment Rule"),
			}
			todo.save(ignore_permissions=True)


@whitelist()
def bulk_apply(doctype: str, docnames: Any) -> None:
	"""Apply the rules to several documents; to more than five in the background."""
	from minibench.background.jobs import enqueue
	from minibench.values.jsonio import parse_json

	names = parse_json(docnames)
	for name in names:
		if len(names) > 5:
			enqueue(apply, doc=None, doctype=doctype, name=name)
		else:
			apply(doctype=doctype, name=name)


# --- one rule ----------------------------------------------------------------------------------------------------


def do_assignment(rule: Any, doc: Any) -> bool:
	"""Assign the document to the rule's next user, and to nobody else. Returns whether there was a user."""
	from minibench.templates import render_template

	assign.clear(doc.get("doctype"), doc.get("name"), ignore_permissions=True)
	user = next_user(rule, doc)
	if not user:
		return False
	assign.add(
		{
			"assign_to": [user],
			"doctype": doc.get("doctype"),
			"name": doc.get("name"),
			"description": render_template(rule.description, doc),
			"assignment_rule": rule.name,
			"notify": True,
			"date": doc.get(rule.due_date_based_on) if rule.due_date_based_on else None,
		},
		ignore_permissions=True,
	)
	rule.db_set("last_user", user)
	return True


def next_user(rule: Any, doc: Any) -> str | None:
	if rule.rule == "Round Robin":
		return _next_in_turn(rule)
	if rule.rule == "Load Balancing":
		return _least_loaded(rule)
	user = doc.get(rule.field)
	return user if db.exists("User", user) else None


def _next_in_turn(rule: Any) -> str:
	users: list[str] = [row.user for row in rule.users]
	if rule.last_user not in users:
		return users[0]
	return users[(users.index(rule.last_user) + 1) % len(users)]


def _least_loaded(rule: Any) -> str:
	from minibench.data.query import get_all

	users: list[str] = [row.user for row in rule.users]
	todos = get_all(
		"ToDo",
		filters={"reference_type": rule.document_type, "allocated_to": ["in", users], "status": "Open"},
		pluck="allocated_to",
	)
	load = Counter(todos)
	return min(users, key=lambda user: load[user])
