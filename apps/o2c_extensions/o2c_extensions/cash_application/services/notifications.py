"""Notifications (camt.054) take batches of statements apart, whichever comes first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import fmt_money, getdate

from o2c_extensions.cash_application.domain import batches
from o2c_extensions.cash_application.domain.batches import Batch, Whole
from o2c_extensions.cash_application.domain.statement import Line, Statement
from o2c_extensions.cash_application.queries import notifications as queries
from o2c_extensions.cash_application.queries.doctypes import BATCH, LINE, NOTIFICATION, STATEMENT
from o2c_extensions.cash_application.queries.lines import lock_line
from o2c_extensions.common import batch as runs
from o2c_extensions.common import casebook, decisions
from o2c_extensions.common.audit import as_system
from o2c_extensions.common.money import as_float, decimal
from o2c_extensions.common.settings import setting

WAITING, PARTLY, USED = "Waiting", "Partly", "Used"
RULE = "o2c_extensions.cash_application.domain.batches.assign"
VERSION = 1


def take(
	told: Sequence[tuple[Statement, Any]], version: str, digest: str, filename: str, today: date | None
) -> list[str]:
	"""Keep the batches of notifications, each with its account, and split the lines that they are. Returns their names.

	A batch that another notification has told is left out.
	"""
	found = [(statement, account, batches.batches(statement)) for statement, account in told]
	prints = {
		batches.fingerprint(account.name, each): each for _told, account, list_ in found for each in list_
	}
	known = queries.known_batches(list(prints))
	names: list[str] = []
	for statement, account, each in found:
		fresh = [one for one in each if batches.fingerprint(account.name, one) not in known]
		if fresh or not each:
			names.append(_write(statement, account, fresh, version, digest, filename))
		else:
			names += [known[batches.fingerprint(account.name, one)] for one in each]
	changed = [
		name
		for _statement, account, each in found
		for name in _split_lines(account.name, [one.day for one in each])
	]
	_match_again(changed, today)
	return list(dict.fromkeys(names))


def note_undone(line: Any) -> None:
	"""A match was taken back: if a notification waits for the line, a worker looks at it again."""
	if decimal(line.allocated_amount) or not line.o2c_bank_statement:
		return
	day = getdate(line.date)
	if not queries.waiting(line.bank_account, day, day):
		return
	frappe.enqueue(
		"o2c_extensions.cash_application.tasks.look_at_notifications",
		queue="short",
		job_id=f"o2c-notifications-{line.bank_account}-{day}",
		deduplicate=True,
		enqueue_after_commit=True,
		bank_account=line.bank_account,
		day=str(day),
	)


def look_again(bank_account: str, day: date) -> list[str]:
	"""Take the lines of a day apart that were matched when their notifications came. Returns the changed Bank Statements."""
	changed = _split_lines(bank_account, [day])
	_match_again(changed)
	return changed


def _match_again(statements: Sequence[str], today: date | None = None) -> None:
	if statements and setting("match_receipts"):
		day = (today or casebook.today()).isoformat()
		runs.start("Cash Application", {"statements": sorted(set(statements)), "date": day})


def _write(
	statement: Statement, account: Any, fresh: Sequence[Batch], version: str, digest: str, filename: str
) -> str:
	with as_system("statement") as system:
		doc = system.insert(
			{
				"doctype": NOTIFICATION,
				"bank_account": account.name,
				"company": account.company,
				"notification_id": statement.id[:140],
				"status": WAITING if fresh else USED,
				"from_date": statement.from_date,
				"to_date": statement.to_date,
				"file_name": filename[:140],
				"file_format": version,
				"file_hash": digest,
				"batches": [
					{
						"booking_date": each.day,
						"amount": as_float(each.amount),
						"currency": account.currency,
						"bank_reference": each.bank_reference[:140],
						"payments": len(each.parts),
						"status": WAITING,
						"fingerprint": batches.fingerprint(account.name, each),
						"parts": batches.plain(each.parts),
					}
					for each in fresh
				],
			}
		)
	return str(doc.name)


def _waiting(bank_account: str, days: Sequence[date]) -> dict[str, tuple[Batch, str]]:
	"""The batches that wait for a line on these days: {name: (batch, notification)}."""
	if not days:
		return {}
	return {
		row.name: (
			Batch(
				row.name,
				decimal(row.amount),
				getdate(row.booking_date),
				row.bank_reference or "",
				batches.parse(row.parts),
			),
			row.parent,
		)
		for row in queries.waiting(bank_account, min(days), max(days))
	}


def _split_lines(bank_account: str, days: Sequence[date]) -> list[str]:
	"""Replace the lines of these days that batches are by their payments. Returns the Bank Statements whose lines changed."""
	waiting = _waiting(bank_account, days)
	if not waiting:
		return []
	rows = {row.transaction_id: row for row in queries.open_lines(bank_account, min(days), max(days))}
	wholes = [
		Whole(
			key,
			decimal(row.deposit) - decimal(row.withdrawal),
			getdate(row.date),
			row.o2c_bank_reference or "",
			bool(row.bank_party_name or row.bank_party_iban),
		)
		for key, row in rows.items()
		if key == batches.whole_key(key)
	]
	assigned = batches.assign([each for each, _parent in waiting.values()], wholes)
	changed = []
	for key, each in assigned.items():
		if _split_line(rows[key].name, key, each):
			_mark(each.name, rows[key].name)
			changed.append(rows[key].o2c_bank_statement)
	_refresh({waiting[each.name][1] for each in assigned.values()})
	return [name for name in changed if name]


def _split_line(name: str, key: str, batch: Batch) -> bool:
	"""Cancel a line and bring in its payments. Nothing, if somebody has reconciled it meanwhile."""
	row = lock_line(name)
	if row.docstatus != 1 or decimal(row.allocated_amount):
		return False
	line = frappe.get_doc(LINE, name)
	statement = frappe.get_doc(STATEMENT, line.o2c_bank_statement) if line.o2c_bank_statement else None
	if statement is None:
		return False
	line.flags.o2c_split = True
	line.cancel()
	statement.take_parts([(batches.part_key(key, at), part) for at, part in enumerate(batch.parts, 1)])
	_put_on_record(name, batch, line.currency)
	return True


def split_new(
	bank_account: str, new: Sequence[tuple[str, Line]]
) -> tuple[list[tuple[str, Line]], list[tuple[str, Batch]]]:
	"""New lines of a statement with those taken apart that a notification has told already; and which those were."""
	waiting = _waiting(bank_account, [line.day for _key, line in new])
	if not waiting:
		return list(new), []
	wholes = [
		Whole(key, line.amount, line.day, line.bank_reference, bool(line.party_name or line.party_iban))
		for key, line in new
	]
	assigned = batches.assign([each for each, _parent in waiting.values()], wholes)
	found: list[tuple[str, Line]] = []
	for key, line in new:
		batch = assigned.get(key)
		parts = batch.parts if batch else ()
		found += [(batches.part_key(key, at), part) for at, part in enumerate(parts, 1)] or [(key, line)]
	return found, list(assigned.items())


def mark_used(told: Sequence[tuple[str, Batch]], statement: str) -> None:
	"""The batches that a statement's lines were taken apart by have found their line."""
	if not told:
		return
	names = [batch.name for _key, batch in told]
	parents = frappe.get_all(BATCH, filters={"name": ("in", names)}, pluck="parent")
	frappe.db.set_value(BATCH, {"name": ("in", names)}, "status", USED, update_modified=False)
	_refresh(set(parents))
	decisions.record(
		"Batch Split",
		STATEMENT,
		statement,
		rule=RULE,
		rule_version=VERSION,
		inputs={"batches": [batch for _key, batch in told]},
		outcome="Split",
		reasons=[_("{0} lines were taken apart as notifications had told.").format(len(told))],
	)


def _mark(batch: str, line: str) -> None:
	frappe.db.set_value(BATCH, batch, {"status": USED, "bank_transaction": line}, update_modified=False)


def _refresh(notifications: set[str]) -> None:
	if not notifications:
		return
	for name, seen in queries.statuses(notifications).items():
		_set_status(name, USED if seen == {USED} else PARTLY if USED in seen else WAITING)


def _set_status(notification: str, status: str) -> None:
	frappe.db.set_value(NOTIFICATION, notification, "status", status, update_modified=False)


def _put_on_record(line: str, batch: Batch, currency: str) -> None:
	amount = fmt_money(as_float(batch.amount), currency=currency)
	decisions.record(
		"Batch Split",
		LINE,
		line,
		rule=RULE,
		rule_version=VERSION,
		inputs={"batch": batch},
		outcome="Split",
		reasons=[
			_("A notification tells the {0} payments that {1} are made of: they take its place.").format(
				len(batch.parts), amount
			)
		],
	)
