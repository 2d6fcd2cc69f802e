"""A customer's credit: how much there is, and how much of it is used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)


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
