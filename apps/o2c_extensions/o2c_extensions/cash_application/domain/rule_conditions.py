"""What a reconciliation rule may ask of a line, beyond what the engine knows of it by itself.

What else is known of a line stands in `Line.fields`, under the names of FIELDS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from o2c_extensions.cash_application.domain.engine.mentions import fold
from o2c_extensions.cash_application.domain.engine.model import Line
from o2c_extensions.common.expressions import Expression
from o2c_extensions.common.money import from_cents

BANK_ACCOUNT, BOOKING_CODE, RETURN_CODE = "bank_account", "booking_code", "return_code"
CREDITOR_ID, BANK_REFERENCE, TRANSACTION_TYPE = "creditor_id", "bank_reference", "transaction_type"
PARTY_ACCOUNT, RETURN_REASON = "party_account", "return_reason"
FIELDS = (
	*(BANK_ACCOUNT, BOOKING_CODE, RETURN_CODE, RETURN_REASON),
	*(CREDITOR_ID, BANK_REFERENCE, TRANSACTION_TYPE, PARTY_ACCOUNT),
)

# What an expression may ask for.
NAMES = frozenset(
	(
		*("amount", "currency", "charges", "day", "is_return"),
		*("text", "party_name", "party_iban", "reference", "end_to_end", "mandate"),
		*FIELDS,
	)
)


def _trial(number: int, flag: bool, text: str) -> dict[str, Any]:
	values: dict[str, Any] = dict.fromkeys(NAMES, text)
	values.update(amount=Decimal(number), charges=Decimal(number), day=date(2000, 1, 1), is_return=flag)
	return values


# Values of each kind that an expression is tried with when it is saved.
TRIALS = (_trial(1, False, ""), _trial(-(10**9), True, "DE1"))


def values_of(line: Line) -> dict[str, Any]:
	"""What an expression is told of a line: amounts in whole units of its currency, with their sign."""
	return {
		**{name: line.fields.get(name, "") for name in FIELDS},
		"amount": from_cents(line.amount, line.currency),
		"currency": line.currency,
		"charges": from_cents(line.charges, line.currency),
		"day": line.day,
		"is_return": line.is_return,
		"text": "\n".join(line.texts),
		"party_name": line.party_name,
		"party_iban": line.party_iban,
		"reference": "\n".join(line.references),
		"end_to_end": line.end_to_end,
		"mandate": line.mandate,
	}


@dataclass(frozen=True, slots=True)
class LineTest:
	"""What has to be true of a line besides a Condition's own fields. Everything that is set must hold.

	Attributes:
		party_name: is part of the payer's name; upper and lower case are alike.
		least, most: bounds of the amount without its sign, in units of whatever currency the line is in.
		booking_code: the bank's code begins with it.
	"""

	bank_account: str = ""
	party_name: str = ""
	booking_code: str = ""
	least: Decimal | None = None
	most: Decimal | None = None
	expression: Expression | None = None

	def __call__(self, line: Line) -> bool:
		fields: Mapping[str, str] = line.fields
		if self.bank_account and fields.get(BANK_ACCOUNT, "") != self.bank_account:
			return False
		if self.booking_code and not _code(fields.get(BOOKING_CODE, "")).startswith(_code(self.booking_code)):
			return False
		if self.party_name and fold(self.party_name) not in fold(line.party_name):
			return False
		if self.least is not None or self.most is not None:
			amount = abs(from_cents(line.amount, line.currency))
			if self.least is not None and amount < self.least:
				return False
			if self.most is not None and amount > self.most:
				return False
		return self.expression is None or self.expression.holds(values_of(line))

	@property
	def asks_nothing(self) -> bool:
		return self == LineTest()


def _code(text: str) -> str:
	return text.replace(" ", "").upper()
