"""Which DocTypes have workflows, notifications, server scripts or assignment rules.

Every method of every document asks this, so the answer is kept for as long as nobody has changed such a record.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from minibench.context import Dict, db, flags, local
from minibench.epoch import bump_epoch, remember


@dataclass(slots=True)
class Registry:
	"""The active automation of one site."""

	workflows: dict[str, str] = field(default_factory=dict)
	notifications: dict[str, list[Dict]] = field(default_factory=dict)
	scripts: dict[str, dict[str, list[str]]] = field(default_factory=dict)
	api_scripts: dict[str, str] = field(default_factory=dict)
	permission_scripts: dict[str, str] = field(default_factory=dict)
	rules: dict[str, list[str]] = field(default_factory=dict)
	due_date_rules: dict[str, list[str]] = field(default_factory=dict)
	doctypes: frozenset[str] = frozenset()


NOTHING = Registry()
_KEY = "automation"
_SOURCES = ("Workflow", "Notification", "Server Script", "Assignment Rule")


def current() -> Registry:
	"""The automation that the current transaction sees. Empty while the framework itself is being installed."""
	known = getattr(local, "knowledge", None)
	found: Registry | None = known.facts.get(_KEY) if known is not None else None
	if found is not None:
		return found
	return NOTHING if flags.in_install == "frappe" else remember(_KEY, _load)


def touched() -> None:
	"""A record that counts has changed: known here at once, elsewhere when this transaction commits."""
	bump_epoch()


def _load() -> Registry:
	from minibench.data.query import get_all

	if not all(db.table_exists(doctype) for doctype in _SOURCES):
		return NOTHING
	registry = Registry()
	for row in get_all("Workflow", filters={"is_active": 1}, fields=["name", "document_type"]):
		registry.workflows[row.document_type] = row.name
	notifications = get_all(
		"Notification", filters={"enabled": 1}, fields=["name", "event", "method", "document_type"]
	)
	for row in notifications:
		registry.notifications.setdefault(row.document_type, []).append(row)
	_load_scripts(registry)
	rules = get_all(
		"Assignment Rule",
		filters={"disabled": 0},
		fields=["name", "document_type", "due_date_based_on"],
		order_by="priority desc",
	)
	for row in rules:
		registry.rules.setdefault(row.document_type, []).append(row.name)
		if row.due_date_based_on:
			registry.due_date_rules.setdefault(row.document_type, []).append(row.name)
	registry.doctypes = frozenset(
		{*registry.workflows, *registry.notifications, *registry.scripts, *registry.rules}
	)
	return registry


def _load_scripts(registry: Registry) -> None:
	from minibench.data.query import get_all

	scripts = get_all(
		"Server Script",
		filters={"disabled": 0},
		fields=["name", "reference_doctype", "doctype_event", "api_method", "script_type"],
	)
	for row in scripts:
		if row.script_type == "DocType Event":
			events = registry.scripts.setdefault(row.reference_doctype, {})
			events.setdefault(row.doctype_event, []).append(row.name)
		elif row.script_type == "Permission Query":
			registry.permission_scripts[row.reference_doctype] = row.name
		elif row.script_type == "API":
			registry.api_scripts[row.api_method] = row.name
