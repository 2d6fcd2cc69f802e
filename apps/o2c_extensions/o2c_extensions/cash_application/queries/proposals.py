"""Match Proposals: which one of a line is alive, and the making of many at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import frappe
from frappe.utils import now_datetime

from o2c_extensions.cash_application.queries.doctypes import (
	ALLOCATION,
	INVOICE,
	LINE,
	ORDER,
	PAYMENT,
	PROPOSAL,
)
from o2c_extensions.common.money import decimal, rounded

TO_POST, PROPOSED, LEFT = "To Post", "Proposed", "Left"
POSTED, CONFIRMED, DECLINED, SUPERSEDED, UNDONE = "Posted", "Confirmed", "Declined", "Superseded", "Undone"
ALIVE = (TO_POST, PROPOSED, LEFT)
# A person has had a say: what follows is not done without one again.
_BY_PERSONS = ("Matched", "Matched by Hand", "Declined", "Undone")
_STANDARD = ("name", "creation", "modified", "owner", "modified_by")


def alive(lines: Collection[str]) -> dict[str, Any]:
	"""line -> its proposal that is alive: all fields, without its allocations."""
	return _one_each(lines, ALIVE)


def done(lines: Collection[str]) -> dict[str, Any]:
	"""line -> the proposal that it was matched by."""
	return _one_each(lines, (POSTED, CONFIRMED))


def _one_each(lines: Collection[str], statuses: Sequence[str]) -> dict[str, Any]:
	if not lines:
		return {}
	rows = frappe.get_all(
		PROPOSAL,
		filters={"bank_transaction": ("in", list(lines)), "status": ("in", statuses)},
		fields=["*"],
		order_by="creation asc, name asc",
		limit_page_length=0,
	)
	return {row.bank_transaction: row for row in rows}


def allocations(proposals: Collection[str]) -> dict[str, list[Any]]:
	"""proposal -> what it gives to which document or account, in order."""
	found: dict[str, list[Any]] = {name: [] for name in proposals}
	if found:
		for row in frappe.get_all(
			ALLOCATION,
			filters={"parent": ("in", list(found)), "parenttype": PROPOSAL},
			fields=["*"],
			order_by="parent asc, idx asc",
			limit_page_length=0,
		):
			found[row.parent].append(row)
	return found


def status_now(proposal: str) -> str | None:
	"""As it is now, whatever this transaction has seen of it; nobody changes it until the transaction ends."""
	found = frappe.db.get_value(PROPOSAL, proposal, "status", for_update=True)
	return str(found) if found else None


def supersede(proposals: Collection[str]) -> None:
	if proposals:
		frappe.db.set_value(PROPOSAL, {"name": ("in", list(proposals))}, "status", SUPERSEDED)


def insert(rows: Sequence[Mapping[str, Any]], children: Sequence[Mapping[str, Any]]) -> None:
	"""Write proposals and their allocations, in two statements however many there are."""
	_insert(PROPOSAL, rows)
	_insert(ALLOCATION, children)


def _insert(doctype: str, rows: Sequence[Mapping[str, Any]]) -> None:
	if not rows:
		return
	now, user = now_datetime(), frappe.session.user
	fields = [*_STANDARD, *(field for field in rows[0] if field != "name")]
	values = ((row["name"], now, now, user, user, *(row[field] for field in fields[5:])) for row in rows)
	frappe.db.bulk_insert(doctype, fields, values)


def said_by_persons(lines: Collection[str]) -> set[str]:
	"""The lines that were matched, booked, declined or undone before: what they wait for is a person's word."""
	if not lines:
		return set()
	return set(
		frappe.get_all(
			"O2C Decision",
			filters={
				"decision_type": "Cash Match",
				"reference_doctype": LINE,
				"reference_name": ("in", list(lines)),
				"outcome": ("in", _BY_PERSONS),
			},
			pluck="reference_name",
			limit_page_length=0,
		)
	)


def declined(lines: Collection[str]) -> dict[str, set[str]]:
	"""line -> the digests of what a person has declined for it."""
	found: dict[str, set[str]] = {}
	if lines:
		for row in frappe.get_all(
			PROPOSAL,
			filters={"bank_transaction": ("in", list(lines)), "status": DECLINED},
			fields=["bank_transaction", "digest"],
			limit_page_length=0,
		):
			found.setdefault(row.bank_transaction, set()).add(row.digest)
	return found


def closed_invoices(names: Iterable[str], company: str) -> dict[str, str]:
	"""Of these names, those of submitted invoices on which nothing is open any more: as written -> name."""
	wanted = {name.upper(): name for name in names}
	if not wanted:
		return {}
	rows = frappe.get_all(
		INVOICE,
		filters={
			"name": ("in", sorted({*wanted, *wanted.values()})),
			"company": company,
			"docstatus": 1,
			"outstanding_amount": 0,
		},
		pluck="name",
		limit_page_length=0,
	)
	return {name: name for name in rows}


def open_now(documents: Collection[tuple[str, str]], lock: bool) -> dict[tuple[str, str], Decimal | None]:
	"""What is open on (DocType, name): as the transaction sees it, or, locked in order of their names, as it is now.

	Without sign, in the currency of the document's account; None where nothing may be paid on it any more: it is cancelled, or an
	order that has been billed or closed. Of journal entries it is not told.
	"""
	return {
		(doctype, name): amount
		for doctype in _OPEN
		for name, amount in _open_of(
			doctype, sorted({name for kind, name in documents if kind == doctype}), lock
		)
	}


def _open_of(doctype: str, names: list[str], lock: bool) -> list[tuple[str, Decimal | None]]:
	if not names:
		return []
	fields, amount_of = _OPEN[doctype]
	rows = frappe.db.get_values(
		doctype,
		{"name": ("in", names)},
		["name", "docstatus", *fields],
		as_dict=True,
		for_update=lock,
		order_by="name asc",
	)
	found = {row.name: amount_of(row) for row in rows if row.docstatus == 1}
	return [(name, found.get(name)) for name in names]


def _open_of_order(row: Any) -> Decimal | None:
	if row.per_billed or row.status == "Closed":
		return None
	return rounded(row.rounded_total or row.grand_total, row.currency) - rounded(
		row.advance_paid, row.currency
	)


# In the order in which they are locked.
_OPEN: dict[str, tuple[tuple[str, ...], Callable[[Any], Decimal | None]]] = {
	INVOICE: (("outstanding_amount",), lambda row: abs(decimal(row.outstanding_amount))),
	ORDER: (
		("status", "per_billed", "rounded_total", "grand_total", "advance_paid", "currency"),
		_open_of_order,
	),
	PAYMENT: (("unallocated_amount",), lambda row: decimal(row.unallocated_amount)),
}


def instalments(invoices: Collection[str]) -> dict[str, list[tuple[str, Any]]]:
	"""Of the invoices that ERPNext wants paid term by term: what is open on each term, the earliest first."""
	if not invoices:
		return {}
	templates = dict(
		frappe.get_all(
			INVOICE,
			filters={"name": ("in", list(invoices)), "payment_terms_template": ("is", "set")},
			fields=["name", "payment_terms_template"],
			as_list=True,
			limit_page_length=0,
		)
	)
	if not templates:
		return {}
	by_term = frappe.get_all(
		"Payment Terms Template",
		filters={"name": ("in", list(set(templates.values()))), "allocate_payment_based_on_payment_terms": 1},
		pluck="name",
	)
	wanted = [name for name, template in templates.items() if template in by_term]
	found: dict[str, list[tuple[str, Any]]] = {}
	if wanted:
		for row in frappe.get_all(
			"Payment Schedule",
			filters={"parenttype": INVOICE, "parent": ("in", wanted), "outstanding": (">", 0)},
			fields=["parent", "payment_term", "outstanding"],
			order_by="due_date asc, idx asc",
			limit_page_length=0,
		):
			found.setdefault(row.parent, []).append((row.payment_term or "", decimal(row.outstanding)))
	return found


def discounted_taxes(invoices: Collection[str]) -> dict[str, list[tuple[str, Any]]]:
	"""invoice -> tax accounts and their shares of its total, where the site has discounts take tax along."""
	if not invoices or not frappe.db.get_single_value("Accounts Settings", "book_tax_discount_loss"):
		return {}
	totals = dict(
		frappe.get_all(
			INVOICE,
			filters={"name": ("in", list(invoices))},
			fields=["name", "grand_total"],
			as_list=True,
			limit_page_length=0,
		)
	)
	found: dict[str, list[tuple[str, Any]]] = {}
	for row in frappe.get_all(
		"Sales Taxes and Charges",
		filters={"parenttype": INVOICE, "parent": ("in", list(invoices))},
		fields=["parent", "account_head", "tax_amount_after_discount_amount"],
		order_by="parent asc, idx asc",
		limit_page_length=0,
	):
		total, tax = decimal(totals.get(row.parent)), decimal(row.tax_amount_after_discount_amount)
		if total and tax:
			found.setdefault(row.parent, []).append((row.account_head, tax / total))
	return found


def accounts(company: str) -> Any:
	"""Where a company books discounts and small differences."""
	fields = ["name", "default_currency", "default_discount_account", "write_off_account", "cost_center"]
	meta = frappe.get_meta("Company")
	known = [field for field in fields if field == "name" or meta.has_field(field)]
	return frappe.db.get_value("Company", company, known, as_dict=True)
