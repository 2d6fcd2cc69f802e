"""What planned orders still want of the stock, and who gets what of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from o2c_extensions.order_orchestration.domain.sourcing import (
	BACKORDER,
	DROP_SHIP,
	FINEST,
	WAREHOUSE,
	Stock,
	whole_steps,
)

# (item, warehouse)
Place = tuple[str, str]
_NOTHING = Decimal(0)


@dataclass(frozen=True)
class PlannedLine:
	"""A line of a plan, with the row of the order that it belongs to."""

	order: str
	row: str
	item: str
	source: str
	# Nothing where there is none, as with a service or a drop shipment.
	warehouse: str
	qty: Decimal
	# Of the whole row: what was ordered, what ERPNext counts as delivered, and where it reserves the rest.
	ordered: Decimal
	delivered: Decimal
	reserved_at: str | None
	factor: Decimal = Decimal(1)
	step: Decimal = FINEST
	stocked: bool = True
	supplier: str | None = None


@dataclass(frozen=True)
class Sent:
	"""What a row has got on delivery notes from a warehouse, drafts apart. What came back counts as sent all the same."""

	row: str
	warehouse: str
	qty: Decimal
	draft: bool


@dataclass(frozen=True)
class Bin:
	"""What lies in a warehouse, and what ERPNext reserves there for orders, both in stock units."""

	item: str
	warehouse: str
	actual: Decimal
	reserved: Decimal
	# For production and subcontracting, and what was promised to others while we looked.
	bound: Decimal = _NOTHING


def outstanding(
	planned: Iterable[PlannedLine], sent: Iterable[Sent], drafts_count: bool
) -> tuple[PlannedLine, ...]:
	"""The lines that we are still to send, with what is left of them; in the order of `planned`.

	A row that was sent from elsewhere than planned is not sent twice: its lines never exceed what is left of the row.
	"""
	lines = [line for line in planned if line.source != DROP_SHIP]
	given: dict[tuple[str, str], Decimal] = {}
	submitted: dict[str, Decimal] = {}
	drafted: dict[str, Decimal] = {}
	for note in sent:
		if note.draft and not drafts_count:
			continue
		totals = drafted if note.draft else submitted
		totals[note.row] = totals.get(note.row, _NOTHING) + note.qty
		key = (note.row, note.warehouse)
		given[key] = given.get(key, _NOTHING) + note.qty
	row_left = {
		line.row: line.ordered
		- max(line.delivered, submitted.get(line.row, _NOTHING))
		- drafted.get(line.row, _NOTHING)
		for line in lines
	}
	left: dict[int, Decimal] = {}
	# What left a warehouse was what stock had been there for, and only then what had to wait for it.
	for number in sorted(range(len(lines)), key=lambda number: lines[number].source == BACKORDER):
		line = lines[number]
		key = (line.row, line.warehouse)
		gone = min(given.get(key, _NOTHING), line.qty)
		given[key] = given.get(key, _NOTHING) - gone
		rest = min(line.qty - gone, row_left[line.row])
		if rest > 0:
			left[number] = rest
			row_left[line.row] -= rest
	return tuple(replace(lines[number], qty=left[number]) for number in sorted(left))


def bound(bins: Iterable[Bin], elsewhere: Mapping[Place, Decimal]) -> list[Bin]:
	"""The bins less what is bound elsewhere."""
	return [
		replace(found, bound=found.bound + elsewhere.get((found.item, found.warehouse), _NOTHING))
		for found in bins
	]


def available(bins: Iterable[Bin], planned: Iterable[PlannedLine], sent: Iterable[Sent]) -> tuple[Stock, ...]:
	"""What can be promised to a new order.

	ERPNext reserves a row at one warehouse only. So where the rows of planned orders are concerned, what their plans say
	takes the place of what ERPNext reserves for them.
	"""
	lines = list(planned)
	wanted = _by_place(outstanding(lines, sent, drafts_count=False))
	foreign = _reserved_without_plan(bins := list(bins), lines)
	return tuple(
		Stock(
			found.item,
			found.warehouse,
			found.actual
			- found.bound
			- foreign[found.item, found.warehouse]
			- wanted.get((found.item, found.warehouse), _NOTHING),
		)
		for found in bins
	)


def allocate(
	bins: Iterable[Bin],
	planned: Iterable[PlannedLine],
	sent: Iterable[Sent],
	drafted: Mapping[Place, Decimal],
) -> tuple[PlannedLine, ...]:
	"""The lines that can be sent from what lies in the warehouses now, with how much of each.

	Lines that were promised from stock come first, then those that wait for goods, each in the order of `planned`: the
	elder order gets what has come. What waits never takes what ERPNext reserves for orders without a plan.

	Args:
		drafted: what lies in the warehouses but is on a draft of a delivery note already, in stock units.
	"""
	lines, bins = list(planned), list(bins)
	foreign = _reserved_without_plan(bins, lines)
	free = {
		(found.item, found.warehouse): found.actual - drafted.get((found.item, found.warehouse), _NOTHING)
		for found in bins
	}
	open_lines = outstanding(lines, sent, drafts_count=True)
	shares: list[PlannedLine] = []
	for source in (WAREHOUSE, BACKORDER):
		for line in open_lines:
			place = (line.item, line.warehouse)
			if line.source != source or place not in free:
				continue
			share = _share(line, free[place])
			if share > 0:
				free[place] -= share * line.factor
				shares.append(replace(line, qty=share))
		if source == WAREHOUSE:
			free = {place: left - foreign[place] for place, left in free.items()}
	return tuple(shares)


def _share(line: PlannedLine, free: Decimal) -> Decimal:
	if line.qty * line.factor <= free:
		return line.qty
	return min(whole_steps(free / line.factor, line.step), line.qty)


def _by_place(lines: Iterable[PlannedLine]) -> dict[Place, Decimal]:
	totals: dict[Place, Decimal] = {}
	for line in lines:
		place = (line.item, line.warehouse)
		totals[place] = totals.get(place, _NOTHING) + line.qty * line.factor
	return totals


def _reserved_without_plan(bins: Iterable[Bin], planned: Iterable[PlannedLine]) -> dict[Place, Decimal]:
	"""What ERPNext reserves for rows of orders that have no plan: all that it reserves, less what it does for the others."""
	known: dict[Place, Decimal] = {}
	for line in {line.row: line for line in planned}.values():
		if line.reserved_at and line.stocked and line.source != DROP_SHIP:
			place = (line.item, line.reserved_at)
			known[place] = (
				known.get(place, _NOTHING) + max(line.ordered - line.delivered, _NOTHING) * line.factor
			)
	return {
		(found.item, found.warehouse): max(
			found.reserved - known.get((found.item, found.warehouse), _NOTHING), _NOTHING
		)
		for found in bins
	}
