"""What a line's texts name: references with check digits, numbers, ranges, lists, payers' names."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.cash_application.domain.engine import names, structured
from o2c_extensions.cash_application.domain.engine.book import Book, slips
from o2c_extensions.cash_application.domain.engine.mentions import read
from o2c_extensions.cash_application.domain.engine.model import INVOICE, Customer, Item

DAY = date(2026, 3, 1)


def book(*found: str, customer: str = "C", references: tuple[str, ...] = ()) -> Book:
	return Book([Item(name, INVOICE, customer, "EUR", 100, DAY, DAY, references) for name in found])


def named(made: Book, *texts: str, references: tuple[str, ...] = (), end_to_end: str = "") -> dict[str, str]:
	found, _unknown = made.named(read(texts, references), end_to_end, "")
	return {made.items[at].name: level for at, level in found.items()}


# Published examples: ISO 11649 (Wikipedia), the Swiss guidelines for the QR-bill, Belgium's Febelfin, Finance Finland.
@pytest.mark.parametrize(
	("text", "kind", "inner"),
	[
		("RF18 5390 0754 7034", "RF", "539007547034"),
		("RF471234567890", "RF", "1234567890"),
		("21 00000 00003 13947 14300 09017", "QRR", "21000000000313947143000901"),
		("+++090/9337/55493+++", "OGM", "909337554"),
		("2345676", "KID", "234567"),
		("1234561", "FI", "123456"),
	],
)
def test_what_a_reference_is(text: str, kind: str, inner: str) -> None:
	found = structured.kind_of(text)
	assert found is not None
	assert (found.kind, found.inner) == (kind, inner)


@pytest.mark.parametrize(
	"text", ["RF18539007547035", "RF19539007547034", "210000000003139471430009018", "0" * 27, "RF", ""]
)
def test_a_wrong_digit_makes_it_none(text: str) -> None:
	assert structured.kind_of(text) is None


def test_bare_digits_may_be_a_kid_by_chance_but_no_belgian_one() -> None:
	found = structured.kind_of("090933755494")
	assert found is None or found.kind == structured.KID


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=21), st.data())
def test_every_rf_is_known_and_no_changed_one(body: str, data: st.DataObject) -> None:
	digits = 98 - int("".join(str(int(char, 36)) for char in body + "RF00")) % 97
	reference = f"RF{digits:02}{body}"
	assert structured.kind_of(reference) is not None
	at = data.draw(st.sampled_from([at for at, char in enumerate(reference) if char.isdecimal()]))
	other = data.draw(st.sampled_from([char for char in "0123456789" if char != reference[at]]))
	assert structured.kind_of(reference[:at] + other + reference[at + 1 :]) is None


@given(st.integers(1, 10**26 - 1), st.data())
def test_a_qr_reference_with_one_wrong_digit_is_none(number: int, data: st.DataObject) -> None:
	base = f"{number:026}"
	right = next(digit for digit in "0123456789" if structured.is_qrr(base + digit))
	reference = base + right
	assert structured.kind_of(reference) is not None
	at = data.draw(st.integers(0, 26))
	other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != reference[at]]))
	found = structured.kind_of(reference[:at] + other + reference[at + 1 :])
	assert found is None


def test_references_in_free_text() -> None:
	found = structured.found_in(
		"THANKS RF18 5390 0754 7034 AND +++090/9337/55493+++ OR 210000000003139471430009017"
	)
	assert [one.kind for one in found] == ["RF", "OGM", "QRR"]
	assert structured.found_in("RF18 5390 0754 7035 ***090/9337/55494***") == ()


@pytest.mark.parametrize(
	"text",
	[
		"ACC-SINV-2026-00017",
		"acc sinv 2026 00017",
		"ACCSINV202600017",
		"Rechnung ACC/SINV/2026/00017 vom 12.03.2026",
		"ACC-SINV-20 26-00017",
		"ACC-SINV-2O26-OOO17".replace("-OOO", "-00O"),
	],
)
def test_the_whole_name_however_it_is_spelled(text: str) -> None:
	assert named(book("ACC-SINV-2026-00017"), text) == {"ACC-SINV-2026-00017": "full"}


@pytest.mark.parametrize(
	("text", "level"),
	[
		("SINV-2026-00017", "part"),
		("2026-00017", "part"),
		("Rechnung 17", "hinted"),
		("Re.Nr. 00017", "hinted"),
		("factuurnr 17", "hinted"),
		("Inv# 17", "hinted"),
		("RG 17 vom 12.03.2026", "hinted"),
		("00017", "bare"),
	],
)
def test_less_than_the_whole_name(text: str, level: str) -> None:
	assert named(book("ACC-SINV-2026-00017"), text) == {"ACC-SINV-2026-00017": level}


@pytest.mark.parametrize(
	"text", ["17", "EUR 17", "17.03.2026", "17,00", "DE17100000001234567890", "Filiale 17"]
)
def test_what_is_no_number_of_a_document(text: str) -> None:
	assert named(book("ACC-SINV-2026-00017"), text) == {}


@pytest.mark.parametrize(
	("text", "numbers"),
	[
		("Rechnungen 4711-4713", (4711, 4712, 4713)),
		("4711 bis 4713", (4711, 4712, 4713)),
		("factuur 4711 t/m 4713", (4711, 4712, 4713)),
		("inv 4711 to 4713", (4711, 4712, 4713)),
		("RE-4711 - RE-4713", (4711, 4712, 4713)),
		("4711-13", (4711, 4712, 4713)),
		("4711/12/14", (4711, 4712, 4714)),
		("4711, 4714", (4711, 4714)),
		("Rechnung 4711 und 4714", (4711, 4714)),
	],
)
def test_ranges_and_lists(text: str, numbers: tuple[int, ...]) -> None:
	made = book(*(f"RE-{number}" for number in range(4705, 4720)))
	assert set(named(made, text)) == {f"RE-{number}" for number in numbers}


def test_a_range_takes_in_one_customers_invoices_only() -> None:
	items = [
		Item(f"RE-{number}", INVOICE, "A" if number % 2 else "B", "EUR", 1, DAY, DAY)
		for number in range(4711, 4716)
	]
	assert set(named(Book(items), "4711-4715")) == {"RE-4711", "RE-4713", "RE-4715"}


def test_references_of_their_own() -> None:
	made = book("ACC-SINV-2026-00017", references=("RF18539007547034", "4500012345", "E2E-77-1"))
	assert named(made, references=("RF18 5390 0754 7034",)) == {"ACC-SINV-2026-00017": "structured"}
	assert named(made, "Danke RF18 5390 0754 7034") == {"ACC-SINV-2026-00017": "structured"}
	assert named(made, "Bestellung 4500012345") == {"ACC-SINV-2026-00017": "order"}
	assert named(made, end_to_end="E2E-77-1") == {"ACC-SINV-2026-00017": "end-to-end"}
	assert named(made, references=("RF18 5390 0754 7035",)) == {}


def test_a_creditor_reference_that_was_made_of_the_name() -> None:
	body = "ACCSINV202600017"
	digits = 98 - int("".join(str(int(char, 36)) for char in body + "RF00")) % 97
	assert named(book("ACC-SINV-2026-00017"), f"RF{digits:02}{body}") == {"ACC-SINV-2026-00017": "structured"}


@given(st.integers(1000, 99999999), st.data())
def test_one_slip_of_the_finger_is_found_again(number: int, data: st.DataObject) -> None:
	right = str(number)
	wrong = data.draw(st.sampled_from(sorted(slips(right))))
	assert right in slips(wrong)


@given(st.lists(st.text(max_size=300), max_size=3), st.lists(st.text(max_size=40), max_size=3))
def test_any_text_can_be_read(texts: list[str], references: list[str]) -> None:
	made = book("ACC-SINV-2026-00017", "RE-4711")
	found = read(texts, references)
	assert found == read(texts, references)
	made.named(found, "", "")
	made.misspelled(found)


@pytest.mark.parametrize(
	("paid_by", "title", "level"),
	[
		("MÜLLER BAU GMBH", "Müller Bau GmbH", names.SAME),
		("Mueller Bau", "Müller Bau GmbH & Co. KG", names.SAME),
		("Bau Müller", "Müller Bau GmbH", names.SAME),
		("ZIMMERMANN VERSICHERUNGSMAKL", "Zimmermann Versicherungsmakler AG", names.SAME),
		("Muller Bau", "Müller Bau GmbH", names.SIMILAR),
		("Müller Holding", "Müller Bau GmbH", names.SHARED),
		("Visser Groothandel", "Müller Bau GmbH", ""),
		("", "Müller Bau GmbH", ""),
		("GmbH", "AG", ""),
	],
)
def test_names(paid_by: str, title: str, level: str) -> None:
	assert names.likeness(paid_by, title) == level


def test_payers_are_found_by_what_is_rare() -> None:
	made = Book(
		[],
		[
			Customer("A", ("Quiberost Parts Limited",), ("DE11",)),
			Customer("B", ("Müller Bau GmbH",), (), (), ("K50001",)),
			Customer("C", ("Müller Holz GmbH",)),
		],
	)
	assert made.payers("QUIBEROST PARTS", "", read(()), "") == ["A"]
	assert made.payers("", "DE11", read(()), "") == ["A"]
	assert made.payers("", "", read(("Kundennr. K50001",)), "") == ["B"]
	assert made.payers("", "", read(("Rechnung von Mueller Holz",)), "") == ["C"]
	assert made.payers("Nobody", "", read(()), "") == []
