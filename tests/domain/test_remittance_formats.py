"""Remittance advices in every format, as their standards define them; and files that are none."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from o2c_extensions.cash_application.domain.formats import (
	advice_table,
	advice_text,
	advices,
	edi,
	remadv,
	x820,
)
from o2c_extensions.cash_application.domain.formats.limits import Limits
from o2c_extensions.cash_application.domain.remittance import CREDIT, INVOICE, Advice, Advised
from o2c_extensions.cash_application.domain.statement import StatementError
from openpyxl import Workbook
from pydifact.parser import Parser

from tests.support import remittance as samples

D = Decimal
SAMPLES = {
	"REMADV": samples.REMADV,
	"REMADV_96A": samples.REMADV_96A,
	"X820": samples.X820,
	"TEXT": samples.TEXT.encode(),
	"CSV": samples.CSV.encode("cp1252"),
}


def only(content: bytes, filename: str = "") -> Advice:
	[advice] = advices.read(content, filename).advices
	return advice


def refused(content: bytes, filename: str = "") -> StatementError:
	with pytest.raises(StatementError) as caught:
		advices.read(content, filename)
	return caught.value


# --- EDIFACT --------------------------------------------------------------------------------------------------------------


def test_remadv_tells_each_document_and_what_is_kept_back() -> None:
	advice = only(samples.REMADV)
	assert (advice.number, advice.payment_reference, advice.currency) == ("AVIS-2026-77", "PAY-55801", "EUR")
	assert (advice.payer, advice.payer_iban) == (
		"Handelshaus Nord GmbH Abt. Kreditoren",
		"DE89370400440532013000",
	)
	assert (advice.day, advice.payment_day) == (date(2026, 3, 10), date(2026, 3, 12))
	assert (advice.total, advice.made, advice.difference) == (D("1516.20"), D("1516.20"), 0)
	assert advice.advised == (
		Advised("ACC-SINV-2026-00017", INVOICE, D("1166.20"), D(1190), D("23.8"), day=date(2026, 2, 12)),
		Advised(
			"ACC-SINV-2026-00018",
			INVOICE,
			D(450),
			D(500),
			deduction=D(50),
			reason="1 Bruch Palette A+B Lieferschein 8",
		),
		Advised("ACC-SINV-2026-00011", CREDIT, D(-100)),
	)
	assert advices.read(samples.REMADV).version == "REMADV D.01B"


def test_an_older_remadv_without_an_envelope() -> None:
	advice = only(samples.REMADV_96A)
	assert (advice.payment_reference, advice.payment_day) == ("0004451", date(2026, 1, 7))
	assert (advice.total, advice.currency) == (D("1000.50"), "USD")
	assert advice.advised == (Advised("INV'77", INVOICE, D("1000.50")),)


@pytest.mark.filterwarnings("ignore:segments.xml not found")
@pytest.mark.parametrize("sample", [samples.REMADV, samples.REMADV_96A], ids=["01B", "96A"])
def test_segments_are_what_another_reader_finds(sample: bytes) -> None:
	ours = [
		(segment.tag, [part for part in segment.elements])
		for segment in edi.edifact(sample)
		if segment.tag not in ("UNB", "UNZ")
	]
	theirs = [
		(segment.tag, [tuple(each) if isinstance(each, list) else (each,) for each in segment.elements])
		for segment in Parser().parse(sample.decode())
		if segment.tag not in ("UNA", "UNB", "UNZ")
	]
	assert ours == theirs


def test_a_wrong_value_is_named_with_its_segment_and_line() -> None:
	error = refused(samples.REMADV.replace(b"MOA+12:1166.20'", b"MOA+12:11x66'"))
	assert (error.code, error.value, error.line, error.place) == ("no amount", "11x66", 16, "segment 15 MOA")
	assert refused(samples.REMADV.replace(b"20260312", b"20261312")).code == "no date"
	assert refused(samples.REMADV.replace(b"UNT+26+1", b"UNT+25+1")).code == "control count"
	assert refused(samples.REMADV.replace(b"UNZ+1+RA1001", b"UNZ+1+RA1002")).code == "control reference"
	assert refused(samples.REMADV.replace(b"REMADV", b"INVOIC")).code == "no advice"
	assert refused(samples.REMADV.replace(b"MOA+12:450'", b"MOA+12:450.001'")).code == "too fine"


@given(st.integers(1, len(samples.REMADV) - 3))
def test_a_remadv_that_was_cut_off_is_refused(cut: int) -> None:
	with pytest.raises(StatementError):
		remadv.parse(samples.REMADV[:cut])


# --- X12 ------------------------------------------------------------------------------------------------------------------


def test_820_tells_each_document_and_its_adjustments() -> None:
	advice = only(samples.X820)
	assert (advice.number, advice.payment_reference, advice.payer) == (
		"TRACE000123",
		"TRACE000123",
		"Big Retail Corp",
	)
	assert (advice.payer_account, advice.payment_day) == ("987654321", date(2026, 9, 5))
	assert (advice.total, advice.made) == (D("5390.5"), D("5390.5"))
	assert advice.advised == (
		Advised("INV-8801", INVOICE, D("4890.5"), D("5000.5"), D(110), day=date(2026, 8, 1)),
		Advised("INV-8802", INVOICE, D(700), D(750), deduction=D(50), reason="01"),
		Advised("CM-15", CREDIT, D(-200), D(-200)),
	)
	assert advices.read(samples.X820).version == "X12 820 004010"


def test_820_with_other_marks_and_on_one_line_is_the_same() -> None:
	other = samples.X820.replace(b"\n", b"").replace(b"*", b"\x1d").replace(b"~", b"\x1e")
	assert only(other) == only(samples.X820)


def test_820_whose_trailers_disagree_is_refused() -> None:
	assert refused(samples.X820.replace(b"SE*16", b"SE*15")).code == "control count"
	assert refused(samples.X820.replace(b"GE*1*82001", b"GE*1*82002")).code == "control reference"
	assert refused(samples.X820.replace(b"IEA*1*", b"IEA*2*")).code == "control count"
	error = refused(samples.X820.replace(b"**700*", b"**7OO*"))
	assert (error.code, error.line, error.place) == ("no amount", 15, "segment 15 RMR")


@given(st.integers(1, len(samples.X820) - 3))
def test_an_820_that_was_cut_off_is_refused(cut: int) -> None:
	with pytest.raises(StatementError):
		x820.parse(samples.X820[:cut])


# --- tables ---------------------------------------------------------------------------------------------------------------


def test_a_table_is_read_as_its_headings_propose() -> None:
	advice = only(SAMPLES["CSV"])
	assert (advice.payment_reference, advice.payment_day, advice.currency) == (
		"PAY-55801",
		date(2026, 3, 12),
		"EUR",
	)
	assert advice.made == D("1516.20")
	assert advice.advised[0] == Advised(
		"ACC-SINV-2026-00017", INVOICE, D("1166.20"), D("1190.00"), D("23.80"), day=date(2026, 2, 12)
	)
	assert advice.advised[1].deduction == 50
	assert advice.advised[1].reason == "Bruch"
	assert advice.advised[2].kind == CREDIT


def test_a_table_of_several_payments_is_several_advices() -> None:
	told = "Payment reference,Invoice,Paid\nA-1,4711,10.00\nA-2,4712,20.00\nA-1,4713,5.50\n"
	first, second = advices.read(told.encode(), "a.csv").advices
	assert [(each.reference, each.amount) for each in first.advised] == [
		("4711", D("10.00")),
		("4713", D("5.50")),
	]
	assert (second.payment_reference, second.made) == ("A-2", D("20.00"))


def test_a_workbook_is_a_table() -> None:
	book = Workbook()
	for row in (["Invoice", "Amount paid", "Payment date"], [4711, 12.5, date(2026, 3, 1)]):
		book.active.append(row)
	packed = io.BytesIO()
	book.save(packed)
	advice = only(packed.getvalue())
	assert advice.advised == (Advised("4711", INVOICE, D("12.5")),)
	assert advice.payment_day == date(2026, 3, 1)


def test_a_table_whose_columns_are_told() -> None:
	mapping = advice_table.AdviceMapping(header_row=0, reference="2", amount="3", decimal=".", currency="EUR")
	[advice] = advices.read(b"x;4711;1.50\nx;4712;2.50\n", "a.csv", mapping).advices
	assert [each.reference for each in advice.advised] == ["4711", "4712"]
	assert (advice.currency, advice.made) == ("EUR", D(4))


def test_a_cell_that_cannot_be_read_is_named() -> None:
	error = refused(SAMPLES["CSV"].replace(b"1.166,20", b"1.16x,20"))
	assert (error.code, error.line, error.place) == ("no amount", 2, "Zahlbetrag")
	assert refused(b"A;B\n1;2\n", "a.csv").code == "no advice mapping"


def test_gross_less_what_is_kept_is_paid_where_the_table_does_not_say() -> None:
	told = b"Invoice;Gross amount;Discount;Deduction\n4711;100.00;2.00;-8.00\n"
	[advised] = only(told, "a.csv").advised
	assert (advised.amount, advised.discount, advised.deduction) == (90, 2, 8)


# --- mails ----------------------------------------------------------------------------------------------------------------


def test_a_mails_text_tells_documents_total_and_payer() -> None:
	advice = only(SAMPLES["TEXT"])
	assert [(each.reference, each.kind, each.amount, each.discount) for each in advice.advised] == [
		("ACC-SINV-2026-00017", INVOICE, D("1166.20"), D("23.80")),
		("ACC-SINV-2026-00018", INVOICE, D("450.00"), 0),
		("ACC-SINV-2026-00011", CREDIT, D("-100.00"), 0),
	]
	assert (advice.total, advice.currency) == (D("1516.20"), "EUR")
	assert (advice.payment_reference, advice.payment_day) == ("PAY-55801", date(2026, 3, 12))
	assert advice.payer_iban == "DE89370400440532013000"


def test_a_mail_in_html_is_read_as_it_is_shown() -> None:
	page = (
		"<html><head><style>td { width: 12.00 }</style></head><body><p>Payment of</p><table>"
		"<tr><td>Invoice</td><td>INV-4711</td><td>USD 1,234.56</td></tr>"
		"<tr><td>less deduction damaged goods</td><td></td><td>34.56</td></tr></table>Total: 1,200.00</body></html>"
	)
	advice = only(page.encode())
	[advised] = advice.advised
	assert (advised.reference, advised.amount, advised.gross, advised.deduction) == (
		"INV-4711",
		D("1200.00"),
		D("1234.56"),
		D("34.56"),
	)
	assert (advice.total, advice.difference, advice.currency) == (D("1200.00"), 0, "USD")


@pytest.mark.parametrize(
	"told",
	[
		"Hello,\nplease call me back: 040 1234567.\n",
		"Your parcel 1Z999AA10123456784 has arrived.",
		"Invoice 4711 is not correct, see the picture.",
	],
)
def test_a_mail_that_is_no_advice_is_none(told: str) -> None:
	assert advice_text.read(told) is None
	assert refused(told.encode()).code == "nothing advised"


# --- whatever comes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
	("sample", "kind"),
	[("REMADV", "REMADV"), ("REMADV_96A", "REMADV"), ("X820", "X12 820"), ("TEXT", "text"), ("CSV", "table")],
)
def test_the_kind_is_found_in_what_a_file_holds(sample: str, kind: str) -> None:
	assert advices.kind(SAMPLES[sample]) == kind


def test_what_is_no_advice_is_refused() -> None:
	assert refused(b"").code == "empty"
	assert refused(b"%PDF-1.7").code == "no format"
	assert refused(b"<?xml version='1.0'?><Document/>").code == "no advice"
	assert refused(b":20:X\n:25:1\n").code == "no advice"
	with pytest.raises(StatementError) as caught:
		advices.read(samples.REMADV, limits=Limits(size=100))
	assert caught.value.code == "too large"


@st.composite
def spoiled(draw: st.DrawFn) -> bytes:
	"""A sample with a few bytes taken out, doubled or changed."""
	content = bytearray(draw(st.sampled_from(sorted(SAMPLES.items())))[1])
	for _change in range(draw(st.integers(1, 6))):
		at = draw(st.integers(0, max(0, len(content) - 1)))
		length = draw(st.integers(0, 30))
		what = draw(st.sampled_from(("cut", "double", "put")))
		if what == "cut":
			del content[at : at + length]
		elif what == "double":
			content[at:at] = content[at : at + length]
		else:
			content[at:at] = draw(
				st.binary(max_size=8) | st.sampled_from((b"'", b"+", b"?", b"*", b"~", b":", b"\n"))
			)
	return bytes(content)


@settings(max_examples=400)
@given(spoiled(), st.sampled_from(("", "a.csv", "a.xlsx", "a.txt")))
def test_a_spoiled_file_is_read_or_refused(content: bytes, filename: str) -> None:
	try:
		found = advices.read(content, filename)
	except StatementError as error:
		assert error.code
	else:
		assert found.advices
		assert all(
			advice.advised and all(each.reference for each in advice.advised) for advice in found.advices
		)


@settings(max_examples=200)
@given(
	st.binary(max_size=400) | st.text(max_size=400).map(lambda told: told.encode("utf-8", "surrogatepass"))
)
def test_anything_is_read_or_refused(content: bytes) -> None:
	for prefix in (b"", b"UNB+", b"UNA:+.? 'UNB+", b"ISA" + b"*" * 103):
		try:
			assert advices.read(prefix + content).advices
		except StatementError as error:
			assert error.code


_amounts = st.decimals(D("0.01"), D("999999.99"), places=2)


@given(
	st.lists(
		st.tuples(st.from_regex(r"[A-Z]{1,4}-?[0-9]{4,9}", fullmatch=True), _amounts), min_size=1, max_size=20
	)
)
def test_what_is_written_is_read(documents: list[tuple[str, Decimal]]) -> None:
	told = samples.remadv([(name, str(amount)) for name, amount in documents], reference="PAY-1")
	advice = only(told)
	assert [(each.reference, each.amount) for each in advice.advised] == documents
	assert (advice.difference, advice.payment_reference) == (0, "PAY-1")
