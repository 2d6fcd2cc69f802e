"""What makes it worth while to look at holds again, besides money (see ledger.py) and another policy (policies.py)."""

from __future__ import annotations

from typing import Any

from o2c_extensions.common.money import decimal
from o2c_extensions.credit_control.services.notes import note

_LIMIT = ("company", "credit_limit", "bypass_credit_limit_check")


def limits_changed(doc: Any) -> None:
	"""A customer's, a group's or a company's limit is another one than before."""
	before = doc.get_doc_before_save()
	cause = f"{doc.doctype} {doc.name}"
	if doc.doctype == "Credit Profile":
		note([(doc.customer, doc.company)], cause)
	elif not before:
		return
	elif doc.doctype == "Company":
		if decimal(before.get("credit_limit")) != decimal(doc.get("credit_limit")):
			note([("", doc.name)], cause)
	else:
		companies = {str(company) for company, *_rest in _limits(before) ^ _limits(doc)}
		customer = doc.name if doc.doctype == "Customer" else ""
		note(((customer, company) for company in companies), cause)


def _limits(doc: Any) -> set[tuple[Any, ...]]:
	return {tuple(row.get(field) or 0 for field in _LIMIT) for row in doc.get("credit_limits") or ()}
