"""A policy as an editor shows it."""

from __future__ import annotations

from typing import Any

import frappe

from o2c_extensions.common import expressions
from o2c_extensions.credit_control.domain import criteria
from o2c_extensions.credit_control.domain.facts import NAMES
from o2c_extensions.credit_control.domain.policy import CHECKPOINTS, OUTCOMES
from o2c_extensions.credit_control.domain.policy_form import CHECKPOINT_FIELDS, EXCLUSION_FIELDS, RULE_FIELDS
from o2c_extensions.credit_control.queries.policies import POLICY
from o2c_extensions.credit_control.services import policies

_SHOWN = (
	"name",
	"policy_name",
	"for_company",
	"currency",
	"description",
	"is_active",
	"active_version",
	"activated_by",
	"activated_at",
	"modified",
)


def whole(name: str) -> dict[str, Any]:
	"""The working copy, its rows in order with their names, and its versions, the newest first."""
	doc = frappe.get_doc(POLICY, name)
	return {
		**{field: doc.get(field) for field in _SHOWN},
		"rules": [_row(row, RULE_FIELDS) for row in doc.rules],
		"exclusions": [_row(row, EXCLUSION_FIELDS) for row in doc.exclusions],
		"is_changed": policies.is_changed(doc),
		"versions": policies.VERSIONS.all_of(name),
		"may_write": bool(doc.has_permission("write")),
	}


def vocabulary() -> dict[str, Any]:
	return {
		"tests": [
			{
				"test": test,
				"bounds": list(bounds),
				"required": [name for name, needed in bounds.items() if needed],
			}
			for test, bounds in criteria.MEASURES.items()
		],
		"outcomes": list(OUTCOMES),
		"checkpoints": [
			{"checkpoint": checkpoint, "field": field}
			for field, checkpoint in zip(CHECKPOINT_FIELDS, CHECKPOINTS, strict=True)
		],
		"names": sorted(NAMES),
		"functions": sorted(expressions.FUNCTIONS),
	}


def _row(row: Any, fields: tuple[str, ...]) -> dict[str, Any]:
	return {"name": row.name, "idx": row.idx, **{field: row.get(field) for field in fields}}
