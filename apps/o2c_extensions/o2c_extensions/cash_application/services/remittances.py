"""Remittance advices: read, kept, and joined with the payments that they announce."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate

from o2c_extensions.cash_application.domain import joining
from o2c_extensions.cash_application.domain.joining import Announced, Booked
from o2c_extensions.cash_application.domain.references import names
from o2c_extensions.cash_application.domain.remittance import Advice, AdviceFile
from o2c_extensions.cash_application.queries import remittances as queries
from o2c_extensions.cash_application.queries.doctypes import ADVICE, INVOICE
from o2c_extensions.cash_application.services.advice_files import fingerprint, plain, read
from o2c_extensions.common import batch, casebook, decisions, locks
from o2c_extensions.common.audit import as_system
from o2c_extensions.common.money import as_float, cents, decimal, rounded
from o2c_extensions.common.settings import setting

OPEN, JOINED, PARTLY, UNKNOWN = "Open", "Joined", "Partly", "Unknown"
RULE = "o2c_extensions.cash_application.domain.joining.join"
VERSION = 1


def import_advices(
	content: bytes,
	filename: str,
	mapping: str | dict[str, Any] | None = None,
	*,
	source: str = "Upload",
	communication: str | None = None,
	today: date | None = None,
) -> list[str]:
	"""Keep the advices in a file, the whole file or nothing, and join them with their payments. Returns their names.

	An advice that says what another one says is that one.

	Args:
		mapping: how a table is to be read: the name of a Remittance Advice Mapping or its values; found, or proposed, if left out.
	"""
	found = read(content, filename, mapping)
	told = list(dict.fromkeys(found.advices))
	prints = [fingerprint(advice) for advice in told]
	locks.hold(*(f"remittance-advice:{mark}" for mark in prints))
	known = queries.advices_of(prints)
	fresh = [(mark, advice) for mark, advice in zip(prints, told, strict=True) if mark not in known]
	made = _write(fresh, found, filename, source, communication) if fresh else {}
	if made:
		_match_again(join_lines(), today or casebook.today())
	return list(dict.fromkeys({**known, **made}[mark] for mark in prints))


def _write(
	fresh: Sequence[tuple[str, Advice]],
	found: AdviceFile,
	filename: str,
	source: str,
	communication: str | None,
) -> dict[str, str]:
	"""Make the documents of new advices: {fingerprint: name}."""
	series = queries.invoice_series()
	wanted = {
		each.reference: (each.reference, *names((each.reference,), series))
		for _mark, advice in fresh
		for each in advice.advised
	}
	documents = queries.documents_named({name for options in wanted.values() for name in options})
	ours = {
		reference: next((documents[name] for name in options if name in documents), None)
		for reference, options in wanted.items()
	}
	by_iban, by_name = queries.customers_known_by(
		{advice.payer_iban for _mark, advice in fresh} - {""},
		{advice.payer for _mark, advice in fresh} - {""},
	)
	made = {}
	for mark, advice in fresh:
		owned = [row for each in advice.advised if (row := ours[each.reference])]
		customers = {row["customer"] for row in owned}
		companies = {row["company"] for row in owned}
		customer = customers.pop() if len(customers) == 1 else None
		customer = customer or by_iban.get(advice.payer_iban) or by_name.get(advice.payer)
		try:
			with as_system("advice") as system:
				doc = system.insert(
					{
						**_told_by(advice, ours),
						"customer": customer,
						"company": companies.pop() if len(companies) == 1 else None,
						"status": OPEN if owned else UNKNOWN,
						"source": source,
						"communication": communication,
						"file_name": filename[:140],
						"file_format": found.version,
						"fingerprint": mark,
					}
				)
		except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
			frappe.throw(_("Somebody else is importing this advice. Try again in a moment."))
		made[mark] = str(doc.name)
		_tell_cases(doc, owned)
	return made


def _told_by(advice: Advice, ours: dict[str, Any]) -> dict[str, Any]:
	return {
		"doctype": ADVICE,
		"payer": advice.payer[:140],
		"payer_iban": advice.payer_iban[:140],
		"payer_account": advice.payer_account[:140],
		"advice_number": advice.number[:140],
		"advice_date": advice.day,
		"payment_date": advice.payment_day,
		"payment_reference": advice.payment_reference[:140],
		"currency": advice.currency or None,
		"total": as_float(advice.amount or decimal(0)),
		"difference": as_float(advice.difference),
		"documents": [
			{
				**plain(each),
				"reference": each.reference[:140],
				"amount": as_float(each.amount or decimal(0)),
				"has_amount": int(each.amount is not None),
				"gross": as_float(each.gross or decimal(0)),
				"currency": advice.currency or None,
				"document_type": row["doctype"] if row else None,
				"document": row["name"] if row else None,
			}
			for each in advice.advised
			for row in [ours[each.reference]]
		],
	}


def _tell_cases(doc: Any, owned: Iterable[dict[str, Any]]) -> None:
	"""Each case that an advice is about is told that its payment is announced."""
	by_case: dict[str, list[str]] = {}
	for row in owned:
		if row["o2c_case"]:
			by_case.setdefault(row["o2c_case"], []).append(row["name"])
	for case, documents in by_case.items():
		details = {"amount": decimal(doc.total), "documents": documents, "payment_date": doc.payment_date}
		casebook.record_event(case, "Receipt", "Advised", ADVICE, doc.name, details)


def join_lines() -> list[Any]:
	"""Find the line of each advice that has none yet. Returns the lines that were found, as they are in the database."""
	waiting = queries.unjoined()
	if not waiting:
		return []
	titles, ibans = queries.payers_of({row.customer for row in waiting if row.customer})
	announced = [_announced(row, titles, ibans) for row in waiting]
	rows = queries.deposits(
		min(each.first_day(bool(each.reference)) for each in announced),
		max(each.last_day(bool(each.reference)) for each in announced),
		{each.amount for each in announced if each.amount},
		{each.reference for each in announced if each.reference},
	)
	joined = joining.join(announced, [_booked(row) for row in rows])
	by_name = {row.name: row for row in rows}
	told = {each.name: each for each in announced}
	for advice, line in sorted(joined.items()):
		_write_down(advice, {"bank_transaction": line})
		decisions.record(
			"Remittance Join",
			ADVICE,
			advice,
			rule=RULE,
			rule_version=VERSION,
			inputs={"advice": told[advice], "line": _booked(by_name[line])},
			outcome=JOINED,
			reasons=[_("It announces the payment {0} of {1}.").format(line, by_name[line].date)],
		)
	found = [by_name[line] for line in joined.values()]
	_settle([row for row in found if decimal(row.unallocated_amount) <= 0])
	return found


def _announced(row: Any, titles: dict[str, str], ibans: dict[str, list[str]]) -> Announced:
	title = titles.get(row.customer)
	return Announced(
		name=row.name,
		currency=row.currency or "",
		amount=decimal(row.total) or None,
		reference=row.payment_reference or "",
		day=getdate(row.payment_date) if row.payment_date else None,
		came=getdate(row.advice_date or row.creation),
		names=tuple(name for name in (row.payer, title) if name),
		ibans=tuple(iban for iban in (row.payer_iban, *ibans.get(row.customer, ())) if iban),
	)


def _booked(row: Any) -> Booked:
	references = (row.reference_number, row.o2c_end_to_end_id, row.o2c_bank_reference)
	structured = (row.o2c_structured_references or "").split("\n")
	return Booked(
		name=row.name,
		currency=row.currency or "",
		amount=decimal(row.deposit),
		day=getdate(row.date),
		references=tuple(each for each in (*references, *structured) if each),
		text=row.description or "",
		party_name=row.bank_party_name or "",
		party_iban="".join((row.bank_party_iban or "").split()).upper(),
	)


def _match_again(lines: Sequence[Any], today: date) -> None:
	"""An advice that came after its payment has the payment looked at again."""
	statements = sorted(
		{
			row.o2c_bank_statement
			for row in lines
			if decimal(row.unallocated_amount) > 0 and row.o2c_bank_statement
		}
	)
	if statements and setting("match_receipts"):
		batch.start("Cash Application", {"statements": statements, "date": today.isoformat()})


def references_for(lines: Collection[str]) -> dict[str, tuple[str, ...]]:
	"""What the payers of these lines have advised: {line: references}. Lines without an advice are left out.

	A document of ours is called what we call it.
	"""
	advices_by_line = queries.advice_of(lines)
	documents = queries.documents_of(list(advices_by_line.values()))
	return {
		line: tuple(dict.fromkeys(str(row.document or row.reference) for row in documents.get(advice, ())))
		for line, advice in advices_by_line.items()
	}


def amounts_for(lines: Collection[str]) -> dict[str, tuple[tuple[str, int], ...]]:
	"""What each document gets of these lines, in minor units, where the payers have told that of all of them.

	An advice with a document that is none of our invoices, or without its amount, tells nothing here.
	"""
	advices_by_line = queries.advice_of(lines)
	documents = queries.documents_of(list(advices_by_line.values()))
	found = {}
	for line, advice in advices_by_line.items():
		rows = documents.get(advice, [])
		if rows and all(row.document_type == INVOICE and row.has_amount for row in rows):
			found[line] = tuple((str(row.document), _units(row)) for row in rows)
	return found


def _units(row: Any) -> int:
	return cents(rounded(row.amount, row.currency or ""), row.currency or "")


def note_match(line: Any) -> None:
	"""A line was matched, or a match was taken back: its advice follows."""
	if decimal(line.deposit) > 0:
		_settle([line])


def note_cancelled(line: str) -> None:
	"""A line is gone: its advice looks for another one."""
	advice = queries.advice_of([line]).get(line)
	if advice:
		frappe.db.set_value(ADVICE, advice, {"bank_transaction": None, "payment_entry": None, "status": OPEN})


def _settle(lines: Sequence[Any]) -> None:
	"""Give the advices of these lines the status that their lines have."""
	advice_of = queries.advice_of([line.name for line in lines])
	if not advice_of:
		return
	documents = queries.documents_of(list(advice_of.values()))
	payments = queries.payments_of(list(advice_of))
	paid = queries.paid_by([payment for told in payments.values() for payment in told])
	for line in lines:
		advice = advice_of.get(line.name)
		if not advice:
			continue
		told = documents.get(advice, [])
		if decimal(line.unallocated_amount) > 0:
			values = {"status": _waiting(told), "payment_entry": None}
		else:
			made = payments.get(line.name, [])
			pays = {name for payment in made for name in paid.get(payment, ())}
			values = {"status": _settled(told, pays), "payment_entry": made[0] if made else None}
		_write_down(advice, values)


def _write_down(advice: str, values: dict[str, Any]) -> None:
	frappe.db.set_value(ADVICE, advice, values, update_modified=False)


def _waiting(documents: Sequence[Any]) -> str:
	return OPEN if any(row.document for row in documents) else UNKNOWN


def _settled(documents: Sequence[Any], paid: Collection[str]) -> str:
	wanted = [row for row in documents if row.document_type in (None, INVOICE)]
	return JOINED if all(_is_paid(row, paid) for row in wanted) else PARTLY


def _is_paid(row: Any, paid: Collection[str]) -> bool:
	"""Whether a payment pays the document, which the payer may call by the end of its name only."""
	if row.document:
		return row.document in paid
	wanted = joining.plain(row.reference)
	return any(joining.plain(name).endswith(wanted) for name in paid)
