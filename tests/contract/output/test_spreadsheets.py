"""Tables as CSV and Excel."""

from __future__ import annotations

import datetime
import io

import frappe
import pytest
from frappe.utils.csvutils import UnicodeWriter, read_csv_content, to_csv
from frappe.utils.xlsxutils import make_xlsx, read_xlsx_file_from_attached_file
from openpyxl import load_workbook

ROWS = [["Name", "Total"], ["Müller & Söhne", 12.5], ['A "quoted", one', None]]


def test_csv() -> None:
	assert to_csv(ROWS) == '"Name","Total"\r\n"Müller & Söhne",12.5\r\n"A ""quoted"", one",""\r\n'
	writer = UnicodeWriter()
	writer.writerow([1, "a"])
	assert writer.getvalue() == '1,"a"\r\n'


def test_reading_csv() -> None:
	assert read_csv_content(to_csv(ROWS)) == [
		["Name", "Total"],
		["Müller & Söhne", "12.5"],
		['A "quoted", one', None],
	]
	assert read_csv_content("Größe,5\n".encode("windows-1252"))[0][1] == "5"
	assert read_csv_content(b" a , b \n") == [["a", "b"]]


def test_excel() -> None:
	day = datetime.date(2026, 2, 3)
	content = make_xlsx([*ROWS, ["<b>Bold</b>", day]], "My [Sheet]", column_widths=[20, 0])
	book = load_workbook(io.BytesIO(content.getvalue()))
	sheet = book.active
	assert sheet.title == "My  Sheet "
	values = [[cell.value for cell in row] for row in sheet.iter_rows()]
	assert values[0] == ["Name", "Total"]
	assert values[1] == ["Müller & Söhne", 12.5]
	assert values[3][1] in (day, datetime.datetime(2026, 2, 3))
	assert "<b>" not in values[3][0]
	assert "Bold" in values[3][0]
	assert sheet.column_dimensions["A"].width == 20
	assert read_xlsx_file_from_attached_file(fcontent=content.getvalue())[1] == ["Müller & Söhne", 12.5]


def test_control_characters_do_not_break_a_workbook() -> None:
	content = make_xlsx([["a\x01b"]], "Sheet")
	assert load_workbook(io.BytesIO(content.getvalue())).active["A1"].value == "ab"


def test_an_unknown_encoding_is_named() -> None:
	with pytest.raises((frappe.ValidationError, UnicodeDecodeError)):
		read_csv_content(b"\x81\x8d\x8f\x90\x9d,\xff\xfe\x81")
