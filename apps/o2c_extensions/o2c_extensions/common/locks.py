"""Locks on names, held until the transaction ends, seen by every process on every machine.

A lock on a row that does not exist yet is no lock on MariaDB: several transactions get it, and then deadlock when they insert.
So names are spread over rows that always exist. Two names may share a row; then one waits without need, and nothing else.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

import frappe
from frappe import _

DOCTYPE = "O2C Lock"
SLOTS = 256


def hold(*names: str) -> None:
	"""Wait until no other transaction holds one of these names, then hold them all.

	Rows are locked in one order, so two callers never wait for each other. Name all that you need in one call.
	"""
	for slot in sorted({_slot(name) for name in names}):
		frappe.db.get_value(DOCTYPE, slot, "slot", for_update=True)


def hold_fresh(name: str) -> None:
	"""Hold a name, and be sure to see what those wrote who held it before in this way.

	A transaction of MariaDB reads what was there when it first read. If another one has held the name since then, what is
	read now would be out of date.

	Raises:
		frappe.TimestampMismatchError: that is the case; the same in a new transaction will do.
	"""
	slot = _slot(name)
	newest = frappe.db.get_value(DOCTYPE, slot, "modified", for_update=True)
	if newest != frappe.db.get_value(DOCTYPE, slot, "modified"):
		frappe.throw(
			_("Somebody else has just done the same. Please try again."), frappe.TimestampMismatchError
		)
	# The clock on the wall: the framework's own may stand still where another day is replayed.
	frappe.db.set_value(DOCTYPE, slot, "slot", int(slot), modified=datetime.now())


def slots() -> list[str]:
	"""The names of the rows, which setup makes."""
	return [f"{number:03d}" for number in range(SLOTS)]


def _slot(name: str) -> str:
	return f"{hashlib.sha256(name.encode()).digest()[0] % SLOTS:03d}"
