"""A payment whose payer has told what each document gets of it: that is how it is allocated.

Only where all that was told holds: every document is open, all are of one customer and in the line's currency, their amounts make
the line to the cent, and the engine has come to the same documents by itself. What is short of a document was kept back by the
payer: it stays open, as a deduction where the rule names a reason for one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from o2c_extensions.cash_application.domain.engine.model import (
	POST,
	PROPOSE,
	Allocation,
	Choice,
	Item,
	Line,
	Reason,
)

# What an advice answers. Whatever else speaks against posting still does.
_ANSWERED = frozenset(("not sure enough", "not without a person"))


def as_advised(
	choice: Choice,
	line: Line,
	told: Sequence[tuple[str, int]],
	items: Mapping[str, Item],
	deduction_reason: str = "",
) -> Choice:
	"""The choice as the payer has told it, if the engine was not sure of it by itself; else as it is.

	Args:
		told: the documents with what each gets, in the line's currency; what is set off is below zero.
	"""
	if choice.outcome != PROPOSE or choice.action != "match" or not told or line.amount <= 0:
		return choice
	if {reason.code for reason in choice.reasons} - _ANSWERED:
		return choice
	amounts = dict(told)
	if len(amounts) != len(told) or sum(amounts.values()) != line.amount:
		return choice
	if set(amounts) != {each.item for each in choice.allocations} or not set(amounts) <= items.keys():
		return choice
	if any(not _is_possible(items[name], amount, choice, line) for name, amount in told):
		return choice
	made = tuple(_allocation(items[name], amount, deduction_reason) for name, amount in sorted(told))
	reason = deduction_reason if any(each.deduction for each in made) else ""
	return replace(
		choice,
		outcome=POST,
		allocations=made,
		kept=0,
		booked=(),
		deduction_reason=reason,
		reasons=(Reason("advised"),),
	)


def _is_possible(item: Item, amount: int, choice: Choice, line: Line) -> bool:
	if item.customer != choice.customer or item.currency != line.currency:
		return False
	# A credit is set off as a whole.
	return amount == item.open if item.open < 0 else 0 < amount <= item.open


def _allocation(item: Item, amount: int, deduction_reason: str) -> Allocation:
	return Allocation(item.name, amount, amount, deduction=item.open - amount if deduction_reason else 0)
