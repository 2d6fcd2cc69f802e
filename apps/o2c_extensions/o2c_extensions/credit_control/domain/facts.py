"""What a credit policy may look at when it judges a document. Loaded by queries/facts.py, as far as the policy asks."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from o2c_extensions.credit_control.domain.credit import ZERO, Exposure

# Facts that cost a query are loaded in these groups, and only those that a policy asks for.
EXPOSURE = "exposure"
TREES = "trees"
PARENT = "parent"
OVERDUE = "overdue"
DUNNING = "dunning"
FIRST_ORDER = "first_order"
PROMISES = "promises"
BOUNCED = "bounced"
ADVANCES = "advances"
NEEDS = (EXPOSURE, TREES, PARENT, OVERDUE, DUNNING, FIRST_ORDER, PROMISES, BOUNCED, ADVANCES)


class FactMissing(LookupError):
	"""A rule asks for what nobody has loaded. Such a rule holds: what is not known is not fine."""


@dataclass(frozen=True)
class Facts:
	"""A document and its customer at the moment of a decision. Amounts are in the company's currency.

	Attributes:
		amount: what the customer has to pay for the document.
		adds: how much of that the exposure does not hold yet. The exposure itself leaves out an order that is being checked.
		prepaid: what has been paid for this order in advance.
		limit: means something only with `has_limit`; prepay-only is a limit of zero.
		at_orders: whether the limit is checked when an order is submitted.
		groups, territories: the customer's own and all above it.
		agreed_terms, terms: the payment terms that the customer has, and those that the document grants.
		overdue_days: since when the oldest instalment is overdue.
		oldest_item_days: how old the oldest open invoice is.
		first_order: the day of the customer's first accepted order besides this one.
		broken_promise, bounced_debit: the day of the latest one.
		loaded: the groups of facts that are known. What is in none of them is always known.
	"""

	company: str
	customer: str
	currency: str
	today: date
	amount: Decimal = ZERO
	adds: Decimal = ZERO
	prepaid: Decimal = ZERO
	order_type: str = ""
	customer_group: str = ""
	territory: str = ""
	risk_class: str = ""
	limit: Decimal = ZERO
	has_limit: bool = False
	prepay_only: bool = False
	at_orders: bool = True
	valid_until: date | None = None
	next_review: date | None = None
	is_blocked: bool = False
	is_natural_person: bool = False
	agreed_terms: str = ""
	terms: str = ""
	exposure: Exposure = field(default_factory=Exposure)
	groups: frozenset[str] = frozenset()
	territories: frozenset[str] = frozenset()
	parent: str = ""
	parent_limit: Decimal = ZERO
	parent_has_limit: bool = False
	parent_exposure: Decimal = ZERO
	overdue_days: int = 0
	overdue_amount: Decimal = ZERO
	oldest_item_days: int = 0
	dunning_level: int = 0
	first_order: date | None = None
	broken_promise: date | None = None
	bounced_debit: date | None = None
	loaded: frozenset[str] = frozenset()

	def demand(self, need: str) -> None:
		"""Raise FactMissing unless this group of facts is known."""
		if need not in self.loaded:
			raise FactMissing(need)

	@property
	def overdue_share(self) -> Decimal:
		"""Per cent of the receivables that are overdue."""
		return (
			self.overdue_amount / self.exposure.receivables * 100 if self.exposure.receivables > 0 else ZERO
		)

	@property
	def terms_changed(self) -> bool:
		"""Whether the document grants other terms than the customer has. Without agreed terms there is nothing to change."""
		return bool(self.agreed_terms) and bool(self.terms) and self.terms != self.agreed_terms

	def days_since(self, day: date | None) -> int | None:
		return (self.today - day).days if day else None

	def named(self, names: Collection[str], checkpoint: str) -> dict[str, Any]:
		"""The values that a condition asks for, by the names that an administrator uses.

		Raises:
			FactMissing: one of them is not known.
		"""
		found: dict[str, Any] = {}
		for name in names:
			needs, value_of = _VALUES[name]
			for need in needs:
				self.demand(need)
			found[name] = checkpoint if name == "checkpoint" else value_of(self)
		return found


_VALUES: dict[str, tuple[tuple[str, ...], Callable[[Facts], Any]]] = {
	"checkpoint": ((), lambda facts: ""),
	"company": ((), lambda facts: facts.company),
	"customer": ((), lambda facts: facts.customer),
	"customer_group": ((TREES,), lambda facts: facts.customer_group),
	"territory": ((TREES,), lambda facts: facts.territory),
	"risk_class": ((), lambda facts: facts.risk_class),
	"order_type": ((), lambda facts: facts.order_type),
	"today": ((), lambda facts: facts.today),
	"amount": ((), lambda facts: facts.amount),
	"exposure": ((EXPOSURE,), lambda facts: facts.exposure.total),
	"open_orders": ((EXPOSURE,), lambda facts: facts.exposure.open_orders),
	"deliveries_to_bill": ((EXPOSURE,), lambda facts: facts.exposure.deliveries_to_bill),
	"receivables": ((EXPOSURE,), lambda facts: facts.exposure.receivables),
	"unallocated_payments": ((EXPOSURE,), lambda facts: facts.exposure.unallocated_payments),
	"credit_limit": ((), lambda facts: facts.limit),
	"has_limit": ((), lambda facts: facts.has_limit),
	"prepay_only": ((), lambda facts: facts.prepay_only),
	"valid_until": ((), lambda facts: facts.valid_until),
	"next_review": ((), lambda facts: facts.next_review),
	"is_blocked": ((), lambda facts: facts.is_blocked),
	"is_natural_person": ((), lambda facts: facts.is_natural_person),
	"terms_changed": ((), lambda facts: facts.terms_changed),
	"parent_account": ((PARENT,), lambda facts: facts.parent),
	"parent_exposure": ((PARENT, EXPOSURE), lambda facts: facts.parent_exposure),
	"overdue_days": ((OVERDUE,), lambda facts: facts.overdue_days),
	"overdue_amount": ((OVERDUE,), lambda facts: facts.overdue_amount),
	"overdue_share": ((EXPOSURE, OVERDUE), lambda facts: facts.overdue_share),
	"oldest_item_days": ((OVERDUE,), lambda facts: facts.oldest_item_days),
	"dunning_level": ((DUNNING,), lambda facts: facts.dunning_level),
	"customer_since": ((FIRST_ORDER,), lambda facts: facts.first_order),
	"broken_promise": ((PROMISES,), lambda facts: facts.broken_promise),
	"bounced_debit": ((BOUNCED,), lambda facts: facts.bounced_debit),
}
NAMES = tuple(_VALUES)


def needs_of(names: Collection[str]) -> frozenset[str]:
	"""The groups of facts that a condition with these names asks for."""
	return frozenset(need for name in names for need in _VALUES[name][0])
