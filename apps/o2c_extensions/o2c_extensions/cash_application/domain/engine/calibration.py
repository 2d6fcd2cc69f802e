"""From scores to probabilities that hold, from costs to thresholds, and from confirmed matches to weights.

Evidence is not as independent as adding it up supposes: a payer who is known by IBAN is known by name, too. So what a score is
worth is measured: confirmed history is replayed, and the share of right choices is fitted as a function of the
score that never falls (isotonic regression by pooling adjacent violators: Ayer et al., 1955; Zadrozny and Elkan, 2002).

A wrong posting costs `wrong`, a look by a person costs `look`:

    post     when (1 - p) * wrong < look
    propose  when what a right proposal saves is more than what a wrong one costs: p * look > (1 - p) * misled
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import exp, fsum, log

from o2c_extensions.cash_application.domain.engine.model import Choice, Part
from o2c_extensions.cash_application.domain.engine.odds import probability
from o2c_extensions.cash_application.domain.engine.rules import MATCH
from o2c_extensions.cash_application.domain.engine.weights import PRIOR, Weights

# Pools of fewer replayed lines than this say little: their share is drawn to what the score itself says.
PRIOR_STRENGTH = 10
TURNS = 25
GUARDS = frozenset(("ambiguous", "taken", "not without a person"))
# Where odds are beyond doubt, and beyond what can be added up.
BOUND = 40


@dataclass(frozen=True, slots=True)
class Costs:
	"""What errors cost, in any one currency.

	Attributes:
		wrong: finding and reversing a wrong posting.
		look: a person matching a line.
		misled: a person refusing a wrong proposal, and still matching the line.
	"""

	wrong: Decimal = Decimal(500)
	look: Decimal = Decimal(1)
	misled: Decimal = Decimal("0.3")


@dataclass(frozen=True, slots=True)
class Thresholds:
	"""The least probabilities for posting without a person, and for proposing."""

	post: Decimal = Decimal("0.998")
	propose: Decimal = Decimal("0.23")


@dataclass(frozen=True, slots=True)
class Calibration:
	"""Steps (score, probability), both rising: from that score on, that probability. Without steps the odds are believed."""

	steps: tuple[tuple[int, Decimal], ...] = ()

	def of(self, score: int) -> Decimal:
		if not self.steps:
			return probability(score)
		at = bisect_right(self.steps, score, key=lambda step: step[0]) - 1
		return self.steps[max(at, 0)][1]


BELIEVED = Calibration()


@dataclass(frozen=True, slots=True)
class Rated:
	"""A candidate of a replayed line: what its parts showed, as names of weights, its score, and whether people confirmed it."""

	seen: tuple[str, ...]
	score: int
	right: bool


@dataclass(frozen=True, slots=True)
class Replayed:
	"""What the engine would have chosen for a line, and whether people did the same.

	Attributes:
		score: the choice's confidence.
		candidates: the choice and the nearest others. None of them right: people did something else.
		guarded: it would not be posted whatever its score: ambiguous, taken by another line, or for a person by its kind.
	"""

	score: int
	right: bool
	candidates: tuple[Rated, ...] = ()
	guarded: bool = False


def thresholds(costs: Costs) -> Thresholds:
	"""The thresholds at which a mistake costs as much as the work that it saves."""
	post = 1 - costs.look / costs.wrong
	propose = costs.misled / (costs.look + costs.misled)
	return Thresholds(max(post, propose), propose)


def replay(
	choices: Iterable[Choice],
	confirmed: Mapping[str, tuple[str, frozenset[str]]],
	weights: Weights | None = None,
) -> list[Replayed]:
	"""Compare what the engine chooses for past lines with what people confirmed.

	Args:
		weights: those that the choices were made with.
		choices: of lines that were matched against what was open at that time.
		confirmed: by line: the customer, and the items (or the receipt that came back).
	"""
	prior = (weights or Weights())[PRIOR]
	history = []
	for choice in choices:
		truth = confirmed.get(choice.line)
		if truth is None or choice.action != MATCH or not (choice.parts or choice.nearest):
			continue
		candidates = [_rated(one.customer, one.items, one.parts, one.score, truth) for one in choice.nearest]
		if choice.parts:
			items = [one.item for one in choice.allocations] + ([choice.reopens] if choice.reopens else [])
			raw = prior + sum(part.points for part in choice.parts)
			candidates.insert(0, _rated(choice.customer, items, choice.parts, raw, truth))
		guarded = any(reason.code in GUARDS for reason in choice.reasons)
		history.append(Replayed(choice.score, candidates[0].right, tuple(candidates), guarded))
	return history


def _rated(
	customer: str, items: Iterable[str], parts: Iterable[Part], score: int, truth: tuple[str, frozenset[str]]
) -> Rated:
	return Rated(
		tuple(f"{part.kind}.{part.seen}" for part in parts), score, (customer, frozenset(items)) == truth
	)


def calibrate(history: Iterable[Replayed]) -> Calibration:
	"""The probability that a choice is right, by score, as replayed history shows it.

	Guarded choices are left out: the probability decides about the others only.
	"""
	pools: list[list[int]] = []
	by_score: dict[int, list[int]] = {}
	for one in history:
		if one.guarded:
			continue
		counts = by_score.setdefault(one.score, [0, 0])
		counts[0] += one.right
		counts[1] += 1
	for score in sorted(by_score):
		right, count = by_score[score]
		pools.append([score, right, count])
		while len(pools) > 1 and pools[-2][1] * pools[-1][2] >= pools[-1][1] * pools[-2][2]:
			_score, right, count = pools.pop()
			pools[-1][1] += right
			pools[-1][2] += count
	steps = []
	highest = Decimal(0)
	for score, right, count in pools:
		drawn = (right + PRIOR_STRENGTH * probability(score)) / (count + PRIOR_STRENGTH)
		highest = max(highest, drawn.quantize(Decimal("0.000001")))
		steps.append((score, highest))
	return Calibration(tuple(steps))


def learn(history: Sequence[Replayed], weights: Weights | None = None, strength: int = 4) -> Weights:
	"""Weights under which what people confirmed is likelier than the other candidates, and than none of them.

	A conditional logit (McFadden, 1974): each line is a choice among its candidates; the log-likelihood is climbed by Newton
	steps, one weight at a time. Unlike counting m and u it does not count evidence twice that always comes together.

	Args:
		weights: those that the history was replayed with.
		strength: how strongly each weight is drawn to what it was: the table changes slowly, and keeps what was never seen.
	"""
	known = weights or Weights()
	moved = dict.fromkeys(known.points, 0 / 1)
	nats = log(10) / 100
	for _turn in range(TURNS):
		slope = dict.fromkeys(moved, 0 / 1)
		bend = dict.fromkeys(moved, 0 / 1)
		for line in history:
			odds = [
				exp(min(BOUND, nats * (one.score + sum(moved.get(code, 0) for code in one.seen))))
				for one in line.candidates
			]
			whole = 1 + fsum(odds)
			for one, odd in zip(line.candidates, odds, strict=True):
				share = odd / whole
				for code in one.seen:
					if code in slope:
						slope[code] += one.right - share
						bend[code] += share * (1 - share)
		for code in moved:
			if slope[code] or moved[code]:
				step = (slope[code] - strength * nats * moved[code]) / (bend[code] + strength)
				moved[code] += step / (2 * nats)
	points = {code: value + int(moved[code]) for code, value in known.points.items()}
	return Weights(points, known.margin)
