"""What the readers of text formats share: characters, amounts, days and references as banks write them."""

from __future__ import annotations

import codecs
import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from o2c_extensions.cash_application.domain.statement import StatementError
from o2c_extensions.common import money

_MARKS = (
	(codecs.BOM_UTF8, "utf-8"),
	(codecs.BOM_UTF32_LE, "utf-32-le"),
	(codecs.BOM_UTF32_BE, "utf-32-be"),
	(codecs.BOM_UTF16_LE, "utf-16-le"),
	(codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Control characters other than tab and line ends: banks' systems leave them as frames and as filling.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_AMOUNT = re.compile(r"([0-9]{0,18})(?:[.,]([0-9]{0,5}))?")
# What banks write where there is no reference.
_NO_REFERENCE = frozenset(
	("", "-", "NOTPROVIDED", "NOT PROVIDED", "NONREF", "NONE", "KREF", "EREF", "MREF", "PREF", "MARF", "N/A")
)
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}")
# Of two digits, these and later ones are of the last century.
_CENTURY = 80


def decode(content: bytes, encoding: str = "") -> str:
	"""The text of a file, in the encoding given, or told by its first bytes, or found by trying; without control characters.

	Raises:
		StatementError: the encoding that was given is unknown, or not the file's.
	"""
	if encoding:
		try:
			text = content.decode(encoding)
		except (LookupError, UnicodeError):
			raise StatementError("no encoding", encoding) from None
		return _CONTROLS.sub("", text.removeprefix("\ufeff"))
	for mark, name in _MARKS:
		if content.startswith(mark):
			return _CONTROLS.sub("", content[len(mark) :].decode(name, errors="replace"))
	if wide := _wide(content[:512]):
		return _CONTROLS.sub("", content.decode(wide, errors="replace"))
	try:
		text = content.decode("utf-8")
	except UnicodeDecodeError:
		# The few bytes that Windows leaves undefined are control characters in Latin 1.
		text = "".join(
			bytes([char]).decode("cp1252", errors="replace") if 0x80 <= char < 0xA0 else chr(char)
			for char in content
		)
	return _CONTROLS.sub("", text)


def _wide(start: bytes) -> str:
	"""The encoding of text in two bytes a character that does not say so: every second byte of ASCII is zero."""
	if len(start) < 4:
		return ""
	even, odd = start[0::2].count(0), start[1::2].count(0)
	half = len(start) // 2
	if odd > half * 3 // 4 and not even:
		return "utf-16-le"
	return "utf-16-be" if even > half * 3 // 4 and not odd else ""


def amount(text: str, currency: str, line: int, place: str) -> Decimal:
	"""An amount without sign, with a comma or a point before its decimals, and nothing between the thousands.

	Raises:
		StatementError: it is not an amount, or finer than the currency's smallest unit.
	"""
	match = _AMOUNT.fullmatch(text)
	if not match or not any(match.groups()):
		raise StatementError("no amount", text, line, place)
	value = Decimal(f"{match.group(1) or '0'}.{match.group(2) or '0'}")
	return fine_enough(value, currency, line, place)


def fine_enough(value: Decimal, currency: str, line: int, place: str) -> Decimal:
	"""
	Raises:
		StatementError: the amount is finer than the currency's smallest unit.
	"""
	if currency and value != money.rounded(value, currency):
		raise StatementError("too fine", f"{value} {currency}", line, place)
	return value


def day(year: str, month: str, day: str, line: int, place: str, *, lenient: bool = False) -> date:
	"""A day of a year of two or four digits.

	Args:
		lenient: the last day of a month for one beyond it: banks count value dates with months of thirty days.

	Raises:
		StatementError: there is no such day.
	"""
	try:
		number = int(year)
		if len(year) == 2:
			number += 1900 if number >= _CENTURY else 2000
		last = int(day)
		if lenient and last in (29, 30, 31):
			last = min(last, monthrange(number, int(month))[1])
		return date(number, int(month), last)
	except ValueError:
		raise StatementError("no date", f"{year}{month}{day}", line, place) from None


def nearest(month: int, day: int, to: date, line: int, place: str) -> date:
	"""The day of this month and day that is nearest to another one: of the same year, or the one before or after it."""
	found = []
	for year in (to.year - 1, to.year, to.year + 1):
		try:
			found.append(date(year, month, day))
		except ValueError:
			continue
	if not found:
		raise StatementError("no date", f"{month:02}{day:02}", line, place)
	return min(found, key=lambda each: abs(each - to))


def reference(text: str) -> str:
	"""A reference as the bank gives it; nothing where it says that there is none."""
	found = one_line(text)
	plain = found.upper().rstrip("+").strip()
	return "" if plain in _NO_REFERENCE or not plain.strip("0") else found


def iban(text: str) -> str:
	"""The IBAN that a text is, without spaces; nothing if it is none. The check digits are the sender's affair."""
	found = re.sub(r"\s", "", text).upper()
	return found if _IBAN.fullmatch(found) else ""


def iban_or_account(text: str) -> tuple[str, str]:
	"""An account as an IBAN, or, where it is none, as it was told."""
	found = iban(text)
	return found, "" if found else text


def one_line(text: str) -> str:
	return " ".join(text.split())


def folded(pieces: Iterable[str], width: int) -> str:
	"""Pieces of a text that was cut at `width`: a full piece goes on in the next one, a shorter one ended there."""
	text, full = "", True
	for piece in pieces:
		text += piece if full or not piece else f" {piece}"
		full = len(piece) >= width or piece.endswith(" ")
	return text
