"""Records that the app brings along and an administrator then owns: workflows, templates, dunning types, examples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import frappe

from o2c_extensions.setup import ledger


def make_once(doctype: str, records: Iterable[Mapping[str, Any]]) -> list[str]:
	"""Make the records that were never made on this site, and return the names of the new ones.

	A record of the same name that is there already stays as it is; one that an administrator has removed stays away.

	Args:
		records: the values of each, with `name`.
	"""
	wanted = {str(record["name"]): record for record in records}
	known = {
		*ledger.made(doctype),
		*frappe.get_all(doctype, filters={"name": ("in", list(wanted))}, pluck="name", limit_page_length=0),
	}
	new = [name for name in wanted if name not in known]
	for name in new:
		doc = frappe.get_doc({"doctype": doctype, **wanted[name]})
		doc.insert(set_name=name)
	ledger.note(doctype, new)
	return new
