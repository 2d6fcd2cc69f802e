"""What is to be booked for a line, whoever decided it: the engine, a clerk who confirms it, or one who took it apart by hand.

line = sum of the parts' amounts + kept on account + booked straight to accounts
settled = amount + discount + written off + charges        of each part, in the currency of its account
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from o2c_extensions.cash_application.domain.engine import model
from o2c_extensions.cash_application.domain.engine.model import Allocation, Choice, Item, Line, Reason
from o2c_extensions.cash_application.domain.posting import Deduction, Posting, Share
from o2c_extensions.common.money import from_cents, rounded

NOTHING = Decimal(0)
# What a Payment Entry can refer to itself; what else is set off needs a step of its own.
_REFERRED = (model.INVOICE, model.CREDIT, model.ORDER)


def _is_referred(part: Part) -> bool:
	return part.kind in _REFERRED or (part.kind == model.JOURNAL and part.settled > 0)


@dataclass(frozen=True)
class Part:
	"""What one open document gets.

	Attributes:
		item: the engine's name of it.
		account: the receivable account that it stands on, kept in `currency`.
		amount: of the line, in the line's currency; below zero for a credit that is set off.
		open: what was open on it when it was decided: if that has changed, it is decided anew.
		deduction: what the payer has kept back and stays open.
	"""

	doctype: str
	name: str
	item: str
	kind: str
	account: str
	currency: str
	amount: Decimal
	settled: Decimal
	open: Decimal
	discount: Decimal = NOTHING
	written_off: Decimal = NOTHING
	charges: Decimal = NOTHING
	deduction: Decimal = NOTHING


@dataclass(frozen=True)
class Booked:
	"""What goes straight to an account, in the line's currency. Tax is in the amount.

	Attributes:
		tax: an Item Tax Template, whose accounts and rates say which part of the amount is tax.
	"""

	account: str
	amount: Decimal
	cost_center: str = ""
	tax: str = ""
	party_type: str = ""
	party: str = ""


@dataclass(frozen=True)
class Settlement:
	"""A line, and what it is.

	Attributes:
		amount: below zero for money that goes out.
		account: the receivable account of the customer: where money is kept that no document gets.
		reopens: the Payment Entry that came back with this line, and the fee that the bank took for it.
		is_part: whether it is not all of the line: a person has split it.
	"""

	line: str
	currency: str
	amount: Decimal
	customer: str = ""
	parts: tuple[Part, ...] = ()
	kept: Decimal = NOTHING
	booked: tuple[Booked, ...] = ()
	account: str = ""
	reopens: str = ""
	fee: Decimal = NOTHING
	is_part: bool = False

	@property
	def is_straight_to_accounts(self) -> bool:
		return bool(self.booked) and not self.customer


@dataclass(frozen=True)
class Accounts:
	"""Where a company books what a payment is short of, or too much by."""

	currency: str
	discount: str = ""
	difference: str = ""
	charges: str = ""
	difference_cost_center: str = ""
	charges_cost_center: str = ""


def settlement_of(
	choice: Choice,
	line: Line,
	items: Mapping[str, Item],
	documents: Mapping[str, tuple[str, str]],
	account: str = "",
) -> Settlement:
	"""What the engine has chosen, in amounts of money.

	Args:
		documents: item -> the type and name of the document that it is.
		account: the customer's receivable account.
	"""
	parts = tuple(
		_part(given, line, items[given.item], documents[given.item]) for given in choice.allocations
	)
	return Settlement(
		line=line.name,
		currency=line.currency,
		amount=from_cents(line.amount, line.currency),
		customer=choice.customer,
		parts=parts,
		kept=from_cents(choice.kept, line.currency) if not choice.reopens else NOTHING,
		booked=tuple(
			Booked(name, from_cents(amount, line.currency), cost_center, tax)
			for name, amount, cost_center, tax in choice.booked
		)
		if not choice.reopens
		else (),
		account=parts[0].account if parts else account,
		reopens=choice.reopens,
		fee=from_cents(choice.fee, line.currency),
	)


def _part(given: Allocation, line: Line, item: Item, document: tuple[str, str]) -> Part:
	def own(amount: int) -> Decimal:
		return from_cents(amount, item.currency)

	return Part(
		*document,
		item=item.name,
		kind=item.kind,
		account=item.account,
		currency=item.currency,
		amount=from_cents(given.amount, line.currency),
		settled=own(given.settled),
		open=own(item.open),
		discount=own(given.discount),
		written_off=own(given.written_off),
		charges=own(given.charges),
		deduction=own(given.deduction),
	)


def obstacles(settlement: Settlement, accounts: Accounts) -> tuple[Reason, ...]:
	"""Why this cannot be booked as it stands."""
	found = []
	parts = settlement.parts
	if len({part.account for part in parts}) > 1:
		found.append(Reason("several accounts", (", ".join(sorted({part.account for part in parts})),)))
	if len({part.currency for part in parts}) > 1:
		found.append(Reason("several currencies", (", ".join(sorted({part.currency for part in parts})),)))
	for code, account, amounts in (
		("no discount account", accounts.discount, [part.discount for part in parts]),
		("no difference account", accounts.difference, [part.written_off for part in parts]),
		("no charges account", accounts.charges, [settlement.fee, *(part.charges for part in parts)]),
	):
		if any(amounts) and not account:
			found.append(Reason(code))
	netted = [part for part in parts if not _is_referred(part)]
	if any(part.kind != model.PAYMENT or part.currency != accounts.currency for part in netted):
		found.append(Reason("nets journals", (", ".join(part.name for part in netted),)))
	if any(not booked.account for booked in settlement.booked):
		found.append(Reason("no difference account"))
	if settlement.customer and not settlement.reopens and not (parts or settlement.account):
		found.append(Reason("no receivable account", (settlement.customer,)))
	# Money that goes out to a customer settles credit notes; of anything else a person makes a voucher.
	if settlement.customer and settlement.amount < 0 and not settlement.reopens:
		if settlement.kept or any(part.kind != model.CREDIT for part in parts):
			found.append(Reason("paid out on account"))
	return tuple(dict.fromkeys(found))


def needs_a_person(settlement: Settlement) -> tuple[Reason, ...]:
	"""What can be booked, but not without somebody who has seen it: other vouchers are touched."""
	if any(not _is_referred(part) for part in settlement.parts):
		return (Reason("nets payments"),)
	return ()


def set_off(parts: Sequence[Part]) -> tuple[tuple[Part, Part, Decimal], ...]:
	"""Which earlier payment or journal entry pays how much of which document: (credit, document, amount), first come first served."""
	found = []
	left = {part.item: part.settled for part in parts if not _is_referred(part)}
	credits = [part for part in parts if part.item in left]
	for part in parts:
		wanted = part.settled if part.kind == model.INVOICE else NOTHING
		for credit in credits:
			amount = min(wanted, -left[credit.item])
			if amount > 0:
				found.append((credit, part, amount))
				left[credit.item] += amount
				wanted -= amount
	return tuple(found)


def posting_of(
	settlement: Settlement,
	accounts: Accounts,
	terms: Mapping[str, Sequence[tuple[str, Decimal]]],
	taxes: Mapping[str, Sequence[tuple[str, Decimal]]] | None = None,
) -> Posting:
	"""A receipt as a Payment Entry.

	Args:
		taxes: of invoices whose discount takes tax along, each tax account and its share of the invoice.
		terms: of invoices that are paid term by term, what is open on each term, the earliest first.
	"""
	netted: dict[str, Decimal] = {}
	for _credit, part, amount in set_off(settlement.parts):
		netted[part.item] = netted.get(part.item, NOTHING) + amount
	shares: list[Share] = []
	for part in settlement.parts:
		amount = part.settled - netted.get(part.item, NOTHING)
		if _is_referred(part) and amount:
			shares += _over_terms(part, amount, terms.get(part.name, ()))
	foreign = bool(settlement.parts) and settlement.parts[0].currency != settlement.currency
	paid = sum((part.settled for part in settlement.parts), NOTHING) if foreign else None
	rate, target_rate = _rates(settlement, accounts, paid)
	return Posting(
		line=settlement.line,
		customer=settlement.customer,
		account=settlement.account,
		shares=tuple(shares),
		deductions=tuple(_deductions(settlement, accounts, taxes or {})),
		paid=paid,
		rate=rate,
		target_rate=target_rate,
		received=settlement.amount if settlement.is_part else None,
	)


def _over_terms(part: Part, amount: Decimal, terms: Iterable[tuple[str, Decimal]]) -> list[Share]:
	"""`amount` over an invoice's instalments, if it is paid term by term. What they do not take stays on account."""
	if not terms:
		return [Share(part.name, amount, doctype=part.doctype)]
	found = []
	for term, open_amount in terms:
		share = min(open_amount, amount)
		if share > 0:
			found.append(Share(part.name, share, term))
			amount -= share
	return found


def _rates(
	settlement: Settlement, accounts: Accounts, paid: Decimal | None
) -> tuple[Decimal | None, Decimal | None]:
	"""The rates at which the bank has changed the money: of the receivable account, and of the bank account."""
	if not paid:
		return None, None
	if settlement.currency == accounts.currency:
		return settlement.amount / paid, None
	if settlement.parts[0].currency == accounts.currency:
		return None, paid / settlement.amount
	return None, None


def _deductions(
	settlement: Settlement, accounts: Accounts, taxes: Mapping[str, Sequence[tuple[str, Decimal]]]
) -> Iterable[Deduction]:
	parts = settlement.parts
	of_tax = _tax_of_discounts(parts, taxes)
	for account, amount in of_tax.items():
		yield Deduction(account, amount)
	for account, cost_center, amounts in (
		(accounts.discount, "", [*(part.discount for part in parts), *(-tax for tax in of_tax.values())]),
		(accounts.difference, accounts.difference_cost_center, [part.written_off for part in parts]),
		(accounts.charges, accounts.charges_cost_center, [part.charges for part in parts]),
	):
		total = sum(amounts, NOTHING)
		if total:
			yield Deduction(account, total, cost_center)
	for booked in settlement.booked:
		yield Deduction(booked.account, -booked.amount, booked.cost_center)


def _tax_of_discounts(
	parts: Sequence[Part], taxes: Mapping[str, Sequence[tuple[str, Decimal]]]
) -> dict[str, Decimal]:
	"""What of the discounts is tax that is not owed any more, by account."""
	found: dict[str, Decimal] = {}
	for part in parts:
		for account, share in taxes.get(part.name, ()) if part.discount else ():
			found[account] = found.get(account, NOTHING) + rounded(part.discount * share, part.currency)
	return {account: amount for account, amount in found.items() if amount}
