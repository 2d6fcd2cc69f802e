"""One thread's connection to a site's database: statements, transactions, savepoints, callbacks.

Outside a write transaction every read sees the latest committed state and holds nothing. The first write, or the first
read that asks for a lock, takes the site's writer lock and begins the transaction; from then on all reads run inside
it. Savepoints made before that moment cost nothing: they are set when the transaction begins.
"""

from __future__ import annotations

import os
import re
import sqlite3
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from minibench.data.column_types import Column, parse_declared
from minibench.data.connection_pool import KnownSchema, RawConnection, is_busy, pool, retry_busy
from minibench.data.writer_lock import WriterLock
from minibench.errors import ImplicitCommitError, InReadOnlyMode, QueryTimeoutError, TooManyWritesError

Row = tuple[Any, ...]

MAX_WRITES_PER_TRANSACTION = 200_000
MOST_FACTS = 5000
_READS = ("select", "with", "pragma", "explain", "values")
_SAVEPOINT_PATTERN = re.compile(r"\w+", re.ASCII)


@lru_cache(maxsize=64)
def _paths(site_path: Path) -> tuple[Path, Path]:
	"""The site's folder and its database."""
	folder = Path(site_path)
	return folder, folder / "site.db"


class CallbackManager:
	"""Functions to be called at a point of a transaction, in the order in which they were added, each once."""

	__slots__ = ("_functions",)

	def __init__(self) -> None:
		self._functions: deque[Callable[[], Any]] = deque()

	def add(self, function: Callable[[], Any]) -> None:
		self._functions.append(function)

	def __call__(self, function: Callable[[], Any]) -> None:
		self.add(function)

	def run(self) -> None:
		"""Call them all, also those that are added meanwhile."""
		while self._functions:
			self._functions.popleft()()

	def reset(self) -> None:
		"""Forget them all."""
		self._functions.clear()


class Connection:
	"""The transaction half of `frappe.db`. See the module's description for when what is locked."""

	def __init__(self, site_path: Path) -> None:
		self.site_path, self.path = _paths(site_path)
		self.before_commit = CallbackManager()
		self.after_commit = CallbackManager()
		self.before_rollback = CallbackManager()
		self.after_rollback = CallbackManager()
		self.transaction_writes = 0
		self.auto_commit_on_many_writes = 0
		self.read_only = False
		self.value_cache: dict[Any, Any] = {}
		self.last_query: str | None = None
		self._raw: RawConnection | None = None
		self._lock = WriterLock.of(self.site_path)
		self._writing = False
		self._savepoints: list[str] = []
		self._changed_schema: dict[str, dict[str, Column]] | None = None
		_alive.add(self)

	# --- statements --------------------------------------------------------------------------------------------------

	def execute(self, sql: str, params: Sequence[Any] = (), *, lock: bool = False) -> list[Row]:
		"""Run one statement with bound parameters and return all its rows.

		A statement that writes begins the write transaction; so does a read with `lock`.

		Raises:
			QueryTimeoutError: others kept writing for longer than lock_wait_timeout.
			sqlite3.Error: as SQLite reports it.
		"""
		return self.cursor(sql, params, lock=lock).fetchall()

	def cursor(self, sql: str, params: Sequence[Any] = (), *, lock: bool = False) -> sqlite3.Cursor:
		"""As execute(), but returns the cursor, for its rowcount and description. Fetch it empty before going on."""
		if not sql.startswith("select "):
			lock = self._note_write(sql) or lock
		if lock and not self._writing:
			self.begin_writing()
		self.last_query = sql
		connection = (self._raw or self._open()).connection
		try:
			return connection.execute(sql, params)
		except sqlite3.OperationalError as error:
			if not is_busy(error):
				raise
			deadline = time.monotonic() + self._lock_wait_timeout()
			cursor: sqlite3.Cursor = retry_busy(lambda: connection.execute(sql, params), deadline)
			return cursor

	def recall(self, sql: str, params: Sequence[Any] = ()) -> Sequence[Row]:
		"""As execute(), for what seldom changes: read once, until somebody writes to one of the tables that it names.

		What it gives depends on these tables and the parameters alone, which are of immutable types.
		"""
		raw = self._raw or self._open()
		reads = raw.reads
		# Inside a write transaction nobody else can commit: it was looked at when it began.
		if not self._writing:
			self._notice_commits(raw)
		key = (sql, *params, *map(type, params))
		known = reads.get(key)
		return reads.keep(key, self.execute(sql, params)) if known is None else known

	@staticmethod
	def _notice_commits(raw: RawConnection) -> None:
		version = raw.connection.execute("pragma data_version").fetchone()[0]
		if version != raw.reads.data_version:
			raw.reads.forget()
			raw.reads.data_version = version

	def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
		"""Run one writing statement for each row of parameters."""
		self._note_write(sql)
		if not self._writing:
			self.begin_writing()
		self.last_query = sql
		(self._raw or self._open()).connection.executemany(sql, rows)

	def execute_all(self, sql: str, rows: list[list[Any]]) -> None:
		"""As executemany(), but all rows or none."""
		self.begin_writing()
		self.execute_raw("savepoint execute_all")
		try:
			self.executemany(sql, rows)
		except BaseException:
			if self._in_transaction():
				self.execute_raw("rollback to execute_all")
				self._open().reads.forget()
				self.execute_raw("release execute_all")
			raise
		self.execute_raw("release execute_all")

	def _in_transaction(self) -> bool:
		return self._raw is not None and self._raw.connection.in_transaction

	def _note_write(self, sql: str) -> bool:
		if sql[:8].lstrip().lower().startswith(_READS):
			return False
		self.transaction_writes += 1
		(self._raw or self._open()).reads.note_write(sql)
		if self.transaction_writes > MAX_WRITES_PER_TRANSACTION:
			if not self.auto_commit_on_many_writes:
				raise TooManyWritesError(
					"<br><br>Too many changes to database in single action.<br>The changes have been reverted.<br>"
				)
			self.commit()
			self.transaction_writes = 1
		return True

	def _open(self) -> RawConnection:
		if self._raw is None:
			self._raw = pool.take(self.path)
			self._refresh_schema()
		return self._raw

	def _lock_wait_timeout(self) -> float:
		from minibench.context import local

		conf = getattr(local, "conf", None)
		return float((conf or {}).get("lock_wait_timeout") or 50)

	def steady_facts(self) -> dict[Any, Any] | None:
		"""A place to keep what was read of the committed state: emptied as soon as anybody writes to the database.

		None inside a write transaction, whose reads may never come true.
		"""
		if self._writing:
			return None
		raw = self._raw or self._open()
		# The first number changes with the commits of others, the second with this connection's own writes.
		version = (raw.connection.execute("pragma data_version").fetchone()[0], raw.connection.total_changes)
		if version != raw.facts_version or len(raw.facts) > MOST_FACTS:
			raw.facts_version = version
			raw.facts = {}
		return raw.facts

	# --- schema ------------------------------------------------------------------------------------------------------

	def _refresh_schema(self) -> dict[str, dict[str, Column]]:
		"""The tables known to this process, none where another connection has changed the schema meanwhile."""
		version = (self._raw or self._open()).connection.execute("pragma schema_version").fetchone()[0]
		key = str(self.path)
		schema = pool.schemas.get(key)
		if schema is None or schema.version != version:
			schema = pool.schemas[key] = KnownSchema(version)
		return schema.columns

	def table_columns(self, table: str) -> dict[str, Column]:
		"""The columns of a table, by name, in order; empty where there is no such table."""
		known = self._changed_schema
		if known is None:
			if self._raw is None:
				self._open()
			schema = pool.schemas.get(str(self.path))
			known = schema.columns if schema else self._refresh_schema()
		columns = known.get(table)
		if columns is None:
			if self._changed_schema is None:
				known = self._refresh_schema()
			rows = self.execute("select name, type, [notnull] from pragma_table_info(?)", (table,))
			columns = {name: parse_declared(declared, bool(not_null)) for name, declared, not_null in rows}
			if columns:
				known[table] = columns
		return columns

	def schema_changed(self) -> None:
		"""Read the tables' columns anew: this transaction has changed them. Others learn of it when it commits."""
		self._changed_schema = {}

	def _settle_schema(self) -> None:
		if self._changed_schema is not None:
			self._changed_schema = None
			pool.schemas.pop(str(self.path), None)

	# --- transactions ------------------------------------------------------------------------------------------------

	@property
	def is_writing(self) -> bool:
		"""Whether this connection holds the writer lock."""
		return self._writing

	def begin_writing(self, *, wait: bool = True) -> None:
		"""Take the writer lock and begin the write transaction, unless that is done already.

		Args:
			wait: whether to wait while others write; else that raises at once.

		Raises:
			QueryTimeoutError: others kept writing for longer than lock_wait_timeout.
			InReadOnlyMode: the site, or this connection, may only be read.
		"""
		if self._writing:
			return
		self._refuse_in_read_only_mode()
		timeout = self._lock_wait_timeout() if wait else 0.0
		deadline = time.monotonic() + timeout
		raw = self._raw or self._open()
		connection = raw.connection
		if not self._lock.acquire(timeout):
			raise QueryTimeoutError("Lock wait timeout exceeded; try restarting transaction")
		try:
			retry_busy(lambda: connection.execute("begin immediate"), deadline)
			self._notice_commits(raw)
			for name in self._savepoints:
				connection.execute(f"savepoint `{name}`")
		except BaseException:
			if connection.in_transaction:
				connection.execute("rollback")
			self._lock.release()
			raise
		self._writing = True

	def _refuse_in_read_only_mode(self) -> None:
		from minibench.context import local

		flags = getattr(local, "flags", None)
		if self.read_only or (flags and flags.read_only):
			raise InReadOnlyMode(
				"Site is running in read only mode for maintenance or site update, this action can not be performed "
				"right now. Please try again later."
			)

	def begin(self, *, read_only: bool = False) -> None:
		"""Begin anew, reading only where asked. Nothing may be waiting for its commit.

		Raises:
			ImplicitCommitError: there are writes that are not committed.
		"""
		if self._writing and self.transaction_writes:
			raise ImplicitCommitError("This statement can cause implicit commit")
		self.read_only = read_only

	def commit(self) -> None:
		"""Make all writes last, let go of the lock, then run what waited for the commit."""
		self.before_rollback.reset()
		self.after_rollback.reset()
		self.before_commit.run()
		if self._writing:
			self._end("commit")
		self._savepoints.clear()
		self.transaction_writes = 0
		self.after_commit.run()

	def rollback(self, *, save_point: str | None = None) -> None:
		"""Undo all writes since the last commit, or since `save_point`."""
		if save_point:
			self._rollback_to(save_point)
			return
		self.before_commit.reset()
		self.after_commit.reset()
		self.before_rollback.run()
		if self._writing:
			self._end("rollback")
		self._savepoints.clear()
		self.transaction_writes = 0
		self.after_rollback.run()

	def _end(self, how: str) -> None:
		raw = self._raw or self._open()
		connection = raw.connection
		if how == "rollback" or not connection.in_transaction:
			raw.reads.forget()
		if not connection.in_transaction:
			# SQLite itself undid the transaction, for want of disk or memory; committing would claim otherwise.
			self._let_go()
			if how == "commit":
				raise sqlite3.OperationalError("The database has undone the transaction: is the disk full?")
			return
		try:
			retry_busy(lambda: connection.execute(how), time.monotonic() + self._lock_wait_timeout())
		except BaseException:
			raw.reads.forget()
			if connection.in_transaction:
				connection.execute("rollback")
			raise
		finally:
			self._let_go()

	def _let_go(self) -> None:
		self._writing = False
		self._settle_schema()
		self._lock.release()

	def savepoint(self, save_point: str) -> None:
		"""Set a point to which rollback(save_point=...) can return. One of the same name gives way, as on MariaDB.

		SQLite would keep both, and ask each about every page that is written from then on.
		"""
		name = _savepoint_name(save_point)
		if self._savepoints and self._savepoints[-1] == name:
			self.release_savepoint(save_point)
		if self._writing:
			self.execute_raw(f"savepoint `{name}`")
		self._savepoints.append(name)

	def release_savepoint(self, save_point: str) -> None:
		"""Forget a savepoint and those set after it, keeping what was written since."""
		name = self._known_savepoint(save_point)
		if self._writing:
			self.execute_raw(f"release `{name}`")
		self._drop_savepoints(name, inclusive=True)

	def _rollback_to(self, save_point: str) -> None:
		name = self._known_savepoint(save_point)
		if self._writing:
			self.execute_raw(f"rollback to `{name}`")
			self._open().reads.forget()
			if self._changed_schema is not None:
				self._changed_schema = {}
			_forget_undone_metadata()
		self._drop_savepoints(name, inclusive=False)

	def execute_raw(self, sql: str) -> None:
		"""Run a statement of transaction control."""
		(self._raw or self._open()).connection.execute(sql)

	def _known_savepoint(self, save_point: str) -> str:
		name = _savepoint_name(save_point)
		if name not in self._savepoints:
			raise sqlite3.OperationalError(f"SAVEPOINT {name} does not exist")
		return name

	def _drop_savepoints(self, name: str, inclusive: bool) -> None:
		position = len(self._savepoints) - 1 - self._savepoints[::-1].index(name)
		del self._savepoints[position + (0 if inclusive else 1) :]

	def close(self) -> None:
		"""Undo what was not committed and give the connection back. The next statement opens one again."""
		raw, self._raw = self._raw, None
		if raw is None:
			return
		try:
			if raw.connection.in_transaction:
				raw.reads.forget()
				raw.connection.execute("rollback")
		finally:
			if self._writing:
				self._let_go()
			self._savepoints.clear()
			self.transaction_writes = 0
		pool.give(self.path, raw)

	def __del__(self) -> None:
		if getattr(self, "_raw", None) is not None:
			self.close()

	def forget_after_fork(self) -> None:
		"""In a forked child: neither the connection nor the transaction is ours. The child begins anew."""
		if self._raw is not None:
			pool.abandon(self._raw)
		self._raw = None
		self._lock = WriterLock.of(self.site_path)
		self._writing = False
		self._savepoints.clear()
		self._changed_schema = None
		self.transaction_writes = 0
		for callbacks in (self.before_commit, self.after_commit, self.before_rollback, self.after_rollback):
			callbacks.reset()


def _forget_undone_metadata() -> None:
	from minibench.epoch import forget_undone

	forget_undone()


def _savepoint_name(name: str) -> str:
	if not _SAVEPOINT_PATTERN.fullmatch(name):
		raise sqlite3.OperationalError(f"{name!r} is no name for a savepoint")
	return name


_alive: weakref.WeakSet[Connection] = weakref.WeakSet()


def _after_fork() -> None:
	pool.forget_after_fork()
	for connection in list(_alive):
		connection.forget_after_fork()


os.register_at_fork(after_in_child=_after_fork)
