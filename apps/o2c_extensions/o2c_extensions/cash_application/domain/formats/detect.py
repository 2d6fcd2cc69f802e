"""Which format a file is in, found in what it holds and not in what it is called; and the statements in it."""

from __future__ import annotations

import re

from o2c_extensions.cash_application.domain.formats import bai2, camt, mt940, ofx, sheet, table, text
from o2c_extensions.cash_application.domain.formats.limits import Limits, check_size
from o2c_extensions.cash_application.domain.formats.mapping import Mapping
from o2c_extensions.cash_application.domain.statement import Message, StatementError

CAMT, MT940, BAI2, OFX, TABLE = "camt", "MT940", "BAI2", "OFX", "table"
_START = 4096
# What is mailed and uploaded beside statements: PDF, pictures, older Office files, archives.
_OTHERS = (
	b"%PDF",
	b"\x89PNG",
	b"\xff\xd8\xff",
	b"GIF8",
	b"\xd0\xcf\x11\xe0",
	b"\x1f\x8b",
	b"7z\xbc\xaf",
	b"Rar!",
)
_READERS = {CAMT: camt.parse, MT940: mt940.parse, BAI2: bai2.parse, OFX: ofx.parse}
_MT940 = re.compile(r"(?:^|\n|\{4:\s*|@@):(?:20|25P?|28C?|60[FM]?|61|940):")


def kind(content: bytes, limits: Limits | None = None) -> str:
	"""The kind of file; a table where nothing else shows.

	Raises:
		StatementError: it is empty, too large, or neither text nor a workbook.
	"""
	check_size(content, limits or Limits())
	if sheet.is_workbook(content):
		return TABLE
	start = text.decode(content[:_START]).lstrip()
	if "OFXHEADER" in start or re.search(r"<OFX[\s>]", start):
		return OFX
	if start.startswith("<"):
		return CAMT
	if re.match(r"01\s?,[^,]*,[^,]*,[0-9]{6},", start):
		return BAI2
	if _MT940.search(start.replace("\r", "\n")):
		return MT940
	strange = sum(
		1 for char in start if char == "\ufffd" or (not char.isprintable() and char not in "\t\r\n")
	)
	if content.startswith(_OTHERS) or not start or strange * 20 > len(start):
		raise StatementError("no format", "")
	return TABLE


def read(content: bytes, mapping: Mapping | None = None, limits: Limits | None = None) -> Message:
	"""The statements in a file of whatever format.

	Args:
		mapping: how a table is to be read.

	Raises:
		StatementError: the format is none of those known, the file breaks its rules, or it is a table and no mapping is given.
	"""
	found = kind(content, limits)
	if found == TABLE:
		if mapping is None:
			raise StatementError("no mapping", "")
		return table.parse(content, mapping, limits)
	return _READERS[found](content, limits)
