"""Whether an order fits into a customer's credit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)

PASS = "Pass"
HOLD = "Hold"

NO_LIMIT = "no_limit"
NOT_AT_ORDERS = "not_at_orders"
WITHIN_LIMIT = "within_limit"
OVER_LIMIT = "over_limit"


@dataclass(frozen=True)
class Exposure:
	"""What a company has at stake with a customer, in the company's currency. Each part is counted once.

	Attributes:
		open_orders: of accepted orders, what has not been billed yet.
		deliveries_to_bill: what was delivered without an order and has not been billed yet.
		receivables: what invoices, credit notes and journal entries leave to be paid.
		unallocated_payments: what the customer has paid without saying for what: it lowers the exposure.
	"""

	open_orders: Decimal = ZERO
	deliveries_to_bill: Decimal = ZERO
	receivables: Decimal = ZERO
	unallocated_payments: Decimal = ZERO

	@property
	def total(self) -> Decimal:
		return self.open_orders + self.deliveries_to_bill + self.receivables - self.unallocated_payments


@dataclass(frozen=True)
class Terms:
	"""How much credit a customer has in a company, and what else was agreed or found out about it.

	Attributes:
		limit: in the company's currency; without `has_limit` it says nothing.
		has_limit: whether there is one: a customer who may only prepay has a limit of zero, one without a limit has none.
		at_orders: whether the limit applies to orders, or to what is delivered and billed only.
		source: whose limit it is: Credit Profile, Customer, Customer Group, Company, or nobody's.
	"""

	limit: Decimal = ZERO
	has_limit: bool = False
	at_orders: bool = True
	prepay_only: bool = False
	source: str = ""
	valid_until: date | None = None
	next_review: date | None = None
	risk_class: str = ""
	score: int = 0
	payment_terms: str = ""
	parent_account: str = ""
	is_blocked: bool = False
	block_reason: str = ""
	is_natural_person: bool = False


@dataclass(frozen=True)
class Reason:
	"""Why, as data: a code, and the amounts that a sentence about it needs."""

	code: str
	limit: Decimal = ZERO
	exposure: Decimal = ZERO
	order_amount: Decimal = ZERO
	excess: Decimal = ZERO


@dataclass(frozen=True)
class Verdict:
	"""What is to become of the order. `excess` is the amount over the limit that a person would have to allow."""

	outcome: str
	reasons: tuple[Reason, ...]
	excess: Decimal = ZERO

	@property
	def passes(self) -> bool:
		return self.outcome == PASS


def decide(terms: Terms, exposure: Exposure, order_amount: Decimal) -> Verdict:
	"""Pass an order whose amount fits under the limit beside the exposure without it; hold any other.

	All amounts are in the company's currency.
	"""
	if not terms.at_orders:
		return Verdict(PASS, (Reason(NOT_AT_ORDERS, order_amount=order_amount),))
	if not terms.has_limit:
		return Verdict(PASS, (Reason(NO_LIMIT, order_amount=order_amount),))
	excess = exposure.total + order_amount - terms.limit
	if excess <= 0:
		reason = Reason(WITHIN_LIMIT, terms.limit, exposure.total, order_amount)
		return Verdict(PASS, (reason,))
	reason = Reason(OVER_LIMIT, terms.limit, exposure.total, order_amount, excess)
	return Verdict(HOLD, (reason,), excess)
