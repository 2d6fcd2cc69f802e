"""What a person makes of a line, checked and completed: who gets how much, what is kept, what is booked to accounts.

1. A document with no amount said gets what is open on it, as far as the line reaches, what is due first first.
2. Documents of several customers, or on several accounts, become a payment each.
3. What is left is kept on the customer's account, or the line has to come out even.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from o2c_extensions.cash_application.domain.engine.model import CREDIT, Item, Line
from o2c_extensions.cash_application.domain.settlement import NOTHING, Booked, Part, Settlement
from o2c_extensions.common.money import from_cents, rounded


@dataclass(frozen=True)
class Told:
	"""What a person says of one document, or account.

	Attributes:
		item: what is open on the document; None if nothing is, or if it is an account.
		amount: of the line, in its currency, without a sign; None: what is open.
		discount, written_off: in the document's currency.
		booked: for an account, where to and how.
	"""

	item: Item | None
	document: tuple[str, str]
	amount: Decimal | None = None
	discount: Decimal = NOTHING
	written_off: Decimal = NOTHING
	booked: Booked | None = None


@dataclass(frozen=True)
class Wrong:
	"""Why it cannot be done: a code, and the values that a sentence about it needs."""

	code: str
	values: tuple[str, ...] = ()


def settle(
	line: Line, told: Sequence[Told], customer: str, keep_rest: bool, charges: Decimal, is_whole: bool
) -> tuple[Settlement, ...] | Wrong:
	"""What is to be booked, a settlement for each voucher; or why that makes no sense.

	Args:
		is_whole: whether nothing of the line is matched yet.
	"""
	total = from_cents(abs(line.amount), line.currency)
	sign = 1 if line.amount > 0 else -1
	if not told and not customer:
		return Wrong("nothing chosen")
	booked = _booked(line, told)
	if isinstance(booked, Wrong):
		return booked
	given = total - sum((abs(one.amount) for one in booked), NOTHING)
	parts = _parts(line, [one for one in told if not one.booked], given, charges)
	if isinstance(parts, Wrong):
		return parts
	rest = given - sum((part.amount for _customer, part in parts), NOTHING) * sign
	if rest < 0:
		return Wrong("more than came")
	customers = list(dict.fromkeys(one for one, _part in parts))
	if rest:
		if not keep_rest:
			return Wrong("rest", (str(rest),))
		if not customer and len(customers) != 1:
			return Wrong("several customers" if customers else "no customer")
		if sign < 0:
			return Wrong("outgoing")
	return _settlements(line, parts, booked, rest, customer or (customers[0] if customers else ""), is_whole)


def _booked(line: Line, told: Sequence[Told]) -> list[Booked] | Wrong:
	found = []
	for one in told:
		if not one.booked:
			continue
		if one.amount is None or one.amount <= 0:
			return Wrong("not positive", (one.document[1],))
		amount = rounded(one.amount, line.currency)
		found.append(replace(one.booked, amount=amount if line.amount > 0 else -amount))
	return found


def _parts(
	line: Line, told: Sequence[Told], given: Decimal, charges: Decimal
) -> list[tuple[str, Part]] | Wrong:
	sign = 1 if line.amount > 0 else -1
	for one in told:
		if one.item is None:
			return Wrong("not open", (one.document[1],))
		if sign < 0 and one.item.kind != CREDIT:
			return Wrong("outgoing")
		if min(one.discount, one.written_off) < 0 or (one.amount is not None and one.amount < 0):
			return Wrong("not positive", (one.document[1],))
	# What is set off is there to be given.
	credits = [one for one in told if one.item and one.item.open * sign < 0]
	left = given + sum(
		(abs(from_cents(one.item.open, one.item.currency)) for one in credits if one.item), NOTHING
	)
	found: dict[int, tuple[str, Part]] = {}
	ordered = sorted(
		range(len(told)),
		key=lambda at: (told[at].item.due, told[at].item.name),  # type: ignore[union-attr]
	)
	for at in [
		*(n for n in ordered if told[n].amount is not None),
		*(n for n in ordered if told[n].amount is None),
	]:
		one = told[at]
		item = one.item
		assert item
		if one in credits:
			whole = from_cents(item.open, item.currency)
			found[at] = (item.customer, _part(one, item, whole, whole))
			continue
		made = _paid(one, item, line, left, charges)
		if isinstance(made, Wrong):
			return made
		if made is not None:
			left -= abs(made.amount)
			found[at] = (item.customer, made)
			# The charges are one document's.
			charges = NOTHING
	if left < 0:
		return Wrong("more than came")
	return [found[at] for at in ordered if at in found]


def _paid(one: Told, item: Item, line: Line, left: Decimal, charges: Decimal) -> Part | Wrong | None:
	sign = 1 if line.amount > 0 else -1
	is_open = from_cents(abs(item.open), item.currency)
	off = rounded(one.discount + one.written_off + charges, item.currency)
	if item.currency != line.currency:
		if one.amount is None or not one.amount:
			return Wrong("other currency", (item.name,))
		return _part(one, item, rounded(one.amount, line.currency) * sign, is_open * sign)
	amount = (
		min(max(is_open - off, NOTHING), left) if one.amount is None else rounded(one.amount, line.currency)
	)
	settled = amount + off
	if settled > is_open:
		return Wrong("too much", (item.name,))
	if not settled:
		return None if one.amount is None else Wrong("not positive", (item.name,))
	made = _part(one, item, amount * sign, settled * sign)
	return replace(
		made,
		discount=one.discount * sign,
		written_off=one.written_off * sign,
		charges=charges * sign,
	)


def _part(one: Told, item: Item, amount: Decimal, settled: Decimal) -> Part:
	return Part(
		*one.document,
		item=item.name,
		kind=item.kind,
		account=item.account,
		currency=item.currency,
		amount=amount,
		settled=settled,
		open=from_cents(item.open, item.currency),
	)


def _settlements(
	line: Line,
	parts: Sequence[tuple[str, Part]],
	booked: Sequence[Booked],
	rest: Decimal,
	keeper: str,
	is_whole: bool,
) -> tuple[Settlement, ...]:
	"""One for each customer and receivable account, and one for what goes straight to accounts."""
	groups: dict[tuple[str, str], list[Part]] = {}
	for customer, part in parts:
		groups.setdefault((customer, part.account), []).append(part)
	if rest and not any(customer == keeper for customer, _account in groups):
		groups[(keeper, "")] = []
	sign = 1 if line.amount > 0 else -1
	found = []
	for (customer, account), mine in groups.items():
		kept = rest if customer == keeper else NOTHING
		rest -= kept
		amount = sum((part.amount for part in mine), NOTHING) + kept * sign
		found.append(
			Settlement(
				line=line.name,
				currency=line.currency,
				amount=amount,
				customer=customer,
				parts=tuple(mine),
				kept=kept * sign,
				account=account,
			)
		)
	if booked:
		total = sum((one.amount for one in booked), NOTHING)
		found.append(Settlement(line.name, line.currency, total, booked=tuple(booked)))
	is_part = len(found) > 1 or not is_whole
	return tuple(replace(one, is_part=is_part) for one in found)
