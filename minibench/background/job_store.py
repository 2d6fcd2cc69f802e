"""Jobs at rest: huey on a SQLite file of the site, made so that no job is lost.

huey takes a task off its queue before it runs it, so a worker that is killed takes the task along. Here a task stays in
the table with its state, and a worker that runs one holds a lock on a file of its own. The kernel lets go of that lock
however the worker dies; whoever then gets it puts the dead worker's tasks back.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from huey.api import Huey, Task
from huey.storage import SqliteStorage, to_blob, to_bytes

FILE = "jobs.db"
LOCKS = ".workers"
MAX_ATTEMPTS = 3
WAIT_SECONDS = 30

_COLUMNS = (
	"seq run id queue job_name method user status timeout created_at started_at ended_at worker attempts exc_info data"
).split()
_TABLE = """create table if not exists job (
	seq integer primary key autoincrement,
	run text not null unique,
	id text not null,
	queue text not null,
	rank integer not null,
	place integer not null,
	job_name text,
	method text,
	user text,
	status text not null,
	timeout integer not null,
	created_at real not null,
	started_at real,
	ended_at real,
	worker text,
	attempts integer not null default 0,
	exc_info text,
	data blob not null
)"""
_NEXT = "select seq from job where status = 'queued'{} order by rank, place, seq limit 1"


class JobStorage(SqliteStorage):  # type: ignore[misc]
	"""huey's storage, with a row a job instead of a bare queue."""

	begin_sql = "begin immediate"
	ddl = [
		_TABLE,
		"create index if not exists job_next on job (status, rank, place, seq)",
		"create index if not exists job_id on job (id)",
		*SqliteStorage.ddl,
	]

	def __init__(self, name: str, filename: str) -> None:
		super().__init__(name, filename=filename, timeout=WAIT_SECONDS, cache_mb=1)
		self.serving = threading.local()

	def _create_connection(self) -> Any:
		connection = super()._create_connection()
		connection.execute("pragma synchronous = normal")
		return connection

	def add(self, row: dict[str, Any], data: bytes, rank: int, at_front: bool, deduplicate: bool) -> bool:
		"""Queue a job. Returns False if `deduplicate` is set and the id waits or runs already."""
		with self.db(commit=True) as cursor:
			if deduplicate:
				states = {
					status
					for (status,) in cursor.execute("select status from job where id = ?", (row["id"],))
				}
				if states & {"queued", "started"}:
					return False
			cursor.execute(
				"delete from job where id = ? and status not in ('queued', 'started')", (row["id"],)
			)
			place = 0
			if at_front:
				cursor.execute("select coalesce(min(place), 0) - 1 from job where status = 'queued'")
				place = cursor.fetchone()[0]
			values = {**row, "rank": rank, "place": place, "data": to_blob(data), "created_at": time.time()}
			values["status"] = "queued"
			names = ", ".join(values)
			marks = ", ".join("?" * len(values))
			cursor.execute(f"insert into job ({names}) values ({marks})", tuple(values.values()))
		return True

	def serve(self, worker: str, queues: Iterable[str] = ()) -> None:
		"""Let the calling thread claim jobs as `worker`, of `queues` only if any are given."""
		self.serving.worker = worker
		self.serving.queues = tuple(queues)

	def dequeue(self) -> bytes | None:
		"""Claim the next job for this thread's worker."""
		queues = self.serving.queues
		condition = f" and queue in ({', '.join('?' * len(queues))})" if queues else ""
		query = _NEXT.format(condition)
		if not self.sql(query, queues, results=True):
			return None
		with self.db(commit=True) as cursor:
			cursor.execute(
				"update job set status = 'started', started_at = ?, worker = ?, attempts = attempts + 1"
				f" where seq = ({query}) returning data",
				(time.time(), self.serving.worker, *queues),
			)
			rows = cursor.fetchall()
		return to_bytes(rows[0][0]) if rows else None

	def finish(self, run: str, status: str, exc_info: str | None = None) -> None:
		self.sql(
			"update job set status = ?, ended_at = ?, exc_info = ? where run = ? and status = 'started'",
			(status, time.time(), exc_info, run),
			commit=True,
		)

	def put_back(self, run: str) -> None:
		"""Let a job that was stopped on the way run again; being stopped is no fault of its own."""
		self.sql(
			"update job set status = 'queued', worker = null, attempts = attempts - 1"
			" where run = ? and status = 'started'",
			(run,),
			commit=True,
		)

	def find(self, condition: str, params: tuple[Any, ...] = ()) -> list[dict[str, Any]]:
		"""Rows of jobs, by a condition of this module's callers."""
		rows = self.sql(f"select {', '.join(_COLUMNS)} from job where {condition}", params, results=True)
		return [dict(zip(_COLUMNS, row, strict=True)) for row in rows]

	def remove(self, run: str) -> None:
		self.sql("delete from job where run = ?", (run,), commit=True)

	def take_back(self, worker: str) -> list[dict[str, Any]]:
		"""Put a dead worker's jobs back into the queue. Returns those that have died too often, now failed."""
		died = f"The worker died {MAX_ATTEMPTS} times while it ran this job"
		with self.db(commit=True) as cursor:
			mine = (worker, MAX_ATTEMPTS)
			cursor.execute(
				"select run, method, user from job where status = 'started' and worker = ? and attempts >= ?",
				mine,
			)
			lost = [{"run": run, "method": method, "user": user} for run, method, user in cursor.fetchall()]
			cursor.execute(
				"update job set status = 'failed', ended_at = ?, exc_info = ?"
				" where status = 'started' and worker = ? and attempts >= ?",
				(time.time(), died, *mine),
			)
			cursor.execute(
				"update job set status = 'queued', worker = null where status = 'started' and worker = ?",
				(worker,),
			)
		return lost

	def purge(self, finished_before: float, failed_before: float, keep_failed: int) -> None:
		"""Forget old jobs, and all but the newest failed ones."""
		with self.db(commit=True) as cursor:
			cursor.execute("delete from job where status = 'finished' and ended_at < ?", (finished_before,))
			cursor.execute(
				"delete from job where status in ('failed', 'canceled') and (ended_at < ? or seq not in"
				" (select seq from job where status in ('failed', 'canceled') order by ended_at desc limit ?))",
				(failed_before, keep_failed),
			)

	def queue_size(self) -> int:
		return int(self.sql("select count(*) from job where status = 'queued'", results=True)[0][0])

	def enqueued_items(self, limit: int | None = None) -> list[bytes]:
		rows = self.find(f"status = 'queued' order by rank, place, seq limit {int(limit or -1)}")
		return [to_bytes(row["data"]) for row in rows]

	def flush_queue(self) -> None:
		self.sql("delete from job where status = 'queued'", commit=True)


class SiteHuey(Huey):  # type: ignore[misc]
	"""The task queue of one site. It knows one task: to run a job."""

	storage: JobStorage

	def __init__(self, site_path: str) -> None:
		super().__init__(
			"jobs", results=False, storage_class=JobStorage, filename=str(Path(site_path) / FILE)
		)
		from minibench.background.job_runner import execute_job

		self.run_job = self.task(name="run_job")(execute_job)

	def add(self, row: dict[str, Any], arguments: dict[str, Any], **how: Any) -> str | None:
		"""Queue a job with `arguments` for execute_job. Returns its run's id, None if it is there already."""
		run = uuid.uuid4().hex
		task: Task = self.run_job.s(**arguments, run=run)
		task.id = run
		return run if self.storage.add({**row, "run": run}, self.serialize_task(task), **how) else None

	def arguments_of(self, row: dict[str, Any]) -> dict[str, Any]:
		kwargs: dict[str, Any] = self.deserialize_task(to_bytes(row["data"])).kwargs
		return kwargs


_hueys: dict[str, SiteHuey] = {}
_hueys_lock = threading.Lock()


def huey_of(site_path: str) -> SiteHuey:
	"""The task queue of the site in that folder; one object a process."""
	key = os.path.realpath(site_path)
	with _hueys_lock:
		found = _hueys.get(key)
		if found is None or not Path(key, FILE).exists():
			found = _hueys[key] = SiteHuey(key)
		return found


class WorkerLock:
	"""Says that a worker lives: a lock on a file that ends with its process."""

	def __init__(self, site_path: str, worker: str) -> None:
		self.file = Path(site_path) / LOCKS / worker
		self.handle: int | None = None

	def make(self) -> None:
		"""Begin to live. The file appears locked, so that nobody takes a beginner for dead."""
		self.file.parent.mkdir(exist_ok=True)
		unseen = self.file.with_name(f".{self.file.name}")
		self.handle = os.open(unseen, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
		fcntl.flock(self.handle, fcntl.LOCK_EX)
		os.rename(unseen, self.file)

	def inherit(self) -> bool:
		"""Whether its worker is dead; then we hold the lock in its place."""
		try:
			self.handle = os.open(self.file, os.O_RDWR)
		except FileNotFoundError:
			return True
		try:
			fcntl.flock(self.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
		except BlockingIOError:
			os.close(self.handle)
			self.handle = None
			return False
		return True

	def drop(self) -> None:
		self.file.unlink(missing_ok=True)
		if self.handle is not None:
			os.close(self.handle)
			self.handle = None


def recover(site_path: str) -> list[dict[str, Any]]:
	"""Put the jobs of workers that died back into the queue. Returns those given up."""
	storage = huey_of(site_path).storage
	rows = storage.sql(
		"select distinct worker from job where status = 'started' and worker not null", results=True
	)
	folder = Path(site_path) / LOCKS
	workers = {worker for (worker,) in rows}
	workers.update(file.name for file in folder.iterdir() if not file.name.startswith("."))
	given_up: list[dict[str, Any]] = []
	for worker in workers:
		lock = WorkerLock(site_path, worker)
		if lock.inherit():
			try:
				given_up += storage.take_back(worker)
			finally:
				lock.drop()
	return given_up
