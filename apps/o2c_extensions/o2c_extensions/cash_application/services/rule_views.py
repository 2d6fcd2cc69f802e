"""A rule set as an editor shows it."""

from __future__ import annotations

import json
from typing import Any

import frappe

from o2c_extensions.cash_application.domain import rule_conditions, rule_form, rule_tables
from o2c_extensions.cash_application.queries import rule_counts
from o2c_extensions.cash_application.queries.rule_sets import RULE_SET, VERSION
from o2c_extensions.cash_application.services import rule_sets
from o2c_extensions.cash_application.services.rule_sets import VERSIONS
from o2c_extensions.common import expressions

HEAD = (
	"name",
	"set_name",
	"for_company",
	"description",
	"is_active",
	"active_version",
	"activated_by",
	"activated_at",
	"modified",
)
_TABLES = {
	rule_form.RULES: rule_form.RULE_FIELDS,
	rule_tables.LIMITS: rule_tables.LIMIT_FIELDS,
	rule_tables.SHARES: rule_tables.SHARE_FIELDS,
}


def whole(name: str) -> dict[str, Any]:
	"""The working copy with its tables in order, its versions, the newest first, and how often each rule fired."""
	doc = frappe.get_doc(RULE_SET, name)
	return {
		**{field: doc.get(field) for field in HEAD},
		**{
			table: [
				{"name": row.name, "idx": row.idx, **{field: row.get(field) for field in fields}}
				for row in doc.get(table)
			]
			for table, fields in _TABLES.items()
		},
		"is_changed": rule_sets.is_changed(doc),
		"versions": VERSIONS.all_of(name),
		"counts": rule_counts.counts(name),
		"may_write": bool(doc.has_permission("write")),
	}


def vocabulary() -> dict[str, Any]:
	"""What an editor offers: actions with the fields that they use, and what a condition may ask for."""
	return {
		"actions": list(rule_form.ACTIONS),
		"fields": {
			"condition": list(rule_form.CONDITION_FIELDS),
			"Match": list(rule_form.MATCH_FIELDS),
			"Book to Account": list(rule_form.BOOK_FIELDS),
			"Split": list(rule_form.BOOK_FIELDS),
			"Hand to a Person": list(rule_form.HAND_FIELDS),
		},
		"limits": [rule_tables.DIFFERENCE, rule_tables.CHARGE],
		"names": sorted(rule_conditions.NAMES),
		"functions": sorted(expressions.FUNCTIONS),
	}


def content(version: str) -> dict[str, Any]:
	"""What a version says, as it was activated: only what is filled in, as text."""
	found: dict[str, Any] = json.loads(frappe.db.get_value(VERSION, version, "content"))
	return found


def compared(version: str, other: str | None) -> dict[str, Any]:
	"""Two versions, or a version and the working copy of its set, to be shown side by side."""
	if other:
		return {"before": content(version), "after": content(other)}
	rule_set = frappe.db.get_value(VERSION, version, "rule_set")
	working = rule_form.content_of(frappe.get_doc(RULE_SET, rule_set).as_dict())
	return {"before": content(version), "after": working}
