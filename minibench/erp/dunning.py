"""Dunnings: made from an invoice, resolved by payments."""

from __future__ import annotations

import json
from typing import Any

from minibench.context import db
from minibench.model.document import get_doc
from minibench.model.mapper import get_mapped_doc
from minibench.templates import render_template
from minibench.values.dates import getdate, nowdate
from minibench.values.numbers import flt
from minibench.web.whitelist import whitelist

_LETTER = ["body_text", "closing_text", "language"]


@whitelist()
def create_dunning(source_name: str, target_doc: Any = None, ignore_permissions: bool = False) -> Any:
	"""A Dunning of what is overdue of an invoice, of the default type."""

	def finish(source: Any, target: Any) -> None:
		if kind := db.get_value("Dunning Type", {"is_default": 1, "company": source.company}):
			_take_type(source, target, kind)
		if source.payment_schedule and len(source.payment_schedule) == 1:
			target.overdue_payments[0].outstanding = source.get("outstanding_amount")
		target.run_method("validate")

	return get_mapped_doc(
		"Sales Invoice",
		source_name,
		{
			"Sales Invoice": {
				"doctype": "Dunning",
				"field_map": {"customer_address": "customer_address", "parent": "sales_invoice"},
			},
			"Payment Schedule": {
				"doctype": "Overdue Payment",
				"field_map": {"name": "payment_schedule", "parent": "sales_invoice"},
				"condition": lambda row: flt(row.outstanding) > 0
				and getdate(row.due_date) < getdate(nowdate()),
			},
		},
		target_doc,
		finish,
		ignore_permissions=ignore_permissions,
	)


def _take_type(source: Any, target: Any, kind: str) -> None:
	dunning_type = get_doc("Dunning Type", kind)
	target.dunning_type = dunning_type.name
	for fieldname in ("rate_of_interest", "dunning_fee", "income_account", "cost_center"):
		target.set(fieldname, dunning_type.get(fieldname))
	letter = get_dunning_letter_text(dunning_type.name, target.as_dict(), source.language)
	for fieldname in _LETTER:
		if letter:
			target.set(fieldname, letter.get(fieldname))


@whitelist()
def get_dunning_letter_text(dunning_type: str, doc: Any, language: str | None = None) -> dict[str, Any]:
	"""The letter of a type, in a language or in the type's default language, filled with the dunning's values."""
	doc = json.loads(doc) if isinstance(doc, str) else doc
	language = language or doc.get("language")
	letter = None
	if language:
		letter = db.get_value(
			"Dunning Letter Text", {"parent": dunning_type, "language": language}, _LETTER, as_dict=True
		)
	if not letter:
		letter = db.get_value(
			"Dunning Letter Text", {"parent": dunning_type, "is_default_language": 1}, _LETTER, as_dict=True
		)
	if not letter:
		return {}
	return {
		"body_text": render_template(letter.body_text, doc),
		"closing_text": render_template(letter.closing_text, doc),
		"language": letter.language,
	}


def resolve_dunning(doc: Any, state: Any = None) -> None:
	"""After a payment was submitted or cancelled: the dunnings of its invoices are resolved, or no longer are.

	As in v15, the last row of a dunning decides.
	"""
	submitted = doc.docstatus == 1
	for reference in doc.references:
		if reference.reference_doctype != "Sales Invoice":
			continue
		open_amount, total = flt(reference.outstanding_amount), flt(reference.total_amount)
		if not (open_amount < total if submitted else open_amount <= total):
			continue
		wanted = "Unresolved" if submitted else "Resolved"
		for name in _dunnings_of(reference.reference_name, wanted):
			_update(name)


def _dunnings_of(invoice: str, status: str) -> list[str]:
	rows = db.execute(
		"select distinct d.name from `tabDunning` d join `tabOverdue Payment` o on o.parent = d.name "
		"where d.status = ? and d.docstatus != 2 and o.sales_invoice = ?",
		(status, invoice),
	)
	return [name for (name,) in rows]


def _update(name: str) -> None:
	dunning = get_doc("Dunning", name)
	resolved = True
	for row in dunning.overdue_payments:
		invoice = flt(db.get_value("Sales Invoice", row.sales_invoice, "outstanding_amount"))
		instalment = flt(db.get_value("Payment Schedule", row.payment_schedule, "outstanding"))
		resolved = not (instalment > 0 and invoice > 0)
	dunning.status = "Resolved" if resolved else "Unresolved"
	dunning.save()
