"""Probabilities that hold, thresholds that pay, weights that learn; and the quality on lines that nobody tuned for."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.cash_application.domain.engine import odds
from o2c_extensions.cash_application.domain.engine.calibration import (
	Calibration,
	Costs,
	Rated,
	Replayed,
	calibrate,
	learn,
	replay,
	thresholds,
)
from o2c_extensions.cash_application.domain.engine.engine import Setup, match
from o2c_extensions.cash_application.domain.engine.weights import DEFAULT, Weights, log_hundred

from benchmarks._corpus import RULE, Corpus, generate
from benchmarks._quality import Quality, judge


def test_thresholds_follow_from_costs() -> None:
	found = thresholds(Costs(wrong=Decimal(200), look=Decimal(2), misled=Decimal(1)))
	assert found.post == Decimal("0.99")
	assert found.propose == Decimal(1) / 3
	careless = thresholds(Costs(wrong=Decimal(1), look=Decimal(5)))
	assert careless.post >= careless.propose


@given(st.integers(-900, 900))
def test_probability_and_odds_are_the_same_thing(score: int) -> None:
	assert 0 <= odds.probability(score) <= 1
	if -400 < score < 400:
		assert abs(odds.log_odds(odds.probability(score)) - score) <= 2


@given(st.integers(-800, 800), st.lists(st.integers(-800, 800), max_size=5))
def test_rivals_only_make_it_less_sure(score: int, others: list[int]) -> None:
	assert odds.confidence(score, others) <= odds.confidence(score, others[1:])
	assert odds.confidence(score, others) == odds.confidence(score, list(reversed(others)))
	assert odds.probability(odds.confidence(score, [score, *others])) <= Decimal("0.51")


@given(st.integers(1, 10**12))
def test_logarithms_in_whole_numbers(count: int) -> None:
	exponent = log_hundred(count)
	assert 10**exponent <= count**100 < 10 ** (exponent + 1)


@given(st.lists(st.tuples(st.integers(-300, 600), st.booleans()), max_size=60))
def test_a_calibration_never_falls_and_stays_within_bounds(told: list[tuple[int, bool]]) -> None:
	made = calibrate([Replayed(score, right) for score, right in told])
	values = [made.of(score) for score in range(-400, 700, 25)]
	assert values == sorted(values)
	assert all(0 <= value <= 1 for value in values)


def test_a_calibration_tells_the_measured_share() -> None:
	mixed = random.Random(1)
	# Of those with a score of 300, odds of 1,000, only nine in ten were right.
	made = calibrate([Replayed(300, mixed.random() < 0.9) for _ in range(5000)])
	assert abs(made.of(300) - Decimal("0.9")) < Decimal("0.02")
	assert Calibration().of(300) > Decimal("0.998")


def test_guarded_choices_do_not_calibrate() -> None:
	assert calibrate([Replayed(300, False, (), True)] * 50) == calibrate([])


def test_weights_learn_what_tells_right_from_wrong() -> None:
	told = Replayed(0, True, (Rated(("name.shared",), -20, True), Rated(("name.same",), 0, False)))
	learned = learn([told] * 300)
	assert learned["name.shared"] > DEFAULT["name.shared"]
	assert learned["name.same"] < DEFAULT["name.same"]
	assert learned["iban.own"] == DEFAULT["iban.own"]
	assert learn([]).points == dict(DEFAULT)
	# One case moves a weight a little only.
	assert (
		abs(learn([told])["name.shared"] - DEFAULT["name.shared"])
		< learned["name.shared"] - DEFAULT["name.shared"]
	)


def _quality(corpus: Corpus, setup: Setup | None = None) -> Quality:
	return judge(corpus, match(corpus.lines, corpus.book(), [RULE], setup))


@pytest.fixture(scope="module")
def corpus() -> Corpus:
	return generate(2000, 4711)


def test_most_is_found_and_next_to_nothing_posted_wrongly(corpus: Corpus) -> None:
	found = _quality(corpus)
	assert found.share_found >= 0.95, found.table()
	assert found.share_posted >= 0.8, found.table()
	assert found.share_wrong <= 0.001, found.table()


def test_replayed_history_calibrates_the_engine(corpus: Corpus) -> None:
	history = generate(2000, 815)
	lines, book = history.lines, history.book()
	confirmed = {
		# Of two payments of one invoice the later one stays on account.
		line: (
			truth.customer,
			frozenset()
			if " of " in truth.kind
			else frozenset((*truth.items, *filter(None, (truth.reopens,)))),
		)
		for line, truth in history.truth.items()
	}
	learned = learn(replay(match(lines, book, [RULE]), confirmed))
	assert learned != Weights()
	again = replay(match(lines, book, [RULE], Setup(learned)), confirmed, learned)
	assert len(again) > 1500
	setup = Setup(learned, thresholds(Costs()), calibrate(again))
	found = _quality(corpus, setup)
	assert found.share_found >= 0.95, found.table()
	assert found.share_posted >= 0.7, found.table()
	assert found.share_wrong <= 0.001, found.table()


def test_the_same_seed_makes_the_same_lines(corpus: Corpus) -> None:
	again = generate(2000, 4711)
	assert again.lines == corpus.lines and again.truth == corpus.truth
	assert generate(50, 1).lines != generate(50, 2).lines
	assert set(corpus.truth) == {line.name for line in corpus.lines}


def test_weights_name_every_part() -> None:
	assert all(isinstance(points, int) for points in Weights().points.values())
