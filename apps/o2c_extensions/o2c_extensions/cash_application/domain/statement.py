"""What a bank tells of an account, whatever format it came in: statements, entries and the lines that they are made of.

An entry is what the bank booked, and moves the balance. A line is one payment: an entry that the bank booked for a whole
batch of payments is split into them when the bank tells each one's amount.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

BOOKED = "BOOK"


class StatementError(ValueError):
	"""A file cannot be read as a statement. Says what is wrong, where, and with which value; wording it is the caller's.

	Attributes:
		code: what is wrong, in one word.
		value: the text that is wrong, shortened.
		line: the line of the file, 0 if it is not about one.
		place: where in the document, as a path of its elements.
	"""

	def __init__(self, code: str, value: str = "", line: int = 0, place: str = "") -> None:
		self.code, self.value, self.line, self.place = code, value[:80], line, place
		super().__init__(f"{code}: {self.value!r} (line {line}, {place or 'file'})")


@dataclass(frozen=True)
class Balance:
	"""What the account holds at a day's end or beginning; below zero it is overdrawn.

	Attributes:
		line, place: where in the file it stands, as in StatementError.
	"""

	amount: Decimal
	day: date | None
	line: int = field(default=0, compare=False)
	place: str = field(default="", compare=False)


@dataclass(frozen=True)
class Payment:
	"""What is known of one payment: its references, its other party and its text.

	Attributes:
		amount: with its sign, if the bank told it for this payment alone.
		bank_reference: the bank's own name for it.
		structured_references: creditor references (ISO 11649 RF, Swiss QRR, ...) as they were sent.
		party_account: the other party's account where it has no IBAN, with its bank's code before a slash.
		return_code: why a payment came back, in the bank's code (ISO 20022 external return reason, or a national one).
		return_reason: the same as a code and a text; empty if it did not come back.
		charges: what the bank kept or took for it, as told; not part of any sum here.
		instructed: what the payer ordered, and instructed_currency of what; None where the bank does not tell it apart.
		exchange_rate: by which the bank made one of the other, as told.
	"""

	amount: Decimal | None = None
	bank_reference: str = ""
	end_to_end_id: str = ""
	mandate_id: str = ""
	creditor_id: str = ""
	party_name: str = ""
	party_iban: str = ""
	party_account: str = ""
	remittance: str = ""
	structured_references: tuple[str, ...] = ()
	return_code: str = ""
	return_reason: str = ""
	charges: Decimal = Decimal(0)
	instructed: Decimal | None = None
	instructed_currency: str = ""
	exchange_rate: Decimal | None = None


@dataclass(frozen=True)
class Entry:
	"""One booking on the account.

	Attributes:
		amount: what it adds to the balance; below zero it takes from it.
		status: BOOK when it is part of the balance; others are announced or informative only.
		is_reversal: whether it takes an earlier booking back. The amount's sign says which way already.
		code: what kind of booking it is, in the bank's own code (ISO 20022 domain, German GVC, SWIFT, BAI2 type, ...).
		details: the payments in it, if the bank tells any.
	"""

	amount: Decimal
	currency: str
	booking_date: date | None
	value_date: date | None
	status: str = BOOKED
	is_reversal: bool = False
	bank_reference: str = ""
	text: str = ""
	details: tuple[Payment, ...] = ()
	charges: Decimal = Decimal(0)
	code: str = ""


@dataclass(frozen=True)
class Line:
	"""One payment on its day: what becomes one bank transaction."""

	amount: Decimal
	currency: str
	day: date
	value_date: date | None
	bank_reference: str
	end_to_end_id: str
	party_name: str
	party_iban: str
	remittance: str
	structured_references: tuple[str, ...]
	is_reversal: bool
	return_reason: str
	return_code: str = ""
	mandate_id: str = ""
	creditor_id: str = ""
	party_account: str = ""
	code: str = ""
	charges: Decimal = Decimal(0)
	instructed: Decimal | None = None
	instructed_currency: str = ""
	exchange_rate: Decimal | None = None


@dataclass(frozen=True)
class Statement:
	"""What happened on one account in one period.

	Attributes:
		account: its IBAN, or whatever else the bank calls it.
		has_balances: camt.053 tells balances; a notification (camt.054) does not.
	"""

	id: str
	account: str
	is_iban: bool
	currency: str
	from_date: date | None
	to_date: date | None
	opening: Balance | None
	closing: Balance | None
	entries: tuple[Entry, ...]
	is_notification: bool = False

	@property
	def booked(self) -> tuple[Entry, ...]:
		return tuple(entry for entry in self.entries if entry.status == BOOKED)

	@property
	def deposits(self) -> Decimal:
		return sum((entry.amount for entry in self.booked if entry.amount > 0), Decimal(0))

	@property
	def withdrawals(self) -> Decimal:
		return -sum((entry.amount for entry in self.booked if entry.amount < 0), Decimal(0))

	@property
	def difference(self) -> Decimal | None:
		"""What the closing balance has more than the opening one and the entries make; None if a balance is not told."""
		if self.opening is None or self.closing is None:
			return None
		return self.closing.amount - self.opening.amount - self.deposits + self.withdrawals


@dataclass(frozen=True)
class Message:
	"""A file's kind, such as camt.053.001.08 or MT940, and its statements."""

	version: str
	statements: tuple[Statement, ...]


def lines(statement: Statement) -> tuple[Line, ...]:
	"""The payments of a statement's booked entries, in order. They sum up to what the entries do.

	An entry of nothing, as banks book for information, is no payment.
	"""
	return tuple(line for entry in statement.booked for line in _split(statement, entry) if line.amount)


def _split(statement: Statement, entry: Entry) -> tuple[Line, ...]:
	if len(entry.details) > 1:
		amounts = [payment.amount for payment in entry.details]
		told = [amount for amount in amounts if amount]
		if len(told) == len(amounts) and sum(told, Decimal(0)) == entry.amount:
			return tuple(
				_line(statement, entry, payment, amount, payment.charges)
				for payment, amount in zip(entry.details, told, strict=True)
			)
	whole = _together(entry.details)
	return (_line(statement, entry, whole, entry.amount, whole.charges or entry.charges),)


def _line(statement: Statement, entry: Entry, payment: Payment, amount: Decimal, charges: Decimal) -> Line:
	day = entry.booking_date or entry.value_date or statement.to_date
	if day is None:
		raise StatementError("no date", entry.bank_reference, 0, "entry")
	return Line(
		amount=amount,
		currency=entry.currency,
		day=day,
		value_date=entry.value_date,
		bank_reference=payment.bank_reference or entry.bank_reference,
		end_to_end_id=payment.end_to_end_id,
		party_name=payment.party_name,
		party_iban=payment.party_iban,
		remittance=payment.remittance or entry.text,
		structured_references=payment.structured_references,
		is_reversal=entry.is_reversal,
		return_reason=payment.return_reason,
		return_code=payment.return_code,
		mandate_id=payment.mandate_id,
		creditor_id=payment.creditor_id,
		party_account=payment.party_account,
		code=entry.code,
		charges=charges,
		instructed=payment.instructed,
		instructed_currency=payment.instructed_currency,
		exchange_rate=payment.exchange_rate,
	)


def _together(payments: tuple[Payment, ...]) -> Payment:
	"""Payments that the bank does not tell apart by amount, as one: all references, the party only if there is one."""
	if len(payments) == 1:
		return payments[0]
	names = {payment.party_name for payment in payments}
	ibans = {payment.party_iban for payment in payments}
	return Payment(
		party_name=names.pop() if len(names) == 1 else "",
		party_iban=ibans.pop() if len(ibans) == 1 else "",
		remittance=" ".join(payment.remittance for payment in payments if payment.remittance),
		structured_references=tuple(ref for payment in payments for ref in payment.structured_references),
		return_reason=next((payment.return_reason for payment in payments if payment.return_reason), ""),
		return_code=next((payment.return_code for payment in payments if payment.return_code), ""),
		charges=sum((payment.charges for payment in payments), Decimal(0)),
	)
