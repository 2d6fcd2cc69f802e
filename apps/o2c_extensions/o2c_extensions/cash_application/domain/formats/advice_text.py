"""A remittance advice as people write it into a mail: a document and its amount a line, somewhere a total and a day.

A line is taken as a document when it holds a number that may be a document's and an amount that is written with its decimals;
what is told in words (total, discount, value date, IBAN) is looked for by the words that payers use. What a line leaves open is
left open: the matching finds out whether it names something of ours.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from o2c_extensions.cash_application.domain.formats import text
from o2c_extensions.cash_application.domain.formats.limits import Limits, check_size
from o2c_extensions.cash_application.domain.remittance import CREDIT, INVOICE, Advice, AdviceFile, Advised
from o2c_extensions.cash_application.domain.statement import StatementError

KIND = "Text"
# A mail goes on with all that was written before: nobody advises in its thousandth line.
MOST_LINES, LONGEST_LINE = 2000, 500
_AMOUNT = re.compile(
	r"(?<![0-9A-Za-z.,/-])(?P<sign>[+\-\u2212])?\s?(?P<whole>[0-9]{1,3}(?:[.,' \u00a0][0-9]{3})+|[0-9]{1,12})(?P<mark>[.,])(?P<cents>[0-9]{2})"
	r"(?P<behind>-)?(?![0-9A-Za-z]|[.,/-][0-9])"
)
_DAY = re.compile(
	r"(?<![0-9.])(?:(?P<d>[0-3]?[0-9])[.\-/](?P<m>[01]?[0-9])[.\-/](?P<y>(?:19|20)?[0-9]{2})|(?P<Y>(?:19|20)[0-9]{2})-(?P<M>[01][0-9])-(?P<D>[0-3][0-9]))(?![0-9])"
)
_IBAN = re.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_CURRENCY = re.compile(r"\b(EUR|USD|GBP|CHF|PLN|SEK|NOK|DKK|CZK|HUF|CAD|AUD|JPY)\b")
_SIGNS = {"€": "EUR", "£": "GBP", "$": "USD"}
_NUMBER = re.compile(
	r"(?<![A-Za-z0-9])(?=[A-Za-z\-_/.]{0,20}[0-9])[A-Za-z0-9][A-Za-z0-9\-_/.]{1,38}[A-Za-z0-9]"
)
_TOTAL = re.compile(
	r"\b(?:total|sum|amount paid|payment amount|gesamt\w*|summe|zahlbetrag|zahlungsbetrag|überweisungsbetrag|totaal\w*|totale|montant total)\b",
	re.IGNORECASE,
)
_WITHOUT = re.compile(r"\b(?:discount|skonto|korting|escompte)\b", re.IGNORECASE)
_KEPT = re.compile(
	r"\b(?:deduction|deducted|less|short|abzug|abzüglich|abzgl|kürzung|gekürzt|inhouding|aftrek|minus)\b",
	re.IGNORECASE,
)
_CREDITS = re.compile(
	r"\b(?:credit(?: note| memo)?|gutschrift|creditnota|creditfactuur|avoir)\b", re.IGNORECASE
)
_REFERENCE = re.compile(
	r"(?:payment (?:reference|number|id)|our reference|end[- ]to[- ]end(?:[- ]id)?|zahlungsreferenz|zahlungsnummer|unsere referenz|avisnummer|betalingskenmerk|ons kenmerk)\s*[:#.]?\s*(?P<told>[A-Za-z0-9][A-Za-z0-9\-_/.]{3,34})",
	re.IGNORECASE,
)
_PAID_ON = re.compile(
	r"(?:payment date|value date|paid on|pay(?:ment)? on|zahlungsdatum|zahltag|überweisung (?:am|vom|zum)|wertstellung|valuta|betaaldatum|betaald op)\D{0,12}",
	re.IGNORECASE,
)
_PAYER = re.compile(
	r"^\s*(?:payer|paid by|from|customer|zahler|auftraggeber|kunde|betaler|klant)\s*:\s*(?P<told>.{2,140})$",
	re.IGNORECASE,
)
_TAGS = re.compile(r"<(?:br|/p|/tr|/div|/li)\b[^>]*>", re.IGNORECASE)
_CELLS = re.compile(r"</t[dh]\b[^>]*>", re.IGNORECASE)
_NOT_SHOWN = re.compile(r"<(style|script|head)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_ANY_TAG = re.compile(r"<[^<>]{0,2000}>")


def parse(content: bytes, limits: Limits | None = None, default_currency: str = "") -> AdviceFile:
	"""Read a mail's text, or its HTML.

	Raises:
		StatementError: no line of it names a document with an amount.
	"""
	check_size(content, limits or Limits())
	advice = read(text.decode(content), default_currency)
	if advice is None:
		raise StatementError("nothing advised", KIND, 0, "")
	return AdviceFile(KIND, (advice,))


def as_text(told: str) -> str:
	"""Lines of a text, of HTML those that are shown: a table's row is one."""
	if not re.search(r"<(?:html|body|p|br|div|table|td)\b", told, re.IGNORECASE):
		return told
	shown = _NOT_SHOWN.sub(" ", told).replace("\r", " ").replace("\n", " ")
	return html.unescape(_ANY_TAG.sub(" ", _TAGS.sub("\n", _CELLS.sub("  ", shown))))


def read(told: str, default_currency: str = "") -> Advice | None:
	"""The advice that a text is; None if it is none."""
	advised: list[Advised] = []
	total: Decimal | None = None
	payer = reference = iban = currency = ""
	paid_on: date | None = None
	for line in _lines(as_text(told)):
		currency = currency or _currency(line)
		if found := _REFERENCE.search(line):
			reference = reference or text.reference(found["told"].rstrip("."))
		if (found := _PAID_ON.search(line)) and paid_on is None:
			paid_on = _day(line[found.end() :])
		if found := _PAYER.match(line):
			payer = payer or text.one_line(found["told"])
		if found := _IBAN.search(line):
			iban = iban or text.iban(found.group())
			line = line[: found.start()] + " " + line[found.end() :]
		amounts = list(_amounts(line))
		if not amounts:
			continue
		if _TOTAL.search(line):
			total = amounts[-1] if total is None else total
			continue
		_take(line, amounts, advised)
	if not advised:
		return None
	return Advice(
		number=reference,
		currency=currency or default_currency,
		advised=tuple(advised),
		payment_day=paid_on,
		payment_reference=reference,
		payer=payer,
		payer_iban=iban,
		total=total,
	)


def _lines(told: str) -> Iterator[str]:
	for line in told.splitlines()[:MOST_LINES]:
		# What is quoted was written by somebody else.
		if line.strip() and not line.lstrip().startswith(">"):
			yield line[:LONGEST_LINE]


def _currency(line: str) -> str:
	if found := _CURRENCY.search(line):
		return found.group()
	return next((name for sign, name in _SIGNS.items() if sign in line), "")


def _amounts(line: str) -> Iterator[Decimal]:
	for found in _AMOUNT.finditer(line):
		whole = re.sub(r"[^0-9]", "", found["whole"])
		negative = found["sign"] in ("-", "\u2212") or found["behind"] == "-"
		value = Decimal(f"{whole}.{found['cents']}")
		yield -value if negative else value


def _take(line: str, amounts: list[Decimal], advised: list[Advised]) -> None:
	"""A document with what is paid for it; or what is kept back of the document in the line before."""
	number = _document(line)
	discounted, kept = bool(_WITHOUT.search(line)), bool(_KEPT.search(line))
	if not number:
		if advised and (discounted or kept) and len(amounts) == 1:
			one, off = advised[-1], abs(amounts[0])
			one = replace(
				one,
				amount=None if one.amount is None else one.amount - off,
				gross=one.amount if one.gross is None else one.gross,
				reason=text.one_line(line)[:140],
			)
			advised[-1] = replace(one, discount=off) if discounted else replace(one, deduction=off)
		return
	if _CREDITS.search(line):
		advised.append(Advised(number, CREDIT, -abs(amounts[-1])))
	elif len(amounts) > 2 and amounts[0] - sum(map(abs, amounts[1:-1])) == amounts[-1]:
		# Gross, what is taken off, and what is paid stand in columns.
		discount, *others = (abs(each) for each in amounts[1:-1])
		kept_back = sum(others, Decimal(0))
		advised.append(Advised(number, INVOICE, amounts[-1], amounts[0], discount, kept_back))
	elif len(amounts) == 2 and (discounted or kept) and abs(amounts[1]) < amounts[0]:
		off = abs(amounts[1])
		one = Advised(number, INVOICE, amounts[0] - off, amounts[0], reason=text.one_line(line)[:140])
		advised.append(replace(one, discount=off) if discounted else replace(one, deduction=off))
	else:
		gross = amounts[0] if len(amounts) > 1 else None
		advised.append(Advised(number, CREDIT if amounts[-1] < 0 else INVOICE, amounts[-1], gross))


def _document(line: str) -> str:
	"""The first word of a line that has a digit and is neither an amount nor a day; the longer numbers count before the short."""
	bare = _DAY.sub(" ", _AMOUNT.sub(" ", line))
	words = [
		word
		for found in _NUMBER.finditer(bare)
		if len(re.sub(r"[^A-Za-z0-9]", "", word := found.group().strip(".-/_"))) >= 3
	]
	return next(
		(word for word in words if sum(char.isdigit() for char in word) >= 3), words[0] if words else ""
	)


def _day(told: str) -> date | None:
	found = _DAY.match(told)
	if not found:
		return None
	year, month, day = (
		(found["y"], found["m"], found["d"]) if found["d"] else (found["Y"], found["M"], found["D"])
	)
	try:
		return text.day(year, month, day, 0, "")
	except StatementError:
		return None
