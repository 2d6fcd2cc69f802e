"""A past that is walked through once says of every moment what a slow look at all of it says."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.credit_control.domain.credit import Exposure, Terms
from o2c_extensions.credit_control.domain.past import (
	Billed,
	Booked,
	Delivered,
	Dunned,
	Past,
	PastInvoice,
	PastOrder,
	Shipped,
	moments,
	settled_on,
)
from o2c_extensions.credit_control.domain.policy import HOLD, Policy, Rule
from o2c_extensions.credit_control.domain.simulation import replay, tally

START = datetime(2026, 1, 1)
TODAY = date(2026, 6, 1)
ORDERS, INVOICES = ("A", "B", "C", "D"), ("I", "J", "K")


def at(minute: int) -> datetime:
	return START + timedelta(hours=6 * minute)


MINUTES = st.integers(0, 400)
SPANS = st.tuples(MINUTES, st.one_of(st.none(), st.integers(0, 300))).map(
	lambda span: (at(span[0]), None if span[1] is None else at(span[0] + span[1]))
)
CENTS = st.integers(1, 100_000).map(lambda cents: Decimal(cents) / 100)
SIGNED = st.integers(-100_000, 100_000).map(lambda cents: Decimal(cents) / 100)
# Moments differ, as they do in real life: an order is checked at a minute of its own.
CHECKED = st.lists(MINUTES, min_size=len(ORDERS), max_size=len(ORDERS), unique=True)


@st.composite
def pasts(draw: st.DrawFn) -> Past:
	checked = draw(CHECKED)
	orders = []
	for name, minute in zip(ORDERS, checked, strict=True):
		changes = draw(
			st.lists(st.tuples(MINUTES.map(at), st.booleans()), max_size=4, unique_by=lambda c: c[0])
		)
		moment, payable = at(minute) + timedelta(seconds=1), draw(CENTS)
		orders.append(PastOrder(name, moment.date(), moment, payable, payable, tuple(changes)))
	billed = draw(
		st.lists(
			st.builds(
				lambda order, amount, span: Billed(order, amount, *span),
				st.sampled_from(ORDERS),
				CENTS,
				SPANS,
			),
			max_size=6,
		)
	)
	shipped = draw(
		st.lists(
			st.builds(
				lambda order, amount, span: Shipped(order, amount, *span),
				st.sampled_from(ORDERS),
				CENTS,
				SPANS,
			),
			max_size=4,
		)
	)
	delivered = draw(
		st.lists(st.builds(lambda amount, span: Delivered(amount, *span), SIGNED, SPANS), max_size=4)
	)
	booked = draw(
		st.lists(
			st.builds(
				lambda amount, invoice, paid, span: Booked(
					amount, "" if paid else invoice, paid, span[0].date(), *span
				),
				SIGNED,
				st.sampled_from(INVOICES),
				st.booleans(),
				SPANS,
			),
			max_size=10,
		)
	)
	dunned = draw(
		st.lists(
			st.builds(
				Dunned,
				st.integers(1, 3),
				MINUTES.map(at),
				st.frozensets(st.sampled_from(INVOICES), min_size=1),
			),
			max_size=3,
		)
	)
	invoices = tuple(
		PastInvoice(
			name,
			date(2026, 1, 1),
			tuple(
				sorted(
					draw(
						st.lists(
							st.tuples(st.dates(date(2026, 1, 1), date(2026, 5, 1)), CENTS),
							min_size=1,
							max_size=3,
						)
					)
				)
			),
			frozenset({name.replace("I", "A").replace("J", "B").replace("K", "C")}),
		)
		for name in INVOICES
	)
	return Past(
		"Müller",
		"Müller",
		"Nordwind",
		"EUR",
		Terms(Decimal(500), has_limit=True),
		orders=tuple(orders),
		billed=tuple(billed),
		shipped=tuple(shipped),
		delivered=tuple(delivered),
		booked=tuple(booked),
		invoices=invoices,
		dunned=tuple(dunned),
	)


def counts(span: Billed | Shipped | Delivered | Booked, moment: datetime) -> bool:
	return span.since < moment and not (span.until is not None and span.until < moment)


def slowly(past: Past, order: PastOrder) -> Exposure:
	moment = order.at
	open_orders = Decimal(0)
	for other in past.orders:
		so_far = sorted(change for change in other.changes if change[0] < moment)
		if other.name == order.name:
			continue
		billed, sent = (
			sum(
				(each.amount for each in those if each.order == other.name and counts(each, moment)),
				Decimal(0),
			)
			for those in (past.billed, past.shipped)
		)
		whole = other.payable if so_far and so_far[-1][1] else min(sent, other.payable)
		open_orders += max(whole - billed, Decimal(0))
	booked = [each for each in past.booked if counts(each, moment)]
	delivered = sum((each.amount for each in past.delivered if counts(each, moment)), Decimal(0))
	return Exposure(
		open_orders,
		max(delivered, Decimal(0)),
		sum((each.amount for each in booked if not each.is_payment), Decimal(0)),
		-sum((each.amount for each in booked if each.is_payment), Decimal(0)),
	)


@given(pasts())
def test_one_walk_says_what_a_slow_look_says(past: Past) -> None:
	seen = dict(moments(past))
	assert {order.name for order in seen} == set(ORDERS)
	for order, moment in seen.items():
		assert moment.exposure == slowly(past, order)


@given(pasts())
def test_what_is_overdue_and_dunned_at_a_moment(past: Past) -> None:
	for order, moment in moments(past):
		amount, days = Decimal(0), 0
		open_invoices = set()
		for invoice in past.invoices:
			outstanding = sum(
				(
					each.amount
					for each in past.booked
					if each.invoice == invoice.name and counts(each, order.at)
				),
				Decimal(0),
			)
			if outstanding <= 0:
				continue
			open_invoices.add(invoice.name)
			# Paid parts are the earliest ones: what is open is filled from behind.
			left = outstanding
			for due, part in reversed(invoice.instalments):
				is_first = (due, part) == invoice.instalments[0]
				of_this = left if is_first else min(left, part)
				left -= of_this
				if of_this > 0 and due < order.day:
					amount += of_this
					days = max(days, (order.day - due).days)
		assert (moment.overdue.amount, moment.overdue.days) == (amount, days)
		levels = [
			each.level for each in past.dunned if each.since < order.at and each.invoices & open_invoices
		]
		assert moment.dunning_level == max(levels, default=0)


@given(pasts())
def test_the_first_order_before_each(past: Past) -> None:
	for order, moment in moments(past):
		before = [other.day for other in past.orders if (other.at, other.name) < (order.at, order.name)]
		assert moment.first_order == min(before, default=None)


@given(pasts(), st.integers(0, 60))
def test_every_order_is_counted_once(past: Past, late_days: int) -> None:
	"""Held or not, paid in time, late, or open: the sums of both sides are about the same orders."""
	strict = Policy("new", rules=(Rule("all", "Always", HOLD),))
	nothing = Policy("current", rules=(Rule("none", "Blocked Account", HOLD),))
	told = list(replay(past, strict, nothing, date(2026, 1, 1), TODAY, late_days, TODAY))
	new, current = tally(told, "new"), tally(told, "current")
	assert (new.held, new.held_amount) == (4, sum(order.amount for order in past.orders))
	assert (current.held, current.lost, current.saved, new.missed) == (0, 0, 0, 0)
	assert (new.saved, new.saved_amount) == (current.missed, current.missed_amount)
	assert new.lost + new.saved + sum(each.payment == "Open" for each in told) == 4


@given(pasts())
def test_an_invoice_is_settled_when_nothing_is_left(past: Past) -> None:
	for name, day in settled_on(past).items():
		kept = [each for each in past.booked if each.invoice == name and each.until is None]
		left = sum((each.amount for each in kept), Decimal(0))
		assert (day is not None) == (bool(kept) and left <= 0)
		assert day is None or day == max(each.day for each in kept)
