from __future__ import annotations

from collections.abc import Collection, Iterable

import frappe
from frappe.model.document import Document

from o2c_extensions.common.audit import as_system, require

DOCTYPE = "Credit Recheck"


class CreditRecheck(Document):
	"""A note that a customer's holds are to be looked at again: written with its cause, gone with the check.

	Only ever inserted and deleted, so that whoever books a payment waits for nobody who decides about that customer.
	"""

	def before_insert(self) -> None:
		require("credit recheck")


def note(accounts: Iterable[tuple[str, str]], cause: str) -> None:
	"""Have the holds of these (customer, company) looked at again. An empty name stands for all of its kind."""
	with as_system("credit recheck") as system:
		for customer, company in sorted(set(accounts)):
			system.append(
				{
					"doctype": DOCTYPE,
					"name": frappe.generate_hash(length=16),
					"customer": customer or None,
					"company": company or None,
					"cause": cause[:140],
				}
			)


def forget(notes: Collection[str]) -> None:
	if notes:
		frappe.db.delete(DOCTYPE, {"name": ("in", list(notes))})
