"""What each piece of evidence weighs.

Fellegi and Sunter (1969): evidence that is seen with probability m when line and item belong together, and with probability u
when they do not, multiplies the odds by m / u. Weights are log10(m / u) in centibans, whole numbers: 100 make it ten times as
likely, -100 a tenth. They are added up, so a score is the same on every machine and in every order, and each part of it
can be shown.

    score = prior + reference + amount + party (IBAN, name, number) + date + history
    odds = 10 ^ (score / 100)

The table is data: `calibration.learn` fits it to a company's own confirmed matches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

PRIOR = "prior"

DEFAULT: Mapping[str, int] = MappingProxyType(
	{
		# One line in two thousand pairs with an item that has nothing else in common with it.
		PRIOR: -330,
		# How the line names the item.
		"reference.structured": 480,
		"reference.end-to-end": 480,
		"reference.full": 430,
		"reference.part": 380,
		"reference.hinted": 270,
		"reference.order": 300,
		"reference.bare": 200,
		"reference.cut": 150,
		"reference.typo": 130,
		"reference.range": 300,
		"reference.mandate": 150,
		"reference.none": -10,
		# It names others and not this one; it names this one and others that it does not pay.
		"reference.others": -190,
		"reference.some unnamed": -90,
		"reference.some unpaid": -130,
		"reference.credit unnamed": -150,
		# It names a number of our own that is not open: paid before, or mistyped.
		"reference.unknown": -80,
		# How the amounts agree.
		"amount.exact": 310,
		"amount.discount": 270,
		"amount.late discount": 130,
		"amount.charges told": 250,
		"amount.charges": -40,
		"amount.tolerance": 150,
		"amount.converted": 150,
		"amount.short": -110,
		"amount.over": -130,
		"amount.oldest first": -130,
		"amount.on account": -230,
		# Who paid.
		"iban.own": 300,
		"iban.shared": 200,
		"iban.other": -110,
		"iban.new": -20,
		"iban.none": 0,
		"name.same": 280,
		"name.similar": 200,
		"name.shared": 60,
		"name.in text": 120,
		"name.other": -80,
		"name.none": 0,
		"number.named": 250,
		"number.none": 0,
		"history.usual": 250,
		"history.once": 150,
		"history.none": 0,
		# When.
		"date.usual": 20,
		"date.late": -30,
		"date.before": -140,
		# A payment that came back: how the earlier one is named.
		"return.end-to-end": 480,
		"return.item": 330,
		"return.mandate": 250,
		"return.iban": 200,
		"return.fee": 200,
		"return.said": 100,
	}
)


@dataclass(frozen=True, slots=True)
class Weights:
	"""The table, and how close the runner-up may come.

	Attributes:
		margin: a choice whose runner-up is nearer than this is ambiguous, and never posted.
	"""

	points: Mapping[str, int] = field(default_factory=lambda: DEFAULT)
	margin: int = 120

	def __getitem__(self, code: str) -> int:
		return self.points[code]


@lru_cache(maxsize=4096)
def log_hundred(count: int) -> int:
	"""100 * log10(count), as a whole number, rounded down; of nothing and of one it is 0.

	Computed with whole numbers alone: the largest n with 10^n <= count^100.
	"""
	return len(str(count**100)) - 1 if count > 1 else 0
