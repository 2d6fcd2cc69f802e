"""What a bank tells of an account, whatever format it came in: statements, entries and the lines that they are made of.

An entry is what the bank booked, and moves the balance. A line is one payment: an entry that the bank booked for a whole
batch of payments is split into them when the bank tells each one's amount.
"""

from __future__ import annotations

from dataclasses import dataclass
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
	"""What the account holds at a day's end or beginning; below zero it is overdrawn."""

	amount: Decimal
	day: date | None


@dataclass(frozen=True)
class Payment:
	"""What is known of one payment: its references, its other party and its text.

	Attributes:
		amount: with its sign, if the bank told it for this payment alone.
		bank_reference: the bank's own name for it.
		structured_references: creditor references (ISO 11649 RF, Swiss QRR, ...) as they were sent.
		return_reason: why a payment came back, as a code and a text; empty if it did not.
		charges: what the bank kept or took for it, as told; not part of any sum here.
	"""

	amount: Decimal | None = None
	bank_reference: str = ""
	end_to_end_id: str = ""
	mandate_id: str = ""
	party_name: str = ""
	party_iban: str = ""
	remittance: str = ""
	structured_references: tuple[str, ...] = ()
	return_reason: str = ""
	charges: Decimal = Decimal(0)


@dataclass(frozen=True)
class Entry:
	"""One booking on the account.

	Attributes:
		amount: what it adds to the balance; below zero it takes from it.
		status: BOOK when it is part of the balance; others are announced or informative only.
		is_reversal: whether it takes an earlier booking back. The amount's sign says which way already.
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


def lines(statement: Statement) -> tuple[Line, ...]:
	"""The payments of a statement's booked entries, in order. They sum up to what the entries do."""
	return tuple(line for entry in statement.booked for line in _split(statement, entry))


def _split(statement: Statement, entry: Entry) -> tuple[Line, ...]:
	if len(entry.details) > 1:
		amounts = [payment.amount for payment in entry.details]
		told = [amount for amount in amounts if amount]
		if len(told) == len(amounts) and sum(told, Decimal(0)) == entry.amount:
			return tuple(
				_line(statement, entry, payment, amount)
				for payment, amount in zip(entry.details, told, strict=True)
			)
	return (_line(statement, entry, _together(entry.details), entry.amount),)


def _line(statement: Statement, entry: Entry, payment: Payment, amount: Decimal) -> Line:
	day = entry.booking_date or entry.value_date or statement.to_date
	if day is None:
		raise StatementError("no date", entry.bank_reference, 0, "Ntry/BookgDt")
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
	)
