"""Where each line of an order comes from, and when it is promised."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from o2c_extensions.order_orchestration.domain import working_days

WAREHOUSE = "Warehouse"
DROP_SHIP = "Drop Ship"
BACKORDER = "Backorder"

FINEST = Decimal("0.001")


@dataclass(frozen=True)
class Line:
	"""What a row of an order asks for. Quantities are in the row's own unit, of which `factor` stock units make one."""

	row: str
	item: str
	qty: Decimal
	warehouse: str | None
	requested: date | None = None
	# The one who delivers to the customer what stock does not cover; with `by_supplier`, whatever stock there is.
	supplier: str | None = None
	by_supplier: bool = False
	lead_days: int | None = None
	# A service or a bundle is never out of stock itself.
	stocked: bool = True
	factor: Decimal = Decimal(1)
	# The smallest part of a unit that can be sent: 1 where a unit is never broken.
	step: Decimal = FINEST


@dataclass(frozen=True)
class Stock:
	"""What is not promised to anybody yet, in stock units."""

	item: str
	warehouse: str
	qty: Decimal


@dataclass(frozen=True)
class Terms:
	"""How long things take: `handling_days` working days to send goods, `supply_days` to get them where an item says nothing."""

	handling_days: int
	supply_days: int
	closed: frozenset[date] = frozenset()

	def lead(self, days: int | None) -> timedelta:
		return timedelta(days=days or self.supply_days)

	def earliest(self, source: str, lead_days: int | None, today: date) -> date:
		"""When goods from there can leave for the customer at the earliest."""
		if source == DROP_SHIP:
			return today + self.lead(lead_days)
		start = today + self.lead(lead_days) if source == BACKORDER else today
		return working_days.after(start, self.handling_days, self.closed)


@dataclass(frozen=True)
class Assignment:
	"""A line, or a part of it, and where it comes from. A row has at most one for each source and place."""

	row: str
	item: str
	qty: Decimal
	source: str
	warehouse: str | None
	supplier: str | None
	promised: date


def decompose(
	lines: Iterable[Line], stocks: Iterable[Stock], terms: Terms, today: date
) -> tuple[Assignment, ...]:
	"""Give every line to the places that have it. Earlier lines choose first, and take what they get from the later ones.

	A line goes to the wanted warehouse if that covers it; else to a single one that does, rather one that sends something
	of this order already; else, if it has one, to its supplier, whole, as one row is either delivered from stock or
	by a supplier; else to as few warehouses as have something, the fullest first, and the rest waits for goods
	at the wanted one.
	"""
	shelf = _Shelf(stocks)
	found: list[Assignment] = []
	for line in lines:
		if line.qty <= 0:
			continue
		for source, place, qty in _sources(line, shelf):
			earliest = terms.earliest(source, line.lead_days, today)
			found.append(
				Assignment(
					row=line.row,
					item=line.item,
					qty=qty,
					source=source,
					warehouse=None if source == DROP_SHIP else place,
					supplier=place if source == DROP_SHIP else None,
					promised=max(line.requested or earliest, earliest),
				)
			)
	return tuple(found)


def main_warehouse(assignments: Sequence[Assignment]) -> str | None:
	"""The warehouse that a row has its largest part from, which a row of ERPNext can name; the first of equals."""
	parts: dict[str, Decimal] = {}
	for part in assignments:
		if part.warehouse:
			parts[part.warehouse] = parts.get(part.warehouse, Decimal(0)) + part.qty
	return max(parts, key=lambda place: parts[place]) if parts else None


def summary(assignments: Collection[Assignment]) -> str:
	"""In a word where an order comes from."""
	sources = {part.source for part in assignments}
	places = {part.warehouse or part.supplier for part in assignments}
	if BACKORDER in sources:
		return "Backorder"
	if len(places) > 1:
		return "Split"
	return "Drop Ship" if DROP_SHIP in sources else "From Stock"


def whole_steps(qty: Decimal, step: Decimal) -> Decimal:
	"""As much of `qty` as can be sent; nothing of what is negative."""
	return max((qty / step).to_integral_value(ROUND_DOWN), Decimal(0)) * step


class _Shelf:
	"""What is left of the stock while lines take from it."""

	def __init__(self, stocks: Iterable[Stock]) -> None:
		self._left: dict[str, dict[str, Decimal]] = {}
		self.used: set[str] = set()
		for stock in stocks:
			places = self._left.setdefault(stock.item, {})
			places[stock.warehouse] = places.get(stock.warehouse, Decimal(0)) + stock.qty

	def offers(self, line: Line) -> dict[str, Decimal]:
		"""How much of the line each warehouse can send, in the line's unit."""
		offers = {}
		for place, left in self._left.get(line.item, {}).items():
			covers = line.qty * line.factor <= left
			offer = line.qty if covers else whole_steps(left / line.factor, line.step)
			if offer > 0:
				offers[place] = min(offer, line.qty)
		return offers

	def left(self, item: str, place: str) -> Decimal:
		return self._left[item][place]

	def take(self, line: Line, place: str, qty: Decimal) -> None:
		self._left[line.item][place] -= qty * line.factor
		self.used.add(place)


def _sources(line: Line, shelf: _Shelf) -> Iterator[tuple[str, str | None, Decimal]]:
	"""Source, place and quantity of each part of a line."""
	if line.supplier and line.by_supplier:
		yield DROP_SHIP, line.supplier, line.qty
		return
	if not line.stocked:
		yield WAREHOUSE, line.warehouse, line.qty
		return
	offers = shelf.offers(line)
	# The same order of places on every machine: the fullest, the first by name; before them the wanted one, those in use.
	fullest = sorted(offers, key=lambda place: (-shelf.left(line.item, place), place))
	places = sorted(fullest, key=lambda place: (place != line.warehouse, place not in shelf.used))
	whole = next((place for place in places if offers[place] == line.qty), None)
	if whole:
		shelf.take(line, whole, line.qty)
		yield WAREHOUSE, whole, line.qty
		return
	if line.supplier:
		yield DROP_SHIP, line.supplier, line.qty
		return
	left = line.qty
	for place in fullest:
		part = min(offers[place], left)
		if part > 0:
			shelf.take(line, place, part)
			left -= part
			yield WAREHOUSE, place, part
	if left > 0:
		yield BACKORDER, line.warehouse, left
