"""Which kind of remittance advice a file is, found in what it holds; and the advices in it."""

from __future__ import annotations

import re

from o2c_extensions.cash_application.domain.formats import (
	advice_table,
	advice_text,
	detect,
	remadv,
	sheet,
	table,
	text,
	x820,
)
from o2c_extensions.cash_application.domain.formats.advice_table import AdviceMapping
from o2c_extensions.cash_application.domain.formats.limits import Limits, check_size
from o2c_extensions.cash_application.domain.remittance import AdviceFile
from o2c_extensions.cash_application.domain.statement import StatementError

REMADV, X12, TABLE, TEXT = "REMADV", "X12 820", "table", "text"
_START = 4096
_TABLES = (".csv", ".tsv", ".xlsx")


def kind(content: bytes, filename: str = "", limits: Limits | None = None) -> str:
	"""The kind of file. Between a table and a text its name decides, and without one whether its headings are known.

	Raises:
		StatementError: it is empty, too large, or neither text nor a workbook.
	"""
	limits = limits or Limits()
	check_size(content, limits)
	if sheet.is_workbook(content):
		return TABLE
	start = text.decode(content[:_START]).lstrip()
	if re.match(r"UNA......\s*UN[BH]|UNB\+|UNH\+", start, re.DOTALL):
		return REMADV
	# Its marks may be control characters, which `decode` leaves out.
	if re.match(rb"(?:\xef\xbb\xbf)?\s*ISA[^A-Za-z0-9\s]", content):
		return X12
	if start.startswith("<"):
		if re.match(r"<!DOCTYPE html|<(?:html|body|p|div|table|br)\b", start, re.IGNORECASE):
			return TEXT
		raise StatementError("no advice", "XML")
	if detect.kind(content, limits) != detect.TABLE:
		raise StatementError("no advice", detect.kind(content, limits))
	if filename.lower().endswith(_TABLES):
		return TABLE
	return TABLE if advice_table.propose(table.table(content, None, limits)).reference else TEXT


def read(
	content: bytes,
	filename: str = "",
	mapping: AdviceMapping | None = None,
	limits: Limits | None = None,
	default_currency: str = "",
) -> AdviceFile:
	"""The advices in a file of whatever kind; a table is read as `mapping` says, or as its headings propose.

	Raises:
		StatementError: it is none of those kinds, or breaks its rules.
	"""
	found = TABLE if mapping else kind(content, filename, limits)
	if found == REMADV:
		return remadv.parse(content, limits)
	if found == X12:
		return x820.parse(content, limits)
	if found == TEXT:
		return advice_text.parse(content, limits, default_currency)
	if mapping is None:
		mapping = advice_table.propose(table.table(content, None, limits))
	return advice_table.parse(content, mapping, limits)
