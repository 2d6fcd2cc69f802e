"""Whether an order fits into a customer's credit."""

from __future__ import annotations

from dataclasses import dataclass
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
	"""How much credit a customer has: zero or less is no limit. With `at_orders` false it does not apply to orders."""

	limit: Decimal = ZERO
	at_orders: bool = True


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
	if terms.limit <= 0:
		return Verdict(PASS, (Reason(NO_LIMIT, order_amount=order_amount),))
	excess = exposure.total + order_amount - terms.limit
	if excess <= 0:
		reason = Reason(WITHIN_LIMIT, terms.limit, exposure.total, order_amount)
		return Verdict(PASS, (reason,))
	reason = Reason(OVER_LIMIT, terms.limit, exposure.total, order_amount, excess)
	return Verdict(HOLD, (reason,), excess)
