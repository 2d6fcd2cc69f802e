"""The text of an MT940 entry (field 86): free, or in one of the structures that banks have agreed on.

Numbered: `166?00GUTSCHRIFT?20EREF+...?30BIC?31IBAN?32NAME`, of the German banking industry (DFÜ agreement, appendix 3), also
with other separators than `?` as in Poland; its purpose may hold SEPA's own tags, `EREF+`, `SVWZ+` and so on.
Tagged: `/EREF/.../NAME/.../REMI/...`, of Dutch banks and others (SWIFT's code words).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from o2c_extensions.cash_application.domain.formats import text
from o2c_extensions.cash_application.domain.statement import Payment

_NUMBERED = re.compile(r"\s*([0-9]{3})([?<>~^|#])(?=[0-9]{2})")
_TAGGED = re.compile(r"\s*/[A-Z]{3,5}/")
# A purpose is cut into pieces of 27, other text into lines of 65.
_PIECE, _WIDTH = 27, 65
_PURPOSE = (*(f"{number}" for number in range(20, 30)), *(f"{number}" for number in range(60, 64)))
_SEPA = re.compile(
	r"(?:(?<=[\s?])|^)(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|SQTP|ABWA|ABWE|IBAN|BIC|BREF|RREF|RTRN|PURP|ANAM|REFE|DDAT)\+"
)
_LABELLED = re.compile(r"\b(EREF|MREF|CRED|IBAN):\s*([^\s:]+(?:\s[0-9]{2}\b)?)")
_WORDS = re.compile(
	r"/(EREF|BENM|ORDP|NAME|ID|ADDR|REMI|ISDT|TRTP|IBAN|BIC|MARF|CSID|RTRN|PREF|PURP|TRCD|ULTC|ULTB|ULTD|CNTP|SVCL|"
	r"NRTX|OCMT|CHGS|EXCH|ACCW|IREF|CREF|PY|REFE|CDTRREF|SWEETS|TEXT)/"
)
_AMOUNT = re.compile(r"\s*(?:([A-Z]{3})\s?)?([0-9]{1,15}(?:[.,][0-9]{0,5})?)\s*(?:([A-Z]{3})\b)?")
# Returned: of a direct debit or a transfer (German business transaction codes), or by SWIFT's kind of entry.
_RETURNED_CODES = ("108", "109", "159")
_RETURNED_KINDS = ("NRTI", "FRTI", "SRTI", "NRTN")
_REASON = re.compile(r"[A-Z]{2}[0-9]{2}|[0-9]{3}")


@dataclass(frozen=True)
class Supplement:
	"""What the entry itself (field 61) says of the payment: the reference for the account owner, and the lines below."""

	own: str = ""
	lines: tuple[str, ...] = ()


def describe(lines: Sequence[str], supplement: Supplement, kind: str) -> tuple[str, Payment]:
	"""The bank's code for the booking, and what is known of the payment.

	Args:
		lines: of field 86.
		kind: SWIFT's code of the entry, such as NTRF.
	"""
	joined = "".join(line.strip("\r\n") for line in lines)
	if match := _NUMBERED.match(joined):
		code, payment = _numbered(joined[match.end() - 1 :], match.group(1), match.group(2))
	elif _TAGGED.match(joined) and _WORDS.search(joined):
		code, payment = kind, _tagged(joined)
	else:
		code, payment = kind, _free(lines, supplement)
	if kind in _RETURNED_KINDS and not payment.return_reason:
		payment = replace(payment, return_reason=kind[1:], return_code=kind[1:])
	return code, _with_supplement(payment, supplement)


def _numbered(content: str, code: str, separator: str) -> tuple[str, Payment]:
	told: dict[str, list[str]] = {}
	for number, value in re.findall(
		rf"{re.escape(separator)}([0-9]{{2}})((?:(?!{re.escape(separator)}[0-9]{{2}}).)*)", content, re.DOTALL
	):
		told.setdefault(number, []).append(value)
	fields = {number: "".join(values) for number, values in told.items()}
	# A tag begins a piece, also behind a full one.
	pieces = (fields[number] for number in _PURPOSE if number in fields)
	purpose = text.folded((f" {piece}" if _SEPA.match(piece) else piece for piece in pieces), _PIECE)
	tags, free = _sepa(purpose)
	account = text.one_line(fields.get("31", ""))
	party_iban = text.iban(account) or text.iban(fields.get("38", "")) or text.iban(tags.get("IBAN", ""))
	bank = text.one_line(fields.get("30", ""))
	name = text.one_line(text.folded((fields.get("32", ""), fields.get("33", "")), _PIECE))
	posting = text.one_line(fields.get("00", ""))
	payment = Payment(
		end_to_end_id=text.reference(tags.get("EREF", "")),
		mandate_id=text.reference(tags.get("MREF", "")),
		creditor_id=text.reference(tags.get("CRED", "")),
		party_name=name or text.one_line(tags.get("ANAM", "")),
		party_iban=party_iban,
		party_account="" if party_iban or not account else f"{bank}/{account}".lstrip("/"),
		remittance=text.one_line(tags.get("SVWZ", "") or free) or posting,
		charges=_sum(tags.get("COAM", ""))[0] or Decimal(0),
		instructed=_sum(tags.get("OAMT", ""))[0],
		instructed_currency=_sum(tags.get("OAMT", ""))[1],
	)
	if code in _RETURNED_CODES:
		reason = _REASON.search(fields.get("34", "")) or _REASON.match(tags.get("RTRN", ""))
		payment = replace(
			payment,
			return_code=reason.group() if reason else code,
			return_reason=" ".join(part for part in (reason.group() if reason else code, posting) if part),
		)
	return code, payment


def _sepa(purpose: str) -> tuple[dict[str, str], str]:
	"""SEPA's tags in a purpose, and the text before them. Some banks write `EREF: ...` behind the text instead."""
	parts = _SEPA.split(purpose)
	tags: dict[str, str] = {}
	for tag, value in zip(parts[1::2], parts[2::2], strict=True):
		tags.setdefault(tag, value.strip())
	for tag, value in _LABELLED.findall(purpose):
		if tag != "IBAN" or text.iban(value):
			tags.setdefault(tag, value)
	return tags, parts[0]


def _tagged(content: str) -> Payment:
	parts = _WORDS.split(content)
	words: dict[str, str] = {}
	for word, value in zip(parts[1::2], parts[2::2], strict=True):
		value = value.strip()
		if value.strip("/ "):
			words.setdefault(word, value)
	party = [part.strip() for part in words.get("CNTP", "").split("/")] + ["", "", ""]
	iban, account = text.iban_or_account(words.get("IBAN", "").strip("/ ") or party[0])
	returned = words.get("RTRN", "").strip("/ ")
	remittance, structured = _remittance(words.get("REMI", "") or words.get("TEXT", ""))
	told, currency = _sum(words.get("OCMT", ""))
	rate = _sum(words.get("EXCH", ""))[0]
	return Payment(
		end_to_end_id=text.reference(words.get("EREF", "").strip("/ ")),
		mandate_id=text.reference(words.get("MARF", "").strip("/ ")),
		creditor_id=text.reference(words.get("CSID", "").strip("/ ")),
		party_name=text.one_line(words.get("NAME", "").strip("/ ")) or text.one_line(party[2]),
		party_iban=iban,
		party_account=account,
		remittance=remittance or text.one_line(words.get("NRTX", "").strip("/ ")),
		structured_references=structured,
		return_code=returned[:4].strip() if _REASON.match(returned) else returned[:35],
		return_reason=text.one_line(returned),
		charges=_sum(words.get("CHGS", ""))[0] or Decimal(0),
		instructed=told,
		instructed_currency=currency,
		exchange_rate=rate,
	)


def _remittance(told: str) -> tuple[str, tuple[str, ...]]:
	"""Remittance information: unstructured (`USTD//text`), structured (`STRD/CUR/reference`), or just a text."""
	if match := re.match(r"/?STRD/(?:[A-Z]{3}/)?([^/]+)", told):
		reference = match.group(1).strip()
		return reference, (reference,)
	plain = re.sub(r"^/?USTD/{1,2}", "", told)
	return text.one_line(plain.strip("/ ")), ()


def _free(lines: Sequence[str], supplement: Supplement) -> Payment:
	"""Text without a structure. An IBAN that it begins with is the other party's, and what follows on that line its name."""
	rest = [line.strip("\r\n") for line in lines]
	own = text.iban(supplement.own)
	name = ""
	first = rest[0].split(maxsplit=1) if rest and rest[0].strip() else []
	party_iban = text.iban(first[0]) if first else ""
	if party_iban and len(rest) > 1 and not rest[1].strip():
		name, rest = (first[1] if len(first) > 1 else ""), rest[2:]
	if own and not name and supplement.lines:
		name = supplement.lines[0]
	remittance = text.one_line(text.folded((line for line in rest if line.strip()), _WIDTH))
	return Payment(
		party_name=text.one_line(name),
		party_iban=party_iban or own,
		remittance=remittance,
	)


def _with_supplement(payment: Payment, supplement: Supplement) -> Payment:
	"""Fill in what only the entry itself says: the payer's reference, the other party's account, a text."""
	own = text.reference(supplement.own)
	if not payment.end_to_end_id and own and not text.iban(own):
		payment = replace(payment, end_to_end_id=own)
	below = supplement.lines[0] if supplement.lines else ""
	if not payment.party_iban and text.iban(below):
		payment = replace(payment, party_iban=text.iban(below))
	elif not payment.party_iban and not payment.party_account and re.fullmatch(r"P?[0-9]{6,34}", below):
		payment = replace(payment, party_account=below)
	if not payment.remittance:
		taken = {payment.party_iban, payment.party_account, payment.party_name}
		left = " ".join(line for line in supplement.lines if line not in taken)
		payment = replace(payment, remittance=text.one_line(left))
	return payment


def _sum(told: str) -> tuple[Decimal | None, str]:
	"""An amount with its currency before or behind it, if there is one."""
	match = _AMOUNT.match(told.strip("/"))
	if not match:
		return None, ""
	number = match.group(2).replace(",", ".").rstrip(".")
	return Decimal(number), match.group(1) or match.group(3) or ""
