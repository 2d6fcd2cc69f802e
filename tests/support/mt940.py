"""Writes MT940 files for the tests, with field 86 in the German structure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

NONE = ("NONREF", "NOTPROVIDED", "NONE", "KREF", "EREF", "MREF", "PREF", "MARF")


@dataclass(frozen=True)
class Booking:
	amount: Decimal
	day: date
	text: str = ""
	name: str = ""
	iban: str = ""
	end_to_end: str = ""
	bank_reference: str = ""
	reversal: bool = False


def file(
	account: str,
	opening: str | Decimal,
	bookings: Sequence[Booking],
	*,
	number: str = "7/1",
	currency: str = "EUR",
) -> bytes:
	"""A file of one statement whose closing balance is the right one."""
	opening = Decimal(opening)
	closing = opening + sum((each.amount for each in bookings), Decimal(0))
	first = min((each.day for each in bookings), default=date(2026, 3, 2))
	last = max((each.day for each in bookings), default=date(2026, 3, 2))
	return (
		f":20:STARTUMS\n:25:{account}\n:28C:{number}\n:60F:{_balance(opening, first, currency)}\n"
		+ "".join(_entry(each) for each in bookings)
		+ f":62F:{_balance(closing, last, currency)}\n-"
	).encode()


def _balance(amount: Decimal, day: date, currency: str) -> str:
	return f"{'D' if amount < 0 else 'C'}{day:%y%m%d}{currency}{_amount(amount)}"


def _amount(amount: Decimal) -> str:
	return f"{abs(amount):f}".replace(".", ",") if "." in f"{amount:f}" else f"{abs(amount):f},"


def _entry(each: Booking) -> str:
	mark = {(True, False): "C", (False, False): "D", (True, True): "RD", (False, True): "RC"}[
		(each.amount > 0, each.reversal)
	]
	bank = f"//{each.bank_reference}" if each.bank_reference else ""
	return (
		f":61:{each.day:%y%m%d}{each.day:%m%d}{mark}{_amount(each.amount)}NTRFNONREF{bank}\n"
		f":86:{_folded(_details(each), 65)}\n"
	)


def _details(each: Booking) -> str:
	pieces = [f"EREF+{each.end_to_end}"] if each.end_to_end else []
	purpose = f"SVWZ+{each.text}" if each.text else ""
	pieces += [purpose[start : start + 27] for start in range(0, len(purpose), 27)]
	numbers = [*range(20, 30), *range(60, 64)]
	fields = "".join(f"?{number}{piece}" for number, piece in zip(numbers, pieces, strict=False))
	fields += f"?31{each.iban}" if each.iban else ""
	fields += f"?32{each.name[:27]}" if each.name else ""
	fields += f"?33{each.name[27:]}" if each.name[27:] else ""
	return f"166{fields or '?00'}"


def _folded(text: str, width: int) -> str:
	return "\n".join(text[start : start + width] for start in range(0, len(text), width))
