"""A working copy saved as a program or an editor sends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import frappe

from o2c_extensions.cash_application.domain.rule_form import RULE_FIELDS, RULES
from o2c_extensions.cash_application.domain.rule_tables import LIMIT_FIELDS, LIMITS, SHARE_FIELDS, SHARES
from o2c_extensions.cash_application.queries.rule_sets import RULE_SET

_TABLES = {RULES: RULE_FIELDS, LIMITS: LIMIT_FIELDS, SHARES: SHARE_FIELDS}
_HEAD = ("for_company", "description")


def save(written: Mapping[str, Any], name: str | None = None, modified: str | None = None) -> str:
	"""Save a working copy, or make a new one. Fields that are not a rule set's own are not taken. Returns its name.

	Raises:
		frappe.TimestampMismatchError: somebody else has saved it since `modified`.
	"""
	doc = frappe.get_doc(RULE_SET, name) if name else frappe.new_doc(RULE_SET)
	if not name:
		doc.set_name = str(written.get("set_name") or "").strip()
	elif modified:
		# What the framework compares with what is stored.
		doc.modified = modified
	doc.update({field: written[field] for field in _HEAD if field in written})
	for table, fields in _TABLES.items():
		if table in written:
			rows = written[table] or ()
			doc.set(table, [{field: row.get(field) for field in fields if field in row} for row in rows])
	if name:
		doc.save()
	else:
		doc.insert()
	return str(doc.name)
