"""Match Proposals: what a round has made of each line, kept until it is posted, confirmed, declined or overtaken.

A run decides all its lines and keeps what it decided in the transaction in which it is planned: whoever goes on with it after a
kill goes on with the same choices.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import frappe

from o2c_extensions.cash_application.domain.engine.model import LEAVE, POST, Candidate, Part, Reason
from o2c_extensions.cash_application.domain.settlement import Booked, Settlement
from o2c_extensions.cash_application.domain.settlement import Part as Given
from o2c_extensions.cash_application.queries import proposals as queries
from o2c_extensions.cash_application.queries.open_items import document_of
from o2c_extensions.cash_application.queries.proposals import LEFT, PROPOSED, TO_POST
from o2c_extensions.cash_application.services import sentences
from o2c_extensions.cash_application.services.rounds import Decided
from o2c_extensions.common import casebook
from o2c_extensions.common.audit import as_system
from o2c_extensions.common.chain import canonical
from o2c_extensions.common.money import as_float, from_cents, rounded

ACCOUNT = "Account"


@dataclass(frozen=True)
class Proposal:
	"""What is kept of a line's choice."""

	row: Any
	settlement: Settlement | None

	@property
	def name(self) -> str:
		return str(self.row.name)

	@property
	def is_to_post(self) -> bool:
		return bool(self.row.status == TO_POST)


def keep(decided: Sequence[Decided]) -> dict[str, str]:
	"""Keep what was decided: line -> its proposal that is alive. What says the same as before stays as it is.

	A withdrawal that is nobody's return, and that no rule is about, is left to others without a word.
	"""
	wanted = [one for one in decided if _is_told(one)]
	before = queries.alive([one.row.name for one in decided])
	rows, children, overtaken, kept = [], [], [], {}
	for one in decided:
		known = before.get(one.row.name)
		row = _row(one) if _is_told(one) else None
		if known and row and all(known.get(field) == row[field] for field in ("status", "digest", "reasons")):
			kept[one.row.name] = known.name
			continue
		if known:
			overtaken.append(known.name)
		if row:
			rows.append(row)
			children += _children(one, row["name"])
			kept[one.row.name] = row["name"]
	queries.supersede(overtaken)
	with as_system("match proposal"):
		queries.insert(rows, children)
	assert len(kept) == len(wanted)
	return kept


def _is_told(one: Decided) -> bool:
	return one.line.amount > 0 or one.choice.outcome != LEAVE or one.choice.action != "match"


def _row(one: Decided) -> dict[str, Any]:
	choice, line, made = one.choice, one.line, one.settlement
	status = TO_POST if choice.outcome == POST else LEFT if choice.outcome == LEAVE else PROPOSED
	currency = line.currency
	return {
		"name": frappe.generate_hash(length=12),
		"bank_transaction": line.name,
		"company": one.row.company,
		"bank_account": one.row.bank_account,
		"status": status,
		"date": line.day,
		"amount": _money(line.amount, currency),
		"currency": currency,
		"customer": choice.customer or None,
		"action": choice.action,
		"reopens": choice.reopens or None,
		"fee": _money(choice.fee, currency),
		"probability": as_float((choice.probability * 100).quantize(Decimal("0.0001"))),
		"score": choice.score,
		"kept": as_float(made.kept) if made else 0.0,
		"deduction_reason": choice.deduction_reason or None,
		"hand_to": one.rule.user or one.rule.role or None,
		"reasons": "\n".join(sentences.reasons(choice.reasons)),
		"kind": choice.reasons[0].code if choice.reasons else "",
		"reason_codes": canonical([[reason.code, *reason.values] for reason in choice.reasons]),
		"parts": canonical([[part.kind, part.seen, part.points] for part in choice.parts]),
		"nearest": canonical([near(candidate, one) for candidate in choice.nearest]),
		"rule": choice.rule or None,
		"rule_set_version": one.version or None,
		"digest": one.digest,
	}


def keep_by_hand(
	row: Any,
	made: Sequence[Settlement],
	vouchers: Sequence[tuple[str, str]],
	decision: str,
	before: Any,
) -> None:
	"""What a person has made of a line, kept so that it can be shown, counted and undone as what was proposed is.

	Args:
		before: the proposal that it was made in place of.
	"""
	customers = list(dict.fromkeys(one.customer for one in made if one.customer))
	name = frappe.generate_hash(length=12)
	doc: dict[str, Any] = {
		"name": name,
		"bank_transaction": row.name,
		"company": row.company,
		"bank_account": row.bank_account,
		"status": queries.CONFIRMED,
		"date": row.date,
		"amount": as_float(sum((one.amount for one in made), Decimal(0))),
		"currency": row.currency,
		"customer": customers[0] if len(customers) == 1 else None,
		"action": "by hand",
		"kept": as_float(sum((one.kept for one in made), Decimal(0))),
		"kind": "by hand",
		"reasons": sentences.reason(Reason("by hand")),
		"reason_codes": canonical([["by hand"]]),
		"rule": before.rule if before else None,
		"rule_set_version": before.rule_set_version if before else None,
		"decided_by": frappe.session.user,
		"decided_at": casebook.now(),
		"decision": decision,
		"vouchers": canonical([list(voucher) for voucher in vouchers]),
	}
	given = [child for one in made for child in (*map(_child, one.parts), *map(_booked, one.booked))]
	with as_system("match proposal"):
		queries.insert([doc], _rows_of(given, name, row.currency))


def near(candidate: Candidate, one: Decided) -> dict[str, Any]:
	"""A candidate that was not chosen. Receipts that may have come back are Payment Entries."""
	places = one.book.place_of
	documents = [
		document_of(one.book.items[places[item]]) if item in places else ("Payment Entry", item)
		for item in candidate.items
	]
	return {
		"customer": candidate.customer,
		"documents": documents,
		"probability": candidate.probability,
		"score": candidate.score,
		"parts": [[part.kind, part.seen, part.points] for part in candidate.parts],
		"why_not": [candidate.why_not.code, *candidate.why_not.values],
	}


def _children(one: Decided, parent: str) -> list[dict[str, Any]]:
	made = one.settlement
	if not made:
		return []
	given = [_child(part) for part in made.parts] + [_booked(booked) for booked in made.booked]
	return _rows_of(given, parent, made.currency)


def _rows_of(given: Sequence[Mapping[str, Any]], parent: str, currency: str) -> list[dict[str, Any]]:
	return [
		{
			"name": frappe.generate_hash(length=12),
			"parent": parent,
			"parenttype": "Match Proposal",
			"parentfield": "allocations",
			"idx": number,
			"line_currency": currency,
			**row,
		}
		for number, row in enumerate(given, 1)
	]


def _child(part: Given) -> dict[str, Any]:
	return {
		"document_type": part.doctype,
		"document": part.name,
		"item": part.item,
		"kind": part.kind,
		"party_account": part.account,
		"currency": part.currency,
		"cost_center": None,
		"tax": None,
		"amount": as_float(part.amount),
		"settled": as_float(part.settled),
		"open_amount": as_float(part.open),
		"discount": as_float(part.discount),
		"written_off": as_float(part.written_off),
		"charges": as_float(part.charges),
		"deduction": as_float(part.deduction),
	}


def _booked(booked: Booked) -> dict[str, Any]:
	nothing = dict.fromkeys(
		("settled", "open_amount", "discount", "written_off", "charges", "deduction"), 0.0
	)
	return {
		"document_type": ACCOUNT,
		"document": booked.account,
		# Whose a receivable or payable account is.
		"item": booked.party or None,
		"kind": booked.party_type or None,
		"party_account": None,
		"currency": None,
		"cost_center": booked.cost_center or None,
		"tax": booked.tax or None,
		"amount": as_float(booked.amount),
		**nothing,
	}


def _money(amount: int, currency: str) -> float:
	return as_float(from_cents(amount, currency))


# --- reading them again --------------------------------------------------------------------------------------------------


def alive(lines: Sequence[str]) -> dict[str, Proposal]:
	"""line -> its proposal that is alive, with what is to be booked."""
	return load(queries.alive(lines))


def load(rows: Mapping[str, Any]) -> dict[str, Proposal]:
	given = queries.allocations([row.name for row in rows.values()])
	return {line: Proposal(row, _settlement(row, given[row.name])) for line, row in rows.items()}


def _settlement(row: Any, given: Sequence[Any]) -> Settlement | None:
	if row.status == LEFT:
		return None
	currency = row.currency
	parts = tuple(_part(each, currency) for each in given if each.document_type != ACCOUNT)
	return Settlement(
		line=row.bank_transaction,
		currency=currency,
		amount=rounded(row.amount, currency),
		customer=row.customer or "",
		parts=parts,
		kept=rounded(row.kept, currency),
		booked=tuple(
			Booked(
				each.document,
				rounded(each.amount, currency),
				each.cost_center or "",
				each.tax or "",
				each.kind or "",
				each.item or "",
			)
			for each in given
			if each.document_type == ACCOUNT
		),
		account=parts[0].account if parts else "",
		reopens=row.reopens or "",
		fee=rounded(row.fee, currency),
	)


def _part(each: Any, line_currency: str) -> Given:
	def own(value: Any) -> Decimal:
		return rounded(value, each.currency)

	return Given(
		doctype=each.document_type,
		name=each.document,
		item=each.item,
		kind=each.kind,
		account=each.party_account,
		currency=each.currency,
		amount=rounded(each.amount, line_currency),
		settled=own(each.settled),
		open=own(each.open_amount),
		discount=own(each.discount),
		written_off=own(each.written_off),
		charges=own(each.charges),
		deduction=own(each.deduction),
	)


def reasons_of(row: Any) -> list[Reason]:
	"""Why, in codes: each reader gets them in their own language."""
	return [Reason(told[0], tuple(told[1:])) for told in json.loads(row.reason_codes or "[]")]


def parts_of(told: str | list[list[Any]] | None) -> list[Part]:
	rows: list[list[Any]] = told if isinstance(told, list) else json.loads(told or "[]")
	return [Part(*row) for row in rows]


# --- what becomes of them ------------------------------------------------------------------------------------------------


def close(name: str, status: str, vouchers: Sequence[tuple[str, str]] = (), **values: Any) -> None:
	"""Note what has become of a proposal, by whom and when."""
	told = {"status": status, "decided_by": frappe.session.user, "decided_at": casebook.now(), **values}
	if vouchers:
		told["vouchers"] = canonical([list(voucher) for voucher in vouchers])
	frappe.db.set_value("Match Proposal", name, told)


def vouchers_of(row: Any) -> list[tuple[str, str]]:
	return [(doctype, name) for doctype, name in json.loads(row.vouchers or "[]")]
