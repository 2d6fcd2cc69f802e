"""Amounts in a number format, with a currency's symbol, in words, in coins."""

from __future__ import annotations

from typing import Any

import pytest
from frappe.utils import fmt_money, in_words, money_in_words
from frappe.utils.data import get_number_format_info, round_based_on_smallest_currency_fraction

from tests.contract.values.tools import currency


@pytest.mark.parametrize(
	("number_format", "expected"),
	[
		("#,###.##", "1,234,567.89"),
		("#.###,##", "1.234.567,89"),
		("# ###.##", "1 234 567.89"),
		("# ###,##", "1 234 567,89"),
		("#'###.##", "1'234'567.89"),
		("#, ###.##", "1, 234, 567.89"),
		("#,##,###.##", "12,34,567.89"),
		("#,###.###", "1,234,567.891"),
		("#.###", "1.234.568"),
		("#,###", "1,234,568"),
		("#.########", "1234567.891"),
	],
)
def test_each_number_format(number_format: str, expected: str) -> None:
	assert fmt_money(1234567.891, format=number_format) == expected


@pytest.mark.parametrize(
	("amount", "precision", "expected"),
	[
		(0, None, "0.00"),
		(None, None, "0.00"),
		("12.5", None, "12.50"),
		(-1234.5, None, "-1,234.50"),
		(-0.001, None, "0.00"),
		(100, 0, "100"),
		(999.999, 2, "1,000.00"),
		(1.5, 3, "1.50"),
		(1.12345, 4, "1.1235"),
		(1.123, 6, "1.123"),
		(12345678, 2, "12,345,678.00"),
	],
)
def test_precision(amount: Any, precision: int | None, expected: str) -> None:
	assert fmt_money(amount, precision=precision) == expected


def test_the_sites_format_is_the_default(settings: Any) -> None:
	settings(number_format="#.###,##")
	assert fmt_money(1234.5) == "1.234,50"
	settings(number_format="#,##,###.##", currency_precision="3")
	assert fmt_money(1234567.8916) == "12,34,567.892"


def test_the_symbol_stands_before_or_after() -> None:
	assert fmt_money(1234.5, currency="EUR") == "€ 1,234.50"
	currency("EUR", symbol="€", symbol_on_right=1, fraction_units=100)
	assert fmt_money(1234.5, currency="EUR") == "1,234.50 €"
	assert fmt_money(5, currency="XXX") == "XXX 5.00"


def test_an_unknown_format_reads_like_the_usual_one() -> None:
	assert get_number_format_info("nonsense") == (".", ",", 2)
	assert get_number_format_info("#.###") == ("", ".", 0)


@pytest.mark.parametrize(
	("amount", "name", "expected"),
	[
		(0, "EUR", "EUR Zero only."),
		(1, "EUR", "EUR One only."),
		(12.5, "EUR", "EUR Twelve and Fifty Cent only."),
		(0.05, "EUR", "Five Cent only."),
		(
			1234567.89,
			"EUR",
			"EUR One Million, Two Hundred And Thirty Four Thousand, Five Hundred And Sixty Seven and Eighty Nine Cent only.",
		),
		(1234567, "INR", "INR Twelve Lakh, Thirty Four Thousand, Five Hundred And Sixty Seven only."),
		(-1, "EUR", ""),
		("x", "EUR", ""),
	],
)
def test_money_in_words(amount: Any, name: str, expected: str) -> None:
	assert money_in_words(amount, name) == expected


def test_the_fraction_may_be_named() -> None:
	assert money_in_words(1.5, "EUR", "Zehntel") == "EUR One and Fifty Zehntel only."


def test_in_words() -> None:
	assert in_words(21) == "twenty one"
	assert in_words(100000, in_million=False) == "one lakh"


@pytest.mark.parametrize(
	("coin", "amount", "expected"), [(0.05, 1.02, 1.0), (0.05, 1.03, 1.05), (0, 1.6, 2.0), (0.25, -1.1, -1.0)]
)
def test_coins(coin: float, amount: float, expected: float) -> None:
	currency("EUR", smallest_currency_fraction_value=coin)
	assert round_based_on_smallest_currency_fraction(amount, "EUR") == expected
