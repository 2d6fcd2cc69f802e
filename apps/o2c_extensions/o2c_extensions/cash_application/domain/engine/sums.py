"""Which of a customer's open items sum up to an amount, to the cent.

Subset sum is exponential; this is bounded. Up to `WHOLE` items are searched completely, by meeting in the middle (Horowitz and
Sahni, 1974). Of more items, what customers really pay is tried: all of them, the oldest so many, a run of them in order of
the day they are due, any two, and any three of the `TRIPLES` oldest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

WHOLE = 16
TRIPLES = 24
# From the third one on, more ways to make the same sum tell nothing new: it is ambiguous.
MOST = 4


@dataclass(frozen=True, slots=True)
class Subset:
	"""One way to make the sum.

	Attributes:
		places: which values, in order.
		tried: among how many sets as plausible as this one it was found: the more, the likelier it fits by chance.
	"""

	places: tuple[int, ...]
	tried: int


def subsets(values: Sequence[int], total: int, least: int = 2) -> tuple[Subset, ...]:
	"""Sets of at least `least` values that make `total`, those of the fewest values first.

	Values below zero are credits: a set has at least one value of the total's sign.
	"""
	count = len(values)
	if count < least:
		return ()
	found = _all_ways(values, total) if count <= WHOLE else _usual_ways(values, total)
	sets = sorted(
		{places for places in found if len(places) >= least and any(values[at] * total > 0 for at in places)},
		key=lambda places: (len(places), places),
	)
	made = {places: Subset(places, _tried(count, places)) for places in sets[:MOST]}
	for places in sets[:MOST]:
		# Where an equal value is left out, another set does as well: not having tried it must not hide that.
		other = _exchanged(values, places)
		if other is not None:
			made[other] = Subset(other, made[places].tried)
	return tuple(made.values())


def _exchanged(values: Sequence[int], places: tuple[int, ...]) -> tuple[int, ...] | None:
	"""The set with its last value exchanged for an equal one that is not in it; None if there is none."""
	inside = set(places)
	for place in reversed(places):
		for other, value in enumerate(values):
			if value == values[place] and other not in inside:
				return tuple(sorted(inside - {place} | {other}))
	return None


def _tried(count: int, places: Sequence[int]) -> int:
	# The oldest ones, or all of them, are what customers pay: that is one set, not one of many.
	if tuple(places) == tuple(range(len(places))):
		return 2
	return max(2, comb(count, min(len(places), count - len(places))))


def _all_ways(values: Sequence[int], total: int) -> set[tuple[int, ...]]:
	middle = len(values) // 2
	left, right = _sums(values[:middle], 0), _sums(values[middle:], middle)
	found: set[tuple[int, ...]] = set()
	for amount, ways in left.items():
		for other in right.get(total - amount, ()):
			for way in ways:
				found.add((*way, *other))
				if len(found) > 4 * MOST:
					return _fewest(found)
	return found


def _fewest(found: set[tuple[int, ...]]) -> set[tuple[int, ...]]:
	return set(sorted(found, key=lambda places: (len(places), places))[:MOST])


def _sums(values: Sequence[int], first: int) -> dict[int, list[tuple[int, ...]]]:
	"""Every sum of some of the values, with the sets that make it: at most `MOST` each, the smallest ones."""
	sums: dict[int, list[tuple[int, ...]]] = {0: [()]}
	for place, value in enumerate(values, first):
		for amount, ways in list(sums.items()):
			more = [(*way, place) for way in ways]
			known = sums.get(amount + value)
			if known is None:
				sums[amount + value] = more
			elif len(known) < MOST:
				sums[amount + value] = sorted(known + more, key=lambda places: (len(places), places))[:MOST]
	return sums


def _usual_ways(values: Sequence[int], total: int) -> set[tuple[int, ...]]:
	found: set[tuple[int, ...]] = set()
	seen: dict[int, list[int]] = {}
	for place, value in enumerate(values):
		for other in seen.get(total - value, ())[:MOST]:
			found.add((other, place))
		seen.setdefault(value, []).append(place)
	# A run sums up to the difference of two running totals.
	running, starts = 0, {0: 0}
	for end, value in enumerate(values):
		running += value
		start = starts.get(running - total)
		if start is not None:
			found.add(tuple(range(start, end + 1)))
		starts[running] = end + 1
	for first, second in combinations(range(min(len(values), TRIPLES)), 2):
		for third in seen.get(total - values[first] - values[second], ())[:MOST]:
			if third > second:
				found.add((first, second, third))
	return found
