"""Amounts of money as exact decimals.

Rules compute with `Decimal` or with whole cents. Binary floats exist at the edge only: `decimal()` takes what a document
holds, `as_float()` gives back what a document wants.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation

COMMERCIAL = ROUND_HALF_UP
BANKERS = ROUND_HALF_EVEN

# ISO 4217: the currencies whose smallest coin is not a hundredth.
_DIGITS = {
	0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
	3: "BHD IQD JOD KWD LYD OMR TND",
	4: "CLF UYW",
}
_CURRENCY_DIGITS = {currency: digits for digits, names in _DIGITS.items() for currency in names.split()}


def currencies_of_their_own() -> frozenset[str]:
	"""The currencies whose smallest coin is not a hundredth."""
	return frozenset(_CURRENCY_DIGITS)


def digits(currency: str) -> int:
	"""How many decimal places amounts in `currency` (ISO 4217) have."""
	return _CURRENCY_DIGITS.get(currency, 2)


def decimal(value: Decimal | int | float | str | None) -> Decimal:
	"""The exact decimal that `value` shows when written down; nothing (None, "") is zero.

	Raises:
		ValueError: `value` is not a finite number. True and False are no amounts.
	"""
	if value is None or value == "":
		return Decimal(0)
	if isinstance(value, bool):
		raise ValueError(f"{value!r} is not an amount")
	try:
		# A float's shortest text is what a person would read: 0.1, not 0.1000000000000000055.
		number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
	except (InvalidOperation, TypeError, ValueError):
		raise ValueError(f"{value!r} is not an amount") from None
	if not number.is_finite():
		raise ValueError(f"{value!r} is not an amount")
	return number


def rounded(amount: Decimal | int | float | str | None, currency: str, rounding: str = COMMERCIAL) -> Decimal:
	"""`amount` in whole minor units of `currency`, with exactly its decimal places."""
	result = decimal(amount).quantize(Decimal(1).scaleb(-digits(currency)), rounding=rounding)
	return result if result else abs(result)


def cents(amount: Decimal | int | float | str | None, currency: str) -> int:
	"""`amount` as a whole number of minor units.

	Raises:
		ValueError: `amount` has more decimal places than `currency`. Round it first: which way is a decision.
	"""
	units = decimal(amount).scaleb(digits(currency))
	if units != units.to_integral_value():
		raise ValueError(f"{amount} is finer than the smallest unit of {currency}")
	return int(units)


def from_cents(units: int, currency: str) -> Decimal:
	"""The amount that `units` minor units make, with the currency's decimal places."""
	return Decimal(units).scaleb(-digits(currency))


def split(total: Decimal, weights: Sequence[Decimal], currency: str) -> tuple[Decimal, ...]:
	"""`total` divided in proportion to `weights`, to the minor unit, with nothing lost or gained.

	Each part is its exact share cut off; the units left over go to the largest remainders, the earlier part first.

	Raises:
		ValueError: no weights, a negative one, or all of them zero.
	"""
	if not weights or min(weights) < 0 or not any(weights):
		raise ValueError("weights must be at least one, none negative, not all zero")
	units = cents(total, currency)
	sign = -1 if units < 0 else 1
	# Ratios of whole numbers: no precision to run out of, however large total and weights are.
	ratios = [weight.as_integer_ratio() for weight in weights]
	common = 1
	for _, denominator in ratios:
		common *= denominator
	shares = [numerator * (common // denominator) for numerator, denominator in ratios]
	whole = sum(shares)
	parts = [abs(units) * share // whole for share in shares]
	remainders = [abs(units) * share % whole for share in shares]
	for index in sorted(range(len(parts)), key=lambda i: (-remainders[i], i))[: abs(units) - sum(parts)]:
		parts[index] += 1
	return tuple(from_cents(sign * part, currency) for part in parts)


def as_float(amount: Decimal) -> float:
	"""What a document's Currency field takes: the float whose shortest text is `amount`."""
	return float(amount)
