"""What a bank's file holds: read in whatever format it is, looked at before it is imported, its mistakes put into words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any

import frappe
from frappe import _

from o2c_extensions.cash_application.doctype.bank_statement_mapping.bank_statement_mapping import (
	mapping_of,
	values_of,
)
from o2c_extensions.cash_application.domain.formats import detect, table
from o2c_extensions.cash_application.domain.formats.mapping import Mapping
from o2c_extensions.cash_application.domain.statement import Message, Statement, StatementError
from o2c_extensions.cash_application.queries import mappings as queries
from o2c_extensions.cash_application.queries.doctypes import MAPPING
from o2c_extensions.common.money import as_float

# Rows of a table that are shown before it is imported.
SHOWN = 20


def read(
	content: bytes,
	filename: str,
	mapping: str | dict[str, Any] | None = None,
	bank_account: str | None = None,
) -> Message:
	"""The statements in a file.

	Args:
		mapping: how a table is to be read: the name of a Bank Statement Mapping or its values; found if left out.
		bank_account: whose table it is, where it does not say.
	"""
	with refused(filename):
		if detect.kind(content) != detect.TABLE:
			return detect.read(content)
		return table.parse(content, _mapping(table.table(content), mapping, bank_account))


def _mapping(found: table.Table, wanted: str | dict[str, Any] | None, bank_account: str | None) -> Mapping:
	if wanted:
		doc = mapping_document(MAPPING, wanted)
		return with_account(mapping_of(doc), bank_account or doc.bank_account)
	saved = [
		with_account(mapping, bank_account or account)
		for _name, account, mapping in fitting(found)
		if not bank_account or account in (None, "", bank_account)
	]
	if len(saved) == 1:
		return saved[0]
	frappe.throw(
		_("{0} Bank Statement Mappings are for a table with these columns. Choose one, or make one.").format(
			len(saved)
		)
	)
	raise AssertionError


def mapping_document(doctype: str, wanted: str | dict[str, Any]) -> Any:
	"""A saved mapping, or one that is being tried out."""
	if isinstance(wanted, str):
		return frappe.get_doc(doctype, wanted)
	doc = frappe.get_doc({**wanted, "doctype": doctype})
	doc.check()
	return doc


def fitting(found: table.Table) -> list[tuple[str, str, Mapping]]:
	"""The saved mappings whose columns a table has, each with its name and Bank Account."""
	return [
		(row.name, row.bank_account, mapping)
		for row in queries.mappings()
		if table.fits(found, mapping := mapping_of(row))
	]


def with_account(mapping: Mapping, bank_account: str | None) -> Mapping:
	"""The mapping with the number of the Bank Account, for a table that does not say whose it is."""
	if not bank_account or mapping.account_column:
		return mapping
	row = queries.own_number(bank_account)
	return replace(mapping, account=row.iban or row.bank_account_no or bank_account) if row else mapping


def preview(
	content: bytes,
	filename: str,
	mapping: str | dict[str, Any] | None = None,
	bank_account: str | None = None,
) -> dict[str, Any]:
	"""What a file would bring, without importing anything: its statements, or the first rows of a table with their mistakes.

	A table without a mapping is read with the saved one that fits it, else with a proposal made of its headings.
	"""
	with refused(filename):
		kind = detect.kind(content)
		if kind != detect.TABLE:
			message = detect.read(content)
			return {
				"format": message.version,
				"is_table": False,
				"statements": [_summary(statement) for statement in message.statements],
			}
		return _table_preview(content, mapping, bank_account)


def _summary(statement: Statement) -> dict[str, Any]:
	return {
		"id": statement.id,
		"account": statement.account,
		"currency": statement.currency,
		"from_date": statement.from_date,
		"to_date": statement.to_date,
		"entries": len(statement.booked),
		"deposits": as_float(statement.deposits),
		"withdrawals": as_float(statement.withdrawals),
		"opening_balance": as_float(statement.opening.amount) if statement.opening else None,
		"closing_balance": as_float(statement.closing.amount) if statement.closing else None,
		"difference": None if statement.difference is None else as_float(statement.difference),
		"is_notification": statement.is_notification,
	}


def _table_preview(
	content: bytes, mapping: str | dict[str, Any] | None, bank_account: str | None
) -> dict[str, Any]:
	found = table.table(content)
	saved = fitting(found)
	wanted = mapping or (saved[0][0] if saved else None)
	if wanted:
		doc = mapping_document(MAPPING, wanted)
		used, account = mapping_of(doc), doc.bank_account
	else:
		used, account = table.propose(found), None
	if used.delimiter or used.encoding or used.sheet:
		found = table.table(content, used)
	return {
		"format": found.kind,
		"is_table": True,
		"mapping": wanted if isinstance(wanted, str) else None,
		"saved": [name for name, _account, _mapping in saved],
		"values": {**values_of(used), "bank_account": account},
		"headings": list(table.headings(found, used)),
		"rows_in_file": len(found.rows),
		**first_rows(table.readings(found, with_account(used, bank_account or account)), _shown),
	}


def first_rows(readings: Iterable[Any], shown: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
	"""The first rows as they are read, how many are wrong of all of them, and why none can be read.

	Args:
		readings: of a table, each with its row and problems.
		shown: what is shown of one of them besides.
	"""
	rows: list[dict[str, Any]] = []
	wrong, problem = 0, ""
	try:
		for reading in readings:
			wrong += bool(reading.problems)
			if len(rows) < SHOWN:
				problems = {
					each.column: sentence(StatementError(each.code, each.value)) for each in reading.problems
				}
				rows.append({**shown(reading), "line": reading.row.line, "problems": problems})
	except StatementError as error:
		problem = sentence(error)
	return {"rows": rows, "problems": wrong, "problem": problem}


def _shown(reading: table.Reading) -> dict[str, Any]:
	told = asdict(replace(reading, row=table.Row(reading.row.line, ()), problems=()))
	told.pop("row")
	told.pop("problems")
	return {
		**told,
		"amount": None if reading.amount is None else as_float(reading.amount),
		"balance": None if reading.balance is None else as_float(reading.balance),
		"cells": [str(cell) for cell in reading.row.cells],
	}


@contextmanager
def refused(filename: str) -> Iterator[None]:
	"""Put a mistake in the file into words."""
	try:
		yield
	except StatementError as error:
		frappe.throw(sentence(error), title=_("{0} cannot be imported").format(filename))


def sentence(error: StatementError) -> str:
	"""A file's mistake in words: what it is, where, and what to do."""
	text = {
		"empty": _("The file is empty."),
		"too large": _("The file has more than {0} bytes. Ask the bank for shorter periods."),
		"too deep": _("The file is nested deeper than {0} levels: it is no statement."),
		"too many cells": _("The table has more than {0} cells. Ask the bank for shorter periods."),
		"doctype": _(
			"The file has a document type declaration ({0}). No bank sends that, so it is not read."
		),
		"entity": _("The file has an entity of its own. No bank sends that, so it is not read."),
		"no format": _("The file is in none of the known formats: camt.053, MT940, BAI2, OFX, CSV, XLSX."),
		"no encoding": _("The file is not written in the encoding '{0}'."),
		"not xml": _("The file is no XML, or was cut off: {0}"),
		"not ofx": _("The elements of the OFX file do not belong together: {0}"),
		"not csv": _("The file is no CSV table: {0}"),
		"no workbook": _("The workbook cannot be opened: {0}"),
		"no sheet": _("The workbook has no sheet '{0}'."),
		"no camt": _("The file is no camt.053 statement, but {0}."),
		"no ofx": _("The file is no OFX statement: {0}"),
		"cut off": _("The file ends before {0}: it was cut off."),
		"no statement": _("The file ({0}) holds no statement."),
		"interim": _(
			"The file is an interim report ({0}). Its bookings come with the statement: import that."
		),
		"not news": _("The file is a {0} of something else, and no statement."),
		"no account": _("The statement does not say of which account it is."),
		"several currencies": _("The statement is in several currencies: {0}."),
		"no field": _("The statement has no {0}."),
		"no balance": _("'{0}' is not a balance."),
		"no entry": _("'{0}' is not an entry."),
		"no record": _("'{0}' is not the record that belongs here."),
		"control total": _("The control total does not agree with what the file holds: {0}."),
		"control count": _("The number of records does not agree with what the file holds: {0}."),
		"no type code": _("'{0}' is not the type code of a credit or a debit."),
		"no funds type": _("'{0}' is not a funds type."),
		"no amount": _("'{0}' is not an amount."),
		"too fine": _("{0} is finer than the currency's smallest unit."),
		"no currency": _("'{0}' is not a currency."),
		"no sign": _("'{0}' does not say which way the money went."),
		"no date": _("'{0}' is not a date."),
		"no column": _("The table has no column '{0}'."),
		"no mapping": _("The file is a table. Say which of its columns are the date and the amount."),
		"no advice": _("The file is no remittance advice, but {0}."),
		"no advice mapping": _("The file is a table. Say which of its columns is the document."),
		"nothing advised": _("The file ({0}) names no document that is paid."),
		"no segment": _("'{0}' is not the segment that belongs here."),
		"too many segments": _("The file has more than {0} segments."),
		"no reference": _("A document has no number."),
		"control reference": _("The trailer does not belong to its header: {0}."),
		"no date format": _("'{0}' is no way to write a date. Use DD, MM and YYYY."),
	}[error.code].format(error.value)
	return str(text) + place(error.line, error.place)


def place(line: int, where: str) -> str:
	"""Where in a file, behind a sentence."""
	if line and where:
		return " " + str(_("(line {0}, {1})").format(line, where))
	if line:
		return " " + str(_("(line {0})").format(line))
	return f" ({where})" if where else ""
