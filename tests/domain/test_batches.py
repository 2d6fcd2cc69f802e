"""Which line a batch of a notification is, and that its payments survive being kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from o2c_extensions.cash_application.domain import batches
from o2c_extensions.cash_application.domain.batches import Batch, Whole, assign
from o2c_extensions.cash_application.domain.formats import camt
from o2c_extensions.cash_application.domain.statement import Line, lines

D = Decimal
DAY = date(2026, 3, 10)
BATCH = Batch("B", D(30), DAY, "REF1", ())
WHOLE = Whole("k", D(30), DAY, "REF1", False)


def told(found: dict[str, Batch]) -> dict[str, str]:
	return {key: batch.name for key, batch in found.items()}


def test_the_same_reference_day_and_amount_is_the_batch() -> None:
	assert told(assign([BATCH], [WHOLE, replace(WHOLE, key="m", bank_reference="REF2")])) == {"k": "B"}
	assert told(assign([BATCH], [replace(WHOLE, bank_reference="REF2")])) == {}
	assert told(assign([BATCH], [replace(WHOLE, amount=D(-30))])) == {}
	assert told(assign([BATCH], [replace(WHOLE, day=date(2026, 3, 11))])) == {}


def test_without_a_reference_the_line_must_be_of_nobody_and_alone() -> None:
	nameless = replace(WHOLE, bank_reference="")
	assert told(assign([BATCH], [nameless])) == {"k": "B"}
	assert told(assign([BATCH], [replace(nameless, is_of_one=True)])) == {}
	assert told(assign([BATCH], [nameless, replace(nameless, key="m")])) == {}
	assert told(assign([BATCH, replace(BATCH, name="C")], [nameless])) == {}


_text = st.text(max_size=20)
_line = st.builds(
	Line,
	amount=st.decimals(D("-99.99"), D("99.99"), places=2),
	currency=st.just("EUR"),
	day=st.dates(),
	value_date=st.none() | st.dates(),
	bank_reference=_text,
	end_to_end_id=_text,
	party_name=_text,
	party_iban=_text,
	remittance=_text,
	structured_references=st.lists(_text, max_size=3).map(tuple),
	is_reversal=st.booleans(),
	return_reason=_text,
	charges=st.decimals(D(0), D(9), places=2),
	instructed=st.none() | st.decimals(D(0), D(9), places=2),
	exchange_rate=st.none() | st.decimals(D("0.1"), D(9), places=4),
)


@given(st.lists(_line, max_size=4).map(tuple))
def test_payments_are_kept_as_they_are(parts: tuple[Line, ...]) -> None:
	assert batches.parse(batches.plain(parts)) == parts


@given(st.text("0123456789abcdef", min_size=32, max_size=32), st.integers(1, 9), st.integers(1, 5000))
def test_a_part_belongs_to_its_line(identity: str, number: int, part: int) -> None:
	key = f"{identity}-{number}"
	assert batches.whole_key(batches.part_key(key, part)) == key == batches.whole_key(key)


def test_a_banks_own_pair_of_files_belongs_together() -> None:
	"""A camt.053 and the camt.054 beside it, as a Swiss bank has published them."""
	data = Path(__file__).resolve().parents[3] / "shared" / "data" / "bank" / "camt"
	name = "2023-02-01_C05{}_001_08_CH2801234000123456789_CHF_001.xml"
	if not data.exists():
		pytest.skip("the samples are not there")
	[statement] = camt.parse((data / name.format(3)).read_bytes()).statements
	[notice] = camt.parse((data / name.format(4)).read_bytes()).statements
	told = [replace(each, name=str(at)) for at, each in enumerate(batches.batches(notice))]
	wholes = [
		Whole(str(at), line.amount, line.day, line.bank_reference, bool(line.party_name or line.party_iban))
		for at, line in enumerate(lines(statement))
	]
	found = assign(told, wholes)
	assert found
	for key, batch in found.items():
		assert sum((part.amount for part in batch.parts), D(0)) == wholes[int(key)].amount
