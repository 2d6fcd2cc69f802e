"""Deductions: opened when a customer pays short, accepted or refused by a person, settled by themselves.

	a line is posted or confirmed -> Open -> Accepted (booked) | Refused (owed all the same) | Settled (paid or credited)

What is open on the invoice says what is left of each; that is looked at once more before the transaction ends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import fmt_money

from o2c_extensions import erp
from o2c_extensions.cash_application.domain import deductions as domain
from o2c_extensions.cash_application.domain.deductions import (
	ACCEPTED,
	CANCELLED,
	OPEN,
	REFUSED,
	SETTLED,
	UNDECIDED,
)
from o2c_extensions.cash_application.domain.settlement import Part
from o2c_extensions.cash_application.queries import deductions as queries
from o2c_extensions.cash_application.queries import posting as posting_queries
from o2c_extensions.cash_application.queries import proposals as proposal_queries
from o2c_extensions.cash_application.queries.doctypes import DEDUCTION, INVOICE, JOURNAL, PAYMENT
from o2c_extensions.cash_application.services.proposals import Proposal
from o2c_extensions.common import casebook, closing, decisions
from o2c_extensions.common.audit import as_system
from o2c_extensions.common.closing import Phase
from o2c_extensions.common.money import as_float, rounded

RULE = "o2c_extensions.cash_application.domain.deductions.shares"
VERSION = 1


def open_for(proposal: Proposal, row: Any, made: Sequence[tuple[str, str]]) -> None:
	"""Open what a matched line has kept back of its invoices, with the reason that its rule gives, and tell their cases.

	Args:
		row: the Bank Transaction.
		made: the vouchers that it became.
	"""
	parts = [part for part in proposal.settlement.parts if part.deduction] if proposal.settlement else []
	parts = [part for part in parts if part.doctype == INVOICE]
	if not parts or not proposal.row.deduction_reason:
		return
	reason = queries.reason(proposal.row.deduction_reason)
	cases = casebook.cases(INVOICE, [part.name for part in parts])
	payment = next((name for doctype, name in made if doctype == PAYMENT), None)
	rows = [_row(part, proposal, row, payment, cases.get(part.name), reason) for part in parts]
	with as_system("deduction"):
		queries.insert(rows)
	for part, each in zip(parts, rows, strict=True):
		_tell(each, "Short Paid", casebook.moment_of(row), line=row.name, amount=part.deduction)
		if reason and reason.needs_person:
			_assign(each, reason)


def _row(
	part: Part, proposal: Proposal, row: Any, payment: str | None, case: str | None, reason: Any
) -> dict[str, Any]:
	return {
		"name": _name(proposal.name, part.name),
		"status": OPEN,
		"company": row.company,
		"customer": proposal.row.customer,
		"sales_invoice": part.name,
		"reason": proposal.row.deduction_reason,
		"date": row.date,
		"currency": part.currency,
		"amount": as_float(part.deduction),
		"open_amount": as_float(part.deduction),
		"bank_transaction": row.name,
		"payment_entry": payment,
		"match_proposal": proposal.name,
		"responsible": _responsible(reason),
		"o2c_case": case,
	}


def _name(proposal: str, invoice: str) -> str:
	"""The same match has one deduction of an invoice, however often it is told: a line is matched by one at a time."""
	return f"DED-{hashlib.sha256(f'{proposal}:{invoice}'.encode()).hexdigest()[:10].upper()}"


def _responsible(reason: Any) -> str | None:
	"""Who follows it up: whoever the reason names, else, where it needs a person, who has confirmed it."""
	if not reason:
		return None
	named = reason.responsible
	if named and frappe.has_permission(DEDUCTION, "read", user=named):
		return str(named)
	return str(frappe.session.user) if reason.needs_person else None


def _assign(row: dict[str, Any], reason: Any) -> None:
	amount = fmt_money(row["amount"], currency=row["currency"])
	told = _("{0} has kept back {1} of {2}: {3}").format(
		row["customer"], amount, row["sales_invoice"], reason.reason_name
	)
	with as_system("deduction") as system:
		system.assign(DEDUCTION, row["name"], row["responsible"], told)


def _tell(row: Any, event: str, at: Any = None, **details: Any) -> None:
	"""Its case is told what became of it."""
	if case := row["o2c_case"]:
		told = {"reason": row["reason"], "deduction": row["name"], **details}
		casebook.record_event(case, "Receipt", event, INVOICE, row["sales_invoice"], told, at=at)


# --- decided by a person -------------------------------------------------------------------------------------------------


def accept(name: str, comment: str = "") -> str:
	"""Book what is left of a deduction to its reason's account, against the invoice. Returns the Journal Entry.

	Raises:
		frappe.TimestampMismatchError: it was decided meanwhile.
		frappe.ValidationError: nothing is left of it, or its reason has no account.
	"""
	row = _undecided(name, UNDECIDED)
	reason = queries.reason(row.reason)
	if not (reason and reason.account):
		frappe.throw(_("The reason {0} has no account to book it to.").format(row.reason))
	left = _left_of(row)
	if not left:
		frappe.throw(_("Nothing is open on {0} any more.").format(row.sales_invoice))
	entry = _book(row, reason, left, comment)
	_decide(
		row,
		ACCEPTED,
		comment,
		_("{0} are booked to {1}.").format(fmt_money(as_float(left), currency=row.currency), reason.account),
		journal_entry=entry,
		accepted_amount=as_float(left),
		open_amount=0,
	)
	return entry


def refuse(name: str, comment: str = "") -> None:
	"""Say that the customer owes it all the same: it stays open on the invoice, and is dunned like anything else.

	Raises:
		frappe.TimestampMismatchError: it was decided meanwhile.
	"""
	row = _undecided(name, (OPEN,))
	_decide(row, REFUSED, comment, _("The customer owes it: it stays open and is dunned."))


def _undecided(name: str, statuses: Collection[str]) -> Any:
	row = queries.locked(name)
	if row.status not in statuses:
		frappe.throw(_("{0} is {1} already.").format(name, _(row.status)), frappe.TimestampMismatchError)
	return row


def _left_of(row: Any) -> Decimal:
	"""What is left of a deduction now; the invoice stays locked."""
	now = proposal_queries.open_now([(INVOICE, row.sales_invoice)], lock=True)
	rows = queries.following([row.sales_invoice]).get(row.sales_invoice, [])
	left = domain.shares(
		now.get((INVOICE, row.sales_invoice)) or Decimal(0), [_as_domain(each) for each in rows]
	)
	return next((share for each, share in zip(rows, left, strict=True) if each.name == row.name), Decimal(0))


def _book(row: Any, reason: Any, left: Decimal, comment: str) -> str:
	"""A Journal Entry of the reason's account against the invoice, made with the user's rights."""
	invoice = queries.invoice_rate(row.sales_invoice)
	company = posting_queries.companies([row.company])[row.company]
	own = company.default_currency
	is_foreign = invoice.party_account_currency != own
	if erp.account_currency(reason.account) != own:
		frappe.throw(_("{0} is not kept in {1}.").format(reason.account, own))
	rate = Decimal(str(invoice.conversion_rate or 1)) if is_foreign else Decimal(1)
	entry = frappe.get_doc(
		{
			"doctype": JOURNAL,
			"voucher_type": "Journal Entry",
			"company": row.company,
			"posting_date": casebook.today(),
			"user_remark": " · ".join(text for text in (row.name, reason.reason_name, comment) if text),
			"multi_currency": int(is_foreign),
			"accounts": [
				{
					"account": reason.account,
					"debit_in_account_currency": as_float(rounded(left * rate, own)),
					"cost_center": invoice.cost_center or company.cost_center,
				},
				{
					"account": invoice.debit_to,
					"party_type": "Customer",
					"party": invoice.customer,
					"credit_in_account_currency": as_float(left),
					"exchange_rate": as_float(rate),
					"reference_type": INVOICE,
					"reference_name": row.sales_invoice,
				},
			],
		}
	)
	entry.insert()
	entry.submit()
	return str(entry.name)


def _decide(row: Any, status: str, comment: str, why: str, **values: Any) -> None:
	decision = decisions.record(
		"Deduction",
		DEDUCTION,
		row.name,
		rule=RULE,
		rule_version=VERSION,
		inputs={
			"invoice": row.sales_invoice,
			"reason": row.reason,
			"amount": rounded(row.amount, row.currency),
			"before": row.status,
			**values,
		},
		outcome=status,
		reasons=[why, *([comment] if comment else [])],
		case=row.o2c_case,
	)
	told = {
		"status": status,
		"comment": comment,
		"decided_by": frappe.session.user,
		"decided_at": casebook.now(),
		"decision": decision,
		**values,
	}
	frappe.db.set_value(DEDUCTION, row.name, told)
	event = "Deduction Accepted" if status == ACCEPTED else "Deduction Refused"
	_tell(row, event, amount=rounded(row.open_amount, row.currency))
	_close_assignments([row.name])


def _close_assignments(names: Collection[str]) -> None:
	"""Nobody has to do anything about these any more."""
	for name in queries.assigned(names) if names else ():
		_close_assignment(name)


def _close_assignment(name: str) -> None:
	with as_system("deduction") as system:
		system.close_assignments(DEDUCTION, name)


# --- what follows by itself ----------------------------------------------------------------------------------------------


def note_invoice(invoice: str) -> None:
	"""What is open on an invoice may have changed: its deductions are looked at before the transaction ends."""
	closing.state("deductions")[invoice] = None
	closing.at_end(Phase.DEDUCTIONS, follow)


def follow() -> None:
	"""Settle what is paid or credited by now, and open what is not any more."""
	invoices = list(closing.state("deductions"))
	rows = queries.following(invoices) if invoices else {}
	if not rows:
		return
	now = queries.open_on(list(rows))
	for invoice, each in rows.items():
		_follow(each, now.get(invoice, 0))


def _follow(rows: Sequence[Any], outstanding: Any) -> None:
	by_name = {row.name: row for row in rows}
	found = domain.changes(rounded(outstanding, rows[0].currency), [_as_domain(row) for row in rows])
	for change in found:
		_change(by_name[change.name], change)
	_close_assignments([change.name for change in found if change.status == SETTLED])


def _change(row: Any, change: domain.Change) -> None:
	frappe.db.set_value(DEDUCTION, row.name, {"status": change.status, "open_amount": as_float(change.left)})
	if change.status != row.status:
		_tell(row, "Deduction Settled" if change.status == SETTLED else "Deduction Reopened")


def _as_domain(row: Any) -> domain.Deduction:
	return domain.Deduction(
		row.name,
		rounded(row.amount, row.currency),
		rounded(row.open_amount, row.currency),
		row.status,
		bool(row.decided_by),
	)


# --- taken back ----------------------------------------------------------------------------------------------------------


def entries_of(line: str) -> list[tuple[str, str]]:
	"""What was booked for what a line has kept back: undone before the line is."""
	return [(JOURNAL, name) for name in queries.entries_of(line)]


def note_payment_cancelled(payment: str) -> None:
	"""A payment is taken back: nothing was kept back with it. What was accepted stays booked until its entry is cancelled."""
	names = queries.of_payment(payment)
	if names:
		frappe.db.set_value(DEDUCTION, {"name": ("in", names)}, {"status": CANCELLED, "open_amount": 0})
		_close_assignments(names)


def note_entry_cancelled(entry: str) -> None:
	"""What was accepted is not booked any more: it is open again."""
	rows = queries.of_entry(entry)
	if rows:
		values = {"status": OPEN, "accepted_amount": 0, "decided_by": None, "decided_at": None}
		frappe.db.set_value(DEDUCTION, {"name": ("in", [row.name for row in rows])}, values)
	for row in rows:
		note_invoice(row.sales_invoice)
