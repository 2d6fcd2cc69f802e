"""Payment terms: when the instalments of an invoice are due, and until when paying early is rewarded."""

from __future__ import annotations

from typing import Any

from minibench.context import Dict
from minibench.model.caches import get_cached_doc
from minibench.model.document import get_doc
from minibench.values.dates import add_days, add_months, getdate
from minibench.values.numbers import flt
from minibench.values.periods import get_last_day
from minibench.web.whitelist import whitelist

_AFTER_INVOICE = "Day(s) after invoice date"
_AFTER_MONTH = "Day(s) after the end of the invoice month"
_MONTHS_AFTER_MONTH = "Month(s) after the end of the invoice month"


def day_by_term(basis: str | None, date: Any, days: Any, months: Any) -> Any:
	"""The day that a term means, counted from a date; a text for a text, as `add_days` has it. Pure."""
	if basis == _AFTER_INVOICE:
		return add_days(date, days)
	if basis == _AFTER_MONTH:
		return add_days(get_last_day(date), days)
	if basis == _MONTHS_AFTER_MONTH:
		return get_last_day(add_months(date, months))
	return None


def due_date_from_template(template: str, posting_date: Any, bill_date: Any = None) -> Any:
	"""The day of the last instalment. Each term counts from the day that the terms before it have reached."""
	due = getdate(bill_date or posting_date)
	for term in get_cached_doc("Payment Terms Template", template).terms:
		basis = (
			term.due_date_based_on
			if term.due_date_based_on in (_AFTER_INVOICE, _AFTER_MONTH)
			else _MONTHS_AFTER_MONTH
		)
		due = max(due, day_by_term(basis, due, term.credit_days, term.credit_months) or due)
	return due


@whitelist()
def get_payment_terms(
	terms_template: str | None,
	posting_date: Any = None,
	grand_total: Any = None,
	base_grand_total: Any = None,
	bill_date: Any = None,
) -> list[Dict] | None:
	"""The instalments of an amount by a template."""
	if not terms_template:
		return None
	return [
		get_payment_term_details(term, posting_date, grand_total, base_grand_total, bill_date)
		for term in get_cached_doc("Payment Terms Template", terms_template).terms
	]


@whitelist()
def get_payment_term_details(
	term: Any,
	posting_date: Any = None,
	grand_total: Any = None,
	base_grand_total: Any = None,
	bill_date: Any = None,
) -> Dict:
	details = Dict()
	if isinstance(term, str):
		term = get_doc("Payment Term", term)
	else:
		details.payment_term = term.payment_term
	portion = flt(term.invoice_portion)
	details.update(
		description=term.description,
		invoice_portion=term.invoice_portion,
		payment_amount=portion * flt(grand_total) / 100,
		base_payment_amount=portion * flt(base_grand_total) / 100,
		discount_type=term.discount_type,
		discount=term.discount,
		mode_of_payment=term.mode_of_payment,
	)
	details.outstanding = details.payment_amount
	if date := bill_date or posting_date:
		details.due_date = day_by_term(term.due_date_based_on, date, term.credit_days, term.credit_months)
		validity = term.discount_validity
		details.discount_date = day_by_term(term.discount_validity_based_on, date, validity, validity)
	if getdate(details.due_date) < getdate(posting_date):
		details.due_date = posting_date
	return details
