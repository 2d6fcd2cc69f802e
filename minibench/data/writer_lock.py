"""One writer at a time, over all threads and processes of a site, each in its turn.

SQLite lets one connection write and makes the others poll for the chance, in no order and up to a timeout. Here they
queue: the threads of a process in a first-come queue, the processes at a turnstile. Only who holds the lock begins a
write transaction, so SQLite never has to refuse one. The locks between processes are flock()s: the kernel drops them
when a process dies, however it dies.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections import deque
from pathlib import Path

# How long the threads of one process may pass the lock among themselves before other processes get their turn.
_LOCAL_TURN_SECONDS = 0.01
_FIRST_PAUSE_SECONDS = 0.0002
_LONGEST_PAUSE_SECONDS = 0.002


class WriterLock:
	"""The right to write to one site. One object per site and process; get it from `of()`."""

	_all: dict[str, WriterLock] = {}
	_by_name: dict[Path, WriterLock] = {}
	_guard_all = threading.Lock()

	def __init__(self, site_path: str) -> None:
		self._path = Path(site_path) / ".write.lock"
		self._turnstile_path = Path(site_path) / ".write.queue"
		self._guard = threading.Lock()
		self._held = False
		self._waiting: deque[threading.Lock] = deque()
		self._file: int | None = None
		self._file_since = 0.0

	@classmethod
	def of(cls, site_path: Path) -> WriterLock:
		"""The lock of the site at `site_path`, the same object for all threads of this process."""
		known = cls._by_name.get(site_path)
		if known is not None:
			return known
		key = os.path.realpath(site_path)
		with cls._guard_all:
			if key not in cls._all:
				cls._all[key] = cls(key)
			if os.path.isabs(site_path):
				cls._by_name[site_path] = cls._all[key]
			return cls._all[key]

	def acquire(self, timeout: float) -> bool:
		"""Wait at most `timeout` seconds for the right to write. Returns whether it was got."""
		deadline = time.monotonic() + timeout
		if not self._acquire_in_process(deadline):
			return False
		if self._file is not None:
			return True
		try:
			file = _enter_turnstile(self._turnstile_path, self._path, deadline)
		except BaseException:
			self._pass_on()
			raise
		if file is None:
			self._pass_on()
			return False
		self._file = file
		self._file_since = time.monotonic()
		return True

	def release(self) -> None:
		"""Let the next in the queue write."""
		if self._file is not None and (
			not self._waiting or time.monotonic() - self._file_since > _LOCAL_TURN_SECONDS
		):
			file, self._file = self._file, None
			os.close(file)
		self._pass_on()

	def _acquire_in_process(self, deadline: float) -> bool:
		with self._guard:
			if not self._held:
				self._held = True
				return True
			turn = threading.Lock()
			turn.acquire()
			self._waiting.append(turn)
		try:
			if turn.acquire(timeout=max(0.0, deadline - time.monotonic())):
				return True
		except BaseException:
			if not self._leave_queue(turn):
				self.release()
			raise
		# Where the turn came in the very moment of giving up, it is taken.
		return not self._leave_queue(turn)

	def _leave_queue(self, turn: threading.Lock) -> bool:
		"""Stop waiting. Returns False where the turn has come already."""
		with self._guard:
			if turn in self._waiting:
				self._waiting.remove(turn)
				return True
			return False

	def _pass_on(self) -> None:
		with self._guard:
			if self._waiting:
				self._waiting.popleft().release()
				return
			self._held = False
			# Nobody waits here, though somebody may have given up since release() looked: keep no file lock.
			file, self._file = self._file, None
		if file is not None:
			os.close(file)

	@classmethod
	def _forget_after_fork(cls) -> None:
		"""In a forked child nobody holds or awaits the lock; the parent's files are closed without unlocking them."""
		for lock in cls._all.values():
			if lock._file is not None:
				os.close(lock._file)
				lock._file = None
		cls._all = {}
		cls._by_name = {}
		cls._guard_all = threading.Lock()


def _enter_turnstile(turnstile_path: Path, path: Path, deadline: float) -> int | None:
	"""Lock `path`, in turn with other processes: who waits for it stands in the turnstile, so who just left it cannot
	overtake."""
	turnstile = _lock_file(turnstile_path, deadline)
	if turnstile is None:
		return None
	try:
		return _lock_file(path, deadline)
	finally:
		os.close(turnstile)


def _lock_file(path: Path, deadline: float) -> int | None:
	pause = _FIRST_PAUSE_SECONDS
	while True:
		file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
		try:
			fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
			if _is_still_there(file, path):
				return file
		except BlockingIOError:
			pass
		except BaseException:
			os.close(file)
			raise
		os.close(file)
		if time.monotonic() >= deadline:
			return None
		time.sleep(pause)
		pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)


def _is_still_there(file: int, path: Path) -> bool:
	"""Whether `path` is still the file that was locked: a restored site brings a new one."""
	try:
		return os.fstat(file).st_ino == os.stat(path).st_ino
	except FileNotFoundError:
		return False


os.register_at_fork(after_in_child=WriterLock._forget_after_fork)
