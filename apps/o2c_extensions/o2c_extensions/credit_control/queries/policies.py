"""Which policy is in force, and what its version says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import frappe
from frappe.query_builder.functions import Coalesce

POLICY = "Credit Policy"
VERSION = "Credit Policy Version"


def in_force(company: str) -> Any:
	"""The company's active policy, else the general one, or None: policy, version, content. One query."""
	policies, versions = frappe.qb.DocType(POLICY), frappe.qb.DocType(VERSION)
	rows = (
		frappe.qb.from_(policies)
		.join(versions)
		.on(versions.name == policies.active_version)
		.select(
			policies.name.as_("policy"), policies.for_company, versions.name.as_("version"), versions.content
		)
		.where((policies.is_active == 1) & Coalesce(policies.for_company, "").isin(["", company]))
		.run(as_dict=True)
	)
	return max(rows, key=lambda row: bool(row.for_company), default=None)


def last_version(policy: str) -> Any | None:
	"""The newest version of a policy: name, version, content_hash."""
	rows = frappe.get_all(
		VERSION,
		filters={"policy": policy},
		fields=["name", "version", "content_hash"],
		order_by="version desc",
		limit_page_length=1,
	)
	return rows[0] if rows else None


def active_beside(policy: str, company: str | None) -> list[str]:
	"""The other policies that are active for the same company, or for all."""
	rows = frappe.get_all(
		POLICY,
		filters={"is_active": 1, "name": ("!=", policy)},
		fields=["name", "for_company"],
		limit_page_length=0,
	)
	return [row.name for row in rows if (row.for_company or "") == (company or "")]


def missing(wanted: Mapping[str, Sequence[str]]) -> set[tuple[str, str]]:
	"""Which of these records are not there: {(DocType, name)}. A query for each DocType."""
	return {
		(doctype, name) for doctype, names in wanted.items() for name in set(names) - _present(doctype, names)
	}


def _present(doctype: str, names: Sequence[str]) -> set[str]:
	return set(
		frappe.get_all(doctype, filters={"name": ("in", list(names))}, pluck="name", limit_page_length=0)
	)
