"""What a policy would have made of past orders, beside the one that was in force, and what became of those orders.

Both judge each order in the credit that its customer really had then: an order that only the edited policy would have held counts
in what came after it, since nobody knows when it would have been released. Only the checkpoint Order is replayed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from o2c_extensions.credit_control.domain.credit import ZERO, Exposure, Terms
from o2c_extensions.credit_control.domain.facts import NEEDS, PARENT, Facts
from o2c_extensions.credit_control.domain.past import (
	Moment,
	Parent,
	Past,
	PastInvoice,
	PastOrder,
	moments,
	settled_on,
)
from o2c_extensions.credit_control.domain.policy import ORDER, Policy, Verdict, evaluate

IN_TIME, LATE, OPEN = "Paid in Time", "Late", "Open"


@dataclass(frozen=True)
class Replayed:
	"""An order judged by both policies.

	Attributes:
		payment: IN_TIME, LATE, or OPEN where neither is certain yet.
		days_late: how late its latest invoice was paid, or is by now.
	"""

	order: PastOrder
	facts: Facts
	terms: Terms
	new: Verdict
	current: Verdict
	payment: str
	days_late: int

	@property
	def exposure(self) -> Exposure:
		return self.facts.exposure

	@property
	def matters(self) -> bool:
		"""Whether one of the two would have held it."""
		return not (self.new.passes and self.current.passes)


@dataclass(frozen=True)
class Tally:
	"""What a policy would have done, counted and in money.

	Attributes:
		lost: held, though the customer paid in time.
		saved: held, and the customer paid late or not at all.
		missed: passed, and the customer paid late or not at all.
	"""

	held: int = 0
	held_amount: Decimal = ZERO
	lost: int = 0
	lost_amount: Decimal = ZERO
	saved: int = 0
	saved_amount: Decimal = ZERO
	missed: int = 0
	missed_amount: Decimal = ZERO

	def __add__(self, other: Tally) -> Tally:
		return Tally(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


def replay(
	past: Past, new: Policy, current: Policy, since: date, until: date, late_days: int, today: date
) -> Iterator[Replayed]:
	"""Each of a customer's orders of a span of days, judged by both policies."""
	lateness = _lateness(past, today)
	for order, moment in moments(past):
		if not since <= order.day <= until:
			continue
		terms = order.terms or past.terms
		facts = _facts(past, order, moment, terms)
		payment, days = _payment(lateness.get(order.name, []), late_days)
		yield Replayed(
			order,
			facts,
			terms,
			evaluate(new, ORDER, facts),
			evaluate(current, ORDER, facts),
			payment,
			days,
		)


def tally(replayed: Iterable[Replayed], side: str) -> Tally:
	"""What one of the policies would have done: side is "new" or "current"."""
	found = Tally()
	for each in replayed:
		verdict: Verdict = getattr(each, side)
		amount = each.order.amount
		is_late, is_lost = each.payment == LATE, each.payment == IN_TIME
		if verdict.passes:
			found += Tally(missed=int(is_late), missed_amount=amount if is_late else ZERO)
		else:
			found += Tally(
				1,
				amount,
				int(is_lost),
				amount if is_lost else ZERO,
				int(is_late),
				amount if is_late else ZERO,
			)
	return found


def _facts(past: Past, order: PastOrder, moment: Moment, terms: Terms) -> Facts:
	promises = [at.date() for at in past.broken_promises if at < order.at]
	parent = order.parent or Parent()
	bounced = [day for day in past.bounced_debits if day <= order.day]
	return Facts(
		company=past.company,
		customer=past.customer,
		currency=past.currency,
		today=order.day,
		amount=order.amount,
		adds=order.amount,
		order_type=order.order_type,
		customer_group=past.customer_group,
		territory=past.territory,
		risk_class=terms.risk_class,
		limit=terms.limit,
		has_limit=terms.has_limit,
		prepay_only=terms.prepay_only,
		at_orders=terms.at_orders,
		valid_until=terms.valid_until,
		next_review=terms.next_review,
		is_blocked=terms.is_blocked,
		is_natural_person=terms.is_natural_person,
		agreed_terms=terms.payment_terms,
		terms=order.payment_terms,
		exposure=moment.exposure,
		groups=past.groups,
		territories=past.territories,
		parent=parent.customer,
		parent_limit=parent.limit,
		parent_has_limit=parent.has_limit,
		parent_exposure=parent.exposure,
		overdue_days=moment.overdue.days,
		overdue_amount=moment.overdue.amount,
		oldest_item_days=moment.overdue.oldest_days,
		dunning_level=moment.dunning_level,
		first_order=moment.first_order,
		broken_promise=max(promises, default=None),
		bounced_debit=max(bounced, default=None),
		# What a whole group used is not replayed: where no decision has recorded it, a rule about it cannot be evaluated.
		loaded=frozenset(NEEDS) - ({PARENT} if terms.parent_account and order.parent is None else set()),
	)


def _lateness(past: Past, today: date) -> dict[str, list[tuple[int, bool]]]:
	"""By order: how late each of its invoices was paid, or is, and whether it is paid."""
	settled = settled_on(past)
	found: dict[str, list[tuple[int, bool]]] = {}
	for invoice in past.invoices:
		day = settled[invoice.name]
		late = max(((day or today) - _due(invoice)).days, 0)
		for order in invoice.orders:
			found.setdefault(order, []).append((late, day is not None))
	return found


def _due(invoice: PastInvoice) -> date:
	return max((due for due, _part in invoice.instalments), default=invoice.day)


def _payment(invoices: list[tuple[int, bool]], late_days: int) -> tuple[str, int]:
	days = max((late for late, _paid in invoices), default=0)
	if days > late_days:
		return LATE, days
	if invoices and all(paid for _late, paid in invoices):
		return IN_TIME, days
	return OPEN, days
