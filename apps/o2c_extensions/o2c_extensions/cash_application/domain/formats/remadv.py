"""EDIFACT REMADV (remittance advice), directories D.96A and later, as EANCOM and others use it.

Amounts of a document (MOA): 12 and 11 say what is paid for it; without one of them it is what is due (9) less discount and
adjustments. A credit note (DOC 381, 83, 308, 396) takes from the payment, with or without a minus.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from o2c_extensions.cash_application.domain.formats import edi, text
from o2c_extensions.cash_application.domain.formats.edi import Segment
from o2c_extensions.cash_application.domain.formats.limits import Limits
from o2c_extensions.cash_application.domain.remittance import (
	CREDIT,
	DEBIT,
	INVOICE,
	ORDER,
	OTHER,
	Advice,
	AdviceFile,
	Advised,
)
from o2c_extensions.cash_application.domain.statement import StatementError

KIND = "REMADV"
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(?:[.,][0-9]{0,5})?-?")
_KINDS = {
	**dict.fromkeys(("380", "82", "384", "385", "386", "388", "389", "390", "393", "395"), INVOICE),
	**dict.fromkeys(("381", "83", "308", "396", "261", "262"), CREDIT),
	**dict.fromkeys(("383", "84"), DEBIT),
	**dict.fromkeys(("220", "221", "231"), ORDER),
}
# What is paid for a document, and for all: the surest first.
_PAID, _DUE, _GROSS, _DISCOUNT = ("12", "11"), "9", ("77", "39", "389", "9"), ("52", "138")
_TOTAL = ("12", "11", "9", "86", "128", "39")
_ADJUSTED = ("165", "5", "8", "204", "131", "52")
_PAYMENT_DAYS = ("138", "203", "140", "209", "202", "211")
# What the payment is called at the bank, the surest first.
_REFERENCES = ("EEI", "PQ", "PB", "ADZ", "CK", "TN", "AEK", "AVT", "PR")
# Formats of a day, or of a moment that begins with one, as patterns.
_FORMS = {
	"102": r"[0-9]{8}",
	"203": r"[0-9]{12}",
	"204": r"[0-9]{14}",
	"303": r"[0-9]{12}(?:[+-][0-9]{2})?",
	"304": r"[0-9]{14}(?:[+-][0-9]{2})?",
	"101": r"[0-9]{6}",
	"2": r"[0-9]{6}",
}


def parse(content: bytes, limits: Limits | None = None) -> AdviceFile:
	"""Read an interchange of REMADV messages.

	Raises:
		StatementError: it is none, a value in it is wrong, or it was cut off.
	"""
	segments = edi.edifact(content, limits)
	if segments and segments[0].tag == "UNB":
		trailer = segments[-1]
		if trailer.tag != "UNZ":
			raise trailer.wrong("cut off", "UNZ")
		if trailer.at(1) != segments[0].at(4):
			raise trailer.wrong("control reference", f"{trailer.at(1)}, {segments[0].at(4)}")
	found: list[Advice] = []
	version = ""
	for message in edi.messages(segments, "UNH", "UNT", 0, (0, 1)):
		header = message[0]
		if header.at(1) != KIND:
			raise header.wrong("no advice", header.at(1))
		version = version or f"{KIND} {header.at(1, 1)}.{header.at(1, 2)}"
		found.append(_advice(message))
	if not found:
		raise StatementError("no advice", KIND, 1, "")
	if segments[-1].tag == "UNZ" and segments[-1].at(0).lstrip("0") != str(len(found)):
		raise segments[-1].wrong("control count", f"{segments[-1].at(0)}, {len(found)}")
	return AdviceFile(version[:60], tuple(found))


def _advice(message: Sequence[Segment]) -> Advice:
	first = next((at for at, each in enumerate(message) if each.tag == "DOC"), len(message))
	last = next((at for at, each in enumerate(message) if each.tag == "UNS"), len(message) - 1)
	head, body, foot = message[:first], message[first:last], message[max(first, last) :]
	groups: list[list[Segment]] = []
	for segment in body:
		if segment.tag == "DOC":
			groups.append([])
		groups[-1].append(segment)
	if not groups:
		raise message[0].wrong("nothing advised")
	currency = next((each.at(0, 1) for each in head if each.tag == "CUX"), "") or next(
		(each.at(0, 2) for each in message if each.tag == "MOA" and each.at(0, 2)), ""
	)
	if currency and not re.fullmatch(r"[A-Z]{3}", currency):
		raise message[0].wrong("no currency", currency)
	title = next((each for each in head if each.tag == "BGM"), None)
	# Some send the sums before the documents.
	sums = _amounts(foot, currency) or _amounts(head, currency)
	total = next((sums[code] for code in _TOTAL if code in sums), None)
	references = {each.at(0): each.at(0, 1) for each in reversed(head) if each.tag == "RFF"}
	name, iban, account = _payer(head)
	return Advice(
		number=title.at(1) if title else "",
		currency=currency,
		advised=tuple(_advised(group, currency) for group in groups),
		day=_day(head, ("137",)),
		payment_day=_day(head, _PAYMENT_DAYS),
		payment_reference=next(
			(found for code in _REFERENCES if (found := text.reference(references.get(code, "")))), ""
		),
		payer=name,
		payer_iban=iban,
		payer_account=account,
		total=total,
	)


def _payer(head: Sequence[Segment]) -> tuple[str, str, str]:
	"""The payer's name, IBAN, and its account where it is no IBAN."""
	parties = {each.at(0): each for each in reversed(head) if each.tag == "NAD"}
	party = next((parties[code] for code in ("PR", "PL", "BY", "OB", "IV", "MS") if code in parties), None)
	name = ""
	if party:
		# C080 holds the name, C058 a free one; either may come in pieces.
		for element in (3, 2):
			pieces = party.elements[element] if element < len(party.elements) else ()
			name = name or text.one_line(" ".join(pieces))
	banks = {each.at(0): each for each in reversed(head) if each.tag == "FII"}
	bank = next((banks[code] for code in ("OR", "PB", "PL") if code in banks), None)
	account = bank.at(1) if bank else ""
	return name, *text.iban_or_account(account)


def _advised(group: Sequence[Segment], currency: str) -> Advised:
	document = group[0]
	reference = text.one_line(document.at(1))
	if not reference:
		raise document.wrong("no reference")
	kind = _KINDS.get(document.at(0), OTHER)
	cut = next((at for at, each in enumerate(group) if each.tag in ("AJT", "DLI")), len(group))
	amounts = _amounts(group[:cut], currency)
	discount = sum((abs(amounts[code]) for code in _DISCOUNT if code in amounts), Decimal(0))
	deduction, reasons = _adjustments(group, currency)
	gross = next((amounts[code] for code in _GROSS if code in amounts), None)
	paid = next((amounts[code] for code in _PAID if code in amounts), None)
	if paid is None and _DUE in amounts:
		paid = amounts[_DUE] - discount - deduction
	if kind == CREDIT:
		paid, gross = (None if each is None else -abs(each) for each in (paid, gross))
	return Advised(
		reference=reference,
		kind=kind,
		amount=paid,
		gross=gross,
		discount=discount,
		deduction=deduction,
		reason=reasons,
		day=_day(group, ("171", "137", "3")),
	)


def _adjustments(group: Sequence[Segment], currency: str) -> tuple[Decimal, str]:
	"""What is kept back of a document in adjustments (AJT), and why."""
	total, reasons = Decimal(0), []
	for at, segment in enumerate(group):
		if segment.tag != "AJT":
			continue
		behind: list[Segment] = []
		for each in group[at + 1 :]:
			if each.tag in ("AJT", "DLI"):
				break
			behind.append(each)
		amounts = _amounts(behind, currency)
		total += next((abs(amounts[code]) for code in _ADJUSTED if code in amounts), Decimal(0))
		reasons.append(segment.at(0))
		reasons += [
			text.one_line(" ".join(each.elements[3]))
			for each in behind
			if each.tag == "FTX" and len(each.elements) > 3
		]
	return total, " ".join(reason for reason in reasons if reason)[:140]


def _amounts(segments: Sequence[Segment], currency: str) -> dict[str, Decimal]:
	"""The amounts of MOA segments by their code; of several the first."""
	found: dict[str, Decimal] = {}
	for segment in segments:
		if segment.tag != "MOA":
			continue
		told = segment.at(0, 1)
		if not told:
			continue
		if not _NUMBER.fullmatch(told) or (told[0] in "+-" and told.endswith("-")):
			raise segment.wrong("no amount", told)
		bare = told.strip("+-").replace(",", ".")
		value = text.fine_enough(Decimal(bare), currency, segment.line, segment.place)
		found.setdefault(segment.at(0), -value if "-" in told else value)
	return found


def _day(segments: Sequence[Segment], codes: Sequence[str]) -> date | None:
	told = {each.at(0): each for each in reversed(segments) if each.tag == "DTM"}
	for code in codes:
		segment = told.get(code)
		if segment is None or not segment.at(0, 1):
			continue
		value, form = segment.at(0, 1), segment.at(0, 2) or "102"
		if form not in _FORMS or not re.fullmatch(_FORMS[form], value):
			raise segment.wrong("no date", value)
		if form == "2":
			return text.day(value[4:], value[2:4], value[:2], segment.line, segment.place)
		year = 2 if form == "101" else 4
		return text.day(
			value[:year], value[year : year + 2], value[year + 2 : year + 4], segment.line, segment.place
		)
	return None
