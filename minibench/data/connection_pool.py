"""Open SQLite connections, kept for reuse, and what this process knows of each database's tables."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from minibench.data import sql_functions
from minibench.data.column_types import Column
from minibench.data.read_cache import ReadCache
from minibench.errors import QueryTimeoutError

_OLDEST_SQLITE = (3, 35)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_MOST_IDLE = 32
_LONGEST_WAIT_TO_OPEN = 50


def _inode(path: Path) -> int:
	try:
		return os.stat(path).st_ino
	except FileNotFoundError:
		return 0


def is_busy(error: sqlite3.OperationalError) -> bool:
	"""Whether somebody else holds the database just now."""
	return getattr(error, "sqlite_errorcode", 0) & 0xFF in _BUSY


class RawConnection:
	"""An open SQLite connection with what is known of the schema it sees; idle ones are kept for reuse."""

	__slots__ = ("connection", "facts", "facts_version", "inode", "reads")

	def __init__(self, path: Path) -> None:
		if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
			raise RuntimeError(f"SQLite 3.35 or newer is needed; this Python has {sqlite3.sqlite_version}")
		self.connection = sqlite3.connect(
			path,
			# Whoever waits for longer does so in retry_busy(), which knows for how long.
			timeout=1,
			isolation_level=None,
			detect_types=sqlite3.PARSE_DECLTYPES,
			check_same_thread=False,
			cached_statements=512,
		)
		retry_busy(self._set_up, time.monotonic() + _LONGEST_WAIT_TO_OPEN)
		sql_functions.register(self.connection)
		self.inode = os.stat(path).st_ino
		self.facts: dict[Any, Any] = {}
		self.facts_version: tuple[int, int] | None = None
		self.reads = ReadCache()

	def _set_up(self) -> None:
		run = self.connection.execute
		if run("pragma journal_mode").fetchone()[0] != "wal":
			run("pragma journal_mode=wal")
		run("pragma synchronous=normal")
		run("pragma foreign_keys=off")
		run("pragma temp_store=memory")
		run("pragma cache_size=-16000")


class KnownSchema:
	"""The columns of a database's tables as one process has read them, valid for one version of its schema."""

	__slots__ = ("columns", "version")

	def __init__(self, version: int) -> None:
		self.version = version
		self.columns: dict[str, dict[str, Column]] = {}


class ConnectionPool:
	"""This process's idle connections and known schemas, by database file."""

	def __init__(self) -> None:
		self.guard = threading.Lock()
		self.idle: dict[str, list[RawConnection]] = {}
		self.schemas: dict[str, KnownSchema] = {}
		self.abandoned: list[RawConnection] = []

	def take(self, path: Path) -> RawConnection:
		key = str(path)
		while True:
			with self.guard:
				idle = self.idle.get(key)
				raw = idle.pop() if idle else None
			if raw is None:
				return RawConnection(path)
			if _inode(path) == raw.inode:
				return raw
			# A restored site has another file in the old one's place.
			raw.connection.close()

	def give(self, path: Path, raw: RawConnection) -> None:
		with self.guard:
			idle = self.idle.setdefault(str(path), [])
			if len(idle) < _MOST_IDLE:
				idle.append(raw)
				return
		raw.connection.close()

	def abandon(self, raw: RawConnection) -> None:
		"""Never use a connection again, nor close it: it is a parent process's, whose file locks closing would drop."""
		self.abandoned.append(raw)

	def forget_after_fork(self) -> None:
		"""In a forked child: begin without connections."""
		for idle in self.idle.values():
			self.abandoned += idle
		self.guard = threading.Lock()
		self.idle = {}
		self.schemas = {}

	def close_idle(self, path: Path) -> None:
		with self.guard:
			idle = self.idle.pop(str(path), [])
			self.schemas.pop(str(path), None)
		for raw in idle:
			raw.connection.close()


pool = ConnectionPool()


def retry_busy(act: Callable[[], Any], deadline: float) -> Any:
	"""Do `act`, again while a stranger (a backup, the sqlite3 shell) holds the database, until `deadline`."""
	while True:
		try:
			return act()
		except sqlite3.OperationalError as error:
			if not is_busy(error):
				raise
			if time.monotonic() >= deadline:
				raise QueryTimeoutError(f"The database is kept busy by another program: {error}") from error
		time.sleep(0.005)


def close_idle_connections(site_path: Path) -> None:
	"""Close this process's idle connections to a site, as when its folder is about to be moved."""
	pool.close_idle(Path(site_path) / "site.db")
