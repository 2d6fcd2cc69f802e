"""A trend as a small line: where its points lie in a box. What draws it is the template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Sparkline:
	"""Lines as SVG's `points` ("0,20 10,4"), one for each stretch without a gap, and where the last value lies."""

	lines: tuple[str, ...]
	last: tuple[int, int] | None


def sparkline(
	values: Sequence[Decimal | None], width: int = 120, height: int = 28, margin: int = 3
) -> Sparkline:
	"""Fit `values` into the box, the earliest at the left, the greatest at the top. None leaves a gap.

	A line of equal values lies in the middle.
	"""
	known = [value for value in values if value is not None]
	if not known:
		return Sparkline((), None)
	low, span = min(known), max(known) - min(known)
	step = Decimal(width - 2 * margin) / max(1, len(values) - 1)
	room = height - 2 * margin
	stretches: list[list[tuple[int, int]]] = [[]]
	for index, value in enumerate(values):
		if value is None:
			stretches.append([])
			continue
		down = room * (1 - (value - low) / span) if span else Decimal(room) / 2
		stretches[-1].append((margin + int(index * step), margin + int(down)))
	drawn = [stretch for stretch in stretches if stretch]
	lines = tuple(" ".join(f"{x},{y}" for x, y in stretch) for stretch in drawn if len(stretch) > 1)
	return Sparkline(lines, drawn[-1][-1])
