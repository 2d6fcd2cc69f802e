"""How long holds wait: ages in buckets, and what is usual.

The **median** of an even number of values is the mean of the two in the middle. The **90th percentile** is by nearest rank: the
smallest value that at least 90 % of them do not exceed (NIST/SEMATECH e-Handbook of Statistical Methods, 7.2.6.2, without
interpolation), so it is always one that happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

# The last day of each bucket but the last, which has no end.
BUCKETS = (1, 3, 7, 14, 30)
_SECONDS_AN_HOUR = 3600


@dataclass(frozen=True)
class Times:
	"""How long something took, in hours, to a tenth: of `number` cases."""

	number: int
	median: Decimal
	p90: Decimal
	longest: Decimal


def bucket(days: int) -> int:
	"""The place of the bucket that an age of so many days falls into."""
	return sum(days > last for last in BUCKETS)


def bucket_bounds() -> tuple[tuple[int, int | None], ...]:
	"""First and last day of each bucket; None where it has no end."""
	firsts = (0, *(last + 1 for last in BUCKETS))
	return tuple(zip(firsts, (*BUCKETS, None), strict=True))


def hours(start: datetime, end: datetime) -> Decimal:
	"""The hours from one moment to another, never less than none."""
	seconds = max((end - start).total_seconds(), 0)
	return Decimal(int(seconds)) / _SECONDS_AN_HOUR


def times(values: Sequence[Decimal]) -> Times | None:
	"""What is usual; None where nothing happened."""
	if not values:
		return None
	ordered = sorted(values)
	count = len(ordered)
	median = (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
	rank = -(-count * 9 // 10)
	return Times(count, _tenth(median), _tenth(ordered[rank - 1]), _tenth(ordered[-1]))


def _tenth(value: Decimal) -> Decimal:
	return value.quantize(Decimal("0.1"), ROUND_HALF_UP)
