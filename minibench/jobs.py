"""Background jobs: `enqueue` puts a function into the site's queue, a worker runs it as the user who asked.

A job is one transaction: committed when the function returns, rolled back when it raises. Together with that commit
goes a mark that it is done, so a worker that is killed between its commit and its report makes no job run twice. A job
that commits on its way is run again from the start, and has to bear that.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from enum import Enum
from typing import Any
from uuid import uuid4

from minibench import context
from minibench.connection import CallbackManager
from minibench.context import Dict, db, flags, local, session
from minibench.errors import QueryDeadlockError, QueryTimeoutError, RetryBackgroundJobError

DEFAULT_TIMEOUT = 300
LONG_TIMEOUT = 1500
RETRIES = 5
OWN_ARGUMENTS = ("run", "sites_path", "on_success", "on_failure")

_HAS_MARKS = "select 1 from sqlite_master where name = '__Jobs Done'"
_MARKS = 'create table if not exists "__Jobs Done" (run text primary key, at real not null)'
_MARK = 'insert into "__Jobs Done" (run, at) values (?, ?)'
_IS_MARKED = 'select 1 from "__Jobs Done" where run = ?'
_UNMARK = 'delete from "__Jobs Done" where at < ?'


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


class JobTimeoutException(Exception):
	"""A job ran longer than it may."""


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
	from minibench.job_store import huey_of

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
	method_name = _name_of(method)
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
	storage.sql("update job set status = 'started', started_at = ? where run = ?", (time.time(), run), commit=True)
	try:
		execute_job(**_huey().arguments_of(storage.find("run = ?", (run,))[0]))
	except Exception:
		storage.finish(run, "failed", get_traceback())
	else:
		storage.finish(run, "finished")


def _name_of(method: str | Callable[..., Any]) -> str:
	return method if isinstance(method, str) else f"{method.__module__}.{method.__qualname__}"


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


def run_doc_method(doctype: str, name: str, doc_method: str, **kwargs: Any) -> None:
	from minibench.document import get_doc

	getattr(get_doc(doctype, name), doc_method)(**kwargs)


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
	return bool(
		_huey().storage.find("id = ? and status in ('queued', 'started')", (create_job_id(job_id),))
	)


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


# --- running -----------------------------------------------------------------------------------------------------


def execute_job(
	site: str,
	method: str | Callable[..., Any],
	event: Any,
	job_name: str,
	kwargs: dict[str, Any],
	user: str | None = None,
	is_async: bool = True,
	retry: int = 0,
	*,
	sites_path: str = ".",
	run: str | None = None,
	on_success: Callable[..., Any] | None = None,
	on_failure: Callable[..., Any] | None = None,
) -> Any:
	"""Call `method` in the job's site as the job's user: commit what it did, or roll back and log the error.

	A job that lost a fight for the database, or asks for it, is tried again up to five times.
	"""
	from minibench.hooks import call, get_hooks

	if is_async:
		_enter(site, sites_path, user)
		if run and _is_done(run):
			context.destroy()
			return None
	result = None
	name = _name_of(method)
	try:
		if isinstance(method, str):
			from minibench.hooks import get_attr

			method = get_attr(method)
		local.job = Dict(
			site=site, method=name, job_name=job_name, kwargs=kwargs, user=user, after_job=CallbackManager()
		)
		for hook in get_hooks("before_job"):
			call(hook, method=name, kwargs=kwargs, transaction_type="job")
		result = method(**kwargs)
		_commit(run if is_async else None)
	except (RetryBackgroundJobError, QueryTimeoutError, QueryDeadlockError):
		db.rollback()
		if retry >= RETRIES:
			_log_failure(name)
			raise
		again = True
	except Exception:
		db.rollback()
		_log_failure(name)
		raise
	else:
		again = False
	finally:
		_leave(name, kwargs, result, is_async)
	if not again:
		return result
	time.sleep(retry + 1)
	return execute_job(
		site,
		method,
		event,
		job_name,
		kwargs,
		user=user,
		is_async=is_async,
		retry=retry + 1,
		sites_path=sites_path,
		run=run,
	)


def _enter(site: str, sites_path: str, user: str | None) -> None:
	from minibench.epoch import check_epoch

	context.init(site, sites_path, force=True)
	context.connect()
	check_epoch()
	if user:
		context.set_user(user)


def _leave(name: str, kwargs: dict[str, Any], result: Any, is_async: bool) -> None:
	from minibench.hooks import call, get_hooks

	try:
		for hook in get_hooks("after_job"):
			call(hook, method=name, kwargs=kwargs, result=result)
		if local.job:
			local.job.after_job.run()
	finally:
		if is_async:
			context.destroy()


def _commit(run: str | None) -> None:
	"""Commit, and with it the mark that this job is done: there is nothing to mark when nothing was written."""
	if run and db.transaction_writes:
		db.execute(_MARKS)
		db.execute(_MARK, (run, time.time()))
	db.commit()


def _is_done(run: str) -> bool:
	return bool(db.execute(_HAS_MARKS) and db.execute(_IS_MARKED, (run,)))


def forget_marks(before: float) -> None:
	"""Drop the marks of jobs that ended long ago."""
	if db.execute(_HAS_MARKS):
		db.execute(_UNMARK, (before,))
		db.commit()


def _log_failure(name: str) -> None:
	from minibench.errors_log import log_error

	log_error(title=name)
	db.commit()


def work(site: str, sites_path: Any, burst: bool = False, queues: tuple[str, ...] = ()) -> None:
	"""Run the site's jobs until stopped, or with `burst` until none is left."""
	from minibench.worker import Worker

	Worker(site, str(sites_path), queues).work(burst)
