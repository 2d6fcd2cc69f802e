"""What one connection has read of tables that nobody has written to since.

A document asks for the same few rows of master data again and again: does this unit exist, what is the company's cost centre.
Whoever writes to a table ends what is known of it; a rollback, or another connection's commit, ends what is known of all.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

Row = tuple[Any, ...]
Rows = tuple[Row, ...]
# A statement, its parameters and their types: to SQLite 1 and 1.0 are not always alike.
Key = tuple[Any, ...]

MOST = 10_000
_TABLES = re.compile(r"`(tab[^`]+|__\w+)`|\b(tab[A-Z]\w*)")
_WRITTEN = re.compile(
	r"\s*(?:insert(?:\s+or\s+\w+)?\s+into|replace\s+into|update(?:\s+or\s+\w+)?|delete\s+from)\s+(?:`([^`]+)`|(\w+))",
	re.IGNORECASE,
)


@lru_cache(maxsize=2048)
def tables_of(sql: str) -> tuple[str, ...]:
	"""The tables that a statement of ours reads."""
	return tuple({quoted or plain for quoted, plain in _TABLES.findall(sql)})


@lru_cache(maxsize=2048)
def written_table(sql: str) -> str | None:
	"""The table that a statement writes to; None if that cannot be told: then it may be any."""
	found = _WRITTEN.match(sql)
	return (found[1] or found[2]) if found else None


class ReadCache:
	"""Results by key, each with the number of writes to its tables before it was read."""

	__slots__ = ("_known", "_writes", "data_version")

	def __init__(self) -> None:
		self._known: dict[Key, tuple[list[int], Rows]] = {}
		self._writes: defaultdict[str, int] = defaultdict(int)
		self.data_version = 0
		"""SQLite's number of the committed state that was read, which other connections' commits change."""

	def get(self, key: Key) -> Rows | None:
		"""What is known, or None."""
		known = self._known.get(key)
		return known[1] if known is not None and known[0] == self._stamp(key) else None

	def keep(self, key: Key, rows: Sequence[Row]) -> Rows:
		if len(self._known) >= MOST:
			self._known.clear()
		kept = tuple(rows)
		self._known[key] = (self._stamp(key), kept)
		return kept

	def note_write(self, sql: str) -> None:
		table = written_table(sql)
		if table is None:
			self.forget()
		else:
			self._writes[table] += 1

	def forget(self) -> None:
		"""Nothing is known any more."""
		self._known.clear()

	def _stamp(self, key: Key) -> list[int]:
		return [self._writes[table] for table in tables_of(key[0])]
