"""The rows of a workbook's sheet (XLSX), read by openpyxl without formulas, styles or links, and bounded."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook

from o2c_extensions.cash_application.domain.formats.limits import Limits
from o2c_extensions.cash_application.domain.formats.mapping import Cell
from o2c_extensions.cash_application.domain.statement import StatementError
from o2c_extensions.common.money import decimal

_PACKED = b"PK\x03\x04"
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")


def is_workbook(content: bytes) -> bool:
	return content.startswith(_PACKED)


def rows(content: bytes, name: str, limits: Limits) -> Iterator[tuple[int, tuple[Cell, ...]]]:
	"""The rows of the sheet called `name`, or of the first one, with their numbers.

	Raises:
		StatementError: it is no workbook, or it is too large, or what is in it is meant to do harm.
	"""
	_check(content, limits)
	try:
		book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
		sheets = {sheet.title: sheet for sheet in book.worksheets}
		sheet = sheets.get(name) if name else next(iter(sheets.values()), None)
		if sheet is None:
			raise StatementError("no sheet", name)
		# The size that a sheet claims is not what it holds.
		sheet.reset_dimensions()
		cells = 0
		for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
			cells += max(1, len(row))
			if cells > limits.cells:
				raise StatementError("too many cells", str(limits.cells), number)
			yield number, tuple(_cell(value) for value in row)
	except StatementError:
		raise
	except Exception as error:  # openpyxl lets whatever goes wrong inside a broken file come through
		raise StatementError("no workbook", type(error).__name__) from None


def _check(content: bytes, limits: Limits) -> None:
	try:
		with zipfile.ZipFile(io.BytesIO(content)) as packed:
			members = packed.infolist()
			if sum(member.file_size for member in members) > limits.size:
				raise StatementError("too large", str(limits.size))
			for member in members:
				if member.filename.endswith((".xml", ".rels")):
					_check_member(packed, member, limits)
	except StatementError:
		raise
	except Exception as error:  # so do zipfile and what unpacks for it
		raise StatementError("no workbook", str(error)) from None


def _check_member(packed: zipfile.ZipFile, member: zipfile.ZipInfo, limits: Limits) -> None:
	"""The size that a packed file claims is checked while it unpacks: it gives no more than that."""
	with packed.open(member) as source:
		if _DECLARATION.search(source.read(4096).replace(b"\x00", b"")):
			raise StatementError("doctype", "DOCTYPE", 0, member.filename)


def _cell(value: Any) -> Cell:
	if value is None:
		return ""
	if isinstance(value, bool):
		return str(value)
	if isinstance(value, datetime):
		return value.date()
	if isinstance(value, date):
		return value
	if isinstance(value, time):
		return value.isoformat()
	if isinstance(value, (int, float)):
		try:
			return decimal(value)
		except ValueError:
			return str(value)
	return " ".join(str(value).split())
