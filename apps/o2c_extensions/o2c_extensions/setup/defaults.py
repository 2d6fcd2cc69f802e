"""Records and settings that must exist for the app to work, made once."""

from __future__ import annotations

import frappe
from frappe.utils import now_datetime

from o2c_extensions.common import locks
from o2c_extensions.common.decisions import CHAIN, CHAIN_DOCTYPE


def sync() -> None:
	_settings()
	_chain_head()
	_locks()


def _settings() -> None:
	"""Give a setting that is new its default. One that was ever saved stays as it is, also if it is zero."""
	saved = frappe.db.get_singles_dict("O2C Settings")
	new = {
		field.fieldname: field.default
		for field in frappe.get_meta("O2C Settings").fields
		if field.default and field.fieldname not in saved
	}
	if new:
		frappe.db.set_single_value("O2C Settings", new)


def _chain_head() -> None:
	if not frappe.db.exists(CHAIN_DOCTYPE, CHAIN):
		frappe.get_doc({"doctype": CHAIN_DOCTYPE, "name": CHAIN}).insert()


def _locks() -> None:
	present = set(frappe.get_all(locks.DOCTYPE, pluck="name", limit_page_length=0))
	missing = [name for name in locks.slots() if name not in present]
	if missing:
		now, user = now_datetime(), frappe.session.user
		rows = ((name, now, now, user, user, int(name)) for name in missing)
		standard = ["name", "creation", "modified", "owner", "modified_by"]
		frappe.db.bulk_insert(locks.DOCTYPE, [*standard, "slot"], rows)
