"""Payment references that carry check digits: what they are, and whether the digits are right.

| kind | where | the check |
| --- | --- | --- |
| RF | ISO 11649, all of SEPA | ISO 7064 mod 97-10 over the reference, RF and digits put behind it |
| QRR | Switzerland, 27 digits | mod 10, recursive (SIX, Swiss Implementation Guidelines QR-bill) |
| OGM | Belgium, 12 digits, +++123/1234/12345+++ | the first ten modulo 97, 97 standing for 0 |
| KID | Norway, 2 to 25 digits | mod 10 (Luhn) or mod 11 |
| FI | Finland, 4 to 20 digits | weights 7, 3, 1 from the right |

A KID and a Finnish reference are bare numbers, and one number in ten passes such a check by chance: they are only what they
seem if an open item has been given that very reference. An RF, QRR or OGM with a wrong digit is no reference at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from stdnum import iso11649, luhn
from stdnum.be import ogm_vcs
from stdnum.ch import esr

RF, QRR, OGM, KID, FI = "RF", "QRR", "OGM", "KID", "FI"

_RF = re.compile(r"(?<![A-Z0-9])RF[0-9]{2}(?: ?[A-Z0-9]{1,4}){1,6}(?![A-Z0-9])")
_OGM = re.compile(r"([+*]{3}|(?<![0-9/]))([0-9]{3})\s?/\s?([0-9]{4})\s?/\s?([0-9]{5})(?![0-9/])")
_QRR = re.compile(r"(?<![0-9])[0-9]{2}(?:\s?[0-9]{5}){5}(?![0-9])")
_NOT_IN_IT = re.compile(r"[^A-Z0-9]")
_KID_WEIGHTS = (2, 3, 4, 5, 6, 7)


@dataclass(frozen=True, slots=True)
class Structured:
	"""A reference whose check digits are right.

	Attributes:
		value: letters and digits only, as it is compared.
		inner: what it was made of, without check digits and leading zeros: often a document's number.
	"""

	kind: str
	value: str
	inner: str


def plain(text: str) -> str:
	"""A reference as it is compared: in capitals, letters and digits only."""
	return _NOT_IN_IT.sub("", text.upper())


def kind_of(text: str) -> Structured | None:
	"""What a whole reference is; None if its check digits are wrong, or it has none."""
	value = plain(text)
	if value.startswith("RF"):
		return Structured(RF, value, value[4:].lstrip("0")) if iso11649.is_valid(value) else None
	if not value.isdecimal():
		return None
	if len(value) == 27:
		# The number of zeros is not held by the check: 27 times 0 would pass.
		return Structured(QRR, value, value[:-1].lstrip("0")) if value.strip("0") and is_qrr(value) else None
	if len(value) == 12 and ogm_vcs.is_valid(value):
		return Structured(OGM, value, value[:-2].lstrip("0"))
	if is_kid(value):
		return Structured(KID, value, value[:-1].lstrip("0"))
	if is_finnish(value):
		return Structured(FI, value, value[:-1].lstrip("0"))
	return None


def found_in(text: str) -> tuple[Structured, ...]:
	"""The RF, QRR and OGM references in a free text (in capitals), in order."""
	found: list[Structured] = []
	if "RF" in text:
		found += _creditor_references(text)
	if "/" in text:
		for match in _OGM.finditer(text):
			value = "".join(match.groups()[1:])
			if ogm_vcs.is_valid(value):
				found.append(Structured(OGM, value, value[:-2].lstrip("0")))
	for match in _QRR.finditer(text):
		value = "".join(match.group().split())
		if value.strip("0") and is_qrr(value):
			found.append(Structured(QRR, value, value[:-1].lstrip("0")))
	return tuple(dict.fromkeys(found))


def _creditor_references(text: str) -> Iterable[Structured]:
	"""Printed in groups of four; a word behind it may look like another group, so the longest that is right counts."""
	for match in _RF.finditer(text):
		groups = match.group().split(" ")
		for count in range(len(groups), 0, -1):
			value = "".join(groups[:count])
			if 5 <= len(value) <= 25 and iso11649.is_valid(value):
				yield Structured(RF, value, value[4:].lstrip("0"))
				break


def is_qrr(value: str) -> bool:
	"""Whether 27 digits are a Swiss QR reference."""
	return len(value) == 27 and value.isdecimal() and bool(esr.calc_check_digit(value[:-1]) == value[-1])


def is_kid(value: str) -> bool:
	"""Whether the last character of a Norwegian KID is right, by mod 10 or by mod 11 (whose tenth digit is a minus sign)."""
	if not 2 <= len(value) <= 25 or not value.isdecimal() or not value.strip("0"):
		return False
	if luhn.is_valid(value):
		return True
	total = sum(
		int(digit) * _KID_WEIGHTS[place % len(_KID_WEIGHTS)]
		for place, digit in enumerate(reversed(value[:-1]))
	)
	return (11 - total % 11) % 11 == int(value[-1])


def is_finnish(value: str) -> bool:
	"""Whether the last digit of a Finnish reference number is right."""
	if not 4 <= len(value) <= 20 or not value.isdecimal() or not value.strip("0"):
		return False
	total = sum(int(digit) * (7, 3, 1)[place % 3] for place, digit in enumerate(reversed(value[:-1])))
	return (10 - total % 10) % 10 == int(value[-1])
