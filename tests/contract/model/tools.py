"""What the model's tests make: parties, orders, and a record of the methods that were called."""

from __future__ import annotations

from typing import Any

import frappe

EVENTS = (
	"before_naming",
	"autoname",
	"before_insert",
	"before_validate",
	"validate",
	"before_save",
	"before_submit",
	"before_cancel",
	"before_update_after_submit",
	"after_insert",
	"on_update",
	"on_submit",
	"on_cancel",
	"on_update_after_submit",
	"before_change",
	"on_change",
	"on_trash",
	"after_delete",
)


def party(name: str = "Contract Müller", **values: Any) -> Any:
	return frappe.get_doc({"doctype": "Contract Party", "party_name": name, **values}).insert()


def new_order(party_name: str | None = None, rows: int = 1, **values: Any) -> Any:
	"""An order that is not saved."""
	return frappe.get_doc(
		{
			"doctype": "Contract Order",
			"party": party_name or _some_party(),
			"items": [{"item": f"Item {n}", "qty": n, "rate": 10} for n in range(1, rows + 1)],
			**values,
		}
	)


def order(party_name: str | None = None, rows: int = 1, **values: Any) -> Any:
	return new_order(party_name, rows, **values).insert()


def _some_party() -> str:
	name = "Contract Somebody"
	if not frappe.db.exists("Contract Party", name):
		party(name)
	return name


def listen(doc: Any) -> list[str]:
	"""The list to which each event of `doc` is added when it is called."""
	called: list[str] = []
	for event in EVENTS:
		# A function kept with the document itself is called as the controller's method would be.
		doc.__dict__[event] = lambda *_args, event=event: called.append(event)
	return called
