"""Which invoices a receipt pays, when it names them. What is not certain waits for a person.

1. No invoice named, or none of the named ones is open any more (paid twice): wait.
2. Named invoices of several customers, of several receivable accounts or in another currency than the receipt: wait.
3. The receipt covers all that is open on them: each is paid in full; what is left over stays on the customer's account.
4. It does not: the invoice that is due first is paid first, as § 366 (2) BGB and most other laws have it when the payer
   says nothing else; among equals the older one, then the lower name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

RULE = "o2c_extensions.cash_application.domain.matching.decide"
VERSION = 1


@dataclass(frozen=True)
class Receipt:
	"""Money that came in.

	Attributes:
		is_return: whether it is an own payment that came back, and so pays nothing.
	"""

	amount: Decimal
	currency: str
	is_return: bool = False


@dataclass(frozen=True)
class Instalment:
	"""A part of an invoice that is due on its own, and paid on its own."""

	term: str
	outstanding: Decimal


@dataclass(frozen=True)
class OpenItem:
	"""An invoice that a receipt names.

	Attributes:
		instalments: where payments are allocated by payment term, its instalments, the earliest first.
		outstanding: what is open on it, in `account_currency`.
		account: the receivable account that it stands on.
	"""

	name: str
	customer: str
	currency: str
	account: str
	account_currency: str
	outstanding: Decimal
	due_date: date
	posting_date: date
	instalments: tuple[Instalment, ...] = ()


@dataclass(frozen=True)
class Allocation:
	"""What one invoice, or one instalment of it, gets of a receipt."""

	item: str
	amount: Decimal
	term: str = ""


@dataclass(frozen=True)
class Reason:
	"""Why: a code, and the values that a sentence about it needs."""

	code: str
	values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
	"""Who has paid what. The allocations and `unallocated` are the whole receipt."""

	customer: str
	account: str
	allocations: tuple[Allocation, ...]
	unallocated: Decimal
	reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Wait:
	"""A person has to look at it."""

	reasons: tuple[Reason, ...]


def decide(receipt: Receipt, named: Sequence[OpenItem]) -> Match | Wait:
	"""What to do with a receipt that names these invoices."""
	if receipt.is_return:
		return _wait("returned")
	if receipt.amount <= 0:
		return _wait("no receipt")
	if not named:
		return _wait("nothing named")
	items = sorted(
		(item for item in named if item.outstanding > 0),
		key=lambda item: (item.due_date, item.posting_date, item.name),
	)
	if not items:
		return _wait("nothing open", ", ".join(sorted(item.name for item in named)))
	if obstacle := _obstacle(receipt, items):
		return Wait((obstacle,))
	allocations: list[Allocation] = []
	left = receipt.amount
	for item in items:
		given = _allocate(item, min(item.outstanding, left))
		allocations += given
		left -= sum((allocation.amount for allocation in given), Decimal(0))
	return Match(
		customer=items[0].customer,
		account=items[0].account,
		allocations=tuple(allocations),
		unallocated=left,
		reasons=_why(receipt, items, left),
	)


def _allocate(item: OpenItem, amount: Decimal) -> list[Allocation]:
	"""`amount` for one invoice, over its instalments if it has any. What they do not take stays unallocated."""
	given = []
	for part in item.instalments or (Instalment("", item.outstanding),):
		share = min(part.outstanding, amount)
		if share > 0:
			given.append(Allocation(item.name, share, part.term))
			amount -= share
	return given


def _obstacle(receipt: Receipt, items: Sequence[OpenItem]) -> Reason | None:
	customers = sorted({item.customer for item in items})
	if len(customers) > 1:
		return Reason("several customers", (", ".join(customers),))
	for item in items:
		if {item.currency, item.account_currency} != {receipt.currency}:
			return Reason("other currency", (item.name, item.currency, receipt.currency))
	accounts = sorted({item.account for item in items})
	if len(accounts) > 1:
		return Reason("several accounts", (", ".join(accounts),))
	return None


def _why(receipt: Receipt, items: Sequence[OpenItem], left: Decimal) -> tuple[Reason, ...]:
	names = ", ".join(item.name for item in items)
	open_amount = sum((item.outstanding for item in items), Decimal(0))
	if left > 0:
		return (
			Reason("named", (names,)),
			Reason("overpaid", (str(left), receipt.currency)),
		)
	if open_amount == receipt.amount:
		return (Reason("named", (names,)), Reason("exact", (str(receipt.amount), receipt.currency)))
	short = str(open_amount - receipt.amount)
	code = "partial" if len(items) == 1 else "oldest first"
	return (Reason("named", (names,)), Reason(code, (short, receipt.currency)))


def _wait(code: str, *values: str) -> Wait:
	return Wait((Reason(code, values),))
