"""Records and settings that must exist for the app to work, made once."""

from __future__ import annotations

import frappe

from o2c_extensions.common.decisions import CHAIN, CHAIN_DOCTYPE


def sync() -> None:
	_settings()
	_chain_head()


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
