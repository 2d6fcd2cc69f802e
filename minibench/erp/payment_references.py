"""The documents that a payment is for: what is open on them, and what a payment changes in them."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import Dict, db
from minibench.data.query import get_all
from minibench.erp import parties, payment_ledger
from minibench.erp.companies import get_account_currency, get_company_currency
from minibench.erp.exchange import get_exchange_rate
from minibench.errors import NotInMinibench
from minibench.model.caches import get_cached_value
from minibench.model.document import get_doc
from minibench.translate import _
from minibench.values.jsonio import parse_json
from minibench.values.numbers import flt, fmt_money
from minibench.values.text import bold, comma_and, comma_or
from minibench.web.whitelist import whitelist

VALID = {
	"Customer": ("Sales Order", "Sales Invoice", "Journal Entry", "Dunning", "Payment Entry"),
	"Supplier": ("Purchase Order", "Purchase Invoice", "Journal Entry", "Payment Entry"),
}
ORDERS = ("Sales Order", "Purchase Order")


# --- what is open -------------------------------------------------------------------------------------------------------------


@whitelist()
def get_reference_details(
	reference_doctype: str,
	reference_name: str,
	party_account_currency: str,
	party_type: str | None = None,
	party: str | None = None,
) -> Dict:
	"""What a document totals, what is open on it, and its rate."""
	doc = get_doc(reference_doctype, reference_name)
	company_currency = get_company_currency(doc.company)
	details = Dict(due_date=doc.get("due_date"), total_amount=0.0, outstanding_amount=0.0, exchange_rate=1.0)
	if reference_doctype == "Dunning":
		details.total_amount = details.outstanding_amount = flt(doc.dunning_amount)
	elif reference_doctype == "Journal Entry":
		if doc.docstatus == 1 and not doc.multi_currency:
			outstanding, total = _open_on_journal(reference_name, str(party_type), str(party))
			details.outstanding_amount, details.total_amount = outstanding, total
		else:
			details.exchange_rate = flt(
				get_exchange_rate(party_account_currency, company_currency, doc.posting_date)
			)
	elif reference_doctype != "Payment Entry":
		_fill_from_document(details, doc, party_account_currency, company_currency)
	details.bill_no = doc.get("bill_no")
	return details


def _fill_from_document(details: Dict, doc: Any, currency: str, company_currency: str) -> None:
	if currency == company_currency:
		total = (
			doc.get("base_rounded_total")
			or doc.get("rounded_total")
			or doc.get("base_grand_total")
			or doc.get("grand_total")
		)
	else:
		total = doc.get("rounded_total") or doc.get("grand_total")
		details.exchange_rate = flt(
			doc.get("conversion_rate")
			or get_exchange_rate(currency, company_currency, doc.get("posting_date"))
		)
	details.total_amount = flt(total)
	if doc.doctype == "Sales Invoice":
		details.outstanding_amount = flt(doc.outstanding_amount)
		details.account = doc.debit_to
	else:
		details.outstanding_amount = flt(total) - flt(doc.get("advance_paid"))
	if doc.doctype in ORDERS:
		party_type = "Customer" if doc.doctype == "Sales Order" else "Supplier"
		details.account = parties.get_party_account(party_type, doc.get(party_type.lower()), doc.company)


def _open_on_journal(name: str, party_type: str, party: str) -> tuple[float, float]:
	amounts = []
	for fieldname in ("against_voucher_no", "voucher_no"):
		rows = db.execute(
			f"select round(sum(amount_in_account_currency), 9) from `tabPayment Ledger Entry` where {fieldname} = ? "
			"and party_type = ? and party = ? and delinked = 0",
			(name, party_type, party),
		)
		amounts.append(flt(rows[0][0]))
	return amounts[0], amounts[1]


@whitelist()
def get_outstanding_reference_documents(args: Any, validate: bool = False) -> list[Dict]:
	"""Invoices with something open on them, split by their terms where these are paid one by one, and open orders."""
	args = Dict(parse_json(args))
	if not args.get_outstanding_invoices and not args.get_orders_to_be_billed:
		args.get_outstanding_invoices = True
	company_currency = get_company_currency(args.company)
	currency = get_account_currency(args.party_account)
	vouchers = (
		[(each["voucher_type"], each["voucher_no"]) for each in args.vouchers] if args.vouchers else None
	)
	found: list[Dict] = []
	if args.get_outstanding_invoices:
		rows = payment_ledger.outstanding_vouchers(
			args.party_type,
			args.party,
			[args.party_account],
			company=args.company,
			vouchers=vouchers,
			invoices_only=False,
		)
		negative = [row for row in rows if row.outstanding_amount < 0 and row.voucher_type == "Sales Invoice"]
		positive = [row for row in rows if row.outstanding_amount > 0.005]
		found = negative + _split_by_terms(_filtered(positive, args), company_currency)
		for row in found:
			row.exchange_rate = 1
			if currency != company_currency:
				if row.voucher_type == "Sales Invoice":
					row.exchange_rate = db.get_value(row.voucher_type, row.voucher_no, "conversion_rate")
				elif row.voucher_type == "Journal Entry":
					row.exchange_rate = get_exchange_rate(currency, company_currency, row.posting_date)
	if args.get_orders_to_be_billed:
		found += _open_orders(args, currency, company_currency)
	if not found and not validate:
		msgprint(
			_(
				"No outstanding {0} found for the {1} {2} which qualify the filters you have specified."
			).format(_("invoices or orders"), _(args.party_type).lower(), bold(args.party))
		)
	return found


def _filtered(rows: list[Dict], args: Dict) -> list[Dict]:
	for fieldname in ("posting_date", "due_date"):
		first, last = args.get(f"from_{fieldname}"), args.get(f"to_{fieldname}")
		if first:
			rows = [row for row in rows if row[fieldname] and str(row[fieldname]) >= str(first)]
		if last:
			rows = [row for row in rows if row[fieldname] and str(row[fieldname]) <= str(last)]
	if args.outstanding_amt_greater_than:
		rows = [row for row in rows if row.outstanding_amount >= flt(args.outstanding_amt_greater_than)]
	if args.outstanding_amt_less_than:
		rows = [row for row in rows if row.outstanding_amount <= flt(args.outstanding_amt_less_than)]
	return rows


def pays_by_term(doctype: str, name: str) -> bool:
	if doctype not in ("Sales Invoice", "Sales Order", "Purchase Order") or not name:
		return False
	template = db.get_value(doctype, name, "payment_terms_template")
	return bool(
		template
		and get_cached_value("Payment Terms Template", template, "allocate_payment_based_on_payment_terms")
	)


def _split_by_terms(rows: list[Dict], company_currency: str) -> list[Dict]:
	result = []
	for row in rows:
		if not pays_by_term(row.voucher_type, row.voucher_no):
			result.append(row)
			continue
		invoice = get_doc(row.voucher_type, row.voucher_no)
		foreign = invoice.currency != company_currency and invoice.party_account_currency != company_currency
		for term in sorted(invoice.payment_schedule, key=lambda each: str(each.due_date)):
			if not flt(term.outstanding) > 0.1:
				continue
			outstanding = flt(term.outstanding) * (1 if foreign else flt(invoice.conversion_rate))
			result.append(
				Dict(
					row,
					outstanding_amount=outstanding or row.outstanding_amount,
					payment_term_outstanding=outstanding,
					payment_amount=term.payment_amount,
					payment_term=term.payment_term,
				)
			)
	return result


def _open_orders(args: Dict, currency: str, company_currency: str) -> list[Dict]:
	doctype = {"Customer": "Sales Order", "Supplier": "Purchase Order"}.get(args.party_type)
	if not doctype:
		return []
	prefix = "base_" if currency == company_currency else ""
	rows = get_all(
		doctype,
		filters={
			args.party_type.lower(): args.party,
			"docstatus": 1,
			"company": args.company,
			"status": ["not in", ["Closed"]],
			"per_billed": ["<", 100],
		},
		fields=[
			"name",
			f"{prefix}rounded_total as rounded",
			f"{prefix}grand_total as total",
			"advance_paid",
			"transaction_date",
			"conversion_rate",
			"currency",
		],
		order_by="transaction_date, name",
	)
	result = []
	for row in rows:
		total = flt(row.rounded) or flt(row.total)
		outstanding = total - flt(row.advance_paid)
		if total <= flt(row.advance_paid):
			continue
		result.append(
			Dict(
				voucher_type=doctype,
				voucher_no=row.name,
				invoice_amount=total,
				outstanding_amount=outstanding,
				posting_date=row.transaction_date,
				due_date=None,
				exchange_rate=1 if currency == company_currency else row.conversion_rate,
			)
		)
	return result


# --- checks ---------------------------------------------------------------------------------------------------------------------


def check_documents(payment: Any) -> None:
	"""The referenced documents exist, are submitted, and belong to the party and its account."""
	valid = VALID.get(payment.party_type)
	if not valid:
		return
	for row in payment.references:
		if not row.allocated_amount:
			continue
		if row.reference_doctype not in valid:
			throw(_("Reference Doctype must be one of {0}").format(comma_or([_(each) for each in valid])))
		if row.reference_doctype == "Payment Entry":
			raise NotInMinibench("Payment Entry against Payment Entry")
		if not row.reference_name:
			continue
		if not db.exists(row.reference_doctype, row.reference_name):
			throw(_("{0} {1} does not exist").format(row.reference_doctype, row.reference_name))
		doc = get_doc(row.reference_doctype, row.reference_name)
		if row.reference_doctype == "Journal Entry":
			_check_journal(payment, row)
		elif doc.get(payment.party_type.lower()) != payment.party:
			throw(
				_("{0} {1} is not associated with {2} {3}").format(
					_(row.reference_doctype), row.reference_name, _(payment.party_type), payment.party
				)
			)
		if row.reference_doctype == "Sales Invoice" and doc.debit_to != payment.party_account:
			throw(
				_("{0} {1} is associated with {2}, but Party Account is {3}").format(
					_(row.reference_doctype), row.reference_name, doc.debit_to, payment.party_account
				)
			)
		if doc.docstatus != 1:
			throw(_("{0} {1} must be submitted").format(_(row.reference_doctype), row.reference_name))


def _check_journal(payment: Any, row: Any) -> None:
	found = db.execute(
		"select debit, credit from `tabJournal Entry Account` where account = ? and party = ? and docstatus = 1 "
		"and parent = ? and coalesce(reference_type, '') in ('', 'Sales Order', 'Purchase Order')",
		(payment.party_account, payment.party, row.reference_name),
	)
	if not found:
		throw(
			_(
				"Row #{0}: Journal Entry {1} does not have account {2} or already matched against another voucher"
			).format(row.idx, row.reference_name, payment.party_account)
		)
	side, index = ("debit", 0) if payment.payment_type == "Receive" else ("credit", 1)
	if not any(flt(each[index]) > 0 for each in found):
		throw(
			_("Against Journal Entry {0} does not have any unmatched {1} entry").format(
				row.reference_name, _(side)
			)
		)


def refuse_duplicates(payment: Any) -> None:
	seen = set()
	for row in payment.references:
		key = (row.reference_doctype, row.reference_name, row.payment_term)
		if key in seen:
			throw(
				_("Row #{0}: Duplicate entry in References {1} {2}").format(
					row.idx, row.reference_doctype, row.reference_name
				)
			)
		seen.add(key)


def check_allocated(payment: Any) -> None:
	"""No reference may take more than is open on its document now."""
	if payment.payment_type == "Internal Transfer" or not payment.references:
		return
	if payment.party_type not in VALID:
		return
	vouchers = {(row.reference_doctype, row.reference_name) for row in payment.references}
	latest: dict[tuple[str, str], dict[Any, Dict]] = {}
	for found in get_outstanding_reference_documents(
		{
			"posting_date": payment.posting_date,
			"company": payment.company,
			"party_type": payment.party_type,
			"payment_type": payment.payment_type,
			"party": payment.party,
			"party_account": payment.party_account,
			"get_outstanding_invoices": True,
			"get_orders_to_be_billed": True,
			"vouchers": [{"voucher_type": kind, "voucher_no": name} for kind, name in vouchers],
		},
		validate=True,
	):
		latest.setdefault((found.voucher_type, found.voucher_no), {})[found.payment_term] = found
	for number, row in enumerate(payment.references, 1):
		if not row.payment_term and pays_by_term(row.reference_doctype, row.reference_name):
			throw(
				_(
					"{0} has Payment Term based allocation enabled. Select a Payment Term for Row #{1} in Payment References section"
				).format(bold(row.reference_name), bold(number))
			)
		open_now = latest.get((row.reference_doctype, row.reference_name), {})
		found_row = open_now.get(row.payment_term) or open_now.get(None)
		if not found_row:
			throw(
				_("{0} {1} has already been fully paid.").format(_(row.reference_doctype), row.reference_name)
			)
		_check_row(row, found_row)


def _check_row(row: Any, latest: Dict) -> None:
	message = _("Row #{0}: Allocated Amount cannot be greater than outstanding amount.")
	allocated = flt(row.allocated_amount)
	if (
		row.payment_term
		and latest.payment_term_outstanding
		and allocated > flt(latest.payment_term_outstanding)
	):
		throw(
			_(
				"Row #{0}: Allocated amount:{1} is greater than outstanding amount:{2} for Payment Term {3}"
			).format(row.idx, row.allocated_amount, latest.payment_term_outstanding, row.payment_term)
		)
	if allocated > 0 and allocated > flt(latest.outstanding_amount):
		throw(message.format(row.idx))
	if allocated < 0 and allocated < flt(latest.outstanding_amount):
		throw(message.format(row.idx))


def warn_about_paid_invoices(payment: Any) -> None:
	paid = [
		row.reference_name
		for row in payment.references
		if row.allocated_amount and row.reference_doctype == "Sales Invoice" and _is_paid(row.reference_name)
	]
	if paid:
		msgprint(
			_(
				"References {0} of type {1} had no outstanding amount left before submitting the Payment Entry. Now they have a negative outstanding amount."
			).format(bold(comma_and(paid)), _("Sales Invoice")),
			title=_("Warning"),
			indicator="orange",
		)


def _is_paid(invoice: str) -> bool:
	outstanding, is_return = db.get_value("Sales Invoice", invoice, ["outstanding_amount", "is_return"])
	return flt(outstanding) <= 0 and not is_return


# --- instalments ------------------------------------------------------------------------------------------------------------------


def update_schedules(payment: Any, cancel: bool = False) -> None:
	"""Note in the instalments what has been paid of them, or take that back."""
	amounts: dict[tuple[str, str, str], float] = {}
	totals: dict[tuple[str, str, str], float] = {}
	for row in payment.references:
		if row.payment_term and row.reference_name:
			key = (row.payment_term, row.reference_name, row.reference_doctype)
			amounts[key] = amounts.get(key, 0.0) + flt(row.allocated_amount)
			totals[key] = flt(row.total_amount)
	for number, (key, amount) in enumerate(amounts.items(), 1):
		term, name, doctype = key
		doc = get_doc(doctype, name)
		schedule = next((row for row in doc.payment_schedule if row.payment_term == term), None)
		if schedule is None:
			throw(_("Payment term {0} not used in {1}").format(term, name))
		amount = _in_document_currency(payment, doc, amount)
		discount = 0.0
		if schedule.discount_type and schedule.discount:
			by_percent = schedule.discount_type == "Percentage"
			discount = totals[key] * (schedule.discount / 100) if by_percent else flt(schedule.discount)
		if not cancel and amount > flt(schedule.outstanding):
			throw(
				_("Row #{0}: Cannot allocate more than {1} against payment term {2}").format(
					number, fmt_money(flt(schedule.outstanding)), term
				)
			)
		if not cancel and not (amount and schedule.outstanding):
			continue
		sign = -1 if cancel else 1
		db.execute(
			"update `tabPayment Schedule` set paid_amount = round(paid_amount + ?, 9), "
			"discounted_amount = round(discounted_amount + ?, 9), outstanding = round(outstanding - ?, 9) "
			"where parent = ? and payment_term = ?",
			(sign * (amount - discount), sign * discount, sign * amount, name, term),
		)


def _in_document_currency(payment: Any, doc: Any, amount: float) -> float:
	same = payment.paid_from_account_currency == payment.paid_to_account_currency
	if not (same and payment.paid_from_account_currency != doc.currency):
		return amount
	return float(flt(amount / doc.conversion_rate, payment.precision("total_allocated_amount")))
