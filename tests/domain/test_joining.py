"""Which payment an advice announces: only where both fit nothing else as well."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.cash_application.domain.joining import Announced, Booked, join

DAY = date(2026, 3, 12)
ADVICE = Announced("A", "EUR", Decimal(100), "PAY-55801", DAY, DAY, ("Handelshaus Nord GmbH",), ("DE1",))
LINE = Booked("L", "EUR", Decimal(100), DAY)


def test_a_reference_joins_even_another_amount() -> None:
	assert join([ADVICE], [replace(LINE, references=("pay 55801",), party_name="Bank X")]) == {"A": "L"}
	assert join([ADVICE], [replace(LINE, text="SEPA PAY-55801 Sammler", amount=Decimal(98))]) == {"A": "L"}


def test_the_advised_amount_counts_before_another_one_with_the_same_reference() -> None:
	other = replace(LINE, name="M", amount=Decimal(5), references=("PAY-55801",))
	assert join([ADVICE], [other, replace(LINE, references=("PAY-55801",))]) == {"A": "L"}


def test_the_payer_and_the_amount_join_within_days() -> None:
	by_name = replace(LINE, party_name="HANDELSHAUS NORD")
	assert join([ADVICE], [by_name]) == {"A": "L"}
	assert join([ADVICE], [replace(LINE, party_iban="DE1")]) == {"A": "L"}
	assert join([ADVICE], [replace(by_name, day=DAY + timedelta(days=30))]) == {}
	assert join([ADVICE], [replace(by_name, currency="USD")]) == {}
	assert join([ADVICE], [replace(by_name, amount=Decimal("99.99"))]) == {}


def test_an_anonymous_line_joins_by_its_amount_and_somebody_elses_does_not() -> None:
	assert join([ADVICE], [LINE]) == {"A": "L"}
	assert join([ADVICE], [replace(LINE, party_name="Jemand Anders")]) == {}


def test_what_fits_two_is_joined_with_neither() -> None:
	assert join([ADVICE], [LINE, replace(LINE, name="M")]) == {}
	assert join([ADVICE, replace(ADVICE, name="B", reference="")], [LINE]) == {}


def test_what_is_joined_by_reference_leaves_the_other_one_to_its_amount() -> None:
	lines = [replace(LINE, references=("PAY-55801",)), replace(LINE, name="M")]
	assert join([ADVICE, replace(ADVICE, name="B", reference="")], lines) == {"A": "L", "B": "M"}


_advice = st.builds(
	Announced,
	name=st.sampled_from("ABCDE"),
	currency=st.sampled_from(("EUR", "USD", "")),
	amount=st.none() | st.sampled_from((Decimal(1), Decimal(2))),
	reference=st.sampled_from(("", "REF-1000", "REF-2000")),
	day=st.none() | st.dates(DAY - timedelta(days=20), DAY + timedelta(days=20)),
	came=st.just(DAY),
	names=st.sampled_from(((), ("Nord Handel",), ("Süd Handel",))),
)
_line = st.builds(
	Booked,
	name=st.sampled_from("KLMNO"),
	currency=st.sampled_from(("EUR", "USD")),
	amount=st.sampled_from((Decimal(1), Decimal(2))),
	day=st.dates(DAY - timedelta(days=20), DAY + timedelta(days=20)),
	references=st.sampled_from(((), ("REF-1000",), ("REF-2000",))),
	party_name=st.sampled_from(("", "Nord Handel", "Süd Handel")),
)


@given(
	st.lists(_advice, max_size=5, unique_by=lambda one: one.name),
	st.lists(_line, max_size=5, unique_by=lambda one: one.name),
	st.randoms(),
)
def test_each_is_joined_once_and_the_order_changes_nothing(
	advices: list[Announced], lines: list[Booked], random: object
) -> None:
	joined = join(advices, lines)
	assert len(set(joined.values())) == len(joined)
	assert set(joined) <= {each.name for each in advices}
	random.shuffle(advices)  # type: ignore[attr-defined]
	random.shuffle(lines)  # type: ignore[attr-defined]
	assert join(advices, lines) == joined
	by_name = {each.name: each for each in lines}
	for advice in advices:
		if advice.name in joined and advice.currency:
			assert by_name[joined[advice.name]].currency == advice.currency
