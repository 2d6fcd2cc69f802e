"""How the columns of a bank's table (CSV, XLSX) are to be read, and single cells as that says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from o2c_extensions.cash_application.domain.formats import text

Cell = str | Decimal | date


@dataclass(frozen=True)
class Cells:
	"""How the cells of a table are written, whatever its columns are.

	Attributes:
		delimiter, encoding: of a CSV file; empty: found out.
		decimal, thousands: what stands in amounts; an empty decimal separator: found out cell by cell where it is clear.
		date_format: DD, MM, YYYY or YY with whatever stands between them.
		header_row: the row with the headings, 0 for none; what is above it is not read.
		sheet: of a workbook; empty: the first.
		currency_column, currency: of the amounts: each row's own, or else that of all.
	"""

	delimiter: str = ""
	encoding: str = ""
	decimal: str = ""
	thousands: str = ""
	date_format: str = "DD.MM.YYYY"
	header_row: int = 1
	sheet: str = ""
	currency_column: str = ""
	currency: str = ""

	def columns(self) -> tuple[str, ...]:
		"""All headings, or numbers, of columns that are to be there."""
		return (self.currency_column,) if self.currency_column else ()


@dataclass(frozen=True)
class Mapping(Cells):
	"""Columns are named by their heading, or by their number from 1.

	Attributes:
		texts: the columns whose texts make the remittance information.
		indicator, debit_words: a column that says which way money goes, and its words for away from the account.
		reversed_sign: whether the amount column counts payments out as positive.
		account: whose table it is, where no column says it.
		skip_undated: leave out rows without a date, such as a sum at the end.
	"""

	date: str = ""
	value_date: str = ""
	amount: str = ""
	debit: str = ""
	credit: str = ""
	indicator: str = ""
	debit_words: tuple[str, ...] = ()
	reversed_sign: bool = False
	texts: tuple[str, ...] = ()
	party: str = ""
	iban: str = ""
	reference: str = ""
	end_to_end: str = ""
	balance: str = ""
	account_column: str = ""
	account: str = ""
	skip_undated: bool = False

	def columns(self) -> tuple[str, ...]:
		"""All headings that the mapping names."""
		named = (
			*(getattr(self, field) for field in COLUMNS),
			*self.texts,
		)
		return tuple(dict.fromkeys(name for name in named if name))


COLUMNS = (
	"date",
	"value_date",
	"amount",
	"debit",
	"credit",
	"indicator",
	"currency_column",
	"party",
	"iban",
	"reference",
	"end_to_end",
	"balance",
	"account_column",
)
_UNMARKED = str.maketrans("äöüéèêàâôçñ", "aoueeeaaocn")


def plain(heading: str) -> str:
	"""A heading as it is compared: small letters, no marks, single spaces."""
	folded = heading.casefold().translate(_UNMARKED)
	return " ".join(re.findall(r"[a-z0-9]+", folded))


def date_pattern(form: str) -> re.Pattern[str] | None:
	"""What a date of a format looks like, with its parts by name. None if the format lacks one."""
	parts = {"YYYY": r"(?P<year>[0-9]{4})", "YY": r"(?P<year>[0-9]{2})"}
	packed = not re.search(r"[^DMY]", form)
	number = "{2}" if packed else "{1,2}"
	parts |= {"MM": rf"(?P<month>[0-9]{number})", "DD": rf"(?P<day>[0-9]{number})"}
	shape, kinds = "", set()
	for piece in re.findall(r"YYYY|YY|MM|DD|.", form):
		if piece in parts:
			if piece[0] in kinds:
				return None
			kinds.add(piece[0])
		shape += parts.get(piece) or re.escape(piece)
	# A time of day may follow.
	return re.compile(rf"{shape}(?:[T ][0-9:.+Z-]*)?") if kinds == {"Y", "M", "D"} else None


def read_amount(cell: Cell, written: Cells) -> Decimal | None:
	"""The amount in a cell, with its sign before or behind it, or in brackets if negative. None if it is none."""
	if isinstance(cell, Decimal):
		return cell
	if isinstance(cell, date):
		return None
	told = cell.replace("\u2212", "-").replace("\u00a0", " ").strip()
	match = re.fullmatch(
		r"(?P<open>\()?\s*(?P<sign>[+-])?\s*(?:[A-Z]{3}|[€$£])?\s*(?P<sign2>[+-])?(?P<number>[0-9.,' ]*[0-9][.,]?)"
		r"\s*(?:[A-Z]{3}|[€$£])?\s*(?P<behind>[+-])?\s*(?P<shut>\))?",
		told,
	)
	if not match or bool(match["open"]) != bool(match["shut"]):
		return None
	signs = [sign for sign in (match["sign"], match["sign2"], match["behind"]) if sign]
	if len(signs) > 1 or (signs and match["open"]):
		return None
	number = _plain_number(match["number"].strip(), written)
	if number is None:
		return None
	return -number if signs == ["-"] or match["open"] else number


def _plain_number(told: str, written: Cells) -> Decimal | None:
	decimal, thousands = written.decimal, written.thousands
	if not decimal:
		marks = [mark for mark in ".," if mark in told]
		if len(marks) == 2:
			decimal = max(marks, key=told.rfind)
			thousands = min(marks, key=told.rfind)
		elif (
			len(marks) == 1
			and not re.fullmatch(rf"[0-9]+\{marks[0]}[0-9]{{3}}", told)
			and told.count(marks[0]) == 1
		):
			decimal = marks[0]
		elif marks:
			return None  # 1.234 is a thousand to one and one to another
		else:
			decimal = "."
	if thousands and thousands != decimal:
		whole, point, fraction = told.partition(decimal)
		if thousands in whole and not re.fullmatch(
			rf"[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}})+", whole
		):
			return None
		told = whole.replace(thousands, "") + point + fraction
	if not re.fullmatch(
		rf"[0-9]{{1,18}}(?:{re.escape(decimal)}[0-9]{{0,5}})?|{re.escape(decimal)}[0-9]{{1,5}}", told
	):
		return None
	return Decimal(told.replace(decimal, ".").rstrip(".") or "0")


def read_day(cell: Cell, written: Cells) -> date | None:
	"""The day in a cell. None if it is none."""
	if isinstance(cell, date):
		return cell
	pattern = date_pattern(written.date_format)
	match = pattern.fullmatch(str(cell).strip()) if pattern else None
	if not match:
		return None
	try:
		return text.day(match["year"], match["month"], match["day"], 0, "")
	except ValueError:
		return None
