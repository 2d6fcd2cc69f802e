"""Functions of MariaDB that SQLite lacks, registered on every connection."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from functools import lru_cache
from typing import Any

from minibench.column_types import number_prefix


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> re.Pattern[str]:
	return re.compile(pattern, re.IGNORECASE)


def regexp(pattern: Any, value: Any) -> int | None:
	"""`value REGEXP pattern`, case-insensitive as under MariaDB's default collation."""
	if pattern is None or value is None:
		return None
	return 1 if _pattern(str(pattern)).search(str(value)) else 0


def to_number(value: Any) -> Any:
	"""What a text counts for in a comparison with a number."""
	return number_prefix(value) if isinstance(value, str) else value


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


def like_unicode(value: Any, pattern: Any) -> int | None:
	"""LIKE for patterns beyond ASCII, whose case and accents SQLite's own LIKE does not ignore."""
	if value is None or pattern is None:
		return None
	return 1 if _like_pattern(str(pattern)).fullmatch(_folded(str(value))) else 0


FUNCTIONS = {
	("like_unicode", 2): like_unicode,
	("regexp", 2): regexp,
	("to_number", 1): to_number,
}


def register(connection: sqlite3.Connection) -> None:
	"""Make the functions known to `connection`."""
	for (name, arguments), function in FUNCTIONS.items():
		connection.create_function(name, arguments, function, deterministic=True)
