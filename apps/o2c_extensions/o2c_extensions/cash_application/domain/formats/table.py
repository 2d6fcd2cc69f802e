"""A bank's table (CSV or a workbook's sheet), read as a mapping says: into a statement, or row by row to look at first."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice, pairwise

from o2c_extensions.cash_application.domain.formats import sheet, text
from o2c_extensions.cash_application.domain.formats.limits import Limits, check_size
from o2c_extensions.cash_application.domain.formats.mapping import (
	Cell,
	Cells,
	Mapping,
	date_pattern,
	plain,
	read_amount,
	read_day,
)
from o2c_extensions.cash_application.domain.formats.proposal import guess
from o2c_extensions.cash_application.domain.statement import (
	Balance,
	Entry,
	Message,
	Payment,
	Statement,
	StatementError,
)
from o2c_extensions.common import money

_DELIMITERS = ";\t,|"
_SAMPLE = 20_000


@dataclass(frozen=True)
class Row:
	"""A row of the file, with the number of the line (of a workbook: the row) that it stands in."""

	line: int
	cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
	kind: str
	rows: tuple[Row, ...]


@dataclass(frozen=True)
class Problem:
	"""What is wrong with a cell: a code of StatementError, the column, the text."""

	column: str
	code: str
	value: str


@dataclass(frozen=True)
class Reading:
	"""A row as it would be imported, with what is wrong in it."""

	row: Row
	day: date | None = None
	value_date: date | None = None
	amount: Decimal | None = None
	currency: str = ""
	remittance: str = ""
	party: str = ""
	iban: str = ""
	account: str = ""
	reference: str = ""
	end_to_end: str = ""
	own_account: str = ""
	balance: Decimal | None = None
	problems: tuple[Problem, ...] = ()


def table(content: bytes, mapping: Cells | None = None, limits: Limits | None = None) -> Table:
	"""The rows of a CSV file or of a workbook's sheet.

	Raises:
		StatementError: it is neither, or too large.
	"""
	limits = limits or Limits()
	check_size(content, limits)
	if sheet.is_workbook(content):
		return Table(
			"XLSX", tuple(Row(*row) for row in sheet.rows(content, mapping.sheet if mapping else "", limits))
		)
	told = text.decode(content, mapping.encoding if mapping else "")
	delimiter = (mapping.delimiter if mapping else "") or _delimiter(told)
	return Table("CSV", tuple(_csv_rows(told, delimiter, limits)))


def _delimiter(told: str) -> str:
	"""What divides the most of the first rows into equally many cells."""
	start = told[:_SAMPLE]

	def evenness(mark: str) -> tuple[int, int]:
		reader = csv.reader(io.StringIO(start, newline=""), delimiter=mark)
		widths = []
		try:
			widths = [len(row) for row in islice(reader, 40) if len(row) > 1]
		except csv.Error:
			pass
		common = max(set(widths), key=lambda width: (widths.count(width), width), default=0)
		return widths.count(common) if common else 0, common

	return max(_DELIMITERS, key=evenness)


def _csv_rows(told: str, delimiter: str, limits: Limits) -> Iterator[Row]:
	reader = csv.reader(io.StringIO(told, newline=""), delimiter=delimiter[:1], strict=False)
	cells, start = 0, 1
	try:
		for row in reader:
			cells += len(row)
			if cells > limits.cells:
				raise StatementError("too many cells", str(limits.cells), start)
			yield Row(start, tuple(cell.strip() for cell in row))
			start = reader.line_num + 1
	except csv.Error as error:
		raise StatementError("not csv", str(error), reader.line_num) from None


def propose(found: Table) -> Mapping:
	"""How the table may be meant, from its headings."""
	return guess([row.cells for row in found.rows[:200]])


def fits(found: Table, mapping: Cells) -> bool:
	"""Whether the table has all the columns that a mapping names."""
	names = headings(found, mapping)
	return bool(names) and all(column_index(names, column) is not None for column in mapping.columns())


def headings(found: Table, mapping: Cells) -> tuple[str, ...]:
	"""What the columns are called: by the table itself, or by their numbers."""
	if not mapping.header_row:
		return tuple(
			str(number) for number in range(1, max((len(row.cells) for row in found.rows), default=0) + 1)
		)
	if mapping.header_row > len(found.rows):
		return ()
	return tuple(str(cell) for cell in found.rows[mapping.header_row - 1].cells)


def column_index(headings: Sequence[str], column: str) -> int | None:
	"""Where the column of a heading, or of a number, is; None if there is none."""
	wanted = plain(column) or column.strip()
	for index, heading in enumerate(headings):
		if (plain(heading) or heading.strip()) == wanted:
			return index
	return (
		int(column) - 1
		if column.isascii() and column.isdigit() and 0 < int(column) <= len(headings)
		else None
	)


def places_of(found: Table, mapping: Cells) -> dict[str, int]:
	"""Where the columns are that a mapping names.

	Raises:
		StatementError: the mapping is not for this table.
	"""
	names = headings(found, mapping)
	places: dict[str, int] = {}
	for column in mapping.columns():
		index = column_index(names, column)
		if index is None:
			raise StatementError("no column", column, mapping.header_row, column)
		places[column] = index
	return places


def rows_below(found: Table, mapping: Cells, places: Dictionary[str, int]) -> Iterator[CellReader]:
	"""The cells of each row below the headings that is not empty.

	Raises:
		StatementError: the mapping's dates cannot be read in any table.
	"""
	if date_pattern(mapping.date_format) is None:
		raise StatementError("no date format", mapping.date_format, 0, "")
	for row in found.rows[mapping.header_row :]:
		if any(str(cell).strip() for cell in row.cells):
			cells = {
				column: row.cells[index] if index < len(row.cells) else "" for column, index in places.items()
			}
			yield CellReader(row, cells, mapping)


class CellReader:
	"""The cells of a row, read as they are written; what is wrong in them is noted. A column without a name has none."""

	def __init__(self, row: Row, cells: Dictionary[str, Cell], written: Cells) -> None:
		self.row = row
		self.problems: list[Problem] = []
		self._cells = cells
		self._written = written
		self.currency = self._currency()

	def _currency(self) -> str:
		column = self._written.currency_column
		currency = self.told(column).upper() or self._written.currency.upper()
		if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
			self.note(column, "no currency", currency)
			return ""
		return currency

	def note(self, column: str, code: str, value: str) -> None:
		self.problems.append(Problem(column, code, value))

	def told(self, column: str) -> str:
		"""The text of a cell."""
		cell = self._cells.get(column, "") if column else ""
		return text.one_line(format(cell.normalize(), "f") if isinstance(cell, Decimal) else str(cell))

	def day(self, column: str, required: bool = False) -> date | None:
		if not column or (not self.told(column) and not required):
			return None
		found = read_day(self._cells[column], self._written)
		if found is None:
			self.note(column, "no date", self.told(column))
		return found

	def amount(self, column: str, required: bool = False) -> Decimal | None:
		if not column or (not self.told(column) and not required):
			return None
		found = read_amount(self._cells[column], self._written)
		if found is None:
			self.note(column, "no amount", self.told(column))
		elif self.currency and found != money.rounded(found, self.currency):
			self.note(column, "too fine", self.told(column))
		return found


def readings(found: Table, mapping: Mapping) -> Iterator[Reading]:
	"""Each row below the headings, as the mapping reads it.

	Raises:
		StatementError: the mapping is not for this table.
	"""
	places = places_of(found, mapping)
	if not mapping.date or not (mapping.amount or mapping.debit or mapping.credit):
		raise StatementError("no mapping", "", 0, "")
	for reader in rows_below(found, mapping, places):
		if not (mapping.skip_undated and not reader.told(mapping.date)):
			yield _reading(reader, mapping)


def _reading(reader: CellReader, mapping: Mapping) -> Reading:
	told = reader.told
	booked = reader.day(mapping.date, required=True)
	valued = reader.day(mapping.value_date)
	amount = _amount(reader, mapping)
	iban, account = text.iban_or_account(told(mapping.iban))
	return Reading(
		row=reader.row,
		day=booked,
		value_date=valued,
		amount=amount,
		currency=reader.currency,
		remittance=text.one_line(" ".join(told(column) for column in mapping.texts)),
		party=told(mapping.party),
		iban=iban,
		account=account,
		reference=text.reference(told(mapping.reference)),
		end_to_end=text.reference(told(mapping.end_to_end)),
		own_account=told(mapping.account_column).upper() or mapping.account,
		balance=reader.amount(mapping.balance),
		problems=tuple(reader.problems),
	)


def _amount(reader: CellReader, mapping: Mapping) -> Decimal | None:
	if mapping.amount:
		amount = reader.amount(mapping.amount, required=True)
		if amount is None:
			return None
		if mapping.indicator:
			word = reader.told(mapping.indicator).upper()
			if not word:
				reader.note(mapping.indicator, "no sign", word)
			away = word in {each.upper() for each in mapping.debit_words}
			amount = -abs(amount) if away else abs(amount)
		return -amount if mapping.reversed_sign else amount
	out, into = reader.amount(mapping.debit), reader.amount(mapping.credit)
	if out is None and into is None and not reader.problems:
		reader.note(mapping.debit or mapping.credit, "no amount", "")
	# Whether banks write a minus into the column of debits or not, money goes out.
	return (into or Decimal(0)) - abs(out or Decimal(0))


def parse(content: bytes, mapping: Mapping, limits: Limits | None = None) -> Message:
	"""Read a table as a mapping says: one statement for each account in it.

	Raises:
		StatementError: the first cell that cannot be read, with its row and column.
	"""
	found = table(content, mapping, limits)
	by_account: dict[str, list[Reading]] = {}
	for reading in readings(found, mapping):
		for problem in reading.problems:
			raise StatementError(problem.code, problem.value, reading.row.line, problem.column)
		by_account.setdefault(reading.own_account, []).append(reading)
	if not by_account:
		raise StatementError("no statement", found.kind)
	return Message(found.kind, tuple(_statement(account, rows) for account, rows in by_account.items()))


def _statement(account: str, rows: Sequence[Reading]) -> Statement:
	if not account:
		raise StatementError("no account", "", rows[0].row.line, "")
	currencies = {row.currency for row in rows} - {""}
	if len(currencies) > 1:
		raise StatementError("several currencies", ", ".join(sorted(currencies)), rows[0].row.line, "")
	currency = next(iter(currencies), "")
	ordered = list(reversed(rows)) if _newest_first(rows) else list(rows)
	days = [row.day for row in ordered if row.day]
	opening, closing = _balances(ordered)
	return Statement(
		id=" ".join(str(day) for day in dict.fromkeys((min(days), max(days)))),
		account=account,
		is_iban=bool(text.iban(account)),
		currency=currency,
		from_date=min(days),
		to_date=max(days),
		opening=opening,
		closing=closing,
		entries=tuple(_entry(row, currency) for row in ordered),
	)


def _newest_first(rows: Sequence[Reading]) -> bool:
	"""Whether later rows are older: by their days, and within one day by the balances."""
	days = [row.day for row in rows if row.day]
	if days[0] != days[-1]:
		return days[0] > days[-1]
	told = [(row.amount or Decimal(0), row.balance) for row in rows]

	def breaks(pairs: Sequence[tuple[Decimal, Decimal | None]]) -> int:
		return sum(
			1
			for (_before, balance), (amount, after) in pairwise(pairs)
			if balance is not None and after is not None and balance + amount != after
		)

	return breaks(told[::-1]) < breaks(told)


def _balances(rows: Sequence[Reading]) -> tuple[Balance | None, Balance | None]:
	"""What the account held before the first row and after the last one, if a column tells."""
	first, last = rows[0], rows[-1]
	if first.balance is None or last.balance is None or first.amount is None:
		return None, None
	broken = next(
		(
			row
			for before, row in pairwise(rows)
			if None not in (before.balance, row.balance, row.amount)
			and before.balance + row.amount != row.balance  # type: ignore[operator]
		),
		last,
	)
	return (
		Balance(first.balance - first.amount, first.day, first.row.line),
		Balance(last.balance, last.day, broken.row.line),
	)


def _entry(row: Reading, currency: str) -> Entry:
	return Entry(
		amount=row.amount or Decimal(0),
		currency=row.currency or currency,
		booking_date=row.day,
		value_date=row.value_date,
		bank_reference=row.reference,
		details=(
			Payment(
				end_to_end_id=row.end_to_end,
				party_name=row.party,
				party_iban=row.iban,
				party_account=row.account,
				remittance=row.remittance,
			),
		),
	)
