"""The instalments of a document: made from the payment terms, checked against its total."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import throw
from minibench.context import db
from minibench.erp import parties
from minibench.erp.companies import get_company_currency
from minibench.erp.payment_terms import get_payment_terms
from minibench.model.caches import get_cached_doc, get_cached_value
from minibench.translate import _
from minibench.values.dates import getdate
from minibench.values.numbers import cint, flt

INVOICES = ("Sales Invoice",)
_FROM_ORDER = (
	"payment_term",
	"due_date",
	"invoice_portion",
	"mode_of_payment",
	"description",
	"payment_amount",
	"base_payment_amount",
	"outstanding",
	"paid_amount",
)


def validate(doc: Any) -> None:
	"""Make and check the schedule of an order or an invoice."""
	if doc.doctype not in INVOICES:
		set_schedule(doc)
		_check_dates(doc)
		_check_amounts(doc)
		return
	if doc.is_return or doc.get("is_opening") == "Yes":
		doc.payment_terms_template = ""
		doc.set("payment_schedule", [])
	if doc.is_return:
		return
	_check_dates(doc)
	_take_due_date(doc)
	set_schedule(doc)
	if not doc.get("ignore_default_payment_terms_template"):
		_check_amounts(doc)
		_check_due_date(doc)


def _take_due_date(doc: Any) -> None:
	dates = [getdate(row.due_date) for row in doc.payment_schedule if row.due_date]
	if dates:
		doc.due_date = max(dates)


def _check_due_date(doc: Any) -> None:
	if not doc.due_date:
		throw(_("Due Date is mandatory"))
	if getdate(doc.due_date) < getdate(doc.posting_date):
		throw(_("Due Date cannot be before Posting / Supplier Invoice Date"))


def _check_dates(doc: Any) -> None:
	seen: set[Any] = set()
	double = []
	for row in doc.payment_schedule:
		row.validate_from_to_dates("discount_date", "due_date")
		if doc.doctype == "Sales Order" and getdate(row.due_date) < getdate(doc.transaction_date):
			throw(
				_("Row {0}: Due Date in the Payment Terms table cannot be before Posting Date").format(
					row.idx
				)
			)
		if row.due_date in seen:
			double.append(_("{0} in row {1}").format(row.due_date, row.idx))
		seen.add(row.due_date)
	if double:
		throw(
			_("Rows with duplicate due dates in other rows were found: {0}").format(
				"<br>" + "<br>".join(double)
			)
		)


def _totals(doc: Any) -> tuple[float, float]:
	"""What the instalments add up to, in the document's and in the company's currency: advances are left out."""
	base = flt(doc.get("base_rounded_total")) or flt(doc.base_grand_total)
	total = flt(doc.get("rounded_total")) or flt(doc.grand_total)
	if doc.doctype in INVOICES:
		base -= flt(doc.base_write_off_amount)
		total -= flt(doc.write_off_amount)
	advance = flt(doc.get("total_advance"))
	if advance:
		if _party_currency(doc) == get_company_currency(doc.company):
			base -= advance
			total = flt(base / doc.conversion_rate, doc.precision("grand_total"))
		else:
			total -= advance
			base = flt(total * doc.conversion_rate, doc.precision("base_grand_total"))
	return total, base


def _party_currency(doc: Any) -> Any:
	if doc.get("party_account_currency"):
		return doc.party_account_currency
	party_type, party = doc.party_of()
	return parties.get_party_account_currency(party_type, party, doc.company) if party else None


def set_schedule(doc: Any) -> None:
	"""Make the schedule if the document has none, and spread the total over it."""
	if doc.get("is_opening") == "Yes":
		doc.payment_terms_template = ""
		return
	date = doc.get("posting_date") or doc.get("transaction_date")
	total, base = _totals(doc)
	order = _order_with_terms(doc)
	if not doc.payment_schedule:
		if order:
			_take_from_order(doc, order)
			if doc.get("payment_terms_template"):
				doc.ignore_default_payment_terms_template = 1
		elif doc.get("payment_terms_template"):
			for row in get_payment_terms(doc.payment_terms_template, date, total, base) or ():
				doc.append("payment_schedule", row)
		else:
			doc.append(
				"payment_schedule",
				{
					"due_date": doc.get("due_date") or date,
					"invoice_portion": 100,
					"payment_amount": total,
					"base_payment_amount": base,
				},
			)
	template = doc.get("payment_terms_template")
	by_terms = template and cint(
		get_cached_value("Payment Terms Template", template, "allocate_payment_based_on_payment_terms")
	)
	if order and by_terms:
		_take_from_order(doc, order)
		doc.ignore_default_payment_terms_template = 1
		return
	for row in doc.payment_schedule:
		if row.invoice_portion:
			portion = flt(row.invoice_portion)
			row.payment_amount = flt(total * portion / 100, row.precision("payment_amount"))
			row.base_payment_amount = flt(base * portion / 100, row.precision("base_payment_amount"))
			row.outstanding = row.payment_amount
		else:
			row.base_payment_amount = flt(
				flt(row.payment_amount) * doc.conversion_rate, row.precision("base_payment_amount")
			)


def _order_with_terms(doc: Any) -> str | None:
	"""The order whose terms an invoice takes over: if the settings want that and all rows come from one order."""
	if doc.doctype not in INVOICES or not cint(
		db.get_single_value("Accounts Settings", "automatically_fetch_payment_terms")
	):
		return None
	orders = {row.get("sales_order") for row in doc.items}
	order = orders.pop() if len(orders) == 1 else None
	if not order:
		return None
	has_terms = db.get_value("Sales Order", order, "payment_terms_template") or db.exists(
		"Payment Schedule", {"parent": order}
	)
	return order if has_terms else None


def _take_from_order(doc: Any, name: str) -> None:
	order = get_cached_doc("Sales Order", name)
	doc.set("payment_schedule", [])
	doc.payment_terms_template = order.payment_terms_template
	for source in order.payment_schedule:
		row = {field: source.get(field) for field in _FROM_ORDER}
		if source.discount_type == "Percentage":
			row.update(discount_type=source.discount_type, discount=source.discount)
		doc.append("payment_schedule", row)


def _check_amounts(doc: Any) -> None:
	if doc.get("is_opening") == "Yes" or not doc.payment_schedule:
		return
	rows = doc.payment_schedule
	planned = sum(flt(row.payment_amount, row.precision("payment_amount")) for row in rows)
	base_planned = sum(flt(row.base_payment_amount, row.precision("base_payment_amount")) for row in rows)
	total, base = _totals(doc)
	places, base_places = doc.precision("grand_total"), doc.precision("base_grand_total")
	if (
		abs(flt(planned, places) - flt(total, places)) > 0.1
		or abs(flt(base_planned, base_places) - flt(base, base_places)) > 0.1
	):
		throw(_("Total Payment Amount in Payment Schedule must be equal to Grand / Rounded Total"))
