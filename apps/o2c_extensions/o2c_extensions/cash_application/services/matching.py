"""Lines become payments: a round decides them together, then each is booked in a transaction of its own.

	load -> engine -> per line: to post | proposed | left -> posted, or waiting for a person

What a choice rests on is looked at again once line and documents are locked: if something else is open by then, that line is
decided anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate

from o2c_extensions.cash_application.domain.engine import engine
from o2c_extensions.cash_application.domain.engine.model import Reason
from o2c_extensions.cash_application.domain.settlement import Settlement
from o2c_extensions.cash_application.queries import lines as line_queries
from o2c_extensions.cash_application.queries import proposals as queries
from o2c_extensions.cash_application.queries.doctypes import INVOICE, LINE, PAYMENT
from o2c_extensions.cash_application.queries.lines import lock_line
from o2c_extensions.cash_application.queries.proposals import POSTED, PROPOSED
from o2c_extensions.cash_application.services import deductions, proposals, rounds, sentences, vouchers
from o2c_extensions.cash_application.services.posting import Poster
from o2c_extensions.cash_application.services.proposals import Proposal
from o2c_extensions.cash_application.services.statements import refresh_statement
from o2c_extensions.common import casebook, decisions
from o2c_extensions.common.money import decimal

MATCHED, WAITING, BY_HAND = "Matched", "Waiting", "Matched by Hand"


def plan(rows: Sequence[Any], today: date) -> list[str]:
	"""Decide these open lines, and keep what was decided. Returns those that there is something to do about."""
	return list(proposals.keep(rounds.decide(rows, today)))


@dataclass
class Announced:
	"""Planned lines whose turn comes: what is kept of them, and somebody who knows what posting them needs."""

	poster: Poster
	kept: Mapping[str, Proposal]
	companies: Mapping[str, rounds.Company]

	def forget(self) -> None:
		"""What was posted last has been rolled back."""
		self.poster.forget()


def announce(lines: Sequence[str]) -> Announced:
	"""Look up what several planned lines need. Locks nothing."""
	kept = proposals.alive(lines)
	rows = {row.name: row for row in line_queries.rows_of(names=lines)}
	companies = {name: rounds.Company(name) for name in {row.company for row in rows.values()}}
	told = [
		(proposal.settlement, rows[line], companies[rows[line].company].accounts_of(proposal.row.rule))
		for line, proposal in kept.items()
		if proposal.settlement and proposal.is_to_post and line in rows and _is_receipt(proposal.settlement)
	]
	return Announced(Poster(vouchers.postings(told)), kept, companies)


def _is_receipt(settlement: Settlement) -> bool:
	return settlement.amount > 0 and bool(settlement.customer)


def apply(
	bank_transaction: str,
	today: date | None = None,
	again: bool = False,
	planned: Announced | None = None,
) -> str | None:
	"""Do with a line what its choice says. Returns the voucher, or None if a person has to look at it.

	Done once, however often and by however many it is asked for at once.

	Args:
		again: also post it if a person has taken an earlier match back.
		planned: what `announce` has told of it, so that it need not be decided again, and is posted sooner.
	"""
	row = lock_line(bank_transaction)
	if decimal(row.allocated_amount):
		return voucher_of(row.name)
	day = today or casebook.today()
	if row.docstatus != 1 or getdate(row.date) > day:
		return None
	proposal = planned.kept.get(row.name) if planned else None
	if proposal is None or queries.status_now(proposal.name) not in queries.ALIVE:
		planned, proposal = None, _decide(row, day, again)
	if proposal and proposal.is_to_post and not is_unchanged(proposal.settlement):
		planned, proposal = None, _decide(row, day, again)
		if proposal and proposal.is_to_post and not is_unchanged(proposal.settlement):
			frappe.throw(
				_("Somebody else has just done the same. Please try again."), frappe.TimestampMismatchError
			)
	if proposal is None:
		return None
	if proposal.is_to_post:
		return _post(proposal, row, planned)
	_wait(proposal, row)
	return None


def _decide(row: Any, day: date, again: bool) -> Proposal | None:
	proposals.keep(rounds.decide([row], day, again=[row.name] if again else ()))
	return proposals.alive([row.name]).get(row.name)


def is_unchanged(settlement: Settlement | None, lock: bool = True) -> bool:
	"""Whether as much is open on the documents as when it was decided. They stay locked.

	Args:
		lock: else only what the transaction sees is looked at.

	Raises:
		frappe.TimestampMismatchError: changed while this transaction waited for them, so that it cannot see how.
	"""
	wanted = {(part.doctype, part.name): abs(part.open) for part in settlement.parts} if settlement else {}
	now = queries.open_now(wanted, lock)
	if all(now.get(document, amount) == amount for document, amount in wanted.items()):
		return True
	if lock and queries.open_now(wanted, lock=False) != now:
		frappe.throw(
			_("Somebody else has just done the same. Please try again."), frappe.TimestampMismatchError
		)
	return False


def _post(proposal: Proposal, row: Any, planned: Announced | None) -> str:
	assert proposal.settlement
	company = planned.companies[row.company] if planned else rounds.Company(row.company)
	accounts = company.accounts_of(proposal.row.rule)
	made = vouchers.make(proposal.settlement, row, accounts, MATCHED, planned.poster if planned else None)
	deductions.open_for(proposal, row, made)
	decision = put_on_record(proposal, row, MATCHED, proposals.reasons_of(proposal.row))
	proposals.close(proposal.name, POSTED, made, decision=decision)
	return made[-1][1]


def _wait(proposal: Proposal, row: Any) -> None:
	"""One decision for each new reason to wait: not one for each time it was looked at."""
	if row.o2c_match_status != WAITING:
		set_status(row.name, row.o2c_bank_statement, WAITING)
	if not proposal.row.decision:
		outcome = "Proposed" if proposal.row.status == PROPOSED else WAITING
		decision = put_on_record(proposal, row, outcome, proposals.reasons_of(proposal.row))
		frappe.db.set_value("Match Proposal", proposal.name, "decision", decision, update_modified=False)


def put_on_record(proposal: Proposal, row: Any, outcome: str, why: Sequence[Reason]) -> str:
	"""A decision about a line, with the match that it is about."""
	told = [*summary(proposal.settlement), *why]
	parts = (
		[part for part in proposal.settlement.parts if part.doctype == INVOICE] if proposal.settlement else []
	)
	evidence = [
		sentences.part(part.kind, part.seen) for part in proposals.parts_of(proposal.row.parts) if part.points
	]
	return record(
		row,
		outcome,
		[*sentences.reasons(told), *evidence],
		inputs={
			"amount": proposal.row.amount,
			"text": row.description or "",
			"reference": row.reference_number or "",
			"match": proposal.settlement,
			"probability": proposal.row.probability,
			"parts": proposals.parts_of(proposal.row.parts),
			"nearest": proposal.row.nearest or "[]",
			"rule": proposal.row.rule or "",
			"rule_set_version": proposal.row.rule_set_version or "",
			"proposal": proposal.name,
		},
		invoices=[part.name for part in parts],
	)


def record(
	row: Any, outcome: str, reasons: Sequence[str], inputs: Mapping[str, Any], invoices: Sequence[str] = ()
) -> str:
	return decisions.record(
		"Cash Match",
		LINE,
		row.name,
		rule=engine.RULE,
		rule_version=engine.VERSION,
		inputs=inputs,
		outcome=outcome,
		reasons=list(dict.fromkeys(reasons)),
		case=next(iter(casebook.cases(INVOICE, invoices).values()), None),
	)


def summary(settlement: Settlement | None) -> list[Reason]:
	"""What a match does, in sentences to be."""
	if not settlement:
		return []
	found = []
	if settlement.parts:
		found.append(Reason("pays", (", ".join(part.name for part in settlement.parts),)))
	for part in settlement.parts:
		left = abs(part.open) - abs(part.settled)
		if left > 0:
			found.append(Reason("stays open", (str(left), part.currency, part.name)))
	if settlement.reopens:
		found.append(Reason("returns", (settlement.reopens,)))
	if settlement.kept:
		values = (str(settlement.kept), settlement.currency, settlement.customer)
		found.append(Reason("keeps", values))
	for booked in settlement.booked:
		found.append(Reason("books", (str(booked.amount), settlement.currency, booked.account)))
	return found


# --- what others do ------------------------------------------------------------------------------------------------------


def note_match(doc: Any) -> None:
	"""Somebody has reconciled a line on ERPNext's own tool, or a voucher was taken from it again."""
	if doc.docstatus != 1:
		return
	is_ours = doc.o2c_match_status in (MATCHED, BY_HAND)
	if decimal(doc.unallocated_amount) <= 0:
		if not is_ours:
			queries.supersede([row.name for row in queries.alive([doc.name]).values()])
		# What goes out is nobody's business here, unless it was made so.
		if not is_ours and (decimal(doc.deposit) > 0 or doc.o2c_match_status):
			set_status(doc.name, doc.o2c_bank_statement, BY_HAND)
		elif not doc.flags.o2c_chunk:
			refresh_statement(doc.o2c_bank_statement)
	elif is_ours:
		set_status(doc.name, doc.o2c_bank_statement, WAITING)


def note_cancelled(line: str) -> None:
	"""A line is gone: what was proposed for it is past."""
	queries.supersede([row.name for row in queries.alive([line]).values()])


def set_status(line: str, statement: str | None, status: str) -> None:
	frappe.db.set_value(LINE, line, "o2c_match_status", status, update_modified=False)
	refresh_statement(statement)


def voucher_of(line: str) -> str | None:
	"""The payment, or else the entry, that a line is reconciled with."""
	rows = frappe.get_all(
		"Bank Transaction Payments",
		filters={"parent": line},
		fields=["payment_document", "payment_entry"],
		order_by="idx asc",
		limit_page_length=0,
	)
	found = sorted(rows, key=lambda row: row.payment_document != PAYMENT)
	return str(found[0].payment_entry) if found else None
