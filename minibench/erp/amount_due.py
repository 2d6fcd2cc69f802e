"""What is left to pay on an invoice: its total less advances and what is written off. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minibench.collaboration.messages import throw
from minibench.translate import _
from minibench.values.numbers import flt


def set_amount_due(doc: Any, in_company_currency: Callable[[Any, tuple[str, ...]], None]) -> None:
	"""Count the advances and, in a draft, what stays open; `in_company_currency` fills the base fields."""
	if doc.docstatus.is_cancelled():
		return
	allocated = sum(flt(row.allocated_amount, row.precision("allocated_amount")) for row in doc.advances)
	doc.total_advance = flt(allocated, doc.precision("total_advance"))
	grand_total = doc.rounded_total or doc.grand_total
	same_currency = doc.party_account_currency == doc.currency
	if same_currency:
		invoiced = flt(grand_total - flt(doc.write_off_amount), doc.precision("grand_total"))
	else:
		written_off = flt(
			flt(doc.write_off_amount) * doc.conversion_rate, doc.precision("base_write_off_amount")
		)
		invoiced = flt(grand_total * doc.conversion_rate, doc.precision("grand_total")) - written_off
	if invoiced > 0 and doc.total_advance > invoiced:
		throw(_("Advance amount cannot be greater than {0} {1}").format(doc.party_account_currency, invoiced))
	if doc.docstatus.is_draft():
		if doc.get("write_off_outstanding_amount_automatically"):
			doc.write_off_amount = 0
		_outstanding(doc, same_currency, in_company_currency)
		if doc.get("write_off_outstanding_amount_automatically"):
			doc.write_off_amount = flt(doc.outstanding_amount, doc.precision("write_off_amount"))
			doc.base_write_off_amount = flt(
				doc.write_off_amount * doc.conversion_rate, doc.precision("base_write_off_amount")
			)
			_outstanding(doc, same_currency, in_company_currency)


def _outstanding(
	doc: Any, same_currency: bool, in_company_currency: Callable[[Any, tuple[str, ...]], None]
) -> None:
	doc.paid_amount = doc.base_paid_amount = 0.0
	if doc.is_return and doc.return_against:
		return
	doc.round_floats_in(doc, ["grand_total", "total_advance", "write_off_amount"])
	in_company_currency(doc, ("write_off_amount",))
	if same_currency:
		places = doc.precision("grand_total")
		total = doc.rounded_total or doc.grand_total
		to_pay = flt(total - doc.total_advance - flt(doc.write_off_amount), places)
	else:
		places = doc.precision("base_grand_total")
		total = flt(doc.base_rounded_total or doc.base_grand_total, places)
		to_pay = flt(total - doc.total_advance - flt(doc.base_write_off_amount), places)
	doc.outstanding_amount = flt(to_pay, doc.precision("outstanding_amount"))
