"""BAI2, OFX and tables: written and read back, mistakes with their places; and files of every format, damaged."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from o2c_extensions.cash_application.domain import accounts
from o2c_extensions.cash_application.domain.formats import bai2, detect, mapping, ofx, proposal, table
from o2c_extensions.cash_application.domain.formats.limits import Limits
from o2c_extensions.cash_application.domain.formats.mapping import Mapping
from o2c_extensions.cash_application.domain.statement import Line, Statement, StatementError, lines

from tests.support import bank_files as writer
from tests.support import camt, mt940
from tests.support.mt940 import Booking

IBAN = "DE02120300000000202051"
DAY = writer.DAY
AMOUNTS = st.builds(
	lambda units, sign: Decimal(units * sign).scaleb(-2), st.integers(1, 10**10), st.sampled_from((1, -1))
)
REFERENCES = st.from_regex(r"[A-Z0-9]{4,16}", fullmatch=True).filter(
	lambda word: word.strip("0") and word not in mt940.NONE
)
TEXTS = st.text(st.sampled_from("ABCDEFabcdef 0123456789.-'()äöüß<&>;\""), min_size=1, max_size=110).map(
	lambda text: " ".join(text.split()) or "x"
)
NAMES = TEXTS.map(lambda text: text[:60].strip() or "x")


def bookings(
	day: st.SearchStrategy[date], words: st.SearchStrategy[str] = TEXTS
) -> st.SearchStrategy[list[Booking]]:
	one = st.builds(
		Booking,
		amount=AMOUNTS,
		day=day,
		text=words,
		name=NAMES,
		iban=st.sampled_from(("", "DE89370400440532013000")),
		end_to_end=st.one_of(st.just(""), REFERENCES),
		bank_reference=REFERENCES,
	)
	return st.lists(one, min_size=1, max_size=6)


DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def only(statements: Sequence[Statement]) -> Statement:
	[statement] = statements
	return statement


def refusal(content: bytes, read: Any = detect.read, **values: Any) -> StatementError:
	with pytest.raises(StatementError) as error:
		read(content, **values)
	return error.value


def same(found: Sequence[Line], told: Sequence[Booking]) -> None:
	assert [line.amount for line in found] == [each.amount for each in told]
	assert [line.bank_reference for line in found] == [each.bank_reference for each in told]


# --- BAI2 -----------------------------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(
	bookings(
		st.just(DAY),
		st.text(st.sampled_from("ABCdef 012-,."), min_size=1, max_size=110).map(
			lambda text: " ".join(text.split()) or "x"
		),
	),
	AMOUNTS,
)
def test_bai2_that_is_written_is_read(booked: list[Booking], opening: Decimal) -> None:
	statement = only(detect.read(writer.bai2("12345678", opening, booked)).statements)
	assert (statement.account, statement.currency, statement.difference) == ("12345678", "USD", 0)
	assert statement.opening and statement.opening.amount == opening
	found = lines(statement)
	same(found, booked)
	for line, told in zip(found, booked, strict=True):
		assert line.day == DAY
		assert line.end_to_end_id == told.end_to_end
		assert "".join(line.remittance.split()) == "".join(told.text.split())


GOOD_BAI2 = writer.bai2(
	"12345678", "100", [Booking(Decimal("12.34"), DAY, "PAYMENT", bank_reference="R1")]
).decode()


@pytest.mark.parametrize(
	("good", "bad", "code", "line", "place"),
	[
		("16,165,1234", "16,165,12.34", "no amount", 4, "record 16"),
		("16,165,1234", "16,165,1235", "control total", 5, "record 49"),
		("16,165,1234", "16,000,1234", "no type code", 4, "record 16"),
		("16,165,1234,,", "16,165,1234,Q,", "no funds type", 4, "record 16"),
		("16,165", "17,165", "no record", 4, "record"),
		("02,R,S,1,260310", "02,R,S,1,261310", "no date", 2, "record 02"),
		("02,R,S,1,", "02,R,S,4,", "not news", 2, "record 02"),
		("03,12345678,USD", "03,12345678,usd", "no currency", 3, "record 03"),
		("03,12345678,", "03,,", "no account", 3, "record 03"),
	],
)
def test_mistakes_in_bai2_name_their_place(good: str, bad: str, code: str, line: int, place: str) -> None:
	assert good in GOOD_BAI2
	error = refusal(GOOD_BAI2.replace(good, bad).encode())
	assert (error.code, error.line, error.place) == (code, line, place)


def test_bai2_that_was_cut_off_is_refused() -> None:
	rows = GOOD_BAI2.split("\n")
	for count in range(1, len(rows)):
		assert refusal("\n".join(rows[:count]).encode(), bai2.parse).code in ("cut off", "no record")


def test_a_lost_transaction_in_bai2_is_noticed() -> None:
	rows = GOOD_BAI2.split("\n")
	assert refusal("\n".join([*rows[:3], *rows[4:]]).encode()).code == "control total"


def test_bank_codes_of_their_own() -> None:
	content = GOOD_BAI2.replace("16,165", "16,925").encode()
	assert only(bai2.parse(content).statements).deposits == Decimal("12.34")


# --- OFX ------------------------------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(bookings(DAYS), AMOUNTS, st.sampled_from((102, 151, 202, 220)))
def test_ofx_that_is_written_is_read(booked: list[Booking], closing: Decimal, version: int) -> None:
	message = detect.read(writer.ofx(IBAN, closing, booked, version=version))
	statement = only(message.statements)
	assert (message.version, statement.account, statement.currency) == (f"OFX {version}", IBAN, "EUR")
	assert statement.closing and statement.closing.amount == closing
	assert statement.difference is None
	found = lines(statement)
	same(found, booked)
	for line, told in zip(found, booked, strict=True):
		assert (line.day, line.party_name, line.remittance) == (told.day, told.name, told.text)
		assert line.end_to_end_id == told.end_to_end


def test_an_empty_element_in_sgml_swallows_nothing() -> None:
	content = writer.ofx(
		IBAN,
		"0",
		[
			Booking(Decimal(1), DAY, "a", name="", bank_reference="F1"),
			Booking(Decimal(2), DAY, "b", name="N", bank_reference="F2"),
		],
	)
	assert b"<NAME>\n<MEMO>a" in content
	found = lines(only(ofx.parse(content).statements))
	assert [(line.amount, line.remittance, line.bank_reference, line.party_name) for line in found] == [
		(1, "a", "F1", ""),
		(2, "b", "F2", "N"),
	]


@pytest.mark.parametrize(
	("good", "bad", "code", "place"),
	[
		("<TRNAMT>12.34", "<TRNAMT>$12.34", "no amount", "STMTRS[1]/STMTTRN[1]/TRNAMT"),
		("<TRNAMT>12.34", "<TRNAMT>12.345", "too fine", "STMTRS[1]/STMTTRN[1]/TRNAMT"),
		("<TRNAMT>12.34\n", "", "no amount", "STMTRS[1]/STMTTRN[1]/TRNAMT"),
		("<DTPOSTED>20260310", "<DTPOSTED>20261310", "no date", "STMTRS[1]/STMTTRN[1]/DTPOSTED"),
		("<CURDEF>EUR", "<CURDEF>euro", "no currency", "STMTRS[1]/CURDEF"),
		(f"<ACCTID>{IBAN}", "", "no account", "STMTRS[1]/ACCTID"),
		("</OFX>", "", "cut off", "OFX"),
		("<OFX>", "<!DOCTYPE x>\n<OFX>", "doctype", ""),
	],
)
def test_mistakes_in_ofx_name_their_place(good: str, bad: str, code: str, place: str) -> None:
	content = writer.ofx(
		IBAN, "0", [Booking(Decimal("12.34"), DAY, "x", name="N", bank_reference="F1")]
	).decode()
	assert good in content
	error = refusal(content.replace(good, bad, 1).encode())
	assert (error.code, error.place) == (code, place)
	if "STMTTRN" in place:
		assert content.split("\n")[error.line - 1] == "<STMTTRN>"


def test_an_amount_in_another_currency_is_refused_and_a_converted_one_is_not() -> None:
	content = writer.ofx(
		IBAN, "0", [Booking(Decimal("12.34"), DAY, "x", name="N", bank_reference="F1")]
	).decode()
	foreign = "<CURRENCY><CURRATE>1.1<CURSYM>USD</CURRENCY>\n</STMTTRN>"
	assert refusal(content.replace("</STMTTRN>", foreign).encode()).code == "several currencies"
	[line] = lines(
		only(
			ofx.parse(
				content.replace("</STMTTRN>", foreign.replace("CURRENCY", "ORIGCURRENCY")).encode()
			).statements
		)
	)
	assert (line.exchange_rate, line.instructed_currency) == (Decimal("1.1"), "USD")


def test_ofx_with_several_roots_is_refused() -> None:
	error = refusal(b"OFXHEADER:100\n<OFX></OFX>\n<OFX></OFX>")
	assert (error.code, error.line) == ("not ofx", 2)


def test_deep_ofx_is_refused() -> None:
	assert refusal(b"OFXHEADER:100\n<OFX>" + b"<A>" * 100 + b"</OFX>").code == "too deep"


# --- tables ---------------------------------------------------------------------------------------------------------------


def proposed(content: bytes) -> Mapping:
	return table.propose(table.table(content))


def ties_backwards(opening: Decimal, booked: list[Booking]) -> bool:
	"""Whether the balances of one day's rows are right in both orders: then nobody can tell which one is meant."""
	balances = [*accumulate((each.amount for each in booked), initial=opening)][1:]
	backwards = list(zip(booked, balances, strict=True))[::-1]
	return all(before + each.amount == after for (_each, before), (each, after) in pairwise(backwards))


@settings(max_examples=40)
@given(
	bookings(st.just(DAY)),
	AMOUNTS,
	st.booleans(),
	st.sampled_from(("cp1252", "utf-8", "utf-8-sig", "utf-16")),
)
def test_a_csv_table_that_is_written_is_read(
	booked: list[Booking], opening: Decimal, newest_first: bool, encoding: str
) -> None:
	content = writer.csv_table(opening, booked, newest_first=newest_first, encoding=encoding)
	found = proposed(content)
	assert (found.date, found.amount, found.balance, found.date_format) == (
		"Buchungstag",
		"Betrag",
		"Saldo",
		"DD.MM.YYYY",
	)
	statement = only(detect.read(content, Mapping(**{**vars(found), "account": IBAN})).statements)
	assert (statement.account, statement.currency) == (IBAN, "EUR")
	assert statement.difference == 0
	if not newest_first or not ties_backwards(opening, booked):
		same(lines(statement), booked)
		assert statement.opening and statement.opening.amount == opening
	assert {(line.remittance, line.party_name) for line in lines(statement)} == {
		(each.text, each.name) for each in booked
	}


@settings(max_examples=15, deadline=None)
@given(bookings(DAYS), AMOUNTS)
def test_a_workbook_that_is_written_is_read(booked: list[Booking], opening: Decimal) -> None:
	booked = sorted(booked, key=lambda each: each.day)
	content = writer.workbook(opening, booked)
	assert detect.kind(content) == detect.TABLE
	statement = only(detect.read(content, Mapping(**{**vars(proposed(content)), "account": IBAN})).statements)
	same(lines(statement), booked)
	assert statement.difference == 0
	assert [line.day for line in lines(statement)] == [each.day for each in booked]


@pytest.mark.parametrize(
	("told", "decimal", "thousands", "amount"),
	[
		("1.234,56", ",", ".", "1234.56"),
		("1.234,56", "", "", "1234.56"),
		("1,234.56", "", "", "1234.56"),
		("-1234,5", "", "", "-1234.5"),
		("12,50-", ",", ".", "-12.50"),
		("+12,50", ",", ".", "12.50"),
		("(12.50)", ".", ",", "-12.50"),
		("−12.50", ".", ",", "-12.50"),
		("€ 12,50", ",", ".", "12.50"),
		("12,50 EUR", ",", ".", "12.50"),
		("1 234,50", ",", " ", "1234.50"),
		("1'234.50", ".", "'", "1234.50"),
		("1234", "", "", "1234"),
		("1.234", "", "", None),
		("1.23.456", ",", ".", None),
		("12,34,56", ",", ".", None),
		("12.3456789", ".", "", None),
		("--12", ".", "", None),
		("(-12)", ".", "", None),
		("(12", ".", "", None),
		("NaN", ".", "", None),
		("1e5", ".", "", None),
		("", ".", "", None),
	],
)
def test_amounts_in_cells(told: str, decimal: str, thousands: str, amount: str | None) -> None:
	found = mapping.read_amount(told, Mapping(decimal=decimal, thousands=thousands))
	assert found == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
	("told", "form", "day"),
	[
		("10.03.2026", "DD.MM.YYYY", DAY),
		("1.3.26", "DD.MM.YY", date(2026, 3, 1)),
		("20260310", "YYYYMMDD", DAY),
		("2026-03-10T08:00:00Z", "YYYY-MM-DD", DAY),
		("03/10/2026", "MM/DD/YYYY", DAY),
		("31.02.2026", "DD.MM.YYYY", date(2026, 2, 28)),
		("2026-03-10", "DD.MM.YYYY", None),
		("10.13.2026", "DD.MM.YYYY", None),
	],
)
def test_days_in_cells(told: str, form: str, day: date | None) -> None:
	if day == date(2026, 2, 28):
		day = None  # only a bank's value date may lie beyond the month
	assert mapping.read_day(told, Mapping(date_format=form)) == day


def test_debits_and_credits_in_columns_of_their_own() -> None:
	content = b'Date,Description,Debit,Credit,Balance\n03/14/2026,Rent,100.00,,900.00\n03/15/2026,INV-1,,"1,250.00","2,150.00"\n'
	statement = only(
		detect.read(
			content, Mapping(**{**vars(proposed(content)), "account": "1", "currency": "USD"})
		).statements
	)
	assert [line.amount for line in lines(statement)] == [-100, 1250]
	assert (statement.opening and statement.opening.amount, statement.difference) == (1000, 0)


def test_a_column_that_says_which_way() -> None:
	content = (
		b'"Datum","Naam / Omschrijving","Rekening","Tegenrekening","Code","Af Bij","Bedrag (EUR)","Mededelingen"\n'
		b'"20260310","Jan","NL08INGB0000001234","NL71RABO0123456789","GT","Bij","12,50","Factuur 12"\n'
		b'"20260310","Piet","NL08INGB0000001234","","GT","Af","2,50","Kosten"\n'
	)
	statement = only(detect.read(content, proposed(content)).statements)
	assert statement.account == "NL08INGB0000001234"
	assert [(line.amount, line.remittance) for line in lines(statement)] == [
		(Decimal("12.5"), "Factuur 12"),
		(Decimal("-2.5"), "Kosten"),
	]


def test_headings_further_down_and_a_sum_at_the_end() -> None:
	content = b"Kontoauszug;;\nIBAN;DE02;\n;;\nBuchungstag;Betrag;Verwendungszweck\n10.03.2026;1,00;a\n;1,00;Summe\n"
	found = proposed(content)
	assert found.header_row == 4
	error = refusal(content, mapping=Mapping(**{**vars(found), "account": "1"}))
	assert (error.code, error.line, error.place) == ("no date", 6, "Buchungstag")
	read = detect.read(content, Mapping(**{**vars(found), "account": "1", "skip_undated": True}))
	assert len(lines(only(read.statements))) == 1


def test_columns_by_number_where_there_are_no_headings() -> None:
	content = b"2026-03-10;1,00;a\n2026-03-11;-2,00;b\n"
	found = Mapping(
		header_row=0, date="1", amount="2", texts=("3",), date_format="YYYY-MM-DD", decimal=",", account="1"
	)
	assert [
		(line.amount, line.remittance) for line in lines(only(detect.read(content, found).statements))
	] == [(1, "a"), (-2, "b")]


def test_several_accounts_in_a_table() -> None:
	content = b"Rekening;Datum;Bedrag\nA;2026-03-10;1,00\nB;2026-03-10;2,00\nA;2026-03-11;3,00\n"
	first, second = detect.read(content, proposed(content)).statements
	assert ((first.account, first.deposits), (second.account, second.deposits)) == (("A", 4), ("B", 2))


def test_a_balance_column_that_does_not_add_up_says_where() -> None:
	content = writer.csv_table("0", [Booking(Decimal(number), DAY, "x") for number in (1, 2, 3, 4)])
	broken = content.replace(b"3,00;EUR", b"3,50;EUR")
	statement = only(detect.read(broken, Mapping(**{**vars(proposed(content)), "account": IBAN})).statements)
	assert statement.closing
	assert (statement.difference, statement.closing.line) == (Decimal("-0.50"), 4)


def test_every_mistake_in_a_row_is_shown_by_column() -> None:
	content = b"Buchungstag;Betrag;Saldo\n32.01.2026;1,0,0;x\n10.03.2026;1,00;1,00\n"
	first, second = table.readings(table.table(content), proposed(content))
	assert {problem.column: problem.code for problem in first.problems} == {
		"Buchungstag": "no date",
		"Betrag": "no amount",
		"Saldo": "no amount",
	}
	assert second.problems == ()


@pytest.mark.parametrize(
	("found", "code"),
	[
		(Mapping(date="Datum", amount="Betrag"), "no column"),
		(Mapping(date="Buchungstag"), "no mapping"),
		(Mapping(date="Buchungstag", amount="Betrag", date_format="DD.MM"), "no date format"),
		(Mapping(date="Buchungstag", amount="Betrag", encoding="klingon"), "no encoding"),
	],
)
def test_mappings_that_are_for_no_table(found: Mapping, code: str) -> None:
	assert refusal(b"Buchungstag;Betrag\n10.03.2026;1,00\n", mapping=found).code == code


def test_a_table_without_mapping_asks_for_one() -> None:
	assert refusal(b"a;b\n1;2\n").code == "no mapping"


def test_no_headings_no_proposal() -> None:
	assert proposal.guess([["x", "y"], ["1", "2"]]) == Mapping(header_row=0)


def test_a_workbook_that_is_meant_to_do_harm() -> None:
	def packed(name: str, data: bytes) -> bytes:
		out = io.BytesIO()
		with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
			book.writestr(name, data)
		return out.getvalue()

	found = Mapping(date="a", amount="b")
	assert refusal(packed("xl/workbook.xml", b"<!DOCTYPE x><x/>"), mapping=found).code == "doctype"
	assert refusal(packed("a.xml", b"0" * 60_000_000), mapping=found).code == "too large"
	assert refusal(packed("a.xml", b"<x/>"), mapping=found).code == "no workbook"
	assert refusal(b"PK\x03\x04" + b"\x00" * 50, mapping=found).code == "no workbook"
	content = writer.workbook("0", [Booking(Decimal(1), DAY, "x")])
	assert (
		refusal(content, mapping=Mapping(**{**vars(proposed(content)), "sheet": "Nowhere"})).code
		== "no sheet"
	)
	assert refusal(content, mapping=found, limits=Limits(cells=5)).code == "too many cells"


# --- which format ---------------------------------------------------------------------------------------------------------

ONE = [Booking(Decimal("12.34"), DAY, "Rechnung 17", name="N", bank_reference="R1")]
FILES = {
	"camt": camt.file(IBAN, "0", [camt.booking("12.34", DAY, "Rechnung 17", bank_reference="R1")]),
	"MT940": mt940.file(IBAN, "0", ONE),
	"BAI2": writer.bai2(IBAN, "0", ONE, currency="EUR"),
	"OFX": writer.ofx(IBAN, "12.34", ONE),
	"OFX 2": writer.ofx(IBAN, "12.34", ONE, version=202),
	"table": writer.csv_table("0", ONE),
	"table 2": writer.workbook("0", ONE),
}
TABLE = Mapping(**{**vars(proposed(FILES["table"])), "account": IBAN})


@pytest.mark.parametrize("kind", FILES)
def test_formats_are_known_by_what_they_hold(kind: str) -> None:
	assert detect.kind(FILES[kind]) == kind.split()[0]
	[line] = lines(only(detect.read(FILES[kind], TABLE).statements))
	assert (line.amount, line.day) == (Decimal("12.34"), DAY)


@pytest.mark.parametrize("content", [b"", b"  \r\n", b"\x00\x00"])
def test_nothing_is_refused(content: bytes) -> None:
	assert refusal(content).code == "empty"


@pytest.mark.parametrize(
	"content",
	[
		b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00",
		b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
		b"\x00\x01\x02\x03" * 30,
	],
)
def test_what_is_no_statement_is_refused(content: bytes) -> None:
	assert refusal(content).code in ("no format", "no mapping")


def test_a_large_file_is_refused_before_it_is_read() -> None:
	for content in FILES.values():
		assert refusal(content, limits=Limits(size=20)).code == "too large"


# --- damaged files --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FILES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused(kind: str, data: Any) -> None:
	content = bytearray(FILES[kind])
	for _hit in range(data.draw(st.integers(1, 5))):
		at = data.draw(st.integers(0, len(content) - 1))
		piece = data.draw(st.binary(max_size=6))
		length = data.draw(st.integers(0, 40))
		content[at : at + length] = piece * data.draw(st.sampled_from((1, 1, 1, 50)))
		if not content:
			break
	try:
		for statement in detect.read(bytes(content), TABLE).statements:
			assert sum(line.amount for line in lines(statement)) == statement.deposits - statement.withdrawals
	except StatementError as error:
		assert error.code


def test_a_workbook_that_does_not_unpack_is_refused() -> None:
	content = bytearray(FILES["table 2"])
	content[242] = 0
	with pytest.raises(StatementError) as refused:
		detect.read(bytes(content), TABLE)
	assert refused.value.code == "no workbook"


@settings(max_examples=150, deadline=None)
@given(
	st.binary(max_size=400),
	st.sampled_from(
		(
			b"",
			b":20:X\n:25:1\n",
			b"01,a,b,260310,",
			b"OFXHEADER:100\n<OFX>",
			b"<OFX>",
			b"<",
			b"a;b\n",
			b"PK\x03\x04",
		)
	),
)
def test_rubbish_is_refused(content: bytes, head: bytes) -> None:
	try:
		detect.read(head + content, Mapping(header_row=0, date="1", amount="2", account="1"))
	except StatementError as error:
		assert error.code


@pytest.mark.parametrize(
	"content",
	[
		b":20:X\n:25:1\n:61:" + b"2603100310C" * 200_000,
		b":20:X\n:25:1\n:60F:C260310EUR0,\n:61:260310C1,NTRF\n:86:166"
		+ b"?20EREF+" * 200_000
		+ b"\n:62F:C260310EUR1,",
		b":20:X\n:25:1\n:60F:C260310EUR0,\n:61:260310C1,NTRF\n:86:/EREF/"
		+ b"/REMI/" * 200_000
		+ b"\n:62F:C260310EUR1,",
		b"{1:" * 300_000 + b"\n:20:X",
		b"{1:{" * 200_000 + b"}" * 200_000 + b"\n:20:X",
		b"01,a,b,260310,1,1\n" + b"88," * 500_000,
		b"01,a,b,260310,1,1\n02,a,b,1,260310\n03,1,USD" + b",010,1,," * 200_000,
		b"OFXHEADER:100\n<OFX>" + b"<STMTTRN>" * 30 + b"</STMTTRN>" * 100_000 + b"</OFX>",
		b"OFXHEADER:100\n<OFX>" + b"<![CDATA[" * 200_000 + b"</OFX>",
		b"OFXHEADER:100\n<OFX>" + b"<!--" * 200_000 + b"</OFX>",
		b"a;b\n" + b'"' * 1_000_000,
		b"Datum;Betrag\n10.03.2026;" + b"1." * 300_000,
		b"Datum;Betrag\n10.03.2026;" + b" " * 500_000 + b"x",
	],
	ids=lambda content: repr(content[:40]),
)
def test_nothing_takes_long(content: bytes) -> None:
	started = time.monotonic()
	try:
		detect.read(content, Mapping(date="Datum", amount="Betrag", account="1"))
	except StatementError as error:
		assert error.code
	assert time.monotonic() - started < 5


# --- whose account --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("told", "iban", "number", "like"),
	[
		("37040044/0532013000", "DE89370400440532013000", "", True),
		("37040044/532013000", "DE89370400440532013000", "", True),
		("37040044/532013001", "DE89370400440532013000", "", False),
		("12030000/0532013000", "DE89370400440532013000", "", False),
		("517852257", "NL37ABNA0517852257", "", True),
		("0417852257", "NL37ABNA0517852257", "", False),
		("88888888 600004", "", "88888888", True),
		("25040066/0123456789", "", "123456789", True),
		("12", "DE89370400440532013012", "", False),
		("", "DE89370400440532013000", "", False),
	],
)
def test_other_spellings_of_an_account(told: str, iban: str, number: str, like: bool) -> None:
	assert accounts.is_like(told, iban, number) is like


def test_an_account_is_itself() -> None:
	assert accounts.is_same("DE89 3704 0044 0532 0130 00", "DE89370400440532013000", None)
	assert not accounts.is_same("", "", None)
