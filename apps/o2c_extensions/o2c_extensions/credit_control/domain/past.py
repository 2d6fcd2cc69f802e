"""A customer's past, told as what happened when: what its credit was at any moment can be replayed from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from o2c_extensions.common.money import rounded
from o2c_extensions.credit_control.domain.credit import ZERO, Exposure, Terms

_HALF_A_CENT = Decimal("0.005")


@dataclass(frozen=True)
class Parent:
	"""What the whole group that a customer belongs to used, when an order was checked; no customer: there was none."""

	customer: str = ""
	limit: Decimal = ZERO
	has_limit: bool = False
	exposure: Decimal = ZERO


@dataclass(frozen=True)
class PastOrder:
	"""An order as it was checked.

	Attributes:
		at: when it was checked.
		amount: what the customer had to pay for it then, in the company's currency.
		payable: the same as it is now: what it puts at stake beside other orders.
		changes: when it began to count as an open order (True), and when it ceased to (False): from then on what was
			delivered of it counts, until that is billed.
		terms, parent: what was agreed with the customer then, and what its group used, where that is on record.
	"""

	name: str
	day: date
	at: datetime
	amount: Decimal
	payable: Decimal
	changes: tuple[tuple[datetime, bool], ...]
	order_type: str = ""
	payment_terms: str = ""
	terms: Terms | None = None
	parent: Parent | None = None


@dataclass(frozen=True)
class Billed:
	"""So much of an order was billed by an invoice, from a moment on, and until one if it was cancelled."""

	order: str
	amount: Decimal
	since: datetime
	until: datetime | None = None


@dataclass(frozen=True)
class Shipped:
	"""So much of an order was delivered: what counts of it once the order is closed or held."""

	order: str
	amount: Decimal
	since: datetime
	until: datetime | None = None


@dataclass(frozen=True)
class Delivered:
	"""So much was delivered without an order, or, below zero, returned or billed of that."""

	amount: Decimal
	since: datetime
	until: datetime | None = None


@dataclass(frozen=True)
class Booked:
	"""An entry of the payment ledger.

	Attributes:
		invoice: the invoice that it is booked against; empty for what was paid for nothing in particular.
		day: the business day of the booking.
	"""

	amount: Decimal
	invoice: str
	is_payment: bool
	day: date
	since: datetime
	until: datetime | None = None


@dataclass(frozen=True)
class PastInvoice:
	"""An invoice that bills these orders, with what is due when, the earliest first."""

	name: str
	day: date
	instalments: tuple[tuple[date, Decimal], ...]
	orders: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Dunned:
	"""The customer was dunned about these invoices."""

	level: int
	since: datetime
	invoices: frozenset[str]


@dataclass(frozen=True)
class Past:
	"""All that is known of a customer in a company. Amounts are in the company's currency."""

	customer: str
	customer_name: str
	company: str
	currency: str
	terms: Terms
	customer_group: str = ""
	territory: str = ""
	groups: frozenset[str] = frozenset()
	territories: frozenset[str] = frozenset()
	orders: tuple[PastOrder, ...] = ()
	billed: tuple[Billed, ...] = ()
	shipped: tuple[Shipped, ...] = ()
	delivered: tuple[Delivered, ...] = ()
	booked: tuple[Booked, ...] = ()
	invoices: tuple[PastInvoice, ...] = ()
	dunned: tuple[Dunned, ...] = ()
	broken_promises: tuple[datetime, ...] = ()
	bounced_debits: tuple[date, ...] = ()


@dataclass(frozen=True)
class Overdue:
	"""What is overdue at a moment."""

	days: int = 0
	amount: Decimal = ZERO
	oldest_days: int = 0


@dataclass(frozen=True)
class Moment:
	"""A customer's credit just before an order was checked, without that order."""

	exposure: Exposure
	overdue: Overdue
	dunning_level: int
	first_order: date | None


class _State:
	"""What counts so far, while the past is walked through."""

	def __init__(self, payable: dict[str, Decimal]) -> None:
		self.payable = payable
		self.counts: dict[str, bool] = {}
		self.billed: dict[str, Decimal] = defaultdict(lambda: ZERO)
		self.shipped: dict[str, Decimal] = defaultdict(lambda: ZERO)
		self.parts: dict[str, Decimal] = defaultdict(lambda: ZERO)
		self.open_orders = ZERO
		self.delivered = ZERO
		self.receivables = ZERO
		self.payments = ZERO
		self.invoices: dict[str, Decimal] = defaultdict(lambda: ZERO)
		self.open_invoices: set[str] = set()
		self.dunned: list[Dunned] = []

	def count(self, order: str) -> None:
		"""Take what an order puts at stake now in place of what it did."""
		payable = self.payable.get(order, ZERO)
		whole = payable if self.counts.get(order) else min(self.shipped[order], payable)
		part = max(whole - self.billed[order], ZERO)
		self.open_orders += part - self.parts[order]
		self.parts[order] = part

	def book(self, invoice: str, amount: Decimal) -> None:
		self.invoices[invoice] += amount
		if self.invoices[invoice] > _HALF_A_CENT:
			self.open_invoices.add(invoice)
		else:
			self.open_invoices.discard(invoice)


def moments(past: Past) -> Iterator[tuple[PastOrder, Moment]]:
	"""Each order with the customer's credit at its moment, in the order of time. One walk, however long the past is."""
	payable = {order.name: order.payable for order in past.orders}
	invoices = {invoice.name: invoice for invoice in past.invoices}
	events = sorted(_events(past), key=lambda event: event[0])
	state, position = _State(payable), 0
	first: date | None = None
	for order in sorted(past.orders, key=lambda order: (order.at, order.name)):
		while position < len(events) and events[position][0] < order.at:
			_apply(state, events[position][1], events[position][2])
			position += 1
		yield (
			order,
			Moment(
				_exposure(state, order.name, past.currency),
				_overdue(state, invoices, order.day, past.currency),
				max((each.level for each in state.dunned if each.invoices & state.open_invoices), default=0),
				first,
			),
		)
		first = min(first or order.day, order.day)


def settled_on(past: Past) -> dict[str, date | None]:
	"""By invoice: the business day on which it was paid in full; None while it is open."""
	bookings: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
	for entry in past.booked:
		if entry.invoice and entry.until is None:
			bookings[entry.invoice].append((entry.day, entry.amount))
	return {invoice.name: _settled(bookings[invoice.name]) for invoice in past.invoices}


def _settled(bookings: Iterable[tuple[date, Decimal]]) -> date | None:
	paid = sorted(bookings, key=lambda booking: (booking[0], -booking[1]))
	outstanding = sum((amount for _day, amount in paid), ZERO)
	return paid[-1][0] if paid and outstanding <= _HALF_A_CENT else None


_Event = tuple[datetime, object, int]


def _events(past: Past) -> Iterator[_Event]:
	"""What happened, and with which sign: what was cancelled is taken back."""
	for order in past.orders:
		for at, counts in order.changes:
			yield at, order.name, int(counts)
	spans: tuple[Billed | Shipped | Delivered | Booked, ...] = (
		*past.billed,
		*past.shipped,
		*past.delivered,
		*past.booked,
	)
	for each in spans:
		yield each.since, each, 1
		if each.until is not None:
			yield each.until, each, -1
	for dunned in past.dunned:
		yield dunned.since, dunned, 1


def _apply(state: _State, what: object, sign: int) -> None:
	if isinstance(what, str):
		state.counts[what] = bool(sign)
		state.count(what)
	elif isinstance(what, Billed):
		state.billed[what.order] += sign * what.amount
		state.count(what.order)
	elif isinstance(what, Shipped):
		state.shipped[what.order] += sign * what.amount
		state.count(what.order)
	elif isinstance(what, Delivered):
		state.delivered += sign * what.amount
	elif isinstance(what, Dunned):
		state.dunned.append(what)
	elif isinstance(what, Booked):
		if what.is_payment:
			state.payments -= sign * what.amount
		else:
			state.receivables += sign * what.amount
		if what.invoice:
			state.book(what.invoice, sign * what.amount)


def _exposure(state: _State, without: str, currency: str) -> Exposure:
	return Exposure(
		open_orders=rounded(state.open_orders - state.parts[without], currency),
		deliveries_to_bill=rounded(max(state.delivered, ZERO), currency),
		receivables=rounded(state.receivables, currency),
		unallocated_payments=rounded(state.payments, currency),
	)


def _overdue(state: _State, invoices: dict[str, PastInvoice], today: date, currency: str) -> Overdue:
	"""What customers pay is taken for the earliest instalments first."""
	earliest: date | None = None
	oldest: date | None = None
	amount = ZERO
	for name in state.open_invoices & invoices.keys():
		invoice, outstanding = invoices[name], state.invoices[name]
		oldest = min(oldest or invoice.day, invoice.day)
		due = _earliest_open(invoice, outstanding)
		if due is not None and due < today:
			earliest = min(earliest or due, due)
			amount += outstanding - sum((part for day, part in invoice.instalments if day >= today), ZERO)
	return Overdue(
		(today - earliest).days if earliest else 0,
		rounded(amount, currency),
		max((today - oldest).days, 0) if oldest else 0,
	)


def _earliest_open(invoice: PastInvoice, outstanding: Decimal) -> date | None:
	later = sum((part for _due, part in invoice.instalments), ZERO)
	for due, part in invoice.instalments:
		later -= part
		if outstanding - later > _HALF_A_CENT:
			return due
	return None
