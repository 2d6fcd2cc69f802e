"""What the workbench asks: lines, what a line may be, open items, and what a statement adds up to. Nothing is written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import frappe

from o2c_extensions.cash_application.domain.engine.model import Item, Reason
from o2c_extensions.cash_application.domain.settlement import Settlement
from o2c_extensions.cash_application.queries import lines as line_queries
from o2c_extensions.cash_application.queries import proposals as proposal_queries
from o2c_extensions.cash_application.queries import workbench as queries
from o2c_extensions.cash_application.queries.open_items import document_of, open_items
from o2c_extensions.cash_application.queries.proposals import LEFT, PROPOSED, TO_POST
from o2c_extensions.cash_application.services import matching, proposals, rounds, sentences
from o2c_extensions.cash_application.services.proposals import Proposal
from o2c_extensions.common import casebook
from o2c_extensions.common.money import as_float, decimal, from_cents

PAGE = 50
MOST_FOUND = 50


def lines(filters: Mapping[str, Any], page: int, length: int = PAGE) -> dict[str, Any]:
	"""One page of lines, each with what is proposed for it, and how many there are of each kind."""
	status = str(filters.get("status") or queries.OPEN)
	alive = queries.proposals({**filters, "kind": None})
	wanted = [row for row in alive if _is_wanted(row, status, filters.get("kind"))]
	named = None
	if status in (queries.PROPOSED, queries.LEFT) or filters.get("kind"):
		named = [row.bank_transaction for row in wanted]
	conditions = queries.conditions(filters, status, named)
	found = queries.lines(*conditions, page * length, length)
	of_line = {row.bank_transaction: row for row in alive}
	told = [of_line[row["name"]] for row in found if row["name"] in of_line]
	given = proposal_queries.allocations([proposal.name for proposal in told])
	return {
		"lines": [_with_documents(_shown(row, of_line.get(row["name"])), given) for row in found],
		"total": queries.count(*conditions),
		"page": page,
		"page_length": length,
		"counts": _counts(filters, alive),
		"kinds": _kinds(alive),
	}


def _is_wanted(row: Any, status: str, kind: str | None) -> bool:
	if kind and row.kind != kind:
		return False
	if status == queries.PROPOSED:
		return row.status in (PROPOSED, TO_POST)
	return status != queries.LEFT or row.status == LEFT


def _counts(filters: Mapping[str, Any], alive: Sequence[Any]) -> dict[str, int]:
	def number(status: str, named: Sequence[str] | None = None) -> int:
		return queries.count(*queries.conditions(filters, status, named))

	proposed = [row.bank_transaction for row in alive if row.status in (PROPOSED, TO_POST)]
	left = [row.bank_transaction for row in alive if row.status == LEFT]
	return {
		queries.OPEN: number(queries.OPEN),
		queries.NEW: number(queries.NEW),
		queries.PROPOSED: number(queries.PROPOSED, proposed),
		queries.LEFT: number(queries.LEFT, left),
		queries.MATCHED: number(queries.MATCHED),
	}


def _kinds(alive: Sequence[Any]) -> list[dict[str, Any]]:
	"""How many lines wait for which kind of reason, and what that says."""
	found: dict[str, int] = {}
	for row in alive:
		found[row.kind or ""] = found.get(row.kind or "", 0) + 1
	return [
		{"kind": kind, "text": sentences.kind(kind), "count": number}
		for kind, number in sorted(found.items(), key=lambda one: (-one[1], one[0]))
	]


def _shown(row: Mapping[str, Any], proposal: Any) -> dict[str, Any]:
	told = {field: value for field, value in row.items() if field not in ("deposit", "withdrawal")}
	amount = row["deposit"] or -(row["withdrawal"] or 0)
	return {**told, "amount": amount, "proposal": dict(proposal) if proposal else None}


def _with_documents(line: dict[str, Any], given: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
	"""With the names of what a proposal pays or books to: a list shows them."""
	proposal = line["proposal"]
	if proposal:
		proposal["documents"] = [
			{"document_type": each.document_type, "document": each.document}
			for each in given[proposal["name"]]
		]
	return line


def candidates(name: str) -> dict[str, Any]:
	"""What a line may be: what is proposed, with all parts of its score, and the three nearest with why not.

	What is kept counts as long as it still fits what is open; else it is decided anew, and nothing is written.
	"""
	[row] = line_queries.rows_of(names=[name])
	[shown] = queries.lines([["name", "=", name]], [], 0, 1)
	matched = proposals.load(proposal_queries.done([name])).get(name)
	told: dict[str, Any] = {
		"line": _shown(shown, None),
		"vouchers": queries.vouchers(name),
		"decisions": queries.decisions(name),
	}
	if not row.unallocated_amount:
		return {**told, "proposal": _proposal(matched) if matched else None, "reasons": [], "nearest": []}
	kept = proposals.alive([name]).get(name)
	if kept and not row.allocated_amount and matching.is_unchanged(kept.settlement, lock=False):
		return {
			**told,
			"proposal": _proposal(kept) if kept.settlement else None,
			"reasons": _reasons(proposals.reasons_of(kept.row)),
			"nearest": [_near(near) for near in json.loads(kept.row.nearest or "[]")],
		}
	[fresh] = rounds.decide([row], casebook.today(), rest=[name])
	return {
		**told,
		"proposal": _fresh(fresh) if fresh.settlement else None,
		"reasons": _reasons(fresh.choice.reasons),
		"nearest": [_near(proposals.near(candidate, fresh)) for candidate in fresh.choice.nearest],
	}


def _proposal(kept: Proposal) -> dict[str, Any]:
	row = kept.row
	return {
		"name": row.name,
		"status": row.status,
		"digest": row.digest,
		"action": row.action,
		"probability": row.probability,
		"score": row.score,
		"rule": row.rule,
		"rule_set_version": row.rule_set_version,
		"deduction_reason": row.deduction_reason,
		"hand_to": row.hand_to,
		"parts": sentences.told(proposals.parts_of(row.parts)),
		**_settled(kept.settlement),
	}


def _fresh(one: rounds.Decided) -> dict[str, Any]:
	choice = one.choice
	return {
		"name": None,
		"status": PROPOSED,
		"digest": one.digest,
		"action": choice.action,
		"probability": as_float(choice.probability * 100),
		"score": choice.score,
		"rule": choice.rule,
		"rule_set_version": one.version,
		"deduction_reason": choice.deduction_reason,
		"hand_to": one.rule.user or one.rule.role,
		"parts": sentences.told(choice.parts),
		**_settled(one.settlement),
	}


def _settled(made: Settlement | None) -> dict[str, Any]:
	if not made:
		return {"customer": None, "allocations": [], "booked": [], "kept": 0, "reopens": None, "fee": 0}
	return {
		"customer": made.customer,
		"allocations": [
			{
				"document_type": part.doctype,
				"document": part.name,
				"currency": part.currency,
				"amount": as_float(part.amount),
				"settled": as_float(part.settled),
				"open": as_float(part.open),
				"discount": as_float(part.discount),
				"write_off": as_float(part.written_off),
				"charges": as_float(part.charges),
				"deduction": as_float(part.deduction),
			}
			for part in made.parts
		],
		"booked": [
			{
				"account": booked.account,
				"amount": as_float(booked.amount),
				"cost_center": booked.cost_center,
				"tax": booked.tax,
				"party": booked.party,
			}
			for booked in made.booked
		],
		"kept": as_float(made.kept),
		"reopens": made.reopens or None,
		"fee": as_float(made.fee),
	}


def _reasons(found: Sequence[Reason]) -> list[dict[str, str]]:
	return [{"code": reason.code, "text": sentences.reason(reason)} for reason in found]


def _near(near: Mapping[str, Any]) -> dict[str, Any]:
	code, *values = near["why_not"]
	return {
		"customer": near["customer"],
		"documents": [
			{"document_type": doctype, "document": document} for doctype, document in near["documents"]
		],
		"probability": as_float(decimal(near["probability"]) * 100),
		"score": near["score"],
		"parts": sentences.told(proposals.parts_of(near["parts"])),
		"why_not": sentences.reason(Reason(code, tuple(values))),
	}


def search(
	company: str, text: str, customer: str | None, documents: Sequence[str] | None = None
) -> list[dict[str, Any]]:
	"""Open documents of a company by their number, an order's, the customer or an amount; what is due first first.

	Args:
		documents: exactly these, as far as they are open.
	"""
	wanted = text.strip()
	names = documents or queries.looked_for(company, wanted, _amount_in(wanted), customer)
	found = open_items(company, names=names)
	rows = frappe.get_list(
		"Customer",
		filters={"name": ("in", sorted({item.customer for item in found}) or [""])},
		fields=["name", "customer_name"],
		limit_page_length=0,
	)
	titles = {row.name: row.customer_name for row in rows}
	found = [item for item in found if item.customer in titles and customer in (None, "", item.customer)]
	found.sort(key=lambda item: (item.due, item.name))
	return [_item(item, titles) for item in found[:MOST_FOUND]]


def _amount_in(text: str) -> Decimal | None:
	"""An amount as people write it, in either way."""
	plain = text.replace("'", "").replace(" ", "")
	if "," in plain:
		plain = plain.replace(".", "").replace(",", ".")
	try:
		return decimal(plain) if plain else None
	except ValueError:
		return None


def _item(item: Item, titles: Mapping[str, str]) -> dict[str, Any]:
	doctype, name = document_of(item)
	return {
		"document_type": doctype,
		"document": name,
		"kind": item.kind,
		"customer": item.customer,
		"customer_name": titles[item.customer],
		"open": as_float(from_cents(item.open, item.currency)),
		"currency": item.currency,
		"posting_date": item.posted,
		"due_date": item.due,
		"references": list(item.references),
		"discounts": [
			{"until": discount.until, "amount": as_float(from_cents(discount.amount, item.currency))}
			for discount in item.discounts
		],
	}


def totals(bank_account: str | None, statement: str | None) -> dict[str, Any]:
	"""opening + matched + open = closing, of a statement or of all statements of an account; what is missing is the difference."""
	if statement:
		told = queries.statement(statement)
		since, until, account = told.from_date, told.to_date, told.bank_account
		# Lines that an earlier statement has told of belong to that one.
		own = statement if not told.known_lines else None
		opening, closing, currency = told.opening_balance, told.closing_balance, told.currency
	else:
		rows = queries.statements_of(str(bank_account))
		account, own = str(bank_account), None
		since, until = (rows[0].from_date, rows[-1].to_date) if rows else (None, None)
		opening, closing = (rows[0].opening_balance, rows[-1].closing_balance) if rows else (0, 0)
		currency = rows[0].currency if rows else None
	summed = queries.sums(account, since, until, own)
	difference = decimal(closing) - decimal(opening) - summed["matched"] - summed["open"]
	return {
		"bank_account": account,
		"statement": statement,
		"currency": currency,
		"from_date": since,
		"to_date": until,
		"opening": opening,
		"matched": as_float(summed["matched"]),
		"open": as_float(summed["open"]),
		"closing": closing,
		"difference": as_float(difference),
		"lines": int(summed["lines"]),
		"open_lines": int(summed["open_lines"]),
	}
