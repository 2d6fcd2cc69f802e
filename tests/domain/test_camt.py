"""camt.053 files read into statements: real samples, written ones, broken ones."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from o2c_extensions.cash_application.domain.formats import camt
from o2c_extensions.cash_application.domain.formats.limits import Limits
from o2c_extensions.cash_application.domain.identity import new_lines
from o2c_extensions.cash_application.domain.statement import Line, Statement, StatementError, lines

from tests.support import camt as writer
from tests.support.camt import Booking, Detail, booking

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
IBAN = "DE02120300000000202051"
DAY = date(2026, 3, 10)


def facts() -> list[dict[str, Any]]:
	if not (DATA / "facts.json").exists():
		return []
	return [
		fact
		for fact in json.loads((DATA / "facts.json").read_text())
		if fact["file"].startswith("bank/camt/")
	]


def only(content: bytes) -> Statement:
	[statement] = camt.parse(content).statements
	return statement


def refusal(content: bytes, limits: Limits | None = None) -> StatementError:
	with pytest.raises(StatementError) as error:
		camt.parse(content, limits)
	return error.value


# --- samples --------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not facts(), reason="the samples are not here")
@pytest.mark.parametrize("fact", facts(), ids=lambda fact: Path(fact["file"]).name[:50])
def test_samples_say_what_was_counted_in_them(fact: dict[str, Any]) -> None:
	content = (DATA / fact["file"]).read_bytes()
	if not fact.get("statements"):
		error = refusal(content)
		assert error.code in ("no amount", "no statement", "no camt")
		assert error.line
		return
	message = camt.parse(content)
	assert message.version == fact["version"]
	for statement, expected in zip(message.statements, fact["statements"], strict=True):
		assert (statement.id, statement.account) == (expected["id"], expected["account"])
		assert expected["ccy"] in (statement.currency, None)
		assert len(statement.entries) == expected["entries"]
		assert sum(len(entry.details) for entry in statement.entries) == expected["tx_details"]
		assert statement.deposits == Decimal(expected["sum_credits"])
		assert statement.withdrawals == Decimal(expected["sum_debits"])
		for balance, told in (
			(statement.opening, expected["opening"]),
			(statement.closing, expected["closing"]),
		):
			assert (balance.amount if balance else None) == (None if told is None else Decimal(told))
		ties = None if statement.difference is None else not statement.difference
		assert ties == expected["balances_tie"]
		assert sum(line.amount for line in lines(statement)) == statement.deposits - statement.withdrawals


@pytest.mark.skipif(not facts(), reason="the samples are not here")
def test_equal_bookings_of_a_sample_stay_two() -> None:
	name = "sebastienrousseau_bankstatementparser__golden__camt053_duplicate_same_day.xml"
	found = lines(only((DATA / "bank" / "camt" / name).read_bytes()))
	assert len(new_lines("x", found, [])) == 2


# --- written and read back ------------------------------------------------------------------------------------------------

UNITS = st.integers(1, 10**12)
AMOUNTS = st.builds(lambda units, sign: Decimal(units * sign).scaleb(-2), UNITS, st.sampled_from((1, -1)))
TEXTS = st.text(
	st.characters(
		codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co"), exclude_characters="\ufffe\uffff"
	),
	max_size=60,
)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
WORDS = st.from_regex(r"[A-Z0-9]{1,20}", fullmatch=True).filter(
	lambda word: word not in ("NONE", "NONREF", "NOTPROVIDED")
)


@st.composite
def bookings(draw: Any) -> Booking:
	amount = draw(AMOUNTS)
	batch: tuple[Detail, ...] = ()
	if draw(st.booleans()):
		sign = 1 if amount > 0 else -1
		parts = draw(st.lists(UNITS, min_size=2, max_size=5))
		batch = tuple(
			Detail(Decimal(part * sign).scaleb(-2), draw(TEXTS), draw(WORDS), draw(TEXTS)) for part in parts
		)
		amount = sum((part.amount for part in batch), Decimal(0))
	return Booking(
		amount,
		draw(DAYS),
		draw(TEXTS),
		name=draw(TEXTS),
		iban=draw(st.sampled_from(("", IBAN))),
		bank_reference=draw(st.one_of(st.just(""), WORDS)),
		end_to_end=draw(st.one_of(st.just(""), WORDS)),
		reference=draw(st.one_of(st.just(""), WORDS)),
		reversal=draw(st.booleans()),
		status=draw(st.sampled_from(("BOOK", "BOOK", "BOOK", "PDNG"))),
		batch=batch,
	)


def plain(text: str) -> str:
	return " ".join(text.split())


@settings(max_examples=30)
@given(st.lists(bookings(), max_size=8), AMOUNTS, st.sampled_from(writer.VERSIONS))
def test_what_is_written_is_read(booked: list[Booking], opening: Decimal, version: str) -> None:
	statement = only(writer.file(IBAN, opening, booked, version=version))
	assert (statement.account, statement.is_iban, statement.currency) == (IBAN, True, "EUR")
	assert statement.opening is not None
	assert (statement.opening.amount, statement.difference) == (opening, 0)
	assert [entry.amount for entry in statement.entries] == [each.amount for each in booked]
	assert [entry.booking_date for entry in statement.entries] == [each.day for each in booked]
	assert [entry.bank_reference for entry in statement.entries] == [each.bank_reference for each in booked]
	expected = [
		(part.amount, plain(part.text), plain(part.name), part.end_to_end)
		for each in booked
		if each.status == "BOOK"
		for part in (each.batch or (Detail(each.amount, each.text, each.end_to_end, each.name),))
	]
	found = lines(statement)
	assert [(line.amount, line.remittance, line.party_name, line.end_to_end_id) for line in found] == expected


@settings(max_examples=30)
@given(st.lists(bookings(), max_size=6), st.integers(1, 10**9))
def test_a_wrong_closing_balance_shows_by_how_much(booked: list[Booking], off: int) -> None:
	right = sum((each.amount for each in booked if each.status == "BOOK"), Decimal(0))
	wrong = right + Decimal(off).scaleb(-2)
	assert only(writer.file(IBAN, "0", booked, closing=wrong)).difference == Decimal(off).scaleb(-2)


@given(st.binary(max_size=300))
def test_rubbish_is_refused_and_nothing_else(content: bytes) -> None:
	refusal(content)


@settings(max_examples=30)
@given(st.lists(bookings(), min_size=1, max_size=3), st.data())
def test_a_damaged_file_is_read_or_refused(booked: list[Booking], data: Any) -> None:
	content = bytearray(writer.file(IBAN, "0", booked))
	for _hit in range(data.draw(st.integers(1, 4))):
		position = data.draw(st.integers(0, len(content) - 1))
		content[position] = data.draw(st.integers(0, 255))
	try:
		for statement in camt.parse(bytes(content)).statements:
			lines(statement)
	except StatementError as error:
		assert error.code


# --- single things --------------------------------------------------------------------------------------------------------


def test_an_account_without_iban_has_another_number() -> None:
	statement = only(writer.file("50000000054910000003", "0", []))
	assert (statement.account, statement.is_iban) == ("50000000054910000003", False)


def test_several_statements_in_a_file() -> None:
	content = writer.document(
		[
			writer.statement(IBAN, "1", [], number="A"),
			writer.statement("US-1", "2", [], number="B", currency="USD"),
		]
	)
	assert [(each.id, each.currency) for each in camt.parse(content).statements] == [
		("A", "EUR"),
		("B", "USD"),
	]


def test_return_reasons_and_reversals_are_kept() -> None:
	taken_back = booking("-10", DAY, "SEPA return", name="Kunde", reversal=True, returned="AC04")
	[line] = lines(only(writer.file(IBAN, "100", [taken_back])))
	assert (line.amount, line.is_reversal, line.return_reason, line.party_name) == (
		-10,
		True,
		"AC04",
		"Kunde",
	)


def test_structured_references_are_kept() -> None:
	[line] = lines(only(writer.file(IBAN, "0", [booking("10", DAY, reference="RF18539007547034")])))
	assert line.structured_references == ("RF18539007547034",)


def test_a_batch_whose_parts_do_not_sum_up_stays_one() -> None:
	parts = (Detail(Decimal(10), "INV-1"), Detail(Decimal(20), "INV-2"))
	[line] = lines(only(writer.file(IBAN, "0", [booking("29.50", DAY, batch=parts)])))
	assert (line.amount, line.remittance) == (Decimal("29.50"), "INV-1 INV-2")


def test_announced_entries_do_not_count() -> None:
	statement = only(writer.file(IBAN, "0", [booking("10", DAY), booking("5", DAY, status="PDNG")]))
	assert (len(statement.entries), len(statement.booked), statement.difference) == (2, 1, 0)


@pytest.mark.parametrize(
	("good", "bad", "code", "place"),
	[
		(b">11<", b">1,1<", "no amount", "Ntry[2]/Amt"),
		(b">11<", b">-11<", "no amount", "Ntry[2]/Amt"),
		(b">11<", b">NaN<", "no amount", "Ntry[2]/Amt"),
		(b">11<", b">1e3<", "no amount", "Ntry[2]/Amt"),
		(b">11<", b">11.001<", "too fine", "Ntry[2]/Amt"),
		(b">11<", b"><x>11</x><", "no amount", "Ntry[2]/Amt"),
		(b"2026-03-11</Dt></BookgDt>", b"2026-13-11</Dt></BookgDt>", "no date", "Ntry[2]/BookgDt/Dt"),
		(b'Ccy="EUR">11', b'Ccy="euro">11', "no currency", "Ntry[2]/Amt"),
		(b'Ccy="EUR">11', b'Ccy="USD">11', "several currencies", "Stmt"),
		(b"11</Amt><CdtDbtInd>CRDT", b"11</Amt><CdtDbtInd>PLUS", "no sign", "Ntry[2]/CdtDbtInd"),
		(b"<IBAN>DE02120300000000202051</IBAN>", b"", "no account", "Stmt/Acct"),
		(b"camt.053.001.08", b"pain.001.001.03", "no camt", "Document"),
	],
)
def test_mistakes_name_their_place(good: bytes, bad: bytes, code: str, place: str) -> None:
	content = writer.file(IBAN, "0", [booking("10", DAY), booking("11", date(2026, 3, 11))])
	assert good in content
	error = refusal(content.replace(good, bad))
	assert error.code == code
	assert error.place.endswith(place)
	assert error.line > 1 or code == "no camt"


# --- hostile files --------------------------------------------------------------------------------------------------------


def bomb() -> bytes:
	entities = "".join(
		f'<!ENTITY {char} "{f"&{before};" * 10}">'
		for before, char in zip("abcdefgh", "bcdefghi", strict=True)
	)
	return f'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">{entities}]><Document>&i;</Document>'.encode()


def test_a_bomb_is_not_lit() -> None:
	assert refusal(bomb()).code == "doctype"
	assert refusal(bomb().decode().encode("utf-16")).code in ("doctype", "not xml")


def test_no_file_and_no_network_is_read(tmp_path: Path) -> None:
	secret = tmp_path / "secret"
	secret.write_text("TOPSECRET")
	for source in (f"file://{secret}", "http://127.0.0.1:9/x"):
		for head in (f'<!DOCTYPE x SYSTEM "{source}">', f'<!DOCTYPE x [<!ENTITY e SYSTEM "{source}">]>'):
			content = writer.file(IBAN, "0", [booking("1", DAY, "text")]).decode()
			content = content.replace("\n", f"\n{head}\n", 1).replace(
				"text", "&e;" if "ENTITY" in head else "text"
			)
			error = refusal(content.encode())
			assert error.code == "doctype"
			assert "TOPSECRET" not in str(error)


def test_a_doctype_behind_a_comment_is_found() -> None:
	content = b'<?xml version="1.0"?><!-- <a> --><!DOCTYPE x [<!ENTITY e "v">]><Document>&e;</Document>'
	assert refusal(content).code in ("doctype", "not xml")


def test_size_and_depth_are_bounded() -> None:
	content = writer.file(IBAN, "0", [booking("1", DAY)])
	assert refusal(content, Limits(size=100)).code == "too large"
	assert refusal(content, Limits(depth=4)).code == "too deep"
	assert refusal(b"<a>" * 300).code in ("too deep", "not xml")
	assert camt.parse(content, Limits(size=len(content))).statements


# --- the same line again --------------------------------------------------------------------------------------------------


@given(
	st.lists(
		st.sampled_from(
			[booking("1", DAY, "a"), booking("2", DAY, "a"), booking("1", DAY, "b", bank_reference="R")]
		),
		max_size=12,
	),
	st.data(),
)
def test_any_overlap_brings_each_line_once(booked: list[Booking], data: Any) -> None:
	"""Windows of one history, in any order and as often as one likes, make the history and nothing else."""
	history = lines(only(writer.file(IBAN, "0", booked)))
	known: list[str] = []
	for _window in range(data.draw(st.integers(1, 4))):
		end = data.draw(st.integers(0, len(history)))
		known += [key for key, _line in new_lines(IBAN, history[:end], known)]
	known += [key for key, _line in new_lines(IBAN, history, known)]
	assert len(set(known)) == len(known) == len(history)
	assert new_lines(IBAN, history, known) == []


def test_keys_of_other_programs_are_no_lines_of_ours() -> None:
	[line] = lines(only(writer.file(IBAN, "0", [booking("1", DAY, "a")])))
	assert len(new_lines(IBAN, [line], ["", "plaid-77", "-", "x" * 32 + "-y"])) == 1


def test_a_reference_makes_the_text_irrelevant() -> None:
	def of(text: str, reference: str) -> list[Line]:
		return list(lines(only(writer.file(IBAN, "0", [booking("1", DAY, text, bank_reference=reference)]))))

	[(key, _line)] = new_lines(IBAN, of("a", "R"), [])
	assert new_lines(IBAN, of("b", "R"), [key]) == []
	assert len(new_lines(IBAN, of("a", "S"), [key])) == 1
	assert len(new_lines("OTHER", of("a", "R"), [key])) == 1
