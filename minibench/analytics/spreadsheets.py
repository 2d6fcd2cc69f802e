"""Tables as CSV and as Excel workbooks, written and read."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from io import BytesIO, StringIO
from typing import Any

from minibench.collaboration.messages import msgprint, throw
from minibench.context import local
from minibench.values.text import as_unicode, cstr, unescape_html

_CONTROL = re.compile(r"[\000-\010]|[\013-\014]|[\016-\037]")
_ENCODINGS = ("utf-8", "windows-1250", "windows-1252")
_RAW_SHEETS = ("Data Import Template", "Data Export")


class UnicodeWriter:
	"""Rows written as CSV into memory."""

	def __init__(self, encoding: str = "utf-8", quoting: Any = csv.QUOTE_NONNUMERIC) -> None:
		self.encoding = encoding
		self.queue = StringIO()
		self.writer = csv.writer(self.queue, quoting=quoting)

	def writerow(self, row: Iterable[Any]) -> None:
		self.writer.writerow(row)

	def getvalue(self) -> str:
		return self.queue.getvalue()


def to_csv(data: Iterable[Iterable[Any]]) -> str:
	"""Rows as CSV."""
	writer = UnicodeWriter()
	for row in data:
		writer.writerow(row)
	return writer.getvalue()


def build_csv_response(data: Iterable[Iterable[Any]], filename: str) -> None:
	"""Answer the request with rows as a CSV file."""
	local.response["result"] = cstr(to_csv(data))
	local.response["doctype"] = filename
	local.response["type"] = "csv"


def read_csv_content(fcontent: bytes | str) -> list[list[str | None]]:
	"""The rows of a CSV file; values stripped, empty ones None.

	Raises:
		ValidationError: its encoding is none that is known.
	"""
	from minibench.translate import _

	text = fcontent if isinstance(fcontent, str) else _decoded(fcontent)
	try:
		return [[value.strip() or None for value in row] for row in csv.reader(StringIO(text, newline=""))]
	except csv.Error:
		msgprint(_("Not a valid Comma Separated Value (CSV File)"))
		raise


def _decoded(content: bytes) -> str:
	from minibench.translate import _

	for encoding in _ENCODINGS:
		try:
			return content.decode(encoding)
		except UnicodeDecodeError:
			continue
	throw(_("Unknown file encoding. Tried utf-8, windows-1250, windows-1252."))


def make_xlsx(
	data: Iterable[Iterable[Any]],
	sheet_name: str,
	wb: Any = None,
	column_widths: list[float] | None = None,
) -> BytesIO:
	"""Rows as an Excel workbook, the first one bold; markup in cells becomes plain text."""
	import openpyxl
	from openpyxl.cell import WriteOnlyCell
	from openpyxl.styles import Font
	from openpyxl.utils import get_column_letter
	from openpyxl.workbook.child import INVALID_TITLE_REGEX

	book = wb or openpyxl.Workbook(write_only=True)
	sheet = book.create_sheet(INVALID_TITLE_REGEX.sub(" ", sheet_name), 0)
	for index, width in enumerate(column_widths or (), 1):
		if width:
			sheet.column_dimensions[get_column_letter(index)].width = width
	bold = Font(name="Calibri", bold=True)
	for number, row in enumerate(data):
		cells = [_cell(value, sheet_name) for value in row]
		if number == 0 and book.write_only:
			cells = [_bold(WriteOnlyCell(sheet, value=value), bold) for value in cells]
		sheet.append(cells)
	out = BytesIO()
	book.save(out)
	return out


def _bold(cell: Any, font: Any) -> Any:
	cell.font = font
	return cell


def _cell(value: Any, sheet_name: str) -> Any:
	if not isinstance(value, str):
		return value
	return _CONTROL.sub("", value if sheet_name in _RAW_SHEETS else handle_html(value))


def handle_html(data: Any) -> str:
	"""The text of a cell that may hold markup, on one line."""
	from minibench.values.html import html_to_text

	text = as_unicode(data)
	if "<" not in text or ">" not in text:
		return text
	return ", ".join(line for line in html_to_text(unescape_html(text)).split("\n") if line)


def build_xlsx_response(data: Iterable[Iterable[Any]], filename: str) -> None:
	"""Answer the request with rows as an Excel file."""
	from minibench.translate import _

	local.response["type"] = "binary"
	local.response["filecontent"] = make_xlsx(data, filename).getvalue()
	local.response["filename"] = f"{_(filename)}.xlsx"


def read_xlsx_file_from_attached_file(
	file_url: str | None = None, fcontent: bytes | None = None, filepath: str | None = None
) -> list[list[Any]] | None:
	"""The rows of the first sheet of a workbook: a File's, given bytes, or a file on disk."""
	from openpyxl import load_workbook

	from minibench.model.document import get_doc

	source: Any
	if file_url:
		source = get_doc("File", {"file_url": file_url}).get_full_path()
	elif fcontent:
		source = BytesIO(fcontent)
	elif filepath:
		source = filepath
	else:
		return None
	sheet: Any = load_workbook(filename=source, data_only=True).active
	return [[cell.value for cell in row] for row in sheet.iter_rows()]
