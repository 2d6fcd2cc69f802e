"""Which invoices a receipt pays."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.cash_application.domain.matching import (
	Instalment,
	Match,
	OpenItem,
	Receipt,
	Wait,
	decide,
)
from o2c_extensions.cash_application.domain.references import Series, is_creditor_reference, names

DAY = date(2026, 3, 1)


def item(name: str, outstanding: str, due: int = 0, **values: Any) -> OpenItem:
	return OpenItem(
		**{
			"name": name,
			"customer": "C",
			"currency": "EUR",
			"account": "Debtors",
			"account_currency": "EUR",
			"outstanding": Decimal(outstanding),
			"due_date": DAY + timedelta(days=due),
			"posting_date": DAY,
			**values,
		}
	)


def paid(amount: str, *items: OpenItem, **values: Any) -> Match | Wait:
	return decide(Receipt(Decimal(amount), "EUR", **values), items)


def given_to(match: Match | Wait) -> dict[str, str]:
	assert isinstance(match, Match)
	return {allocation.item: str(allocation.amount) for allocation in match.allocations}


def why(choice: Match | Wait) -> list[str]:
	return [reason.code for reason in choice.reasons]


def test_exactly_one() -> None:
	choice = paid("100", item("A", "100"))
	assert given_to(choice) == {"A": "100"}
	assert why(choice) == ["named", "exact"]


def test_several_exactly() -> None:
	assert given_to(paid("150", item("A", "100"), item("B", "50"))) == {"A": "100", "B": "50"}


def test_a_part() -> None:
	choice = paid("40", item("A", "100"))
	assert given_to(choice) == {"A": "40"}
	assert why(choice) == ["named", "partial"]


def test_not_all_of_several_the_earliest_due_first() -> None:
	choice = paid("120", item("A", "100", due=5), item("B", "100", due=1), item("C", "100", due=9))
	assert given_to(choice) == {"B": "100", "A": "20"}
	assert why(choice) == ["named", "oldest first"]


def test_among_equally_due_the_older_one_first() -> None:
	older = item("Z", "100", posting_date=DAY - timedelta(days=9))
	assert given_to(paid("100", item("A", "100"), older)) == {"Z": "100"}


def test_too_much() -> None:
	choice = paid("130", item("A", "100"), item("B", "0"))
	assert isinstance(choice, Match)
	assert (given_to(choice), choice.unallocated) == ({"A": "100"}, 30)
	assert why(choice) == ["named", "overpaid"]


@pytest.mark.parametrize(
	("choice", "code"),
	[
		(paid("100"), "nothing named"),
		(paid("0", item("A", "100")), "no receipt"),
		(paid("-5", item("A", "100")), "no receipt"),
		(paid("100", item("A", "0"), item("B", "-3")), "nothing open"),
		(paid("100", item("A", "100", customer="D"), item("B", "1")), "several customers"),
		(paid("100", item("A", "100", account="Other"), item("B", "1")), "several accounts"),
		(paid("100", item("A", "100", currency="USD")), "other currency"),
		(paid("100", item("A", "100", account_currency="USD")), "other currency"),
		(paid("100", item("A", "100"), is_return=True), "returned"),
	],
)
def test_a_person_has_to_look(choice: Match | Wait, code: str) -> None:
	assert isinstance(choice, Wait)
	assert why(choice) == [code]


def test_a_settled_invoice_of_somebody_else_does_not_matter() -> None:
	assert given_to(paid("100", item("A", "100"), item("B", "0", customer="D"))) == {"A": "100"}


def test_instalments_the_earliest_first() -> None:
	parts = (Instalment("first", Decimal(30)), Instalment("second", Decimal(70)))
	choice = paid("50", item("A", "100", instalments=parts))
	assert isinstance(choice, Match)
	assert [(each.term, each.amount) for each in choice.allocations] == [("first", 30), ("second", 20)]


CENTS = st.integers(-(10**6), 10**9).map(lambda units: Decimal(units).scaleb(-2))


@st.composite
def items(draw: Any) -> list[OpenItem]:
	found = []
	for number in range(draw(st.integers(0, 8))):
		outstanding = draw(CENTS)
		parts: tuple[Instalment, ...] = ()
		if outstanding > 0 and draw(st.booleans()):
			cut = draw(st.integers(0, int(outstanding * 100)))
			first = Decimal(cut).scaleb(-2)
			parts = (Instalment("1", first), Instalment("2", outstanding - first))
		found.append(item(f"I{number}", str(outstanding), draw(st.integers(-40, 40)), instalments=parts))
	return found


@given(CENTS, items(), st.randoms())
def test_nothing_is_paid_too_much_and_nothing_is_lost(
	amount: Decimal, named: list[OpenItem], random: Any
) -> None:
	choice = decide(Receipt(amount, "EUR"), named)
	shuffled = list(named)
	random.shuffle(shuffled)
	assert decide(Receipt(amount, "EUR"), shuffled) == choice, (
		"the order in which they are named does not count"
	)
	if isinstance(choice, Wait):
		assert amount <= 0 or not any(each.outstanding > 0 for each in named)
		return
	total = sum((each.amount for each in choice.allocations), Decimal(0))
	assert total + choice.unallocated == amount
	assert choice.unallocated >= 0
	open_amounts = {each.name: each.outstanding for each in named}
	for name, outstanding in open_amounts.items():
		shares = [each.amount for each in choice.allocations if each.item == name]
		assert all(share > 0 for share in shares)
		assert sum(shares, Decimal(0)) <= max(outstanding, Decimal(0))
	if choice.unallocated:
		assert total == sum(each for each in open_amounts.values() if each > 0)


# --- names in texts -------------------------------------------------------------------------------------------------------

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
