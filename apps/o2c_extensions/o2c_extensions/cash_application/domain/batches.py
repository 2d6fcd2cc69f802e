"""Batches that a notification (camt.054) takes apart: which line of a statement each is, and the payments in it.

A batch is a line when day and amount are the same and the bank calls both the same. Where it gives one of them no name, the line
must be of nobody in particular, and no other one may fit: of two equal lines nobody knows which is which.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from o2c_extensions.cash_application.domain.statement import Line, Statement, lines

_DECIMALS = ("amount", "charges", "instructed", "exchange_rate")
_DAYS = ("day", "value_date")


@dataclass(frozen=True)
class Batch:
	"""One booking and its payments, which make its amount."""

	name: str
	amount: Decimal
	day: date
	bank_reference: str
	parts: tuple[Line, ...]


@dataclass(frozen=True)
class Whole:
	"""A line that may be a batch.

	Attributes:
		is_of_one: whether it says who the other party is: then it is a payment of its own.
	"""

	key: str
	amount: Decimal
	day: date
	bank_reference: str
	is_of_one: bool


def batches(statement: Statement) -> list[Batch]:
	"""The bookings of a notification that are several payments, each of which has its amount."""
	found = []
	for entry in statement.booked:
		parts = lines(replace(statement, entries=(entry,)))
		if len(parts) > 1:
			found.append(Batch("", entry.amount, parts[0].day, entry.bank_reference, parts))
	return found


def fingerprint(account: str, batch: Batch) -> str:
	"""What makes a batch the same one in whatever notification."""
	told = [account, batch.bank_reference, batch.day.isoformat(), plain(batch.parts)]
	return hashlib.sha256("\n".join(told).encode()).hexdigest()


def assign(told: Sequence[Batch], wholes: Sequence[Whole]) -> dict[str, Batch]:
	"""{line's key: its batch}, each of both at most once, and only where nothing else fits."""
	by_amount: dict[tuple[Decimal, date], list[Whole]] = defaultdict(list)
	for whole in wholes:
		by_amount[whole.amount, whole.day].append(whole)
	wanted: dict[str, list[Batch]] = defaultdict(list)
	fitting: dict[int, list[str]] = {}
	for at, batch in enumerate(told):
		fits = [whole.key for whole in by_amount[batch.amount, batch.day] if _fits(batch, whole)]
		fitting[at] = fits
		for key in fits:
			wanted[key].append(batch)
	return {keys[0]: told[at] for at, keys in fitting.items() if len(keys) == 1 and len(wanted[keys[0]]) == 1}


def _fits(batch: Batch, whole: Whole) -> bool:
	if batch.bank_reference and whole.bank_reference:
		return batch.bank_reference == whole.bank_reference
	return not whole.is_of_one


def part_key(key: str, number: int) -> str:
	"""The transaction id of a part of the line that has a key: told as a whole again, it is known."""
	return f"{key}/{number}"


def whole_key(text: str) -> str:
	"""The transaction id of the line that a part is of; that of a line is its own."""
	return text.partition("/")[0]


def plain(parts: Sequence[Line]) -> str:
	"""Payments as JSON."""
	return json.dumps([asdict(part) for part in parts], default=str, sort_keys=True, ensure_ascii=False)


def parse(told: str) -> tuple[Line, ...]:
	"""Back from `plain()`."""
	return tuple(_line(values) for values in json.loads(told))


def _line(values: dict[str, Any]) -> Line:
	known = {field.name for field in fields(Line)}
	found: dict[str, Any] = {name: value for name, value in values.items() if name in known}
	for name in _DECIMALS:
		if found.get(name) is not None:
			found[name] = Decimal(str(found[name]))
	for name in _DAYS:
		if found.get(name):
			found[name] = date.fromisoformat(found[name])
	found["structured_references"] = tuple(found.get("structured_references") or ())
	return Line(**found)
