"""What each document puts at stake: the entries whose sum is a customer's exposure.

A document's entries follow from its own rows alone. So they can be computed again at any time, one document at a time, and
whatever order the documents come in, the sum is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce

from o2c_extensions.common.money import rounded
from o2c_extensions.credit_control.domain.credit import ZERO, Exposure

ONE = Decimal(1)
# Shares are fractions: cut off far beyond the cent, so that no half cent hangs on the last digit of a division.
_FINE = Decimal("1e-9")


@dataclass(frozen=True, order=True)
class Key:
	"""What an entry is about: a document's part for one customer, and for orders one day.

	Attributes:
		falls_on: the day, as ISO text, on which the goods of an order are to be delivered; empty where none is known.
	"""

	voucher_type: str
	voucher_no: str
	customer: str
	company: str
	falls_on: str = ""


@dataclass(frozen=True)
class Row:
	"""A row of an order or a delivery. Amounts in the document's currency, except `net`, which is in the company's.

	Attributes:
		delivered: how many of `quantity` have been delivered.
		falls_on: the day of delivery.
	"""

	amount: Decimal
	billed: Decimal
	net: Decimal
	quantity: Decimal = ONE
	delivered: Decimal = ZERO
	falls_on: date | None = None


@dataclass(frozen=True)
class Document:
	"""An order or a delivery.

	Attributes:
		payable: what the customer will have to pay for all of it, with taxes, in the company's currency.
		net_total: what its rows' `net` were when taxes were added.
		stopped: nothing more will be delivered of it as things are: it is closed or held.
	"""

	payable: Decimal
	net_total: Decimal
	rows: tuple[Row, ...]
	stopped: bool = False


def of_order(order: Document, currency: str) -> dict[date | None, Decimal]:
	"""What an order puts at stake beyond its invoices, by day of delivery; together it is exact to the cent.

	That is what has not been billed of it; of one that is closed or held, what was delivered of that.
	"""
	days: dict[date | None, Decimal] = {}
	for row in order.rows:
		share = _weight(row, order) * _open_share(row, order.stopped)
		days[row.falls_on] = days.get(row.falls_on, ZERO) + order.payable * share
	parts: dict[date | None, Decimal] = {}
	reached = reached_exactly = ZERO
	for day in sorted(days, key=lambda day: (day is not None, day)):
		reached_exactly += days[day]
		upto = _to_the_cent(reached_exactly, currency)
		if upto != reached:
			parts[day] = upto - reached
		reached = upto
	return parts


def of_delivery(note: Document, currency: str) -> Decimal:
	"""What has been delivered without an order and not been billed. A return is below zero: it makes up for a delivery."""
	if note.stopped:
		return ZERO
	shares = sum((_weight(row, note) * (ONE - _billed_share(row)) for row in note.rows), ZERO)
	return _to_the_cent(note.payable * shares, currency)


def _weight(row: Row, document: Document) -> Decimal:
	"""A row's share of what is to be paid: taxes are spread like the net amounts."""
	return row.net / document.net_total if document.net_total else ZERO


def _open_share(row: Row, stopped: bool) -> Decimal:
	billed = _billed_share(row)
	if not stopped:
		return ONE - billed
	delivered = _between(row.delivered / row.quantity) if row.quantity else ZERO
	return max(delivered - billed, ZERO)


def _billed_share(row: Row) -> Decimal:
	return _between(row.billed / row.amount) if row.amount else ONE


def _between(share: Decimal) -> Decimal:
	"""More than all may be billed or delivered, and a credit note may take back more than there was."""
	return min(max(share, ZERO), ONE)


def _to_the_cent(amount: Decimal, currency: str) -> Decimal:
	return rounded(amount.quantize(_FINE), currency)


NOTHING = Exposure()


def is_zero(exposure: Exposure) -> bool:
	return exposure == NOTHING


def plus(one: Exposure, other: Exposure) -> Exposure:
	return Exposure(
		one.open_orders + other.open_orders,
		one.deliveries_to_bill + other.deliveries_to_bill,
		one.receivables + other.receivables,
		one.unallocated_payments + other.unallocated_payments,
	)


def minus(one: Exposure, other: Exposure) -> Exposure:
	return Exposure(
		one.open_orders - other.open_orders,
		one.deliveries_to_bill - other.deliveries_to_bill,
		one.receivables - other.receivables,
		one.unallocated_payments - other.unallocated_payments,
	)


def total(exposures: Iterable[Exposure]) -> Exposure:
	return reduce(plus, exposures, NOTHING)


def changes(kept: Mapping[Key, Exposure], due: Mapping[Key, Exposure]) -> dict[Key, Exposure]:
	"""By how much each entry has to change to become what is due; what is right already is not in it."""
	found: dict[Key, Exposure] = {}
	for key in {**kept, **due}:
		was, is_due = kept.get(key, NOTHING), due.get(key, NOTHING)
		if was != is_due:
			found[key] = minus(is_due, was)
	return found


def by_account(changed: Mapping[Key, Exposure]) -> dict[tuple[str, str], Exposure]:
	"""What the changes come to for each (customer, company)."""
	sums: dict[tuple[str, str], Exposure] = {}
	for key, change in changed.items():
		account = (key.customer, key.company)
		sums[account] = plus(sums.get(account, NOTHING), change)
	return sums


def rolled_up(account: str, parents: Mapping[str, str], exposures: Mapping[str, Exposure]) -> Exposure:
	"""The exposure of an account and of all that stand below it.

	Args:
		parents: {account: the one above it}.
	"""

	def stands_below(name: str) -> bool:
		seen: set[str] = set()
		while name and name not in seen:
			if name == account:
				return True
			seen.add(name)
			name = parents.get(name, "")
		return False

	return total(exposure for name, exposure in exposures.items() if stands_below(name))


def above(account: str, parents: Mapping[str, str]) -> list[str]:
	"""The accounts above one, the nearest first."""
	found: list[str] = []
	while (account := parents.get(account, "")) and account not in found:
		found.append(account)
	return found
