"""Acting beyond the user's own permissions: the only place where the app does so, and each reason is listed.

Whoever submits an order must not need the right to write decisions about it. What the app itself writes is written here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import frappe
from frappe import _
from frappe.desk.form import assign_to
from frappe.utils import sanitize_html

# Why the app may write what the user may not. A reason that is not here is refused; a test finds one that nobody uses.
REASONS: dict[str, str] = {
	"decision": "an automatic choice is put on record whoever caused it; nobody may write a decision by hand",
	"event": "a step of a case is put on record whoever took it; nobody may write an event by hand",
	"statement": "a statement is made of what the bank sent; nobody may write one by hand",
	"advice": "a remittance advice is made of what the payer sent; nobody may write one by hand",
	"credit account": "whoever submits an order has its customer's account locked; nobody may change one by hand",
	"credit hold": "an order is held whoever submits it; nobody may make a hold by hand",
	"credit review": "a review proposes whoever started it; nobody may write a proposal by hand",
	"simulation": "a simulation is made of past documents; nobody may write one by hand",
	"match simulation": "a simulation is made of past lines; nobody may write one by hand",
	"credit policy": "a version is written when a policy is activated; nobody may write one by hand",
	"rule set": "a version is written when a rule set is activated; nobody may write one by hand",
	"credit recheck": "whoever books a payment has the customer's holds looked at again; nobody may note that by hand",
	"plan": "an order is decomposed whoever submits it; nobody may write a plan by hand",
	"match proposal": "a run puts its proposals on record whoever started it; nobody may write one by hand",
	"deduction": "a match opens what a customer has kept back whoever makes it; nobody may write one by hand",
	"payer link": "who pays for whom is learned of confirmed matches; nobody may write it by hand",
	"idempotency": "a caller's key is claimed in a table that callers cannot read or write",
}


class System:
	"""What the app may do itself while it acts for one of the REASONS."""

	def insert(self, values: Mapping[str, Any], ignore_if_duplicate: bool = False) -> Any:
		"""Insert a document, whatever the user may do. Links are the caller's own and not looked up again."""
		doc = frappe.get_doc(dict(values))
		doc.insert(ignore_permissions=True, ignore_links=True, ignore_if_duplicate=ignore_if_duplicate)
		return doc

	def append(self, values: Mapping[str, Any]) -> Any:
		"""Write a record in one query, where it must be cheap: no hook, notification or server script hears of it.

		Text is cleaned of active HTML as in any document, except in Code fields, which are shown as they are.
		"""
		doc = frappe.get_doc(dict(values))
		for field in doc.meta.fields:
			if field.reqd and not doc.get(field.fieldname):
				frappe.throw(
					_("{0} is missing in {1}.").format(_(field.label), _(doc.doctype)), frappe.MandatoryError
				)
			text = doc.get(field.fieldname)
			if field.fieldtype != "Code" and isinstance(text, str) and "<" in text:
				doc.set(field.fieldname, sanitize_html(text))
		doc.db_insert()
		return doc

	def assign(self, doctype: str, name: str, user: str, description: str) -> None:
		"""Put a document on somebody's list, whoever may change it."""
		told = {"doctype": doctype, "name": name, "assign_to": [user], "description": description}
		assign_to.add(told, ignore_permissions=True)

	def close_assignments(self, doctype: str, name: str) -> None:
		"""Nobody has to do anything about a document any more."""
		assign_to.close_all_assignments(doctype, name, ignore_permissions=True)


@contextmanager
def as_system(reason: str) -> Iterator[System]:
	"""Act for `reason`, one of REASONS. The user stays who they are: documents keep their real owner.

	Raises:
		ValueError: the reason is not listed.
	"""
	if reason not in REASONS:
		raise ValueError(f"{reason!r} is no reason to act as the system: see common/audit.py")
	acting = _acting()
	acting.append(reason)
	try:
		yield System()
	finally:
		acting.pop()


def require(reason: str) -> None:
	"""Refuse, unless called while the app acts for `reason`. Keeps a document from being made by hand."""
	if reason not in _acting():
		frappe.throw(_("This record is written by the system only."), frappe.PermissionError)


def _acting() -> list[str]:
	reasons: list[str] | None = getattr(frappe.local, "o2c_acting", None)
	if reasons is None:
		reasons = frappe.local.o2c_acting = []
	return reasons
