"""The process that runs a site's jobs, one after the other.

A first SIGTERM or SIGINT lets the running job end, a second one stops it and puts it back into the queue. SIGKILL does
the same harm as a power cut, and no more: the job is run again, see job_store.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from minibench import context
from minibench.background import job_runner, jobs
from minibench.background.job_store import WorkerLock, huey_of, recover

IDLE_SECONDS = 0.3
RECOVERY_SECONDS = 5
PURGE_SECONDS = 60
FINISHED_TTL = 10 * 60
FAILED_TTL = 7 * 24 * 60 * 60
FAILED_LIMIT = 1000
MARK_TTL = 7 * 24 * 60 * 60

log = logging.getLogger("minibench.background.worker")


class Stopped(KeyboardInterrupt):
	"""The worker was told a second time to stop."""


class Worker:
	def __init__(self, site: str, sites_path: str, queues: tuple[str, ...] = ()) -> None:
		self.site = site
		self.sites_path = sites_path
		self.site_path = os.path.join(sites_path, site)
		self.queues = queues
		self.name = uuid4().hex
		self.stopping = threading.Event()
		self.in_job = False
		self.recovered_at = 0.0
		self.purged_at = time.monotonic()

	def work(self, burst: bool = False) -> None:
		"""Run jobs until told to stop; with `burst`, until none is left that could be run."""
		context.read_site_config(Path(self.sites_path), self.site)
		self.huey = huey_of(self.site_path)
		self.huey.storage.serve(self.name, self.queues)
		lock = WorkerLock(self.site_path, self.name)
		lock.make()
		try:
			with self._signals():
				self._loop(burst)
		finally:
			lock.drop()
			self.huey.storage.close()

	def _loop(self, burst: bool) -> None:
		while not self.stopping.is_set():
			self._maintain()
			task = self.huey.dequeue()
			if task is not None:
				self._run(task)
			elif burst:
				return
			else:
				self.stopping.wait(IDLE_SECONDS)

	def _run(self, task: Any) -> None:
		"""Run one job and write down how it ended."""
		row = self.huey.storage.find("run = ?", (task.id,))[0]
		started = time.monotonic()
		result: Any = None
		try:
			with time_limit(row["timeout"]):
				self.in_job = True
				result = task.execute()
				self.in_job = False
		except Stopped:
			self.in_job = False
			context.destroy()
			self.huey.storage.put_back(task.id)
			log.warning("%s was stopped and is queued again", row["job_name"])
		except Exception:
			self.in_job = False
			context.destroy()
			self.huey.storage.finish(task.id, "failed", traceback.format_exc())
			log.error("%s failed after %.3f s", row["job_name"], time.monotonic() - started, exc_info=True)
			self._call_back(task, "on_failure", *sys.exc_info())
		else:
			self.huey.storage.finish(task.id, "finished")
			log.info("%s done in %.3f s", row["job_name"], time.monotonic() - started)
			self._call_back(task, "on_success", result)

	def _call_back(self, task: Any, which: str, *arguments: Any) -> None:
		"""Tell whoever enqueued the job how it ended. Their error is theirs: the job's state stands."""
		function: Callable[..., Any] | None = task.kwargs.get(which)
		if function is None:
			return
		try:
			self._enter()
			function(jobs.Job(self.huey.storage.find("run = ?", (task.id,))[0]), None, *arguments)
			context.local.db.commit()
		except Exception:
			log.exception("%s of a job failed", which)
		finally:
			context.destroy()

	def _maintain(self) -> None:
		now = time.monotonic()
		if now - self.recovered_at > RECOVERY_SECONDS or not self.recovered_at:
			self.recovered_at = now
			given_up = recover(self.site_path)
			if given_up:
				self._report(given_up)
		if now - self.purged_at > PURGE_SECONDS:
			self.purged_at = now
			self._purge()

	def _report(self, given_up: list[dict[str, Any]]) -> None:
		"""An Error Log for each job that takes its worker down whenever it is tried."""
		from minibench.errors_log import log_error

		try:
			self._enter()
			for row in given_up:
				log_error(
					title=row["method"],
					message="The worker died each time this job ran. It is not tried again.",
				)
			context.local.db.commit()
		finally:
			context.destroy()

	def _purge(self) -> None:
		now = time.time()
		try:
			self._enter()
			conf = context.local.conf
			self.huey.storage.purge(
				finished_before=now - (conf.rq_results_ttl or FINISHED_TTL),
				failed_before=now - (conf.rq_job_failure_ttl or FAILED_TTL),
				keep_failed=conf.rq_failed_jobs_limit or FAILED_LIMIT,
			)
			job_runner.forget_marks(now - MARK_TTL)
		finally:
			context.destroy()

	def _enter(self) -> None:
		context.init(self.site, self.sites_path, force=True)
		context.connect()

	@contextmanager
	def _signals(self) -> Iterator[None]:
		if threading.current_thread() is not threading.main_thread():
			yield
			return

		def stop(_signal: int, _frame: Any) -> None:
			if self.stopping.is_set() and self.in_job:
				self.in_job = False
				raise Stopped
			self.stopping.set()

		before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
		try:
			yield
		finally:
			for number, handler in before.items():
				signal.signal(number, handler)


@contextmanager
def time_limit(seconds: int) -> Iterator[None]:
	"""Raise JobTimeoutException in the block once `seconds` have passed.

	In a main thread a timer signal does it, and interrupts waiting too. In another thread it is raised at the next
	Python instruction.
	"""
	message = f"Task exceeded maximum timeout value ({seconds} seconds)"
	if threading.current_thread() is threading.main_thread():

		def alarm(_signal: int, _frame: Any) -> None:
			raise job_runner.JobTimeoutException(message)

		before = signal.signal(signal.SIGALRM, alarm)
		signal.setitimer(signal.ITIMER_REAL, seconds)
		try:
			yield
		finally:
			signal.setitimer(signal.ITIMER_REAL, 0)
			signal.signal(signal.SIGALRM, before)
		return
	thread = ctypes.c_ulong(threading.get_ident())
	timer = threading.Timer(
		seconds,
		lambda: ctypes.pythonapi.PyThreadState_SetAsyncExc(
			thread, ctypes.py_object(job_runner.JobTimeoutException)
		),
	)
	timer.daemon = True
	timer.start()
	try:
		yield
	finally:
		timer.cancel()
