"""How customers pay what they have been invoiced: when, how much, and what they write into the transfer.

All of it follows from the seed and the invoice's name, so that it need not be remembered: whoever asks for the payments of a
week gets those of this week, whatever was asked before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from o2c_extensions.common.money import rounded
from o2c_extensions.demo.people import EARLY, LATE, NEVER, SHORT, TOGETHER, TWICE, Customer

EUR = "EUR"
# What those who pay short, and never the rest, say it is for.
DAMAGE = "Transportschaden"


@dataclass(frozen=True)
class Due:
	"""A part of an invoice."""

	day: date
	amount: Decimal
	discounted: Decimal
	"""What is enough until `discount_day`; as much as `amount` where there is no discount."""
	discount_day: date | None = None


@dataclass(frozen=True)
class Bill:
	invoice: str
	customer: str
	day: date
	parts: tuple[Due, ...]
	credited: Decimal = Decimal(0)
	"""What has been taken back by credit notes so far: the customer deducts it from the last part."""


@dataclass(frozen=True)
class Transfer:
	day: date
	customer: str
	amount: Decimal
	text: str
	"""What the customer writes; may be empty."""
	structured: tuple[str, ...] = ()
	"""Invoice numbers in the fields that are meant for them."""
	invoices: tuple[str, ...] = ()
	"""What is really meant."""
	advised: tuple[tuple[str, Decimal], ...] = ()
	"""What each invoice gets of it, where the customer tells that in a remittance advice and nothing in the transfer."""


def transfers(
	bills: Iterable[Bill], customers: Mapping[str, Customer], seed: int, first: date, last: date
) -> tuple[Transfer, ...]:
	"""What comes in between two days, both included, in the order in which it is booked."""
	alone: list[Transfer] = []
	gathered: dict[tuple[str, date], list[tuple[Bill, Due]]] = {}
	for bill in bills:
		if customers[bill.customer].pays == TOGETHER:
			for part in _parts(bill):
				gathered.setdefault((bill.customer, _end_of_month(part.day)), []).append((bill, part))
		else:
			alone += _of_one(bill, customers[bill.customer].pays, _random(seed, bill.invoice))
	for (customer, day), parts in gathered.items():
		alone.append(_of_many(customer, day, parts, _random(seed, customer, str(day))))
	found = [transfer for transfer in alone if first <= transfer.day <= last]
	return tuple(sorted(found, key=lambda each: (each.day, each.customer, each.invoices, each.amount)))


def _random(*words: object) -> Random:
	return Random("/".join(map(str, words)))


def _parts(bill: Bill) -> tuple[Due, ...]:
	"""The parts of a bill that are left when credit notes have been deducted, from the last one backwards."""
	left = bill.credited
	parts: list[Due] = []
	for part in reversed(bill.parts):
		off = min(left, part.amount)
		left -= off
		if part.amount > off:
			kept = (part.amount - off) / part.amount
			amount = part.amount - off
			parts.append(Due(part.day, amount, rounded(part.discounted * kept, EUR), part.discount_day))
	return tuple(reversed(parts))


def _of_one(bill: Bill, pays: str, random: Random) -> list[Transfer]:
	if pays == NEVER:
		return []
	found = []
	for part in _parts(bill):
		day, amount = _when_and_how_much(bill, part, pays, random)
		text, structured = _reference((bill.invoice,), random)
		pays_rest = pays == SHORT and random.random() < 0.7
		if pays == SHORT and not pays_rest:
			text, structured = f"Rechnung {bill.invoice} abzgl. {DAMAGE}", ()
		found.append(Transfer(day, bill.customer, amount, text, structured, (bill.invoice,)))
		if pays == TWICE and random.random() < 0.3:
			again = working_day(day + timedelta(days=random.randint(4, 9)))
			found.append(Transfer(again, bill.customer, amount, text, structured, (bill.invoice,)))
		if pays_rest:
			rest = working_day(day + timedelta(days=random.randint(4, 10)))
			text = f"Restzahlung {bill.invoice}"
			found.append(Transfer(rest, bill.customer, part.amount - amount, text, (), (bill.invoice,)))
	return found


def _when_and_how_much(bill: Bill, part: Due, pays: str, random: Random) -> tuple[date, Decimal]:
	if pays == EARLY:
		day = working_day(bill.day + timedelta(days=random.randint(3, 7)))
		if part.discount_day and day <= part.discount_day:
			return day, part.discounted
		return min(day, working_day(part.day)), part.amount
	if pays == LATE:
		days = random.randint(2, 6) if random.random() < 0.7 else random.randint(8, 35)
		return working_day(part.day + timedelta(days=days)), part.amount
	if pays == SHORT:
		percent = random.choice((3, 5, 10, 15))
		paid = rounded(part.amount * (100 - percent) / 100, EUR)
		return working_day(part.day + timedelta(days=random.randint(0, 9))), paid
	return working_day(max(bill.day, part.day - timedelta(days=random.randint(0, 3)))), part.amount


def _of_many(customer: str, day: date, parts: list[tuple[Bill, Due]], random: Random) -> Transfer:
	"""One transfer for all that is due in a month."""
	invoices = tuple(dict.fromkeys(bill.invoice for bill, _ in parts))
	amount = sum((part.amount for _, part in parts), Decimal(0))
	drawn = random.random()
	if drawn < 0.4:
		return Transfer(day, customer, amount, "", invoices, invoices)
	if drawn < 0.7 and len(invoices) > 1:
		paid = {invoice: Decimal(0) for invoice in invoices}
		for bill, part in parts:
			paid[bill.invoice] += part.amount
		return Transfer(day, customer, amount, "Zahlung lt. Avis", (), invoices, tuple(paid.items()))
	return Transfer(day, customer, amount, "Sammelzahlung " + ", ".join(invoices), (), invoices)


def working_day(day: date) -> date:
	"""The day, or the Monday after it."""
	return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)


def _end_of_month(day: date) -> date:
	"""The last working day of the month."""
	last = (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
	return last - timedelta(days=max(0, last.weekday() - 4))


# --- what is written into a transfer ------------------------------------------------------------------------------------------


def _reference(invoices: tuple[str, ...], random: Random) -> tuple[str, tuple[str, ...]]:
	"""Most name the invoice, each in a way of their own; some do not, or wrongly, and wait for a person."""
	[invoice] = invoices
	drawn = random.random()
	if drawn < 0.12:
		return "", invoices
	if drawn < 0.9:
		return random.choice(_CLEAR)(invoice), ()
	return random.choice(_UNCLEAR)(invoice), ()


_CLEAR: tuple[Callable[[str], str], ...] = (
	lambda name: name,
	lambda name: f"Rechnung {name}",
	lambda name: f"RE-Nr. {name} vielen Dank",
	lambda name: f"Rg. {name.lower()}",
	lambda name: f"RNR {name.replace('-', ' ')}",
	lambda name: f"Invoice {name.replace('-', '/')}",
	lambda name: f"factuur {name}",
	lambda name: f"Zahlung zu {name} Kd. 10{len(name)}",
)
_UNCLEAR: tuple[Callable[[str], str], ...] = (
	lambda name: "",
	lambda name: "Warenlieferung, danke",
	lambda name: f"Rechnung {name.replace('0', 'O')[:-2]}",
	lambda name: f"lt. Rechnung Nr. {name[-2:]}",
	lambda name: "Ihre Lieferung letzter Monat",
)
