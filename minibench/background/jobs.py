"""Background jobs: `enqueue` puts a function into the site's queue, a worker runs it as the user who asked."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from enum import Enum
from typing import Any
from uuid import uuid4

from minibench.background.job_runner import JobTimeoutException, execute_job, name_of, run_doc_method
from minibench.context import db, flags, local, session

__all__ = [
	"Job",
	"JobStatus",
	"JobTimeoutException",
	"create_job_id",
	"enqueue",
	"enqueue_doc",
	"execute_job",
	"get_job",
	"get_job_status",
	"get_jobs",
	"get_queues_timeout",
	"is_job_enqueued",
	"list_jobs",
	"run_doc_method",
	"validate_queue",
	"work",
]

DEFAULT_TIMEOUT = 300
LONG_TIMEOUT = 1500
OWN_ARGUMENTS = ("run", "sites_path", "on_success", "on_failure")


class JobStatus(str, Enum):
	"""What RQ calls the states of a job."""

	QUEUED = "queued"
	FINISHED = "finished"
	FAILED = "failed"
	STARTED = "started"
	DEFERRED = "deferred"
	SCHEDULED = "scheduled"
	STOPPED = "stopped"
	CANCELED = "canceled"


class Job:
	"""A job as it was when it was looked up; `get_status` looks again."""

	def __init__(self, row: dict[str, Any]) -> None:
		self._run: str = row["run"]
		self._row = row
		self.id: str = row["id"]
		self.origin: str = row["queue"]
		self.job_name: str = row["job_name"]
		self.method: str = row["method"]
		self.user: str = row["user"]
		self.timeout: int = row["timeout"]
		self.created_at: float = row["created_at"]
		self.started_at: float | None = row["started_at"]
		self.ended_at: float | None = row["ended_at"]
		self.exc_info: str | None = row["exc_info"]

	@property
	def kwargs(self) -> dict[str, Any]:
		"""What it was enqueued with: site, user, method, event, job_name, is_async, kwargs."""
		arguments = _huey().arguments_of(self._row)
		return {key: arguments[key] for key in arguments if key not in OWN_ARGUMENTS}

	def get_status(self, refresh: bool = True) -> JobStatus | None:
		if refresh:
			rows = _huey().storage.find("run = ?", (self._run,))
			if not rows:
				return None
			self.__init__(rows[0])  # type: ignore[misc]
		return JobStatus(self._row["status"])

	def delete(self) -> None:
		_huey().storage.remove(self._run)

	def cancel(self) -> None:
		"""Keep a job that waits from being run."""
		_huey().storage.sql(
			"update job set status = 'canceled', ended_at = ? where run = ? and status = 'queued'",
			(time.time(), self._run),
			commit=True,
		)

	@property
	def is_queued(self) -> bool:
		return self.get_status() is JobStatus.QUEUED

	@property
	def is_started(self) -> bool:
		return self.get_status() is JobStatus.STARTED

	@property
	def is_finished(self) -> bool:
		return self.get_status() is JobStatus.FINISHED

	@property
	def is_failed(self) -> bool:
		return self.get_status() is JobStatus.FAILED


def _huey() -> Any:
	from minibench.background.job_store import huey_of

	return huey_of(local.site_path)


# --- enqueuing ---------------------------------------------------------------------------------------------------


def get_queues_timeout() -> dict[str, int]:
	"""queue -> seconds that its jobs may take; those that come first are served first."""
	custom = local.conf.get("workers") or {}
	return {
		"short": DEFAULT_TIMEOUT,
		"default": DEFAULT_TIMEOUT,
		"long": LONG_TIMEOUT,
		**{queue: config.get("timeout", DEFAULT_TIMEOUT) for queue, config in custom.items()},
	}


def validate_queue(queue: str, default_queue_list: list[str] | None = None) -> None:
	from minibench.collaboration.messages import throw
	from minibench.translate import _

	known = default_queue_list or list(get_queues_timeout())
	if queue not in known:
		throw(_("Queue should be one of {0}").format(", ".join(known)))


def enqueue(
	method: str | Callable[..., Any],
	queue: str = "default",
	timeout: int | None = None,
	event: Any = None,
	is_async: bool = True,
	job_name: str | None = None,
	now: bool = False,
	enqueue_after_commit: bool = False,
	*,
	on_success: Callable[..., Any] | None = None,
	on_failure: Callable[..., Any] | None = None,
	at_front: bool = False,
	job_id: str | None = None,
	deduplicate: bool = False,
	**kwargs: Any,
) -> Any:
	"""Let a worker call `method` with `kwargs`, as the current user.

	Args:
		method: a function of a module, or its dotted name.
		timeout: seconds it may take; by default what its queue grants.
		now: call it here and return what it returns.
		enqueue_after_commit: queue it when the current transaction commits, and never if that is rolled back.
		on_success: called with (job, None, result) after it.
		on_failure: called with (job, None, type, value, traceback) if it raised.
		at_front: before the others of its queue.
		job_id: a name by which to find it.
		deduplicate: do nothing if a job of that id waits or runs already.

	Returns:
		The job; None if it was not queued, or is to be queued later.
	"""
	from minibench.hooks import call

	is_async = kwargs.pop("async", is_async)
	if deduplicate and _is_duplicate(job_id):
		return None
	job_id = create_job_id(job_id)
	if now or (not is_async and not flags.in_test):
		return call(method, **kwargs)
	validate_queue(queue)
	method_name = name_of(method)
	arguments = {
		"site": local.site,
		"user": session.user,
		"method": method,
		"event": event,
		"job_name": job_name or method_name,
		"is_async": is_async,
		"kwargs": kwargs,
		"sites_path": local.sites_path,
		"on_success": on_success,
		"on_failure": on_failure,
	}
	row = {
		"id": job_id,
		"queue": queue,
		"job_name": job_name or method_name,
		"method": method_name,
		"user": session.user,
		"timeout": int(timeout or get_queues_timeout().get(queue) or DEFAULT_TIMEOUT),
	}

	def add() -> Job | None:
		rank = list(get_queues_timeout()).index(queue)
		run = _huey().add(row, arguments, rank=rank, at_front=at_front, deduplicate=deduplicate)
		if run is None:
			return None
		if not is_async:
			_run_here(run)
		return Job(_huey().storage.find("run = ?", (run,))[0])

	if enqueue_after_commit:
		db.after_commit.add(add)
		return None
	return add()


def _is_duplicate(job_id: str | None) -> bool:
	from minibench.collaboration.messages import throw
	from minibench.translate import _

	if not job_id:
		throw(_("`job_id` paramater is required for deduplication."))
	return is_job_enqueued(str(job_id))


def _run_here(run: str) -> None:
	"""Run a job that was enqueued with is_async=False in this process; how it ended stands in its status."""
	from minibench.errors_log import get_traceback

	storage = _huey().storage
	storage.sql(
		"update job set status = 'started', started_at = ? where run = ?", (time.time(), run), commit=True
	)
	try:
		execute_job(**_huey().arguments_of(storage.find("run = ?", (run,))[0]))
	except Exception:
		storage.finish(run, "failed", get_traceback())
	else:
		storage.finish(run, "finished")


def enqueue_doc(
	doctype: str,
	name: str | None = None,
	method: str | None = None,
	queue: str = "default",
	timeout: int = DEFAULT_TIMEOUT,
	now: bool = False,
	**kwargs: Any,
) -> Any:
	"""Let a worker call a method of a document."""
	return enqueue(
		run_doc_method,
		doctype=doctype,
		name=name,
		doc_method=method,
		queue=queue,
		timeout=timeout,
		now=now,
		**kwargs,
	)


# --- looking at jobs ---------------------------------------------------------------------------------------------


def create_job_id(job_id: str | None = None) -> str:
	return f"{local.site}::{job_id or uuid4()}"


def get_job(job_id: str) -> Job | None:
	rows = _huey().storage.find("id = ? order by seq desc limit 1", (create_job_id(job_id),))
	return Job(rows[0]) if rows else None


def get_job_status(job_id: str) -> JobStatus | None:
	job = get_job(job_id)
	return job.get_status(refresh=False) if job else None


def is_job_enqueued(job_id: str) -> bool:
	"""Whether a job of that id waits or runs."""
	return bool(_huey().storage.find("id = ? and status in ('queued', 'started')", (create_job_id(job_id),)))


def get_jobs(
	site: str | None = None, queue: str | list[str] | None = None, key: str = "method"
) -> dict[str, list[Any]]:
	"""site -> what the jobs that wait or run have under `key`, be it of the job or of its method's arguments."""
	queues = [queue] if isinstance(queue, str) else queue
	found: dict[str, list[Any]] = defaultdict(list)
	if site and site != local.site:
		return found
	for job in list_jobs(queues, ["queued", "started"]):
		arguments = job.kwargs
		if key in arguments:
			found[local.site].append(arguments[key])
		elif key in arguments.get("kwargs", {}):
			found[local.site].append(arguments["kwargs"][key])
	return found


def list_jobs(queues: list[str] | None = None, statuses: list[str] | None = None) -> list[Job]:
	"""The site's jobs in the order in which they were enqueued."""
	conditions, params = ["1"], []
	for column, wanted in (("queue", queues), ("status", statuses)):
		if wanted:
			conditions.append(f"{column} in ({', '.join('?' * len(wanted))})")
			params += wanted
	rows = _huey().storage.find(f"{' and '.join(conditions)} order by seq", tuple(params))
	return [Job(row) for row in rows]


def work(site: str, sites_path: Any, burst: bool = False, queues: tuple[str, ...] = ()) -> None:
	"""Run the site's jobs until stopped, or with `burst` until none is left."""
	from minibench.background.worker import Worker

	Worker(site, str(sites_path), queues).work(burst)
