"""Reconciliation rules: ordered; the first one whose condition holds governs a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from o2c_extensions.cash_application.domain.engine.mentions import fold
from o2c_extensions.cash_application.domain.engine.model import KINDS, Line
from o2c_extensions.cash_application.domain.engine.patterns import Pattern
from o2c_extensions.cash_application.domain.engine.structured import plain
from o2c_extensions.common.expressions import ExpressionError

MATCH, BOOK, HAND_OVER, SPLIT = "match", "book to account", "hand to a person", "split"
ANY = "*"


@dataclass(frozen=True, slots=True)
class Tolerance:
	"""How far amounts may differ: the larger of a fixed amount and a share, and never more than `most` if that is set."""

	amount: int = 0
	per_mille: int = 0
	most: int = 0

	def of(self, amount: int) -> int:
		allowed = max(self.amount, abs(amount) * self.per_mille // 1000)
		return min(allowed, self.most) if self.most else allowed


NONE = Tolerance()


@dataclass(frozen=True, slots=True)
class Condition:
	"""What has to be true of a line. Everything that is set must hold.

	Attributes:
		contains: words, one of which is in a text, the payer's name or a reference; upper and lower case are alike.
		pattern: found in a text or the payer's name.
		ibans: the payer's account begins with one of these.
		least, most: bounds of the amount without its sign, in minor units.
		sign: 1 for money in, -1 for money out, 0 for both.
		expression: anything else.
	"""

	contains: tuple[str, ...] = ()
	pattern: Pattern | None = None
	ibans: tuple[str, ...] = ()
	currencies: tuple[str, ...] = ()
	least: int | None = None
	most: int | None = None
	sign: int = 0
	expression: Callable[[Line], bool] | None = None

	def holds(self, line: Line) -> bool:
		amount = abs(line.amount)
		if self.sign and line.amount * self.sign <= 0:
			return False
		if self.least is not None and amount < self.least:
			return False
		if self.most is not None and amount > self.most:
			return False
		if self.currencies and line.currency not in self.currencies:
			return False
		if self.ibans and not plain(line.party_iban).startswith(tuple(map(plain, self.ibans))):
			return False
		if self.contains or self.pattern:
			texts = (*line.texts, line.party_name, *line.references, line.end_to_end)
			if self.contains:
				whole = "\n".join(map(fold, texts))
				if not any(fold(word) in whole for word in self.contains):
					return False
			if self.pattern and not any(self.pattern.found_in(text) for text in texts if text):
				return False
		return self.expression is None or bool(self.expression(line))


@dataclass(frozen=True, slots=True)
class Share:
	"""A part of a line that is split: a fixed amount, or so many thousandths, to an account."""

	account: str
	amount: int = 0
	per_mille: int = 0
	cost_center: str = ""
	tax: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
	"""What is looked for, how sure it must be, and what is done.

	Attributes:
		condition: None holds for every line.
		look_for: the kinds of items (model.KINDS).
		post, propose: the least probability; None: what the thresholds say.
		tolerance: by currency, `*` for all others: a difference up to it is written off to `difference_account`.
		discount: whether an early-payment discount is taken, up to `grace_days` after its day.
		charges: the most that a payer's bank may have kept, in the line's currency, booked to `charges_account`.
		exchange: how far a converted amount may be from the rate.
		deduction_reason: a short payment of a named item leaves a deduction of this reason open.
		deduction_by_person: and a person decides about it.
		keep_rest: what is paid too much stays on the customer's account; else a person decides.
		account, cost_center, tax: where a line is booked straight to.
		shares: for a split: what goes where; the rest goes to `account`.
		difference_cost_center, charges_cost_center: beside their accounts.
		party_type, party: whose a receivable or payable `account` is.
		user, role: who is to look at what is handed over; empty: whoever comes.
		failure: why the rule could not be asked about this line. It is handed to a person, who is told.
	"""

	name: str
	condition: Condition | None = None
	action: str = MATCH
	look_for: frozenset[str] = KINDS
	post: Decimal | None = None
	propose: Decimal | None = None
	tolerance: Mapping[str, Tolerance] = field(default_factory=dict)
	discount: bool = True
	grace_days: int = 0
	difference_account: str = ""
	charges: Mapping[str, Tolerance] = field(default_factory=dict)
	charges_account: str = ""
	exchange: Tolerance = NONE
	deduction_reason: str = ""
	deduction_by_person: bool = False
	keep_rest: bool = True
	account: str = ""
	cost_center: str = ""
	tax: str = ""
	shares: tuple[Share, ...] = ()
	difference_cost_center: str = ""
	charges_cost_center: str = ""
	party_type: str = ""
	party: str = ""
	user: str = ""
	role: str = ""
	failure: str = ""

	def allowed(self, limits: Mapping[str, Tolerance], currency: str, amount: int) -> int:
		return (limits.get(currency) or limits.get(ANY) or NONE).of(amount)


EVERYTHING = Rule("")


def governing(rules: Sequence[Rule], line: Line) -> Rule:
	"""The first rule whose condition holds; without one, everything is looked for and nothing is written off.

	A condition that fails neither holds nor does not: what it was meant to keep from later rules must not reach them.
	"""
	for rule in rules:
		try:
			holds = rule.condition is None or rule.condition.holds(line)
		except ExpressionError as error:
			return Rule(rule.name, action=HAND_OVER, failure=f"{error.code}: {error.value}")
		if holds:
			return rule
	return EVERYTHING


def split(rule: Rule, amount: int) -> tuple[tuple[str, int, str, str], ...]:
	"""A line's amount over the rule's accounts: (account, amount, cost centre, tax). They sum up to the amount."""
	sign = -1 if amount < 0 else 1
	left = abs(amount)
	parts: list[tuple[str, int, str, str]] = []
	for share in rule.shares:
		part = min(left, share.amount or abs(amount) * share.per_mille // 1000)
		if part:
			parts.append((share.account, sign * part, share.cost_center, share.tax))
			left -= part
	if left:
		parts.append((rule.account, sign * left, rule.cost_center, rule.tax))
	return tuple(parts)
