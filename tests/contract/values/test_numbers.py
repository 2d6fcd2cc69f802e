"""Conversion, rounding and division of numbers."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Any

import frappe
import pytest
from frappe.utils import ceil, cint, cstr, floor, flt, remainder, rounded, safe_div, sbool
from hypothesis import HealthCheck, given, strategies
from hypothesis import settings as hypothesis_settings

LEGACY, BANKERS, COMMERCIAL = "Banker's Rounding (legacy)", "Banker's Rounding", "Commercial Rounding"
quick = hypothesis_settings(
	max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
cents = strategies.integers(min_value=-(10**9), max_value=10**9)


@pytest.mark.parametrize(
	("given_value", "expected"),
	[
		("1,234.5", 1234.5),
		("abc", 0.0),
		(None, 0.0),
		("", 0.0),
		(True, 1.0),
		("1e3", 1000.0),
		(Decimal("1.10"), 1.1),
		([], 0.0),
	],
)
def test_flt_reads_what_it_can(given_value: Any, expected: float) -> None:
	assert flt(given_value) == expected
	assert type(flt(given_value)) is float


@pytest.mark.parametrize(
	("given_value", "expected"),
	[("12", 12), ("12.9", 12), (-3.9, -3), (None, 0), ("x", 0), (True, 1), ("", 0)],
)
def test_cint_cuts_off(given_value: Any, expected: int) -> None:
	assert cint(given_value) == expected


def test_cint_takes_a_default() -> None:
	assert cint("x", 7) == 7


def test_floor_and_ceil() -> None:
	assert (floor("2.7"), floor(-2.1), floor("x")) == (2, -3, 0)
	assert (ceil("2.1"), ceil(-2.7), ceil("x")) == (3, -2, 0)


def test_cstr() -> None:
	assert (cstr(None), cstr(b"ab"), cstr(1.5), cstr("ä")) == ("", "ab", "1.5", "ä")


@pytest.mark.parametrize(
	("given_value", "expected"),
	[("true", True), ("1", True), ("False", False), ("0", False), ("yes", "yes"), (None, None), (2, 2)],
)
def test_sbool(given_value: Any, expected: Any) -> None:
	assert sbool(given_value) == expected


@pytest.mark.parametrize(
	("method", "value", "precision", "expected"),
	[
		(LEGACY, 2.5, 0, 2),
		(LEGACY, 3.5, 0, 4),
		(LEGACY, 2.125, 2, 2.13),
		(LEGACY, 2.675, 2, 2.68),
		(LEGACY, -2.5, 0, -2),
		(LEGACY, -1.005, 2, -1.0),
		(BANKERS, 2.5, 0, 2),
		(BANKERS, 2.125, 2, 2.12),
		(BANKERS, 2.135, 2, 2.14),
		(BANKERS, 2.675, 2, 2.68),
		(BANKERS, -2.5, 0, -2),
		(BANKERS, 1.005, 2, 1.0),
		(COMMERCIAL, 2.5, 0, 3),
		(COMMERCIAL, 2.125, 2, 2.13),
		(COMMERCIAL, 2.675, 2, 2.68),
		(COMMERCIAL, 1.005, 2, 1.01),
		(COMMERCIAL, -2.5, 0, -3),
		(COMMERCIAL, 0, 2, 0),
	],
)
def test_each_rounding_method(
	settings: Any, method: str, value: float, precision: int, expected: float
) -> None:
	assert flt(value, precision, method) == expected
	settings(rounding_method=method)
	assert flt(value, precision) == expected
	assert rounded(value, precision) == expected


def test_legacy_rounding_without_decimals_gives_an_int() -> None:
	assert type(flt(2.5, 0, LEGACY)) is int
	assert type(flt(2.5, 0, BANKERS)) is float


def test_an_unknown_rounding_method_is_an_error() -> None:
	with pytest.raises(frappe.InvalidRoundingMethod):
		flt(1.5, 0, "Swiss")


@quick
@given(cents)
def test_bankers_rounding_is_decimals_half_even(thousandths: int) -> None:
	exact = Decimal(thousandths) / 1000
	expected = exact.quantize(Decimal("0.01"), ROUND_HALF_EVEN)
	assert flt(float(exact), 2, BANKERS) == float(expected)


@quick
@given(cents)
def test_commercial_rounding_is_decimals_half_up(thousandths: int) -> None:
	exact = Decimal(thousandths) / 1000
	expected = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
	assert flt(float(exact), 2, COMMERCIAL) == float(expected)


@quick
@given(cents, strategies.sampled_from([LEGACY, BANKERS, COMMERCIAL]))
def test_a_rounded_number_stays(hundredths: int, method: str) -> None:
	value = hundredths / 100
	assert flt(value, 2, method) == pytest.approx(value, abs=1e-9)
	assert flt(flt(value, 2, method), 2, method) == flt(value, 2, method)


@quick
@given(strategies.floats(allow_nan=False, allow_infinity=False, width=32))
def test_flt_without_precision_changes_nothing(value: float) -> None:
	assert flt(value) == value
	assert flt(str(value)) == value


def test_not_a_number_is_nothing_once_rounded() -> None:
	assert math.isnan(flt("nan"))
	assert flt("nan", 2) == 0.0


def test_division() -> None:
	assert safe_div(1, 3) == 0.33
	assert safe_div(1, 0) == 0.0
	assert safe_div(2, 3, 4) == 0.6667
	assert remainder(10.1, 0.25) == 0.1
	assert remainder(10, 4, 0) == 2
