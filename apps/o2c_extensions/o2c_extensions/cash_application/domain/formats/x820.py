"""ANSI X12 820 (payment order / remittance advice), versions 003040 to 005010 and later.

One transaction set is one payment: BPR says how much and when, TRN how it is called at the bank, each RMR a document. An RMR's
fourth element is what is paid for it, the fifth what it comes to, the sixth the discount; ADX says what else is kept back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from o2c_extensions.cash_application.domain.formats import edi, text
from o2c_extensions.cash_application.domain.formats.edi import Segment
from o2c_extensions.cash_application.domain.formats.limits import Limits
from o2c_extensions.cash_application.domain.remittance import (
	CREDIT,
	INVOICE,
	ORDER,
	OTHER,
	Advice,
	AdviceFile,
	Advised,
)

KIND = "820"
# A number with a point, or whole; X12 leaves out leading and trailing zeros.
_NUMBER = re.compile(r"-?(?:[0-9]{1,15}(?:\.[0-9]{0,5})?|\.[0-9]{1,5})")
_KINDS = {
	**dict.fromkeys(("IV", "BM", "IN", "OI", "R7", "12"), INVOICE),
	**dict.fromkeys(("CM", "CL"), CREDIT),
	**dict.fromkeys(("PO", "OP", "CO"), ORDER),
}


def parse(content: bytes, limits: Limits | None = None) -> AdviceFile:
	"""Read an interchange of 820 transaction sets.

	Raises:
		StatementError: it is none, a value in it is wrong, a trailer disagrees, or it was cut off.
	"""
	segments = edi.x12(content, limits)
	_check_envelope(segments)
	group = next((each for each in segments if each.tag == "GS"), None)
	found = []
	for message in edi.messages(segments, "ST", "SE", 0, (1, 1)):
		if message[0].at(0) != KIND:
			raise message[0].wrong("no advice", message[0].at(0))
		found.append(_advice(message))
	if not found:
		raise segments[0].wrong("no advice", KIND)
	version = f"X12 {KIND} {group.at(7)}" if group else f"X12 {KIND}"
	return AdviceFile(version.strip()[:60], tuple(found))


def _check_envelope(segments: Sequence[Segment]) -> None:
	"""The trailers of the interchange and of its groups say what their headers do, and how much there is."""
	if segments[-1].tag != "IEA":
		raise segments[-1].wrong("cut off", "IEA")
	header: Segment | None = None
	groups = sets = 0
	for segment in segments:
		if segment.tag == "GS":
			if header is not None:
				raise segment.wrong("cut off", "GE")
			header, sets, groups = segment, 0, groups + 1
		elif segment.tag == "ST":
			sets += 1
		elif segment.tag == "GE":
			if header is None or segment.at(1) != header.at(5):
				raise segment.wrong("control reference", f"{segment.at(1)}, {header.at(5) if header else ''}")
			if segment.at(0).lstrip("0") != str(sets):
				raise segment.wrong("control count", f"{segment.at(0)}, {sets}")
			header = None
	if header is not None:
		raise segments[-1].wrong("cut off", "GE")
	trailer, isa = segments[-1], segments[0]
	if trailer.at(1) != isa.at(12):
		raise trailer.wrong("control reference", f"{trailer.at(1)}, {isa.at(12)}")
	if (trailer.at(0).lstrip("0") or "0") != str(groups):
		raise trailer.wrong("control count", f"{trailer.at(0)}, {groups}")


def _advice(message: Sequence[Segment]) -> Advice:
	order = message[1]
	if order.tag != "BPR":
		raise order.wrong("no segment", f"{order.tag}, BPR")
	currency = next((each.at(1) for each in message if each.tag == "CUR"), "") or "USD"
	if not re.fullmatch(r"[A-Z]{3}", currency):
		raise next(each for each in message if each.tag == "CUR").wrong("no currency", currency)
	total = _amount(order, 1, currency)
	if total is None:
		raise order.wrong("no amount", "")
	trace = next((each for each in message if each.tag == "TRN"), None)
	payer = _party(message, "PR") or _party(message, "BY")
	reference = text.reference(trace.at(1)) if trace else ""
	iban, account = text.iban_or_account(order.at(8))
	return Advice(
		number=reference or message[0].at(1),
		currency=currency,
		advised=tuple(_documents(message, currency)),
		day=_told_day(message, ("097",)),
		payment_day=_date(order, 15) or _told_day(message, ("009", "007", "050", "097")),
		payment_reference=reference,
		payer=payer,
		payer_iban=iban,
		payer_account=account,
		total=-total if order.at(2) == "D" else total,
	)


def _party(message: Sequence[Segment], code: str) -> str:
	return next(
		(text.one_line(each.at(1)) for each in message if each.tag == "N1" and each.at(0) == code), ""
	)


def _documents(message: Sequence[Segment], currency: str) -> list[Advised]:
	"""The documents, each with the adjustments that follow it. One that stands for itself is a document of its own."""
	found: list[Advised] = []
	open_document = False
	for segment in message:
		if segment.tag == "RMR":
			found.append(_document(segment, currency))
			open_document = True
		elif segment.tag == "ENT":
			open_document = False
		elif segment.tag == "DTM" and open_document and segment.at(0) in ("003", "097"):
			found[-1] = replace(found[-1], day=_date(segment, 1))
		elif segment.tag == "ADX":
			adjusted = _amount(segment, 0, currency) or Decimal(0)
			reason = segment.at(1)
			if open_document:
				one = found[-1]
				reasons = " ".join(part for part in (one.reason, reason) if part)
				found[-1] = replace(one, deduction=one.deduction - adjusted, reason=reasons[:140])
			else:
				found.append(Advised(segment.at(3) or reason, OTHER, adjusted, reason=reason))
	if not found:
		raise message[0].wrong("nothing advised")
	return found


def _document(segment: Segment, currency: str) -> Advised:
	reference = text.one_line(segment.at(1))
	if not reference:
		raise segment.wrong("no reference")
	kind = _KINDS.get(segment.at(0), OTHER)
	paid, gross = _amount(segment, 3, currency), _amount(segment, 4, currency)
	adjusted = _amount(segment, 7, currency) or Decimal(0)
	if kind == CREDIT:
		paid, gross = (None if each is None else -abs(each) for each in (paid, gross))
	return Advised(
		reference=reference,
		kind=kind,
		amount=paid,
		gross=gross,
		discount=abs(_amount(segment, 5, currency) or Decimal(0)),
		# Adjustments below zero take from what is paid.
		deduction=-adjusted,
		reason=segment.at(6)[:140],
	)


def _amount(segment: Segment, element: int, currency: str) -> Decimal | None:
	told = segment.at(element)
	if not told:
		return None
	if not _NUMBER.fullmatch(told):
		raise segment.wrong("no amount", told)
	return text.fine_enough(Decimal(told.rstrip(".") or "0"), currency, segment.line, segment.place)


def _told_day(message: Sequence[Segment], codes: Sequence[str]) -> date | None:
	days: dict[str, Segment] = {}
	for each in message:
		if each.tag in ("ENT", "RMR"):
			break
		if each.tag == "DTM":
			days.setdefault(each.at(0), each)
	return next((_date(days[code], 1) for code in codes if code in days), None)


def _date(segment: Segment, element: int) -> date | None:
	told = segment.at(element)
	if not told:
		return None
	match = re.fullmatch(r"((?:[0-9]{2})?[0-9]{2})([0-9]{2})([0-9]{2})", told)
	if not match:
		raise segment.wrong("no date", told)
	year, month, day = match.groups()
	return text.day(year, month, day, segment.line, segment.place)
