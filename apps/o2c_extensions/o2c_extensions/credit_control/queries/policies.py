"""Which policy is in force, and what its version says."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.query_builder.functions import Coalesce

from o2c_extensions.common.prepared import Prepared

POLICY = "Credit Policy"
VERSION = "Credit Policy Version"


def in_force(company: str) -> Any:
	"""The company's active policy, else the general one, or None: policy, version, content. One query."""
	rows = _IN_FORCE.run(company=company)
	return max(rows, key=lambda row: bool(row.for_company), default=None)


def _in_force(company: str) -> Any:
	policies, versions = frappe.qb.DocType(POLICY), frappe.qb.DocType(VERSION)
	return (
		frappe.qb.from_(policies)
		.join(versions)
		.on(versions.name == policies.active_version)
		.select(
			policies.name.as_("policy"), policies.for_company, versions.name.as_("version"), versions.content
		)
		.where((policies.is_active == 1) & Coalesce(policies.for_company, "").isin(["", company]))
	)


_IN_FORCE = Prepared(_in_force, "company")
