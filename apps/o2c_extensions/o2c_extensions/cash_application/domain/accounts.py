"""Whether the account that a statement names is one of the company's own, however the bank writes it."""

from __future__ import annotations

import re

_SHORTEST = 6
_GERMAN_BANK, _GERMAN_ACCOUNT = 8, 10


def plain(number: str | None) -> str:
	return "".join((number or "").split()).upper()


def is_same(told: str, iban: str | None, number: str | None) -> bool:
	"""Whether a statement's account is written exactly as one of a Bank Account's numbers."""
	return bool(plain(told)) and plain(told) in (plain(iban), plain(number))


def is_like(told: str, iban: str | None, number: str | None) -> bool:
	"""Whether it is another spelling of it: the bank's code before it, leading zeros, or the last digits of the IBAN."""
	parts = {part for part in re.split(r"[/\s]", told.upper()) if part}
	whole = {part.lstrip("0") for part in (plain(told), plain(told.replace("/", "")), *parts)}
	long_enough = {part for part in whole if len(part) >= _SHORTEST}
	if plain(number).lstrip("0") in long_enough:
		return True
	own = plain(iban)
	if german := _german(told):
		return german == own
	tail = max((part for part in parts), key=len, default="").lstrip("0")
	return bool(own) and tail.isdigit() and len(tail) >= _SHORTEST and _ends_with(own, tail)


def _german(told: str) -> str:
	"""The IBAN of a German bank code and account number, such as 37040044/0532013000."""
	bank, slash, account = plain(told).partition("/")
	if not slash or not (bank.isdigit() and account.isdigit()):
		return ""
	if len(bank) != _GERMAN_BANK or len(account) > _GERMAN_ACCOUNT:
		return ""
	body = bank + account.zfill(_GERMAN_ACCOUNT)
	check = 98 - int(f"{body}131400") % 97
	return f"DE{check:02}{body}"


def _ends_with(iban: str, tail: str) -> bool:
	"""Whether an IBAN's account number is `tail`: only zeros or the bank's code stand before it."""
	if not iban.endswith(tail):
		return False
	before = iban[4 : len(iban) - len(tail)]
	return not before or not before[-1].isdigit() or before.endswith("0")
