"""One job from its beginning to its commit.

A job is one transaction: committed when the function returns, rolled back when it raises. Together with that commit
goes a mark that it is done, so a worker that is killed between its commit and its report makes no job run twice. A job
that commits on its way is run again from the start, and has to bear that.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from minibench import context
from minibench.context import Dict, db, local
from minibench.data.connection import CallbackManager
from minibench.errors import QueryDeadlockError, QueryTimeoutError, RetryBackgroundJobError

RETRIES = 5

_HAS_MARKS = "select 1 from sqlite_master where name = '__Jobs Done'"
_MARKS = 'create table if not exists "__Jobs Done" (run text primary key, at real not null)'
_MARK = 'insert or ignore into "__Jobs Done" (run, at) values (?, ?)'
_IS_MARKED = 'select 1 from "__Jobs Done" where run = ?'
_UNMARK = 'delete from "__Jobs Done" where at < ?'


class JobTimeoutException(Exception):
	"""A job ran longer than it may."""


def name_of(method: str | Callable[..., Any]) -> str:
	return method if isinstance(method, str) else f"{method.__module__}.{method.__qualname__}"


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
	from minibench.hooks import call, get_attr, get_hooks

	if is_async:
		_enter(site, sites_path, user)
		if run and _is_done(run):
			context.destroy()
			return None
	local.job_run = run if is_async else None
	result = None
	name = name_of(method)
	try:
		function: Callable[..., Any] = get_attr(method) if isinstance(method, str) else method
		local.job = Dict(
			site=site, method=name, job_name=job_name, kwargs=kwargs, user=user, after_job=CallbackManager()
		)
		for hook in get_hooks("before_job"):
			call(hook, method=name, kwargs=kwargs, transaction_type="job")
		result = function(**kwargs)
		commit()
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


def commit() -> None:
	"""Commit what the job did, and with it the mark that it is done; where nothing was written, there is none."""
	run = getattr(local, "job_run", None)
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


def run_doc_method(doctype: str, name: str, doc_method: str, **kwargs: Any) -> None:
	from minibench.model.document import get_doc

	getattr(get_doc(doctype, name), doc_method)(**kwargs)
