"""What of a planned order can be set going now: parcels from the warehouses, purchases from those who deliver themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from o2c_extensions.order_orchestration.domain.demand import PlannedLine, Sent, outstanding
from o2c_extensions.order_orchestration.domain.sourcing import BACKORDER, DROP_SHIP, Terms


@dataclass(frozen=True)
class Due:
	"""What one order can get now. A line may be in `parcels` with a part and in `waiting` with the rest."""

	# By warehouse: one delivery note each.
	parcels: Mapping[str, Sequence[PlannedLine]]
	# By supplier: one purchase order each.
	purchases: Mapping[str, Sequence[PlannedLine]]
	waiting: Sequence[PlannedLine]

	@property
	def something(self) -> bool:
		return bool(self.parcels or self.purchases)


def due(
	lines: Iterable[PlannedLine],
	shares: Iterable[PlannedLine],
	sent: Iterable[Sent],
	purchased: Mapping[str, Decimal],
) -> Due:
	"""What an order can get now.

	Services travel with the goods: on the order's next parcel, or on one of their own when no goods of ours are left to send.

	Args:
		lines: of the order's plan.
		shares: what the order gets of the stock (see `allocate`).
		purchased: what stands on purchase orders for each row, in stock units.
	"""
	lines = list(lines)
	parcels: dict[str, list[PlannedLine]] = {}
	given: dict[tuple[str, str, str], Decimal] = {}
	for share in shares:
		parcels.setdefault(share.warehouse, []).append(share)
		given[share.row, share.source, share.warehouse] = share.qty
	open_lines = outstanding(lines, sent, drafts_count=True)
	waiting = []
	for line in open_lines:
		rest = line.qty - given.get((line.row, line.source, line.warehouse), Decimal(0))
		if line.stocked and rest > 0:
			waiting.append(replace(line, qty=rest))
	services = [line for line in open_lines if not line.stocked]
	if services and (parcels or not waiting):
		parcels.setdefault(next(iter(parcels), services[0].warehouse), []).extend(services)
	elif services:
		waiting.extend(services)
	return Due(parcels, _purchases(lines, purchased), waiting)


def _purchases(
	lines: Iterable[PlannedLine], purchased: Mapping[str, Decimal]
) -> dict[str, list[PlannedLine]]:
	wanted: dict[str, list[PlannedLine]] = {}
	for line in lines:
		if line.source != DROP_SHIP or not line.supplier:
			continue
		rest = (
			min(line.qty, line.ordered - line.delivered) - purchased.get(line.row, Decimal(0)) / line.factor
		)
		if rest > 0:
			wanted.setdefault(line.supplier, []).append(replace(line, qty=rest))
	return wanted


def promise_anew(
	promised: date, source: str, going: bool, lead_days: int | None, terms: Terms, today: date
) -> date:
	"""The day to promise for a line on the day that it is looked at: never an earlier one than was promised before.

	Args:
		going: it is set going today. What waits keeps its promise until that day has passed.
	"""
	if going:
		source = source if source == DROP_SHIP else "Warehouse"
		return max(promised, terms.earliest(source, lead_days, today))
	return promised if promised >= today else terms.earliest(BACKORDER, lead_days, today)
