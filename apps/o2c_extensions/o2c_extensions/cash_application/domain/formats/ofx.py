"""OFX (Open Financial Exchange), versions 1.x in SGML and 2.x in XML, as banks and their home banking write it.

The elements are found by ofxtools' tree builder, which takes both, needs no XML parser, and so knows no entities of a
file's own and no network. Its models are not used: they refuse whole files for a field that no statement needs.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element
from xml.etree.ElementTree import ParseError as TreeError

from ofxtools.Parser import ParseError, TreeBuilder

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

_VERSION = re.compile(r"""\bVERSION[:=]\s*["']?([0-9]{3})\b""")
_BODY = re.compile(r"<OFX[\s>]")
_STATEMENTS = ("STMTRS", "CCSTMTRS")
_AMOUNT = re.compile(r"([+-]?)([0-9]{0,18}(?:[.,][0-9]{0,5})?)")
_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[0-9]{2,6})?(?:\..*|\[.*)?")
_POSITION = re.compile(r"position=\[([0-9]+):[0-9]+\]$")
_CURRENCY = re.compile(r"[A-Z]{3}")
_RATE = re.compile(r"[0-9]{1,11}(?:[.,][0-9]{0,10})?")


class _Builder(TreeBuilder):
	"""ofxtools' builder, which also stands elements without text and end tag (`<MEMO>` in SGML), and is bounded."""

	def __init__(self, depth: int) -> None:
		super().__init__()
		self.open: list[str] = []
		self.depth = depth

	def start(self, tag: str, attrs: dict[str, str]) -> Any:
		self.open.append(tag)
		if len(self.open) > self.depth:
			raise StatementError("too deep", str(self.depth), 0, "/".join(self.open[:4]))
		return super().start(tag, attrs)

	def end(self, tag: str) -> Any:
		if tag not in self.open:
			# The end of an element with text: the builder has ended it already.
			return None
		closed = None
		while self.open:
			last = self.open.pop()
			closed = super().end(last)
			if last == tag:
				break
		return closed


def parse(content: bytes, limits: Limits | None = None) -> Message:
	"""Read an OFX file.

	Raises:
		StatementError: it is not one, or a value in it is wrong. Nothing is guessed.
	"""
	limits = limits or Limits()
	check_size(content, limits)
	told = text.decode(content)
	body = _BODY.search(told)
	if body is None:
		raise StatementError("no ofx", told[:40])
	head = told[: body.start()]
	if "<!DOCTYPE" in told or "<!ENTITY" in told:
		raise StatementError("doctype", "DOCTYPE")
	version = _VERSION.search(head)
	kind = f"OFX {version.group(1)}" if version else "OFX"
	source = told[body.start() :]
	if "</OFX" not in source:
		raise StatementError("cut off", "</OFX>", told.count("\n") + 1, "OFX")
	first_line = told.count("\n", 0, body.start()) + 1
	root = _tree(source, limits, first_line)
	found = [node for node in root.iter() if node.tag in _STATEMENTS]
	if not found:
		raise StatementError("no statement", kind, first_line, "OFX")
	lines = _line_numbers(told, "STMTTRN")
	return Message(kind, tuple(_statement(node, number, lines) for number, node in enumerate(found, start=1)))


def _tree(source: str, limits: Limits, first_line: int) -> Element:
	source = _without(source, "<!--", "-->", lambda comment: "\n" * comment.count("\n"))
	source = _without(source, "<![CDATA[", "]]>", lambda told: html.escape(told, quote=False))
	builder = _Builder(limits.depth)
	try:
		builder.feed(source)
		while builder.open:
			builder.end(builder.open[-1])
		root: Element = builder.close()
	except StatementError:
		raise
	except ParseError as error:
		at = _POSITION.search(str(error))
		line = first_line + source.count("\n", 0, int(at.group(1))) if at else 0
		raise StatementError("not ofx", str(error).partition(" in <")[0], line) from None
	except (TreeError, AssertionError, ValueError, IndexError) as error:
		raise StatementError("not ofx", str(error), first_line) from None
	return root


def _without(source: str, opening: str, closing: str, instead: Callable[[str], str]) -> str:
	"""The text with something else in the place of each section from `opening` to `closing`."""
	pieces, at = [], 0
	while (start := source.find(opening, at)) >= 0:
		end = source.find(closing, start + len(opening))
		if end < 0:
			raise StatementError("not ofx", opening)
		pieces += [source[at:start], instead(source[start + len(opening) : end])]
		at = end + len(closing)
	return "".join([*pieces, source[at:]])


def _line_numbers(told: str, tag: str) -> Iterator[int]:
	"""The lines in which the elements of a tag begin, in order."""
	line, last = 1, 0
	for match in re.finditer(f"<{tag}>", told):
		line += told.count("\n", last, match.start())
		last = match.start()
		yield line


def _statement(node: Element, number: int, lines: Iterator[int]) -> Statement:
	place = f"{node.tag}[{number}]"
	currency = _text(node, "CURDEF").upper()
	if not _CURRENCY.fullmatch(currency):
		raise StatementError("no currency", currency, 0, f"{place}/CURDEF")
	account = next((found for tag in ("BANKACCTFROM", "CCACCTFROM") for found in node.iter(tag)), None)
	name = "" if account is None else text.one_line(_text(account, "ACCTID"))
	if account is None or not name:
		raise StatementError("no account", "", 0, f"{place}/ACCTID")
	listed = next(node.iter("BANKTRANLIST"), None)
	entries: list[Entry] = []
	if listed is not None:
		for index, transaction in enumerate(listed.iter("STMTTRN"), start=1):
			entries.append(_entry(transaction, currency, next(lines, 0), f"{place}/STMTTRN[{index}]"))
	closing = next(node.iter("LEDGERBAL"), None)
	balance = None
	if closing is not None:
		balance = Balance(
			_amount(_text(closing, "BALAMT"), currency, 0, f"{place}/LEDGERBAL/BALAMT"),
			_day(_text(closing, "DTASOF"), 0, f"{place}/LEDGERBAL/DTASOF")
			if _text(closing, "DTASOF")
			else None,
			place=f"{place}/LEDGERBAL",
		)
	period = [
		_day(_text(listed, tag), 0, f"{place}/{tag}") if listed is not None and _text(listed, tag) else None
		for tag in ("DTSTART", "DTEND")
	]
	days = [entry.booking_date for entry in entries if entry.booking_date]
	return Statement(
		id=" ".join(str(day) for day in (min(days, default=period[0]), max(days, default=period[1])) if day),
		account=name,
		is_iban=bool(text.iban(name)),
		currency=currency,
		from_date=period[0] or min(days, default=None),
		to_date=period[1] or (balance.day if balance else None) or max(days, default=None),
		opening=None,
		closing=balance,
		entries=tuple(entries),
	)


def _entry(node: Element, currency: str, line: int, place: str) -> Entry:
	amount = _amount(_text(node, "TRNAMT"), currency, line, f"{place}/TRNAMT")
	booked = _day(_text(node, "DTPOSTED"), line, f"{place}/DTPOSTED")
	available = _text(node, "DTAVAIL")
	own = _one(node, "CURRENCY")
	if own is not None and _text(own, "CURSYM").upper() not in ("", currency):
		raise StatementError(
			"several currencies", f"{currency}, {_text(own, 'CURSYM')}", line, f"{place}/CURRENCY"
		)
	original = _one(node, "ORIGCURRENCY")
	kind = _text(node, "TRNTYPE").upper()
	payee = _text(node, "NAME") or _text(node, "PAYEE")
	iban, account = text.iban_or_account(
		next((_text(found, "ACCTID") for tag in ("BANKACCTTO", "CCACCTTO") for found in node.iter(tag)), "")
	)
	memo = " ".join(part for part in (_text(node, "MEMO"), _text(node, "EXTDNAME")) if part)
	check = text.reference(_text(node, "CHECKNUM"))
	return Entry(
		amount=amount,
		currency=currency,
		booking_date=booked,
		value_date=_day(available, line, f"{place}/DTAVAIL") if available else None,
		is_reversal=_text(node, "CORRECTACTION").upper() == "DELETE",
		bank_reference=text.reference(_text(node, "FITID")),
		code=kind,
		details=(
			Payment(
				end_to_end_id=text.reference(_text(node, "REFNUM")) or check,
				party_name=payee,
				party_iban=iban,
				party_account=account,
				remittance=memo or payee or kind,
				exchange_rate=None if original is None else _rate(_text(original, "CURRATE"), line, place),
				instructed_currency="" if original is None else _text(original, "CURSYM").upper()[:3],
			),
		),
	)


def _rate(told: str, line: int, place: str) -> Decimal | None:
	if not told:
		return None
	if not _RATE.fullmatch(told):
		raise StatementError("no amount", told, line, f"{place}/CURRATE")
	return Decimal(told.replace(",", ".").rstrip("."))


def _amount(told: str, currency: str, line: int, place: str) -> Decimal:
	match = _AMOUNT.fullmatch(told)
	if not match:
		raise StatementError("no amount", told, line, place)
	value = text.amount(match.group(2), currency, line, place)
	return -value if match.group(1) == "-" else value


def _day(told: str, line: int, place: str) -> Any:
	match = _DAY.fullmatch(told)
	if not match:
		raise StatementError("no date", told, line, place)
	return text.day(match[1], match[2], match[3], line, place)


def _one(node: Element, tag: str) -> Element | None:
	return next(node.iter(tag), None)


def _text(node: Element, tag: str) -> str:
	"""The text of the first element of this tag anywhere below; in SGML an empty one may have swallowed its neighbours."""
	found = _one(node, tag)
	return "" if found is None or not found.text else text.one_line(html.unescape(found.text))
