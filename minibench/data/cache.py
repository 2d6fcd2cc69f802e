"""`frappe.cache`: what Redis is to a bench, in a SQLite file that all processes of a site share.

Values set with set_value() and hset() are kept for the rest of the request, as in v15, so reading them again costs
nothing. Keys are the site's own; losing the file loses nothing but time.
"""

from __future__ import annotations

import fnmatch
import pickle
import time
from collections.abc import Callable
from typing import Any

from minibench.data.cache_structures import CacheStructures, as_bytes, hash_field


class Cache(CacheStructures):
	"""The cache of one site."""

	def __call__(self) -> Cache:
		"""v15 still allows `frappe.cache()`."""
		return self

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
		self._put(made, hash_field(key), pickle.dumps(value), None)

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
		raw = self._take(made, hash_field(key))
		if raw is not None:
			value = known[key] = pickle.loads(raw)
			return value
		if generator:
			value = generator()
			self.hset(name, key, value, shared=shared)
			return value
		return None

	def hexists(self, name: str, key: Any, shared: bool = False) -> bool:
		return key is not None and self._take(self.make_key(name, shared=shared), hash_field(key)) is not None

	def hdel(self, name: str, key: Any, shared: bool = False, **kwargs: Any) -> None:
		"""Forget one key of a hash, or a list of them."""
		made = self.make_key(name, shared=shared)
		keys = key if isinstance(key, list | tuple | set) else (key,)
		known = self._local().get(made)
		for one in keys:
			if isinstance(known, dict):
				known.pop(one, None)
			self._run("delete from entries where key = ? and field = ?", (made, hash_field(one)))

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
			self._put(made, "", as_bytes(value), expiry)
			return True
		now = time.time()
		expires = None if expiry is None else now + expiry
		if nx:
			sql = (
				"insert into entries (key, field, value, expires) values (?, '', ?, ?) "
				"on conflict (key, field) do update set value = excluded.value, expires = excluded.expires "
				"where entries.expires <= ? returning 1"
			)
			done = self._run(sql, (made, as_bytes(value), expires, now))
		else:
			sql = (
				"update entries set value = ?, expires = ? "
				"where key = ? and field = '' and (expires is null or expires > ?) returning 1"
			)
			done = self._run(sql, (as_bytes(value), expires, made, now))
		return True if done else None

	def setex(self, name: Any, time: float, value: Any) -> bool:
		"""Keep a text or number for `time` seconds."""
		self._put(self.make_key(name), "", as_bytes(value), time)
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
