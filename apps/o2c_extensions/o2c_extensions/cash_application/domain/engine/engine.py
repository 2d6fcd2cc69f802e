"""Lines against open items: looked at one by one, decided together.

1. The first rule whose condition holds governs a line: book, split, hand over, or match.
2. Guesses: sets of items that the line may settle, from the book's indexes, each with a score (guesses, returns).
3. Assignment: the best sum of scores over all lines; no item is given away twice.
4. Confidence: the odds of a line's choice against its other guesses, against none of them, and against other payers' lines
   that want the same items. Calibrated, it is the probability.
5. Post, propose or leave, by the thresholds; never post what is ambiguous.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from o2c_extensions.cash_application.domain.engine.assignment import Option, assign
from o2c_extensions.cash_application.domain.engine.book import Book
from o2c_extensions.cash_application.domain.engine.choosing import NEAREST, Look, Round, Setup
from o2c_extensions.cash_application.domain.engine.circles import no_search
from o2c_extensions.cash_application.domain.engine.fits import EXACT, SETTLES, Fit, allocate
from o2c_extensions.cash_application.domain.engine.guesses import Guess, Guesser
from o2c_extensions.cash_application.domain.engine.model import Choice, Line
from o2c_extensions.cash_application.domain.engine.returns import returns
from o2c_extensions.cash_application.domain.engine.rules import MATCH, Rule, governing
from o2c_extensions.cash_application.domain.engine.weights import Weights

__all__ = ["RULE", "VERSION", "Setup", "match"]

RULE = "o2c_extensions.cash_application.domain.engine.engine.match"
VERSION = 1

# Guesses below this take part in nothing: less likely than one in thirty.
FLOOR = -150
# Beside the best guess, those that are less likely by more than this do not matter.
FAR = 450


def match(
	lines: Iterable[Line], book: Book, rules: Sequence[Rule] = (), setup: Setup | None = None
) -> tuple[Choice, ...]:
	"""What to do with each line, in the order of `lines`. The order changes nothing else.

	Lines are to be all that are open, as they are decided together; each has a name of its own.
	"""
	with no_search():
		return _match(tuple(lines), book, rules, setup or Setup())


def _match(told: tuple[Line, ...], book: Book, rules: Sequence[Rule], setup: Setup) -> tuple[Choice, ...]:
	ordered = sorted(told, key=lambda line: (line.day, line.name))
	looks = [_look(line, book, governing(rules, line), setup.weights) for line in ordered]
	claimed = {item for look in looks for option in look.options for item, _amount in option.claims}
	# Below zero stands a receipt that may come back: once.
	capacity = {item: abs(book.items[item].open) if item >= 0 else 1 for item in claimed}
	assigned = assign([look.options for look in looks], capacity)
	round_ = Round(looks, assigned, capacity, book, setup)
	decided = {look.line.name: round_.decide(number) for number, look in enumerate(looks)}
	return tuple(decided[line.name] for line in told)


def _look(line: Line, book: Book, rule: Rule, weights: Weights) -> Look:
	if rule.action != MATCH or not line.amount:
		return Look(line, rule, (), ())
	found: list[Guess] = []
	if not line.is_return:
		found = Guesser(book, weights, line, rule).guesses()
	for back in returns(book, weights, line, rule):
		customer = book.receipts[back.receipt].customer
		found.append(Guess(customer, (-1 - back.receipt,), Fit(EXACT, back.fee), back.score, back.parts))
	found.sort(key=lambda guess: -guess.score)
	least = max(FLOOR, found[0].score - FAR) if found else FLOOR
	kept = tuple(guess for guess in found if guess.score > least)
	nearest = kept or tuple(found[:NEAREST])
	options = tuple(Option(guess.score - FLOOR, _claims(guess, line, book, rule)) for guess in kept)
	return Look(line, rule, nearest, options)


def _claims(guess: Guess, line: Line, book: Book, rule: Rule) -> tuple[tuple[int, int], ...]:
	"""How much of which items a guess takes."""
	if guess.items and guess.items[0] < 0:
		return tuple((at, 1) for at in guess.items)
	if guess.fit.level in SETTLES:
		return tuple((at, abs(book.items[at].open)) for at in guess.items)
	allocations, _kept, _booked = allocate(book, line, rule, guess.items, guess.fit)
	return tuple((book.place_of[one.item], abs(one.settled)) for one in allocations)
