"""BAI2 (Bank Administration Institute, Cash Management Balance Reporting, version 2), as US and UK banks write it.

A file is groups of accounts of transactions, a record a line; record 88 goes on with the one before. Amounts are in the
currency's smallest unit, and the type code says which way they go. What the type codes are called, and which of them are
credits and debits, is taken from the library `bai2`; its reader is not used, as it refuses the codes of banks' own and
does not say in which line a mistake is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bai2.constants import TypeCodes

from o2c_extensions.cash_application.domain.formats import text
from o2c_extensions.cash_application.domain.formats.limits import Limits, check_size
from o2c_extensions.cash_application.domain.statement import (
	Balance,
	Entry,
	Message,
	Payment,
	Statement,
	StatementError,
)
from o2c_extensions.common import money

VERSION = "BAI2"
_RECORDS = ("01", "02", "03", "16", "49", "88", "98", "99")
_OPENING, _CLOSING = "010", "015"
_AMOUNT = re.compile(r"[+-]?[0-9]{1,18}")
# Groups that take another one back, or are for trying out.
_NOT_NEWS = {"2": "deletion", "4": "test"}
_WITHOUT_AMOUNT = "890"


@dataclass(frozen=True)
class Record:
	"""A record with its continuations: the fields of each physical line, and the text that a transaction ends with."""

	code: str
	rows: tuple[str, ...]
	line: int

	@property
	def fields(self) -> list[str]:
		"""All fields. A line that ends with a slash ended a field."""
		return ",".join(row.rstrip().removesuffix("/") for row in self.rows).split(",")

	@property
	def place(self) -> str:
		return f"record {self.code}"

	def wrong(self, code: str, value: str = "") -> StatementError:
		return StatementError(code, value, self.line, self.place)

	def amount(self, told: str) -> int:
		if not _AMOUNT.fullmatch(told):
			raise self.wrong("no amount", told)
		return int(told)


@dataclass(frozen=True)
class _Account:
	header: Record
	transactions: tuple[Record, ...]
	trailer: Record


def parse(content: bytes, limits: Limits | None = None) -> Message:
	"""Read a BAI2 file.

	Raises:
		StatementError: it is not one, a value in it is wrong, or a control total or a count of records is.
	"""
	check_size(content, limits or Limits())
	records = list(_records(text.decode(content)))
	if records[0].code != "01":
		raise records[0].wrong("no record", "01")
	found: list[Statement] = []
	position = 1
	groups: list[int] = []
	while records[position : position + 1] and records[position].code == "02":
		position, statements, total = _group(records, position, records[0])
		found += statements
		groups.append(total)
	trailer = _expect(records, position, "99")
	_control(trailer, sum(groups), len(groups), sum(len(record.rows) for record in records))
	if position != len(records) - 1:
		raise records[position + 1].wrong("no record", records[position + 1].code)
	if not found:
		raise trailer.wrong("no statement", VERSION)
	return Message(VERSION, tuple(found))


def _records(content: str) -> Iterator[Record]:
	open_record: tuple[str, list[str], int] | None = None
	for number, row in enumerate(content.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
		if not row.strip():
			continue
		code, comma, rest = row.strip(" \t").partition(",")
		if code not in _RECORDS or not comma:
			raise StatementError("no record", row, number, "record")
		if code == "88":
			if open_record is None:
				raise StatementError("no record", row, number, "record 88")
			open_record[1].append(rest)
			continue
		if open_record:
			yield Record(open_record[0], tuple(open_record[1]), open_record[2])
		open_record = (code, [rest], number)
	if open_record is None:
		raise StatementError("empty")
	yield Record(open_record[0], tuple(open_record[1]), open_record[2])


def _expect(records: Sequence[Record], position: int, code: str) -> Record:
	"""The record at a position, which must be of this code: else the file was cut off or mixed up."""
	if position >= len(records):
		raise records[-1].wrong("cut off", code)
	if records[position].code != code:
		raise records[position].wrong("no record", f"{records[position].code}, {code}")
	return records[position]


def _group(records: Sequence[Record], position: int, file: Record) -> tuple[int, list[Statement], int]:
	"""The statements of the group that begins at a position, where the next one begins, and the group's control total."""
	header, start = records[position], position
	told = [*header.fields, *[""] * 8]
	if told[2].strip() in _NOT_NEWS:
		raise header.wrong("not news", _NOT_NEWS[told[2].strip()])
	as_of = told[3].strip()
	if not re.fullmatch(r"[0-9]{6}", as_of):
		raise header.wrong("no date", as_of)
	day = text.day(as_of[:2], as_of[2:4], as_of[4:], header.line, header.place)
	currency = told[5].strip() or "USD"
	name = " ".join(part for part in ([*file.fields, *[""] * 5][4].strip(), day.isoformat()) if part)
	statements, totals = [], []
	position += 1
	while position < len(records) and records[position].code == "03":
		position, account = _account(records, position)
		statements.append(_statement(account, day, currency, name))
		totals.append(account.trailer.amount(account.trailer.fields[0].strip()))
	trailer = _expect(records, position, "98")
	_control(
		trailer,
		sum(totals),
		len(totals),
		sum(len(record.rows) for record in records[start : position + 1]),
	)
	return position + 1, statements, trailer.amount(trailer.fields[0].strip())


def _account(records: Sequence[Record], position: int) -> tuple[int, _Account]:
	start = position
	position += 1
	while position < len(records) and records[position].code == "16":
		position += 1
	trailer = _expect(records, position, "49")
	account = _Account(records[start], tuple(records[start + 1 : position]), trailer)
	amounts = [amount for _code, amount in _summaries(account.header)]
	amounts += [_detail(record)[1] for record in account.transactions]
	rows = sum(len(record.rows) for record in records[start : position + 1])
	_control(trailer, sum(amounts), None, rows)
	return position + 1, account


def _control(trailer: Record, total: int, parts: int | None, rows: int) -> None:
	"""What a trailer says must be what came: nothing was lost on the way."""
	told = [part.strip() for part in trailer.fields]
	numbers = told[1:] if parts is None else told[2:]
	if trailer.amount(told[0]) != total:
		raise trailer.wrong("control total", f"{told[0]}, {total}")
	if parts is not None and told[1:2] != [""] and trailer.amount((told[1:2] or [""])[0]) != parts:
		raise trailer.wrong("control count", f"{told[1]}, {parts}")
	if numbers and numbers[0] and trailer.amount(numbers[0]) != rows:
		raise trailer.wrong("control count", f"{numbers[0]}, {rows}")


def _statement(account: _Account, day: date, group_currency: str, name: str) -> Statement:
	header = account.header
	told = [*header.fields, ""]
	number, currency = told[0].strip(), told[1].strip() or group_currency
	if not number:
		raise header.wrong("no account")
	if not re.fullmatch(r"[A-Z]{3}", currency):
		raise header.wrong("no currency", currency)
	balances = dict(reversed(_summaries(header)))
	entries = tuple(
		entry for record in account.transactions if (entry := _entry(record, currency, day)) is not None
	)
	return Statement(
		id=name,
		account=number,
		is_iban=bool(text.iban(number)),
		currency=currency,
		from_date=day,
		to_date=day,
		opening=_balance(balances.get(_OPENING), currency, day, header),
		closing=_balance(balances.get(_CLOSING), currency, day, header),
		entries=entries,
	)


def _balance(units: int | None, currency: str, day: date, header: Record) -> Balance | None:
	if units is None:
		return None
	return Balance(money.from_cents(units, currency), day, header.line, header.place)


def _summaries(header: Record) -> list[tuple[str, int]]:
	"""The amounts that an account's record tells by type code. Some banks end a line with one comma too many."""
	found: list[tuple[str, int]] = []
	rows = [row.rstrip().removesuffix("/").split(",") for row in header.rows]
	rows[0] = rows[0][2:]
	left = [[part.strip() for part in row] for row in rows]
	while left:
		row = left[0]
		while row and not row[0]:
			row.pop(0)
		if not row:
			left.pop(0)
			continue
		code = row.pop(0)
		if not re.fullmatch(r"[0-9]{3}", code):
			raise header.wrong("no type code", code)
		if not row:
			left.pop(0)
			row = left[0] if left else []
		if not row:
			break
		told = row.pop(0)
		if told:
			found.append((code, header.amount(told)))
		if row:
			row.pop(0)  # how many items
		if row:
			_availability(header, row)
	return found


def _availability(record: Record, fields: list[str]) -> str:
	"""Take the funds type and what goes with it: when the money can be used. Returns the value date, if one is told."""
	kind = fields.pop(0).strip() if fields else ""
	if kind == "V":
		value = fields.pop(0).strip() if fields else ""
		del fields[:1]
		return value
	if kind == "S":
		del fields[:3]
	elif kind == "D":
		count = fields.pop(0).strip() if fields else ""
		if not re.fullmatch(r"[0-9]{1,3}", count):
			raise record.wrong("no amount", count)
		del fields[: 2 * int(count)]
	elif kind not in ("", "Z", "0", "1", "2"):
		raise record.wrong("no funds type", kind)
	return ""


def _detail(record: Record) -> tuple[str, int, str, str, str, str]:
	"""A transaction's type code, amount, value date, the bank's and the customer's reference, and text."""
	rows = [row.rstrip() for row in record.rows]
	ended = rows[0].endswith("/")
	fields = rows[0].removesuffix("/").split(",")
	if ended and len(rows) > 1:
		# The next line begins with the next field.
		fields += rows[1].removesuffix("/").split(",")
		rows = [rows[0], *rows[2:]]
	code = fields.pop(0).strip()
	if not re.fullmatch(r"[0-9]{3}", code):
		raise record.wrong("no type code", code)
	told = fields.pop(0).strip() if fields else ""
	if not told and code != _WITHOUT_AMOUNT:
		raise record.wrong("no amount", told)
	units = record.amount(told) if told else 0
	value = _availability(record, fields)
	bank = fields.pop(0).strip() if fields else ""
	customer = fields.pop(0).strip() if fields else ""
	words = [",".join(fields), *(row.removesuffix("/") for row in rows[1:])]
	return code, units, value, bank, customer, text.one_line(" ".join(words))


def _entry(record: Record, currency: str, day: date) -> Entry | None:
	code, units, told, bank, customer, words = _detail(record)
	if code == _WITHOUT_AMOUNT:
		return None
	value = None
	if told and told.strip("0"):
		if not re.fullmatch(r"[0-9]{6}", told):
			raise record.wrong("no date", told)
		value = text.day(told[:2], told[2:4], told[4:], record.line, record.place)
	amount = money.from_cents(_sign(record, code) * units, currency)
	name = TypeCodes.get(code)
	description = name.description if name else ""
	return Entry(
		amount=amount,
		currency=currency,
		booking_date=day,
		value_date=value,
		is_reversal="reversal" in description.lower(),
		bank_reference=text.reference(bank),
		text=words or description,
		code=code,
		details=(
			Payment(
				end_to_end_id=text.reference(customer),
				remittance=words,
				return_code=code if _is_returned(description) else "",
				return_reason=description if _is_returned(description) else "",
			),
		),
		charges=Decimal(0),
	)


def _sign(record: Record, code: str) -> int:
	"""Which way money goes: by the ranges of the standard, of which the last two are for banks' own codes."""
	number = int(code)
	if 100 <= number <= 399 or 920 <= number <= 959:
		return 1
	if 400 <= number <= 699 or 960 <= number <= 999:
		return -1
	raise record.wrong("no type code", code)


def _is_returned(description: str) -> bool:
	return "return" in description.lower()
