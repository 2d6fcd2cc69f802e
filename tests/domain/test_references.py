"""Invoice names in free text: any spelling is found, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.cash_application.domain.references import Series, is_creditor_reference, names

NATIVE = Series("ACC-SINV-.YYYY.-")
GERMAN = Series("RE.YY..MM./.####")


@pytest.mark.parametrize(
	"text",
	[
		"ACC-SINV-2026-00017",
		"acc-sinv-2026-00017",
		"ACC SINV 2026 00017",
		"Rechnung ACCSINV202600017 vom 3.3.",
		"Rg.ACC-SINV-2026-00017,danke",
		"acc/sinv/2026/00017",
		"ACC-SINV-\n2026-00017",
		"ACC - SINV - 2026 - 00017",
		"INVOICE:ACC_SINV_2026_00017.",
	],
)
def test_a_name_in_any_spelling(text: str) -> None:
	assert "ACC-SINV-2026-00017" in names((text,), (NATIVE,))


@pytest.mark.parametrize(
	"text", ["ACC-SINV-2026-0001", "XACC-SINV-2026-00017", "ACC-SINV-26-00017", "SINV 2026"]
)
def test_what_is_no_name(text: str) -> None:
	assert "ACC-SINV-2026-00017" not in names((text,), (NATIVE,))
	assert not NATIVE.find(text)


def test_several_in_one_text_in_order() -> None:
	text = "ACC-SINV-2026-00002 und acc sinv 2026 00001"
	assert NATIVE.find(text.upper()) == ["ACC-SINV-2026-00002", "ACC-SINV-2026-00001"]


def test_other_series() -> None:
	assert GERMAN.find("RE 2603/0007, RE26030008") == ["RE2603/0007", "RE2603/0008"]
	assert Series("SINV-.#######").find("SINV 0000123") == ["SINV-0000123"]
	assert Series("R-.FY.-.###").find("R-2526-007") == ["R-2526-007"]


def test_longer_numbers_than_the_series_began_with() -> None:
	assert NATIVE.find("ACC-SINV-2026-123456") == ["ACC-SINV-2026-123456"]


def test_names_that_no_series_makes() -> None:
	assert {"R-77", "Alt/2025x"} <= set(names(("zu R-77. (Alt/2025x)",), ()))


def test_a_creditor_reference_holds_a_name() -> None:
	body = "ACCSINV202600017"
	check = 98 - int("".join(str(int(char, 36)) for char in f"{body}RF00")) % 97
	reference = f"RF{check:02d}{body}"
	assert is_creditor_reference(reference)
	assert "ACC-SINV-2026-00017" in names((reference,), (NATIVE,))
	wrong = f"RF{(check + 1) % 100:02d}{body}"
	assert not is_creditor_reference(wrong)
	assert "ACC-SINV-2026-00017" not in names((wrong,), (NATIVE,))


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
	found = names((text,), (NATIVE, GERMAN))
	assert len(found) == len(set(found)) <= 500


def test_a_huge_text_is_cut() -> None:
	assert len(names(("1a " * 10**6,), (NATIVE,))) <= 500


@given(
	st.integers(0, 9999),
	st.integers(0, 10**7),
	st.sampled_from(["-", " ", "", "/", " - ", "_", "."]),
	st.booleans(),
)
def test_any_spelling_is_found(year: int, number: int, between: str, lower: bool) -> None:
	parts = ("ACC", "SINV", f"{year:04d}", f"{number:05d}")
	text = f"bitte {between.join(parts)} ok"
	assert f"ACC-SINV-{year:04d}-{number:05d}" in names((text.lower() if lower else text,), (NATIVE,))
