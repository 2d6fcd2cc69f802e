"""What a column holds: how MariaDB would store it under Frappe v15, how SQLite keeps it, and the way between the two.

SQLite has neither dates nor decimals. Dates and times are kept as ISO text of fixed width, so that comparing text is
comparing time; Currency, Float and Percent as doubles rounded to nine places, which is MariaDB's decimal(21,9).
"""

from __future__ import annotations

import json
import math
import re
import sqlite3
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal, NamedTuple

Kind = Literal["text", "int", "real", "date", "datetime", "time"]

VARCHAR_LENGTH = 140
MAX_TEXT_BYTES = 65_535
DECIMALS = 9

# fieldtype -> the declared SQLite type. What precedes the first space or bracket chooses the converter on reading, and
# SQLite derives the affinity from the whole ("DATE TEXT" is text, "REAL(21,9)" a double).
DECLARED: dict[str, str] = {
	"Currency": "REAL(21,9)",
	"Float": "REAL(21,9)",
	"Percent": "REAL(21,9)",
	"Duration": "REAL(21,9)",
	"Rating": "REAL(3,2)",
	"Int": "INT(11)",
	"Check": "INT(1)",
	"Long Int": "BIGINT(20)",
	"Date": "DATE TEXT",
	"Datetime": "DATETIME TEXT",
	"Time": "TIME TEXT",
	**dict.fromkeys(("Small Text", "Text", "Password", "Attach", "Attach Image"), "TEXT"),
	**dict.fromkeys(
		(
			"Long Text",
			"Code",
			"Text Editor",
			"Markdown Editor",
			"HTML Editor",
			"Signature",
			"Barcode",
			"Geolocation",
			"JSON",
		),
		"LONGTEXT",
	),
	**dict.fromkeys(
		("Data", "Link", "Dynamic Link", "Select", "Read Only", "Color", "Icon", "Phone", "Autocomplete"),
		f"VARCHAR({VARCHAR_LENGTH})",
	),
}

_DECLARED_PATTERN = re.compile(r"(\w+)(?:\((\d+)(?:,(\d+))?\))?")
_DATE_PATTERN = re.compile(
	r"\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,6})\d*)?)?)?(?:Z|[+-]\d\d:?\d\d)?\s*$"
)
_TIME_PATTERN = re.compile(r"\s*(-?)(\d{1,3}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,6})\d*)?)?\s*$")
_NUMBER_PREFIX = re.compile(r"\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")


class Column(NamedTuple):
	"""A table's column: what kind of value, how large, and whether it may be NULL."""

	kind: Kind
	size: int
	"""Characters of a varchar, bits of an integer, decimals of a real; 0 means unlimited."""
	not_null: bool = False

	@property
	def numeric(self) -> bool:
		return self.kind in ("int", "real")

	@property
	def temporal(self) -> bool:
		return self.kind in ("date", "datetime", "time")


def parse_declared(declared: str, not_null: bool = False) -> Column:
	"""The Column that a declared type such as "VARCHAR(140)" or "DATE TEXT" stands for."""
	match = _DECLARED_PATTERN.match(declared)
	word = match[1].upper() if match else ""
	first = int(match[2]) if match and match[2] else 0
	second = int(match[3]) if match and match[3] else 0
	if word in ("DATE", "DATETIME", "TIME"):
		return Column(word.lower(), 0, not_null)  # type: ignore[arg-type]
	if word == "REAL":
		return Column("real", second or DECIMALS, not_null)
	if word in ("INT", "INTEGER"):
		return Column("int", 32, not_null)
	if word == "BIGINT":
		return Column("int", 64, not_null)
	if word == "VARCHAR":
		return Column("text", first, not_null)
	return Column("text", MAX_TEXT_BYTES if word == "TEXT" else 0, not_null)


def declared_type(fieldtype: str, length: int = 0) -> str | None:
	"""The declared SQLite type of a DocField, or None where the field has no column."""
	declared = DECLARED.get(fieldtype)
	if declared is None:
		return None
	if fieldtype == "Int" and length > 11:
		return DECLARED["Long Int"]
	if length and declared.startswith("VARCHAR"):
		return f"VARCHAR({length})"
	return declared


# --- reading ---------------------------------------------------------------------------------------------------------


def _read_time(raw: bytes) -> timedelta | None:
	return to_timedelta(raw.decode())


def _read_date(raw: bytes) -> date:
	return date.fromisoformat(raw.decode())


def _read_datetime(raw: bytes) -> datetime:
	return datetime.fromisoformat(raw.decode())


sqlite3.register_converter("DATE", _read_date)
sqlite3.register_converter("DATETIME", _read_datetime)
sqlite3.register_converter("TIME", _read_time)


def decimal_round(value: float, places: int) -> float:
	"""Round as MariaDB rounds a decimal: halves away from zero."""
	if value.is_integer() or not math.isfinite(value) or round(value, places) == value:
		return value
	return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def reader(kind: Kind, decimals: int = DECIMALS) -> Callable[[Any], Any] | None:
	"""What turns a computed value of this kind, which SQLite returns without a declared type, into Python's."""
	if kind == "date":
		return lambda value: None if (found := to_datetime(value)) is None else found.date()
	if kind == "datetime":
		return to_datetime
	if kind == "time":
		return to_timedelta
	if kind == "real":
		return (
			lambda value: decimal_round(float(value), decimals) if isinstance(value, int | float) else value
		)
	return None


def to_datetime(value: Any) -> datetime | None:
	"""A datetime from a date, a datetime or ISO text; None where it is none of these."""
	if isinstance(value, datetime):
		return value.replace(tzinfo=None)
	if isinstance(value, date):
		return datetime(value.year, value.month, value.day)
	if not isinstance(value, str) or not (match := _DATE_PATTERN.match(value)):
		return None
	year, month, day, hour, minute, second, fraction = match.groups()
	try:
		return datetime(
			int(year),
			int(month),
			int(day),
			int(hour or 0),
			int(minute or 0),
			int(second or 0),
			int((fraction or "0").ljust(6, "0")),
		)
	except ValueError:
		return None


def to_timedelta(value: Any) -> timedelta | None:
	"""A timedelta from a timedelta, a time of day or text; None where it is none of these."""
	if isinstance(value, timedelta):
		return value
	if isinstance(value, datetime):
		value = value.time()
	if isinstance(value, time):
		return timedelta(
			hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond
		)
	if not isinstance(value, str) or not (match := _TIME_PATTERN.match(value)):
		moment = to_datetime(value) if isinstance(value, str) else None
		return to_timedelta(moment.time()) if moment else None
	sign, hours, minutes, seconds, fraction = match.groups()
	length = timedelta(
		hours=int(hours),
		minutes=int(minutes),
		seconds=int(seconds or 0),
		microseconds=int((fraction or "0").ljust(6, "0")),
	)
	return -length if sign else length


# --- writing ---------------------------------------------------------------------------------------------------------


def datetime_text(value: datetime) -> str:
	"""The stored form of a Datetime: always six decimals, so that text compares as time does."""
	return value.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


def time_text(value: timedelta) -> str:
	"""The stored form of a Time."""
	sign = "-" if value < timedelta(0) else ""
	value = abs(value)
	minutes, seconds = divmod(value.days * 86_400 + value.seconds, 60)
	hours, minutes = divmod(minutes, 60)
	return f"{sign}{hours:02d}:{minutes:02d}:{seconds:02d}.{value.microseconds:06d}"


def bind(value: Any) -> Any:
	"""A Python value as a parameter where the column is not known."""
	if value is None or isinstance(value, str | int | float | bytes):
		return value
	if isinstance(value, datetime):
		return datetime_text(value)
	if isinstance(value, date):
		return value.isoformat()
	if isinstance(value, timedelta | time):
		return time_text(to_timedelta(value) or timedelta())
	if isinstance(value, Decimal):
		return float(value)
	if isinstance(value, dict | list | tuple):
		return json.dumps(value, default=str)
	return str(value)


for _kind in (date, datetime, time, timedelta, Decimal):
	# Statements written by hand may pass these too; Python's own adapters are deprecated.
	sqlite3.register_adapter(_kind, bind)


def as_text(value: Any) -> str:
	"""The text that MariaDB stores when `value` is written to a text column."""
	if isinstance(value, str):
		return value
	if isinstance(value, bool):
		return "1" if value else "0"
	if isinstance(value, int):
		return str(value)
	if isinstance(value, float):
		return repr(value)
	if isinstance(value, datetime):
		return value.isoformat()
	if isinstance(value, timedelta):
		return time_text(value).removesuffix(".000000").removeprefix("0")
	if isinstance(value, bytes):
		return value.decode()
	bound = bind(value)
	return bound if isinstance(bound, str) else as_text(bound)


def number_prefix(text: str) -> float:
	"""The number at the beginning of a text as MariaDB takes it when it compares text with a number; else 0."""
	match = _NUMBER_PREFIX.match(text)
	return float(match[0]) if match else 0.0


def store(column: Column, value: Any, name: str) -> Any:
	"""`value` as it is written to `column`.

	Raises:
		sqlite3.DataError: MariaDB in strict mode would refuse the value: too long, too large, no number.
		sqlite3.OperationalError: it would refuse the value because it is no date or time.
	"""
	if value is None:
		return None
	kind = column.kind
	if kind == "text":
		text = value if isinstance(value, str) else as_text(value)
		size = column.size
		if size and len(text) > size // 4 and _too_long(text, size):
			raise sqlite3.DataError(f"Data too long for column '{name}'")
		return text
	if kind == "int":
		return value if type(value) is int and 0 <= value < 1 << 31 else _store_int(value, name, column.size)
	if kind == "real":
		return value if type(value) is float and value == 0 else _store_real(value, name, column.size)
	if kind == "time":
		length = to_timedelta(value)
		if length is None:
			raise sqlite3.OperationalError(f"Incorrect time value: '{value}' for column '{name}'")
		return time_text(length)
	moment = to_datetime(value)
	if moment is None:
		raise sqlite3.OperationalError(f"Incorrect {kind} value: '{value}' for column '{name}'")
	return datetime_text(moment) if kind == "datetime" else moment.date().isoformat()


def _too_long(text: str, size: int) -> bool:
	if size == MAX_TEXT_BYTES:
		return len(text.encode()) > size
	return len(text) > size


def _store_int(value: Any, name: str, bits: int) -> int:
	if isinstance(value, str):
		try:
			value = int(value)
		except ValueError:
			value = _parse_number(value, "integer", name)
	if isinstance(value, float | Decimal):
		if not math.isfinite(value):
			raise sqlite3.DataError(f"Incorrect integer value: '{value}' for column '{name}'")
		value = int(Decimal(str(value)).quantize(Decimal(1), ROUND_HALF_UP))
	if not isinstance(value, int):
		raise sqlite3.DataError(f"Incorrect integer value: '{value}' for column '{name}'")
	if not -(1 << bits - 1) <= value < 1 << bits - 1:
		raise sqlite3.DataError(f"Out of range value for column '{name}'")
	return int(value)


def _store_real(value: Any, name: str, decimals: int) -> float:
	if isinstance(value, str):
		value = _parse_number(value, "decimal", name)
	if not isinstance(value, int | float | Decimal) or not math.isfinite(value):
		raise sqlite3.DataError(f"Incorrect decimal value: '{value}' for column '{name}'")
	if abs(float(value)) >= (1e12 if decimals == DECIMALS else 10):
		raise sqlite3.DataError(f"Out of range value for column '{name}'")
	number = float(value)
	return number if number.is_integer() else decimal_round(number, decimals)


def _parse_number(text: str, what: str, name: str) -> float:
	try:
		return float(text)
	except ValueError:
		raise sqlite3.DataError(f"Incorrect {what} value: '{text}' for column '{name}'") from None


def comparable(column: Column | None, value: Any) -> Any:
	"""`value` in the form in which it compares with what `column` holds, as MariaDB would cast it."""
	if value is None or column is None:
		return bind(value)
	kind = column.kind
	if kind == "text":
		return value if isinstance(value, str) else bind(value)
	if kind in ("int", "real"):
		if isinstance(value, str):
			return number_prefix(value)
		return number_prefix(value.isoformat()) if isinstance(value, date | time) else bind(value)
	if kind == "time":
		length = to_timedelta(value)
		return bind(value) if length is None else time_text(length)
	moment = to_datetime(value)
	if moment is None:
		# MariaDB takes a text that is no date for the zero date, which is before all others.
		return "" if isinstance(value, str) else bind(value)
	if kind == "datetime" or moment.time() != time():
		return datetime_text(moment)
	return moment.date().isoformat()
