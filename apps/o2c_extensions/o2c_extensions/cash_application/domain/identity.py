"""Which lines of a statement are known already: each bank line becomes one bank transaction, however often it is told.

A line is known by the bank's reference where there is one, else by all that it says; in both cases with its day and amount.
Equal lines are counted: two payments that look alike on one day stay two, and are still two when they are told again.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence

from o2c_extensions.cash_application.domain.statement import Line


def identity(account: str, line: Line) -> str:
	"""What makes a line of `account` the same line in every file that tells of it."""
	parts = [account, line.day.isoformat(), format(line.amount.normalize(), "f"), line.currency]
	if line.bank_reference:
		parts += ["reference", line.bank_reference]
	else:
		parts += [
			"content",
			line.end_to_end_id,
			line.party_name,
			line.party_iban,
			line.remittance,
			*line.structured_references,
		]
	return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def key(identity: str, number: int) -> str:
	"""The transaction id of the `number`-th of equal lines."""
	return f"{identity}-{number}"


def parse_key(text: str) -> tuple[str, int]:
	"""Back from `key()`. A transaction id that is not one of ours belongs to no line: ("", 0)."""
	found, _dash, number = text.rpartition("-")
	return (found, int(number)) if len(found) == 32 and number.isdigit() else ("", 0)


def new_lines(
	account: str, lines: Sequence[Line], known: Sequence[str], continued: Sequence[str] = ()
) -> list[tuple[str, Line]]:
	"""The lines that are not known yet, each with its key.

	Args:
		known: keys of the account's transactions on the days of `lines`.
		continued: those of them that were told by a statement which ends where this one begins. They are other lines than
			these, even if they look alike.
	"""
	highest: dict[str, int] = defaultdict(int)
	told: Counter[str] = Counter()
	elsewhere = set(continued)
	for text in known:
		found, number = parse_key(text)
		highest[found] = max(highest[found], number)
		told[found] += text not in elsewhere
	new = []
	for line in lines:
		found = identity(account, line)
		if told[found]:
			told[found] -= 1
			continue
		highest[found] += 1
		new.append((key(found, highest[found]), line))
	return new
