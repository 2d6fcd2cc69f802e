"""Which line of a statement is the payment that a remittance advice announces.

The surest first, and at each step only what fits one another alone: of two lines that an advice may mean, it means neither.

1. The line bears the advice's payment reference, and its amount is the advised one.
2. It bears the reference; the amount is another (the bank has kept its charges, or the payer has changed his mind).
3. The amount is the advised one, and the payer is known by IBAN or name.
4. The amount is the advised one, and the line says nothing of who has paid.

Steps 3 and 4 only within days around the payment's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from o2c_extensions.cash_application.domain.engine import names

# A payment reference of fewer letters and digits names nothing.
SHORTEST = 5
# How many days before and after the payment day a line may be booked; without one, around the day the advice came.
EARLY, LATE = 3, 14
EARLY_UNDATED, LATE_UNDATED = 14, 45
# A line that bears the reference may be booked as much earlier or later.
REFERENCED = 90


@dataclass(frozen=True)
class Announced:
	"""What is known of an advised payment.

	Attributes:
		day: when it is paid, if that is told; came: when the advice came.
		names, ibans: by which the payer may be known: those it tells, and those of the customer whose documents it names.
	"""

	name: str
	currency: str
	amount: Decimal | None
	reference: str
	day: date | None
	came: date
	names: tuple[str, ...] = ()
	ibans: tuple[str, ...] = ()

	def first_day(self, referenced: bool = False) -> date:
		return self._around(-REFERENCED if referenced else -(EARLY if self.day else EARLY_UNDATED))

	def last_day(self, referenced: bool = False) -> date:
		return self._around(REFERENCED if referenced else (LATE if self.day else LATE_UNDATED))

	def _around(self, days: int) -> date:
		return (self.day or self.came) + timedelta(days=days)


@dataclass(frozen=True)
class Booked:
	"""A line that money came in with."""

	name: str
	currency: str
	amount: Decimal
	day: date
	references: tuple[str, ...] = ()
	text: str = ""
	party_name: str = ""
	party_iban: str = ""


def plain(reference: str) -> str:
	"""A reference as it is compared: letters and digits."""
	return re.sub(r"[^0-9A-Z]", "", reference.upper())


def key(reference: str) -> str:
	"""A reference as it is looked up; empty if it is too short to name anything."""
	found = plain(reference)
	return found if len(found) >= SHORTEST else ""


def join(announced: Sequence[Announced], booked: Sequence[Booked]) -> dict[str, str]:
	"""{advice: line}, each of both at most once. The order of neither matters."""
	by_reference, by_amount = _indexes(booked)
	steps: list[dict[str, set[str]]] = [defaultdict(set) for _step in range(4)]
	for advice in announced:
		for line in by_reference.get(key(advice.reference), ()):
			if _same_currency(advice, line) and advice.first_day(True) <= line.day <= advice.last_day(True):
				steps[0 if advice.amount in (None, line.amount) else 1][advice.name].add(line.name)
		if advice.amount is None:
			continue
		for line in by_amount.get(advice.amount, ()):
			if _same_currency(advice, line) and advice.first_day() <= line.day <= advice.last_day():
				who = _who(advice, line)
				if who is not None:
					steps[2 if who else 3][advice.name].add(line.name)
	joined: dict[str, str] = {}
	for step in steps:
		_join_alone(step, joined)
	return joined


def _indexes(
	booked: Iterable[Booked],
) -> tuple[Mapping[str, Sequence[Booked]], Mapping[Decimal, Sequence[Booked]]]:
	by_reference: dict[str, list[Booked]] = defaultdict(list)
	by_amount: dict[Decimal, list[Booked]] = defaultdict(list)
	for line in booked:
		words = re.findall(r"[0-9A-Za-z][0-9A-Za-z\-_/.]*", line.text)
		told = {
			key(each) for each in (*line.references, *(word for word in words if re.search("[0-9]", word)))
		}
		for reference in told - {""}:
			by_reference[reference].append(line)
		by_amount[line.amount].append(line)
	return by_reference, by_amount


def _same_currency(advice: Announced, line: Booked) -> bool:
	return not advice.currency or advice.currency == line.currency


def _who(advice: Announced, line: Booked) -> bool | None:
	"""Whether the line's payer is the advice's; None if it is somebody else. False: nobody knows."""
	if line.party_iban and line.party_iban in advice.ibans:
		return True
	if line.party_name and any(
		names.likeness(line.party_name, name) in (names.SAME, names.SIMILAR) for name in advice.names
	):
		return True
	# Somebody whom neither knows by name may pay for anybody: that is no evidence for this advice.
	return None if line.party_name or line.party_iban else False


def _join_alone(step: Mapping[str, set[str]], joined: dict[str, str]) -> None:
	"""Join those that fit only each other. A pair that was joined leaves others alone, and so on until nothing changes."""
	left = {advice: set(lines) for advice, lines in step.items() if advice not in joined}
	while True:
		taken = set(joined.values())
		wanted: dict[str, list[str]] = defaultdict(list)
		for advice in left:
			left[advice] -= taken
			for line in left[advice]:
				wanted[line].append(advice)
		pairs = {
			advice: line
			for advice, lines in left.items()
			if len(lines) == 1 and len(wanted[line := next(iter(lines))]) == 1
		}
		if not pairs:
			return
		joined.update(pairs)
		for advice in pairs:
			del left[advice]
