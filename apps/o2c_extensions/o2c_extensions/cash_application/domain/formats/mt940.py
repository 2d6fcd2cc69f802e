"""MT940 (SWIFT customer statement message), as banks write it.

A file is messages of fields, `:61:` and the like. The frame (SWIFT blocks, bare lines before a message, `-` after it), the
lengths and the line ends differ from bank to bank, and so are not relied upon; the fields that money hangs on are.

Source of the fields' formats: SWIFT FIN, Category 9, MT 940.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from o2c_extensions.cash_application.domain.formats import text
from o2c_extensions.cash_application.domain.formats.limits import Limits, check_size
from o2c_extensions.cash_application.domain.formats.mt940_details import Supplement, describe
from o2c_extensions.cash_application.domain.statement import (
	BOOKED,
	Balance,
	Entry,
	Message,
	Statement,
	StatementError,
)

VERSION = "MT940"
_FIELD = re.compile(r":([0-9]{2}[A-Z]?|NS):(.*)", re.DOTALL)
# SWIFT's blocks around a message, and where its text (block 4) begins.
_BLOCKS = re.compile(r"(?:\{[1235]:(?:[^{}]|\{[^{}]*\})*\}\s*)*(?:\{4:\s*)?")
_BALANCE = re.compile(r"(?P<mark>[CD])(?P<day>[0-9]{6})(?P<currency>[A-Z]{3})(?P<amount>[0-9.,]+)\s*")
_ENTRY = re.compile(
	r"(?P<value>[0-9]{6})(?P<entry>[0-9]{4}| {4})?(?P<mark>R[CD]|E[CD]|[CD])(?P<funds>[A-Z])?\s?"
	r"(?P<amount>[0-9,.]+)\s?(?P<kind>[NSF][A-Z0-9 ]{3})?(?P<references>.*)"
)
_SIGNS = {"C": 1, "D": -1, "RC": -1, "RD": 1, "EC": 1, "ED": -1}
_SUMS = re.compile(r"/(OCMT|CHGS|EXCH)/(?:([A-Z]{3}))?([0-9]+(?:[.,][0-9]*)?)/?")
_EXPECTED = "PDNG"
_NUMBER = re.compile(r"0*([1-9][0-9]*)(?:/.*)?")


@dataclass(frozen=True)
class Field:
	"""One field of a message: its tag, the lines of its value, and the file's line that it begins in."""

	tag: str
	lines: tuple[str, ...]
	line: int
	enveloped: bool

	@property
	def place(self) -> str:
		return f":{self.tag}:"


def parse(content: bytes, limits: Limits | None = None) -> Message:
	"""Read an MT940 file.

	Raises:
		StatementError: it is not one, or a value in it is wrong. Nothing is guessed.
	"""
	check_size(content, limits or Limits())
	messages = list(_messages(_fields(text.decode(content))))
	if not messages:
		raise StatementError("no statement", VERSION)
	statements = [(_statement(fields), fields[0].enveloped) for fields in messages]
	return Message(VERSION, tuple(_series(statements)))


def _fields(content: str) -> Iterator[Field]:
	"""The fields of all messages. Lines outside of messages are the frame and say nothing."""
	if "\n" not in content and "\r" not in content:
		content = content.replace("@@", "\n")  # as home banking (HBCI) transfers it
	open_field: tuple[str, list[str], int] | None = None
	enveloped = False
	for number, line in enumerate(content.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
		if line.startswith("{"):
			enveloped = True
			line = line[_BLOCKS.match(line).end() :]  # type: ignore[union-attr]
		ends = line.rstrip() == "-" or line.startswith("-}")
		match = None if ends else _FIELD.fullmatch(line)
		if open_field and (ends or match):
			yield Field(open_field[0], tuple(open_field[1]), open_field[2], enveloped)
			open_field = None
		if match:
			open_field = (match.group(1), [match.group(2)], number)
		elif open_field and line.strip():
			open_field[1].append(line)
		elif open_field:
			open_field[1].append("")
	if open_field:
		yield Field(open_field[0], tuple(open_field[1]), open_field[2], enveloped)


def _messages(fields: Iterator[Field]) -> Iterator[list[Field]]:
	"""The fields of each statement. It begins with its reference, or without one with another account or balance."""
	message: list[Field] = []
	tags: set[str] = set()
	for field in fields:
		begins = field.tag == "20" or (field.tag[:2] in ("25", "60") and field.tag[:2] in tags)
		if begins and message:
			yield message
			message, tags = [], set()
		message.append(field)
		tags.add(field.tag[:2])
	if message:
		yield message


def _statement(fields: Sequence[Field]) -> Statement:
	found = {field.tag: field for field in reversed(fields)}
	account = next((found[tag] for tag in ("25", "25P") if tag in found), None)
	opening = next((found[tag] for tag in ("60F", "60M", "60") if tag in found), None)
	closing = next((field for field in reversed(fields) if field.tag in ("62F", "62M", "62")), None)
	first = fields[0]
	if opening is None and closing is None and ("34F" in found or "13D" in found or "13" in found):
		raise StatementError("interim", "MT942", first.line, first.place)
	if account is None or not text.one_line(account.lines[0]):
		raise StatementError("no account", "", (account or first).line, ":25:")
	if opening is None or closing is None:
		raise StatementError("no field", ":60F:" if opening is None else ":62F:", first.line, first.place)
	told = _balance(opening), _balance(closing)
	currency = told[0][1]
	if told[1][1] != currency:
		raise StatementError("several currencies", f"{currency}, {told[1][1]}", closing.line, closing.place)
	entries = tuple(_entries(fields, currency))
	days = [entry.booking_date for entry in entries if entry.booking_date]
	number = account_number(account.lines, currency)
	return Statement(
		id=_identifier(found, told[1][0]),
		account=number,
		is_iban=bool(text.iban(number)),
		currency=currency,
		from_date=min(days, default=told[0][0].day),
		to_date=told[1][0].day,
		opening=told[0][0],
		closing=told[1][0],
		entries=entries,
	)


def account_number(lines: Sequence[str], currency: str) -> str:
	"""The account in field 25: without the currency that some banks put behind it, or the BIC before or below an IBAN."""
	number = text.one_line(lines[0]).upper()
	for part in (number, *number.split("/"), "".join(number.split())):
		plain = part.removesuffix(currency).strip()
		if text.iban(plain) and not re.fullmatch(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?", plain):
			return text.iban(plain)
	return number.removesuffix(f" {currency}").removesuffix(f"/{currency}").strip()


def _identifier(found: dict[str, Field], closing: Balance) -> str:
	"""The statement's number; where the bank gives none, its reference with the day and balance that it ends with."""
	told = next((found[tag] for tag in ("28C", "28") if tag in found), None)
	number = text.one_line(told.lines[0]) if told else ""
	if number.partition("/")[0].strip("0 "):
		return number
	reference = text.one_line(found["20"].lines[0]) if "20" in found else ""
	return " ".join(part for part in (reference, str(closing.day or ""), str(closing.amount)) if part)


def _balance(field: Field) -> tuple[Balance, str]:
	match = _BALANCE.fullmatch(field.lines[0])
	if not match:
		raise StatementError("no balance", field.lines[0], field.line, field.place)
	currency = match["currency"]
	amount = text.amount(match["amount"], currency, field.line, field.place)
	when = match["day"]
	day = text.day(when[:2], when[2:4], when[4:], field.line, field.place, lenient=True)
	return Balance(amount if match["mark"] == "C" else -amount, day, field.line, field.place), currency


def _entries(fields: Sequence[Field], currency: str) -> Iterator[Entry]:
	entry: Field | None = None
	told: list[str] = []
	for field in fields:
		if field.tag == "61" or field.tag[:2] == "62":
			if entry:
				yield _entry(entry, told, currency)
			entry, told = (field if field.tag == "61" else None), []
		elif field.tag == "86" and entry:
			told += field.lines
		elif field.tag == "NS" and entry:
			# Each line begins with the number of its subfield.
			told += [re.sub(r"^[0-9]{2}", "", line) for line in field.lines]
	if entry:
		yield _entry(entry, told, currency)


def _entry(field: Field, told: Sequence[str], currency: str) -> Entry:
	match = _ENTRY.fullmatch(field.lines[0].strip())
	if not match:
		raise StatementError("no entry", field.lines[0], field.line, field.place)
	when, mark = match["value"], match["mark"]
	value = text.day(when[:2], when[2:4], when[4:], field.line, field.place, lenient=True)
	booked = _booking_day(match["entry"], value, field)
	amount = _SIGNS[mark] * text.amount(match["amount"], currency, field.line, field.place)
	own, _slashes, bank = match["references"].partition("//")
	below = [line.strip() for line in field.lines[1:] if line.strip()]
	sums = {tag: (code, number) for tag, code, number in _SUMS.findall("".join(below))}
	supplement = Supplement(own=own.strip(), lines=tuple(line for line in below if not _SUMS.match(line)))
	code, details = describe(told, supplement, kind=(match["kind"] or "").strip())
	if "OCMT" in sums and details.instructed is None:
		details = replace(
			details, instructed=_decimal(sums["OCMT"][1]), instructed_currency=sums["OCMT"][0] or currency
		)
	if "CHGS" in sums and not details.charges:
		details = replace(details, charges=_decimal(sums["CHGS"][1]))
	if "EXCH" in sums:
		details = replace(details, exchange_rate=_decimal(sums["EXCH"][1]))
	return Entry(
		amount=amount,
		currency=currency,
		booking_date=booked,
		value_date=value,
		status=_EXPECTED if mark[0] == "E" else BOOKED,
		is_reversal=mark[0] == "R",
		bank_reference=text.reference(bank),
		details=(details,),
		charges=details.charges,
		code=code,
	)


def _booking_day(told: str | None, value: date, field: Field) -> date:
	"""The entry date has no year of its own: it is near the value date."""
	if not told or not told.strip():
		return value
	return text.nearest(int(told[:2]), int(told[2:]), value, field.line, field.place)


def _decimal(number: str) -> Decimal:
	return Decimal(number.replace(",", ".").rstrip(".") or "0")


def _series(statements: Sequence[tuple[Statement, bool]]) -> Iterator[Statement]:
	"""Daily messages in envelopes that follow one another by number and balance, as one statement of the whole period.

	Some banks (ASN, SNS) send a month as a file of daily messages, most of them without an entry.
	"""
	current: Statement | None = None
	last = ""
	for statement, enveloped in statements:
		if current and enveloped and _follows(current, last, statement):
			current = replace(
				current,
				id=f"{current.id.split(' - ')[0]} - {statement.id}",
				from_date=min(filter(None, (current.from_date, statement.from_date)), default=None),
				to_date=statement.to_date,
				closing=statement.closing,
				entries=current.entries + statement.entries,
			)
		else:
			if current:
				yield current
			current = statement
		last = statement.id
	if current:
		yield current


def _follows(before: Statement, last: str, statement: Statement) -> bool:
	ends = before.closing, statement.opening
	numbers = [_NUMBER.fullmatch(each) for each in (last, statement.id)]
	return (
		all(numbers)
		and int(numbers[1][1]) == int(numbers[0][1]) + 1  # type: ignore[index]
		and (statement.account, statement.currency) == (before.account, before.currency)
		and all(balance is not None and balance.place.endswith("F:") for balance in ends)
		and ends[0].amount == ends[1].amount  # type: ignore[union-attr]
	)
