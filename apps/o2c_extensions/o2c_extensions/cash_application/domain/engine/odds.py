"""Scores, odds and probabilities. Probabilities are rounded to a millionth, so they are the same on every machine."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from math import fsum, log10

# Beyond this nothing is surer; it also keeps powers of ten within what can be represented.
SUREST = 900


def confidence(score: int, others: Iterable[int]) -> int:
	"""How likely one of several is, as a log-odds in centibans: its odds against all others, and against none of them being it.

	The order of the others does not matter: the sum is exact.
	"""
	return _within(score - _together(others))


def probability(log_odds: int) -> Decimal:
	return Decimal(int(1_000_000 / (1 + 10 ** (-_within(log_odds) / 100)))) / 1_000_000


def against(ours: int, theirs: Iterable[int]) -> int:
	"""The log-odds that we have a thing, when others, who want it as well, have it or not, and only one can."""
	return _within(ours - _together(theirs))


def _together(scores: Iterable[int]) -> int:
	"""What several odds, and even odds for none of them, make together."""
	odds = [10 ** (_within(score) / 100) for score in scores]
	return int(100 * log10(fsum((1, *odds)))) if odds else 0


def log_odds(chance: Decimal) -> int:
	"""The log-odds of a probability, in centibans."""
	least = Decimal(1) / 10**9
	chance = min(max(chance, least), 1 - least)
	return _within(int((chance / (1 - chance)).log10() * 100))


def _within(value: int) -> int:
	return value if -SUREST <= value <= SUREST else SUREST if value > 0 else -SUREST
