"""A credit policy: rules in order, what is excluded from them, and what they make of a document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from o2c_extensions.common.expressions import Expression
from o2c_extensions.common.money import rounded
from o2c_extensions.credit_control.domain import criteria
from o2c_extensions.credit_control.domain.credit import ZERO
from o2c_extensions.credit_control.domain.criteria import Bounds, Found, Measured
from o2c_extensions.credit_control.domain.facts import ADVANCES, TREES, Facts, needs_of

ORDER, RELEASE, PICK, DELIVERY, INVOICE = "Order", "Release", "Pick", "Delivery", "Invoice"
CHECKPOINTS = (ORDER, RELEASE, PICK, DELIVERY, INVOICE)

PASS, WARN, DEPOSIT, PREPAYMENT, HOLD, REJECT = "Pass", "Warn", "Deposit", "Prepayment", "Hold", "Reject"
# The milder first.
OUTCOMES = (PASS, WARN, DEPOSIT, PREPAYMENT, HOLD, REJECT)

# Reasons besides the tests of rules.
NOTHING_AGAINST = "Nothing Against"
RULE_FAILED = "Rule Failed"
NATURAL_PERSON = "Natural Person"
DEPOSIT_RECEIVED = "Deposit Received"

WHOLE = Decimal(100)


@dataclass(frozen=True)
class Scope:
	"""For which documents a rule is meant. What is empty, or zero, does not narrow it; amounts are inclusive."""

	company: str = ""
	customer_group: str = ""
	territory: str = ""
	risk_class: str = ""
	customer: str = ""
	order_type: str = ""
	amount_from: Decimal = ZERO
	amount_to: Decimal = ZERO
	condition: Expression | None = None

	def matches(self, facts: Facts, checkpoint: str) -> bool:
		"""Whether a document is in the scope. A customer group or territory means all below it too.

		Raises:
			FactMissing, ExpressionError: that cannot be said.
		"""
		if self.customer_group or self.territory:
			facts.demand(TREES)
		named = (
			(self.company, facts.company),
			(self.risk_class, facts.risk_class),
			(self.customer, facts.customer),
			(self.order_type, facts.order_type),
		)
		if any(wanted and wanted != found for wanted, found in named):
			return False
		if self.customer_group and self.customer_group not in facts.groups:
			return False
		if self.territory and self.territory not in facts.territories:
			return False
		if facts.amount < self.amount_from or (self.amount_to and facts.amount > self.amount_to):
			return False
		condition = self.condition
		return condition is None or condition.holds(facts.named(condition.names, checkpoint))

	@property
	def is_everything(self) -> bool:
		return self == Scope()

	@property
	def needs(self) -> frozenset[str]:
		trees = frozenset({TREES} if self.customer_group or self.territory else ())
		return trees | (needs_of(self.condition.names) if self.condition else frozenset())


@dataclass(frozen=True)
class Rule:
	"""One question about a document, and what becomes of it if the answer is yes.

	Attributes:
		test: one of criteria.TESTS.
		bounds: how far the test goes.
		outcome: one of OUTCOMES; Pass ends the walk through the rules.
		deposit_percent: of the document's amount, for the outcome Deposit.
		message: what is said instead of the standard sentence.
	"""

	title: str
	test: str
	outcome: str
	checkpoints: frozenset[str] = frozenset(CHECKPOINTS)
	scope: Scope = field(default_factory=Scope)
	bounds: Bounds = field(default_factory=Bounds)
	deposit_percent: Decimal = ZERO
	message: str = ""

	def deposit_of(self, facts: Facts) -> Decimal:
		"""What the customer has to pay before a document of this rule goes on."""
		share = WHOLE if self.outcome == PREPAYMENT else self.deposit_percent
		if self.outcome not in (DEPOSIT, PREPAYMENT):
			return ZERO
		return max(rounded(facts.amount * share / WHOLE, facts.currency), ZERO)

	@property
	def needs(self) -> frozenset[str]:
		advances = frozenset({ADVANCES} if self.outcome in (DEPOSIT, PREPAYMENT) else ())
		return self.scope.needs | criteria.NEEDED.get(self.test, frozenset()) | advances


@dataclass(frozen=True)
class Exclusion:
	"""Documents for which rules do not count, or some of them: those of these titles, and those with these tests.

	Empty is all, except for rules that pass: to take one of those out would make the policy stricter.
	"""

	title: str
	scope: Scope = field(default_factory=Scope)
	rules: frozenset[str] = frozenset()
	tests: frozenset[str] = frozenset()
	checkpoints: frozenset[str] = frozenset(CHECKPOINTS)
	until: date | None = None

	def concerns(self, rule: Rule, checkpoint: str, today: date) -> bool:
		"""Whether it speaks about a rule at all, on this day."""
		return (
			rule.outcome != PASS
			and checkpoint in self.checkpoints
			and (self.until is None or today <= self.until)
			and (not self.rules or rule.title in self.rules)
			and (not self.tests or rule.test in self.tests)
		)


@dataclass(frozen=True)
class Policy:
	"""Rules and exclusions, each in their order. `version` is what a decision cites.

	Amounts are in `currency`; `in_currency` gives the policy for a company with another one.
	"""

	name: str
	version: str = ""
	currency: str = ""
	rules: tuple[Rule, ...] = ()
	exclusions: tuple[Exclusion, ...] = ()

	def at(self, checkpoint: str) -> Policy:
		"""What of it counts at a checkpoint."""
		rules = tuple(rule for rule in self.rules if checkpoint in rule.checkpoints)
		exclusions = tuple(each for each in self.exclusions if rules and checkpoint in each.checkpoints)
		return replace(self, rules=rules, exclusions=exclusions)

	def needs(self, checkpoint: str) -> frozenset[str]:
		"""The groups of facts that may be asked for at a checkpoint."""
		there = self.at(checkpoint)
		return frozenset().union(*(r.needs for r in there.rules), *(e.scope.needs for e in there.exclusions))

	@property
	def scopes(self) -> tuple[Scope, ...]:
		return (*(rule.scope for rule in self.rules), *(each.scope for each in self.exclusions))

	@property
	def has_amounts(self) -> bool:
		return any(rule.bounds.amount for rule in self.rules) or any(
			scope.amount_from or scope.amount_to for scope in self.scopes
		)

	def in_currency(self, currency: str, rate: Decimal) -> Policy:
		"""The same policy with its amounts in another currency, one unit of its own being worth `rate` of that."""

		def scoped(scope: Scope) -> Scope:
			return replace(scope, amount_from=scope.amount_from * rate, amount_to=scope.amount_to * rate)

		def bounded(rule: Rule) -> Rule:
			bounds = replace(rule.bounds, amount=rule.bounds.amount * rate)
			return replace(rule, bounds=bounds, scope=scoped(rule.scope))

		rules = (bounded(rule) for rule in self.rules)
		exclusions = (replace(each, scope=scoped(each.scope)) for each in self.exclusions)
		return replace(self, currency=currency, rules=tuple(rules), exclusions=tuple(exclusions))


@dataclass(frozen=True)
class Reason:
	"""Why, as data. `test` is the test of the rule that fired, or one of the reasons above.

	Attributes:
		outcome: what this reason alone would have led to.
		measured, allowed: what was found, and how far it might have gone; in what, says the test.
		excess: the amount that a person has to allow to let the document go on in spite of it.
		detail: an error's text, or the name of the rule's parent account.
	"""

	test: str
	rule: str = ""
	outcome: str = PASS
	measured: Measured = None
	allowed: Measured = None
	excess: Decimal = ZERO
	deposit: Decimal = ZERO
	detail: str = ""
	message: str = ""


@dataclass(frozen=True)
class Verdict:
	"""What is to become of a document.

	Attributes:
		excess: the amount that a person has to allow.
		deposit: what has to be paid first, with the outcomes Deposit and Prepayment.
		policy, version: the policy that decided.
	"""

	outcome: str
	reasons: tuple[Reason, ...]
	excess: Decimal = ZERO
	deposit: Decimal = ZERO
	policy: str = ""
	version: str = ""

	@property
	def passes(self) -> bool:
		"""Whether the document goes on without anybody deciding, if with a warning."""
		return self.outcome in (PASS, WARN)

	@property
	def warnings(self) -> tuple[Reason, ...]:
		return tuple(reason for reason in self.reasons if reason.outcome == WARN)

	@property
	def fired(self) -> tuple[str, ...]:
		"""The titles of the rules that had something to say."""
		return tuple(reason.rule for reason in self.reasons if reason.rule)


def severity(outcome: str) -> int:
	return OUTCOMES.index(outcome)


def strictest(outcomes: Iterable[str]) -> str:
	return max(outcomes, key=severity, default=PASS)


def evaluate(policy: Policy, checkpoint: str, facts: Facts) -> Verdict:
	"""Walk through the rules of a checkpoint; the strictest outcome among those that fired before a Pass counts.

	A rule that cannot be evaluated holds the document and says so, and the walk goes on: nothing passes by failing. A natural
	person is never refused by a rule alone (GDPR Art. 22): a rejection becomes a hold, about which a person decides.
	"""
	reasons: list[Reason] = []
	for rule in policy.rules:
		if checkpoint not in rule.checkpoints:
			continue
		reason = _ask(policy, rule, checkpoint, facts)
		if reason is None:
			continue
		reasons.append(reason)
		if rule.outcome == PASS and reason.outcome == PASS:
			break
	outcome = strictest(reason.outcome for reason in reasons)
	if outcome == REJECT and facts.is_natural_person:
		outcome = HOLD
		reasons.append(Reason(NATURAL_PERSON, outcome=HOLD))
	if not reasons:
		reasons.append(
			Reason(NOTHING_AGAINST, measured=facts.exposure.total + facts.adds, allowed=facts.limit)
		)
	deposit = max((reason.deposit for reason in reasons), default=ZERO)
	return Verdict(
		outcome,
		tuple(reasons),
		excess=max((reason.excess for reason in reasons), default=ZERO),
		deposit=deposit if outcome in (DEPOSIT, PREPAYMENT) else ZERO,
		policy=policy.name,
		version=policy.version,
	)


def _ask(policy: Policy, rule: Rule, checkpoint: str, facts: Facts) -> Reason | None:
	try:
		if not rule.scope.matches(facts, checkpoint):
			return None
		found = criteria.ask(rule.test, rule.bounds, facts, at_order=checkpoint == ORDER)
		if found is None or _is_excluded(policy, rule, checkpoint, facts):
			return None
		return _reason(rule, found, facts)
	except Exception as error:  # whatever it is, it must not let the document pass
		detail = f"{type(error).__name__}: {error}"
		return Reason(RULE_FAILED, rule.title, HOLD, excess=max(facts.amount, ZERO), detail=detail)


def _is_excluded(policy: Policy, rule: Rule, checkpoint: str, facts: Facts) -> bool:
	return any(
		each.concerns(rule, checkpoint, facts.today) and each.scope.matches(facts, checkpoint)
		for each in policy.exclusions
	)


def _reason(rule: Rule, found: Found, facts: Facts) -> Reason:
	deposit = rule.deposit_of(facts)
	if rule.outcome in (DEPOSIT, PREPAYMENT):
		facts.demand(ADVANCES)
		if facts.prepaid >= deposit:
			return Reason(DEPOSIT_RECEIVED, rule.title, PASS, facts.prepaid, deposit)
	return Reason(
		rule.test,
		rule.title,
		rule.outcome,
		found.measured,
		found.allowed,
		ZERO if rule.outcome in (PASS, WARN) else found.excess,
		deposit,
		found.detail,
		rule.message,
	)
