from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.common import money

CURRENCIES = st.sampled_from(["EUR", "USD", "JPY", "KWD", "CLF"])
UNITS = st.integers(-(10**15), 10**15)
WEIGHTS = st.lists(
	st.decimals(0, 10**9, places=4, allow_nan=False, allow_infinity=False), min_size=1, max_size=40
).filter(any)


@given(UNITS, CURRENCIES)
def test_cents_and_back(units: int, currency: str) -> None:
	amount = money.from_cents(units, currency)
	assert money.cents(amount, currency) == units
	assert -amount.as_tuple().exponent == money.digits(currency)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_becomes_what_is_written(value: float) -> None:
	assert float(money.decimal(value)) == value
	assert money.decimal(value) == Decimal(repr(value))


@given(st.integers(-(10**12), 10**12), CURRENCIES)
def test_amounts_survive_the_way_through_a_document(units: int, currency: str) -> None:
	amount = money.from_cents(units, currency)
	assert money.rounded(money.as_float(amount), currency) == amount


@given(st.decimals(-(10**12), 10**12, places=6, allow_nan=False), CURRENCIES)
def test_rounding_is_near_and_final(amount: Decimal, currency: str) -> None:
	rounded = money.rounded(amount, currency)
	unit = money.from_cents(1, currency)
	assert abs(rounded - amount) <= unit / 2
	assert money.rounded(rounded, currency) == rounded
	assert money.rounded(-amount, currency) == -rounded


@given(UNITS, WEIGHTS, CURRENCIES)
def test_parts_sum_to_the_whole(units: int, weights: list[Decimal], currency: str) -> None:
	total = money.from_cents(units, currency)
	parts = money.split(total, weights, currency)
	assert sum(parts) == total
	whole = sum(weights)
	for part, weight in zip(parts, weights, strict=True):
		assert abs(part - total * weight / whole) < money.from_cents(1, currency) + Decimal("0.00001")
		assert part * total >= 0


@given(UNITS, st.integers(1, 30), CURRENCIES)
def test_equal_parts_differ_by_one_unit_at_most(units: int, number: int, currency: str) -> None:
	parts = money.split(money.from_cents(units, currency), [Decimal(1)] * number, currency)
	assert max(parts) - min(parts) <= money.from_cents(1, currency)
	assert sorted(parts, key=abs, reverse=True) == list(parts)


@pytest.mark.parametrize(
	("amount", "currency", "rounding", "expected"),
	[
		("1.005", "EUR", money.COMMERCIAL, "1.01"),
		("-1.005", "EUR", money.COMMERCIAL, "-1.01"),
		("1.005", "EUR", money.BANKERS, "1.00"),
		("1.015", "EUR", money.BANKERS, "1.02"),
		("1.5", "JPY", money.COMMERCIAL, "2"),
		("0.0004", "KWD", money.COMMERCIAL, "0.000"),
		("-0.001", "EUR", money.COMMERCIAL, "0.00"),
		(2.675, "EUR", money.COMMERCIAL, "2.68"),
		(None, "EUR", money.COMMERCIAL, "0.00"),
	],
)
def test_rounding(amount: object, currency: str, rounding: str, expected: str) -> None:
	assert str(money.rounded(amount, currency, rounding)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["", None, 0, 0.0])
def test_nothing_is_zero(value: str | int | float | None) -> None:
	assert money.decimal(value) == 0


@pytest.mark.parametrize(
	"value", ["x", "1,5", float("nan"), float("inf"), Decimal("NaN"), True, [], "1e", b"1"]
)
def test_what_is_no_amount(value: object) -> None:
	with pytest.raises(ValueError, match="not an amount"):
		money.decimal(value)  # type: ignore[arg-type]


def test_cents_refuse_to_round() -> None:
	with pytest.raises(ValueError, match="finer than"):
		money.cents("1.005", "EUR")


@pytest.mark.parametrize("weights", [[], [Decimal(0)], [Decimal(1), Decimal(-1)]])
def test_splitting_needs_weights(weights: list[Decimal]) -> None:
	with pytest.raises(ValueError, match="weights"):
		money.split(Decimal(1), weights, "EUR")
