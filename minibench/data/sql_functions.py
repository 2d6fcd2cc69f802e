"""MariaDB's functions on numbers and text that SQLite lacks or does otherwise, registered on every connection.

A NULL among the arguments makes NULL, except where a function says otherwise.
"""

from __future__ import annotations

import math
import re
import sqlite3
import unicodedata
from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import lru_cache, wraps
from typing import Any

from minibench.data import sql_dates
from minibench.data.column_types import number_prefix


def _null_aware(function: Callable[..., Any]) -> Callable[..., Any]:
	@wraps(function)
	def aware(*args: Any) -> Any:
		return None if None in args else function(*args)

	return aware


# --- patterns --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> re.Pattern[str]:
	return re.compile(pattern, re.IGNORECASE)


def regexp(pattern: Any, value: Any) -> int:
	"""`value REGEXP pattern`, case-insensitive as under MariaDB's default collation."""
	return 1 if _pattern(str(pattern)).search(str(value)) else 0


@lru_cache(maxsize=256)
def _like_pattern(pattern: str) -> re.Pattern[str]:
	parts = []
	characters = iter(_folded(pattern))
	for character in characters:
		if character == "%":
			parts.append(".*")
		elif character == "_":
			parts.append(".")
		else:
			parts.append(re.escape(next(characters, "\\") if character == "\\" else character))
	return re.compile("".join(parts), re.DOTALL)


def _folded(text: str) -> str:
	"""Without case and accents, as MariaDB's unicode collation compares."""
	decomposed = unicodedata.normalize("NFKD", text.casefold())
	return "".join(character for character in decomposed if not unicodedata.combining(character))


def like_unicode(value: Any, pattern: Any) -> int:
	"""LIKE for patterns beyond ASCII, whose case and accents SQLite's own LIKE does not ignore."""
	return 1 if _like_pattern(str(pattern)).fullmatch(_folded(str(value))) else 0


# --- numbers ---------------------------------------------------------------------------------------------------------


def to_number(value: Any) -> Any:
	"""What a text counts for where MariaDB takes it for a number."""
	return number_prefix(value) if isinstance(value, str) else value


def _to_places(value: Any, places: Any, rounding: str) -> Any:
	if isinstance(value, int) and places >= 0:
		return value
	number = Decimal(repr(to_number(value)))
	rounded = number.quantize(Decimal(1).scaleb(-int(places)), rounding)
	return int(rounded) if isinstance(value, int) else float(rounded)


def round_half_up(value: Any, places: Any) -> Any:
	"""ROUND: halves away from zero, judged by the decimal that the double stands for."""
	return _to_places(value, places, ROUND_HALF_UP)


def truncate(value: Any, places: Any) -> Any:
	"""TRUNCATE: towards zero."""
	return _to_places(value, places, ROUND_DOWN)


def modulo(left: Any, right: Any) -> Any:
	"""MOD: the sign is the dividend's; NULL where the divisor is 0."""
	left, right = to_number(left), to_number(right)
	if not right:
		return None
	if isinstance(left, int) and isinstance(right, int):
		return int(math.fmod(left, right)) if abs(left) < 2**53 else left % right
	return float(Decimal(repr(left)) % Decimal(repr(right)))


def square_root(value: Any) -> float | None:
	number = to_number(value)
	return math.sqrt(number) if number >= 0 else None


# --- text ------------------------------------------------------------------------------------------------------------


def concat_ws(separator: Any, *values: Any) -> str | None:
	"""CONCAT_WS: leaves out what is NULL."""
	if separator is None:
		return None
	return str(separator).join(str(value) for value in values if value is not None)


def locate(part: Any, text: Any, start: Any = 1) -> int:
	"""LOCATE: the position of `part` in `text`, counted from 1 and regardless of case; 0 where it is not in it."""
	if start < 1:
		return 0
	return str(text).lower().find(str(part).lower(), int(start) - 1) + 1


def substring(text: Any, start: Any, length: Any = None) -> str:
	"""SUBSTRING: from 1, or from the end where `start` is negative; nothing from 0."""
	whole, first = str(text), int(start)
	if first == 0 or -first > len(whole):
		return ""
	begin = first - 1 if first > 0 else len(whole) + first
	return whole[begin:] if length is None else whole[begin : begin + max(0, int(length))]


def right(text: Any, length: Any) -> str:
	return str(text)[-int(length) :] if int(length) > 0 else ""


def pad_left(text: Any, length: Any, filling: Any) -> str | None:
	return _pad(str(text), int(length), str(filling), at_left=True)


def pad_right(text: Any, length: Any, filling: Any) -> str | None:
	return _pad(str(text), int(length), str(filling), at_left=False)


def _pad(text: str, length: int, filling: str, at_left: bool) -> str | None:
	missing = length - len(text)
	if missing <= 0:
		return text[:length] if length >= 0 else None
	if not filling:
		return ""
	padding = (filling * missing)[:missing]
	return padding + text if at_left else text + padding


def substring_index(text: Any, separator: Any, count: Any) -> str:
	"""SUBSTRING_INDEX: what precedes the count-th separator; with a negative count, what follows it from the end."""
	if not separator or not count:
		return ""
	parts = str(text).split(str(separator))
	chosen = parts[: int(count)] if count > 0 else parts[int(count) :]
	return str(separator).join(chosen)


def find_in_set(value: Any, listed: Any) -> int:
	items = str(listed).lower().split(",") if listed else []
	wanted = str(value).lower()
	return items.index(wanted) + 1 if wanted in items else 0


def field(value: Any, *items: Any) -> int:
	"""FIELD: the position of `value` among the items, 0 where it is none of them; a NULL item is passed over."""
	if value is None:
		return 0
	wanted = str(value).lower()
	return next((place for place, item in enumerate(items, 1) if str(item).lower() == wanted), 0)


_NULL_AWARE: dict[tuple[str, int], Callable[..., Any]] = {
	("regexp", 2): regexp,
	("like_unicode", 2): like_unicode,
	("to_number", 1): to_number,
	("mdb_round", 2): round_half_up,
	("mdb_truncate", 2): truncate,
	("mod", 2): modulo,
	("mdb_ceil", 1): lambda value: math.ceil(to_number(value)),
	("mdb_floor", 1): lambda value: math.floor(to_number(value)),
	("mdb_power", 2): lambda base, exponent: float(to_number(base)) ** float(to_number(exponent)),
	("mdb_sqrt", 1): square_root,
	("mdb_lower", 1): lambda text: str(text).lower(),
	("mdb_upper", 1): lambda text: str(text).upper(),
	("mdb_length", 1): lambda text: len(str(text).encode()),
	("mdb_reverse", 1): lambda text: str(text)[::-1],
	("mdb_repeat", 2): lambda text, count: str(text) * max(0, int(count)),
	("locate", 2): locate,
	("locate", 3): locate,
	("mdb_substring", 2): substring,
	("mdb_substring", 3): substring,
	("mdb_right", 2): right,
	("mdb_lpad", 3): pad_left,
	("mdb_rpad", 3): pad_right,
	("mdb_substring_index", 3): substring_index,
	("mdb_find_in_set", 2): find_in_set,
	**sql_dates.FUNCTIONS,
}
_ALL: dict[tuple[str, int], Callable[..., Any]] = {
	**{signature: _null_aware(function) for signature, function in _NULL_AWARE.items()},
	("concat_ws", -1): concat_ws,
	("mdb_field", -1): field,
}


class GroupConcatDistinct:
	"""GROUP_CONCAT(DISTINCT x), whose values MariaDB sorts."""

	def __init__(self) -> None:
		self._values: dict[str, str] = {}

	def step(self, value: Any) -> None:
		if value is not None:
			self._values.setdefault(str(value).lower(), str(value))

	def finalize(self) -> str | None:
		return ",".join(self._values[key] for key in sorted(self._values)) if self._values else None


def register(connection: sqlite3.Connection) -> None:
	"""Make the functions known to `connection`."""
	for (name, arguments), function in _ALL.items():
		connection.create_function(name, arguments, function, deterministic=True)
	connection.create_aggregate("group_concat_distinct", 1, GroupConcatDistinct)  # type: ignore[arg-type]
