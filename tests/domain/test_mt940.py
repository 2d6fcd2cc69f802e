"""MT940 files read into statements: the structures of field 86, frames, marks, mistakes and their places."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from o2c_extensions.cash_application.domain.formats import mt940
from o2c_extensions.cash_application.domain.statement import Line, Statement, StatementError, lines

from tests.support import mt940 as writer
from tests.support.mt940 import Booking

IBAN = "DE02120300000000202051"


def only(content: bytes) -> Statement:
	[statement] = mt940.parse(content).statements
	return statement


def line(detail: str, *, entry: str = "2603100310C10,00NTRFNONREF", currency: str = "EUR") -> Line:
	"""The line that an entry and its field 86 make."""
	head = f":20:X\n:25:{IBAN}\n:28C:7/1\n:60F:C260309{currency}0,\n:61:{entry}\n"
	detail = f":86:{detail}\n" if detail else ""
	[statement] = mt940.parse(f"{head}{detail}:62F:C260310{currency}10,\n-".encode()).statements
	[found] = lines(statement)
	return found


def test_the_german_structure() -> None:
	found = line(
		"166?00GUTSCHRIFT?109310?20EREF+E2E-1?21MREF+M-7?22CRED+DE98ZZZ09999999999?23SVWZ+Rechnung "
		"RE-2026-0?240017 vom 1.3.?30COBADEFFXXX?31DE89370400440532013000?32Müller und Soehne Großhande?33l GmbH?34000"
	)
	assert (found.end_to_end_id, found.mandate_id, found.creditor_id) == (
		"E2E-1",
		"M-7",
		"DE98ZZZ09999999999",
	)
	assert found.remittance == "Rechnung RE-2026-0 0017 vom 1.3."
	assert (found.party_name, found.party_iban) == (
		"Müller und Soehne Großhandel GmbH",
		"DE89370400440532013000",
	)
	assert found.code == "166"


def test_a_piece_that_is_full_goes_on_in_the_next() -> None:
	found = line("166?20SVWZ+Rechnung RE-2026-01234?215 und RE-2026-99")
	assert found.remittance == "Rechnung RE-2026-012345 und RE-2026-99"


def test_a_tag_behind_a_full_piece_is_a_tag() -> None:
	found = line("166?20EREF+1234567890123456789012?21SVWZ+Text")
	assert (found.end_to_end_id, found.remittance) == ("1234567890123456789012", "Text")


def test_another_separator_and_an_account_without_iban() -> None:
	found = line("020~00Przelew~20Faktura 12~3010203040~310000123456~32JAN NOWAK")
	assert (found.remittance, found.party_account, found.party_name) == (
		"Faktura 12",
		"10203040/0000123456",
		"JAN NOWAK",
	)


def test_a_returned_direct_debit_says_why_and_what_it_cost() -> None:
	found = line(
		"109?00SEPA-LS RETOURE?20EREF+A1 OAMT+11,85 COAM+0,50 SVW?21Z+KONTO ERLOSCHEN?34914",
		entry="2603100310C12,35NRTIKREF+//B1\n/OCMT/EUR11,85//CHGS/EUR0,50/",
	)
	assert (found.return_code, found.return_reason) == ("914", "914 SEPA-LS RETOURE")
	assert (found.instructed, found.instructed_currency or "EUR", found.charges) == (
		Decimal("11.85"),
		"EUR",
		Decimal("0.50"),
	)
	assert found.bank_reference == "B1"


def test_the_tagged_structure() -> None:
	found = line(
		"/TRTP/SEPA OVERBOEKING/IBAN/NL86INGB0002445588/BIC/INGBNL2A/NAME/J.JANSEN\n/REMI/FACTUUR 12\n34/EREF/E-99"
	)
	assert (found.party_iban, found.party_name) == ("NL86INGB0002445588", "J.JANSEN")
	assert (found.remittance, found.end_to_end_id) == ("FACTUUR 1234", "E-99")


def test_the_tagged_structure_of_ing() -> None:
	found = line(
		"/EREF/E-1//MARF/M-1//CSID/NL32ZZZ999999991234//CNTP/NL32INGB0000012345/INGBNL2A/ING BANK NV/AMSTERDAM/\n"
		"//REMI/USTD//INV 4711/"
	)
	assert (found.end_to_end_id, found.mandate_id, found.creditor_id) == ("E-1", "M-1", "NL32ZZZ999999991234")
	assert (found.party_iban, found.party_name, found.remittance) == (
		"NL32INGB0000012345",
		"ING BANK NV",
		"INV 4711",
	)


def test_structured_remittance_and_a_return_in_tags() -> None:
	found = line("/RTRN/AC04//REMI/STRD/CUR/9000000000000015/")
	assert (found.return_code, found.structured_references) == ("AC04", ("9000000000000015",))


@pytest.mark.parametrize(
	("entry", "amount", "reversal"),
	[
		("260310C1,5NTRFNONREF", "1.5", False),
		("2603100310D10,NMSCNONREF", "-10", False),
		("2603100310RC10,NMSCNONREF", "-10", True),
		("2603100310RD10,NMSCNONREF", "10", True),
		("2603100310RDR10,00N068NONREF", "10", True),
		("2603100310DR10,00N037NONREF", "-10", False),
		("260310    C10,00NTRFNONREF", "10", False),
	],
)
def test_marks_of_an_entry(entry: str, amount: str, reversal: bool) -> None:
	found = line("x", entry=entry)
	assert (found.amount, found.is_reversal) == (Decimal(amount), reversal)


def test_the_booking_day_is_near_the_value_day() -> None:
	found = line("x", entry="2512310102C10,00NTRFNONREF")
	assert (found.value_date, found.day) == (date(2025, 12, 31), date(2026, 1, 2))


def test_a_value_day_of_a_bank_month() -> None:
	assert line("x", entry="2602300302C10,00NTRFNONREF").value_date == date(2026, 2, 28)


def test_expected_entries_are_not_booked() -> None:
	head = f":20:X\n:25:{IBAN}\n:28C:7/1\n:60F:C260309EUR0,\n"
	statement = only(f"{head}:61:2603100310EC10,NTRFNONREF\n:62F:C260310EUR0,\n-".encode())
	assert (len(statement.entries), len(statement.booked), statement.difference) == (1, 0, 0)


@pytest.mark.parametrize(
	("told", "account"),
	[
		("NL69INGB0123456789EUR", "NL69INGB0123456789"),
		("NL71RABO0123456789 EUR", "NL71RABO0123456789"),
		("DEUTDEFFXXX/DE02120300000000202051", "DE02120300000000202051"),
		("20090500/0006853030", "20090500/0006853030"),
		("20090500/0006853030 EUR", "20090500/0006853030"),
		("PL 29 1140 1081 0000 2670 0200 1002", "PL29114010810000267002001002"),
	],
)
def test_whose_account(told: str, account: str) -> None:
	assert mt940.account_number([told], "EUR") == account


# --- written and read back ------------------------------------------------------------------------------------------------


def test_frames_make_no_difference() -> None:
	booked = [Booking(Decimal("12.34"), date(2026, 3, 10), "Danke für alles", name="Jürgen", iban=IBAN)]
	plain = writer.file(IBAN, "0", booked).decode()
	for content in (
		plain.replace("\n", "\r\n").encode(),
		plain.replace("\n", "\r").encode(),
		plain.encode("cp1252"),
		plain.encode("utf-16"),
		b"\xef\xbb\xbf" + plain.encode(),
		b"\x01\n" + plain.encode() + b"\x03\x00\x00",
		b"BANKNL2A\n940\nBANKNL2A\n" + plain.encode(),
		b"{1:F01BANKNL2AXXXX0000000000}{2:O940BANKNL2AXXXXN}{3:}{4:\n" + plain.encode() + b"}{5:}\n",
		plain.replace("\n", "@@").encode(),
	):
		assert lines(only(content)) == lines(only(plain.encode()))


AMOUNTS = st.builds(
	lambda units, sign: Decimal(units * sign).scaleb(-2), st.integers(1, 10**11), st.sampled_from((1, -1))
)
WORDS = st.from_regex(r"[A-Z0-9]{2,16}", fullmatch=True).filter(
	lambda word: word.strip("0") and word not in writer.NONE
)
TEXTS = st.text(st.sampled_from("ABCDEFabcdef 0123456789.,-'()äöüß"), max_size=120).map(
	lambda text: " ".join(text.split())
)
BOOKINGS = st.builds(
	Booking,
	amount=AMOUNTS,
	day=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
	text=TEXTS.filter(lambda text: not text.startswith("-")),
	name=TEXTS.map(lambda text: text[:50].strip()),
	iban=st.sampled_from(("", "DE89370400440532013000")),
	end_to_end=st.one_of(st.just(""), WORDS),
	bank_reference=st.one_of(st.just(""), WORDS),
	reversal=st.booleans(),
)


@settings(max_examples=60)
@given(st.lists(BOOKINGS, max_size=6), AMOUNTS)
def test_what_is_written_is_read(booked: list[Booking], opening: Decimal) -> None:
	statement = only(writer.file(IBAN, opening, booked))
	assert (statement.account, statement.currency, statement.difference) == (IBAN, "EUR", 0)
	found = lines(statement)
	assert [each.amount for each in found] == [each.amount for each in booked]
	for mine, told in zip(found, booked, strict=True):
		assert mine.day == told.day
		assert mine.is_reversal == told.reversal
		assert (mine.end_to_end_id, mine.bank_reference) == (told.end_to_end, told.bank_reference)
		assert mine.party_iban == told.iban
		assert "".join(mine.party_name.split()) == "".join(told.name.split())
		if told.text:
			assert "".join(mine.remittance.split()) == "".join(told.text.split())


# --- mistakes -------------------------------------------------------------------------------------------------------------

GOOD = f":20:X\n:25:{IBAN}\n:28C:7/1\n:60F:C260309EUR0,00\n:61:2603100310C10,00NTRFNONREF\n:86:x\n:62F:C260310EUR10,00\n-"


@pytest.mark.parametrize(
	("good", "bad", "code", "line", "place"),
	[
		("C10,00N", "C1.0,00N", "no amount", 5, ":61:"),
		("C10,00N", "C10,001N", "too fine", 5, ":61:"),
		("C10,00N", "C,N", "no amount", 5, ":61:"),
		("C10,00N", "X10,00N", "no entry", 5, ":61:"),
		("2603100310C", "2613100310C", "no date", 5, ":61:"),
		("2603100310C", "2603101310C", "no date", 5, ":61:"),
		("C260309EUR0,00", "C260309EURO,00", "no balance", 4, ":60F:"),
		("C260309EUR0,00", "C269909EUR0,00", "no date", 4, ":60F:"),
		("C260310EUR10,00", "C260310USD10,00", "several currencies", 7, ":62F:"),
		(f":25:{IBAN}\n", "", "no account", 1, ":25:"),
		(":62F:C260310EUR10,00\n", "", "no field", 1, ":20:"),
		(":60F:C260309EUR0,00\n", "", "no field", 1, ":20:"),
	],
)
def test_mistakes_name_their_place(good: str, bad: str, code: str, line: int, place: str) -> None:
	assert only(GOOD.encode()).difference == 0
	with pytest.raises(StatementError) as error:
		mt940.parse(GOOD.replace(good, bad).encode())
	assert (error.value.code, error.value.line, error.value.place) == (code, line, place)


def test_a_file_that_was_cut_off_is_refused() -> None:
	"""Wherever it was cut: it is refused, or its lines no longer make its balance, or nothing that counts is missing."""
	for end in range(len(GOOD)):
		try:
			found: Any = mt940.parse(GOOD[:end].encode()).statements
		except StatementError:
			continue
		assert found[0].difference or GOOD[end:].strip("0,\n-") == ""


def test_an_interim_report_is_no_statement() -> None:
	with pytest.raises(StatementError) as error:
		mt940.parse(
			f":20:X\n:25:{IBAN}\n:28C:1\n:34F:EUR0,\n:13D:2603101200+0100\n:61:260310C1,NTRFX\n-".encode()
		)
	assert error.value.code == "interim"


# --- several statements in a file ------------------------------------------------------------------------------------------


def message(
	number: str, opening: str, closing: str, day: str, *, page: str = "FF", envelope: bool = False
) -> str:
	amount = Decimal(closing) - Decimal(opening)
	entry = f":61:26{day}{day}{'C' if amount > 0 else 'D'}{str(abs(amount)).replace('.', ',')},NTRFNONREF\n:86:x\n"
	body = (
		f":20:X\n:25:{IBAN}\n:28C:{number}\n:60{page[0]}:C26{day}EUR{opening},\n{entry if amount else ''}"
		f":62{page[1]}:C26{day}EUR{closing},\n-"
	)
	return f"{{1:F01X}}{{2:O940XN}}{{4:\n{body}}}{{5:}}\n" if envelope else f"{body}\n"


def test_pages_of_a_statement_are_kept_apart() -> None:
	content = message("9/1", "0", "10", "0310", page="FM") + message("9/2", "10", "5", "0310", page="MF")
	found = mt940.parse(content.encode()).statements
	assert [(each.id, each.difference) for each in found] == [("9/1", 0), ("9/2", 0)]


def test_daily_messages_in_envelopes_are_one_statement_while_they_continue() -> None:
	days = [
		message("1/1", "0", "10", "0301", envelope=True),
		message("2/1", "10", "10", "0302", envelope=True),
		message("3/1", "10", "4", "0303", envelope=True),
		message("5/1", "4", "7", "0305", envelope=True),
	]
	first, second = mt940.parse("".join(days).encode()).statements
	assert (first.id, len(first.entries), first.difference) == ("1/1 - 3/1", 2, 0)
	assert (first.from_date, first.to_date) == (date(2026, 3, 1), date(2026, 3, 3))
	assert (second.id, second.difference) == ("5/1", 0)


def test_without_envelopes_each_statement_stays_one() -> None:
	content = message("1/1", "0", "10", "0301") + message("2/1", "10", "4", "0302")
	assert len(mt940.parse(content.encode()).statements) == 2
