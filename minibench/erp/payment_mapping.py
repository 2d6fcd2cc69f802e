"""A payment for an order, an invoice or a dunning, with the discount for paying early."""

from __future__ import annotations

from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import Dict, db
from minibench.erp import parties
from minibench.erp.companies import get_account_currency, get_company_currency
from minibench.model.caches import get_cached_value
from minibench.model.document import get_doc, new_doc
from minibench.translate import _
from minibench.values.dates import getdate, nowdate
from minibench.values.numbers import cint, flt, fmt_money
from minibench.web.whitelist import whitelist

_PARTY = {
	"Sales Invoice": "Customer",
	"Sales Order": "Customer",
	"Dunning": "Customer",
	"Purchase Order": "Supplier",
}
_BY_TERM = ("Sales Invoice", "Sales Order", "Purchase Order")


@whitelist()
def get_payment_entry(
	dt: str,
	dn: str,
	party_amount: Any = None,
	bank_account: str | None = None,
	bank_amount: Any = None,
	party_type: str | None = None,
	payment_type: str | None = None,
	reference_date: Any = None,
	ignore_permissions: bool = False,
	created_from_payment_request: bool = False,
) -> Any:
	"""A new Payment Entry for what is open on a document."""
	doc = get_doc(dt, dn)
	over = flt(db.get_single_value("Accounts Settings", "over_billing_allowance"))
	if dt in ("Sales Order", "Purchase Order") and flt(doc.per_billed, 2) >= 100.0 + over:
		throw(_("Can only make payment against unbilled {0}").format(_(dt)))
	party_type = party_type or _PARTY[dt]
	party = doc.get(party_type.lower())
	account = (
		doc.debit_to if dt == "Sales Invoice" else parties.get_party_account(party_type, party, doc.company)
	)
	currency = (doc.get("party_account_currency") if dt == "Sales Invoice" else None) or get_account_currency(
		account
	)
	payment_type = payment_type or _payment_type(dt, doc)
	total, outstanding = _open(
		dt, doc, currency, flt(party_amount) if isinstance(party_amount, str) else party_amount
	)
	bank = _bank(doc, bank_account) or _party_bank(doc, party_type, party)
	if not bank:
		throw(_("Please set a default bank or cash account in Company {0}").format(doc.company))
	paid, received = _amounts(doc, currency, bank, outstanding, payment_type, flt(bank_amount))
	day = getdate(reference_date)
	paid, received, discount, discounts = _early_payment(paid, received, doc, currency, day)

	payment = new_doc("Payment Entry")
	receive, pay = payment_type == "Receive", payment_type == "Pay"
	payment.update(
		{
			"payment_type": payment_type,
			"company": doc.company,
			"cost_center": doc.get("cost_center"),
			"posting_date": nowdate(),
			"reference_date": day,
			"mode_of_payment": doc.get("mode_of_payment"),
			"party_type": party_type,
			"party": party,
			"contact_person": doc.get("contact_person"),
			"contact_email": doc.get("contact_email"),
			"paid_from": account if receive else bank.account,
			"paid_to": account if pay else bank.account,
			"paid_from_account_currency": currency if receive else bank.account_currency,
			"paid_to_account_currency": currency if pay else bank.account_currency,
			"paid_amount": paid,
			"received_amount": received,
			"letter_head": doc.get("letter_head"),
			"bank_account": db.get_value("Bank Account", {"is_company_account": 1, "is_default": 1}),
		}
	)
	payment.party_bank_account = db.get_value(
		"Bank Account", {"party_type": party_type, "party": party, "is_default": 1, "disabled": 0}
	)
	payment.set_bank_account_data()
	_add_references(payment, doc, total, outstanding, currency)
	payment.setup_party_account_field()
	payment.set_missing_values()
	payment.set_missing_ref_details()
	if discount:
		booked = 0.0
		if cint(db.get_single_value("Accounts Settings", "book_tax_discount_loss")):
			booked = _split_discount(payment, doc, discounts)
		_rest_of_discount(payment, doc, discount, booked, currency)
	payment.set_exchange_rate(ref_doc=doc)
	payment.set_amounts()
	return payment


def _payment_type(dt: str, doc: Any) -> str:
	if dt in ("Sales Order", "Dunning") or (dt == "Sales Invoice" and doc.outstanding_amount > 0):
		return "Receive"
	return "Pay"


def _open(dt: str, doc: Any, currency: str, party_amount: float | None) -> tuple[float, float]:
	if party_amount:
		return party_amount, party_amount
	if dt == "Dunning":
		return doc.grand_total, doc.grand_total
	own = currency == get_company_currency(doc.company)
	total = (
		(doc.base_rounded_total or doc.base_grand_total) if own else (doc.rounded_total or doc.grand_total)
	)
	if dt == "Sales Invoice":
		return total, doc.outstanding_amount
	return flt(total), flt(total) - flt(doc.get("advance_paid"))


# --- the bank ----------------------------------------------------------------------------------------------------------------


def _bank(doc: Any, account: str | None) -> Dict | None:
	for kind in ("Bank", "Cash"):
		if found := default_bank_cash_account(doc.company, kind, doc.get("mode_of_payment"), account):
			return found
	return None


def _party_bank(doc: Any, party_type: str, party: str) -> Dict | None:
	account = db.get_value(
		"Bank Account", {"party_type": party_type, "party": party, "is_default": 1}, "account"
	)
	return _bank(doc, account) if account else None


@whitelist()
def default_bank_cash_account(
	company: str,
	account_type: str | None = None,
	mode_of_payment: str | None = None,
	account: str | None = None,
) -> Dict:
	"""The account for payments: of the mode of payment, of the company, else its only one of that kind."""
	if mode_of_payment:
		account = db.get_value(
			"Mode of Payment Account", {"parent": mode_of_payment, "company": company}, "default_account"
		)
	if not account:
		fieldname = "default_bank_account" if account_type == "Bank" else "default_cash_account"
		account = get_cached_value("Company", company, fieldname)
	if not account:
		names = db.get_all(
			"Account", filters={"company": company, "account_type": account_type, "is_group": 0}, pluck="name"
		)
		account = names[0] if len(names) == 1 else None
	if not account:
		return Dict()
	currency, kind = get_cached_value("Account", account, ["account_currency", "account_type"])
	return Dict(
		account=account, account_currency=currency or get_account_currency(account), account_type=kind
	)


def _amounts(
	doc: Any, currency: str, bank: Dict, outstanding: float, payment_type: str, bank_amount: float
) -> tuple[float, float]:
	amount = abs(outstanding)
	if currency == bank.account_currency:
		return amount, amount
	rate = flt(doc.get("conversion_rate")) or 1
	foreign_bank = get_company_currency(doc.company) != bank.account_currency
	other = bank_amount or (amount / rate if foreign_bank else amount * rate)
	return (amount, other) if payment_type == "Receive" else (other, amount)


# --- references -----------------------------------------------------------------------------------------------------------------


def _add_references(payment: Any, doc: Any, total: float, outstanding: float, currency: str) -> None:
	template = doc.get("payment_terms_template")
	if (
		doc.doctype in _BY_TERM
		and template
		and get_cached_value("Payment Terms Template", template, "allocate_payment_based_on_payment_terms")
	):
		for row in _term_references(doc, total, outstanding, currency):
			payment.append("references", row)
		return
	if doc.doctype != "Dunning":
		payment.append(
			"references",
			{
				"reference_doctype": doc.doctype,
				"reference_name": doc.name,
				"due_date": doc.get("due_date"),
				"total_amount": total,
				"outstanding_amount": outstanding,
				"allocated_amount": outstanding,
			},
		)
		return
	for row in doc.overdue_payments:
		payment.append(
			"references",
			{
				"reference_doctype": "Sales Invoice",
				"reference_name": row.sales_invoice,
				"payment_term": row.payment_term,
				"due_date": row.due_date,
				"total_amount": row.outstanding,
				"outstanding_amount": row.outstanding,
				"allocated_amount": row.outstanding,
			},
		)
	payment.append(
		"deductions",
		{
			"account": doc.income_account,
			"cost_center": doc.cost_center,
			"amount": -1 * doc.dunning_amount,
			"description": _("Interest and/or dunning fee"),
		},
	)


def _term_references(doc: Any, total: float, outstanding: float, currency: str) -> list[dict[str, Any]]:
	company_currency = get_company_currency(doc.company)
	foreign = doc.currency != company_currency and currency != company_currency
	rows = []
	for term in doc.payment_schedule:
		places = term.precision("payment_amount")
		left = flt(flt(term.payment_amount) - flt(term.paid_amount), places)
		if not foreign:
			left = flt(left * flt(doc.conversion_rate), places)
		if left:
			rows.append(
				{
					"reference_doctype": doc.doctype,
					"reference_name": doc.name,
					"due_date": doc.get("due_date"),
					"total_amount": total,
					"outstanding_amount": outstanding,
					"payment_term": term.payment_term,
					"allocated_amount": left,
				}
			)
	return rows


# --- the discount for paying early -------------------------------------------------------------------------------------------------


def _early_payment(
	paid: float, received: float, doc: Any, currency: str, day: Any
) -> tuple[float, float, float, list[tuple[str, float]]]:
	total = 0.0
	discounts: list[tuple[str, float]] = []
	company_currency = get_company_currency(doc.company)
	foreign = currency != company_currency
	if doc.doctype not in _BY_TERM:
		return paid, received, total, discounts
	for term in doc.payment_schedule:
		if (
			term.discounted_amount
			or not term.discount
			or not term.discount_date
			or day > getdate(term.discount_date)
		):
			continue
		if term.discount_type == "Percentage":
			amount = flt(doc.grand_total if foreign else doc.base_grand_total) * (term.discount / 100)
		else:
			amount = flt(term.discount)
		converted = amount * (flt(doc.get("conversion_rate")) if foreign else 1)
		if doc.doctype == "Sales Invoice":
			paid, received = paid - amount, received - converted
		else:
			received, paid = received - amount, paid - converted
		discounts.append((term.discount_type, flt(term.discount)))
		total += amount
	if total:
		money = fmt_money(total, currency=doc.currency if foreign else company_currency)
		msgprint(_("Discount of {} applied as per Payment Term").format(money), alert=True)
	return paid, received, total, discounts


def _deduct(payment: Any, account: str, amount: float) -> None:
	cost_center = payment.cost_center or get_cached_value("Company", payment.company, "cost_center")
	payment.append("deductions", {"account": account, "cost_center": cost_center, "amount": amount})


def _rest_of_discount(payment: Any, doc: Any, discount: float, booked: float, currency: str) -> None:
	if currency != get_company_currency(doc.company):
		discount *= flt(doc.get("conversion_rate")) or 1
	rest = flt(discount - booked, doc.precision("grand_total"))
	if rest <= 0.0:
		return
	by_tax = cint(db.get_single_value("Accounts Settings", "book_tax_discount_loss"))
	account = get_cached_value(
		"Company", payment.company, "round_off_account" if by_tax else "default_discount_account"
	)
	_deduct(payment, account, -rest if payment.payment_type == "Pay" else rest)


def _split_discount(payment: Any, doc: Any, discounts: list[tuple[str, float]]) -> float:
	"""Take the discount off the income and off the taxes; returns what that makes together."""
	percent = sum(value for kind, value in discounts if kind == "Percentage")
	if fixed := sum(value for kind, value in discounts if kind == "Amount"):
		percent += fixed / doc.grand_total * 100
	if not percent:
		return 0.0
	account = get_cached_value("Company", payment.company, "default_discount_account")
	loss = doc.base_total * (percent / 100)
	_deduct(payment, account, flt(loss, doc.precision("total")))
	taxes: dict[str, float] = {}
	for tax in doc.taxes:
		part = flt(tax.base_tax_amount_after_discount_amount) * (percent / 100)
		taxes[tax.account_head] = taxes.get(tax.account_head, 0.0) + part
	places = doc.precision("tax_amount_after_discount_amount", "taxes")
	for head, part in taxes.items():
		loss += part
		if part:
			_deduct(payment, head, flt(part, places))
	return float(flt(loss, doc.precision("grand_total")))
