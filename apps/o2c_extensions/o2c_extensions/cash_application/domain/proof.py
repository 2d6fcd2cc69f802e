"""The proof of a bank account: the bank's balance is the ledger's, but for differences that are all listed.

    bank - ledger = what neither had before the first statement
                  + between the statements
                  + within the statements
                  + lines that are not in the ledger
                  - payments and journal entries that are not on a statement

Each term is made of rows; an amount that stands on both sides takes itself out. So the rows make the difference to the cent,
whatever was booked: what is left unexplained is zero, or one of the figures is wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

BEFORE = "Before the First Statement"
GAP = "Between Statements"
ACCEPTED = "Difference Accepted"
MISSING = "Lines Missing or Cancelled"
UNBOOKED = "Not in the Ledger"
PARTLY = "Partly in the Ledger"
LATER = "Booked Later"
NOT_TOLD = "Not on a Statement"
WRONG = "Other Amount"
UNPROVEN = "No Statement"

Voucher = tuple[str, str]


@dataclass(frozen=True)
class Told:
	"""A statement with its balances, in the order in which statements came.

	Attributes:
		difference: what its lines did not make, when it was imported all the same.
	"""

	name: str
	first: date
	last: date
	opening: Decimal
	closing: Decimal
	difference: Decimal = Decimal(0)


@dataclass(frozen=True)
class Line:
	"""A line of the bank; money that went out is below zero."""

	name: str
	day: date
	amount: Decimal
	text: str = ""


@dataclass(frozen=True)
class Booked:
	"""What a voucher has booked on the account, out below zero."""

	voucher: Voucher
	day: date
	amount: Decimal
	text: str = ""


@dataclass(frozen=True)
class Link:
	"""A line was reconciled with a voucher, with so much (above zero)."""

	line: str
	voucher: Voucher
	amount: Decimal


@dataclass(frozen=True)
class Difference:
	"""What the bank has beyond the ledger, below zero what the ledger has beyond the bank, and why.

	Attributes:
		document: what it is about: DocType and name.
	"""

	kind: str
	document: Voucher
	day: date | None
	amount: Decimal
	text: str = ""


@dataclass(frozen=True)
class Proof:
	"""An account at the end of a day.

	Attributes:
		proven_until: the day that the last statement with balances ends; None: there is none.
	"""

	bank: Decimal
	ledger: Decimal
	differences: tuple[Difference, ...]
	proven_until: date | None

	@property
	def unexplained(self) -> Decimal:
		return self.bank - self.ledger - sum((each.amount for each in self.differences), Decimal(0))


@dataclass(frozen=True)
class _Block:
	"""Statements that share days: from the opening balance of the first to the closing balance of the last."""

	first: date
	last: date
	opening: Decimal
	closing: Decimal
	statements: tuple[Told, ...]


def prove(
	statements: Iterable[Told],
	lines: Iterable[Line],
	booked: Iterable[Booked],
	links: Iterable[Link],
	until: date,
) -> Proof:
	"""The proof of an account at the end of the day `until`. What is later does not count."""
	vouchers = {each.voucher: each for each in booked if each.day <= until}
	ledger = sum((each.amount for each in vouchers.values()), Decimal(0))
	blocks = _blocks([told for told in statements if told.last <= until])
	start = blocks[0].first if blocks else None
	counted = [line for line in lines if line.day <= until and (start is None or line.day >= start)]
	between = _between(blocks, counted)
	bank = (
		(blocks[0].opening if blocks else Decimal(0))
		+ sum((line.amount for line in counted), Decimal(0))
		+ sum((each.amount for each in between), Decimal(0))
	)
	sides = _sides(counted, vouchers, list(links), start)
	opening = (blocks[0].opening if blocks else Decimal(0)) - sides.before
	found = [Difference(BEFORE, ("", ""), start, opening)] if opening else []
	found += [*between, *sides.differences]
	if (blocks and blocks[-1].last < until) or not blocks:
		since = blocks[-1].last if blocks else None
		found.append(Difference(UNPROVEN, ("", ""), since, Decimal(0)))
	return Proof(bank, ledger, tuple(found), blocks[-1].last if blocks else None)


def _blocks(statements: Sequence[Told]) -> list[_Block]:
	"""Statements in order of their days; those that share a day are one."""
	blocks: list[list[Told]] = []
	last: date | None = None
	for told in sorted(statements, key=lambda each: (each.first, each.last)):
		if last is not None and told.first <= last:
			blocks[-1].append(told)
			last = max(last, told.last)
		else:
			blocks.append([told])
			last = told.last
	return [_block(told) for told in blocks]


def _block(told: Sequence[Told]) -> _Block:
	first, last = min(each.first for each in told), max(each.last for each in told)
	begin = [each for each in told if each.first == first]
	end = [each for each in told if each.last == last]
	closings, openings = {each.closing for each in told}, {each.opening for each in told}
	# Of several on one day the first begins with what none ends with, and the last ends with what none begins with.
	opener = next((each for each in begin if each.opening not in closings), begin[0])
	closer = next((each for each in reversed(end) if each.closing not in openings), end[-1])
	return _Block(first, last, opener.opening, closer.closing, tuple(told))


def _between(blocks: Sequence[_Block], lines: Sequence[Line]) -> list[Difference]:
	"""What statements make of the balance beyond their lines, and what happened between them."""
	found: list[Difference] = []
	sums = _sums(blocks, lines)
	for at, block in enumerate(blocks):
		inside, behind = sums[at]
		left = block.closing - block.opening - inside
		for told in block.statements:
			if told.difference and left:
				found.append(Difference(ACCEPTED, ("Bank Statement", told.name), told.last, told.difference))
				left -= told.difference
		if left:
			name = block.statements[-1].name
			found.append(Difference(MISSING, ("Bank Statement", name), block.last, left))
		if at + 1 < len(blocks):
			following = blocks[at + 1]
			gap = following.opening - block.closing - behind
			if gap:
				name = following.statements[0].name
				found.append(Difference(GAP, ("Bank Statement", name), following.first, gap))
	return found


def _sums(blocks: Sequence[_Block], lines: Sequence[Line]) -> list[tuple[Decimal, Decimal]]:
	"""For each block what its days' lines make, and those of the days behind it up to the next one."""
	sums = [[Decimal(0), Decimal(0)] for _block in blocks]
	if not blocks:
		return []
	at = 0
	for line in sorted(lines, key=lambda each: each.day):
		while at + 1 < len(blocks) and blocks[at + 1].first <= line.day:
			at += 1
		sums[at][0 if line.day <= blocks[at].last else 1] += line.amount
	return [(inside, behind) for inside, behind in sums]


@dataclass(frozen=True)
class _Sides:
	before: Decimal
	differences: tuple[Difference, ...]


def _sides(
	lines: Sequence[Line], vouchers: dict[Voucher, Booked], links: Sequence[Link], start: date | None
) -> _Sides:
	"""What of the lines is not in the ledger, and what of the ledger is in no line."""
	by_name = {line.name: line for line in lines}
	of_line: dict[str, Decimal] = defaultdict(Decimal)
	of_voucher: dict[Voucher, Decimal] = defaultdict(Decimal)
	later: dict[str, Decimal] = defaultdict(Decimal)
	for link in links:
		line = by_name.get(link.line)
		if line is None:
			continue
		amount = link.amount if line.amount > 0 else -link.amount
		if link.voucher in vouchers:
			of_line[line.name] += amount
			of_voucher[link.voucher] += amount
		else:
			later[line.name] += amount
	found = []
	for line in lines:
		left = line.amount - of_line.get(line.name, Decimal(0))
		if left:
			kind = LATER if later.get(line.name) == left else PARTLY if left != line.amount else UNBOOKED
			found.append(Difference(kind, ("Bank Transaction", line.name), line.day, left, line.text))
	before = Decimal(0)
	for voucher, each in vouchers.items():
		left = each.amount - of_voucher.get(voucher, Decimal(0))
		if not left:
			continue
		if start is not None and each.day < start and voucher not in of_voucher:
			before += left
			continue
		kind = WRONG if voucher in of_voucher else NOT_TOLD
		found.append(Difference(kind, voucher, each.day, -left, each.text))
	return _Sides(before, tuple(found))
