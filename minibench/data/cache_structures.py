"""Where the cache keeps its entries, and the lists and sets that Redis offers beside plain values."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

_TABLES = """
create table if not exists entries (
	key text not null, field text not null, value blob, expires real, primary key (key, field)
) without rowid;
create table if not exists items (
	key text not null, position integer not null, value blob, primary key (key, position)
) without rowid;
"""
_connections = threading.local()


@lru_cache(maxsize=64)
def _cache_file(site_path: Path) -> Path:
	return Path(site_path) / "cache.db"


class CacheStructures:
	"""The storage of one site's cache, opened by each thread when it first asks, and its lists and sets."""

	def __init__(self, site_path: Path) -> None:
		self._path = _cache_file(site_path)

	# --- storage -----------------------------------------------------------------------------------------------------

	def _run(self, sql: str, params: Iterable[Any] = ()) -> list[Any]:
		return self._connection().execute(sql, tuple(params)).fetchall()

	def _connection(self) -> sqlite3.Connection:
		"""This thread's connection; a new one after a fork or where the file was replaced."""
		known: dict[str, tuple[int, int, sqlite3.Connection]] = _connections.__dict__.setdefault("all", {})
		key = str(self._path)
		found = known.get(key)
		try:
			inode = os.stat(self._path).st_ino
		except FileNotFoundError:
			inode = 0
		if found and found[0] == os.getpid() and found[1] == inode:
			return found[2]
		connection = _open(self._path)
		known[key] = (os.getpid(), os.stat(self._path).st_ino, connection)
		return connection

	@staticmethod
	def _local() -> dict[Any, Any]:
		from minibench.context import local

		kept: dict[Any, Any] | None = getattr(local, "cache", None)
		return {} if kept is None else kept

	def make_key(self, key: Any, user: Any = None, shared: bool = False) -> str:
		"""The key as stored: with the user's name in front where the value is one user's."""
		text = key.decode() if isinstance(key, bytes) else str(key)
		if user and not shared:
			if user is True:
				from minibench.context import session

				user = session.user
			return f"user:{user}:{text}"
		return text

	def _hash(self, name: str) -> list[tuple[str, bytes]]:
		return self._run(
			"select field, value from entries where key = ? and field <> '' and (expires is null or expires > ?)",
			(self.make_key(name), time.time()),
		)

	# --- lists -------------------------------------------------------------------------------------------------------

	def rpush(self, key: Any, *values: Any) -> int:
		return self._push(key, values, "coalesce(max(position), 0) + 1")

	def lpush(self, key: Any, *values: Any) -> int:
		return self._push(key, values, "coalesce(min(position), 0) - 1")

	def _push(self, key: Any, values: Iterable[Any], position: str) -> int:
		made = self.make_key(key)
		for value in values:
			self._run(
				f"insert into items (key, position, value) select ?, {position}, ? from items where key = ?",
				(made, as_bytes(value), made),
			)
		return self.llen(key)

	def lpop(self, key: Any) -> bytes | None:
		return self._pop(key, "min")

	def rpop(self, key: Any) -> bytes | None:
		return self._pop(key, "max")

	def _pop(self, key: Any, end: str) -> bytes | None:
		made = self.make_key(key)
		rows = self._run(
			f"delete from items where key = ? and position = (select {end}(position) from items where key = ?) "
			"returning value",
			(made, made),
		)
		return rows[0][0] if rows else None

	def llen(self, key: Any) -> int:
		rows = self._run("select count(*) from items where key = ?", (self.make_key(key),))
		return int(rows[0][0])

	def lrange(self, key: Any, start: int, stop: int) -> list[bytes]:
		"""The items from `start` to `stop`, both included; negative numbers count from the end."""
		rows = self._run("select value from items where key = ? order by position", (self.make_key(key),))
		items = [value for (value,) in rows]
		return items[_from_end(start, len(items)) : _from_end(stop, len(items)) + 1]

	def ltrim(self, key: Any, start: int, stop: int) -> bool:
		"""Keep only the items from `start` to `stop`."""
		kept = self.lrange(key, start, stop)
		self._remove([self.make_key(key)])
		self._push(key, kept, "coalesce(max(position), 0) + 1")
		return True

	# --- sets: hashes without values -------------------------------------------------------------------------------------

	def sadd(self, name: Any, *values: Any) -> None:
		for value in values:
			self._put(self.make_key(name), hash_field(value), b"", None)

	def srem(self, name: Any, *values: Any) -> None:
		for value in values:
			self._run(
				"delete from entries where key = ? and field = ?", (self.make_key(name), hash_field(value))
			)

	def sismember(self, name: Any, value: Any) -> bool:
		return self._take(self.make_key(name), hash_field(value)) is not None

	def smembers(self, name: Any) -> set[bytes]:
		return {field[1:].encode() for field, _value in self._hash(name)}

	def spop(self, name: Any) -> bytes | None:
		"""Remove and return some member."""
		rows = self._run(
			"delete from entries where key = ? and field = "
			"(select field from entries where key = ? and field <> '' order by random() limit 1) returning field",
			(made := self.make_key(name), made),
		)
		return rows[0][0][1:].encode() if rows else None

	def srandmember(self, name: Any, count: int | None = None) -> Any:
		"""Some member, or a list of `count`."""
		rows = self._run(
			"select field from entries where key = ? and field <> '' order by random() limit ?",
			(self.make_key(name), count or 1),
		)
		members = [field[1:].encode() for (field,) in rows]
		if count is not None:
			return members
		return members[0] if members else None

	# --- inside ------------------------------------------------------------------------------------------------------

	def _put(self, name: str, field: str, value: bytes, seconds: float | None) -> None:
		expires = None if seconds is None else time.time() + float(seconds)
		self._run(
			"insert into entries (key, field, value, expires) values (?, ?, ?, ?) "
			"on conflict (key, field) do update set value = excluded.value, expires = excluded.expires",
			(name, field, value, expires),
		)

	def _take(self, name: str, field: str) -> bytes | None:
		rows = self._run("select value, expires from entries where key = ? and field = ?", (name, field))
		if not rows:
			return None
		value, expires = rows[0]
		if expires is not None and expires <= time.time():
			self._run(
				"delete from entries where key = ? and field = ? and expires <= ?", (name, field, time.time())
			)
			return None
		return value.encode() if isinstance(value, str) else value

	def _remove(self, names: Iterable[str]) -> None:
		for name in names:
			self._run("delete from entries where key = ?", (name,))
			self._run("delete from items where key = ?", (name,))


def _open(path: Path) -> sqlite3.Connection:
	connection = sqlite3.connect(path, timeout=30, isolation_level=None)
	os.chmod(path, 0o600)
	connection.execute("pragma journal_mode=wal")
	connection.execute("pragma synchronous=off")
	connection.executescript(_TABLES)
	return connection


def hash_field(key: Any) -> str:
	"""A hash's key as stored; the "." tells an empty one from no key at all."""
	return "." + (key.decode() if isinstance(key, bytes) else str(key))


def as_bytes(value: Any) -> bytes:
	return value if isinstance(value, bytes) else str(value).encode()


def _from_end(position: int, length: int) -> int:
	return position + length if position < 0 else position
