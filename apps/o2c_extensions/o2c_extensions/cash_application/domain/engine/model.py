"""What the engine takes in and gives back. Amounts are whole minor units of the currency that they are in (cents).

Money that comes in is above zero, money that goes out below; an open item is above zero when the customer owes it, and below
when we do (a credit note, a payment that nothing was allocated of).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

INVOICE, ORDER, CREDIT, PAYMENT, JOURNAL = "invoice", "order", "credit note", "payment", "journal entry"
KINDS = frozenset((INVOICE, ORDER, CREDIT, PAYMENT, JOURNAL))

POST, PROPOSE, LEAVE = "Post", "Propose", "Leave"


@dataclass(frozen=True, slots=True)
class Discount:
	"""What may be taken off when it is paid up to a day (early-payment discount)."""

	until: date
	amount: int


@dataclass(frozen=True, slots=True)
class Item:
	"""Something open that a line may settle.

	Attributes:
		name: unique among all items.
		references: what else it is called: payment references given to the customer (RF, QRR, OGM, KID), order numbers, the
			customer's own order number, the end-to-end id of a collection.
	"""

	name: str
	kind: str
	customer: str
	currency: str
	open: int
	posted: date
	due: date
	references: tuple[str, ...] = ()
	mandate: str = ""
	account: str = ""
	discounts: tuple[Discount, ...] = ()


@dataclass(frozen=True, slots=True)
class Customer:
	"""Who may pay.

	Attributes:
		titles: the names that it goes by.
		numbers: what it calls itself when it pays: customer numbers.
	"""

	name: str
	titles: tuple[str, ...] = ()
	ibans: tuple[str, ...] = ()
	mandates: tuple[str, ...] = ()
	numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Habit:
	"""Learned of confirmed matches: this payer has paid for this customer so many times.

	Attributes:
		payer: the payer's IBAN, or, without one, its name as `names.payer_key` writes it.
	"""

	payer: str
	customer: str
	times: int


@dataclass(frozen=True, slots=True)
class Receipt:
	"""A payment that was received and applied, and may come back (a returned direct debit)."""

	name: str
	customer: str
	currency: str
	amount: int
	day: date
	end_to_end: str = ""
	mandate: str = ""
	iban: str = ""
	items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
	"""One payment on a bank statement.

	Attributes:
		amount: in `currency`; what goes out is below zero.
		texts: the remittance information, in order; a text that was cut is as long as the bank allows.
		references: what was sent as a reference, in a field of its own.
		charges: what the bank has kept of it, if the statement tells.
		instructed: what the payer gave the order for, if the statement tells: amount and currency.
		fields: whatever else a rule may ask for.
	"""

	name: str
	amount: int
	currency: str
	day: date
	texts: tuple[str, ...] = ()
	references: tuple[str, ...] = ()
	end_to_end: str = ""
	mandate: str = ""
	party_name: str = ""
	party_iban: str = ""
	is_return: bool = False
	charges: int = 0
	instructed: tuple[int, str] | None = None
	fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Allocation:
	"""What one item gets of a line.

	Attributes:
		amount: of the line, in the line's currency; below zero for a credit that is netted.
		settled: by how much the item's open amount falls, in the item's currency: `amount`, the discount, what is written off and
			the charges. In one currency it is their sum.
		discount, written_off, charges: in the item's currency.
		deduction: what the payer has kept back of it and stays open, to be followed up under `Choice.deduction_reason`.
	"""

	item: str
	amount: int
	settled: int
	discount: int = 0
	written_off: int = 0
	charges: int = 0
	deduction: int = 0


@dataclass(frozen=True, slots=True)
class Part:
	"""One piece of evidence: what it is about, what was seen, and what it weighs in centibans (100 = ten times as likely)."""

	kind: str
	seen: str
	points: int


@dataclass(frozen=True, slots=True)
class Reason:
	"""Why, or why not: a code, and the values that a sentence about it needs."""

	code: str
	values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
	"""What a line may be, and how likely: shown beside the choice."""

	customer: str
	items: tuple[str, ...]
	probability: Decimal
	score: int
	parts: tuple[Part, ...]
	why_not: Reason


@dataclass(frozen=True, slots=True)
class Choice:
	"""What to do with a line.

	The allocations' amounts, `kept` and `booked` are the whole line.

	Attributes:
		outcome: Post, Propose or Leave.
		rule: the name of the rule that governs the line.
		action: what the rule says: match, book, split or hand over.
		customer: who has paid; empty if nobody is found.
		kept: what stays on the customer's account.
		booked: straight to accounts: (account, amount, cost centre, tax template).
		probability: that customer and items are right, after calibration.
		reopens: the receipt that came back, and the fee that the bank took for it.
		nearest: the best candidates that were not chosen, at most three.
	"""

	line: str
	outcome: str
	rule: str = ""
	action: str = "match"
	customer: str = ""
	allocations: tuple[Allocation, ...] = ()
	kept: int = 0
	booked: tuple[tuple[str, int, str, str], ...] = ()
	deduction_reason: str = ""
	reopens: str = ""
	fee: int = 0
	probability: Decimal = Decimal(0)
	score: int = 0
	parts: tuple[Part, ...] = ()
	reasons: tuple[Reason, ...] = ()
	nearest: tuple[Candidate, ...] = ()
