"""From guesses and their assignment to what is done with each line: how sure, and so post, propose or leave, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from o2c_extensions.cash_application.domain.engine import odds
from o2c_extensions.cash_application.domain.engine.assignment import Option
from o2c_extensions.cash_application.domain.engine.book import RANK, Book
from o2c_extensions.cash_application.domain.engine.calibration import BELIEVED, Calibration, Thresholds
from o2c_extensions.cash_application.domain.engine.fits import (
	LATE_DISCOUNT,
	OLDEST_FIRST,
	ON_ACCOUNT,
	OVER,
	SHORT,
	allocate,
)
from o2c_extensions.cash_application.domain.engine.guesses import STRONG, Guess
from o2c_extensions.cash_application.domain.engine.mentions import CUTS
from o2c_extensions.cash_application.domain.engine.model import (
	LEAVE,
	POST,
	PROPOSE,
	Candidate,
	Choice,
	Line,
	Reason,
)
from o2c_extensions.cash_application.domain.engine.rules import BOOK, HAND_OVER, SPLIT, Rule, split
from o2c_extensions.cash_application.domain.engine.weights import Weights

NEAREST = 3


@dataclass(frozen=True, slots=True)
class Setup:
	"""What the engine decides by, beside the rules.

	Attributes:
		thresholds: of probability; a rule may have its own.
	"""

	weights: Weights = field(default_factory=Weights)
	thresholds: Thresholds = field(default_factory=Thresholds)
	calibration: Calibration = BELIEVED


@dataclass(frozen=True, slots=True)
class Look:
	"""A line that has been looked at: its guesses, the best first, and the options that the first ones of them are."""

	line: Line
	rule: Rule
	guesses: tuple[Guess, ...]
	options: tuple[Option, ...]


class Round:
	"""Lines that were assigned together.

	Attributes:
		wanted: which options of which lines want an item: {item: (line, option)}.
		taken: who has got how much of an item: {item: (line, amount)}.
	"""

	def __init__(
		self,
		looks: Sequence[Look],
		assigned: Sequence[int | None],
		capacity: dict[int, int],
		book: Book,
		setup: Setup,
	) -> None:
		self.looks, self.assigned, self.capacity, self.book, self.setup = (
			looks,
			assigned,
			capacity,
			book,
			setup,
		)
		self.wanted: dict[int, list[tuple[int, int]]] = {}
		self.taken: dict[int, list[tuple[int, int]]] = {}
		for number, look in enumerate(looks):
			got = assigned[number]
			for at, option in enumerate(look.options):
				for item, amount in option.claims:
					self.wanted.setdefault(item, []).append((number, at))
					if at == got:
						self.taken.setdefault(item, []).append((number, amount))

	def decide(self, number: int) -> Choice:
		"""What is done with a line."""
		look, option = self.looks[number], self.assigned[number]
		line, rule = look.line, look.rule
		why = Reason("rule", (rule.name,))
		if rule.action in (BOOK, SPLIT):
			booked = split(rule, line.amount)
			return Choice(line.name, POST, rule.name, rule.action, booked=booked, reasons=(why,))
		if option is not None:
			return self._chosen(number, look, option)
		if look.options:
			return self._all_taken(number, look)
		if rule.failure:
			why = Reason("rule failed", (rule.name, rule.failure))
		elif rule.action != HAND_OVER:
			why = Reason("nothing near" if look.guesses else "nothing found")
		return Choice(
			line.name,
			LEAVE,
			rule.name,
			rule.action,
			kept=line.amount,
			reasons=(why,),
			nearest=self._nearest(number, None),
		)

	def _chosen(self, number: int, look: Look, option: int) -> Choice:
		line, rule, guess = look.line, look.rule, look.guesses[option]
		lost = {at: blocker for at in range(option) if (blocker := self._blocker(number, at)) is not None}
		others = [other for at, other in enumerate(look.guesses) if at != option and at not in lost]
		score = odds.confidence(guess.score, [other.score for other in others])
		if rivals := self._rivals(number, option):
			score = odds.against(score, rivals)
		chance = self.setup.calibration.of(score)
		# A person is asked as soon as it is likely enough who has paid: which of several equal invoices it is, they see.
		elsewhere = [other.score for other in others if other.customer != guess.customer]
		whose = max(chance, self.setup.calibration.of(odds.confidence(guess.score, elsewhere)))
		reasons = [
			Reason("taken", (", ".join(self._names(look.guesses[at])), self.looks[blocker].line.name))
			for at, blocker in lost.items()
		]
		if any(guess.score - other.score < self.setup.weights.margin for other in others):
			reasons.append(Reason("ambiguous"))
		elif not lost and not _may_be_posted(guess, rule, line):
			reasons.append(Reason("not without a person", (guess.fit.level,)))
		post_from = self.setup.thresholds.post if rule.post is None else rule.post
		propose_from = self._propose_from(rule)
		outcome = POST
		if whose < propose_from:
			outcome = LEAVE
			reasons.append(Reason("unlikely", (_percent(whose), _percent(propose_from))))
		elif chance < post_from:
			outcome = PROPOSE
			reasons.append(Reason("not sure enough", (_percent(chance), _percent(post_from))))
		elif reasons:
			outcome = PROPOSE
		else:
			reasons.append(Reason("sure", (_percent(chance),)))
		nearest = () if outcome == POST else self._nearest(number, option if outcome == PROPOSE else None)
		if outcome == LEAVE:
			return Choice(
				line.name,
				LEAVE,
				rule.name,
				kept=line.amount,
				probability=chance,
				score=score,
				reasons=tuple(reasons),
				nearest=nearest,
			)
		return self._made(look, guess, outcome, chance, score, tuple(reasons), nearest)

	def _propose_from(self, rule: Rule) -> Decimal:
		return self.setup.thresholds.propose if rule.propose is None else rule.propose

	def _made(
		self,
		look: Look,
		guess: Guess,
		outcome: str,
		chance: Decimal,
		score: int,
		reasons: tuple[Reason, ...],
		nearest: tuple[Candidate, ...],
	) -> Choice:
		line, rule = look.line, look.rule
		if guess.items and guess.items[0] < 0:
			fee = guess.fit.gap
			return Choice(
				line.name,
				outcome,
				rule.name,
				customer=guess.customer,
				kept=line.amount + fee,
				booked=((rule.charges_account, -fee, rule.charges_cost_center, ""),) if fee else (),
				reopens=self.book.receipts[-1 - guess.items[0]].name,
				fee=fee,
				probability=chance,
				score=score,
				parts=guess.parts,
				reasons=reasons,
				nearest=nearest,
			)
		allocations, kept, booked = allocate(self.book, line, rule, guess.items, guess.fit)
		return Choice(
			line.name,
			outcome,
			rule.name,
			customer=guess.customer,
			allocations=allocations,
			kept=kept,
			booked=((rule.difference_account, booked, rule.difference_cost_center, ""),) if booked else (),
			deduction_reason=rule.deduction_reason if any(one.deduction for one in allocations) else "",
			probability=chance,
			score=score,
			parts=guess.parts,
			reasons=reasons,
			nearest=nearest,
		)

	def _all_taken(self, number: int, look: Look) -> Choice:
		"""Other lines have all that this one may pay: it was paid twice. On account, if a person agrees."""
		line, rule, best = look.line, look.rule, look.guesses[0]
		elsewhere = [other.score for other in look.guesses if other.customer != best.customer]
		score = odds.confidence(best.score, elsewhere)
		chance = self.setup.calibration.of(score)
		blocker = self._blocker(number, 0)
		other = "" if blocker is None else self.looks[blocker].line.name
		proposed = chance >= self._propose_from(rule) and not any(at < 0 for at in best.items)
		return Choice(
			line.name,
			PROPOSE if proposed else LEAVE,
			rule.name,
			customer=best.customer if proposed else "",
			kept=line.amount,
			probability=chance,
			score=score,
			parts=best.parts if proposed else (),
			reasons=(Reason("taken", (", ".join(self._names(best)), other)),),
			nearest=self._nearest(number, None),
		)

	def _blocker(self, number: int, at: int) -> int | None:
		"""The line that has what an option wants; None if it could still be had."""
		options = self.looks[number].options
		if at >= len(options):
			return None
		for item, amount in options[at].claims:
			others = [(line, given) for line, given in self.taken.get(item, ()) if line != number]
			if amount + sum(given for _line, given in others) > self.capacity[item]:
				return others[0][0]
		return None

	def _rivals(self, number: int, option: int) -> list[int]:
		"""How sure other payers' lines would be of the items that this one has got, where there is not enough for both."""
		ours = self.looks[number]
		rivals: dict[int, int] = {}
		for item, amount in ours.options[option].claims:
			for other, at in self.wanted[item]:
				theirs = self.looks[other]
				if other == number or _same_payer(ours, theirs, option, at):
					continue
				claimed = next(given for one, given in theirs.options[at].claims if one == item)
				if amount + claimed > self.capacity[item]:
					beside = [one.score for place, one in enumerate(theirs.guesses) if place != at]
					sure = odds.confidence(theirs.guesses[at].score, beside)
					rivals[other] = max(sure, rivals.get(other, sure))
		return [rivals[other] for other in sorted(rivals)]

	def _nearest(self, number: int, chosen: int | None) -> tuple[Candidate, ...]:
		found: list[Candidate] = []
		guesses = self.looks[number].guesses
		scores = [guess.score for guess in guesses]
		for at, guess in enumerate(guesses):
			if at == chosen or len(found) == NEAREST:
				continue
			sure = odds.confidence(guess.score, scores[:at] + scores[at + 1 :])
			blocker = self._blocker(number, at)
			if blocker is not None:
				why = Reason("taken", (", ".join(self._names(guess)), self.looks[blocker].line.name))
			elif chosen is not None and guess.score == scores[chosen]:
				why = Reason("as likely")
			else:
				against = min(guess.parts, key=lambda part: part.points)
				why = Reason(f"{against.kind} {against.seen}", (str(against.points),))
			chance = self.setup.calibration.of(sure)
			found.append(Candidate(guess.customer, self._names(guess), chance, guess.score, guess.parts, why))
		return tuple(found)

	def _names(self, guess: Guess) -> tuple[str, ...]:
		book = self.book
		return tuple(book.items[at].name if at >= 0 else book.receipts[-1 - at].name for at in guess.items)


def _may_be_posted(guess: Guess, rule: Rule, line: Line) -> bool:
	"""Whether such a match may be posted at all, however sure it is."""
	if not guess.items or guess.fit.level in (OLDEST_FIRST, ON_ACCOUNT):
		return False
	if guess.items[0] < 0:
		return True
	if guess.fit.level in (SHORT, LATE_DISCOUNT, OVER):
		# What does not settle its items to the cent has to name every one of them.
		if RANK.get(guess.parts[0].seen, 0) < STRONG:
			return False
		if guess.fit.level != OVER and rule.deduction_reason and rule.deduction_by_person:
			return False
		# Where the text was cut, the rest of the money may be for what was cut off.
		return guess.fit.level != OVER or (
			rule.keep_rest and not any(len(text) in CUTS for text in line.texts)
		)
	return True


def _same_payer(ours: Look, theirs: Look, option: int, at: int) -> bool:
	"""A payer who pays twice: which of both payments gets the item does not matter to anybody."""
	left, right = ours.line, theirs.line
	return (
		ours.guesses[option].customer == theirs.guesses[at].customer
		and (left.party_iban, left.party_name) == (right.party_iban, right.party_name)
		and bool(left.party_iban or left.party_name)
	)


def _percent(chance: Decimal) -> str:
	return f"{chance:.2%}"
