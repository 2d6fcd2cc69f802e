"""What a payer tells of a payment: which documents it pays, with how much, and what is kept back of which, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

INVOICE, CREDIT, DEBIT, ORDER, OTHER = "Invoice", "Credit Note", "Debit Note", "Order", "Other"


@dataclass(frozen=True)
class Advised:
	"""One document that a payment is said to settle.

	Attributes:
		reference: what the payer calls it.
		amount: what the payment brings for it; below zero for a credit that is set off. None where only the document is told.
		gross: what the document comes to, if that is told.
		discount: early-payment discount taken; deduction: what else is kept back; both above zero when less is paid.
		reason: why, as the payer puts it: a code, or words.
	"""

	reference: str
	kind: str = INVOICE
	amount: Decimal | None = None
	gross: Decimal | None = None
	discount: Decimal = Decimal(0)
	deduction: Decimal = Decimal(0)
	reason: str = ""
	day: date | None = None


@dataclass(frozen=True)
class Advice:
	"""One payment as its payer announces it.

	Attributes:
		number: the payer's own name for the advice.
		payment_reference: by which the payment is known at the bank: end-to-end id, trace or cheque number.
		total: what is paid, if it is told; else what the documents make, if all their amounts are told.
	"""

	number: str
	currency: str
	advised: tuple[Advised, ...]
	day: date | None = None
	payment_day: date | None = None
	payment_reference: str = ""
	payer: str = ""
	payer_iban: str = ""
	payer_account: str = ""
	total: Decimal | None = None

	@property
	def made(self) -> Decimal | None:
		"""What the documents' amounts make; None if one of them is not told."""
		amounts = [each.amount for each in self.advised]
		told = [amount for amount in amounts if amount is not None]
		return sum(told, Decimal(0)) if told and len(told) == len(amounts) else None

	@property
	def amount(self) -> Decimal | None:
		return self.made if self.total is None else self.total

	@property
	def difference(self) -> Decimal:
		"""What is paid beyond what the documents make, where both are told."""
		made = self.made
		return Decimal(0) if self.total is None or made is None else self.total - made


@dataclass(frozen=True)
class AdviceFile:
	"""A file's kind, such as REMADV D.96A, and the advices in it."""

	version: str
	advices: tuple[Advice, ...]
