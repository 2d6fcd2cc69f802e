"""`frappe.cache`: what Redis is to a bench, in a SQLite file that all processes of a site share.

Values set with set_value() and hset() are kept for the rest of the request, as in v15, so reading them again costs
nothing. Keys are the site's own; losing the file loses nothing but time.
"""

from __future__ import annotations

import fnmatch
import os
import pickle
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
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


class Cache:
	"""The cache of one site. Opened by each thread when it first asks."""

	def __init__(self, site_path: Path) -> None:
		self._path = Path(site_path) / "cache.db"

	def __call__(self) -> Cache:
		"""v15 still allows `frappe.cache()`."""
		return self

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

	# --- values ------------------------------------------------------------------------------------------------------

	def set_value(
		self, key: Any, val: Any, user: Any = None, expires_in_sec: float | None = None, shared: bool = False
	) -> None:
		"""Keep a value of any kind, for `expires_in_sec` seconds where that is given."""
		name = self.make_key(key, user, shared)
		if not expires_in_sec:
			self._local()[name] = val
		self._put(name, "", pickle.dumps(val), expires_in_sec)

	def get_value(
		self,
		key: Any,
		generator: Callable[[], Any] | None = None,
		user: Any = None,
		expires: bool = False,
		shared: bool = False,
	) -> Any:
		"""The value kept under `key`; else what `generator` makes, which is kept then; else None.

		Args:
			expires: say that the value was set with an expiry, so it is not remembered for the request.
		"""
		name = self.make_key(key, user, shared)
		local = self._local()
		if name in local:
			return local[name]
		raw = self._take(name, "")
		value = None if raw is None else pickle.loads(raw)
		if not expires:
			if value is None and generator:
				value = generator()
				self.set_value(key, value, user=user, shared=shared)
			else:
				local[name] = value
		return value

	def delete_value(self, keys: Any, user: Any = None, make_keys: bool = True, shared: bool = False) -> None:
		"""Forget a key, or several."""
		if not keys:
			return
		if not isinstance(keys, list | tuple | set):
			keys = (keys,)
		names = [self.make_key(key, user, shared) if make_keys else self.make_key(key) for key in keys]
		local = self._local()
		for name in names:
			local.pop(name, None)
		self._remove(names)

	delete_key = delete_value

	def get_keys(self, key: str) -> list[str]:
		"""The stored keys that begin with `key`."""
		return self.keys(self.make_key(key) + "*")

	def delete_keys(self, key: str) -> None:
		"""Forget all keys that begin with `key`."""
		local = self._local()
		prefix = self.make_key(key)
		for name in [name for name in local if isinstance(name, str) and name.startswith(prefix)]:
			del local[name]
		self._remove(self.get_keys(key))

	def get_all(self, key: str) -> dict[str, Any]:
		"""All values whose keys begin with `key`."""
		return {name: self.get_value(name) for name in self.get_keys(key)}

	# --- hashes ------------------------------------------------------------------------------------------------------

	def hset(self, name: str, key: Any, value: Any, shared: bool = False, *args: Any, **kwargs: Any) -> None:
		"""Keep a value under `key` of the hash `name`."""
		if key is None:
			return
		made = self.make_key(name, shared=shared)
		self._local().setdefault(made, {})[key] = value
		self._put(made, _field(key), pickle.dumps(value), None)

	def hget(
		self, name: str, key: Any, generator: Callable[[], Any] | None = None, shared: bool = False
	) -> Any:
		"""The value under `key` of the hash `name`; else what `generator` makes; else None."""
		made = self.make_key(name, shared=shared)
		known = self._local().setdefault(made, {})
		if not key:
			return None
		if key in known:
			return known[key]
		raw = self._take(made, _field(key))
		if raw is not None:
			value = known[key] = pickle.loads(raw)
			return value
		if generator:
			value = generator()
			self.hset(name, key, value, shared=shared)
			return value
		return None

	def hexists(self, name: str, key: Any, shared: bool = False) -> bool:
		return key is not None and self._take(self.make_key(name, shared=shared), _field(key)) is not None

	def hdel(self, name: str, key: Any, shared: bool = False, **kwargs: Any) -> None:
		"""Forget one key of a hash, or a list of them."""
		made = self.make_key(name, shared=shared)
		keys = key if isinstance(key, list | tuple | set) else (key,)
		known = self._local().get(made)
		for one in keys:
			if isinstance(known, dict):
				known.pop(one, None)
			self._run("delete from entries where key = ? and field = ?", (made, _field(one)))

	def hdel_keys(self, name_starts_with: str, key: Any) -> None:
		"""Forget `key` in all hashes whose names begin so."""
		for name in self.get_keys(name_starts_with):
			self.hdel(name, key)

	def hgetall(self, name: str) -> dict[bytes, Any]:
		"""A hash as a dict; keys come as bytes, as from Redis."""
		rows = self._hash(name)
		return {field[1:].encode(): pickle.loads(value) for field, value in rows}

	def hkeys(self, name: str) -> list[bytes]:
		return [field[1:].encode() for field, _value in self._hash(name)]

	def _hash(self, name: str) -> list[tuple[str, bytes]]:
		return self._run(
			"select field, value from entries where key = ? and field <> '' and (expires is null or expires > ?)",
			(self.make_key(name), time.time()),
		)

	# --- plain Redis values, kept as text --------------------------------------------------------------------------------

	def get(self, name: Any) -> bytes | None:
		"""The value under `name` as bytes, as Redis gives it."""
		raw = self._take(self.make_key(name), "")
		return None if raw is None else bytes(raw)

	def set(
		self,
		name: Any,
		value: Any,
		ex: float | None = None,
		px: float | None = None,
		nx: bool = False,
		xx: bool = False,
		**kwargs: Any,
	) -> bool | None:
		"""Keep a text or number. With `nx` only where the key is free, with `xx` only where it is taken; else None."""
		made = self.make_key(name)
		expiry = ex if ex is not None else (px / 1000 if px is not None else None)
		if not nx and not xx:
			self._put(made, "", _plain(value), expiry)
			return True
		now = time.time()
		expires = None if expiry is None else now + expiry
		if nx:
			sql = (
				"insert into entries (key, field, value, expires) values (?, '', ?, ?) "
				"on conflict (key, field) do update set value = excluded.value, expires = excluded.expires "
				"where entries.expires <= ? returning 1"
			)
			done = self._run(sql, (made, _plain(value), expires, now))
		else:
			sql = (
				"update entries set value = ?, expires = ? "
				"where key = ? and field = '' and (expires is null or expires > ?) returning 1"
			)
			done = self._run(sql, (_plain(value), expires, made, now))
		return True if done else None

	def setex(self, name: Any, time: float, value: Any) -> bool:
		"""Keep a text or number for `time` seconds."""
		self._put(self.make_key(name), "", _plain(value), time)
		return True

	def delete(self, *names: Any) -> int:
		made = [self.make_key(name) for name in names]
		present = sum(self.exists(name) for name in names)
		self._remove(made)
		return present

	def exists(self, *names: Any, user: Any = None, shared: bool = False) -> int:
		"""How many of the keys are there."""
		found = 0
		for name in names:
			made = self.make_key(name, user, shared)
			found += bool(
				self._run(
					"select 1 from entries where key = ? and (expires is null or expires > ?) "
					"union all select 1 from items where key = ? limit 1",
					(made, time.time(), made),
				)
			)
		return found

	def keys(self, pattern: Any = "*") -> list[str]:
		"""The keys that match a pattern with asterisks."""
		text = self.make_key(pattern)
		rows = self._run(
			"select distinct key from entries where (expires is null or expires > ?) "
			"union select distinct key from items",
			(time.time(),),
		)
		return [key for (key,) in rows if fnmatch.fnmatchcase(key, text)]

	def incrby(self, name: Any, amount: int = 1) -> int:
		"""Add to a number in one step, whoever else does so too; a new or expired key begins at 0."""
		rows = self._run(
			"insert into entries (key, field, value) values (?, '', cast(? as text)) "
			"on conflict (key, field) do update set "
			"value = cast(case when expires <= ? then 0 else cast(value as integer) end + ? as text), "
			"expires = case when expires <= ? then null else expires end returning value",
			(self.make_key(name), amount, now := time.time(), amount, now),
		)
		return int(rows[0][0])

	incr = incrby

	def decr(self, name: Any, amount: int = 1) -> int:
		return self.incrby(name, -amount)

	decrby = decr

	def expire(self, name: Any, time: float) -> bool:
		"""Let a key expire in `time` seconds. Returns whether it is there."""
		return self._set_expiry(name, float(time))

	def expireat(self, name: Any, when: float) -> bool:
		return self._set_expiry(name, when - time.time())

	def persist(self, name: Any) -> bool:
		return self._set_expiry(name, None)

	def _set_expiry(self, name: Any, seconds: float | None) -> bool:
		now = time.time()
		rows = self._run(
			"update entries set expires = ? where key = ? and (expires is null or expires > ?) returning 1",
			(None if seconds is None else now + seconds, self.make_key(name), now),
		)
		return bool(rows)

	def ttl(self, name: Any) -> int:
		"""Seconds until a key expires; -1 where it never does, -2 where it is not there."""
		rows = self._run(
			"select expires from entries where key = ? and (expires is null or expires > ?)",
			(self.make_key(name), now := time.time()),
		)
		if not rows:
			return -2
		return -1 if rows[0][0] is None else round(rows[0][0] - now)

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
				(made, _plain(value), made),
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
			self._put(self.make_key(name), _field(value), b"", None)

	def srem(self, name: Any, *values: Any) -> None:
		for value in values:
			self._run("delete from entries where key = ? and field = ?", (self.make_key(name), _field(value)))

	def sismember(self, name: Any, value: Any) -> bool:
		return self._take(self.make_key(name), _field(value)) is not None

	def smembers(self, name: Any) -> set[bytes]:
		return set(self.hkeys(name))

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

	# --- all ---------------------------------------------------------------------------------------------------------

	def flushall(self, **kwargs: Any) -> bool:
		"""Forget everything."""
		self._local().clear()
		self._run("delete from entries")
		self._run("delete from items")
		return True

	flushdb = flushall

	def ping(self) -> bool:
		self._run("select 1")
		return True

	connected = ping

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


def _field(key: Any) -> str:
	"""A hash's key as stored; the "." tells an empty one from no key at all."""
	return "." + (key.decode() if isinstance(key, bytes) else str(key))


def _plain(value: Any) -> bytes:
	return value if isinstance(value, bytes) else str(value).encode()


def _from_end(position: int, length: int) -> int:
	return position + length if position < 0 else position
