"""What people do with lines: confirm or decline a proposal, match, split and book by hand, and take a match back.

Whoever comes second is told. Each choice, and each that overrides one, is put on record with who made it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import frappe
from frappe import _

from o2c_extensions.cash_application.domain import by_hand
from o2c_extensions.cash_application.domain.by_hand import Told, Wrong
from o2c_extensions.cash_application.domain.engine.model import Item, Reason
from o2c_extensions.cash_application.domain.settlement import Booked, Settlement, set_off
from o2c_extensions.cash_application.queries import proposals as queries
from o2c_extensions.cash_application.queries.doctypes import INVOICE, LINE
from o2c_extensions.cash_application.queries.lines import line_of, lock_line
from o2c_extensions.cash_application.queries.open_items import document_of, open_items
from o2c_extensions.cash_application.queries.proposals import CONFIRMED, DECLINED, PROPOSED, TO_POST, UNDONE
from o2c_extensions.cash_application.services import (
	deductions,
	learning,
	matching,
	proposals,
	rounds,
	sentences,
	vouchers,
)
from o2c_extensions.cash_application.services.matching import BY_HAND, WAITING
from o2c_extensions.cash_application.services.proposals import Proposal
from o2c_extensions.common import casebook
from o2c_extensions.common.money import decimal, from_cents, rounded

Voucher = tuple[str, str]


@dataclass(frozen=True)
class Choice:
	"""What a person gives to one document, or account, of a line. Nothing said: as much as is open."""

	doctype: str
	name: str
	amount: Decimal | None = None
	discount: Decimal = Decimal(0)
	written_off: Decimal = Decimal(0)
	cost_center: str = ""
	tax: str = ""
	party: str = ""


def confirm(bank_transaction: str, digest: str | None = None) -> list[Voucher]:
	"""Book what is proposed for a line.

	Args:
		digest: of the proposal that the person has seen, as `candidates` gives it: another one is not confirmed unseen.

	Raises:
		frappe.TimestampMismatchError: somebody else was there first, or something else is proposed by now.
	"""
	row = _open_line(bank_transaction)
	proposal = _proposed(row, digest)
	assert proposal.settlement
	if not matching.is_unchanged(proposal.settlement):
		_overtaken(row)
	accounts = rounds.Company(row.company).accounts_of(proposal.row.rule)
	made = vouchers.make(proposal.settlement, row, accounts, BY_HAND)
	deductions.open_for(proposal, row, made)
	decision = matching.put_on_record(proposal, row, BY_HAND, [Reason("confirmed")])
	proposals.close(proposal.name, CONFIRMED, made, decision=decision)
	learning.confirmed(row, proposal.settlement.customer)
	return made


def _proposed(row: Any, digest: str | None) -> Proposal:
	"""The proposal that is kept, or one made anew if it is the one that was seen."""
	proposal = proposals.alive([row.name]).get(row.name)
	status = queries.status_now(proposal.name) if proposal else None
	if proposal and status not in queries.ALIVE:
		_overtaken(row)
	if digest and (not proposal or proposal.row.digest != digest):
		proposals.keep(rounds.decide([row], casebook.today(), again=[row.name], rest=[row.name]))
		proposal = proposals.alive([row.name]).get(row.name)
		if not proposal or proposal.row.digest != digest:
			_overtaken(row)
	if not proposal or proposal.row.status not in (PROPOSED, TO_POST):
		frappe.throw(_("Nothing is proposed for {0}.").format(row.name))
	return proposal  # type: ignore[return-value]


def decline(bank_transaction: str) -> None:
	"""Say that what is proposed for a line is wrong: it is not proposed again."""
	row = _open_line(bank_transaction)
	proposal = proposals.alive([row.name]).get(row.name)
	if not proposal or queries.status_now(proposal.name) not in (PROPOSED, TO_POST):
		frappe.throw(_("Nothing is proposed for {0}.").format(row.name))
	assert proposal
	decision = matching.put_on_record(proposal, row, DECLINED, [Reason("refused")])
	proposals.close(proposal.name, DECLINED, decision=decision)
	if proposal.settlement:
		learning.corrected(row, proposal.settlement.customer)
	matching.set_status(row.name, row.o2c_bank_statement, WAITING)


def match_line(
	bank_transaction: str,
	choices: Sequence[Choice],
	customer: str | None = None,
	keep_rest: bool = True,
	charges: Decimal = Decimal(0),
) -> list[Voucher]:
	"""Match a line as a person says: with documents, of several customers too, and accounts.

	Args:
		customer: whose account keeps the rest; left out, the customer of the documents.
		keep_rest: keep what no document gets; else it has to come out even.
		charges: what a bank has kept, in the line's currency, on top of what came in.
	"""
	row = _open_line(bank_transaction)
	line = line_of(row, rest=True)
	items = _items(row.company, choices)
	told = [
		Told(
			item=items.get((choice.doctype, choice.name)),
			document=(choice.doctype, choice.name),
			amount=choice.amount,
			discount=choice.discount,
			written_off=choice.written_off,
			booked=_booked(choice),
		)
		for choice in choices
	]
	made = by_hand.settle(line, told, customer or "", keep_rest, charges, _is_whole(row))
	if isinstance(made, Wrong):
		frappe.throw(_wording(made, row.currency))
	assert not isinstance(made, Wrong)
	return _carry_out(row, made)


def book_to_account(bank_transaction: str, booked: Booked, amount: Decimal | None = None) -> list[Voucher]:
	"""Book a line, or a part of it, straight to an account."""
	row = _open_line(bank_transaction)
	line = line_of(row, rest=True)
	whole = from_cents(line.amount, line.currency)
	part = whole if amount is None else rounded(amount, line.currency).copy_sign(whole)
	if not part or abs(part) > abs(whole):
		frappe.throw(_("{0} is not a part of the line.").format(part))
	settlement = Settlement(
		line=line.name,
		currency=line.currency,
		amount=part,
		booked=(replace(_with_party(booked), amount=part),),
		is_part=part != whole or not _is_whole(row),
	)
	return _carry_out(row, (settlement,))


def undo(bank_transaction: str) -> list[Voucher]:
	"""Take back what a match has made: it is cancelled, and the line waits. It is never matched again by itself.

	What was reconciled on ERPNext's own tool is taken from the line, and stays.
	"""
	row = lock_line(bank_transaction)
	if row.docstatus != 1 or not decimal(row.allocated_amount):
		frappe.throw(_("{0} is not matched.").format(row.name))
	proposal = proposals.load(queries.done([row.name])).get(row.name)
	made = proposals.vouchers_of(proposal.row) if proposal else []
	if proposal and proposal.settlement and set_off(proposal.settlement.parts):
		frappe.throw(
			_("It has set off earlier payments: take that back with ERPNext's own Unreconcile Payment.")
		)
	if made:
		made = [*deductions.entries_of(row.name), *made]
		vouchers.cancel(made)
	else:
		frappe.get_doc(LINE, row.name).remove_payment_entries()
	matching.set_status(row.name, row.o2c_bank_statement, WAITING)
	if proposal and proposal.settlement:
		_forget_return(row, proposal.settlement)
		decision = matching.put_on_record(proposal, row, UNDONE, [Reason("undone")])
		proposals.close(proposal.name, UNDONE, decision=decision)
		learning.corrected(row, proposal.settlement.customer)
	else:
		matching.record(row, UNDONE, [sentences.reason(Reason("undone"))], inputs={"vouchers": made})
	return made


def _forget_return(row: Any, settlement: Settlement) -> None:
	if settlement.reopens:
		values: dict[str, Any] = {"party_type": None, "party": None}
		# An imported line says itself why it came back.
		if not row.o2c_return_reason and not row.o2c_return_code:
			values["transaction_type"] = None
		frappe.db.set_value(LINE, row.name, values, update_modified=False)


# --- carrying it out -----------------------------------------------------------------------------------------------------


def _carry_out(row: Any, settlements: Sequence[Settlement]) -> list[Voucher]:
	"""Book what a person has made of a line, in place of whatever was proposed."""
	before = proposals.alive([row.name]).get(row.name)
	company = rounds.Company(row.company)
	accounts = company.accounts_of(before.row.rule if before else None)
	made: list[Voucher] = []
	for settlement in settlements:
		if not matching.is_unchanged(settlement):
			_overtaken(row)
		made += vouchers.make(settlement, row, accounts, BY_HAND)
	if before:
		queries.supersede([before.name])
		theirs = {one.customer for one in settlements}
		if before.row.customer and before.row.customer not in theirs:
			learning.corrected(row, before.row.customer)
	customers = dict.fromkeys(one.customer for one in settlements if one.customer)
	for customer in customers:
		learning.confirmed(row, customer)
	why = [reason for one in settlements for reason in matching.summary(one)] + [Reason("by hand")]
	invoices = [part.name for one in settlements for part in one.parts if part.doctype == INVOICE]
	decision = matching.record(
		row,
		BY_HAND,
		sentences.reasons(why),
		inputs={
			"amount": rounded(row.deposit, row.currency) - rounded(row.withdrawal, row.currency),
			"text": row.description or "",
			"match": list(settlements),
			"proposed": before.settlement if before else None,
		},
		invoices=invoices,
	)
	proposals.keep_by_hand(row, settlements, made, decision, before.row if before else None)
	return made


def _open_line(name: str) -> Any:
	row = lock_line(name)
	if row.docstatus == 1 and not decimal(row.unallocated_amount):
		_overtaken(row)
	if row.docstatus != 1:
		frappe.throw(_("{0} is no open line.").format(row.name))
	return row


def _overtaken(row: Any) -> None:
	frappe.throw(
		_("Somebody else has changed {0} in the meantime, or what is open for it. Look at it again.").format(
			row.name
		),
		frappe.TimestampMismatchError,
	)


def _is_whole(row: Any) -> bool:
	return not decimal(row.allocated_amount)


def _items(company: str, choices: Iterable[Choice]) -> Mapping[tuple[str, str], Item]:
	names = {choice.name for choice in choices if choice.doctype != proposals.ACCOUNT}
	found = open_items(company, names=names) if names else []
	return {document_of(item): item for item in found}


def _booked(choice: Choice) -> Booked | None:
	if choice.doctype != proposals.ACCOUNT:
		return None
	return _with_party(Booked(choice.name, Decimal(0), choice.cost_center, choice.tax, party=choice.party))


def _with_party(booked: Booked) -> Booked:
	"""Whose a receivable or payable account is, by its kind."""
	kind = frappe.get_cached_value("Account", booked.account, "account_type")
	party_type = {"Receivable": "Customer", "Payable": "Supplier"}.get(kind or "", "")
	if party_type and not booked.party:
		frappe.throw(_("Say whose the account {0} is.").format(booked.account))
	return replace(booked, party_type=party_type, party=booked.party if party_type else "")


def _wording(wrong: Wrong, currency: str) -> str:
	text = {
		"nothing chosen": _("Choose at least one document, or a customer."),
		"not open": _("Nothing is open on {0}."),
		"not positive": _("What {0} gets is not positive."),
		"too much": _("{0} gets more than is open on it."),
		"more than came": _("Together they get more than the line has."),
		"rest": _("{0} {1} of the line are left."),
		"several customers": _("The rest cannot be kept: the documents are of several customers."),
		"no customer": _("Say whose the rest is."),
		"other currency": _("{0} is in another currency than the line: say what it gets of it."),
		"no rate": _("What {0} gets in its own currency cannot be told."),
		"outgoing": _("Money that goes out pays credit notes, or is booked to an account."),
	}[wrong.code]
	return str(text.format(*wrong.values, currency))


# --- what is asked in old ways -------------------------------------------------------------------------------------------


def match_by_hand(bank_transaction: str, invoices: Sequence[str]) -> str:
	"""Pay with a deposit the invoices that a person has chosen, what is due first first. Returns the Payment Entry."""
	if not invoices:
		frappe.throw(_("Choose at least one document, or a customer."))
	made = match_line(bank_transaction, [Choice(INVOICE, name) for name in invoices])
	return made[-1][1]
