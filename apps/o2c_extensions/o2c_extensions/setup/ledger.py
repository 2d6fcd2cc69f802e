"""Which records the app has made on this site that an administrator may change or remove.

Such a record is made once. If it is removed, it is not made again; when the app is uninstalled, exactly what it made goes,
and a role of the same name that was there before it stays.
"""

from __future__ import annotations

import json

import frappe
import frappe.defaults

_KEY = "o2c_extensions_made"


def made(doctype: str) -> list[str]:
	"""The names of the records of `doctype` that the app has made here."""
	return list(_read().get(doctype, []))


def doctypes() -> list[str]:
	"""The DocTypes of which the app has made records here, in the order in which it first did."""
	return list(_read())


def note(doctype: str, names: list[str]) -> None:
	"""Remember that the app has made these records."""
	if not names:
		return
	ledger = _read()
	ledger[doctype] = sorted({*ledger.get(doctype, []), *names})
	frappe.db.set_global(_KEY, json.dumps(ledger))


def forget() -> None:
	"""Remove the ledger itself."""
	frappe.defaults.clear_default(_KEY, parent="__global")


def _read() -> dict[str, list[str]]:
	# From the table: during an installation the framework's cache of defaults goes on saying what it said first.
	kept = frappe.db.get_value("DefaultValue", {"parent": "__global", "defkey": _KEY}, "defvalue")
	ledger: dict[str, list[str]] = json.loads(kept or "{}")
	return ledger
