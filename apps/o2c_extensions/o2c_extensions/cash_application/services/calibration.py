"""What a score is worth, what evidence weighs, and from when on it is worth to post: measured on a company's own history.

A run replays the reconciled lines day by day, twice: first with the built-in weights, which are then fitted to what was done, and
once more with the fitted ones, to measure what a score that they make is worth.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate

from o2c_extensions.cash_application.domain.engine import calibration as measuring
from o2c_extensions.cash_application.domain.engine.calibration import (
	BELIEVED,
	Calibration,
	Costs,
	Rated,
	Replayed,
	Thresholds,
)
from o2c_extensions.cash_application.domain.engine.choosing import Setup
from o2c_extensions.cash_application.domain.engine.engine import match
from o2c_extensions.cash_application.domain.engine.rules import MATCH, Rule
from o2c_extensions.cash_application.domain.engine.weights import Weights
from o2c_extensions.cash_application.queries import calibrations as queries
from o2c_extensions.cash_application.queries import past
from o2c_extensions.cash_application.queries.calibrations import CALIBRATION
from o2c_extensions.common import batch, casebook
from o2c_extensions.common.chain import canonical
from o2c_extensions.common.dates import months_before
from o2c_extensions.common.money import as_float, decimal

KIND = "Match Calibration"
GENERAL = "General"
BUILT_IN, TOO_LITTLE, MEASURED = "Built In", "Too Little History", "Measured"
MOST_MONTHS = 36
# Written by a run: what a form or a program sends for them is not taken.
OURS = (
	"status",
	"computed_on",
	"run",
	"sample_size",
	"right_share",
	"steps",
	"weights",
	"new_weights",
)
# Everything is proposed, so that everything has its candidates.
_ALL = Thresholds(post=Decimal(2), propose=Decimal(0))
FIRST, FIT, SECOND, FINISH = "replay", "fit", "measure", "finish"


# --- what the engine decides by --------------------------------------------------------------------------------------------


def setup_for(company: str) -> Setup:
	"""The company's own calibration, else the general one, else what is built in. One query."""
	row = queries.calibration_for(company)
	if row is None:
		return Setup()
	measured = row.status == MEASURED
	weights, steps = _measured(row.weights or "", row.steps or "") if measured else (Weights(), BELIEVED)
	return Setup(weights, measuring.thresholds(_costs(row)), steps)


def shown_thresholds(row: Any) -> dict[str, float]:
	"""From which probability on is posted and proposed, in per cent, as the costs have it."""
	found = measuring.thresholds(_costs(row))
	return {
		"post_from": round(as_float(found.post * 100), 4),
		"propose_from": round(as_float(found.propose * 100), 4),
	}


def _costs(row: Any) -> Costs:
	return Costs(decimal(row.cost_wrong), decimal(row.cost_look), decimal(row.cost_misled))


@lru_cache(maxsize=32)
def _measured(weights: str, steps: str) -> tuple[Weights, Calibration]:
	known = Weights()
	told = json.loads(weights) if weights else {}
	# Evidence that a later version of the app knows weighs what is built in.
	points = {code: int(told.get(code, value)) for code, value in known.points.items()}
	found = tuple((int(score), Decimal(chance)) for score, chance in json.loads(steps or "[]"))
	return Weights(points, known.margin), Calibration(found)


# --- a run -----------------------------------------------------------------------------------------------------------------


def start(calibration: str) -> str:
	"""Have a calibration computed. Returns the O2C Run.

	Raises:
		ValidationError: it is being computed already.
	"""
	busy = frappe.db.get_value(CALIBRATION, calibration, "run", for_update=True)
	if busy and frappe.db.get_value("O2C Run", busy, "status") in ("Queued", "Running"):
		frappe.throw(_("{0} is being computed already: {1}.").format(calibration, busy))
	run = batch.start(KIND, {"calibration": calibration})
	frappe.db.set_value(CALIBRATION, calibration, "run", run, update_modified=False)
	return run


def start_all() -> list[str]:
	"""Have every calibration computed that is not being computed."""
	return [start(name) for name in queries.idle()]


def steps_of(calibration: str) -> list[str]:
	"""What a run does, in order: each day twice, with what is made of the days after each time."""
	row = frappe.db.get_value(CALIBRATION, calibration, ["for_company", "months"], as_dict=True)
	queries.forget_samples(calibration)
	today = casebook.today()
	since = months_before(today, row.months)
	days = [f"{company}|{day}" for company, day in queries.days(row.for_company, since, today)]
	first, second = ([f"{step}|{day}" for day in days] for step in (FIRST, SECOND))
	return [*first, FIT, *second, FINISH]


def do(calibration: str, item: str) -> str:
	"""Do one step of a run. Says what came of it."""
	step, _bar, rest = item.partition("|")
	if step == FIT:
		return _fit(calibration)
	if step == FINISH:
		return _finish(calibration)
	company, day = rest.rsplit("|", 1)
	weights = Weights()
	if step == SECOND:
		told = frappe.db.get_value(CALIBRATION, calibration, "new_weights")
		if not told:
			return TOO_LITTLE
		weights, _believed = _measured(told, "")
	return str(_replay(calibration, company, getdate(day), weights))


def _replay(calibration: str, company: str, day: date, weights: Weights) -> int:
	"""Match one day's lines once more, and keep how that compares with what was done."""
	# Only here: services/rule_sets.py asks this module for the setup.
	from o2c_extensions.cash_application.services.rule_sets import rules_in_force

	told = past.day_of(company, day)
	rules = [_without_thresholds(rule) for rule in rules_in_force(company).rules]
	choices = match(told.lines, told.book, rules, Setup(weights, _ALL))
	confirmed = {line: done.truth for line, done in told.done.items() if done.is_match}
	wanted = [choice for choice in choices if choice.line in confirmed]
	samples = []
	for choice in wanted:
		samples += [(choice.line, one) for one in measuring.replay([choice], confirmed, weights)]
	queries.keep_samples(
		calibration,
		[
			(line, one.score, int(one.right), int(one.guarded), canonical(_told(one.candidates)))
			for line, one in samples
		],
	)
	return len(samples)


def _without_thresholds(rule: Rule) -> Rule:
	return replace(rule, post=None, propose=None) if rule.action == MATCH else rule


def _told(candidates: Iterable[Rated]) -> list[list[Any]]:
	return [[list(one.seen), one.score, int(one.right)] for one in candidates]


def _history(calibration: str) -> list[Replayed]:
	return [
		Replayed(
			row.score,
			bool(row.is_right),
			tuple(
				Rated(tuple(seen), score, bool(right)) for seen, score, right in json.loads(row.candidates)
			),
			bool(row.guarded),
		)
		for row in queries.samples(calibration)
	]


def _fit(calibration: str) -> str:
	"""Fit the weights to the first replay, if there is enough of it, and make room for the second."""
	history = _history(calibration)
	least = int(frappe.db.get_value(CALIBRATION, calibration, "least_sample") or 0)
	weights = measuring.learn(history) if len(history) >= max(least, 1) else None
	values = {"new_weights": canonical(dict(weights.points)) if weights else None}
	if weights:
		queries.forget_samples(calibration)
	frappe.db.set_value(CALIBRATION, calibration, values)
	return f"{len(history)}"


def _finish(calibration: str) -> str:
	history = _history(calibration)
	new = frappe.db.get_value(CALIBRATION, calibration, "new_weights")
	values: dict[str, Any] = {
		"computed_on": casebook.now(),
		"sample_size": len(history),
		"right_share": _share(history),
		"new_weights": None,
	}
	if new:
		steps = [[score, str(chance)] for score, chance in measuring.calibrate(history).steps]
		values |= {"status": MEASURED, "weights": new, "steps": canonical(steps)}
	else:
		values |= {"status": TOO_LITTLE, "weights": None, "steps": None}
	frappe.db.set_value(CALIBRATION, calibration, values)
	return str(values["status"])


def _share(history: Sequence[Replayed]) -> float:
	if not history:
		return 0.0
	return round(as_float(Decimal(100 * sum(one.right for one in history)) / len(history)), 2)
